"""Collections with judged products: every layout, read from tiny made-up files, and their own indexes."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from eval import cli, collection, esci, retrieval, wands
from eval.cases import EvalDataError
from eval.collection import open_collection, open_index
from index.build import build
from index.config import IndexSettings
from index.errors import ConfigError, MissingExtraError

QRELS_HEADER = "query-id\tcorpus-id\tscore\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    return _write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


# -- BEIR ----------------------------------------------------------------------------------------


@pytest.fixture
def beir_folder(tmp_path):
    folder = tmp_path / "shop"
    metadata = {"price": "24.50", "currency": "EUR", "brand": "Halo", "category": "Home > Lamps"}
    _jsonl(
        folder / "corpus.jsonl",
        [
            {"_id": "lamp", "title": "Desk lamp", "text": "Warm light.", "metadata": metadata},
            {"_id": "mug", "title": "", "text": "白色马克杯"},
            {"_id": "kettle", "title": "Kettle", "text": "", "metadata": {"category": ["Home", "Kitchen"]}},
        ],
    )
    _jsonl(
        folder / "queries.jsonl",
        [{"_id": "1", "text": "desk lamp"}, {"_id": "2", "text": "杯子"}, {"_id": "3", "text": "kettle"}],
    )
    _write(folder / "qrels" / "test.tsv", QRELS_HEADER + "2\tmug\t1\n1\tlamp\t2\n1\tmug\t-1\n")
    _write(folder / "qrels" / "dev.tsv", QRELS_HEADER + "3\tkettle\t1\n")
    return folder


def test_a_beir_folder_is_read_with_the_judged_queries_of_the_test_split(beir_folder):
    judged = open_collection(str(beir_folder)).judged
    assert judged.name == "shop/test"
    assert judged.queries == {"1": "desk lamp", "2": "杯子"}
    assert judged.qrels == {"1": {"lamp": 2, "mug": 0}, "2": {"mug": 1}}
    assert judged.gain == "linear"


def test_another_split_of_a_beir_folder_has_other_queries(beir_folder):
    assert open_collection(str(beir_folder), "dev").judged.queries == {"3": "kettle"}


def test_a_beir_corpus_becomes_products(beir_folder):
    lamp, mug, kettle = open_collection(str(beir_folder)).products()
    assert (lamp.id, lamp.title, lamp.description, lamp.brand) == ("lamp", "Desk lamp", "Warm light.", "Halo")
    assert (lamp.price, lamp.currency, lamp.category) == (Decimal("24.50"), "EUR", ("Home", "Lamps"))
    assert (mug.title, mug.description, mug.language, mug.price) == ("白色马克杯", "", "zh", None)
    assert kettle.category == ("Home", "Kitchen")


def test_a_beir_folder_without_a_corpus_needs_an_index(beir_folder):
    (beir_folder / "corpus.jsonl").unlink()
    assert open_collection(str(beir_folder)).products is None


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("qrels/test.tsv", "query\tdocument\tscore\n1\tlamp\t1\n", ":1: the header has no column 'query-id'"),
        ("qrels/test.tsv", QRELS_HEADER, "has a header and no rows"),
        ("qrels/test.tsv", QRELS_HEADER + "1\tlamp\n", ":2: has 2 columns, the header has 3"),
        ("qrels/test.tsv", QRELS_HEADER + "1\tlamp\tgood\n", ":2: score 'good' is no whole number"),
        ("qrels/test.tsv", QRELS_HEADER + "1\tlamp\t1\n1\tlamp\t2\n", ":3: 'lamp' is judged twice for '1'"),
        ("qrels/test.tsv", QRELS_HEADER + "9\tlamp\t1\n", "judges query '9', which is not in queries.jsonl"),
        ("queries.jsonl", '{"_id": "1"}\n', ":1: needs _id and text"),
        (
            "queries.jsonl",
            '{"_id": "1", "text": "a"}\n{"_id": "1", "text": "b"}\n',
            ":2: query '1' comes twice",
        ),
        ("queries.jsonl", "{oops\n", ":1: is no JSON"),
    ],
)
def test_a_bad_beir_file_names_its_line(beir_folder, file, text, reason):
    _write(beir_folder / file, text)
    with pytest.raises(EvalDataError) as caught:
        open_collection(str(beir_folder))
    assert str(beir_folder / file) in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"_id": "lamp", "title": "", "text": ""}, ":1: title: "),
        ({"title": "Lamp", "text": ""}, ":1: id: "),
        ({"_id": "lamp", "title": "Lamp", "metadata": {"price": "cheap"}}, ":1: price: "),
        ({"_id": "lamp", "title": "Lamp", "metadata": [1]}, ":1: metadata is no object"),
    ],
)
def test_a_bad_beir_entry_names_its_line(beir_folder, row, reason):
    file = _jsonl(beir_folder / "corpus.jsonl", [row])
    with pytest.raises(EvalDataError) as caught:
        open_collection(str(beir_folder)).products()
    assert f"{file}{reason}" in str(caught.value)


def test_a_beir_entry_that_comes_twice_is_refused(beir_folder):
    _jsonl(beir_folder / "corpus.jsonl", [{"_id": "a", "title": "A"}, {"_id": "a", "title": "B"}])
    with pytest.raises(EvalDataError, match=r":2: entry 'a' comes twice"):
        open_collection(str(beir_folder)).products()


def test_a_missing_beir_split_names_the_file(beir_folder):
    with pytest.raises(EvalDataError, match=r"qrels/train\.tsv: cannot be read: No such file"):
        open_collection(str(beir_folder), "train")


# -- WANDS ---------------------------------------------------------------------------------------

PRODUCTS_HEADER = (
    "product_id\tproduct_name\tproduct_class\tcategory hierarchy\tproduct_description\tproduct_features\t"
    "rating_count\taverage_rating\treview_count\n"
)


@pytest.fixture
def wands_folder(tmp_path):
    folder = tmp_path / "WANDS"
    _write(
        folder / "dataset" / "product.csv",
        PRODUCTS_HEADER
        + "0\tsalon chair\tChairs\tFurniture / Office / Chairs\t"
        + '"soft,\ncalled ""the best"""\tcolor:black|color : red|material:steel: brushed|plain'
        + "\t15.0\t4.5\t12.0\n"
        + '1\t24" round table\tTables\t\t\t\t\t\t\n',
    )
    _write(folder / "dataset" / "query.csv", "query_id\tquery\tquery_class\n0\tsalon chair\tMassage Chairs\n")
    _write(
        folder / "dataset" / "label.csv",
        "id\tquery_id\tproduct_id\tlabel\n0\t0\t0\tExact\n1\t0\t1\tPartial\n2\t0\t2\tIrrelevant\n3\t0\t0\tPartial\n",
    )
    return folder


