"""The product that others are looked for beside: referred to, named by its title, or first on the table."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.fitting import models
from assistant.skills.base import Turn
from assistant.skills.reference import points_at, refer
from assistant.turns import Span
from assistant.vocabulary import tokenize
from index.schema import Product
from index.text import fold

# "The blue one", 「蓝色那款」 describe what is meant; "this in blue", 「跟这个差不多的蓝色的」 say what is wanted.
_POINTED = re.compile(
    r"(?<!\bin )\b(?:the|that|those|your)\s+(?:(?!(?:same|in|but|with|from|by|of|like|for|only|and|one|first|second|third)\b)[\w'-]+\s+){0,3}$"
    r"|[那这][个款件双台条本只把支套辆盏张]?(?:(?!差不多|类似|一样|相似|接近|像|但|要|的)[^，。,\s]){0,2}$",
    re.I,
)
_ONE_BEHIND = re.compile(r"\s*(?:ones?|of)\b|的?[那这][个款件双台条本只把支套辆盏张]", re.I)
_POINTED_BEHIND = re.compile(r"\s*的?\s*[那这][个款件双台条本只把支套辆盏张]")
_NO_NAME = frozenset(
    "a an the this that these those it its one ones thing things something anything stuff product products item items "
    "first second third fourth fifth last same similar kind sort type style vibe look shape design feel other others "
    "another more any some of my our your his her their old in on from by for to as at and or but is are was were be "
    "been has have had do does you what which here there brand brands maker else only simmilar similiar alike dupe "
    "dupes alternative alternatives lookalike lookalikes equivalent equivalents twin substitute want need looking "
    "search close match matches see give got just with cheaper cheap better like show me find please pls i".split()
) | frozenset(
    "这个那款件双台条本只把支套辆盏张它的是有吗么呢啊一第几最上下面后刚才前样种类商品东西同似相近差不多找看给我来还没再要想二三四五六七八九十两"
)


def limiting(turn: Turn) -> tuple[Span, ...]:
    """The spans of the utterance that limit what is wanted, and do not describe what is referred to."""
    return tuple(span for span in turn.said.constraints.spans if not _describes(turn, span))


def _describes(turn: Turn, span: Span) -> bool:
    text = turn.said.text
    if span.key in ("references", "sort"):
        return True
    if span.key in ("price_relative", "wish"):
        return (
            _POINTED.search(text[: span.start]) is not None and _ONE_BEHIND.match(text, span.end) is not None
        )
    if not span.key.startswith("include."):
        return False
    return bool(_POINTED.search(text[: span.start]) or _POINTED_BEHIND.match(text, span.end))


def values_of(turn: Turn, span: Span) -> tuple[str, ...]:
    """The values that the words of one span name, of those that the utterance asks for."""
    facet = span.key.partition(".")[2]
    asked = turn.said.constraints.include.get(facet, ())
    found = [v for m in turn.parts.vocabulary.find(span.text) if m.facet == facet for v in m.values]
    return tuple(value for value in asked if value in found) or asked


def asked_for(turn: Turn, spans: tuple[Span, ...]) -> dict[str, tuple[str, ...]]:
    """Values by facet that some spans of the utterance ask for."""
    include: dict[str, tuple[str, ...]] = {}
    for span in spans:
        if span.key.startswith("include."):
            facet = span.key.partition(".")[2]
            include[facet] = tuple(dict.fromkeys((*include.get(facet, ()), *values_of(turn, span))))
    return include


def pointing(turn: Turn) -> Turn:
    """The turn with nothing but what refers to products: "like this, but cheaper and in blue" becomes "like this"."""
    gone = limiting(turn)
    text, now = turn.said.text, turn.said.constraints
    for span in gone:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    kept = tuple(span for span in now.spans if span not in gone)
    include = asked_for(turn, kept)
    now = replace(
        now,
        spans=kept,
        include=include,
        exclude={},
        price=None,
        price_relative=None,
        wish=None,
        quantity=None,
    )
    return replace(turn, said=replace(turn.said, text=text, constraints=now))


def telling_words(text: str) -> tuple[str, ...]:
    """Words that can name something; none are left of "this one"."""
    return tuple(token.key for token in tokenize(text) if token.key not in _NO_NAME)


def anchor(turn: Turn, name: str = "") -> Product | None:
    """The product that an utterance is about, or None.

    Args:
        turn: This turn.
        name: What the utterance calls it, if anything: "the Hushby Cabin", "AirPods", "this one".
    """
    bare = pointing(turn)
    known = {token.key for span in turn.said.constraints.spans for token in tokenize(span.text)}
    words = tuple(word for word in telling_words(name) if word not in known)
    meant = next(iter(refer(bare)), None)
    described = bare.said.constraints.include
    if described and meant is not None and not _has(turn, meant, described):
        meant = None  # what was talked about is not the white one
    if meant is not None and (not words or points_at(bare) or _is_called(meant, words)):
        return meant
    if words:
        return by_title(turn, name)
    if described or bare.said.constraints.references:
        return None
    focus = turn.parts.searcher.store.get(turn.state.focus)
    return next(iter([*focus, *turn.shown()]), None)


def by_title(turn: Turn, name: str) -> Product | None:
    """The product of the catalogue that has a name, when more than a kind of thing is named.

    Every word has to be in its title; "Arc 5" is rather an Arc 5 than an Arc 5 Max.
    """
    words = telling_words(name)
    plain = {
        token.key
        for mention in turn.parts.vocabulary.find(name)
        if mention.kind in ("category", "colour", "material", "size")
        for token in tokenize(name[mention.start : mention.end])
    }
    if not set(words) - plain:
        return None
    called = [
        hit.product
        for hit in turn.parts.searcher.search(name, limit=20).hits
        if _is_called(hit.product, words)
    ]
    return next((product for product in called if words in models(product)), next(iter(called), None))


def _has(turn: Turn, product: Product, values: Mapping[str, tuple[str, ...]]) -> bool:
    facets = product.all_facets()
    return all(
        set(map(fold, turn.parts.vocabulary.widen(facet, some))) & set(map(fold, facets.get(facet, ())))
        for facet, some in values.items()
    )


def _is_called(product: Product, words: tuple[str, ...]) -> bool:
    titles = [product.title, *(text.title for text in product.translations.values()), product.brand or ""]
    known = {token.key for title in titles for token in tokenize(title)}
    return bool(words) and set(words) <= known
