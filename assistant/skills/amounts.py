"""How many are meant: to add, to take out, or to have in the end."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re

from assistant.numerals import han_number
from assistant.turns import Constraints

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

_WORDS = {
    **{
        word: number
        for number, word in enumerate("zero one two three four five six seven eight nine".split())
    },
    **{"none": 0, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30},
    **{
        "a couple": 2,
        "a couple of": 2,
        "half a dozen": 6,
        "pair": 1,
        "a dozen": 12,
        "零": 0,
        "俩": 2,
        "仨": 3,
    },
}
_EN = (
    "("
    + "|".join([r"\d{1,5}", *sorted((word for word in _WORDS if word.isascii()), key=len, reverse=True)])
    + ")"
)
_ZH = r"(\d{1,5}|[零一两二俩仨三四五六七八九十]{1,3})"
# A measure is no count: 42 is a size, 600 ml a bottle, $20 a price.
_COUNT = (
    r"(?!\s?(?:st|nd|rd|th|inch(?:es)?|cm|mm|ml|l|kg|g|gb|tb|dollars?|bucks|quid|euros?|stars?)\b)"
    r"(?![\s-](?:persons?|people|man|men|seaters?|pack|pair pack|pc|piece|person|layer|way|door|burner|tier|ply|player|cup|bar)\b)"
    r"(?!\s?[%$€£¥码号寸升克元月天点楼年]|[个只条把件双张瓶盒包支片枚杯卷粒]装|块钱|英寸|厘米|毫升|公斤|\d|[.,]\d)"
)
_I = re.IGNORECASE

_SET = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"\b(?:change|set|bump|increase|raise|up|reduce|decrease|lower|cut|knock|bring|take|drop|update|put|make|"
        rf"go)\b.{{0,60}}?\bto (?:just |only )?{_EN}\b{_COUNT}",
        rf"\bmake (?:it|that(?! one [a-z])|them|those) (?:just |only )?{_EN}\b{_COUNT}",
        rf"\b(?:just|only) {_EN}\b{_COUNT}(?=\s*(?:$|[.,!?]|please|pls|then|of (?:them|those)))",
        rf"\b{_EN} (?:is|are|will be|would be) (?:enough|plenty|fine|ok(?:ay)?)\b",
        rf"{_ZH}[个只条把件双张套款盒瓶袋包本支罐箱桶份枚块副](?:就)?(?:够|行|好|可以)",
        rf"\bmake the(?: [\w'-]+){{1,4}}? (?!one\b){_EN}\b{_COUNT}",
        rf"\b(?:qty|quantity)\b\D{{0,12}}?\bto {_EN}\b{_COUNT}",
        rf"(?:改|换|调|加|增|减|降|变)(?:少|多|加|低|高)?(?:回|成|为|到|至)\s*{_ZH}{_COUNT}",
        rf"改\s*{_ZH}[个只条把件双张套款盒瓶袋包本支罐箱桶份枚块]",
    )
)
_KEEP = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"\b(?:only|just) (?:need|want|keep) {_EN}\b{_COUNT}",
        rf"\b(?:keep|leave|need|want) (?:just |only )?{_EN}\b{_COUNT}",
        rf"(?:只[要留买需放]|[只]?留|就要){_ZH}{_COUNT}",
    )
)
_MORE = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"\b{_EN} (?:more|extra|additional)\b",
        rf"\b(?:add|another|(?:give|get) me|gimme|i'll have|take|grab|throw in|put|want|quantity|qty)"
        rf"[:\s]+{_EN}\b{_COUNT}",
        rf"(?:再|多|另)?(?:来|加|要|拿|添|搞|买|数量){_ZH}{_COUNT}",
    )
)
_LESS = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"\b(?:take|remove|delete|drop|lose|minus|less|subtract|ditch)(?: out| off| away)? {_EN}\b{_COUNT}",
        rf"\b{_EN} (?:fewer|less|too many)\b",
        rf"\bby {_EN}\b{_COUNT}",
        rf"\b{_EN} of (?:them|those|these|the|my)\b.*\b(?:out|off|away)\b",
        rf"(?:拿|去|删|减|少|移|撤|退|取)(?:掉|除|走|去|出|少|放|要|下)*(?:其中)?(?:的)?{_ZH}"
        rf"(?=[个只条把件双张套款盒瓶袋包本支罐箱桶提卷对副台份枚块](?!都)|$|[，。！,!.])",
    )
)
_ADDS_UP = re.compile(
    r"\b(?:more|another|extra|additional|again|a (?:second|third|fourth) (?:one|pair|set|copy))\b|再|多[来加要买一两]|另",
    _I,
)
_EACH = re.compile(r"\beach\b|各|每", _I)
_EVERYTHING = re.compile(
    r"\b(?:empty|clear|strip|wipe|dump)\b|\b(?:remove|delete|drop|ditch|take out|get rid of|scrap|cancel)"
    r" (?:everything|(?:it|them) all|all\b|the lot|the whole)|\beverything\b.*\b(?:out|away|off|gone|go)\b|"
    r"清(?:空|一下|掉|了)|一个不留|(?:全部?|都)(?:给我)?(?:删|清|去|移|拿|退|撤|不要|取消)|(?:删|移|拿|去)(?:掉|除|走|了)?(?:全部|所有)",
    _I,
)
_EVERY = re.compile(r"\b(?:all|both|every|ones)\b|所有|全部|都", _I)
_BUT = re.compile(
    r"\b(?:but|except|apart from|save|keep only|only keep)\b|\bkeep\b.*\bonly\b|除了?|只(?:留|要|保留)", _I
)


def number(said: str) -> int:
    """The number that digits or a word stand for.

    >>> [number(said) for said in ("12", "Three", "两", "十二")]
    [12, 3, 2, 12]
    """
    said = said.lower().strip()
    if said.isdigit():
        return int(said)
    return _WORDS[said] if said in _WORDS else han_number(said)


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> int | None:
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    return None if found is None else number(found[1])


def set_to(text: str) -> int | None:
    """How many there are to be in the end: "make it three", 「改成3件」; None if that is not said.

    >>> set_to("make it three"), set_to("change the first to 2"), set_to("改成3件"), set_to("make it blue")
    (3, 2, 3, None)
    """
    return _first(_SET, text)


def kept(text: str) -> int | None:
    """How many are to be left: "keep just one", 「只留一支」; None if that is not said.

    >>> kept("I only want one in the cart"), kept("两双就够，只要两双"), kept("remove it")
    (1, 2, None)
    """
    return _first(_KEEP, text)


def to_add(text: str, said: Constraints, products: int = 1) -> int:
    """How many of each product to add; 1 if nothing is said.

    Args:
        text: The utterance.
        said: Its constraints.
        products: How many products are meant: "both of them" asks for one of each.
    """
    count = said.quantity
    if count is None and not said.references:
        count = _first(_MORE, text)
        count = counted(text) if count is None else count
    if count is None or count < 1:
        return 1
    return 1 if products > 1 and count == products and not _EACH.search(text) else count


def to_take(text: str) -> int | None:
    """How many to take out; None for all of them.

    >>> to_take("take one of them out"), to_take("第二件拿掉一个"), to_take("remove the first one")
    (1, 1, None)
    """
    return _first(_LESS, text)


_COUNTED = (
    re.compile(
        rf"^(?:\W|\b(?:ok(?:ay)?|then|and|also|plus|yes|yeah|yep|right|so|well|good|great|fine|sweet|cool|nice|lovely|"
        rf"perfect|beauty|brilliant|super|alright|sure|please|add|i'?ll (?:have|take)|(?:can|could) i (?:have|get)|"
        rf"(?:let|give|get) me|no|wait|actually|oh|hm+|sorry|still|just|an?)\b)*{_EN}\b{_COUNT}",
        _I,
    ),
    re.compile(
        rf"[,.;!]\s*(?:(?:still|just|only|and)\s)*(?!\d){_EN}(?: of (?:them|those))?(?: please)?\s*(?=$|[,.!])",
        _I,
    ),
    re.compile(rf"(?<![第前头这那有\d.]){_ZH}[个只条把件双张套款盒瓶袋包本支罐箱桶份枚块副台顶根口](?!装)"),
)


def counted(text: str) -> int | None:
    """The number that an utterance, or a part of a list, begins with or counts by; None if it has none.

    >>> counted("great, two in black"), counted("橙色一个"), counted("size 42 in black"), counted("单条装")
    (2, 1, None, None)
    >>> counted("no, the 750 ml, still two"), counted("a two-person tent")
    (2, None)
    """
    return _first(_COUNTED, text)


_BARE = re.compile(
    rf"(?:\W|\b(?:ok(?:ay)?|well|actually|then|oh|hm+|um+|no|sorry|wait)\b)*{_EN}"
    rf"(?: (?:of (?:them|those|it)|please|pls|then|in total|altogether))*\W*|"
    rf"(?:那|就|嗯|还是|不|[，,\s])*{_ZH}[个只条把件双张套款盒瓶袋包本支罐箱桶份枚块副台顶根口](?:吧|好了|够了|就行|就好)?\W*",
    _I,
)


def bare(text: str) -> bool:
    """Whether nothing but a number is said: "hmm, four", 「两个吧」.

    >>> bare("hmm, 4 please"), bare("两个吧"), bare("two more"), bare("再来两个")
    (True, True, False, False)
    """
    return _BARE.fullmatch(text.strip()) is not None


def adds_up(text: str) -> bool:
    """Whether more of what is already there is asked for: "one more of those", 「再来一个」."""
    return _ADDS_UP.search(text) is not None


def everything(text: str) -> bool:
    """Whether the whole cart is meant: "empty my cart", 「都删掉」."""
    return _EVERYTHING.search(text) is not None


def every(text: str) -> bool:
    """Whether all that fit a name are meant: "all the tents"."""
    return _EVERY.search(text) is not None


def all_but(text: str) -> bool:
    """Whether what is named is what stays: "everything but the tent", 「只留第一个」."""
    return _BUT.search(text) is not None


def without_but(text: str) -> str:
    """The text without the words that make an exception."""
    return _BUT.sub(" ", text)