@pytest.mark.parametrize("inner", ["", "dataset"])
def test_wands_is_read_from_the_repository_or_its_data_folder(wands_folder, inner):
    judged = open_collection(f"wands={wands_folder / inner}").judged
    assert (judged.name, judged.gain) == ("wands", "linear")
    assert judged.queries == {"0": "salon chair"}
    assert judged.qrels == {"0": {"0": 2, "1": 1, "2": 0}}


def test_wands_products_keep_their_features(wands_folder):
    chair, table = open_collection(f"wands={wands_folder}").products()
    assert (chair.id, chair.title) == ("0", "salon chair")
    assert chair.description == 'soft, called "the best"'
    assert chair.category == ("Furniture", "Office", "Chairs")
    assert chair.attributes == {"color": "black, red", "material": "steel: brushed"}
    assert chair.facets == {"colour": ("black", "red")}
    assert (chair.rating, chair.rating_count, chair.price) == (4.5, 15, None)
    assert (table.title, table.category, table.rating, table.rating_count) == (
        '24" round table',
        ("Tables",),
        None,
        0,
    )


def test_wands_is_measured_by_both_definitions(searcher, wands_folder):
    judged = wands.read_judgements(wands_folder)
    judged = type(judged)(
        "made", {"0": "Halo desk lamp"}, {"0": {"lamp": 1}}, gain=judged.gain, measures=judged.measures
    )
    metrics = retrieval.evaluate(searcher, judged).metrics
    assert metrics["ndcg@10"] == 1.0
    # Partial at rank 1: 1 of 3 * (1 + 1/2 + ... + 1/10)
    assert metrics["exact_ideal_ndcg@10"] == pytest.approx(1 / (3 * 2.9289683), abs=1e-6)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        (
            "label.csv",
            "id\tquery_id\tproduct_id\tlabel\n0\t0\t0\tGood\n",
            ":2: label 'Good' is none of Exact, ",
        ),
        (
            "label.csv",
            "id,query_id,product_id,label\n0,0,0,Exact\n",
            ":1: the header has no column 'query_id'",
        ),
        ("label.csv", "id\tquery_id\tproduct_id\tlabel\n0\t7\t0\tExact\n", "has no label for query '0'"),
        ("query.csv", "query_id\ttext\n0\ta\n", ":1: the header has no column 'query'"),
    ],
)
def test_a_bad_wands_file_names_its_line(wands_folder, file, text, reason):
    path = _write(wands_folder / "dataset" / file, text)
    if file == "query.csv":
        reason = f"{path}{reason}"
    with pytest.raises(EvalDataError) as caught:
        open_collection(f"wands={wands_folder}")
    assert reason in str(caught.value)


