"""What to ask less of, when nothing passes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.filters import Filters
from index.relax import OTHER_VALUES, Relaxation, relax
from index.schema import Product
from index.search import Searcher
from index.store import CatalogueStore, Digests


def stored(products: Sequence[Product]) -> CatalogueStore:
    store = CatalogueStore.create("sqlite://")
    store.upsert(products, {item.id: Digests("", "") for item in products})
    return store


def lines(products: Sequence[Product], filters: Filters) -> int:
    return len({item.family or ("alone", item.id) for item in products if filters.accepts(item)})


def relaxed(searcher: Searcher, filters: Filters) -> tuple[Relaxation, ...]:
    result = searcher.search("anything", filters)
    assert (result.hits, result.passing) == ((), 0)
    return result.relaxations


def said(relaxations: Sequence[Relaxation]) -> list[tuple[tuple[str, ...], int]]:
    return [(item.changed, item.count) for item in relaxations]


# -- what every relaxation keeps to ------------------------------------------------------------------

PRICES = [Decimal(price) for price in ("0", "0.07", "9.99", "10", "104.50", "219", "1049", "999999999999.99")]

PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "price": st.none() | st.sampled_from(PRICES),
            "list_price": st.none() | st.sampled_from(PRICES),
            "currency": st.sampled_from(["USD", "USD", "CNY"]),
            "stock": st.sampled_from([None, 0, 3]),
            # 3.6999999999999997 is what a mean of 11.1 / 3 becomes.
            "rating": st.sampled_from([None, 1.0, 2.3, 3.6999999999999997, 4.25, 5.0]),
            "brand": st.sampled_from([None, "Halo", "Lumo"]),
            "family": st.sampled_from([None, None, "line"]),
            "facets": st.fixed_dictionaries(
                {}, optional={"colour": st.lists(st.sampled_from(["red", "blue"]), max_size=2)}
            ),
        }
    ),
    min_size=1,
    max_size=5,
).map(
    lambda rows: [
        Product.model_validate({"id": str(number), "title": "Thing", **row})
        for number, row in enumerate(rows)
    ]
)

FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "price_min": st.sampled_from([Decimal("0.05"), Decimal(10), Decimal(300), Decimal(5000)]),
        "price_max": st.sampled_from([Decimal(0), Decimal(5), Decimal("104.49"), Decimal(300)]),
        "currency": st.sampled_from(["USD", "CNY", "EUR"]),
        "rating_min": st.sampled_from([1.5, 4, 4.9]),
        "in_stock": st.just(True),
        "on_sale": st.just(True),
        "include": st.fixed_dictionaries(
            {},
            optional={
                "brand": st.sampled_from([("Halo",), ("Nobody",)]),
                "colour": st.sampled_from([("red",), ("purple",)]),
            },
        ),
        "exclude": st.fixed_dictionaries({}, optional={"brand": st.sampled_from([("Lumo", "Halo")])}),
    },
).map(lambda facts: Filters.of(**facts))  # type: ignore[arg-type]


def parts(filters: Filters) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each constraint by name, and the fields that are set back without it."""
    if filters.price_min is not None or filters.price_max is not None:
        yield "price", {"price_min": None, "price_max": None}
    if filters.rating_min is not None:
        yield "rating", {"rating_min": None}
    if filters.in_stock:
        yield "stock", {"in_stock": False}
    if filters.on_sale:
        yield "sale", {"on_sale": False}
    for name in ("include", "exclude"):
        for facet in getattr(filters, name):
            yield f"{name}.{facet}", {name: facet}


def without(filters: Filters, *several: dict[str, Any]) -> Filters:
    for fields in several:
        for name, value in fields.items():
            if name in ("include", "exclude"):
                value = {facet: some for facet, some in getattr(filters, name).items() if facet != value}
            filters = replace(filters, **{name: value})
    return filters


