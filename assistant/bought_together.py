"""What was bought together: purchases of all shoppers, counted, and never so that one of them can be told."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from assistant.history import events
from assistant.sql_shop import order_lines, orders
from index.database import reading
from index.schema import Product
from index.store import CatalogueStore

MIN_SHOPPERS = 2
"""Fewer than this many different shoppers say nothing, and would say something of one of them."""

_ROWS = 5000


def bought_with(
    engine: Engine, store: CatalogueStore, products: Iterable[Product]
) -> list[tuple[Product, int]]:
    """Products that were bought by those who bought one of the given ones.

    Args:
        engine: The database with the events.
        store: The catalogue.
        products: What they bought; variants of one product line count as the same.

    Returns:
        (product, number of shoppers), most shoppers first; one product for each line, the variant that most
        of them bought. Nothing that fewer than `MIN_SHOPPERS` bought.

    Raises:
        StoreError: If the events cannot be read.
    """
    given = list(products)
    own = {product.id for product in given}
    lines = {product.family for product in given if product.family}
    own.update(item.id for line in lines for item in store.family(line))
    shoppers: dict[str, set[str]] = defaultdict(set)
    for user, product_id in _purchases(engine, own):
        shoppers[product_id].add(user)
    by_line: dict[str, list[Product]] = defaultdict(list)
    for item in store.get(sorted(shoppers)):
        by_line[item.family or item.id].append(item)
    counted = []
    for members in by_line.values():
        count = len(set().union(*(shoppers[item.id] for item in members)))
        if count >= MIN_SHOPPERS:
            counted.append((max(members, key=lambda item: len(shoppers[item.id])), count))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].id))


def _purchases(engine: Engine, own: set[str]) -> list[tuple[str, str]]:
    """(shopper, product) of other purchases by those who bought one of `own`."""
    if not own:
        return []
    bought = _all_purchases(engine)
    buyers = sa.select(bought.c.shopper).where(bought.c.product_id.in_(own))
    others = (
        sa.select(bought.c.shopper, bought.c.product_id)
        .where(bought.c.product_id.not_in(own), bought.c.shopper.in_(buyers))
        .order_by(bought.c.shopper, bought.c.product_id)
        .limit(_ROWS)
    )
    with reading(engine, "reading what was bought together") as db:
        return [(row.shopper, row.product_id) for row in db.execute(others)]


def _all_purchases(engine: Engine) -> sa.Subquery:
    """(shopper, product_id) of noted purchases, and of the default shop's orders where it has any."""
    noted = sa.select(events.c.user.label("shopper"), events.c.product_id).where(events.c.kind == "purchase")
    if not sa.inspect(engine).has_table(order_lines.name):
        return noted.distinct().subquery()
    ordered = (
        sa.select(orders.c.customer.label("shopper"), order_lines.c.product_id)
        .join(order_lines, order_lines.c.order_id == orders.c.id)
        .where(orders.c.state != "cancelled")
    )
    return sa.union(noted, ordered).subquery()
