"""Search: filter, then dense and lexical retrieval over what is left, then both scores of every candidate."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index import rerank
from index.centre import centred
from index.dense import DenseRetriever
from index.embed import Embedder
from index.errors import EmbedderMismatchError
from index.filters import Filters
from index.lexical import LexicalIndex, LexicalQuery, Scores, lexical_score
from index.relax import Relaxation, relax
from index.rerank import Reranker
from index.schema import Product
from index.snapshot import NONE, Mask, Rows, Snapshot
from index.store import CatalogueStore, in_batches
from index.text import clean

Sort = Literal["relevance", "price_asc", "price_desc", "rating", "newest", "popularity"]

DENSE_WEIGHT = 0.4
"""Share of the cosine in the fused score, flat from 0.3 to 0.5 on three catalogues (docs/experiments.md)."""

DEPTH = 200
"""Candidates taken from each retriever; products of one family are merged after fusion."""

LEXICAL_DEPTH = 1000
"""Matches whose words count: what is near and not among them has too little of the query to matter."""

RELEVANT_SHARE = 0.5
"""Sorting by price and the like keeps hits that score at least this share of the best one."""

_NAMED_BELOW = 2000
"""Fewer products than this are named to the lexical index; of more, hits that do not pass are skipped."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result.

    Attributes:
        product: The current record.
        score: Relevance of the product line in [0, 1], higher is better; 1 is the best of both retrievers,
            and `DENSE_WEIGHT` the most where the catalogue has no word of the query.
        parts: Where the score came from: "dense" and "lexical" add up to it; "cosine" and "bm25" are
            the retrievers' own scores.
    """

    product: Product
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        hits: Best first, or in the asked order; one for each product line.
        passing: How many product lines pass the filters.
        relaxations: Filled when nothing passes: what to ask less of, most results first.
    """

    hits: tuple[Hit, ...]
    passing: int
    relaxations: tuple[Relaxation, ...] = ()


