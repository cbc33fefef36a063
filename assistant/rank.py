"""Orders hits by relevance, the shopper's affinity and diversity. Every factor is kept, to explain it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.history import Profile
from index.search import Hit

REPEAT_PENALTY = 0.93
"""Factor for each earlier hit of the same brand: two alike stay together, five do not."""

RELEVANCE_POWER = 0.5
"""Brings the scores of what fits well closer together, so that taste can decide between them."""

LEVEL_WEIGHT = 1.0
"""How far a wish for cheap (or dear) things moves the score; it never removes anything."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its final score.

    Attributes:
        hit: The hit.
        score: Product of the factors.
        terms: "relevance", "affinity", "price_level" and "diversity": factors, 1 meaning no effect.
        cause: The (facet, folded value) of the profile that speaks for it, if any.
    """

    hit: Hit
    score: float
    terms: dict[str, float]
    cause: tuple[str, str] | None = None


def rerank(
    hits: Sequence[Hit], profile: Profile, *, weight: float = 0.3, price_level: str | None = None
) -> list[Ranked]:
    """Reorder hits by relevance, affinity, price wish and diversity.

    score = relevance ^ RELEVANCE_POWER x (1 + weight x affinity) x (1 + LEVEL_WEIGHT x level)
    x REPEAT_PENALTY ^ repeats, where level is 1 for the cheapest of the hits and 0 for the dearest ("low"),
    or the other way round.
    Diversity is applied greedily, best first.

    Args:
        hits: Search hits, best first; scores in (0, 1].
        profile: What this shopper did; may be empty (cold start: affinity changes nothing).
        weight: 0 ignores the profile; 1 lets it double a score or bring it to nothing.
        price_level: "low", "high" or None.

    Raises:
        ValueError: If `weight` is outside [0, 1].
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must be in [0, 1], not {weight}")
    levels = _levels(hits, price_level)
    scored = []
    for hit, level in zip(hits, levels, strict=True):
        affinity, cause = profile.affinity(hit.product)
        terms = {
            "relevance": hit.score**RELEVANCE_POWER,
            "affinity": 1 + weight * affinity,
            "price_level": 1 + LEVEL_WEIGHT * level,
        }
        scored.append(
            Ranked(hit, terms["relevance"] * terms["affinity"] * terms["price_level"], terms, cause)
        )
    return _diversified(sorted(scored, key=lambda item: -item.score))


def _levels(hits: Sequence[Hit], price_level: str | None) -> list[float]:
    """Place of each price among the hits: 1 for what is wanted most, 0 for the opposite or no price."""
    priced = sorted({hit.product.price for hit in hits if hit.product.price is not None})
    if price_level is None or len(priced) < 2:
        return [0.0] * len(hits)
    places = {price: at / (len(priced) - 1) for at, price in enumerate(priced)}
    if price_level == "low":
        places = {price: 1 - place for price, place in places.items()}
    return [0.0 if hit.product.price is None else places[hit.product.price] for hit in hits]


def _diversified(items: Sequence[Ranked]) -> list[Ranked]:
    left, seen, out = list(items), Counter[str | None](), []
    while left:
        scores = [item.score * REPEAT_PENALTY ** _repeats(seen, item) for item in left]
        best = max(range(len(left)), key=lambda at: (scores[at], -at))
        item = left.pop(best)
        factor = REPEAT_PENALTY ** _repeats(seen, item)
        out.append(Ranked(item.hit, item.score * factor, {**item.terms, "diversity": factor}, item.cause))
        seen[item.hit.product.brand] += 1
    return out


def _repeats(seen: Counter[str | None], item: Ranked) -> int:
    brand = item.hit.product.brand
    return 0 if brand is None else seen[brand]
