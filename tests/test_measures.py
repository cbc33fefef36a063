import pytest

from assistant.constraints import parse_constraints
from assistant.dialogue import refine
from assistant.measures import Wish, find_limit, find_wish, measured, meets, settle
from assistant.phrases import dimension_name
from assistant.turns import Constraints, DialogueState, Intent, Understanding
from assistant.vocabulary import Vocabulary
from index.schema import Product


def product(number: int, **attributes: str) -> Product:
    return Product(id=f"p{number}", title=f"Product {number}", attributes=attributes)


@pytest.mark.parametrize(
    ("text", "dimension", "more"),
    [
        ("something lighter", "weight", False),
        ("too heavy for me", "weight", False),
        ("太重了", "weight", False),
        ("有没有轻一点的", "weight", False),
        ("a bigger one please", "size", True),
        ("再大一点", "size", True),
        ("too bulky", "size", False),
        ("小一点的", "size", False),
        ("with a longer battery life", "battery", True),
        ("续航更长的", "battery", True),
        ("a quieter one", "noise", False),
        ("太吵了", "noise", False),
        ("wider ones", "width", True),
        ("more storage", "storage", True),
    ],
)
def test_a_wish_about_a_measure_is_read(text, dimension, more):
    wish, start, end = find_wish(text)
    assert (wish.dimension, wish.more) == (dimension, more)
    assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text", ["a light jacket", "large size", "便宜一点", "大号的", "a big sofa", "long sleeves", "轻薄本", ""]
)
def test_a_description_is_no_wish(text):
    assert find_wish(text) is None


def test_a_wish_is_settled_by_the_lightest_on_the_table():
    shown = [product(1, weight="1.2 kg"), product(2, weight="900 g"), product(3, weight="2 kg")]
    wish = settle(Wish("weight", False), shown)
    assert wish == Wish("weight", False, 900.0, "weight", "g")
    assert meets(product(4, weight="0.8 kg"), wish)
    assert not meets(product(5, weight="900 g"), wish)


def test_a_product_without_the_measure_does_not_meet_the_wish():
    wish = settle(Wish("weight", False), [product(1, weight="1 kg")])
    assert not meets(product(2), wish)
    assert not meets(product(3, weight="light"), wish)


def test_of_two_attributes_the_one_that_most_products_have_is_measured():
    shown = [product(n, **{"screen size": f"{n} inch", "width": f"{n} cm"}) for n in (10, 12)]
    shown.append(product(9, **{"screen size": "9 inch"}))
    assert settle(Wish("size", True), shown).attribute == "screen size"


def test_a_wish_that_the_records_cannot_measure_is_not_settled():
    assert settle(Wish("noise", False), [product(1, weight="1 kg"), product(2)]) is None
    assert settle(Wish("weight", False), [product(1, weight="1 kg"), product(2), product(3)]) is None
    assert settle(Wish("weight", False), []) is None


def test_lighter_becomes_a_limit_in_the_state_and_stays():
    empty = Vocabulary({})
    state = DialogueState(wanted=Constraints(query="tent"), shown=("p1", "p2"))
    shown = (product(1, weight="3 kg"), product(2, weight="2.5 kg"))

    def said(text: str) -> Understanding:
        return Understanding(text, "en", Intent("refine_search", 1.0), parse_constraints(text, empty))

    lighter = refine(state, said("lighter"), shown)
    assert lighter.wanted.wish == Wish("weight", False, 2500.0, "weight", "g")
    kept = refine(lighter, said("under 200"), (product(3, weight="1 kg"),))
    assert kept.wanted.wish == lighter.wanted.wish


def test_words_that_no_record_measures_are_searched_for():
    text = "a quieter one"
    said = Understanding(text, "en", Intent("refine_search", 1.0), parse_constraints(text, Vocabulary({})))
    state = DialogueState(wanted=Constraints(query="kettle"), shown=("p1",))
    refined = refine(state, said, (product(1, weight="1 kg"),))
    assert refined.wanted.wish is None
    assert refined.wanted.query == "kettle quieter"


