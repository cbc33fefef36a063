import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import index.build
from index.build import open_lexical, open_store, open_vectors
from index.cli import main
from index.config import IndexSettings
from index.demo.generate import CATALOGUE
from index.readers import read_catalogue

SHOP = (
    "id,title,brand,category,price,list_price,stock,rating,color\n"
    "lamp,Halo desk lamp,Halo,Home > Lamps,25.00,30,4,4.5,white\n"
    "mug,陶瓷马克杯,景德,家居 > 杯子,39.90,,0,,白色\n"
    "shoe,Trail walking shoes,Stride,Shoes,140,,,3.9,brown\n"
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch, hash_embedder: Callable[..., Any]) -> None:
    """The commands load what the settings name; here that is an embedder without a model."""
    monkeypatch.setenv("SHOP_EMBEDDER", "owner/hash")
    monkeypatch.setattr(index.build, "load_embedder", lambda settings: hash_embedder(settings.embedder))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `shop-index` in this process: its exit code, what it printed, and what it complained of."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # how argparse ends
            assert isinstance(stop.code, int)
            code = stop.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, encoding="utf-8")
    return path


@pytest.fixture
def built(run: Run, shop: Path, tmp_path: Path) -> Path:
    assert run("build", shop)[0] == 0
    return tmp_path / "data"


def done(out: str) -> dict[str, int]:
    """The counts that `build` and `update` print."""
    found = re.fullmatch(
        r"(?P<read>\d+) products read, (?P<refused>\d+) rows refused; (?P<added>\d+) added, "
        r"(?P<changed>\d+) changed, (?P<repriced>\d+) repriced, (?P<deleted>\d+) deleted, "
        r"(?P<embedded>\d+) embedded; (?P<left>\d+) in the index \(\d+\.\d s\).*\n",
        out,
    )
    assert found, out
    return {name: int(count) for name, count in found.groupdict().items()}


def counts(**some: int) -> dict[str, int]:
    names = ("read", "refused", "added", "changed", "repriced", "deleted", "embedded", "left")
    return dict.fromkeys(names, 0) | some


# -- build -------------------------------------------------------------------------------------------


def test_build_says_what_it_did_and_where(run: Run, shop: Path, tmp_path: Path) -> None:
    for new in (3, 0):
        code, out, err = run("build", shop)
        assert (code, err) == (0, "")
        assert re.fullmatch(
            rf"3 products read, 0 rows refused; {new} added, 0 changed, 0 repriced, 0 deleted, "
            rf"{new} embedded; 3 in the index \(\d+\.\d s\) in {re.escape(str(tmp_path / 'data'))}\n",
            out,
        )


def test_build_deletes_what_the_file_no_longer_has(run: Run, built: Path, shop: Path) -> None:
    shop.write_text("".join(SHOP.splitlines(keepends=True)[:2]), encoding="utf-8")
    assert done(run("build", shop)[1]) == counts(read=1, deleted=2, left=1)


def test_build_reports_refused_rows_and_then_deletes_nothing(run: Run, built: Path, shop: Path) -> None:
    shop.write_text(
        "id,title,price\nlamp,Halo desk lamp,-1\nmug,陶瓷马克杯,abc\nnew,New,1\n", encoding="utf-8"
    )
    code, out, err = run("build", shop)
    assert code == 0
    assert done(out) == counts(read=1, refused=2, added=1, embedded=1, left=4)
    assert err.splitlines() == [
        f"{shop}:2: price: '-1' is below zero",
        f"{shop}:3: price: 'abc' is no number",
        "Because rows were refused, products missing from the file were kept.",
    ]


def test_build_shows_the_first_twenty_refused_rows_and_counts_the_rest(run: Run, shop: Path) -> None:
    shop.write_text("id,title,price\nok,Fine,1\n" + "".join(f"{n},Bad,-1\n" for n in range(23)))
    code, _, err = run("build", shop)
    lines = err.splitlines()
    assert code == 0
    assert lines[0].startswith(f"{shop}:3: ")
    assert lines[19].startswith(f"{shop}:22: ")
    assert lines[20:] == [
        "... and 3 more rows refused",
        "Because rows were refused, products missing from the file were kept.",
    ]


@pytest.mark.parametrize(
    "content", [None, "", "id,title\n", "id,title,price\n1,Lamp,-1\n", "红".encode("gb18030")]
)
def test_build_of_an_unreadable_file_is_one_line_and_leaves_no_trace(
    run: Run, tmp_path: Path, content: str | bytes | None
) -> None:
    path = tmp_path / "products.csv"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run("build", path)
    assert (code, out) == (1, "")
    assert err.startswith(f"shop-index: {path}")
    assert err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_an_unreadable_file_leaves_a_built_index_as_it_was(run: Run, built: Path, shop: Path) -> None:
    shop.write_text("id,title,price\n1,Lamp,-1\n")
    assert run("build", shop)[0] == 1
    assert sorted(open_store(IndexSettings(data_dir=built)).ids()) == ["lamp", "mug", "shoe"]


