"""What shoppers did: events in the SQL store, and the profile that is drawn from them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from index.database import metadata, reading, writing
from index.schema import Product
from index.store import CatalogueStore
from index.text import fold

EventKind = Literal["view", "like", "dislike", "add_to_cart", "purchase"]

EVENT_WEIGHTS: Mapping[EventKind, float] = {
    "view": 0.2,
    "add_to_cart": 0.6,
    "like": 1.0,
    "purchase": 1.0,
    "dislike": -1.0,
}
"""How much an event says of taste, from -1 to 1."""

HALF_LIFE_DAYS = 60.0
"""After this long an event counts half."""

TASTE_FACETS = ("brand", "category", "material", "colour")

REASON_FACETS = ("brand", "category")
"""What a reason may rest on: "you liked that red phone" explains no red dress."""

_LAST_EVENTS = 200

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user", sa.String(255), nullable=False, index=True),
    sa.Column("product_id", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something a shopper did with a product."""

    product_id: str
    kind: EventKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A shopper's taste.

    Attributes:
        affinities: (facet, folded value) -> affinity in [-1, 1].
        causes: (facet, folded value) -> the product that says most for it.
        disliked: Families, or ids of products without one, that the shopper turned down.
        did: What the shopper did with the product of each cause.
    """

    affinities: Mapping[tuple[str, str], float] = field(default_factory=dict)
    causes: Mapping[tuple[str, str], Product] = field(default_factory=dict)
    disliked: frozenset[str] = frozenset()
    did: Mapping[tuple[str, str], EventKind] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is known: a cold start."""
        return not self.affinities and not self.disliked

    def affinity(self, product: Product) -> tuple[float, tuple[str, str] | None]:
        """How well a product suits the taste.

        Returns:
            (affinity in [-1, 1], the brand or category that says most for it, if any does). A product
            that was turned down has -1.
        """
        if (product.family or product.id) in self.disliked:
            return -1.0, None
        known = {
            (facet, fold(value)): self.affinities[facet, fold(value)]
            for facet, values in product.all_facets().items()
            for value in values
            if (facet, fold(value)) in self.affinities
        }
        if not known:
            return 0.0, None
        telling = [key for key in known if key[0] in REASON_FACETS and known[key] > 0 and key in self.causes]
        by_facet = [
            max((v for (f, _), v in known.items() if f == facet), key=abs, default=0.0)
            for facet in TASTE_FACETS
        ]
        mean = sum(by_facet) / len(TASTE_FACETS)
        return max(-1.0, min(1.0, 2 * mean)), max(telling, key=known.__getitem__, default=None)


class History:
    """Reads and writes shoppers' events."""

    def __init__(self, engine: Engine, store: CatalogueStore) -> None:
        self._engine, self._store = engine, store
        with writing(engine, "opening the history") as db:
            metadata.create_all(db, tables=[events])

    def record(self, user: str, product_id: str, kind: EventKind, *, at: datetime | None = None) -> None:
        """Note an event.

        Raises:
            ValueError: If the kind is none of the known ones.
            StoreError: If it cannot be written.
        """
        if kind not in get_args(EventKind):
            raise ValueError(f"kind must be one of {get_args(EventKind)}, not {kind!r}")
        row = {"user": user, "product_id": product_id, "kind": kind, "at": at or datetime.now(UTC)}
        with writing(self._engine, "noting an event") as db:
            db.execute(events.insert(), row)

    def events(self, user: str) -> list[Event]:
        """The shopper's latest events, the newest first."""
        query = (
            sa.select(events).where(events.c.user == user).order_by(events.c.at.desc(), events.c.id.desc())
        )
        with reading(self._engine, "reading the history") as db:
            return [
                Event(row.product_id, row.kind, _utc(row.at)) for row in db.execute(query.limit(_LAST_EVENTS))
            ]

    def forget(self, user: str, products: Collection[str] | None = None) -> int:
        """Delete what a shopper did, with some products or with all; returns how many events there were."""
        mine = events.c.user == user
        if products is not None:
            mine &= events.c.product_id.in_(list(products))
        with writing(self._engine, "forgetting") as db:
            return db.execute(events.delete().where(mine)).rowcount

    def profile(self, user: str | None) -> Profile:
        """The taste that the events show; empty for a stranger."""
        if user is None:
            return Profile()
        found = self.events(user)
        products = {
            product.id: product for product in self._store.get(sorted({event.product_id for event in found}))
        }
        return make_profile(
            [(event, products[event.product_id]) for event in found if event.product_id in products]
        )


def _utc(at: datetime) -> datetime:
    # SQLite hands back times without their zone.
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def make_profile(found: Sequence[tuple[Event, Product]], *, now: datetime | None = None) -> Profile:
    """Draw a profile from events.

    Each event adds its weight, halved every `HALF_LIFE_DAYS`, to the facet values of its product; the
    sums are squashed by x / (1 + |x|), so that one event never says everything.

    Args:
        found: Events with their products, the newest first.
        now: The time from which age is counted; None is the present.
    """
    now = now or datetime.now(UTC)
    sums: dict[tuple[str, str], float] = defaultdict(float)
    causes: dict[tuple[str, str], tuple[float, Product, EventKind]] = {}
    liked: dict[str, EventKind] = {}
    for event, product in found:
        age = max(0.0, (now - event.at).total_seconds() / 86400)
        weight = EVENT_WEIGHTS[event.kind] * 0.5 ** (age / HALF_LIFE_DAYS)
        liked.setdefault(product.family or product.id, event.kind)
        for facet in TASTE_FACETS:
            for value in product.all_facets().get(facet, ())[-3:]:
                key = facet, fold(value)
                sums[key] += weight
                if weight > 0 and (key not in causes or weight > causes[key][0]):
                    causes[key] = weight, product, event.kind
    return Profile(
        affinities={key: total / (1 + abs(total)) for key, total in sums.items()},
        causes={key: product for key, (_, product, _) in causes.items()},
        disliked=frozenset(key for key, kind in liked.items() if kind == "dislike"),
        did={key: kind for key, (_, _, kind) in causes.items()},
    )
