"""add_to_cart: what is meant to be bought, in the variant and the number that are meant."""

import re
from collections.abc import Mapping, Sequence

from assistant.basket import CartView
from assistant.phrases import money
from assistant.skills.amounts import adds_up, to_add
from assistant.skills.base import Turn, titled
from assistant.skills.called import called
from assistant.skills.cart_change import SET, SOLD_OUT, Step, after, as_agreed, put_in, set_number, too_many
from assistant.skills.cart_number import held_line, in_the_end, whose_number
from assistant.skills.cart_swap import swapped, to_swap, variant_of_held
from assistant.skills.carted import (
    MOST,
    in_cart,
    is_called,
    kept_with,
    named,
    names_a_kind,
    on_table,
    promotions_now,
    view_of,
)
from assistant.skills.checkout import code_told, no_cart, with_code
from assistant.skills.codes import coupon_in, without_card_numbers
from assistant.skills.described import described, each_counted
from assistant.skills.named import Named, by_name, which_of
from assistant.skills.reference import points_at, refer
from assistant.skills.variants import Choice, choose, differing, wanted_facets
from assistant.turns import Option, Outcome, Question
from index.schema import Product

__all__ = ["SKILLS", "coupon_in", "without_card_numbers"]

_THE_CODE = re.compile(
    r"\b(?:use|apply|add|put|enter|try|redeem)\b(?: \w+){0,2} (?:code|coupon|voucher)\b|"
    r"用(?:一下)?(?:优惠|折扣)",
    re.I,
)
_JOINS = re.compile(r"\b(?:and|plus)\b|[和跟与、]", re.I)
_PUTS = re.compile(r"\b(?:add|put|take|get|buy|want|cart|basket)\b|加|放|买|来|要", re.I)


def add(turn: Turn) -> Outcome:
    """Put products in the cart, as many as are said and no more than there are."""
    cart = turn.shop.cart
    if cart is None:
        return no_cart(turn)
    if "put" in turn.chosen:
        return as_agreed(turn)
    text, view = turn.said.text, view_of(turn)
    code = coupon_in(text, promotions_now(turn))
    if code and _only_code(turn):
        return with_code(turn, code)
    if (count := in_the_end(turn, view)) is not None and (meant := whose_number(turn, view)):
        return set_number(turn, meant, count)
    if several := each_counted(turn, [*_talked_about(turn, view), *turn.shown()]):
        return _add_each(turn, several, code=code)
    each = refer(turn) if not turn.said.constraints.references else ()
    if len(each) > 1 and _JOINS.search(text):
        return _add(turn, each, code=code)
    if names := called(turn):
        return _add(turn, _as_shown(turn, names), code=code)
    meant = in_cart(turn, view) if adds_up(text) and not points_at(turn) else ()
    meant = meant or to_swap(turn, view) or variant_of_held(turn, view) or on_table(turn) or _described(turn)
    if not meant and adds_up(text) and not names_a_kind(turn):
        meant = held_line(turn, view)
    if meant:
        instead = swapped(turn, view, meant) if len(meant) == 1 else None
        return instead or _add(turn, meant, code=code)
    found = Named() if turn.said.constraints.references else by_name(turn)
    if found.product is not None:
        return _add(turn, (found.product,), code=code)
    return which_of(turn, found)


def _talked_about(turn: Turn, view: CartView) -> list[Product]:
    """What is talked about, and what is in the cart."""
    return [*turn.parts.searcher.store.get(turn.state.focus), *(product for product, _ in view.lines)]


def _described(turn: Turn) -> tuple[Product, ...]:
    """The one line that is talked about or on the table, in the variant that is described."""
    focus = turn.parts.searcher.store.get(turn.state.focus)
    found = described(turn, [*focus, *turn.shown()])
    if len(found) > 1:
        known = {product.family or product.id for product in focus}
        found = tuple(product for product in found if (product.family or product.id) in known)
    return found if len(found) == 1 and is_called(turn, found[0]) else ()


def _as_shown(turn: Turn, names: Sequence[Product]) -> Sequence[Product]:
    """Products called by name, in the variant on the table where no other one is described."""
    there = {product.family: product for product in turn.shown() if product.family}
    return names if wanted_facets(turn) else [there.get(product.family or "", product) for product in names]


def _only_code(turn: Turn) -> bool:
    """Whether nothing but a coupon is meant."""
    text = turn.said.text
    if turn.said.constraints.references:
        return False
    if _THE_CODE.search(text) or not _PUTS.search(text):
        return True
    return not (points_at(turn) or turn.said.constraints.include)


