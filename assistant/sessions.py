"""Conversations in the SQL store: they survive a restart and go on elsewhere."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.engine import Engine

from assistant.turns import DialogueState
from index.database import metadata, reading, writing

_STATE = TypeAdapter(DialogueState)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("user", sa.String(255), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
)


class Sessions:
    """The last state of each user's conversation."""

    def __init__(self, engine: Engine, days: int) -> None:
        """Open the table and remove what has expired.

        Args:
            engine: The record's database.
            days: How long a conversation is kept after its last turn.
        """
        self._engine, self._kept = engine, timedelta(days=days)
        with writing(engine, "opening the conversations") as db:
            metadata.create_all(db, tables=[sessions])
            db.execute(sessions.delete().where(sessions.c.at < self._oldest()))

    def _oldest(self) -> datetime:
        return datetime.now(UTC) - self._kept

    def load(self, user: str) -> DialogueState | None:
        """The user's last conversation; None if there is none, or it expired.

        One that an earlier version stored in another form counts as none.
        """
        query = sa.select(sessions.c.state).where(sessions.c.user == user, sessions.c.at >= self._oldest())
        with reading(self._engine, "reading a conversation") as db:
            row = db.execute(query).first()
        if row is None:
            return None
        try:
            return _STATE.validate_json(row.state)
        except ValidationError:
            return None

    def save(self, user: str, state: DialogueState) -> None:
        """Keep a conversation in place of the user's earlier one.

        Raises:
            StoreError: If it cannot be written.
        """
        row = {"user": user, "state": _STATE.dump_json(state).decode(), "at": datetime.now(UTC)}
        with writing(self._engine, "keeping a conversation") as db:
            db.execute(sessions.delete().where(sessions.c.user == user))
            db.execute(sessions.insert(), row)

    def forget(self, user: str) -> None:
        """Delete a user's conversation.

        Raises:
            StoreError: If it cannot be deleted.
        """
        with writing(self._engine, "forgetting a conversation") as db:
            db.execute(sessions.delete().where(sessions.c.user == user))

    def clear(self) -> None:
        """Delete every conversation.

        Raises:
            StoreError: If they cannot be deleted.
        """
        with writing(self._engine, "forgetting conversations") as db:
            db.execute(sessions.delete())
