"""What is said of placed orders and of the shop's rules, where the classifier takes one for the other."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from datetime import date

from assistant.numerals import han_number
from assistant.policy_words import subjects
from assistant.turns import DialogueState
from index.text import fold

_CHANGES = re.compile(
    r"\b(?:cancel|return|refund|exchange|swap|send (?:it )?back|change|stop|deliver (?:it )?to|address|broken|damaged|wrong)\w*\b|"
    r"取消|退|换|改|不要了|地址|坏|破|错",
    re.I,
)
_ALTERS = re.compile(r"\b(?:change|correct|update|edit)\b|改|换", re.I)
_ONLY_OF_ORDERS = re.compile(
    r"\b(?:cancel (?:it|that|this|the|my)|return(?:ing)?\b|refund|send .{0,25}\bback|send (?:it|that|them) to|deliver (?:it|that|them) to|address)\b|"
    r"取消|退|地址|改?(?:成)?(?:送|寄)到|改(?:成)?(?:送|寄)",
    re.I,
)
_RULE = re.compile(
    r"\b(?:do i (?:have to )?pay|how long do i have|how many days|until when|what can i (?:return|send)|who pays|is (?:it|there) a fee)\b|"
    r"(?:运费|邮费)|要(?:付|花|交)(?:钱|费)|几天(?:内|之内|时间|可以|能)|多久(?:内|之内)|谁(?:出|付|承担)",
    re.I,
)
_IF = re.compile(
    r"\b(?:if|in case|suppose|supposing)\b.{0,60}\b(?:can|could|may|do|will|would) (?:i|we|you|she|he|they)\b|"
    r"\b(?:can|could|may) (?:i|we|she|he|they)\b.{0,60}\b(?:if|in case)\b|"
    r"(?:如果|要是|万一|假如|若|倘若).{0,20}(?:能|可以|给|让|怎么|还)|(?:的话).{0,8}(?:能|可以).{0,6}[退换]",
    re.I,
)
_WHAT_THEN = re.compile(
    r"\bwhat (?:now|then|happens|do i do|can i do|should i do|will you do|if)\b|怎么办|咋办|怎么处理|如何处理|怎么弄|赔(?!了)",
    re.I,
)
_HOW_MUCH = re.compile(r"\bhow (?:much|long|many|soon)\b|多少|多久|几天|什么时候", re.I)
_MONEY_BACK = re.compile(
    r"\b(?:when|how (?:long|soon)|how many days)\b.*\b(?:money|refund\w*|paid back)\b|(?:退款|钱).*(?:什么时候|多久|几天|何时)|(?:什么时候|多久|几天).*(?:退款|退钱|到账|拿到钱)",
    re.I,
)
_MY_ORDERS = re.compile(
    r"\bmy (?:\w+ )?orders\b|我(?:自己)?(?:都)?(?:有|下过?|买过?)(?:哪些|什么|几个|的)?订单|我的订单", re.I
)
_BOUGHT = re.compile(
    r"\b(?:what|which|when|did|have)\b.{0,30}\bi\b.{0,12}\b(?:buy|bought|order(?:ed)?)\b.{0,40}$|我.{0,10}买(?:过|的|了).{0,10}(?:哪|什么|啥|多少钱)|我.{0,6}(?:都)?买过?了?(?:些)?(?:什么|啥|哪些)",
    re.I,
)
_I_BOUGHT = re.compile(
    r"\bi(?:'ve)? (?:just |already |recently )?(?:bought|ordered|purchased)\b|我(?:刚刚?|之前|上次|上个?月|上周|昨天|前天|前几天|[\d一二三四五六七八九十]+月份?)?(?:买|订)的",
    re.I,
)
_MINE = re.compile(r"\bmy (?:\w+ ){0,2}(?:orders?|parcels?|packages?|stuff|delivery)\b|我的", re.I)
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_IN_MONTH = re.compile(
    r"\b(?:in|of|from|since|back in|last|this|my)\s+(?P<en>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|(?<!个)(?P<zh>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月",
    re.I,
)
_ALSO_IN = re.compile(
    rf"^(?:and|what about|how about|那|那么)?[ ,，]*(?:{_IN_MONTH.pattern})\W*(?:份)?呢?\W*$", re.I
)
_LAST_MONTH = re.compile(r"\blast month\b|上个?月", re.I)
_MAY_CHANGE = re.compile(
    r"\bcan (?:i|we) (?:still |please )?(?:cancel|return|exchange|swap)\b|(?:能|可以|能不能)(?:还|再|直接)?(?:取消|退货|换货|退掉)",
    re.I,
)
_LEAVES_IT = re.compile(
    r"\b(?:don'?t|do not|not to) (?:cancel|return|change|exchange|swap|send)|\bleave it\b|\bkeep (?:it|them)\b|(?:不|别|不用|不要|先别|不想)(?:再)?(?:取消|退|换|改)(?!钱|多少)",
    re.I,
)
_OPEN_TO_CHANGE = frozenset(
    {"ask_policy", "deny", "refine_search", "remove_from_cart", "out_of_scope", "ask_product"}
)
_TAKEN_FOR_RULES = frozenset(
    {"ask_policy", "out_of_scope", "ask_product", "compare_products", "find_complement", "track_order"}
)
_ORDERS = frozenset({"track_order", "change_order"})
_CART = frozenset({"add_to_cart", "remove_from_cart", "view_cart", "checkout"})


def changes(text: str) -> bool:
    """Whether something is to be done with an order, or is wrong with it."""
    return _CHANGES.search(text) is not None


def of_orders(text: str, label: str, state: DialogueState) -> str | None:
    """The label of an utterance on placed orders, or on the rules for them; None where the reading stands."""
    open_change = state.question is not None and state.question.yes is not None
    open_change = open_change and state.question.yes.label == "change_order"  # type: ignore[union-attr]
    if (open_change or label == "deny") and _LEAVES_IT.search(text):
        return "deny" if label in _ORDERS | {"deny"} else None
    if label == "change_order" and (_RULE.search(text) or _IF.search(text)):
        return "ask_policy"
    if label == "change_order" and state.topic in _ORDERS:
        return label
    if label == "manage_profile" and state.topic in _ORDERS and _ALTERS.search(text):
        return "change_order"
    if _MONEY_BACK.search(text) and label not in _ORDERS:
        return "ask_policy"
    if label == "track_order" and _MAY_CHANGE.search(text):
        return "change_order"
    if label == "track_order" and "lost" in subjects(text) and _WHAT_THEN.search(text):
        return "ask_policy"
    asks_rule = any(rule.search(text) for rule in (_HOW_MUCH, _RULE, _IF))
    meant = _CHANGES if state.topic in _ORDERS else _ONLY_OF_ORDERS
    own = _talked_of_order(state) or _I_BOUGHT.search(text) is not None
    if label in _OPEN_TO_CHANGE and own and not asks_rule and meant.search(text):
        return "change_order"
    if label not in _ORDERS | {"ask_policy", "human_agent"} and _MY_ORDERS.search(text):
        return "track_order"
    if state.topic == "track_order" and label != "change_order" and _ALSO_IN.search(text):
        return "track_order"
    if label not in {"change_order", "human_agent", "manage_profile", "ask_policy"} and _BOUGHT.search(text):
        return "track_order"
    return None


def month_said(text: str, today: date) -> tuple[int, int] | None:
    """The (year, month) in which a text says that something was bought: the last of that name."""
    if (match := _IN_MONTH.search(text)) is not None:
        name, number = fold(match["en"] or ""), match["zh"] or ""
        month = _MONTH_NAMES.index(name[:3]) + 1 if name else int(number) if number.isdigit() else 0
        month = month or han_number(number)
        return (today.year - (month > today.month), month) if 1 <= month <= 12 else None
    if _LAST_MONTH.search(text):
        return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return None


def own_orders(text: str) -> bool:
    """Whether it is about the shopper's own orders or parcels."""
    return _MINE.search(text) is not None


def _talked_of_order(state: DialogueState) -> bool:
    """Whether an order is what was talked of: what it holds is in focus, and on no table."""
    if state.topic in _ORDERS:
        return True
    return bool(state.focus) and state.topic not in _CART and not set(state.focus) & set(state.shown)


def of_rules(text: str, label: str, *, asks: bool) -> bool:
    """Whether it is a question on the rules, whatever product is on the table: "how much is the shipping?".

    Args:
        text: The utterance.
        label: What the classifier reads.
        asks: Whether it is a question.
    """
    about = subjects(text)
    if label == "checkout":
        return asks and "method" in about
    if label not in _TAKEN_FOR_RULES or not asks or _MINE.search(text):
        return False
    costs = not about.isdisjoint({"cost", "free"})
    if "customs" in about or ("delivery" in about and costs):
        return True
    far = not about.isdisjoint({"abroad", "domestic"})
    return label != "track_order" and "delivery" in about and far
