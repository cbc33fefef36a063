"""greet, thank, goodbye, affirm, deny, ask_help, out_of_scope, and what cannot be done."""

from dataclasses import replace

from assistant.phrases import intent_phrase, listed
from assistant.skills.base import Turn
from assistant.turns import Outcome


def _plain(key: str, turn: Turn) -> Outcome:
    return Outcome(
        state=replace(turn.state, question=None), composed=turn.say(key), quick_replies=starters(turn)
    )


def greet(turn: Turn) -> Outcome:
    """Say hello and how to begin."""
    return _plain("greet", turn)


def thank(turn: Turn) -> Outcome:
    """Accept thanks."""
    return _plain("thank", turn)


def goodbye(turn: Turn) -> Outcome:
    """Take leave."""
    return _plain("goodbye", turn)


def out_of_scope(turn: Turn) -> Outcome:
    """Decline in one line and offer what is possible."""
    return _plain("out_of_scope", turn)


def ask_help(turn: Turn) -> Outcome:
    """Say what the assistant can do in this shop."""
    names = [department[turn.language == "zh"] for department in turn.shop.departments[:8]]
    composed = turn.say("help", departments=listed(names, turn.language) or "…")
    return Outcome(state=replace(turn.state, question=None), composed=composed, quick_replies=starters(turn))


def affirm(turn: Turn) -> Outcome:
    """A yes to nothing in particular."""
    return _plain("fine", turn)


def deny(turn: Turn) -> Outcome:
    """A no: to a question, ask for other words; otherwise, go on."""
    return _plain("rephrase" if turn.state.question else "fine", turn)


def not_yet(turn: Turn) -> Outcome:
    """An honest no to what has no skill yet."""
    what = intent_phrase(turn.said.intent.label, turn.language)
    return Outcome(
        state=replace(turn.state, question=None),
        composed=turn.say("not_yet", what=what),
        quick_replies=starters(turn),
    )


def starters(turn: Turn) -> tuple[str, ...]:
    """First things to say, from the shop's own departments."""
    chinese = turn.language == "zh"
    first = [department[chinese] for department in turn.shop.departments[:3]]
    asks = [f"看看{name}" if chinese else f"show me {name.lower()}" for name in first]
    return (*asks, "猜我喜欢什么" if chinese else "recommend something")


SKILLS = {
    "greet": greet,
    "thank": thank,
    "goodbye": goodbye,
    "affirm": affirm,
    "deny": deny,
    "ask_help": ask_help,
    "out_of_scope": out_of_scope,
}
