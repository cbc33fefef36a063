"""Measures building, searching, memory and disk, and what a user would write instead: `shop-eval speed`."""

import gc
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

from eval import footprint
from eval.collection import SHARED
from eval.peers import INSTALL, PEERS, TOP, Items, Peer, missing, prepare
from eval.report import Report, publish, table
from eval.timing import Ask, Exact, Stored, Timing, Uncached, say, time_all
from eval.workload import Condition, VaryingEmbedder, conditions, read_products, sample_queries, varied
from index.build import build, open_search
from index.config import IndexSettings
from index.embed import Embedder, Vectors, load_embedder
from index.errors import ConfigError
from index.schema import Product
from index.search import Searcher
from index.snapshot import Snapshot

SIZES = (20_000, 200_000)
RUNS = 5
QUERIES = 100

EMBEDDED_UP_TO = 25_000
"""Catalogues up to this size are embedded by the model throughout; of larger ones only the originals are."""

SEARCH, STORED, DENSE = "search", "search_without_embedding", "dense"
"""`Searcher.search` whole; the same with the query's vector at hand; nearest vectors and the records only."""


@dataclass(frozen=True, slots=True)
class SizeResult:
    """Everything measured on one size.

    Attributes:
        products: How many.
        conditions: The filters, in order.
        timings: By system, then by name of the condition.
        building: What was built in this run: metric to value.
        footprint: Cold start, memory and disk: metric to value.
    """

    products: int
    conditions: Sequence[Condition]
    timings: Mapping[str, Mapping[str, Timing]]
    building: Mapping[str, float]
    footprint: Mapping[str, float] = field(default_factory=dict)

    def ratio(self, system: str, condition: str) -> float:
        """How many times as long as our dense search: median over the runs of the ratio of the medians."""
        other, own = self.timings[system][condition], self.timings[DENSE][condition]
        return median(a / b for a, b in zip(other.p50, own.p50, strict=True))


def run(
    *,
    data: Path | None = None,
    work: Path | None = None,
    sizes: Sequence[int] = SIZES,
    runs: int = RUNS,
    queries: int = QUERIES,
    peers: Sequence[str] = tuple(PEERS),
    rebuild: bool = False,
    json_path: str | None = None,
    embedder: Embedder | None = None,
) -> Report:
    """Measure, print and write: the command.

    Args:
        data: Product file; None means Icecat, see `read_products`.
        work: Folder for the indexes, kept; None means a temporary one. What it holds already is not built
            again, and building is then not measured.
        sizes: Products in each index.
        runs: How often everything is timed.
        queries: Distinct queries in each run.
        peers: Names of `PEERS`; those that are not installed are left out with a line on stderr.
        rebuild: Remove what `work` holds first.
        json_path: Where the report goes as JSON; "-" is stdout.
        embedder: In place of the configured one. Cold start and memory, which are measured in processes that
            load the model themselves, are then left out.

    Raises:
        EvalDataError: If there is no product file.
        CatalogueError: If the product file cannot be read.
        StoreError: If an index cannot be written or opened.
        ModelError: If the embedding model cannot be loaded.
        ConfigError: If a file or the folder cannot be written.
    """
    products = read_products(data)
    if absent := missing(peers):
        print(f"Left out, not installed: {', '.join(absent)}. Install with: {INSTALL}", file=sys.stderr)
    # Never a server that is configured: it holds the shop.
    settings = replace(IndexSettings.from_env(), database_url="", chroma_url="")
    model = embedder or load_embedder(settings)
    workload = _Workload(
        products=products,
        queries=tuple(sample_queries(products, queries, judged=_judged(data))),
        runs=runs,
        peers=tuple(name for name in peers if name not in absent),
        rebuild=rebuild,
        model=model,
        children=embedder is None,
    )
    with _folder(work) as folder:
        results = [
            _measure(workload, size, replace(settings, data_dir=folder / str(size) / "index"))
            for size in sizes
        ]
    report = _report(results, workload)
    publish(report, render(results, workload.model.name, len(workload.queries), runs), json_path)
    return report


def _judged(data: Path | None) -> Path | None:
    file = SHARED / "icecat" / "queries.dev.tsv"
    return file if data is None and file.exists() else None


