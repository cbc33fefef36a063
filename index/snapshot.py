"""The catalogue in memory, as columns: a filter is a mask over them, a dense search one scan.

Made by `CatalogueStore.snapshot` from one state of the record. A snapshot never changes; the next one is
made of it and of what changed since: rows are appended, and the row of a product that changed dies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.filters import Filters

Mask = NDArray[np.bool_]
"""One truth value a row, shape (rows,)."""

Rows = NDArray[np.int64]
"""Row numbers."""

NONE = -1
"""In place of a price or a stock that is not known."""

_GATHER = 0.25
"""Below this share of the rows their vectors are copied out and scanned; above it, all are scanned."""

_THREADS_FROM = 10_000
"""Vectors in one scan from which on a second core is worth waking."""

_MOST_CENTS = Decimal(10**14)  # above every price of the schema, within a 64-bit column


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says of some products, one entry a product; see `Snapshot` for the units."""

    numbers: Sequence[int]
    ids: Sequence[str]
    live: Sequence[tuple[int, int, str, int]]
    ratings: Sequence[float | None]
    popularity: Sequence[float | None]
    released: Sequence[int]
    families: Sequence[str]
    facets: Sequence[tuple[int, str, str]]
    vectors: Mapping[int, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All products at one revision of the record.

    Its rows never change, but it shares lists, codes and the memory behind its vectors with the next one,
    which adds to them: one owner at a time may call `changed`, on the newest.

    Attributes:
        revision: Of the record.
        facts_revision: Of the last change of anything but prices and stock.
        ids: Product id by row.
        number: Product number by row.
        row_of: Row by product number; -1 where there is none. Shape (largest number + 1,).
        alive: False for rows whose product was deleted or has a newer row.
        price: Hundredths of the currency, `NONE` if unknown.
        list_price: The same, before the reduction.
        currency: Place in `currencies`.
        stock: Pieces, `NONE` if unknown.
        rating: Mean stars, NaN without.
        popularity: NaN if unknown.
        released: Proleptic Gregorian ordinal of the day, 0 if unknown.
        family: Code of the product line; a product without variants has one of its own.
        postings: Rows by (facet, folded value), ascending; dead rows may be among them.
        vectors: Embeddings, float16, shape (rows, dimension).
        embedded: Whether a row has an embedding; the vector of the others is zero.
    """

    revision: int
    facts_revision: int
    ids: list[str]
    number: Rows
    row_of: Rows
    alive: Mask
    price: NDArray[np.int64]
    list_price: NDArray[np.int64]
    currency: NDArray[np.int16]
    stock: NDArray[np.int64]
    rating: NDArray[np.float64]
    popularity: NDArray[np.float64]
    released: NDArray[np.int32]
    family: NDArray[np.int32]
    currencies: dict[str, int]
    families: dict[str, int]
    postings: Mapping[tuple[str, str], Rows]
    vectors: NDArray[np.float16]
    embedded: Mask

    @classmethod
    def empty(cls) -> "Snapshot":
        """No products."""
        whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(
            revision=0,
            facts_revision=0,
            ids=[],
            number=whole,
            row_of=whole,
            alive=np.empty(0, np.bool_),
            price=whole,
            list_price=whole,
            currency=np.empty(0, np.int16),
            stock=whole,
            rating=real,
            popularity=real,
            released=np.empty(0, np.int32),
            family=np.empty(0, np.int32),
            currencies={},
            families={},
            postings={},
            vectors=np.empty((0, 0), np.float16),
            embedded=np.empty(0, np.bool_),
        )

    def __len__(self) -> int:
        return int(np.count_nonzero(self.alive))

    @property
    def wasteful(self) -> bool:
        """Whether so many rows are dead that reading everything again is better."""
        return len(self.alive) > 2 * len(self) + 1000

    # -- questions ---------------------------------------------------------------------------------

    def passing(self, filters: Filters) -> Mask:
        """Which rows satisfy the filters: what `Filters.accepts` says of each product, at once."""
        mask = self.alive.copy()
        if filters.price_min is not None or filters.price_max is not None:
            mask &= self.priced(filters)
        if filters.rating_min is not None:
            mask &= self.rating >= filters.rating_min
        if filters.in_stock:
            mask &= self.stock != 0
        if filters.on_sale:
            mask &= (self.list_price > self.price) & (self.price != NONE)
        for facet, values in filters.include.items():
            mask &= self.having(facet, values)
        for facet, values in filters.exclude.items():
            mask &= ~self.having(facet, values)
        return mask

    def priced(self, filters: Filters) -> Mask:
        """Which rows have a price in the currency and within the limits of the filters."""
        mask: Mask = self.price != NONE
        if filters.currency is not None:
            mask &= self.currency == self.currencies.get(filters.currency, NONE)
        if filters.price_min is not None:
            mask &= self.price >= _cents(filters.price_min, ROUND_CEILING)
        if filters.price_max is not None:
            mask &= self.price <= _cents(filters.price_max, ROUND_FLOOR)
        return mask

    def having(self, facet: str, values: frozenset[str]) -> Mask:
        """Which rows have at least one of the folded values."""
        mask = np.zeros(len(self.alive), np.bool_)
        for value in values:
            if (facet, value) in self.postings:
                mask[self.postings[facet, value]] = True
        return mask

    def cosines(self, vector: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
        """Cosine similarity of some rows, ascending, to a unit vector; 0 for those without an embedding."""
        import simsimd

        if not len(rows) or not self.vectors.shape[1]:
            return np.zeros(len(rows), np.float32)
        few = len(rows) < _GATHER * len(self.vectors)
        scanned = self.vectors[rows] if few else self.vectors
        threads = 0 if len(scanned) > _THREADS_FROM else 1  # 0 means one for each core
        query = vector.astype(np.float16)[None, :]
        found: NDArray[np.float32] = np.asarray(
            simsimd.cdist(query, scanned, metric="dot", threads=threads), np.float32
        )[0]
        return found if few else found[rows]

    def rows(self, numbers: Rows) -> Rows:
        """Row of each product number; -1 for one that this snapshot does not hold."""
        found = np.full(len(numbers), -1, np.int64)
        known = (numbers >= 0) & (numbers < len(self.row_of))
        found[known] = self.row_of[numbers[known]]
        return found

    def lines(self, mask: Mask) -> int:
        """How many product lines the rows of a mask belong to; a product without variants is one."""
        seen = np.zeros(len(self.families), np.bool_)
        seen[self.family[mask]] = True
        return int(np.count_nonzero(seen))

    # -- changes -----------------------------------------------------------------------------------

    def changed(
        self,
        revision: int,
        *,
        facts: Facts,
        live: Sequence[tuple[int, int, int, str, int]] = (),
        removed: Sequence[int] = (),
    ) -> "Snapshot":
        """The next snapshot.

        Args:
            revision: Its revision.
            facts: Products that are new or of which anything but price and stock changed.
            live: (number, price, list price, currency, stock) where nothing else changed.
            removed: Numbers of deleted products.
        """
        held, more = len(self.alive), len(facts.numbers)
        numbers = np.asarray(facts.numbers, np.int64)
        row_of = _reaching(self.row_of, int(numbers.max(initial=-1)) + 1)
        alive = np.concatenate([self.alive, np.ones(more, np.bool_)])
        gone = row_of[numbers]
        alive[gone[gone != -1]] = False
        row_of[numbers] = np.arange(held, held + more)
        for number in removed:
            if number < len(row_of) and row_of[number] != -1:
                alive[row_of[number]] = False
                row_of[number] = -1

        columns = [np.concatenate([column, np.empty(more, column.dtype)]) for column in self._live()]
        entries = [*live, *((number, *rest) for number, rest in zip(facts.numbers, facts.live, strict=True))]
        if entries:
            at = row_of[[entry[0] for entry in entries]]
            codes = [_code(self.currencies, entry[3]) for entry in entries]
            columns[0][at] = [entry[1] for entry in entries]
            columns[1][at] = [entry[2] for entry in entries]
            columns[2][at] = codes
            columns[3][at] = [entry[4] for entry in entries]
        made = replace(
            self,
            revision=revision,
            facts_revision=revision if more or removed else self.facts_revision,
            number=np.concatenate([self.number, numbers]),
            row_of=row_of,
            alive=alive,
            price=columns[0],
            list_price=columns[1],
            currency=columns[2],
            stock=columns[3],
            rating=_joined(self.rating, facts.ratings),
            popularity=_joined(self.popularity, facts.popularity),
            released=_joined(self.released, facts.released),
            family=_joined(self.family, [_code(self.families, name) for name in facts.families]),
            postings=_posted(self.postings, facts.facets, row_of),
            **self._with_vectors(facts),
        )
        self.ids[held:] = facts.ids  # shared with earlier snapshots, which have no row there
        return made

    def _live(self) -> tuple[NDArray[Any], ...]:
        return self.price, self.list_price, self.currency, self.stock

    def _with_vectors(self, facts: Facts) -> dict[str, Any]:
        own = [
            np.frombuffer(facts.vectors[number], "<f2") if number in facts.vectors else None
            for number in facts.numbers
        ]
        dimension = max((len(vector) for vector in own if vector is not None), default=self.vectors.shape[1])
        held = self.vectors
        if held.shape[1] != dimension:  # the first vectors, or those of another model
            held = np.zeros((len(held), dimension), np.float16)
        new = np.zeros((len(own), dimension), np.float16)
        for row, vector in enumerate(own):
            if vector is not None:
                new[row] = vector
        embedded = np.asarray([vector is not None for vector in own], np.bool_)
        return {"vectors": _appended(held, new), "embedded": np.concatenate([self.embedded, embedded])}


def _cents(amount: Decimal, rounding: str) -> int:
    """A limit in hundredths, rounded to the next price it accepts."""
    cents = (amount * 100).to_integral_value(rounding)
    return int(max(-_MOST_CENTS, min(cents, _MOST_CENTS)))


def _code(codes: dict[str, int], name: str) -> int:
    """The code of a name; codes are only ever added, so that earlier snapshots stay right."""
    return codes.setdefault(name, len(codes))


def _joined(column: NDArray[Any], more: Sequence[Any]) -> NDArray[Any]:
    return np.concatenate([column, np.asarray(more, dtype=column.dtype)])


def _reaching(row_of: Rows, size: int) -> Rows:
    return np.concatenate([row_of, np.full(max(0, size - len(row_of)), -1, np.int64)])


def _posted(
    postings: Mapping[tuple[str, str], Rows], facets: Sequence[tuple[int, str, str]], row_of: Rows
) -> Mapping[tuple[str, str], Rows]:
    if not facets:
        return postings
    added: dict[tuple[str, str], list[int]] = {}
    for number, facet, value in facets:
        added.setdefault((facet, value), []).append(number)
    more = {key: np.sort(row_of[numbers]) for key, numbers in added.items()}
    both = {key: np.concatenate([postings[key], rows]) for key, rows in more.items() if key in postings}
    return {**postings, **more, **both}


def _appended(held: NDArray[np.float16], more: NDArray[np.float16]) -> NDArray[np.float16]:
    """Join rows without copying all of them each time: spare room behind `held` is filled first.

    An earlier snapshot never looks past its own last row, and only the newest one is appended to.
    """
    size = len(held) + len(more)
    room = held.base if isinstance(held.base, np.ndarray) and held.base.shape[1:] == held.shape[1:] else held
    if len(room) < size:
        room = np.empty((size + size // 8, held.shape[1]), np.float16)
        room[: len(held)] = held
    room[len(held) : size] = more
    return room[:size]
