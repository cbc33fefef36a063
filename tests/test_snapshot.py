"""The catalogue in memory against what it stands for: `Filters.accepts`, the record, and exact search."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import index.dense
from index.dense import DenseRetriever
from index.filters import Filters
from index.schema import PriceChange, Product
from index.snapshot import NONE, Facts, Mask, Rows, Snapshot
from index.store import CatalogueStore, Digests
from index.vectors import VectorIndex

BRANDS = ["Nike", "NIKE", "Ｎｉｋｅ", "耐克", "Straße", "STRASSE", "O'Neill", "100%"]
COLOURS = ["red", "Red", "红色", "dark  blue", "Dark Blue"]
LEVELS = ["Shoes", "shoes", "鞋", "Home"]
# Few prices, and limits on them and a hair beside them, so that limits meet prices often.
PRICES = [Decimal(price) for price in ("0", "0.01", "9.99", "10.00", "10.01", "20.00", "999999999999.99")]
LIMITS = [price + Decimal(hair) / 1000 for price in PRICES for hair in (-1, 0, 1)]
LIMITS += [Decimal(-5), Decimal(10) ** 25, Decimal("1E+400"), Decimal("-1E+400"), Decimal("1E-400")]


def texts(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2)


FACTS = st.fixed_dictionaries(
    {
        "price": st.sampled_from([None, *PRICES]),
        "list_price": st.sampled_from([None, *PRICES]),
        "currency": st.sampled_from(["USD", "CNY"]),
        "stock": st.sampled_from([None, 0, 1, 2**31 - 1]),
        "rating": st.sampled_from([None, 1.0, 3.5, 4.1, 5.0]),
        "popularity": st.sampled_from([None, 0.0, -1.5, 7.0]),
        "released": st.sampled_from([None, "1970-01-01", "2026-01-01"]),
        "family": st.sampled_from([None, "a", "b", "1"]),
        "brand": st.sampled_from([None, *BRANDS]),
        "category": texts(LEVELS),
        "facets": st.fixed_dictionaries({}, optional={"colour": texts(COLOURS), "size": texts(["41", "L"])}),
    }
)


def made(key: str, facts: Mapping[str, Any]) -> Product:
    return Product.model_validate({"id": key, "title": f"Thing {facts.get('brand')}", **facts})


PRODUCTS = st.lists(FACTS, min_size=4, max_size=8).map(
    lambda rows: [made(str(number), row) for number, row in enumerate(rows)]
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


def put(store: CatalogueStore, items: Sequence[Product], deleted: Sequence[str] = ()) -> None:
    digests = {item.id: Digests(item.title, item.title) for item in items}
    store.upsert(items, digests, deleted=deleted)


def nearest(
    snapshot: Snapshot, vector: NDArray[np.float32], mask: Mask, depth: int
) -> tuple[Rows, NDArray[np.float32]]:
    found = DenseRetriever(lambda: None).nearest(snapshot, vector, mask, depth)
    return found.rows, found.cosines


def passing(snapshot: Snapshot, filters: Filters) -> set[str]:
    return {snapshot.ids[row] for row in np.flatnonzero(snapshot.passing(filters))}


# -- filters mean the same as columns and in Python --------------------------------------------------


@hypothesis_settings(max_examples=80, deadline=None)
@given(products=PRODUCTS, several=st.lists(FILTERS, min_size=12, max_size=12))
def test_the_mask_passes_exactly_what_accepts_passes(products: list[Product], several: list[Filters]) -> None:
    store = CatalogueStore.create("sqlite://")
    put(store, products)
    snapshot = store.snapshot()
    for filters in several:
        expected = [product for product in products if filters.accepts(product)]
        mask = snapshot.passing(filters)
        assert passing(snapshot, filters) == {product.id for product in expected}
        lines = {product.family or ("alone", product.id) for product in expected}
        assert snapshot.lines(mask) == len(lines)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    price=st.decimals(0, 1000, places=2),
    limit=st.decimals(-1, 1001, places=4),
    lowest=st.booleans(),
)
def test_a_limit_between_two_cents_is_exact(price: Decimal, limit: Decimal, lowest: bool) -> None:
    store = CatalogueStore.create("sqlite://")
    lamp = Product(id="1", title="Lamp", price=price)
    put(store, [lamp])
    filters = Filters(price_min=limit) if lowest else Filters(price_max=limit)
    assert bool(passing(store.snapshot(), filters)) is filters.accepts(lamp)


def test_an_included_facet_without_a_value_passes_nothing_and_an_excluded_one_everything() -> None:
    store = CatalogueStore.create("sqlite://")
    lamp = Product(id="1", title="Lamp", brand="Halo")
    put(store, [lamp])
    for filters in (Filters(include={"brand": frozenset()}), Filters(exclude={"brand": frozenset()})):
        assert bool(passing(store.snapshot(), filters)) is filters.accepts(lamp)


def test_an_empty_catalogue_passes_nothing() -> None:
    for snapshot in (Snapshot.empty(), CatalogueStore.create("sqlite://").snapshot()):
        for filters in (Filters(), Filters(in_stock=True), Filters.of(exclude={"brand": ("Nike",)})):
            assert snapshot.passing(filters).tolist() == []
        assert (len(snapshot), snapshot.lines(snapshot.alive)) == (0, 0)
        assert nearest(snapshot, np.ones(4, np.float32), snapshot.alive, 5)[0].tolist() == []
        assert snapshot.rows(np.asarray([0, 1, -1])).tolist() == [-1, -1, -1]


# -- one change after another ------------------------------------------------------------------------

KEYS = [str(number) for number in range(6)]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.dictionaries(st.sampled_from(KEYS), FACTS, min_size=1, max_size=3)),
        st.tuples(
            st.just("reprice"),
            st.dictionaries(
                st.sampled_from(KEYS),
                st.fixed_dictionaries(
                    {},
                    optional={
                        "price": st.sampled_from([None, *PRICES]),
                        "list_price": st.sampled_from([None, *PRICES]),
                        "currency": st.sampled_from(["CNY", "EUR"]),
                        "stock": st.sampled_from([None, 0, 5]),
                    },
                ),
                max_size=3,
            ),
        ),
        st.tuples(st.just("delete"), st.lists(st.sampled_from(KEYS), max_size=3, unique=True)),
        st.tuples(st.just("embed"), st.lists(st.sampled_from(KEYS), max_size=4, unique=True)),
        st.tuples(st.just("swap"), st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), FACTS)),
    ),
    min_size=1,
    max_size=8,
)


def act(store: CatalogueStore, step: tuple[str, Any], generator: np.random.Generator) -> None:
    kind, what = step
    if kind == "put":
        put(store, [made(key, facts) for key, facts in what.items()])
    elif kind == "reprice":
        store.reprice([PriceChange(id=key, **facts) for key, facts in what.items()])
    elif kind == "delete":
        store.delete(what)
    elif kind == "embed":
        store.keep_vectors({key: ("text", generator.random(4, np.float32)) for key in what})
    else:
        gone, new, facts = what
        put(store, [made(new, facts)], deleted=[gone])


def columns(snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    """Everything that a snapshot says of each product."""
    names = {code: name for name, code in snapshot.currencies.items()}
    found = {}
    for row in np.flatnonzero(snapshot.alive):
        facts = (
            snapshot.number[row],
            snapshot.price[row],
            snapshot.list_price[row],
            names[int(snapshot.currency[row])],
            snapshot.stock[row],
            str(snapshot.rating[row]),
            str(snapshot.popularity[row]),
            snapshot.released[row],
            sorted(key for key, rows in snapshot.postings.items() if row in rows),
            bool(snapshot.embedded[row]),
            snapshot.vectors[row].tolist() if snapshot.embedded[row] else None,
        )
        found[snapshot.ids[row]] = facts
    return found


def families(snapshot: Snapshot) -> set[frozenset[str]]:
    """The product lines, as sets of ids."""
    grouped: dict[int, set[str]] = {}
    for row in np.flatnonzero(snapshot.alive):
        grouped.setdefault(int(snapshot.family[row]), set()).add(snapshot.ids[row])
    return {frozenset(group) for group in grouped.values()}


@hypothesis_settings(max_examples=100, deadline=None)
@given(
    start=st.dictionaries(st.sampled_from(KEYS), FACTS, max_size=6),
    steps=STEPS,
    several=st.lists(FILTERS, min_size=4, max_size=4),
    seed=st.integers(0, 100),
)
def test_a_snapshot_made_of_changes_equals_a_fresh_one_and_leaves_the_earlier_ones_alone(
    start: dict[str, Any], steps: list[tuple[str, Any]], several: list[Filters], seed: int
) -> None:
    store, generator = CatalogueStore.create("sqlite://"), np.random.default_rng(seed)
    put(store, [made(key, facts) for key, facts in start.items()])
    snapshot = store.snapshot()
    earlier: list[tuple[Snapshot, Any]] = []

    def said(of: Snapshot) -> tuple[Any, ...]:
        masks = tuple(passing(of, filters) for filters in several)
        return columns(of), families(of), masks, of.revision, len(of)

    for step in steps:
        earlier.append((snapshot, said(snapshot)))
        act(store, step, generator)
        snapshot = store.snapshot(snapshot)
        fresh = store.snapshot()
        assert said(snapshot) == said(fresh)
        assert snapshot.revision == store.revision()
        numbers = store.numbers(KEYS)
        rows = snapshot.rows(np.asarray([numbers.get(key, -1) for key in KEYS], np.int64))
        assert [None if row == -1 else snapshot.ids[row] for row in rows] == [
            key if key in numbers else None for key in KEYS
        ]
    for one_of_them, before in earlier:
        assert said(one_of_them) == before


def test_a_snapshot_of_the_same_revision_is_the_same_one(catalogue: Sequence[Product]) -> None:
    store = CatalogueStore.create("sqlite://")
    put(store, catalogue)
    snapshot = store.snapshot()
    assert store.snapshot(snapshot) is snapshot
    assert len(snapshot) == 15


def test_a_change_of_price_alone_adds_no_row(catalogue: Sequence[Product]) -> None:
    store = CatalogueStore.create("sqlite://")
    put(store, catalogue)
    before = store.snapshot()
    store.reprice([PriceChange(id="lamp", price=Decimal("19.99"), stock=None)])
    after = store.snapshot(before)
    row = after.ids.index("lamp")
    assert len(after.alive) == len(before.alive) == 15
    assert (after.price[row], after.stock[row]) == (1999, NONE)
    assert (before.price[row], before.stock[row]) == (2500, 40)


def test_dead_rows_are_swept_out_before_they_are_most(catalogue: Sequence[Product]) -> None:
    store = CatalogueStore.create("sqlite://")
    put(store, catalogue)
    snapshot = store.snapshot()
    for number in range(75):
        put(store, [item.model_copy(update={"title": f"{item.title} {number}"}) for item in catalogue])
        snapshot = store.snapshot(snapshot)
        assert len(snapshot) == 15
        assert len(snapshot.alive) <= 2 * 15 + 1000 + 15
    assert columns(snapshot) == columns(store.snapshot())


def test_the_vectors_of_another_model_take_the_place_of_the_old_ones(catalogue: Sequence[Product]) -> None:
    store = CatalogueStore.create("sqlite://")
    put(store, catalogue[:3])
    keys = [item.id for item in catalogue[:3]]
    store.keep_vectors({key: ("text", np.eye(3, 4, dtype=np.float32)[at]) for at, key in enumerate(keys)})
    snapshot = store.snapshot()
    store.use_embedder("another", {})
    snapshot = store.snapshot(snapshot)
    assert not snapshot.embedded[snapshot.alive].any()
    store.keep_vectors({keys[0]: ("text", np.asarray([0.6, 0.8], np.float32))})
    snapshot = store.snapshot(snapshot)
    rows, cosines = nearest(snapshot, np.asarray([0.6, 0.8], np.float32), snapshot.alive, 5)
    assert [snapshot.ids[row] for row in rows] == [keys[0]]
    assert cosines.tolist() == pytest.approx([1], abs=1e-3)


# -- the nearest -------------------------------------------------------------------------------------

COUNT, DIMENSION = 20_000, 64


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(0).normal(size=(COUNT, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def described(vectors: NDArray[np.float32], which: Sequence[int], has: Sequence[bool] | None = None) -> Facts:
    """Products that have nothing but a vector: number n + 1 is called "pn"."""
    count = len(which)
    return Facts(
        numbers=[row + 1 for row in which],
        ids=[f"p{row}" for row in which],
        live=[(NONE, NONE, "USD", NONE)] * count,
        ratings=[None] * count,
        popularity=[None] * count,
        released=[0] * count,
        families=[f"product p{row}" for row in which],
        facets=[],
        vectors={row + 1: vectors[row].astype("<f2").tobytes() for row in which if has is None or has[row]},
    )


def holding(vectors: NDArray[np.float32], *, embedded: Sequence[bool] | None = None) -> Snapshot:
    return Snapshot.empty().changed(1, facts=described(vectors, range(len(vectors)), embedded))


@pytest.fixture(scope="module")
def many(vectors: NDArray[np.float32]) -> Snapshot:
    return holding(vectors)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3, 0.2, 0.1, 0.01, 0.001, 0.0001])
def test_the_ten_nearest_are_those_of_exact_search_whatever_the_filter_lets_pass(
    many: Snapshot, vectors: NDArray[np.float32], share: float
) -> None:
    generator = np.random.default_rng(int(share * 10_000))
    found = wanted = 0
    for query in generator.normal(size=(20, DIMENSION)).astype(np.float32):
        query /= np.linalg.norm(query)
        mask = np.zeros(COUNT, np.bool_)
        mask[generator.permutation(COUNT)[: int(share * COUNT)]] = True
        allowed = np.flatnonzero(mask)
        exact = vectors[allowed] @ query
        best = set(allowed[np.argsort(-exact)[:10]].tolist())
        rows, cosines = nearest(many, query, mask, 10)
        assert mask[rows].all()
        assert len(rows) == len(set(rows.tolist())) == min(10, len(allowed))
        assert (np.diff(cosines) <= 0).all()
        assert cosines == pytest.approx(vectors[rows] @ query, abs=2e-3)
        found, wanted = found + len(best & set(rows.tolist())), wanted + len(best)
    assert found / wanted >= 0.98


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 300),
    dimension=st.sampled_from([1, 3, 8, 33]),
    share=st.floats(0, 1),
    embedded=st.floats(0, 1),
    depth=st.integers(1, 320),
    seed=st.integers(0, 1000),
)
def test_the_nearest_are_embedded_pass_and_come_best_first(
    count: int, dimension: int, share: float, embedded: float, depth: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    own = generator.normal(size=(count, dimension)).astype(np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    has, mask = generator.random(count) < embedded, generator.random(count) < share
    snapshot = holding(own, embedded=has.tolist())
    rows, cosines = nearest(snapshot, own[0], mask, depth)
    allowed = np.flatnonzero(has & mask)
    assert len(rows) == min(depth, len(allowed))
    assert set(rows.tolist()) <= set(allowed.tolist())
    exact = np.sort(own[allowed] @ own[0])[::-1][:depth]
    assert cosines == pytest.approx(exact, abs=5e-3)


def test_equal_cosines_come_by_row() -> None:
    snapshot = holding(np.tile(np.asarray([[1, 0]], np.float32), (7, 1)))
    rows, _ = nearest(snapshot, np.asarray([1, 0], np.float32), np.ones(7, np.bool_), 7)
    assert rows.tolist() == list(range(7))


# -- the graph, where a scan is too much -------------------------------------------------------------


@pytest.fixture
def graph(
    tmp_path: Path, vectors: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], VectorIndex]:
    """Chroma's copy of the first vectors; scanning is for fifty rows at most."""
    monkeypatch.setattr(index.dense, "SCAN_ROWS", 50)
    stored = VectorIndex(folder=tmp_path / "vectors")

    def make(count: int) -> VectorIndex:
        stored.upsert([f"p{number}" for number in range(count)], vectors[:count], ["text"] * count)
        return stored

    return make


