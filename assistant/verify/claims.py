"""What a sentence can claim."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of claims, as the figures name them."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    DISCOUNT = "discount"
    STOCK = "stock"
    RATING = "rating"
    REVIEW = "review"
    NUMBER = "number"
    COUNT = "count"
    DATE = "date"
    NAME = "name"
    COLOUR = "colour"
    MATERIAL = "material"
    SIZE = "size"
    SUPERLATIVE = "superlative"
    COMPARISON = "comparison"
    NEGATION = "negation"
    PROMISE = "promise"
    LINK = "link"
    ATTRIBUTE = "attribute"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a clause claims.

    Attributes:
        kind: What it is about.
        spans: Where it stands in the clause.
        holds: Whether the record says so.
    """

    kind: Kind
    spans: tuple[tuple[int, int], ...]
    holds: bool
