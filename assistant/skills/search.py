"""search_product and refine_search: a need stated, and everything that changes the results on the table."""

import re
from dataclasses import replace

from assistant.constraints import parse_constraints
from assistant.dialogue import new_search, refine, to_filters
from assistant.phrases import listed, product_line
from assistant.rank import Ranked
from assistant.skills.base import SHOWN, Turn, next_steps, starters
from assistant.skills.called import called, only_of_the_line, passing
from assistant.skills.clarify import narrowed
from assistant.skills.finding import find
from assistant.skills.reference import refer
from assistant.skills.table import POOL, as_suggestions, explain, put_on_table
from assistant.skills.words import things, things_named, with_words
from assistant.turns import Constraints, DialogueState, Evidence, Outcome, PriceRange, Table
from index.filters import Filters
from index.search import Hit
from index.text import fold, has_han

_MORE = re.compile(
    r"\b(?:more|others?|else|next|another|rest)\b(?! expensive| (?:on|about|info|details?|of (?:it|this|that)))|还有(?:别的|其他|更多|没有|吗|么|哪些|什么)|更多|下一[页批]|再来(?:几|一|点)|再看看|换一?批|换(?:几|一些|点)(?:个|款|件|种)?|别的|其他的?",
    re.I,
)
_RESET = re.compile(
    r"\b(?:start (?:over|again|afresh|from (?:scratch|zero))|starting over|reset|clear (?:all|everything)|from scratch|forget (?:all (?:of )?(?:that|this|it)|everything|it all)|new search)\b|"
    r"重新(?:开始|来|找|搜)|从头|清空|重来|(?:都|全)(?:不要了|忘[了掉])",
    re.I,
)
_BACK = re.compile(
    r"\b(?:go(?:ing)? back|back to|take me back|previous (?:ones|results|list|page)|(?:the )?(?:earlier|original|old) (?:ones|results|list)|(?:ones|what|those) (?:you (?:had|showed)|from|we saw) (?:before|earlier|first))\b|^back\b|"
    r"回到|返回|回去|退回|(?:看|要)回|(?:之前|刚才|前面|一开始|最开始|最初|上一[页批次轮])(?:的)?(?:那)?(?:几|些|批|个|款|页)",
    re.I,
)
_FIRST = re.compile(
    r"\b(?:first|original|initial|beginning|start)\b|最(?:开始|初|先)|一开始|第一[批次]", re.I
)
_KEEP_ON = re.compile(
    r"^(?:and |but |ok(?:ay)?,? |just |only )*(?:with(?:out)?|in|for|that|which|under|over|below|from|by|only|something|anything|ones?)\b|^(?:要|带|有|能|可以|只要|适合|支持)",
    re.I,
)
_INSTEAD = re.compile(
    r"\binstead\b|\brather\b|\bactually\b|\bhow about\b|\bwhat about\b|\b(?:maybe|perhaps)\b|要不|换成|改成|改看|还是.*吧|算了",
    re.I,
)
_WITH = re.compile(r"\b(?:with(?:out)?|that|which|ones?)\b|[带有](?!没)", re.I)
_SAME = re.compile(
    r"\bsame (price|budget|colou?r|size|brand|material)\b|(价格|预算|颜色|尺码|品牌|材质)(?:一样|不变|同样|照旧)|(?:同样|一样|同)的?(价格|预算|颜色|尺码|品牌|材质)",
    re.I,
)
_SAME_FACETS = {
    "budget": "price", "color": "colour", "价格": "price", "预算": "price", "颜色": "colour", "尺码": "size",
    "品牌": "brand", "材质": "material",
}  # fmt: skip

_BACK_AGAIN = ("Back to these.", "回到这几款。")
_NOTHING_EARLIER = ("There was nothing before these.", "这之前没有看过别的了。")
_NEW = (
    "A new search, without {what}; say “{back}” for the earlier ones.",
    "这是新的搜索，没有沿用{what}；说「{back}」可以回到之前的。",
)
_KEPT = ("I kept {what}.", "仍按{what}来找。")
_PRODUCT = ("{line}. {description}", "{line}。{description}")


def search(turn: Turn) -> Outcome:
    """A need. One that adds to the need on the table narrows it; another kind of thing starts anew."""
    now, state = turn.said.constraints, turn.state
    if _RESET.search(turn.said.text):
        return _start_over(turn)
    if named := by_name(turn):
        return named
    if state.shown and _goes_on(turn):
        return narrow(turn)
    if not state.shown and state.wanted.include.get("category") and not _names_a_thing(now):
        return narrow(turn)  # nothing fitted, and now less is asked for
    return _anew(turn)


