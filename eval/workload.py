"""What `shop-eval speed` measures on: products made up to a size, queries, and filters."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from time import perf_counter
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from eval.cases import EvalDataError, read_queries
from eval.collection import ICECAT_OPTIONS, SHARED
from index.documents import embedding_text
from index.embed import Embedder, Vectors
from index.filters import Filters
from index.readers import ReadOptions, read_catalogue
from index.schema import Product
from index.snapshot import NONE, Snapshot
from index.text import clean, fold

SEED = 0

SELECTIVITIES: Mapping[str, float] = {"selectivity_50": 0.5, "selectivity_5": 0.05, "selectivity_0_1": 0.001}
"""Share of the products that each price limit is to let pass, by the name that the metrics have it under."""

FACET_SHARE = 0.05
"""The value of the facet filter is the one whose share of the products is nearest to this."""

NOISE = 0.163
"""Length of what is added to a unit vector to make another product's: the two then have a cosine of 0.987,
the median of 200 Icecat products and the same ones with a code behind the title, by the bundled model."""

_CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter that queries are timed under.

    Attributes:
        name: In metrics and tables.
        filters: What is searched with.
        share: Share of the products that pass, in [0, 1].
        peers: Whether the peers can say it: no filter, or a price limit.
    """

    name: str
    filters: Filters
    share: float
    peers: bool

    @property
    def price_max(self) -> float | None:
        """The price limit; None without one."""
        limit = self.filters.price_max
        return None if limit is None else float(limit)


# -- products ------------------------------------------------------------------------------------------------


def read_products(data: Path | None) -> tuple[Product, ...]:
    """Read a product file.

    Args:
        data: Any file that `shop-index build` reads as it is; None means the Icecat catalogue.

    Raises:
        EvalDataError: If the Icecat catalogue is not there.
        CatalogueError: If the file cannot be read.
    """
    file = data or SHARED / "icecat" / "products.jsonl.gz"
    if data is None and not file.exists():
        raise EvalDataError(file, "is not there. Name a product file by --data FILE")
    return read_catalogue(file, ReadOptions() if data else ICECAT_OPTIONS).products


def varied(products: Sequence[Product], count: int) -> tuple[list[Product], dict[str, str]]:
    """The first `count` products, or all of them and variants until there are as many.

    A variant has another id, a code behind its title, a price between half and twice the original's, and a
    product line of its own.

    Returns:
        (products, embedding text of the original by the embedding text of its variant)
    """
    made, sources = list(products[:count]), dict[str, str]()
    for product, variant in islice(_variants(products), count - len(made)):
        made.append(variant)
        sources[embedding_text(variant)] = embedding_text(product)
    return made, sources


def _variants(products: Sequence[Product]) -> Iterator[tuple[Product, Product]]:
    rng, turn = random.Random(SEED), 0
    while True:
        turn += 1
        for product in products:
            code = "".join(rng.choices(_CODE, k=2)) + str(turn)
            factor = Decimal(2 ** rng.uniform(-1, 1))
            price = product.price and max(Decimal("0.01"), round(product.price * factor, 2))
            change = {
                "id": f"{product.id}~{turn}",
                "title": f"{product.title} {code}",
                "price": price,
                "list_price": None,
                "family": product.family and f"{product.family}~{turn}",
            }
            yield product, product.model_copy(update=change)


class VaryingEmbedder:
    """Another embedder, asked for the original of a variant only: the variant gets a copy with noise.

    Attributes:
        known: Vector of every text that was embedded for real, in the order of embedding.
        seconds: Time spent in the other embedder on documents.
    """

    def __init__(self, embedder: Embedder, *, known: dict[str, Vectors], sources: Mapping[str, str]) -> None:
        """Wrap one.

        Args:
            embedder: The model.
            known: Vectors by text that need not be made; what is made is added.
            sources: Text of the original by text of the variant; other texts are embedded as they are.
        """
        self._embedder, self._sources, self.known, self.seconds = embedder, sources, known, 0.0

    @property
    def name(self) -> str:
        """The other embedder's: an index that was built with this one opens with that one."""
        return self._embedder.name

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what a shopper asks for; shape (len(texts), dimension)."""
        return self._embedder.embed_queries(texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what the shop sells; shape (len(texts), dimension)."""
        originals = [self._sources.get(text, text) for text in texts]
        if new := [text for text in dict.fromkeys(originals) if text not in self.known]:
            started = perf_counter()
            made = self._embedder.embed_documents(new)
            self.seconds += perf_counter() - started
            self.known.update(zip(new, made, strict=True))
        return np.stack(
            [
                self.known[original] if text == original else noisy(self.known[original], text)
                for text, original in zip(texts, originals, strict=True)
            ]
        )


def noisy(vector: NDArray[np.float32], text: str) -> NDArray[np.float32]:
    """A unit vector near another one; the same text gives the same noise."""
    noise = np.random.default_rng(crc32(text.encode())).standard_normal(len(vector)).astype(np.float32)
    moved: NDArray[np.float32] = vector + noise * np.float32(NOISE / np.linalg.norm(noise))
    return moved / np.linalg.norm(moved)


# -- questions -----------------------------------------------------------------------------------------------


def sample_queries(products: Sequence[Product], count: int, *, judged: Path | None = None) -> list[str]:
    """Distinct queries: those of a file first, then two to four neighbouring words of titles, seeded.

    Args:
        products: Whose titles words are taken from.
        count: How many queries at most; fewer where the titles do not hold as many.
        judged: File with lines `query id<TAB>text`; None means titles only.
    """
    rng, found = random.Random(SEED), dict[str, str]()
    for text in read_queries(judged).values() if judged else ():
        found.setdefault(fold(text), clean(text))
    for _ in range(100 * count):
        if len(found) >= count:
            break
        words = clean(rng.choice(products).title).split()
        start = rng.randrange(max(1, len(words) - 1))
        text = " ".join(words[start : start + rng.randint(2, 4)])
        if text:
            found.setdefault(fold(text), text)
    return list(found.values())[:count]


def conditions(snapshot: Snapshot) -> list[Condition]:
    """No filter, price limits of the `SELECTIVITIES`, and a facet, as far as the catalogue has them."""
    prices = np.sort(snapshot.price[snapshot.alive & (snapshot.price != NONE)])
    found = [_condition(snapshot, "unfiltered", Filters())]
    for name, share in SELECTIVITIES.items() if len(prices) else ():
        place = min(len(prices), max(1, round(share * len(snapshot))))
        limit = Decimal(int(prices[place - 1])) / 100
        found.append(_condition(snapshot, name, Filters(price_max=limit)))
    values = {
        key: int(np.count_nonzero(snapshot.alive[rows])) / len(snapshot)
        for key, rows in snapshot.postings.items()
    }
    if values:
        facet, value = min(values, key=lambda key: (abs(values[key] - FACET_SHARE), key))
        chosen = Filters(include={facet: frozenset({value})})
        found.append(_condition(snapshot, "facet", chosen))
    return found


def _condition(snapshot: Snapshot, name: str, filters: Filters) -> Condition:
    share = int(np.count_nonzero(snapshot.passing(filters))) / len(snapshot)
    return Condition(name, filters, share, peers=not filters.include)