def test_build_options_reach_the_reader(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cents.csv"
    path.write_text("sku,name,cost,tint,note\n7,红裙,1999,深红,x\n", encoding="gb18030")
    code, _, err = run(
        "build", path, "--map", "price=cost", "--facet", "colour=tint", "--facet", "name", "--ignore", "note",
        "--currency", "cny", "--price-scale", "0.01", "--encoding", "gb18030",
    )  # fmt: skip
    assert (code, err) == (0, "")
    (product,) = open_store(IndexSettings(data_dir=tmp_path / "data")).get(["7"])
    assert (product.title, product.price, product.currency) == ("红裙", Decimal("19.99"), "CNY")
    assert product.facets == {"colour": ("深红",), "name": ("红裙",)}
    assert product.attributes == {"tint": "深红"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Name one product file, or use --demo."),
        (["shop.csv", "--demo"], "Name one product file, or use --demo."),
        (["shop.csv", "--map", "price"], "--map 'price' is not NAME=VALUE."),
        (["shop.csv", "--map", "=cost"], "--map '=cost' is not NAME=VALUE."),
        (["shop.csv", "--map", "cost=price"], "--map: there is no field 'cost'"),
        (["shop.csv", "--facet", "tint"], "There is no column 'tint'"),
        (["shop.csv", "--price-scale", "cents"], "--price-scale 'cents' is no number; use 0.01 for cents."),
        (["shop.csv", "--price-scale", "nan"], "--price-scale NaN makes no price"),
        (["shop.csv", "--encoding", "latin-99"], "There is no encoding 'latin-99'"),
        (["shop.csv", "--currency", "dollars"], "currency: String should match pattern"),
    ],
)
def test_a_wrong_build_option_is_one_line_and_leaves_no_trace(
    run: Run,
    shop: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("build", *arguments)
    assert (code, out) == (1, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == [shop]


def test_the_demo_is_built_without_a_file(run: Run) -> None:
    count = len(read_catalogue(CATALOGUE).products)
    code, out, err = run("build", "--demo")
    assert (code, err) == (0, "")
    assert done(out) == counts(read=count, added=count, embedded=count, left=count)
    assert run("check")[:2] == (
        0, f"sound: record, vectors, Chroma and tantivy hold the same {count} products\n",
    )  # fmt: skip


def test_an_unwritable_folder_is_one_line(run: Run, shop: Path) -> None:
    code, out, err = run("build", shop, "--data-dir", shop / "data")
    assert (code, out) == (1, "")
    assert err.startswith(f"shop-index: The data folder {shop / 'data'} cannot be written")
    assert err.count("\n") == 1


def test_ctrl_c_ends_quietly_and_the_next_build_goes_on(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, hash_embedder: Callable[..., Any]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            index.build, "load_embedder", lambda settings: hash_embedder("owner/hash", stop_after=0)
        )
        assert run("build", shop) == (130, "", "")
    assert run("build", shop)[0] == 0


# -- update ------------------------------------------------------------------------------------------


def test_update_changes_what_the_file_has_and_keeps_the_rest(run: Run, built: Path, shop: Path) -> None:
    shop.write_text(
        "id,title,brand,category,price,list_price,stock,rating,color\n"
        "lamp,Halo desk lamp,Halo,Home > Lamps,19,30,4,4.5,white\n"
        "mug,马克杯,景德,家居 > 杯子,39.90,,0,,白色\n"
        "chair,Wooden chair,,,60,,,,\n",
        encoding="utf-8",
    )
    code, out, err = run("update", shop)
    assert (code, err) == (0, "")
    assert done(out) == counts(read=3, added=1, changed=1, repriced=1, embedded=2, left=4)
    store = open_store(IndexSettings(data_dir=built))
    assert [product.price for product in store.get(["lamp", "shoe"])] == [Decimal(19), Decimal(140)]
    assert run("check")[0] == 0


def test_update_deletes_what_the_file_lacks_when_asked(run: Run, built: Path, shop: Path) -> None:
    shop.write_text("".join(SHOP.splitlines(keepends=True)[:2]), encoding="utf-8")
    assert done(run("update", shop)[1]) == counts(read=1, left=3)
    assert done(run("update", shop, "--delete-missing")[1]) == counts(read=1, deleted=2, left=1)
    assert open_store(IndexSettings(data_dir=built)).ids() == ["lamp"]


def test_with_refused_rows_delete_missing_deletes_nothing(run: Run, built: Path, shop: Path) -> None:
    shop.write_text("id,title,price\nlamp,Halo desk lamp,-1\nnew,New,1\n")
    code, out, err = run("update", shop, "--delete-missing")
    assert code == 0
    assert done(out) == counts(read=1, refused=1, added=1, embedded=1, left=4)
    assert err.splitlines() == [
        f"{shop}:2: price: '-1' is below zero",
        "Because rows were refused, nothing was deleted.",
    ]
    assert sorted(open_store(IndexSettings(data_dir=built)).ids()) == ["lamp", "mug", "new", "shoe"]


def test_update_of_an_unreadable_file_changes_nothing(run: Run, built: Path, shop: Path) -> None:
    before = open_store(IndexSettings(data_dir=built)).revision()
    shop.write_text("id,title,price\n1,Lamp,-1\n")
    for options in ([], ["--delete-missing"], ["--prices"]):
        code, out, err = run("update", shop, *options)
        assert (code, out) == (1, "")
        assert "nothing was changed" in err
    assert open_store(IndexSettings(data_dir=built)).revision() == before


def test_update_with_another_model_names_both_and_changes_nothing(
    run: Run, built: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_store(IndexSettings(data_dir=built)).revision()
    monkeypatch.setenv("SHOP_EMBEDDER", "owner/other")
    code, out, err = run("update", shop)
    assert (code, out) == (1, "")
    assert "embedding model owner/hash, but owner/other is configured" in err
    assert open_store(IndexSettings(data_dir=built)).revision() == before


def test_prices_change_price_and_stock_only_and_unknown_ids_are_told(
    run: Run, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_EMBEDDER", "owner/nowhere")  # no model is asked for
    prices = tmp_path / "prices.csv"
    prices.write_text("sku,price,stock,title\nlamp,19.99,,Never read\nmug,,7,\nghost,1,1,\nshoe,abc,,\n")
    code, out, err = run("update", prices, "--prices")
    assert code == 0
    assert re.fullmatch(
        r"3 rows read, 1 refused, 1 of unknown products; 2 products changed \(\d+\.\d s\)\n", out
    )
    assert err.splitlines() == [
        f"{prices}:5: price: 'abc' is no number",
        "ghost: is not in the catalogue",
    ]
    lamp, mug, shoe = open_store(IndexSettings(data_dir=built)).get(["lamp", "mug", "shoe"])
    assert (lamp.title, lamp.price, lamp.list_price, lamp.stock) == (
        "Halo desk lamp", Decimal("19.99"), Decimal(30), 4,
    )  # fmt: skip
    assert (mug.price, mug.stock, shoe.price) == (Decimal("39.90"), 7, Decimal(140))


def test_the_last_price_of_an_id_counts(run: Run, built: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.jsonl"
    prices.write_text('{"id": "lamp", "price": 10}\n{"id": "lamp", "price": 1200}\n')
    code, out, _ = run("update", prices, "--prices", "--price-scale", "0.01")
    assert (code, out.startswith("2 rows read, 0 refused, 0 of unknown products; 1 products")) == (0, True)
    assert open_store(IndexSettings(data_dir=built)).get(["lamp"])[0].price == Decimal(12)


# -- check -------------------------------------------------------------------------------------------


def test_check_says_that_all_is_sound(run: Run, built: Path) -> None:
    for options in ([], ["--repair"]):
        assert run("check", *options) == (
            0, "sound: record, vectors, Chroma and tantivy hold the same 3 products\n", "",
        )  # fmt: skip


def test_check_names_what_is_wrong_and_repair_mends_it(run: Run, built: Path) -> None:
    settings = IndexSettings(data_dir=built)
    open_vectors(settings).delete(["lamp"])
    open_lexical(settings).update((), deleted=["mug", "shoe"])
    assert run("check") == (
        1,
        "dense missing: lamp\nlexical missing: mug, shoe\n",
        f"The index in {built} is not sound. Mend it with: shop-index check --repair\n",
    )
    for options in (["--repair"], []):
        assert run("check", *options) == (
            0, "sound: record, vectors, Chroma and tantivy hold the same 3 products\n", "",
        )  # fmt: skip


def test_check_shows_the_first_five_and_counts_the_rest(run: Run, shop: Path, tmp_path: Path) -> None:
    shop.write_text("id,title\n" + "".join(f"p{number},Lamp {number}\n" for number in range(8)))
    assert run("build", shop)[0] == 0
    open_lexical(IndexSettings(data_dir=tmp_path / "data")).update((), deleted=[f"p{n}" for n in range(7)])
    assert run("check")[1] == "lexical missing: p0, p1, p2, p3, p4, and 2 more\n"


# -- info --------------------------------------------------------------------------------------------


def test_info_lists_what_is_in_the_index(run: Run, built: Path) -> None:
    code, out, err = run("info")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert re.fullmatch(r"built       \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", lines.pop(2))
    assert lines == [
        f"folder      {built}",
        "products    3",
        "embedder    owner/hash",
        "currencies  USD",
        "brand       3 values: Halo (1), Stride (1), 景德 (1)",
        "category    5 values: Home (1), Lamps (1), Shoes (1), 家居 (1), 杯子 (1)",
        "colour      3 values: brown (1), white (1), 白色 (1)",
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["info"],
        ["search", "lamp"],
        ["check"],
        ["check", "--repair"],
        ["update", "{shop}"],
        ["update", "{shop}", "--delete-missing"],
        ["update", "{shop}", "--prices"],
    ],
)
def test_asking_before_building_says_what_to_run_and_leaves_no_trace(
    run: Run, shop: Path, tmp_path: Path, command: list[str]
) -> None:
    code, out, err = run(*(word.format(shop=shop) for word in command))
    assert (code, out) == (1, "")
    assert err == (
        f"shop-index: There is no catalogue in {tmp_path / 'data'}. "
        f"Run: shop-index build FILE (or shop-chat --demo).\n"
    )
    assert list(tmp_path.iterdir()) == [shop]


@pytest.mark.parametrize("order", [["--data-dir", "{}", "info"], ["info", "--data-dir", "{}"]])
def test_the_folder_may_be_named_before_or_after_the_command(
    run: Run, shop: Path, tmp_path: Path, order: list[str]
) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    assert run("--data-dir", elsewhere, "build", shop)[0] == 0
    assert not (tmp_path / "data").exists()
    assert f"folder      {elsewhere}\n" in run(*(word.format(elsewhere) for word in order))[1]


# -- search ------------------------------------------------------------------------------------------


def test_search_prints_hits_with_price_and_parts(run: Run, built: Path) -> None:
    code, out, err = run("search", "Halo desk lamp", "--limit", "1")
    assert (code, err) == (0, "")
    first, hit, parts = out.splitlines()
    assert first == "3 products pass the filters"
    assert (found := re.fullmatch(r" 1\. ([01]\.\d{3})  Halo desk lamp  \[USD 25\]  lamp", hit))
    shown = dict(part.split("=") for part in parts.split())
    assert sorted(shown) == ["bm25", "cosine", "dense", "lexical"]
    assert float(shown["dense"]) + float(shown["lexical"]) == pytest.approx(float(found[1]), abs=2e-3)


def shown(out: str) -> list[str]:
    return re.findall(r"^ *\d+\. .*  (\S+)$", out, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["lamp", "shoe", "mug"]),
        (["--min-price", "39.90"], ["shoe", "mug"]),
        (["--max-price", "39.89"], ["lamp"]),
        (["--include", "colour=White", "--include", "colour=白色"], ["lamp", "mug"]),
        (["--exclude", "brand=halo"], ["shoe", "mug"]),
        (["--min-rating", "4"], ["lamp"]),
        (["--in-stock"], ["lamp", "shoe"]),
        (["--on-sale"], ["lamp"]),
    ],
)
def test_search_filters(run: Run, built: Path, options: list[str], expected: list[str]) -> None:
    code, out, _ = run("search", "", *options)
    assert code == 0
    assert out.startswith(f"{len(expected)} products pass the filters\n")
    assert shown(out) == expected


def test_search_without_results_says_which_constraint_blocks(run: Run, built: Path) -> None:
    assert run("search", "lamp", "--include", "brand=Halo", "--max-price", "20") == (
        0,
        "0 products pass the filters\nprice: 1 products\n",
        "",
    )


def test_search_in_an_index_of_another_model_names_both(
    run: Run, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_EMBEDDER", "owner/other")
    code, out, err = run("search", "lamp")
    assert (code, out) == (1, "")
    assert "embedding model owner/hash, but owner/other is configured" in err
    assert err.count("\n") == 1


# -- usage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["build", "--nonsense"],
        ["update"],
        ["update", "shop.csv", "--prices", "--delete-missing"],
        ["check", "shop.csv"],
        ["search"],
        ["search", "x", "--limit", "many"],
        ["search", "x", "--min-price", "cheap"],
        ["search", "x", "--max-price", "inf"],
        ["search", "x", "--max-price", "NaN"],
    ],
)
def test_wrong_usage_exits_with_2_and_shows_the_usage(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: shop-index")


def test_help_ends_with_an_example(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert out.endswith("example:\n  shop-index build products.csv --currency EUR\n")


@pytest.mark.parametrize("command", ["build", "update", "check", "info", "search"])
def test_each_command_has_help(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith(f"usage: shop-index {command}")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_ends_quietly(built: Path, unbuffered: str) -> None:
    program = "import sys; from index.cli import main; sys.exit(main(['info']))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
