"""What a code is worth, and whether one product, or those on the table, cost less today."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.basket import cart_view
from assistant.phrases import listed, money
from assistant.promotions import applies_to, bill, missing, price_after
from assistant.shop import Promotion
from assistant.skills.base import SHOWN, Turn, next_steps, titled
from assistant.turns import Evidence, Outcome
from index.schema import Product
from index.text import fold

COUPONS = re.compile(
    r"\b(?:coupons?|copuons?|cupons?|vouchers?|codes?|promo ?codes?)\b|优惠码|优惠[券劵卷]|折扣码|[领用]?[券劵]|口令|红包",
    re.I,
)

_CODE_LIKE = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{4,12}\d{1,4}(?![A-Za-z0-9-])")

_CODES = ("Codes that work today:", "今天可用的优惠码：")
_NO_CODES = ("There is no code that you could use today.", "今天没有您可以用的优惠码。")
_IS_REDUCED = (
    "{title} is reduced: {price} instead of {before}.",
    "{title} 正在降价：原价 {before}，现价 {price}。",
)
_NOT_REDUCED = ("{title} is not reduced; it costs {price}.", "{title} 没有降价，售价 {price}。")
_NO_PRICE = ("The record of {title} has no price.", "{title} 的记录里没有价格。")
_APPLIES = ("{text} With it, one costs {price}.", "{text}享受优惠后一件 {price}。")
_APPLIES_MORE = ("{text} One alone is {missing} short of it.", "{text}只买一件还差 {missing}。")
_NONE_FOR_IT = ("No promotion applies to it.", "没有适用的活动。")
_NONE_OF_THESE = (
    "None of these is reduced, and no promotion applies to them.",
    "这几款都没有降价，也没有适用的活动。",
)
_OF_THESE = ("Of these, reduced: {which}.", "这几款里降价的有：{which}。")
_NO_CODE = ("There is no code {code} that works today.", "没有今天可用的优惠码 {code}。")
_CODE_APPLIES = (
    "It applies to your cart as it is now: {off} off, which makes {total}.",
    "现在的购物车可以用：减 {off}，合计 {total}。",
)
_CODE_SHIPS = ("It applies to your cart as it is now.", "现在的购物车可以用。")
_CODE_SHORT = ("Your cart is {amount} short of it.", "购物车还差 {amount} 才能用。")
_CODE_UNFIT = ("Nothing in your cart counts for it.", "购物车里没有适用的商品。")
_CODE_NOT_FIRST = ("You have ordered before, so it does not work for you.", "您之前下过单，所以不能用。")
_CODE_EMPTY = (
    "Your cart is empty, so there is nothing yet that it could apply to.",
    "购物车还是空的，暂时用不上。",
)
NO_PROMOTIONS = ("This shop names no promotions here.", "本店这里没有活动信息。")
SAY_CODES = ("any coupons?", "有优惠券吗")
_SAY_USE = ("use code {code}", "使用优惠码 {code}")
_SAY_CART = ("what is in my cart?", "看看购物车")
_SAY_DEALS = ("what is on offer?", "有什么优惠")


def code_like(text: str) -> str:
    """Something that is written as codes are: "WELCOME10"."""
    match = _CODE_LIKE.search(text)
    return match.group() if match else ""


def texts(turn: Turn, promotions: Sequence[Promotion]) -> list[str]:
    """The conditions of promotions, in the shopper's language."""
    return [promotion.text[turn.language] for promotion in promotions]


def offered_to(turn: Turn, promotion: Promotion) -> bool:
    """Whether it may be offered: what is for a first order is not, to who has ordered."""
    return not promotion.first_order or _first_order(turn)


def _first_order(turn: Turn) -> bool:
    if turn.shop.orders is None:
        return True
    return not any(order.state != "cancelled" for order in turn.shop.orders.of(turn.customer))


# -- coupons ---------------------------------------------------------------------------------------------


def coupons(turn: Turn, promotions: Sequence[Promotion]) -> Outcome:
    """Codes that this shopper can use, with their conditions."""
    if turn.shop.promotions is None:
        return Outcome(
            state=turn.state, composed=turn.tell(NO_PROMOTIONS), quick_replies=next_steps(turn, turn.shown())
        )
    codes = [p for p in promotions if p.coupon and offered_to(turn, p)]
    if not codes:
        composed = turn.tell(_NO_CODES)
        return Outcome(state=turn.state, composed=composed, quick_replies=(turn.tell(_SAY_DEALS),))
    told = texts(turn, codes)
    use = tuple(turn.tell(_SAY_USE, code=p.coupon) for p in codes[:2]) if turn.shop.cart is not None else ()
    return Outcome(
        state=turn.state,
        composed=turn.joined([turn.tell(_CODES), *told]),
        evidence=Evidence(facts=tuple(told)),
        quick_replies=(*use, turn.tell(_SAY_DEALS)),
    )


