"""Holds products to what was asked in words: "with a headrest", "for my sister", "not the pop-up one"."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial

import numpy as np

from assistant.parties import holds, people
from assistant.recipients import GROWN_UP, age_of, suits_at
from assistant.skills.base import Turn
from assistant.turns import (
    Constraints,
)
from assistant.vocabulary import tokenize
from assistant.wearers import find_audience, made_for, marked_for
from index.lexicon import KINDS, groups, search_groups
from index.schema import Product
from index.search import Hit
from index.synonyms import FUNCTION_WORDS, Unit
from index.text import fold, has_han, simplified, tokens

HAS_WORDS = 0.6
"""Share of what is asked for in words that a product has to have, the rarer words counting more."""


def by_words(turn: Turn, hits: Sequence[Hit], wanted: Constraints) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits that have the words asked for, are made for whom they are for, and are not what is refused.

    Each is held to as long as something is left; words that no hit has are said to be in none.

    Returns:
        (hits, what is to be said)
    """
    left, unsaid = list(hits), []
    for thing in things(turn, wanted):
        so_called = called(left, thing)
        # What the best hit is not called is said in passing: "my cat scratches the couch, any boards?"
        left = so_called if so_called and so_called[0] is left[0] else left
    for compound in things_named(turn, wanted.query):
        # "Noise cancelling headphones" is one name; what a record denies of it is none of them.
        left = [hit for hit in left if not _denied(hit.product, _features_in(compound.text))] or left
    for feature in _features(turn, wanted.query):
        having = _featuring(turn, left, feature)
        left = having or left
        heard = fold(feature.text) in fold(turn.said.text) and not _is_chat(feature.text)
        if not having and heard and _is_short(wanted.query):
            unsaid.append(turn.say("words_unsaid", what=feature.text))
    if wanted.audience is not None:
        left = [hit for hit in left if made_for(hit.product, wanted.audience)] or left
    if wanted.people is not None:
        left = _for_so_many(left, wanted.people)
    if (age := age_of(wanted.query)) is not None:
        left = [hit for hit in left if not _only_for_older(hit.product, age)] or left
    for words in wanted.lacking:
        left = [hit for hit in left if not _refused(hit.product, words)] or left
    for words in map(partial(_meaningful, turn), wanted.having):
        having = [hit for hit in left if words and _stated(hit.product, (words,))]
        having = having or (with_words(turn, left, words) if words else [])
        if having:
            left = having
        elif words and words.casefold() in turn.said.text.casefold():
            unsaid.append(turn.say("words_unsaid", what=words))
    return left, tuple(dict.fromkeys(unsaid))


def _for_so_many(hits: Sequence[Hit], count: int) -> list[Hit]:
    """Hits whose record says that they are for so many people, or else those that do not deny it."""
    verdicts = [(hit, holds(hit.product, count)) for hit in hits]
    fitting = [hit for hit, verdict in verdicts if verdict]
    return fitting or [hit for hit, verdict in verdicts if verdict is None] or list(hits)


def _only_for_older(product: Product, age: float) -> bool:
    """Whether a record says that a product is for older people: what one has outgrown does no harm."""
    older = range(int(age) + 1, GROWN_UP)
    return suits_at(product, age) is False and any(suits_at(product, other) for other in older)


def _is_short(query: str) -> bool:
    """Whether a query is a request and no story, in which much is said in passing."""
    return len(query.split()) <= 5 if query.isascii() else len(query) <= 12


def _features(turn: Turn, query: str) -> list[Unit]:
    """What a query asks a thing to have: "waterproof", 「降噪」."""
    units = turn.parts.searcher.lexical.synonyms.units(query)
    return [
        unit
        for unit in units
        if fold(unit.text) in _feature_names()
        and find_audience(unit.text) is None
        and people(unit.text) is None
    ]


@lru_cache(maxsize=1024)
def _features_in(text: str) -> tuple[str, ...]:
    """Names of features that are words of a longer name."""
    words = fold(text).split()
    spans = (" ".join(words[start:end]) for end in range(1, len(words) + 1) for start in range(end))
    return tuple(span for span in spans if span in _feature_names() and find_audience(span) is None)


def _featuring(turn: Turn, hits: Sequence[Hit], feature: Unit) -> list[Hit]:
    """Hits whose title or attributes have a feature, or else those whose texts speak of it."""
    names = (feature.text, *feature.names)
    left = [hit for hit in hits if not _denied(hit.product, names)]
    stated = [hit for hit in left if _stated(hit.product, names)]
    if stated:
        return stated
    # "A new phone" is no phone that says "new": one alone that has a word may have it by chance.
    having = with_words(turn, left, feature.text)
    return having if len(having) > 1 else []


def _stated(product: Product, names: Sequence[str]) -> bool:
    texts = [product.title, *product.attributes.values()]
    for translation in product.translations.values():
        texts += [translation.title, *translation.attributes.values()]
    texts += [value for values in product.all_facets().values() for value in values]
    said = [set(tokens(text)) for text in texts]
    return any(
        any(set(tokens(name)) <= words for words in said) or _affirmed(product, name) for name in names
    )


