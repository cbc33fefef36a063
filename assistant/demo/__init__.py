"""The demo shop: its catalogue, two shoppers with a past, its promotions and policies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.config import Settings
from assistant.history import EventKind, History, events
from assistant.notes import Notes, notes
from assistant.sessions import Sessions
from assistant.shop import Order, OrderLine
from assistant.sql_shop import SqlShop
from index.build import build, database_url
from index.database import writing
from index.demo.generate import CATALOGUE
from index.readers import read_catalogue
from index.store import CatalogueStore

if TYPE_CHECKING:
    from assistant.pipeline import ShoppingAssistant

TODAY = date(2026, 11, 22)
"""The day in the demo shop, so that its promotions run and its orders are where they are described to be."""

FOLDER = Path(__file__).parent
"""Its promotions, rules and shoppers."""

_SHOPPERS = FOLDER / "shoppers.json"

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
    """Make sure that the demo is built, in a folder of its own, and return the settings for it.

    Its record and vectors are in that folder too, whatever `SHOP_DATABASE_URL` and `SHOP_CHROMA_URL` say: to
    build the demo empties what was there. What else the settings leave open is the demo's: its exchange
    rates, its rules and promotions, a checkout that leads nowhere, and `TODAY` as the day that everything is
    judged by.

    Raises:
        ShopError: If it cannot be built.
    """
    settings = replace(
        settings,
        data_dir=settings.data_dir / "demo",
        database_url="",
        chroma_url="",
        rates=settings.rates or DEMO_RATES,
        shop_info=settings.shop_info or FOLDER,
        checkout_url=settings.checkout_url or "https://checkout.example/{cart}",
        today=settings.today or TODAY,
    )
    stamp = sha256(CATALOGUE.read_bytes() + _SHOPPERS.read_bytes()).hexdigest()[:16]
    if not _is_built(settings, stamp):
        build(read_catalogue(CATALOGUE).products, settings)
        store = CatalogueStore.create(database_url(settings))
        try:
            seed(store, settings)
            store.set_meta(demo=stamp)
        finally:
            store.engine.dispose()
    return settings


def _is_built(settings: Settings, stamp: str) -> bool:
    if not settings.data_dir.exists():
        return False
    store = CatalogueStore.create(database_url(settings))
    try:
        return store.get_meta("built") is not None and store.get_meta("demo") == stamp
    finally:
        store.engine.dispose()


def seed(store: CatalogueStore, settings: Settings) -> None:
    """Begin anew: the demo's shoppers get their past, and what anybody did, said or put in a cart is gone.

    Raises:
        ShopError: If the database fails.
    """
    history, shop = History(store.engine, store), SqlShop(store.engine, settings)
    Notes(store.engine)
    Sessions(store.engine, settings.session_days).clear()
    shop.clear()
    with writing(store.engine, "forgetting everybody") as db:
        for table in (events, notes):
            db.execute(table.delete())
    for user, product_id, kind, at in _past():
        history.record(user, product_id, kind, at=at)
    for user, order in _orders():
        shop.orders.add(user, order)


def reset_shoppers(assistant: "ShoppingAssistant") -> None:
    """Put an open demo back to how it began, as evaluations need between conversations.

    Raises:
        ValueError: If it is another shop's assistant: what its shoppers did is not deleted.
    """
    store, settings = assistant.parts.searcher.store, assistant.parts.settings
    if store.get_meta("demo") is None:
        raise ValueError("only the demo can be put back to how it began")
    seed(store, settings)


def _past() -> Iterator[tuple[str, str, EventKind, datetime]]:
    """Events of the demo shoppers; every line of a past order is a purchase."""
    for user, past in _shoppers().items():
        for event in past["events"]:
            yield user, event["product"], event["kind"], _day(event["on"])
        for order in past["orders"]:
            for line in order["lines"]:
                yield user, line["product"], "purchase", _day(order["placed"])


def _orders() -> Iterator[tuple[str, Order]]:
    for user, past in _shoppers().items():
        for row in past["orders"]:
            lines = tuple(OrderLine(r["product"], r["quantity"], Decimal(r["price"])) for r in row["lines"])
            yield (
                user,
                Order(
                    id=row["id"],
                    placed=date.fromisoformat(row["placed"]),
                    state=row["state"],
                    lines=lines,
                    delivered=date.fromisoformat(row["delivered"]) if "delivered" in row else None,
                    due=date.fromisoformat(row["due"]) if "due" in row else None,
                    address=row.get("address", ""),
                ),
            )


def _shoppers() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_SHOPPERS.read_text(encoding="utf-8"))
    return found


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
