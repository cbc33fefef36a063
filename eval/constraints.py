"""Measures the constraint parser: `shop-eval constraints`."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.constraints import parse_constraints
from assistant.turns import Constraints
from assistant.vocabulary import Vocabulary
from eval import metrics
from eval.cases import EvalDataError, json_objects
from eval.report import Report, publish, table
from index.store import FacetValue

KEYS = (
    "price",
    "price_relative",
    "include",
    "exclude",
    "rating_min",
    "in_stock",
    "on_sale",
    "sort",
    "quantity",
    "references",
)
"""What is judged; the soft wish in "cheap" is not."""

Atom = tuple[str, object]
"""One thing that was read: a key, and one of its values."""


@dataclass(frozen=True, slots=True)
class Case:
    """An utterance and what a careful reader reads in it.

    Attributes:
        facets: Values of the catalogue by facet, under their own names alone.
        expect: Key of `KEYS` to value, as JSON has it; what is absent must not be read.
    """

    text: str
    language: str
    facets: Mapping[str, Sequence[str]]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what was read."""

    case: Case
    read: Mapping[str, Any]

    @property
    def exact(self) -> bool:
        """Whether everything was read, and nothing else."""
        return set(_atoms(self.case.expect)) == set(_atoms(self.read))


def read_cases(path: Path) -> list[Case]:
    """Read JSONL rows with `text`, `language`, `facets` and `expect`.

    Raises:
        EvalDataError: If the file or a row cannot be read, or there are none.
    """
    found = []
    for number, row in json_objects(path):
        try:
            case = _case(row)
            unknown = set(case.expect) - set(KEYS)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = f"needs `text`, `language`, `facets` and `expect` ({error!r})"
            raise EvalDataError(path, reason, line=number) from error
        if unknown:
            raise EvalDataError(path, f"expects {sorted(unknown)}, which is none of {KEYS}", line=number)
        found.append(case)
    return found


def _case(row: Mapping[str, Any]) -> Case:
    """Check the shape of a row.

    Raises:
        KeyError, TypeError: If something is missing or of another type.
    """
    text, language, facets, expect = (row[key] for key in ("text", "language", "facets", "expect"))
    values = [*facets.values()]
    for key in ("include", "exclude"):
        values += expect.get(key, {}).values()
    values.append(expect.get("references", []))
    if not isinstance(text, str) or not isinstance(language, str):
        raise TypeError("text and language are strings")
    if not all(isinstance(some, list) for some in values):
        raise TypeError("values of a facet, and references, are lists")
    if set(expect.get("price", {})) - {"min", "max", "currency"}:
        raise TypeError("a price has min, max and currency")
    hash(tuple(_atoms(expect)))
    # False is what is not asked for.
    return Case(text, language, facets, {key: value for key, value in expect.items() if value is not False})


def vocabulary_of(case: Case) -> Vocabulary:
    """The vocabulary of a catalogue that has the case's facets."""
    return Vocabulary(
        {facet: [FacetValue(value, 1, ()) for value in some] for facet, some in case.facets.items()}
    )


def as_json(constraints: Constraints) -> dict[str, Any]:
    """Constraints in the form of `Case.expect`."""
    found: dict[str, Any] = {}
    if constraints.price is not None:
        price = constraints.price
        limits = {"min": price.min, "max": price.max, "currency": price.currency}
        found["price"] = {
            key: value if isinstance(value, str) else float(value)
            for key, value in limits.items()
            if value is not None
        }
    for key in KEYS[1:]:
        value = getattr(constraints, key)
        if value:
            found[key] = dict(value) if isinstance(value, Mapping) else value
    return found


def _atoms(said: Mapping[str, Any]) -> Iterable[Atom]:
    for key, value in said.items():
        match key:
            case "price":
                yield from ((key, (part, _number(limit))) for part, limit in value.items())
            case "include" | "exclude":
                yield from ((key, (facet, one)) for facet, some in value.items() for one in some)
            case "references":
                yield from ((key, position) for position in value)
            case _:
                yield key, _number(value)


def _number(value: Any) -> Any:
    return round(float(value), 2) if isinstance(value, int | float) and not isinstance(value, bool) else value


def run(data: Path, *, json_path: str | None = None) -> Report:
    """Measure on a file, print and write.

    Args:
        data: JSONL that `read_cases` reads.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        EvalDataError: If the file cannot be read.
    """
    judged, ms = [], []
    for case in read_cases(data):
        vocabulary = vocabulary_of(case)
        started = perf_counter()
        constraints = parse_constraints(case.text, vocabulary)
        ms.append(1000 * (perf_counter() - started))
        judged.append(Judged(case, as_json(constraints)))
    exact = [float(item.exact) for item in judged]
    low, high = metrics.bootstrap_interval(exact)
    summary = {"exact_match": sum(exact) / len(exact), "exact_match_ci_low": low, "exact_match_ci_high": high}
    languages = sorted({item.case.language for item in judged})
    for language in languages:
        some = [item.exact for item in judged if item.case.language == language]
        summary[f"{language}.exact_match"] = sum(some) / len(some)
    rows = []
    for language in languages:
        for key, scores in _by_key([i for i in judged if i.case.language == language]).items():
            rows.append([key, language, *scores.values()])
            summary |= {f"{language}.{key}.{name}": value for name, value in scores.items()}
    summary |= {
        "latency_p50_ms": metrics.percentile(ms, 50),
        "latency_p95_ms": metrics.percentile(ms, 95),
        "count": len(judged),
    }
    whole = {name: value for name, value in summary.items() if name.count(".") < 2}
    wrong = [item for item in judged if not item.exact]
    report = Report(
        summary,
        {"command": "constraints", "data": str(data)},
        [
            {
                "text": item.case.text,
                "language": item.case.language,
                "expected": dict(item.case.expect),
                "read": dict(item.read),
            }
            for item in wrong
        ],
    )
    text = "\n".join(
        [
            f"{data}: {len(judged)} utterances",
            "",
            table(["metric", "value"], list(whole.items())),
            "",
            table(["key", "language", "precision", "recall", "f1", "support"], rows),
            *(f"\n{item.case.text}\n  {_difference(item)}" for item in wrong),
        ]
    )
    publish(report, text, json_path)
    return report


def _by_key(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    right: Counter[str] = Counter()
    read: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for item in judged:
        wanted, found = set(_atoms(item.case.expect)), set(_atoms(item.read))
        right.update(key for key, _ in wanted & found)
        read.update(key for key, _ in found)
        expected.update(key for key, _ in wanted)
    scores = {}
    for key in KEYS:
        if not (read[key] or expected[key]):
            continue
        precision = right[key] / read[key] if read[key] else 0.0
        recall = right[key] / expected[key] if expected[key] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right[key] else 0.0
        scores[key] = {"precision": precision, "recall": recall, "f1": f1, "support": expected[key]}
    return scores


def _difference(item: Judged) -> str:
    expected, read = dict(item.case.expect), dict(item.read)
    parts = [
        f"{key}: expected {json.dumps(expected.get(key), ensure_ascii=False)}, "
        f"read {json.dumps(read.get(key), ensure_ascii=False, default=list)}"
        for key in KEYS
        if set(_atoms({key: expected[key]} if key in expected else {}))
        != set(_atoms({key: read[key]} if key in read else {}))
    ]
    return "; ".join(parts)
