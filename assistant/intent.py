"""The intent classifier at work: the shipped adapter over the bilingual BERT."""

import json
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.config import Settings
from assistant.turns import Intent
from index.config import IndexSettings
from index.embed import bundled_folder
from index.errors import ModelError

MIN_CONFIDENCE = 0.45
"""Below this the assistant asks instead of guessing.

With both limits it answers 93 % of unseen utterances, 83 % of those rightly (`shop-eval intent`).
"""

MIN_MARGIN = 0.10
"""The same for the gap between the two most likely labels."""


class IntentClassifier:
    """Labels an utterance in its situation; safe to share between threads."""

    def __init__(self, network: Any, tokenizer: Any, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self._network, self._tokenizer, self._lock = network, tokenizer, Lock()

    @classmethod
    def load(cls, settings: IndexSettings) -> "IntentClassifier":
        """Load the shipped classifier, or the one that `SHOP_INTENT_MODEL` names.

        Raises:
            ModelError: If its files are missing or do not belong together.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from assistant.network import IntentNetwork, load_encoder

        folder = _folder(settings)
        try:
            card = json.loads((folder / "intent.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "adapter.safetensors")
            labels, trained_on, frozen_layers = (
                tuple(card["labels"]),
                card["encoder"],
                int(card["frozen_layers"]),
            )
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise ModelError(
                f"There is no intent classifier in {folder} ({error}). "
                f"Train one with `shop-train intent --out {folder}`, or unset SHOP_INTENT_MODEL."
            ) from error
        source = bundled_folder(settings)
        if trained_on != source.name:
            raise ModelError(
                f"The intent classifier in {folder} was trained on {trained_on}, not {source.name}. "
                f"Train it again with `shop-train intent --out {folder}`."
            )
        tokenizer, encoder = load_encoder(source)
        network = IntentNetwork(encoder, len(labels), frozen_layers=frozen_layers)
        try:
            network.load_adapter(weights)
        except RuntimeError as error:
            raise ModelError(
                f"The intent classifier in {folder} does not fit its labels or {source.name}. "
                f"Train it again with `shop-train intent --out {folder}`."
            ) from error
        network.merge()
        return cls(network.eval(), tokenizer, labels)

    def classify(self, text: str, context: str = "") -> Intent:
        """Label one utterance.

        Args:
            text: What was said.
            context: The situation, one of `assistant.utterances.CONTEXTS`.
        """
        import torch

        from assistant.network import encode_input, tokenize

        with torch.inference_mode(), self._lock:
            batch = tokenize(self._tokenizer, [encode_input(text, context)])
            hidden = self._network.lower(**batch)
            logits = self._network(hidden, batch["attention_mask"])["logits"][0]
            best = torch.softmax(logits, dim=-1).topk(2)
        (first, second), (label, runner_up) = best.values.tolist(), best.indices.tolist()
        return Intent(self.labels[label], first, self.labels[runner_up], first - second)


def _folder(settings: IndexSettings) -> Path:
    if isinstance(settings, Settings) and settings.intent_model:
        return Path(settings.intent_model)
    with resources.as_file(resources.files("assistant") / "data" / "intent") as folder:
        return folder
