"""search_product, refine_search, find_similar, find_deals, recommend: everything that shows products."""

import re
from dataclasses import replace

from assistant.dialogue import new_search, refine, to_filters
from assistant.skills.base import (
    POOL,
    SHOWN,
    Turn,
    as_suggestions,
    by_number,
    find,
    next_steps,
    put_on_table,
    titled,
)
from assistant.turns import Constraints, DialogueState, Outcome
from index.filters import Filters
from index.search import Hit

_MORE = re.compile(
    r"\b(?:more|others?|else|next|another)\b(?! expensive)|还有(?:别的|其他|更多|没有|吗|么)|更多|下一页|再来(?:几|一|点)|换一批|别的",
    re.I,
)
# Somebody else's taste is not in the shopper's history: what is said of them is searched for.
_FOR_SOMEBODY = re.compile(
    r"\b(?:gifts?|presents?|for (?:my|his|her|our|their|an?|the)|birthday|wedding|christmas|(?:he|she|they) (?:likes?|loves?))\b|"
    r"礼物|送(?:给|人|礼)|生日|过节|给我?(?:爸|妈|爷|奶|老|朋|同|孩|儿|女|男|婆|公|弟|妹|哥|姐)|[他她](?:喜欢|爱)",
    re.I,
)
_RESET = re.compile(
    r"\b(?:start (?:over|again|afresh)|reset|clear (?:all|everything)|from scratch)\b|重新(?:开始|来|找)|从头|清空",
    re.I,
)


def search(turn: Turn) -> Outcome:
    """A new need; with nothing but limits while products are shown, it narrows those."""
    now = turn.said.constraints
    if turn.state.shown and not now.include.get("category") and not now.query:
        return narrow(turn)
    return find(turn, new_search(turn.state, turn.said))


def narrow(turn: Turn) -> Outcome:
    """Change the results on the table: page, start over, or refine what was asked."""
    now = turn.said.constraints
    if _RESET.search(turn.said.text):
        state = DialogueState(language=turn.language)
        return Outcome(state=state, composed=turn.say("started_over"))
    if not turn.state.shown and not turn.state.wanted.query and not turn.state.wanted.include:
        return find(turn, new_search(turn.state, turn.said))
    if _is_only_more(turn):
        return _next_page(turn)
    kind = set(now.include.get("category", ()))
    if kind and not kind & set(turn.state.wanted.include.get("category", ())):
        return find(turn, new_search(turn.state, turn.said))
    # "Cheaper" is meant of the product referred to, or else of all that are shown.
    return find(turn, refine(turn.state, turn.said, by_number(turn, default=SHOWN)))


def _is_only_more(turn: Turn) -> bool:
    changed = replace(turn.said.constraints, query="", spans=(), references=(), quantity=None)
    return changed == Constraints() and _MORE.search(turn.said.text) is not None


def _next_page(turn: Turn) -> Outcome:
    """The next products of the ranking on the table."""
    state = turn.state
    seen = max((state.ranking.index(key) for key in state.shown if key in state.ranking), default=-1)
    store = turn.shop.searcher.store
    filters, _ = to_filters(
        state.wanted, turn.shop.vocabulary, currency=turn.shop.currency, rates=turn.shop.settings.rates
    )
    products = [item for item in store.get(state.ranking[seen + 1 :]) if filters.accepts(item)][:SHOWN]
    if not products:
        return Outcome(state=state, composed=turn.say("no_more"), quick_replies=next_steps(turn, []))
    total = len(state.ranking)
    hits = [Hit(product, 1 - (seen + 1 + at) / total) for at, product in enumerate(products)]
    suggestions = as_suggestions(turn, hits, reason=turn.say("reason_query", query=state.wanted.query))
    return put_on_table(turn, state, suggestions, turn.say("more"))


