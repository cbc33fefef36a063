"""Kinds by their common names, what goes with them, whom things are for, and what was bought together."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assistant.bought_together import bought_with
from assistant.fitting import fits, models
from assistant.history import History
from assistant.kinds import categories_named, for_occasion, goes_with, goes_with_words, not_sold, of_interest
from assistant.recipients import Recipient, age_of, clash, recipient, users_of
from assistant.shop import Order, OrderLine
from assistant.sql_shop import SqlOrders
from assistant.vocabulary import Vocabulary
from index.database import metadata
from index.schema import Product, Translation
from index.store import CatalogueStore, Digests, FacetValue


def vocabulary(*categories: str) -> Vocabulary:
    return Vocabulary({"category": [FacetValue(name, 1) for name in categories]})


@pytest.fixture
def made() -> Callable[..., Product]:
    def make(key: str, title: str = "", **facts: object) -> Product:
        return Product(id=key, title=title or key, price=Decimal(10), **facts)  # type: ignore[arg-type]

    return make


# -- kinds ---------------------------------------------------------------------------------------------


def test_a_name_means_a_category_only_as_a_whole():
    shop = vocabulary("Sleeping bags", "Boots")
    assert categories_named("sleeping bags", shop) == ("Sleeping bags",)
    assert categories_named("睡袋", shop) == ("Sleeping bags",)
    assert categories_named("leather boots", shop) == ()


def test_what_goes_with_a_product_comes_from_the_shop_s_own_categories(made):
    shop = vocabulary("Boots", "Socks", "Trekking poles")
    boots = made("b", "Hiking boots", category=("Shoes", "Boots"))
    assert [shelf.categories for shelf in goes_with(boots, shop)] == [("Socks",), ("Trekking poles",)]


def test_rules_work_for_a_shop_whose_categories_are_chinese(made):
    shop = vocabulary("手机", "手机壳", "充电器")
    phone = made("p", "手机", category=("数码", "手机"))
    assert [(shelf.categories, shelf.fitting) for shelf in goes_with(phone, shop)] == [
        (("手机壳",), True),
        (("充电器",), False),
    ]


def test_a_title_tells_more_than_its_category(made):
    shop = vocabulary("Boots", "Trekking poles", "Scarves")
    hiking = made("h", "Hiking boots", category=("Boots",))
    city = made("c", "Chelsea boots", category=("Boots",))
    assert goes_with(hiking, shop)[0].categories == ("Trekking poles",)
    assert [shelf.categories for shelf in goes_with(city, shop)] == [("Scarves",)]


def test_what_goes_with_a_thing_that_is_not_sold_here():
    shop = vocabulary("Shirts", "Dress shoes")
    assert [shelf.categories for shelf in goes_with_words("a velvet suit", shop)] == [
        ("Dress shoes",),
        ("Shirts",),
    ]
    assert goes_with_words("a thing", shop) == ()


def test_a_kind_that_is_not_sold_is_known_to_be_none():
    assert not_sold("配什么抱枕", vocabulary("沙发")) == "抱枕"
    assert not_sold("which cushions", vocabulary("Cushions")) == ""


def test_likings_are_alternated_and_carry_their_word():
    shop = vocabulary("Pans", "Kitchen knives", "Running shoes")
    found = of_interest("my dad cooks and runs", shop)
    assert [(shelf.categories, shelf.word) for shelf in found] == [
        (("Kitchen knives",), "cooks"),
        (("Running shoes",), "runs"),
        (("Pans",), "cooks"),
    ]


def test_a_silent_line_is_not_found_in_what_is_said():
    shop = vocabulary("Puzzles", "Perfumes")
    assert of_interest("a gift for her child", shop) == ()
    assert [shelf.categories for shelf in for_occasion("child", shop)] == [("Puzzles",)]


# -- fitting -------------------------------------------------------------------------------------------


def test_a_model_s_name_ends_where_the_description_begins(made):
    phone = made("p", "Orvane Arc 5 Max: 6.8 inch phone", brand="Orvane")
    assert models(phone) == (("orvane", "arc", "5", "max"),)
    assert models(made("e", "Pagelo Leaf 6 inch e-reader", brand="Pagelo")) == (("pagelo", "leaf"),)
    assert models(made("x", "Plain mug")) == ()


def test_a_chinese_title_names_the_model_too(made):
    zh = Translation(title="奥梵 Arc 5 智能手机", facets={"brand": ("奥梵",)})
    phone = made("p", "Orvane Arc 5 smartphone", brand="Orvane", translations={"zh": zh})
    case = made("c", "手机壳", language="zh", attributes={"适配机型": "奥梵 Arc 5"})
    assert fits(case, phone) is True


def test_a_case_for_one_model_fits_no_other(made):
    arc = made("a", "Orvane Arc 5 smartphone", brand="Orvane")
    larger = made("m", "Orvane Arc 5 Max: 6.8 inch phone", brand="Orvane")
    case = made("c", "Bumper", attributes={"fits": "Orvane Arc 5"})
    assert (fits(case, arc), fits(case, larger)) == (True, False)
    assert fits(made("u", "Universal cable"), arc) is None


# -- whom for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("gift for my dad who cooks, under 50", Recipient("men")),
        ("送女朋友的生日礼物，预算100美元", Recipient("women")),
        ("birthday present for a 6 year old", Recipient("", 6.0, True)),
        ("she's 4, obsessed with sharks. birthday. go", Recipient("women", 4.0, True)),
        ("给我五岁的儿子挑个生日礼物", Recipient("men", 5.0, True)),
        ("my niece is into quilting", Recipient("women", None, True)),
        ("老公四十岁生日", Recipient("men", 40.0)),
        ("secret santa, £10 limit", Recipient()),
        ("recommend something for me", None),
        ("anything new?", None),
        ("我喜欢喝茶，推荐点东西", None),
        ("something under 30", None),
    ],
)
def test_whom_something_is_bought_for(text, whom):
    assert recipient(text) == whom


def test_ages_in_words():
    assert age_of("18 months old") == 1.5
    assert age_of("turning 7 on sunday") == 7
    assert age_of("she's 20% off") is None


def test_a_child_gets_only_what_the_record_says_is_for_its_age(made):
    child = Recipient(age=4, child=True)
    assert child.accepts(made("a", attributes={"age range": "3+"}))
    assert not child.accepts(made("b", attributes={"age range": "8+"}))
    assert not child.accepts(made("c", "Plain mug"))
    assert child.accepts(made("d", "Children's wellington boots"))


def test_a_grown_up_gets_nothing_for_children_or_the_other_sex(made):
    him = Recipient(sex="men")
    assert not him.accepts(made("a", attributes={"age range": "3-8 years"}))
    assert not him.accepts(made("b", attributes={"for": "women"}))
    assert him.accepts(made("c", attributes={"for": "unisex"}))
    assert him.accepts(made("d", "Plain mug"))


def test_dog_food_and_a_cat_tree_clash(made):
    food, tree = made("f", "Dog kibble"), made("t", "Cat tree")
    both = made("b", "Bowl", attributes={"for": "cats and dogs"})
    assert users_of(both) == {"cats", "dogs"}
    assert (clash(food, tree), clash(food, both), clash(made("m", "Mug"), tree)) == (True, False, False)


# -- bought together -----------------------------------------------------------------------------------


@pytest.fixture
def store(made, tmp_path) -> CatalogueStore:
    store = CatalogueStore.create(f"sqlite:///{tmp_path / 'shop.db'}")
    items = [made("tent"), made("bag-s", family="bag"), made("bag-l", family="bag"), made("mug")]
    store.upsert(items, {item.id: Digests("1", "1") for item in items})
    return store


def bought(store: CatalogueStore, history: History, user: str, *ids: str) -> None:
    for key in ids:
        history.record(user, key, "purchase", at=datetime(2026, 1, 1, tzinfo=UTC))


def test_what_two_shoppers_bought_together_counts_by_line(store):
    history = History(store.engine, store)
    bought(store, history, "ann", "tent", "bag-s", "mug")
    bought(store, history, "ben", "tent", "bag-l")
    found = bought_with(store.engine, store, store.get(["tent"]))
    assert [(product.family, count) for product, count in found] == [("bag", 2)]


def test_what_one_shopper_bought_says_nothing_however_often(store):
    history = History(store.engine, store)
    bought(store, history, "ann", "tent", "bag-s", "bag-s", "bag-l", "mug", "mug")
    assert bought_with(store.engine, store, store.get(["tent"])) == []


def test_variants_of_a_line_ask_for_the_same(store):
    history = History(store.engine, store)
    bought(store, history, "ann", "bag-s", "tent")
    bought(store, history, "ben", "bag-l", "tent")
    assert [p.id for p, _ in bought_with(store.engine, store, store.get(["bag-s"]))] == ["tent"]


def test_orders_count_and_a_cancelled_one_does_not(store):
    history = History(store.engine, store)
    metadata.create_all(store.engine)
    lines = tuple(OrderLine(key, 1, Decimal(10)) for key in ("tent", "mug"))
    orders = SqlOrders(store.engine)
    orders.add("ann", Order("A-1", date(2026, 1, 1), "delivered", lines))
    orders.add("ben", Order("A-2", date(2026, 1, 1), "cancelled", lines))
    assert bought_with(store.engine, store, store.get(["tent"])) == []
    bought(store, history, "cy", "tent", "mug")
    assert [(p.id, n) for p, n in bought_with(store.engine, store, store.get(["tent"]))] == [("mug", 2)]