@cache
def _feature_names() -> frozenset[str]:
    return frozenset(fold(name) for group in groups("feature") for name in group)


def things(turn: Turn, wanted: Constraints) -> list[Unit]:
    """What a query calls what is looked for beyond the values that are filters: "headphones", 「奶锅」.

    Bike helmets are helmets: where these are a kind of their own, what describes them only ranks.
    """
    if _OR.search(wanted.query):
        return []
    vocabulary = turn.parts.vocabulary
    filtered = {
        part
        for facet, values in wanted.include.items()
        for value in values
        for name in vocabulary.names(facet, value)
        for part in (_key(name), _key(name)[-1:] if name.isascii() else ())
        if part
    }
    return [
        unit
        for unit in things_named(turn, wanted.query)
        if not filtered & {part for name in (unit.text, *unit.names) for part in _parts(_key(name))}
    ]


def _parts(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    ends = range(1, len(key) + 1)
    return (key[start:end] for end in ends for start in range(end))


def things_named(turn: Turn, text: str) -> list[Unit]:
    """The names of things in a text, as the lexicon knows them."""
    units = turn.parts.searcher.lexical.synonyms.units(text)
    return [unit for unit in units if _key(unit.text) in _thing_names() and people(unit.text) is None]


_OR = re.compile(r"\bor\b|或|还是", re.I)


@cache
def _thing_names() -> frozenset[tuple[str, ...]]:
    """Names of kinds, and compounds for searching only: "boots" and "hiking boots", but not "hiking"."""
    others = {_key(name) for kind in KINDS if kind != "category" for group in groups(kind) for name in group}
    compounds = {
        _key(name)
        for group in search_groups()
        for name in group
        if " " in name or (has_han(name) and len(name) > 2)
    }
    return frozenset((compounds - others) | {_key(name) for group in groups("category") for name in group})


@lru_cache(maxsize=50_000)  # titles, and the names of things, are asked for again and again
def _key(name: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(name))


@cache
def _kinds_of() -> Mapping[tuple[str, ...], frozenset[str]]:
    """For the last words of English names the names, in both languages, of things that are called so."""
    found: dict[tuple[str, ...], set[str]] = {}
    for group in search_groups():
        for name in group:
            key = () if has_han(name) else _key(name)
            for start in range(1, len(key)):
                found.setdefault(key[start:], set()).update(group)
    return {key: frozenset(names) for key, names in found.items()}


def called(hits: Sequence[Hit], thing: Unit) -> list[Hit]:
    """Hits whose title has a thing's name, another name of it, or that of a kind of it: 羊毛被 is a 被子."""
    own = (thing.text, *thing.names)
    names = {*own, *(name for one in own for name in _kinds_of().get(_key(one), ()))}
    return [hit for hit in hits if _titled(hit.product, names)]


def titled(product: Product, words: str) -> bool:
    """Whether a title, or the name of its kind, says all of some words, in the singular or plural."""
    return _titled(product, (words,))


def _titled(product: Product, names: Iterable[str]) -> bool:
    """Whether it says all words of any of some names."""
    texts = [product.title, *(text.title for text in product.translations.values()), *product.category]
    folded, keys = [_folded(text) for text in texts], [frozenset(_key(text)) for text in texts]
    return any(
        any(fold(name) in text for text in folded)
        if has_han(name)
        else any(key.issuperset(_key(name)) for key in keys)
        for name in names
    )


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return simplified(fold(text))


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
    "what else still though tho only other others more less same different thing things kind kinds "
    "sort type one ones want need like show please ok okay now then maybe really very much any some "
    "all around about under over good nice better best way instead looking bit little lot can could "
    "would should will just forget normal had has have bad luck new fine great cool swears swear "
    "loves love likes camps goes lots thinks said says wants needs uses use used using hates hate "
    "afraid sure guess suppose think know means mean asked told keeps keep makes make gets get got "
    "going come comes put puts buy buying bought spend cost costs work works every day time times "
    "today tomorrow year years old week weekend always never often sometimes usually also even thats "
    "im ive dont cant didnt isnt theyre youre whats lets em broke suck he she him her".split()
)


def _refused(product: Product, words: str) -> bool:
    """Whether a title says all of some words, or that it is for whom they name."""
    said = find_audience(words)
    if said is not None:
        return marked_for(product, said[0])
    return titled(product, words)


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
    return any(fold(value) not in _NONE for value in _attributes_named(product, words))


def _denied(product: Product, names: Sequence[str]) -> bool:
    """Whether an attribute of one of the names says no: "noise cancelling: no"."""
    return any(fold(value) in _NONE for name in names for value in _attributes_named(product, name))


def _attributes_named(product: Product, words: str) -> list[str]:
    wanted = set(tokens(words))
    texts = [product.attributes, *(translation.attributes for translation in product.translations.values())]
    return [value for some in texts for name, value in some.items() if wanted <= set(tokens(name))]


_NONE = frozenset(
    {"no", "none", "0", "without", "not included", "无", "不", "否", "没有", "不支持", "不可", "不带", "不含"}
)