def exact(vectors: NDArray[np.float32], query: NDArray[np.float32], allowed: Sequence[int]) -> set[str]:
    best = np.argsort(-(vectors[list(allowed)] @ query))[:10]
    return {f"p{allowed[at]}" for at in best}


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1])
def test_the_graph_finds_the_nearest_that_pass(
    graph: Callable[[int], VectorIndex], vectors: NDArray[np.float32], share: float
) -> None:
    snapshot, generator = holding(vectors[:2000]), np.random.default_rng(1)
    stored = graph(2000)
    retriever = DenseRetriever(lambda: stored)
    found = 0
    for query in vectors[:20]:
        mask = generator.random(2000) < share
        rows = retriever.nearest(snapshot, query, mask, 10).rows
        assert mask[rows].all() and len(rows) == 10
        best = exact(vectors, query, np.flatnonzero(mask).tolist())
        found += len(best & {snapshot.ids[row] for row in rows})
    assert found >= 196


def test_what_was_added_after_the_graph_was_opened_is_found_and_what_was_deleted_is_not(
    graph: Callable[[int], VectorIndex], vectors: NDArray[np.float32]
) -> None:
    stored = graph(300)
    retriever = DenseRetriever(lambda: stored)
    first = holding(vectors[:300])
    retriever.nearest(first, vectors[0], first.alive, 10)
    later = first.changed(2, facts=described(vectors, range(300, 330)), removed=range(1, 11))
    for query in (vectors[5], vectors[310], vectors[100]):
        rows = retriever.nearest(later, query, later.alive, 10).rows
        assert {later.ids[row] for row in rows} == exact(vectors, query, range(10, 330))


def test_rows_that_were_numbered_again_are_still_those_of_their_products(
    graph: Callable[[int], VectorIndex], vectors: NDArray[np.float32]
) -> None:
    """A snapshot with too many dead rows is read afresh, and its rows are then others."""
    stored = graph(300)
    retriever = DenseRetriever(lambda: stored)
    first = holding(vectors[:300])
    retriever.nearest(first, vectors[0], first.alive, 10)
    afresh = Snapshot.empty().changed(2, facts=described(vectors, range(100, 330)))
    for query in (vectors[150], vectors[320]):
        rows = retriever.nearest(afresh, query, afresh.alive, 10).rows
        assert {afresh.ids[row] for row in rows} == exact(vectors, query, range(100, 330))
