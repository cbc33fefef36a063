"""How many there are to be in the cart in the end, and of what."""

import re

from assistant.basket import CartView
from assistant.buying import corrects
from assistant.quantities import find_quantities
from assistant.skills.amounts import bare, counted, kept, set_to
from assistant.skills.base import Turn
from assistant.skills.carted import in_cart, is_called, name_words, names_a_kind, on_table, uncounted
from assistant.skills.described import clause_where, described
from assistant.skills.reference import points_at
from index.schema import Product

_CHANGES = re.compile(r"\b(?:change|set|update|increase|raise|reduce|lower|bump|cut)\b|改|调", re.I)


def in_the_end(turn: Turn, view: CartView) -> int | None:
    """How many there are to be: "make it three"; of what was just added also "I only want one", "sorry, two".

    A bare number, 「两个吧」, is the whole that is wanted too.
    """
    text, now = turn.said.text, turn.said.constraints
    count = set_to(text)
    named = now.include or now.exclude or now.references or find_quantities(text)
    if count is not None or named or not view.lines:
        return count
    if turn.state.topic in ("add_to_cart", "view_cart") and (count := kept(text)) is not None:
        return count
    if turn.state.topic == "add_to_cart" and (corrects(turn.said) or bare(text)):
        return now.quantity or counted(text)
    return None


def whose_number(turn: Turn, view: CartView) -> tuple[Product, ...]:
    """What there are to be so many of: named in the clause that says it, or what was talked about last."""
    clause = clause_where(turn, lambda part: set_to(part) is not None)
    lines = [product for product, _ in view.lines]
    told, points = described(clause, lines), points_at(uncounted(clause))
    unnamed = not (points or names_a_kind(clause) or name_words(clause) or told)
    if unnamed and (_CHANGES.search(clause.said.text) or set(turn.state.focus) & view.quantities.keys()):
        return held_line(turn, view)
    if len(told) == 1 and is_called(clause, told[0]) and (not points or names_a_kind(clause)):
        family = told[0].family
        return tuple(item for item in lines if item in told or item.family == family is not None)[:1]
    meant = in_cart(clause, view) or on_table(clause)
    if meant or points or names_a_kind(clause):
        return meant
    return held_line(turn, view)


def held_line(turn: Turn, view: CartView) -> tuple[Product, ...]:
    """The line of the cart that was talked about last, or put there last."""
    lines = tuple(product for product, _ in view.lines)
    held = tuple(product for product in lines if product.id in turn.state.focus)
    return held if len(held) == 1 else lines[-1:]
