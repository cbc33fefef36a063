"""Fine-tunes the intent classifier with LoRA: `shop-train intent`."""

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import gettempdir
from typing import Any

import numpy as np
import torch
from torch import Tensor

from assistant.augment import augment
from assistant.calibration import fit_temperature
from assistant.corpora import outside, requests
from assistant.ensemble import Ensemble
from assistant.inputs import encode_input, load_tokenizer, pad, token_ids
from assistant.network import fresh_network, in_torch, save_adapter
from assistant.ngrams import NgramModel
from assistant.utterances import (
    CONTEXTS,
    Utterance,
    assign_folds,
    bundled_utterances,
    labels_of,
    read_utterances,
)
from index.config import IndexSettings
from index.console import command, run
from index.embed import bundled_folder
from index.errors import ConfigError

EPOCHS = 3
BATCH = 32
LEARNING_RATE = 1e-3
AUGMENTED = 0.35
"""Share of the utterances of an epoch that are made over by `assistant.augment`."""
SEARCH = "search_product"
HELD_OUT = 20
"""One part in so many is kept from training, for the temperature and the final table."""
OUTSIDE, REQUESTS = 0.05, 0.04
"""Rows of public collections in an epoch, as shares of our own: out of scope, and shopping requests."""
NAMES = 0.03
"""Bare names of things in an epoch, as a share of our own rows: nobody writes a thousand of them down."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a network is fitted to.

    Attributes:
        rows: Seen in every epoch.
        pools: For each: rows of which every epoch draws some anew, and how many.
        augmented: Share of utterances that are made over, in [0, 1].
        situations: What an utterance that needs no context is shown in.
    """

    rows: Sequence[Utterance]
    pools: Sequence[tuple[Sequence[Utterance], int]] = ()
    augmented: float = AUGMENTED
    situations: Sequence[str] = ("", "", "", *CONTEXTS[1:])

    def epoch(self, number: int, seed: int) -> list[Utterance]:
        """The utterances of one epoch, in the situation and the wording that they are shown in.

        An utterance that needs its context is shown with it two times in three and bare once, so that
        the classifier reads the context and survives without it; one that does not is shown bare
        half of the time and else in any context.
        """
        random = Random(f"{seed}/{number}")
        drawn = [row for pool, size in self.pools for row in random.sample(pool, min(size, len(pool)))]
        shown = []
        for row in [*self.rows, *drawn]:
            choices = (row.context, row.context, "") if row.context else self.situations
            text = augment(row.text, random) if random.random() < self.augmented else row.text
            shown.append(Utterance(text, row.intent, row.language, random.choice(choices)))
        return shown


class EpochSet(torch.utils.data.Dataset[tuple[list[int], int]]):
    """The (token ids, label) pairs of the current epoch; `draw` replaces them by those of another."""

    def __init__(self, data: TrainingData, tokenizer: Any, labels: Sequence[str], *, seed: int) -> None:
        self._data, self._tokenizer, self._seed = data, tokenizer, seed
        self._numbers = {label: number for number, label in enumerate(labels)}
        self._epoch: int | None = None
        self.draw(0)

    def draw(self, epoch: int) -> None:
        """Replace the pairs by those of an epoch."""
        if epoch == self._epoch:
            return
        self._epoch = epoch
        shown = self._data.epoch(epoch, self._seed)
        ids = token_ids(self._tokenizer, [encode_input(row.text, row.context) for row in shown])
        self.pairs = [(each, self._numbers[row.intent]) for each, row in zip(ids, shown, strict=True)]
        self.batches = _length_batches([len(each) for each in ids], Random(f"{self._seed}:{epoch}"))

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, position: int) -> tuple[list[int], int]:
        return self.pairs[position]


class EpochBatches(torch.utils.data.Sampler[list[int]]):
    """The batches that the set drew."""

    def __init__(self, dataset: EpochSet) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset.batches)

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self._dataset.batches)


def _length_batches(lengths: Sequence[int], random: Random) -> list[list[int]]:
    """Shuffled batches of texts of like length: on a CPU padding costs as much as words."""
    order = random.sample(range(len(lengths)), len(lengths))
    stretch = 32 * BATCH
    batches = [
        some[start : start + BATCH]
        for at in range(0, len(order), stretch)
        for some in [sorted(order[at : at + stretch], key=lengths.__getitem__)]
        for start in range(0, len(some), BATCH)
    ]
    return random.sample(batches, len(batches))