def similar(turn: Turn) -> Outcome:
    """Products like the one referred to, within the limits said now."""
    meant = by_number(turn, default=1)
    if not meant and turn.said.constraints.references and turn.state.shown:
        return Outcome(state=turn.state, composed=turn.say("which"))
    if not meant:
        return search(turn) if turn.said.constraints.query else _nothing_shown(turn)
    now = turn.said.constraints
    filters, _ = to_filters(
        replace(now, include={f: v for f, v in now.include.items() if f != "category"}),
        turn.shop.vocabulary,
        currency=turn.shop.currency,
        rates=turn.shop.settings.rates,
    )
    found = turn.shop.searcher.similar(meant[0], filters, limit=POOL)
    state = replace(turn.state, ranking=tuple(hit.product.id for hit in found.hits), question=None)
    suggestions = as_suggestions(
        turn, found.hits, reason=turn.say("similar", title=titled(meant[0], turn)).rstrip(":：")
    )
    if not suggestions:
        return Outcome(state=turn.state, composed=turn.say("no_match"))
    return put_on_table(turn, state, suggestions, turn.say("similar", title=titled(meant[0], turn)))


def deals(turn: Turn) -> Outcome:
    """What is priced below its list price."""
    said = replace(turn.said, constraints=replace(turn.said.constraints, on_sale=True, query=""))
    outcome = find(turn, new_search(turn.state, said))
    return replace(outcome, composed=turn.say("deals")) if outcome.evidence.products else outcome


def recommend(turn: Turn) -> Outcome:
    """Suggestions from taste; from what sells and pleases when there is none."""
    now, profile = turn.said.constraints, turn.profile()
    filters, _ = to_filters(
        now, turn.shop.vocabulary, currency=turn.shop.currency, rates=turn.shop.settings.rates
    )
    for_other = _FOR_SOMEBODY.search(turn.said.text) is not None
    if now.include or now.price is not None or (now.query and (profile.empty or for_other)):
        outcome = find(turn, new_search(turn.state, turn.said))
        return replace(outcome, composed=turn.say("ideas")) if outcome.evidence.products else outcome
    hits = _tasteful(turn, filters) if not profile.empty else _popular(turn, filters)
    state = replace(
        turn.state,
        wanted=Constraints(),
        ranking=tuple(hit.product.id for hit in hits),
        question=None,
    )
    composed = turn.say("popular" if profile.empty else "for_you")
    return put_on_table(turn, state, as_suggestions(turn, hits, reason=turn.say("reason_popular")), composed)


def _popular(turn: Turn, filters: Filters) -> list[Hit]:
    """Best selling, well rated, in stock, one of each narrowest category."""
    result = turn.shop.searcher.search("", replace(filters, in_stock=True, rating_min=4.0), limit=POOL)
    seen: set[str] = set()
    hits: list[Hit] = []
    for hit in result.hits:
        kind = hit.product.category[-1] if hit.product.category else hit.product.id
        if kind not in seen:
            seen.add(kind)
            hits.append(Hit(hit.product, 1 - len(hits) / POOL))
    return hits


def _tasteful(turn: Turn, filters: Filters) -> list[Hit]:
    """Products in the categories and of the makers that the shopper likes best, not bought before."""
    profile = turn.profile()
    owned = {
        event.product_id for event in turn.shop.history.events(turn.user or "") if event.kind == "purchase"
    }
    candidates: dict[str, Hit] = {}
    best = sorted(profile.affinities.items(), key=lambda item: -item[1])
    for (facet, value), affinity in best[:8]:
        if affinity <= 0 or facet not in ("category", "brand"):
            continue
        narrowed = replace(filters, in_stock=True, include={facet: frozenset({value})})
        for hit in turn.shop.searcher.search("", narrowed, limit=20).hits:
            if hit.product.id not in owned:
                score = min(1.0, 0.5 + affinity / 2)
                candidates.setdefault(hit.product.family or hit.product.id, Hit(hit.product, score))
    return sorted(candidates.values(), key=lambda hit: -hit.score)[:POOL] or _popular(turn, filters)


def _nothing_shown(turn: Turn) -> Outcome:
    return Outcome(state=turn.state, composed=turn.say("nothing_shown"))


SKILLS = {
    "search_product": search,
    "refine_search": narrow,
    "find_similar": similar,
    "find_deals": deals,
    "recommend": recommend,
}