def test_every_dimension_has_a_name_in_both_languages():
    for text in ("lighter", "bigger", "longer", "wider", "taller", "thinner", "quieter", "more power"):
        wish, _, _ = find_wish(text)
        assert dimension_name(wish.dimension, "en") != dimension_name(wish.dimension, "zh")


@pytest.mark.parametrize(
    ("text", "wish", "place"),
    [
        ("a tent under 2 kg", Wish("weight", False, 2000.0, "", "g", "2 kg"), "under 2 kg"),
        ("500g or less", Wish("weight", False, 500.0, "", "g", "500 g"), "500g or less"),
        ("no more than 1 kilo", Wish("weight", False, 1000.0, "", "g", "1 kilo"), "no more than 1 kilo"),
        ("不超过两公斤的帐篷", Wish("weight", False, 2000.0, "", "g", "两公斤"), "不超过两公斤"),
        ("5斤以下", Wish("weight", False, 2500.0, "", "g", "5斤"), "5斤以下"),
        ("at least 1,000 ml", Wish("size", True, 1000.0, "", "ml", "1,000 ml"), "at least 1,000 ml"),
        ("至少十升", Wish("size", True, 10000.0, "", "ml", "十升"), "至少十升"),
        ("15寸以上的", Wish("size", True, 381.0, "", "mm", "15寸"), "15寸以上"),
        ("max 15 inches wide", Wish("width", False, 381.0, "", "mm", "15 inches"), "max 15 inches"),
        ("under 20 cm tall", Wish("height", False, 200.0, "", "mm", "20 cm"), "under 20 cm"),
        ("at least 16gb of memory", Wish("memory", True, 16.0, "", "gb", "16 gb"), "at least 16gb"),
        ("up to 3 gigs", Wish("storage", False, 3.0, "", "gb", "3 gigs"), "up to 3 gigs"),
        ("quieter than 40 db", Wish("noise", False, 40.0, "", "db", "40 db"), "quieter than 40 db"),
        ("60 w or more", Wish("power", True, 60.0, "", "w", "60 w"), "60 w or more"),
        ("above 5000mAh", Wish("battery", True, 5000.0, "", "mah", "5000 mAh"), "above 5000mAh"),
        ("续航 20 小时以上", Wish("battery", True, 20.0, "", "h", "20小时"), "20 小时以上"),
        ("battery over 10 hours", Wish("battery", True, 10.0, "", "h", "10 hours"), "over 10 hours"),
    ],
)
def test_a_limit_on_a_measure_is_read_with_its_place(text, wish, place):
    found, start, end = find_limit(text)
    assert (found, text[start:end].strip()) == (wish, place)


@pytest.mark.parametrize(
    "text",
    [
        "under 100",
        "a 2 kg bag",
        "delivery within 2 hours",
        "under $2 m",
        "2 小时以内送到",
        "over the moon",
        "",
    ],
)
def test_a_price_a_description_and_a_time_of_delivery_are_no_limit(text):
    assert find_limit(text) is None


def test_a_limit_may_be_met_exactly_by_whichever_attribute_measures_it():
    light, _, _ = find_limit("under 2 kg")
    assert meets(product(1, weight="2 kg"), light)
    assert meets(product(2, **{"净重": "1.9 公斤"}), light)
    assert not meets(product(3, weight="2.1 kg"), light)
    assert not meets(product(4, **{"max load": "1 kg"}), light)
    long, _, _ = find_limit("at least 20 hours of battery")
    assert meets(product(5, **{"battery life": "20 h"}), long)
    assert not meets(product(6, **{"battery": "5000 mAh"}), long)


def test_what_a_record_measures_is_in_the_base_unit():
    assert measured(product(1, weight="1.2 kg"), "weight") == 1200.0
    assert measured(product(1, weight="light"), "weight") is None
