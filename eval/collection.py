"""Finds what `shop-eval retrieval --data` names: a public collection, one of our own, or a folder."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from eval import beir, esci, wands
from eval.cases import EvalDataError, RetrievalSet, bundled, join_judgements, read_retrieval
from index.build import build, open_search
from index.config import IndexSettings
from index.embed import Embedder
from index.errors import ConfigError
from index.readers import ReadOptions, read_catalogue
from index.schema import Product
from index.search import Searcher

SHARED = Path("../shared/data")
"""Where a checkout of this project finds the catalogues that are not part of it, if it has them."""

ICECAT_OPTIONS = ReadOptions(price_scale=Decimal("0.01"), facets={"colour": "attr_t_product_colour"})

HELP = "docs/collections.md says where to get it"


@dataclass(frozen=True, slots=True)
class Collection:
    """Judged queries and, where they come with it, the catalogue that they were judged on.

    Attributes:
        judged: Queries and judgements.
        key: Names the folder that holds the collection's index.
        products: Reads the catalogue, which may take long; None when the index must be named.
    """

    judged: RetrievalSet
    key: str
    products: Callable[[], Sequence[Product]] | None = None


def open_collection(source: str | None = None, split: str | None = None) -> Collection:
    """Find and read a collection.

    Args:
        source: A name of `COLLECTIONS`, `NAME=PATH`, or a folder in the BEIR layout (with `queries.jsonl`) or
            with `queries.SPLIT.tsv` and `qrels.SPLIT.tsv`; None means "icecat".
        split: Which queries; None means the usual ones: "test" of BEIR and ESCI, "en" of the own sets, else
            "dev".

    Raises:
        EvalDataError: If there is no such collection or folder, or its data cannot be read.
        ConfigError: If the collection has no such split, or its path is not given.
        MissingExtraError: If the library that reads it is not installed.
    """
    name, given, path = (source or "icecat").partition("=")
    if name in COLLECTIONS and (path or not given):
        return COLLECTIONS[name](Path(path) if path else None, split)
    folder = Path(source or "")
    if not folder.is_dir():
        raise EvalDataError(folder, f"is no folder and no collection; the collections are {_NAMES}")
    if (folder / "queries.jsonl").exists():
        products = partial(beir.read_products, folder) if (folder / "corpus.jsonl").exists() else None
        return Collection(beir.read_judgements(folder, split=split or "test"), folder.name, products)
    return Collection(read_retrieval(folder, split=split or "dev"), folder.name)


def open_index(
    collection: Collection,
    catalogue: Path | None = None,
    *,
    embedder: Embedder | None = None,
    reranker: str | None = None,
) -> Searcher:
    """Open the index to search, and bring the collection's own up to date first.

    Args:
        collection: What is searched, unless `catalogue` is given.
        catalogue: Data folder of a finished index; None means the collection's own, in the cache folder, or
            the configured one when it has no catalogue.
        embedder: The embedding model; None means the configured one.
        reranker: Name of a cross-encoder; None means the configured one, if any is.

    Raises:
        EvalDataError: If the catalogue cannot be read.
        CatalogueError: If the catalogue cannot be read.
        StoreError: If the index cannot be opened or written.
        ModelError: If the embedding model cannot be loaded.
    """
    settings = IndexSettings.from_env(data_dir=catalogue, reranker=reranker)
    if catalogue is None and collection.products is not None:
        folder = settings.cache_dir / "collections" / collection.key
        # Never a server that is configured: it holds the shop, and a build deletes what is not in the file.
        settings = replace(settings, data_dir=folder, database_url="", chroma_url="")
        build(collection.products(), settings, embedder=embedder)
    return open_search(settings, embedder=embedder)


# -- by name -------------------------------------------------------------------------------------------------


def _icecat(path: Path | None, split: str | None) -> Collection:
    """`dev` and whatever else the folder has; `zh-a` and `zh-b` are renderings of `dev` in Chinese."""
    folder, split = path or SHARED / "icecat", split or "dev"
    if not folder.is_dir():
        raise EvalDataError(
            folder,
            "is not there. Name the folder with queries.dev.tsv and qrels.dev.tsv by --data icecat=DIR: the "
            f"Icecat product data set with judgements of the Chorus project "
            f"(https://github.com/querqy/chorus); {HELP}",
        )
    if split.startswith("zh-"):
        queries = bundled("icecat") / f"queries.{split}.tsv"
        judged = join_judgements(f"icecat/{split}", queries, folder / "qrels.dev.tsv")
    else:
        judged = replace(read_retrieval(folder, split=split), name=f"icecat/{split}")
    return Collection(judged, "icecat", partial(_read, folder / "products.jsonl.gz", ICECAT_OPTIONS))


def _own(name: str, folder: str, file: str, path: Path | None, split: str | None) -> Collection:
    """Queries of this project on a catalogue that is not part of it."""
    judged = read_retrieval(bundled(name), split=split or "en")
    return Collection(judged, name, partial(_read, (path or SHARED / folder) / file, ReadOptions()))


def _wands(path: Path | None, split: str | None) -> Collection:
    if split is not None:
        raise ConfigError("wands has no splits: leave out --split.")
    folder = _copy("wands", path)
    return Collection(wands.read_judgements(folder), "wands", partial(wands.read_products, folder))


def _esci(path: Path | None, split: str | None) -> Collection:
    """`test` and `train` are of the locale us; `test-es` and so on name another."""
    split, _, locale = (split or "test").partition("-")
    locale = locale or "us"
    if split not in ("test", "train") or locale not in esci.LOCALES:
        raise ConfigError(
            f"--split of esci is test or train, and a locale: test-{', test-'.join(esci.LOCALES)}."
        )
    folder = _copy("esci", path)
    judged = esci.read_judgements(folder, split=split, locale=locale)
    return Collection(
        judged, f"esci-{split}-{locale}", partial(esci.read_products, folder, judged, locale=locale)
    )


def _copy(name: str, path: Path | None) -> Path:
    if path is None:
        raise ConfigError(f"Name your copy by --data {name}=DIR; {HELP}.")
    if not path.is_dir():
        raise EvalDataError(path, f"is no folder; name your copy of {name}; {HELP}")
    return path


def _read(file: Path, options: ReadOptions) -> Sequence[Product]:
    catalogue = read_catalogue(file, options)
    if catalogue.errors:
        print(f"{file}: {len(catalogue.errors)} rows cannot be read and are left out.", file=sys.stderr)
    return catalogue.products


COLLECTIONS: Mapping[str, Callable[[Path | None, str | None], Collection]] = {
    "icecat": _icecat,
    "wands": _wands,
    "esci": _esci,
    "litemall": partial(_own, "litemall", "litemall", "goods.zh.jsonl"),
    "bestbuy": partial(_own, "bestbuy", "bestbuy_phones", "ecommerce.json"),
}
"""Readers of the collections that have a name: of the user's path, if given, and the split, if given."""

_NAMES = ", ".join(COLLECTIONS)
