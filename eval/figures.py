"""Pictures of how intents are read: what is confused, what confidence is worth, risk against coverage."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from eval.intent import Judged

BINS = 10
_BLUE = "#4878a8"


def require_drawable(folder: Path) -> None:
    """Find out before a long run that its pictures could not be drawn.

    Raises:
        ConfigError: If matplotlib is absent or the folder cannot be made.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ConfigError("--figures needs matplotlib: pip install matplotlib.") from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--figures {folder} cannot be written: {error.strerror}.") from error


def draw(judged: "Sequence[Judged]", folder: Path) -> None:
    """Write `confusion.png` and `confidence.png`.

    Raises:
        ConfigError: If matplotlib is absent or the folder cannot be written.
    """
    require_drawable(folder)
    from matplotlib.figure import Figure

    try:
        _confusion(judged, Figure(figsize=(11, 10), layout="constrained"), folder / "confusion.png")
        _confidence(judged, Figure(figsize=(10, 4.5), layout="constrained"), folder / "confidence.png")
    except OSError as error:
        raise ConfigError(f"--figures {folder} cannot be written: {error.strerror}.") from error


def _confusion(judged: "Sequence[Judged]", figure: "Figure", path: Path) -> None:
    labels = sorted({i.utterance.intent for i in judged} | {i.intent.label for i in judged})
    counts = np.zeros((len(labels), len(labels)))
    for item in judged:
        counts[labels.index(item.utterance.intent), labels.index(item.intent.label)] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes = figure.subplots()
    axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)  # the root shows the rare confusions too
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[row, column] > 0.4 else "black"
        text = f"{counts[row, column]:.0f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=6, color=colour)
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set(xlabel="read as", ylabel="is", title=f"{len(judged)} utterances")
    figure.savefig(path, dpi=110)


def _confidence(judged: "Sequence[Judged]", figure: "Figure", path: Path) -> None:
    confidence = np.array([item.intent.confidence for item in judged])
    right = np.array([item.right for item in judged], dtype=float)
    left, right_hand = figure.subplots(1, 2)
    chosen = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    for number in range(BINS):
        inside = chosen == number
        if inside.any():
            left.bar(confidence[inside].mean(), right[inside].mean(), width=0.06, color=_BLUE)
            left.text(
                confidence[inside].mean(), 0.02, str(inside.sum()), ha="center", fontsize=7, color="white"
            )
    left.plot([0, 1], [0, 1], color="grey", linestyle="--")
    left.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), title="calibration")
    ordered = right[np.argsort(-confidence, kind="stable")]
    counts = np.arange(1, len(ordered) + 1)
    right_hand.plot(counts / len(ordered), 1 - np.cumsum(ordered) / counts, color=_BLUE)
    right_hand.axhline(0.03, color="grey", linestyle="--")
    right_hand.set(
        xlabel="coverage", ylabel="share of answers that is wrong", xlim=(0, 1), title="risk and coverage"
    )
    right_hand.set(xlim=(0, 1), ylim=(0, None))
    figure.savefig(path, dpi=110)


def draw_grounding(rates: Mapping[str, Mapping[str, float]], folder: Path) -> None:
    """Write `grounding.png`: for each kind of claim how many false sentences are shown and true ones blocked.

    Args:
        rates: As `eval.grounding.rates` gives them.
        folder: Where to.

    Raises:
        ConfigError: If matplotlib is absent or the folder cannot be written.
    """
    require_drawable(folder)
    from matplotlib.figure import Figure

    names = [name for name in rates if name][::-1]
    figure = Figure(figsize=(9, 0.28 * len(names) + 1.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, key, title in zip(
        panels, ("false_pass", "false_block"), ("false, shown", "true, blocked"), strict=True
    ):
        for at, name in enumerate(names):
            some = rates[name]
            low, high, share = some[f"{key}_ci_low"], some[f"{key}_ci_high"], some[f"{key}_rate"]
            axes.plot([100 * low, 100 * high], [at, at], color="grey", linewidth=1)
            axes.plot(100 * share, at, "o", color=_BLUE, markersize=4)
        axes.set(title=title, xlabel="% of sentences, with 95 % interval", xlim=(-0.3, None))
        axes.set_yticks(range(len(names)), [name.removeprefix("kind.") for name in names], fontsize=8)
        axes.grid(axis="x", alpha=0.3)
    try:
        figure.savefig(folder / "grounding.png", dpi=110)
    except OSError as error:
        raise ConfigError(f"--figures {folder} cannot be written: {error.strerror}.") from error
