"""What a shop does besides having products. A shop integrates by giving an object with these parts.

Every part is optional: one that is None is not offered, and asked for it the assistant says that it is
not there. `assistant.sql_shop.SqlShop` is the default. A shopper is known here by a `customer`: the
user's name, or the session of a guest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from index.schema import Language

Change = Literal["cancel", "return", "exchange", "address"]
"""What can be asked of a placed order."""

Text = Mapping[Language, str]
"""The same text in each language."""


@dataclass(frozen=True, slots=True)
class CartLine:
    """One product in a cart."""

    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order, at the price it was bought for."""

    product_id: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """A placed order.

    Attributes:
        id: The shop's number.
        placed: When.
        state: "paid", "shipped", "delivered", "cancelled", "return_requested" or "exchange_requested".
        lines: What was bought.
        currency: ISO 4217 code of the prices.
        delivered: When it arrived, if it did.
        due: When it should arrive, if the shop knows.
        address: Where it goes, if the shop says.
    """

    id: str
    placed: date
    state: str
    lines: tuple[OrderLine, ...]
    currency: str = "USD"
    delivered: date | None = None
    due: date | None = None
    address: str = ""

    @property
    def total(self) -> Decimal:
        """What it came to, delivery apart."""
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the shop's rules.

    Attributes:
        document: Title of the page: "Shipping".
        title: Of the section: "Express delivery".
        text: Markdown.
        language: It is written in.
    """

    document: str
    title: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a change is allowed, and by which rule.

    Attributes:
        allowed: The answer.
        reason: One sentence for the shopper, in each language; says what happens, or why not.
        section: Title of the rule, in each language; empty if no page says it.
    """

    allowed: bool
    reason: Text
    section: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """Something that lowers what a cart comes to.

    Attributes:
        id: The shop's name for it.
        text: Its conditions in one sentence, in each language.
        starts: First day.
        ends: Last day.
        coupon: Code that has to be given; empty if it applies by itself.
        category: Only products of this category count; empty for all.
        minimum: Those products must come to this much.
        percent: Taken off them.
        amount: Taken off them, in the shop's currency.
        cheapest_free_of: Of every so many of them the cheapest is free.
        free_shipping: Standard delivery is free.
        first_order: Only for who has not ordered yet.
    """

    id: str
    text: Text
    starts: date
    ends: date
    coupon: str = ""
    category: str = ""
    minimum: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    cheapest_free_of: int = 0
    free_shipping: bool = False
    first_order: bool = False


class Cart(Protocol):
    """Keeps what shoppers mean to buy."""

    def lines(self, customer: str) -> Sequence[CartLine]:
        """What is in the cart, in the order it was put there."""

    def put(self, customer: str, product_id: str, quantity: int) -> None:
        """Set how many of a product are in the cart; 0 takes it out."""

    def coupon(self, customer: str) -> str:
        """The code that was given; empty without one."""

    def use_coupon(self, customer: str, code: str) -> None:
        """Keep a code in place of an earlier one; empty forgets it."""

    def clear(self, customer: str) -> None:
        """Empty the cart, its code included."""


class Orders(Protocol):
    """Knows placed orders. A shopper's own only: nobody else's can be named."""

    def of(self, customer: str) -> Sequence[Order]:
        """The shopper's orders, the newest first."""

    def ruling(self, order: Order, change: Change, today: date) -> Ruling:
        """Whether an order can be changed so, by the rules of the shop."""

    def change(self, customer: str, order_id: str, change: Change, detail: str = "") -> Order:
        """Do it, and give the order as it is then.

        Args:
            customer: Whose order it is.
            order_id: Which.
            change: What.
            detail: The new address, or what is wanted instead.

        Raises:
            ShopError: If there is no such order of this shopper, or it cannot be done any more.
        """


class Policies(Protocol):
    """The rules of the shop."""

    def sections(self, language: Language) -> Sequence[Section]:
        """Every section in a language; those of another language when there are none."""


class Promotions(Protocol):
    """What lowers prices."""

    def active(self, today: date) -> Sequence[Promotion]:
        """Promotions that can apply on a day, those that need a code included."""


class Checkout(Protocol):
    """Takes over where the assistant ends: it never sees a payment."""

    def link(self, customer: str) -> str:
        """Where this shopper pays for this cart. The language model never sees it."""


class HelpDesk(Protocol):
    """People who take over."""

    def hand_over(self, customer: str, summary: str) -> str:
        """Give a conversation to a person; returns the number of the request."""


class Shop(Protocol):
    """The shop behind the assistant; a part that is None does not exist."""

    @property
    def cart(self) -> Cart | None:
        """Keeps carts."""

    @property
    def orders(self) -> Orders | None:
        """Knows placed orders."""

    @property
    def policies(self) -> Policies | None:
        """Has rules to read."""

    @property
    def promotions(self) -> Promotions | None:
        """Has promotions."""

    @property
    def checkout(self) -> Checkout | None:
        """Takes payments, elsewhere."""

    @property
    def desk(self) -> HelpDesk | None:
        """Has people to talk to."""