def _add(turn: Turn, meant: Sequence[Product], *, code: str = "") -> Outcome:
    count = to_add(turn.said.text, turn.said.constraints, len(meant))
    return _add_each(turn, [(product, count) for product in meant], code=code)


def _add_each(turn: Turn, meant: Sequence[tuple[Product, int]], *, code: str = "") -> Outcome:
    """Add each as often as is said; one alone in the variant that is described."""
    have = view_of(turn).quantities
    puts: dict[str, int] = {}
    told: list[str] = []
    question, last = None, [product for product, _ in meant]
    for at, (product, count) in enumerate(meant):
        choice = choose(turn, product) if len(meant) == 1 else Choice(product)
        step = _step(turn, product, choice, have, count)
        told.append(step.told)
        question = question or step.question
        last[at] = choice.product or product
        if step.total is not None and choice.product is not None:
            puts[choice.product.id] = step.total
    put_in(turn, puts)
    told.insert(0, code_told(turn, code))  # what was added may be what the code asks for
    if turn.user is not None and not turn.parts.notes.paused(turn.user):
        for key in puts:
            turn.parts.history.record(turn.user, key, "add_to_cart")
    return after(turn, told, last, question=question, changed=bool(puts))


def _step(turn: Turn, asked: Product, choice: Choice, have: Mapping[str, int], count: int) -> Step:
    """Decide about one product."""
    product = choice.product
    if product is None:
        return _instead(turn, choice.why, choice.instead, have, count, asked)
    if product.price is None:
        return Step(turn.tell(_NO_PRICE, title=named(turn, product)))
    there = have.get(product.id, 0)
    if not product.available:
        sold_out = turn.tell(SOLD_OUT, title=named(turn, product))
        return _instead(turn, sold_out, choice.instead, have, count)
    most = MOST if product.stock is None else product.stock
    if there < count <= most < there + count:  # more than there is: the number is the whole that is wanted
        return Step(turn.tell(SET, title=named(turn, product), count=count), count)
    if there + count <= most:
        title = named(turn, product)
        if there:
            return Step(turn.tell(_ADDED_MORE, title=title, count=count, total=there + count), there + count)
        price = money(product.price, product.currency)
        if count == 1:
            return Step(turn.tell(_ADDED_ONE, title=title, price=price), 1)
        return Step(turn.tell(_ADDED, title=title, price=price, count=count), count)
    return too_many(turn, product, there, most)


def _instead(
    turn: Turn,
    why: str,
    instead: Sequence[Product],
    have: Mapping[str, int],
    count: int,
    asked: Product | None = None,
) -> Step:
    """Offer what can be bought of the same line."""
    there = asked.id if asked is not None and asked.id in have else ""
    offered = [item for item in instead if item.price is not None and item.id != there][:3]
    if not offered:
        return Step(why)
    options = tuple(
        Option(
            differing(turn, item),
            "add_to_cart",
            titled(item, turn),
            kept_with({item.id: min(have.get(item.id, 0) + count, item.stock or MOST)}),
        )
        for item in offered
    )
    if len(options) == 1 and asked is not None and offered[0].id == asked.id:
        ask = turn.tell(_AS_IT_IS)
    elif len(options) == 1:
        ask = turn.tell(_THIS_ONE, what=options[0].said)
    else:
        separator = "，还是 " if turn.language == "zh" else " or "
        ask = turn.tell(_WHICH_INSTEAD, what=separator.join(option.said for option in options))
    yes = options[0] if len(options) == 1 else None
    return Step(turn.joined([why, ask]), None, Question(options=options, yes=yes))


_ADDED_ONE = ("Added: {title}, {price}.", "已加入购物车：{title}，{price}。")
_ADDED = ("Added: {count} × {title}, {price} each.", "已加入购物车：{title} × {count}，单价 {price}。")
_ADDED_MORE = (
    "Added {count} more: there are {total} × {title} in your cart now.",
    "又加了 {count} 件：购物车里现在有 {title} × {total}。",
)
_NO_PRICE = (
    "The record of {title} has no price, so it cannot go in the cart.",
    "{title} 的记录里没有价格，没法加入购物车。",
)
_AS_IT_IS = ("Shall I add it as it is?", "就按现有的这款加吗？")
_THIS_ONE = ("There is {what} in stock: shall I add that?", "{what} 有货，要加这款吗？")
_WHICH_INSTEAD = ("Shall I add {what} instead?", "要换成 {what} 吗？")

SKILLS = {"add_to_cart": add}
