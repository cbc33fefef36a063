"""Measures search on queries with judged products: `shop-eval retrieval`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter

from eval import metrics
from eval.cases import EvalDataError, RetrievalSet
from eval.collection import open_collection, open_index
from eval.report import Report, publish, table
from eval.runs import (
    COMPARED,
    QueryScore,
    Run,
    comparison,
    pair,
    read_run,
    render_comparison,
    require_same_queries,
    save_run,
)
from index.search import Searcher

CUT = 10
"""Rank of the metrics of the first page."""

LIMIT = 100
"""Results asked for, and rank of the recall."""

MIN_OVERLAP = 0.5
"""An index with a smaller share of the judged products holds another catalogue."""

WORST = 10
"""Queries shown on the terminal."""

BUILD = "shop-index build FILE --data-dir DIR"


def search_all(searcher: Searcher, data: RetrievalSet, *, limit: int = LIMIT) -> Run:
    """Search for every query, one at a time, and score the rankings.

    Args:
        searcher: An index of the judged products.
        data: Queries and judgements.
        limit: Results asked for, at least `CUT`.

    Raises:
        EvalDataError: If the index holds less than `MIN_OVERLAP` of the judged products.
        ValueError: If `limit` is below `CUT`.
    """
    from tqdm import tqdm

    if limit < CUT:
        raise ValueError(f"limit must be {CUT} or more, not {limit}")
    overlap = _overlap(searcher, data)
    searcher.search("warm-up", limit=limit)  # the first search loads and opens things; it is not timed
    queries = tqdm(data.queries, desc="queries", unit="query", disable=None)
    scored = tuple(_score(searcher, query, data, limit) for query in queries)
    config: dict[str, object] = {
        "command": "retrieval",
        "set": data.name,
        "gain": data.gain,
        "limit": limit,
        "products": searcher.store.count(),
        "judged_in_index": overlap,
        "embedder": searcher.embedder.name,
        "reranker": "" if searcher.reranker is None else searcher.reranker.name,
    }
    return Run(config, scored)


def summarise(run: Run) -> Report:
    """Means over the queries, and one case for each query, lowest nDCG first."""
    worst = sorted(run.queries, key=lambda item: (item.scores[f"ndcg@{CUT}"], item.query))
    return Report(_summary(run), run.config, [item.row() for item in worst])


def evaluate(searcher: Searcher, data: RetrievalSet, *, limit: int = LIMIT) -> Report:
    """Search for every query and summarise: `search_all`, then `summarise`.

    Raises:
        EvalDataError: If the index holds less than `MIN_OVERLAP` of the judged products.
        ValueError: If `limit` is below `CUT`.
    """
    return summarise(search_all(searcher, data, limit=limit))


def run(
    *,
    data: str | Path | None = None,
    catalogue: Path | None = None,
    split: str | None = None,
    limit: int = LIMIT,
    json_path: str | None = None,
    save: Path | None = None,
    compare: Path | None = None,
    reranker: str | None = None,
    searcher: Searcher | None = None,
) -> Report:
    """Evaluate, print and write: the command.

    Args:
        data: Collection or folder, see `open_collection`; None means Icecat.
        catalogue: Data folder of the index; None means the collection's own, see `open_index`.
        split: Which queries; None means the collection's usual ones.
        limit: Results asked for.
        json_path: Where the report goes as JSON; "-" is stdout.
        save: Where the run goes, to compare others with it.
        compare: A saved run over the same queries.
        reranker: Name of a cross-encoder that looks at the first results again.
        searcher: An open index, in place of `catalogue`.

    Raises:
        EvalDataError: If the data or the saved run cannot be read, or does not fit.
        StoreError: If the index cannot be opened.
        ModelError: If the embedding model cannot be loaded.
        ConfigError: If a file cannot be written, or the collection has no such split.
        MissingExtraError: If the library that reads the collection is not installed.
    """
    collection = open_collection(None if data is None else str(data), split)
    before = None if compare is None else _comparable(compare, collection.judged)
    after = search_all(
        searcher or open_index(collection, catalogue, reranker=reranker), collection.judged, limit=limit
    )
    report, text = summarise(after), ""
    if before is not None:
        report, text = _compared(report, before, after, str(compare))
    if save is not None:
        save_run(after, save)
    publish(report, f"{render(report)}\n{text}".rstrip(), json_path)
    return report


def _comparable(path: Path, data: RetrievalSet) -> Run:
    saved = read_run(path)
    require_same_queries(saved, data, path)
    return saved


def _compared(report: Report, before: Run, after: Run, name: str) -> tuple[Report, str]:
    """The report with the comparison under its metrics and in its cases, and the comparison as text."""
    pairs = pair(before, after)
    numbers = comparison(before, after, pairs)
    extra = {
        each.after.query: {
            f"baseline.{COMPARED}": each.before.scores[COMPARED],
            f"difference.{COMPARED}": each.gain,
            "baseline.results": len(each.before.ranking),
        }
        for each in pairs
    }
    compared = Report(
        {**report.metrics, **numbers},
        {**report.config, "compared_with": {"file": name, **before.config}},
        [{**row, **extra[str(row["query"])]} for row in report.cases],
    )
    return compared, f"\ncompared with {name}\n{render_comparison(numbers, pairs)}"


def render(report: Report) -> str:
    """The report for the terminal: the metrics, then the worst queries."""
    columns = [f"ndcg@{CUT}", f"condensed_ndcg@{CUT}", f"judged@{CUT}", "results", "ms"]
    worst = [[row["text"], *(row[name] for name in columns)] for row in report.cases[:WORST]]
    share = report.config["judged_in_index"]
    return "\n".join(
        [
            f"{report.config['set']}: {report.metrics['count']} queries, "
            f"{report.config['products']} products, {share:.0%} of the judged ones among them; "
            f"gain of the nDCG: {report.config['gain']}",
            "",
            table(["metric", "value"], list(report.metrics.items())),
            "",
            f"the {len(worst)} worst queries",
            table(["query", *columns], worst),
        ]
    )


def _overlap(searcher: Searcher, data: RetrievalSet) -> float:
    wanted = {product for grades in data.qrels.values() for product in grades}
    share = len(wanted & set(searcher.store.ids())) / len(wanted)
    if share < MIN_OVERLAP:
        raise EvalDataError(
            data.name,
            f"{share:.0%} of the judged products are in the index, which holds another catalogue. Build one "
            f"of theirs with `{BUILD}` and name it by --catalogue DIR; for a collection that has its "
            f"catalogue, leave out --catalogue",
        )
    return share


def _score(searcher: Searcher, query: str, data: RetrievalSet, limit: int) -> QueryScore:
    text, grades = data.queries[query], data.qrels[query]
    started = perf_counter()
    result = searcher.search(text, limit=limit)
    ms = 1000 * (perf_counter() - started)
    ranking = [hit.product.id for hit in result.hits]
    return QueryScore(query, text, tuple(ranking), ms, _scores(ranking, grades, data, limit))


def _scores(
    ranking: Sequence[str], grades: Mapping[str, int], data: RetrievalSet, limit: int
) -> dict[str, float]:
    return {
        f"ndcg@{CUT}": metrics.ndcg(ranking, grades, CUT, gain=data.gain),
        f"condensed_ndcg@{CUT}": metrics.condensed_ndcg(ranking, grades, CUT, gain=data.gain),
        f"recall@{limit}": metrics.recall(ranking, grades, limit),
        f"judged@{CUT}": metrics.judged(ranking, grades, CUT),
        f"mrr@{CUT}": metrics.reciprocal_rank(ranking, grades, CUT),
        **{name: measure(ranking, grades) for name, measure in data.measures.items()},
    }


def _summary(run: Run) -> dict[str, float]:
    scored = run.queries
    means = {name: fmean(item.scores[name] for item in scored) for name in scored[0].scores}
    low, high = metrics.bootstrap_interval([item.scores[f"ndcg@{CUT}"] for item in scored])
    return means | {
        f"ndcg@{CUT}_ci_low": low,
        f"ndcg@{CUT}_ci_high": high,
        "results_per_query": run.results_per_query(),
        "latency_p50_ms": metrics.percentile([item.ms for item in scored], 50),
        "latency_p95_ms": metrics.percentile([item.ms for item in scored], 95),
        "count": len(scored),
    }
