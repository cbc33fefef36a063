import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from index.database import SCHEMA_VERSION, connect
from index.errors import StoreError, StoreNotBuiltError
from index.schema import PriceChange, Product
from index.store import CatalogueStore, Changes, Digests, FacetValue, digest, in_batches


def put(store: CatalogueStore, *items: Product, digests: Mapping[str, str] | None = None) -> Changes:
    digests = digests or {item.id: digest(item.title) for item in items}
    return store.upsert(items, {key: Digests(text, text) for key, text in digests.items()})


def revisions(store: CatalogueStore) -> dict[str, tuple[int, int]]:
    """(revision of anything, revision of everything but price and stock) by product id."""
    with store.engine.connect() as db:
        rows = db.execute(sa.text("SELECT id, revision, facts_revision FROM products"))
        return {row[0]: (row[1], row[2]) for row in rows}


def vector(*values: float) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def lamp(key: str = "lamp", **facts: Any) -> Product:
    return Product.model_validate({"id": key, "title": "Desk lamp", **facts})


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'shop.sqlite'}"


@pytest.fixture
def empty(url: str) -> CatalogueStore:
    return CatalogueStore.create(url)


@pytest.fixture
def store(empty: CatalogueStore, catalogue: Sequence[Product]) -> CatalogueStore:
    put(empty, *catalogue)
    return empty


# -- products ----------------------------------------------------------------------------------------


def test_every_record_comes_back_as_it_went_in(store: CatalogueStore, catalogue: Sequence[Product]) -> None:
    assert store.get([item.id for item in catalogue]) == list(catalogue)


def test_get_keeps_the_asked_order_and_leaves_out_unknown_ids(store: CatalogueStore) -> None:
    found = store.get(["tea", "nothing", "lamp", "mug", "tea"])
    assert [item.id for item in found] == ["tea", "lamp", "mug", "tea"]


def test_get_of_nothing_is_nothing(store: CatalogueStore) -> None:
    assert store.get([]) == []


def test_more_products_than_fit_one_statement(empty: CatalogueStore) -> None:
    items = [lamp(f"lamp-{number}") for number in range(1203)]
    put(empty, *items)
    wanted = [item.id for item in reversed(items)]
    assert [item.id for item in empty.get(wanted)] == wanted
    empty.delete(wanted[:1202])
    assert empty.ids() == ["lamp-0"]


@pytest.mark.parametrize("price", ["0.01", "19.99", "0.29", "1.10", "999999999999.99", "4.35"])
def test_prices_are_exact(empty: CatalogueStore, price: str) -> None:
    put(empty, lamp(price=price, list_price=price))
    (found,) = empty.get(["lamp"])
    assert (found.price, found.list_price) == (Decimal(price), Decimal(price))
    assert empty.snapshot().price.tolist() == [int(Decimal(price) * 100)]


def test_the_columns_of_price_currency_and_stock_are_the_current_ones(empty: CatalogueStore) -> None:
    put(empty, lamp(price="25", list_price="30", stock=3))
    with empty.engine.begin() as db:
        db.execute(
            sa.text("UPDATE products SET price = 1999, list_price = NULL, currency = 'EUR', stock = 0")
        )
    (found,) = empty.get(["lamp"])
    assert (found.price, found.list_price, found.currency, found.stock) == (Decimal("19.99"), None, "EUR", 0)


def test_upsert_replaces_the_record_and_its_facets(empty: CatalogueStore) -> None:
    put(empty, lamp(brand="Halo", facets={"colour": ["white"]}, price="25"))
    put(empty, lamp(brand="Verra", price=None))
    assert empty.get(["lamp"]) == [lamp(brand="Verra")]
    assert empty.vocabulary() == {"brand": [FacetValue("Verra", 1)]}
    assert empty.count() == 1


def test_upsert_writes_all_or_nothing(empty: CatalogueStore) -> None:
    put(empty, lamp("old"))
    items = [lamp(f"new-{number}") for number in range(600)]
    with pytest.raises(KeyError):
        put(empty, *items, digests={item.id: "x" for item in items[:-1]})
    assert empty.ids() == ["old"]


