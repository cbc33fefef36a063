"""Conversations that a person is to go on with, in SQL."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from index.database import metadata, reading, writing

FIRST_NUMBER = 1001
"""Of the first request: "H-1001"."""

requests = sa.Table(
    "help_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer", sa.String(255), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,  # a number that a shopper was told is never given again
)

DESK_TABLES = (requests,)


class SqlHelpDesk:
    """Requests for a person, kept for them to read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hand_over(self, customer: str, summary: str) -> str:
        """Keep a conversation for a person; returns the number of the request.

        Raises:
            StoreError: If it cannot be kept.
        """
        row = {"customer": customer, "summary": summary, "at": datetime.now(UTC)}
        with writing(self._engine, "handing over") as db:
            key = db.execute(requests.insert().values(**row)).inserted_primary_key
        return _number(key[0] if key else 0)

    def waiting(self) -> tuple[tuple[str, str, str], ...]:
        """(number, customer, summary) of every request, the oldest first: for the people at the desk.

        Raises:
            StoreError: If they cannot be read.
        """
        with reading(self._engine, "reading the requests") as db:
            rows = db.execute(sa.select(requests).order_by(requests.c.id)).all()
        return tuple((_number(row.id), row.customer, row.summary) for row in rows)


def _number(key: int) -> str:
    return f"H-{FIRST_NUMBER - 1 + key}"