@hypothesis_settings(max_examples=150, deadline=None)
@given(products=PRODUCTS, filters=FILTERS)
def test_relaxations_are_all_the_smallest_changes_that_give_results(
    products: list[Product], filters: Filters
) -> None:
    if lines(products, filters):
        return
    own = dict(parts(filters))
    found = relax(stored(products).snapshot(), filters)

    expected: set[tuple[str, ...]] = set()
    for size in (1, 2):
        expected = expected or {
            tuple(sorted(names))
            for names in combinations(own, size)
            if lines(products, without(filters, *(own[name] for name in names)))
        }
    assert {tuple(sorted(item.changed)) for item in found} == expected
    assert len(found) == len(expected)
    for item in found:
        assert item.count == lines(products, item.filters) > 0, item
        kept = without(filters, *(own[name] for name in item.changed))
        assert without(item.filters, *(own[name] for name in item.changed)) == kept, item
    assert [item.count for item in found] == sorted((item.count for item in found), reverse=True)


@hypothesis_settings(max_examples=100, deadline=None)
@given(products=PRODUCTS, filters=FILTERS)
def test_a_price_limit_moves_outwards_to_a_round_number_and_goes_only_where_nothing_has_a_price(
    products: list[Product], filters: Filters
) -> None:
    for item in relax(stored(products).snapshot(), filters) if not lines(products, filters) else ():
        low, high = item.filters.price_min, item.filters.price_max
        if "price" not in item.changed:
            assert (low, high) == (filters.price_min, filters.price_max)
        elif low is None and high is None:
            free = replace(item.filters, rating_min=None) if "rating" in item.changed else item.filters
            priced = replace(free, price_min=Decimal(0))
            assert not lines(products, priced)
        else:
            assert low is None or (filters.price_min is not None and low <= filters.price_min)
            assert high is None or (filters.price_max is not None and high >= filters.price_max)
            both = ((low, filters.price_min), (high, filters.price_max))
            moved = [now for now, before in both if now is not None and now != before]
            assert all(len(limit.normalize().as_tuple().digits) <= 2 for limit in moved)


# -- by hand -----------------------------------------------------------------------------------------


def test_a_relaxation_names_the_only_blocking_constraint(searcher: Searcher) -> None:
    shoes = {"category": ("Shoes",)}
    purple = Filters.of(include={**shoes, "colour": ("purple",)}, in_stock=True)
    assert relaxed(searcher, purple) == (
        Relaxation(
            changed=("include.colour",),
            filters=Filters.of(include=shoes, in_stock=True),
            count=2,
            instead=(("blue", 1), ("brown", 1)),
        ),
    )


def test_each_kind_of_constraint_can_be_given_up(searcher: Searcher) -> None:
    def only(size: str, **others: Any) -> Filters:
        return Filters.of(include={"size": (size,)}, **others)

    assert (("stock",), 1) in said(relaxed(searcher, only("42", in_stock=True)))
    assert (("sale",), 1) in said(relaxed(searcher, only("43", on_sale=True)))
    assert (("rating",), 1) in said(relaxed(searcher, only("43", rating_min=4.3)))
    assert (("exclude.brand",), 1) in said(relaxed(searcher, only("43", exclude={"brand": ("Stride",)})))
    assert (("price",), 1) in said(relaxed(searcher, only("43", price_max=Decimal(50))))


def test_relaxations_come_most_results_first_and_then_by_name(searcher: Searcher) -> None:
    shoes = Filters.of(include={"category": ("Shoes",)}, price_max=Decimal(10), currency="USD")
    assert said(relaxed(searcher, shoes)) == [(("include.category",), 1), (("price",), 1)]
    cheap = Filters.of(include={"category": ("Phones",)}, price_max=Decimal(30), currency="USD")
    assert said(relaxed(searcher, cheap)) == [(("include.category",), 2), (("price",), 1)]


def test_pairs_are_given_up_only_when_no_single_constraint_helps(searcher: Searcher) -> None:
    filters = Filters.of(
        include={"category": ("Shoes",), "colour": ("purple",)}, price_max=Decimal(10), currency="USD"
    )
    assert said(relaxed(searcher, filters)) == [
        (("include.category", "include.colour"), 1),
        (("price", "include.colour"), 1),
    ]


def test_constraints_that_block_even_in_pairs_have_no_relaxation(searcher: Searcher) -> None:
    nowhere = {"colour": ("purple",), "size": ("99",), "brand": ("Nobody",)}
    assert relaxed(searcher, Filters.of(include=nowhere)) == ()


