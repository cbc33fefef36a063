"""Measures the intent classifier: `shop-eval intent`.

Two questions, two ways. How good is the shipped classifier on utterances that somebody else wrote: it
reads a file. How good is what `shop-train` makes of our own utterances: K-fold cross-validation, no
near-duplicate of an utterance on the other side of the split.
"""

import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import torch
from torch import Tensor

from assistant.config import Settings
from assistant.intent import MIN_CONFIDENCE, MIN_MARGIN, IntentClassifier
from assistant.network import IntentNetwork, load_encoder
from assistant.train import EPOCHS, Example, collate, contexts_for, fit, prepare
from assistant.turns import Intent
from assistant.utterances import Utterance, bundled_utterances, labels_of, near_duplicate_groups
from eval import metrics
from eval.cases import read_intents
from eval.report import Report, publish, table
from index.config import IndexSettings
from index.embed import bundled_folder
from index.errors import ConfigError

FOLDS = 5

PAIRS = 25
"""Confused pairs that are printed."""

BATCH = 64


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
            "context": self.utterance.context,
            "expected": self.utterance.intent,
            "predicted": self.intent.label,
            "confidence": self.intent.confidence,
            "runner_up": self.intent.runner_up,
            "margin": self.intent.margin,
            "bare": self.bare.label,
        }


# -- the shipped classifier on a file ------------------------------------------------------------


