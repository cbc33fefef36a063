"""Keeps what a search returned, to compare another search with it query by query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from pydantic import TypeAdapter, ValidationError

from eval import metrics
from eval.cases import EvalDataError, RetrievalSet
from eval.report import table, write_json

COMPARED = "ndcg@10"
"""The metric that runs are compared by."""

TIE = 1e-9
"""A smaller difference is rounding."""

SHOWN = 10
"""Queries shown in each direction."""


@dataclass(frozen=True, slots=True)
class QueryScore:
    """What search did with one query.

    Attributes:
        query: Its id.
        text: What was searched for.
        ranking: Ids of the products that came back, best first.
        ms: Wall time of the search, the embedding of the query included.
        scores: Metrics of this query by name.
    """

    query: str
    text: str
    ranking: tuple[str, ...]
    ms: float
    scores: Mapping[str, float]

    def row(self) -> dict[str, object]:
        """As a case of the report."""
        own = {"query": self.query, "text": self.text, "results": len(self.ranking), "ms": self.ms}
        return {**own, **self.scores}


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over a set of queries.

    Attributes:
        config: Everything that the results depend on.
        queries: What search did with each, in the order of the set.
    """

    config: Mapping[str, object]
    queries: tuple[QueryScore, ...]

    def results_per_query(self) -> float:
        """Mean number of products that came back."""
        return fmean(len(item.ranking) for item in self.queries)


@dataclass(frozen=True, slots=True)
class Difference:
    """One query in two runs.

    Attributes:
        before: In the saved run.
        after: In the new one.
    """

    before: QueryScore
    after: QueryScore

    @property
    def gain(self) -> float:
        """What the new run is better by in `COMPARED`, in [-1, 1]; below 0 when it is worse."""
        return self.after.scores[COMPARED] - self.before.scores[COMPARED]


_RUN = TypeAdapter(Run)


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON.

    Raises:
        ConfigError: If the file cannot be written.
    """
    write_json(_RUN.dump_python(run, mode="json"), path, option="--save")


def read_run(path: Path) -> Run:
    """Read a run that `save_run` wrote.

    Raises:
        EvalDataError: If the file cannot be read, is no run, or lacks the metric that is compared.
    """
    try:
        run = _RUN.validate_json(path.read_bytes())
    except OSError as error:
        raise EvalDataError(path, f"cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise EvalDataError(path, f"is no run that --save wrote: {where}: {first['msg']}") from error
    if not run.queries or any(COMPARED not in item.scores for item in run.queries):
        raise EvalDataError(path, f"is no run that --save wrote: a query has no {COMPARED}, or there is none")
    return run


def require_same_queries(saved: Run, data: RetrievalSet, path: Path) -> None:
    """Find out before a long run that it could not be compared; queries may be worded in another language.

    Args:
        saved: The run to compare with.
        data: What is about to be searched for.
        path: Where the saved run comes from.

    Raises:
        EvalDataError: If the queries have other ids.
    """
    old = {item.query for item in saved.queries}
    if old != data.queries.keys():
        same = len(old & data.queries.keys())
        raise EvalDataError(
            path,
            f"is a run over {saved.config.get('set')}, and {same} of its {len(old)} queries are among the "
            f"{len(data.queries)} of {data.name}; compare runs over the same queries",
        )


def pair(before: Run, after: Run) -> tuple[Difference, ...]:
    """Join two runs over the same queries, the greatest gain first.

    Raises:
        KeyError: If the saved run lacks a query; see `require_same_queries`.
    """
    old = {item.query: item for item in before.queries}
    joined = (Difference(old[item.query], item) for item in after.queries)
    return tuple(sorted(joined, key=lambda each: (-each.gain, each.after.query)))


def comparison(before: Run, after: Run, pairs: Sequence[Difference]) -> dict[str, float]:
    """The numbers of a comparison: the saved run's under `baseline`, what changed under `difference`.

    Args:
        before: The saved run.
        after: The new one.
        pairs: From `pair`.
    """
    old = [each.before.scores[COMPARED] for each in pairs]
    new = [each.after.scores[COMPARED] for each in pairs]
    low, high = metrics.paired_bootstrap(old, new)
    return {
        f"baseline.{COMPARED}": fmean(old),
        "baseline.results_per_query": before.results_per_query(),
        f"difference.{COMPARED}": fmean(each.gain for each in pairs),
        f"difference.{COMPARED}_ci_low": low,
        f"difference.{COMPARED}_ci_high": high,
        "difference.results_per_query": after.results_per_query() - before.results_per_query(),
        "difference.wins": sum(each.gain > TIE for each in pairs),
        "difference.ties": sum(abs(each.gain) <= TIE for each in pairs),
        "difference.losses": sum(each.gain < -TIE for each in pairs),
    }


def render_comparison(numbers: Mapping[str, float], pairs: Sequence[Difference]) -> str:
    """A comparison for the terminal: the verdict, then the queries that gained and lost most.

    Args:
        numbers: From `comparison`.
        pairs: From `pair`.
    """
    old, change = numbers[f"baseline.{COMPARED}"], numbers[f"difference.{COMPARED}"]
    low, high = numbers[f"difference.{COMPARED}_ci_low"], numbers[f"difference.{COMPARED}_ci_high"]
    counts = [numbers[f"difference.{name}"] for name in ("wins", "ties", "losses")]
    results = numbers["baseline.results_per_query"]
    won = [each for each in pairs if each.gain > TIE][:SHOWN]
    lost = [each for each in reversed(pairs) if each.gain < -TIE][:SHOWN]
    return "\n".join(
        [
            f"{COMPARED} {old:.3f} -> {old + change:.3f}: {change:+.3f}, 95 % interval {low:+.3f} to "
            f"{high:+.3f}; {counts[0]} wins, {counts[1]} ties, {counts[2]} losses",
            f"results a query {results:.1f} -> {results + numbers['difference.results_per_query']:.1f}",
            *_drawn("gained", won),
            *_drawn("lost", lost),
        ]
    )


def _drawn(word: str, pairs: Sequence[Difference]) -> list[str]:
    header = ["query", "before", "after", "difference", "results before", "results after"]
    rows = [
        [
            each.after.text,
            each.before.scores[COMPARED],
            each.after.scores[COMPARED],
            each.gain,
            len(each.before.ranking),
            len(each.after.ranking),
        ]
        for each in pairs
    ]
    return ["", f"the {len(rows)} queries that {word} most", table(header, rows)] if rows else []
