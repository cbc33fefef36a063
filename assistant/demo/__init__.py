"""The demo shop: its catalogue, two shoppers with a past, its promotions and policies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources

from assistant.config import Settings
from assistant.history import EventKind, History
from index.build import build, database_url
from index.demo.generate import CATALOGUE
from index.readers import read_catalogue
from index.store import CatalogueStore

DEMO_RATES = {"CNY": Decimal("7.10"), "EUR": Decimal("0.92"), "GBP": Decimal("0.79")}
"""The demo shop's own exchange rates, for limits said in another currency than its dollars."""


@dataclass(frozen=True, slots=True)
class DemoShopper:
    """Somebody with a history.

    Attributes:
        user: Identifier.
        name: Shown in the chat.
    """

    user: str
    name: str


SHOPPERS = (
    DemoShopper("mei", "Mei 小梅 — cooks, camps, likes Tarnholt"),
    DemoShopper("tom", "Tom — music, office, running"),
)


def open_demo(settings: Settings) -> Settings:
    """Make sure that the demo is built, in a folder of its own, and return the settings for it."""
    settings = replace(settings, data_dir=settings.data_dir / "demo", rates=settings.rates or DEMO_RATES)
    store = CatalogueStore.create(database_url(settings)) if settings.data_dir.exists() else None
    stamp = str(CATALOGUE.stat().st_size)
    if store is None or store.get_meta("built") is None or store.get_meta("demo") != stamp:
        build(read_catalogue(CATALOGUE).products, settings)
        store = CatalogueStore.create(database_url(settings))
        _seed(History(store.engine, store))
        store.set_meta(demo=stamp)
    store.engine.dispose()
    return settings


def _seed(history: History) -> None:
    """Give the demo shoppers their past, in place of whatever they had."""
    for shopper in SHOPPERS:
        history.forget(shopper.user)
    for user, product_id, kind, at in _past():
        history.record(user, product_id, kind, at=at)


def _past() -> Iterator[tuple[str, str, EventKind, datetime]]:
    """Events of the demo shoppers; every line of a past order is a purchase."""
    folder = resources.files("assistant") / "demo"
    shoppers = json.loads((folder / "shoppers.json").read_text(encoding="utf-8"))
    for user, past in shoppers.items():
        for event in past["events"]:
            yield user, event["product"], event["kind"], _day(event["on"])
        for order in past["orders"]:
            for line in order["lines"]:
                yield user, line["product"], "purchase", _day(order["placed"])


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
