"""greet, thank, goodbye, affirm, deny, ask_help, out_of_scope, and what cannot be done."""

from dataclasses import replace

from assistant.phrases import intent_phrase, listed
from assistant.skills.base import Turn, starters
from assistant.skills.search import by_name
from assistant.turns import Option, Outcome, Question


def _plain(key: str, turn: Turn) -> Outcome:
    return Outcome(state=turn.state, composed=turn.say(key), quick_replies=starters(turn))


def greet(turn: Turn) -> Outcome:
    """Say hello and how to begin."""
    return _plain("greet", turn)


def thank(turn: Turn) -> Outcome:
    """Accept thanks."""
    return Outcome(state=turn.state, composed=turn.say("thank"))


def goodbye(turn: Turn) -> Outcome:
    """Take leave."""
    return Outcome(state=turn.state, composed=turn.say("goodbye"))


def out_of_scope(turn: Turn) -> Outcome:
    """Decline in one line and offer what is possible; a product of the shop that is named is its business."""
    if (named := by_name(turn)) is not None:
        return named
    return _plain("out_of_scope", turn)


def ask_help(turn: Turn) -> Outcome:
    """Say what the assistant can do in this shop, and nothing that it has not."""
    names = [department[turn.language == "zh"] for department in turn.parts.departments[:8]]
    services = [
        turn.tell(phrase) for part, phrase in _SERVICES.items() if getattr(turn.shop, part) is not None
    ]
    told = turn.tell(_ALSO, services=listed(services, turn.language)) if services else ""
    composed = turn.joined([turn.say("help", departments=listed(names, turn.language) or "…"), told])
    return Outcome(state=turn.state, composed=composed, quick_replies=starters(turn))


_SERVICES = {
    "cart": ("fill your cart", "管购物车"),
    "checkout": ("take you to the checkout", "带您去结账"),
    "orders": ("look after your orders", "查订单、改订单"),
    "promotions": ("tell what is on offer", "说优惠"),
    "policies": ("look up the shop's rules", "查店铺规则"),
    "desk": ("hand you over to a person", "转人工"),
}
_ALSO = ("I also {services}.", "还可以{services}。")


def affirm(turn: Turn) -> Outcome:
    """A yes to nothing in particular."""
    return _plain("fine", turn)


def deny(turn: Turn) -> Outcome:
    """A no: it closes the question that was open; otherwise, go on."""
    return _plain("declined" if turn.state.question else "fine", turn)


def ask_which(turn: Turn) -> Outcome:
    """One short question that offers the two likeliest readings; never two in a row."""
    intent, language = turn.said.intent, turn.language
    if turn.state.question is not None:
        return Outcome(state=turn.state, composed=turn.say("rephrase"), quick_replies=starters(turn))
    options = tuple(
        Option(intent_phrase(label, language), label, turn.said.text)
        for label in (intent.label, intent.runner_up)
    )
    mark = "？" if language == "zh" else "?"
    asked = turn.say("or").join(option.said for option in options) + mark
    return Outcome(
        state=replace(turn.state, question=Question(options)),
        composed=turn.joined([turn.say("unsure"), asked]),
        quick_replies=tuple(option.said for option in options),
    )


def not_yet(turn: Turn) -> Outcome:
    """An honest no to what has no skill yet."""
    what = intent_phrase(turn.said.intent.label, turn.language)
    return Outcome(
        state=turn.state,
        composed=turn.say("not_yet", what=what),
        quick_replies=starters(turn),
    )


SKILLS = {
    "greet": greet,
    "thank": thank,
    "goodbye": goodbye,
    "affirm": affirm,
    "deny": deny,
    "ask_help": ask_help,
    "out_of_scope": out_of_scope,
}