def _anew(turn: Turn) -> Outcome:
    """Another kind of thing: in the budget of the one before, when that was an alternative to it."""
    fresh = _with_same(turn, new_search(turn.state, turn.said))
    if (budget := _budget(turn, fresh.wanted)) is not None:
        kept = find(turn, replace(fresh, wanted=replace(fresh.wanted, price=budget)))
        if kept.state.shown and (_takes_the_place(turn) or _of_one_department(turn, kept)):
            what = turn.parts.chips(Constraints(price=budget), turn.language)
            return replace(kept, notes=(turn.tell(_KEPT, what=listed(what, turn.language)), *kept.notes))
    outcome = narrowed(turn, find(turn, fresh))
    left = () if fresh.wanted.price is not None else _left_behind(turn)
    return replace(outcome, notes=(*left, *outcome.notes))


_NEED = frozenset(
    {"search_product", "refine_search", "recommend", "find_similar", "dislike_product", "ask_product"}
)
"""While these go on, what is looked for is not found yet; when it is in the cart, its budget is spent."""


def _budget(turn: Turn, wanted: Constraints) -> PriceRange | None:
    """The most that the need before was to cost; "dearer than those" was said of those."""
    before = turn.state.wanted.price
    unsaid = wanted.price is None and not wanted.sort and turn.state.shown and turn.state.topic in _NEED
    return before if unsaid and before is not None and before.min is None else None


def _takes_the_place(turn: Turn) -> bool:
    return turn.state.topic == "recommend" or _INSTEAD.search(turn.said.text) is not None


def _of_one_department(turn: Turn, outcome: Outcome) -> bool:
    """Whether what is found now and what was on the table are things of one department: hoodies and T-shirts."""
    now = {item.hit.product.category[0] for item in outcome.evidence.products if item.hit.product.category}
    return bool(now & {product.category[0] for product in turn.shown() if product.category})


def by_name(turn: Turn) -> Outcome | None:
    """The product that is called by its name, in the variant described; None if none is, or it does not fit."""
    products = called(turn)
    if len(products) != 1:
        return None
    product, fresh = products[0], new_search(turn.state, turn.said)
    family = turn.parts.searcher.store.family(product.family) if product.family else [product]
    wanted = only_of_the_line(fresh.wanted, family)
    if product.category:  # what follows, "cheaper" or "in red", is said of such things
        wanted = replace(wanted, include={"category": product.category[-1:], **wanted.include})
    fitting = passing(turn, wanted, [product]) or passing(turn, wanted, family)
    if not fitting:
        return None
    others = turn.parts.searcher.search(
        wanted.query or product.title, _filters_of(turn, wanted), limit=POOL
    ).hits
    ranking = [fitting[0].id, *(hit.product.id for hit in others if hit.product.family != product.family)]
    state = replace(fresh, wanted=wanted, ranking=tuple(dict.fromkeys(ranking)))
    suggestions = explain(turn, wanted, _as_they_were([Hit(fitting[0], 1.0)]), turn.profile())
    outcome = put_on_table(turn, state, suggestions, turn.tell(_HERE))
    return replace(outcome, state=replace(outcome.state, focus=(fitting[0].id,)))


_HERE = ("Here it is.", "就是这一款。")


def _names_a_thing(now: Constraints) -> bool:
    return bool(now.include.get("category") or now.query)


def _goes_on(turn: Turn) -> bool:
    """Whether the need is that of the table, said on: the same kind of thing, or no thing at all."""
    now, before = turn.said.constraints, turn.state.wanted
    kinds = now.include.get("category", ())
    if kinds:
        return _same_kind(turn, kinds, before.include.get("category", ()))
    if not now.query or _KEEP_ON.match(turn.said.text):
        return True
    # "Standing, height adjustable" after desks: what is on the table has it.
    return bool(before.include.get("category")) and _has_it(turn, now.query)


def _has_it(turn: Turn, words: str) -> bool:
    """Whether some of what was found has what is said."""
    products = turn.parts.searcher.store.get(turn.state.ranking)
    return bool(with_words(turn, [Hit(product, 1.0) for product in products], words))