def test_upsert_deletes_in_the_same_transaction(empty: CatalogueStore) -> None:
    put(empty, lamp("old"), lamp("kept"))
    with pytest.raises(KeyError):
        empty.upsert([lamp("new")], {}, deleted=["old"])
    assert sorted(empty.ids()) == ["kept", "old"]
    done = empty.upsert([lamp("new")], {"new": Digests("x", "x")}, deleted=["old", "nothing"])
    assert done == Changes(added=1, deleted=1)
    assert sorted(empty.ids()) == ["kept", "new"]


def test_delete_removes_products_with_their_facets_aliases_and_vectors(store: CatalogueStore) -> None:
    store.keep_vectors({"mug-jing": ("x", vector(1, 0)), "tea": ("y", vector(0, 1))})
    assert store.delete(["lamp", "mug-jing", "nothing"]) == 2
    assert store.count() == 13
    assert "white" not in [item.value for item in store.vocabulary()["colour"]]
    with store.engine.connect() as db:
        for table in ("product_facets", "product_aliases", "vectors"):
            orphans = f"SELECT count(*) FROM {table} WHERE product NOT IN (SELECT number FROM products)"
            assert db.scalar(sa.text(orphans)) == 0, table
    assert list(store.vectors(["mug-jing", "tea"])) == ["tea"]


def test_a_number_is_never_used_again(empty: CatalogueStore) -> None:
    put(empty, lamp("1"), lamp("2"))
    before = empty.numbers(["1", "2", "nothing"])
    empty.delete(["2"])
    put(empty, lamp("2"))
    after = empty.numbers(["1", "2"])
    assert before["1"] == after["1"]
    assert after["2"] > before["2"] > before["1"]


def test_the_variants_of_a_family_come_by_id(store: CatalogueStore) -> None:
    assert [item.id for item in store.family("stride-dash")] == ["shoe-41", "shoe-42", "shoe-43"]
    assert store.family("nothing") == []


# -- what changed ------------------------------------------------------------------------------------


def test_an_upsert_counts_what_is_new_what_changed_and_what_has_another_price(empty: CatalogueStore) -> None:
    assert put(empty, lamp("1"), lamp("2"), lamp("3"), lamp("4")) == Changes(added=4)
    done = put(
        empty, lamp("1"), lamp("2", stock=3), lamp("3", rating=4, price="5"), lamp("4"), lamp("5", price="5")
    )
    assert done == Changes(added=1, changed=1, repriced=1)


@pytest.mark.parametrize(
    "facts", [{"price": "9"}, {"list_price": "9"}, {"currency": "EUR"}, {"stock": 0}, {"stock": 7}]
)
def test_a_price_or_a_stock_leaves_the_revision_of_the_facts(
    empty: CatalogueStore, facts: dict[str, Any]
) -> None:
    put(empty, lamp("1"), lamp("2"))
    before = revisions(empty)
    assert put(empty, lamp("1", **facts), lamp("2")) == Changes(repriced=1)
    after = revisions(empty)
    assert after["1"] == (empty.revision(), before["1"][1])
    assert after["1"][0] > before["1"][0]
    assert after["2"] == before["2"]


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Lamp"},
        {"rating": 3.5},
        {"popularity": 2},
        {"family": "lamps"},
        {"released": "2026-01-01"},
        {"url": "https://shop/1"},
        {"facets": {"colour": ["red"]}},
    ],
)
def test_every_other_fact_moves_both_revisions(empty: CatalogueStore, facts: dict[str, Any]) -> None:
    put(empty, lamp("1"), lamp("2"))
    before = revisions(empty)
    assert put(empty, lamp("1", **facts), lamp("2")) == Changes(changed=1)
    assert revisions(empty) == {"1": (empty.revision(), empty.revision()), "2": before["2"]}


def test_rows_that_are_stored_just_so_are_not_touched(
    store: CatalogueStore, catalogue: Sequence[Product]
) -> None:
    before = revisions(store)
    assert put(store, *catalogue) == Changes()
    assert revisions(store) == before


# -- prices and stock --------------------------------------------------------------------------------


