"""Fine-tunes the intent classifier with LoRA: `shop-train intent`."""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from assistant.network import IntentNetwork, encode_input, load_encoder, tokenize
from assistant.utterances import CONTEXTS, Utterance, bundled_utterances, labels_of, read_utterances
from index.config import IndexSettings
from index.console import command, run
from index.embed import bundled_folder
from index.errors import ConfigError

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


class LengthBatches(torch.utils.data.Sampler[list[int]]):
    """Shuffled batches of utterances of like length: on a CPU padding costs as much as words."""

    def __init__(self, lengths: Sequence[int], *, batch: int, seed: int) -> None:
        self.lengths, self.batch, self.random = lengths, batch, random.Random(seed)

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch)

    def __iter__(self) -> Iterator[list[int]]:
        """Shuffle, sort within stretches of 32 batches, cut, shuffle the batches."""
        order = self.random.sample(range(len(self.lengths)), len(self.lengths))
        stretch = 32 * self.batch
        batches = [
            some[start : start + self.batch]
            for at in range(0, len(order), stretch)
            for some in [sorted(order[at : at + stretch], key=self.lengths.__getitem__)]
            for start in range(0, len(some), self.batch)
        ]
        return iter(self.random.sample(batches, len(batches)))


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

    lengths = [len(example.states[0]) for example in examples]

    class LengthGroupedTrainer(Trainer):  # type: ignore[misc]  # transformers is not typed
        def get_train_dataloader(self) -> Any:
            batches = LengthBatches(lengths, batch=BATCH, seed=seed)
            return torch.utils.data.DataLoader(self.train_dataset, batch_sampler=batches, collate_fn=collate)

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
        trainer = LengthGroupedTrainer(
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
    tokenizer, encoder = load_encoder(source)
    network = IntentNetwork(encoder, len(labels))
    fit(network, prepare(network, tokenizer, rows, labels), seed=seed)
    save(network, out, labels=labels, encoder=source.name, seed=seed)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `shop-train`."""
    parser = command("shop-train", __doc__ or "", "shop-train intent --data mine.jsonl --out my-intents")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    intent = commands.add_parser("intent", help="the intent classifier")
    intent.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        help="more utterances (JSONL: text, intent, language)",
    )
    intent.add_argument(
        "--only", action="store_true", help="train on --data alone, without the bundled utterances"
    )
    intent.add_argument(
        "--out", type=Path, required=True, help="folder to write; name it in SHOP_INTENT_MODEL"
    )
    intent.add_argument("--seed", type=int, default=0)
    return run(_train, parser, argv)


def _train(arguments: argparse.Namespace) -> int:
    own = [row for path in arguments.data for row in read_utterances(path)]
    if arguments.only and not own:
        raise ConfigError("--only needs --data FILE.")
    rows = own if arguments.only else [*bundled_utterances(), *own]
    train_intent(rows, arguments.out, IndexSettings.from_env(), seed=arguments.seed)
    print(f"Trained on {len(rows)} utterances of {len(labels_of(rows))} intents: {arguments.out}")
    return 0