def code_worth(turn: Turn, code: str, promotions: Sequence[Promotion]) -> Outcome:
    """What one code is worth: its condition, and whether it applies to the cart as it is."""
    promotion = next((p for p in promotions if fold(p.coupon) == fold(code)), None)
    if promotion is None:
        composed = turn.tell(_NO_CODE, code=code)
        return Outcome(
            state=turn.state, composed=composed, quick_replies=(turn.tell(SAY_CODES), turn.tell(_SAY_DEALS))
        )
    text = promotion.text[turn.language]
    composed = turn.joined([text, _for_cart(turn, promotion, promotions)])
    useful = turn.shop.cart is not None and offered_to(turn, promotion)
    replies = (turn.tell(_SAY_USE, code=promotion.coupon), turn.tell(_SAY_CART)) if useful else ()
    return Outcome(
        state=turn.state,
        composed=composed,
        evidence=Evidence(facts=(text,)),
        quick_replies=(*replies, turn.tell(_SAY_DEALS)),
    )


def _for_cart(turn: Turn, promotion: Promotion, promotions: Sequence[Promotion]) -> str:
    """Whether a code applies to the cart, and what it makes of it."""
    if not offered_to(turn, promotion):
        return turn.tell(_CODE_NOT_FIRST)
    if turn.shop.cart is None:
        return ""
    view = cart_view(turn.shop, turn.parts.searcher.store, turn.customer, turn.today)
    if not view.lines:
        return turn.tell(_CODE_EMPTY)
    currency = view.bill.currency
    if not any(applies_to(promotion, product) for product, _ in view.lines):
        return turn.tell(_CODE_UNFIT)
    if short := missing(promotion, view.lines):
        return turn.tell(_CODE_SHORT, amount=money(short, currency))
    without = bill(view.lines, promotions)
    there = bill(view.lines, promotions, coupon=promotion.coupon, first_order=_first_order(turn))
    off = without.total - there.total
    if not off:
        return turn.tell(_CODE_SHIPS)
    return turn.tell(_CODE_APPLIES, off=money(off, currency), total=money(there.total, currency))


# -- one product, or those on the table ------------------------------------------------------------------


def about_product(turn: Turn, product: Product, promotions: Sequence[Promotion]) -> Outcome:
    """Whether a product is reduced, which promotions apply to it, and what it costs then."""
    facts = [_reduction(turn, product), *_promotions_of(turn, product, promotions)]
    if len(facts) == 1 and turn.shop.promotions is not None:
        facts.append(turn.tell(_NONE_FOR_IT))
    return Outcome(
        state=replace(turn.state, focus=(product.id,)),
        composed=turn.joined(facts),
        evidence=Evidence(facts=tuple(facts)),
        quick_replies=next_steps(turn, turn.shown()),
    )


def _reduction(turn: Turn, product: Product) -> str:
    title = titled(product, turn)
    if product.price is None:
        return turn.tell(_NO_PRICE, title=title)
    price = money(product.price, product.currency)
    if product.on_sale and product.list_price is not None:
        return turn.tell(
            _IS_REDUCED, title=title, price=price, before=money(product.list_price, product.currency)
        )
    return turn.tell(_NOT_REDUCED, title=title, price=price)


def _promotions_of(turn: Turn, product: Product, promotions: Sequence[Promotion]) -> list[str]:
    """Promotions that are about a product, each with the price after it or what is lacking."""
    told = []
    for promotion in promotions:
        if not applies_to(promotion, product) or not offered_to(turn, promotion) or product.price is None:
            continue
        text, short = promotion.text[turn.language], missing(promotion, [(product, 1)])
        after = price_after(product, promotion)
        if short:
            told.append(turn.tell(_APPLIES_MORE, text=text, missing=money(short, product.currency)))
        elif after is not None:
            told.append(turn.tell(_APPLIES, text=text, price=money(after, product.currency)))
        elif promotion.category:
            told.append(text)
    return told


def about_products(turn: Turn, products: Sequence[Product], promotions: Sequence[Promotion]) -> Outcome:
    """Which of several are reduced, and the promotions that apply to some of them."""
    shown = {product.id: at for at, product in enumerate(turn.shown(), 1)}
    reduced = [
        f"{shown.get(p.id, '')}. {titled(p, turn)} ({money(p.price, p.currency)})".lstrip(". ")
        for p in products
        if p.on_sale and p.price is not None
    ]
    told = texts(
        turn, [p for p in promotions if offered_to(turn, p) and any(applies_to(p, x) for x in products)]
    )
    sentences = [turn.tell(_OF_THESE, which=listed(reduced, turn.language))] if reduced else []
    composed = turn.joined([*sentences, *told]) or turn.tell(_NONE_OF_THESE)
    return Outcome(state=turn.state, composed=composed, quick_replies=next_steps(turn, turn.shown()[:SHOWN]))
