"""The default shop: carts, orders and requests in the record's database, rules and promotions from files."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.engine import Engine

from assistant.config import Settings
from assistant.policies import MarkdownPolicies
from assistant.promotions import read_promotions
from assistant.shop import Promotion
from assistant.sql_shop.cart import CART_TABLES, GUEST, LinkCheckout, SqlCart
from assistant.sql_shop.desk import DESK_TABLES, SqlHelpDesk
from assistant.sql_shop.order_book import ORDER_TABLES, SqlOrders, order_lines, orders
from assistant.sql_shop.rules import RETURN_DAYS
from index.database import metadata, writing
from index.errors import ConfigError

__all__ = [
    "GUEST",
    "RETURN_DAYS",
    "FilePromotions",
    "LinkCheckout",
    "SqlCart",
    "SqlHelpDesk",
    "SqlOrders",
    "SqlShop",
    "order_lines",
    "orders",
]

TABLES = (*DESK_TABLES, *ORDER_TABLES, *CART_TABLES)
"""Dependents first."""


class FilePromotions:
    """Promotions of a file."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        self._promotions = tuple(promotions)

    def active(self, today: date) -> Sequence[Promotion]:
        """Promotions that can apply on a day, the first and the last one included."""
        return tuple(p for p in self._promotions if p.starts <= today <= p.ends)


class SqlShop:
    """The default shop.

    Attributes:
        cart: Always there.
        orders: Always there, without any until some are added.
        policies: There if the folder of `SHOP_INFO` has pages in `policies/en` or `policies/zh`.
        promotions: There if it has `promotions.json`.
        checkout: There if `SHOP_CHECKOUT_URL` is set.
        desk: Always there.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Open the tables, read the files, and remove guests' carts that have expired.

        Args:
            engine: The record's database.
            settings: Where the shop's files are, where it is paid, and how long a guest's cart is kept.

        Raises:
            ConfigError: If a file of the shop cannot be read.
            StoreError: If the database fails.
        """
        self._engine = engine
        self.policies, self.promotions = _read(settings)
        with writing(engine, "opening the shop") as db:
            metadata.create_all(db, tables=list(TABLES))
        self.cart, self.desk = SqlCart(engine), SqlHelpDesk(engine)
        self.orders = SqlOrders(engine, lambda: settings.today or date.today())
        self.cart.expire(settings.session_days)
        self.checkout = LinkCheckout(engine, settings.checkout_url) if settings.checkout_url else None

    def clear(self) -> None:
        """Delete every cart, order and request: for a shop that begins anew.

        Raises:
            StoreError: If they cannot be deleted.
        """
        with writing(self._engine, "clearing the shop") as db:
            for table in TABLES:
                db.execute(table.delete())


def _read(settings: Settings) -> tuple[MarkdownPolicies | None, FilePromotions | None]:
    """The rules and the promotions; None for what the folder does not have."""
    folder = settings.shop_info
    if folder is None:
        return None, None
    if not folder.is_dir():
        raise ConfigError(f"SHOP_INFO={folder} is not a folder. Name one with policies/ and promotions.json.")
    policies = MarkdownPolicies(folder / "policies")
    offers = folder / "promotions.json"
    promotions = FilePromotions(read_promotions(offers)) if offers.exists() else None
    return (None if policies.empty else policies), promotions
