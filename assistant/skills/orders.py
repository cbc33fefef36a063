"""track_order: where the shopper's own orders are."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from assistant.phrases import listed, money
from assistant.shop import Change, Order, Orders
from assistant.skills.base import Turn
from assistant.skills.which_order import (
    OPEN,
    day,
    in_words,
    meant_order,
    what_is_in,
)
from assistant.turns import DialogueState, Outcome

_LISTED = 5
_ALL = re.compile(
    r"\b(?:my|all|past|previous|recent|every|which|what)\b.{0,20}\borders\b|\border history\b|"
    r"\bwhat (?:all )?(?:have )?i "
    r"(?:have )?(?:order|bought|buy)|订单列表|(?:所有|全部|历史|过去|以前)的?订单|我的订单(?:有哪些|"
    r"们)?(?:$|[？?。])|买过(?:什么|哪些|啥)|"
    r"(?:哪些|几个|多少)订单|\b(?:did|have) i (?:ever |already )?(?:buy|bought|order)|\bwhat i (?:have )?(?:bought|ordered)|买(?:过|了)(?:些)?(?:什么|啥|哪些)",
    re.I,
)
_OF_OTHERS = re.compile(
    r"\b(?!today|yesterday|it|that|what|there|here|let|who|where|order|when|how)\w+['’]s (?:\w+ )?orders?\b|"
    r"\b(?:somebody|someone|anyone|other (?:user|customer|people|shopper))s?\b|(?:他|她|别人|其他人|用户|"
    r"[a-zA-Z]+)的订单",
    re.I,
)
_WHEN = re.compile(
    r"\bwhen\b|\bhow long\b|\beta\b|\barriv|\bget here\b|\bdue\b|\bland|什么时候|啥时候|多久|几号|几天|"
    r"哪天|能到|何时",
    re.I,
)


def track(turn: Turn) -> Outcome:
    """Where an order is: the one that is named, or the latest that is still to come."""
    orders = turn.shop.orders
    if orders is None:
        return no_orders(turn)
    if turn.user is None:
        return sign_in(turn)
    text = turn.said.text
    own = tuple(orders.of(turn.customer))
    others = turn.tell(_ONLY_OWN) if _OF_OTHERS.search(text) else ""
    meant = meant_order(turn, own, text)
    if meant.unknown:
        return unknown(turn, meant.unknown, own)
    if not own:
        return Outcome(state=turn.state, composed=turn.joined([others, turn.tell(NONE)]))
    if not meant.orders:
        return not_bought(turn, own)
    if not meant.certain and (others or _ALL.search(text)):
        return _list(turn, own, others)
    likely = [order for order in meant.orders if order.state in OPEN] or list(meant.orders)
    order = likely[0]
    told = [in_words(turn, order)]
    if _WHEN.search(text) and order.state in OPEN and order.due is None:
        told.append(turn.tell(_NO_DUE))
    rest = [item for item in (meant.orders if meant.certain else own) if item.id != order.id][:_LISTED]
    if rest:
        brief = listed([f"{item.id} ({_short(turn, item)})" for item in rest], turn.language)
        told.append(turn.tell(_OTHERS, orders=brief))
    return Outcome(
        state=focused(turn, order),
        composed=turn.joined(told),
        quick_replies=_steps(turn, orders, order, rest),
    )


def _list(turn: Turn, own: Sequence[Order], note: str = "") -> Outcome:
    """The latest orders as a table."""
    told = [note, turn.tell(_YOU_HAVE if len(own) > 1 else _YOU_HAVE_ONE, count=len(own))]
    if len(own) > _LISTED:
        told.append(turn.tell(_THE_LATEST, count=_LISTED))
    rows = [
        (
            order.id,
            day(turn, order.placed),
            what_is_in(turn, order),
            money(order.total, order.currency),
            _short(turn, order),
        )
        for order in own[:_LISTED]
    ]
    steps = tuple(turn.tell(SAY_WHERE, id=order.id) for order in own[:3])
    header = tuple(turn.tell(cell) for cell in _HEADER)
    return Outcome(state=turn.state, composed=turn.joined(told), table=(header, *rows), quick_replies=steps)


def not_bought(turn: Turn, own: Sequence[Order]) -> Outcome:
    """What is named is in none of the shopper's orders."""
    return _list(turn, own, turn.tell(_NOT_BOUGHT))