def price_limits(relaxations: Sequence[Relaxation]) -> tuple[Decimal | None, Decimal | None]:
    (filters,) = [item.filters for item in relaxations if item.changed == ("price",)]
    return filters.price_min, filters.price_max


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, "80", (None, Decimal(90))),
        ("150", None, (Decimal(140), None)),
        ("93", "130", (Decimal(92), Decimal(130))),
        ("100", "139", (Decimal(100), Decimal(140))),
        ("93", "94", (Decimal(92), Decimal(94))),
    ],
)
def test_the_limit_that_is_nearer_to_a_price_moves(
    searcher: Searcher, low: str | None, high: str | None, expected: tuple[Decimal | None, Decimal | None]
) -> None:
    filters = Filters.of(
        include={"category": ("Shoes",)},
        price_min=None if low is None else Decimal(low),
        price_max=None if high is None else Decimal(high),
    )
    assert price_limits(relaxed(searcher, filters)) == expected


def test_the_nearest_price_is_in_the_currency_of_the_limits(searcher: Searcher) -> None:
    mugs = Filters.of(include={"category": ("Mugs", "杯子")}, price_min=Decimal(30), currency="USD")
    found = relaxed(searcher, mugs)
    assert price_limits(found) == (Decimal(8), None)
    assert (("price",), 1) in said(found)
    lamps = Filters.of(include={"category": ("Lamps",)}, price_max=Decimal(100), currency="CNY")
    assert price_limits(relaxed(searcher, lamps)) == (None, None)


def test_a_price_limit_is_given_up_where_nothing_has_a_price(searcher: Searcher) -> None:
    kettles = Filters.of(include={"category": ("Kettles",)}, price_max=Decimal(100))
    assert price_limits(relaxed(searcher, kettles)) == (None, None)


def test_limits_that_leave_nothing_between_them_still_find_the_nearest() -> None:
    snapshot = stored([Product(id="1", title="Lamp", price=Decimal(75))]).snapshot()
    (found,) = relax(snapshot, Filters(price_min=Decimal(100), price_max=Decimal(50)))
    assert (found.changed, found.count) == (("price",), 1)


@pytest.mark.parametrize(
    ("rating", "limit"), [(4.26, 4.2), (4.0, 4.0), (1.0, 1.0), (3.6999999999999997, 3.6)]
)
def test_a_rating_moves_to_the_best_there_is(rating: float, limit: float) -> None:
    rated = [Product(id="1", title="Lamp", rating=rating), Product(id="2", title="Lamp", rating=1.0)]
    (found,) = relax(stored(rated).snapshot(), Filters(rating_min=4.5))
    assert (found.changed, found.filters.rating_min) == (("rating",), limit)
    assert found.count == lines(rated, found.filters)


def test_a_rating_is_given_up_where_nothing_is_rated() -> None:
    (found,) = relax(stored([Product(id="1", title="Lamp")]).snapshot(), Filters(rating_min=4.5))
    assert (found.filters, found.count) == (Filters(), 1)


def test_the_values_that_there_are_come_most_product_lines_first() -> None:
    def lamp(key: str, colour: str, **facts: Any) -> Product:
        return Product(id=key, title="Lamp", facets={"colour": (colour,)}, **facts)

    products = [
        *(lamp(f"w{number}", "White", family="line") for number in range(5)),
        *(lamp(f"b{number}", "Blue") for number in range(3)),
        *(lamp(f"r{number}", "RED") for number in range(2)),
        lamp("g", "Green"),
        lamp("x", "Black"),
        lamp("gone", "Gold", stock=0),
        Product(id="mug", title="Mug", facets={"size": ("L",)}),
    ]
    snapshot = stored(products).snapshot()
    (found,) = relax(snapshot, Filters.of(include={"colour": ("purple",)}, in_stock=True))
    assert found.instead == (("blue", 3), ("red", 2), ("black", 1))
    assert (len(found.instead), found.count) == (OTHER_VALUES, 9)


def test_a_deleted_product_is_in_no_relaxation() -> None:
    store = stored([Product(id="1", title="Lamp", brand="Halo"), Product(id="2", title="Lamp", brand="Lumo")])
    snapshot = store.snapshot()
    store.delete(["2"])
    (found,) = relax(store.snapshot(snapshot), Filters.of(include={"brand": ("Nobody",)}))
    assert (found.count, found.instead) == (1, (("halo", 1),))
