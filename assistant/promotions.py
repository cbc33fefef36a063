"""What promotions make of a cart: pure arithmetic, to the cent."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.shop import Promotion
from index.errors import ConfigError
from index.schema import Language, Money, NonEmpty, Product
from index.text import fold

Items = Sequence[tuple[Product, int]]
"""Products with how many of each; a product may come more than once."""


@dataclass(frozen=True, slots=True)
class Discount:
    """What one promotion takes off."""

    promotion: Promotion
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """What a cart comes to, delivery apart.

    Attributes:
        subtotal: Of the products at their current prices.
        discounts: What is taken off, in the order applied.
        currency: Of all amounts.
        free_shipping: Whether a promotion makes standard delivery free.
        refused: Why a code that was given does not apply; empty if it does, or none was given.
            "unknown": no promotion has it now; "empty": there is nothing to take it off; "category": nothing
            of its category; "minimum": its products come to too little; "pieces": they are too few;
            "first_order": the shopper has ordered before.
        uncounted: Ids of products that the amounts leave out: they have no price, or one in another currency.
    """

    subtotal: Decimal
    discounts: tuple[Discount, ...] = ()
    currency: str = "USD"
    free_shipping: bool = False
    refused: str = ""
    uncounted: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """What is left to pay."""
        return self.subtotal - sum((discount.amount for discount in self.discounts), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Line:
    """Pieces of one product, with what is left of their price, in cents."""

    product: Product
    quantity: int
    cents: int


def bill(
    items: Items, promotions: Sequence[Promotion], *, coupon: str = "", first_order: bool = False
) -> Bill:
    """What products come to: promotions that apply by themselves first, in their order, then one code.

    Each takes its part of what the earlier ones left; a percentage is rounded half up, to the cent. Whether
    a minimum is reached is told by the prices before any promotion, as `missing` does. Products without a
    price are left out, and so are those in another currency than most: amounts in two currencies cannot be
    added. A promotion's own amounts are taken to be in the currency of the bill.

    Args:
        items: The cart; the order of its lines makes no difference.
        promotions: Those that are active.
        coupon: A code that was given; capitals do not matter.
        first_order: Whether the shopper has not ordered yet.
    """
    lines, currency = _lines(items)
    counted = {line.product.id for line in lines}
    subtotal = _amount(sum(line.cents for line in lines))
    codes = [p for p in promotions if p.coupon and fold(p.coupon) == fold(coupon)][:1]
    refused = "unknown" if coupon.strip() and not codes else ""
    discounts: list[Discount] = []
    free_shipping = False
    left = lines
    for promotion in [*(p for p in promotions if not p.coupon), *codes]:
        reason = _obstacle(promotion, lines, first_order)
        if reason:
            refused = reason if promotion.coupon else refused
            continue
        free_shipping |= promotion.free_shipping
        before, left = left, _reduced(promotion, left)
        off = sum(line.cents for line in before) - sum(line.cents for line in left)
        if off:
            discounts.append(Discount(promotion, _amount(off)))
    uncounted = dict.fromkeys(product.id for product, _ in items if product.id not in counted)
    return Bill(subtotal, tuple(discounts), currency, free_shipping, refused, tuple(uncounted))


def applies_to(promotion: Promotion, product: Product) -> bool:
    """Whether a promotion is about a product, its other conditions apart.

    Its category may be any level of the product's, as the record or a translation of it writes it.
    """
    if not promotion.category:
        return True
    paths = (product.category, *(text.category for text in product.translations.values()))
    return fold(promotion.category) in (fold(level) for path in paths for level in path)


def price_after(product: Product, promotion: Promotion) -> Decimal | None:
    """What one piece costs with a promotion alone, its code given and a first order taken for granted.

    None where one piece is not enough for it, where it changes no price, and where there is none.
    """
    found = bill([(product, 1)], [promotion], coupon=promotion.coupon, first_order=True)
    return found.total if found.discounts else None


def best_price(product: Product, promotions: Iterable[Promotion]) -> tuple[Decimal, Promotion] | None:
    """The lowest price that one promotion by itself makes of one piece, and which does; None if none does."""
    prices = [
        (after, promotion)
        for promotion in promotions
        if applies_to(promotion, product) and (after := price_after(product, promotion)) is not None
    ]
    return min(prices, key=lambda found: found[0], default=None)


def missing(promotion: Promotion, items: Items) -> Decimal:
    """How much is lacking to what a promotion asks for at least; 0 when it is reached."""
    lines, _ = _lines(items)
    reached = _amount(sum(line.cents for line in _meant(promotion, lines)))
    return max(Decimal(0), promotion.minimum - reached)


def _lines(items: Items) -> tuple[list[_Line], str]:
    """The lines that count, one for each product, by id; and their currency."""
    cents = {p.id: round(p.price * 100) for p, _ in items if p.price is not None}
    priced = {p.id: p for p, quantity in items if p.id in cents and quantity > 0}
    often = Counter(product.currency for product in priced.values())
    currency = min(often, key=lambda code: (-often[code], code), default="USD")
    pieces: Counter[str] = Counter()
    for product, quantity in items:
        pieces[product.id] += max(0, quantity)
    return [
        _Line(product, pieces[key], cents[key] * pieces[key])
        for key, product in sorted(priced.items())
        if product.currency == currency
    ], currency


def _meant(promotion: Promotion, lines: Iterable[_Line]) -> list[_Line]:
    return [line for line in lines if applies_to(promotion, line.product)]


def _obstacle(promotion: Promotion, lines: Sequence[_Line], first_order: bool) -> str:
    """Why a promotion does not apply to products at their own prices; empty if it does."""
    if promotion.first_order and not first_order:
        return "first_order"
    meant = _meant(promotion, lines)
    if not meant:
        return "category" if lines else "empty"
    if _amount(sum(line.cents for line in meant)) < promotion.minimum:
        return "minimum"
    only_pieces = not (promotion.percent or promotion.amount or promotion.free_shipping)
    too_few = sum(line.quantity for line in meant) < promotion.cheapest_free_of
    return "pieces" if only_pieces and too_few else ""


def _reduced(promotion: Promotion, lines: Sequence[_Line]) -> list[_Line]:
    """The lines with what a promotion leaves: its percentage first, then its amount, then its free pieces."""
    ids = {line.product.id for line in _meant(promotion, lines)}
    others = [line for line in lines if line.product.id not in ids]
    meant = [line for line in lines if line.product.id in ids]
    share = Decimal(sum(line.cents for line in meant)) * promotion.percent / 100
    meant = _less(meant, int(share.quantize(Decimal(1), ROUND_HALF_UP)))
    meant = _less(meant, round(promotion.amount * 100))
    return [*others, *_without_free_pieces(meant, promotion.cheapest_free_of)]


def _less(lines: Sequence[_Line], cents: int) -> list[_Line]:
    """Take an amount off lines, each by its share; what rounding leaves over is taken off the first ones."""
    whole = sum(line.cents for line in lines)
    cents = min(cents, whole)
    if not cents:
        return list(lines)
    shares = [line.cents * cents // whole for line in lines]
    over = cents - sum(shares)
    out = []
    for line, share in zip(lines, shares, strict=True):
        extra = min(over, line.cents - share)
        over -= extra
        out.append(_Line(line.product, line.quantity, line.cents - share - extra))
    return out


def _without_free_pieces(lines: Sequence[_Line], of: int) -> list[_Line]:
    """The cheapest piece of every so many is free: of seven at three for two, the two cheapest."""
    free = sum(line.quantity for line in lines) // of if of else 0
    out = []
    for line in sorted(lines, key=lambda line: (line.cents / line.quantity, line.product.id)):
        gone = min(free, line.quantity)
        free -= gone
        out.append(_Line(line.product, line.quantity, line.cents - line.cents * gone // line.quantity))
    return out


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


class _Row(BaseModel):
    """One promotion as the file has it."""

    model_config = ConfigDict(extra="forbid")

    id: NonEmpty
    text: dict[Language, NonEmpty] = Field(min_length=1)
    starts: date = Field(alias="from")
    ends: date = Field(alias="until")
    coupon: str = Field("", pattern=r"^\S*$")
    category: str = ""
    minimum: Money = Decimal(0)
    percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    amount: Money = Decimal(0)
    cheapest_free_of: Annotated[int, Field(ge=0)] = 0
    free_shipping: bool = False
    first_order: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("it ends before it starts")
        if self.cheapest_free_of == 1:
            raise ValueError("cheapest_free_of has to be 2 or more: of one, every piece would be free")
        if not (self.percent or self.amount or self.cheapest_free_of or self.free_shipping):
            raise ValueError("it gives nothing: set percent, amount, cheapest_free_of or free_shipping")
        return self

    def promotion(self) -> Promotion:
        """The value, with the text of the other language where one is missing."""
        some = next(iter(self.text.values()))
        text = {"en": self.text.get("en", some), "zh": self.text.get("zh", some)}
        return Promotion(**{**self.model_dump(), "text": text})


def read_promotions(path: Path) -> tuple[Promotion, ...]:
    """Read a JSON list of promotions; the demo's is `assistant/demo/promotions.json`.

    Raises:
        ConfigError: If it cannot be read; the message names the file, the entry and the field.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}.") from error
    if not isinstance(rows, list):
        raise ConfigError(f"{path} has to be a JSON list of promotions.")
    found: dict[str, Promotion] = {}
    for number, row in enumerate(rows, 1):
        promotion = _read(row, f"{path}, promotion {number}")
        if promotion.id in found:
            raise ConfigError(f"{path}, promotion {number}, id: there is a {promotion.id!r} before it.")
        found[promotion.id] = promotion
    return tuple(found.values())


def _read(row: Any, where: str) -> Promotion:
    if not isinstance(row, dict):
        raise ConfigError(f"{where} has to be a JSON object.")
    try:
        return _Row.model_validate(row).promotion()
    except ValidationError as error:
        first = error.errors()[0]
        field = "".join(f", {part}" for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{where} ({row.get('id', 'without id')!s}){field}: {what}.") from error
