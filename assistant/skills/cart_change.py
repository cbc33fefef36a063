"""Changing the cart: numbers that are set, what was agreed to, and what is said afterwards."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.skills.base import Turn, titled
from assistant.skills.carted import MOST, kept_with, named, sums, view_of
from assistant.turns import Option, Outcome, Question
from index.schema import Product


@dataclass(frozen=True, slots=True)
class Step:
    """What adding one product comes to.

    Attributes:
        told: One or two sentences.
        total: How many are to be in the cart then; None if nothing is to be put there.
        question: What was asked, if anything.
    """

    told: str
    total: int | None = None
    question: Question | None = None


def too_many(turn: Turn, product: Product, there: int, most: int) -> Step:
    """Offer what there is in place of more than there is."""
    title, left = named(turn, product), most - there
    if product.stock is None:
        return Step(turn.tell(_AT_MOST, title=title, most=most))
    if left <= 0:
        return Step(turn.tell(_ALL_THERE, title=title, count=there))
    phrase = _ONLY_LEFT if not there else _ONLY_MORE
    data = kept_with({product.id: most})
    yes = Option(turn.tell(_YES_ADD, count=left), "add_to_cart", titled(product, turn), data)
    told = turn.tell(phrase, title=title, stock=most, there=there, count=left)
    return Step(told, None, Question(options=(yes,), yes=yes))


def set_number(turn: Turn, meant: Sequence[Product], count: int) -> Outcome:
    """Have so many of each in the cart."""
    told, puts, question = [], {}, None
    have = view_of(turn).quantities
    for product in meant:
        most = MOST if product.stock is None else product.stock
        title = named(turn, product)
        if count > most:
            step = (
                too_many(turn, product, have.get(product.id, 0), most)
                if most
                else Step(turn.tell(SOLD_OUT, title=title))
            )
            told.append(step.told)
            question = question or step.question
            continue
        puts[product.id] = count
        told.append(turn.tell(SET if count else TAKEN, title=title, count=count))
    put_in(turn, puts)
    return after(turn, told, meant, question=question, changed=bool(puts))


def as_agreed(turn: Turn) -> Outcome:
    """Do what the shopper said yes to, as far as the stock still allows."""
    wanted: dict[str, int] = json.loads(turn.chosen["put"])
    products = turn.parts.searcher.store.get(list(wanted))
    have = view_of(turn).quantities
    told, puts = [], {}
    for product in products:
        count = min(wanted[product.id], MOST if product.stock is None else product.stock)
        puts[product.id] = count
        phrase = TAKEN if not count else SET if have.get(product.id) else _ADDED_PLAIN
        if not count and wanted[product.id]:
            phrase = SOLD_OUT
        told.append(turn.tell(phrase, title=named(turn, product), count=count))
    put_in(turn, {**dict.fromkeys(wanted, 0), **puts})
    if len(told) > 1 and not any(puts.values()):
        told = [turn.tell(_EMPTIED)]
    return after(turn, told, products)


def after(
    turn: Turn,
    told: Sequence[str],
    products: Sequence[Product],
    *,
    question: Question | None = None,
    changed: bool = True,
) -> Outcome:
    """Say what was done and what the cart comes to now."""
    now = view_of(turn)
    total = sums(turn, now, brief=True) if now.lines else turn.tell(_EMPTY)
    said = [*told, total] if changed and question is None else told
    state = replace(turn.state, focus=tuple(product.id for product in products))
    if question is not None:
        steps: tuple[str, ...] = tuple(option.said for option in question.options)
        state = replace(state, question=question)
    elif not changed:
        steps = (turn.tell(_SAY_SIMILAR), turn.tell(_SAY_VIEW))
    else:
        pay = (turn.tell(_SAY_CHECKOUT),) if turn.shop.checkout is not None and now.lines else ()
        steps = (turn.tell(_SAY_VIEW), *pay, *((turn.tell(_SAY_GOES_WITH),) if now.lines else ()))
    return Outcome(state=state, composed=turn.joined(said), quick_replies=steps)


def put_in(turn: Turn, totals: Mapping[str, int]) -> None:
    """Have so many of each product in the cart."""
    if turn.shop.cart is not None:
        for key, count in totals.items():
            turn.shop.cart.put(turn.customer, key, count)


_EMPTY = ("Your cart is empty.", "购物车是空的。")
_EMPTIED = ("Done, all taken out.", "好的，都拿出来了。")
_ADDED_PLAIN = ("Added: {count} × {title}.", "已加入购物车：{title} × {count}。")
SET = ("Now in your cart: {count} × {title}.", "购物车里现在是 {title} × {count}。")
TAKEN = ("Taken out: {title}.", "已从购物车拿出：{title}。")
SOLD_OUT = ("{title} is out of stock, so I did not add it.", "{title} 目前缺货，没有加入购物车。")
_ALL_THERE = (
    "All that is left of {title} is in your cart already ({count}).",
    "{title} 的全部库存（{count} 件）都已经在您的购物车里了。",
)
_ONLY_LEFT = (
    "Only {stock} left of {title}: shall I add {count}?",
    "{title} 只剩 {stock} 件，要加 {count} 件吗？",
)
_ONLY_MORE = (
    "Only {stock} left of {title}, and {there} of them in your cart: shall I add the other {count}?",
    "{title} 只剩 {stock} 件，其中 {there} 件已在购物车里，要把剩下的 {count} 件也加上吗？",
)
_AT_MOST = (
    "I can put at most {most} of {title} in a cart.",
    "{title} 在购物车里最多放 {most} 件。",
)
_YES_ADD = ("yes, add {count}", "好，加 {count} 件")
_SAY_VIEW = ("what is in my cart?", "看看购物车")
_SAY_CHECKOUT = ("check out", "去结账")
_SAY_GOES_WITH = ("what goes with it?", "搭配什么好")
_SAY_SIMILAR = ("something similar", "类似的还有哪些")
