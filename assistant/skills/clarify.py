"""One short question when a request is too wide, with choices from the catalogue's own facets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.phrases import facet_name
from assistant.skills.base import Turn
from assistant.turns import Constraints, Option, Outcome, Question
from index.schema import Product
from index.text import fold

WIDE = 15
"""More product lines than this, with nothing asked of them, are too many to choose from."""

CHOICES = 4
"""Values offered."""

_WHICH_KIND = ("Which kind: {choices}?", "想要哪一类：{choices}？")
_WHICH_VALUE = ("Any {facet} you prefer: {choices}?", "{facet}有偏好吗：{choices}？")
_WHAT = ("What are you looking for: {choices}?", "您想找什么：{choices}？")


def narrowed(turn: Turn, outcome: Outcome) -> Outcome:
    """The results, with a question when they are too many for what was asked; never after a question."""
    wanted = outcome.state.wanted
    if turn.state.question is not None or not outcome.evidence.products:
        return outcome
    if _says_nothing(wanted):
        return departments(turn)
    if _asks_something(wanted) or len(outcome.state.ranking) <= WIDE:
        return outcome
    products = turn.parts.searcher.store.get(outcome.state.ranking)
    facet, values = _telling(turn, wanted, products)
    if not values:
        return outcome
    names = [turn.parts.vocabulary.name_in(facet, value, turn.language) for value in values]
    phrase = _WHICH_KIND if facet == "category" else _WHICH_VALUE
    asked = turn.tell(phrase, facet=facet_name(facet, turn.language), choices=_alternatives(turn, names))
    label = "search_product" if facet == "category" else "refine_search"
    question = Question(tuple(Option(name.lower(), label, name) for name in names))
    return replace(
        outcome,
        state=replace(outcome.state, question=question),
        composed=turn.joined([outcome.composed, asked]),
        quick_replies=tuple(option.said for option in question.options),
    )


def departments(turn: Turn) -> Outcome:
    """What is looked for? Asked when nothing at all was named."""
    chinese = turn.language == "zh"
    names = [department[chinese] for department in turn.parts.departments[:CHOICES]]
    question = Question(tuple(Option(name.lower(), "search_product", name) for name in names))
    return Outcome(
        state=replace(turn.state, question=question),
        composed=turn.tell(_WHAT, choices=_alternatives(turn, names)),
        quick_replies=tuple(option.said for option in question.options),
    )


def _says_nothing(wanted: Constraints) -> bool:
    return not wanted.query and not wanted.include and not _asks_something(wanted)


def _asks_something(wanted: Constraints) -> bool:
    """Whether anything but the kind of thing is asked for."""
    plain = Constraints(query=wanted.query, include={"category": wanted.include.get("category", ())})
    include = {"category": wanted.include.get("category", ()), **wanted.include}
    return replace(wanted, include=include, spans=()) != plain or len(wanted.query.split()) > 2


def _telling(turn: Turn, wanted: Constraints, products: Sequence[Product]) -> tuple[str, list[str]]:
    """The facet that parts the products best, with its most frequent values."""
    asked = {fold(value) for value in wanted.include.get("category", ())}
    kinds = Counter(
        level for product in products for level in product.category[-1:] if fold(level) not in asked
    )
    if len(kinds) > 1:
        return "category", [kind for kind, _ in kinds.most_common(CHOICES)]
    for facet in ("brand", "material", "colour"):
        values = Counter(value for product in products for value in product.all_facets().get(facet, ())[:1])
        if len(values) > 1 and 2 * sum(values.values()) > len(products):
            return facet, [value for value, _ in values.most_common(CHOICES)]
    return "", []


def _alternatives(turn: Turn, names: Sequence[str]) -> str:
    if turn.language == "zh":
        return "、".join(names[:-1]) + "，还是" + names[-1] if len(names) > 1 else "".join(names)
    lower = [name.lower() for name in names]
    return " or ".join(filter(None, [", ".join(lower[:-1]), *lower[-1:]]))
