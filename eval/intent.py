"""Measures the intent classifier: `shop-eval intent`.

Two questions, two ways. How good is the shipped classifier on utterances that somebody else wrote: it
reads a file. How good is what `shop-train` makes of our own utterances: K-fold cross-validation, no
near-duplicate of an utterance on the other side of the split.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

from assistant.config import Settings
from assistant.corpora import outside
from assistant.intent import MIN_CONFIDENCE, MIN_MARGIN, IntentClassifier
from assistant.turns import Intent
from assistant.utterances import OUT_OF_SCOPE, Utterance
from eval import metrics
from eval.cases import read_intents
from eval.figures import draw
from eval.report import Report, publish, table

PAIRS = 25
"""Confused pairs that are printed."""


class Classifier(Protocol):
    """What is measured; `assistant.intent.IntentClassifier` is one."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents it knows."""

    def classify(self, text: str, context: str = "") -> Intent:
        """Read one utterance."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One utterance and how it was read.

    Attributes:
        utterance: With the intent that is right.
        intent: Read in its own context.
        bare: Read with the context withheld.
    """

    utterance: Utterance
    intent: Intent
    bare: Intent

    @property
    def right(self) -> bool:
        """Whether it was read rightly in its own context."""
        return self.intent.label == self.utterance.intent

    def row(self) -> dict[str, object]:
        """As a case of the report."""
        return {
            "text": self.utterance.text,
            "language": self.utterance.language,
            "tag": self.utterance.tag,
            "context": self.utterance.context,
            "expected": self.utterance.intent,
            "predicted": self.intent.label,
            "confidence": self.intent.confidence,
            "runner_up": self.intent.runner_up,
            "margin": self.intent.margin,
            "bare": self.bare.label,
        }


# -- the shipped classifier on a file ------------------------------------------------------------


def run_shipped(
    data: Path,
    *,
    public: Path | None = None,
    figures: Path | None = None,
    json_path: str | None = None,
    classifier: Classifier | None = None,
) -> Report:
    """Measure the shipped classifier on a file, print and write: the command with `--data`.

    Args:
        data: A file that `eval.cases.read_intents` reads.
        public: Folder of public collections, whose test parts give `oos_auroc`.
        figures: Folder for the pictures of `eval.figures`.
        json_path: Where the report goes as JSON; "-" is stdout.
        classifier: Measured in place of the shipped one.

    Raises:
        EvalDataError: If the file cannot be read.
        ModelError: If the classifier cannot be loaded.
    """
    rows = read_intents(data)
    classifier = classifier or IntentClassifier.load(Settings.from_env())
    judged, ms = classify(classifier, rows)
    summary = score(judged) | {
        "latency_p50_ms": metrics.percentile(ms, 50),
        "latency_p95_ms": metrics.percentile(ms, 95),
    }
    inner = [item.intent.outside for item in judged if item.utterance.intent != OUT_OF_SCOPE]
    for name, some in (outside(public, "test") if public and inner else {}).items():
        outer = [classifier.classify(row.text).outside for row in some]
        summary[f"{name}.oos_auroc"] = metrics.auroc(inner, outer)
    unknown = sorted({row.intent for row in rows} - set(classifier.labels))
    config = {"command": "intent", "data": str(data), "unknown_labels": unknown}
    report = report_of(judged, summary, config)
    text = render(judged, summary, f"{data}: {len(rows)} utterances, the shipped classifier")
    if unknown:
        text += f"\n\nThe classifier does not know, and so cannot predict: {', '.join(unknown)}"
    publish(report, text, json_path)
    if figures is not None:
        draw(judged, figures)
    return report


def classify(classifier: Classifier, rows: Sequence[Utterance]) -> tuple[list[Judged], list[float]]:
    """Read every utterance, one at a time, in its context and without.

    Returns:
        What was read, and the wall time of each reading in its own context in ms, in the order of `rows`.
    """
    from tqdm import tqdm

    classifier.classify(rows[0].text)  # the first call loads and allocates things; it is not timed
    judged, ms = [], []
    for row in tqdm(rows, desc="utterances", unit="utterance", disable=None):
        started = perf_counter()
        intent = classifier.classify(row.text, row.context)
        ms.append(1000 * (perf_counter() - started))
        judged.append(Judged(row, intent, classifier.classify(row.text) if row.context else intent))
    return judged, ms


# -- numbers -------------------------------------------------------------------------------------


