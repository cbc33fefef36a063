import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.build import build, open_search
from index.centre import centred
from index.config import IndexSettings
from index.embed import Embedder, Vectors
from index.errors import EmbedderMismatchError, StoreNotBuiltError
from index.filters import Filters
from index.schema import PriceChange, Product
from index.search import Searcher, SearchResult, fuse
from index.store import Digests


def ids(result: SearchResult) -> list[str]:
    return [hit.product.id for hit in result.hits]


def lines(products: Sequence[Product]) -> set[str]:
    """Product lines; a product without variants is one."""
    return {product.family or product.id for product in products}


# -- filters: that the columns in memory agree with `Filters.accepts` is a property in test_snapshot ----


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
    assert result.passing == len(lines(passing))
    assert {hit.product.id for hit in result.hits} <= {product.id for product in passing}
    assert bool(result.hits) == bool(passing)
    assert len(lines([hit.product for hit in result.hits])) == len(result.hits)
    assert all(0 <= hit.score <= 1 + 1e-6 for hit in result.hits)
    if passing:
        assert result.relaxations == ()
    for relaxation in result.relaxations:
        loosened = [product for product in catalogue if relaxation.filters.accepts(product)]
        assert relaxation.count == len(lines(loosened)) > 0
        again = searcher.search(query, relaxation.filters, limit=20, sort=sort)
        assert (again.passing, bool(again.hits)) == (relaxation.count, True)


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


def test_best_first_in_both_retrievers_scores_highest(searcher: Searcher) -> None:
    best, *others = searcher.search("Halo desk lamp, white").hits
    assert best.product.id == "lamp"
    assert best.score == pytest.approx(1, abs=1e-5)
    assert all(hit.score < best.score for hit in others)


def test_dense_and_lexical_parts_add_up_to_the_score(searcher: Searcher) -> None:
    for query in ("Halo desk lamp, white", "云雾绿茶 250克", "zzz"):
        for hit in searcher.search(query, limit=20).hits:
            assert hit.parts.get("dense", 0) + hit.parts.get("lexical", 0) == pytest.approx(hit.score)


def test_cosine_is_that_of_the_query_and_the_kept_vector(searcher: Searcher, embedder: Embedder) -> None:
    for query in ("plain mug", "马克杯"):
        vector = embedder.embed_queries([query])
        centres = searcher.store.centres()
        own = vector[0] if centres is None else centred(vector, [query], centres).ravel()
        for hit in searcher.search(query, limit=20).hits:
            ((_, kept),) = searcher.store.vectors([hit.product.id]).values()
            if "mug" in hit.product.id:
                assert hit.parts["cosine"] == pytest.approx(float(own @ kept), abs=2e-3)  # float16


def test_one_card_per_family(searcher: Searcher) -> None:
    found = ids(searcher.search("Lumo P1 smartphone", limit=20))
    assert found[0] == "phone-black"
    assert len(found) == 12


def test_a_variant_in_stock_is_shown_in_place_of_one_that_is_not(searcher: Searcher) -> None:
    assert ids(searcher.search("Lumo P1 smartphone red"))[0] == "phone-black"
    assert ids(searcher.search("running shoes size 42"))[0] in ("shoe-41", "shoe-43")
    assert ids(searcher.search("running shoes size 43"))[0] == "shoe-43"


def test_a_variant_out_of_stock_is_shown_where_no_other_passes(searcher: Searcher) -> None:
    red = Filters.of(include={"brand": ("Lumo",), "colour": ("red",)})
    assert ids(searcher.search("smartphone", red)) == ["phone-red"]
    assert ids(searcher.search("", Filters.of(include={"category": ("Kettles",)}))) == ["kettle"]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Searcher:
    """A line whose cheapest and best liked variant is out of stock, between two other products."""

    def chair(key: str, price: int, stock: int | None, rating: float, popularity: float) -> Product:
        return Product(
            id=key, title="Wooden chair", price=Decimal(price), stock=stock, rating=rating,
            popularity=popularity, family="chair" if key.startswith("chair") else None,
        )  # fmt: skip

    products = [
        chair("chair-gone", 10, 0, 5.0, 9),
        chair("chair-here", 50, 3, 3.0, 1),
        chair("stool", 20, None, 4.0, 5),
        chair("bench", 90, 1, 2.0, 7),
    ]
    folder = tmp_path_factory.mktemp("variants")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    build(products, settings, embedder=embedder)
    return open_search(settings, embedder=embedder)


