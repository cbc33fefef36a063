"""A cart as it stands: current records, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.promotions import Bill, bill
from assistant.shop import Shop
from index.schema import Product
from index.store import CatalogueStore


@dataclass(frozen=True, slots=True)
class CartView:
    """What is in a cart, at the prices of today.

    Attributes:
        lines: Products with how many of each, in the order they were put there.
        bill: What they come to.
        coupon: The code that was given; empty without one.
        gone: Ids in the cart that the catalogue no longer has.
    """

    lines: tuple[tuple[Product, int], ...]
    bill: Bill
    coupon: str = ""
    gone: tuple[str, ...] = ()

    @property
    def quantities(self) -> Mapping[str, int]:
        """How many of each product, by id."""
        return {product.id: quantity for product, quantity in self.lines}

    @property
    def total(self) -> Decimal | None:
        """What is left to pay, delivery apart; None for a cart without anything that has a price."""
        counted = any(product.id not in self.bill.uncounted for product, _ in self.lines)
        return self.bill.total if counted else None


def cart_view(shop: Shop, store: CatalogueStore, customer: str, today: date) -> CartView:
    """The cart of a customer; an empty one where the shop keeps none.

    Args:
        shop: Whose cart, promotions and orders are looked at.
        store: Has the current prices.
        customer: The user's name, or the session of a guest.
        today: The day by which promotions are judged.

    Raises:
        StoreError: If it cannot be read.
    """
    if shop.cart is None:
        return CartView((), bill([], []))
    kept = shop.cart.lines(customer)
    products = {product.id: product for product in store.get([line.product_id for line in kept])}
    lines = tuple((products[line.product_id], line.quantity) for line in kept if line.product_id in products)
    gone = tuple(line.product_id for line in kept if line.product_id not in products)
    coupon = shop.cart.coupon(customer)
    promotions = shop.promotions.active(today) if shop.promotions is not None else ()
    first = is_first_order(shop, customer)
    return CartView(lines, bill(lines, promotions, coupon=coupon, first_order=first), coupon, gone)


def is_first_order(shop: Shop, customer: str) -> bool:
    """Whether the shopper has not ordered yet; an order that was cancelled is none.

    Raises:
        StoreError: If the orders cannot be read.
    """
    orders = shop.orders.of(customer) if shop.orders is not None else ()
    return all(order.state == "cancelled" for order in orders)
