"""What a user would write instead of our index: the same vectors in other stores, under the same limits.

Nothing is tuned: each is used as its documentation does, with its defaults and cosine similarity. What is not
installed is left out; `pip install -e '.[peers]'` installs all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors

TOP = 10

INSTALL = "pip install -e '.[peers]'"

_PAGE = 5000  # Chroma takes no more than 5,461 at once


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What every peer is filled with, one entry a product.

    Attributes:
        ids: Product ids.
        vectors: Unit vectors, shape (len(ids), dimension).
        rows: `title`, `currency`, and where they are known `colour` and `price`.
    """

    ids: Sequence[str]
    vectors: Vectors
    rows: Sequence[Mapping[str, str | float]]

    def digest(self) -> str:
        """Fingerprint of everything."""
        made = sha256(np.ascontiguousarray(self.vectors).tobytes())
        made.update(repr([self.ids, self.rows]).encode())
        return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a peer: what a page would show."""

    id: str
    title: str
    price: float | None


class Peer(Protocol):
    """Another way to find products by a vector."""

    def build(self, items: Items) -> None:
        """Fill it, once."""

    def query(self, vector: NDArray[np.float32], price_max: float | None) -> list[Found]:
        """The `TOP` nearest products, best first, under a price limit if there is one."""


class BruteForceNumpy:
    """A float32 matrix, a Boolean filter over the prices, and the best of what is left.

    Few passing rows are copied out and multiplied, many are not: the faster of the two, as ours does.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is kept in the folder."""

    def build(self, items: Items) -> None:
        """Keep the matrix and the columns."""
        self._ids, self._titles = items.ids, [str(row["title"]) for row in items.rows]
        self._vectors = np.ascontiguousarray(items.vectors, np.float32)
        self._prices = np.asarray([row.get("price", np.nan) for row in items.rows], np.float64)

    def query(self, vector: NDArray[np.float32], price_max: float | None) -> list[Found]:
        """The nearest products, exactly."""
        if price_max is None:
            rows, scores = None, self._vectors @ vector
        else:
            rows = np.flatnonzero(self._prices <= price_max)
            few = len(rows) < len(self._ids) / 10
            scores = self._vectors[rows] @ vector if few else (self._vectors @ vector)[rows]
        best = np.argpartition(-scores, TOP)[:TOP] if len(scores) > TOP else np.arange(len(scores))
        best = best[np.argsort(-scores[best])]
        return [self._found(int(row)) for row in (best if rows is None else rows[best])]

    def _found(self, row: int) -> Found:
        price = float(self._prices[row])
        return Found(self._ids[row], self._titles[row], None if np.isnan(price) else price)


class PlainChroma:
    """A Chroma collection on disk, `query` with `where`."""

    def __init__(self, folder: Path) -> None:
        """Open or create the collection in the folder."""
        import chromadb
        from chromadb.config import Settings

        self._client: Any = chromadb.PersistentClient(
            str(folder / "chroma"), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            "products", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def build(self, items: Items) -> None:
        """Add everything."""
        for part in _pages(len(items.ids)):
            self._collection.upsert(
                ids=list(items.ids[part]),
                embeddings=items.vectors[part],
                metadatas=[dict(row) for row in items.rows[part]],
            )

    def query(self, vector: NDArray[np.float32], price_max: float | None) -> list[Found]:
        """The nearest products, approximately."""
        found = self._collection.query(
            query_embeddings=[vector], n_results=TOP, where=_where(price_max), include=["metadatas"]
        )
        return [
            Found(key, row["title"], row.get("price"))
            for key, row in zip(found["ids"][0], found["metadatas"][0], strict=True)
        ]


class _Given:
    """LangChain's interface of an embedding model, over vectors that are there already."""

    def __init__(self) -> None:
        self.vectors: Vectors = np.empty((0, 0), np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        made: list[list[float]] = self.vectors.tolist()
        return made


class LangchainChroma:
    """LangChain's Chroma store, `similarity_search_by_vector` with `filter`."""

    def __init__(self, folder: Path) -> None:
        """Open or create the store in the folder."""
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        self._given = _Given()
        self._store: Any = Chroma(
            "products",
            embedding_function=self._given,
            persist_directory=str(folder / "langchain"),
            client_settings=Settings(
                anonymized_telemetry=False,
                is_persistent=True,
                persist_directory=str(folder / "langchain"),
            ),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )

    def build(self, items: Items) -> None:
        """Add everything: titles as texts."""
        for part in _pages(len(items.ids)):
            self._given.vectors = items.vectors[part]
            self._store.add_texts(
                [str(row["title"]) for row in items.rows[part]],
                metadatas=[dict(row) for row in items.rows[part]],
                ids=list(items.ids[part]),
            )

    def query(self, vector: NDArray[np.float32], price_max: float | None) -> list[Found]:
        """The nearest products, approximately."""
        found = self._store.similarity_search_by_vector(vector.tolist(), k=TOP, filter=_where(price_max))
        return [Found(each.id, each.page_content, each.metadata.get("price")) for each in found]


class Txtai:
    """txtai with content: SQL over its nearest candidates, of which there are 100 where there is a filter.

    The limit is applied to the candidates, so that a narrow one leaves few results.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is kept in the folder: txtai does not load an index with a transform of ours."""
        from txtai import Embeddings

        self._made: Any = Embeddings

    def build(self, items: Items) -> None:
        """Index everything, with a transform that hands out the vectors that are there."""
        rest: Iterator[NDArray[np.float32]] = iter(items.vectors)

        def transform(texts: Sequence[str]) -> Vectors:
            return np.stack([next(rest) for _ in texts])

        self._embeddings: Any = self._made(method="external", transform=transform, content=True)
        self._embeddings.index(
            (key, {"text": row["title"], **row}, None) for key, row in zip(items.ids, items.rows, strict=True)
        )

    def query(self, vector: NDArray[np.float32], price_max: float | None) -> list[Found]:
        """The nearest products, approximately."""
        limit = "" if price_max is None else f" and price <= {price_max}"
        found = self._embeddings.search(
            f"select id, title, price, score from txtai where similar(:vector){limit} limit {TOP}",
            parameters={"vector": vector},
        )
        return [Found(row["id"], row["title"], row["price"]) for row in found]


PEERS: Mapping[str, tuple[str, Callable[[Path], Peer]]] = {
    "numpy": ("numpy", BruteForceNumpy),
    "chroma": ("chromadb", PlainChroma),
    "langchain_chroma": ("langchain_chroma", LangchainChroma),
    "txtai": ("txtai", Txtai),
}
"""The library that each peer needs, and the peer, which may keep what it likes in a folder."""

_KEPT = ("chroma", "langchain_chroma")
"""Peers that find what they held when they are opened in the same folder again."""


def missing(names: Sequence[str]) -> list[str]:
    """Which of the peers cannot be used, because their library is not installed."""
    return [name for name in names if find_spec(PEERS[name][0]) is None]


def prepare(name: str, folder: Path, items: Items) -> tuple[Peer, float | None]:
    """Fill a peer, unless its folder holds the same items already.

    Returns:
        (the peer, seconds that filling took; None if it was not filled)
    """
    own = folder / name
    note, wanted = own / "holds", items.digest()
    kept = name in _KEPT and note.exists() and note.read_text(encoding="ascii") == wanted
    if not kept:
        rmtree(own, ignore_errors=True)
    own.mkdir(parents=True, exist_ok=True)
    peer = PEERS[name][1](own)
    if kept:
        return peer, None
    started = perf_counter()
    peer.build(items)
    seconds = perf_counter() - started
    note.write_text(wanted, encoding="ascii")
    return peer, seconds


def _pages(count: int) -> Iterator[slice]:
    return (slice(start, start + _PAGE) for start in range(0, count, _PAGE))


def _where(price_max: float | None) -> dict[str, dict[str, float]] | None:
    return None if price_max is None else {"price": {"$lte": price_max}}
