"""Measures the intent classifier: `shop-eval intent`.

Two questions, two ways. How good is the shipped classifier on utterances that somebody else wrote: it
reads a file. How good is what `shop-train` makes of our own utterances: K-fold cross-validation, no
near-duplicate of an utterance on the other side of the split.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.calibration import fit_temperature
from assistant.config import Settings
from assistant.corpora import outside
from assistant.ensemble import Ensemble
from assistant.inputs import load_tokenizer
from assistant.intent import MIN_CONFIDENCE, MIN_MARGIN, IntentClassifier, intents_of
from assistant.network import fresh_network, in_torch
from assistant.train import AUGMENTED, EPOCHS, TrainingData, fit, fit_ngrams, pools_for
from assistant.turns import Intent
from assistant.utterances import OUT_OF_SCOPE, Utterance, assign_folds, bundled_utterances, labels_of
from eval import metrics
from eval.cases import read_intents
from eval.figures import draw
from eval.report import Report, publish, table
from index.embed import bundled_folder
from index.errors import ConfigError

FOLDS = 5

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
    report = _report(judged, summary, config)
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


# -- cross-validation ----------------------------------------------------------------------------


def run_cross_validation(
    rows: Sequence[Utterance] | None = None,
    *,
    folds: int | None = None,
    seed: int = 0,
    epochs: int | None = None,
    public: Path | None = None,
    augmented: bool = True,
    jobs: int | None = None,
    figures: Path | None = None,
    json_path: str | None = None,
) -> Report:
    """Train and measure fold by fold, print and write: the command without `--data`.

    Args:
        rows: The utterances; None means the bundled ones.
        folds: How many parts, each held out once; None means `FOLDS`.
        seed: Of the folds and of training.
        epochs: Passes over the training part; None means as many as `shop-train` makes.
        public: Folder of public collections: their train parts teach what is out of scope, their test
            parts give `oos_auroc`. None means neither.
        augmented: Whether training makes utterances over.
        jobs: Folds that are trained at a time, each on one core; None means one for each core, on a GPU one.
        figures: Folder for the pictures of `eval.figures`.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        ConfigError: If there are too few utterances or intents.
        ModelError: If the encoder cannot be loaded.
    """
    from tqdm import tqdm

    rows = bundled_utterances() if rows is None else rows
    folds, epochs = folds or FOLDS, epochs or EPOCHS
    if len(labels_of(rows)) < 2:
        raise ConfigError("Cross-validation needs utterances of at least two intents.")
    assigned = assign_folds(rows, folds=folds, seed=seed)
    foreign = list(outside(public, "test").items()) if public else []
    work = [
        Fold(
            known=[row for row, held in zip(rows, assigned, strict=True) if held != fold],
            held_out=[row for row, held in zip(rows, assigned, strict=True) if held == fold],
            foreign=[row for _, some in foreign for row in some],
            labels=labels_of(rows),
            public=public,
            augmented=AUGMENTED if augmented else 0.0,
            seed=seed + fold,
            epochs=epochs,
        )
        for fold in range(folds)
    ]
    results = list(tqdm(_in_parallel(train_and_read, work, jobs), total=folds, desc="folds", disable=None))
    temperature = fit_temperature(
        np.concatenate([result.scores for result in results]),
        np.array([labels_of(rows).index(row.intent) for fold in work for row in fold.held_out]),
    )
    judged = [item for fold, result in zip(work, results, strict=True) for item in result.judged(fold)]
    spread = [_macro_f1(result.judged(fold)) for fold, result in zip(work, results, strict=True)]
    summary = score(judged) | {
        "macro_f1_fold_min": min(spread),
        "macro_f1_fold_max": max(spread),
        "temperature": temperature,
        "bert_alone.macro_f1": metrics.macro_f1(
            [row.intent for fold in work for row in fold.held_out],
            [labels_of(rows)[at] for result in results for at in result.alone.argmax(-1)],
        ),
    }
    at = 0
    for name, some in foreign:
        outer = np.concatenate([result.foreign[at : at + len(some)] for result in results])
        inner = [item.intent.outside for item in judged if item.utterance.intent != OUT_OF_SCOPE]
        summary[f"{name}.oos_auroc"] = metrics.auroc(inner, outer.tolist())
        at += len(some)
    config = {
        "command": "intent",
        "data": "bundled",
        "folds": folds,
        "seed": seed,
        "epochs": epochs,
        "public": public is not None,
        "augmented": augmented,
    }
    report = _report(judged, summary, config)
    title = f"{folds}-fold cross-validation of {len(judged)} utterances, epochs {epochs}, seed {seed}"
    publish(report, render(judged, summary, title), json_path)
    if figures is not None:
        draw(judged, figures)
    return report


@dataclass(frozen=True, slots=True)
class Fold:
    """One training of a cross-validation: what it sees, and what it is measured on."""

    known: Sequence[Utterance]
    held_out: Sequence[Utterance]
    foreign: Sequence[Utterance]
    labels: tuple[str, ...]
    public: Path | None
    augmented: float
    seed: int
    epochs: int


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What came of a fold.

    Attributes:
        scores: Of the held-out utterances in their own contexts, shape (utterances, labels).
        bare: The same with the context withheld.
        foreign: Probability of out of scope for each foreign utterance, temperature fitted on this fold.
        alone: As `scores`, of the BERT network without the n-grams.
        temperature: Fitted on this fold's held-out utterances; it moves confidence, never a label.
    """

    scores: NDArray[np.float32]
    bare: NDArray[np.float32]
    foreign: NDArray[np.float32]
    alone: NDArray[np.float32]
    temperature: float

    def judged(self, fold: Fold) -> list[Judged]:
        """The held-out utterances as read."""
        own = intents_of(self.scores / self.temperature, fold.labels)
        bare = intents_of(self.bare / self.temperature, fold.labels)
        return [Judged(*item) for item in zip(fold.held_out, own, bare, strict=True)]


