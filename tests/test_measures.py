import pytest

from assistant.constraints import parse_constraints
from assistant.dialogue import refine
from assistant.measures import Wish, find_wish, meets, settle
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