def test_a_wands_product_without_a_name_is_refused(wands_folder):
    _write(wands_folder / "dataset" / "product.csv", PRODUCTS_HEADER + "0" + "\t" * 8 + "\n")
    with pytest.raises(EvalDataError, match=r":2: needs product_id and product_name"):
        open_collection(f"wands={wands_folder}").products()


def test_wands_has_no_splits(wands_folder):
    with pytest.raises(ConfigError, match="no splits"):
        open_collection(f"wands={wands_folder}", "test")


# -- ESCI ----------------------------------------------------------------------------------------


@pytest.fixture
def esci_folder(tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="ESCI needs the extra esci")
    parquet = pytest.importorskip("pyarrow.parquet", reason="ESCI needs the extra esci")
    folder = tmp_path / "esci"
    folder.mkdir()
    names = ("query_id", "query", "product_id", "product_locale", "esci_label", "small_version", "split")
    rows = [
        (7, "usb lamp", "A", "us", "E", 1, "test"),
        (7, "usb lamp", "B", "us", "S", 1, "test"),
        (7, "usb lamp", "C", "us", "C", 1, "test"),
        (7, "usb lamp", "D", "us", "I", 1, "test"),
        (8, "only in the large version", "A", "us", "E", 0, "test"),
        (9, "to train on", "E", "us", "E", 1, "train"),
        (10, "lámpara", "A", "es", "E", 1, "test"),
    ]
    table = pyarrow.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    parquet.write_table(table, folder / "shopping_queries_dataset_examples.parquet")
    fields = ("id", "title", "description", "bullet_point", "brand", "color", "locale")
    products = [
        ("A", "USB lamp", "Bright.", "Dimmable\nSmall", "Halo", "White", "us"),
        ("A", "Lámpara USB", None, None, None, None, "es"),
        ("B", "Lamp", None, None, None, None, "us"),
        ("C", "", None, None, None, None, "us"),
        ("E", "Not judged in test", None, None, None, None, "us"),
    ]
    table = pyarrow.table(
        {f"product_{name}": [row[at] for row in products] for at, name in enumerate(fields)}
    )
    parquet.write_table(table, folder / "shopping_queries_dataset_products.parquet")
    return folder


def test_esci_is_the_small_version_of_one_split_and_locale(esci_folder):
    judged = open_collection(f"esci={esci_folder}").judged
    assert (judged.name, judged.gain) == ("esci/test-us", "esci")
    assert judged.queries == {"7": "usb lamp"}
    assert judged.qrels == {"7": {"A": 3, "B": 2, "C": 1, "D": 0}}