def train_and_read(fold: Fold) -> FoldResult:
    """Train on one part and read the other."""
    folder = bundled_folder(Settings.from_env())
    tokenizer = load_tokenizer(folder)
    network = fresh_network(folder, len(fold.labels), seed=fold.seed)
    pools = pools_for(fold.known, fold.public)
    # Trainer prints its log to stdout, which may be where the report's JSON goes.
    with redirect_stdout(sys.stderr):
        data = TrainingData(fold.known, pools, fold.augmented)
        fit(network, tokenizer, data, fold.labels, seed=fold.seed, epochs=fold.epochs)

    ensemble = Ensemble(in_torch(network), tokenizer, fit_ngrams(fold.known, fold.labels))
    scores = ensemble.scores([(row.text, row.context) for row in fold.held_out])
    temperature = fit_temperature(scores, np.array([fold.labels.index(row.intent) for row in fold.held_out]))
    foreign = []
    if fold.foreign:
        scored = ensemble.scores([(row.text, "") for row in fold.foreign])
        foreign = [intent.outside for intent in intents_of(scored / temperature, fold.labels)]
    alone = Ensemble(in_torch(network), tokenizer, None)
    return FoldResult(
        scores,
        ensemble.scores([(row.text, "") for row in fold.held_out]),
        np.array(foreign, np.float32),
        alone.scores([(row.text, row.context) for row in fold.held_out]),
        temperature,
    )


def _in_parallel(
    act: Callable[[Fold], FoldResult], work: Sequence[Fold], jobs: int | None
) -> Iterator[FoldResult]:
    """Results in order, several at a time: on a CPU one core a training is twice as fast as all for one."""
    jobs = jobs or (1 if torch.cuda.is_available() else os.cpu_count() or 1)
    if jobs == 1 or len(work) == 1:
        yield from map(act, work)
        return
    with ProcessPoolExecutor(
        min(jobs, len(work)), get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        yield from pool.map(act, work)


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
        "macro_f1": _macro_f1(judged),
    }
    for language in languages:
        summary[f"{language}.macro_f1"] = _macro_f1([i for i in judged if i.utterance.language == language])
    for tag in sorted({item.utterance.tag for item in judged} - {""}):
        tagged = [item for item in judged if item.utterance.tag == tag]
        for language in languages:
            some = [item for item in tagged if item.utterance.language == language]
            summary[f"{tag}.{language}.macro_f1"] = _macro_f1(some) if some else 0.0
        summary[f"{tag}.macro_f1"] = _macro_f1(tagged)
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


def _report(judged: Sequence[Judged], summary: Mapping[str, float], config: Mapping[str, object]) -> Report:
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


def _macro_f1(judged: Sequence[Judged]) -> float:
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
