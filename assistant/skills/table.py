"""Puts products on the table, in order and with the reason for each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.history import Profile
from assistant.phrases import (
    money,
)
from assistant.rank import Ranked, rerank
from assistant.skills.base import SHOWN, Turn, next_steps, titled
from assistant.turns import (
    Constraints,
    DialogueState,
    Evidence,
    Outcome,
    Suggestion,
    Table,
)
from index.schema import Product
from index.search import Hit
from index.text import fold

_DID = {"like": "reason_history", "purchase": "reason_bought"}
_OWN = {"like": "reason_own", "purchase": "reason_own_bought"}
POOL = 50
"""Hits that are reranked and can be paged through."""


EARLIER = 10
"""Tables that can be gone back to."""


def put_on_table(
    turn: Turn,
    state: DialogueState,
    suggestions: Sequence[Suggestion],
    composed: str,
    *,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """Show products; what was on the table can be gone back to."""
    before = Table(turn.state.wanted, turn.state.ranking, turn.state.shown)
    shown = tuple(item.hit.product.id for item in suggestions)
    earlier = state.earlier
    if before.shown and before.shown != shown:
        earlier = (*earlier, before)[-EARLIER:]
    state = replace(state, shown=shown, focus=(), earlier=earlier)
    return Outcome(
        state=state,
        composed=composed,
        notes=notes,
        evidence=Evidence(products=tuple(suggestions)),
        quick_replies=next_steps(turn, [item.hit.product for item in suggestions]),
    )


def as_suggestions(turn: Turn, hits: Sequence[Hit], *, reason: str = "") -> list[Suggestion]:
    """Rerank hits by the shopper's history and explain them."""
    profile = turn.profile()
    hits = unless_turned_down(hits, profile, turn.state.refused)
    ranked = rerank(hits, profile, weight=turn.parts.settings.history_weight)[:SHOWN]
    return explain(turn, Constraints(), ranked, profile, fallback=reason)


def unless_turned_down(hits: Sequence[Hit], profile: Profile, refused: Iterable[str] = ()) -> Sequence[Hit]:
    """Hits without what the shopper turned down, now or before, unless there is nothing else."""
    gone = profile.disliked.union(refused)
    left = [hit for hit in hits if (hit.product.family or hit.product.id) not in gone]
    return left or hits


def explain(
    turn: Turn,
    wanted: Constraints,
    ranked: Sequence[Ranked],
    profile: Profile,
    *,
    fallback: str = "",
) -> list[Suggestion]:
    """Give each product the strongest reason that is true of it."""
    products = [item.hit.product for item in ranked]
    return [
        Suggestion(item.hit, item.score, item.terms, _reason(turn, wanted, item, products, profile, fallback))
        for item in ranked
    ]


def _reason(
    turn: Turn,
    wanted: Constraints,
    item: Ranked,
    products: Sequence[Product],
    profile: Profile,
    fallback: str,
) -> str:
    product = item.hit.product
    if item.cause is not None and item.terms.get("affinity", 1) > 1.05 and _sets_apart(item.cause, products):
        cause = profile.causes[item.cause]
        did = profile.did.get(item.cause, "like")
        if did in _OWN and (cause.family or cause.id) == (product.family or product.id):
            return turn.say(_OWN[did])
        return turn.say(_DID.get(did, "reason_viewed"), title=titled(cause, turn))
    prices = [p.price for p in products if p.price is not None]
    ratings = [p.rating for p in products if p.rating is not None]
    if len(prices) > 1 and product.price == min(prices) and prices.count(product.price) == 1:
        return turn.say("reason_cheapest")
    if len(ratings) > 1 and product.rating == max(ratings) and ratings.count(product.rating) == 1:
        return turn.say("reason_rated")
    if product.on_sale and product.list_price is not None:
        return turn.say("reason_sale", before=money(product.list_price, product.currency))
    chips = turn.parts.chips(replace(wanted, price_level=None, sort=None), turn.language)
    if chips:
        return turn.say("reason_match", what=", ".join(chips[:3]))
    return turn.say("reason_query", query=wanted.query) if wanted.query else fallback


def _sets_apart(cause: tuple[str, str], products: Sequence[Product]) -> bool:
    """Whether only some of the products have the value: what all have in common is no reason for one."""
    facet, value = cause
    having = [value in map(fold, product.all_facets().get(facet, ())) for product in products]
    return len(having) == 1 or not all(having)
