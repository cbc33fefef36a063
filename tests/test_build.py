import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import index.build
from assistant.history import History
from index.build import (
    build,
    check,
    make_folder,
    open_lexical,
    open_search,
    open_store,
    open_vectors,
    update,
    update_prices,
)
from index.config import IndexSettings
from index.database import connect
from index.documents import embedding_text, lexical_texts, text_digests
from index.embed import Embedder
from index.errors import ModelError, StoreError, StoreNotBuiltError
from index.filters import Filters
from index.schema import PriceChange, Product
from index.search import Searcher
from index.store import CatalogueStore, Changes

NewEmbedder = Callable[..., Any]  # conftest's HashEmbedder


def changed(catalogue: Sequence[Product], key: str, **facts: Any) -> list[Product]:
    return [item.model_copy(update=facts) if item.id == key else item for item in catalogue]


def held(settings: IndexSettings) -> tuple[set[str], set[str]]:
    """Ids in the vectors and in the lexical index."""
    return set(open_vectors(settings).digests()), set(open_lexical(settings).digests())


def found(settings: IndexSettings, embedder: Embedder, query: str) -> list[str]:
    return [hit.product.id for hit in open_search(settings, embedder=embedder).search(query).hits]


def matching(searcher: Searcher, query: str) -> set[str]:
    """Ids that the lexical index finds."""
    return {hit.product.id for hit in searcher.search(query, limit=20).hits if hit.parts.get("bm25")}


# -- incremental -------------------------------------------------------------------------------------


