"""Which of some product lines the words of an utterance describe, in which variant."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.constraints import parse_constraints
from assistant.skills.amounts import counted
from assistant.skills.base import Turn
from assistant.skills.called import said_values
from assistant.skills.carted import NUMBERED, measures_in, translated
from assistant.skills.variants import has, members, wanted_facets
from index.schema import Product
from index.text import fold, has_han, tokens

_CLAUSE = re.compile(r"[.!?;。！？；…]+\s*|[,，]\s*")
_HAN_COUNTED = r"[一两二三四五六七八九十\d][个只条把件双张套盒瓶本支]"
_LIST = re.compile(
    rf"\band\b|\bplus\b|[,，、;；]|[和跟与]|(?<=[个只条把件双张套盒瓶本支])(?=.{{1,6}}{_HAN_COUNTED})", re.I
)
_CHATTER = frozenset(
    "the and for with one ones of in to is it its on an at from by this that those these them not no yes can "
    "do does what which how please pls plz ok okay also too then just make take get add have want need like "
    "more another again so me my i we you piece pieces box boxes pair pairs pack packs set sets two three "
    "four five six seven eight nine ten good great fine sweet right well now instead out cart basket".split()
)
_HAN_CHATTER = frozenset(
    "一二两三四五六七八九十几个件双条只把款套份盒瓶袋包本我你他她它您帮给要来加买放拿删掉去移改成的了吧吗呢请就都再那这"
    "购物车里想能可以也和跟最便宜贵点多少钱有不没好换"
)


def described(turn: Turn, candidates: Sequence[Product]) -> tuple[Product, ...]:
    """The candidates that most of what is said describes, each in the variant that has most of it.

    A word counts for as much as it tells: one that a single line has weighs 1, one that two have a half.
    Lines that lack a colour, a size or a kind that is said are left out where others have it.

    Returns:
        One product if the words settle it, several if they fit several equally, () if they fit none.
    """
    lines = list({product.family or product.id: product for product in reversed(candidates)}.values())[::-1]
    families = {line.id: members(turn, line) for line in lines}
    lines = _having_all(turn, lines, families)
    said = _telling(turn)
    words = {line.id: _words(families[line.id]) for line in lines}
    share = {word: sum(word in some for some in words.values()) for word in said}
    scores = {
        line.id: sum(1 / share[word] for word in said if word in words[line.id])
        + sum(_is_kind(word, families[line.id]) / 2 for word in said)
        + max(said_values(turn, item, turn.said.text) for item in families[line.id])
        for line in lines
    }
    best = max(scores.values(), default=0)
    return tuple(
        _variant(turn, line, families[line.id]) for line in lines if best and scores[line.id] == best
    )


def _having_all(
    turn: Turn, lines: Sequence[Product], families: dict[str, tuple[Product, ...]]
) -> list[Product]:
    """Lines with a member that has every value that is said; all lines where none has."""
    widen = turn.parts.vocabulary.widen
    wanted = {facet: widen(facet, values) for facet, values in wanted_facets(turn).items()}
    kinds = turn.said.constraints.include.get("category", ())
    if kinds:
        wanted["category"] = widen("category", kinds)
    fitting = [
        line
        for line in lines
        if any(
            all(has(item, facet, values) for facet, values in wanted.items()) for item in families[line.id]
        )
    ]
    return fitting or ([] if kinds else list(lines))


def _variant(turn: Turn, line: Product, family: Sequence[Product]) -> Product:
    """The member with most of what is said; the line's own where none has more."""
    text = turn.said.text
    return max(family, key=lambda item: (said_values(turn, item, text), item.id == line.id, item.available))


def _telling(turn: Turn) -> set[str]:
    """Words said that can describe a product: Chinese by one and two characters, without the small ones."""
    text = turn.said.text
    for span in sorted(turn.said.constraints.spans, key=lambda span: -span.start):
        if span.key in ("price", "quantity", "references", "sort"):
            text = f"{text[: span.start]} {text[span.end :]}"
    found = set()
    for word in tokens(text):
        plain = set(word) <= _HAN_CHATTER if has_han(word) else word in _CHATTER or len(word) < 3
        if not plain:
            found.add(word if has_han(word) else word.removesuffix("s"))
    return found | translated(turn, text) | measures_in(text)


def _words(family: Sequence[Product]) -> set[str]:
    """Words of the titles, kinds and values of a line's members, in the singular."""
    texts = {fold(title) for item in family for title in (item.title, *_titles(item))}
    texts |= {value for item in family for values in item.all_facets().values() for value in values}
    texts |= {name for item in family for _, _, name in item.facet_aliases()}
    words = {word if has_han(word) else word.removesuffix("s") for text in texts for word in tokens(text)}
    measures = {measure for text in texts for measure in measures_in(text)}
    return words | {NUMBERED.sub("", word) for word in words} | measures


def _is_kind(word: str, family: Sequence[Product]) -> bool:
    """Whether a Chinese word says what the line is: 「笔」 is a pen, and no 「笔记本」."""
    kinds = {kind for item in family for text in item.translations.values() for kind in text.category}
    return has_han(word) and any(kind.endswith(word) for kind in kinds)


def _titles(product: Product) -> list[str]:
    return [text.title for text in product.translations.values()]


def each_counted(turn: Turn, candidates: Sequence[Product]) -> list[tuple[Product, int]]:
    """The variants that parts of a list name, each with its number: "two in black and one in orange".

    Returns:
        Two or more; [] when the utterance is no such list, or a part is not clear.
    """
    parts = [part for part in _LIST.split(turn.said.text) if part.strip()]
    counts = [count for part in parts if (count := counted(part)) is not None]
    if len(parts) < 2 or len(counts) < len(parts):
        return []
    asked = [only(turn, part) for part in parts]
    lines = {product.family or product.id: product for product in reversed(candidates)}
    each = [products for line in lines.values() if (products := _all_of(asked, [line]))]
    found = _all_of(asked, candidates) or (each[0] if len(each) == 1 else [])
    return list(zip(found, counts, strict=True)) if found else []


def _all_of(asked: Sequence[Turn], candidates: Sequence[Product]) -> list[Product]:
    """The product that each part describes; [] unless all are clear, differ, and have what is said."""
    found: list[Product] = []
    for part in asked:
        meant = described(part, candidates)
        if len(meant) != 1 or not all(has(meant[0], facet, v) for facet, v in wanted_facets(part).items()):
            return []
        found += meant
    return found if len({product.id for product in found}) == len(found) else []


def only(turn: Turn, text: str) -> Turn:
    """The turn as if only so much had been said."""
    constraints = parse_constraints(text, turn.parts.vocabulary)
    return replace(turn, said=replace(turn.said, text=text, constraints=constraints))


def clause_where(turn: Turn, decides: Callable[[str], bool]) -> Turn:
    """The turn with only the clause that decides: "we are four, make it 4" is about the second."""
    clauses = [part for part in _CLAUSE.split(turn.said.text) if part.strip()]
    found = [part for part in clauses if decides(part)]
    if len(clauses) < 2 or len(found) != 1:
        return turn
    return only(turn, found[0])