def fit(
    network: Any,
    tokenizer: Any,
    data: TrainingData,
    labels: Sequence[str],
    *,
    seed: int,
    epochs: int = EPOCHS,
    checkpoints: Path | None = None,
) -> None:
    """Train adapter and head in place.

    Args:
        network: From `assistant.network.fresh_network`.
        tokenizer: Of the encoder.
        data: What to learn.
        labels: Every intent of `data`, in the order of the network's outputs.
        seed: Of the order, the contexts, the augmentation and dropout.
        epochs: Passes over the data.
        checkpoints: A folder that keeps the state after every epoch; what is in it is gone on with.
    """
    from transformers import Trainer, TrainerCallback, TrainingArguments
    from transformers.trainer_utils import get_last_checkpoint

    dataset = EpochSet(data, tokenizer, labels, seed=seed)

    class EpochTrainer(Trainer):  # type: ignore[misc]  # transformers is not typed
        def get_train_dataloader(self) -> Any:
            return self.accelerator.prepare(
                torch.utils.data.DataLoader(
                    dataset, batch_sampler=EpochBatches(dataset), collate_fn=self.data_collator
                )
            )

    class Draw(TrainerCallback):  # type: ignore[misc]
        def on_epoch_begin(self, _arguments: Any, state: Any, _control: Any, **_: Any) -> None:
            dataset.draw(round(state.epoch or 0))

    def collate(pairs: Sequence[tuple[list[int], int]]) -> dict[str, Tensor]:
        batch = pad(tokenizer, [ids for ids, _ in pairs])
        return batch | {"labels": torch.tensor([label for _, label in pairs])}

    arguments = TrainingArguments(
        output_dir=str(checkpoints or gettempdir()),
        num_train_epochs=epochs,
        per_device_train_batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        lr_scheduler_type="cosine",
        warmup_steps=100,
        weight_decay=0.01,
        seed=seed,
        save_strategy="epoch" if checkpoints else "no",
        save_total_limit=1,
        logging_strategy="epoch",
        report_to=[],
        bf16=_fast_bfloat16(),
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    trainer = EpochTrainer(
        model=network, args=arguments, train_dataset=dataset, data_collator=collate, callbacks=[Draw()]
    )
    last = get_last_checkpoint(str(checkpoints)) if checkpoints and checkpoints.is_dir() else None
    trainer.train(resume_from_checkpoint=last)
    network.to("cpu").eval()


def fit_ngrams(rows: Sequence[Utterance], labels: Sequence[str]) -> NgramModel:
    """Train the second opinion; it learns most from the utterances as they were written.

    Each is shown twice: bare, and in its context, or in any where none matters. Otherwise "bye" said
    over products would count as a wish about them, as nearly all else is that was written with products.
    """
    random = Random(0)
    if SEARCH in labels:
        rows = [*rows, *random.sample(named_things(), round(NAMES * len(rows)))]
    shown = [(row, context) for row in rows for context in ("", row.context or random.choice(CONTEXTS[1:]))]
    texts = [encode_input(row.text, context) for row, context in shown]
    return NgramModel.fit(texts, [labels.index(row.intent) for row, _ in shown], classes=len(labels))


def named_things() -> list[Utterance]:
    """What the lexicon calls a thing, alone and with a brand or a colour: each is a search."""
    from index.lexicon import groups
    from index.text import has_han

    random = Random(0)
    others = [name for kind in ("brand", "colour") for group in groups(kind) for name in group]
    by_script = {script: [name for name in others if has_han(name) == script] for script in (True, False)}
    rows = []
    for name in (name for group in groups("category") for name in group):
        script = has_han(name)
        other = random.choice(by_script[script])
        texts = (name, other + name if script else f"{other} {name}")
        rows += [Utterance(text, SEARCH, "zh" if script else "en") for text in texts]
    return rows


def pools_for(rows: Sequence[Utterance], public: Path | None) -> list[tuple[Sequence[Utterance], int]]:
    """The pools of `TrainingData` that go with utterances of our own.

    Args:
        rows: Those utterances; a pool of an intent that is not among theirs is left out.
        public: Folder of public collections, see `assistant.corpora`; None does without them.

    Raises:
        ConfigError: If a collection is absent or unreadable.
    """
    pools = [(named_things(), NAMES)]
    if public is not None:
        foreign = [row for some in outside(public, "train").values() for row in some]
        pools += [(foreign, OUTSIDE), (requests(public), REQUESTS)]
    known = {row.intent for row in rows}
    return [(pool, round(share * len(rows))) for pool, share in pools if pool[0].intent in known]


def train_intent(
    data: TrainingData,
    out: Path,
    settings: IndexSettings,
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
) -> str:
    """Train and write a classifier; a run that was killed is gone on with after its last whole epoch.

    One part in `HELD_OUT` of the rows, with their near-duplicates, is kept from training: it gives the
    temperature and the table.

    Args:
        data: What to learn; it needs a few utterances of each intent.
        out: Folder to write the classifier to.
        settings: Which encoder, and where models are kept.
        seed: Of everything that is drawn.
        epochs: Passes over the data.

    Returns:
        A table of precision, recall and F1 for each intent on the part that was kept from training.

    Raises:
        ConfigError: If there are fewer than two intents, or too few utterances to keep some from training.
        ModelError: If the encoder cannot be loaded.
    """
    from sklearn.metrics import classification_report

    labels = labels_of(data.rows)
    if len(labels) < 2:
        raise ConfigError("Training needs utterances of at least two intents.")
    parts = assign_folds(data.rows, folds=HELD_OUT, seed=seed)
    known = [row for row, part in zip(data.rows, parts, strict=True) if part]
    kept = [row for row, part in zip(data.rows, parts, strict=True) if not part]
    if missing := sorted(set(labels) - set(labels_of(known))):
        raise ConfigError(f"{', '.join(missing)}: too few different utterances to train on; add some.")
    known_data = replace(data, rows=known)
    source = bundled_folder(settings)
    tokenizer, network = load_tokenizer(source), fresh_network(source, len(labels), seed=seed)
    card = {"labels": list(labels), "encoder": source.name, "seed": seed, "epochs": epochs}
    checkpoints = _checkpoints(out, card, known_data)
    fit(network, tokenizer, known_data, labels, seed=seed, epochs=epochs, checkpoints=checkpoints)
    ngrams = fit_ngrams(known, labels)
    scores = Ensemble(in_torch(network), tokenizer, ngrams).scores([(row.text, row.context) for row in kept])
    right = np.array([labels.index(row.intent) for row in kept])
    card["temperature"] = round(fit_temperature(scores, right), 4)
    save_adapter(network, out)
    ngrams.save(out / "ngrams.safetensors")
    (out / "intent.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(checkpoints)
    return str(
        classification_report(
            right,
            scores.argmax(-1),
            labels=range(len(labels)),
            target_names=labels,
            digits=3,
            zero_division=0,
        )
    )


def _checkpoints(out: Path, what: dict[str, Any], data: TrainingData) -> Path:
    """Where this very training, and no other, leaves its state; those of others are removed."""
    told = [what, repr(data), BATCH, LEARNING_RATE]
    digest = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
    folder = out / f".training-{digest}"
    try:
        for other in out.glob(".training-*"):
            if other != folder:
                shutil.rmtree(other)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written ({error.strerror}); name another with --out.") from error
    return folder


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
    intent.add_argument(
        "--public",
        type=Path,
        help="folder of public collections (see assistant/corpora.py), to learn what is out of scope",
    )
    intent.add_argument("--epochs", type=int, default=EPOCHS, help=f"passes over the data ({EPOCHS})")
    intent.add_argument("--seed", type=int, default=0)
    return run(_train, parser, argv)


def _train(arguments: argparse.Namespace) -> int:
    own = [row for path in arguments.data for row in read_utterances(path)]
    if arguments.only and not own:
        raise ConfigError("--only needs --data FILE.")
    rows = own if arguments.only else [*bundled_utterances(), *own]
    pools = pools_for(rows, arguments.public)
    table = train_intent(
        TrainingData(rows, pools),
        arguments.out,
        IndexSettings.from_env(),
        seed=arguments.seed,
        epochs=arguments.epochs,
    )
    print(table)
    print(f"Trained on {len(rows)} utterances of {len(labels_of(rows))} intents: {arguments.out}")
    return 0


def _fast_bfloat16() -> bool:
    """Whether bfloat16 multiplies faster here: on a GPU since Ampere, on a CPU with instructions for it."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
