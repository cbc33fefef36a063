import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.build import build, open_search
from index.config import IndexSettings
from index.embed import Embedder, Vectors
from index.errors import EmbedderMismatchError, StoreNotBuiltError
from index.filters import Filters
from index.schema import Product
from index.search import Searcher, SearchResult, fuse
from index.store import CatalogueStore


def ids(result: SearchResult) -> list[str]:
    return [hit.product.id for hit in result.hits]


# -- filters mean the same in SQL and in Python ------------------------------------------------------

BRANDS = ["Nike", "NIKE", "Ｎｉｋｅ", "耐克", "Straße", "STRASSE", "O'Neill", "100%"]
COLOURS = ["red", "Red", "红色", "dark  blue", "Dark Blue"]
LEVELS = ["Shoes", "shoes", "鞋", "Home"]
# Few prices, and limits on them and a hair beside them, so that limits meet prices often.
PRICES = [Decimal(price) for price in ("0.01", "9.99", "10.00", "10.01", "20.00")]
LIMITS = [price + Decimal(hair) / 1000 for price in PRICES for hair in (-1, 0, 1)]
LIMITS += [Decimal(0), Decimal(-5), Decimal(10) ** 25]


def texts(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2)


PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "price": st.sampled_from([None, *PRICES]),
            "list_price": st.sampled_from([None, *PRICES]),
            "currency": st.sampled_from(["USD", "CNY"]),
            "stock": st.sampled_from([None, 0, 1]),
            "rating": st.sampled_from([None, 1.0, 3.5, 4.1, 5.0]),
            "brand": st.sampled_from([None, *BRANDS]),
            "category": texts(LEVELS),
            "facets": st.fixed_dictionaries(
                {}, optional={"colour": texts(COLOURS), "size": texts(["41", "L"])}
            ),
        }
    ),
    min_size=4,
    max_size=8,
).map(
    lambda rows: [
        Product.model_validate({"id": str(number), "title": "Thing", **row})
        for number, row in enumerate(rows)
    ]
)

FACETS = st.fixed_dictionaries(
    {},
    optional={
        "brand": texts(BRANDS).map(tuple),
        "category": texts(LEVELS).map(tuple),
        "colour": texts(COLOURS).map(tuple),
        "scent": st.just(("rose",)),
    },
)


def one(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value})


# Few constraints at a time: many at once pass nothing, and then nothing can differ.
FILTERS = st.lists(
    st.one_of(
        one("include", FACETS),
        one("exclude", FACETS),
        one("price_min", st.sampled_from(LIMITS)),
        one("price_max", st.sampled_from(LIMITS)),
        one("currency", st.sampled_from(["USD", "EUR"])),
        one("rating_min", st.sampled_from([0, 0.5, 1, 3.5, 4.05, 5])),
        one("in_stock", st.just(True)),
        one("on_sale", st.just(True)),
    ),
    max_size=3,
).map(lambda constraints: Filters.of(**{name: value for item in constraints for name, value in item.items()}))


@hypothesis_settings(max_examples=80, deadline=None)
@given(products=PRODUCTS, several=st.lists(FILTERS, min_size=12, max_size=12))
def test_the_sql_filter_passes_exactly_what_accepts_passes(
    products: list[Product], several: list[Filters]
) -> None:
    store = CatalogueStore.create("sqlite://")
    store.upsert(products, {product.id: "" for product in products})
    for filters in several:
        expected = [product for product in products if filters.accepts(product)]
        prices = sorted(product.price for product in expected if product.price is not None)
        assert store.matching(filters) == {product.id for product in expected}
        assert sorted(store.ids(filters)) == [product.id for product in expected]
        assert store.prices(filters) == prices


def test_filters_without_a_constraint_are_not_active() -> None:
    assert not Filters().active
    assert not Filters(currency="USD").active
    assert not Filters.of(include={"colour": ()}, exclude={}).active
    assert Filters(in_stock=True).active
    assert Filters.of(exclude={"brand": ("Nike",)}).active


def test_a_product_without_the_fact_passes_no_limit_on_it_and_every_exclusion() -> None:
    bare = Product(id="1", title="Thing")
    assert not Filters(price_max=Decimal(100)).accepts(bare)
    assert not Filters(price_min=Decimal(0)).accepts(bare)
    assert not Filters(rating_min=0).accepts(bare)
    assert not Filters.of(include={"colour": ("red",)}).accepts(bare)
    assert not Filters(on_sale=True).accepts(bare)
    assert Filters.of(exclude={"colour": ("red",)}, in_stock=True).accepts(bare)