def test_esci_has_other_splits_and_locales(esci_folder):
    assert open_collection(f"esci={esci_folder}", "train").judged.queries == {"9": "to train on"}
    spanish = open_collection(f"esci={esci_folder}", "test-es")
    assert spanish.judged.queries == {"10": "lámpara"}
    assert [product.title for product in spanish.products()] == ["Lámpara USB"]
    assert spanish.key == "esci-test-es"


def test_the_products_of_esci_are_the_judged_ones_that_have_a_title(esci_folder):
    lamp, plain = open_collection(f"esci={esci_folder}").products()
    assert (lamp.id, lamp.title, lamp.description) == ("A", "USB lamp", "Bright. Dimmable Small")
    assert (lamp.brand, lamp.facets) == ("Halo", {"colour": ("White",)})
    assert (plain.id, plain.description, plain.brand, plain.facets) == ("B", "", None, {})


@pytest.mark.parametrize("split", ["dev", "test-fr", "dev-us"])
def test_an_unknown_split_of_esci_is_refused(tmp_path, split):
    with pytest.raises(ConfigError, match="test or train, and a locale: test-us"):
        open_collection(f"esci={tmp_path}", split)


def test_esci_without_its_files_or_queries_says_so(esci_folder, tmp_path):
    with pytest.raises(EvalDataError, match="no queries of split 'train' in locale 'jp'"):
        open_collection(f"esci={esci_folder}", "train-jp")
    with pytest.raises(
        EvalDataError, match=r"examples\.parquet: there is no such file; docs/collections\.md"
    ):
        open_collection(f"esci={tmp_path}")
    file = _write(esci_folder / "shopping_queries_dataset_examples.parquet", "no parquet")
    with pytest.raises(EvalDataError, match="cannot be read as the ESCI table") as caught:
        open_collection(f"esci={esci_folder}")
    assert caught.value.path == file


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'shopping-assistant\[esci\]'"):
        esci.read_judgements(tmp_path)


# -- by name -------------------------------------------------------------------------------------


@pytest.fixture
def icecat_folder(tmp_path):
    folder = tmp_path / "copy"
    _write(folder / "queries.dev.tsv", "q0\taa\nq1\taa battery\n")
    _write(folder / "qrels.dev.tsv", "q0\t1\t3\nq1\t2\t2\n")
    _jsonl(
        folder / "products.jsonl.gz",
        [
            {"id": "1", "name": "AA cell", "price": 1299, "attr_t_product_colour": "Silver"},
            {"id": "2", "name": "AA battery", "price": 250},
        ],
    )
    return folder


def test_icecat_brings_its_catalogue_with_prices_in_dollars(icecat_folder):
    found = open_collection(f"icecat={icecat_folder}")
    assert (found.judged.name, found.judged.gain, found.key) == ("icecat/dev", "exponential", "icecat")
    cell, battery = found.products()
    assert (cell.price, cell.facets) == (Decimal("12.99"), {"colour": ("Silver",)})
    assert battery.price == Decimal("2.50")


def test_a_chinese_rendering_of_icecat_takes_the_judgements_of_dev(icecat_folder, tmp_path, monkeypatch):
    queries = _write(tmp_path / "own" / "icecat" / "queries.zh-a.tsv", "q0\t五号\nq1\t五号电池\n")
    monkeypatch.setattr(collection, "bundled", lambda name: tmp_path / "own" / name)
    judged = open_collection(f"icecat={icecat_folder}", "zh-a").judged
    assert (judged.name, judged.queries) == ("icecat/zh-a", {"q0": "五号", "q1": "五号电池"})
    assert judged.qrels == {"q0": {"1": 3}, "q1": {"2": 2}}
    _write(queries, "q7\t五号\n")
    with pytest.raises(EvalDataError, match="no judgement for query 'q7'"):
        open_collection(f"icecat={icecat_folder}", "zh-a")


