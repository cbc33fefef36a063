"""How buying is said without a verb for it: a number with a variant, a correction of what was just bought."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Set

from assistant.quantities import find_quantities
from assistant.skills.amounts import counted, set_to
from assistant.turns import Understanding
from index.text import has_han, tokens

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

_A_PAIR = re.compile(r"\ban? (?:pair|box|pack|set|bottle|bag|jar|tin|packet|copy|roll|tub)(?: of)?\b", re.I)
_LIMITS = re.compile(
    r"\b(?:ones?|two|three|four|five|six|\d+)\s+(?:with|without|that|which|who|under|below|over|above|for|from|made|like|"
    r"less|more|as|or)\b|\b(?:cheaper|smaller|bigger|lighter|larger|better|newer)\b|\bnot\b",
    re.I,
)
_ASKS = re.compile(
    r"[?？]|[吗呢](?=$|[，。,.!！])|有没有|什么|哪[个款些种里]|看看|推荐|\b(?:show|find|search|looking|recommend|suggest|any|do you|have you|is there|"
    r"are there|is it|does|what|which|how|where)\b",
    re.I,
)
_PLEASED = re.compile(
    r"\b(?:please|pls|plz|ok(?:ay)?|right|great|good|fine|sweet|cool|nice|lovely|perfect|beauty|brilliant|super|alright|deal|too|"
    r"as well|also|then|just|thanks|thank you)\b",
    re.I,
)
_HAN_COUNT = r"(?:[一两二三四五六七八九十]|\d{1,2})(?:个|件|双|副|本|台|条|只|盒|套|瓶|份|支|把|张|包|罐|根|块|顶|口|盏|辆|箱|桶|对|袋|架|部|款)"
_HAN_BUYS = re.compile(
    rf"(?<![需主还想])(?:来|嚟|要|买|拿|加购?|订|入){_HAN_COUNT}(?:吧|啊|哈|呗|了)?(?=[，,。；;！! ]|$)|"
    r"(?:[^我你他她还，,。]|[这那][个款件双条本])也要(?:了|吧)?(?=[，,。；;！! ]|$)"
)
_HAN_ORDERS = re.compile(rf"(?:来|嚟|要|买|拿|加购?|订|入){_HAN_COUNT}|要(?:了|吧)?$|[改换]成")
_CORRECTS = re.compile(
    r"^(?:(?:oh|ah|hm+|um+|er+|eh|ok)[\s,.]*)*(?:no|nope|sorry|oops|whoops|wait|not that|wrong one|my mistake|(?:i )?meant)\b(?! (?:problem|more|other|thanks))|"
    r"^(?:哦|啊|呃|嗯|唉|哎)*[，, ]*(?:不对|不是|错了|[搞选弄买]错|等等|抱歉|不好意思|我是说)",
    re.I,
)
_INSTEAD = re.compile(r"\binstead[\s.!]*$", re.I)
_MEANT = re.compile(r"\bmeant\b|[搞选弄买]错", re.I)
_RECOMMENDS = re.compile(r"\b(?:recommend|suggest|which (?:one )?(?:is|would))\b|推荐|介绍", re.I)

_ADVICE = re.compile(
    r"(?:(?:and|so|can|could|would|please|you) )*(?:recommend|suggest)(?: (?:me|us))?(?: (?:one|some|something)(?: good| nice)?)?(?: please)?|"
    r"(?:你|您|再|请|帮我|给我|能|可以)*(?:推荐|介绍)(?:一下|下|看看)?(?:[一几][个把款件双种样只本]|个|些)?(?:吧|呗|吗|呀)?",
    re.I,
)


def buys(said: Understanding, names: Set[str], *, pointed: bool) -> bool:
    """Whether what is at hand is counted out: "great, one Trail in yellow", 「黄色的也要一个，多少钱」.

    Args:
        said: The utterance.
        names: Words of the names of what is at hand.
        pointed: Whether one product is talked about, so that a colour alone says which one.
    """
    text, now = said.text, said.constraints
    if has_han(text):
        return _HAN_BUYS.search(text) is not None and _ASKS.search(text) is None
    count = counted(_A_PAIR.sub("1 ", text))
    if count is None or _ASKS.search(text) or _LIMITS.search(text) or now.price or now.price_relative:
        return False
    kind = now.include.get("category")
    if len(set(tokens(text)) & names) > (1 if kind else 0):  # a maker's name with a kind is a search
        return True
    described = bool(now.include) and not kind
    return described and (count > 1 or pointed or _PLEASED.search(text) is not None)


def orders(text: str) -> bool:
    """Whether a part of a message counts out what is to be bought: 「来一盒黑色的笔」, "two of the Ridge"."""
    if _ASKS.search(text):
        return False
    if set_to(text) is not None:
        return True
    if has_han(text):
        return _HAN_ORDERS.search(text) is not None
    return counted(_A_PAIR.sub("1 ", text)) is not None


def corrects(said: Understanding) -> bool:
    """Whether another variant or number was meant than what was just done: "no, the 750 ml, still two"."""
    text, now = said.text, said.constraints
    if (
        not (_CORRECTS.search(text) or _INSTEAD.search(text))
        or _ASKS.search(text)
        or now.price
        or now.price_relative
    ):
        return False
    return bool(
        now.include or now.references or counted(text) or find_quantities(text) or _MEANT.search(text)
    )


def asks_advice(text: str) -> bool:
    """Whether nothing but a recommendation is asked for, of what was said before."""
    return _ADVICE.fullmatch(text.strip(" ,.!?，。！？")) is not None


def wants_advice(text: str) -> bool:
    """Whether what is to be bought is still to be recommended: "I need a knife too, recommend one"."""
    return _RECOMMENDS.search(text) is not None
