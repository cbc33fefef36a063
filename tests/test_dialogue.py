from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue import forget, new_search, referred, refine, to_filters, without_words
from assistant.turns import Constraints, DialogueState, Intent, PriceRange, Question, Span, Understanding
from assistant.vocabulary import Vocabulary
from index.filters import Filters
from index.schema import Product
from index.store import FacetValue

VOCABULARY = Vocabulary(
    {
        "category": [FacetValue("Lamps", 2), FacetValue("Desk lamps", 1)],
        "colour": [FacetValue(name, 1) for name in ("red", "blue", "black")],
    }
)


def said(**constraints) -> Understanding:
    return Understanding("", "en", Intent("refine_search", 1.0), Constraints(**constraints))


def refined(before: Constraints, shown: tuple[Product, ...] = (), **now) -> Constraints:
    return refine(DialogueState(wanted=before), said(**now), shown).wanted


def priced(*prices: str | None) -> tuple[Product, ...]:
    return tuple(
        Product(id=str(at), title="x", price=None if price is None else Decimal(price))
        for at, price in enumerate(prices)
    )


def test_refining_keeps_what_was_asked_before():
    before = Constraints(
        price=PriceRange(None, Decimal(100)),
        include={"category": ("Lamps",)},
        exclude={"brand": ("Halo",)},
        rating_min=4.0,
        in_stock=True,
        on_sale=True,
        query="lamp",
    )
    after = refined(
        before,
        include={"colour": ("red",)},
        query="red",
        spans=(Span("include.colour", 0, 3, "red"),),
    )
    assert after == Constraints(
        price=before.price,
        include={"category": ("Lamps",), "colour": ("red",)},
        exclude={"brand": ("Halo",)},
        rating_min=4.0,
        in_stock=True,
        on_sale=True,
        query="lamp red",
    )


def test_words_that_are_no_value_of_a_facet_must_be_had_from_then_on():
    red = (Span("include.colour", 0, 3, "red"),)
    first = refined(Constraints(query="lamp"), include={"colour": ("red",)}, query="red dimmer", spans=red)
    assert (first.query, first.having) == ("lamp red dimmer", ("dimmer",))
    second = refined(first, query="lamp clip")
    assert (second.query, second.having) == ("lamp red dimmer clip", ("dimmer", "clip"))


def test_the_words_of_a_value_are_not_cut_out_of_longer_words():
    red = (Span("include.colour", 0, 3, "red"),)
    after = refined(Constraints(query="lamp"), include={"colour": ("red",)}, query="red covered", spans=red)
    assert after.having == ("covered",)


@pytest.mark.parametrize("text", ["forget the dimmer", "never mind the dimmer", "drop the dimmer"])
def test_words_that_are_given_up_need_not_be_had_any_more(text):
    wanted = Constraints(query="lamp dimmer clip", having=("dimmer", "clip"))
    assert without_words(wanted, text) == Constraints(query="lamp clip", having=("clip",))


def test_a_value_asked_for_replaces_the_earlier_one_of_its_facet():
    after = refined(Constraints(include={"colour": ("red",)}), include={"colour": ("blue",)})
    assert after.include == {"colour": ("blue",)}


def test_a_new_price_replaces_the_earlier_one():
    after = refined(
        Constraints(price=PriceRange(None, Decimal(100))), price=PriceRange(Decimal(50), None, "EUR")
    )
    assert after.price == PriceRange(Decimal(50), None, "EUR")


def test_a_refusal_adds_to_earlier_ones_and_takes_back_the_same_wish():
    before = Constraints(include={"colour": ("red", "blue")}, exclude={"colour": ("black",)})
    after = refined(before, exclude={"colour": ("red",)})
    assert (after.include, after.exclude) == ({"colour": ("blue",)}, {"colour": ("black", "red")})


def test_asking_for_a_refused_value_lifts_the_refusal():
    after = refined(Constraints(exclude={"colour": ("black", "red")}), include={"colour": ("black",)})
    assert (after.include, after.exclude) == ({"colour": ("black",)}, {"colour": ("red",)})


def test_a_refused_last_value_leaves_no_empty_facet():
    after = refined(Constraints(include={"colour": ("red",)}), exclude={"colour": ("red",)})
    assert (after.include, after.exclude) == ({}, {"colour": ("red",)})


@pytest.mark.parametrize(
    ("relative", "limits"),
    [
        ("cheaper", PriceRange(Decimal(10), Decimal("29.99"), "USD")),
        ("dearer", PriceRange(Decimal("50.01"), Decimal(90), "USD")),
    ],
)
def test_cheaper_and_dearer_are_relative_to_what_is_shown(relative, limits):
    before = Constraints(price=PriceRange(Decimal(10), Decimal(90), "USD"))
    assert refined(before, priced("30", None, "50"), price_relative=relative).price == limits


def test_cheaper_than_products_without_prices_changes_nothing():
    before = Constraints(price=PriceRange(None, Decimal(90)))
    assert refined(before, priced(None), price_relative="cheaper").price == before.price


def test_cheaper_compares_prices_of_one_currency_only():
    yuan = Product(id="y", title="x", price=Decimal(10), currency="CNY")
    after = refined(Constraints(), (yuan, *priced("30", "50")), price_relative="cheaper")
    assert after.price == PriceRange(None, Decimal("29.99"), "USD")