def test_price_limits_hold_in_their_currency_only() -> None:
    lamp = Product(id="1", title="Lamp", price=Decimal(30), currency="CNY")
    assert not Filters(price_max=Decimal(50), currency="USD").accepts(lamp)
    assert Filters(price_max=Decimal(50), currency="CNY").accepts(lamp)
    assert Filters(price_max=Decimal(50)).accepts(lamp)
    assert Filters(in_stock=True, currency="USD").accepts(lamp)


# -- every result passes -----------------------------------------------------------------------------

OWN_FACETS = st.fixed_dictionaries(
    {},
    optional={
        "brand": st.sampled_from([("Lumo",), ("Stride", "Halo"), ("景德",), ("Nobody",)]),
        "category": st.sampled_from([("Phones", "手机"), ("Shoes",), ("Jackets",), ("Home", "家居")]),
        "colour": st.sampled_from([("black", "黑色"), ("white",), ("purple",)]),
    },
)
OWN_FILTERS = st.builds(
    Filters.of,
    include=OWN_FACETS,
    exclude=OWN_FACETS,
    price_min=st.none() | st.sampled_from([Decimal(20), Decimal("89.50")]),
    price_max=st.none() | st.sampled_from([Decimal(50), Decimal(140), Decimal(4000)]),
    currency=st.none() | st.just("USD"),
    rating_min=st.none() | st.sampled_from([0, 4, 4.95]),
    in_stock=st.booleans(),
    on_sale=st.booleans(),
)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    query=st.sampled_from(["", "black phone", "便宜的手机", "jacket under 100", "!!!", "zzz"]),
    filters=OWN_FILTERS,
    sort=st.sampled_from(["relevance", "price_asc", "price_desc", "rating", "newest", "popularity"]),
)
def test_every_hit_passes_the_filters_and_every_relaxation_does_what_it_says(
    searcher: Searcher, catalogue: Sequence[Product], query: str, filters: Filters, sort: Any
) -> None:
    passing = [product for product in catalogue if filters.accepts(product)]
    result = searcher.search(query, filters, limit=20, sort=sort)
    assert result.passing == len(passing)
    assert {hit.product.id for hit in result.hits} <= {product.id for product in passing}
    assert bool(result.hits) == bool(passing)
    families = [hit.product.family or hit.product.id for hit in result.hits]
    assert len(families) == len(set(families))
    assert all(0 < hit.score <= 1 for hit in result.hits)
    if passing:
        assert result.relaxations == ()
    for relaxation in result.relaxations:
        loosened = [product for product in catalogue if relaxation.filters.accepts(product)]
        assert relaxation.count == len(loosened) > 0


# -- ranking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("walking shoes brown leather", "shoe-trail"),
        ("Verra One", "phone-verra"),
        ("verra ONE smartphones", "phone-verra"),
        ("warm jacket", "jacket-down"),
        ("陶瓷马克杯", "mug-jing"),
        ("绿茶", "tea"),
        ("旗舰手机", "phone-feng"),
        ("size 43", "shoe-43"),
    ],
)
def test_the_product_that_is_named_comes_first(searcher: Searcher, query: str, first: str) -> None:
    assert ids(searcher.search(query))[0] == first


def test_best_first_in_both_retrievers_scores_one(searcher: Searcher) -> None:
    best, *others = searcher.search("Halo desk lamp, white").hits
    assert (best.product.id, best.score) == ("lamp", 1.0)
    assert best.parts["dense"] == pytest.approx(0.4)
    assert best.parts["lexical"] == pytest.approx(0.6)
    assert [hit.score for hit in others] == sorted((hit.score for hit in others), reverse=True)
    assert all(hit.score < 1 for hit in others)


def test_dense_weighs_more_for_queries_with_chinese(searcher: Searcher) -> None:
    best = searcher.search("云雾绿茶 250克").hits[0]
    assert best.product.id == "tea"
    assert best.parts["dense"] == pytest.approx(0.7)
    assert best.parts["lexical"] == pytest.approx(0.3)


def test_cosine_is_that_of_the_embedded_texts(searcher: Searcher, embedder: Embedder) -> None:
    result = searcher.search("plain mug")
    (mug,) = [hit for hit in result.hits if hit.product.id == "mug"]
    query, document = embedder.embed_queries(["plain mug", "Plain mug. Mugs"])
    assert mug.parts["cosine"] == pytest.approx(float(query @ document), abs=1e-5)


