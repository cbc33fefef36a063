"""Search: filter, then dense and lexical retrieval over what is left, fused by weighted ranks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from index.embed import Embedder
from index.errors import EmbedderMismatchError
from index.filters import Filters
from index.lexical import LexicalIndex
from index.schema import Product
from index.store import CatalogueStore
from index.text import clean, has_han
from index.vectors import VectorIndex

Sort = Literal["relevance", "price_asc", "price_desc", "rating", "newest", "popularity"]

DENSE_WEIGHT = 0.4
"""Share of dense retrieval in the fused score, chosen on the Icecat dev queries (docs/experiments.md)."""

DENSE_WEIGHT_HAN = 0.7
"""The same for queries with Chinese, where BM25 has only character bigrams to go by."""

RRF_K = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009)."""

DEPTH = 200
"""Candidates taken from each retriever; products of one family are merged after fusion."""

RELEVANT_SHARE = 0.5
"""Sorting by price and the like keeps hits that score at least this share of the best one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result.

    Attributes:
        product: The current record.
        score: Relevance in (0, 1], higher is better; 1 is first in both retrievers.
        parts: Where the score came from: "dense" and "lexical" add up to it; "cosine" and "bm25" are
            the retrievers' own scores. A retriever that did not find the product has no entry.
    """

    product: Product
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of the filters that gives results.

    Attributes:
        dropped: What is no longer asked for, one or two of: "price", "rating", "stock", "sale", or
            "include.colour" and "exclude.brand" for the facets.
        filters: The filters without it.
        count: How many products pass them.
        nearest_price: With a price dropped, the price nearest to the limits that were asked for.
    """

    dropped: tuple[str, ...]
    filters: Filters
    count: int
    nearest_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        hits: Best first, or in the asked order; one for each family.
        passing: How many products pass the filters.
        relaxations: Filled when nothing passes: what to give up, most results first.
    """

    hits: tuple[Hit, ...]
    passing: int
    relaxations: tuple[Relaxation, ...] = ()


class Searcher:
    """Searches one built catalogue; safe to share between threads."""

    def __init__(
        self, store: CatalogueStore, vectors: VectorIndex, lexical: LexicalIndex, embedder: Embedder
    ) -> None:
        """Join the parts.

        Raises:
            EmbedderMismatchError: If the vectors were made by another model.
        """
        built_with = store.get_meta("embedder")
        if built_with is not None and built_with != embedder.name:
            raise EmbedderMismatchError(built_with, embedder.name)
        self.store, self.vectors, self.lexical, self.embedder = store, vectors, lexical, embedder

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
        filters = filters or Filters()
        allowed = self.store.matching(filters) if filters.active else None
        if allowed is not None and not allowed:
            return SearchResult((), 0, self.relax(filters))
        passing = self.store.count() if allowed is None else len(allowed)
        query = clean(query)
        if query:
            scored = self._fused(query, allowed)
            best = max((score for score, _ in scored.values()), default=0.0)
            if sort != "relevance":
                scored = {key: item for key, item in scored.items() if item[0] >= RELEVANT_SHARE * best}
            ranked = sorted(scored, key=lambda key: (-scored[key][0], key))
        else:
            ranked = self.store.ids(filters, limit=None if sort != "relevance" else DEPTH)
            scored = {}
        products = self.store.get(ranked)
        # The record is read again after ranking: a change in between must not break a constraint.
        products = [product for product in products if filters.accepts(product)]
        hits = [Hit(product, *scored.get(product.id, (1.0, {}))) for product in _ordered(products, sort)]
        return SearchResult(tuple(_one_per_family(hits)[:limit]), passing)

    def similar(self, product: Product, filters: Filters | None = None, *, limit: int = 10) -> SearchResult:
        """Products like a given one, without its own family."""
        found = self.search(product.title, filters, limit=limit + 1)
        group = product.family or product.id
        hits = [hit for hit in found.hits if (hit.product.family or hit.product.id) != group]
        return replace(found, hits=tuple(hits[:limit]))

    def _fused(self, query: str, allowed: set[str] | None) -> dict[str, tuple[float, dict[str, float]]]:
        vector = self.embedder.embed_queries([query])[0]
        dense = self.vectors.query(vector, limit=DEPTH, allowed=allowed)
        lexical = self.lexical.query(query, limit=DEPTH, allowed=allowed)
        weight = DENSE_WEIGHT_HAN if has_han(query) else DENSE_WEIGHT
        return fuse(dense, lexical, dense_weight=weight)

    def relax(self, filters: Filters) -> tuple[Relaxation, ...]:
        """The smallest changes that give results, most results first: single constraints, or else pairs."""
        singles = [((name,), looser) for name, looser in _without_one(filters)]
        found = self._relaxed(filters, singles)
        if not found:
            pairs = {
                frozenset((first, second)): looser
                for first, rest in _without_one(filters)
                for second, looser in _without_one(rest)
            }
            found = self._relaxed(
                filters, [(tuple(sorted(names)), looser) for names, looser in pairs.items()]
            )
        return tuple(sorted(found, key=lambda item: (-item.count, item.dropped)))

    def _relaxed(
        self, filters: Filters, candidates: Iterable[tuple[tuple[str, ...], Filters]]
    ) -> list[Relaxation]:
        found = []
        for dropped, looser in candidates:
            count = len(self.store.matching(looser)) if looser.active else self.store.count()
            if count:
                nearest = self._nearest_price(filters, looser) if "price" in dropped else None
                found.append(Relaxation(dropped, looser, count, nearest))
        return found

    def _nearest_price(self, filters: Filters, looser: Filters) -> Decimal | None:
        def distance(price: Decimal) -> Decimal:
            below = Decimal(0) if filters.price_min is None else filters.price_min - price
            above = Decimal(0) if filters.price_max is None else price - filters.price_max
            return max(below, above)

        # A limit that every price meets keeps to the currency of the limits that were asked for.
        prices = self.store.prices(replace(looser, price_min=Decimal(0)))
        return min(prices, key=distance, default=None)


