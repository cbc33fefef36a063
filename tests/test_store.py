from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from index.database import connect
from index.errors import StoreError, StoreNotBuiltError
from index.filters import Filters
from index.schema import Product
from index.store import CatalogueStore, FacetValue, digest, in_batches


def put(store: CatalogueStore, *items: Product, digests: Mapping[str, str] | None = None) -> None:
    store.upsert(items, digests or {item.id: digest(item.title) for item in items})


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
    assert empty.prices(Filters()) == [Decimal(price)]


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
    assert empty.ids() == ["kept", "old"]
    empty.upsert([lamp("new")], {"new": "x"}, deleted=["old"])
    assert empty.ids() == ["kept", "new"]


def test_delete_removes_products_with_their_facets_and_aliases(store: CatalogueStore) -> None:
    store.delete(["lamp", "mug-jing", "nothing"])
    assert store.count() == 13
    assert "white" not in [item.value for item in store.vocabulary()["colour"]]
    with store.engine.connect() as db:
        left = db.scalar(sa.text("SELECT count(*) FROM product_aliases WHERE product_id = 'mug-jing'"))
    assert left == 0


def test_ids_come_best_selling_first_then_best_rated_then_by_id(store: CatalogueStore) -> None:
    assert store.ids() == [
        "lamp", "phone-black", "phone-red", "phone-verra", "phone-feng", "shoe-41", "shoe-42", "shoe-43",
        "mug-jing", "jacket-down", "jacket-rain", "shoe-trail", "kettle", "mug", "tea",
    ]  # fmt: skip
    assert store.ids(Filters(in_stock=True), limit=3) == ["lamp", "phone-black", "phone-verra"]


# -- filters: the SQL ones; that they agree with `Filters.accepts` is a property in test_search -------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(price_max=Decimal(25), currency="USD"), {"lamp", "mug"}),
        (Filters(price_max=Decimal("24.99"), currency="USD"), {"mug"}),
        (Filters(price_min=Decimal("199.99"), currency="USD"), {"phone-black", "phone-red", "phone-verra"}),
        (Filters(price_min=Decimal("39.90"), price_max=Decimal(68)), {"mug-jing", "tea"}),
        (Filters(price_min=Decimal("199.991"), price_max=Decimal("298.999")), set()),
        (Filters(price_max=Decimal(10) ** 30, currency="CNY"), {"phone-feng", "mug-jing", "tea"}),
        (Filters(rating_min=4.6), {"phone-feng", "jacket-down", "mug-jing"}),
        (
            Filters(on_sale=True),
            {"phone-black", "phone-feng", "shoe-41", "shoe-42", "tea"},
        ),
        (Filters(on_sale=True, in_stock=True), {"phone-black", "phone-feng", "shoe-41", "tea"}),
        (Filters.of(include={"colour": ("BLACK", "黑色")}), {"phone-black", "jacket-down", "phone-feng"}),
        (Filters.of(include={"category": ("Shoes",), "size": ("41", "43")}), {"shoe-41", "shoe-43"}),
        (
            Filters.of(include={"category": ("shoes",)}, exclude={"material": ("Leather",), "size": ("42",)}),
            {"shoe-41", "shoe-43"},
        ),
        (Filters.of(include={"material": ("nylon",)}, exclude={"colour": ("yellow",)}), {"jacket-down"}),
        (Filters.of(include={"scent": ("rose",)}), set()),
    ],
)  # fmt: skip
def test_filters(store: CatalogueStore, filters: Filters, expected: set[str]) -> None:
    assert store.matching(filters) == expected
    assert set(store.ids(filters)) == expected


def test_prices_of_what_passes_ascend(store: CatalogueStore) -> None:
    shoes = Filters.of(include={"category": ("Shoes",)})
    assert store.prices(shoes) == [Decimal(price) for price in ("89.50", "89.50", "92.50", "140")]
    assert store.prices(Filters.of(include={"category": ("Kettles",)})) == []


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


def test_a_product_is_pending_until_its_text_is_marked_and_again_when_the_text_changes(
    empty: CatalogueStore,
) -> None:
    put(empty, lamp("1"), lamp("2"), digests={"1": "a", "2": "b"})
    assert empty.pending("vector_digest") == [("1", "a"), ("2", "b")]
    empty.mark("vector_digest", {"1": "a"})
    assert empty.pending("vector_digest") == [("2", "b")]
    assert empty.pending("lexical_digest") == [("1", "a"), ("2", "b")]
    put(empty, lamp("1", price="9"), digests={"1": "a"})
    assert empty.pending("vector_digest") == [("2", "b")]
    put(empty, lamp("1"), digests={"1": "changed"})
    assert empty.pending("vector_digest") == [("1", "changed"), ("2", "b")]


def test_a_deleted_product_that_returns_is_pending(empty: CatalogueStore) -> None:
    put(empty, lamp(), digests={"lamp": "a"})
    empty.mark("vector_digest", {"lamp": "a"})
    empty.delete(["lamp"])
    put(empty, lamp(), digests={"lamp": "a"})
    assert empty.pending("vector_digest") == [("lamp", "a")]


def test_forgotten_marks_make_everything_pending(empty: CatalogueStore) -> None:
    put(empty, lamp("1"), lamp("2"), digests={"1": "a", "2": "b"})
    for mark in ("vector_digest", "lexical_digest"):
        empty.mark(mark, {"1": "a", "2": "b"})
    empty.forget_marks("vector_digest")
    assert empty.pending("vector_digest") == [("1", "a"), ("2", "b")]
    assert empty.pending("lexical_digest") == []


def test_digests_tell_texts_apart() -> None:
    assert digest("lamp") == digest("lamp")
    assert len({digest("lamp"), digest("Lamp"), digest(""), digest("灯")}) == 4


def test_in_batches_splits_in_order_and_loses_nothing() -> None:
    assert list(in_batches(range(5), 2)) == [(0, 1), (2, 3), (4,)]
    assert list(in_batches([], 2)) == []


# -- opening -----------------------------------------------------------------------------------------


def test_meta_is_remembered_and_replaced(url: str) -> None:
    CatalogueStore.create(url).set_meta(embedder="a", schema="1")
    CatalogueStore.create(url).set_meta(embedder="b")
    store = CatalogueStore.create(url)
    assert (store.get_meta("embedder"), store.get_meta("schema"), store.get_meta("built")) == ("b", "1", None)


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
    with writer.begin() as db:
        db.execute(sa.text("DELETE FROM products"))
        assert store.count() == 15
    assert store.count() == 0
