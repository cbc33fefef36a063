"""Words that claim nothing by themselves, in English and Chinese."""

from assistant.plain_words import CONNECTING
from assistant.verify.lexemes import stem

PLAIN = frozenset(
    stem(word)
    for word in (
        *CONNECTING,
        *"get gets got give gives given goes go going gone make makes made take takes took taken say says said call called calls named name names known find found finds "
        "see shows show shown sold sells sell listed list stands standing sits sit belongs belong keep keeps kept put puts turn turns thing things one ones item items product products "
        "model models piece version variant type kind sort line range edition shop store catalogue table people person someone anyone everybody nobody shopper you we us our i me my "
        "really quite rather fairly simply actually currently now today still already yet again too also else even only just exactly precisely "
        "together separately respectively overall instead besides plus whereas whose whom them themselves itself every each both all any many much more most less least few several "
        "first second third last next other others another same different such so very nothing something anything here there where when why how than then not no nor neither none never "
        "cannot can't doesn't don't isn't aren't won't without lack lacks between among against across through throughout around along away back down off onto upon within during until since before after "
        "while because if unless although though however therefore thus and or but either bought buy buys buying pick picks picking choose chooses chosen choosing choice comes come came coming "
        "goes happens happy bring brings means mean means let lets set sets able ability well way ways part parts side sides kind total amount number figure worth pair pairs unit units "
        "stays stay fits fit offer offers offered reach reaches built build builds combine combines come works work needs need needed used use uses using like likes dated date dates launched launch released release "
        "appeared appear introduced introduce arrived market sale went until start starts described describes description mention mentions states stated according record details detail full here had add adds added adding bit usual usually single far roughly about nearly almost approximately whisker touch depending wrote written author publish published publisher help helps own real really order ordered orders moment once twice slightly exactly least most half times across said saying says complain complains complained complaint find finds finding thinks think praise praises praised mention mentions mentioned mentioning warn warns objects object writes reports report reviewer reviewers review reviews rating ratings rated customer customers buyer buyers owner owners reader readers stars star average averages averaged score scored scores left remain remains remaining price cost priced costs costing save saves saving off down drop dropped fell now currently reduced marked up original extra maximum minimum max min appearance look finish finished plays play played blend blended mixed hour hours minute minutes day days week weeks month months year years inch inches gram grams kilo kilos kilogram kilograms litre litres liter liters watt watts metre metres meter meters centimetre centimetres centimeter centimeters millimetre millimetres millimeter millimeters millilitre millilitres degree degrees percent lumens decibels".split(),
    )
)
ZH_PLAIN = frozenset(
    "的 了 是 为 有 在 和 与 及 或 也 都 共 还 约 达 其 它 这 那 该 此 由 于 以 并 且 而 从 到 至 您 你 我 可 能 会 要 用 带 配 含 仅 只 就 才 又 再 很 更 比 把 被 让 给 对 向 跟 同 于 去 来 上 下 里 中 内 外 前 后 "
    "些 么 吗 呢 吧 啊 哦 等 每 各 全 总 整 半 多 少 几 数 第 个 款 台 件 双 条 副 部 张 瓶 盒 套 种 支 本 层 片 颗 粒 根 只 把 元 块 角 分 星 号 码 年 月 日 天 周 时 人 位 名 家 项 样 次 "
    "左右 上下 大约 差不多 正好 刚好 足足 整整 将近 接近 不到 超过 出头 以内 以上 以下 之间 目前 现在 如今 已经 一直 始终 都是 都有 分别 同一个 牌子 品牌 出品 产品 商品 东西 款式 型号 版本 这里 这款 这个 这台 这件 这双 这只 这条 这张 这把 "
    "那款 那个 那台 一款 一个 名叫 叫做 叫 名为 出自 来自 属于 产自 推出 上市 发布 问世 上架 开售 开卖 售价 卖价 现价 价格 定价 标价 原价 售 卖 价 只要 只需 仅需 需要 可以 能够 可选 可供选择 选择 选 供 分为 分 "
    "共有 一共 总共 拥有 具有 具备 配有 配备 带有 附有 采用 使用 支持 包括 包含 内含 提供 适合 适用 属 做 做的 做成 制成 制作 材质 材料 用料 面料 颜色 色 尺寸 尺码 大小 重量 重 重约 长 宽 高 厚 深 长度 宽度 高度 厚度 深度 "
    "容量 装 能装 可装 续航 功率 评分 平均 平均分 口碑 得分 评价 顾客 买家 用户 读者 打分 参与 库存 有货 现货 货 并且 而且 但是 但 不过 以及 同时 另外 此外 其中 除了 之外 因此 所以 如果 要是 想要 想 喜欢 推荐 考虑 "
    "为您 找到 看 看看 说 讲 提到 表示 觉得 认为 反映 提醒 有人 功能 特点 设计 信息 页面 商品页 链接 详情 地址 请 点 这里 查看 左手 自己 本身 当然 确实 其实 真的 非常 十分 比较 相对 最 之中 当中 时候 可 也可 也能 还能 还有 还可以 随时 "
    "恤 买 想买 克 千克 公斤 斤 两 厘米 毫米 米 升 毫升 小时 分钟 秒 瓦 英寸 寸 度 分贝 倍 折 降 降到 降价 便宜 省 贵 多出 少 达到 一次 每次 最多 最少 至少 起 到手".split()
)  # fmt: skip
