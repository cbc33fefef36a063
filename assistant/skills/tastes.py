"""What suits a shopper: kinds and makers they like, what they noted, what goes with what they have."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.bought_together import bought_with
from assistant.history import Profile
from assistant.skills.base import Turn
from assistant.skills.finding import in_their_size
from assistant.skills.occasions import Wanted
from assistant.skills.showing import (
    line,
    suited,
    varied,
)
from assistant.turns import Constraints
from index.schema import Product
from index.search import Hit
from index.text import fold

OF_ONE_MAKER = 2
"""Products of one maker among the first, as long as there are others."""

TASTES = 8
"""Values that a shopper likes best, which are looked for."""

NOTED = 0.8
"""Affinity of what a shopper said they like."""

_LIKED_VALUE = ("you said you like {what}", "您说过喜欢{what}")
_BUYERS = ("often bought with what you have", "经常和您买过的一起买")


def _owned(turn: Turn) -> frozenset[str]:
    """Lines that the shopper has bought."""
    ids = {
        event.product_id for event in turn.parts.history.events(turn.user or "") if event.kind == "purchase"
    }
    if turn.shop.orders is not None and turn.user is not None:
        orders = (order for order in turn.shop.orders.of(turn.user) if order.state != "cancelled")
        ids.update(item.product_id for order in orders for item in order.lines)
    return frozenset(line(product) for product in turn.parts.searcher.store.get(sorted(ids)))


def fresh(turn: Turn, hits: Sequence[Hit], limits: Constraints) -> list[Hit]:
    """Hits that the shopper neither owns nor turned down, and that are for whom they asked."""
    owned = _owned(turn)
    return [hit for hit in suited(turn, hits, limits) if line(hit.product) not in owned]


def tasteful(turn: Turn, wanted: Wanted) -> tuple[list[Hit], dict[str, str], Profile]:
    """Products of the kinds and makers that the shopper likes best, of each kind in turn, and why."""
    profile, noted = turn.profile(), _noted(turn)
    affinities = {key: value for key, value in profile.affinities.items() if key[0] in ("category", "brand")}
    affinities.update({(facet, fold(value)): NOTED for facet, value in noted})
    best = sorted((item for item in affinities.items() if item[1] > 0), key=lambda item: -item[1])[:TASTES]
    candidates: dict[str, tuple[float, Hit]] = {}
    for (facet, value), affinity in best:
        include = {**wanted.filters.include, facet: frozenset({value})}
        if facet in wanted.filters.include:
            continue
        for hit in turn.parts.searcher.search("", replace(wanted.filters, include=include), limit=20).hits:
            score = max(affinity, profile.affinity(hit.product)[0])
            known = candidates.get(line(hit.product))
            candidates[line(hit.product)] = (max(score, known[0]) if known else score, hit)
    ranked = [hit for _, hit in sorted(candidates.values(), key=lambda pair: -pair[0])]
    reasons = {hit.product.id: reason for hit in ranked if (reason := _noted_in(turn, hit.product, noted))}
    bought = _with_what_they_have(turn, wanted)
    reasons.update({hit.product.id: turn.tell(_BUYERS) for hit in bought})
    kinds = varied(fresh(turn, ranked, wanted.limits))
    hits = [*kinds[:2], *fresh(turn, bought, wanted.limits), *kinds[2:]]
    hits = _of_several_makers(list({line(hit.product): hit for hit in hits}.values()))
    return in_their_size(turn, hits, wanted.filters), reasons, profile


def _of_several_makers(hits: list[Hit]) -> list[Hit]:
    """The same hits, those after the first `OF_ONE_MAKER` of a maker behind the others."""
    seen: dict[str | None, int] = {}
    places = []
    for hit in hits:
        seen[hit.product.brand] = seen.get(hit.product.brand, 0) + (hit.product.brand is not None)
        places.append(seen[hit.product.brand] > OF_ONE_MAKER)
    return [hit for _, hit in sorted(zip(places, hits, strict=True), key=lambda pair: pair[0])]


def _noted(turn: Turn) -> list[tuple[str, str]]:
    """(facet, value) that the shopper said they like, under every name of the value's kinds."""
    widen = turn.parts.vocabulary.widen
    return [
        (note.facet, value)
        for note in turn.parts.notes.of(turn.user)
        if note.wanted and note.value and turn.parts.vocabulary.kind(note.facet) != "size"
        for value in widen(note.facet, (note.value,))
    ]


def _noted_in(turn: Turn, product: Product, noted: Sequence[tuple[str, str]]) -> str:
    facets = product.all_facets()
    for facet, value in noted:
        if fold(value) in map(fold, facets.get(facet, ())):
            name = turn.parts.vocabulary.name_in(facet, value, turn.language)
            return turn.tell(_LIKED_VALUE, what=name)
    return ""


def _with_what_they_have(turn: Turn, wanted: Wanted) -> list[Hit]:
    """What other shoppers often bought with what this one has."""
    if turn.user is None:
        return []
    events = turn.parts.history.events(turn.user)
    ids = list(dict.fromkeys(event.product_id for event in events if event.kind == "purchase"))[:20]
    store = turn.parts.searcher.store
    found = bought_with(store.engine, store, store.get(ids))[:2]
    return [Hit(product, 1.0) for product, _ in found if wanted.filters.accepts(product)]