def score(judged: Sequence[Judged]) -> dict[str, float]:
    """The metrics of the whole, of each language, and without context.

    `coverage` is the share of utterances that the assistant would act on without asking back, and
    `covered_accuracy` the accuracy on them; `coverage_at_97` is the share, most confident first, on which
    97 % are right, and `accuracy_at_90` the accuracy on the most confident 90 %; `oos_auroc` tells our own
    out-of-scope utterances from the others.

    Raises:
        ValueError: If there are no utterances.
    """
    right = [item.right for item in judged]
    low, high = metrics.bootstrap_interval([float(value) for value in right])
    languages = sorted({item.utterance.language for item in judged})
    summary: dict[str, float] = {
        "accuracy": sum(right) / len(right),
        "accuracy_ci_low": low,
        "accuracy_ci_high": high,
        "macro_f1": macro_f1(judged),
    }
    for language in languages:
        summary[f"{language}.macro_f1"] = macro_f1([i for i in judged if i.utterance.language == language])
    for tag in sorted({item.utterance.tag for item in judged} - {""}):
        tagged = [item for item in judged if item.utterance.tag == tag]
        for language in languages:
            some = [item for item in tagged if item.utterance.language == language]
            summary[f"{tag}.{language}.macro_f1"] = macro_f1(some) if some else 0.0
        summary[f"{tag}.macro_f1"] = macro_f1(tagged)
    expected = [item.utterance.intent for item in judged]
    summary["bare.macro_f1"] = metrics.macro_f1(expected, [item.bare.label for item in judged])
    confidences = [item.intent.confidence for item in judged]
    summary["ece"] = metrics.calibration_error(confidences, right)
    summary["coverage_at_97"] = metrics.coverage_at(confidences, right, 0.97)
    summary["accuracy_at_90"] = metrics.accuracy_at(confidences, right, 0.90)
    own = [item.intent.outside for item in judged if item.utterance.intent == OUT_OF_SCOPE]
    others = [item.intent.outside for item in judged if item.utterance.intent != OUT_OF_SCOPE]
    if own and others:
        summary["oos_auroc"] = metrics.auroc(others, own)
    return summary | _covered(judged) | {"count": len(judged)}


def render(judged: Sequence[Judged], summary: Mapping[str, float], title: str) -> str:
    """The report for the terminal: the metrics, each label, and what is confused."""
    scores = metrics.label_scores(*_labels(judged))
    labels = [[label, s.precision, s.recall, s.f1, s.support] for label, s in scores.items()]
    pairs = metrics.confusion(*_labels(judged)).most_common()
    wrong = [f"{a} -> {b}: {n}" for (a, b), n in pairs if a != b]
    return "\n".join(
        [
            title,
            "",
            table(["metric", "value"], list(summary.items())),
            "",
            table(["intent", "precision", "recall", "f1", "support"], labels),
            "",
            f"confused, expected -> predicted ({min(len(wrong), PAIRS)} of {len(wrong)} pairs)",
            *wrong[:PAIRS],
        ]
    )


def report_of(judged: Sequence[Judged], summary: Mapping[str, float], config: Mapping[str, object]) -> Report:
    """The metrics, those of each label, and one case for each error, the surest first."""
    breakdown: dict[str, float] = {}
    for label, s in metrics.label_scores(*_labels(judged)).items():
        breakdown |= {
            f"{label}.precision": s.precision,
            f"{label}.recall": s.recall,
            f"{label}.f1": s.f1,
            f"{label}.support": s.support,
        }
    wrong = sorted((item for item in judged if not item.right), key=lambda item: -item.intent.confidence)
    config = {**config, "min_confidence": MIN_CONFIDENCE, "min_margin": MIN_MARGIN}
    return Report({**summary, **breakdown}, config, [item.row() for item in wrong])


def _labels(judged: Sequence[Judged]) -> tuple[list[str], list[str]]:
    return [item.utterance.intent for item in judged], [item.intent.label for item in judged]


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean F1 over the labels that occur, each read in its own context."""
    return metrics.macro_f1(*_labels(judged))


def _covered(judged: Sequence[Judged]) -> dict[str, float]:
    sure = [
        item.right
        for item in judged
        if item.intent.confidence >= MIN_CONFIDENCE and item.intent.margin >= MIN_MARGIN
    ]
    return {
        "coverage": len(sure) / len(judged),
        "covered_accuracy": sum(sure) / len(sure) if sure else 0.0,
    }
