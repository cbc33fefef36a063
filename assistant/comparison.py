"""A table of what products differ in, under names short enough for its columns."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assistant.dimensions import DIMENSIONS, aligned, quantity_of
from assistant.phrases import facet_name, listed, money, say, stock_text
from assistant.record import Fact, NameIn, facts, name_of
from index.schema import Language, Product
from index.text import fold, has_han

MOST_ROWS = 12
"""Rows of a comparison, apart from the header."""

NAME = 30
"""Columns of a title above which it is shortened; a Han character takes two."""

SHORT = 24
"""Columns of a shortened one."""


def difference_table(
    products: Sequence[Product], language: Language, name_in: NameIn | None = None
) -> list[tuple[str, ...]]:
    """Header and one row for each fact in which the products differ, the telling ones first.

    What a record does not say is said to be missing; where all are the same there is only the header.
    """
    missing = say("row_missing", language)
    rows = [
        row
        for row in _rows(products, language, name_in)
        if len(set(map(fold, row[1]))) > 1 or missing in row[1]
    ]
    told = [(name, cells) for name, cells in rows if any(cell != missing for cell in cells)]
    # Rows that most of them lack tell least; the order is otherwise that of `_rows`.
    told.sort(
        key=lambda row: (
            2 * row[1].count(missing) > len(products) or (len(products) == 2 and missing in row[1])
        )
    )
    header = ("", *short_names(products, language))
    return [header, *((name, *cells) for name, cells in told[:MOST_ROWS])]


def _rows(
    products: Sequence[Product], language: Language, name_in: NameIn | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    missing = say("row_missing", language)
    yield (
        say("row_price", language),
        tuple(missing if p.price is None else money(p.price, p.currency) for p in products),
    )
    yield (
        say("row_rating", language),
        tuple(missing if p.rating is None else f"★ {p.rating:.1f} ({p.rating_count})" for p in products),
    )
    yield say("row_stock", language), tuple(stock_text(p, language) or missing for p in products)
    table: dict[str, dict[str, Fact]] = {}
    for product in products:
        for fact in facts(product, language, name_in):
            if not _COLOUR.search(fact.names[-1]) or "colour" not in product.facets:
                table.setdefault(_same(table, fact), {})[product.id] = fact
    measured, others = [], []
    for told in table.values():
        cells = [told[p.id].own if p.id in told else "" for p in products]
        quantities = [quantity_of(cell) for cell in cells if cell]
        fact = next(iter(told.values()))
        if len(quantities) > 1 and None not in quantities:
            words = iter(aligned([cell for cell in cells if cell]))
            measured.append((fact.name, tuple(next(words) if cell else missing for cell in cells)))
        else:
            others.append((fact.name, tuple(told[p.id].value if p.id in told else missing for p in products)))
    yield from sorted(measured, key=lambda row: _place(row[0]))
    names = {fold(name) for name, _ in (*measured, *others)}
    yield from _facet_rows(products, language, names)
    yield from others


_COLOUR = re.compile(r"^(?:product )?colou?r$|^颜色$")


def _same(table: Mapping[str, Mapping[str, Fact]], fact: Fact) -> str:
    """The row that an attribute belongs to: that of one of its names, in whichever language."""
    for key, told in table.items():
        if any(set(fact.names) & set(other.names) for other in told.values()):
            return key
    return fact.key


def _facet_rows(
    products: Sequence[Product], language: Language, known: set[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    missing = say("row_missing", language)
    if len({p.brand for p in products}) > 1:
        yield (
            facet_name("brand", language),
            tuple((p.facet_in("brand", language) or (missing,))[0] for p in products),
        )
    for facet in dict.fromkeys(facet for p in products for facet in p.facets):
        name = facet_name(facet, language)
        if fold(name) in known or fold(facet) in known or any(facet in p.attributes for p in products):
            continue
        yield name, tuple(listed(p.facet_in(facet, language), language) or missing for p in products)


def _place(name: str) -> int:
    folded = fold(name)
    for at, dimension in enumerate(DIMENSIONS):
        if dimension.names and re.search(dimension.names, folded):
            return at
    return len(DIMENSIONS)


def short_names(products: Sequence[Product], language: Language) -> list[str]:
    """Names short enough for a column that still tell the products apart."""
    names = [shorter(product, language) for product in products]
    if len(set(names)) == len(names):
        return names
    varying = [
        facet
        for facet in dict.fromkeys(facet for product in products for facet in product.facets)
        if len({product.facets.get(facet) for product in products}) > 1
    ]
    told = []
    for product, name in zip(products, names, strict=True):
        if names.count(name) > 1:
            values = [value for facet in varying for value in product.facet_in(facet, language)[:1]]
            name = " ".join([name, *values[:3]])
        told.append(name)
    if len(set(told)) == len(told):
        return told
    titles = [name_of(product, language) for product in products]
    if len(set(titles)) == len(titles):
        return titles
    return [f"{name} ({number})" for number, name in enumerate(told, 1)]


def shorter(product: Product, language: Language) -> str:
    """A product's title, or of a long one the maker and the model."""
    title = name_of(product, language)
    if _columns(title) <= NAME:
        return title
    brand = next(iter(product.facet_in("brand", language)), "") or ""
    for maker in filter(None, (brand, product.brand or "")):
        at = title.casefold().find(maker.casefold())
        if at >= 0:
            return _cut(title[at:])
    return _cut(title)


def _cut(title: str) -> str:
    """The first words of a title, up to a comma or what fits."""
    head = re.split(r"[,，、:：(（|]| - ", title)[0].strip()
    words, kept = head.split(), ""
    for word in words:
        longer = f"{kept} {word}".strip()
        # What makers call a thing begins with a capital or holds a number; the rest describes it.
        described = word[0].islower() and not any(ch.isdigit() for ch in word)
        if kept and (_columns(longer) > SHORT or (described and " " in kept) or word in _LITTLE):
            break
        kept = longer
    rest = head[len(kept) :].strip()
    if has_han(rest[:1]):  # a number is parted from what it counts
        kept = re.sub(r" \d+$", "", kept)
    if _columns(kept) > NAME:
        kept = kept[: NAME // 2 if has_han(kept) else NAME - 1] + "…"
    return kept.rstrip(" -–/&+") or title


_LITTLE = frozenset("with for and in by of the a".split())


def _columns(text: str) -> int:
    return sum(2 if has_han(ch) else 1 for ch in text)


def counted_yes(
    products: Sequence[Product], language: Language
) -> list[tuple[str, tuple[Product, ...], tuple[Product, ...]]]:
    """Attributes that some records affirm and the others deny: (name, those with, those without)."""
    table: dict[str, dict[str, Fact]] = {}
    for product in products:
        for fact in facts(product, language):
            table.setdefault(_same(table, fact), {})[product.id] = fact
    found = []
    for told in table.values():
        said = {key: fact.verdict for key, fact in told.items()}
        if len(said) == len(products) and Counter(said.values()).keys() == {True, False}:
            having = tuple(p for p in products if said[p.id])
            lacking = tuple(p for p in products if said[p.id] is False)
            found.append((next(iter(told.values())).name, having, lacking))
    return found
