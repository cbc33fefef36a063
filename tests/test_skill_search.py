"""What a search shows: the thing that is named, what a record states, and the budget that still holds."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.skills.search import narrow, search
from assistant.turns import Constraints, PriceRange

FIFTY = PriceRange(None, Decimal(50), None)


def kinds(outcome):
    return {item.hit.product.category[-1] for item in outcome.evidence.products}


def titles(outcome):
    return [item.hit.product.title for item in outcome.evidence.products]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a whodunit for the train please", "Crime & mystery"),
        ("侦探小说有吗", "Crime & mystery"),
        ("any sci-fi novels", "Science fiction & fantasy"),
        ("户外徒步穿的袜子", "Socks"),
        ("moving into a new office. mugs first", "Mugs"),
    ],
)
def test_the_head_of_what_is_said_is_the_kind(said_in_demo, text, kind):
    assert kinds(search(said_in_demo(text, label="search_product"))) == {kind}


def test_a_department_said_in_passing_hides_no_thing_that_is_named(said_in_demo):
    outcome = search(said_in_demo("小家伙要上户外营，想买儿童雨衣", label="search_product"))
    assert titles(outcome) and all("raincoat" in title for title in titles(outcome))


def test_a_thing_that_the_shop_lacks_is_not_said_to_be_found(said_in_demo):
    outcome = search(said_in_demo("wine glasses", label="search_product"))
    assert "nothing called" in outcome.composed


@pytest.mark.parametrize(
    ("text", "word"),
    [("noise cancelling headphones", "Cabin"), ("headphones with ANC", "Cabin"), ("不粘的煎锅", "Skim")],
)
def test_what_a_record_denies_or_leaves_unsaid_is_left_out(said_in_demo, text, word):
    found = search(said_in_demo(text, label="search_product")).evidence.products
    assert any(word in item.hit.product.title for item in found)
    assert all(item.hit.product.attributes.get("noise cancelling") != "no" for item in found)
    assert all(item.hit.product.attributes.get("coating") != "uncoated" for item in found)


def test_a_feature_that_nothing_has_is_said(said_in_demo):
    outcome = search(said_in_demo("waterproof calculators", label="search_product"))
    assert kinds(outcome) == {"Calculators"}
    assert any("waterproof" in note for note in outcome.notes)


def test_a_thing_is_for_as_many_as_are_said(said_in_demo):
    for text in ("a tent for two", "两个人睡的帐篷"):
        found = search(said_in_demo(text, label="search_product")).evidence.products
        assert {item.hit.product.attributes["capacity"] for item in found} == {"2 people"}


def test_what_is_for_older_children_only_is_left_out(said_in_demo):
    found = search(said_in_demo("桌游，五岁的孩子玩", label="search_product")).evidence.products
    assert found and all(item.hit.product.attributes["age range"] == "4+" for item in found)


def on_table(said_in_demo, text, topic, **wanted):
    shown = ("clo-05-white-m", "clo-01-black-xl")
    turn = said_in_demo(text, *shown, label="search_product", topic=topic)
    return replace(turn, state=replace(turn.state, wanted=Constraints(price=FIFTY, **wanted)))


def test_another_kind_of_the_same_department_keeps_the_budget(said_in_demo):
    shirts = {"include": {"category": ("T-shirts",)}}
    kept = search(on_table(said_in_demo, "sweaters", "search_product", **shirts))
    assert kept.state.wanted.price == FIFTY
    assert any("$50" in note for note in kept.notes)
    other = search(on_table(said_in_demo, "laptops", "search_product", **shirts))
    assert other.state.wanted.price is None
    bought = search(on_table(said_in_demo, "sweaters", "add_to_cart", **shirts))
    assert bought.state.wanted.price is None
    own = search(on_table(said_in_demo, "sweaters under 90", "search_product", **shirts))
    assert own.state.wanted.price is not None and own.state.wanted.price.max == 90


def test_a_description_after_how_about_narrows_and_starts_nothing_new(said_in_demo):
    shirts = {"include": {"category": ("T-shirts",)}}
    outcome = narrow(on_table(said_in_demo, "how about ones with a pocket", "search_product", **shirts))
    assert outcome.state.wanted.include == {"category": ("T-shirts",)}


def test_a_kind_is_put_in_order_as_a_whole(said_in_demo):
    turn = said_in_demo("按价格从低到高排一下", "out-01-grey", label="refine_search", topic="search_product")
    state = replace(turn.state, wanted=Constraints(include={"category": ("Tents",)}, query="好看的帐篷"))
    outcome = narrow(replace(turn, state=state))
    prices = [item.hit.product.price for item in outcome.evidence.products]
    assert len(prices) == 4 and prices == sorted(prices)


def test_starting_over_goes_on_with_what_is_named(said_in_demo):
    turn = said_in_demo("start over, I want a kettle", "out-01-grey", label="search_product")
    assert kinds(search(turn)) == {"Kettles"}
    assert not search(
        said_in_demo("start over please mate", "out-01-grey", label="refine_search")
    ).state.shown
