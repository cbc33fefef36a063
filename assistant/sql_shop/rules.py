"""The default shop's rules for changing an order, as its pages in `assistant/demo/policies` state them.

A shop with other rules gives its own `assistant.shop.Orders`.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from assistant.shop import Change, Order, Ruling, Text
from index.text import fold

RETURN_DAYS = 30
"""Days after delivery in which things are taken back or exchanged, the last one included."""

REFUND_DAYS = 7
"""Days after the parcel's arrival in which the money is paid back."""

HYGIENE = frozenset(
    map(
        fold,
        [
            "Cosmetics", "Make-up", "Lipsticks", "Face creams", "Sunscreens", "Shampoos", "Perfumes", "Soaps",
            "Razors", "Earbuds", "Underwear", "Pillows", "Pet food", "Cat food", "Dog food",
            "化妆品", "彩妆", "口红", "面霜", "防晒", "洗发水", "香水", "香皂", "剃须刀", "入耳式耳机",
            "内衣", "枕头", "宠物食品", "猫粮", "狗粮",
        ],
    )
)  # fmt: skip
"""Categories that only go back unopened. Nobody but the shopper knows what was opened: the rule is told."""

STATE_AFTER: Mapping[Change, str] = {
    "cancel": "cancelled",
    "return": "return_requested",
    "exchange": "exchange_requested",
}
"""An order's state after a change; another address leaves it as it is."""


def ruling(order: Order, change: Change, today: date, categories: Collection[str] = ()) -> Ruling:
    """Whether an order can be changed so on a day.

    Cancelled, or sent elsewhere, as long as it has not left; returned or exchanged within `RETURN_DAYS`
    after it arrived.

    Args:
        order: As it is now.
        change: What is asked.
        today: The day it is asked.
        categories: Of what was bought, folded.
    """
    if change in ("cancel", "address"):
        return _before_it_leaves(order, change, today)
    if order.state != "delivered":
        return Ruling(False, _NOT_ARRIVED.get(order.state, _UNDER_WAY), _THIRTY_DAYS)
    last = _last_day(order)
    if today <= last:
        phrases = _SEALED if HYGIENE.intersection(categories) else _IN_TIME
        return Ruling(True, _with_day(phrases[change], last), _THIRTY_DAYS)
    if order.delivered is None:  # then it may still be in time, but nobody can say so
        return Ruling(False, _UNKNOWN_DAY, _THIRTY_DAYS)
    return Ruling(False, _with_day(_TOO_LATE, last), _THIRTY_DAYS)


def _last_day(order: Order) -> date:
    """Of returning; counted from the order itself where the day of delivery is not known."""
    return (order.delivered or order.placed) + timedelta(days=RETURN_DAYS)


def _before_it_leaves(order: Order, change: Change, today: date) -> Ruling:
    if order.state == "paid":
        return Ruling(True, _NOT_LEFT[change], _CANCELLING)
    if order.state == "delivered" and today <= _last_day(order):
        return Ruling(False, _with_day(_ARRIVED, _last_day(order)), _CANCELLING)
    return Ruling(False, _LEFT.get(order.state, _UNDER_WAY), _CANCELLING)


def _with_day(text: Text, day: date) -> Text:
    days = {"en": f"{day.day} {day:%B %Y}", "zh": f"{day.year} 年 {day.month} 月 {day.day} 日"}
    return {language: phrase.format(day=days[language]) for language, phrase in text.items()}


_CANCELLING: Text = {"en": "Cancelling an order", "zh": "取消订单"}
_THIRTY_DAYS: Text = {"en": "30 days to change your mind", "zh": "30 天无理由退货"}

_NOT_LEFT: Mapping[Change, Text] = {
    "cancel": {
        "en": "It has not left us yet, so cancelling is free.",
        "zh": "订单还没出库，可以免费取消。",
    },
    "address": {
        "en": "It has not left us yet, so the address can still be changed.",
        "zh": "订单还没出库，地址还可以改。",
    },
}
_ON_ITS_WAY: Text = {
    "en": f"It has already left us; refuse the parcel or return it within {RETURN_DAYS} days of arrival.",
    "zh": f"订单已经出库，您可以拒收，或在签收后 {RETURN_DAYS} 天内退货。",
}
_ARRIVED: Text = {
    "en": "It has already arrived; it can be returned until {day} instead.",
    "zh": "订单已经送达，{day}之前可以退货。",
}
_CLOSED: Text = {"en": "It was cancelled already.", "zh": "这个订单之前已经取消了。"}
_UNDER_WAY: Text = {
    "en": "Something else is under way with this order, so a person has to look at it.",
    "zh": "这个订单正在处理别的申请，需要人工来看。",
}
_RETURNING: Text = {"en": "Its return is under way already.", "zh": "这个订单已经在办理退货了。"}
_EXCHANGING: Text = {"en": "Its exchange is under way already.", "zh": "这个订单已经在办理换货了。"}
_LEFT: Mapping[str, Text] = {
    "shipped": _ON_ITS_WAY,
    "delivered": {
        "en": "It has already arrived, so it is too late for that.",
        "zh": "订单已经送达，来不及改了。",
    },
    "cancelled": _CLOSED,
    "return_requested": _RETURNING,
    "exchange_requested": _EXCHANGING,
}
_NOT_ARRIVED: Mapping[str, Text] = {
    "paid": {
        "en": "It has not left us yet; it can simply be cancelled instead.",
        "zh": "订单还没出库，直接取消就可以。",
    },
    "shipped": {
        "en": f"It is still on its way; refuse the parcel or return it within {RETURN_DAYS} days of arrival.",
        "zh": f"包裹还在路上，您可以拒收，或在签收后 {RETURN_DAYS} 天内退货。",
    },
    "cancelled": _CLOSED,
    "return_requested": _RETURNING,
    "exchange_requested": _EXCHANGING,
}
_IN_TIME: Mapping[Change, Text] = {
    "return": {
        "en": f"It can be returned until {{day}}; we refund within {REFUND_DAYS} days of it reaching us.",
        "zh": f"{{day}}之前可以退货，包裹到仓后 {REFUND_DAYS} 天内退款。",
    },
    "exchange": {
        "en": "It can be exchanged until {day}; we pay the delivery of the new one.",
        "zh": "{day}之前可以换货，新商品的运费由我们承担。",
    },
}
_SEALED: Mapping[Change, Text] = {
    "return": {
        "en": "It can be returned until {day}, but hygiene goods in it only if they are unopened; "
        f"we refund within {REFUND_DAYS} days of it reaching us.",
        "zh": f"{{day}}之前可以退货，但其中的卫生类商品须未拆封；包裹到仓后 {REFUND_DAYS} 天内退款。",
    },
    "exchange": {
        "en": "It can be exchanged until {day}, but hygiene goods in it only if they are unopened; "
        "we pay the delivery of the new one.",
        "zh": "{day}之前可以换货，但其中的卫生类商品须未拆封；新商品的运费由我们承担。",
    },
}
_TOO_LATE: Text = {
    "en": f"The {RETURN_DAYS} days to return or exchange it ended on {{day}}; faults are under warranty.",
    "zh": f"{RETURN_DAYS} 天退换期已于 {{day}}结束；有质量问题仍可以保修。",
}
_UNKNOWN_DAY: Text = {
    "en": "The day it arrived is not noted, so a person has to look at it.",
    "zh": "系统里没有签收日期，需要人工来看。",
}
