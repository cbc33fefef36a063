"""Names that mean the same in English and Chinese, for any catalogue: colours, materials, brands, things.

Each line is one group. When a catalogue has a value that is named in a group, every other name of
the group means that value too. Names are folded; a plural is found by its singular.
"""

from collections.abc import Mapping

COLOURS = """
black 黑色 黑 黑的
white 白色 白 白的 ivory 象牙白
grey gray 灰色 灰 灰的
silver 银色 银
red 红色 红 红的 大红
pink 粉色 粉红色 粉红 粉 粉的 rose
orange 橙色 橘色 橘红
yellow 黄色 黄 黄的
gold golden 金色
beige cream-coloured 米色 米白 杏色 卡其色 khaki
brown 棕色 褐色 咖啡色 咖色
green 绿色 绿 绿的
olive 橄榄绿 军绿 军绿色
teal turquoise cyan 青色
blue 蓝色 蓝 蓝的
navy navy-blue 藏青色 藏青 深蓝 深蓝色 藏蓝色
purple violet 紫色 紫 紫的
transparent clear see-through 透明
multicolour multicolor multicoloured colourful 彩色 花色
"""

MATERIALS = """
leather 皮革 真皮 皮 牛皮
leatherette faux-leather pu-leather 人造革 仿皮 pu皮
cotton 棉 纯棉 全棉 棉质 棉的
linen 亚麻 麻
wool 羊毛 毛的
silk 丝 真丝 蚕丝
cashmere 羊绒
polyester 涤纶 聚酯纤维
nylon 尼龙 锦纶
down goose-down 羽绒 鹅绒
plastic 塑料 塑胶
glass 玻璃
steel 钢
stainless-steel 不锈钢
aluminium aluminum 铝 铝合金
titanium 钛 钛合金
cast-iron 铸铁
iron 铁
copper 铜
brass 黄铜
wood wooden 木 木头 木质 实木 木制
bamboo 竹 竹子 竹制
ceramic 陶瓷
porcelain 瓷
stoneware 炻瓷
silicone 硅胶
rubber 橡胶
paper 纸
cardboard 纸板
felt 毛毡
cork 软木
latex 乳胶
memory-foam 记忆棉
"""