class Searcher:
    """Searches one built catalogue as it is now; safe to share between threads."""

    def __init__(
        self,
        store: CatalogueStore,
        dense: DenseRetriever,
        lexical: LexicalIndex,
        embedder: Embedder,
        reranker: Reranker | None = None,
    ) -> None:
        """Join the parts and read the catalogue into memory."""
        self.store, self.dense, self.lexical, self.embedder = store, dense, lexical, embedder
        self.reranker = reranker
        self._beside = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embed")
        self._centres = store.centres()
        self._snapshot, self._lock = store.snapshot(), Lock()

    def snapshot(self) -> Snapshot:
        """The catalogue as it is now, whoever changed it.

        Raises:
            EmbedderMismatchError: If it was built again with another model.
        """
        if self.store.revision() != self._snapshot.revision:
            with self._lock:
                built_with = self.store.get_meta("embedder")
                if built_with != self.embedder.name:
                    raise EmbedderMismatchError(built_with or "", self.embedder.name)
                # The record first: terms that it does not know yet are skipped.
                made = self.store.snapshot(self._snapshot)
                self.lexical.reload()
                self._snapshot = made
        return self._snapshot

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        limit: int = 10,
        sort: Sort = "relevance",
    ) -> SearchResult:
        """Find products.

        Args:
            query: What is looked for, in any language; empty means everything, best selling first.
            filters: What every result must satisfy.
            limit: How many results at most.
            sort: Order of the results; all but "relevance" order the relevant ones only.
        """
        filters, snapshot = filters or Filters(), self.snapshot()
        mask = snapshot.passing(filters)
        passing = snapshot.lines(mask)
        if not passing:
            return SearchResult((), 0, relax(snapshot, filters))
        query = clean(query)
        parts: Mapping[int, dict[str, float]] = {}
        if query:
            parts = self._parts(snapshot, query, mask)
            scores = {row: part["dense"] + part["lexical"] for row, part in parts.items()}
            ranked = sorted(scores, key=lambda row: (-scores[row], row))
            if sort != "relevance":
                ranked = [row for row in ranked if scores[row] >= RELEVANT_SHARE * scores[ranked[0]]]
        else:
            scores = {}
            ranked = _best_selling(snapshot, mask)
        places = _one_per_line(snapshot, _ordered(snapshot, ranked, sort))
        rows = _ordered(snapshot, list(places), sort)
        again = self.reranker is not None and sort == "relevance" and query != ""
        wanted = max(limit, rerank.DEPTH) if again else limit
        hits = [
            Hit(product, scores.get(places[row], 1.0), parts.get(places[row], {}))
            for row, product in self._records(snapshot, rows, filters, wanted)
        ]
        return SearchResult(tuple(self._reranked(query, hits) if again else hits)[:limit], passing)

    def matching(self, text: str, *, limit: int) -> list[Product]:
        """Products that have words of a text, those with most of it first; variants apart, nothing embedded.

        Args:
            text: Words to look for.
            limit: How many at most.
        """
        query = self.lexical.open_query(text)
        if query is None:
            return []
        snapshot = self.snapshot()
        rows = snapshot.rows(query.best(limit=limit).numbers)
        return self.store.get([snapshot.ids[row] for row in rows[rows >= 0].tolist()])

    def similar(self, product: Product, filters: Filters | None = None, *, limit: int = 10) -> SearchResult:
        """Products like a given one, without its own family."""
        found = self.search(product.title, filters, limit=limit + 1)
        group = product.family or product.id
        hits = [hit for hit in found.hits if (hit.product.family or hit.product.id) != group]
        return replace(found, hits=tuple(hits[:limit]))

    def _reranked(self, query: str, hits: list[Hit]) -> list[Hit]:
        """The first hits in the cross-encoder's order, the others after them."""
        first, rest = hits[: rerank.DEPTH], hits[rerank.DEPTH :]
        if self.reranker is None or not first:
            return hits
        scores = self.reranker.scores(query, [hit.product for hit in first]).tolist()
        order = sorted(range(len(first)), key=lambda at: (-scores[at], at))
        return [replace(first[at], score=scores[at]) for at in order] + [
            replace(hit, score=hit.score * min(scores)) for hit in rest
        ]

    def _records(
        self, snapshot: Snapshot, rows: Sequence[int], filters: Filters, limit: int
    ) -> Iterator[tuple[int, Product]]:
        """The current records of the first rows that still pass: one may have changed since it was ranked."""
        left = limit
        for some in in_batches(rows, max(1, limit)):
            products = {item.id: item for item in self.store.get([snapshot.ids[row] for row in some])}
            for row in some:
                product = products.get(snapshot.ids[row])
                if left and product is not None and filters.accepts(product):
                    left -= 1
                    yield row, product
            if not left:
                return

    def _parts(self, snapshot: Snapshot, query: str, mask: Mask) -> dict[int, dict[str, float]]:
        """Parts of the score of every candidate of either retriever; see `Hit`."""
        lexical = self.lexical.open_query(query)
        # The model and tantivy run outside Python: one works while the other does.
        waiting = self._beside.submit(self._vector, query, lexical)
        matching = None if lexical is None else self._matching(snapshot, lexical, mask)
        vector = waiting.result()
        dense = self.dense.nearest(snapshot, vector, mask, DEPTH)
        if lexical is None or matching is None:
            rows, worded, understood = np.sort(dense.rows), np.zeros(len(dense.rows), np.float32), 0.0
        else:
            known, scores = matching
            rows = np.union1d(known[:DEPTH], dense.rows)
            mine = np.isin(known, rows)
            worded = np.zeros(len(rows), np.float32)
            worded[np.searchsorted(rows, known[mine])] = lexical_score(scores)[mine]
            understood = lexical.understood(scores)
        return fuse(rows, snapshot.cosines(vector, rows), worded, usual=dense.usual, understood=understood)

    def _vector(self, query: str, lexical: LexicalQuery | None) -> NDArray[np.float32]:
        """The unit vector of a query and, if it names things as another language does, of its translation."""
        translation = lexical.translated() if lexical is not None else None
        texts = [query] if translation is None else [query, translation]
        vectors = self.embedder.embed_queries(texts)
        return vectors[0] if self._centres is None else centred(vectors, texts, self._centres)

    def _matching(self, snapshot: Snapshot, query: LexicalQuery, mask: Mask) -> tuple[Rows, Scores]:
        """Rows of the mask that match, best first, and their scores: about `LEXICAL_DEPTH`."""
        count = int(np.count_nonzero(mask))
        if count < _NAMED_BELOW:
            scores = query.best(limit=count, only=np.sort(snapshot.number[mask]))
            return snapshot.rows(scores.numbers), scores
        limit = LEXICAL_DEPTH * len(mask) // count
        while True:
            scores = query.best(limit=limit)
            rows = snapshot.rows(scores.numbers)
            passing = np.flatnonzero((rows >= 0) & mask[rows])
            if len(passing) >= DEPTH or len(rows) < limit:
                return rows[passing], scores.of(passing)
            limit *= 8


