"""What a sentence about a product can be held against: its record as text, and that without prose."""

import re
from collections.abc import Sequence

from assistant.phrases import product_line
from assistant.record import facts, lines, name_of, unforged
from index.schema import Language, Product


def record_text(product: Product) -> str:
    """Everything a sentence about this product may say, as text."""
    parts = [structured_text(product)]
    for language in _LANGUAGES:
        parts.append(unforged(name_of(product, language)))
        parts += [f"{fact.name} {fact.value}" for fact in facts(product, language)]
        parts += lines(product, language)
    return " ".join(parts)


_LANGUAGES: tuple[Language, ...] = ("en", "zh")


def structured_text(product: Product) -> str:
    """What a record says in fields that mean one thing: prices, rating, stock, names of attributes."""
    parts = [*product.category, *(name for _, _, name in product.facet_aliases())]
    parts += [value for values in product.all_facets().values() for value in values]
    for language in _LANGUAGES:
        parts.append(product_line(product, language).removeprefix(name_of(product, language)))
        parts += [fact.name for fact in facts(product, language)]
    return " ".join(parts)


def without_prose(told: Sequence[str], products: Sequence[Product]) -> str:
    """What code found out, without the titles and quotations in it."""
    text = _QUOTED.sub(" ", " ".join(told))
    for product in products:
        for language in _LANGUAGES:
            text = text.replace(name_of(product, language), " ")
    return text


_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")
