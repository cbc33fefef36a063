"""What an utterance is in its situation: elliptical follow-ups, order numbers, acts that must be said outright.

The classifier knows whether products are on the table; it does not know what was done last, and it never saw
this shop's order numbers. Each rule here says what it rests on; all others are left to the classifier.
"""

import re
from dataclasses import dataclass

from assistant.aspects import asked_about
from assistant.buying import buys, corrects, wants_advice
from assistant.order_talk import changes, of_orders, of_rules, own_orders
from assistant.policy_words import subjects
from assistant.shopper_talk import of_shopper
from assistant.skills.amounts import counted, set_to, to_take
from assistant.turns import Constraints, DialogueState, Understanding
from index.text import fold, simplified, tokens

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

ORDER_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{1,2}-\d{3,8}(?![\w-])")
"""An order's number as shops write them; letters without a hyphen are more often a model."""

_CART = frozenset({"add_to_cart", "remove_from_cart", "view_cart", "checkout"})
_ORDERS = frozenset({"track_order", "change_order"})
_NEEDS = frozenset({"search_product", "refine_search"})
_TAKEN_FOR_TOTAL = frozenset(
    {"ask_product", "refine_search", "compare_products", "find_deals", "find_complement", "out_of_scope"}
)
_BUYS = frozenset({"search_product", "refine_search", "add_to_cart", "like_product", "compare_products"})
_FEWER = frozenset({"remove_from_cart", "refine_search", "deny", "manage_profile", "compare_products"})
_OF_PRODUCTS = frozenset(
    {"search_product", "refine_search", "ask_product", "find_complement", "recommend", "find_similar"}
)

_DECIDES = re.compile(
    r"\b(?:add|put|cart|basket|bag it|take|took|buy|get|grab|order|want|have|need|give|gimme|go (?:for|with)|going with|pick|choose|chose|book|"
    r"reserve|throw|pop|stick|make|more|another|deal|sold|yes|ok(?:ay)?|too|as well|also|plus|each|both|for me|please|pls)\b|"
    r"加|放|买|要|来|拿|下单|购物车|订|选|就(?:这|它|那)|入手|收了|再|也|各|带走|给我|改成|换成",
    re.I,
)
_AMOUNT = re.compile(
    r"^(?:(?:no|ok(?:ay)?|eh|hm+|sorry|actually|well|wait|oh|yes|yeah|fine|then)[\s,]*)*"
    r"(?:make (?:it|that|them)|just|only|i (?:only )?(?:need|want)|let'?s say|change (?:it|that) to|can i (?:have|get))?\s*(?:just |only )?"
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|a dozen)"
    r"(?:\s*(?:of (?:them|those|it)|pieces?|pairs?|then|is enough|will do|is fine|please|pls|instead|now|in total))*[\s.!?]*$|"
    r"^(?:不|那|算了|还是|就|只|改成|换成|要|买|来|给我|好|行|嗯|一共|总共|变成|[，,\s])*(?:\d{1,3}|[一二两三四五六七八九十]+)(?:个|件|双|台|本|只|盒|套|瓶|条|份|副|支|把|张|款)(?:吧|就(?:行|好|够)了?|够了|好了|算了|[。！!])*$",
    re.I,
)
_AND_ALSO = re.compile(
    r"^(?:and|also|plus|oh and|then)\b[\s,]+(?:also )?(?:one|another|an?|the|two|three|four|\d+|some)\b|\b(?:too|as well|also)\b|^same again\b|\ba spare\b|^(?:再|还要|另外|还有|也)(?:要|来|加|拿)?|也(?:要|来|加)",
    re.I,
)
_AND_NAMED = re.compile(
    r"(?-i:(?:[Aa]nd|[Aa]lso|[Pp]lus|[Oo]h and)(?: also)?,? (?:(?:the|a|an) )?(?:[A-Z][\w'-]+[ ,]|An? [A-Z]))|^(?:还有|再加|再来|以及|外加)[^，。]{0,4}《"
)
"""After something was put in the cart, the name of what comes next."""

_THROWS_IN = re.compile(r"^(?:\w+ ){0,2}(?:throw|chuck|pop|stick|bung|sling|lob) in\b", re.I)
_LOOKS = re.compile(
    r"\b(?:show|find|any|do you|is there|are there|what|how|where|which|looking|search|see|need|goes? with)\b|看|找|有没有|有什么|吗|呢|什么|多少|哪(?!儿)|搭|[?？]",
    re.I,
)
_FOLLOWS_ON = re.compile(
    r"^(?:and|what about|how about|what if|but|so|or|then|ok(?:ay)?,? and|also|to|in|from|until|for how)\b|^(?:那|那么|如果|要是|还有|寄到|送到|到|从|满)|(?:呢|的话)[?？]?$",
    re.I,
)
_GIVES = re.compile(
    r"送(?:点|些|个|他们?|她们?|人|朋友|同事|老师)*(?:什么|啥)(?!时)|\bwhat (?:should|can|could|do|to|would) (?:i |we )?(?:get|give|buy|bring) (?:for )?(?:my|her|him|them|a)\b",
    re.I,
)
_A_VALUE = re.compile(
    r"\b(?:what'?s|what is|what are|how much is) (?:the |its |their )[\w -]+ (?:value|rating|level|class|spec|score|number|rate|range|power|speed|capacity)s?\b|"
    r"(?:数值|参数|等级|级别|系数|指数|功率|容量|频率|规格)(?:是|有)?(?:多少|几|什么|多大|多高)",
    re.I,
)
_FINE = re.compile(
    r"\b(?:would be|is|are|works?) (?:fine|ok(?:ay)?|good|great)\b|都(?:行|可以|成|好)|也(?:行|可以|成)", re.I
)
_SWEARS_BY = re.compile(
    r"\b(?:swears? by|only (?:uses?|wears?|buys?)|(?:is|am|are) a fan of|prefers?|loves?|likes?)\b|只(?:用|买|穿|认)|认准|偏爱|习惯用",
    re.I,
)
_NOT = re.compile(
    r"\b(?:no|nope|nah|not|none|never|neither|don'?t|doesn'?t|wo?n'?t|leave|skip|forget|cancel|wrong)\b|不|没|别|算了|免|否|错|取消|拉倒|罢",
    re.I,
)
_TITLES = re.compile(r"《[^》]*》|“[^”]*”")
_TAKES_OUT = re.compile(
    r"不要了|不买了|拿掉|删[了掉除]?|去掉|撤了|\b(?:drop|lose|ditch|scrap|remove|delete|take .{0,40}\bout|get rid of|don'?t want .{0,30}(?:any ?more|after all))\b",
    re.I,
)
_SWAPS = re.compile(
    r"\bswap\b|\binstead of (?:those|that|it|them|the)\b|\bchange (?:it|that|them) (?:to|for)\b|购物车里.{0,8}换|换成",
    re.I,
)
IN_MY_SIZE = re.compile(
    r"\b(?:in|fits?|has|have|for) my (?:shoe |usual |normal )?size\b|我(?:的|平时的|穿的)?(?:尺码|码数?|鞋码)(?=的|有|$|[，,。？?])|我(?:能穿|穿得上)的",
    re.I,
)
"""The size that is noted of the shopper is asked for, and none is told."""

