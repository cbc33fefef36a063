"""Measures search on queries with judged products: `shop-eval retrieval`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter

from eval import metrics
from eval.cases import EvalDataError, RetrievalSet, read_retrieval
from eval.report import Report, publish, table
from index.build import open_search
from index.config import IndexSettings
from index.search import Searcher

CUT = 10
"""Rank of the metrics of the first page."""

LIMIT = 100
"""Results asked for, and rank of the recall."""

MIN_OVERLAP = 0.5
"""An index with a smaller share of the judged products holds another catalogue."""

WORST = 10
"""Queries shown on the terminal."""

DEFAULT_DATA = Path("../shared/data/icecat")
"""Where a checkout of this project finds the judged Icecat products, if it has them."""

BUILD = (
    "shop-index build products.jsonl.gz --price-scale 0.01 --facet colour=attr_t_product_colour "
    "--data-dir DIR"
)


@dataclass(frozen=True, slots=True)
class QueryScore:
    """What search did with one query.

    Attributes:
        query: Its id.
        text: What was searched for.
        results: How many products came back.
        ms: Wall time of the search, the embedding of the query included.
        scores: Metrics of this query by name.
    """

    query: str
    text: str
    results: int
    ms: float
    scores: Mapping[str, float]

    def row(self) -> dict[str, object]:
        """As a case of the report."""
        return {"query": self.query, "text": self.text, "results": self.results, "ms": self.ms, **self.scores}


def evaluate(searcher: Searcher, data: RetrievalSet, *, limit: int = LIMIT) -> Report:
    """Search for every query, one at a time, and score the rankings.

    Args:
        searcher: An index of the judged products.
        data: Queries and judgements.
        limit: Results asked for, at least `CUT`.

    Returns:
        Means over the queries, and one case for each query, lowest nDCG first.

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
    scored = [_score(searcher, query, data, limit) for query in queries]
    config: dict[str, object] = {
        "command": "retrieval",
        "set": data.name,
        "limit": limit,
        "products": searcher.store.count(),
        "judged_in_index": overlap,
        "embedder": searcher.embedder.name,
    }
    worst = sorted(scored, key=lambda item: (item.scores[f"ndcg@{CUT}"], item.query))
    return Report(_summary(scored), config, [item.row() for item in worst])


def run(
    *,
    data: Path | None = None,
    catalogue: Path | None = None,
    split: str = "dev",
    limit: int = LIMIT,
    json_path: str | None = None,
    searcher: Searcher | None = None,
) -> Report:
    """Evaluate, print and write: the command.

    Args:
        data: Folder with `queries.SPLIT.tsv` and `qrels.SPLIT.tsv`; None means `DEFAULT_DATA`.
        catalogue: Data folder of the index; None means the configured one.
        split: Which queries of the folder.
        limit: Results asked for.
        json_path: Where the report goes as JSON; "-" is stdout.
        searcher: An open index, in place of `catalogue`.

    Raises:
        EvalDataError: If the data cannot be read or does not fit the index.
        StoreError: If the index cannot be opened.
        ModelError: If the embedding model cannot be loaded.
    """
    chosen = read_retrieval(_folder(data), split=split)
    searcher = searcher or open_search(IndexSettings.from_env(data_dir=catalogue))
    report = evaluate(searcher, chosen, limit=limit)
    publish(report, render(report), json_path)
    return report


def render(report: Report) -> str:
    """The report for the terminal: the metrics, then the worst queries."""
    columns = [f"ndcg@{CUT}", f"condensed_ndcg@{CUT}", f"judged@{CUT}", "results", "ms"]
    worst = [[row["text"], *(row[name] for name in columns)] for row in report.cases[:WORST]]
    share = report.config["judged_in_index"]
    return "\n".join(
        [
            f"{report.config['set']}: {report.metrics['count']} queries, "
            f"{report.config['products']} products, {share:.0%} of the judged ones among them",
            "",
            table(["metric", "value"], list(report.metrics.items())),
            "",
            f"the {len(worst)} worst queries",
            table(["query", *columns], worst),
        ]
    )


def _folder(data: Path | None) -> Path:
    if data is not None:
        return data
    if DEFAULT_DATA.is_dir():
        return DEFAULT_DATA
    raise EvalDataError(
        DEFAULT_DATA,
        "is not there. Name a folder with queries.dev.tsv and qrels.dev.tsv by --data, for example the "
        "Icecat product data set with judgements of the Chorus project (https://github.com/querqy/chorus)",
    )


def _overlap(searcher: Searcher, data: RetrievalSet) -> float:
    wanted = {product for grades in data.qrels.values() for product in grades}
    share = len(wanted & set(searcher.store.ids())) / len(wanted)
    if share < MIN_OVERLAP:
        raise EvalDataError(
            data.name,
            f"{share:.0%} of the judged products are in the index. Build one of their catalogue with "
            f"`{BUILD}` and name it by --catalogue DIR",
        )
    return share


def _score(searcher: Searcher, query: str, data: RetrievalSet, limit: int) -> QueryScore:
    text, grades = data.queries[query], data.qrels[query]
    started = perf_counter()
    result = searcher.search(text, limit=limit)
    ms = 1000 * (perf_counter() - started)
    ranking = [hit.product.id for hit in result.hits]
    return QueryScore(query, text, len(ranking), ms, _scores(ranking, grades, limit))


def _scores(ranking: Sequence[str], grades: Mapping[str, int], limit: int) -> dict[str, float]:
    return {
        f"ndcg@{CUT}": metrics.ndcg(ranking, grades, CUT),
        f"condensed_ndcg@{CUT}": metrics.condensed_ndcg(ranking, grades, CUT),
        f"recall@{limit}": metrics.recall(ranking, grades, limit),
        f"judged@{CUT}": metrics.judged(ranking, grades, CUT),
        f"mrr@{CUT}": metrics.reciprocal_rank(ranking, grades, CUT),
    }


def _summary(scored: Sequence[QueryScore]) -> dict[str, float]:
    means = {name: fmean(item.scores[name] for item in scored) for name in scored[0].scores}
    low, high = metrics.bootstrap_interval([item.scores[f"ndcg@{CUT}"] for item in scored])
    return means | {
        f"ndcg@{CUT}_ci_low": low,
        f"ndcg@{CUT}_ci_high": high,
        "results_per_query": fmean(item.results for item in scored),
        "latency_p50_ms": metrics.percentile([item.ms for item in scored], 50),
        "latency_p95_ms": metrics.percentile([item.ms for item in scored], 95),
        "count": len(scored),
    }
