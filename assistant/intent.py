"""The intent classifier at work: the shipped adapter over the bilingual BERT."""

import json
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.turns import Intent
from assistant.utterances import OUT_OF_SCOPE
from index.config import IndexSettings
from index.embed import bundled_folder
from index.errors import ModelError

if TYPE_CHECKING:
    from assistant.ensemble import Ensemble

MIN_CONFIDENCE = 0.45
"""Below this the assistant asks instead of guessing.

With both limits it answers 94 % of unseen utterances, 89 % of those rightly (`shop-eval intent --folds 3`).
"""

MIN_MARGIN = 0.10
"""The same for the gap between the two most likely labels."""


class IntentClassifier:
    """Labels an utterance in its situation; safe to share between threads."""

    def __init__(self, ensemble: "Ensemble", labels: tuple[str, ...], temperature: float) -> None:
        self.labels, self.temperature = labels, temperature
        self._ensemble, self._lock = ensemble, Lock()

    @classmethod
    def load(cls, settings: IndexSettings) -> "IntentClassifier":
        """Load the shipped classifier, or the one that `SHOP_INTENT_MODEL` names.

        Raises:
            ModelError: If its files are missing or do not belong together.
        """
        from safetensors import SafetensorError

        from assistant.ensemble import Ensemble
        from assistant.inputs import load_tokenizer
        from assistant.ngrams import NgramModel
        from index.onnx import OnnxNetwork

        folder = _folder(settings)
        retrain = f"Train it again with `shop-train intent --out {folder}`."
        try:
            card = json.loads((folder / "intent.json").read_text(encoding="utf-8"))
            labels, encoder, temperature = tuple(card["labels"]), card["encoder"], float(card["temperature"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"There is no intent classifier in {folder} ({error}). "
                f"Train one with `shop-train intent --out {folder}`, or unset SHOP_INTENT_MODEL."
            ) from error
        source = bundled_folder(settings)
        if encoder != source.name:
            raise ModelError(
                f"The intent classifier in {folder} was trained on {encoder}, not {source.name}. {retrain}"
            )
        try:
            network = OnnxNetwork(_exported(settings, source, folder, len(labels)))
            ngrams = NgramModel.load(folder / "ngrams.safetensors")
            if ngrams.classes != len(labels):
                raise ValueError("another number of labels")
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"The intent classifier in {folder} does not fit its labels or {source.name}. {retrain}"
            ) from error
        return cls(Ensemble(network, load_tokenizer(source), ngrams), labels, temperature)

    def classify(self, text: str, context: str = "") -> Intent:
        """Label one utterance.

        Args:
            text: What was said.
            context: The situation, one of `assistant.utterances.CONTEXTS`.
        """
        with self._lock:
            scores = self._ensemble.scores([(text, context)])
        return intents_of(scores / self.temperature, self.labels)[0]


def intents_of(scores: NDArray[np.float32], labels: Sequence[str]) -> list[Intent]:
    """What calibrated scores say.

    Args:
        scores: Log-probabilities over the temperature, shape (utterances, labels).
        labels: The intent of each column.
    """
    from scipy.special import softmax

    shares = softmax(scores, axis=-1)
    best = np.argsort(-shares, axis=-1)[:, :2].tolist()
    foreign = labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels else None
    return [
        Intent(
            labels[first],
            float(row[first]),
            labels[second],
            float(row[first] - row[second]),
            0.0 if foreign is None else float(row[foreign]),
        )
        for row, (first, second) in zip(shares, best, strict=True)
    ]


def _exported(settings: IndexSettings, source: Path, folder: Path, labels: int) -> Path:
    """The network as int8 ONNX, made on first use and kept under the digest of what it is made of."""
    from index.onnx import RECIPE, export_int8

    digest = sha256(f"{source.name} {labels} {RECIPE}".encode())
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    digest.update(f"{config['r']} {config['lora_alpha']}".encode())
    digest.update((folder / "adapter_model.safetensors").read_bytes())
    path = settings.cache_dir / "models" / f"intent-{digest.hexdigest()[:12]}.onnx"
    if path.is_file():
        return path
    from assistant.inputs import load_tokenizer, pad, token_ids
    from assistant.network import Logits, trained_network

    tokenizer = load_tokenizer(source)
    example = pad(tokenizer, token_ids(tokenizer, ["an example of a few words", "另一个例子"]))
    return export_int8(path, lambda: Logits(trained_network(source, folder, labels)), example)


def _folder(settings: IndexSettings) -> Path:
    if isinstance(settings, Settings) and settings.intent_model:
        return Path(settings.intent_model)
    with resources.as_file(resources.files("assistant") / "data" / "intent") as folder:
        return folder