_UNDOES = re.compile(
    r"\b(?:cancel|undo|scrap|forget|remove) (?:that|it|this)(?: (?:one|again))?[\s.!]*$|撤[销回]|取消(?:掉|了)?(?:这个|刚才的)?[吧了。！]*$",
    re.I,
)
_SWAPS_OUT = re.compile(r"\bswap\b(?! it back)|换掉|购物车.{0,8}换", re.I)
_SO_MANY = re.compile(
    r"(?:来|要|买|拿|加购?|订|入)(?:一|两|二|三|四|五|六|七|八|九|十|\d{1,2})(?:个|件|双|副|本|台|条|只|盒|套|瓶|份|支|把|张|包|罐|根|块|顶|口|盏|辆|箱|桶|对|袋|架|部|款)(?:吧|啊|哈|呗|[。！!])*$"
)
_OF_AN_ORDER = re.compile(
    r"\b(?:order(?:ed)?|parcel|package|delivered|delivery|arrived|came|returns?|refund|address|bought|received)\b|订单|包裹|收到|退|寄|地址|到货|下单|买的",
    re.I,
)
_COST = re.compile(
    r"\b(?:how much|the damage|what (?:does|do|will|would) (?:it|that|this|they|i) (?:come to|cost|owe)|what(?:'?s| is) (?:it|that|this) (?:come to|cost)|come to)\b|"
    r"多少(?:钱|刀|块)?了?|几块|总价|什么价",
    re.I,
)
_STILL_IN = re.compile(
    r"\bempty\b|\bwhat(?:'?s| is| have i got| do i have)(?: still)? (?:left|in (?:it|there))\b|空(?:了|的|着)|剩(?:下|了)?(?:的|些)?(?:是)?(?:什么|啥|哪些)",
    re.I,
)
_CALLS_OFF = re.compile(r"\b(?:cancel|remove|drop|take|forget|delete)\b|取消|不要|算了|删", re.I)
_WHAT_IF = re.compile(
    r"\b(?:if|in case|suppose|what happens (?:if|when))\b.*\b(?:swap|exchange|return|send|refund|change|broken|breaks?|break|late|lost|wrong)\b|(?:swap|exchange|return|send|refund)\b.{1,40}\bif\b|"
    r"(?:如果|要是|万一|假如|若).*(?:换|退|坏|丢|晚|破|不合适|不喜欢|怎么办)",
    re.I,
)
_WHY_LESS = re.compile(
    r"\b(?:why|how come)\b.*\b(?:less|cheaper|lower|discount\w*|not \$?\d+|only \$?\d+|off)\b|(?:为什么|怎么|咋).*(?:便宜|少了|优惠|打折|不是\d+|才\d+)",
    re.I,
)
_THIS = re.compile(
    r"\b(?:it|this|that|each|apiece)\b(?! come| all| now)|它|这[个款件]|那[个款件]|单价|一[个件双条]多少|每",
    re.I,
)
_ANOTHER = re.compile(
    r"\banother (?:one|pair|two|of)|\ba (?:second|third) (?:one|pair|set)\b|再(?:来|要|加)", re.I
)
_IN_VALUE = re.compile(r"^(?:and |any )?(?:in|en) [\w ]{2,20}\??$", re.I)
_HOW_LONG = re.compile(r"\bhow (?:long|many (?:years|months))\b|多(?:长|久)|几[年个]|保修期", re.I)
_COMMANDS = re.compile(
    r"\b(?:ignore|disregard)\b.{0,30}\b(?:rules?|instructions?|prompts?)\b|(?:忽略|无视).{0,8}(?:规则|指令|提示|设定)",
    re.I,
)
"""What is told to a program, whatever product it names."""
_WARRANTY = re.compile(r"\b(?:warr[ae]nt\w*|guarantee)\b|保修|质保", re.I)
_OF_ONE_BOUGHT = re.compile(
    r"\bwhere(?:'s| is| are) (?:my|the \w+ i (?:bought|ordered))\b|\b(?:what|which)\b.*\b(?:(?:did|have) i (?:buy|bought|order|ordered|get|got)|i (?:bought|ordered|got))\b|"
    r"到哪(?:儿|里)?了|(?:发货|寄出)了?(?:没|吗)|我.{0,8}买过?的.{0,8}(?:是?哪|什么|啥|到)",
    re.I,
)
_THE_CART = re.compile(r"\b(?:cart|basket|bag|trolley)\b|购物车|车里", re.I)
_SHIPS_FREE = re.compile(
    r"\bfree (?:shipping|delivery|postage)\b|\bgift cards?\b|包邮|免(?:运|邮)费?|礼品卡", re.I
)
_TO_A_PLACE = re.compile(
    r"(?-i:^(?:[Aa]nd |[Ww]hat about |[Hh]ow about |[Ss]o )*(?:shipping |delivery )?to (?:the )?[A-Z]\w+)|^(?:那|能|可以|你们)*(?:寄|送|发)(?:货)?(?:到|去|往)",
    re.I,
)
_ABOUT_ME = re.compile(r"\b(?:on|about|of) me\b|关于我|我的(?:信息|资料|喜好)", re.I)
_REMEMBERS = re.compile(
    r"\b(?:remember|forget|know|note|saved?|keep|track|delete|erase|change)\b|记|忘|知道|保存|删|改", re.I
)
_STANDING_WISH = re.compile(
    r"\b(?:remember|always|usually|wear|allergic|note|from now on|in general|never)\b|记住?|总是|平时|一般|过敏|以后",
    re.I,
)
_OF_ANOTHER = re.compile(
    r"\b(?:she|he|they|her|his|their|mum|mom|mother|dad|father|wife|husband|daughter|son|kid|friend|sister|brother)\b|[她他]|妈|爸|老婆|老公|孩子|女儿|儿子|朋友|宝宝",
    re.I,
)
_NEEDS_ANOTHER = re.compile(
    r"\b(?:need|want|could (?:use|do with)|looking for) (?:also )?(?:an?|some)\b(?! (?:more|second|third))|还(?:需要|想买|缺)",
    re.I,
)
_MINE = re.compile(r"\bmy\b|我的", re.I)
_OTHERS = re.compile(r"\b(?:others?|else|more|different)\b|别的|其他|其它|换[一几点些]|更多|再来", re.I)
_SAID_OUTRIGHT = {
    "find_similar": re.compile(
        r"\b(?:like|similar|alike|same|resembl\w*|comparable|equivalent|alternatives?)\b|像|类似|差不多|相似|同款|一样|近似|替代",
        re.I,
    ),
    "find_complement": re.compile(
        r"\b(?:with|match\w*|fits?|accessor\w*|need|else|together|complement\w*|pair\w*|for (?:it|this|that|the|my))\b|搭|配|一起|还需要|还要|适合|用得上",
        re.I,
    ),
}
"""What is said when these are meant: a question without it is one about the product."""
_LISTS = re.compile(r"^[^，。]{2,10}(?:都|还)?有(?:啥|什么|哪些|哪几)[^，。]{0,4}[？?]?$")
"""「狗窝都有啥」 is a need, whatever is on the table."""
_WHICH = re.compile(r"起来(?:哪个|谁)|(?:哪个|谁)(?:更|最)?(?:快|好|容易|方便|省事)[？?]?$", re.I)
"""「搭起来哪个快」 pitches a tent."""
_WHO = re.compile(
    r"^(?:so |and |but )?who(?:'s| (?:is|was|won|wins|will|has|did|invented|sings?|plays?))\b(?!.*\b(?:it|this|that|these|those|them|ones?|for|brand|author|maker|made|makes|wrote|behind|manufactur\w*)\b)|"
    r"^谁(?:是|赢|得了|拿了|发明|当选|唱)(?!.*(?:这|那|它|作者|品牌))",
    re.I,
)
_PRICE_BEFORE = re.compile(r"原价|现价|打折前|\boriginal price\b|\bbefore the (?:discount|sale)\b", re.I)
_STILL_THERE = re.compile(
    r"还?有(?:没有?|吗|货吗?)?[？?]?$|\bstill (?:there|available|in stock)\b|\bleft\b", re.I
)
_FOR_GOOD = re.compile(r"\b(?:again|never|any ?more|always|ever)\b|以后|别.{0,6}推荐|不要再|再也", re.I)
_PUTS_IN = re.compile(r"^(?:and |ok |then )*(?:add|put)\b|[加放](?:进|到|入)", re.I)
_DECIDED = re.compile(
    r"^(?:ok(?:ay)?,? |right,? )?(?:the )?[\w' -]{2,30} it is\b|^(?:(?:ok(?:ay)?|fine|alright),? )?i'?ll (?:have|take|go (?:for|with)|stick (?:with|to)|settle (?:for|on))\b|"
    r"^(?:an?|one|two|three|four|five|six|\d+) (?:pairs? |boxes |packs )?of (?:the|those|them|these)\b|就(?:要|它|这个|那个)(?:了|吧)",
    re.I,
)
_ANY_OF_THEM = re.compile(
    r"\bany (?:of (?:them|these|those)|ones?)?\b|\bamong (?:them|these|those)\b|有没有|其中|里面有", re.I
)
_REVIEWS_SAID = re.compile(
    r"有人.{1,14}(?:过|没|吗)[没吗了？?]*$|\breviews? (?:from|by|of|about|on|say|mention)\b|\bhas any(?:one|body)\b|\b(?:people|anyone|anybody|reviewers|buyers) (?:say|saying|said|mention|complain)|"
    r"(?:评价|评论)(?:里|中|上|怎么|都?说|咋)|有没有[^，。]{0,8}(?:的?评价|评论)|有没有人说|看[看下]?评[价论]",
    re.I,
)
_OF_ONE = re.compile(
    r"\b(?:which|what) size\b|\b(?:is|are) there (?:an? |any )?[\w -]+ (?:on|in) (?:it|that|this|the \w+)\b|什么码|哪个码|[穿睡选]多大",
    re.I,
)
"""What is asked of one product: its sizes, what is on it."""
_REVIEWS = re.compile(r"\breview(?:s|ers?)?\b|\bpeople say\b|评价|评论|口碑|买过的人", re.I)
_TOTAL = re.compile(
    r"\b(?:total|altogether|all together|everything together|in all|sum|come(?:s)? to|add(?:s)? up|how much (?:is|for) (?:all|everything)(?: of)?(?: that| this| it)?|(?:what|how much) do i owe)\b|"
    r"(?:一共|总共|合计|加起来|总价|拢共|全部)(?:是|要)?(?:多少|几)|总(?:价|额)",
    re.I,
)
_CODES = re.compile(
    r"(?-i:(?<![A-Za-z])(?:[A-Z]{6,}\d*|[A-Z]{4,}\d+)(?![A-Za-z]))|\b(?:codes?|coupons?|vouchers?|promos?)\b|优惠[码券]|折扣码",
    re.I,
)
_USES_CODE = re.compile(
    r"\b(?:use|apply|redeem|enter)\b|(?:使用|用上?|输入?|填)(?:一下)?(?:这个)?(?:优惠|折扣|[码券A-Z])", re.I
)
_HAS_CODE = re.compile(
    r"(?i:\b(?:(?:i|we)(?:'ve| have)?(?: got)?|got|here(?:'s| is)|with) (?:an?|my|the|this)? ?(?:\w+ )?(?:code|coupon|voucher)\b)[^?]*[A-Z]{4,}\d*|有(?:个|一个|一?张)?[^，。]{0,4}(?:优惠|折扣)?[券码][^?？]*[A-Z]{4,}|(?:优惠|折扣)?[券码](?:是|[:：])\s*[A-Z]{4,}"
)
_COMBINES = re.compile(
    r"\b(?:combine|stack|together|both|two (?:discount )?codes)\b|叠加|同时(?:用|使用)|一起用", re.I
)
_FOR_THEM = re.compile(
    r"\b(?:ok(?:ay)?|fine|good|safe|suitable|big|strong|large|small|right|enough|alright) (?:enough )?for (?:him|her|it|them|us|that|me)\b\W*$|"
    r"\b(?:can|could|will|would|does|is) (?:he|she|they|it|this) .*\?\s*$|[能可][^，。]{0,6}[喝吃用穿戴坐睡玩骑][吗么不]\W*$|适合[^，。]{0,4}[吗么不]\W*$",
    re.I,
)
"""After what a shopper tells of somebody, a question on the product for them."""

