"""remove_from_cart: what is taken out again, wholly or in part."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.basket import CartView
from assistant.constraints import parse_constraints
from assistant.skills.amounts import all_but, every, everything, kept, set_to, to_take, without_but
from assistant.skills.base import Turn, titled
from assistant.skills.cart_change import SET, TAKEN, after, as_agreed, put_in, set_number
from assistant.skills.carted import (
    having,
    in_cart,
    is_called,
    kept_with,
    named,
    names_a_kind,
    view_of,
    words_of,
)
from assistant.skills.checkout import empty, no_cart
from assistant.skills.described import described
from assistant.skills.variants import has, wanted_facets
from assistant.turns import Option, Outcome, Question
from index.schema import Product

_NUMBER = re.compile(r"(?<=\bthe )\d{2,4}\b")
"""What a variant is called by: "take the 32 out" means none of 128 GB."""


def remove(turn: Turn) -> Outcome:
    """Take out of the cart, or lower a number."""
    if turn.shop.cart is None:
        return no_cart(turn)
    if "put" in turn.chosen:
        return as_agreed(turn)
    text, view = turn.said.text, view_of(turn)
    if not view.lines:
        return empty(turn)
    turn = _named(turn)
    lines = [product for product, _ in view.lines]
    if all_but(text) and set_to(text) is None and kept(text) is None:
        return _take_others(turn, view)
    meant = (having(turn, lines) if every(text) else ()) or in_cart(turn, view) or _described(turn, lines)
    now = turn.said.constraints
    if everything(text) and not (meant and len(meant) < len(lines) and (now.references or now.include)):
        return _take_all(turn, view, lines)
    if not meant or not _having_variant(turn, lines):
        return _not_there(turn, view)
    if (count := set_to(text)) is not None or (count := kept(text)) is not None:
        return set_number(turn, meant, count)
    fewer, have = to_take(text), view.quantities
    left = {
        product.id: 0 if fewer is None or len(meant) > 1 else max(0, have[product.id] - fewer)
        for product in meant
    }
    put_in(turn, left)
    told = [
        turn.tell(SET if left[product.id] else TAKEN, title=named(turn, product), count=left[product.id])
        for product in meant
    ]
    return after(turn, told, meant)


def _named(turn: Turn) -> Turn:
    """The turn with what is refused as what is named: 「白的不要了」 takes the white one out."""
    now = turn.said.constraints
    plain = replace(now, include={**now.exclude, **now.include}, exclude={})
    return replace(turn, said=replace(turn.said, constraints=plain))


def _having_variant(turn: Turn, lines: Sequence[Product]) -> Sequence[Product]:
    """The lines in the colour and the size that are named; all if none is."""
    wanted, widen = wanted_facets(turn), turn.parts.vocabulary.widen
    numbers = set(_NUMBER.findall(turn.said.text))
    return [
        item
        for item in lines
        if all(has(item, facet, widen(facet, values)) for facet, values in wanted.items())
        and (not numbers or numbers & words_of(item))
    ]


def _described(turn: Turn, lines: Sequence[Product]) -> tuple[Product, ...]:
    """The one line that the words describe."""
    found = described(turn, lines)
    return found if len(found) == 1 and is_called(turn, found[0]) else ()


def _take_others(turn: Turn, view: CartView) -> Outcome:
    """Take out everything but what is named."""
    plain = parse_constraints(without_but(turn.said.text), turn.parts.vocabulary)
    asked = _named(replace(turn, said=replace(turn.said, constraints=plain)))
    lines = [product for product, _ in view.lines]
    stays = {product.id for product in having(asked, lines) or in_cart(asked, view)}
    gone = [product for product in lines if product.id not in stays]
    if not stays:
        return _not_there(turn, view)
    return (
        _take_all(turn, view, gone) if gone else Outcome(state=turn.state, composed=turn.tell(_NOTHING_ELSE))
    )


def _take_all(turn: Turn, view: CartView, gone: Sequence[Product]) -> Outcome:
    """Empty the cart, as was said; take out several lines of it after a yes."""
    whole = len(gone) == len(view.lines)
    puts = dict.fromkeys([*(product.id for product in gone), *(view.gone if whole else ())], 0)
    if whole and len(gone) > 1:
        put_in(turn, puts)
        return after(turn, [turn.tell(_EMPTIED)], ())
    if len(gone) < 2:
        put_in(turn, puts)
        return after(turn, [turn.tell(TAKEN, title=named(turn, product)) for product in gone], gone)
    yes = Option(turn.tell(_YES_TAKE), "remove_from_cart", turn.said.text, kept_with(puts))
    titles = _separator(turn).join(titled(product, turn) for product in gone)
    asked = turn.tell(_ASK_TAKE, count=len(gone), titles=titles)
    return Outcome(
        state=replace(turn.state, question=Question(options=(yes,), yes=yes)),
        composed=asked,
        quick_replies=(yes.said, turn.tell(_NO_LEAVE)),
    )


def _separator(turn: Turn) -> str:
    return "、" if turn.language == "zh" else "; "


def _not_there(turn: Turn, view: CartView) -> Outcome:
    """Say that it is not in the cart, or ask which line is meant."""
    lines = [product for product, _ in view.lines]
    named_else = not _having_variant(turn, lines) or (
        names_a_kind(turn) and not any(is_called(turn, product) for product in lines)
    )
    options = tuple(
        Option(named(turn, product), "remove_from_cart", titled(product, turn), kept_with({product.id: 0}))
        for product in lines[:4]
    )
    titles = _separator(turn).join(option.said for option in options)
    return Outcome(
        state=replace(turn.state, question=Question(options)),
        composed=turn.tell(_NOT_THERE if named_else else _WHICH_LINE, titles=titles),
        quick_replies=tuple(option.said for option in options),
    )


_NOTHING_ELSE = ("There is nothing else in your cart.", "购物车里没有别的了。")
_EMPTIED = ("Done.", "好了。")
_ASK_TAKE = ("Shall I take out {titles}?", "要把{titles}都拿掉吗？")
_YES_TAKE = ("yes, take them out", "对，都拿掉")
_NO_LEAVE = ("no, leave them", "不用，留着")
_NOT_THERE = ("That is not in your cart. There is: {titles}.", "购物车里没有这款，里面有：{titles}。")
_WHICH_LINE = ("Which one shall I take out: {titles}?", "要拿掉哪一款：{titles}？")

SKILLS = {"remove_from_cart": remove}
