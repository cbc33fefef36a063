"""find_deals: promotions that apply today with their conditions, what is reduced, and what a code is worth."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.basket import cart_view
from assistant.phrases import listed, money
from assistant.promotions import applies_to, bill, missing, price_after
from assistant.shop import Promotion
from assistant.skills.base import SHOWN, Turn, next_steps, titled
from assistant.skills.codes import coupon_in
from assistant.skills.reference import points_at, refer
from assistant.skills.showing import lasting, limits, show, suited, varied
from assistant.turns import Constraints, Evidence, Outcome
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

POOL = 50
"""Products that can be paged through."""

NEAR = 0.6
"""Of what is named in words that counts which scores at least this share of the best."""

_COUPONS = re.compile(r"\b(?:coupons?|copuons?|cupons?|vouchers?|codes?|promo ?codes?)\b|优惠码|优惠[券劵卷]|折扣码|[领用]?[券劵]|口令|红包", re.I)
_STUDENT = re.compile(
    r"\b(?:student|senior|pensioner|oap|nurses?|teachers?|military|veterans?|staff|employee|loyalty|member\w*|vip|prime|birthday|refer\w*|trade|bulk|volume|corporate|"
    r"bank|card|cash ?back|gift with|freebies?|free gifts?|subscri\w+|black friday|boxing day|diwali|prime day)\b|学生|老人|老年|教师|会员|员工|内部|积分|生日|邀请|企业|团购|批量|银行|信用卡|返现|赠品|国补|补贴|以旧换新|双十一|双11|双12|618|秒杀",
    re.I,
)

_CODE_LIKE = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{4,12}\d{1,4}(?![A-Za-z0-9-])")

_TODAY = ("On offer today:", "今天的优惠有：")
_TODAY_IN = ("On offer today for {what}:", "{what}今天的优惠有：")
_CODES = ("Codes that work today:", "今天可用的优惠码：")
_NO_CODES = ("There is no code that you could use today.", "今天没有您可以用的优惠码。")
_NO_OFFERS = ("There is no promotion running for {what}.", "{what}目前没有活动。")
_NO_OFFERS_AT_ALL = ("There is no promotion running today.", "今天没有进行中的活动。")
_REDUCED = ("Reduced right now:", "正在降价的有：")
_REDUCED_TOO = ("These are reduced:", "正在降价的有：")
_COUNTS_FOR = ("It counts for these, for example:", "比如这些商品可以参加：")
_NONE_REDUCED = ("Nothing is reduced right now.", "目前没有降价的商品。")
_NONE_REDUCED_IN = ("No {what} are reduced right now.", "{what}目前没有降价的。")
_UNKNOWN = ("I have nothing called “{what}”.", "没有找到「{what}」。")
_NOT_SUCH = (
    "I know of no such offer. What there is today:",
    "没有查到这类优惠。今天的优惠有：",
)
_WITH_OFFER = ("{price} with the offer", "参加活动后 {price}")
_FROM = ("reduced from {before}", "原价 {before}")
_IS_REDUCED = ("{title} is reduced: {price} instead of {before}.", "{title} 正在降价：原价 {before}，现价 {price}。")
_NOT_REDUCED = ("{title} is not reduced; it costs {price}.", "{title} 没有降价，售价 {price}。")
_NO_PRICE = ("The record of {title} has no price.", "{title} 的记录里没有价格。")
_APPLIES = ("{text} With it, one costs {price}.", "{text}享受优惠后一件 {price}。")
_APPLIES_MORE = ("{text} One alone is {missing} short of it.", "{text}只买一件还差 {missing}。")
_NONE_FOR_IT = ("No promotion applies to it.", "没有适用的活动。")
_NONE_OF_THESE = ("None of these is reduced, and no promotion applies to them.", "这几款都没有降价，也没有适用的活动。")
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
_CODE_EMPTY = ("Your cart is empty, so there is nothing yet that it could apply to.", "购物车还是空的，暂时用不上。")
_PLAIN = frozenset(
    "a an any all what whats what's which is are there the of on for in at with to do does you your have got get can could i we me my it this that these those and or "
    "deal deals offer offers ofers discount discounts discounted sale sales sail promo promos promotion promotions special specials bargain bargains reduced reduction cheap "
    "coupon coupons code codes voucher vouchers today now right currently on going running available best good show see tell give please pls any anything something "
    "everything stuff things products items shop store here still work works working off price prices priced percent half bogo free shipping delivery flash clearance "
    "outlet markdown markdowns marked down hot current latest week weekend month season seasonal black friday cyber monday student senior military staff member members new "
    "customer customers first order buy one how about much save saving savings about will when next start end ends be going".split()
)
_PLAIN_ZH = re.compile(
    r"有?(?:什么|哪些|没有|啥|何)|优惠|活动|打折|折扣|促销|特价|降价|满减|秒杀|券|码|清仓|现在|今天|目前|最近|正在|搞|做|参加|有|吗|呢|么|吧|的|看看|商品|东西|想|买|请问|多少|能|用|可以|大促|在"
)
_NO_PROMOTIONS = ("This shop names no promotions here.", "本店这里没有活动信息。")
_SAY_CODES = ("any coupons?", "有优惠券吗")
_SAY_USE = ("use code {code}", "使用优惠码 {code}")
_SAY_CART = ("what is in my cart?", "看看购物车")
_SAY_DEALS = ("what is on offer?", "有什么优惠")


def deals(turn: Turn) -> Outcome:
    """What is cheaper today: a code, a product, the coupons, a kind of thing, or everything."""
    promotions = () if turn.shop.promotions is None else tuple(turn.shop.promotions.active(turn.today))
    if code := coupon_in(turn.said.text, promotions) or _unknown_code(turn.said.text):
        return _code(turn, code, promotions)
    if (about := _about(turn)) and not turn.said.constraints.include.get("category"):
        return _product(turn, about[0], promotions) if len(about) == 1 else _products(turn, about, promotions)
    if _COUPONS.search(turn.said.text) and not turn.said.constraints.include.get("category"):
        return _coupons(turn, promotions)
    return _offers(turn, promotions)


def _unknown_code(text: str) -> str:
    """Something that is written as codes are: "WELCOME10"."""
    match = _CODE_LIKE.search(text)
    return match.group() if match else ""


def _about(turn: Turn) -> tuple[Product, ...]:
    """Products that the question is about."""
    if not turn.state.shown or not (points_at(turn) or _THESE.search(turn.said.text)):
        return ()
    return (turn.shown() if _THESE.search(turn.said.text) else ()) or refer(turn)


_THESE = re.compile(r"\b(?:these|those|them|any of)\b|这[些几]|这批", re.I)


# -- everything, or a kind of thing ----------------------------------------------------------------------


def _offers(turn: Turn, promotions: Sequence[Promotion]) -> Outcome:
    """Promotions, and products that are reduced or that they count for."""
    wanted = replace(lasting(turn.said.constraints), on_sale=False)
    words = "" if wanted.include.get("category") else _named(turn)
    filters, notes = limits(turn, wanted)
    named = Constraints(include={"category": wanted.include.get("category", ())} if not words else {})
    what = words or listed(turn.parts.chips(named, turn.language), turn.language)
    offered = [p for p in promotions if _offered(turn, p)]
    everything = _hits(turn, filters, wanted, words) if what else []
    unknown = turn.tell(_UNKNOWN, what=words) if words and not everything else ""
    if unknown:
        words = what = ""
    own = [p for p in offered if not what or (p.category and any(applies_to(p, hit.product) for hit in everything))]
    told, by_itself = _told(turn, own), [p for p in own if not p.coupon]
    reduced = _hits(turn, replace(filters, on_sale=True), wanted, words)
    sentences = [*filter(None, [unknown, _heading(turn, told, what)]), *told]
    if reduced:
        sentences.append(turn.tell(_REDUCED_TOO if any(sentences) else _REDUCED))
        asked = replace(wanted, on_sale=True)
        return _with_products(turn, reduced, sentences, asked, by_itself, notes, within=bool(words))
    sentences.append(turn.tell(_NONE_REDUCED_IN, what=_plural(turn, what)) if what else turn.tell(_NONE_REDUCED))
    counting = [hit for hit in everything if any(applies_to(p, hit.product) for p in by_itself)]
    if counting:
        sentences.append(turn.tell(_COUNTS_FOR))
        return _with_products(turn, counting, sentences, wanted, by_itself, notes, within=bool(words))
    return Outcome(
        state=turn.state, composed=turn.joined(sentences), notes=notes, quick_replies=_replies(turn, own, [])
    )


def _named(turn: Turn) -> str:
    """A thing that is named and is no category: "deals on dutch ovens"."""
    words = [word for word in turn.said.constraints.query.split() if fold(word).strip("?!.,") not in _PLAIN]
    if turn.language == "zh":
        return _PLAIN_ZH.sub("", turn.said.constraints.query).strip(" ，。？！")
    return " ".join(words).strip("?!., ")


def _heading(turn: Turn, told: Sequence[str], what: str) -> str:
    if turn.shop.promotions is None:
        return turn.tell(_NO_PROMOTIONS) if _COUPONS.search(turn.said.text) else ""
    if not told:
        if what:
            return turn.tell(_NO_OFFERS, what=_plural(turn, what))
        return turn.tell(_NO_OFFERS_AT_ALL)
    if _STUDENT.search(turn.said.text):
        return turn.tell(_NOT_SUCH)
    return turn.tell(_TODAY_IN, what=_plural(turn, what)) if what else turn.tell(_TODAY)


def _plural(turn: Turn, what: str) -> str:
    return what if turn.language == "zh" else what.lower()


def _told(turn: Turn, promotions: Sequence[Promotion]) -> list[str]:
    return [promotion.text[turn.language] for promotion in promotions]


def _offered(turn: Turn, promotion: Promotion) -> bool:
    """Whether it may be offered: what is for a first order is not, to who has ordered."""
    return not promotion.first_order or _first_order(turn)


def _first_order(turn: Turn) -> bool:
    if turn.shop.orders is None:
        return True
    return not any(order.state != "cancelled" for order in turn.shop.orders.of(turn.customer))


def _hits(turn: Turn, filters: Filters, wanted: Constraints, words: str = "") -> list[Hit]:
    """What passes, one of each kind first; of what is only named in words, what has the words."""
    found = turn.parts.searcher.search(words, filters, limit=POOL).hits
    if words:
        near = [hit for hit in found if hit.parts.get("lexical", 0) > 0]
        best = max((hit.score for hit in near), default=0)
        return suited(turn, [hit for hit in near if hit.score >= NEAR * best], wanted)
    return varied(suited(turn, found, wanted))


def _with_products(
    turn: Turn,
    hits: Sequence[Hit],
    sentences: Sequence[str],
    wanted: Constraints,
    promotions: Sequence[Promotion],
    notes: tuple[str, ...],
    *,
    within: bool,
) -> Outcome:
    outcome = show(
        turn,
        hits,
        turn.joined(sentences),
        wanted=wanted,
        reasons={hit.product.id: _reason(turn, hit.product, promotions) for hit in hits},
        notes=notes,
        within=within,
    )
    shown = [item.hit.product for item in outcome.evidence.products]
    return replace(outcome, quick_replies=_replies(turn, promotions, shown))


def _reason(turn: Turn, product: Product, promotions: Sequence[Promotion]) -> str:
    """What it cost before, and what it costs with a promotion that one piece is enough for."""
    parts = []
    if product.on_sale and product.list_price is not None:
        parts.append(turn.tell(_FROM, before=money(product.list_price, product.currency)))
    if (after := _best(product, promotions)) is not None:
        parts.append(turn.tell(_WITH_OFFER, price=money(after, product.currency)))
    return ("，" if turn.language == "zh" else ", ").join(parts)


def _best(product: Product, promotions: Sequence[Promotion]) -> Decimal | None:
    """The lowest price that one promotion by itself makes of one piece."""
    prices = [after for p in promotions if applies_to(p, product) and (after := price_after(product, p)) is not None]
    return min(prices, default=None)


def _replies(turn: Turn, promotions: Sequence[Promotion], shown: Sequence[Product]) -> tuple[str, ...]:
    steps = next_steps(turn, shown)
    coupons = turn.shop.promotions is not None and not _COUPONS.search(turn.said.text)
    more = [turn.tell(_SAY_CODES)] if coupons else []
    return tuple(dict.fromkeys([*steps[:2], *more, *steps[-1:]]))[:4]


# -- coupons ---------------------------------------------------------------------------------------------


def _coupons(turn: Turn, promotions: Sequence[Promotion]) -> Outcome:
    """Codes that this shopper can use, with their conditions."""
    if turn.shop.promotions is None:
        return Outcome(state=turn.state, composed=turn.tell(_NO_PROMOTIONS), quick_replies=next_steps(turn, turn.shown()))
    codes = [p for p in promotions if p.coupon and _offered(turn, p)]
    if not codes:
        composed = turn.tell(_NO_CODES)
        return Outcome(state=turn.state, composed=composed, quick_replies=(turn.tell(_SAY_DEALS),))
    told = _told(turn, codes)
    use = tuple(turn.tell(_SAY_USE, code=p.coupon) for p in codes[:2]) if turn.shop.cart is not None else ()
    return Outcome(
        state=turn.state,
        composed=turn.joined([turn.tell(_CODES), *told]),
        evidence=Evidence(facts=tuple(told)),
        quick_replies=(*use, turn.tell(_SAY_DEALS)),
    )


def _code(turn: Turn, code: str, promotions: Sequence[Promotion]) -> Outcome:
    """What one code is worth: its condition, and whether it applies to the cart as it is."""
    promotion = next((p for p in promotions if fold(p.coupon) == fold(code)), None)
    if promotion is None:
        composed = turn.tell(_NO_CODE, code=code)
        return Outcome(state=turn.state, composed=composed, quick_replies=(turn.tell(_SAY_CODES), turn.tell(_SAY_DEALS)))
    text = promotion.text[turn.language]
    composed = turn.joined([text, _for_cart(turn, promotion, promotions)])
    useful = turn.shop.cart is not None and _offered(turn, promotion)
    replies = (turn.tell(_SAY_USE, code=promotion.coupon), turn.tell(_SAY_CART)) if useful else ()
    return Outcome(
        state=turn.state, composed=composed, evidence=Evidence(facts=(text,)), quick_replies=(*replies, turn.tell(_SAY_DEALS))
    )


def _for_cart(turn: Turn, promotion: Promotion, promotions: Sequence[Promotion]) -> str:
    """Whether a code applies to the cart, and what it makes of it."""
    if not _offered(turn, promotion):
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


def _product(turn: Turn, product: Product, promotions: Sequence[Promotion]) -> Outcome:
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
        return turn.tell(_IS_REDUCED, title=title, price=price, before=money(product.list_price, product.currency))
    return turn.tell(_NOT_REDUCED, title=title, price=price)


def _promotions_of(turn: Turn, product: Product, promotions: Sequence[Promotion]) -> list[str]:
    """Promotions that are about a product, each with the price after it or what is lacking."""
    told = []
    for promotion in promotions:
        if not applies_to(promotion, product) or not _offered(turn, promotion) or product.price is None:
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


def _products(turn: Turn, products: Sequence[Product], promotions: Sequence[Promotion]) -> Outcome:
    """Which of several are reduced, and the promotions that apply to some of them."""
    shown = {product.id: at for at, product in enumerate(turn.shown(), 1)}
    reduced = [
        f"{shown.get(p.id, '')}. {titled(p, turn)} ({money(p.price, p.currency)})".lstrip(". ")
        for p in products
        if p.on_sale and p.price is not None
    ]
    told = _told(turn, [p for p in promotions if _offered(turn, p) and any(applies_to(p, x) for x in products)])
    sentences = [turn.tell(_OF_THESE, which=listed(reduced, turn.language))] if reduced else []
    composed = turn.joined([*sentences, *told]) or turn.tell(_NONE_OF_THESE)
    return Outcome(state=turn.state, composed=composed, quick_replies=next_steps(turn, turn.shown()[:SHOWN]))


SKILLS = {"find_deals": deals}