def fuse(
    rows: Rows,
    cosine: NDArray[np.float32],
    worded: NDArray[np.float32],
    *,
    usual: float,
    understood: float,
) -> dict[int, dict[str, float]]:
    """A convex combination of both scores, each scaled so that the best candidate has 1.

    Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023), found it better
    than fusing ranks. A cosine counts from the mean of the catalogue: E5's lie between 0.7 and 0.9.

    Args:
        rows: The candidates.
        cosine: Cosine similarity of each.
        worded: Lexical score of each, 0 for those that do not match; see `index.lexical.lexical_score`.
        usual: Mean cosine of the products that pass the filters.
        understood: Share of the query that the words of the best candidate cover, in [0, 1]: what the lexical
            score can say.

    Returns:
        Parts of the score by row; see `Hit`.
    """
    above = np.maximum(cosine - usual, 0.0)
    dense = DENSE_WEIGHT * above / max(float(above.max(initial=0.0)), 1e-6)
    lexical = (1 - DENSE_WEIGHT) * understood * worded / max(float(worded.max(initial=0.0)), 1e-6)
    columns = (column.tolist() for column in (rows, dense, lexical, cosine, worded))
    return {
        row: {"dense": d, "lexical": x, "cosine": c, "bm25": w}
        for row, d, x, c, w in zip(*columns, strict=True)
    }


def _best_selling(snapshot: Snapshot, mask: Mask) -> list[int]:
    """Rows of the mask, best selling first, then best rated."""
    rows = np.flatnonzero(mask)
    sold, rated = (
        np.nan_to_num(column[rows], nan=-np.inf) for column in (snapshot.popularity, snapshot.rating)
    )
    order: list[int] = rows[np.lexsort((rows, -rated, -sold))].tolist()
    return order


def _ordered(snapshot: Snapshot, ranked: Sequence[int], sort: Sort) -> list[int]:
    """Order by a fact of the record; products that lack it come last, ties keep their order."""
    if sort == "relevance":
        return list(ranked)
    rows = np.asarray(ranked, np.int64)
    columns: dict[str, NDArray[np.float64]] = {
        "price_asc": np.where(snapshot.price == NONE, np.inf, snapshot.price),
        "price_desc": np.where(snapshot.price == NONE, np.inf, -snapshot.price),
        "rating": np.nan_to_num(-snapshot.rating, nan=np.inf),
        "newest": np.where(snapshot.released == 0, np.inf, -snapshot.released),
        "popularity": np.nan_to_num(-snapshot.popularity, nan=np.inf),
    }
    order: list[int] = rows[np.argsort(columns[sort][rows], kind="stable")].tolist()
    return order


def _one_per_line(snapshot: Snapshot, rows: Sequence[int]) -> dict[int, int]:
    """The row shown of each product line, the first in stock if any is, and the row whose place it takes."""
    first: dict[int, int] = {}
    shown: dict[int, int] = {}
    for row in rows:
        line = int(snapshot.family[row])
        first.setdefault(line, row)
        held = shown.setdefault(line, row)
        if snapshot.stock[held] == 0 and snapshot.stock[row] != 0:
            shown[line] = row
    return {shown[line]: row for line, row in first.items()}
