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
        "appeared appear introduced introduce arrived market sale went until start starts described describes description mention mentions states stated according record details detail full here had add adds added adding bit usual usually single far roughly about nearly almost approximately whisker touch depending wrote written author publish published publisher help helps own real really order ordered orders moment once twice slightly exactly least most half times across said saying says complain complains complained complaint find finds finding thinks think praise praises praised mention mentions mentioned mentioning warn warns objects object writes reports report reviewer reviewers review reviews rating ratings rated customer customers buyer buyers owner owners reader readers stars star average averages averaged score scored scores left remain remains remaining price cost priced costs costing save saves saving off down drop dropped fell now currently reduced marked up original extra checked check told everything line-up lineup records collected package scale home please note know shoppers shopper selection particular land curious answer view inventory size-wise i'm on margin margins unfortunately sorry sadly afraid happily indeed certainly sure course page pages right moment asking ask asked terms term spec specs specification specifications specified sheet compare compared comparing comparison place took pay paying paid brand behind brings system company tag reads read hit hits shelf shelves section place places product products manufactured manufacturer manufacture makes maker made produces produced produce producer constructed construct consists consist label view viewed address link links click filed file counts count category categorised classified classify class falls fall received receive present presents presently became become available difference differ differs amounts amount comes come today currently carry carries carrying previously previous earlier former formerly latter old new-look once stood stands figure gives give given works work working relative versus against next beside set put between separate separates sits apart gap marked mark cut cuts discount discounts discounted taken take off knocked deal shop shops store stores website site web online visit visiting head over follow following brings lead leads located found reach reached via we've we're we'll you'll you're you'd they've they're that's there's it's here's what's who's i've i'd let's don't isn't aren't doesn't won't remaining stocked stock units unit piece pieces copies copy still left total there altogether exactly just average averages averaging overall votes vote voted voters based scored score scoring mean rate rates measures measured measuring measurement comes rated weighs supplied supplies supply equipped equip features feature featuring support supports supporting function functions capability capabilities belongs belong type types goes kept entry entries field option options specific feature listed listing lists catalogue catalog described describe terms question asked wondering concerning regarding concerned respect dated day date hit market debut debuted launch launches launching introduced introduction came arrive arrives arrival released release out since priced retails retail sells selling sold sale list price prices pricing tagged buyer yours own get getting gets warranty-backed covered cover covers coverage period lasts lasting lasted guarantees backed spread across among amongst whole lot bunch comes out top bottom end table shown here them these those seen see looking look find finding found noticing note notice maximum minimum max min appearance look finish finished plays play played blend blended mixed hour hours minute minutes day days week weeks month months year years inch inches gram grams kilo kilos kilogram kilograms litre litres liter liters watt watts metre metres meter meters centimetre centimetres centimeter centimeters millimetre millimetres millimeter millimeters millilitre millilitres degree degrees percent lumens decibels".split(),
    )
)
ZH_PLAIN = frozenset(
    (
        "评论数 评价数 点评数 条数 打了 打过 打过分 打的 打出的 折扣价 按 资料 按资料 店 店里 本店 我店 我们店 我们 我们这儿 咱们 这儿 您问 问 所问 目前 拿到 拿 拿下 生产 产 制造 制造商 厂家 厂商 生产商 均分 平均分 得分 标称 显示 系统 规格 "
        "规格表 参数 参数表 一栏 一项 栏 方面 类目 类别 分类 品类 种类 归类 归 归在 归入 列 列在 列为 放 放在 属 发售 发售日 面市 面世 推向 市场 网址 详情页 网页 页 页面 通过 "
        "访问 进入 进 打开 点击 查看 查到 查 可查 见 状态 状态为 情况 说到 论 至于 就 来说 来讲 而言 的话 看 讲 聊到 提 关于 相较 相较于 相比 比起 对比 比较 相差 差 差距 差价 "
        "前者 后者 二者 两者 之间 还要 要 稍 一些 一点 花 花费 付 支付 只花 只要 能 可 可以 就能 便能 买到 买下 入手 带走 购 购买 选购 现售 出售 在售 售出 还在 开卖 开售 标价 "
        "叫价 报价 价钱 价位 定为 原来 原先 先前 此前 之前 以前 过去 曾 曾经 当初 如今 现如今 这会儿 此刻 眼下 当下 现价为 下调 调 调至 调到 下调至 降至 降到 优惠了 立省 享 享受 "
        "少花 少付 节省 金额 幅度 力度 剩 剩余 余 余下 现存 库存 存货 还剩 仅剩 有货 现货 可售 数量 数目 总数 共 共有 总共 一共 合计 收到 收获 获得 得到 得 得了 打出 给 给出 "
        "给了 写 写了 写给 写的 留 留下 条 评论 评价 点评 评 星级 星 分值 打分 满分 五分制 人 位 顾客 用户 买家 表 表里 表中 表格 表格里 列出 所列 列出的 以上 上面 这里 这些 "
        "这里面 这几款 这几个 几款 里头 里面 当中 之中 之列 中 要数 算 排 为 乃 便 即 正 正是 正以 则 也 该 该款 此款 其 之 者 是由 由 出品 打造 推出 旗下 家 家的 出自 来自 "
        "品牌 牌子 名下 产品 商品 东西 单品 型号 一款 这款 那款 外观 外表 呈 呈现 配色 颜色为 用料 材质为 所用 采用 选用 制 制成 做 做成 做的 成 尺码 尺寸 码 号 规格为 功能 "
        "功能之一 之一 支持 带 带有 具备 具有 拥有 有 不含 不带 缺少 缺 质保 保修 质保期 保修期 期 为期 时长 长达 达 达到 享有 提供 附带 附 含 日 那天 那时 时间 日期 期间 开始 "
        "首次 首发 正式 上市 上架 发布 发行 问世 登场 亮相 的 了 是 在 和 与 及 或 都 还 约 它 这 那 此 于 以 并 且 而 从 到 至 您 你 我 会 用 配 仅 只 才 又 再 很 "
        "把 被 让 对 向 跟 同 去 来 上 下 里 内 外 前 后 些 么 吗 呢 吧 啊 哦 等 每 各 全 总 整 半 几 第 个 款 台 件 双 副 部 张 瓶 盒 套 种 支 本 层 片 颗 粒 "
        "根 元 块 角 分 年 月 天 周 时 名 项 样 次 左右 上下 大约 差不多 正好 刚好 足足 整整 将近 接近 不到 超过 出头 以内 以下 现在 已经 一直 始终 都是 都有 分别 同一个 "
        "款式 版本 这个 这台 这件 这双 这只 这条 这张 这把 那个 那台 一个 名叫 叫做 叫 名为 属于 产自 售价 卖价 现价 价格 定价 原价 售 卖 价 只需 仅需 需要 能够 可选 可供选择 "
        "选择 选 供 分为 配有 配备 附有 使用 包括 内含 适合 适用 制作 材质 材料 面料 颜色 色 重量 重约 长度 宽度 高度 厚度 深度 容量 装 能装 可装 续航 功率 评分 平均 口碑 读者 "
        "参与 货 并且 而且 但是 但 不过 以及 同时 另外 此外 其中 除了 之外 因此 所以 如果 要是 想要 想 喜欢 推荐 考虑 为您 找到 看看 说 提到 表示 觉得 认为 反映 提醒 有人 特点 "
        "设计 信息 商品页 链接 详情 地址 请 点 左手 自己 本身 当然 确实 其实 真的 非常 十分 相对 时候 也可 也能 还能 还有 还可以 随时 恤 买 想买 克 千克 公斤 斤 两 厘米 毫米 "
        "米 升 毫升 小时 分钟 秒 瓦 英寸 寸 度 分贝 倍 降价 一次 每次 最多 最少 至少 起 到手 很遗憾 遗憾 到现在为止 到目前为止 截至目前 截至 累计 下面 底下 上有 有着 优惠价 折后 "
        "降价后 降价前 减 "
        "较原价 比原价 比原来 比以前 比之前 较以前 现价较原价 比原来便宜这么多 比原价便宜 比平时 "
        "出的 所属的 所属 这一类 这类 类里 里有 归在 大家给 大家 根据 自 起 标的 标着 仓库 仓库里 已 不好意思 抱歉 基础上 并 平均下来 下来 人数 评分人数 自带 并不 写的是 "
        "是没有的 "
        "亲 哦 啦 呀 综合 的综合 综合得分 要说哪款 要说 那就是 哪款 划线价 划线价是 放心 可以满足 满足 相当于 相当于原价的 买家们 我帮您查了下 帮您查了下 戳这里 戳 我看了一下 看了一下 列出来的这些 列出来的 这些就数 就数 在展示的商品中 展示的 翻翻 您可以翻翻 写了 对应 我们把 哈 喔 这边 这边是 的地址发您了 地址发您了 发您了 的码数 的码数是 码数是 我查了一下 我查了下 我查过了 查了一下 查过 在库 评出来的 评出来 评过分 评过 放一起看 放一起 放在一起 差额 现价和原价的差额 标注为 标注 标为 处于 余量 余量为 仍然 仍 之前标 写着 一栏写着 "
        "参数表上 页面上 这款产品是 类的 参与 分类下 上标 是前者 是后者 的是前者 的是后者 "
    ).split()
)
