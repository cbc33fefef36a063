"""What shoppers said of themselves: sizes, likes, dislikes. They see it, change it and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from index.database import metadata, reading, writing

PAUSED = "paused"
"""Facet of the row that says that nothing new is to be kept."""

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user", sa.String(255), nullable=False, index=True),
    sa.Column("facet", sa.String(64), nullable=False),
    sa.Column("value", sa.String(255), nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing a shopper said of themself.

    Attributes:
        facet: A facet of the catalogue, "price", or "" for what is only kept as words.
        value: The facet's value as the catalogue writes it; empty for words.
        wanted: True for what suits, False for what is to be avoided.
        text: The shopper's words.
    """

    facet: str
    value: str
    wanted: bool
    text: str


class Notes:
    """Reads and writes notes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing(engine, "opening the notes") as db:
            metadata.create_all(db, tables=[notes])

    def of(self, user: str | None) -> tuple[Note, ...]:
        """What is noted of a shopper, the oldest first; nothing for a stranger."""
        if user is None:
            return ()
        query = sa.select(notes).where(notes.c.user == user, notes.c.facet != PAUSED).order_by(notes.c.id)
        with reading(self._engine, "reading the notes") as db:
            return tuple(Note(row.facet, row.value, row.wanted, row.text) for row in db.execute(query))

    def add(self, user: str, new: Sequence[Note]) -> None:
        """Note things; a new size takes the place of an earlier one, other values add up.

        Raises:
            StoreError: If they cannot be written.
        """
        with writing(self._engine, "noting what a shopper said") as db:
            for note in new:
                same = (notes.c.user == user) & (notes.c.facet == note.facet)
                if note.facet not in ("size", "price"):
                    same &= notes.c.value == note.value
                if not note.facet:
                    same &= notes.c.text == note.text
                db.execute(notes.delete().where(same))
                row = {"facet": note.facet, "value": note.value, "wanted": note.wanted, "text": note.text}
                db.execute(notes.insert(), {"user": user, "at": datetime.now(UTC), **row})

    def forget(self, user: str, gone: Sequence[Note] | None = None) -> int:
        """Delete some notes, or all; returns how many.

        Raises:
            StoreError: If they cannot be deleted.
        """
        with writing(self._engine, "forgetting") as db:
            if gone is None:
                condition = (notes.c.user == user) & (notes.c.facet != PAUSED)
                return db.execute(notes.delete().where(condition)).rowcount
            return sum(
                db.execute(
                    notes.delete().where(
                        (notes.c.user == user)
                        & (notes.c.facet == note.facet)
                        & (notes.c.value == note.value)
                        & (notes.c.text == note.text)
                    )
                ).rowcount
                for note in gone
            )

    def paused(self, user: str | None) -> bool:
        """Whether the shopper asked to keep nothing for now."""
        if user is None:
            return False
        query = sa.select(notes.c.id).where(notes.c.user == user, notes.c.facet == PAUSED)
        with reading(self._engine, "reading the notes") as db:
            return db.execute(query).first() is not None

    def pause(self, user: str, paused: bool) -> None:
        """Keep nothing from now on, or keep things again.

        Raises:
            StoreError: If it cannot be written.
        """
        with writing(self._engine, "pausing the notes") as db:
            db.execute(notes.delete().where(notes.c.user == user, notes.c.facet == PAUSED))
            if paused:
                row = {"facet": PAUSED, "value": "", "wanted": True, "text": "", "at": datetime.now(UTC)}
                db.execute(notes.insert(), {"user": user, **row})