def _short(turn: Turn, order: Order) -> str:
    return turn.tell(_BRIEF.get(order.state, (order.state, order.state)))


def _steps(turn: Turn, orders: Orders, order: Order, rest: Sequence[Order]) -> tuple[str, ...]:
    allowed = [change for change in get_args(Change) if orders.ruling(order, change, turn.today).allowed]
    steps = [turn.tell(SAY_CHANGE[change], id=order.id) for change in allowed if change != "address"]
    return (*steps[:2], *(turn.tell(SAY_WHERE, id=item.id) for item in rest[:1]))


def focused(turn: Turn, order: Order) -> DialogueState:
    """The state in which “it” is what the order holds."""
    return replace(turn.state, focus=tuple(line.product_id for line in order.lines))


def unknown(turn: Turn, number: str, own: Sequence[Order]) -> Outcome:
    """Neither confirms nor denies that somebody else has such an order."""
    told = [turn.tell(_UNKNOWN, id=number)]
    if own:
        told.append(turn.tell(_YOURS, orders=listed([order.id for order in own[:_LISTED]], turn.language)))
    steps = (turn.tell(SAY_ORDERS),) if own else ()
    return Outcome(state=turn.state, composed=turn.joined(told), quick_replies=steps)


def sign_in(turn: Turn) -> Outcome:
    """Ask who this is."""
    return Outcome(state=turn.state, composed=turn.tell(_SIGN_IN))


def no_orders(turn: Turn) -> Outcome:
    """Say that this shop shows no orders here."""
    desk = turn.shop.desk is not None
    told = [turn.tell(_NO_ORDERS), turn.tell(_A_PERSON) if desk else ""]
    return Outcome(
        state=turn.state, composed=turn.joined(told), quick_replies=(turn.tell(SAY_PERSON),) if desk else ()
    )


_NO_ORDERS = ("I cannot see orders of this shop.", "我这里看不到本店的订单。")
_A_PERSON = ("A person can help with that.", "可以转人工帮您查。")
_SIGN_IN = (
    "Please sign in first: orders are shown only to the shopper who placed them.",
    "请先登录：订单只给下单的本人看。",
)
NONE = ("You have not ordered anything yet.", "您还没有下过单。")
_UNKNOWN = ("There is no order {id} of yours.", "您名下没有订单 {id}。")
_YOURS = ("Yours: {orders}.", "您的订单有：{orders}。")
_ONLY_OWN = ("I can only show your own orders.", "我只能查您自己的订单。")
_OTHERS = ("Your other orders: {orders}.", "其他订单：{orders}。")
_NOT_BOUGHT = ("I find nothing like that in your orders.", "您的订单里没有找到这样的商品。")
_YOU_HAVE = ("You have {count} orders.", "您有 {count} 个订单。")
_YOU_HAVE_ONE = ("You have {count} order.", "您有 {count} 个订单。")
_THE_LATEST = ("Here are the latest {count}.", "这是最近的 {count} 个。")
_HEADER = (("Order", "订单"), ("Placed", "下单"), ("Products", "商品"), ("Total", "金额"), ("State", "状态"))
_NO_DUE = ("The record does not say when it will arrive.", "记录里没有写预计送达的日期。")
_BRIEF = {
    "paid": ("paid", "已付款"),
    "shipped": ("on its way", "运输中"),
    "delivered": ("delivered", "已送达"),
    "cancelled": ("cancelled", "已取消"),
    "return_requested": ("return requested", "退货中"),
    "exchange_requested": ("exchange requested", "换货中"),
}
SAY_CHANGE = {
    "cancel": ("cancel order {id}", "取消订单 {id}"),
    "return": ("return order {id}", "订单 {id} 退货"),
    "exchange": ("exchange order {id}", "订单 {id} 换货"),
    "address": ("change the address of {id}", "修改 {id} 的地址"),
}
SAY_WHERE = ("where is {id}?", "{id} 到哪了")
SAY_ORDERS = ("show my orders", "我的订单")
SAY_PERSON = ("let me talk to a person", "转人工")

SKILLS = {"track_order": track}
