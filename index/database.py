"""The tables of the record, how a database is opened, and how its failures are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from index.errors import StoreError

SCHEMA_VERSION = "1"

metadata = sa.MetaData()

meta = sa.Table(
    "meta", metadata, sa.Column("key", sa.String(64), primary_key=True), sa.Column("value", sa.Text)
)
products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("price", sa.BigInteger, index=True),  # hundredths of `currency`
    sa.Column("list_price", sa.BigInteger),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("stock", sa.Integer),
    sa.Column("rating", sa.Float),
    sa.Column("rating_count", sa.Integer, nullable=False),
    sa.Column("popularity", sa.Float),
    sa.Column("family", sa.String(255)),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("text_digest", sa.String(40), nullable=False),
    sa.Column("vector_digest", sa.String(40), nullable=False, server_default=""),
    sa.Column("lexical_digest", sa.String(40), nullable=False, server_default=""),
)
facets = sa.Table(
    "product_facets",
    metadata,
    sa.Column("product_id", sa.String(255), sa.ForeignKey("products.id", ondelete="CASCADE"), index=True),
    sa.Column("facet", sa.String(64), nullable=False),
    sa.Column("value", sa.String(255), nullable=False),
    sa.Column("folded", sa.String(255), nullable=False),
    sa.Index("ix_facet_value", "facet", "folded"),
)
aliases = sa.Table(
    "product_aliases",
    metadata,
    sa.Column("product_id", sa.String(255), sa.ForeignKey("products.id", ondelete="CASCADE"), index=True),
    sa.Column("facet", sa.String(64), nullable=False),
    sa.Column("value", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
)


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
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA busy_timeout=30000")

    return engine


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
