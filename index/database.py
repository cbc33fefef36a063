"""The tables of the record, how a database is opened, and how its failures are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from index.errors import StoreError

SCHEMA_VERSION = "2"

metadata = sa.MetaData()

meta = sa.Table(
    "meta", metadata, sa.Column("key", sa.String(64), primary_key=True), sa.Column("value", sa.Text)
)
products = sa.Table(
    "products",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # given once, never used again
    sa.Column("id", sa.String(255), nullable=False, unique=True),
    sa.Column("price", sa.BigInteger),  # hundredths of `currency`
    sa.Column("list_price", sa.BigInteger),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("stock", sa.Integer),
    sa.Column("rating", sa.Float),
    sa.Column("popularity", sa.Float),
    sa.Column("released", sa.Date),
    sa.Column("family", sa.String(255), index=True),
    sa.Column("record", sa.Text, nullable=False),  # everything but prices and stock, as JSON
    sa.Column("revision", sa.Integer, nullable=False, index=True),  # of the last change of anything
    sa.Column("facts_revision", sa.Integer, nullable=False),  # the same without prices and stock
    # Digests of the texts to be embedded and indexed, and of those that Chroma and tantivy hold.
    sa.Column("dense_text", sa.String(40), nullable=False),
    sa.Column("lexical_text", sa.String(40), nullable=False),
    sa.Column("in_dense", sa.String(40), nullable=False, server_default=""),
    sa.Column("in_lexical", sa.String(40), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
removed = sa.Table(
    "removed",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
)
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("product", sa.ForeignKey("products.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("text", sa.String(40), nullable=False),  # digest of the text that was embedded
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float16, little-endian
)
facets = sa.Table(
    "product_facets",
    metadata,
    sa.Column("product", sa.ForeignKey("products.number", ondelete="CASCADE"), index=True),
    sa.Column("facet", sa.String(64), nullable=False),
    sa.Column("value", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
)
aliases = sa.Table(
    "product_aliases",
    metadata,
    sa.Column("product", sa.ForeignKey("products.number", ondelete="CASCADE"), index=True),
    sa.Column("facet", sa.String(64), nullable=False),
    sa.Column("value", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
)

CATALOGUE = (aliases, facets, vectors, removed, products, meta)
"""The catalogue's own tables, dependents first; what shoppers did is not among them."""


def connect(url: str) -> Engine:
    """Open a database; on SQLite, readers go on while one process writes.

    Raises:
        StoreError: If the URL cannot be used.
    """
    try:
        engine = sa.create_engine(url)
    except (sa.exc.ArgumentError, ImportError, ValueError) as error:
        raise StoreError(f"SHOP_DATABASE_URL cannot be used: {error}") from error
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _configure(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # the driver begins transactions for writes only; see _begin
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA busy_timeout=30000")

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # A transaction that reads before it writes fails at once, whatever the timeout, when another
            # process wrote in between: one that will write takes its place in the queue first.
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine, doing: str) -> Iterator[Connection]:
    """One state of the record for several queries, whatever others write meanwhile.

    Raises:
        StoreError: If the database fails.
    """
    # SQLite's transactions are that by themselves.
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with store_errors(doing), engine.connect().execution_options(**level) as db:
        yield db


@contextmanager
def writing(engine: Engine, doing: str) -> Iterator[Connection]:
    """A transaction that changes the record: all of it, or nothing.

    Raises:
        StoreError: If the database fails.
    """
    with store_errors(doing), engine.connect().execution_options(writes=True) as db, db.begin():
        yield db


@contextmanager
def store_errors(doing: str) -> Iterator[None]:
    """Turn a database failure into one sentence.

    Raises:
        StoreError: In place of SQLAlchemy's errors.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            f"The database failed while {doing}: {str(cause).splitlines()[0]}. "
            f"Check that its folder is writable and has space, or set SHOP_DATABASE_URL."
        ) from error