def test_a_price_change_changes_what_is_given_and_nothing_else(empty: CatalogueStore) -> None:
    put(empty, lamp("1", price="25", list_price="30", stock=3), lamp("2", price="25", stock=3))
    assert empty.reprice([PriceChange(id="1", price=Decimal("19.99")), PriceChange(id="2", stock=0)]) == (
        2,
        [],
    )
    first, second = empty.get(["1", "2"])
    assert (first.price, first.list_price, first.stock) == (Decimal("19.99"), Decimal(30), 3)
    assert (second.price, second.list_price, second.stock) == (Decimal(25), None, 0)


def test_a_price_change_to_nothing_makes_it_unknown(empty: CatalogueStore) -> None:
    put(empty, lamp(price="25", list_price="30", stock=3, currency="EUR"))
    empty.reprice([PriceChange(id="lamp", price=None, list_price=None, stock=None)])
    assert empty.get(["lamp"]) == [lamp(currency="EUR")]


def test_unknown_ids_of_price_changes_are_told_and_the_others_are_changed(empty: CatalogueStore) -> None:
    put(empty, *(lamp(str(number), stock=1) for number in range(700)))
    changes = [PriceChange(id=str(number), stock=0) for number in range(-2, 702)]
    assert empty.reprice(changes) == (700, ["-2", "-1", "700", "701"])
    assert {item.stock for item in empty.get(empty.ids())} == {0}


def test_a_price_change_that_changes_nothing_touches_no_row(empty: CatalogueStore) -> None:
    put(empty, lamp("1", price="25", stock=3), lamp("2", price="25"))
    before = revisions(empty)
    same = PriceChange(id="1", price=Decimal("25.00"), stock=3, currency="USD")
    assert empty.reprice([same, PriceChange(id="2")]) == (0, [])
    assert revisions(empty) == before
    assert empty.reprice([]) == (0, [])


def test_two_changes_of_one_product_are_both_made(empty: CatalogueStore) -> None:
    put(empty, lamp(price="25", stock=3))
    empty.reprice([PriceChange(id="lamp", price=Decimal(20)), PriceChange(id="lamp", stock=0)])
    assert empty.get(["lamp"]) == [lamp(price="20", stock=0)]


def test_the_later_of_two_prices_of_one_product_counts(empty: CatalogueStore) -> None:
    put(empty, lamp(price="25"))
    empty.reprice([PriceChange(id="lamp", price=Decimal(price)) for price in (20, 25)])
    assert empty.get(["lamp"]) == [lamp(price="25")]


def test_currencies_of_priced_products_the_most_frequent_first(store: CatalogueStore) -> None:
    put(store, lamp(currency="EUR"))
    assert store.currencies() == ["USD", "CNY"]


# -- vocabulary --------------------------------------------------------------------------------------


def test_vocabulary_counts_values_and_names_their_translations(store: CatalogueStore) -> None:
    vocabulary = store.vocabulary()
    assert sorted(vocabulary) == ["brand", "category", "colour", "material", "size"]
    assert vocabulary["brand"] == [
        FacetValue("Stride", 4, ("迈步",)),
        FacetValue("Halo", 2),
        FacetValue("Lumo", 2, ("流明",)),
        FacetValue("Northfell", 2),
        FacetValue("Verra", 1),
        FacetValue("凤鸣", 1),
        FacetValue("景德", 1, ("Jingde",)),
    ]
    assert vocabulary["size"] == [FacetValue("41", 1), FacetValue("42", 1), FacetValue("43", 1)]


def test_spellings_that_fold_alike_are_one_value_in_the_most_frequent_spelling(empty: CatalogueStore) -> None:
    put(
        empty,
        lamp("1", brand="HALO"),
        lamp("2", brand="Halo"),
        lamp("3", brand="Halo"),
        lamp("4", brand="ｈalo"),
    )
    assert empty.vocabulary() == {"brand": [FacetValue("Halo", 4)]}


def test_two_spellings_on_one_product_count_it_once(empty: CatalogueStore) -> None:
    put(empty, lamp(facets={"colour": ["Red", "red", "RED"]}))
    assert empty.vocabulary() == {"colour": [FacetValue("Red", 1)]}