def fuse(
    dense: Mapping[str, float], lexical: Mapping[str, float], *, dense_weight: float
) -> dict[str, tuple[float, dict[str, float]]]:
    """Weighted reciprocal rank fusion, scaled so that first in both is 1.

    Args:
        dense: Cosine similarities, best first.
        lexical: BM25 scores, best first.
        dense_weight: Share of the dense ranking, in [0, 1].

    Returns:
        (score, parts) by id; see `Hit`.

    Raises:
        ValueError: If the weight is outside [0, 1].
    """
    if not 0 <= dense_weight <= 1:
        raise ValueError(f"dense_weight must be in [0, 1], not {dense_weight}")
    parts: dict[str, dict[str, float]] = {}
    for name, own, weight, ranking in (
        ("dense", "cosine", dense_weight, dense),
        ("lexical", "bm25", 1 - dense_weight, lexical),
    ):
        for rank, (key, score) in enumerate(ranking.items(), 1):
            parts.setdefault(key, {}).update({name: weight * (RRF_K + 1) / (RRF_K + rank), own: score})
    return {key: (part.get("dense", 0.0) + part.get("lexical", 0.0), part) for key, part in parts.items()}


def _ordered(products: Sequence[Product], sort: Sort) -> list[Product]:
    """Order by a fact of the record; products that lack it come last, ties keep their order."""
    if sort == "relevance":
        return list(products)
    values = {
        "price_asc": lambda p: p.price,
        "price_desc": lambda p: p.price,
        "rating": lambda p: p.rating,
        "newest": lambda p: p.released,
        "popularity": lambda p: p.popularity,
    }
    known = [product for product in products if values[sort](product) is not None]
    rest = [product for product in products if values[sort](product) is None]
    return sorted(known, key=values[sort], reverse=sort != "price_asc") + rest


def _one_per_family(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.product.family or hit.product.id, hit)
    return list(best.values())


def _without_one(filters: Filters) -> list[tuple[str, Filters]]:
    found = []
    if filters.price_min is not None or filters.price_max is not None:
        found.append(("price", replace(filters, price_min=None, price_max=None)))
    if filters.rating_min is not None:
        found.append(("rating", replace(filters, rating_min=None)))
    if filters.in_stock:
        found.append(("stock", replace(filters, in_stock=False)))
    if filters.on_sale:
        found.append(("sale", replace(filters, on_sale=False)))
    for facet in filters.include:
        rest = {name: values for name, values in filters.include.items() if name != facet}
        found.append((f"include.{facet}", replace(filters, include=rest)))
    for facet in filters.exclude:
        rest = {name: values for name, values in filters.exclude.items() if name != facet}
        found.append((f"exclude.{facet}", replace(filters, exclude=rest)))
    return found
