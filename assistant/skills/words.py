"""Holds products to what was asked in words: "with a headrest", "for my sister", "not the pop-up one"."""

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from assistant.skills.base import Turn
from assistant.turns import (
    Constraints,
)
from assistant.wearers import find_audience, made_for, marked_for
from index.lexicon import groups
from index.schema import Product
from index.search import Hit
from index.synonyms import FUNCTION_WORDS
from index.text import fold, tokens

HAS_WORDS = 0.6
"""Share of what is asked for in words that a product has to have, the rarer words counting more."""


def by_words(turn: Turn, hits: Sequence[Hit], wanted: Constraints) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits that have the words asked for, are made for whom they are for, and are not what is refused.

    Each is held to as long as something is left; words that no hit has are said to be in none.

    Returns:
        (hits, what is to be said)
    """
    left, unsaid = list(hits), []
    if not wanted.include.get("category") and (things := _things(turn, wanted.query)):
        left = with_words(turn, left, things, share=1.0) or left
    for feature in _features(turn, wanted.query):
        having = with_words(turn, left, feature)
        # "A new phone" is no phone that says "new": one alone that has a word may have it by chance.
        left = having if len(having) > 1 else left
    if wanted.audience is not None:
        left = [hit for hit in left if made_for(hit.product, wanted.audience)] or left
    for words in wanted.lacking:
        left = [hit for hit in left if not _titled(hit.product, words)] or left
    for words in map(partial(_meaningful, turn), wanted.having):
        having = with_words(turn, left, words) if words else []
        if having:
            left = having
        elif words and words.casefold() in turn.said.text.casefold():
            unsaid.append(turn.say("words_unsaid", what=words))
    return left, tuple(unsaid)


def _features(turn: Turn, query: str) -> list[str]:
    """What a query asks a thing to have: "waterproof", 「降噪」."""
    units = turn.parts.searcher.lexical.synonyms.units(query)
    return [
        unit.text
        for unit in units
        if fold(unit.text) in _feature_names() and find_audience(unit.text) is None
    ]


@cache
def _feature_names() -> frozenset[str]:
    return frozenset(fold(name) for group in groups("feature") for name in group)


def _things(turn: Turn, query: str) -> str:
    """The names of things in a query, where the catalogue has no kind that it names: "headphones"."""
    units = turn.parts.searcher.lexical.synonyms.units(query)
    return " ".join(unit.text for unit in units if unit.names)


def _meaningful(turn: Turn, words: str) -> str:
    """What of some words can be held against a record: names that are known, and English words.

    What is left of a Chinese sentence when its limits are taken out is mostly grammar.
    """
    units = turn.parts.searcher.lexical.synonyms.units(words)
    kept = [unit.text for unit in units if unit.names or (unit.text.isascii() and not _is_chat(unit.text))]
    return " ".join(kept)


def _is_chat(text: str) -> bool:
    return all(len(word) < 3 or word in FUNCTION_WORDS or word in _CHAT for word in fold(text).split())


_CHAT = frozenset(
    "what else still though tho only other others more less same different thing things kind kinds sort type "
    "one ones want need like show please ok okay now then maybe really very much any some all around about "
    "under over good nice better best way instead looking bit little lot can could would should will just "
    "forget normal".split()
)


def _titled(product: Product, words: str) -> bool:
    """Whether a title says all of some words, or that it is for whom they name."""
    said = find_audience(words)
    if said is not None:
        return marked_for(product, said[0])
    titles = [product.title, *(text.title for text in product.translations.values()), *product.category]
    wanted = set(tokens(words))
    return any(wanted <= set(tokens(title)) for title in titles)


def with_words(turn: Turn, hits: Sequence[Hit], words: str, *, share: float = HAS_WORDS) -> list[Hit]:
    """Hits whose record has so much of some words, or other names of them."""
    searcher = turn.parts.searcher
    query = searcher.lexical.open_query(words)
    numbers = searcher.store.numbers([hit.product.id for hit in hits])
    enough: list[int] = []
    if query is not None and hits:
        scores = query.best(limit=len(hits), only=np.array(sorted(numbers.values()), np.int64))
        enough = scores.numbers[scores.coverage >= share].tolist()
    return [hit for hit in hits if numbers.get(hit.product.id) in enough or _affirmed(hit.product, words)]


def _affirmed(product: Product, words: str) -> bool:
    """Whether an attribute of that name says more than no: "headrest: yes"."""
    wanted = set(tokens(words))
    attributes = [
        *product.attributes.items(),
        *(i for t in product.translations.values() for i in t.attributes.items()),
    ]
    return any(wanted <= set(tokens(name)) and fold(value) not in _NONE for name, value in attributes)


_NONE = frozenset(
    {"no", "none", "without", "not included", "无", "不", "否", "没有", "不支持", "不可", "不带", "不含"}
)
