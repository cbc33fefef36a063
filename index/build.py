"""Builds, changes, checks and opens an index. What was killed is finished by running it again.

The record changes first, in one transaction. What is made from it follows in batches, each noted when
done: vectors, Chroma's copy of them, tantivy's terms. Until then a search finds the old text.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
from filelock import FileLock, Timeout
from tqdm import tqdm

from index.centre import language_centres
from index.config import IndexSettings
from index.dense import DenseRetriever
from index.documents import embedding_text, lexical_texts, text_digests
from index.embed import Embedder, embedder_name, load_embedder
from index.errors import EmbedderMismatchError, IndexDamagedError, StoreError, StoreNotBuiltError
from index.lexical import TERMS_VERSION, Document, LexicalIndex
from index.rerank import Reranker
from index.schema import PriceChange, Product
from index.search import Searcher
from index.store import CatalogueStore, Changes, IndexName, in_batches
from index.vectors import VectorIndex

EMBED_BATCH = 256
"""Products embedded between two commits: what a killed build loses."""

DENSE_BATCH, LEXICAL_BATCH = 5000, 100_000
"""The same for Chroma, and for tantivy, which is the faster the fewer commits it is made of."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build or an update did.

    Attributes:
        products: Products in the index now.
        embedded: How many were embedded; unchanged texts are not.
        changes: What changed in the record.
        seconds: Wall time.
    """

    products: int
    embedded: int
    changes: Changes
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Whether the parts of an index hold the same products, of the same texts.

    Attributes:
        products: Products in the record.
        faults: What is wrong, by part and kind ("dense missing", "lexical stale", ...): product ids.
    """

    products: int
    faults: dict[str, tuple[str, ...]]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


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
    with _one_at_a_time(settings):
        store = CatalogueStore.create(database_url(settings))
        name = embedder.name if embedder else embedder_name(settings)
        if store.get_meta("embedder") != name:
            embedder = embedder or load_embedder(settings)  # first, so that a wrong setting changes nothing
            store.use_embedder(name, language_centres(embedder))
        wanted = {product.id for product in products}
        missing = [] if keep_missing else [key for key in store.ids() if key not in wanted]
        return _change(store, settings, products, missing, embedder, started)


