"""Updates, prices and deletions while the shop is open; whether the parts of an index agree."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from index.build import (
    build,
    check,
    open_lexical,
    open_search,
    open_store,
    open_vectors,
    update,
    update_prices,
)
from index.config import IndexSettings
from index.errors import EmbedderMismatchError, ShopError, StoreNotBuiltError
from index.filters import Filters
from index.lexical import Document, Texts
from index.schema import PriceChange, Product
from index.search import Searcher, Sort
from index.store import CatalogueStore, Changes

NewEmbedder = Callable[..., Any]  # conftest's HashEmbedder

SORTS: tuple[Sort, ...] = ("relevance", "price_asc")


@pytest.fixture
def built(settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder) -> IndexSettings:
    build(catalogue, settings, embedder=hash_embedder())
    return settings


@pytest.fixture
def searcher(built: IndexSettings, hash_embedder: NewEmbedder) -> Iterator[Searcher]:
    """Open before anything changes."""
    searcher = open_search(built, embedder=hash_embedder())
    yield searcher
    searcher.store.engine.dispose()


@pytest.fixture
def store(built: IndexSettings) -> Iterator[CatalogueStore]:
    store = open_store(built)
    yield store
    store.engine.dispose()


def named(catalogue: Sequence[Product], key: str, **facts: Any) -> Product:
    (found,) = [item for item in catalogue if item.id == key]
    return found.model_copy(update=facts)


def ids(searcher: Searcher, query: str = "", filters: Filters | None = None) -> list[str]:
    return [hit.product.id for hit in searcher.search(query, filters, limit=30).hits]


def revisions(store: CatalogueStore) -> dict[str, int]:
    with store.engine.connect() as db:
        return {row[0]: row[1] for row in db.execute(sa.text("SELECT id, revision FROM products"))}


def elsewhere(program: str, settings: IndexSettings) -> None:
    """Run a program in another process; it has `settings` and what it needs of the index."""
    head = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from decimal import Decimal\nfrom pathlib import Path\n"
        "from conftest import HashEmbedder, _catalogue\n"
        "from index.build import update, update_prices\nfrom index.config import IndexSettings\n"
        "from index.schema import PriceChange, Product\n"
        "settings = IndexSettings(data_dir=Path(sys.argv[2]), cache_dir=Path(sys.argv[2]))\n"
    )
    arguments = [str(Path(__file__).parent), str(settings.data_dir)]
    subprocess.run([sys.executable, "-c", head + program, *arguments], check=True, timeout=120)


# -- update ------------------------------------------------------------------------------------------


def test_an_update_changes_what_it_is_given_and_keeps_the_rest(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, store: CatalogueStore
) -> None:
    before, embedder = revisions(store), hash_embedder()
    chair = Product(id="chair", title="Wooden chair", price=Decimal(60))
    lamp, mug = named(catalogue, "lamp", title="Glowing orb"), named(catalogue, "mug", stock=3)
    report = update([chair, lamp, mug, named(catalogue, "tea")], built, embedder=embedder)
    assert (report.products, report.embedded) == (16, 2)
    assert report.changes == Changes(added=1, changed=1, repriced=1)
    assert sorted(embedder.documents) == ["Glowing orb. Lamps", "Wooden chair"]
    after = revisions(store)
    assert {key for key in after if after[key] != before.get(key)} == {"chair", "lamp", "mug"}
    assert store.get(["chair", "lamp", "mug"]) == [chair, lamp, mug]
    assert check(built).sound


def test_a_changed_text_a_new_and_a_deleted_product_are_seen_by_an_open_search(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    assert ids(searcher, "glowing orb") != [] and "kettle" in ids(searcher, "Halo electric kettle")
    lamp = named(catalogue, "lamp", title="Glowing orb", description="Flickers.")
    chair = Product(id="chair", title="Wooden chair")
    report = update([lamp, chair], built, deleted=["kettle", "nothing"], embedder=hash_embedder())
    assert report.changes == Changes(added=1, changed=1, deleted=1)
    assert ids(searcher, "glowing orb")[0] == "lamp"
    (flickers,) = [hit for hit in searcher.search("flickers", limit=30).hits if hit.parts.get("bm25")]
    assert flickers.product == lamp
    assert ids(searcher, "wooden chair")[0] == "chair"
    assert "kettle" not in ids(searcher, "Halo electric kettle")
    assert "kettle" not in ids(searcher)


def test_a_deleted_product_is_never_returned(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    left = [item.id for item in catalogue]
    while left:
        gone = left.pop(0)
        report = update([], built, deleted=[gone], embedder=hash_embedder())
        assert (report.changes, report.embedded) == (Changes(deleted=1), 0)
        title = named(catalogue, gone).title
        for query in ("", title):
            for sort in SORTS:
                hits = searcher.search(query, limit=30, sort=sort).hits
                assert gone not in [hit.product.id for hit in hits]
        assert gone not in [hit.product.id for hit in searcher.similar(named(catalogue, gone)).hits]
    assert ids(searcher) == []
    assert check(built).sound


def test_a_deleted_product_that_returns_is_found_again(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    update([], built, deleted=["lamp"], embedder=hash_embedder())
    assert "lamp" not in ids(searcher, "desk lamp")
    report = update([named(catalogue, "lamp")], built, embedder=hash_embedder())
    assert (report.changes, report.embedded) == (Changes(added=1), 1)
    assert ids(searcher, "Halo desk lamp, white")[0] == "lamp"
    assert check(built).sound


def test_delete_missing_leaves_exactly_what_is_given(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    report = update(catalogue[:2], built, delete_missing=True, embedder=hash_embedder())
    assert (report.products, report.embedded, report.changes) == (2, 0, Changes(deleted=13))
    assert {hit.product.family for hit in searcher.search("").hits} == {"lumo-p1"}
    assert check(built).sound


def test_an_update_of_nothing_changes_nothing(
    built: IndexSettings, hash_embedder: NewEmbedder, store: CatalogueStore
) -> None:
    before = revisions(store)
    report = update([], built, embedder=hash_embedder())
    assert (report.products, report.embedded, report.changes) == (15, 0, Changes())
    assert revisions(store) == before


def test_an_update_that_embeds_nothing_loads_no_model(
    settings: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder
) -> None:
    unloadable = replace(settings, embedder="owner/nowhere")
    build(catalogue, settings, embedder=hash_embedder("owner/nowhere"))
    assert update([named(catalogue, "lamp", stock=1)], unloadable).changes == Changes(repriced=1)


def test_an_update_needs_an_index_and_leaves_no_trace(
    settings: IndexSettings, catalogue: Sequence[Product], embedder: Any, tmp_path: Path
) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: update(catalogue, settings, embedder=embedder),
        lambda: update_prices([PriceChange(id="lamp", stock=1)], settings),
        lambda: check(settings),
        lambda: check(settings, repair=True),
    ]
    for attempt in attempts:
        with pytest.raises(StoreNotBuiltError, match="Run: shop-index build FILE"):
            attempt()
    assert list(tmp_path.iterdir()) == []


def test_an_update_with_another_model_is_refused_and_changes_nothing(
    built: IndexSettings, hash_embedder: NewEmbedder, store: CatalogueStore
) -> None:
    revision = store.revision()
    other = hash_embedder("hash-other")
    with pytest.raises(EmbedderMismatchError, match=r"hash-64.*but hash-other is configured"):
        update([Product(id="chair", title="Chair")], built, deleted=["lamp"], embedder=other)
    with pytest.raises(EmbedderMismatchError, match="multilingual-e5-small is configured"):
        update([Product(id="chair", title="Chair")], replace(built, embedder="bundled"))
    assert (store.revision(), other.documents) == (revision, [])
    assert store.count() == 15


def test_an_open_search_with_the_old_model_says_so_after_a_build_with_another(
    built: IndexSettings, catalogue: Sequence[Product], hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    wider = hash_embedder("hash-32")
    wider.dimension = 32
    build(catalogue, built, embedder=wider)
    with pytest.raises(ShopError, match="hash-32"):
        searcher.search("desk lamp")


# -- prices ------------------------------------------------------------------------------------------


def test_unknown_ids_are_told_and_rows_that_stay_as_they_are_keep_their_revision(
    built: IndexSettings, store: CatalogueStore
) -> None:
    before = revisions(store)
    changes = [
        PriceChange(id="lamp", price=Decimal("19.99")),
        PriceChange(id="nothing", price=Decimal(1)),
        PriceChange(id="mug", price=Decimal("8.00")),
        PriceChange(id="tea"),
        PriceChange(id="kettle", stock=5),
        PriceChange(id="nobody", stock=1),
    ]
    assert update_prices(changes, built) == (2, ["nothing", "nobody"])
    after = revisions(store)
    assert {key for key in after if after[key] != before[key]} == {"lamp", "kettle"}
    assert check(built).sound


def test_a_price_and_a_stock_are_seen_at_once_by_an_open_search(
    built: IndexSettings, searcher: Searcher
) -> None:
    lamps = Filters.of(include={"category": ("Lamps",)}, price_max=Decimal(20), currency="USD")
    kettles = Filters.of(include={"category": ("Kettles",)}, in_stock=True)
    assert (ids(searcher, "lamp", lamps), ids(searcher, "", kettles)) == ([], [])
    changes = [PriceChange(id="lamp", price=Decimal("19.99")), PriceChange(id="kettle", stock=1)]
    assert update_prices(changes, built) == (2, [])
    (hit,) = searcher.search("lamp", lamps).hits
    assert (hit.product.price, hit.product.stock) == (Decimal("19.99"), 40)
    assert ids(searcher, "", kettles) == ["kettle"]
    update_prices([PriceChange(id="lamp", price=Decimal(25)), PriceChange(id="kettle", stock=0)], built)
    assert (ids(searcher, "lamp", lamps), ids(searcher, "", kettles)) == ([], [])


def test_a_new_price_moves_a_product_in_the_order_and_onto_the_sale(
    built: IndexSettings, searcher: Searcher
) -> None:
    dollars = Filters(price_min=Decimal(0), currency="USD")
    assert [hit.product.id for hit in searcher.search("", dollars, sort="price_asc", limit=2).hits] == [
        "mug",
        "lamp",
    ]
    change = PriceChange(id="lamp", price=Decimal(5), list_price=Decimal(25))
    assert update_prices([change], built) == (1, [])
    assert [hit.product.id for hit in searcher.search("", dollars, sort="price_asc", limit=2).hits] == [
        "lamp",
        "mug",
    ]
    assert "lamp" in ids(searcher, "", Filters(on_sale=True))


def test_a_variant_that_sells_out_gives_its_place_to_one_that_is_there(
    built: IndexSettings, searcher: Searcher
) -> None:
    assert ids(searcher, "Lumo P1 smartphone")[0] == "phone-black"
    update_prices([PriceChange(id="phone-black", stock=0), PriceChange(id="phone-red", stock=9)], built)
    assert ids(searcher, "Lumo P1 smartphone")[0] == "phone-red"


def test_what_another_process_changes_is_seen_by_an_open_search(
    built: IndexSettings, searcher: Searcher
) -> None:
    lamps = Filters.of(include={"category": ("Lamps",)}, price_max=Decimal(20), currency="USD")
    assert ids(searcher, "lamp", lamps) == []
    elsewhere("assert update_prices([PriceChange(id='lamp', price=Decimal(15))], settings) == (1, [])", built)
    (hit,) = searcher.search("lamp", lamps).hits
    assert hit.product.price == Decimal(15)
    elsewhere(
        "(mug,) = [item for item in _catalogue() if item.id == 'mug']\n"
        "update([mug.model_copy(update={'title': 'Glowing orb'}), Product(id='chair', title='Chair')],"
        " settings, deleted=['tea'], embedder=HashEmbedder())",
        built,
    )
    assert ids(searcher, "glowing orb")[0] == "mug"
    assert ids(searcher, "chair")[0] == "chair"
    assert "tea" not in ids(searcher, "云雾绿茶 250克")
    assert searcher.search("").passing == 12


# -- check and repair --------------------------------------------------------------------------------


def test_a_built_index_is_sound(built: IndexSettings) -> None:
    for repair in (False, True):
        report = check(built, repair=repair)
        assert (report.products, report.faults, report.sound) == (15, {}, True)


def test_an_emptied_index_is_sound(built: IndexSettings, hash_embedder: NewEmbedder) -> None:
    build([], built, embedder=hash_embedder())
    report = check(built)
    assert (report.products, report.sound) == (0, True)


def without_vectors(settings: IndexSettings) -> None:
    open_vectors(settings).delete(["lamp", "tea"])


def with_more_vectors(settings: IndexSettings) -> None:
    open_vectors(settings).upsert(["ghost"], np.eye(1, 64, dtype=np.float32), ["of nothing"])


def with_old_vectors(settings: IndexSettings) -> None:
    open_vectors(settings).upsert(["mug"], np.eye(1, 64, dtype=np.float32), ["an earlier text"])


def without_terms(settings: IndexSettings) -> None:
    open_lexical(settings).update((), deleted=["lamp", "kettle"])


def with_more_terms(settings: IndexSettings) -> None:
    open_lexical(settings).update([("ghost", Document(999, "of nothing", Texts("Ghost of a lamp")))])


def with_old_terms(settings: IndexSettings) -> None:
    store = open_store(settings)
    number = store.numbers(["mug"])["mug"]
    store.engine.dispose()
    open_lexical(settings).update([("mug", Document(number, "an earlier text", Texts("Old cup")))])


DAMAGES: list[tuple[Callable[[IndexSettings], None], dict[str, tuple[str, ...]]]] = [
    (without_vectors, {"dense missing": ("lamp", "tea")}),
    (with_more_vectors, {"dense left over": ("ghost",)}),
    (with_old_vectors, {"dense stale": ("mug",)}),
    (without_terms, {"lexical missing": ("kettle", "lamp")}),
    (with_more_terms, {"lexical left over": ("ghost",)}),
    (with_old_terms, {"lexical stale": ("mug",)}),
]


@pytest.mark.parametrize(("damage", "faults"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_what_is_wrong_is_told_by_kind_and_mended_without_embedding(
    built: IndexSettings,
    hash_embedder: NewEmbedder,
    damage: Callable[[IndexSettings], None],
    faults: dict[str, tuple[str, ...]],
) -> None:
    damage(built)
    report = check(built)
    assert (report.products, report.faults, report.sound) == (15, faults, False)
    assert check(built).faults == faults  # looking mends nothing
    embedder = hash_embedder()
    assert check(built, repair=True, embedder=embedder).sound
    assert embedder.documents == []
    assert check(built).sound
    searcher = open_search(built, embedder=embedder)
    for query, best in (("Halo desk lamp, white", "lamp"), ("plain mug", "mug"), ("绿茶", "tea")):
        assert ids(searcher, query)[0] == best


def test_everything_wrong_at_once_is_told_and_mended(
    built: IndexSettings, hash_embedder: NewEmbedder
) -> None:
    for damage, _ in DAMAGES:
        damage(built)
    wanted = {kind: found for _, faults in DAMAGES for kind, found in faults.items()}
    assert check(built).faults == wanted
    embedder = hash_embedder()
    assert check(built, repair=True, embedder=embedder).sound
    assert embedder.documents == []


def test_a_lexical_folder_that_is_gone_is_made_again(
    built: IndexSettings, hash_embedder: NewEmbedder, catalogue: Sequence[Product]
) -> None:
    for file in sorted((built.data_dir / "lexical").iterdir()):
        file.unlink()
    assert check(built).faults == {"lexical missing": tuple(sorted(item.id for item in catalogue))}
    embedder = hash_embedder()
    assert check(built, repair=True, embedder=embedder).sound
    assert embedder.documents == []


def test_a_vector_that_the_record_lost_is_embedded_again(
    built: IndexSettings, hash_embedder: NewEmbedder, store: CatalogueStore
) -> None:
    with store.engine.begin() as db:
        db.execute(
            sa.text("DELETE FROM vectors WHERE product = (SELECT number FROM products WHERE id = 'lamp')")
        )
    assert check(built).faults == {"vectors missing": ("lamp",)}
    embedder = hash_embedder()
    assert check(built, repair=True, embedder=embedder).sound
    assert embedder.documents == ["Halo desk lamp, white. Lamps"]


def test_repair_with_another_model_does_not_mix_vectors(
    built: IndexSettings, hash_embedder: NewEmbedder, store: CatalogueStore
) -> None:
    with store.engine.begin() as db:
        db.execute(sa.text("DELETE FROM vectors WHERE product = 1"))
    with pytest.raises(EmbedderMismatchError):
        check(built, repair=True, embedder=hash_embedder("hash-other"))


def test_an_open_search_finds_what_a_repair_put_back(
    built: IndexSettings, hash_embedder: NewEmbedder, searcher: Searcher
) -> None:
    without_terms(built)
    check(built, repair=True, embedder=hash_embedder())
    (lamp,) = [hit for hit in searcher.search("desk lamp", limit=30).hits if hit.product.id == "lamp"]
    assert lamp.parts["bm25"] > 0
