"""Checks a sentence against the evidence before the shopper sees it.

A sentence is cut into clauses, each about certain products on the table. What it claims is read clause by
clause: links, comparisons, money, discounts, stock, ratings, reviews, dates, counts, measures, colours,
promises, denials, and at last every other word. Each reader says of what it read whether the record of the
products spoken of bears it out, and blanks it out for the next. What no reader can settle is not shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence import recites
from assistant.record import live, orders, unforged
from assistant.turns import Evidence, Understanding
from assistant.verify.amounts import discounts, money
from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import Clause, clauses, lines_named, lines_of, marked, title_spans
from assistant.verify.comparisons import compared
from assistant.verify.counted import dates, ratings, reviews, stock, table_counts
from assistant.verify.measures import numbers
from assistant.verify.spoken import in_digits
from assistant.verify.words import (
    attributes,
    categories,
    colours,
    denials,
    links,
    materials,
    others,
    promises,
    sizes,
)
from index.schema import Product
from index.text import fold, simplified

Reader = Callable[[Clause], Iterator[Claim]]

_READERS: Sequence[Reader] = (
    links,
    compared,
    ratings,
    stock,
    discounts,
    money,
    reviews,
    dates,
    table_counts,
    numbers,
    colours,
    materials,
    sizes,
    categories,
    promises,
    attributes,
    denials,
    others,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown.

    Attributes:
        supported: Whether the record bears out everything that it claims.
        kind: Of the first claim that it does not; None where it does.
        reason: What that claim says.
    """

    supported: bool
    kind: Kind | None = None
    reason: str = ""


def verify(sentence: str, said: Understanding, evidence: Evidence, *, before: str = "") -> Verdict:
    """Check one sentence.

    Args:
        sentence: One sentence of prose.
        said: The utterance, whose own limits may be repeated where the products keep to them.
        evidence: What is known this turn.
        before: The sentence before it, which says what "it" is.
    """
    products = [item.hit.product for item in evidence.products]
    if orders(sentence) or recites(sentence) or _acts(sentence, products):
        return Verdict(False, Kind.ORDERS, sentence)
    text = in_digits(sentence)
    if any(
        simplified(fold(text)).rstrip(" .。") in simplified(fold(in_digits(unforged(fact))))
        for fact in evidence.facts
    ):
        return Verdict(True)
    table = lines_of(products)
    text, before = in_digits(marked(sentence, table)), in_digits(marked(before, table))
    for clause in clauses(text, table, in_digits(said.text), before):
        clause = clause.without(
            [span for line in (*clause.about, *clause.table) for span in title_spans(clause.text, line)]
        )
        for read in _READERS:
            for claim in read(clause):
                if not claim.holds:
                    told = " ".join(clause.text[start:end] for start, end in claim.spans)
                    return Verdict(False, claim.kind, told.strip() or clause.text)
                clause = clause.without(claim.spans)
    return Verdict(True)


def _acts(sentence: str, products: Sequence[Product]) -> bool:
    """Whether a page would act on the sentence; the address of a product's own page is no harm."""
    own = sentence
    for product in products:
        if product.url:
            own = own.replace(f"]({product.url})", "").replace(product.url, "")
    return live(own)


def products_named(sentence: str, products: Sequence[Product]) -> list[Product]:
    """Products whose telling words (those that no other product shown has) stand in the sentence."""
    named = lines_named(in_digits(sentence), [(product,) for product in products])
    return [product for line in named for product in line]


__all__ = ["Kind", "Verdict", "products_named", "verify"]