THINGS = """
phones phone cellphone cell-phone mobile-phone smartphone mobile handset 手机 智能手机
laptops laptop notebook-computer ultrabook 笔记本电脑 笔电 手提电脑
tablets tablet 平板电脑 平板
monitors monitor 显示器 显示屏
keyboards keyboard 键盘
mice mouse 鼠标
printers printer 打印机
televisions television tv telly 电视 电视机
cameras camera 相机 照相机
smartwatches smartwatch smart-watch 智能手表
headphones headphone headset 耳机 头戴式耳机
earbuds earbud earphones in-ear-headphones 入耳式耳机 耳塞 蓝牙耳塞
speakers speaker loudspeaker 音箱 音响
chargers charger 充电器 充电头
power-banks power-bank portable-charger 充电宝 移动电源
phone-cases phone-case phone-cover 手机壳 手机套
cables cable 数据线 充电线
trainers trainer sneakers sneaker 休闲运动鞋 运动鞋 球鞋
running-shoes running-shoe 跑鞋 跑步鞋
boots boot 靴子
sandals sandal 凉鞋
slippers slipper 拖鞋
shoes shoe footwear 鞋靴 鞋子 鞋
t-shirts t-shirt tee tshirt t恤 短袖
shirts shirt 衬衫 衬衣
jackets jacket coat 外套 夹克
trousers trouser pants slacks 裤装 裤子 长裤
dresses dress 连衣裙 裙子
sweaters sweater jumper pullover 毛衣
socks sock 袜子
hats hat cap beanie 帽子
scarves scarf 围巾
gloves glove 手套
backpacks backpack rucksack 背包 双肩包 登山背包
tents tent 帐篷
sleeping-bags sleeping-bag 睡袋
sofas sofa couch settee 沙发
rugs rug carpet 地毯
pillows pillow 枕头
blankets blanket throw 毛毯 毛毯被毯 毯子
curtains curtain 窗帘
towels towel 毛巾 毛巾浴巾 浴巾
vacuums vacuum vacuum-cleaner hoover 吸尘器
pans pan frying-pan 炒锅煎锅 平底锅 煎锅 炒锅
pots pot saucepan 汤锅炖锅 汤锅 炖锅
kettles kettle 烧水壶 电热水壶 热水壶
kitchen-knives kitchen-knife 刀具 菜刀 厨刀
coffee-makers coffee-maker coffee-machine 咖啡器具 咖啡机 咖啡壶
water-bottles water-bottle thermos flask 保温水杯 保温杯 水杯
mugs mug cup 杯子 马克杯
board-games board-game 桌游
puzzles puzzle jigsaw 拼图
building-blocks building-block 积木
soft-toys soft-toy plush stuffed-animal 毛绒玩具 玩偶 公仔
toys toy 玩具
novels novel 小说
cookbooks cookbook 菜谱 食谱
children's-books children's-book picture-book 童书 绘本
books book 图书 书
lipsticks lipstick 口红 唇膏
perfumes perfume fragrance 香水
sunscreens sunscreen sunblock 防晒 防晒霜
face-creams face-cream moisturiser moisturizer 面霜
shampoos shampoo 洗发水
hair-dryers hair-dryer hairdryer 吹风机 电吹风
razors razor shaver 剃须刀
office-chairs office-chair desk-chair 办公椅 电脑椅
desks desk 书桌办公桌 书桌 办公桌
desk-lamps desk-lamp 台灯
notebooks notebook notepad 笔记本 记事本 本子
pens pen 笔 钢笔 签字笔
bicycles bicycle bike 自行车 单车
helmets helmet 头盔
yoga-mats yoga-mat 瑜伽垫
dumbbells dumbbell 哑铃 哑铃与力量器材
dog-food 狗粮
cat-food 猫粮
cat-trees cat-tree 猫爬架
"""

# Brands that Chinese shoppers call by a Chinese name. Names that are common words too (兄弟, 博士, 美的)
# are left out: they would find a brand where none is meant.
BRANDS = """
acer 宏碁 宏基
adidas 阿迪达斯 阿迪
amazon 亚马逊
apple 苹果
asus 华硕
bosch 博世
braun 博朗
canon 佳能
casio 卡西欧
dell 戴尔
disney 迪士尼
dyson 戴森
epson 爱普生
fujifilm 富士
google 谷歌
haier 海尔
hisense 海信
honor 荣耀
hp 惠普 hewlett-packard
huawei 华为
ikea 宜家
intel 英特尔
jabra 捷波朗
kingston 金士顿
lego 乐高
lenovo 联想
logitech 罗技
microsoft 微软
motorola 摩托罗拉
muji 无印良品
netgear 网件
nikon 尼康
nike 耐克
nintendo 任天堂
nokia 诺基亚
oneplus 一加
panasonic 松下
philips 飞利浦
puma 彪马
samsung 三星
sandisk 闪迪
seagate 希捷
sennheiser 森海塞尔
sharp 夏普
siemens 西门子
sony 索尼
tefal 特福
toshiba 东芝
tp-link 普联
uniqlo 优衣库
western-digital 西部数据 西数
xiaomi 小米
xerox 施乐
"""

FACETS: Mapping[str, str] = {"brand": BRANDS, "colour": COLOURS, "material": MATERIALS, "category": THINGS}


def groups(facet: str) -> list[tuple[str, ...]]:
    """The groups of names of one facet; a hyphen inside a Latin name stands for a space."""
    found = []
    for line in FACETS.get(facet, "").strip().splitlines():
        found.append(
            tuple(name.replace("-", " ") if name not in _HYPHENATED else name for name in line.split())
        )
    return found


_HYPHENATED = {"tp-link", "hewlett-packard", "t-shirt", "t-shirts", "see-through", "in-ear-headphones"}
