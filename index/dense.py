"""Dense retrieval: an exact scan of what passes the filters, or Chroma's graph where that is too much."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.snapshot import Mask, Rows, Snapshot
from index.vectors import VectorIndex

SCAN_ROWS = 100_000
"""Up to so many products a scan in half precision is as fast as the graph and misses nothing."""

_SAMPLE = 2000
"""Products whose cosines stand for all of them, where not all are scanned."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is nearest to a query.

    Attributes:
        rows: Best first.
        cosines: Cosine similarity of each, in [-1, 1].
        usual: Mean cosine of all products that pass the filters.
    """

    rows: Rows
    cosines: NDArray[np.float32]
    usual: float


class DenseRetriever:
    """Finds the nearest products; safe to share between threads.

    The graph is opened once: where it was not complete then, or the record was read afresh since, every
    search scans until the process starts again.
    """

    def __init__(self, open_graph: Callable[[], VectorIndex | None]) -> None:
        """Prepare.

        Args:
            open_graph: Opens Chroma's copy of the vectors when it is first needed; None where that copy is
                not complete.
        """
        self._open, self._lock = open_graph, Lock()
        self._graph: VectorIndex | None = None
        self._rows_in_graph, self._row_of = 0, dict[str, int]()
        self._ids: list[str] | None = None

    def nearest(self, snapshot: Snapshot, vector: NDArray[np.float32], mask: Mask, depth: int) -> Nearest:
        """The products of a mask that are nearest to a unit vector, at most `depth` of them."""
        rows = np.flatnonzero(mask & snapshot.embedded)
        if len(rows) > SCAN_ROWS:
            found = self._by_graph(snapshot, vector, mask, rows, depth)
            if found is not None:
                return found
        cosines = snapshot.cosines(vector, rows)
        best = _best(cosines, depth)
        return Nearest(rows[best], cosines[best], float(cosines.mean()) if len(rows) else 0.0)

    def _by_graph(
        self, snapshot: Snapshot, vector: NDArray[np.float32], mask: Mask, rows: Rows, depth: int
    ) -> Nearest | None:
        """The same by the graph; None where it is not there or too little of what it finds passes."""
        self._open_once(snapshot)
        # What was added after the graph was opened it may not show: those rows are scanned. Once the record
        # was read afresh, nobody knows which those are.
        new = rows[np.searchsorted(rows, self._rows_in_graph) :]
        if self._graph is None or self._ids is not snapshot.ids or len(new) > SCAN_ROWS:
            return None
        limit = int(1.5 * depth * len(mask) / len(rows))
        try:
            ids = self._graph.query(vector, limit=limit)
        except StoreError:
            return None
        known = np.asarray([self._row_of.get(key, -1) for key in ids], np.int64)
        known = known[(known >= 0) & (known < len(mask))]  # another thread may be ahead of this snapshot
        old = known[mask[known]]
        if len(old) < depth:
            return None
        candidates = np.union1d(old, new)
        cosines = snapshot.cosines(vector, candidates)
        best = _best(cosines, depth)
        sample = snapshot.cosines(vector, rows[:: max(1, len(rows) // _SAMPLE)])
        return Nearest(candidates[best], cosines[best], float(sample.mean()))

    def _open_once(self, snapshot: Snapshot) -> None:
        with self._lock:
            if self._ids is None:
                self._ids, self._rows_in_graph = snapshot.ids, len(snapshot.alive)
                self._row_of = dict(zip(snapshot.ids, range(len(snapshot.alive)), strict=False))
                with suppress(StoreError):  # the scan is slower, not worse
                    self._graph = self._open()


def _best(scores: NDArray[np.float32], depth: int) -> Rows:
    """Places of the highest scores, best first."""
    places = np.argpartition(-scores, depth)[:depth] if len(scores) > depth else np.arange(len(scores))
    order: Rows = places[np.lexsort((places, -scores[places]))]
    return order
