"""Conversations are stored whole, survive a restart, and expire."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from assistant.measures import Wish
from assistant.sessions import Sessions, sessions
from assistant.turns import Constraints, DialogueState, Option, PriceRange, Question, Table
from index.database import connect

STATE = DialogueState(
    session="session-1",
    wanted=Constraints(
        price=PriceRange(None, Decimal("99.50"), "USD"),
        include={"colour": ("red", "blue")},
        wish=Wish("weight", False, 2000.0, "", "g", "2 kg"),
        query="a tent",
    ),
    ranking=("a", "b"),
    shown=("a",),
    focus=("a",),
    earlier=(Table(Constraints(query="socks"), ("c",), ("c",)),),
    refused=("d",),
    heard=("a tent under 2 kg", "红色的"),
    question=Question((Option("red", "refine_search", "in red", {"x": "1"}),)),
    language="zh",
)


@pytest.fixture
def engine(tmp_path) -> sa.Engine:
    return connect(f"sqlite:///{tmp_path / 'shop.sqlite'}")


def test_a_conversation_goes_on_as_it_was_after_a_restart(engine):
    Sessions(engine, 30).save("ana", STATE)
    assert Sessions(engine, 30).load("ana") == STATE
    assert Sessions(engine, 30).load("bob") is None


def test_the_last_state_counts(engine):
    kept = Sessions(engine, 30)
    kept.save("ana", STATE)
    kept.save("ana", DialogueState())
    assert kept.load("ana") == DialogueState()


def test_a_conversation_expires_and_is_deleted_then(engine):
    kept = Sessions(engine, 30)
    kept.save("ana", STATE)
    with engine.begin() as db:
        db.execute(sessions.update().values(at=datetime.now(UTC) - timedelta(days=31)))
    assert kept.load("ana") is None
    Sessions(engine, 30)
    with engine.begin() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(sessions)).scalar() == 0


@pytest.mark.parametrize("stored", ["", "{}garbage", '{"shown": 3}'])
def test_a_state_of_another_version_or_a_broken_one_begins_afresh(engine, stored):
    kept = Sessions(engine, 30)
    kept.save("ana", STATE)
    with engine.begin() as db:
        db.execute(sessions.update().values(state=stored))
    assert kept.load("ana") is None


def test_forgetting_deletes_one_conversation(engine):
    kept = Sessions(engine, 30)
    kept.save("ana", STATE)
    kept.save("bob", STATE)
    kept.forget("ana")
    assert (kept.load("ana"), kept.load("bob")) == (None, STATE)
