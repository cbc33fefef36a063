"""Which order is meant: by its number, by its month, by what was bought, or the one that is likely."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.dialogue import to_filters
from assistant.order_talk import month_said
from assistant.phrases import money
from assistant.shop import Order
from assistant.skills.base import Turn, titled
from assistant.skills.variants import has
from assistant.turns import Constraints
from assistant.vocabulary import tokenize
from index.schema import Product
from index.text import has_han, tokens

OPEN = frozenset({"paid", "shipped"})
"""States of an order that the shopper still waits for."""

_NUMBER = re.compile(
    r"(?P<cue>\border(?: (?:number|no\.?|id))?\s*[#:]?\s*|#\s*|"
    r"订单(?:号|编号)?\s*[是为:：#]?\s*|单号\s*[是为:：]?\s*)?"
    r"(?<![a-z0-9_.$€£¥-])(?P<letters>[A-Za-z]{0,3})[-– ]?(?P<digits>[0-9]{3,12})(?![a-z0-9_%]|\.\d)",
    re.I,
)
_COMES = re.compile(r"\b(?:will|arriv\w*|come|due|get here|deliver\w*)\b|到|送|来(?!着)", re.I)
_CHATTER = frozenset(
    "order orders ordered my the and for with this that these those it is are was were be do does did "
    "where when what how which who will would could can please status track tracking package parcel "
    "delivery delivered shipped arrive arrived coming get got not yet still have has want need like "
    "return cancel exchange refund back send sent money change address swap replace instead size colour "
    "color from into out of to in on at bought buy purchase wrong broken item items one ones thing "
    "today tomorrow yesterday week last latest recent me you your our i'd i'm shop new old different "
    "other too small big bigger smaller large larger all only just but about".split()
)
_HAN_CHATTER = frozenset(
    "订单 我的 到哪 哪了 哪里 什么 么时 时候 快递 物流 退货 换货 取消 地址 退款 我想 我要 想退 想换 "
    "要退 可以 一个 这个 那个 怎么 没有 还没 收到 发货 东西 帮我 查一 一下 看看 买的 现在 最近".split()
)


@dataclass(frozen=True, slots=True)
class Meant:
    """Orders that an utterance can mean.

    Attributes:
        orders: The likely ones, the newest first.
        products: Ids of those products that were named.
        unknown: A number that is none of this shopper's orders; "" if none was said.
        certain: Whether a number, a month or a product was said; no orders then if what was said is in none.
    """

    orders: tuple[Order, ...]
    products: tuple[str, ...] = ()
    unknown: str = ""
    certain: bool = False


def meant_order(turn: Turn, orders: Sequence[Order], text: str) -> Meant:
    """The orders of this shopper that the text means.

    Args:
        turn: The turn.
        orders: The shopper's own, the newest first.
        text: The part of the utterance that names the order.
    """
    text, unknown = unicodedata.normalize("NFKC", text), ""
    for match in _NUMBER.finditer(text):
        own = [order for order in orders if _is_number(order.id, match["letters"], match["digits"])]
        if own:
            return Meant((own[0],), _products_named(turn, own[0], text), certain=True)
        year = match["digits"].startswith(("19", "20")) and len(match["digits"]) == 4
        if (
            match["cue"]
            or (match["letters"] and len(match["digits"]) >= 4)
            or (len(match["digits"]) >= 4 and not match["letters"] and not year)
        ):
            unknown = unknown or f"{match['letters']}{'-' if match['letters'] else ''}{match['digits']}"
    if unknown:
        return Meant((), unknown=unknown)
    if (month := month_said(text, turn.today)) is not None:
        in_month = [order for order in orders if (order.placed.year, order.placed.month) == month]
        if not in_month and not _COMES.search(text):
            return Meant((), certain=True)
        orders, month = in_month or orders, month if in_month else None  # else it is when something is due
    named = {order.id: found for order in orders if (found := _products_named(turn, order, text))}
    if not named and (kinds := _kinds(turn)):
        named = _of_departments(turn, orders, kinds)
        if len(named) != 1 and orders:
            return Meant((), certain=True)
    if named:
        likely = tuple(order for order in orders if order.id in named)
        return Meant(likely, tuple(key for order in likely for key in named[order.id]), certain=True)
    return Meant(tuple(orders), certain=month is not None)


def _is_number(own: str, letters: str, digits: str) -> bool:
    known = re.search(r"([A-Za-z]*)\D*(\d+)$", own)
    if known is None or known[2].lstrip("0") != digits.lstrip("0"):
        return False
    return not letters or letters.casefold() == known[1].casefold()


def _products_named(turn: Turn, order: Order, text: str) -> tuple[str, ...]:
    """Products of an order that the text names by their kind, their maker or words of the title."""
    products = turn.parts.searcher.store.get([line.product_id for line in order.lines])
    named = {facet: turn.parts.vocabulary.widen(facet, values) for facet, values in _kinds(turn).items()}
    by_facet = [item for item in products if named and all(has(item, f, v) for f, v in named.items())]
    if by_facet:
        return tuple(item.id for item in by_facet)
    said = _words(text)
    scores = {item.id: len(said & _title_words(item)) for item in products}
    best = max(scores.values(), default=0)
    return tuple(key for key, score in scores.items() if best and score == best)


def _kinds(turn: Turn) -> dict[str, tuple[str, ...]]:
    """What is named as a kind of thing, or by its maker."""
    kind = turn.parts.vocabulary.kind
    include = turn.said.constraints.include
    return {facet: values for facet, values in include.items() if kind(facet) in ("category", "brand")}


def _of_departments(
    turn: Turn, orders: Sequence[Order], kinds: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """By order, products of the department that is named: running shoes are bought and called trainers."""
    parts = turn.parts
    named, rates = Constraints(include=kinds), parts.settings.rates
    filters, _ = to_filters(named, parts.vocabulary, currency=parts.currency, rates=rates)
    roots = {
        hit.product.category[0]
        for hit in parts.searcher.search("", filters, limit=5).hits
        if hit.product.category
    }
    found: dict[str, tuple[str, ...]] = {}
    for order in orders:
        products = parts.searcher.store.get([line.product_id for line in order.lines])
        if ids := tuple(item.id for item in products if roots & set(item.category[:1])):
            found[order.id] = ids
    return found


def _words(text: str) -> set[str]:
    latin = {token.key for token in tokenize(text) if not token.han and len(token.key) > 2}
    han = {word for word in tokens(text) if has_han(word) and len(word) == 2}
    return {word for word in (latin - _CHATTER) | (han - _HAN_CHATTER) if not word.isdigit()}


def _title_words(product: Product) -> set[str]:
    texts = [product.title, *(text.title for text in product.translations.values()), *product.category]
    texts += [name for text in product.translations.values() for name in text.category]
    return {word for text in texts for word in _words(text)}


def what_is_in(turn: Turn, order: Order, only: Sequence[str] = ()) -> str:
    """The products of an order, by title, with their number where it is more than one."""
    known = {
        product.id: titled(product, turn)
        for product in turn.parts.searcher.store.get([line.product_id for line in order.lines])
    }
    said = [
        f"{line.quantity} × {known.get(line.product_id, line.product_id)}"
        if line.quantity > 1
        else known.get(line.product_id, line.product_id)
        for line in order.lines
        if not only or line.product_id in only
    ]
    return ("、" if turn.language == "zh" else "; ").join(said)


def in_words(turn: Turn, order: Order) -> str:
    """An order in one or two sentences: number, day, products, sum, and where it is."""
    head = turn.tell(
        _HEAD,
        id=order.id,
        day=day(turn, order.placed),
        what=what_is_in(turn, order),
        total=money(order.total, order.currency),
    )
    return turn.joined([head, state_in_words(turn, order)])


def state_in_words(turn: Turn, order: Order) -> str:
    """Where an order is, as far as the shop says."""
    if order.state == "delivered" and order.delivered is not None:
        return turn.tell(_DELIVERED_ON, day=day(turn, order.delivered))
    said = turn.tell(_STATES[order.state]) if order.state in _STATES else turn.tell(_OTHER, state=order.state)
    if order.state in OPEN and order.due is not None:
        late = _LATE if order.due < turn.today else _DUE
        return turn.joined([said, turn.tell(late, day=day(turn, order.due))])
    return said


def day(turn: Turn, when: date) -> str:
    """A day as it is said, the year only where it is another."""
    if turn.language == "zh":
        year = "" if when.year == turn.today.year else f"{when.year} 年 "
        return f"{year}{when.month} 月 {when.day} 日"
    year = "" if when.year == turn.today.year else f" {when.year}"
    return f"{when.day} {_MONTHS[when.month - 1]}{year}"


_MONTHS = "January February March April May June July August September October November December".split()
_HEAD = (
    "Order {id} of {day} ({what}, {total}):",
    "订单 {id}（{day}下单，{what}，{total}）：",
)
_STATES = {
    "paid": ("it is paid and has not left us yet.", "已付款，还没有发货。"),
    "shipped": ("it has been shipped and is on its way.", "已发货，正在路上。"),
    "delivered": ("it has been delivered.", "已送达。"),
    "cancelled": ("it is cancelled.", "已取消。"),
    "return_requested": ("a return is requested.", "已申请退货。"),
    "exchange_requested": ("an exchange is requested.", "已申请换货。"),
}
_OTHER = ("its state is “{state}”.", "状态是「{state}」。")
_DELIVERED_ON = ("it was delivered on {day}.", "已于 {day}送达。")
_DUE = ("It should arrive by {day}.", "预计 {day}前送到。")
_LATE = ("It should have arrived by {day}.", "本应在 {day}前送到。")
