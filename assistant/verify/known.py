"""What the record of a product says, made ready to be looked up."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from assistant.grounds import record_text, structured_text
from assistant.record import facts, lines, sentences, tellable, unforged
from assistant.verify.lexemes import lexemes
from assistant.verify.spoken import in_digits
from assistant.verify.values import Value, values_of
from index.schema import Language, Product
from index.text import fold, simplified

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_KEPT = 256

NEGATION = re.compile(
    r"\b(?:not|no|never|without|cannot|neither|nor|none|nobody|lacks?|lacking|absent|missing|free of|un(?:able|like))\b|n['’]t\b|"
    r"不(?!锈|粘|过|仅|到|足|少|论|管|同|超过|错|只|止|断|含税|好意思)|没(?!想)|无(?!线|论|绳|人机|数|疑)|未(?!来)|非(?!常)|免(?!费|运|邮|息)|缺|莫|否(?!则|认|定)|[做办达]不到",
    re.I,
)
"""What turns a statement round."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An attribute whose value says yes or no, or a word.

    Attributes:
        names: Its folded names.
        name: Lexemes of each.
        value: Lexemes of its value.
        verdict: Whether it says yes or no; None for something else.
        worded: Whether the value is words, not numbers.
    """

    names: tuple[str, ...]
    name: tuple[frozenset[str], ...]
    value: frozenset[str]
    verdict: bool | None
    worded: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """A negative statement.

    Attributes:
        text: Folded.
        lexemes: Of it.
        name: Lexemes of the attribute that is denied, in each language; empty for prose.
    """

    text: str
    lexemes: frozenset[str]
    name: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A record, made ready.

    Attributes:
        text: Everything that may be said of the product, folded, in digits.
        lexemes: Of that.
        structured: Folded text of the fields that mean one thing, without prose.
        values: Its numbers.
        stated: Its attributes.
        denied: Each statement of the record of what it is not, has not or cannot.
        reviews: Text and lexemes of each review.
    """

    text: str
    lexemes: frozenset[str]
    structured: str
    values: tuple[Value, ...]
    stated: tuple[Stated, ...]
    denied: tuple[Denied, ...]
    reviews: tuple[tuple[str, frozenset[str]], ...]


_T = TypeVar("_T")


def by_identity(compute: Callable[[Product], _T]) -> Callable[[Product], _T]:
    """Keep what was computed of the last products: a frozen product holds mappings and cannot be hashed."""
    kept: OrderedDict[int, tuple[Product, _T]] = OrderedDict()

    @wraps(compute)
    def remembered(product: Product) -> _T:
        found = kept.get(id(product))
        if found is not None and found[0] is product:
            return found[1]
        value = compute(product)
        kept[id(product)] = (product, value)
        while len(kept) > _KEPT:
            kept.popitem(last=False)
        return value

    return remembered


@by_identity
def known(product: Product) -> Known:
    """The record of a product, made ready."""
    reviews = [in_digits(review.text) for review in product.reviews if tellable(review.text, product)]
    text = simplified(fold(in_digits(f"{record_text(product)} {' '.join(_dates(product))}")))
    return Known(
        text,
        lexemes(text),
        simplified(fold(structured_text(product))),
        values_of(product),
        tuple(_stated(product)),
        tuple(_denied(product)),
        tuple((simplified(fold(review)), lexemes(review)) for review in reviews),
    )


def _dates(product: Product) -> Iterator[str]:
    if product.released is not None:
        yield f"{product.released:%d %B %Y}"


def _stated(product: Product) -> Iterator[Stated]:
    seen = set()
    for language in LANGUAGES:
        for fact in facts(product, language):
            names = tuple(lexemes(name) for name in fact.names)
            value = lexemes(in_digits(fact.value)) | lexemes(in_digits(fact.own))
            worded = re.search(r"\d", fact.own) is None
            if (names, value) not in seen:
                seen.add((names, value))
                yield Stated(fact.names, names, value, fact.verdict, worded)


def _denied(product: Product) -> Iterator[Denied]:
    for language in LANGUAGES:
        for fact in facts(product, language):
            if fact.verdict is False or NEGATION.search(fact.value):
                text = in_digits(" ".join((*fact.names, fact.value, fact.own)))
                yield Denied(simplified(fold(text)), lexemes(text), tuple(map(lexemes, fact.names)))
        for line in lines(product, language):
            for clause in re.split(r"[,;:，；：。.]|\bbut\b|但", line):
                if NEGATION.search(clause):
                    yield _prose(unforged(clause))
    for review in product.reviews:
        if tellable(review.text, product):
            for sentence in sentences(review.text):
                if NEGATION.search(sentence):
                    yield _prose(sentence)


def _prose(text: str) -> Denied:
    text = in_digits(text)
    return Denied(simplified(fold(text)), lexemes(text))
