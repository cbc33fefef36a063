"""Builds and opens an index. A build that was killed is finished by running it again."""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from filelock import FileLock, Timeout
from tqdm import tqdm

from index.config import IndexSettings
from index.database import SCHEMA_VERSION
from index.documents import embedding_text, lexical_text, text_digest
from index.embed import Embedder, embedder_name, load_embedder
from index.errors import StoreError, StoreNotBuiltError
from index.lexical import TERMS_VERSION, LexicalIndex
from index.schema import Product
from index.search import Searcher
from index.store import CatalogueStore, in_batches
from index.vectors import VectorIndex

EMBED_BATCH = 256


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        products: Products in the index now.
        embedded: How many were embedded; unchanged texts are not.
        deleted: How many were removed because the file no longer has them.
        seconds: Wall time.
    """

    products: int
    embedded: int
    deleted: int
    seconds: float


def database_url(settings: IndexSettings) -> str:
    """The record's SQLAlchemy URL."""
    return settings.database_url or f"sqlite:///{settings.data_dir / 'shop.sqlite'}"


def make_folder(settings: IndexSettings) -> None:
    """Create the data folder.

    Raises:
        StoreError: If it cannot be created or written.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):  # its own name: two builds may start at once
            pass
    except OSError as error:
        raise StoreError(
            f"The data folder {settings.data_dir} cannot be written: {error.strerror}. "
            f"Make it writable, or choose another with SHOP_DATA_DIR or --data-dir."
        ) from error


def build(
    products: Sequence[Product],
    settings: IndexSettings,
    *,
    embedder: Embedder | None = None,
    keep_missing: bool = False,
) -> BuildReport:
    """Make the index hold exactly these products.

    The record changes in one transaction. Vectors and the lexical index follow in batches, each
    noted when done; until then a search simply finds the old text.

    Args:
        products: The whole catalogue; ids unique.
        settings: Where it lives.
        embedder: The embedding model; None loads the configured one, if anything is to be embedded.
        keep_missing: Keep products that are not among these: for a file with unreadable rows.

    Raises:
        StoreError: If something cannot be written.
        ModelError: If the embedding model cannot be loaded.
    """
    started = perf_counter()
    make_folder(settings)
    with _one_at_a_time(settings.data_dir / "build.lock"):
        store = CatalogueStore.create(database_url(settings))
        vectors = open_vectors(settings)
        lexical = LexicalIndex(settings.data_dir / "lexical")
        name = embedder.name if embedder else embedder_name(settings)
        if store.get_meta("embedder") != name:
            embedder = embedder or load_embedder(settings)  # first, so that a wrong setting changes nothing
            vectors.clear()
            store.forget_marks("vector_digest")
            store.set_meta(embedder=name, schema=SCHEMA_VERSION)

        if store.get_meta("terms") != TERMS_VERSION:
            store.forget_marks("lexical_digest")
            store.set_meta(terms=TERMS_VERSION)

        wanted = {product.id for product in products}
        missing = [] if keep_missing else [key for key in store.ids() if key not in wanted]
        digests = {product.id: text_digest(product) for product in products}
        store.upsert(products, digests, deleted=missing)
        embedded = 0
        if store.pending("vector_digest"):
            embedded = embed_pending(store, vectors, embedder or load_embedder(settings))
        index_pending(store, lexical)
        vectors.delete(sorted(vectors.ids() - set(store.ids())))
        lexical.update({}, deleted=lexical.ids() - set(store.ids()))
        store.set_meta(built=datetime.now(UTC).isoformat(timespec="seconds"))
        return BuildReport(store.count(), embedded, len(missing), perf_counter() - started)


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process builds in the same folder."""
    guard = FileLock(lock)
    try:
        guard.acquire(timeout=0)
    except Timeout:
        print(f"Another build is running in {lock.parent}; waiting for it.", file=sys.stderr)
        guard.acquire()
    try:
        yield
    finally:
        guard.release()


def embed_pending(store: CatalogueStore, vectors: VectorIndex, embedder: Embedder) -> int:
    """Embed every product whose text differs from what was embedded last; returns how many."""
    pending = dict(store.pending("vector_digest"))
    with tqdm(total=len(pending), desc="embedding", unit="product", disable=None) as bar:
        for products in _by_length(store, pending):
            texts = [embedding_text(product) for product in products]
            vectors.upsert([product.id for product in products], embedder.embed_documents(texts))
            store.mark("vector_digest", {product.id: pending[product.id] for product in products})
            bar.update(len(products))
    return len(pending)


def _by_length(store: CatalogueStore, pending: Iterable[str]) -> Iterable[tuple[Product, ...]]:
    """Batches of texts of like length: padding is computed too, and thrown away."""
    for some in in_batches(pending, 16 * EMBED_BATCH):
        products = sorted(store.get(some), key=lambda product: len(embedding_text(product)))
        yield from in_batches(products, EMBED_BATCH)


def index_pending(store: CatalogueStore, lexical: LexicalIndex) -> int:
    """Index the text of every product whose text differs from what was indexed last; returns how many."""
    pending = dict(store.pending("lexical_digest"))
    for some in in_batches(pending, 5000):
        lexical.update({product.id: lexical_text(product) for product in store.get(some)})
        store.mark("lexical_digest", {key: pending[key] for key in some})
    return len(pending)


def open_vectors(settings: IndexSettings) -> VectorIndex:
    """The vectors of the configured index."""
    return VectorIndex(folder=settings.data_dir / "vectors", url=settings.chroma_url)


def open_store(settings: IndexSettings) -> CatalogueStore:
    """The record of a finished index.

    Raises:
        StoreNotBuiltError: If nothing was built yet.
    """
    if not settings.database_url:
        _require(settings.data_dir / "shop.sqlite", settings.data_dir)
    return CatalogueStore.open(database_url(settings), settings.data_dir)


def _require(file: Path, folder: Path) -> None:
    # Opening an SQLite database creates it: look first, so that asking leaves no trace.
    if not file.exists():
        raise StoreNotBuiltError(
            f"There is no catalogue in {folder}. Run: shop-index build FILE (or shop-chat --demo)."
        )


def open_search(settings: IndexSettings, *, embedder: Embedder | None = None) -> Searcher:
    """Open a finished index for searching.

    Raises:
        StoreNotBuiltError: If nothing was built yet.
        EmbedderMismatchError: If it was built with another model.
    """
    store = open_store(settings)
    embedder = embedder or load_embedder(settings)
    return Searcher(store, open_vectors(settings), LexicalIndex(settings.data_dir / "lexical"), embedder)
