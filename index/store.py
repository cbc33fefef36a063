"""The SQL system of record: every answer reads the current row from here.

Price and stock live in columns of their own, so that they change without touching any index. For
each product the record also keeps a digest of the text that was last embedded and of the text that
was last indexed lexically; a build embeds and indexes only where a digest differs, and a build that
was killed goes on where it stopped.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from index.database import aliases, connect, facets, meta, metadata, products, store_errors
from index.errors import StoreNotBuiltError
from index.filters import Filters
from index.schema import Product
from index.text import fold

Item = TypeVar("Item")

_BATCH = 500  # under SQLite's limit on variables in one statement
_MOST_CENTS = Decimal(10**14)  # above every price of the schema, within a 64-bit column


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value that products can be filtered by.

    Attributes:
        value: As the catalogue writes it most often.
        count: How many products have it.
        names: Other names of it that the catalogue gives, such as translations.
    """

    value: str
    count: int
    names: tuple[str, ...] = ()


class CatalogueStore:
    """Products by id, by filter, and as a vocabulary of facets."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def create(cls, url: str) -> "CatalogueStore":
        """Open the record, making its tables where they are missing."""
        store = cls(connect(url))
        with store_errors("opening the catalogue"), store.engine.begin() as db:
            metadata.create_all(db)
        return store

    @classmethod
    def open(cls, url: str, where: Path) -> "CatalogueStore":
        """Open a record that was built before.

        Args:
            url: SQLAlchemy URL.
            where: Data folder, for the message.

        Raises:
            StoreNotBuiltError: If nothing was built there.
        """
        store = cls(connect(url))
        with store_errors("opening the catalogue"):
            if not sa.inspect(store.engine).has_table("meta") or store.get_meta("built") is None:
                raise StoreNotBuiltError(
                    f"There is no finished catalogue in {where}. "
                    f"Run: shop-index build FILE (or shop-chat --demo)."
                )
        return store

    # -- facts about the whole catalogue ---------------------------------------------------------

    def get_meta(self, key: str) -> str | None:
        """A fact about the catalogue, such as the embedding model's name."""
        with store_errors("reading the catalogue"), self.engine.connect() as db:
            return db.scalar(sa.select(meta.c.value).where(meta.c.key == key))

    def set_meta(self, **values: str) -> None:
        """Remember facts about the catalogue."""
        with store_errors("writing the catalogue"), self.engine.begin() as db:
            db.execute(meta.delete().where(meta.c.key.in_(values)))
            db.execute(meta.insert(), [{"key": key, "value": value} for key, value in values.items()])

    def count(self) -> int:
        """How many products there are."""
        with store_errors("counting"), self.engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(products)) or 0

    def currencies(self) -> list[str]:
        """Currencies that prices are in, the most frequent first."""
        query = sa.select(products.c.currency).where(products.c.price.is_not(None))
        query = query.group_by(products.c.currency).order_by(sa.func.count().desc())
        with store_errors("reading the catalogue"), self.engine.connect() as db:
            return list(db.scalars(query))

    def vocabulary(self) -> dict[str, list[FacetValue]]:
        """Every facet with its values, the most frequent first; spellings that fold alike are one value."""
        found: dict[str, dict[str, tuple[str, int]]] = {}
        spelled = sa.select(facets.c.facet, facets.c.value, sa.func.count()).group_by(
            facets.c.facet, facets.c.value
        )
        named = sa.select(aliases.c.facet, aliases.c.value, aliases.c.name).distinct()
        with store_errors("reading the facets"), self.engine.connect() as db:
            for facet, value, count in db.execute(spelled.order_by(sa.func.count().desc())):
                values = found.setdefault(facet, {})
                first, total = values.get(fold(value), (value, 0))
                values[fold(value)] = first, total + count
            names: dict[tuple[str, str], set[str]] = {}
            for facet, value, name in db.execute(named):
                names.setdefault((facet, fold(value)), set()).add(name)
        return {
            facet: sorted(
                (
                    FacetValue(value, count, tuple(sorted(names.get((facet, key), ()))))
                    for key, (value, count) in values.items()
                ),
                key=lambda item: (-item.count, item.value),
            )
            for facet, values in found.items()
        }

    # -- products --------------------------------------------------------------------------------

    def get(self, ids: Sequence[str]) -> list[Product]:
        """Current records in the order of `ids`; ids that are not there are left out."""
        found: dict[str, Product] = {}
        columns = sa.select(
            products.c.id,
            products.c.price,
            products.c.list_price,
            products.c.currency,
            products.c.stock,
            products.c.record,
        )
        with store_errors("reading products"), self.engine.connect() as db:
            for some in in_batches(ids):
                for row in db.execute(columns.where(products.c.id.in_(some))):
                    found[row.id] = _product(row)
        return [found[key] for key in ids if key in found]

    def family(self, family: str) -> list[Product]:
        """Current records of all variants of one family, by id."""
        query = sa.select(products.c.id).where(products.c.family == family).order_by(products.c.id)
        with store_errors("reading products"), self.engine.connect() as db:
            ids = list(db.scalars(query))
        return self.get(ids)

    def ids(self, filters: Filters | None = None, *, limit: int | None = None) -> list[str]:
        """Ids of the products that pass the filters, best selling first."""
        query = sa.select(products.c.id).order_by(
            products.c.popularity.desc().nulls_last(), products.c.rating.desc().nulls_last(), products.c.id
        )
        if filters is not None:
            query = query.where(*_conditions(filters))
        if limit is not None:
            query = query.limit(limit)
        with store_errors("filtering"), self.engine.connect() as db:
            return list(db.scalars(query))

    def matching(self, filters: Filters) -> set[str]:
        """Ids of the products that pass the filters, in no order."""
        with store_errors("filtering"), self.engine.connect() as db:
            return set(db.scalars(sa.select(products.c.id).where(*_conditions(filters))))

    def prices(self, filters: Filters) -> list[Decimal]:
        """Prices of the products that pass the filters, ascending."""
        query = sa.select(products.c.price).where(products.c.price.is_not(None), *_conditions(filters))
        with store_errors("reading prices"), self.engine.connect() as db:
            return [_money(price) for price in db.scalars(query.order_by(products.c.price))]

    def upsert(
        self, items: Iterable[Product], digests: Mapping[str, str], *, deleted: Iterable[str] = ()
    ) -> None:
        """Insert or replace products and remove others, in one transaction: readers see all of it or none.

        Args:
            items: The products.
            digests: Digest of each product's indexed text, by id.
            deleted: Product ids to remove.
        """
        with store_errors("writing products"), self.engine.begin() as db:
            for ids in in_batches(deleted):
                _delete(db, ids)
            for some in in_batches(items):
                self._replace(db, some, digests)

    def _replace(self, db: Connection, items: Sequence[Product], digests: Mapping[str, str]) -> None:
        ids = [item.id for item in items]
        done = {
            row.id: row
            for row in db.execute(
                sa.select(products.c.id, products.c.vector_digest, products.c.lexical_digest).where(
                    products.c.id.in_(ids)
                )
            )
        }
        _delete(db, ids)
        rows = []
        for item in items:
            before = done.get(item.id)
            marks = {
                "text_digest": digests[item.id],
                "vector_digest": before.vector_digest if before else "",
                "lexical_digest": before.lexical_digest if before else "",
            }
            rows.append(_row(item) | marks)
        db.execute(products.insert(), rows)
        values = [
            {"product_id": item.id, "facet": facet, "value": value, "folded": folded}
            for item in items
            for facet, texts in item.all_facets().items()
            for folded, value in {fold(text): text for text in reversed(texts)}.items()
        ]
        names = [
            {"product_id": item.id, "facet": facet, "value": value, "name": name}
            for item in items
            for facet, value, name in item.facet_aliases()
        ]
        if values:
            db.execute(facets.insert(), values)
        if names:
            db.execute(aliases.insert(), names)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove products in one transaction."""
        with store_errors("deleting products"), self.engine.begin() as db:
            for some in in_batches(ids):
                _delete(db, some)

    # -- what the indexes still owe --------------------------------------------------------------

    def pending(self, mark: str) -> list[tuple[str, str]]:
        """(id, digest) of the products whose text differs from what an index holds.

        Args:
            mark: "vector_digest" or "lexical_digest".
        """
        query = sa.select(products.c.id, products.c.text_digest).where(
            products.c[mark] != products.c.text_digest
        )
        with store_errors("comparing digests"), self.engine.connect() as db:
            return [(row.id, row.text_digest) for row in db.execute(query.order_by(products.c.id))]

    def mark(self, mark: str, digests: Mapping[str, str]) -> None:
        """Note what an index now holds, by id; an empty digest means nothing."""
        update = (
            products.update().where(products.c.id == sa.bindparam("key")).values({mark: sa.bindparam("to")})
        )
        rows = [{"key": key, "to": digest} for key, digest in digests.items()]
        if rows:
            with store_errors("noting progress"), self.engine.begin() as db:
                db.execute(update, rows)

    def forget_marks(self, mark: str) -> None:
        """Note that an index holds nothing."""
        with store_errors("noting progress"), self.engine.begin() as db:
            db.execute(products.update().values({mark: ""}))


def in_batches(items: Iterable[Item], size: int = _BATCH) -> Iterator[tuple[Item, ...]]:
    """Split into pieces; the default size fits one SQL statement."""
    rest = iter(items)
    while piece := tuple(islice(rest, size)):
        yield piece


def digest(text: str) -> str:
    """Fingerprint of an indexed text."""
    # Half a surrogate pair, as a careless export leaves it, is refused later: by the schema, with a reason.
    return hashlib.sha1(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _limit(amount: Decimal, rounding: str) -> int:
    """A limit in hundredths, rounded to the next price it accepts and of a size that SQL can compare."""
    cents = (amount * 100).to_integral_value(rounding)
    return int(max(-_MOST_CENTS, min(cents, _MOST_CENTS)))


def _money(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _row(item: Product) -> dict[str, Any]:
    return {
        "id": item.id,
        "price": _cents(item.price),
        "list_price": _cents(item.list_price),
        "currency": item.currency,
        "stock": item.stock,
        "rating": item.rating,
        "rating_count": item.rating_count,
        "popularity": item.popularity,
        "family": item.family,
        "record": item.model_dump_json(exclude_defaults=True),
    }


def _product(row: Any) -> Product:
    """The stored record with the columns that change on their own laid over it."""
    live = {
        "price": None if row.price is None else _money(row.price),
        "list_price": None if row.list_price is None else _money(row.list_price),
        "currency": row.currency,
        "stock": row.stock,
    }
    return Product.model_validate_json(row.record).model_copy(update=live)


def _delete(db: Connection, ids: Sequence[str]) -> None:
    db.execute(facets.delete().where(facets.c.product_id.in_(ids)))
    db.execute(aliases.delete().where(aliases.c.product_id.in_(ids)))
    db.execute(products.delete().where(products.c.id.in_(ids)))


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.price_min is not None:
        conditions.append(products.c.price >= _limit(filters.price_min, ROUND_CEILING))
    if filters.price_max is not None:
        conditions.append(products.c.price <= _limit(filters.price_max, ROUND_FLOOR))
    priced = filters.price_min is not None or filters.price_max is not None
    if priced and filters.currency is not None:
        conditions.append(products.c.currency == filters.currency)
    if filters.rating_min is not None:
        conditions.append(products.c.rating >= filters.rating_min)
    if filters.in_stock:
        conditions.append(sa.or_(products.c.stock.is_(None), products.c.stock > 0))
    if filters.on_sale:
        conditions.append(products.c.list_price > products.c.price)
    for facet, values in filters.include.items():
        conditions.append(products.c.id.in_(_having(facet, values)))
    for facet, values in filters.exclude.items():
        conditions.append(products.c.id.not_in(_having(facet, values)))
    return conditions


def _having(facet: str, values: frozenset[str]) -> sa.Select[Any]:
    return sa.select(facets.c.product_id).where(facets.c.facet == facet, facets.c.folded.in_(values))