_KEEPS_ON = re.compile(
    r"^(?:(?:and|but|ok(?:ay)?|maybe|preferably|rather|just|only)[,\s]+)*(?:(?:one|ones|something|anything)\s+)?(?:with|without|that has|which has|that is|made of)\b|的?就(?:行|好|可以)[了吧啦]*$|^(?:an?|some) (?:[\w-]+ ){1,3}ones?\b",
    re.I,
)
_NOT_REFINED = frozenset(
    {"ask_policy", "track_order", "change_order", "human_agent", "ask_product", "manage_profile", "recommend"}
)
_SOMETHING = re.compile(
    r"^(?:(?:hi|hello|hey)[,!. ]*)?(?:i|we)(?:'?d like| want| need| would like| wanna| am looking)(?: to)? (?:buy|get|order|shop|purchase)?\s*(?:for )?(?:something|sth|some ?things?|stuff|a thing)(?: (?:nice|good|new|cool|fun|special|useful|pretty))?[.! ]*$|"
    r"^(?:你好[，,！! ]*)?我?(?:想|要|打算)+(?:买|购|看)(?:个|点|些|一点|一些)?(?:东西|什么)?[。！ ]*$",
    re.I,
)
_ANY_FOR = re.compile(
    r"^(?:and |what about |how about )?(?:any(?:thing|where)?|something)? ?(?:for|on|in)\b|呢[？?]?$|有(?:吗|没有)",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.?!。？！])")
