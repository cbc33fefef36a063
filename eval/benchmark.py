"""Measures the trainer on public intent sets that others publish numbers on: `shop-eval benchmark`."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.config import Settings
from assistant.corpora import BENCHMARKS
from assistant.ensemble import Ensemble
from assistant.inputs import load_tokenizer
from assistant.network import fresh_network, in_torch
from assistant.train import TrainingData, fit, fit_ngrams
from assistant.utterances import OUT_OF_SCOPE, labels_of
from eval import metrics
from eval.report import Report, publish, table
from index.embed import bundled_folder

EPOCHS = {"clinc150": 5, "banking77": 8, "massive-zh": 5}
"""Passes over each training part; the sets have fewer utterances a label than ours, and take longer."""


def run(
    name: str, public: Path, *, seed: int = 0, epochs: int | None = None, json_path: str | None = None
) -> Report:
    """Train on the train part, measure on the test part, print and write.

    The trainer is that of `shop-train intent`, without augmentation and without a situation.

    Args:
        name: One of `assistant.corpora.BENCHMARKS`.
        public: Folder that holds the collection.
        seed: Of training.
        epochs: Passes over the training part; None means `EPOCHS`.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        ConfigError: If the collection is absent.
        ModelError: If the encoder cannot be loaded.
    """
    known, unseen = BENCHMARKS[name](public, "train"), BENCHMARKS[name](public, "test")
    labels = labels_of(known)
    folder = bundled_folder(Settings.from_env())
    tokenizer, network = load_tokenizer(folder), fresh_network(folder, len(labels), seed=seed)
    epochs = epochs or EPOCHS[name]
    started = perf_counter()
    with redirect_stdout(sys.stderr):
        data = TrainingData(known, augmented=0.0, situations=("",))
        fit(network, tokenizer, data, labels, seed=seed, epochs=epochs)
    seconds = perf_counter() - started
    said = [(row.text, "") for row in unseen]
    logits = Ensemble(in_torch(network), tokenizer, fit_ngrams(known, labels)).scores(said)
    alone = Ensemble(in_torch(network), tokenizer, None).scores(said)
    expected = [row.intent for row in unseen]
    predicted = [labels[at] for at in logits.argmax(-1)]
    inside = [at for at, intent in enumerate(expected) if intent != OUT_OF_SCOPE]
    right = [float(expected[at] == predicted[at]) for at in inside]
    low, high = metrics.bootstrap_interval(right)
    summary = {
        "accuracy": float(np.mean(right)),
        "accuracy_ci_low": low,
        "accuracy_ci_high": high,
        "bert_alone.accuracy": float(np.mean([expected[at] == labels[alone[at].argmax()] for at in inside])),
        "macro_f1": metrics.macro_f1([expected[at] for at in inside], [predicted[at] for at in inside]),
        "count": len(inside),
        "train_count": len(known),
        "train_seconds": seconds,
    }
    outer = [at for at, intent in enumerate(expected) if intent == OUT_OF_SCOPE]
    if outer:
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        foreign = (shares / shares.sum(-1, keepdims=True))[:, labels.index(OUT_OF_SCOPE)]
        summary["oos_recall"] = float(np.mean([predicted[at] == OUT_OF_SCOPE for at in outer]))
        summary["oos_auroc"] = metrics.auroc(foreign[inside].tolist(), foreign[outer].tolist())
        summary["oos_count"] = len(outer)
    config = {"command": "benchmark", "data": name, "seed": seed, "epochs": epochs}
    wrong = [
        {"text": unseen[at].text, "expected": expected[at], "predicted": predicted[at]}
        for at in range(len(unseen))
        if expected[at] != predicted[at]
    ]
    report = Report(summary, config, wrong)
    title = f"{name}: {len(labels)} intents, epochs {epochs}, seed {seed}; accuracy is in scope"
    publish(report, f"{title}\n\n{table(['metric', 'value'], list(summary.items()))}", json_path)
    return report
