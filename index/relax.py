"""When nothing passes the filters: the smallest changes of them after which something does."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

import numpy as np

from index.filters import Filters
from index.snapshot import Mask, Snapshot

OTHER_VALUES = 3
"""Values named in place of a facet value that is given up."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of the filters that gives results.

    Attributes:
        changed: What is asked for less, one or two of: "price", "rating", "stock", "sale", or
            "include.colour" and "exclude.brand" for the facets.
        filters: The filters after it. A price limit and a rating are moved as far as needed, and given up
            only where no product has any; everything else is given up.
        count: How many product lines pass them.
        instead: Where an included facet is given up, the values that there are: (folded value, product
            lines), the most frequent first.
    """

    changed: tuple[str, ...]
    filters: Filters
    count: int
    instead: tuple[tuple[str, int], ...] = ()


def relax(snapshot: Snapshot, filters: Filters) -> tuple[Relaxation, ...]:
    """The smallest changes that give results, most results first: of single constraints, or else of pairs."""
    parts = _parts(snapshot, filters)
    for size in (1, 2):
        found = [
            relaxation
            for names in combinations(parts, size)
            if (relaxation := _relaxed(snapshot, filters, parts, names)) is not None
        ]
        if found:
            return tuple(sorted(found, key=lambda item: (-item.count, item.changed)))
    return ()


def _parts(snapshot: Snapshot, filters: Filters) -> dict[str, Mask]:
    """The rows that satisfy each constraint on its own."""
    alone = {
        "price": Filters(price_min=filters.price_min, price_max=filters.price_max, currency=filters.currency),
        "rating": Filters(rating_min=filters.rating_min),
        "stock": Filters(in_stock=filters.in_stock),
        "sale": Filters(on_sale=filters.on_sale),
        **{f"include.{facet}": Filters(include={facet: some}) for facet, some in filters.include.items()},
        **{f"exclude.{facet}": Filters(exclude={facet: some}) for facet, some in filters.exclude.items()},
    }
    return {name: snapshot.passing(one) for name, one in alone.items() if one.active}


def _relaxed(
    snapshot: Snapshot, filters: Filters, parts: Mapping[str, Mask], names: tuple[str, ...]
) -> Relaxation | None:
    rest = _all(snapshot, (mask for name, mask in parts.items() if name not in names))
    if not rest.any():
        return None
    looser = _without(filters, names)
    if "price" in names:
        looser = _nearest_price(snapshot, rest, filters, looser)
        rest = rest & snapshot.passing(looser)
    if "rating" in names:
        looser = _best_rating(snapshot, rest, looser)
        rest = rest & snapshot.passing(looser)
    given_up = [name.removeprefix("include.") for name in names if name.startswith("include.")]
    instead = _values(snapshot, rest, given_up[0]) if len(given_up) == 1 else ()
    return Relaxation(names, looser, snapshot.lines(rest), instead)


def _all(snapshot: Snapshot, masks: Iterable[Mask]) -> Mask:
    both = snapshot.alive.copy()
    for mask in masks:
        both &= mask
    return both


def _without(filters: Filters, names: tuple[str, ...]) -> Filters:
    return replace(
        filters,
        price_min=None if "price" in names else filters.price_min,
        price_max=None if "price" in names else filters.price_max,
        rating_min=None if "rating" in names else filters.rating_min,
        in_stock=filters.in_stock and "stock" not in names,
        on_sale=filters.on_sale and "sale" not in names,
        include={facet: some for facet, some in filters.include.items() if f"include.{facet}" not in names},
        exclude={facet: some for facet, some in filters.exclude.items() if f"exclude.{facet}" not in names},
    )


def _nearest_price(snapshot: Snapshot, rest: Mask, asked: Filters, looser: Filters) -> Filters:
    """The limits moved to a round number that lets the nearest price in; none where nothing has a price."""
    priced = rest & snapshot.priced(Filters(currency=asked.currency))
    if not priced.any():
        return looser
    prices = [Decimal(int(cents)) / 100 for cents in np.unique(snapshot.price[priced])]
    nearest = min(prices, key=lambda price: (_distance(asked, price), price))
    low, high = asked.price_min, asked.price_max
    return replace(
        looser,
        price_min=low if low is None or low <= nearest else _round_number(nearest, up=False),
        price_max=high if high is None or high >= nearest else _round_number(nearest, up=True),
    )


def _distance(asked: Filters, price: Decimal) -> Decimal:
    """How far a price is outside the limits."""
    below = Decimal(0) if asked.price_min is None else asked.price_min - price
    above = Decimal(0) if asked.price_max is None else price - asked.price_max
    return max(below, above)


def _round_number(price: Decimal, *, up: bool) -> Decimal:
    """The next number of two digits and zeros: 219 becomes 220, and 1,049 becomes 1,100.

    >>> _round_number(Decimal("219.00"), up=True), _round_number(Decimal("1049"), up=False)
    (Decimal('220'), Decimal('1000'))
    """
    if price <= 0:
        return Decimal(0)
    step = Decimal(10) ** (price.adjusted() - 1)
    return (math.ceil if up else math.floor)(price / step) * step


def _best_rating(snapshot: Snapshot, rest: Mask, looser: Filters) -> Filters:
    """The highest rating that something has, rounded down to a tenth; none where nothing is rated."""
    ratings = snapshot.rating[rest]
    known = ratings[~np.isnan(ratings)]
    if not len(known):
        return looser
    best = float(known.max())
    tenth = math.floor(best * 10) / 10
    if tenth > best:  # 3.6999999999999997 x 10 is 37
        tenth = round(tenth - 0.1, 1)
    return replace(looser, rating_min=tenth)


def _values(snapshot: Snapshot, rest: Mask, facet: str) -> tuple[tuple[str, int], ...]:
    counts = {
        value: len(np.unique(snapshot.family[rows[rest[rows]]]))
        for (name, value), rows in snapshot.postings.items()
        if name == facet
    }
    best = sorted(
        ((value, count) for value, count in counts.items() if count), key=lambda item: (-item[1], item[0])
    )
    return tuple(best[:OTHER_VALUES])
