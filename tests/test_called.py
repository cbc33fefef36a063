"""Products called by their names, over the demo's catalogue."""

import pytest

from assistant.skills.called import as_described, called, name_words, only_of_the_line, passing, said_values
from assistant.skills.search import by_name
from assistant.turns import Constraints


def families(products) -> list[str]:
    return [product.family or product.id for product in products]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("how heavy is the Korrund Basecove 2", ["out-02"]),
        ("tell me about the Hushby Cabin", ["aud-01"]),
        ("is the popjack any good", ["out-04"]),
        ("Korrund Basecove 2 or the Veldspoor Popjack", ["out-02", "out-04"]),
        ("compare the Hushby Cabin with the Aurelko Meridiem", ["aud-01", "aud-04-black"]),
        ("Korrund Basecove 2 双人帐篷有多重", ["out-02"]),
        ("威肯菲 Solo Ridge 和 Korrund Basecove 2 哪个轻", ["out-01", "out-02"]),
        ("the Plumeko wallet case for the Orvane Arc 5", ["pho-12"]),
    ],
)
def test_a_name_means_its_product_wherever_it_is(said_in_demo, text, ids):
    assert families(called(said_in_demo(text))) == ids


@pytest.mark.parametrize(
    "text",
    [
        "a tent for two",
        "headphones under 100",
        "no, just 2",
        "the cheapest one",
        "something green",
        "Orvane phones",  # a maker is no name: it has three
        "帐篷",
        "两百块以内的耳机",
        "",
    ],
)
def test_a_description_calls_nothing_by_name(said_in_demo, text):
    assert called(said_in_demo(text)) == ()


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Korrund Basecove 2 in orange", "out-02-orange"),
        ("the green Korrund Basecove 2", "out-02-green"),
        ("Hushby Cabin in navy", "aud-01-navy"),
        ("藏青色的 Hushby Cabin", "aud-01-navy"),
        ("Orvane Arc 5 Max silver 1TB", "pho-02-silver-1-tb"),
        ("双月之间的果园要一本平装", "boo-09-paperback"),  # what stands in 《》 is the name
        ("a House with One Umbrella, hardcover", "boo-02-hardcover"),  # no umbrella
    ],
)
def test_the_variant_that_is_described_is_meant(said_in_demo, text, product):
    assert [found.id for found in called(said_in_demo(text))] == [product]


@pytest.mark.parametrize(
    "text",
    [
        "case for the Orvane Arc 5",
        "do you have chargers for the Orvane Arc 5",
        "奥梵 Arc 5 的手机壳",
    ],
)
def test_what_is_wanted_for_a_product_is_not_that_product(said_in_demo, text):
    outcome = by_name(said_in_demo(text, label="search_product"))
    assert outcome is None or outcome.evidence.products[0].hit.product.family != "pho-01"


def test_words_of_a_name_are_not_those_that_describe(said_in_demo):
    store = said_in_demo("").parts.searcher.store
    (tent,) = store.get(["out-02-green"])
    assert {"korrund", "basecove", "2"} <= name_words(tent)
    assert not {"tent", "green", "freestanding", "for"} & name_words(tent)
    (case,) = store.get(["pho-12-brown"])
    assert "plumeko" in name_words(case) and "orvane" not in name_words(case)


def test_a_product_is_swapped_for_a_variant_only_when_that_has_more_of_what_is_said(said_in_demo):
    turn = said_in_demo("in orange")
    (green,) = turn.parts.searcher.store.get(["out-02-green"])
    assert as_described(turn, green).id == "out-02-orange"
    assert as_described(said_in_demo("is it waterproof"), green).id == "out-02-green"
    assert said_values(turn, green, "in orange") == 0
    assert said_values(turn, green, "the green one") == 1


def test_values_that_no_variant_has_are_words_of_the_name(said_in_demo):
    turn = said_in_demo("")
    family = turn.parts.searcher.store.family("out-02")
    wanted = Constraints(include={"colour": ("orange",), "material": ("wool",)})
    assert only_of_the_line(wanted, family).include == {"colour": ("orange",)}


def test_what_passes_the_limits_is_kept(said_in_demo):
    turn = said_in_demo("")
    family = turn.parts.searcher.store.family("out-02")
    passed = passing(turn, Constraints(include={"colour": ("orange",)}), family)
    assert [product.id for product in passed] == ["out-02-orange"]
