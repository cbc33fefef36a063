"""The numbers of a record, each with its unit and the words that say what it counts or measures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.quantities import base_unit
from assistant.record import facts, lines, tellable
from assistant.verify.lexemes import lexemes
from assistant.verify.spoken import in_digits
from index.schema import Language, Product
from index.text import CJK

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
MEASURED = re.compile(rf"(?<![\d.,])({NUMBER})\s?-?\s?(%|°C|℃|″|\"|[a-zA-Zµ²]+(?:/[a-z]+)?|[{CJK}]{{1,3}})?")
_TO = re.compile(r"\d+(?:\.\d+)?[^\W\d]{0,3}\s?(?:[-–~x]|to|至|到)\s?(\d+(?:\.\d+)?)")
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Value:
    """A number in a record.

    Attributes:
        number: In the base unit, or as it is.
        unit: The base unit; "" for a plain number.
        about: Lexemes of what it is the number of.
        field: Of an attribute its key; "" for a number in prose or in a title.
        said: The number as the record writes it.
        highest: The end of the range that it begins, as `said`; `said` itself without one.
    """

    number: float
    unit: str
    about: frozenset[str]
    field: str
    said: float
    highest: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A number in a sentence, with its place.

    Attributes:
        number: In the base unit, or as it is.
        unit: The base unit; "" where what follows is no unit.
        noun: What follows, where it is no unit.
        said: As it was said.
        decimals: Digits behind the point.
    """

    number: float
    unit: str
    noun: str
    said: float
    decimals: int
    start: int
    end: int


def measured_in(text: str) -> Iterator[Measured]:
    """Every number of a text, in digits, with the unit or the word behind it."""
    for match in MEASURED.finditer(text):
        said = float(match[1].replace(",", ""))
        decimals = len(match[1].partition(".")[2])
        word = match[2] or ""
        known = base_unit(word)
        if known is not None:
            base, factor, length = known
            end = match.start(2) + length
            yield Measured(said * factor, base, "", said, decimals, match.start(), end)
        else:
            yield Measured(said, "", word, said, decimals, match.start(), match.end(1))


def values_of(product: Product) -> tuple[Value, ...]:
    """Every number of a product's attributes, values, titles, description and reviews, without prices and stock."""
    return tuple(_values(product))


def _values(product: Product) -> Iterator[Value]:
    for language in _LANGUAGES:
        for fact in facts(product, language):
            name = in_digits(fact.name)
            yield from _in(f"{in_digits(fact.value)}", fact.key, lexemes(f"{name} {fact.key}"))
            yield from _in(name, "", lexemes(name))
        for facet, values in product.facets.items():
            for value in (*values, *product.facet_in(facet, language)):
                yield from _in(in_digits(value), facet, lexemes(facet))
        for text in (product.title_in(language), *lines(product, language)):
            yield from _in(in_digits(text), "", frozenset())
    for review in product.reviews:
        if tellable(review.text, product):
            yield from _in(in_digits(review.text), "", frozenset())


def _in(text: str, field: str, about: frozenset[str]) -> Iterator[Value]:
    for found in measured_in(text):
        around = text[max(0, found.start - 40) : found.start] + " " + text[found.end : found.end + 40]
        to = _TO.match(text, found.start)
        factor = found.number / found.said if found.said else 1.0
        highest = float(to[1]) * factor if to else found.number
        yield Value(found.number, found.unit, about | lexemes(around), field, found.said, highest)
