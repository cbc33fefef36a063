"""recommend: for the shopper, for somebody else, for an occasion, what is new, what is popular."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.history import Profile
from assistant.phrases import listed
from assistant.recipients import CHILD, Recipient
from assistant.record import facts
from assistant.skills.base import SHOWN, Turn, next_steps
from assistant.skills.occasions import Wanted, read, shelves_for
from assistant.skills.showing import (
    called,
    interleaved,
    line,
    on_shelves,
    show,
    varied,
)
from assistant.skills.table import POOL
from assistant.skills.tastes import fresh, tasteful
from assistant.suitability import AGE
from assistant.turns import Option, Outcome, Question
from index.schema import Language, Product
from index.search import Hit, Sort

WELL_RATED = 4.0
"""What is popular has at least this many stars, or none yet."""

OF_A_BUDGET = Decimal("0.25")
"""A present costs at least this share of the budget, if there is any such."""

ENOUGH = 3
"""With fewer kinds than this a present may as well be of another kind."""

WIDE = 200
"""Hits among which those are looked for that suit an age."""

_FOR_YOU_NOTED = ("Chosen from what you told me you like.", "根据您说过的喜好挑选。")
_NOTHING_KNOWN = (
    "I do not know your taste yet, so here is what sells well and is rated well.",
    "还不了解您的喜好，先看看卖得好、评价也好的商品。",
)
_SOME = (
    "Some of what there is; the records do not say what sells best.",
    "先看看这些吧，记录里没有销量。",
)
_NO_DAYS = ("The records do not say when these came out.", "记录里没有写上架时间。")
_POPULAR_NOW = ("Selling best right now:", "现在卖得最好的是：")
_POPULAR_IN = ("Selling best ({what}):", "卖得最好的（{what}）：")
_NEWEST = ("The newest here, out since {since}:", "最新上架的，{since}以来：")
_NEWEST_IN = ("The newest ({what}), out since {since}:", "最新上架的（{what}），{since}以来：")
_RELEASED = ("out {day}", "{day}上市")
_IDEAS = ("Some ideas for {whom}:", "给{whom}的一些参考：")
_IDEAS_ANY = ("Some ideas for a present:", "送礼可以看看这些：")
_IDEAS_FOR = ("Some ideas ({what}):", "可以看看这些（{what}）：")
_FITS_WORD = ("a match for “{word}”", "适合「{word}」")
_AGES = ("ages: {ages}", "适龄：{ages}")
_NONE = ("I found nothing that fits “{what}”.", "没有找到符合「{what}」的。")
_NONE_AGE = ("I found nothing whose record says that it suits {whom}.", "没有找到记录写明适合{whom}的商品。")
_ANY_PRICE = (
    "Without the price limit there are {count}; shall I show them?",
    "不限价格的话有 {count} 款，要看吗？",
)
_SAY_ANY_PRICE = ("any price", "不限价格")
_SAY_POPULAR = ("what is popular?", "有什么热销的")
_SAY_NEW = ("anything new?", "有什么新品")
_SAY_DEALS = ("what is on offer?", "有什么优惠")
_NOTHING_FOR = ("I know of nothing here for “{what}”.", "没有查到和「{what}」有关的商品。")

_MONTHS = "January February March April May June July August September October November December".split()


def recommend(turn: Turn) -> Outcome:
    """What may please: by what was said, by taste, or by what sells."""
    wanted = read(turn)
    if wanted.sort == "newest":
        return _newest(turn, wanted)
    if wanted.whom is not None or wanted.shelves or wanted.about:
        return _ideas(turn, wanted)
    if wanted.sort is not None or wanted.limits.include.get("category"):
        return _popular(turn, wanted, asked=True)
    hits, reasons, profile = tasteful(turn, wanted)
    if not hits:
        return _popular(turn, wanted, asked=False)
    composed = turn.say("for_you") if not turn.profile().empty else turn.tell(_FOR_YOU_NOTED)
    return _shown(turn, wanted, hits, composed, reasons=reasons, profile=profile)


# -- what there is ---------------------------------------------------------------------------------------


def _left(turn: Turn, wanted: Wanted, hits: Sequence[Hit]) -> list[Hit]:
    """Hits that suit whom they are for; without what the shopper owns or turned down, when it is for them."""
    if wanted.whom is not None:
        refused = frozenset(turn.state.refused)
        whom = wanted.whom
        return [hit for hit in hits if whom.accepts(hit.product) and line(hit.product) not in refused]
    return fresh(turn, hits, wanted.limits)


def _ideas(turn: Turn, wanted: Wanted) -> Outcome:
    """Something of each kind that suits what was said of somebody, or of an occasion."""
    hits, words = _of_each(turn, wanted)
    few = len({hit.product.category[-1:] for hit in hits}) < ENOUGH
    only = bool(hits) and "category" in wanted.limits.include  # "she likes perfume" asks for perfume
    if few and wanted.whom is not None and (wanted.whom.child or not only):
        gifts, _ = _of_each(turn, replace(wanted, shelves=shelves_for(turn, wanted.whom), about=""))
        wanted = wanted if hits or not wanted.about else _about_nothing(turn, wanted)
        hits = interleaved([[hit] for hit in (*varied(hits), *gifts)])
    if not hits:
        return _nothing(turn, wanted)
    reasons = {hit.product.id: _why(turn, wanted, hit.product, words.get(hit.product.id, "")) for hit in hits}
    return _shown(turn, wanted, hits, _headline(turn, wanted), reasons=reasons)


def _about_nothing(turn: Turn, wanted: Wanted) -> Wanted:
    """The same without a liking for which there is nothing here, and with saying so."""
    return replace(wanted, about="", notes=(*wanted.notes, turn.tell(_NOTHING_FOR, what=wanted.about)))


def _of_each(turn: Turn, wanted: Wanted) -> tuple[list[Hit], dict[str, str]]:
    """Hits by kind in turn, and the word of the utterance that each is there for."""
    child = wanted.whom is not None and wanted.whom.child
    words: dict[str, str] = {}
    columns = []
    for shelf in wanted.shelves:
        if shelf.categories:
            limit = WIDE if child else 20
            found = on_shelves(turn, shelf.categories, wanted.filters, query=shelf.word, limit=limit)
        else:
            found = called(turn, shelf.name, wanted.filters)
        column = _within_budget(wanted, _left(turn, wanted, found))
        words.update({hit.product.id: shelf.word for hit in column})
        if column:
            columns.append(column)
    if wanted.shelves:
        return interleaved(columns), words
    found = list(turn.parts.searcher.search(wanted.about, wanted.filters, limit=WIDE if child else POOL).hits)
    if wanted.about:
        found = [hit for hit in found if hit.parts.get("lexical")]
        words = dict.fromkeys((hit.product.id for hit in found), wanted.about)
    return varied(_within_budget(wanted, _left(turn, wanted, found))), words


def _within_budget(wanted: Wanted, hits: list[Hit]) -> list[Hit]:
    """Presents that are worth some of the budget first."""
    limit = wanted.filters.price_max
    if wanted.whom is None or limit is None:
        return hits
    return sorted(hits, key=lambda hit: (hit.product.price or 0) < limit * OF_A_BUDGET)


def _why(turn: Turn, wanted: Wanted, product: Product, word: str) -> str:
    ages = next((f.value for f in facts(product, turn.language) if any(AGE.search(n) for n in f.names)), "")
    if wanted.whom is not None and wanted.whom.child and ages:
        return turn.tell(_AGES, ages=ages)
    return turn.tell(_FITS_WORD, word=word) if word else ""


def _headline(turn: Turn, wanted: Wanted) -> str:
    what = listed(turn.parts.chips(wanted.limits, turn.language), turn.language)
    if wanted.whom is None:
        words = listed(list(dict.fromkeys(s.word for s in wanted.shelves if s.word)), turn.language)
        about = ("、" if turn.language == "zh" else ", ").join(filter(None, [words or wanted.about, what]))
        return turn.tell(_IDEAS_FOR, what=about)
    whom = _whom(turn, wanted.whom)
    if whom:
        whom = f" {whom}" if turn.language == "zh" and whom[0].isdigit() else whom
        told = f"{whom}（{what}）" if turn.language == "zh" else f"{whom} ({what})"
        return turn.tell(_IDEAS, whom=told if what else whom)
    return turn.tell(_IDEAS_FOR, what=what) if what else turn.tell(_IDEAS_ANY)


def _whom(turn: Turn, whom: Recipient) -> str:
    """Somebody in words, as far as it was said."""
    if whom.age is not None and whom.age < CHILD:
        if whom.age < 2:
            return f"{whom.age * 12:.0f} 个月的宝宝" if turn.language == "zh" else "a baby"
        return f"{whom.age:.0f} 岁的孩子" if turn.language == "zh" else f"a child of {whom.age:.0f}"
    if whom.child:
        return "孩子" if turn.language == "zh" else "a child"
    named = {"women": ("her", "她"), "men": ("him", "他")}
    return named[whom.sex][turn.language == "zh"] if whom.sex else ""


def _newest(turn: Turn, wanted: Wanted) -> Outcome:
    """What came to market last, one of each kind first."""
    found = turn.parts.searcher.search("", wanted.filters, limit=POOL, sort="newest").hits
    hits = [hit for hit in _left(turn, wanted, found) if hit.product.released is not None]
    if not hits:
        wanted = replace(wanted, sort=None, notes=(*wanted.notes, turn.tell(_NO_DAYS)))
        return _popular(turn, wanted, asked=True)
    hits = varied(hits)
    shown = hits[: len(hits) if len(hits) < 5 else 5]
    since = min(hit.product.released for hit in shown if hit.product.released is not None)
    what = listed(turn.parts.chips(wanted.limits, turn.language), turn.language)
    composed = turn.tell(_NEWEST_IN if what else _NEWEST, what=what, since=month(since, turn.language))
    reasons = {
        hit.product.id: turn.tell(_RELEASED, day=day_of(hit.product.released, turn.language))
        for hit in hits
        if hit.product.released is not None
    }
    return _shown(turn, wanted, hits, composed, reasons=reasons, within=False)


def _popular(turn: Turn, wanted: Wanted, *, asked: bool) -> Outcome:
    """Best selling and well rated, one of each kind first."""
    sort: Sort = wanted.sort or "popularity"
    found = turn.parts.searcher.search("", wanted.filters, limit=WIDE, sort=sort).hits
    hits = _left(turn, wanted, found)
    good = [hit for hit in hits if hit.product.rating is None or hit.product.rating >= WELL_RATED]
    hits = varied([*good, *(hit for hit in hits if hit not in good)])
    if not hits:
        return _nothing(turn, wanted)
    what = listed(turn.parts.chips(wanted.limits, turn.language), turn.language)
    if not _sells(hits):
        composed = turn.tell(_SOME)
    elif asked:
        composed = turn.tell(_POPULAR_IN, what=what) if what else turn.tell(_POPULAR_NOW)
    else:
        composed = turn.tell(_NOTHING_KNOWN) if turn.profile().empty else turn.tell(_POPULAR_NOW)
    return _shown(turn, wanted, hits, composed, within=False)


def _sells(hits: Sequence[Hit]) -> bool:
    """Whether the records say what sells, of most of what is shown first."""
    first = [hit.product for hit in hits[:SHOWN]]
    return 2 * sum(product.popularity is not None for product in first) > len(first)


# -- how it is said --------------------------------------------------------------------------------------


def _shown(
    turn: Turn,
    wanted: Wanted,
    hits: Sequence[Hit],
    composed: str,
    *,
    reasons: Mapping[str, str] | None = None,
    profile: Profile | None = None,
    within: bool = True,
) -> Outcome:
    asked = replace(wanted.limits, sort=wanted.sort)
    outcome = show(
        turn,
        hits,
        composed,
        wanted=asked,
        profile=profile,
        reasons=reasons,
        fallback=turn.say("reason_popular") if _sells(hits) else "",
        notes=wanted.notes,
        within=within,
    )
    shown = [item.hit.product for item in outcome.evidence.products]
    return replace(outcome, quick_replies=_replies(turn, wanted, shown))


def _replies(turn: Turn, wanted: Wanted, shown: Sequence[Product]) -> tuple[str, ...]:
    """Other things to be recommended, beside what can be done with these."""
    steps = next_steps(turn, shown)
    more = [turn.tell(_SAY_NEW)] if wanted.sort != "newest" else [turn.tell(_SAY_POPULAR)]
    last = steps[-1:]
    return tuple(dict.fromkeys([*steps[:2], *more, *last]))[:4]


def _nothing(turn: Turn, wanted: Wanted) -> Outcome:
    """Nothing suits: say what of, and offer to leave the price out if that helps."""
    what = listed(turn.parts.chips(wanted.limits, turn.language), turn.language)
    whom = _whom(turn, wanted.whom) if wanted.whom is not None else ""
    if what:
        composed = turn.tell(_NONE, what=what)
    else:
        composed = turn.tell(_NONE_AGE, whom=whom) if whom else turn.say("no_match")
    question: Question | None = None
    replies: tuple[str, ...] = (turn.tell(_SAY_POPULAR), turn.tell(_SAY_NEW))
    if wanted.limits.price is not None and (wanted.whom or wanted.shelves):
        free = replace(wanted.filters, price_min=None, price_max=None, currency=None)
        found, _ = _of_each(turn, replace(wanted, filters=free))
        if found:
            option = Option(turn.tell(_SAY_ANY_PRICE), "recommend", turn.said.text, {"without": "price"})
            question, replies = Question((option,), yes=option), (option.said, *replies)
            composed = turn.joined([composed, turn.tell(_ANY_PRICE, count=len(found))])
    state = replace(turn.state, question=question)
    return Outcome(state=state, composed=composed, notes=wanted.notes, quick_replies=replies)


def day_of(day: date | None, language: Language) -> str:
    """A day in words."""
    if day is None:
        return ""
    return (
        f"{day.year} 年 {day.month} 月 {day.day} 日"
        if language == "zh"
        else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    )


def month(day: date, language: Language) -> str:
    """A month in words."""
    return f"{day.year} 年 {day.month} 月" if language == "zh" else f"{_MONTHS[day.month - 1]} {day.year}"


SKILLS = {"recommend": recommend}