def test_one_card_per_family(searcher: Searcher) -> None:
    found = ids(searcher.search("Lumo P1 smartphone", limit=20))
    assert found[0] in ("phone-black", "phone-red")
    assert len(found) == 12
    assert ids(searcher.search("Lumo P1 smartphone red"))[0] == "phone-red"


def test_limit_counts_cards_and_not_variants(searcher: Searcher) -> None:
    assert ids(searcher.search("", limit=3)) == ["lamp", "phone-black", "phone-verra"]
    assert len(searcher.search("shoes", limit=4).hits) == 4


def test_an_empty_query_browses_best_selling_first(searcher: Searcher) -> None:
    expected = [
        "lamp", "phone-black", "phone-verra", "phone-feng", "shoe-41", "mug-jing", "jacket-down",
        "jacket-rain", "shoe-trail", "kettle",
    ]  # fmt: skip
    for query in ("", "  ", "\u200b"):
        result = searcher.search(query)
        assert ids(result) == expected
        assert result.passing == 15
    assert {(hit.score, len(hit.parts)) for hit in searcher.search("").hits} == {(1.0, 0)}


def test_an_empty_query_with_filters_browses_what_passes(searcher: Searcher) -> None:
    jackets = searcher.search("", Filters.of(include={"category": ("Jackets",)}))
    assert (ids(jackets), jackets.passing) == (["jacket-down", "jacket-rain"], 2)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("price_asc", ["mug", "lamp", "shoe-41", "shoe-trail", "jacket-down", "phone-verra", "phone-black"]),
        ("price_desc", ["phone-black", "phone-verra", "jacket-down", "shoe-trail", "shoe-43", "lamp", "mug"]),
        ("rating", ["jacket-down", "phone-black", "shoe-41", "lamp", "phone-verra", "shoe-trail", "mug"]),
        ("newest", ["phone-black", "phone-verra", "shoe-41", "jacket-down", "lamp", "shoe-trail", "mug"]),
        ("popularity", ["lamp", "phone-black", "phone-verra", "shoe-41", "jacket-down", "shoe-trail", "mug"]),
    ],
)
def test_sort_orders_put_products_without_the_fact_last(
    searcher: Searcher, sort: Any, expected: list[str]
) -> None:
    in_dollars = Filters(price_min=Decimal(0), currency="USD")
    assert ids(searcher.search("", in_dollars, sort=sort)) == expected


def test_products_without_a_price_come_last_in_both_price_orders(searcher: Searcher) -> None:
    jackets = Filters.of(include={"category": ("Jackets",)})
    assert ids(searcher.search("", jackets, sort="price_asc")) == ["jacket-down", "jacket-rain"]
    assert ids(searcher.search("", jackets, sort="price_desc")) == ["jacket-down", "jacket-rain"]


def test_sorting_a_query_orders_the_relevant_products_only(searcher: Searcher) -> None:
    assert ids(searcher.search("jacket", sort="price_asc")) == ["jacket-down", "jacket-rain"]
    assert ids(searcher.search("walking shoes", sort="price_desc")) == ["shoe-trail", "shoe-43"]


def test_similar_products_leave_out_the_family(searcher: Searcher, catalogue: Sequence[Product]) -> None:
    by_id = {product.id: product for product in catalogue}
    phones = ids(searcher.similar(by_id["phone-black"], limit=20))
    assert len(phones) == 11
    assert not {"phone-black", "phone-red"} & set(phones)
    assert ids(searcher.similar(by_id["phone-black"], limit=3)) == phones[:3]
    assert "lamp" not in ids(searcher.similar(by_id["lamp"], limit=20))


def test_similar_products_pass_the_filters(searcher: Searcher, catalogue: Sequence[Product]) -> None:
    jackets = Filters.of(include={"category": ("Jackets",)})
    down = next(product for product in catalogue if product.id == "jacket-down")
    assert ids(searcher.similar(down, jackets)) == ["jacket-rain"]


# -- fusion ------------------------------------------------------------------------------------------


def test_fusion_of_hand_worked_ranks() -> None:
    fused = fuse({"a": 0.9, "b": 0.8}, {"b": 7.0, "c": 3.0}, dense_weight=0.4)
    assert list(fused) == ["a", "b", "c"]
    assert fused["a"] == (pytest.approx(0.4), {"dense": pytest.approx(0.4), "cosine": 0.9})
    assert fused["b"][0] == pytest.approx(0.4 * 61 / 62 + 0.6)
    assert fused["b"][1] == {
        "dense": pytest.approx(0.393548, abs=1e-6),
        "cosine": 0.8,
        "lexical": pytest.approx(0.6),
        "bm25": 7.0,
    }
    assert fused["c"] == (
        pytest.approx(0.590323, abs=1e-6),
        {"lexical": pytest.approx(0.590323, abs=1e-6), "bm25": 3.0},
    )


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse({}, {}, dense_weight=0.5) == {}


