"""A cart as it stands: current prices, promotions of the day, and what is gone."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from assistant.basket import CartView, cart_view
from assistant.config import Settings
from assistant.promotions import bill
from assistant.shop import Order, OrderLine, Promotion
from assistant.sql_shop import FilePromotions, SqlShop
from index.schema import PriceChange, Product
from index.store import CatalogueStore, Digests

DAY = date(2026, 11, 22)
LAMP = Product(id="lamp", title="Lamp", price=Decimal("25.00"), category=("Home", "Lamps"))
MUG = Product(id="mug", title="Mug", price=Decimal("8.00"), category=("Home", "Mugs"))
SECRET = Product(id="secret", title="No price yet")
OFFERS = (
    Promotion(
        id="home", text={"en": "a", "zh": "a"}, starts=DAY, ends=DAY, category="Home", minimum=Decimal(30),
        percent=Decimal(10),
    ),
    Promotion(
        id="first", text={"en": "b", "zh": "b"}, starts=DAY, ends=DAY, coupon="HI", first_order=True,
        amount=Decimal(5),
    ),
)  # fmt: skip


@pytest.fixture
def store(tmp_path) -> CatalogueStore:
    store = CatalogueStore.create(f"sqlite:///{tmp_path / 'shop.sqlite'}")
    store.upsert([LAMP, MUG, SECRET], dict.fromkeys(["lamp", "mug", "secret"], Digests("", "")))
    return store


@pytest.fixture
def shop(store) -> SqlShop:
    shop = SqlShop(store.engine, Settings(today=DAY))
    shop.promotions = FilePromotions(OFFERS)
    return shop


def test_a_cart_has_products_in_order_with_the_promotions_of_the_day(shop, store):
    shop.cart.put("ana", "mug", 2)
    shop.cart.put("ana", "lamp", 1)
    view = cart_view(shop, store, "ana", DAY)
    assert [(product.id, quantity) for product, quantity in view.lines] == [("mug", 2), ("lamp", 1)]
    assert view.quantities == {"mug": 2, "lamp": 1}
    assert view.total == Decimal("36.90")
    assert cart_view(shop, store, "ana", date(2026, 11, 23)).total == Decimal("41.00")


def test_prices_are_those_of_now(shop, store):
    shop.cart.put("ana", "lamp", 1)
    store.reprice([PriceChange(id="lamp", price=Decimal("20.00"))])
    assert cart_view(shop, store, "ana", DAY).total == Decimal("20.00")


def test_what_is_no_longer_sold_is_named_and_costs_nothing(shop, store):
    shop.cart.put("ana", "lamp", 1)
    shop.cart.put("ana", "mug", 1)
    store.delete(["lamp"])
    view = cart_view(shop, store, "ana", DAY)
    assert (view.gone, view.quantities, view.total) == (("lamp",), {"mug": 1}, Decimal("8.00"))


@pytest.mark.parametrize(("state", "refused"), [("delivered", "first_order"), ("cancelled", "")])
def test_a_cancelled_order_is_no_first_order(shop, store, state, refused):
    shop.cart.put("ana", "lamp", 1)
    shop.cart.use_coupon("ana", "hi")
    shop.orders.add("ana", Order("A-1", DAY, state, (OrderLine("mug", 1, Decimal(8)),)))
    shop.orders.add("bob", Order("A-2", DAY, "paid", ()))
    view = cart_view(shop, store, "ana", DAY)
    assert (view.coupon, view.bill.refused) == ("hi", refused)


def test_the_total_of_nothing_that_has_a_price_is_not_known(shop, store):
    assert cart_view(shop, store, "ana", DAY).total is None
    shop.cart.put("ana", "secret", 1)
    view = cart_view(shop, store, "ana", DAY)
    assert (view.total, view.bill.uncounted) == (None, ("secret",))


def test_a_shop_without_parts_has_an_empty_cart(shop, store):
    nothing = SimpleNamespace(cart=None, orders=None, promotions=None)
    assert cart_view(nothing, store, "ana", DAY) == CartView((), bill([], []))
    only_cart = SimpleNamespace(cart=shop.cart, orders=None, promotions=None)
    shop.cart.put("ana", "lamp", 2)
    assert cart_view(only_cart, store, "ana", DAY).total == Decimal("50.00")
