"""What shoppers ask about: words of the question, attributes that answer it, words in which reviews speak of it."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.schema import Language


@dataclass(frozen=True)
class Aspect:
    """One thing that can be asked about a product. All patterns are for folded text, in both languages.

    Attributes:
        key: Its name in code.
        en: What it is called in a sentence about reviews.
        zh: The same in Chinese.
        asked: Words of a question about it.
        names: Names of attributes that tell it, the likeliest first, parted by `|`; empty if none does.
        mentions: Words in which a review or a description speaks of it; empty for those of the question.
        felt: Whether what buyers say of it belongs to the answer beside the record's value.
        most: Whether the value is the most that a quantity in the question may be.
        bare: Whether a yes or a no would not tell which of the two was asked: "does it leak" of what is leakproof.
        several: How many attributes tell it together.
        hides: Keys of aspects that are not meant when this one is.
    """

    key: str
    en: str
    zh: str
    asked: str
    names: str = ""
    mentions: str = ""
    felt: bool = False
    most: bool = False
    bare: bool = False
    several: int = 1
    hides: tuple[str, ...] = ()

    @cached_property
    def question(self) -> re.Pattern[str]:
        """Finds the aspect in a question."""
        return re.compile(self.asked)

    @cached_property
    def speaks(self) -> re.Pattern[str]:
        """Finds the aspect in a review or a description."""
        return re.compile(self.mentions or self.asked)

    @cached_property
    def attribute(self) -> re.Pattern[str] | None:
        """Finds the attributes that tell it, by name."""
        return re.compile(self.names) if self.names else None

    def called(self, language: Language) -> str:
        """What it is called in a sentence."""
        return self.zh if language == "zh" else self.en


ASPECTS: Sequence[Aspect] = (
    Aspect(
        "warranty", "the warranty", "保修",
        r"\bwarrant|\bguarant|保修|质保|三包|\bcovered if",
        r"^warranty|guarantee|质保|保修",
    ),
    Aspect(
        "load", "how much it carries", "承重",
        r"\bmax(?:imum)? (?:weight|load)|\bweight (?:limit|capacity)|\b(?:hold|support|carry|take|bear)s?\b.*(?:\d ?(?:kg|kilo|lb|pound|stone)|weigh)|"
        r"\bhow much (?:weight )?(?:can|does|will|do) (?:\w+ ){1,3}(?:hold|carry|support|take)|\bweigh\w* \d+|承重|载重|限重|最大重量|负重|(?:坐|睡|站|载|放|撑)[^，。]{0,3}多重|"
        r"\d ?(?:kg|公斤|斤).*(?:坐|站|能|行|装|提)|(?:撑|扛|压)得住|\bbig (?:lad|guy|man)\b",
        r"max(?:imum)? load|max .*weight|holds up to|承重|负重|体重上限|最大称重",
        r"\bkg\b|\bweight|sturdy|wobbl|bend|bent|承重|压弯|结实|晃",
        most=True, hides=("weight", "power"),
    ),
    Aspect(
        "charging", "charging", "充电",
        r"\bhow (?:long|fast|quick\w*)\b.*\bcharg|\bcharging (?:time|speed)|\b(?:fast|quick)[- ]?charg|\brecharge\b|充满|充电(?:要|需|多|时间|快|速)|快充|充多久",
        r"^(?:re)?charg\w* time|^charging power|充电时间|自充|充电功率",
        r"\bcharg|充电|充满",
        felt=True, hides=("battery", "lasting", "taking"),
    ),
    Aspect(
        "wireless charging", "wireless charging", "无线充电", r"\bwireless(?:ly)? charg|\bcharg\w* wireless|\bqi\b|无线充", r"wireless charg|无线充", r"\bwireless charg|无线充",
        hides=("charging", "wireless"),
    ),
    Aspect(
        "taking", "how long it takes", "耗时",
        r"\bhow (?:long|many (?:minutes|hours))\b(?!.*\b(?:charg|deliver|ship|arriv))(?:.*\btakes?\b|.*\b(?:games?|rounds?|match)\b)|(?<!电能)(?<!电可以)(?<!电)(?:玩|打|拼|搭|做|煮|烧|烤|冲|晾|干|读)(?:完|好|开|干)?(?:一[局盘次壶杯遍]|它)?(?:要|得|需要?|大概)*(?:多久|多长时间|几个?(?:分钟|小时))|一[局盘](?:要|得|大概)*(?:多久|几)",
        r"play(?:ing)? time|(?:build|set-up|boil|cook|brew)\w* ?time|duration|^time|游戏时长|(?:拼搭|搭建|冲煮)时间|烧开|时长", r"\bminutes?\b|\bhours?\b|\bin an? (?:evening|afternoon|day)|分钟|小时|一局",
        hides=("gaming", "battery", "lasting"),
    ),
    Aspect(
        "battery", "the battery", "续航",
        r"\bbattery\b|\bruntime\b|\bhow long\b.*\b(?:run|per charge|on (?:a|one) charge)\b|续航|电池|能?[用听飞][多几]个?(?:[久九长]|小时)|待机|耗电|费电|充一次",
        r"battery(?! with)|run ?time|play(?:back)? ?time|flight time|standby|talk time|shots per charge|battery|续航|电池|飞行时间|待机|拍摄张数",
        r"\bbatter(?:y|ies)\b|\bcharg(?:e|es|ing)\b|\b(?:hours|days) (?:between|of (?:music|play|use)|if)|续航|电池|没电|掉电|一次电|充电|电量",
        felt=True, hides=("lasting",),
    ),
    Aspect(
        "lasting", "how long it lasts", "持久度",
        r"\bhow (?:long|many \w+)\b.*\blasts?\b|\blasting\b|\blongevity\b|持[妆久]|留香|脱妆|(?:能|可以)(?:[用管撑烧亮放顶]|保持)?多(?:久|长时间)",
        r"lasting time|longevity|burn time|battery life|run ?time|play(?:back)? ?time|insulation|keeps|lifetime|持妆|留香|燃烧|续航|保温时长|寿命",
        r"\blast(?:s|ed|ing)?\b|stayed put|\bwore? off|\bhours?\b|\bkm\b|公里|持久|持妆|留香|掉妆|脱妆|小时",
        felt=True,
    ),
    Aspect(
        "supply", "the power supply", "供电",
        r"\bplug(?:s|ged)? in\b|\bmains\b|\bneed (?:a )?batter|\b(?:what|which) (?:kind of |sort of |type of |size )?batter|\bbatteries\b|插电|要(?:装)?电池|几[号节颗粒块个]电池|用(?:的)?什么电|供电|不用插",
        r"power source|^batteries$|供电|^电源|能源|^电池数",
        r"\bbatteries\b|\b(?:aa|aaa|cr\d+) (?:batter|cell)|\bmains\b|\bplugs? in|电池供电|[号节]电池|插电|供电",
        hides=("battery",),
    ),
    Aspect(
        "submerged", "water", "水下使用",
        r"\bunder ?water\b|\bswim|\bsubmer|\bdiv(?:e|ing)\b|\bsnorkel|\bpool\b|潜水|游泳|水下|泡(?:在)?水|浮潜",
        r"water resistance|waterproof(?! liner)|防水等级|^防水$|^防水指数",
        r"\bwaterproof|\bunder ?water|\bswim|\bsnorkel|\bpool\b|防水|潜|游泳|水下",
        felt=True, hides=("waterproof",),
    ),
    Aspect(
        "waterproof", "water", "防水",
        r"\bwat+er? ?-?(?:pro+f|resist|tight)|\brain(?:y|ing|proof)?\b|\bget(?:s|ting)? wet\b|\bwet\b|\bsplash|\bshower\b|\bbath\b|\bpuddle|\briver\b|\bsnow\b|\bstorm\b|\bdownpour|\bkeep (?:me|us|my \w+) dry|"
        r"防水|淋雨|下雨|大雨|雨天|雨里|洗澡|泼水|溅水|进水|下雪|水坑|会湿|湿透",
        r"water(?:proof(?! liner)| resistance|tight)|weather sealed|\bip\b.*\bcode|^protection features?$|^protection class|抗水|防水(?!内衬)|防尘防滴|可盛水",
        r"\bwaterproof|\brain(?:ed|s)?\b|\bsoak|\bwet\b|\bdry (?:under|in|back)|\bdownpour|\bshower|\bsleet|\bsplash|防水|[下大暴阵淋]雨|雨里|湿|进水|渗",
        felt=True,
    ),
    Aspect(
        "float", "floating", "浮水", r"\bfloats?\b|浮(?:起|水|在)", "", r"\bfloat|浮(?:起|水|在)|浮着",
    ),
    Aspect("dishwasher", "the dishwasher", "洗碗机", r"\bdish ?-?wash\w*|洗碗机", r"dishwasher|洗碗机", r"dish ?-?washer|洗碗机", hides=("washing",)),
    Aspect("microwave", "the microwave", "微波炉", r"\bmicro ?-?wav\w*|微波", r"microwave|微波", r"microwave|微波"),
    Aspect("oven", "the oven", "烤箱", r"\boven\b|烤箱", r"oven|烤箱", r"\boven\b|烤箱"),
    Aspect("hob", "hobs", "灶具", r"\binduction\b|\bhobs?\b|\bstove\b|\bcooktop\b|电磁炉|燃气灶|明火", r"induction|电磁炉", r"\binduction|\bhobs?\b|电磁炉|燃气"),
    Aspect(
        "fading", "colours that run", "掉色",
        r"\b(?:colou?rs?|dye)\b.*\b(?:run|fade|bleed|come off|wash out)|\bfad(?:e|es|ing)\b|\bstain my\b|掉色|褪色|染(?:色|手)",
        "", r"\bdye\b|\bfad(?:e|ed|es|ing)\b|\bcolou?r (?:ran|came off|held)|掉色|褪色|颜色没掉|染(?:色|到|了)",
        hides=("washing",),
    ),
    Aspect(
        "washing", "washing", "清洗",
        r"\b(?:mashine |machine )?wash(?:able|ed|ing)?\b|\bclean(?:ed|ing)?\b|\bcare (?:for|instructions)|[机水手干能可好拆]洗|怎么洗|洗吗|来洗|清洗|清洁|洗涤|难洗",
        r"machine washable|washable|^care$|可机洗|^洗涤|可水洗|外套可洗",
        r"\bwash|\bclean|洗",
    ),
    Aspect(
        "cancelling", "noise cancelling", "降噪", r"\bnoise[- ]?cancel\w*|\banc\b|降[噪澡]", r"noise cancel|降噪",
        r"\bcancel(?:s|l\w*|ing)?\b|\banc\b|降噪|静音", felt=True, hides=("noise",),
    ),
    Aspect(
        "noise", "noise", "噪音",
        r"\bloud\b|\bnois[ey]\w*|\bquiet\b|\bsilent\b|\bsqueak|吵|噪音|声音(?:大|响)|静音|响不响|会响",
        r"^noise(?! cancel)|silent|噪音|静音", r"\bloud(?!speaker)|\bnois[ey]\b|\bquiet|\bsilent|\bhums?\b|\bwhin(?:e|es|ing)\b|\bsqueak|吵|噪音|声音大|就是响|静音|没有?声|噪声|轰",
        felt=True, bare=True,
    ),
    Aspect(
        "sizing", "how it fits", "尺码大小",
        r"\b(?:run|fit|come up)s? (?:a bit |rather |too )?(?:small|large|big|tight|narrow|true)|\btrue to size|\bsizing\b|\bsize (?:up|down)\b|\bbigger or smaller|\b(?:wide|narrow|big|flat) (?:feet|foot)\b|\binstep|\b(?:which|what) size\b(?! (?:is|are) (?:it|they|this))|\btall(?:er)? (?:people|person|guy|man|woman|riders?)\b|\bi(?:'m| am) (?:\d{2,3}|tall|short)\b|"
        r"脚宽|宽脚|脚肥|脚背|大脚|偏大|偏小|尺码准|码数准|正码|合脚|大一码|小一码|[穿睡选买用](?:多大|什么[码号]|哪个[码号]|几[码号])|什么码|哪个码|多大[码号]?的?(?:合适|才?够|好)|会不会小|会不会大|身高|高个子|个子[高矮]|一米[一二三四五六七八九]",
        r"^fits up to|适合身高|^max (?:dog|cat) weight|鞋楦宽度|版型|^fit$|^width$",
        r"\bi(?:'m| am) \d|\d ?公斤的|一米[一二三四五六七八九]|个子|\bsiz(?:e|ing)\b|\bruns? (?:small|large|big|true)|\bwide\b|\binstep|宽脚|脚宽|脚背|\btoo (?:small|big|large|tight|long|short|narrow|wide)\b|\btight\b|\bsnug|\bnarrow\b|\bfits? (?:perfect|like|well|a )|(?:小|大)一码|偏[大小紧窄]|正码|尺码|合[身适脚]|夹头?|两侧夹|挤",
        felt=True, hides=("size",),
    ),
    Aspect(
        "heat", "heat and sweat", "闷热出汗",
        r"\bsweat|\bget(?:s)? (?:too )?hot\b|\boverheat|\bbreath|闷|出汗|透气|捂|发热|发烫|烫手",
        r"breathab|透湿|透气", r"\bsweat|\bhot\b|\boverheat|\bbreath|\bwarm to the touch|(?<!发)闷|汗|透气|捂|烫|过热|一片湿",
        felt=True,
    ),
    Aspect(
        "comfort", "comfort", "舒适度",
        r"\b(?:un)?comf\w*|\bhurts?\b|\bpain|\bsore\b|\bblister|\bpinch|\brub(?:s|bing)?\b|挤脚|磨脚|夹[头脚]|舒服|舒适|硌|疼|累不累|脚感|坐久|戴久|久坐",
        "", r"\b(?:un)?comf\w*|\bhurt|\bpain|\bsore\b|\bblister|\bpinch|\bcramp|\bknees?\b|\bfelt like|\bached?\b|挤脚|挤|磨|夹|舒服|舒适|硌|疼|酸|累|出血",
        felt=True,
    ),
    Aspect(
        "durability", "how long it holds", "耐用程度",
        r"\bdurab|\bsturd|\bbreak(?:s|ing)?\b|\bbroken?\b|\bquality\b|\bwell made|\bsolid\b|\bhold(?:s)? up\b|\bfall(?:s)? apart|\blast (?:long|me|years)|\brobust|\breliab|\bconk|\bsurvive|"
        r"结实|耐用|耐穿|耐摔|质量|易坏|容易坏|会坏|坏了|做工|散架|牢固|靠谱|经造",
        r"drop resistance|drop protection|bend test|抗跌落|防摔|弯折",
        r"\bbroke|\bbreak|\bsnapped|\bcrack|\bdied\b|\bdead\b|\bstopped\b|\bfell (?:off|apart)|\bcame off|\bdurab|\bsturd|\bsolid\b|\bsurviv|\bstill (?:going|look|cut|work)|\bwarp|\bfray|\btore|\bopened within|"
        r"\bsplit\b|\bleaked|\bno longer|\bafter (?:\w+ )?(?:months?|years?)|坏|断了?|裂|脱线|开胶|结实|耐[用穿摔]|质量|做工|扎实|变形|散架|松了?|用了.{0,3}[年月]",
        felt=True, hides=("lasting",),
    ),
    Aspect(
        "smell", "the smell", "气味",
        r"\bsmell|\bstink|\bodou?r|\bscent|\bfragran|\bperfumed?\b|\bwhiff|味道?(?:大|重|浓|难|好|冲|怎)|气味|异味|味儿|香味|香精|甲醛|甲全|有味|刺鼻|难闻|好闻",
        r"scent|fragrance|香味|香精", r"\bsmel|\bstink|\bstank|\bodou?r|\bscent|\bchemical|味(?!道.{0,2}偏)|刺鼻|好闻|难闻|\bperfume",
        felt=True,
    ),
    Aspect(
        "screen", "the screen", "屏幕", r"\bscreen\b|\bdisplay\b|屏",
        r"screen size|^screen|display diagonal|屏幕尺寸|^屏幕|^size$|^尺寸$", r"\bscreen|\bdisplay|屏", hides=("size",),
    ),
    Aspect(
        "cord", "the cable", "线", r"\b(?:cord|cable|lead|wire)\b.*\b(?:long|length|reach)|\bhow long\b.*\b(?:cord|cable|lead|wire)\b|线(?:有|是)?多长|线长|线够",
        r"cable length|^cable$|^length$|线长|^长度$", r"\bcord\b|\bcable|\blead\b|线长|电源线", hides=("length",),
    ),
    Aspect("width", "the width", "宽度", r"\bhow wide\b|\bwidth\b|多宽|宽度|有多宽", r"^width|panel width|宽"),
    Aspect("height", "the height", "高度", r"\bhow (?:tall|high)\b|\bheight\b(?! adjust)|多高|高度(?!.{0,3}[调升])", r"^height|seat height|^height$|shaft height|heel height|高度|座高"),
    Aspect("depth", "the depth", "深度", r"\bhow deep\b|\bdepth\b|多深|深度", r"depth|深"),
    Aspect("thickness", "the thickness", "厚度", r"\bhow thick\b|\bthick(?:ness)?\b|\bthin\b|多厚|厚度|厚不厚|薄不薄|厚吗|薄吗", r"thick|厚", r"\bthick|\bthin\b|厚|薄"),
    Aspect("length", "the length", "长度", r"\bhow long (?:is|are)\b|\blength\b|多长(?!时间)|长度", r"^length|\blength$|长度|裙长|车长"),
    Aspect(
        "size", "the size", "大小", r"\bhow (?:big|large|small)\b|\bdimension|\bmeasure(?:ment)?s?\b|\bwhat size\b|\bsize of\b|多大(?!年)|尺寸|大小|长宽高|体积|占地方",
        r"dimension|^size$|finished size|base size|screen size|capacity|diameter|^width$|^height$|^depth$|^length$|产品尺寸|尺寸|规格|容量|直径|宽度|高度|深度|长度|体积",
        r"\bbig\b|\bsmall\b|\blarge\b|\btiny\b|\bcompact|\bbulk|大小|太大|太小|占地|尺寸",
        several=4,
    ),
    Aspect("laptop", "laptops", "电脑", r"\blaptop\b|\bmacbook\b|笔记本|电脑", r"laptop|可装电脑|电脑尺寸", r"\blaptop|笔记本|电脑", most=True, hides=("screen", "size")),
    Aspect(
        "capacity", "the capacity", "容量",
        r"\bcapacity\b|\bhow much (?:does|can|will) (?:it|they) (?:hold|fit)\b|\bhow many (?:litres|liters|cans|cups)|\bvolume\b|多少罐|几罐|多少听|容量|能装多少|装多少|几升|多少升|毫升",
        r"capacity|^volume|holds|^cups|容量|容积|可装|^杯量|净含量", several=2,
    ),
    Aspect(
        "door", "doors", "进门", r"\bdoor(?:way)?s?\b|\bstairs\b|\blift\b|进门|过门(?!槛)|门(?:能|够|进)|电梯|楼梯", "", r"\bdoors?\b|\bstairs\b|\bupstairs\b|\blift\b|[的进过]门|门(?:也|都)|上楼|电梯",
        hides=("width",),
    ),
    Aspect("phone", "charging a phone", "给手机充电", r"\bcharge (?:my|a|your|the) (?:phone|mobile)|给手机充|充手机|手机充电", "", r"\bphone\b|手机", hides=("charging", "battery")),
    Aspect(
        "compatible", "what it fits", "适配", r"\bcompat\w*|\bworks? with\b|\bfits? (?:the|my|an?|on|in)\b|\bconnect to\b|\bfits?\W*$|适配|兼容|能(?:装|配|连)|装得上|配得上|型号",
        r"^fits(?! up)|^compatib(?!le (?:mem|oper))|^model$|适配|兼容|^connectors?$", r"\bcompatib|\bfits?\b|\bworks with|适配|兼容|配",
    ),
    Aspect("system", "operating systems", "系统", r"\bwindows\b|\bmac ?os\b|\bmac\b|\blinux\b|\bandroid\b|\bios\b|\boperating system|系统|安卓|苹果", r"operating system|系统(?!要求)", r"\bwindows|\bmac\b|\bandroid|\bios\b|系统", hides=("compatible",)),
    Aspect("wifi", "Wi-Fi", "无线网络", r"\bwi-?fi\b|\bwlan\b|无线网", r"^wi-? ?fi$|^wi-? ?fi (?:stand|connect)|^wlan|^standard$|无线标准", r"\bwi-?fi\b|\bwlan\b"),
    Aspect("expand", "adding to it", "升级扩展", r"\b(?:add|put in|insert)\b.*\b(?:memory|ram|storage|card)|\bupgrad|\bexpand|加内存|内存.*加|扩展|升级|扩容|插卡", "memory card|存储卡", r"\bupgrad|\bdoubled\b|\banother stick|\badd\w* memory|\bmemory[- ]card|加内存|扩展|升级|存储卡|加一条", hides=("memory", "storage")),
    Aspect("memory", "memory", "内存", r"\bmemory\b|\bram\b|内存", r"^memory$|^internal memory$|^ram capacity|^ram$|内存|^memory", r"\bmemory\b|\bram\b|内存"),
    Aspect("storage", "storage", "存储", r"\bstorage\b|\bhow many (?:gb|gigs)\b|\bdisk\b|存储|硬盘|多少[gG]", r"^storage|storage capacity|^capacity|存储|硬盘", r"\bstorage\b|存储|硬盘|很快满"),
    Aspect(
        "material", "the material", "材质",
        r"\bmade (?:of|off|from|out)\b|\bmaterials?\b|\bfabric\b|\bwhat(?:'s| is) (?:it|in it)$|材[质料]|什么料|面料|什么做|成分|料子|填充",
        r"^materials?|^fabric$|^filling|^fill$|^upper|^cover$|材[质料]|面料(?!克重)|成[分份]|填充(?!物?重|克重)", r"\bmaterial|\bfabric|\bplastic\b|\bleather\b|\bcotton\b|材质|面料|料子|塑料|真皮",
    ),
    Aspect("light", "the light", "灯光亮度", r"\bbri(?:ght|te)\w*|\blumens?\b|多亮|亮度|亮不亮|够亮|流明", r"^brightness|lumin|光通量|亮度", r"\bbright|\bdim\b|亮|暗"),
    Aspect("power", "power", "功率", r"\bwatt|\bhow (?:much power|powerful)|\bpower(?:ful)?\b(?! (?:bank|source|supply))|\bstrong\b|功率|多少瓦|劲大|动力", r"^power(?! source)|^speaker power|^sound power|wattage|^suction|功率|吸力", r"\bpower(?:ful)?\b|\bweak\b|\bstrong|功率|劲|风大|吸力"),
    Aspect("speed", "speed", "速度", r"\bhow fast\b|\bspeed\b|多快|速度|时速|快不快", r"top speed|^speed$|read speed|print speed|data speed|boil time|时速|速度|烧开", r"\bfast\b|\bslow|\bspeed|快|慢"),
    Aspect("area", "coverage", "覆盖范围", r"\bcover(?:age|s)?\b.*\b(?:area|house|flat|room|m2|much)|\bhow (?:much|big an?) area|\bcoverage\b|\brange\b|覆盖|面积|多远|距离", r"coverage|^range|area|beam distance|覆盖|面积|距离", r"\brange\b|\bsignal|\bcover(?:s|age)\b|信号|覆盖|距离"),
    Aspect("speaker", "speakers", "扬声器", r"\bspeakers?\b|音箱|扬声器|外放|喇叭", r"built-in speakers|speaker power|sound power|内置音箱|音响功率", r"\bspeakers?\b|音箱|扬声器|外放|喇叭"),
    Aspect("sound", "the sound", "音质", r"\bsound(?:s)?\b|\bbass\b|\baudio\b|\btreble\b|音质|低音|音效|声音(?:怎|好)", r"^sound(?! power)|^发声$", r"\bsounds?\b|\bbass\b|\btreble\b|音(?!乐)|低频", felt=True),
    Aspect("camera", "the camera", "拍照", r"\bcamera\b|\bphotos?\b|\bpictures?\b|\bmegapixel|拍照|摄像|像素|拍(?:得|出)", r"camera|resolution|像素|摄像", r"\bcamera|\bphotos?\b|\bpictures?\b|\bportrait|拍|摄像|画质|夜景", felt=True),
    Aspect("adjust", "adjusting it", "调节", r"\badjust|\brais(?:e|ed) (?:and|or|it)|升降|可调|能调|调节|调高|调低|可以调|能条", r"adjust|可升降|可调|腰托|调节", r"\badjust|\brises?\b|\btilts?|升降|可调|调节|仰"),
    Aspect("packed", "the packed size", "收纳尺寸", r"\bhow (?:small|big|large|compact|tiny)\b.*\bpack|\bpack(?:s|ed)? (?:down|up|small|size|length|away)\b|收纳(?:后|起来|尺寸)|收起来(?:后|多)|打包后", r"^packed|^folded|收纳", r"\bpack(?:s|ed)?\b|收纳"),
    Aspect("fold", "folding", "折叠", r"\bfold|\bcollaps|折叠|能折|对折", r"^fold(?:able|s)$|可折叠|collaps|folded length|packed length|收纳长度", r"\bfold|\bcollaps|折"),
    Aspect(
        "wireless", "the connection", "连接", r"\bwireless\b(?! charg)|\bcordless\b|\bwired\b|\bbluetooth\b|\bblutooth\b|\bconnect(?:ion|ivity)\b|无线(?!充)|有线|蓝牙|怎么连",
        r"^cordless|^wireless$|^connection|bluetooth|^wi-fi|^connectivity|^无线$|连接方式|蓝牙版本|^蓝牙", r"\bwireless|\bcordless|\bbluetooth|\bconnect|\bpairing\b|无线|蓝牙|连接",
    ),
    Aspect("jack", "the headphone socket", "耳机孔", r"\b(?:head|ear)phones? (?:jack|socket|port|hole)|\b(?:hole|socket|plug|port|jack) for (?:my |the |an? )?(?:wired )?(?:head|ear)(?:phones?|buds?|sets?)|\bplug (?:in )?(?:my |the |some )?(?:wired )?(?:head|ear)phones|\bjack\b|\baux\b|耳机[孔口]|耳机接口|插耳机", r"headphone socket|headphone (?:out|connect)|耳机孔|耳机接口"),
    Aspect("ports", "the ports", "接口", r"\bports?\b|\busb\b|\busb-c\b|\bhdmi\b|接口|插口", r"^ports|hdmi|usb|^connectors?|connectivity|接口", r"\bports?\b|\busb|\bhdmi|接口", several=3),
    Aspect(
        "included", "what comes with it", "附带物品",
        r"\bcomes? with\b|\binclude|\bin the box\b|\bsupplied\b|\bdo i get\b|\bhave to buy\b|带.{1,5}[吗么]|带不带|[附赠]送?|送(?!货|礼|人|给|女|男|爸|妈).{0,5}(?:吗|么|不)|配(?:了|有|不配).{0,5}(?:吗|么)|包装(?:里|内)|盒(?:里|内)|另(?:外)?[买购]",
        r"included|^含|^附", r"\bin the box|\bincluded\b|\bcomes? with|\bsold separately|附|盒内|另购|随(?:袋|盒)|赠",
    ),
    Aspect("sold", "how many it is sold as", "销售单位", r"\b(?:one or (?:a pair|two)|a pair\b|per (?:piece|pair|pack)|each\b|how many (?:are )?in (?:a|the) (?:pack|box|set))|一对|一双|单只|几[个只支条]装|一[包盒套](?:有)?[几多]", r"^sold as|^pack|^pieces|销售单位|^件数|^支数|^条数|^套装|^数量"),
    Aspect("author", "the author", "作者", r"\bwho (?:wrote|is the author|writes)|\bauthor\b|作者|谁写", r"author|作者"),
    Aspect("players", "players", "人数", r"\bhow many (?:people |can |players|kids )*(?:can )?play|\bplayers\b|几个人?玩|多少人玩", r"players|人数", r"\bplayers?\b|个人"),
    Aspect("seats", "seats", "座位", r"\bseats?\b(?! height)|\bhow many (?:people|persons)|\bsleeps?\b|几个人?(?:坐|睡|住)|多少人(?:坐|睡|住)|几人", r"^seats$|^capacity|^sleeps|座位数|可住人数|适用人数", r"\bseats?\b|\bpeople\b|个人"),
    Aspect("language", "the language", "语言", r"\blanguages?\b|\bspeaks?\b|\bin (?:english|chinese|german|french|spanish)\b|\b(?:english|chinese)\b|中文|英文|英语|汉语|语言", r"languages?|语言", r"\benglish\b|\bchinese\b|中文|英文|语言"),
    Aspect("assembly", "putting it together", "安装", r"\bassembl|\bput(?:ting)? (?:it )?together|\bset(?:-| )?up\b|\binstall|\bbuild it|安装|组装|按装|装起来|好装|师傅|打孔", r"assembl|set-up|安装|组装|搭建", r"\bassembl|\bput (?:it )?together|\bset(?:-| )?up\b|\bscrew|\bbolt|\binstall|装好|安装|组装|师傅|螺丝|扳手", felt=True),
    Aspect("insulation", "keeping hot or cold", "保温", r"\bkeeps?\b.*\b(?:hot|cold|warm|cool|frozen)|\binsulat|保[温冷]|保热", r"keeps hot|keeps cold|insulation|ice retention|保[温冷]", r"\b(?:still|keeps?|stays?) (?:\w+ )?(?:hot|cold|warm|frozen)|\bheat well|\bice\b|保[温冷]|温热|还(?:热|烫|冰)", felt=True, hides=("lasting", "temperature")),
    Aspect("temperature", "warmth", "保暖", r"\bwarm\b|\bcold (?:weather|nights?)|\bdegrees\b|\bfreezing\b|\bwinter\b|零下|几度|保暖|暖和|冬天|冷不冷|御寒", r"comfort|warmth|season|^insulation|舒适温标|适用温度|保暖|适用季节", r"\bwarm\b|\bcold\b|\bfreez|\bminus\b|\bwinter|零下|暖|冷|冬", felt=True),
    Aspect("leak", "leaks", "漏", r"\bleak|\bspill|\bdrip|漏|渗|洒", r"leakproof|watertight|防漏", r"\bleak|\bspill|\bdrip|\bnot a drop|漏|渗|洒|一滴", felt=True, bare=True),
    Aspect("ease", "how easy it is", "是否好上手", r"\beasy\b|\bsimple\b|\bhard to\b|\bdifficult|\bcomplicated|\bbeginners?\b|\bnovice|\bnewbie|新手|简单|复杂|难不难|好上手|初学|老人", r"^level|difficulty|难度|^水平", r"\beasy\b|\beasily\b|\bsimple\b|\bhard to\b|\bdifficult|\bfiddly|\bbeginner|新手|简单|复杂|方便|好用|容易上手|老人"),
    Aspect("skin", "skin types", "肤质", r"\b(?:oily|dry|sensitive|combination|normal|acne\w*|eczema)\b(?:.*\bskin)?|\bskin\b|油皮|干皮|敏感肌|敏感皮|混油|肤质|油性|痘", r"skin type|肤质", r"\bskin\b|\bface\b|\bchin\b|\bcheeks?\b|\beczema|\bbreak out|皮肤|油皮|干皮|敏感|痘|起皮|泛红"),
    Aspect("hair", "hair types", "发质", r"\bhair type|\b(?:curly|fine|thin|coloured|dyed|frizzy) hair|发质|卷发|细软|染发|头皮", r"hair type|发质", r"\bhair\b|\bcurl|头发|发质|卷发"),
    Aspect("gaming", "gaming", "玩游戏", r"\bgam(?:e|es|ing)\b|打游戏|玩游戏|电竞|吃鸡", "", r"\bgam(?:e|es|ing)\b|\bshooters?\b|游戏|电竞|甩枪"),
    Aspect("travel", "travelling", "出行", r"\btravel|\bplane\b|\baeroplanes?\b|\bairplane|\bflights?\b|\bcabin\b|\bcarry[- ]on|\bcommut|飞机|登机|出差|旅行|通勤|高铁|地铁", "", r"\btravel|\bplane|\baeroplane|\bflight\b|\bcabin luggage|\bcommut|\btrips?\b|\btrain\b|飞机|登机|出差|旅行|通勤|地铁"),
    Aspect("gift", "giving it", "送礼", r"\bgift|\bpresent\b|送礼|送人|礼物", "", r"\bgift|\bpresent\b|\bbirthday|送[给人礼]|礼物|生日"),
    Aspect("allergy", "allergies", "过敏", r"\ballerg|\bhypoallerg|\bpregnan|过敏|孕妇|怀孕|哺乳", r"allergen|过敏原", r"\ballerg|\breacts?\b|\bitch|\bpregnan|过敏|孕|痒"),
    Aspect("slip", "grip", "防滑", r"\bslip|\bgrippy|\bgrip\b|打?滑|防滑|抓地", r"non-slip|^sole$|防滑", r"\bslip|\bslid|\bgrip|滑|抓地", felt=True),
    Aspect("firmness", "how firm it is", "软硬", r"\bfirm|\bsoft\b|\btoo hard\b|\bhard is\b|\bsquishy|太?硬|太?软|软硬|偏硬|偏软", r"firmness|^feel|软硬", r"\bfirm|\bsoft\b|\bhard\b|\bsquash|硬|软", felt=True),
    Aspect("creases", "creases", "褶皱", r"\bcreas|\bwrinkl|\biron(?:ing|ed)?\b|起皱|皱|折痕|熨", r"^iron$|熨烫", r"\bcreas|\bwrinkl|\biron(?:ing|ed)?\b|皱|折痕|熨"),
    Aspect("pilling", "shedding", "掉毛起球", r"\bpill(?:s|ing)?\b|\bshed(?:s|ding)?\b|\bfluff|\blint|掉毛|起球|浮毛|掉渣", "", r"\bpill(?:s|ing)?\b|\bshed|\bfluff|\blint\b|掉毛|起球|浮毛|掉渣"),
    Aspect("stains", "marks and stains", "脏污", r"\bstain|\bscratch|\bfingerprint|\bdirty\b|\bmarks?\b|耐脏|显脏|划痕|刮花|指纹", "", r"\bstain|\bscratch|\bfilthy|\bfingerprint|\bscuff|\bdirt|脏|划痕|刮|指纹|有印"),
    Aspect("chew", "chewing", "耐咬", r"\bchew|\bbites?\b|\bgnaw|\bdestroy|咬|啃|拆家", r"chew|耐咬", r"\bchew|\bbit(?:e|ten)\b|\bgutted|\bshred|咬|啃"),
    Aspect("taste", "the taste", "口味", r"\btaste|\bflavou?r|好吃|好喝|口味|辣不辣|甜不甜", r"flavou?r|taste|口味", r"\btaste|\bflavou?r|好吃|好喝|口味|适口"),
    Aspect("origin", "where it is made", "产地", r"\bwhere is (?:it|this) (?:from|made)|\bmade in\b|\bcountry\b|\bimported\b|产地|哪里产|国产|进口", r"origin|country|产地"),
    Aspect("expiry", "shelf life", "保质期", r"\bexpir|\bshelf life|\bbest before|保质[期其]|过期|生产日期", r"use within|shelf|expir|保质期"),
    Aspect("app", "the app", "软件账号", r"\bapp\b|\baccount\b|\bregister|软件|注册|账号", r"^app\b", r"\bapp\b|\baccount\b|注册|账号|软件"),
    Aspect("packaging", "the packaging", "包装", r"\bpackag|包装(?!里|内)", r"packag", r"\bpackag|\bboxed?\b|包装|外盒|鞋盒"),
    Aspect("weight", "the weight", "重量", r"\bheav(?:y|ier)\b|\bweigh\w*|\bweight\b|\bweits?\b|\blight ?weight\b|\bis it light\b|\bhow light\b|\btoo light\b|多[重沉]|(?<!配)[重沉](?:不[重沉])?(?:吗|么|不|啊|$)|重量|太[重沉]|轻不轻|轻吗|轻便|几斤|多少斤|毛重|净重", r"^weight$|^net weight|^(?:product )?weight|净重|重量(?!范围)|毛重", r"\bheav(?:y|ier)\b|\blight(?:er)? (?:enough|than)|\bweigh|\bweight|[沉]|太重|真的重|很轻|轻得|重量|偏重|斤"),
)  # fmt: skip
"""In the order of precedence: an aspect hides those that it names from the rest."""


BY_KEY = {aspect.key: aspect for aspect in ASPECTS}


def asked_about(text: str) -> list[Aspect]:
    """Aspects that a folded question names, those that another one hides left out.

    >>> [aspect.key for aspect in asked_about("can it go in the dishwasher")]
    ['dishwasher']
    """
    found = [aspect for aspect in ASPECTS if aspect.question.search(text)]
    hidden = {key for aspect in found for key in aspect.hides}
    return [aspect for aspect in found if aspect.key not in hidden]