def run_shipped(data: Path, *, json_path: str | None = None, classifier: Classifier | None = None) -> Report:
    """Measure the shipped classifier on a file, print and write: the command with `--data`.

    Args:
        data: A file that `eval.cases.read_intents` reads.
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
    unknown = sorted({row.intent for row in rows} - set(classifier.labels))
    config = {"command": "intent", "data": str(data), "unknown_labels": unknown}
    report = _report(judged, summary, config)
    text = render(judged, summary, f"{data}: {len(rows)} utterances, the shipped classifier")
    if unknown:
        text += f"\n\nThe classifier does not know, and so cannot predict: {', '.join(unknown)}"
    publish(report, text, json_path)
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
    json_path: str | None = None,
) -> Report:
    """Train and measure fold by fold, print and write: the command without `--data`.

    Args:
        rows: The utterances; None means the bundled ones.
        folds: How many parts, each held out once; None means `FOLDS`.
        seed: Of the folds and of training.
        epochs: Passes over the training part; None means as many as `shop-train` makes.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        ConfigError: If there are too few utterances or intents.
        ModelError: If the encoder cannot be loaded.
    """
    rows = bundled_utterances() if rows is None else rows
    folds, epochs = folds or FOLDS, epochs or EPOCHS
    parts = cross_validate(rows, Settings.from_env(), folds=folds, seed=seed, epochs=epochs)
    judged = [item for part in parts for item in part]
    spread = [_macro_f1(part) for part in parts]
    summary = score(judged) | {
        "macro_f1_fold_min": min(spread),
        "macro_f1_fold_max": max(spread),
    }
    config = {"command": "intent", "data": "bundled", "folds": folds, "seed": seed, "epochs": epochs}
    report = _report(judged, summary, config)
    title = f"{folds}-fold cross-validation of {len(judged)} utterances, epochs {epochs}, seed {seed}"
    publish(report, render(judged, summary, title), json_path)
    return report


def cross_validate(
    rows: Sequence[Utterance], settings: IndexSettings, *, folds: int, seed: int, epochs: int
) -> list[list[Judged]]:
    """Train on all folds but one and read that one, for each fold.

    The frozen layers do not depend on training: their output is computed once for all folds.

    Returns:
        The held-out utterances of each fold, as read by the network that did not see them.

    Raises:
        ConfigError: If there are fewer than two intents, or fewer groups of utterances than folds.
        ModelError: If the encoder cannot be loaded.
    """
    from tqdm import tqdm

    labels = labels_of(rows)
    if len(labels) < 2:
        raise ConfigError("Cross-validation needs utterances of at least two intents.")
    assigned = assign_folds(rows, folds=folds, seed=seed)
    folder = bundled_folder(settings)
    tokenizer, network = _fresh(folder, len(labels), seed)
    examples = prepare(network, tokenizer, rows, labels)
    parts = []
    for fold in tqdm(range(folds), desc="folds", unit="fold", disable=None):
        _, network = _fresh(folder, len(labels), seed + fold)
        known = [example for example, held in zip(examples, assigned, strict=True) if held != fold]
        # Trainer prints its log to stdout, which may be where the report's JSON goes.
        with redirect_stdout(sys.stderr):
            fit(network, known, seed=seed + fold, epochs=epochs)
        held_out = [i for i, held in enumerate(assigned) if held == fold]
        parts.append(_read(network, [rows[i] for i in held_out], [examples[i] for i in held_out], labels))
    return parts


def assign_folds(rows: Sequence[Utterance], *, folds: int, seed: int) -> list[int]:
    """Give every utterance the fold that it is held out in.

    Near-duplicates share a fold. Groups are dealt out, large ones first and otherwise in an order drawn
    by `seed`, each to the fold that has the fewest utterances of its intent and language.

    Raises:
        ConfigError: If there are fewer groups than folds.
    """
    groups: dict[int, list[int]] = {}
    for position, group in enumerate(near_duplicate_groups([row.text for row in rows])):
        groups.setdefault(group, []).append(position)
    if len(groups) < folds:
        raise ConfigError(f"{folds} folds need as many different utterances; there are {len(groups)}.")
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    assigned = [0] * len(rows)
    held: list[Counter[tuple[str, str]]] = [Counter() for _ in range(folds)]
    for members in sorted(order, key=len, reverse=True):
        strata = Counter((rows[i].intent, rows[i].language) for i in members)
        stratum = strata.most_common(1)[0][0]
        fold = min(range(folds), key=lambda each: (held[each][stratum], held[each].total()))
        held[fold].update(strata)
        for i in members:
            assigned[i] = fold
    return assigned


def _fresh(folder: Path, labels: int, seed: int) -> tuple[Any, IntentNetwork]:
    # Loaded anew each time: LoRA is injected into the encoder in place.
    torch.manual_seed(seed)
    tokenizer, encoder = load_encoder(folder)
    return tokenizer, IntentNetwork(encoder, labels)


def _read(
    network: IntentNetwork, rows: Sequence[Utterance], examples: Sequence[Example], labels: Sequence[str]
) -> list[Judged]:
    def states(context: Sequence[str]) -> list[Tensor]:
        return [
            example.states[contexts_for(row).index(wanted)]
            for example, row, wanted in zip(examples, rows, context, strict=True)
        ]

    own = _predict(network, states([row.context for row in rows]), labels)
    bare = _predict(network, states([""] * len(rows)), labels)
    return [Judged(*item) for item in zip(rows, own, bare, strict=True)]


@torch.inference_mode()
def _predict(network: IntentNetwork, states: Sequence[Tensor], labels: Sequence[str]) -> list[Intent]:
    found = []
    for start in range(0, len(states), BATCH):
        batch = collate([{"states": item, "label": 0} for item in states[start : start + BATCH]])
        logits = network(batch["hidden"], batch["attention_mask"])["logits"]
        top = logits.softmax(-1).topk(2)
        for (first, second), (label, runner_up) in zip(
            top.values.tolist(), top.indices.tolist(), strict=True
        ):
            found.append(Intent(labels[label], first, labels[runner_up], first - second))
    return found


# -- numbers -------------------------------------------------------------------------------------


def score(judged: Sequence[Judged]) -> dict[str, float]:
    """The metrics of the whole, of each language, and without context.

    `coverage` is the share of utterances that the assistant would act on without asking back, and
    `covered_accuracy` the accuracy on them.

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
    expected = [item.utterance.intent for item in judged]
    summary["bare.macro_f1"] = metrics.macro_f1(expected, [item.bare.label for item in judged])
    summary["ece"] = metrics.calibration_error([item.intent.confidence for item in judged], right)
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
