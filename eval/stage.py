"""Sets a shop aside for evaluation: carts, orders and histories change in a copy of the data folder only."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from assistant.config import Settings
from assistant.shop import Orders
from assistant.turns import DialogueState, Reply
from eval.expectations import CartView
from index.build import open_store
from index.errors import ConfigError, StoreError
from index.schema import Product

if TYPE_CHECKING:
    from assistant.pipeline import ShoppingAssistant

RECORD = "shop.sqlite"

WARM_UP = "headphones"


class Shop(Protocol):
    """The part of a shop that is looked at; `assistant.shop.Shop` is one."""

    @property
    def orders(self) -> Orders | None:
        """Knows placed orders."""


class Assistant(Protocol):
    """What is measured; `assistant.ShoppingAssistant` is one."""

    @property
    def shop(self) -> Shop:
        """The shop behind it."""

    def reply(self, text: str, *, state: DialogueState | None = None, user: str | None = None) -> Reply:
        """Answer one utterance."""

    def cart(self, user: str | None, state: DialogueState) -> CartView:
        """What is in the shopper's cart."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenarios are played.

    Attributes:
        assistant: Who answers.
        shoppers: Users with a past; others are nobody that the shop has seen.
        refresh: Gives the shoppers their past back, and empty carts.
        config: What the numbers depend on, for the report.
    """

    assistant: Assistant
    shoppers: frozenset[str] = frozenset()
    refresh: Callable[[], None] = lambda: None
    config: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def opened(catalogue: Path | None, *, today: date | None = None, llm: str | None = "none") -> Iterator[Stage]:
    """The assistant of a data folder, or of the demo shop, on a copy of the folder.

    Args:
        catalogue: Data folder of an index; None is the demo shop.
        today: Day that promotions and orders are judged by; None is the setting's.
        llm: The language model; None is the setting's.

    Raises:
        ConfigError: If the record is in a database of its own, which cannot be set aside.
        ShopError: If the assistant cannot be opened.
    """
    from assistant.demo import SHOPPERS, open_demo
    from assistant.pipeline import ShoppingAssistant

    settings = Settings.from_env(data_dir=catalogue, llm=llm, today=today)
    if settings.database_url:
        raise ConfigError(
            "SHOP_DATABASE_URL is set, and scenarios fill carts and change orders. Unset it: they are played "
            "on a copy of a data folder."
        )
    if catalogue is None:
        settings = open_demo(settings)
    config = {"llm": settings.llm, "catalogue": str(catalogue or "demo"), "today": str(settings.today or "")}
    with copied(settings) as copy, ShoppingAssistant.from_config(copy) as assistant:
        demo = assistant.parts.searcher.store.get_meta("demo") is not None
        shoppers = frozenset(shopper.user for shopper in SHOPPERS if demo)
        # The first search loads and allocates things, and is no turn; if it fails, the turns will show it.
        with suppress(Exception):
            assistant.reply(WARM_UP)
        yield Stage(assistant, shoppers, partial(_fresh, assistant) if demo else _nothing, config)


def products_of(catalogue: Path | None) -> list[Product]:
    """All products of a data folder, or of the demo catalogue.

    Raises:
        ShopError: If the index cannot be opened.
    """
    if catalogue is None:
        from index.demo.generate import CATALOGUE
        from index.readers import read_catalogue

        return list(read_catalogue(CATALOGUE).products)
    store = open_store(Settings.from_env(data_dir=catalogue))
    try:
        return store.get(store.ids())
    finally:
        store.engine.dispose()


@contextmanager
def copied(settings: Settings) -> Iterator[Settings]:
    """The settings for a copy of the data folder, which is removed afterwards.

    Raises:
        StoreNotBuiltError: If nothing was built yet.
        StoreError: If the folder cannot be copied.
    """
    # Look there first: its error then names the shop's folder, and not the copy.
    open_store(settings).engine.dispose()
    with TemporaryDirectory(prefix="shop-eval-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "data"
        try:
            shutil.copytree(settings.data_dir, copy, ignore=shutil.ignore_patterns(f"{RECORD}*"))
            _copy_record(settings.data_dir / RECORD, copy / RECORD)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{settings.data_dir} cannot be copied to {folder}: {error}") from error
        yield replace(settings, data_dir=copy)


def _copy_record(source: Path, target: Path) -> None:
    """Copy an SQLite database as it is at one moment, even while a shop writes to it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _nothing() -> None:
    """Of another shop nothing has to be put back: every scenario has a shopper of its own there."""


def _fresh(assistant: "ShoppingAssistant") -> None:
    from assistant.demo import reset_shoppers

    reset_shoppers(assistant)
