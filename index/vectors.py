"""Chroma: a vector store of its own. The only file that imports chromadb."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import ConfigError, StoreError

COLLECTION = "products"

_HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 256, "max_neighbors": 24}
_PAGE = 5000


class VectorIndex:
    """A Chroma collection of unit vectors with the digest of the text that each was made from.

    An embedded collection sees what its own process writes; what another one wrote is found after it is
    opened again. A server's collection sees everything.
    """

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
        self.remote, self._where = bool(url), url or folder
        try:
            if url:
                self._client: Any = chromadb.HttpClient(**_address(url), settings=quiet)
            else:
                self._client = chromadb.PersistentClient(str(folder), settings=quiet)
            self._collection = self._open()
        except ConfigError:
            raise
        except Exception as error:  # Chroma raises its own, SQLite's and the HTTP client's errors
            mend = "" if url else " Delete that folder and run: shop-index check --repair"
            raise StoreError(
                f"Chroma cannot be opened at {self._where}: {_first_line(error)}.{mend}"
            ) from error

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
        )

    def upsert(self, ids: Sequence[str], vectors: Vectors, digests: Sequence[str]) -> None:
        """Add or replace vectors.

        Args:
            ids: Product ids.
            vectors: Unit vectors, shape (len(ids), dimension).
            digests: Of the texts that they were made from.

        Raises:
            StoreError: If they cannot be written.
        """
        labels = [{"text": digest} for digest in digests]
        self._write("upsert", ids=list(ids), embeddings=vectors, metadatas=labels)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; ids that are not there are ignored.

        Raises:
            StoreError: If they cannot be removed.
        """
        for start in range(0, len(ids), _PAGE):
            self._write("delete", ids=list(ids[start : start + _PAGE]))

    def clear(self) -> None:
        """Remove everything, the dimension included."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open()

    def __len__(self) -> int:
        return int(self._collection.count())

    def digests(self) -> dict[str, str]:
        """Digest of the embedded text of every vector, by product id.

        Raises:
            StoreError: If they cannot be read.
        """
        found: dict[str, str] = {}
        try:
            while True:
                page = self._collection.get(include=["metadatas"], limit=_PAGE, offset=len(found))
                labels: list[Mapping[str, Any] | None] = page["metadatas"]
                found.update(
                    (key, str((label or {}).get("text", "")))
                    for key, label in zip(page["ids"], labels, strict=True)
                )
                if len(page["ids"]) < _PAGE:
                    return found
        except Exception as error:
            raise StoreError(f"Chroma at {self._where} cannot be read: {_first_line(error)}") from error

    def query(self, vector: NDArray[np.float32], *, limit: int) -> list[str]:
        """Ids of the most similar products, best first; approximate.

        Args:
            vector: Unit vector of the query, shape (dimension,).
            limit: How many at most.

        Raises:
            StoreError: If Chroma fails.
        """
        try:
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=[])
        except Exception as error:
            raise StoreError(f"Chroma at {self._where} cannot be read: {_first_line(error)}") from error
        return list(found["ids"][0])

    def _write(self, method: str, **what: Any) -> None:
        try:
            getattr(self._collection, method)(**what)
        except Exception as error:  # a full disk arrives as one of Chroma's own errors
            raise StoreError(
                f"Chroma at {self._where} cannot be written: {_first_line(error)}. "
                "Check that its folder is writable and has space; the same command then finishes the work."
            ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


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
