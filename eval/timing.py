"""Times several ways to answer the same queries, in turns, and counts what they find of the exact best."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from eval.metrics import percentile
from eval.peers import TOP, Items
from eval.workload import Condition
from index.embed import Embedder, Vectors
from index.snapshot import Snapshot

TIE = 1e-6
"""Products this much below the last of the exact best are as good: duplicates have the same vector."""

Ask = Callable[[str, Vectors, Condition], Sequence[str]]
"""What is timed: a query, its vector and a condition to product ids."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One system under one condition.

    Attributes:
        p50: Median latency of each run, in ms.
        p95: The same for the 95th percentile.
        recall: Share of the exact `TOP` that it found in the untimed pass.
    """

    p50: tuple[float, ...]
    p95: tuple[float, ...]
    recall: float


class _Unseen(str):
    """A text that equals only itself, so that no cache of queries knows it."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class Uncached:
    """An embedder that is asked anew each time, whatever it remembers of earlier queries."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def name(self) -> str:
        """The embedder's own."""
        return self._embedder.name

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what a shopper asks for; shape (len(texts), dimension)."""
        return self._embedder.embed_queries([_Unseen(text) for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what the shop sells; shape (len(texts), dimension)."""
        return self._embedder.embed_documents(texts)


class Stored:
    """An embedder that looks the vectors of known queries up."""

    def __init__(self, name: str, vectors: Mapping[str, Vectors]) -> None:
        self.name, self._vectors = name, vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of known queries; shape (len(texts), dimension)."""
        return np.stack([self._vectors[text] for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """The same."""
        return self.embed_queries(texts)


class Exact:
    """The truth about every query and condition: float32 similarities to all products."""

    def __init__(
        self, snapshot: Snapshot, items: Items, vectors: Sequence[Vectors], conditions: Sequence[Condition]
    ) -> None:
        """Compute it.

        Args:
            snapshot: Says what passes a condition.
            items: Its living, embedded products, in the order of its rows.
            vectors: Of the queries, unit length.
            conditions: The filters.
        """
        self._place = {key: at for at, key in enumerate(items.ids)}
        self._scores = np.stack(list(vectors)) @ items.vectors.T
        rows = snapshot.alive & snapshot.embedded
        self._masks = {each.name: snapshot.passing(each.filters)[rows] for each in conditions}

    def recall(self, condition: str, answers: Sequence[Sequence[str]]) -> float:
        """Mean share of the best `TOP` products under a condition that is in the answers to the queries."""
        mask = self._masks[condition]
        wanted = min(TOP, int(np.count_nonzero(mask)))
        shares = []
        for scores, answer in zip(self._scores, answers, strict=True):
            least = np.partition(scores[mask], -wanted)[-wanted] - TIE if wanted else 0.0
            places = [self._place[key] for key in set(answer)]
            good = sum(bool(mask[place] and scores[place] >= least) for place in places)
            shares.append(good / wanted if wanted else 1.0)
        return float(np.mean(shares))


def time_all(
    systems: Mapping[str, Ask],
    vectors: Mapping[str, Vectors],
    conditions: Sequence[Condition],
    exact: Exact,
    runs: int,
) -> dict[str, dict[str, Timing]]:
    """Time every system under every condition on all queries, one system after another in each run.

    A first pass is not timed: it opens things, and its results are what the recall is counted on.
    """
    pairs = [
        (name, condition)
        for condition in conditions
        for name in systems
        if condition.peers or not name.startswith("peer.")
    ]
    recalls: dict[tuple[str, str], float] = {}
    passes: dict[tuple[str, str], list[list[float]]] = {}
    for turn in range(runs + 1):
        for name, condition in pairs:
            say(f"run {turn} of {runs}: {condition.name}, {name}")
            taken, answers = _pass(systems[name], vectors, condition)
            key = (name, condition.name)
            if turn:
                passes.setdefault(key, []).append(taken)
            else:
                recalls[key] = exact.recall(condition.name, answers)
    return {
        name: {
            condition: Timing(
                tuple(percentile(taken, 50) for taken in lists),
                tuple(percentile(taken, 95) for taken in lists),
                recalls[own, condition],
            )
            for (own, condition), lists in passes.items()
            if own == name
        }
        for name in systems
    }


def _pass(
    ask: Ask, vectors: Mapping[str, Vectors], condition: Condition
) -> tuple[list[float], list[Sequence[str]]]:
    """Latency of each query in ms, and what was found."""
    taken, answers = [], []
    for text, vector in vectors.items():
        started = perf_counter()
        answer = ask(text, vector, condition)
        taken.append(1000 * (perf_counter() - started))
        answers.append(answer)
    return taken, answers


def say(text: str) -> None:
    """Progress, on the terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
