"""Builds and updates that are killed, and folders that are full or read-only."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.build import check, open_search, open_store
from index.config import IndexSettings
from index.documents import embedding_text
from index.embed import Embedder
from index.errors import StoreNotBuiltError
from index.schema import Product

KILLS = int(os.environ.get("SHOP_TEST_KILLS", "10"))
"""Fifty take two minutes; the number that was last run is in docs/experiments.md."""

CHILD = """
import json, resource, sys
from pathlib import Path
tests, order = Path(sys.argv[1]), json.loads(sys.stdin.readline())
sys.path.insert(0, str(tests))
import index.build, chromadb, tantivy
from conftest import HashEmbedder
from index.config import IndexSettings
from index.errors import ShopError
from index.schema import Product

class Logged(HashEmbedder):
    def embed_documents(self, texts):
        found = super().embed_documents(texts)
        with Path(order["log"]).open("a") as log:
            log.writelines(f"{text}\\n" for text in texts)
        return found

index.build.EMBED_BATCH, index.build.DENSE_BATCH, index.build.LEXICAL_BATCH = 16, 64, 64
settings = IndexSettings(data_dir=Path(order["data"]), cache_dir=Path(order["data"]))
products = [Product(**row) for row in order["products"]]
print("ready", flush=True)
sys.stdin.readline()
if order.get("uid"):
    import os
    os.setuid(order["uid"])
if order.get("largest_file"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"],) * 2)
try:
    if order["update"]:
        index.build.update(products, settings, delete_missing=True, embedder=Logged())
    else:
        index.build.build(products, settings, embedder=Logged())
except ShopError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""


@contextmanager
def child(**order: object) -> Iterator[subprocess.Popen[str]]:
    """A process that has imported everything and builds as soon as it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n", process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def rows(version: int, *, count: int = 200) -> list[dict[str, object]]:
    """A catalogue in which a third changes its text from version to version, and some come and go."""
    return [
        {
            "id": f"p{number}",
            "title": f"Lamp {number} edition {version if number % 3 == 0 else 0}",
            "price": f"{10 + (number * version) % 90}.00",
            "facets": {"colour": [("red", "blue", "green")[number % 3]]},
        }
        for number in range(count)
        if (number + version) % 10
    ]


def stored(settings: IndexSettings, wanted: Sequence[dict[str, object]]) -> set[str]:
    """Texts that need no embedding any more."""
    texts = {str(row["id"]): embedding_text(Product(**row)) for row in wanted}  # type: ignore[arg-type]
    try:
        store = open_store(settings)
    except StoreNotBuiltError:
        return set()
    try:
        current = {key: embedding_text(item) for key in texts for item in store.get([key])}
        missing = {key for key, _ in store.unembedded()}
        return {text for key, text in texts.items() if current.get(key) == text and key not in missing}
    finally:
        store.engine.dispose()


def test_killed_at_any_moment_the_next_run_finishes_and_embeds_nothing_twice(
    settings: IndexSettings, embedder: Embedder, tmp_path: Path
) -> None:
    chance, log = random.Random(20261122), tmp_path / "log"
    order = {"data": str(settings.data_dir), "log": str(log), "update": False}
    with child(**order, products=rows(0)) as process:
        started = time.monotonic()
        go(process)
        assert process.wait(timeout=120) == 0
        takes = time.monotonic() - started
    killed = number = 0
    while killed < KILLS:  # a run that is done before its moment comes does not count
        number += 1
        wanted = rows(number)
        done = stored(settings, wanted)
        log.write_text("")
        update = {**order, "update": bool(number % 2)}
        with child(**update, products=wanted) as process:
            go(process)
            try:
                process.wait(timeout=chance.random() * takes)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                killed += 1
        again = done & set(log.read_text().splitlines())
        assert not again, f"embedded again after kill {number}: {sorted(again)[:3]}"
        # Whatever the moment, the record is whole, and a search shows what it says.
        searcher = open_search(settings, embedder=embedder)
        for hit in searcher.search("lamp edition", limit=20).hits:
            assert [hit.product] == searcher.store.get([hit.product.id])
        searcher.store.engine.dispose()

    final = rows(number + 1)
    done = stored(settings, final)
    log.write_text("")
    with child(**{**order, "update": True}, products=final) as process:
        go(process)
        assert process.wait(timeout=120) == 0, process.communicate()
    assert not done & set(log.read_text().splitlines())
    report = check(settings)
    assert report.sound, report.faults
    assert report.products == len(final)


@pytest.mark.parametrize("largest_file", [60_000, 250_000, 600_000])
def test_a_full_disk_is_one_sentence_and_leaves_the_last_good_index(
    settings: IndexSettings, embedder: Embedder, tmp_path: Path, largest_file: int
) -> None:
    order = {"data": str(settings.data_dir), "log": str(tmp_path / "log"), "update": False}
    with child(**order, products=rows(0, count=40)) as process:
        go(process)
        assert process.wait(timeout=120) == 0
    more = rows(0, count=40) + [{"id": f"q{n}", "title": f"Chair {n} " + "wood " * 50} for n in range(2000)]
    with child(**order, products=more, largest_file=largest_file) as process:
        go(process)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert len(said.strip().splitlines()) == 1 and "space" in said, said

    searcher = open_search(settings, embedder=embedder)
    assert searcher.search("lamp 7 edition", limit=1).hits[0].product.id == "p7"
    searcher.store.engine.dispose()
    with child(**order, products=more) as process:
        go(process)
        assert process.wait(timeout=120) == 0
    assert check(settings).sound


def test_a_read_only_folder_is_one_sentence_and_leaves_the_last_good_index(
    embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("readonly")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder)
    order = {"data": str(settings.data_dir), "log": str(folder / "log"), "update": False}
    with child(**order, products=rows(0, count=40)) as process:
        go(process)
        assert process.wait(timeout=120) == 0
    root = os.geteuid() == 0  # whom no permission stops
    paths = [settings.data_dir, *settings.data_dir.rglob("*")]
    for path in [*paths, folder, *folder.parents[:-2]]:
        if path in paths or root:
            path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with child(**order, products=rows(1, count=40), uid=65534 if root else 0) as process:
            go(process)
            _, said = process.communicate(timeout=120)
    finally:
        for path in [*folder.parents[:-2][::-1], folder, *paths]:
            if path in paths or root:
                path.chmod(0o755 if path.is_dir() else 0o644)
    assert process.returncode == 1, said
    assert len(said.strip().splitlines()) == 1 and "writable" in said, said
    assert open_search(settings, embedder=embedder).search("lamp 7 edition").hits[0].product.id == "p7"
