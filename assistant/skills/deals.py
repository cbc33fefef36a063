"""find_deals: promotions that apply today with their conditions, and what is reduced."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.phrases import listed, money
from assistant.promotions import applies_to, best_price
from assistant.shop import Promotion
from assistant.skills.base import Turn, next_steps
from assistant.skills.codes import coupon_in
from assistant.skills.coupons import (
    COUPONS,
    NO_PROMOTIONS,
    SAY_CODES,
    about_product,
    about_products,
    code_like,
    code_worth,
    coupons,
    offered_to,
    texts,
)
from assistant.skills.reference import points_at, refer
from assistant.skills.showing import lasting, limits, show, suited, varied
from assistant.turns import Constraints, Outcome
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

POOL = 50
"""Products that can be paged through."""

NEAR = 0.6
"""Of what is named in words that counts which scores at least this share of the best."""

_STUDENT = re.compile(
    r"\b(?:student|senior|pensioner|oap|nurses?|teachers?|military|veterans?|staff|employee|loyalty|member\w*|vip|prime|birthday|refer\w*|trade|bulk|volume|corporate|"
    r"bank|card|cash ?back|gift with|freebies?|free gifts?|subscri\w+|black friday|boxing day|diwali|prime day)\b|学生|老人|老年|教师|会员|员工|内部|积分|生日|邀请|企业|团购|批量|银行|信用卡|返现|赠品|国补|补贴|以旧换新|双十一|双11|双12|618|秒杀",
    re.I,
)

_TODAY = ("On offer today:", "今天的优惠有：")
_TODAY_IN = ("On offer today for {what}:", "{what}今天的优惠有：")
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

_FIRST = re.compile(r"(?<=[.?!。？！])")
_PLAIN = frozenset(
    "a an any all what whats what's which is are there the of on for in at with to do does you your have got get can could i we me my it this that these those and or "
    "deal deals offer offers ofers discount discounts discounted sale sales sail promo promos promotion promotions special specials bargain bargains reduced reduction cheap "
    "coupon coupons code codes voucher vouchers today now right currently on going running available best good show see tell give please pls any anything something "
    "everything stuff things products items shop store here still work works working off price prices priced percent half bogo free shipping delivery flash clearance "
    "outlet markdown markdowns marked down hot current latest week weekend month season seasonal black friday cyber monday student senior military staff member members new "
    "customer customers first order buy one how about much save saving savings about will when next start end ends be going moment present until till if theres know wondering spend must need needed".split()
)

_PLAIN_ZH = re.compile(
    r"有?(?:什么|哪些|没有|啥|何)|优惠|活动|打折|折扣|促销|特价|降价|满减|秒杀|券|码|清仓|现在|今天|目前|最近|正在|搞|做|参加|有|吗|呢|么|吧|的|看看|商品|东西|想|买|请问|多少|能|用|可以|大促|在"
)


def deals(turn: Turn) -> Outcome:
    """What is cheaper today: a code, a product, the coupons, a kind of thing, or everything."""
    promotions = () if turn.shop.promotions is None else tuple(turn.shop.promotions.active(turn.today))
    if code := coupon_in(turn.said.text, promotions) or code_like(turn.said.text):
        return code_worth(turn, code, promotions)
    if (about := _about(turn)) and not turn.said.constraints.include.get("category"):
        return (
            about_product(turn, about[0], promotions)
            if len(about) == 1
            else about_products(turn, about, promotions)
        )
    if COUPONS.search(turn.said.text) and not turn.said.constraints.include.get("category"):
        return coupons(turn, promotions)
    return _offers(turn, promotions)


def _about(turn: Turn) -> tuple[Product, ...]:
    """Products that the question is about."""
    if not turn.state.shown or not (points_at(turn) or _THESE.search(turn.said.text)):
        return ()
    return (turn.shown() if _THESE.search(turn.said.text) else ()) or refer(turn)


_THESE = re.compile(r"\b(?:these|those|them|any of)\b|这[些几]|这批", re.I)


def _offers(turn: Turn, promotions: Sequence[Promotion]) -> Outcome:
    """Promotions, and products that are reduced or that they count for."""
    wanted = replace(lasting(turn.said.constraints), on_sale=False)
    wanted = replace(wanted, include={**wanted.include, **_kind_named(turn)})
    words = "" if wanted.include.get("category") else _named(turn)
    filters, notes = limits(turn, wanted)
    named = Constraints(include={"category": wanted.include.get("category", ())} if not words else {})
    what = words or listed(turn.parts.chips(named, turn.language), turn.language)
    offered = [p for p in promotions if offered_to(turn, p)]
    everything = _hits(turn, filters, wanted, words) if what else []
    unknown = turn.tell(_UNKNOWN, what=words) if words and not everything else ""
    if unknown:
        words = what = ""
    own = [
        p
        for p in offered
        if not what or (p.category and any(applies_to(p, hit.product) for hit in everything))
    ]
    told, by_itself = texts(turn, own), [p for p in own if not p.coupon]
    reduced = _hits(turn, replace(filters, on_sale=True), wanted, words)
    sentences = [*filter(None, [unknown, _heading(turn, told, what)]), *told]
    if reduced:
        sentences.append(turn.tell(_REDUCED_TOO if any(sentences) else _REDUCED))
        asked = replace(wanted, on_sale=True)
        return _with_products(turn, reduced, sentences, asked, by_itself, notes, within=bool(words))
    sentences.append(
        turn.tell(_NONE_REDUCED_IN, what=_plural(turn, what)) if what else turn.tell(_NONE_REDUCED)
    )
    counting = [hit for hit in everything if any(applies_to(p, hit.product) for p in by_itself)]
    if counting:
        sentences.append(turn.tell(_COUNTS_FOR))
        return _with_products(turn, counting, sentences, wanted, by_itself, notes, within=bool(words))
    return Outcome(
        state=turn.state, composed=turn.joined(sentences), notes=notes, quick_replies=_replies(turn, own, [])
    )


def _kind_named(turn: Turn) -> dict[str, tuple[str, ...]]:
    """A kind that is named and no head of a phrase: "kitchen deals" are deals on what belongs to the kitchen."""
    if turn.said.constraints.include.get("category"):
        return {}
    said = _FIRST.split(turn.said.text)[0]
    for mention in turn.parts.vocabulary.find(said):
        rest = said[: mention.start] + " " + said[mention.end :]
        if mention.kind == "category" and not _telling(rest):
            return {mention.facet: mention.values}
    return {}


def _named(turn: Turn) -> str:
    """A thing that is named and is no category: "deals on dutch ovens"."""
    words = _telling(turn.said.constraints.query)
    if turn.language == "zh":
        return _PLAIN_ZH.sub("", turn.said.constraints.query).strip(" ，。？！")
    return " ".join(words).strip("?!., ")


def _telling(text: str) -> list[str]:
    """The words of a text that name something."""
    words = [(word, fold(word).strip("?!.,'")) for word in text.split()]
    return [word for word, plain in words if plain and plain not in _PLAIN]


def _heading(turn: Turn, told: Sequence[str], what: str) -> str:
    if turn.shop.promotions is None:
        return turn.tell(NO_PROMOTIONS) if COUPONS.search(turn.said.text) else ""
    if not told:
        if what:
            return turn.tell(_NO_OFFERS, what=_plural(turn, what))
        return turn.tell(_NO_OFFERS_AT_ALL)
    if _STUDENT.search(turn.said.text):
        return turn.tell(_NOT_SUCH)
    return turn.tell(_TODAY_IN, what=_plural(turn, what)) if what else turn.tell(_TODAY)


def _plural(turn: Turn, what: str) -> str:
    return what if turn.language == "zh" else what.lower()


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
    if (best := best_price(product, promotions)) is not None:
        parts.append(turn.tell(_WITH_OFFER, price=money(best[0], product.currency)))
    return ("，" if turn.language == "zh" else ", ").join(parts)


def _replies(turn: Turn, promotions: Sequence[Promotion], shown: Sequence[Product]) -> tuple[str, ...]:
    steps = next_steps(turn, shown)
    coupons = turn.shop.promotions is not None and not COUPONS.search(turn.said.text)
    more = [turn.tell(SAY_CODES)] if coupons else []
    return tuple(dict.fromkeys([*steps[:2], *more, *steps[-1:]]))[:4]


SKILLS = {"find_deals": deals}
