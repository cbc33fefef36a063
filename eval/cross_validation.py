"""How good is what `shop-train` makes of our own utterances: K-fold cross-validation.

No near-duplicate of an utterance is on the other side of a split.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.calibration import fit_temperature
from assistant.config import Settings
from assistant.corpora import outside
from assistant.ensemble import Ensemble
from assistant.inputs import load_tokenizer
from assistant.intent import intents_of
from assistant.network import fresh_network, in_torch
from assistant.train import AUGMENTED, EPOCHS, TrainingData, fit, fit_ngrams, pools_for
from assistant.utterances import OUT_OF_SCOPE, Utterance, assign_folds, bundled_utterances, labels_of
from eval import metrics
from eval.figures import draw, require_drawable
from eval.intent import Judged, macro_f1, render, report_of, score
from eval.report import Report, publish
from index.embed import bundled_folder
from index.errors import ConfigError

FOLDS = 5


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

    if figures is not None:
        require_drawable(figures)
    rows = bundled_utterances() if rows is None else rows
    folds, epochs = folds or FOLDS, epochs or EPOCHS
    if len(labels_of(rows)) < 2:
        raise ConfigError("Cross-validation needs utterances of at least two intents.")
    assigned = assign_folds(rows, folds=folds, seed=seed)
    for fold in range(folds):
        known = {row.intent for row, held in zip(rows, assigned, strict=True) if held != fold}
        if missing := sorted(set(labels_of(rows)) - known):
            raise ConfigError(f"{', '.join(missing)}: too few different utterances for {folds} folds.")
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
    parts = _judged(work, results)
    judged = [item for part in parts for item in part]
    spread = [macro_f1(part) for part in parts]
    summary = score(judged) | {
        "macro_f1_fold_min": min(spread),
        "macro_f1_fold_max": max(spread),
        "bert_alone.macro_f1": metrics.macro_f1(
            [row.intent for fold in work for row in fold.held_out],
            [labels_of(rows)[at] for result in results for at in result.alone.argmax(-1)],
        ),
    }
    inner = [item.intent.outside for item in judged if item.utterance.intent != OUT_OF_SCOPE]
    at = 0
    for name, some in foreign:
        outer = [
            intent.outside
            for result in results
            for intent in intents_of(result.foreign[at : at + len(some)], work[0].labels)
        ]
        summary[f"{name}.oos_auroc"] = metrics.auroc(inner, outer)
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
    report = report_of(judged, summary, config)
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
    """What came of a fold: unnormalised log-probabilities.

    Attributes:
        scores: Of the held-out utterances in their own contexts, shape (utterances, labels).
        bare: The same with the context withheld.
        foreign: Of what people asked of other assistants.
        alone: As `scores`, of the BERT network without the n-grams.
    """

    scores: NDArray[np.float32]
    bare: NDArray[np.float32]
    foreign: NDArray[np.float32]
    alone: NDArray[np.float32]


def _judged(work: Sequence[Fold], results: Sequence[FoldResult]) -> list[list[Judged]]:
    """The held-out utterances of each fold as read, at a temperature fitted on the other folds."""
    right = [np.array([fold.labels.index(row.intent) for row in fold.held_out]) for fold in work]
    parts = []
    for number, (fold, result) in enumerate(zip(work, results, strict=True)):
        others = [at for at in range(len(work)) if at != number]
        temperature = fit_temperature(
            np.concatenate([results[at].scores for at in others]),
            np.concatenate([right[at] for at in others]),
        )
        own = intents_of(result.scores / temperature, fold.labels)
        bare = intents_of(result.bare / temperature, fold.labels)
        parts.append([Judged(*item) for item in zip(fold.held_out, own, bare, strict=True)])
    return parts


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
    foreign = scores[:0]
    if fold.foreign:
        foreign = ensemble.scores([(row.text, "") for row in fold.foreign])
    alone = Ensemble(in_torch(network), tokenizer, None)
    return FoldResult(
        scores,
        ensemble.scores([(row.text, "") for row in fold.held_out]),
        foreign,
        alone.scores([(row.text, row.context) for row in fold.held_out]),
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