_THAT_OFFER = re.compile(
    r"^(?:and )?(?:what'?s|what is|which is|tell me about|how does) the (?:one|deal|offer|discount|promo\w*)\b|^那?(?:个)?(?:[^，。]{1,8}的)?(?:那个)?(?:优惠|活动|折扣)|"
    r"^(?:and )?how much (?:do|would|must) (?:i|we) (?:have|need) to (?:spend|buy|pay)|(?:要|得)?(?:满|买够|凑|消费)多少|^(?:until|till) when\b|^when does (?:it|that|this) (?:end|run out|expire)|到(?:什么时候|哪天|几号)",
    re.I,
)
_WANTS = re.compile(
    r"\b(?:i'?m after|looking for|need|want|show me|find|have you got|do you (?:have|sell|do|stock)|any|after an?|get me|buy)\b|有[啥什哪没]|有.{1,8}[吗没么]|找|买|想要|看看|推荐|来[一个点]",
    re.I,
)
_ASKS = re.compile(
    r"[?？]|吗|不$|没$|多少|多久|多大|几|什么|啥|谁|哪|怎|能|可以|\b(?:what|how|is|does|can|will|which|who|where|when)\b",
    re.I,
)
_TOPICAL = re.compile(
    r"呢[，,\s]|有没有(?!便宜|推荐|[？?。！吗呢啊]*$)|有[^啥什哪没推便更]{1,8}[吗不没]|(?:能|可以|支持|是|多|怎么|带)(?!.*推荐)|,? (?:does|is|has|can) (?:it|that|this)\b",
    re.I,
)
_HAS_IT = re.compile(
    r"^(?:does|is|has|can) (?:it|this|that)\b|^is there an? [\w -]+ (?:in the box|included|on it)\b|^有[\w\u4e00-\u9fff]{1,8}(?:口|接口|功能|按钮|灯|盖|孔|位)吗",
    re.I,
)
_OTHER_ONE = re.compile(
    r"^(?:and |what about |how about )*the other(?: one)?[?. ]*$|^(?:那)?另(?:外)?(?:一|那)?[个款件]呢?[？?]?$",
    re.I,
)
_AND_THAT_ONE = re.compile(
    r"^(?:and |what about |how about )+(?:the |that )?(?:[\w'-]+ ){1,4}ones?\W*$|^那?(?:那|这)?[^，。？?]{1,8}的?(?:那|这)?一?[个款件条双台顶]呢\W*$",
    re.I,
)
_FACT_ASKED = re.compile(
    r"^(?:(?:and|so|but|ok|um)[\s,]+)*(?:what(?!'s on| about| else)|how (?!about)|does|is|can|will|did|are)\b|(?:多少|多久|多重|多大|几[^款个]|吗|如何|怎么样)[？?]?$",
    re.I,
)
_CLAUSES = re.compile(r"[,;.!，；。！]\s*")
_POINTED = re.compile(
    r"\bthe (?:[\w-]+ )?(?:one|first|second|third|last|cheaper|other)\b|[^，。\s]{0,6}[那这第][一二三四五]?[个款件双台]",
    re.I,
)
_NOT_CHANGED = re.compile(
    r"(?:不|别|先不|不要|不用|暂不)(?:要|用|想)?(?:取消|退|换|改)|\b(?:don'?t|do not|not|never|no need to)\b.{0,12}\b(?:cancel|return|send|swap|change|exchange)\b|\bkeep (?:it|the order|them)\b",
    re.I,
)
_QUESTION = re.compile(r"[?？]\s*$|吗\s*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What to do.

    Attributes:
        label: The intent.
        text: What is asked, with what it follows on from.
        sure: Whether the situation settles it, however sure the classifier is.
    """

    label: str
    text: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a shopper has in this shop: who has no orders talks of the cart.

    Attributes:
        cart: Whether something is in the cart.
        orders: Whether there is an order; True where it is not known.
        names: Words of the names of what is on the table, talked about or in the cart.
    """

    cart: bool = False
    orders: bool = True
    names: frozenset[str] = frozenset()


UNKNOWN = Standing()
"""Of a shopper of whom nothing is known."""


def in_situation(said: Understanding, state: DialogueState, standing: Standing = UNKNOWN) -> Reading:
    """The reading of an utterance after what was done last: the first rule that has one, or the classifier's."""
    now = _Said(said, state, simplified(_TITLES.sub(" ", said.text).strip() or said.text), standing)
    rules = (_of_an_order, _of_the_cart, _of_the_shop, _said_outright, _of_the_table, _following_on)
    return next(
        (reading for rule in rules if (reading := rule(now)) is not None),
        Reading(said.intent.label, said.text),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance for the rules.

    Attributes:
        said: As it was understood.
        state: What was before it.
        text: Without the titles in it: 《水洼为什么有边》 asks nothing.
        standing: What the shopper has.
    """

    said: Understanding
    state: DialogueState
    text: str
    standing: Standing

    @property
    def label(self) -> str:
        """What the classifier reads."""
        return self.said.intent.label

    @property
    def now(self) -> Constraints:
        """What it says besides."""
        return self.said.constraints

    @property
    def pointed(self) -> bool:
        """Whether one product is talked about, or alone on the table."""
        return bool(self.state.focus) or len(self.state.shown) == 1

    @property
    def in_cart(self) -> bool:
        """Whether the cart was the subject just now."""
        return self.state.topic in _CART

    @property
    def of_cart(self) -> bool:
        """Whether it can only be the cart that is to be changed: no order is the subject, or there is none."""
        if not self.standing.cart or _OF_AN_ORDER.search(self.text):
            return False
        return self.in_cart or not self.standing.orders

    @property
    def short(self) -> bool:
        """Whether it is too short to stand alone."""
        return len(self.text.split()) <= 8 if self.text.isascii() else len(self.text) <= 14

    def sure(self, label: str) -> Reading:
        """The reading that the situation settles."""
        return Reading(label, self.said.text, True)


def _of_an_order(it: _Said) -> Reading | None:
    """An order's number, the money for it, 「我的订单」."""
    if _COMMANDS.search(it.text):
        return it.sure("out_of_scope")
    if _WARRANTY.search(it.text) and _HOW_LONG.search(it.text) and not it.pointed:
        return it.sure("ask_policy")
    asked = it.state.question.yes if it.state.question is not None else None
    if ORDER_NUMBER.search(it.text) and it.label not in ("human_agent", "ask_policy"):
        if asked is not None and "change" in asked.data and not changes(it.text):
            return Reading("change_order", f"{asked.data['change']} {it.said.text}", True)
        alone = not ORDER_NUMBER.sub("", it.text).strip(" .,!?。，！？")
        if alone and it.state.topic == "change_order" and it.state.question is None:
            before = it.state.heard[-2] if len(it.state.heard) > 1 else ""
            return Reading("change_order", f"{before} {it.said.text}".strip(), True)
        open_change = it.state.topic == "change_order" and it.state.question is not None
        return it.sure("change_order" if changes(it.text) or open_change else "track_order")
    if asked is not None and it.state.topic in _ORDERS and _NOT_CHANGED.search(it.text):
        return it.sure("deny")
    if it.label in _ORDERS | _CART | {"ask_product", "ask_policy"} and _WHAT_IF.search(it.text):
        return it.sure("ask_policy")
    if it.state.topic in _ORDERS and it.label == "view_cart" and not _THE_CART.search(it.text):
        return it.sure("track_order")
    bought = it.standing.orders and _OF_ONE_BOUGHT.search(it.text) is not None
    if bought and it.label not in {"change_order", "ask_policy"}:
        return it.sure("track_order")
    label = of_orders(it.text, it.label, it.state)
    return it.sure(label) if label is not None else None


def _of_the_cart(it: _Said) -> Reading | None:
    """A number, a change or one thing more after the cart was the subject, and what is decided by a number."""
    text, label, now = it.text, it.label, it.now
    if (it.in_cart or it.pointed) and _AMOUNT.match(text):
        return it.sure("add_to_cart")
    if (
        it.in_cart
        and label not in {"affirm", "deny"} | _ORDERS
        and _TAKES_OUT.search(text)
        and not (_PUTS_IN.search(text) or _SWAPS.search(text))
    ):
        return it.sure("remove_from_cart")
    undone = it.state.topic == "add_to_cart" and it.standing.cart and it.state.question is None
    if undone and label in {"deny", "change_order"} and _UNDOES.search(text):
        return it.sure("remove_from_cart")
    if it.in_cart and label in _FEWER and to_take(text) is not None:
        return it.sure("remove_from_cart")
    if wants_advice(text) and label in {"add_to_cart", "recommend"} and now.include.get("category"):
        return it.sure("search_product")
    at_hand = bool(it.state.shown or it.state.focus)
    if (
        label in _BUYS
        and at_hand
        and buys(it.said, it.standing.names, pointed=it.pointed or it.in_cart or label == "add_to_cart")
    ):
        return it.sure("add_to_cart")
    if it.in_cart and it.standing.cart and label in _BUYS | _FEWER and corrects(it.said):
        return it.sure("add_to_cart")
    if it.in_cart and label in _TAKEN_FOR_TOTAL | _ORDERS and _STILL_IN.search(text):
        return it.sure("view_cart")
    sets = set_to(text) is not None or _SWAPS.search(text) is not None
    outright = set_to(text) is not None or _SWAPS_OUT.search(text) is not None
    of_rule = {"ask_policy"} if _WHAT_IF.search(text) else set()
    of_cart = it.in_cart or (it.standing.cart and it.state.topic not in _ORDERS and outright)
    if of_cart and sets and label not in {"affirm", "deny", "checkout", "view_cart"} | of_rule:
        return it.sure("add_to_cart")
    if it.in_cart and label == "find_similar" and _ANOTHER.search(text):
        return it.sure("add_to_cart")
    if label == "remove_from_cart" and _SWAPS.search(text) and (now.include or now.references):
        return it.sure("add_to_cart")
    so_many = _SO_MANY.search(text) is not None and label in _BUYS
    if so_many or (label in _NEEDS and it.state.shown and _DECIDED.search(text)):
        return it.sure("add_to_cart")
    named = any(len(word) > 3 and word in it.standing.names for word in tokens(text))
    if label in _BUYS and named and counted(text) and not _LOOKS.search(text):
        return it.sure("add_to_cart")
    if it.in_cart and label in _BUYS and _ANOTHER.search(text) and not _LOOKS.search(text):
        return it.sure("add_to_cart")
    if label in _TAKEN_FOR_TOTAL | {"thank"} and _TOTAL.search(text):
        return it.sure("view_cart")
    if label in _ORDERS and it.of_cart:
        if label == "track_order":
            return it.sure("view_cart")
        return it.sure("remove_from_cart" if _CALLS_OFF.search(text) and not sets else "add_to_cart")
    if it.in_cart and label in _TAKEN_FOR_TOTAL | {"view_cart"} and _WHY_LESS.search(text):
        return it.sure("view_cart")
    asks_price = _COST.search(text) is not None and not (_THIS.search(text) or now.include or now.references)
    empty = not it.standing.cart and it.pointed and not (_TOTAL.search(text) or _THE_CART.search(text))
    if label == "view_cart" and empty and _COST.search(text):
        return it.sure("ask_product")
    filled = it.in_cart and (it.standing.cart or not it.pointed)
    if filled and label in _TAKEN_FOR_TOTAL and asks_price and len(fold(text)) <= 24:
        return it.sure("view_cart")
    named_next = it.state.topic == "add_to_cart" and label in _BUYS and _AND_NAMED.match(text) is not None
    if named_next and not now.include.get("category") and not _LOOKS.search(text):
        return it.sure("add_to_cart")
    bought = it.state.topic == "add_to_cart" and label in _OF_PRODUCTS | {"add_to_cart"}
    adds = bought and (_AND_ALSO.search(text) or _THROWS_IN.search(text))
    if not adds or _LOOKS.search(text):
        return None
    another = bool(now.query) and _NEEDS_ANOTHER.search(text) is not None  # "I need a litter box too"
    return it.sure("search_product" if another else "add_to_cart")


def _of_the_shop(it: _Said) -> Reading | None:
    """Its rules, its codes, what it keeps of a shopper, and that something is to be bought at all."""
    text, label = it.text, it.label
    if (
        label in _NEEDS | {"out_of_scope", "recommend"}
        and _GIVES.search(text)
        and not it.now.include.get("category")
    ):
        return it.sure("recommend")
    if it.state.topic != "find_deals" and of_rules(text, label, asks=_ASKS.search(text) is not None):
        return it.sure("ask_policy")
    if label in _NEEDS | {"recommend"} and _SOMETHING.match(text):
        return it.sure("search_product")
    first = _SENTENCE_END.split(text)[0]
    of_offers = it.state.topic == "find_deals" and (_ANY_FOR.match(first) or _THAT_OFFER.match(first))
    if of_offers and label in _OF_PRODUCTS | {"compare_products"} and len(first) <= 40:
        return it.sure("find_deals")
    if (
        it.state.topic != "find_deals"
        and _SHIPS_FREE.search(text)
        and label in _TAKEN_FOR_TOTAL | {"checkout", "view_cart", "track_order"}
    ):
        return it.sure("ask_policy")
    if label in {"ask_product", "out_of_scope", "track_order"} and _WARRANTY.search(text):
        return it.sure("ask_policy")
    to_a_place = it.state.topic != "ask_policy" and _TO_A_PLACE.search(text) is not None
    if to_a_place and label in _OF_PRODUCTS | {"find_deals", "out_of_scope"}:
        return it.sure("ask_policy")
    if label == "view_cart" and _ABOUT_ME.search(text):
        return it.sure("manage_profile")
    uses = _USES_CODE.search(text) or (it.standing.cart and _HAS_CODE.search(text))
    if _CODES.search(text) and uses and not _ASKS.search(text):
        return it.sure("add_to_cart")
    if _CODES.search(text) and label not in _CART:
        return it.sure("ask_policy" if _COMBINES.search(text) else "find_deals")
    in_my_size = IN_MY_SIZE.search(text) is not None and not _REMEMBERS.search(text)
    if label == "manage_profile" and in_my_size and not it.now.include.get("size"):
        return it.sure("search_product" if it.now.include.get("category") else "refine_search")
    if label == "manage_profile" and it.pointed and _QUESTION.search(text) and not _REMEMBERS.search(text):
        return it.sure("ask_product")
    if label == "manage_profile" and it.state.shown and _FOR_THEM.search(text):
        return it.sure("ask_product")
    of_them = of_shopper(text, label, it.now, it.state)
    if of_them is not None:
        return it.sure(of_them)
    if label in {"like_product", "dislike_product"} and it.state.shown and not it.now.references:
        other = _OF_ANOTHER.search(text) is not None and bool(it.now.include.get("category"))
        limit = it.now.price is not None and not _STANDING_WISH.search(text)
        return it.sure("search_product" if other else "refine_search") if limit or other else None
    return None


def _said_outright(it: _Said) -> Reading | None:
    """What is done only when it is said: nothing is put in a cart, or taken for something else, on a guess."""
    text, label, state = it.text, it.label, it.state
    if label == "find_complement" and len(state.shown) > 1 and _WHICH.search(text):
        return it.sure("compare_products")
    if label == "find_complement" and _LISTS.search(text) and not _SAID_OUTRIGHT[label].search(text):
        return it.sure("search_product")
    if label in _SAID_OUTRIGHT and not _SAID_OUTRIGHT[label].search(text):
        if it.now.include.get("category") and not it.pointed:
            return it.sure("search_product")
        if state.shown and _ASKS.search(text):
            return it.sure("ask_product")
        if label == "find_similar" and state.shown:
            return it.sure("refine_search")
        if label == "find_complement" and not (state.shown or state.focus or it.standing.cart):
            return it.sure("search_product")
    if state.shown and len(state.heard) > 1 and _ASKS.search(state.heard[-2]) and _OTHER_ONE.match(text):
        asked = [part for part in _CLAUSES.split(state.heard[-2]) if _ASKS.search(part)]
        of_what = " ".join(_POINTED.sub(" ", asked[-1]).split())
        return Reading("ask_product", f"{it.said.text} {of_what}", True)
    goes_on = state.topic == "ask_product" and len(state.shown) > 1 and len(state.heard) > 1
    if (
        goes_on
        and label != "ask_product"
        and it.short
        and _AND_THAT_ONE.match(text)
        and _FACT_ASKED.search(state.heard[-2])
    ):
        asked = [part for part in _CLAUSES.split(state.heard[-2]) if _ASKS.search(part)]
        if asked and (
            kept := " ".join(
                (aspect.en, aspect.zh)[it.said.language == "zh"] for aspect in asked_about(fold(asked[-1]))
            )
        ):
            return Reading("ask_product", f"{it.said.text} {kept}?", True)
    described = bool(it.now.include) and not it.now.include.get("category")
    counts = (it.now.quantity or counted(text) or 0) > (0 if described else 1)
    decides = _DECIDES.search(text) or _DECIDED.search(text)
    one_more = it.in_cart and described
    if label == "add_to_cart" and state.shown and not (counts or decides or one_more):
        return it.sure("refine_search")
    return None


def _of_the_table(it: _Said) -> Reading | None:
    """Questions about what is on the table, and limits on it, that sound like something else."""
    text, label, now, state = it.text, it.label, it.now, it.state
    if label == "ask_product" and _WHO.search(text) and not (now.include.get("brand") or now.references):
        return it.sure("out_of_scope")
    if it.pointed and _PRICE_BEFORE.search(text):
        return it.sure("ask_product")
    if (
        label not in _NEEDS | {"find_deals"}
        and not it.in_cart
        and _takes_back(now, state.wanted)
        and not _MINE.search(text)
    ):
        return it.sure("refine_search")
    asked, kinds = set(state.wanted.include.get("category", ())), set(now.include.get("category", ()))
    if label in {"like_product", "dislike_product"} and asked and kinds and not kinds & asked:
        return it.sure("search_product")
    if label == "recommend" and state.topic == "recommend" and state.shown and _OTHERS.search(text):
        return it.sure("refine_search")
    of_makers = bool(now.include.get("brand")) and bool(state.shown)
    if label == "compare_products" and of_makers and _FINE.search(text):
        return it.sure("refine_search")
    if (
        label in {"ask_product", "out_of_scope"}
        and of_makers
        and _SWEARS_BY.search(text)
        and not _ASKS.search(text)
    ):
        return it.sure("refine_search")
    if label == "greet" and now.include.get("category"):
        return it.sure("search_product")
    if label == "deny" and it.said.intent.confidence < 0.5 and not _NOT.search(text):
        return it.sure("refine_search" if state.shown else "search_product")
    if (
        label == "ask_policy"
        and it.pointed
        and it.short
        and not (subjects(text) or _follows(it) or _WHAT_IF.search(text))
    ):
        return it.sure("ask_product")
    if state.shown and label == "ask_help" and (now.include or now.price is not None):
        return it.sure("refine_search")
    if state.shown and label in ("dislike_product", "like_product") and now.exclude and not now.references:
        return it.sure("manage_profile" if _FOR_GOOD.search(text) else "refine_search")
    if (
        label == "ask_product"
        and now.include
        and len(state.shown) > 1
        and _ANY_OF_THEM.search(text)
        and not _REVIEWS.search(text)
    ):
        return it.sure("refine_search")
    if label == "out_of_scope" and it.pointed and it.short and _A_VALUE.search(text):
        return it.sure("ask_product")
    if label == "out_of_scope" and (state.shown or state.focus) and _REVIEWS.search(text):
        return it.sure("ask_product")
    if state.shown and label in _NEEDS | {"compare_products"} and _REVIEWS_SAID.search(text):
        return it.sure("ask_product")
    if state.shown and label in {"compare_products", "find_complement"} and _OF_ONE.search(text):
        return it.sure("ask_product")
    if label == "compare_products" and len(state.shown) == 1 and asked_about(fold(text)):
        return it.sure("ask_product")
    described = bool(now.include) and not now.include.get("category")
    if label == "refine_search" and described and state.focus and _STILL_THERE.search(text):
        return it.sure("ask_product")
    if label == "ask_product" and not state.focus and now.include and _IN_VALUE.match(text):
        return it.sure("refine_search")
    needs = now.price is not None and not (state.shown or state.focus)
    if label == "out_of_scope" and needs and it.said.intent.confidence < SURE_OUTSIDE:
        return it.sure("search_product")  # nothing else has a limit
    if (
        label == "out_of_scope"
        and now.include.get("category")
        and (state.shown or state.earlier or now.price or _WANTS.search(text))
    ):
        at_hand = (state.shown or state.earlier) and _ASKS.search(text)
        return it.sure("ask_product" if at_hand else "search_product")
    if _about_the_table(it.said, state):
        return it.sure("ask_product")
    named = any(len(word) > 3 and word in it.standing.names for word in tokens(text))
    if named and (label == "out_of_scope" or (label in _NEEDS and _FACT_ASKED.search(text))):
        return it.sure("ask_product")
    unsure = it.said.intent.confidence < SURE_OUTSIDE
    if state.shown and unsure and label not in _NOT_REFINED and _KEEPS_ON.search(text):
        return it.sure("refine_search")
    if (
        label == "out_of_scope"
        and state.shown
        and (now.include or now.price is not None or now.price_relative)
    ):
        return Reading("refine_search", it.said.text, unsure)
    return None


def _follows(it: _Said) -> bool:
    return it.state.topic == "ask_policy" or _FOLLOWS_ON.search(it.text) is not None


def _takes_back(now: Constraints, before: Constraints) -> bool:
    """Whether something that was asked for, or refused, is said not to matter: "Velmoor is fine again"."""
    refused = {(facet, value) for facet, values in before.exclude.items() for value in values}
    held = {*before.include, *before.exclude, *(("price",) if before.price is not None else ())}
    had = " ".join(before.having).casefold().split()
    return bool(refused & set(now.allow) or (held | set(had)) & set(now.drop))


def _about_the_table(said: Understanding, state: DialogueState) -> bool:
    """Whether a question is about a product at hand: of its kind, or of something that records tell."""
    text, label = said.text, said.intent.label
    if not (state.shown or state.focus):
        return False
    if (
        label in {"out_of_scope", "ask_policy", "find_complement", "find_deals", "view_cart"}
        and said.intent.confidence < SURE_OUTSIDE
    ):
        return (
            bool(state.focus or len(state.shown) == 1)
            and _ASKS.search(text) is not None
            and bool(asked_about(fold(text)))
        )
    spans = [span for span in said.constraints.spans if span.key == "include.category"]
    topical = bool(spans) and spans[0].start <= 2 and _TOPICAL.match(text, spans[0].end) is not None
    return label == "search_product" and (topical or (not spans and _HAS_IT.search(text) is not None))


def _following_on(it: _Said) -> Reading | None:
    """What carries on the subject of the turn before: "and to Canada?" after a question on delivery."""
    text, label, state = it.text, it.label, it.state
    names_a_thing = bool(it.now.include.get("category") or it.now.references)
    follows = _FOLLOWS_ON.search(text) is not None
    if names_a_thing or state.topic not in ("ask_policy", "find_deals"):
        return None
    of_nothing = label in {"ask_product", "compare_products"} and not (state.shown or state.focus)
    if state.topic == "ask_policy" and of_nothing:  # no product is there that it could be about
        return it.sure("ask_policy")
    vague = it.said.intent.confidence < 0.6 and not own_orders(text)
    if state.topic == "ask_policy" and label == "track_order" and vague:  # how long, and not where mine is
        return it.sure("ask_policy")
    if not it.short:
        return None
    if state.topic == "ask_policy" and label in _ORDERS | {"checkout"}:
        return it.sure("ask_policy") if follows and subjects(text) and not own_orders(text) else None
    if (follows or not state.shown) and label in _OF_PRODUCTS | {"out_of_scope", "ask_policy", "find_deals"}:
        return it.sure(state.topic)
    return None


SURE_OUTSIDE = 0.9
"""From here on an utterance is outside the shop's business, whatever colour it names."""