def test_an_alias_belongs_to_every_spelling_of_its_value(empty: CatalogueStore) -> None:
    chinese = {"zh": {"title": "台灯", "facets": {"colour": ["红色"]}}}
    put(empty, lamp("1", facets={"colour": ["Red"]}), lamp("2", facets={"colour": ["Red"]}))
    put(empty, lamp("3", facets={"colour": ["RED"]}, translations=chinese))
    assert empty.vocabulary() == {"colour": [FacetValue("Red", 3, ("红色",))]}


# -- what the indexes owe ----------------------------------------------------------------------------


def test_a_product_is_unembedded_until_the_vector_of_its_text_is_kept(empty: CatalogueStore) -> None:
    put(empty, lamp("1"), lamp("2"), digests={"1": "a", "2": "b"})
    assert empty.unembedded() == [("1", "a"), ("2", "b")]
    empty.keep_vectors({"1": ("a", vector(0.6, 0.8)), "gone": ("c", vector(1, 0))})
    assert empty.unembedded() == [("2", "b")]
    put(empty, lamp("1", price="9"), digests={"1": "a"})
    assert empty.unembedded() == [("2", "b")]
    put(empty, lamp("1"), digests={"1": "changed"})
    assert empty.unembedded() == [("1", "changed"), ("2", "b")]
    empty.keep_vectors({"1": ("changed", vector(1, 0)), "2": ("b", vector(0, 1))})
    assert empty.unembedded() == []
    empty.use_embedder("another", {})
    assert empty.unembedded() == [("1", "changed"), ("2", "b")]
    assert empty.vectors(["1", "2"]) == {}


def test_the_centres_of_a_model_go_with_it(empty: CatalogueStore) -> None:
    empty.use_embedder("one", {False: vector(1, 0), True: vector(0, 1)})
    centres = empty.centres() or {}
    assert {key: row.tolist() for key, row in centres.items()} == {False: [1, 0], True: [0, 1]}
    empty.use_embedder("another", {})
    assert (empty.get_meta("embedder"), empty.centres()) == ("another", None)


def test_a_vector_comes_back_at_half_precision_with_its_digest(empty: CatalogueStore) -> None:
    put(empty, lamp("1"), lamp("2"))
    empty.keep_vectors({"1": ("a", vector(0.6, -0.8))})
    ((key, (text, row)),) = empty.vectors(["2", "1", "nothing"]).items()
    assert (key, text, row.dtype) == ("1", "a", np.float32)
    assert row == pytest.approx([0.6, -0.8], abs=5e-4)


def test_a_product_is_pending_until_its_text_is_marked_and_again_when_the_text_changes(
    empty: CatalogueStore,
) -> None:
    put(empty, lamp("1"), lamp("2"), digests={"1": "a", "2": "b"})
    assert empty.pending("dense") == [("1", "a"), ("2", "b")]
    empty.mark("dense", {"1": "a"})
    assert empty.pending("dense") == [("2", "b")]
    assert empty.pending("lexical") == [("1", "a"), ("2", "b")]
    put(empty, lamp("1", price="9"), digests={"1": "a"})
    assert empty.pending("dense") == [("2", "b")]
    put(empty, lamp("1"), digests={"1": "changed"})
    assert empty.pending("dense") == [("1", "changed"), ("2", "b")]


def test_a_deleted_product_that_returns_is_pending(empty: CatalogueStore) -> None:
    put(empty, lamp(), digests={"lamp": "a"})
    empty.mark("dense", {"lamp": "a"})
    empty.delete(["lamp"])
    put(empty, lamp(), digests={"lamp": "a"})
    assert empty.pending("dense") == [("lamp", "a")]


def test_forgotten_marks_make_everything_pending(empty: CatalogueStore) -> None:
    put(empty, lamp("1"), lamp("2"), digests={"1": "a", "2": "b"})
    for mark in ("dense", "lexical"):
        empty.mark(mark, {"1": "a", "2": "b"})
    empty.forget_marks("dense")
    assert empty.pending("dense") == [("1", "a"), ("2", "b")]
    assert empty.pending("lexical") == []


