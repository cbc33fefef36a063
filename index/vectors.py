"""Dense retrieval. The only file that imports chromadb."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import ConfigError, StoreError

COLLECTION = "products"

_EXACT_BELOW = 200
"""Filters that leave fewer products are scored exactly: faster there than a filtered graph walk."""

_HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 256, "max_neighbors": 24}


class VectorIndex:
    """A Chroma collection of unit vectors; scores are cosine similarities in [-1, 1]."""

    def __init__(self, *, folder: Path | None = None, url: str = "") -> None:
        """Open or create the collection.

        Args:
            folder: Where an embedded Chroma keeps its files; used when `url` is empty.
            url: `http://HOST:PORT` of a Chroma server.

        Raises:
            StoreError: If Chroma cannot be opened or reached.
            ConfigError: If the URL is not one.
        """
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        try:
            if url:
                self._client: Any = chromadb.HttpClient(**_address(url), settings=quiet)
            else:
                self._client = chromadb.PersistentClient(str(folder), settings=quiet)
            self._collection = self._open()
        except ConfigError:
            raise
        except Exception as error:  # Chroma raises its own, SQLite's and the HTTP client's errors
            raise StoreError(f"Chroma cannot be opened at {url or folder}: {error}") from error

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
        )

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace vectors; one row of `vectors` for each id."""
        self._collection.upsert(ids=list(ids), embeddings=vectors)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; ids that are not there are ignored."""
        if ids:
            self._collection.delete(ids=list(ids))

    def clear(self) -> None:
        """Remove everything, the dimension included."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open()

    def ids(self) -> set[str]:
        """Ids of all vectors."""
        return set(self._collection.get(include=[])["ids"])

    def query(
        self, vector: NDArray[np.float32], *, limit: int, allowed: Collection[str] | None = None
    ) -> dict[str, float]:
        """The most similar products, best first, with their cosine similarity.

        Args:
            vector: Unit vector of the query, shape (dimension,).
            limit: How many at most.
            allowed: Only these ids may be returned; None allows all.
        """
        if allowed is not None and len(allowed) < _EXACT_BELOW:
            return self.similarities(vector, allowed, limit=limit)
        from chromadb.errors import InternalError

        restriction = {} if allowed is None else {"ids": list(allowed)}
        try:
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"], **restriction
            )
        except InternalError:
            # Chroma refuses ids that it does not hold: while a build is under way the record is ahead.
            if allowed is None:
                raise
            return self.similarities(vector, allowed, limit=limit)
        return {
            key: 1 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def similarities(
        self, vector: NDArray[np.float32], ids: Collection[str], *, limit: int | None = None
    ) -> dict[str, float]:
        """Exact cosine similarity of the given products, best first; ids that are not there are left out."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        if not found["ids"]:
            return {}
        scores = np.asarray(found["embeddings"]) @ vector
        best = np.argsort(-scores, kind="stable")[:limit]
        return {found["ids"][i]: float(scores[i]) for i in best}


def _address(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"SHOP_CHROMA_URL={url!r} is no address. Use http://HOST:PORT.")
    return {
        "host": parts.hostname,
        "port": port,
        "ssl": parts.scheme == "https",
    }