def test_the_first_build_embeds_every_product_once(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    embedder = hash_embedder()
    report = build(catalogue, settings, embedder=embedder)
    assert (report.products, report.embedded, report.changes) == (15, 15, Changes(added=15))
    assert sorted(embedder.documents) == sorted(map(embedding_text, catalogue))
    everything = {item.id for item in catalogue}
    assert held(settings) == (everything, everything)


def test_the_second_build_embeds_nothing(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    embedder = hash_embedder()
    report = build(catalogue, settings, embedder=embedder)
    assert (report.products, report.embedded, report.changes) == (15, 0, Changes())
    assert embedder.documents == []


def test_a_changed_title_embeds_that_product_alone(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    embedder = hash_embedder()
    report = build(changed(catalogue, "lamp", title="Glowing orb"), settings, embedder=embedder)
    assert (report.embedded, report.changes) == (1, Changes(changed=1))
    assert embedder.documents == ["Glowing orb. Lamps"]
    assert found(settings, embedder, "glowing orb")[0] == "lamp"


def test_a_new_text_in_the_lexical_index_alone_is_found(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    build(changed(catalogue, "lamp", description="Flickers."), settings, embedder=hash_embedder())
    searcher = open_search(settings, embedder=hash_embedder())
    assert matching(searcher, "flickers") == {"lamp"}
    assert matching(searcher, "lamp") == {"lamp"}


def test_a_changed_price_or_stock_embeds_nothing_and_is_seen_at_once_by_an_open_search(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    searcher = open_search(settings, embedder=hash_embedder())
    embedder = hash_embedder()
    report = build(changed(catalogue, "lamp", price=Decimal("19.99"), stock=0), settings, embedder=embedder)
    assert (report.embedded, report.changes, embedder.documents) == (0, Changes(repriced=1), [])
    best = searcher.search("Halo desk lamp, white").hits[0].product
    assert (best.id, best.price, best.stock) == ("lamp", Decimal("19.99"), 0)
    cheap = searcher.search("lamp", Filters(price_max=Decimal(20), currency="USD"))
    assert [hit.product.id for hit in cheap.hits] == ["lamp", "mug"]


def test_missing_products_are_deleted_everywhere(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    searcher = open_search(settings, embedder=hash_embedder())
    report = build(catalogue[2:], settings, embedder=hash_embedder())
    assert (report.products, report.embedded, report.changes) == (13, 0, Changes(deleted=2))
    left = {item.id for item in catalogue[2:]}
    assert held(settings) == (left, left)
    assert not {"phone-black", "phone-red"} & {hit.product.id for hit in searcher.search("Lumo").hits}


def test_missing_products_are_kept_when_asked(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    report = build(catalogue[:2], settings, embedder=hash_embedder(), keep_missing=True)
    assert (report.products, report.embedded, report.changes) == (15, 0, Changes())


def test_another_embedder_embeds_everything_again(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    wider = hash_embedder("hash-32")
    wider.dimension = 32
    report = build(catalogue, settings, embedder=wider)
    assert report.embedded == 15
    assert len(wider.documents) == 15
    assert found(settings, wider, "绿茶")[0] == "tea"
    assert build(catalogue, settings, embedder=wider).embedded == 0


def test_a_build_that_embeds_nothing_loads_no_model(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    unloadable = replace(settings, embedder="nonsense")
    build(catalogue, settings, embedder=hash_embedder("nonsense"))
    report = build(changed(catalogue, "lamp", price=Decimal("19.99")), unloadable)
    assert (report.products, report.embedded) == (15, 0)
    with pytest.raises(ModelError):
        build(changed(catalogue, "lamp", title="Glowing orb"), unloadable)


def test_a_model_that_does_not_load_leaves_the_index_as_it_was(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    with pytest.raises(ModelError, match="SHOP_EMBEDDER='nonsense' is no folder and no hub id"):
        build(catalogue[:3], replace(settings, embedder="nonsense"))
    assert found(settings, hash_embedder(), "绿茶")[0] == "tea"
    assert build(catalogue, settings, embedder=hash_embedder()).embedded == 0


# -- interrupted -------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.build, "EMBED_BATCH", 4)


@pytest.mark.usefixtures("small_batches")
def test_a_killed_first_build_is_not_searched_and_the_next_embeds_only_the_rest(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    killed = hash_embedder(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        build(catalogue, settings, embedder=killed)
    assert len(killed.documents) == 8
    with pytest.raises(StoreNotBuiltError, match=r"no finished catalogue.*Run: shop-index build FILE"):
        open_search(settings, embedder=killed)

    second = hash_embedder()
    report = build(catalogue, settings, embedder=second)
    assert (report.products, report.embedded) == (15, 7)
    assert sorted(killed.documents + second.documents) == sorted(map(embedding_text, catalogue))
    everything = {item.id for item in catalogue}
    assert held(settings) == (everything, everything)
    assert found(settings, second, "绿茶")[0] == "tea"


@pytest.mark.usefixtures("small_batches")
def test_a_killed_second_build_still_finds_the_old_texts_and_the_next_finishes_it(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    renamed = [item.model_copy(update={"title": f"{item.title} II"}) for item in catalogue]
    with pytest.raises(KeyboardInterrupt):
        build(renamed, settings, embedder=hash_embedder(stop_after=1))
    searcher: Searcher = open_search(settings, embedder=hash_embedder())
    best = searcher.search("Halo desk lamp, white").hits[0].product
    assert (best.id, best.title) == ("lamp", "Halo desk lamp, white II")
    assert build(renamed, settings, embedder=hash_embedder()).embedded == 11
    assert build(renamed, settings, embedder=hash_embedder()).embedded == 0


@pytest.mark.usefixtures("small_batches")
def test_a_build_killed_while_changing_the_embedder_is_finished_with_the_new_one(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder("old"))
    with pytest.raises(KeyboardInterrupt):
        build(catalogue, settings, embedder=hash_embedder("new", stop_after=1))
    assert build(catalogue, settings, embedder=hash_embedder("new")).embedded == 11


def test_a_record_that_cannot_be_written_keeps_the_old_one_whole(
    settings: IndexSettings, catalogue: Sequence[Product], embedder: Embedder
) -> None:
    build(catalogue[:3], settings, embedder=embedder)
    with sqlite3.connect(settings.data_dir / "shop.sqlite") as db:
        db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON products WHEN NEW.id = 'tea' "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(StoreError, match=r"while writing products: disk is full\. Check that") as error:
        build(catalogue[3:], settings, embedder=embedder)
    assert "\n" not in str(error.value)
    assert sorted(open_search(settings, embedder=embedder).store.ids()) == sorted(
        item.id for item in catalogue[:3]
    )


# -- two at once -------------------------------------------------------------------------------------

BUILD_IN_ANOTHER_PROCESS = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import HashEmbedder
from index.build import build
from index.config import IndexSettings
from index.schema import Product

data, title = Path(sys.argv[2]), sys.argv[3]
products = [Product(id=f"p{n}", title=f"{title} {n}") for n in range(60)]
embedder = HashEmbedder()
print("ready", flush=True)
sys.stdin.readline()
report = build(products, IndexSettings(data_dir=data, cache_dir=data), embedder=embedder)
print(json.dumps([report.products, report.embedded, len(embedder.documents)]))
"""


def test_two_processes_that_build_at_once_leave_one_whole_index(
    settings: IndexSettings, embedder: Embedder
) -> None:
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                BUILD_IN_ANOTHER_PROCESS,
                str(Path(__file__).parent),
                str(settings.data_dir),
                title,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for title in ("Lamp", "Lantern")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], answers
    assert [json.loads(out) for out, _ in answers] == [[60, 60, 60], [60, 60, 60]]

    searcher = open_search(settings, embedder=embedder)
    titles = {product.title.split()[0] for product in searcher.store.get(searcher.store.ids())}
    assert len(titles) == 1
    everything = {f"p{number}" for number in range(60)}
    assert held(settings) == (everything, everything)
    best = searcher.search(f"{titles.pop()} 17").hits[0]
    assert best.product.id == "p17"
    assert sorted(best.parts) == ["bm25", "cosine", "dense", "lexical"]


# -- folders -----------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_one_clear_error(
    settings: IndexSettings, catalogue: Sequence[Product], embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    under_a_file = replace(settings, data_dir=tmp_path / "file" / "data")
    with pytest.raises(
        StoreError, match=r"file/data cannot be written: .*SHOP_DATA_DIR or --data-dir"
    ) as error:
        build(catalogue, under_a_file, embedder=embedder)
    assert "\n" not in str(error.value)


def test_checking_the_folder_leaves_it_empty(settings: IndexSettings) -> None:
    make_folder(settings)
    assert list(settings.data_dir.iterdir()) == []


# -- which text is indexed ---------------------------------------------------------------------------


def test_names_in_every_language_and_the_narrowest_category_are_embedded(
    catalogue: Sequence[Product],
) -> None:
    by_id = {item.id: item for item in catalogue}
    assert embedding_text(by_id["phone-black"]) == (
        "Lumo P1 smartphone, black. 流明 P1 智能手机 黑色. Smartphones. "
        "A phone with a camera that sees in the dark."
    )
    assert embedding_text(Product(id="1", title="Plain")) == "Plain"


def test_lexical_texts_hold_what_is_said_by_field_in_every_language(catalogue: Sequence[Product]) -> None:
    by_id = {item.id: item for item in catalogue}
    texts = lexical_texts(by_id["phone-black"])
    assert texts.title == "Lumo P1 smartphone, black 流明 P1 智能手机 黑色 Lumo 流明"
    assert texts.category.split() == ["Phones", "Smartphones", "手机", "智能手机"]
    assert texts.description.strip() == "A phone with a camera that sees in the dark."
    assert {"188", "g", "black", "黑色"} <= set(texts.attributes.split())


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({"price": Decimal(1), "list_price": Decimal(2), "currency": "EUR"}, True),
        ({"stock": 0, "rating": 1.0, "rating_count": 1, "popularity": 1.0}, True),
        ({"title": "Halo desk lamp"}, False),
        ({"description": "Warm."}, False),
        ({"facets": {"colour": ("black",)}}, False),
        ({"attributes": {"power": "9 W"}}, False),
        ({"brand": "Verra"}, False),
    ],
)
def test_the_digest_follows_the_texts_only(
    catalogue: Sequence[Product], facts: dict[str, Any], same: bool
) -> None:
    lamp = next(item for item in catalogue if item.id == "lamp")
    assert (text_digests(lamp.model_copy(update=facts)).lexical == text_digests(lamp).lexical) is same


def test_how_a_description_begins_is_embedded_and_all_of_it_indexed(catalogue: Sequence[Product]) -> None:
    lamp = next(item for item in catalogue if item.id == "lamp")
    long = lamp.model_copy(update={"description": "Warm. " * 20})
    assert text_digests(lamp).dense != text_digests(long).dense
    longer = lamp.model_copy(update={"description": "Warm. " * 20 + "Dimmable."})
    assert text_digests(longer).dense == text_digests(long).dense
    assert text_digests(longer).lexical != text_digests(long).lexical


def test_terms_made_differently_are_indexed_again(
    settings: IndexSettings,
    catalogue: Sequence[Product],
    hash_embedder: NewEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    monkeypatch.setattr(index.build, "TERMS_VERSION", "of a later version")
    (settings.data_dir / "lexical" / "meta.json").write_text("of an earlier version")
    embedder = hash_embedder()
    report = build(catalogue, settings, embedder=embedder)
    assert (report.embedded, report.changes, embedder.documents) == (0, Changes(), [])
    assert open_store(settings).get_meta("terms") == "of a later version"
    assert check(settings).sound
    assert matching(open_search(settings, embedder=embedder), "lamp") == {"lamp"}


# -- a record of an earlier version ------------------------------------------------------------------

VERSION_1 = """
CREATE TABLE meta (key VARCHAR(64) PRIMARY KEY, value TEXT);
CREATE TABLE products (id VARCHAR(255) PRIMARY KEY, price BIGINT, record TEXT NOT NULL, vector_digest TEXT);
CREATE TABLE product_facets (product_id VARCHAR(255) REFERENCES products (id), facet TEXT, value TEXT);
CREATE TABLE product_aliases (product_id VARCHAR(255) REFERENCES products (id), facet TEXT, name TEXT);
CREATE INDEX ix_product_facets_product_id ON product_facets (product_id);
INSERT INTO meta VALUES ('schema', '1'), ('built', '2026-01-01'), ('embedder', 'hash-64');
INSERT INTO products VALUES ('old', 100, '{}', 'x');
INSERT INTO product_facets VALUES ('old', 'brand', 'Halo');
INSERT INTO product_aliases VALUES ('old', 'brand', '光');
"""


@pytest.fixture
def of_version_1(settings: IndexSettings) -> IndexSettings:
    """What an earlier version left: its record, its terms, its vectors, and what a shopper did."""
    make_folder(settings)
    file = settings.data_dir / "shop.sqlite"
    with sqlite3.connect(file) as db:
        db.executescript(VERSION_1)
    engine = connect(f"sqlite:///{file}")
    History(engine, CatalogueStore(engine)).record("anna", "lamp", "like")
    engine.dispose()
    open_vectors(settings).upsert(["old", "lamp"], np.eye(2, 32, dtype=np.float32), ["x", "x"])
    (settings.data_dir / "lexical").mkdir()
    (settings.data_dir / "lexical" / "meta.json").write_text('{"of": "an earlier version"}')
    return settings


def test_a_record_of_an_earlier_version_is_to_be_built_again(
    of_version_1: IndexSettings, catalogue: Sequence[Product], embedder: Embedder
) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: open_search(of_version_1, embedder=embedder),
        lambda: open_store(of_version_1),
        lambda: update(catalogue, of_version_1, embedder=embedder),
        lambda: update_prices([PriceChange(id="old", stock=1)], of_version_1),
        lambda: check(of_version_1),
    ]
    for attempt in attempts:
        with pytest.raises(
            StoreNotBuiltError, match=r"built by another version\. Run: shop-index build FILE"
        ):
            attempt()
    with sqlite3.connect(of_version_1.data_dir / "shop.sqlite") as db:
        assert db.execute("SELECT id FROM products").fetchall() == [("old",)]


def test_building_over_an_earlier_version_starts_afresh_and_keeps_what_shoppers_did(
    of_version_1: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    embedder = hash_embedder()
    report = build(catalogue, of_version_1, embedder=embedder)
    assert (report.products, report.embedded, report.changes) == (15, 15, Changes(added=15))
    store = open_store(of_version_1)
    assert sorted(store.ids()) == sorted(item.id for item in catalogue)
    assert [value.value for value in store.vocabulary()["brand"] if value.value == "Halo"] == ["Halo"]
    (event,) = History(store.engine, store).events("anna")
    assert (event.product_id, event.kind) == ("lamp", "like")
    store.engine.dispose()
    assert check(of_version_1).sound
    assert found(of_version_1, embedder, "绿茶")[0] == "tea"


def test_a_lexical_index_that_lost_a_file_is_made_again(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    build(catalogue, settings, embedder=hash_embedder())
    build(changed(catalogue, "lamp", description="Flickers."), settings, embedder=hash_embedder())
    for file in (settings.data_dir / "lexical").glob("*.del"):
        file.unlink()
    assert check(settings, repair=True).sound
    for file in (settings.data_dir / "lexical").glob("*.store"):
        file.unlink()
    embedder = hash_embedder()
    build(changed(catalogue, "lamp", description="Flickers no more."), settings, embedder=embedder)
    assert len(embedder.documents) == 1
    assert check(settings).sound
