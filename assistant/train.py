"""Fine-tunes the intent classifier with LoRA: `shop-train intent`."""

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from assistant.network import IntentNetwork, encode_input, load_encoder, tokenize
from assistant.utterances import CONTEXTS, Utterance, bundled_utterances, labels_of, read_utterances
from index.config import IndexSettings
from index.embed import bundled_folder
from index.errors import ConfigError, ModelError

EPOCHS = 8
BATCH = 32
LEARNING_RATE = 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance with the kept output of the frozen layers, one for each context it is trained in."""

    states: tuple[Tensor, ...]
    label: int


class ExampleSet(torch.utils.data.Dataset[dict[str, Any]]):
    """Draws, for each epoch anew, the situation in which an utterance is shown.

    An utterance that needs its context is shown with it two times in three and bare once, so that
    the classifier reads the context and survives without it; one that does not is shown bare or in
    any context.
    """

    def __init__(self, examples: Sequence[Example], *, seed: int) -> None:
        self.examples, self.random = examples, random.Random(seed)

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, position: int) -> dict[str, Any]:
        example = self.examples[position]
        return {"states": self.random.choice(example.states), "label": example.label}


def collate(items: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """Pad kept states to one batch."""
    states = [item["states"].float() for item in items]
    mask = [torch.ones(len(state), dtype=torch.long) for state in states]
    return {
        "hidden": torch.nn.utils.rnn.pad_sequence(states, batch_first=True),
        "attention_mask": torch.nn.utils.rnn.pad_sequence(mask, batch_first=True),
        "labels": torch.tensor([item["label"] for item in items]),
    }


def contexts_for(utterance: Utterance) -> tuple[str, ...]:
    """Contexts an utterance is trained in, with repetition as weight."""
    return (utterance.context, utterance.context, "") if utterance.context else ("", *CONTEXTS)


@torch.inference_mode()
def prepare(
    network: IntentNetwork, tokenizer: Any, rows: Sequence[Utterance], labels: Sequence[str]
) -> list[Example]:
    """Compute the frozen layers' output for every utterance and context, once."""
    from tqdm import tqdm

    network.eval()
    wanted = sorted(
        {(row.text, context) for row in rows for context in contexts_for(row)}, key=lambda pair: len(pair[0])
    )
    kept: dict[tuple[str, str], Tensor] = {}
    for start in tqdm(range(0, len(wanted), 64), desc="frozen layers", disable=None):
        some = wanted[start : start + 64]
        batch = tokenize(tokenizer, [encode_input(*pair) for pair in some])
        hidden = network.lower(**batch).to(torch.float16)
        for pair, states, mask in zip(some, hidden, batch["attention_mask"], strict=True):
            kept[pair] = states[: int(mask.sum())].clone()
    return [
        Example(tuple(kept[row.text, context] for context in contexts_for(row)), labels.index(row.intent))
        for row in rows
    ]


def fit(network: IntentNetwork, examples: Sequence[Example], *, seed: int, epochs: int = EPOCHS) -> None:
    """Train the adapter and the head in place."""
    from transformers import Trainer, TrainingArguments

    with tempfile.TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            output_dir=scratch,
            num_train_epochs=epochs,
            per_device_train_batch_size=BATCH,
            learning_rate=LEARNING_RATE,
            lr_scheduler_type="cosine",
            warmup_steps=100,
            weight_decay=0.01,
            seed=seed,
            save_strategy="no",
            logging_strategy="epoch",
            report_to=[],
            remove_unused_columns=False,
            dataloader_pin_memory=False,
        )
        trainer = Trainer(
            model=network,
            args=arguments,
            train_dataset=ExampleSet(examples, seed=seed),
            data_collator=collate,
        )
        trainer.train()
    network.to("cpu").eval()


def save(network: IntentNetwork, folder: Path, *, labels: Sequence[str], encoder: str, seed: int) -> None:
    """Write adapter, head and labels; small enough for a repository."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file(network.adapter(), folder / "adapter.safetensors")
    card = {
        "labels": list(labels),
        "encoder": encoder,
        "frozen_layers": network.frozen_layers,
        "seed": seed,
        "epochs": EPOCHS,
    }
    (folder / "intent.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def train_intent(rows: Sequence[Utterance], out: Path, settings: IndexSettings, *, seed: int = 0) -> None:
    """Train on all rows and write the classifier to `out`.

    Raises:
        ConfigError: If there are fewer than two labels.
        ModelError: If the encoder cannot be loaded.
    """
    labels = labels_of(rows)
    if len(labels) < 2:
        raise ConfigError("Training needs utterances of at least two intents.")
    torch.manual_seed(seed)
    source = bundled_folder(settings)
    tokenizer, encoder = load_encoder(source.name, local=source.local)
    network = IntentNetwork(encoder, len(labels))
    fit(network, prepare(network, tokenizer, rows, labels), seed=seed)
    save(network, out, labels=labels, encoder=Path(source.name).name, seed=seed)
