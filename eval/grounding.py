"""Measures how far answers can be trusted: `shop-eval grounding`.

Sentences composed from records, true ones and the same with one fact changed, or sentences that somebody
judged, go through the verifier as a language model's would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.turns import Constraints, Evidence, Intent, Suggestion, Understanding
from assistant.verify import Verdict, verify
from eval import metrics
from eval.cases import EvalDataError, json_objects
from eval.claims import Judged, compose
from eval.report import Report, publish, table
from index.errors import CatalogueError
from index.readers import ReadOptions, read_row
from index.schema import Language, Product
from index.search import Hit

SHOWN = 12
"""Wrongly judged sentences that the terminal shows of each sort."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence and what the verifier said of it."""

    judged: Judged
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the verifier judged as the case does."""
        return self.verdict.supported is self.judged.supported


def run(
    data: Path | None,
    *,
    products: Sequence[Product] = (),
    count: int = 1000,
    seed: int = 0,
    source: str = "",
    figures: Path | None = None,
    json_path: str | None = None,
) -> Report:
    """Check the sentences of a file, or composed ones; print and write.

    Args:
        data: JSONL with language, evidence, sentence, supported, and kind if wanted; None composes.
        products: Catalogue that sentences are composed from.
        count: True ones composed in each language, and false ones.
        seed: Of the composing.
        source: Where the products are from, for the report.
        figures: Folder for the picture.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        EvalDataError: If the file cannot be read.
        ConfigError: If a picture is wanted and cannot be drawn.
    """
    if figures is not None:
        from eval.figures import require_drawable

        require_drawable(figures)
    cases = compose(products, count=count, seed=seed) if data is None else read_judged(data)
    checked = check(cases)
    summary = score(checked)
    config = {"command": "grounding", "data": str(data or source), "count": count, "seed": seed}
    report = Report(summary, config, [_row(item) for item in checked if not item.right])
    publish(report, render(checked, str(data or source)), json_path)
    if figures is not None:
        from eval.figures import draw_grounding

        draw_grounding(rates(checked), figures)
    return report


def read_judged(path: Path) -> list[Judged]:
    """Read sentences with the rows that they are about.

    Raises:
        EvalDataError: If the file or a row cannot be read.
    """
    return [_judged(path, number, row) for number, row in json_objects(path)]


def _judged(path: Path, number: int, row: Mapping[str, Any]) -> Judged:
    sentence, supported, rows = row.get("sentence"), row.get("supported"), row.get("evidence")
    if not isinstance(sentence, str) or not sentence.strip():
        raise EvalDataError(path, f"needs text in 'sentence', has {sentence!r}", line=number)
    if not isinstance(supported, bool):
        raise EvalDataError(path, f"needs true or false in 'supported', has {supported!r}", line=number)
    if not isinstance(rows, list) or not all(isinstance(item, dict) for item in rows):
        raise EvalDataError(path, "needs a list of product rows in 'evidence'", line=number)
    language: Language = "zh" if row.get("language") == "zh" else "en"
    try:
        evidence = tuple(read_row(item, ReadOptions(), path) for item in rows)
    except CatalogueError as error:
        raise EvalDataError(path, f"evidence: {error.field}: {error.reason}", line=number) from error
    return Judged(language, str(row.get("kind") or "all"), evidence, sentence, supported)


def check(cases: Sequence[Judged]) -> list[Checked]:
    """The verifier's verdict on each sentence."""
    from tqdm import tqdm

    return [
        Checked(case, verify(case.sentence, _asked(case.language), _evidence(case.evidence)))
        for case in tqdm(cases, desc="sentences", unit="sentence", disable=None)
    ]


def _asked(language: Language) -> Understanding:
    """A request that states nothing that an answer could repeat."""
    return Understanding("", language, Intent("ask_product", 1.0), Constraints())


def _evidence(products: Sequence[Product]) -> Evidence:
    return Evidence(products=tuple(Suggestion(Hit(product, 1.0), 1.0) for product in products))


# -- the report ----------------------------------------------------------------------------------


def rates(checked: Sequence[Checked]) -> dict[str, dict[str, float]]:
    """By group: the false-pass and the false-block rate with Wilson's 95 % intervals and the counts."""
    groups: dict[str, list[Checked]] = {"": list(checked)}
    for item in checked:
        groups.setdefault(item.judged.language, []).append(item)
    for kind in sorted({item.judged.kind for item in checked}):
        groups[f"kind.{kind}"] = [item for item in checked if item.judged.kind == kind]
    return {name: _rates(items) for name, items in groups.items()}


def _rates(checked: Sequence[Checked]) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, supported in (("false_pass", False), ("false_block", True)):
        some = [item for item in checked if item.judged.supported is supported]
        wrong = sum(not item.right for item in some)
        low, high = metrics.wilson_interval(wrong, len(some))
        out |= {
            f"{name}_rate": wrong / len(some) if some else 0.0,
            f"{name}_ci_low": low,
            f"{name}_ci_high": high,
            f"{name}_of": len(some),
        }
    return out


def score(checked: Sequence[Checked]) -> dict[str, float]:
    """The rates of the whole, of each language and of each kind, by dotted name."""
    return {
        f"{group}.{name}" if group else name: value
        for group, some in rates(checked).items()
        for name, value in some.items()
    }


def render(checked: Sequence[Checked], title: str) -> str:
    """The report for the terminal."""
    rows = []
    for group, some in rates(checked).items():
        interval = [
            f"{some[f'{name}_ci_low']:.3f}-{some[f'{name}_ci_high']:.3f}"
            for name in ("false_pass", "false_block")
        ]
        rows.append(
            [group or "all", some["false_pass_rate"], interval[0], int(some["false_pass_of"]),
             some["false_block_rate"], interval[1], int(some["false_block_of"])]
        )  # fmt: skip
    header = ["", "false shown", "95 %", "of", "true blocked", "95 %", "of"]
    lines = [f"{title}: {len(checked)} sentences", "", table(header, rows)]
    for supported, told in ((False, "false, shown"), (True, "true, blocked")):
        wrong = [item for item in checked if item.judged.supported is supported and not item.right]
        if wrong:
            lines += ["", f"{told} ({len(wrong)}):"]
            lines += [
                f"  {item.judged.kind}: {item.judged.sentence}  [{_because(item)}]" for item in wrong[:SHOWN]
            ]
    return "\n".join(lines)


def _because(item: Checked) -> str:
    return f"{item.verdict.kind}: {item.verdict.reason}" if item.verdict.kind else ""


def _row(item: Checked) -> dict[str, object]:
    return {
        "language": item.judged.language,
        "kind": item.judged.kind,
        "sentence": item.judged.sentence,
        "supported": item.judged.supported,
        "verdict": item.verdict.supported,
        "because": _because(item),
        "evidence": [product.id for product in item.judged.evidence],
    }
