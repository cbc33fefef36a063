"""Which products an utterance means, over the demo's catalogue."""

import pytest

from assistant.skills.reference import pointed_out, points_at, refer
from assistant.turns import Table

SOLO, BASE, FAMILY, POP = TENTS = ("out-01-grey", "out-02-green", "out-03-beige", "out-04-teal")
CABIN, MERIDIEM = "aud-01-black", "aud-04-black"


def ids(products) -> list[str]:
    return [product.id for product in products]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # By number.
        ("the second one", [BASE]),
        ("the last one", [POP]),
        ("第二个", [BASE]),
        ("最后一个", [POP]),
        ("compare 1 and 3", [SOLO, FAMILY]),
        ("the first two", [SOLO, BASE]),
        # By what sets one apart.
        ("the cheapest one", [POP]),
        ("最便宜的那个", [POP]),
        ("the most expensive one", [FAMILY]),
        ("the lightest", [SOLO]),
        ("最重的那个", [FAMILY]),
        ("the green one", [BASE]),
        ("绿色的那个", [BASE]),
        ("the Korrund", [BASE]),
        ("the pop-up one", [POP]),
        ("the one with standing room", [FAMILY]),
        ("one-person one", [SOLO]),
        # By name.
        ("the Veldspoor Popjack", [POP]),
        # In a variant that is not on the table.
        ("the orange one", ["out-02-orange"]),
        # All of them.
        ("all of them", list(TENTS)),
    ],
)
def test_a_product_on_the_table_is_meant(said_in_demo, text, meant):
    assert ids(refer(said_in_demo(text, *TENTS))) == meant


@pytest.mark.parametrize(
    "text", ["the ninth one", "how heavy is it", "is it waterproof", "hello", "the purple one"]
)
def test_what_means_none_of_several_means_nothing(said_in_demo, text):
    assert refer(said_in_demo(text, *TENTS)) == ()


@pytest.mark.parametrize("text", ["how heavy is it", "is that one waterproof", "它多重", "weight?"])
def test_it_is_what_was_talked_about_or_is_alone_on_the_table(said_in_demo, text):
    assert ids(refer(said_in_demo(text, *TENTS, focus=(BASE,)))) == [BASE]
    assert ids(refer(said_in_demo(text, POP))) == [POP]


@pytest.mark.parametrize("text", ["both", "both of them", "these two", "两个都要", "the two"])
def test_both_are_the_two_that_were_talked_about_or_shown(said_in_demo, text):
    assert ids(refer(said_in_demo(text, SOLO, BASE))) == [SOLO, BASE]
    assert ids(refer(said_in_demo(text, *TENTS, focus=(BASE, POP)))) == [BASE, POP]


@pytest.mark.parametrize("label", ["ask_product", "add_to_cart"])
@pytest.mark.parametrize("text", ["the cheaper of those", "the cheaper of the two", "这两个里便宜的那个"])
def test_the_cheaper_of_those_is_of_those_that_were_talked_about(said_in_demo, text, label):
    assert ids(refer(said_in_demo(text, *TENTS, focus=(SOLO, BASE), label=label))) == [BASE]


@pytest.mark.parametrize("text", ["the other one", "另一个"])
def test_the_other_one_is_the_one_that_is_left_of_two(said_in_demo, text):
    assert ids(refer(said_in_demo(text, SOLO, BASE, focus=(SOLO,)))) == [BASE]
    assert BASE not in ids(refer(said_in_demo(text, *TENTS, focus=(SOLO,))))


def test_what_was_on_the_table_before_is_still_known(said_in_demo):
    before = (Table(shown=TENTS, ranking=TENTS),)
    there = ("aud-02-black", "aud-03-black")
    assert ids(refer(said_in_demo("that Korrund tent", *there, earlier=before))) == [BASE]
    assert ids(refer(said_in_demo("the fourth one", *there, earlier=before))) == [POP]
    assert ids(refer(said_in_demo("the second one", *there, earlier=before))) == ["aud-03-black"]


def test_of_two_kinds_the_last_of_each_is_meant(said_in_demo):
    before = (Table(shown=(BASE,), ranking=(BASE,)),)
    turn = said_in_demo("the headphones and the tent", CABIN, earlier=before)
    assert ids(refer(turn)) == [CABIN, BASE]


def test_each_part_of_a_comparison_means_one(said_in_demo):
    turn = said_in_demo("compare the Korrund and the pop-up one", *TENTS, label="compare_products")
    assert ids(refer(turn)) == [BASE, POP]
    turn = said_in_demo("the cheapest versus the lightest", *TENTS, label="compare_products")
    assert ids(refer(turn)) == [POP, SOLO]


def test_two_are_put_in_the_cart_together(said_in_demo):
    turn = said_in_demo("add the green one and the teal one", *TENTS, label="add_to_cart")
    assert ids(refer(turn)) == [BASE, POP]


def test_what_is_asked_of_a_product_does_not_describe_it(said_in_demo):
    turn = said_in_demo("does it come in green", *TENTS, focus=(SOLO,))
    assert ids(refer(turn)) == [SOLO]


def test_a_name_that_is_on_the_table_is_meant_in_the_variant_that_is_there(said_in_demo):
    assert ids(refer(said_in_demo("the Korrund Basecove 2", "out-02-orange", POP))) == ["out-02-orange"]
    assert ids(refer(said_in_demo("the green Korrund Basecove 2", "out-02-orange", POP))) == [BASE]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("the second one", True),
        ("is it red", True),
        ("both", True),
        ("它", True),
        ("red tents", False),
        ("帐篷", False),
    ],
)
def test_whether_anything_is_pointed_at(said_in_demo, text, points):
    assert points_at(said_in_demo(text, *TENTS)) is points


def test_whether_words_point_one_out(said_in_demo):
    assert pointed_out(said_in_demo("the pop-up one", *TENTS))
    assert not pointed_out(said_in_demo("the nice one", *TENTS))