def test_marking_moves_the_revision_and_touches_no_product(empty: CatalogueStore) -> None:
    put(empty, lamp("1"))
    rows, revision = revisions(empty), empty.revision()
    empty.mark("lexical", {"1": "a"})
    assert (revisions(empty), empty.revision()) == (rows, revision + 1)


def test_wanted_is_what_each_index_should_hold(empty: CatalogueStore) -> None:
    empty.upsert([lamp("1")], {"1": Digests(dense="a", lexical="b")})
    assert (empty.wanted("dense"), empty.wanted("lexical")) == ({"1": "a"}, {"1": "b"})


def test_digests_tell_texts_apart() -> None:
    assert digest("lamp") == digest("lamp")
    assert len({digest("lamp"), digest("Lamp"), digest(""), digest("灯")}) == 4


def test_in_batches_splits_in_order_and_loses_nothing() -> None:
    assert list(in_batches(range(5), 2)) == [(0, 1), (2, 3), (4,)]
    assert list(in_batches([], 2)) == []


# -- opening -----------------------------------------------------------------------------------------


def test_meta_is_remembered_and_replaced(url: str) -> None:
    CatalogueStore.create(url).set_meta(embedder="a", terms="1")
    CatalogueStore.create(url).set_meta(embedder="b")
    store = CatalogueStore.create(url)
    assert [store.get_meta(key) for key in ("embedder", "terms", "schema", "built")] == [
        "b", "1", SCHEMA_VERSION, None,
    ]  # fmt: skip


def test_a_fresh_record_is_at_revision_nought_and_every_change_goes_up(url: str) -> None:
    store = CatalogueStore.create(url)
    assert store.revision() == 0
    put(store, lamp())
    store.reprice([PriceChange(id="lamp", stock=1)])
    store.delete(["lamp"])
    assert store.revision() == 3
    assert CatalogueStore.create(url).revision() == 3


def test_a_record_without_tables_or_unfinished_is_not_built(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreNotBuiltError, match="Run: shop-index build"):
        CatalogueStore.open(url, tmp_path)
    store = CatalogueStore.create(url)
    with pytest.raises(StoreNotBuiltError, match="Run: shop-index build"):
        CatalogueStore.open(url, tmp_path)
    store.set_meta(built="2026-01-01")
    assert CatalogueStore.open(url, tmp_path).count() == 0


@pytest.mark.parametrize(
    "bad", ["nonsense", "nosuchdb://host/db", "oracle+nosuchdriver://host/db", "postgresql://host:port/db"]
)
def test_an_unusable_database_url_names_the_setting(bad: str) -> None:
    with pytest.raises(StoreError, match="SHOP_DATABASE_URL cannot be used"):
        connect(bad)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    path.write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(StoreError, match="while opening the catalogue: file is not a database") as error:
        CatalogueStore.create(f"sqlite:///{path}")
    assert "\n" not in str(error.value)
    assert isinstance(error.value.__cause__, sa.exc.SQLAlchemyError)


def test_a_reader_goes_on_while_another_connection_writes(store: CatalogueStore, url: str) -> None:
    writer = connect(url)
    with writer.connect().execution_options(writes=True) as db, db.begin():
        db.execute(sa.text("DELETE FROM products"))
        assert store.count() == 15
    assert store.count() == 0


def test_two_writers_at_once_wait_for_each_other(empty: CatalogueStore, url: str) -> None:
    put(empty, *(lamp(str(number), stock=0) for number in range(40)))
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def change(first: int) -> None:
        store = CatalogueStore(connect(url))
        start.wait()
        try:
            for number in range(first, first + 10):
                store.reprice([PriceChange(id=str(number), stock=first + 1)])
        except StoreError as error:
            failures.append(error)
        finally:
            store.engine.dispose()

    threads = [threading.Thread(target=change, args=(first,)) for first in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert empty.revision() == 41
    assert [item.stock for item in empty.get([str(number) for number in range(40)])] == [
        number // 10 * 10 + 1 for number in range(40)
    ]
    assert len(set(revisions(empty).values())) == 40
