"""What an utterance is in its situation: elliptical follow-ups, order numbers, acts that must be said outright.

The classifier knows whether products are on the table; it does not know what was done last, and it never saw
this shop's order numbers. Each rule here says what it rests on; all others are left to the classifier.
"""

import re
from dataclasses import dataclass

from assistant.aspects import asked_about
from assistant.skills.amounts import set_to
from assistant.turns import Constraints, DialogueState, Understanding
from index.text import fold

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

ORDER_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{1,2}-\d{3,8}(?![\w-])")
"""An order's number as shops write them; letters without a hyphen are more often a model."""

_CART = frozenset({"add_to_cart", "remove_from_cart", "view_cart", "checkout"})
_ORDERS = frozenset({"track_order", "change_order"})
_NEEDS = frozenset({"search_product", "refine_search"})
_TAKEN_FOR_TOTAL = frozenset(
    {"ask_product", "refine_search", "compare_products", "find_deals", "find_complement", "out_of_scope"}
)
_OF_PRODUCTS = frozenset(
    {"search_product", "refine_search", "ask_product", "find_complement", "recommend", "find_similar"}
)

_CHANGES = re.compile(
    r"\b(?:cancel|return|refund|exchange|swap|send (?:it )?back|change|stop|deliver (?:it )?to|address|broken|damaged|wrong)\w*\b|"
    r"取消|退|换|改|不要了|地址|坏|破|错",
    re.I,
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
    r"^(?:and|also|plus|oh and|then)\b[\s,]+(?:also )?(?:one|another|an?|the|two|three|four|\d+|some)\b|\b(?:too|as well|also)\b|^(?:再|还要|另外|还有|也)(?:要|来|加|拿)?|也(?:要|来|加)",
    re.I,
)
_LOOKS = re.compile(
    r"\b(?:show|find|any|do you|is there|are there|what|how|where|which|looking|search|see|goes? with)\b|看|找|有没有|有什么|吗|呢|什么|多少|哪|搭|[?？]",
    re.I,
)
_FOLLOWS_ON = re.compile(
    r"^(?:and|what about|how about|what if|but|so|or|then|ok(?:ay)?,? and|also|to|in|from|until|for how)\b|^(?:那|那么|如果|要是|还有|寄到|送到|到|从|满)|(?:呢|的话)[?？]?$",
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
_SO_MANY = re.compile(
    r"(?:来|要|买|拿|加|订)(?:一|两|二|三|四|五|六|七|八|九|十|\d{1,2})(?:个|件|双|副|本|台|条|只|盒|套|瓶|份|支|把|张|包|罐|根)(?:吧|啊|哈|[。！!])*$"
)
_ANOTHER = re.compile(r"\banother (?:one|pair|two|of)|\ba second (?:one|pair|set)|再(?:来|要|加)", re.I)
_UNSAID = re.compile(r"\b(?:forget|delete|erase) (?:that )?(?:i|what i|everything i|my)\b|忘[掉了记]我", re.I)
IN_MY_SIZE = re.compile(
    r"\b(?:in|fits?|has|have|for) my (?:shoe |usual |normal )?size\b|我(?:的|平时的|穿的)?(?:尺码|码数?|鞋码)(?=的|有|$|[，,。？?])|我(?:能穿|穿得上)的",
    re.I,
)
"""The size that is noted of the shopper is asked for, and none is told."""

_MY_SIZE = re.compile(
    r"^(?:btw,? |by the way,? )?(?:i'?m|i am|i wear|i take|my (?:shoe )?size)\b.*\b(?:size|eu|uk|us)?\s*\d{2}\b|^我(?:平时|一般)?(?:穿|是)\s*\d{2}\s*[码号]",
    re.I,
)
_IN_VALUE = re.compile(r"^(?:and |any )?(?:in|en) [\w ]{2,20}\??$", re.I)
_WARRANTY = re.compile(r"\b(?:warr[ae]nt\w*|guarantee)\b|保修|质保", re.I)
_MY_ORDERS = re.compile(
    r"\bmy (?:\w+ )?orders\b|我(?:自己)?(?:都)?(?:有|下过?|买过?)(?:哪些|什么|几个|的)?订单|我的订单", re.I
)
_OF_MEMORY = re.compile(r"\b(?:forget|remember|delete|erase|change|save|keep|know)\b|忘|记|删|改|知道", re.I)
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
_PRICE_BEFORE = re.compile(r"原价|现价|打折前|\boriginal price\b|\bbefore the (?:discount|sale)\b", re.I)
_STILL_THERE = re.compile(
    r"还?有(?:没有?|吗|货吗?)?[？?]?$|\bstill (?:there|available|in stock)\b|\bleft\b", re.I
)
_RULE_ASKED = re.compile(
    r"\b(?:do i (?:have to )?pay|how long do i have|how many days|until when|what can i (?:return|send)|who pays|is (?:it|there) a fee)\b|"
    r"(?:运费|邮费)|要(?:付|花|交)(?:钱|费)|几天(?:内|之内)|多久(?:内|之内)",
    re.I,
)
_HOW_MUCH = re.compile(r"\bhow (?:much|long|many|soon)\b|多少|多久|几天|什么时候", re.I)
_FOR_GOOD = re.compile(r"\b(?:again|never|any ?more|always|ever)\b|以后|别.{0,6}推荐|不要再|再也", re.I)
_NO_CHANGE = frozenset(
    {"ask_policy", "deny", "refine_search", "remove_from_cart", "out_of_scope", "ask_product"}
)
_PUTS_IN = re.compile(r"^(?:and |ok |then )*(?:add|put)\b|[加放](?:进|到|入)", re.I)
_DECIDED = re.compile(
    r"^(?:ok(?:ay)?,? |right,? )?(?:the )?[\w' -]{2,30} it is\b|^(?:ok(?:ay)?,? )?i'?ll (?:have|take|go (?:for|with))\b|"
    r"^(?:an?|one|two|three|four|five|six|\d+) (?:pairs? |boxes |packs )?of (?:the|those|them|these)\b|就(?:要|它|这个|那个)(?:了|吧)",
    re.I,
)
_ANY_OF_THEM = re.compile(r"\bany (?:of (?:them|these|those)|ones?)?\b|有没有|其中", re.I)
_REVIEWS = re.compile(r"\breviews?\b|\bpeople say\b|评价|评论|口碑|买过的人", re.I)
_TOTAL = re.compile(
    r"\b(?:total|altogether|all together|everything together|in all|sum|come(?:s)? to|add(?:s)? up|how much (?:is|for) (?:all|everything)(?: of)?(?: that| this| it)?|what do i owe)\b|"
    r"(?:一共|总共|合计|加起来|总价|拢共|全部)(?:是|要)?(?:多少|几)|总(?:价|额)",
    re.I,
)
_CODES = re.compile(
    r"(?-i:(?<![A-Za-z])(?:[A-Z]{6,}\d*|[A-Z]{4,}\d+)(?![A-Za-z]))|\b(?:codes?|coupons?|vouchers?|promos?)\b|优惠[码券]|折扣码",
    re.I,
)
_COMBINES = re.compile(
    r"\b(?:combine|stack|together|both|two (?:discount )?codes)\b|叠加|同时(?:用|使用)|一起用", re.I
)
_MONEY_BACK = re.compile(r"\b(?:when|how (?:long|soon)|how many days)\b.*\b(?:money|refund\w*|paid back)\b|(?:退款|钱).*(?:什么时候|多久|几天|何时)|(?:什么时候|多久|几天).*(?:退款|退钱|到账|拿到钱)", re.I)  # fmt: skip
_OF_ME = re.compile(r"\b(?:me|my|i'?m|i am|i|mine|remember|forget|know|track)\b|我|记|忘", re.I)
_KEEPS_ON = re.compile(
    r"^(?:(?:and|but|ok(?:ay)?|maybe|preferably|rather|just|only)[,\s]+)*(?:(?:one|ones|something|anything)\s+)?(?:with|without|that has|which has|that is|made of)\b|的?就(?:行|好|可以)[了吧啦]*$|^(?:an?|some) (?:[\w-]+ ){1,3}ones?\b",
    re.I,
)
_NOT_REFINED = frozenset(
    {"ask_policy", "track_order", "change_order", "human_agent", "ask_product", "manage_profile", "recommend"}
)
_SOMETHING = re.compile(
    r"^(?:(?:hi|hello|hey)[,!. ]*)?(?:i|we)(?:'?d like| want| need| would like| wanna| am looking)(?: to)? (?:buy|get|order|shop|purchase)?\s*(?:for )?(?:something|sth|some ?things?|stuff|a thing)[.! ]*$|"
    r"^(?:你好[，,！! ]*)?我?(?:想|要|打算)+(?:买|购|看)(?:个|点|些|一点|一些)?(?:东西|什么)?[。！ ]*$",
    re.I,
)
_ANY_FOR = re.compile(
    r"^(?:and |what about |how about )?(?:any(?:thing|where)?|something)? ?(?:for|on|in)\b|呢[？?]?$|有(?:吗|没有)",
    re.I,
)
_KEEPS = re.compile(
    r"\b(?:my|size|remember|prefer|wear|allergic|always|usually|never|my size|hate|love|favou?rite|forget|know)\b|记|穿|过敏|喜欢|讨厌|总是|忘",
    re.I,
)
_ASKS = re.compile(
    r"[?？]|吗|不$|没$|多少|多久|多大|几|什么|啥|谁|哪|怎|能|可以|\b(?:what|how|is|does|can|will|which|who|where|when)\b",
    re.I,
)
_TOPICAL = re.compile(
    r"呢[，,\s]|有没有(?!便宜|推荐)|有[^啥什哪没推便更]{1,8}[吗不没]|(?:能|可以|支持|是|多|怎么|带)(?!.*推荐)|,? (?:does|is|has|can) (?:it|that|this)\b",
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


def in_situation(said: Understanding, state: DialogueState) -> Reading:
    """The reading of an utterance after what was done last: the first rule that has one, or the classifier's."""
    now = _Said(said, state, _TITLES.sub(" ", said.text).strip() or said.text)
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
    """

    said: Understanding
    state: DialogueState
    text: str

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

    def sure(self, label: str) -> Reading:
        """The reading that the situation settles."""
        return Reading(label, self.said.text, True)


def _of_an_order(it: _Said) -> Reading | None:
    """An order's number, the money for it, 「我的订单」."""
    asked = it.state.question.yes if it.state.question is not None else None
    if ORDER_NUMBER.search(it.text) and it.label not in ("human_agent", "ask_policy"):
        if asked is not None and "change" in asked.data and not _CHANGES.search(it.text):
            return Reading("change_order", f"{asked.data['change']} {it.said.text}", True)
        changes = _CHANGES.search(it.text) or (
            it.state.topic == "change_order" and it.state.question is not None
        )
        return it.sure("change_order" if changes else "track_order")
    if it.label == "change_order" and _RULE_ASKED.search(it.text) and asked is None:
        return it.sure("ask_policy")
    if _MONEY_BACK.search(it.text) and it.label not in _ORDERS:
        return it.sure("ask_policy")
    how_much = _HOW_MUCH.search(it.text) is not None
    if it.state.topic in _ORDERS and _CHANGES.search(it.text) and it.label in _NO_CHANGE and not how_much:
        return it.sure("change_order")
    if _MY_ORDERS.search(it.text) and it.label not in _ORDERS | {"ask_policy", "human_agent"}:
        return it.sure("track_order")
    return None


def _of_the_cart(it: _Said) -> Reading | None:
    """A number, a change or one thing more after the cart was the subject, and what is decided by a number."""
    text, label, now = it.text, it.label, it.now
    if (it.in_cart or it.pointed) and _AMOUNT.match(text):
        return it.sure("add_to_cart")
    if (
        it.in_cart
        and label not in {"affirm", "deny"} | _ORDERS
        and _TAKES_OUT.search(text)
        and not _PUTS_IN.search(text)
    ):
        return it.sure("remove_from_cart")
    sets = set_to(text) is not None or _SWAPS.search(text) is not None
    if it.in_cart and sets and label not in {"affirm", "deny", "checkout", "view_cart"}:
        return it.sure("add_to_cart")
    if it.in_cart and label == "find_similar" and _ANOTHER.search(text):
        return it.sure("add_to_cart")
    if label == "remove_from_cart" and _SWAPS.search(text) and (now.include or now.references):
        return it.sure("add_to_cart")
    if label in _NEEDS and (_SO_MANY.search(text) or (it.state.shown and _DECIDED.search(text))):
        return it.sure("add_to_cart")
    if it.in_cart and label in _NEEDS and _ANOTHER.search(text) and not _LOOKS.search(text):
        return it.sure("add_to_cart")
    if label in _TAKEN_FOR_TOTAL and _TOTAL.search(text):
        return it.sure("view_cart")
    adds = it.state.topic == "add_to_cart" and label in _OF_PRODUCTS and _AND_ALSO.search(text)
    another = bool(now.query) and _NEEDS_ANOTHER.search(text) is not None  # "I need a litter box too"
    if adds and not _LOOKS.search(text) and not another:
        return it.sure("add_to_cart")
    return it.sure("search_product") if adds and another else None


def _of_the_shop(it: _Said) -> Reading | None:
    """Its rules, its codes, what it keeps of a shopper, and that something is to be bought at all."""
    text, label = it.text, it.label
    if label in _NEEDS | {"recommend"} and _SOMETHING.match(text):
        return it.sure("search_product")
    if label == "ask_product" and _WARRANTY.search(text):
        return it.sure("ask_policy")
    if _CODES.search(text) and label not in _CART:
        return it.sure("ask_policy" if _COMBINES.search(text) else "find_deals")
    if label in {"like_product", "dislike_product"} and _UNSAID.search(text):
        return it.sure("manage_profile")
    sized = IN_MY_SIZE.search(text) and not it.now.include.get("size")
    if label == "manage_profile" and sized and not _OF_MEMORY.search(text):
        return it.sure("search_product" if it.now.include.get("category") else "refine_search")
    if label in _NEEDS and _MY_SIZE.search(text) and not _LOOKS.search(text):
        return it.sure("manage_profile")
    if label == "manage_profile" and it.now.include.get("category") and not _KEEPS.search(text):
        return it.sure("search_product")
    if label == "manage_profile" and _QUESTION.search(text) and not _OF_ME.search(text):
        return it.sure("ask_product" if it.state.shown else "search_product")
    return None


def _said_outright(it: _Said) -> Reading | None:
    """What is done only when it is said: nothing is put in a cart, or taken for something else, on a guess."""
    text, label, state = it.text, it.label, it.state
    if (
        label in _SAID_OUTRIGHT
        and state.shown
        and not _SAID_OUTRIGHT[label].search(text)
        and _ASKS.search(text)
    ):
        return it.sure("ask_product")
    if label == "find_similar" and state.shown and not _SAID_OUTRIGHT[label].search(text):
        return it.sure("refine_search")
    if state.shown and len(state.heard) > 1 and _ASKS.search(state.heard[-2]) and _OTHER_ONE.match(text):
        return Reading("ask_product", f"{it.said.text} {state.heard[-2]}", True)
    if label == "add_to_cart" and state.shown and not _DECIDES.search(text):
        return it.sure("refine_search")
    return None


def _of_the_table(it: _Said) -> Reading | None:
    """Questions about what is on the table, and limits on it, that sound like something else."""
    text, label, now, state = it.text, it.label, it.now, it.state
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
    if state.shown and label == "ask_help" and (now.include or now.price is not None):
        return it.sure("refine_search")
    if state.shown and label == "dislike_product" and now.exclude and not now.references:
        return it.sure("manage_profile" if _FOR_GOOD.search(text) else "refine_search")
    if label == "ask_product" and now.include and len(state.shown) > 1 and _ANY_OF_THEM.search(text):
        return it.sure("refine_search")
    if label == "out_of_scope" and (state.shown or state.focus) and _REVIEWS.search(text):
        return it.sure("ask_product")
    described = bool(now.include) and not now.include.get("category")
    if label == "refine_search" and described and state.focus and _STILL_THERE.search(text):
        return it.sure("ask_product")
    if label == "ask_product" and not state.focus and now.include and _IN_VALUE.match(text):
        return it.sure("refine_search")
    if (
        label == "out_of_scope"
        and now.include.get("category")
        and (state.shown or state.earlier or now.price)
    ):
        at_hand = (state.shown or state.earlier) and _ASKS.search(text)
        return it.sure("ask_product" if at_hand else "search_product")
    if _about_the_table(it.said, state):
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
    short = len(text.split()) <= 8 if text.isascii() else len(text) <= 14
    if state.topic == "find_deals" and short and _ANY_FOR.match(text) and label in _OF_PRODUCTS:
        return it.sure("find_deals")
    names_a_thing = bool(it.now.include.get("category") or it.now.references)
    elliptical = short and not names_a_thing and (_FOLLOWS_ON.search(text) is not None or not state.shown)
    follows = state.topic in ("ask_policy", "find_deals") and label in _OF_PRODUCTS | {
        "out_of_scope",
        "ask_policy",
    }
    if not (elliptical and follows):
        return None
    before = state.heard[-2] if state.topic == "ask_policy" and len(state.heard) > 1 else ""
    return Reading(state.topic, f"{before} {it.said.text}".strip(), True)


SURE_OUTSIDE = 0.9
"""From here on an utterance is outside the shop's business, whatever colour it names."""
