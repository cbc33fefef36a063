"""The SQL system of record: every answer reads the current row from here.

Everything else is made from it: the vectors are kept beside the products, so that Chroma and tantivy can
be filled again without embedding anything, and `Snapshot` is its copy in memory. Every change goes up one
`revision`; a reader that knows an earlier one asks for what changed since. For each product the record
notes the digest of the text that each index should hold and of the one that it does hold: a build embeds
and indexes only where they differ, and one that was killed goes on where it stopped.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from index.database import (
    CATALOGUE,
    SCHEMA_VERSION,
    aliases,
    connect,
    facets,
    meta,
    metadata,
    products,
    reading,
    removed,
    vectors,
    writing,
)
from index.errors import StoreNotBuiltError
from index.schema import PriceChange, Product
from index.snapshot import NONE, Facts, Snapshot
from index.text import fold

Item = TypeVar("Item")

IndexName = Literal["dense", "lexical"]
"""What is made from the record: vectors, with Chroma's copy of them, and tantivy's terms."""

_BATCH = 500  # under SQLite's limit on variables in one statement
_LIVE = {"price", "list_price", "currency", "stock"}
"""What has columns of its own, so that it changes without touching anything else."""


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


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests of the texts of a product that are to be embedded and indexed."""

    dense: str
    lexical: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update did to the record.

    Attributes:
        added: New products.
        changed: Products of which more than price and stock changed.
        repriced: Products of which only price or stock changed.
        deleted: Products that are gone.
    """

    added: int = 0
    changed: int = 0
    repriced: int = 0
    deleted: int = 0


class CatalogueStore:
    """Products by id, as a snapshot in memory, and as a vocabulary of facets."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def create(cls, url: str) -> "CatalogueStore":
        """Open the record, making its tables where they are missing or of an earlier version."""
        store = cls(connect(url))
        with writing(store.engine, "opening the catalogue") as db:
            if sa.inspect(db).has_table(meta.name) and _get(db, "schema") != SCHEMA_VERSION:
                for table in CATALOGUE:
                    table.drop(db, checkfirst=True)
            metadata.create_all(db)
            if _get(db, "schema") is None:
                _set(db, {"schema": SCHEMA_VERSION, "revision": "0"})
        return store

    @classmethod
    def open(cls, url: str, where: Path) -> "CatalogueStore":
        """Open a record that was built before.

        Args:
            url: SQLAlchemy URL.
            where: Data folder, for the message.

        Raises:
            StoreNotBuiltError: If nothing was built there, or by an earlier version.
        """
        store = cls(connect(url))
        with reading(store.engine, "opening the catalogue") as db:
            built = sa.inspect(db).has_table(meta.name) and _get(db, "built") is not None
            version = _get(db, "schema") if built else None
        if not built:
            raise StoreNotBuiltError(
                f"There is no finished catalogue in {where}. "
                f"Run: shop-index build FILE (or shop-chat --demo)."
            )
        if version != SCHEMA_VERSION:
            raise StoreNotBuiltError(
                f"The catalogue in {where} was built by another version. Run: shop-index build FILE."
            )
        return store

    # -- facts about the whole catalogue ---------------------------------------------------------

    def get_meta(self, key: str) -> str | None:
        """A fact about the catalogue, such as the embedding model's name."""
        with reading(self.engine, "reading the catalogue") as db:
            return _get(db, key)

    def set_meta(self, **values: str) -> None:
        """Remember facts about the catalogue."""
        with writing(self.engine, "writing the catalogue") as db:
            _set(db, values)

    def centres(self) -> dict[bool, Any] | None:
        """The embedding model's language centres, see `index.centre`; None where they were not measured."""
        with reading(self.engine, "reading the catalogue") as db:
            texts = {chinese: _get(db, f"centre {chinese}") for chinese in (False, True)}
        return {
            chinese: np.frombuffer(b64decode(text), "<f4") for chinese, text in texts.items() if text
        } or None

    def use_embedder(self, name: str, centres: Mapping[bool, Any]) -> None:
        """Change the embedding model: every vector is removed, and its name and centres are kept."""
        with writing(self.engine, "removing vectors") as db:
            revision = _next_revision(db)
            db.execute(vectors.delete())
            db.execute(products.update().values(in_dense="", revision=revision, facts_revision=revision))
            db.execute(meta.delete().where(meta.c.key.startswith("centre ")))
            texts = {
                f"centre {chinese}": b64encode(centre.astype("<f4").tobytes()).decode()
                for chinese, centre in centres.items()
            }
            _set(db, {"embedder": name, **texts})

    def revision(self) -> int:
        """Goes up with every change."""
        return int(self.get_meta("revision") or 0)

    def count(self) -> int:
        """How many products there are."""
        with reading(self.engine, "counting") as db:
            return db.scalar(sa.select(sa.func.count()).select_from(products)) or 0

    def ids(self) -> list[str]:
        """Ids of all products, in no order."""
        with reading(self.engine, "reading the catalogue") as db:
            return list(db.scalars(sa.select(products.c.id)))

    def currencies(self) -> list[str]:
        """Currencies that prices are in, the most frequent first."""
        query = sa.select(products.c.currency).where(products.c.price.is_not(None))
        query = query.group_by(products.c.currency).order_by(sa.func.count().desc())
        with reading(self.engine, "reading the catalogue") as db:
            return list(db.scalars(query))

    def vocabulary(self) -> dict[str, list[FacetValue]]:
        """Every facet with its values, the most frequent first; spellings that fold alike are one value."""
        found: dict[str, dict[str, tuple[str, int]]] = {}
        spelled = sa.select(facets.c.facet, facets.c.value, sa.func.count()).group_by(
            facets.c.facet, facets.c.value
        )
        named = sa.select(aliases.c.facet, aliases.c.value, aliases.c.name).distinct()
        with reading(self.engine, "reading the facets") as db:
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
        columns = sa.select(products.c.id, products.c.record, *(products.c[name] for name in sorted(_LIVE)))
        with reading(self.engine, "reading products") as db:
            for some in in_batches(ids):
                for row in db.execute(columns.where(products.c.id.in_(some))):
                    found[row.id] = _product(row)
        return [found[key] for key in ids if key in found]

    def family(self, family: str) -> list[Product]:
        """Current records of all variants of one family, by id."""
        query = sa.select(products.c.id).where(products.c.family == family).order_by(products.c.id)
        with reading(self.engine, "reading products") as db:
            ids = list(db.scalars(query))
        return self.get(ids)

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """The catalogue in memory.

        Args:
            known: An earlier one, of which only what changed since is read; itself if nothing did.
        """
        with reading(self.engine, "reading the catalogue") as db:
            revision = int(_get(db, "revision") or 0)
            if known is not None and known.revision == revision:
                return known
            if known is None or known.wasteful or revision < known.revision:
                known = Snapshot.empty()
            return _read_changes(db, known, revision)

    def upsert(
        self, items: Iterable[Product], digests: Mapping[str, Digests], *, deleted: Iterable[str] = ()
    ) -> Changes:
        """Insert or replace products and remove others, in one transaction: readers see all of it or none.

        Args:
            items: The products; those that are stored just so are left alone.
            digests: Digests of each product's texts, by id.
            deleted: Product ids to remove.
        """
        with writing(self.engine, "writing products") as db:
            revision = _next_revision(db)
            gone = sum(_delete(db, ids, revision) for ids in in_batches(deleted))
            counts = [_put(db, some, digests, revision) for some in in_batches(items)]
        added, changed, repriced = (
            (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
        )
        return Changes(added, changed, repriced, gone)

    def reprice(self, changes: Iterable[PriceChange]) -> tuple[int, list[str]]:
        """Change prices and stock only, in one transaction.

        Returns:
            (how many products changed, ids that are not in the catalogue)
        """
        given: dict[str, dict[str, Any]] = {}
        for change in changes:
            given.setdefault(change.id, {}).update(_columns(change.given()))
        unknown: list[str] = []
        count = 0
        with writing(self.engine, "changing prices") as db:
            revision = _next_revision(db)
            for ids in in_batches(given):
                held = _held(db, ids)
                unknown += [key for key in ids if key not in held]
                wanted = [(row, {**_columns_of(row), **given[key]}) for key, row in held.items()]
                count += _reprice(db, wanted, revision)
        return count, unknown

    def delete(self, ids: Sequence[str]) -> int:
        """Remove products in one transaction; returns how many there were."""
        with writing(self.engine, "deleting products") as db:
            revision = _next_revision(db)
            return sum(_delete(db, some, revision) for some in in_batches(ids))

    # -- what the indexes still owe --------------------------------------------------------------

    def unembedded(self) -> list[tuple[str, str]]:
        """(id, digest of the text) of the products whose vector is missing or of another text."""
        query = (
            sa.select(products.c.id, products.c.dense_text)
            .outerjoin(vectors, vectors.c.product == products.c.number)
            .where(sa.or_(vectors.c.text.is_(None), vectors.c.text != products.c.dense_text))
        )
        with reading(self.engine, "comparing digests") as db:
            return [(row.id, row.dense_text) for row in db.execute(query.order_by(products.c.number))]

    def keep_vectors(self, made: Mapping[str, tuple[str, Any]]) -> None:
        """Store embeddings: (digest of the text, unit vector) by product id."""
        with writing(self.engine, "storing vectors") as db:
            revision = _next_revision(db)
            for ids in in_batches(made):
                numbers = {row.id: row.number for row in db.execute(_numbers(ids))}
                db.execute(vectors.delete().where(vectors.c.product.in_(numbers.values())))
                rows = [
                    {"product": number, "text": made[key][0], "vector": made[key][1].astype("<f2").tobytes()}
                    for key, number in numbers.items()
                ]
                if rows:
                    db.execute(vectors.insert(), rows)
                    change = {"revision": revision, "facts_revision": revision}
                    db.execute(
                        products.update().where(products.c.number.in_(numbers.values())).values(change)
                    )

    def vectors(self, ids: Sequence[str]) -> dict[str, tuple[str, Any]]:
        """(digest of the text, vector as float32) by product id, where there is one."""
        query = sa.select(products.c.id, vectors.c.text, vectors.c.vector).join(
            vectors, vectors.c.product == products.c.number
        )
        with reading(self.engine, "reading vectors") as db:
            return {
                row.id: (row.text, np.frombuffer(row.vector, "<f2").astype(np.float32))
                for some in in_batches(ids)
                for row in db.execute(query.where(products.c.id.in_(some)))
            }

    def wanted(self, index: IndexName) -> dict[str, str]:
        """Digest of what an index should hold, by product id."""
        column = products.c[f"{index}_text"]
        with reading(self.engine, "comparing digests") as db:
            return {row[0]: row[1] for row in db.execute(sa.select(products.c.id, column))}

    def pending(self, index: IndexName) -> list[tuple[str, str]]:
        """(id, digest) of the products of which an index does not hold the current text."""
        wanted = products.c[f"{index}_text"]
        query = sa.select(products.c.id, wanted).where(products.c[f"in_{index}"] != wanted)
        with reading(self.engine, "comparing digests") as db:
            return [(row[0], row[1]) for row in db.execute(query.order_by(products.c.number))]

    def mark(self, index: IndexName, digests: Mapping[str, str]) -> None:
        """Note what an index now holds, by id; an empty digest means nothing."""
        column = f"in_{index}"
        update = products.update().where(products.c.id == sa.bindparam("key"))
        rows = [{"key": key, "to": digest} for key, digest in digests.items()]
        with writing(self.engine, "noting progress") as db:
            _next_revision(db)  # readers look at the index again
            if rows:
                db.execute(update.values({column: sa.bindparam("to")}), rows)

    def numbers(self, ids: Sequence[str]) -> dict[str, int]:
        """Number of each product that is there, by id."""
        with reading(self.engine, "reading the catalogue") as db:
            return {row.id: row.number for some in in_batches(ids) for row in db.execute(_numbers(some))}

    def forget_marks(self, index: IndexName) -> None:
        """Note that an index holds nothing."""
        with writing(self.engine, "noting progress") as db:
            db.execute(products.update().values({f"in_{index}": ""}))


def in_batches(items: Iterable[Item], size: int = _BATCH) -> Iterator[tuple[Item, ...]]:
    """Split into pieces; the default size fits one SQL statement."""
    rest = iter(items)
    while piece := tuple(islice(rest, size)):
        yield piece


def digest(text: str) -> str:
    """Fingerprint of an indexed text."""
    # Half a surrogate pair, as a careless export leaves it, is refused later: by the schema, with a reason.
    return hashlib.sha1(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


# -- transactions ------------------------------------------------------------------------------------


def _get(db: Connection, key: str) -> str | None:
    return db.scalar(sa.select(meta.c.value).where(meta.c.key == key))


def _set(db: Connection, values: Mapping[str, str]) -> None:
    db.execute(meta.delete().where(meta.c.key.in_(values)))
    db.execute(meta.insert(), [{"key": key, "value": value} for key, value in values.items()])


def _next_revision(db: Connection) -> int:
    """The number of this change. Locks it: changes become visible in the order of their numbers."""
    query = sa.select(meta.c.value).where(meta.c.key == "revision").with_for_update()
    revision = int(db.scalar(query) or 0) + 1
    db.execute(meta.update().where(meta.c.key == "revision").values(value=str(revision)))
    return revision


def _numbers(ids: Sequence[str]) -> sa.Select[Any]:
    return sa.select(products.c.id, products.c.number).where(products.c.id.in_(ids))


def _held(db: Connection, ids: Sequence[str]) -> dict[str, Any]:
    return {row.id: row for row in db.execute(sa.select(products).where(products.c.id.in_(ids)))}


def _put(
    db: Connection, items: Sequence[Product], digests: Mapping[str, Digests], revision: int
) -> tuple[int, int, int]:
    """Insert or replace; returns how many were added, changed and only repriced."""
    held = _held(db, [item.id for item in items])
    new, changed, repriced = [], [], []
    for item in items:
        row, before = _row(item, digests[item.id]), held.get(item.id)
        if before is None:
            new.append((item, row))
        elif any(getattr(before, name) != value for name, value in row.items() if name not in _LIVE):
            changed.append((item, row))
        else:
            repriced.append((before, {name: row[name] for name in _LIVE}))
    stamp = {"revision": revision, "facts_revision": revision}
    if changed:
        numbers = [held[item.id].number for item, _ in changed]
        for table in (facets, aliases):
            db.execute(table.delete().where(table.c.product.in_(numbers)))
        update = products.update().where(products.c.number == sa.bindparam("held"))
        rows = [{**row, **stamp, "held": held[item.id].number} for item, row in changed]
        db.execute(update.values({name: sa.bindparam(name) for name in rows[0] if name != "held"}), rows)
    if new:
        db.execute(products.insert(), [{**row, **stamp} for _, row in new])
    _describe(db, [item for item, _ in (*new, *changed)])
    return len(new), len(changed), _reprice(db, repriced, revision)


def _describe(db: Connection, items: Sequence[Product]) -> None:
    """Write the facets of products that have none yet."""
    if not items:
        return
    number = {row.id: row.number for row in db.execute(_numbers([item.id for item in items]))}
    values = [
        {"product": number[item.id], "facet": facet, "value": value, "folded": folded}
        for item in items
        for facet, texts in item.all_facets().items()
        for folded, value in {fold(text): text for text in reversed(texts)}.items()
    ]
    names = [
        {"product": number[item.id], "facet": facet, "value": value, "name": name}
        for item in items
        for facet, value, name in item.facet_aliases()
    ]
    if values:
        db.execute(facets.insert(), values)
    if names:
        db.execute(aliases.insert(), names)


def _reprice(db: Connection, wanted: Sequence[tuple[Any, Mapping[str, Any]]], revision: int) -> int:
    """Change price and stock of stored rows where they differ; returns of how many."""
    rows = [
        {**live, "revision": revision, "held": row.number}
        for row, live in wanted
        if any(getattr(row, name) != value for name, value in live.items())
    ]
    if rows:
        update = products.update().where(products.c.number == sa.bindparam("held"))
        db.execute(update.values({name: sa.bindparam(name) for name in rows[0] if name != "held"}), rows)
    return len(rows)


def _delete(db: Connection, ids: Sequence[str], revision: int) -> int:
    numbers = [row.number for row in db.execute(_numbers(ids))]
    if numbers:
        for table in (facets, aliases, vectors):
            db.execute(table.delete().where(table.c.product.in_(numbers)))
        db.execute(products.delete().where(products.c.number.in_(numbers)))
        db.execute(removed.insert(), [{"number": number, "revision": revision} for number in numbers])
    return len(numbers)


# -- rows --------------------------------------------------------------------------------------------


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _money(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _row(item: Product, digests: Digests) -> dict[str, Any]:
    return {
        "id": item.id,
        "price": _cents(item.price),
        "list_price": _cents(item.list_price),
        "currency": item.currency,
        "stock": item.stock,
        "rating": item.rating,
        "popularity": item.popularity,
        "released": item.released,
        "family": item.family,
        "record": item.model_dump_json(exclude_defaults=True, exclude=_LIVE),
        "dense_text": digests.dense,
        "lexical_text": digests.lexical,
    }


def _columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _cents(value) if name.endswith("price") else value for name, value in fields.items()}


def _columns_of(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _LIVE}


def _product(row: Any) -> Product:
    """The stored record with the columns that change on their own laid over it."""
    live = {
        "price": _money(row.price),
        "list_price": _money(row.list_price),
        "currency": row.currency,
        "stock": row.stock,
    }
    return Product.model_validate_json(row.record).model_copy(update=live)


def _read_changes(db: Connection, known: Snapshot, revision: int) -> Snapshot:
    """What changed after a snapshot, and the snapshot with it."""
    c = products.c
    live = (c.number, c.price, c.list_price, c.currency, c.stock)
    others = (c.id, c.rating, c.popularity, c.released, c.family)
    since = known.revision
    new = sa.and_(c.revision > since, c.facts_revision > since)  # the first is indexed, and never the smaller
    rows = db.execute(sa.select(*live, *others).where(new)).all()
    of_new = sa.select(c.number).where(new)
    named = sa.select(facets.c.product, facets.c.facet, facets.c.folded)
    embedded = sa.select(vectors.c.product, vectors.c.vector)
    if since:
        named = named.where(facets.c.product.in_(of_new))
        embedded = embedded.where(vectors.c.product.in_(of_new))
    facts = Facts(
        numbers=[row[0] for row in rows],
        live=[_known(row[1], row[2], row[3], row[4]) for row in rows],
        ids=[row[5] for row in rows],
        ratings=[row[6] for row in rows],
        popularity=[row[7] for row in rows],
        released=[_ordinal(row[8]) for row in rows],
        families=[f"family {row[9]}" if row[9] else f"product {row[5]}" for row in rows],
        facets=[(row[0], row[1], row[2]) for row in db.execute(named)],
        vectors={row[0]: row[1] for row in db.execute(embedded)},
    )
    repriced = db.execute(sa.select(*live).where(c.revision > since, c.facts_revision <= since))
    return known.changed(
        revision,
        facts=facts,
        live=[(row[0], *_known(row[1], row[2], row[3], row[4])) for row in repriced],
        removed=list(db.scalars(sa.select(removed.c.number).where(removed.c.revision > since))),
    )


def _known(
    price: int | None, list_price: int | None, currency: str, stock: int | None
) -> tuple[int, int, str, int]:
    return (
        NONE if price is None else price,
        NONE if list_price is None else list_price,
        currency,
        NONE if stock is None else stock,
    )


def _ordinal(day: date | None) -> int:
    return 0 if day is None else day.toordinal()