def update(
    products: Sequence[Product],
    settings: IndexSettings,
    *,
    deleted: Iterable[str] = (),
    delete_missing: bool = False,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Add or replace some products and remove others, while searches go on.

    Args:
        products: New or changed products; ids unique.
        settings: Where the index lives.
        deleted: Product ids to remove; those that are not there are ignored.
        delete_missing: Remove every product that is not among `products` too.
        embedder: The embedding model; None loads the configured one, if anything is to be embedded.

    Raises:
        StoreNotBuiltError: If there is no index yet.
        EmbedderMismatchError: If it was built with another model.
        StoreError: If something cannot be written.
    """
    started = perf_counter()
    open_store(settings).engine.dispose()
    make_folder(settings)
    with _one_at_a_time(settings):
        store = CatalogueStore.create(database_url(settings))
        _require_same_model(store, embedder.name if embedder else embedder_name(settings))
        wanted = {product.id for product in products}
        missing = [key for key in store.ids() if key not in wanted] if delete_missing else []
        gone = [*dict.fromkeys([*missing, *deleted])]
        return _change(store, settings, products, gone, embedder, started)


def update_prices(changes: Iterable[PriceChange], settings: IndexSettings) -> tuple[int, list[str]]:
    """Change prices and stock only: nothing is embedded or indexed, and no lock is waited for.

    Returns:
        (how many products changed, ids that are not in the catalogue)

    Raises:
        StoreNotBuiltError: If there is no index yet.
        StoreError: If it cannot be written.
    """
    store = open_store(settings)
    try:
        return store.reprice(changes)
    finally:
        store.engine.dispose()


def check(settings: IndexSettings, *, repair: bool = False, embedder: Embedder | None = None) -> CheckReport:
    """Compare what the record, the vectors, Chroma and tantivy hold, product by product.

    Args:
        settings: Where the index lives.
        repair: Mend what is wrong, from the record, and check again.
        embedder: For products without a vector; None loads the configured one, if there are any.

    Raises:
        StoreNotBuiltError: If there is no index.
        EmbedderMismatchError: If it was built with another model, and something is to be embedded.
        IndexDamagedError: If a part cannot be read and is not to be repaired.
        StoreError: If a part cannot be read at all.
    """
    open_store(settings).engine.dispose()
    with _one_at_a_time(settings):
        store = CatalogueStore.create(database_url(settings))
        try:
            try:
                faults = _faults(store, settings)
            except IndexDamagedError:
                if not repair:
                    raise
                _forget_lexical(store, settings)
                faults = _faults(store, settings)
            if faults and repair:
                _mend(store, settings, faults, embedder)
                faults = _faults(store, settings)
            return CheckReport(store.count(), faults)
        finally:
            store.engine.dispose()


def _faults(store: CatalogueStore, settings: IndexSettings) -> dict[str, tuple[str, ...]]:
    dense, lexical = store.wanted("dense"), store.wanted("lexical")
    found = {"vectors missing": tuple(key for key, _ in store.unembedded())}
    for name, wanted, held in (
        ("dense", dense, open_vectors(settings).digests()),
        ("lexical", lexical, open_lexical(settings).digests()),
    ):
        found[f"{name} missing"] = tuple(sorted(wanted.keys() - held.keys()))
        found[f"{name} left over"] = tuple(sorted(held.keys() - wanted.keys()))
        stale = (key for key in wanted.keys() & held.keys() if wanted[key] != held[key])
        found[f"{name} stale"] = tuple(sorted(stale))
    return {name: ids for name, ids in found.items() if ids}


def _mend(
    store: CatalogueStore,
    settings: IndexSettings,
    faults: dict[str, tuple[str, ...]],
    embedder: Embedder | None,
) -> None:
    if "vectors missing" in faults:
        _require_same_model(store, embedder.name if embedder else embedder_name(settings))
    names: tuple[IndexName, ...] = ("dense", "lexical")
    for name in names:
        wrong = [*faults.get(f"{name} missing", ()), *faults.get(f"{name} stale", ())]
        store.mark(name, dict.fromkeys(wrong, ""))
    _follow(store, settings, embedder)


def _change(
    store: CatalogueStore,
    settings: IndexSettings,
    products: Sequence[Product],
    deleted: Sequence[str],
    embedder: Embedder | None,
    started: float,
) -> BuildReport:
    """Change the record, then everything that is made from it."""
    try:
        if store.get_meta("terms") != TERMS_VERSION:
            _forget_lexical(store, settings)
            store.set_meta(terms=TERMS_VERSION)
        digests = {product.id: text_digests(product) for product in products}
        changes = store.upsert(products, digests, deleted=deleted)
        embedded = _follow(store, settings, embedder, deleted=deleted)
        store.set_meta(built=datetime.now(UTC).isoformat(timespec="seconds"))
        return BuildReport(store.count(), embedded, changes, perf_counter() - started)
    finally:
        store.engine.dispose()


def _follow(
    store: CatalogueStore,
    settings: IndexSettings,
    embedder: Embedder | None,
    *,
    deleted: Sequence[str] = (),
) -> int:
    """Bring vectors, Chroma and tantivy up to the record; returns how many products were embedded."""
    embedded = 0
    if store.unembedded():
        embedded = embed_pending(store, embedder or load_embedder(settings))
    try:
        _copy(store, settings, deleted)
    except IndexDamagedError:
        _forget_lexical(store, settings)
        _copy(store, settings, deleted)
    return embedded


def _forget_lexical(store: CatalogueStore, settings: IndexSettings) -> None:
    """Remove the lexical index, so that it is made again from the record."""
    store.forget_marks("lexical")
    shutil.rmtree(settings.data_dir / "lexical", ignore_errors=True)


def _copy(store: CatalogueStore, settings: IndexSettings, deleted: Sequence[str]) -> None:
    """Make Chroma and tantivy hold what the record holds."""
    vectors, lexical = open_vectors(settings), open_lexical(settings)
    with ThreadPoolExecutor(2) as pool:  # both spend their time outside Python
        tasks = [pool.submit(copy_pending, store, vectors), pool.submit(index_pending, store, lexical)]
    for task in tasks:
        task.result()
    vectors.delete(deleted)
    if deleted:
        lexical.update((), deleted=deleted)
    count = store.count()
    if len(vectors) != count or len(lexical) != count:  # an earlier deletion was killed here
        there = set(store.ids())
        vectors.delete(sorted(vectors.digests().keys() - there))
        lexical.update((), deleted=sorted(lexical.digests().keys() - there))
    store.mark("lexical", {})


@contextmanager
def _one_at_a_time(settings: IndexSettings) -> Iterator[None]:
    """Wait until no other process builds in the same folder."""
    guard = FileLock(settings.data_dir / "build.lock")
    try:
        guard.acquire(timeout=0)
    except Timeout:
        print(f"Another build is running in {settings.data_dir}; waiting for it.", file=sys.stderr)
        guard.acquire()
    except OSError as error:
        raise StoreError(f"{guard.lock_file} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        guard.release()


def embed_pending(store: CatalogueStore, embedder: Embedder) -> int:
    """Embed every product whose text differs from what was embedded last; returns how many."""
    pending = dict(store.unembedded())
    with tqdm(total=len(pending), desc="embedding", unit="product", disable=None) as bar:
        for products in _by_length(store, pending):
            made = embedder.embed_documents([embedding_text(product) for product in products])
            store.keep_vectors(
                {item.id: (pending[item.id], row) for item, row in zip(products, made, strict=True)}
            )
            bar.update(len(products))
    return len(pending)


def _by_length(store: CatalogueStore, pending: Iterable[str]) -> Iterable[tuple[Product, ...]]:
    """Batches of texts of like length: padding is computed too, and thrown away."""
    for some in in_batches(pending, 16 * EMBED_BATCH):
        products = sorted(store.get(some), key=lambda product: len(embedding_text(product)))
        yield from in_batches(products, EMBED_BATCH)


def copy_pending(store: CatalogueStore, vectors: VectorIndex) -> int:
    """Give Chroma the vectors that it does not hold; returns how many."""
    pending = dict(store.pending("dense"))
    if pending and store.get_meta("in_chroma") != store.get_meta("embedder"):
        vectors.clear()  # of another model, and maybe of another dimension
        store.set_meta(in_chroma=store.get_meta("embedder") or "")
    for some in in_batches(pending, DENSE_BATCH):
        made = store.vectors(some)
        if made:
            digests = {key: text for key, (text, _) in made.items()}
            vectors.upsert(list(made), np.stack([row for _, row in made.values()]), list(digests.values()))
            store.mark("dense", digests)
    return len(pending)


def index_pending(store: CatalogueStore, lexical: LexicalIndex) -> int:
    """Index the text of every product whose text differs from what was indexed last; returns how many."""
    pending = dict(store.pending("lexical"))
    for some in in_batches(pending, LEXICAL_BATCH):
        lexical.update(_documents(store, {key: pending[key] for key in some}))
        store.mark("lexical", {key: pending[key] for key in some})
    return len(pending)


def _documents(store: CatalogueStore, digests: Mapping[str, str]) -> Iterator[tuple[str, Document]]:
    for some in in_batches(digests):
        numbers = store.numbers(some)
        for product in store.get(some):
            yield product.id, Document(numbers[product.id], digests[product.id], lexical_texts(product))


def open_vectors(settings: IndexSettings) -> VectorIndex:
    """Chroma's copy of the vectors."""
    return VectorIndex(folder=settings.data_dir / "vectors", url=settings.chroma_url)


def open_lexical(settings: IndexSettings) -> LexicalIndex:
    """The lexical index."""
    return LexicalIndex(settings.data_dir / "lexical", settings.synonyms)


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


def _require_same_model(store: CatalogueStore, name: str) -> None:
    built_with = store.get_meta("embedder")
    if built_with is not None and built_with != name:
        raise EmbedderMismatchError(built_with, name)


def open_search(settings: IndexSettings, *, embedder: Embedder | None = None) -> Searcher:
    """Open a finished index for searching.

    Raises:
        StoreNotBuiltError: If nothing was built yet.
        EmbedderMismatchError: If it was built with another model.
    """
    store = open_store(settings)
    embedder = embedder or load_embedder(settings)
    _require_same_model(store, embedder.name)

    def open_graph() -> VectorIndex | None:
        return None if store.pending("dense") else open_vectors(settings)

    reranker = Reranker(settings) if settings.reranker else None
    return Searcher(store, DenseRetriever(open_graph), open_lexical(settings), embedder, reranker)
