"""Whom a thing is made for: read from what people say and from what titles say."""

import re
from functools import lru_cache
from typing import Literal

from index.schema import Product

Audience = Literal["women", "men", "kids"]

_SAID: tuple[tuple[Audience, re.Pattern[str]], ...] = (
    ("kids", re.compile(r"\b(?:kid'?s?|child(?:ren)?'?s?|toddlers?'?|bab(?:y|ies)'?s?|for (?:a|my|his|her|our) (?:\d+|\w+)[- ]year[- ]old|(?:grand)?(?:son|daughter|niece|nephew)'?s?)\b(?![ -](?:friendly|proof|safe|lock))|儿童|小孩|孩子|宝宝|小朋友|幼儿|[儿孙]子|女儿|孙女|童[款鞋装]", re.I)),
    ("women", re.compile(r"\b(?:wom[ae]n'?s?|lad(?:y|ies)'?s?|female|girlfriend'?s?|wife'?s?|mum'?s?|mom'?s?|mother'?s?|sister'?s?|aunt'?s?|grand(?:ma|mother)'?s?)\b|女[士款式装鞋生性人]|女朋友|女友|老婆|妻子|妈|姐姐?|妹妹?|奶奶|外婆|阿姨", re.I)),
    ("men", re.compile(r"\b(?:m[ae]n'?s?|gents?'?|male|boyfriend'?s?|husband'?s?|dad'?s?|father'?s?|brother'?s?|uncle'?s?|grand(?:pa|father)'?s?|guys?)\b|男[士款式装鞋生性人]|男朋友|男友|老公|丈夫|爸|哥哥?|弟弟?|爷爷|外公|叔叔", re.I)),
)  # fmt: skip
_TITLED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("kids", re.compile(r"\b(?:kid'?s|kids|child(?:ren)?'?s?|toddlers?|bab(?:y|ies)|junior)\b|儿童|宝宝|幼儿|婴|童", re.I)),
    ("women", re.compile(r"\b(?:wom[ae]n'?s?|lad(?:y|ies)'?s?)\b|女[士款式装鞋]", re.I)),
    ("men", re.compile(r"\b(?:m[ae]n'?s?|gents?'?)\b|男[士款式装鞋]", re.I)),
    ("unisex", re.compile(r"\bunisex\b|中性|男女", re.I)),
)  # fmt: skip


def find_audience(text: str) -> tuple[Audience, int, int] | None:
    """Whom a text says it is for, with the place of the words; the first that is said, or None."""
    found = [
        (match.start(), match.end(), audience)
        for audience, pattern in _SAID
        if (match := pattern.search(text)) is not None
    ]
    if not found:
        return None
    start, end, audience = min(found)
    return audience, start, end


def made_for(product: Product, audience: Audience) -> bool:
    """Whether a product may be for somebody: it says so, is for everybody, or says nothing."""
    marked = _marked(" ".join([product.title, *(text.title for text in product.translations.values())]))
    return not marked or audience in marked or ("unisex" in marked and audience != "kids")


def marked_for(product: Product, audience: Audience) -> bool:
    """Whether a product says that it is for somebody."""
    return audience in _marked(
        " ".join([product.title, *(text.title for text in product.translations.values())])
    )


@lru_cache(maxsize=10_000)
def _marked(title: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _TITLED if pattern.search(title))