def _same_kind(turn: Turn, now: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether every kind named is one that was asked for, or a part of one, or what the table is full of."""
    wanted = {fold(value) for value in turn.parts.vocabulary.widen("category", now)}
    shown = turn.shown()
    if not before and shown and all(wanted & set(map(fold, product.category)) for product in shown):
        return True
    widened = {fold(value) for value in turn.parts.vocabulary.widen("category", before)}
    return bool(before) and {fold(value) for value in now} <= widened


def _left_behind(turn: Turn) -> tuple[str, ...]:
    """What a new search does not take over, when the shopper may have thought that it does."""
    now, before = turn.said.constraints, turn.state.wanted
    if not turn.state.shown or before.price is None or now.price is not None:
        return ()
    what = turn.parts.chips(Constraints(price=before.price), turn.language)
    back = "回到刚才那几款" if turn.language == "zh" else "go back"
    return (turn.tell(_NEW, what=listed(what, turn.language), back=back),) if what else ()


def narrow(turn: Turn) -> Outcome:
    """Change the results on the table: page, go back, start over, or refine what was asked."""
    now, state = turn.said.constraints, turn.state
    if _RESET.search(turn.said.text):
        return _start_over(turn)
    if _BACK.search(turn.said.text):
        return _go_back(turn)
    if not now.references and (named := by_name(turn)):
        return named
    if not state.shown and not state.wanted.query and not state.wanted.include:
        return narrowed(turn, find(turn, new_search(state, turn.said)))
    if _is_only_more(turn):
        return _next_page(turn)
    if now.references and _changes_nothing(now) and (meant := refer(turn)):
        line = product_line(meant[0], turn.language)
        text = turn.tell(_PRODUCT, line=line, description=meant[0].description_in(turn.language)).strip()
        return Outcome(
            state=replace(state, focus=(meant[0].id,)),
            composed=text,
            evidence=Evidence(facts=(line,)),
            quick_replies=next_steps(turn, turn.shown()),
        )
    kinds = now.include.get("category", ())
    if kinds and not _same_kind(turn, kinds, state.wanted.include.get("category", ())):
        return _anew(turn)
    described = kinds or now.include or now.price or now.drop or _WITH.search(turn.said.text)
    if (
        things_named(turn, now.query)
        and not described
        and _INSTEAD.search(turn.said.text)
        and not _has_it(turn, now.query)
    ):
        return _anew(turn)
    # "Cheaper" is meant of the product referred to, or else of all that are shown.
    relative = refer(turn) if now.references or _THAN.search(turn.said.text) else ()
    wanted = refine(state, turn.said, relative or turn.shown(), names=turn.parts.vocabulary.names)
    if wanted.wanted == state.wanted and state.shown and not (now.drop or kinds):
        return _unchanged(turn)
    if kinds and _names_another(turn):
        wanted = replace(wanted, wanted=replace(wanted.wanted, query=now.query, having=state.wanted.having))
    outcome = narrowed(turn, find(turn, wanted))
    if outcome.evidence.products or not (kinds and now.price_relative):
        return outcome
    # No cheaper down jacket; but a cheaper coat is what was asked for.
    kept = {
        facet: some
        for facet, some in wanted.wanted.include.items()
        if turn.parts.vocabulary.kind(facet) == "size"
    }
    include = {**kept, **now.include}
    wider = find(
        turn, replace(wanted, wanted=replace(wanted.wanted, include=include, having=(), query=now.query))
    )
    return wider if wider.evidence.products else outcome


def _names_another(turn: Turn) -> bool:
    """Whether another sort of the same kind is named: a floor lamp, after desk lamps."""
    now, before = (
        {unit.text for unit in things_named(turn, query) if " " in unit.text or has_han(unit.text)}
        for query in (turn.said.constraints.query, turn.state.wanted.query)
    )
    return bool(now - before)


_THAN = re.compile(r"\bthan\b|比", re.I)
_UNCHANGED = (
    "I did not catch what to change. Say a price, a colour, a brand or a kind.",
    "没听明白要改什么，可以说价格、颜色、品牌或种类。",
)


def _unchanged(turn: Turn) -> Outcome:
    return Outcome(
        state=turn.state, composed=turn.tell(_UNCHANGED), quick_replies=next_steps(turn, turn.shown())
    )


def _changes_nothing(now: Constraints) -> bool:
    return replace(now, query="", spans=(), references=(), quantity=None) == Constraints()


def _with_same(turn: Turn, fresh: DialogueState) -> DialogueState:
    """A new search that takes over what is said to be the same: "socks in the same size"."""
    wanted, before = fresh.wanted, turn.state.wanted
    for match in _SAME.finditer(turn.said.text):
        said = next(filter(None, match.groups())).lower()
        facet = _SAME_FACETS.get(said, said)
        if facet == "price":
            wanted = replace(wanted, price=wanted.price or before.price)
        elif values := before.include.get(facet):
            wanted = replace(wanted, include={facet: values, **wanted.include})
    return replace(fresh, wanted=wanted)


def _start_over(turn: Turn) -> Outcome:
    """Forget the search, not the cart; go on at once with a need that is named in the same breath."""
    old = turn.state
    state = DialogueState(
        session=old.session,
        language=turn.language,
        refused=old.refused,
        heard=old.heard,
        earlier=_pushed(old),
    )
    rest = _RESET.sub(" ", turn.said.text)
    now = parse_constraints(rest, turn.parts.vocabulary)
    if now.include.get("category") or things(turn, now):
        return narrowed(turn, find(turn, new_search(state, replace(turn.said, text=rest, constraints=now))))
    return Outcome(
        state=state, composed=turn.say("started_over"), quick_replies=starters(replace(turn, state=state))
    )


def _pushed(state: DialogueState) -> tuple[Table, ...]:
    table = Table(state.wanted, state.ranking, state.shown)
    return (*state.earlier, table) if state.shown else state.earlier


def _go_back(turn: Turn) -> Outcome:
    """Put an earlier table back: the one before, the first of this need, or the last of a kind."""
    at = _place_of_earlier(turn)
    if at is None:
        return Outcome(
            state=turn.state,
            composed=turn.tell(_NOTHING_EARLIER),
            quick_replies=next_steps(turn, turn.shown()),
        )
    table = turn.state.earlier[at]
    products = turn.parts.searcher.store.get(table.shown)
    state = replace(turn.state, wanted=table.wanted, ranking=table.ranking)
    hits = [Hit(product, 1 - place / 10) for place, product in enumerate(products)]
    suggestions = explain(turn, table.wanted, _as_they_were(hits), turn.profile())
    outcome = put_on_table(turn, state, suggestions, turn.tell(_BACK_AGAIN))
    # Going back twice goes back further, and not to where this began.
    return replace(outcome, state=replace(outcome.state, earlier=turn.state.earlier[:at]))


def _place_of_earlier(turn: Turn) -> int | None:
    earlier, kinds = turn.state.earlier, turn.said.constraints.include.get("category", ())
    if not earlier:
        return None
    if kinds:
        wanted = {fold(value) for value in turn.parts.vocabulary.widen("category", kinds)}
        for at in range(len(earlier) - 1, -1, -1):
            products = turn.parts.searcher.store.get(earlier[at].shown)
            having = [p for p in products if wanted & set(map(fold, p.category))]
            if 2 * len(having) > len(products):
                return _first_of_need(earlier, at) if _FIRST.search(turn.said.text) else at
    if _FIRST.search(turn.said.text):
        same = [
            at
            for at, table in enumerate(earlier)
            if table.wanted.include.get("category") == turn.state.wanted.include.get("category")
        ]
        return same[0] if same else 0
    return len(earlier) - 1


def _first_of_need(earlier: tuple[Table, ...], at: int) -> int:
    kind = earlier[at].wanted.include.get("category")
    while at and earlier[at - 1].wanted.include.get("category") == kind:
        at -= 1
    return at


def _as_they_were(hits: list[Hit]) -> list[Ranked]:
    return [Ranked(hit, hit.score, {"relevance": hit.score}) for hit in hits]


def _is_only_more(turn: Turn) -> bool:
    return _changes_nothing(turn.said.constraints) and _MORE.search(turn.said.text) is not None


def _next_page(turn: Turn) -> Outcome:
    """The next products of the ranking on the table."""
    state = turn.state
    seen = max((state.ranking.index(key) for key in state.shown if key in state.ranking), default=-1)
    store = turn.parts.searcher.store
    filters = _filters_of(turn, state.wanted)
    products = [item for item in store.get(state.ranking[seen + 1 :]) if filters.accepts(item)][:SHOWN]
    if not products:
        return Outcome(
            state=state, composed=turn.say("no_more"), quick_replies=next_steps(turn, turn.shown())[:3]
        )
    total = len(state.ranking)
    hits = [Hit(product, 1 - (seen + 1 + at) / total) for at, product in enumerate(products)]
    suggestions = as_suggestions(turn, hits, reason=turn.say("reason_query", query=state.wanted.query))
    return put_on_table(turn, state, suggestions, turn.say("more"))


def _filters_of(turn: Turn, wanted: Constraints) -> Filters:
    parts = turn.parts
    return to_filters(wanted, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates)[0]


SKILLS = {"search_product": search, "refine_search": narrow}