@contextmanager
def _folder(work: Path | None) -> Iterator[Path]:
    if work is None:
        with tempfile.TemporaryDirectory(prefix="shop-speed-", ignore_cleanup_errors=True) as made:
            yield Path(made)
        return
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--work {work} cannot be made: {error.strerror}.") from error
    yield work


@dataclass(frozen=True, slots=True)
class _Workload:
    """What is the same for every size; `known` collects the vectors of the originals."""

    products: Sequence[Product]
    queries: Sequence[str]
    runs: int
    peers: Sequence[str]
    rebuild: bool
    model: Embedder
    children: bool
    known: dict[str, Vectors] = field(default_factory=dict)


# -- one size ------------------------------------------------------------------------------------------------


def _measure(workload: _Workload, size: int, settings: IndexSettings) -> SizeResult:
    if workload.rebuild:
        shutil.rmtree(settings.data_dir.parent, ignore_errors=True)
    products, sources = varied(workload.products, size)
    building = _build(workload, products, sources if size > EMBEDDED_UP_TO else {}, settings)
    searcher = open_search(settings, embedder=workload.model)
    snapshot = searcher.snapshot()
    found = conditions(snapshot)
    vectors = {text: workload.model.embed_queries([text])[0] for text in workload.queries}
    systems = _own(searcher, vectors)
    items = _items(snapshot, {product.id: product for product in products})
    for name in workload.peers:
        say(f"{size} products: filling {name}")
        peer, seconds = prepare(name, settings.data_dir.parent / "peers", items)
        systems[f"peer.{name}"] = _asking(peer)
        if seconds is not None:
            building[f"peer.{name}.build.products_per_s"] = len(items.ids) / seconds
    exact = Exact(snapshot, items, list(vectors.values()), found)
    del products, sources, items
    gc.collect()  # hundred thousands of objects less for the collector to look through while it is timed
    timings = time_all(systems, vectors, found, exact, workload.runs)
    searcher.store.engine.dispose()
    return SizeResult(len(snapshot), found, timings, building, _footprint(workload, settings, found))


def _build(
    workload: _Workload, products: Sequence[Product], sources: Mapping[str, str], settings: IndexSettings
) -> dict[str, float]:
    """Build, and say how fast if everything was built."""
    embedder = VaryingEmbedder(workload.model, known={} if not sources else workload.known, sources=sources)
    done = build(products, settings, embedder=embedder)
    if not sources:
        workload.known.update(embedder.known)
    if done.embedded < len(products) or done.changes.added < len(products):
        say(f"{len(products)} products: the index was there; building is not measured (--rebuild)")
        return {}
    if sources:
        return {"build.without_model.products_per_s": len(products) / (done.seconds - embedder.seconds)}
    return {"build.products_per_s": len(products) / done.seconds}


def _items(snapshot: Snapshot, products: Mapping[str, Product]) -> Items:
    """What the snapshot holds, with the vectors as it has them, for the peers."""
    rows = np.flatnonzero(snapshot.alive & snapshot.embedded)
    ids = [snapshot.ids[row] for row in rows]
    return Items(ids, snapshot.vectors[rows].astype(np.float32), [_row(products[key]) for key in ids])


def _row(product: Product) -> dict[str, str | float]:
    row: dict[str, str | float] = {"title": product.title, "currency": product.currency}
    if colours := product.facets.get("colour"):
        row["colour"] = colours[0]
    if product.price is not None:
        row["price"] = float(product.price)
    return row


# -- systems -------------------------------------------------------------------------------------------------


def _own(searcher: Searcher, vectors: Mapping[str, Vectors]) -> dict[str, Ask]:
    """Ours, in three ways."""

    def whole(embedder: Embedder) -> Ask:
        other = copy(searcher)
        other.embedder = embedder
        return lambda text, _, condition: [
            hit.product.id for hit in other.search(text, condition.filters, limit=TOP).hits
        ]

    def dense(_: str, vector: Vectors, condition: Condition) -> list[str]:
        snapshot = searcher.snapshot()
        mask = snapshot.passing(condition.filters)
        rows = searcher.dense.nearest(snapshot, vector, mask, TOP).rows
        return [product.id for product in searcher.store.get([snapshot.ids[row] for row in rows])]

    embedder = searcher.embedder
    return {SEARCH: whole(Uncached(embedder)), STORED: whole(Stored(embedder.name, vectors)), DENSE: dense}


