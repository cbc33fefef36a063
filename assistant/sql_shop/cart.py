"""Carts in SQL, and the link under which they are paid."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from assistant.shop import CartLine
from index.database import metadata, reading, writing

GUEST = "session-"
"""What the name of a guest's conversation begins with."""

LONGEST_CODE = 64
"""Characters of a coupon that are kept: a longer one is none."""

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer", sa.String(255), nullable=False),
    sa.Column("product_id", sa.String(255), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.UniqueConstraint("customer", "product_id"),
)
cart_owners = sa.Table(
    "cart_owners",
    metadata,
    sa.Column("customer", sa.String(255), primary_key=True),
    sa.Column("coupon", sa.String(LONGEST_CODE), nullable=False, server_default=""),
    sa.Column("token", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),  # of the last change
)

CART_TABLES = (cart_lines, cart_owners)


class SqlCart:
    """Carts in SQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lines(self, customer: str) -> Sequence[CartLine]:
        """What is in the cart, in the order it was put there.

        Raises:
            StoreError: If it cannot be read.
        """
        query = sa.select(cart_lines).where(cart_lines.c.customer == customer).order_by(cart_lines.c.id)
        with reading(self._engine, "reading a cart") as db:
            return tuple(CartLine(row.product_id, row.quantity) for row in db.execute(query))

    def put(self, customer: str, product_id: str, quantity: int) -> None:
        """Set how many of a product are in the cart; 0 takes it out.

        Raises:
            ValueError: If the quantity is negative.
            StoreError: If it cannot be written.
        """
        if quantity < 0:
            raise ValueError(f"quantity must be 0 or more, not {quantity}")
        key = {"customer": customer, "product_id": product_id}
        with writing(self._engine, "changing a cart") as db:
            _own(db, customer)
            if quantity:
                _upsert(db, cart_lines, key, {"quantity": quantity})
            else:
                db.execute(cart_lines.delete().where(_matching(cart_lines, key)))

    def coupon(self, customer: str) -> str:
        """The code that was given; empty without one.

        Raises:
            StoreError: If it cannot be read.
        """
        query = sa.select(cart_owners.c.coupon).where(cart_owners.c.customer == customer)
        with reading(self._engine, "reading a cart") as db:
            return db.execute(query).scalar() or ""

    def use_coupon(self, customer: str, code: str) -> None:
        """Keep a code in place of an earlier one; empty forgets it.

        Raises:
            StoreError: If it cannot be written.
        """
        with writing(self._engine, "keeping a code") as db:
            _own(db, customer, coupon=code[:LONGEST_CODE])

    def clear(self, customer: str) -> None:
        """Empty the cart; its code and its checkout link go with it.

        Raises:
            StoreError: If it cannot be written.
        """
        with writing(self._engine, "emptying a cart") as db:
            for table in CART_TABLES:
                db.execute(table.delete().where(table.c.customer == customer))

    def expire(self, days: int) -> None:
        """Remove the carts of guests that nobody touched for some days.

        Raises:
            StoreError: If they cannot be removed.
        """
        oldest = datetime.now(UTC) - timedelta(days=days)
        old = (cart_owners.c.customer.startswith(GUEST)) & (cart_owners.c.at < oldest)
        with writing(self._engine, "removing old carts") as db:
            of_old = cart_lines.c.customer.in_(sa.select(cart_owners.c.customer).where(old))
            db.execute(cart_lines.delete().where(of_old))
            db.execute(cart_owners.delete().where(old))


class LinkCheckout:
    """Hands over to a page that takes the payment."""

    def __init__(self, engine: Engine, url: str) -> None:
        """Take the page's address.

        Args:
            engine: The record's database.
            url: `{cart}` in it becomes a name of the cart that nobody can guess.
        """
        self._engine, self._url = engine, url

    def link(self, customer: str) -> str:
        """Where this shopper pays for this cart; the same until the cart is cleared.

        Raises:
            StoreError: If the cart's name cannot be kept.
        """
        own = cart_owners.c.customer == customer
        with writing(self._engine, "opening the checkout") as db:
            _own(db, customer)
            nameless = cart_owners.update().where(own, cart_owners.c.token == "")
            db.execute(nameless.values(token=secrets.token_urlsafe(24)))
            token = db.execute(sa.select(cart_owners.c.token).where(own)).scalar_one()
        return self._url.replace("{cart}", token)

    def customer(self, token: str) -> str | None:
        """Whose cart a link names: for the page that takes the payment. None if nobody's, or no longer.

        Raises:
            StoreError: If it cannot be read.
        """
        query = sa.select(cart_owners.c.customer).where(cart_owners.c.token == token)
        with reading(self._engine, "reading a cart") as db:
            found: str | None = db.execute(query).scalar() if token else None
        return found


def _own(db: Connection, customer: str, **values: str) -> None:
    """Note that a cart was touched, and what is kept with it."""
    _upsert(db, cart_owners, {"customer": customer}, {"at": datetime.now(UTC), **values})


def _upsert(db: Connection, table: sa.Table, key: dict[str, str], values: dict[str, object]) -> None:
    """Change a row, or insert it; another process may insert it at the same moment."""
    change = table.update().where(_matching(table, key)).values(**values)
    if db.execute(change).rowcount:
        return
    try:
        with db.begin_nested():
            db.execute(table.insert(), {**key, **values})
    except sa.exc.IntegrityError:
        db.execute(change)


def _matching(table: sa.Table, key: dict[str, str]) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == value for name, value in key.items()))
