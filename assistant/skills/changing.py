"""change_order: what the rules allow to be done with a placed order, after a yes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from assistant.shop import Change, Order, Orders, Ruling
from assistant.skills.base import Turn, titled
from assistant.skills.change_words import new_address, wanted_change, without_address
from assistant.skills.orders import (
    NONE,
    SAY_CHANGE,
    SAY_ORDERS,
    SAY_PERSON,
    SAY_WHERE,
    focused,
    no_orders,
    not_bought,
    sign_in,
    unknown,
)
from assistant.skills.variants import alike, choose, differing, members, wanted_facets
from assistant.skills.which_order import OPEN, Meant, in_words, meant_order, what_is_in
from assistant.turns import Option, Outcome, Question
from index.errors import ShopError
from index.schema import Product

_ORDERS = frozenset({"track_order", "change_order"})


def change(turn: Turn) -> Outcome:
    """Change a placed order as the rules allow, after a yes."""
    orders = turn.shop.orders
    if orders is None:
        return no_orders(turn)
    if turn.user is None:
        return sign_in(turn)
    own = tuple(orders.of(turn.customer))
    if "order" in turn.chosen:
        chosen = next((order for order in own if order.id == turn.chosen["order"]), None)
        wish = _as_change(turn.chosen.get("change", ""))
        if chosen is not None and wish is not None:
            detail = turn.chosen.get("detail", "")
            if turn.chosen.get("step") == "ask":
                return _propose(turn, orders, Meant((chosen,), certain=True), wish, detail)
            return _do(turn, orders, chosen, wish, detail)
    text = turn.said.text
    meant = meant_order(turn, own, without_address(text))
    if meant.unknown:
        return unknown(turn, meant.unknown, own)
    if not own:
        return Outcome(state=turn.state, composed=turn.tell(NONE))
    if not meant.orders:
        return not_bought(turn, own)
    wanted = wanted_change(text, variant=bool(wanted_facets(turn)))
    if wanted is None and new_address(text):
        wanted = "address"
    if wanted is None:
        return _which_change(turn, orders, meant)
    return _propose(turn, orders, meant, wanted, new_address(text) if wanted == "address" else "")


def _as_change(text: str) -> Change | None:
    return next((known for known in get_args(Change) if known == text), None)


def _propose(turn: Turn, orders: Orders, meant: Meant, wanted: Change, detail: str) -> Outcome:
    """Ask for a yes, or refuse with the rule."""
    rulings = [(order, orders.ruling(order, wanted, turn.today)) for order in meant.orders]
    allowed = [(order, ruling) for order, ruling in rulings if ruling.allowed]
    if not allowed:
        still = [pair for pair in rulings if pair[0].state in OPEN] if wanted in ("cancel", "address") else []
        return _refuse(turn, orders, *(still or rulings)[0], wanted)
    talked = [pair for pair in allowed if any(line.product_id in turn.state.focus for line in pair[0].lines)]
    allowed = talked if talked and not meant.certain and turn.state.topic in _ORDERS else allowed
    if len(allowed) > 1:
        return _which_order(turn, [order for order, _ in allowed], wanted, detail)
    order, ruling = allowed[0]
    products = tuple(line.product_id for line in order.lines if line.product_id in meant.products)
    if wanted == "address" and not detail:
        return Outcome(
            state=focused(turn, order),
            composed=turn.tell(_ASK_ADDRESS, id=order.id, example=turn.tell(_EXAMPLE)),
        )
    if wanted == "exchange" and not detail:
        asked, detail = _exchange(turn, order, products)
        if asked is not None:
            return asked
    if wanted == "return" and products and len(products) < len(order.lines):
        detail = detail or turn.tell(_ONLY_THIS, what=what_is_in(turn, order, products))
    return _confirm(turn, order, ruling, wanted, detail, products)


def _confirm(
    turn: Turn, order: Order, ruling: Ruling, wanted: Change, detail: str, products: Sequence[str]
) -> Outcome:
    part = products if wanted in ("return", "exchange") else ()
    what = what_is_in(turn, order, part)
    phrase = _CONFIRM_SWAP if wanted == "exchange" and detail else _CONFIRM[wanted]
    asked = turn.tell(phrase, id=order.id, what=what, detail=detail)
    yes = Option(
        turn.tell(_YES[wanted]),
        "change_order",
        turn.said.text,
        {"order": order.id, "change": wanted, "detail": detail},
    )
    return Outcome(
        state=replace(focused(turn, order), question=Question(options=(yes,), yes=yes)),
        composed=turn.joined([ruling.reason[turn.language], asked]),
        quick_replies=(yes.said, turn.tell(_NO)),
    )


def _do(turn: Turn, orders: Orders, order: Order, wanted: Change, detail: str) -> Outcome:
    """The change itself; the rules are asked again, since the order may have moved on."""
    ruling = orders.ruling(order, wanted, turn.today)
    if not ruling.allowed:
        return _refuse(turn, orders, order, ruling, wanted)
    try:
        after = orders.change(turn.customer, order.id, wanted, detail)
    except ShopError as error:
        return Outcome(state=turn.state, composed=turn.tell(_FAILED, id=order.id, why=str(error)))
    told = [turn.tell(_DONE[wanted], id=after.id, detail=detail), ruling.reason[turn.language]]
    return Outcome(
        state=focused(turn, after),
        composed=turn.joined(told),
        quick_replies=(turn.tell(SAY_WHERE, id=after.id), turn.tell(SAY_ORDERS)),
    )


def _refuse(turn: Turn, orders: Orders, order: Order, ruling: Ruling, wanted: Change) -> Outcome:
    """Why it cannot be done, by which rule, and what can be done instead."""
    told = [
        turn.tell(_REFUSED[wanted], id=order.id, what=what_is_in(turn, order)),
        ruling.reason[turn.language],
    ]
    if section := ruling.section.get(turn.language, ""):
        told.append(turn.tell(_RULE, section=section))
    instead = [
        other
        for other in get_args(Change)
        if other not in (wanted, "address") and orders.ruling(order, other, turn.today).allowed
    ]
    separator = "或" if turn.language == "zh" else " or "
    if instead:
        told.append(turn.tell(_INSTEAD, what=separator.join(turn.tell(_VERBS[other]) for other in instead)))
    steps = [turn.tell(SAY_CHANGE[other], id=order.id) for other in instead]
    if turn.shop.desk is not None:
        steps.append(turn.tell(SAY_PERSON))
    return Outcome(state=focused(turn, order), composed=turn.joined(told), quick_replies=tuple(steps[:4]))


def _which_order(turn: Turn, allowed: Sequence[Order], wanted: Change, detail: str) -> Outcome:
    options = tuple(
        Option(
            order.id,
            "change_order",
            turn.said.text,
            {"order": order.id, "change": wanted, "detail": detail, "step": "ask"},
        )
        for order in allowed[:4]
    )
    brief = "; ".join(f"{order.id} ({what_is_in(turn, order)})" for order in allowed[:4])
    return Outcome(
        state=replace(turn.state, question=Question(options)),
        composed=turn.tell(_WHICH_ORDER, orders=brief),
        quick_replies=tuple(option.said for option in options),
    )


def _which_change(turn: Turn, orders: Orders, meant: Meant) -> Outcome:
    """What can be done with the order, as choices."""
    order = next((order for order in meant.orders if order.state in OPEN), meant.orders[0])
    options = tuple(
        Option(
            turn.tell(_VERBS[change]),
            "change_order",
            turn.tell(SAY_CHANGE[change], id=order.id),
            {"order": order.id, "change": change, "detail": "", "step": "ask"},
        )
        for change in get_args(Change)
        if orders.ruling(order, change, turn.today).allowed
    )
    if not options:
        told = turn.joined([in_words(turn, order), turn.tell(_NOTHING_POSSIBLE)])
        person = () if turn.shop.desk is None else (turn.tell(SAY_PERSON),)
        return Outcome(state=focused(turn, order), composed=told, quick_replies=person)
    separator = "，还是" if turn.language == "zh" else " or "
    what = separator.join(option.said for option in options)
    return Outcome(
        state=replace(focused(turn, order), question=Question(options)),
        composed=turn.joined([in_words(turn, order), turn.tell(_WHAT_TO_DO, what=what)]),
        quick_replies=tuple(option.said for option in options),
    )


def _exchange(turn: Turn, order: Order, products: Sequence[str]) -> tuple[Outcome | None, str]:
    """What is wanted in its place, from the utterance or as choices among what is in stock.

    Returns:
        (what has to be asked first, or None; the detail of the exchange)
    """
    ids = list(products) or [line.product_id for line in order.lines]
    bought = turn.parts.searcher.store.get(ids)
    product = bought[0] if len(bought) == 1 else _with_variants(turn, bought)
    if product is None:
        return None, ""
    told = ""
    if wanted_facets(turn):
        choice = choose(turn, product)
        if choice.product is not None and choice.product.available and choice.product.id != product.id:
            return None, _swap(turn, product, choice.product)
        told = choice.why or turn.tell(_NOT_IN_STOCK, title=titled(choice.product or product, turn))
    others = [item for item in members(turn, product) if item.available and item.id != product.id]
    nearest = sorted(others, key=lambda item: -alike(turn, product, item))
    options = tuple(
        Option(
            differing(turn, item),
            "change_order",
            turn.said.text,
            {"order": order.id, "change": "exchange", "detail": _swap(turn, product, item), "step": "ask"},
        )
        for item in nearest[:4]
    )
    if not options:
        return None, told
    asked = turn.tell(
        _FOR_WHICH, title=titled(product, turn), values="、".join(option.said for option in options)
    )
    return (
        Outcome(
            state=replace(focused(turn, order), question=Question(options)),
            composed=turn.joined([told, asked]),
            quick_replies=tuple(option.said for option in options),
        ),
        "",
    )


def _with_variants(turn: Turn, bought: Sequence[Product]) -> Product | None:
    """The only product of an order that has the facet that is named."""
    facets = set(wanted_facets(turn))
    fitting = [item for item in bought if facets & set(item.facets) and len(members(turn, item)) > 1]
    return fitting[0] if facets and len(fitting) == 1 else None


def _swap(turn: Turn, old: Product, new: Product) -> str:
    return f"{titled(old, turn)} → {titled(new, turn)}"


_VERBS = {
    "cancel": ("cancel it", "取消订单"),
    "return": ("return it", "退货"),
    "exchange": ("exchange it", "换货"),
    "address": ("change the address", "改地址"),
}
_CONFIRM = {
    "cancel": ("Shall I cancel order {id} ({what})?", "确定取消订单 {id}（{what}）吗？"),
    "return": (
        "Shall I request the return of {what} (order {id})?",
        "确定为订单 {id} 的 {what} 申请退货吗？",
    ),
    "exchange": (
        "Shall I request the exchange of {what} (order {id})?",
        "确定为订单 {id} 的 {what} 申请换货吗？",
    ),
    "address": ("Shall I send order {id} to “{detail}”?", "确定把订单 {id} 的地址改为「{detail}」吗？"),
}
_CONFIRM_SWAP = (
    "Shall I request this exchange for order {id}: {detail}?",
    "确定为订单 {id} 申请换货吗：{detail}？",
)
_YES = {
    "cancel": ("yes, cancel it", "对，取消"),
    "return": ("yes, return it", "对，退货"),
    "exchange": ("yes, exchange it", "对，换货"),
    "address": ("yes, change it", "对，改吧"),
}
_NO = ("no, leave it", "不用了")
_DONE = {
    "cancel": ("Order {id} is cancelled.", "订单 {id} 已取消。"),
    "return": ("The return of order {id} is requested.", "订单 {id} 已申请退货。"),
    "exchange": ("The exchange for order {id} is requested.", "订单 {id} 已申请换货。"),
    "address": ("Order {id} goes to “{detail}” now.", "订单 {id} 的地址已改为「{detail}」。"),
}
_REFUSED = {
    "cancel": ("Order {id} ({what}) cannot be cancelled.", "订单 {id}（{what}）不能取消。"),
    "return": ("Order {id} ({what}) cannot be returned.", "订单 {id}（{what}）不能退货。"),
    "exchange": ("Order {id} ({what}) cannot be exchanged.", "订单 {id}（{what}）不能换货。"),
    "address": (
        "The address of order {id} ({what}) cannot be changed.",
        "订单 {id}（{what}）的地址不能修改。",
    ),
}
_RULE = ("The rule: “{section}”.", "依据：《{section}》。")
_INSTEAD = ("What you can do: {what}.", "可以：{what}。")
_FAILED = ("Order {id} could not be changed: {why}", "订单 {id} 没能修改：{why}")
_ASK_ADDRESS = (
    "Where should order {id} go? Say it in one message: “change the address of {id} to {example}”.",
    "订单 {id} 要改寄到哪里？请在一条消息里说：「把 {id} 的地址改成{example}」。",
)
_EXAMPLE = ("12 Main Street, Springfield", "中山路 12 号")
_ONLY_THIS = ("only {what}", "只退{what}")
_WHICH_ORDER = ("Which order: {orders}?", "是哪个订单：{orders}？")
_WHAT_TO_DO = ("Do you want to {what}?", "您是想{what}？")
_NOTHING_POSSIBLE = ("It cannot be changed any more.", "这个订单已经不能修改了。")
_FOR_WHICH = ("What should {title} be exchanged for: {values}?", "{title} 要换成哪一款：{values}？")
_NOT_IN_STOCK = ("{title} is out of stock.", "{title} 目前缺货。")

SKILLS = {"change_order": change}