def test_words_said_again_are_not_added_to_the_query():
    assert refined(Constraints(query="warm Jacket"), query="jacket hiking").query == "warm Jacket hiking"


@pytest.mark.parametrize(
    ("dropped", "left"),
    [
        ("price", Constraints(rating_min=4.0, include={"colour": ("red",)}, exclude={"brand": ("A",)})),
        (
            "rating",
            Constraints(
                price=PriceRange(None, Decimal(5)), include={"colour": ("red",)}, exclude={"brand": ("A",)}
            ),
        ),
        (
            "colour",
            Constraints(price=PriceRange(None, Decimal(5)), rating_min=4.0, exclude={"brand": ("A",)}),
        ),
        (
            "brand",
            Constraints(price=PriceRange(None, Decimal(5)), rating_min=4.0, include={"colour": ("red",)}),
        ),
    ],
)
def test_what_is_dropped_is_gone_and_nothing_else(dropped, left):
    before = Constraints(
        price=PriceRange(None, Decimal(5)),
        rating_min=4.0,
        include={"colour": ("red",)},
        exclude={"brand": ("A",)},
    )
    assert forget(before, (dropped,)) == left
    assert refined(before, drop=(dropped,)) == left


def test_a_dropped_price_is_not_dropped_when_a_new_one_is_said():
    before = Constraints(price=PriceRange(None, Decimal(5)))
    after = refined(before, drop=("price",), price=PriceRange(None, Decimal(9)))
    assert after.price == PriceRange(None, Decimal(9))


def test_a_new_search_forgets_everything_earlier():
    state = DialogueState(
        wanted=Constraints(query="lamp", include={"colour": ("red",)}),
        shown=("a",),
        question=Question("x", (("a", "b"),)),
    )
    after = new_search(state, said(query="tent", references=(1,), spans=(Span("query", 0, 4, "tent"),)))
    assert after == DialogueState(wanted=Constraints(query="tent"), shown=("a",))


values = st.lists(st.sampled_from(["red", "blue", "black"]), min_size=1, max_size=2, unique=True).map(tuple)
facets = st.dictionaries(st.sampled_from(["colour", "brand"]), values, max_size=2)


@st.composite
def wants(draw) -> Constraints:
    include = draw(facets)
    exclude = {
        facet: left
        for facet, refused in draw(facets).items()
        if (left := tuple(value for value in refused if value not in include.get(facet, ())))
    }
    return Constraints(
        price=draw(st.none() | st.just(PriceRange(None, Decimal(50), "EUR"))),
        price_level=draw(st.sampled_from([None, "low", "high"])),
        include=include,
        exclude=exclude,
        rating_min=draw(st.none() | st.just(4.0)),
        in_stock=draw(st.booleans()),
        on_sale=draw(st.booleans()),
        sort=draw(st.sampled_from([None, "price_asc", "rating"])),
        quantity=draw(st.none() | st.integers(2, 9)),
        query=draw(st.sampled_from(["", "lamp", "warm jacket"])),
    )


@given(wants())
def test_refining_with_nothing_said_changes_nothing(before):
    assert refined(before, priced("10", "20")) == before


@given(wants(), facets)
def test_what_is_refused_now_is_never_still_asked_for(before, refused):
    after = refined(before, exclude=refused)
    for facet, gone in refused.items():
        assert not set(gone) & set(after.include.get(facet, ()))
        assert set(gone) <= set(after.exclude[facet])


def filters_of(wanted: Constraints, **rates: str) -> tuple[Filters, str | None]:
    return to_filters(
        wanted, VOCABULARY, currency="USD", rates={code: Decimal(rate) for code, rate in rates.items()}
    )


def test_limits_without_a_currency_are_in_the_shops():
    found, foreign = filters_of(Constraints(price=PriceRange(Decimal(5), Decimal(9))))
    assert found == Filters(price_min=Decimal(5), price_max=Decimal(9), currency="USD")
    assert foreign is None


def test_a_currency_without_a_rate_applies_no_limit_and_is_reported():
    found, foreign = filters_of(Constraints(price=PriceRange(None, Decimal(500), "CNY")), EUR="0.9")
    assert (found, foreign) == (Filters(), "CNY")


def test_a_currency_with_a_rate_is_converted_and_reported():
    found, foreign = filters_of(Constraints(price=PriceRange(Decimal(71), Decimal(500), "CNY")), CNY="7.1")
    assert found == Filters(price_min=Decimal("10.00"), price_max=Decimal("70.42"), currency="USD")
    assert foreign == "CNY"


def test_the_shops_own_currency_needs_no_rate():
    found, foreign = filters_of(Constraints(price=PriceRange(None, Decimal(9), "USD")))
    assert (found.price_max, found.currency, foreign) == (Decimal(9), "USD", None)


def test_a_kind_includes_and_excludes_its_kinds():
    found, _ = filters_of(Constraints(include={"category": ("Lamps",)}, exclude={"colour": ("Red",)}))
    assert found.include == {"category": frozenset({"lamps", "desk lamps"})}
    assert found.exclude == {"colour": frozenset({"red"})}


@pytest.mark.parametrize(
    ("references", "ids"),
    [((1,), ("a",)), ((-1,), ("c",)), ((3, 1, 3), ("c", "a")), ((4, 0, -4), ()), ((), ())],
)
def test_references_beyond_the_table_are_left_out(references, ids):
    assert referred(DialogueState(shown=("a", "b", "c")), references) == ids
