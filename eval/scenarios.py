"""Reads dialogue scenarios: what a shopper says, turn by turn, and what is expected of each reply."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from eval.cases import EvalDataError, json_objects


def _amount(value: object) -> object:
    # By way of text: 39.9 is then 39.90, and not the nearest binary fraction.
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if plain else value


def _regex(value: object) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise ValueError("must be a regular expression")
    try:
        return re.compile(value, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error


Amount = Annotated[Decimal, BeforeValidator(_amount), PlainSerializer(float)]
Count = Annotated[int, Field(ge=0)]
Named = Annotated[str, Field(min_length=1)]
Some = Annotated[Sequence[Named], Field(min_length=1)]
Labels = Annotated[Some, BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
Regex = Annotated[re.Pattern[str], BeforeValidator(_regex)]

ANYTHING = re.compile("")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Limits(_Data):
    """Price limits, inclusive, in the product's own currency."""

    min: Amount | None = None
    max: Amount | None = None

    def allow(self, price: Decimal | None) -> bool:
        """Whether a price is known and within them."""
        return (
            price is not None
            and (self.min is None or price >= self.min)
            and (self.max is None or price <= self.max)
        )


class ReadLimits(Limits):
    """Price limits as they were said."""

    currency: Named = ""


class ReadConstraints(_Data):
    """What must be read in an utterance, as in `eval.constraints.KEYS`; more may be read.

    A flag that is false must not be read.
    """

    price: ReadLimits = ReadLimits()
    price_relative: Named = ""
    include: Mapping[str, Some] = Field(default_factory=dict)
    exclude: Mapping[str, Some] = Field(default_factory=dict)
    rating_min: float = 0.0
    in_stock: bool = False
    on_sale: bool = False
    sort: Named = ""
    quantity: int = 0
    references: Sequence[int] = ()


class Fit(_Data):
    """What the products shown must be like; no products fit everything.

    Attributes:
        price: A product without a price is outside every limit.
        include: For each facet, values of which a product has one.
        exclude: For each facet, values of which a product has none.
        title_matches: Found in the title or a translation's title.
        share: So much of the products must fit, in (0, 1].
    """

    price: Limits | None = None
    include: Mapping[str, Some] = Field(default_factory=dict)
    exclude: Mapping[str, Some] = Field(default_factory=dict)
    title_matches: Regex = ANYTHING
    share: Annotated[float, Field(gt=0, le=1)] = 1.0


class Expect(_Data):
    """What a turn expects of its reply; only what is set is looked at.

    Attributes:
        intent: The label read, or one of those read when the message did several things, is among these.
        constraints: All of these were read in the utterance.
        all_products: What the products shown are like.
        min_products: At least so many are shown.
        max_products: At most so many.
        products_include: Ids that are shown.
        products_exclude: Ids that are not.
        first_product: Id of the first one.
        cheaper_than_before: Of the products with a price, the mean is below the earlier mean, and the first
            one is below the dearest of before.
        disjoint_from_before: Nothing is shown that the last reply with products showed.
        text_matches: Found in prose, product lines and table cells, one a line.
        text_excludes: Not found there.
        cart: Exactly these quantities by product id.
        cart_total: What the cart comes to, to the cent.
        order_state: States by order id; other orders are not looked at.
        asks: Whether the prose ends in a question mark or the state holds an open question.
    """

    intent: Labels = ()
    constraints: ReadConstraints = ReadConstraints()
    all_products: Fit = Fit()
    min_products: Count = 0
    max_products: Count = 0
    products_include: Some = ()
    products_exclude: Some = ()
    first_product: Named = ""
    cheaper_than_before: Literal[True] = True
    disjoint_from_before: Literal[True] = True
    text_matches: Regex = ANYTHING
    text_excludes: Regex = ANYTHING
    cart: Mapping[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    cart_total: Amount = Decimal(0)
    order_state: Annotated[Mapping[str, Named], Field(min_length=1)] = Field(default_factory=dict)
    asks: bool = True


class Turn(_Data):
    """What the shopper says, and what is expected of the reply."""

    say: str
    expect: Expect = Expect()


class Scenario(_Data):
    """A conversation.

    Attributes:
        name: For reports.
        language: Of the shopper.
        user: Who speaks; empty for a guest.
        family: What is tried out, for the breakdown; may be empty.
        turns: In order.
    """

    name: Named
    language: Named
    user: str
    family: str = ""
    turns: Annotated[Sequence[Turn], Field(min_length=1)]


def read_scenarios(path: Path) -> list[Scenario]:
    """Read JSONL rows with `name`, `language`, `user`, `turns` and, if wanted, `family`.

    Raises:
        EvalDataError: If the file or a row cannot be read, or there are none.
    """
    found = []
    for number, row in json_objects(path):
        try:
            found.append(Scenario.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            raise EvalDataError(path, f"{name}: {first['msg']}", line=number) from error
    return found