@pytest.mark.parametrize(("name", "file"), [("litemall", "goods.zh.jsonl"), ("bestbuy", "ecommerce.json")])
def test_the_own_sets_bring_queries_and_the_user_the_catalogue(name, file, tmp_path, monkeypatch, capsys):
    _write(tmp_path / "own" / name / "queries.en.tsv", "l1\tlamp\n")
    _write(tmp_path / "own" / name / "qrels.en.tsv", "l1\t1\t2\n")
    _write(tmp_path / "copy" / file, '{"id": "1", "name": "灯"}\n{"id": "1", "name": "灯"}\n')
    monkeypatch.setattr(collection, "bundled", lambda name: tmp_path / "own" / name)
    found = open_collection(f"{name}={tmp_path / 'copy'}")
    assert (found.judged.name, found.judged.queries, found.key) == (f"{name}/en", {"l1": "lamp"}, name)
    assert [product.title for product in found.products()] == ["灯"]
    assert "1 rows cannot be read" in capsys.readouterr().err
    with pytest.raises(EvalDataError, match=r"queries\.zh\.tsv: cannot be read"):
        open_collection(f"{name}={tmp_path / 'copy'}", "zh")


@pytest.mark.parametrize("source", ["webshop", "webshop=DIR", "icecat="])
def test_an_unknown_collection_is_refused_with_the_known_names(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EvalDataError, match="the collections are icecat, wands, esci, litemall, bestbuy"):
        open_collection(source)


@pytest.mark.parametrize("name", ["wands", "esci"])
def test_a_collection_without_a_copy_says_where_to_get_it(name, tmp_path):
    with pytest.raises(ConfigError, match=rf"--data {name}=DIR; docs/collections\.md says where"):
        open_collection(name)
    with pytest.raises(EvalDataError, match="is no folder"):
        open_collection(f"{name}={tmp_path / 'none'}")


def test_a_folder_of_tables_is_read_as_before(tmp_path):
    _write(tmp_path / "queries.en.tsv", "q1\tlamp\n")
    _write(tmp_path / "qrels.en.tsv", "q1\tlamp\t1\n")
    found = open_collection(str(tmp_path), "en")
    assert (found.judged.queries, found.products) == ({"q1": "lamp"}, None)


# -- the collection's own index ------------------------------------------------------------------


def test_a_collection_is_indexed_in_the_cache_and_only_once(beir_folder, hash_embedder, tmp_path):
    found, embedder = open_collection(str(beir_folder)), hash_embedder()
    assert open_index(found, embedder=embedder).store.count() == 3
    assert (tmp_path / "cache" / "collections" / "shop" / "shop.sqlite").exists()
    embedded = len(embedder.documents)
    searcher = open_index(found, embedder=embedder)
    assert len(embedder.documents) == embedded == 3
    assert retrieval.evaluate(searcher, found.judged).metrics["recall@100"] == 1.0


def test_the_configured_shop_is_never_built_over(beir_folder, hash_embedder, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_DATABASE_URL", f"sqlite:///{tmp_path / 'shop.sqlite'}")
    monkeypatch.setenv("SHOP_CHROMA_URL", "http://127.0.0.1:1")
    assert open_index(open_collection(str(beir_folder)), embedder=hash_embedder()).store.count() == 3
    assert not (tmp_path / "shop.sqlite").exists()
    assert not (tmp_path / "data").exists()


def test_a_named_catalogue_is_searched_in_place_of_the_collections_own(
    beir_folder, catalogue, embedder, tmp_path
):
    build(
        catalogue, IndexSettings(data_dir=tmp_path / "other", cache_dir=tmp_path / "cache"), embedder=embedder
    )
    searcher = open_index(open_collection(str(beir_folder)), tmp_path / "other", embedder=embedder)
    assert searcher.store.count() == len(catalogue)
    assert not (tmp_path / "cache" / "collections").exists()


def test_the_command_refuses_an_unknown_collection_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["retrieval", "--data", "wand"]) == 1
    assert capsys.readouterr().err == (
        "shop-eval: wand: is no folder and no collection; the collections are icecat, wands, esci, litemall, "
        "bestbuy\n"
    )
