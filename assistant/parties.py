"""How many people a thing is for: read from what shoppers say and from what records say."""

import re

from assistant.numerals import HAN_DIGITS
from index.schema import Product
from index.text import fold

_WORDS = "one two three four five six seven eight nine ten".split()
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_WORDS)})"
_HAN_NUMBER = "([一二两俩三四五六七八九单双]|十|\\d{1,2})"
_SAID = re.compile(
    rf"\b{_NUMBER}[- ](?:persons?|people|man|adults?|players?|sleepers?|seats?|seaters?)\b|"
    rf"\b(?:family|party|group) of {_NUMBER}\b|\b(?:sleeps|seats|fits|for) (?:the )?{_NUMBER}(?: of us| of them)?(?=\s*(?:$|[,.!?]|and|or|under|below|in|with|that|who|please|pls))|"
    rf"\bthe {_NUMBER} of us\b|"
    rf"(?<![第每前后给]){_HAN_NUMBER}个?人(?!民|士|气|家的|字|体|参)|{_HAN_NUMBER}口(?:人|之家)|一家{_HAN_NUMBER}口",
    re.I,
)
_COUNTS = re.compile(
    r"^(?:seats?|sleeps|players?|persons?|people|座位数?|人数|可住人数|玩家人数|游戏人数|适用人数)$"
)
_TOLD = re.compile(
    r"^(\d{1,2})(?:\s*[-–~至到]\s*(\d{1,2}))?\s*(\+)?\s*(?:people|persons?|players?|seats?|人|位)?$"
)
_OF_PEOPLE = re.compile(r"(?:people|persons?|players?|人)$")


def people(text: str) -> tuple[int, int, int] | None:
    """For how many people something is to be, with the place of the words; None when it is not said."""
    match = _SAID.search(text)
    if match is None:
        return None
    said = next(filter(None, match.groups())).lower()
    if said.isdigit():
        count = int(said)
    elif said in _WORDS:
        count = _WORDS.index(said) + 1
    else:
        count = {"单": 1, "双": 2, "俩": 2, "十": 10}.get(said) or HAN_DIGITS[said]
    return count, match.start(), match.end()


def holds(product: Product, count: int) -> bool | None:
    """Whether a record says that a product is for so many; None when it says nothing of it."""
    texts = (product.attributes, *(translation.attributes for translation in product.translations.values()))
    for name, value in ((fold(name), fold(value)) for some in texts for name, value in some.items()):
        told = _TOLD.match(value)
        if told and (_COUNTS.match(name) or _OF_PEOPLE.search(value)):
            least = int(told[1])
            return least <= count if told[3] else least <= count <= int(told[2] or least)
    return None