@pytest.mark.parametrize("weight", [-0.01, 1.01])
def test_fusion_refuses_a_weight_that_is_no_share(weight: float) -> None:
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        fuse({}, {}, dense_weight=weight)


RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True).map(
    lambda keys: {key: float(-rank) for rank, key in enumerate(keys)}
)


@hypothesis_settings(max_examples=80, deadline=None)
@given(dense=RANKINGS, lexical=RANKINGS, weight=st.floats(0, 1))
def test_fusion_agrees_with_a_ranking_that_both_parts_share(
    dense: dict[str, float], lexical: dict[str, float], weight: float
) -> None:
    fused = fuse(dense, lexical, dense_weight=weight)
    assert set(fused) == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 + 1e-9 for score, _ in fused.values())
    for better in dense.keys() & lexical.keys():
        for worse in dense.keys() & lexical.keys():
            if dense[better] > dense[worse] and lexical[better] > lexical[worse]:
                assert fused[better][0] > fused[worse][0]


# -- when nothing passes -----------------------------------------------------------------------------


def relaxed(searcher: Searcher, filters: Filters) -> list[tuple[tuple[str, ...], int, Decimal | None]]:
    result = searcher.search("anything", filters)
    assert (result.hits, result.passing) == ((), 0)
    return [(item.dropped, item.count, item.nearest_price) for item in result.relaxations]


def test_a_relaxation_names_the_only_blocking_constraint(searcher: Searcher) -> None:
    shoes = {"category": ("Shoes",)}
    purple = Filters.of(include={**shoes, "colour": ("purple",)}, in_stock=True)
    assert relaxed(searcher, purple) == [(("include.colour",), 3, None)]
    (relaxation,) = searcher.search("", purple).relaxations
    assert relaxation.filters == Filters.of(include=shoes, in_stock=True)


def test_each_kind_of_constraint_can_be_given_up(searcher: Searcher) -> None:
    def only(size: str, **others: Any) -> Filters:
        return Filters.of(include={"size": (size,)}, **others)

    assert (("stock",), 1, None) in relaxed(searcher, only("42", in_stock=True))
    assert (("sale",), 1, None) in relaxed(searcher, only("43", on_sale=True))
    assert (("rating",), 1, None) in relaxed(searcher, only("43", rating_min=4.3))
    assert (("exclude.brand",), 1, None) in relaxed(searcher, only("43", exclude={"brand": ("Stride",)}))
    assert (("price",), 1, Decimal("92.50")) in relaxed(searcher, only("43", price_max=Decimal(50)))


def test_relaxations_come_most_results_first_and_then_by_name(searcher: Searcher) -> None:
    shoes = Filters.of(include={"category": ("Shoes",)}, price_max=Decimal(10), currency="USD")
    assert relaxed(searcher, shoes) == [(("price",), 4, Decimal("89.50")), (("include.category",), 1, None)]
    jackets = Filters.of(include={"category": ("Jackets",)}, price_max=Decimal(25), currency="USD")
    assert relaxed(searcher, jackets) == [(("include.category",), 2, None), (("price",), 2, Decimal(180))]


def test_pairs_are_given_up_only_when_no_single_constraint_helps(searcher: Searcher) -> None:
    filters = Filters.of(
        include={"category": ("Shoes",), "colour": ("purple",)}, price_max=Decimal(10), currency="USD"
    )
    assert relaxed(searcher, filters) == [
        (("include.colour", "price"), 4, Decimal("89.50")),
        (("include.category", "include.colour"), 1, None),
    ]


def test_constraints_that_block_even_in_pairs_have_no_relaxation(searcher: Searcher) -> None:
    nowhere = {"colour": ("purple",), "size": ("99",), "brand": ("Nobody",)}
    assert relaxed(searcher, Filters.of(include=nowhere)) == []


