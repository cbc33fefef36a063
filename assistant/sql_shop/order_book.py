"""Placed orders in SQL, changed by the default shop's rules."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from assistant.shop import Change, Order, OrderLine, Ruling
from assistant.sql_shop.rules import STATE_AFTER, ruling
from index.database import facets as product_facets
from index.database import metadata, products, reading, writing
from index.errors import StoreError
from index.text import fold

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("customer", sa.String(255), nullable=False, index=True),
    sa.Column("placed", sa.Date, nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("delivered", sa.Date),
    sa.Column("due", sa.Date),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("note", sa.Text, nullable=False, server_default=""),  # what is wanted instead
)
order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("product_id", sa.String(255), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False),  # hundredths of the order's currency
)

ORDER_TABLES = (order_lines, orders)


class SqlOrders:
    """Orders in SQL. Every change is one transaction, in which the rules are asked once more."""

    def __init__(self, engine: Engine, today: Callable[[], date] = date.today) -> None:
        """Open the orders.

        Args:
            engine: The record's database.
            today: Tells the day by which a change is judged when it is done.
        """
        self._engine, self._today = engine, today

    def of(self, customer: str) -> Sequence[Order]:
        """The shopper's orders, the newest first.

        Raises:
            StoreError: If they cannot be read.
        """
        with reading(self._engine, "reading orders") as db:
            return _read(db, sa.select(orders).where(orders.c.customer == customer))

    def add(self, customer: str, order: Order) -> None:
        """Record a placed order, in place of the shopper's earlier one of the same number.

        Raises:
            StoreError: If it cannot be written, or another shopper has an order of this number.
        """
        row = {"id": order.id, "customer": customer, "placed": order.placed, "state": order.state}
        row |= {"currency": order.currency, "delivered": order.delivered, "due": order.due}
        with writing(self._engine, "recording an order") as db:
            query = sa.select(orders.c.customer).where(orders.c.id == order.id).with_for_update()
            if db.execute(query).scalar() not in (None, customer):
                raise StoreError(f"There is an order {order.id} of another shopper already.")
            db.execute(order_lines.delete().where(order_lines.c.order_id == order.id))
            db.execute(orders.delete().where(orders.c.id == order.id))
            db.execute(orders.insert(), {**row, "address": order.address})
            lines = [_row(order, line) for line in order.lines]
            if lines:
                db.execute(order_lines.insert(), lines)

    def ruling(self, order: Order, change: Change, today: date) -> Ruling:
        """Whether an order can be changed so, by the rules of `assistant.sql_shop.rules`.

        Raises:
            StoreError: If it cannot be looked up what was bought.
        """
        with reading(self._engine, "looking up what was bought") as db:
            return ruling(order, change, today, _categories(db, order))

    def change(self, customer: str, order_id: str, change: Change, detail: str = "") -> Order:
        """Do it, if the rules still allow it at this moment.

        Raises:
            ValueError: If a new address is empty.
            StoreError: If there is no such order of this shopper, or it cannot be changed so any more.
        """
        if change == "address" and not detail.strip():
            raise ValueError("a new address must not be empty")
        mine = (orders.c.id == order_id) & (orders.c.customer == customer)
        with writing(self._engine, "changing an order") as db:
            found = _read(db, sa.select(orders).where(mine).with_for_update())
            if not found:
                raise StoreError(f"There is no order {order_id} of this shopper.")
            decided = ruling(found[0], change, self._today(), _categories(db, found[0]))
            if not decided.allowed:
                raise StoreError(f"Order {order_id} cannot be changed like that. {decided.reason['en']}")
            if change == "address":
                values = {"address": detail.strip()}
            else:
                values = {"state": STATE_AFTER[change], "note": detail}
            db.execute(orders.update().where(mine).values(**values))
            return _read(db, sa.select(orders).where(mine))[0]


def _row(order: Order, line: OrderLine) -> dict[str, object]:
    cents = round(line.price * 100)
    return {"order_id": order.id, "product_id": line.product_id, "quantity": line.quantity, "price": cents}


def _read(db: Connection, query: sa.Select[tuple[object, ...]]) -> tuple[Order, ...]:
    """Orders with their lines, the newest first."""
    rows = db.execute(query.order_by(orders.c.placed.desc(), orders.c.id.desc())).all()
    lines: dict[str, list[OrderLine]] = {row.id: [] for row in rows}
    bought = sa.select(order_lines).where(order_lines.c.order_id.in_(lines)).order_by(order_lines.c.id)
    for row in db.execute(bought):
        lines[row.order_id].append(OrderLine(row.product_id, row.quantity, Decimal(row.price) / 100))
    return tuple(
        Order(r.id, r.placed, r.state, tuple(lines[r.id]), r.currency, r.delivered, r.due, r.address)
        for r in rows
    )


def _categories(db: Connection, order: Order) -> frozenset[str]:
    """Folded categories of what was bought, as far as the catalogue still has it."""
    query = (
        sa.select(product_facets.c.value)
        .join(products, products.c.number == product_facets.c.product)
        .where(product_facets.c.facet == "category", products.c.id.in_([p.product_id for p in order.lines]))
    )
    return frozenset(map(fold, db.scalars(query)))
