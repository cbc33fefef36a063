"""Labelled utterances: reading them, and grouping near-duplicates so that a split is fair."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from index.errors import ConfigError

CONTEXTS = ("", "products", "question", "products question")
"""What was said in: nothing special; products on the table; the assistant just asked something; both."""

OUT_OF_SCOPE = "out_of_scope"
"""The label of what is none of a shop's business."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing somebody said.

    Attributes:
        context: The situation it can only be understood in, one of `CONTEXTS`; "" when it does not matter.
        tag: What kind of utterance it is, for reports.
    """

    text: str
    intent: str
    language: str
    context: str = ""
    tag: str = ""


def bundled_utterances() -> list[Utterance]:
    """The project's own training utterances."""
    folder = resources.files("assistant") / "data" / "utterances"
    with resources.as_file(folder) as path:
        return [row for file in sorted(path.glob("*.jsonl")) for row in read_utterances(file)]


def read_utterances(path: Path) -> list[Utterance]:
    """Read a JSONL file with `text`, `intent` and, if wanted, `language` and `context`.

    Raises:
        ConfigError: If the file or a row of it cannot be read.
    """
    rows: list[Utterance] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            utterance = Utterance(
                row["text"], row["intent"], row.get("language", "en"), row.get("context", "")
            )
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path}:{number}: needs JSON with `text` and `intent` ({error!r})") from error
        if utterance.context not in CONTEXTS:
            raise ConfigError(f"{path}:{number}: context must be one of {CONTEXTS}")
        rows.append(utterance)
    return rows


def labels_of(rows: Iterable[Utterance]) -> tuple[str, ...]:
    """The distinct intents, sorted."""
    return tuple(sorted({row.intent for row in rows}))


def near_duplicate_groups(texts: Sequence[str], *, threshold: float = 0.6) -> list[int]:
    """Give near-duplicates the same group number.

    Two texts are linked when the Jaccard similarity of their sets of folded character trigrams
    (bigrams where Chinese) reaches `threshold`, or when their skeletons (digits as 0, no
    punctuation) are equal; groups are the connected components.

    Args:
        texts: The texts.
        threshold: Similarity in (0, 1] that links two texts.

    Returns:
        One group number for each text.
    """
    import numpy as np
    from scipy.sparse import csr_array, csr_matrix
    from scipy.sparse.csgraph import connected_components

    grams = [_skeleton_grams(text) for text in texts]
    columns = {gram: i for i, gram in enumerate(sorted(set().union(*grams)))}
    indices = [columns[gram] for row in grams for gram in row]
    ends = np.cumsum([0] + [len(row) for row in grams])
    matrix = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(texts), len(columns)))
    shared = (matrix @ matrix.T).tocoo()
    sizes = np.array([len(row) for row in grams])
    union = sizes[shared.row] + sizes[shared.col] - shared.data
    linked = shared.data >= threshold * union
    graph = csr_array((shared.data[linked], (shared.row[linked], shared.col[linked])), shape=shared.shape)
    _, groups = connected_components(graph, directed=False)
    return [int(group) for group in groups]


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
        raise ConfigError(
            f"{folds} parts need at least as many different utterances; there are {len(groups)}: add some."
        )
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


def _skeleton_grams(text: str) -> set[str]:
    from index.text import fold, has_han

    kept = "".join("0" if ch.isdigit() else ch if ch.isalpha() else " " for ch in fold(text))
    skeleton = f" {' '.join(kept.split())} "
    size = 2 if has_han(skeleton) else 3
    return {skeleton[i : i + size] for i in range(max(1, len(skeleton) - size + 1))}