@pytest.mark.parametrize(
    ("low", "high", "nearest"),
    [
        (None, "80", "89.50"),
        ("150", None, "140"),
        ("93", "130", "92.50"),
        ("100", "139", "140"),
        ("93", "94", "92.50"),
    ],
)
def test_the_nearest_price_is_the_one_nearest_to_either_limit(
    searcher: Searcher, low: str | None, high: str | None, nearest: str
) -> None:
    filters = Filters.of(
        include={"category": ("Shoes",)},
        price_min=None if low is None else Decimal(low),
        price_max=None if high is None else Decimal(high),
    )
    assert (("price",), 4, Decimal(nearest)) in relaxed(searcher, filters)


def test_the_nearest_price_is_in_the_currency_of_the_limits(searcher: Searcher) -> None:
    mugs = Filters.of(include={"category": ("Mugs", "杯子")}, price_min=Decimal(30), currency="USD")
    assert (("price",), 2, Decimal(8)) in relaxed(searcher, mugs)
    lamps = Filters.of(include={"category": ("Lamps",)}, price_max=Decimal(100), currency="CNY")
    assert (("price",), 1, None) in relaxed(searcher, lamps)


# -- while the catalogue changes ---------------------------------------------------------------------


class Meanwhile:
    """An embedder during whose work on a query something else happens."""

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.name = inner, inner.name
        self.happens: Callable[[], None] = lambda: None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.happens()
        return self.inner.embed_queries(texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self.inner.embed_documents(texts)


def test_a_price_that_rises_during_the_search_does_not_break_the_limit(
    settings: IndexSettings, embedder: Embedder
) -> None:
    products = [Product(id=key, title="Desk lamp", price=Decimal(20), stock=1) for key in ("a", "b", "c")]
    build(products, settings, embedder=embedder)
    meanwhile = Meanwhile(embedder)
    searcher = open_search(settings, embedder=meanwhile)

    def happens() -> None:
        dearer = products[0].model_copy(update={"price": Decimal(30)})
        searcher.store.upsert([dearer], {"a": "changed"}, deleted=["b"])

    meanwhile.happens = happens
    assert ids(searcher.search("lamp", Filters(price_max=Decimal(25)))) == ["c"]


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Searcher:
    """More products than a retriever returns, and one chair."""
    products = [Product(id=f"lamp-{number}", title=f"Desk lamp {number}", stock=1) for number in range(230)]
    products.append(Product(id="chair", title="Chair, to be put at a desk", stock=1, brand="Verra"))
    folder = tmp_path_factory.mktemp("lamps")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    build(products, settings, embedder=embedder)
    return open_search(settings, embedder=embedder)


def test_a_filter_reaches_products_below_the_depth_of_both_retrievers(lamps: Searcher) -> None:
    assert "chair" not in ids(lamps.search("desk lamp", limit=231))
    (hit,) = lamps.search("desk lamp", Filters.of(include={"brand": ("Verra",)})).hits
    assert hit.product.id == "chair"
    assert sorted(hit.parts) == ["bm25", "cosine", "dense", "lexical"]


def test_products_that_are_not_embedded_yet_do_not_break_a_filtered_search(lamps: Searcher) -> None:
    late = Product(id="late", title="Desk lamp 17", stock=1)
    lamps.store.upsert([late], {"late": "not indexed"})
    result = lamps.search("lamp 17", Filters(in_stock=True), limit=232)
    assert result.passing == 232
    assert ids(result)[0] == "lamp-17"
    assert "late" not in ids(result)


def test_one_searcher_serves_many_threads(searcher: Searcher) -> None:
    expected = ids(searcher.search("black phone", Filters(in_stock=True)))
    found: list[list[str]] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(ids(searcher.search("black phone", Filters(in_stock=True))))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


# -- opening -----------------------------------------------------------------------------------------


def test_an_index_of_another_model_names_both(
    settings: IndexSettings, embedder: Embedder, hash_embedder: Callable[..., Embedder]
) -> None:
    build([Product(id="1", title="Lamp")], settings, embedder=embedder)
    with pytest.raises(EmbedderMismatchError, match=r"hash-64.*but hash-other is configured") as error:
        open_search(settings, embedder=hash_embedder("hash-other"))
    assert (error.value.built_with, error.value.configured) == ("hash-64", "hash-other")


def test_opening_before_building_leaves_no_trace(settings: IndexSettings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreNotBuiltError, match="Run: shop-index build FILE"):
        open_search(settings)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_emptied_catalogue_has_no_results(settings: IndexSettings, embedder: Embedder) -> None:
    build([Product(id="1", title="Lamp")], settings, embedder=embedder)
    build([], settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    for query in ("", "lamp"):
        assert searcher.search(query) == SearchResult((), 0)
    assert searcher.search("lamp", Filters(in_stock=True)) == SearchResult((), 0)