@pytest.mark.parametrize("query", ["", "wooden chair"])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("price_asc", ["stool", "chair-here", "bench"]),
        ("price_desc", ["bench", "chair-here", "stool"]),
        ("rating", ["stool", "chair-here", "bench"]),
    ],
)
def test_a_sort_goes_by_the_variants_that_are_shown(
    variants: Searcher, query: str, sort: Any, expected: list[str]
) -> None:
    assert ids(variants.search(query, sort=sort)) == expected


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
        assert result.passing == 12
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
    shoes = ids(searcher.search("walking shoes", sort="price_desc"))
    assert shoes in (["shoe-trail"], ["shoe-trail", "shoe-43"])


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


def fused(cosine: Sequence[float], bm25: Sequence[float], usual: float = 0.0) -> dict[int, float]:
    rows = np.arange(len(cosine))
    columns = (np.asarray(column, np.float32) for column in (cosine, bm25))
    parts = fuse(rows, *columns, usual=usual, understood=1.0)
    return {row: part["dense"] + part["lexical"] for row, part in parts.items()}


def test_fusion_of_nothing_is_nothing() -> None:
    assert fused([], []) == {}


@hypothesis_settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 50, width=32)), min_size=1, max_size=8),
    usual=st.floats(-1, 1),
)
def test_fusion_agrees_with_an_order_that_both_parts_share(
    rows: list[tuple[float, float]], usual: float
) -> None:
    scores = fused([cosine for cosine, _ in rows], [bm25 for _, bm25 in rows], usual)
    assert set(scores) == set(range(len(rows)))
    assert all(-1e-6 <= score <= 1 + 1e-6 for score in scores.values())
    for better, (cosine, bm25) in enumerate(rows):
        for worse, (other_cosine, other_bm25) in enumerate(rows):
            if cosine >= other_cosine and bm25 >= other_bm25:
                assert scores[better] >= scores[worse] - 1e-6


# -- while the catalogue changes ---------------------------------------------------------------------


class Meanwhile:
    """An embedder during whose work on a query something else happens."""

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.name = inner, inner.name
        self.happens: Callable[[], object] = lambda: None

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
        searcher.store.upsert([dearer], {"a": Digests("changed", "changed")}, deleted=["b"])

    meanwhile.happens = happens
    assert ids(searcher.search("lamp", Filters(price_max=Decimal(25)))) == ["c"]


def test_a_variant_that_sells_out_during_the_search_is_not_shown_as_in_stock(
    settings: IndexSettings, embedder: Embedder
) -> None:
    products = [Product(id=key, title="Desk lamp", price=Decimal(20), stock=1) for key in ("a", "b")]
    build(products, settings, embedder=embedder)
    meanwhile = Meanwhile(embedder)
    searcher = open_search(settings, embedder=meanwhile)
    meanwhile.happens = lambda: searcher.store.reprice([PriceChange(id="a", stock=0)])
    assert ids(searcher.search("lamp", Filters(in_stock=True))) == ["b"]


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
    assert min(hit.parts["cosine"], hit.parts["bm25"]) > 0


def test_products_that_are_not_embedded_yet_do_not_break_a_filtered_search(lamps: Searcher) -> None:
    late = Product(id="late", title="Desk lamp 17", stock=1)
    lamps.store.upsert([late], {"late": Digests("not embedded", "not indexed")})
    try:
        result = lamps.search("lamp 17", Filters(in_stock=True), limit=232)
        assert result.passing == 232
        assert ids(result)[0] == "lamp-17"
        assert "late" not in ids(result)
        assert "late" in ids(lamps.search("", limit=232))
    finally:
        lamps.store.delete(["late"])
    assert lamps.search("lamp 17", Filters(in_stock=True)).passing == 231


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