def _asking(peer: Peer) -> Ask:
    return lambda _, vector, condition: [found.id for found in peer.query(vector, condition.price_max)]


# -- what is reported ----------------------------------------------------------------------------------------


def _footprint(workload: _Workload, settings: IndexSettings, found: Sequence[Condition]) -> dict[str, float]:
    sizes = footprint.disk(settings.data_dir)
    result = {f"disk.{part}_mb": size / 2**20 for part, size in sizes.items()}
    if workload.children:
        limits = [each.filters.price_max for each in found if each.peers]
        taken = []
        for turn in range(workload.runs):
            say(f"cold start {turn + 1} of {workload.runs}")
            taken.append(
                footprint.measure(
                    settings, workload.queries, [None if limit is None else str(limit) for limit in limits]
                )
            )
        result["cold_start_s"] = median(each.cold_start_s for each in taken)
        result["memory_mb"] = median(each.memory_mb for each in taken)
    return result


def _report(results: Sequence[SizeResult], workload: _Workload) -> Report:
    """Medians of the runs as metrics; every run in the cases."""
    metrics: dict[str, float] = {}
    cases: list[dict[str, object]] = []
    for each in results:
        size = each.products
        metrics |= {f"{size}.{name}": value for name, value in {**each.building, **each.footprint}.items()}
        metrics |= {f"{size}.share.{condition.name}": condition.share for condition in each.conditions}
        for system, timings in each.timings.items():
            for name, timing in timings.items():
                prefix = f"{size}.{system}.{name}"
                metrics[f"{prefix}.latency_p50_ms"] = median(timing.p50)
                metrics[f"{prefix}.latency_p95_ms"] = median(timing.p95)
                if system not in (SEARCH, STORED):
                    metrics[f"{prefix}.recall@{TOP}"] = timing.recall
                if system.startswith("peer."):
                    metrics[f"{size}.{system}.ratio.{name}"] = each.ratio(system, name)
                row = {"products": size, "system": system, "condition": name}
                cases.append({**row, "p50_ms": list(timing.p50), "p95_ms": list(timing.p95)})
    return Report(metrics, _config(workload), cases)


def _config(workload: _Workload) -> dict[str, object]:
    libraries = {
        name: version(name)
        for name in ("chromadb", "numpy", "tantivy", "langchain-chroma", "txtai")
        if find_spec(name.replace("-", "_"))
    }
    return {
        "command": "speed",
        "runs": workload.runs,
        "queries": len(workload.queries),
        "real_products": len(workload.products),
        "embedder": workload.model.name,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "libraries": libraries,
    }


def render(results: Sequence[SizeResult], model: str, queries: int, runs: int) -> str:
    """The results for the terminal."""
    head = f"{queries} queries, medians of {runs} runs (lowest to highest), {os.cpu_count()} cores, {model}"
    return "\n\n".join([head, *map(_section, results)])


def _section(each: SizeResult) -> str:
    rows = [[name, value] for name, value in {**each.building, **each.footprint}.items()]
    own = [
        [_LABELS[system], _condition(condition), median(timing.p50), median(timing.p95), _spread(timing.p50)]
        for system in (SEARCH, STORED)
        for condition in each.conditions
        for timing in [each.timings[system][condition.name]]
    ]
    others = [
        [
            _LABELS.get(system, system.removeprefix("peer.")),
            _condition(condition),
            median(timing.p50),
            median(timing.p95),
            _spread(timing.p50),
            timing.recall,
            each.ratio(system, condition.name),
        ]
        for condition in each.conditions
        if condition.peers
        for system, timings in each.timings.items()
        if system not in (SEARCH, STORED)
        for timing in [timings[condition.name]]
    ]
    columns = ["way", "filter (passing)", "p50 ms", "p95 ms", "p50 of the runs"]
    return "\n".join(
        [
            f"{each.products} products",
            "",
            table(["of the index", "value"], rows),
            "",
            table(columns, own),
            "",
            f"nearest vectors only: {TOP} products with title and price",
            table([*columns, f"recall@{TOP}", "times ours"], others),
        ]
    )


_LABELS = {SEARCH: "search", STORED: "without the query's embedding", DENSE: "ours"}


def _condition(condition: Condition) -> str:
    return f"{condition.name} ({condition.share:.2%})"


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"
