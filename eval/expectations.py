"""Holds the reply to one turn of a dialogue against what is expected of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any, Protocol

from assistant.shop import Order
from assistant.turns import Reply
from eval.constraints import _atoms, as_json
from eval.scenarios import Expect, Fit, ReadConstraints
from index.schema import Product
from index.text import fold

_ASKS = re.compile(r"[?？][\s\"'”’」』»]*\Z")


class CartView(Protocol):
    """What is in a cart."""

    @property
    def quantities(self) -> Mapping[str, int]:
        """How many of each product, by id."""

    @property
    def total(self) -> Decimal | None:
        """What it comes to; None when that is not known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to see after a turn.

    Attributes:
        reply: The answer.
        before: Products of the last earlier reply that showed some; empty if none did.
        cart: Reads the shopper's cart.
        orders: Reads the shopper's orders.
    """

    reply: Reply
    before: Sequence[Product]
    cart: Callable[[], CartView]
    orders: Callable[[], Sequence[Order]]

    @property
    def shown(self) -> list[Product]:
        """The products of the reply, in order."""
        return shown_products(self.reply)


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that was not met.

    Attributes:
        key: Field of `Expect`, or "reply" when there was no answer.
        expected: As the file has it.
        found: Instead, in words.
    """

    key: str
    expected: object
    found: str


def failures(expect: Expect, seen: Seen) -> tuple[Failure, ...]:
    """What is not as expected, in the order of `Expect`; every turn expects prose."""
    expected = expect.model_dump(mode="json", exclude_unset=True)
    found = {key: _check(key, getattr(expect, key), seen) for key in expected}
    missed = tuple(Failure(key, expected[key], text) for key, text in found.items() if text is not None)
    return missed if seen.reply.text.strip() else (Failure("reply", "an answer", "no text"), *missed)


def describe(error: Exception) -> str:
    """An error on one line."""
    return f"{type(error).__name__}: {error}"


def shown_products(reply: Reply) -> list[Product]:
    """The products of a reply, in order."""
    return [hit.product for hit in reply.hits]


def labels_read(reply: Reply) -> list[str]:
    """Every intent that was read in the utterance."""
    return list(dict.fromkeys((*reply.intents, reply.understanding.intent.label)))


def _check(key: str, wanted: Any, seen: Seen) -> str | None:
    try:
        return CHECKS[key](wanted, seen)
    except Exception as error:  # the cart or the orders could not be read: a failed turn and not a crash
        return describe(error)


# Each check gives None when the expectation is met, else what was found in its place.


def _intent(wanted: Sequence[str], seen: Seen) -> str | None:
    read = labels_read(seen.reply)
    return None if set(read) & set(wanted) else ", ".join(read)


def _constraints(wanted: ReadConstraints, seen: Seen) -> str | None:
    read = as_json(seen.reply.understanding.constraints)
    # What was not read is false, so that a false flag finds it.
    atoms = set(_atoms({"in_stock": False, "on_sale": False} | read))
    missing = set(_atoms(wanted.model_dump(exclude_unset=True, exclude_none=True))) - atoms
    return f"read {read}" if missing else None


def _all_products(wanted: Fit, seen: Seen) -> str | None:
    misfits = [
        f"{product.id} ({'; '.join(reasons)})"
        for product in seen.shown
        if (reasons := list(_misfits(product, wanted)))
    ]
    count = len(seen.shown)
    if not count or (count - len(misfits)) / count >= wanted.share:
        return None
    return f"{len(misfits)} of {count} do not fit: {', '.join(misfits)}"


def _misfits(product: Product, wanted: Fit) -> Iterator[str]:
    if wanted.price is not None and not wanted.price.allow(product.price):
        yield f"price {product.price}"
    for facet, values in wanted.include.items():
        if not _values(product, facet) & set(map(fold, values)):
            yield f"{facet} {', '.join(sorted(_values(product, facet))) or 'unknown'}"
    for facet, values in wanted.exclude.items():
        if refused := _values(product, facet) & set(map(fold, values)):
            yield f"{facet} {', '.join(sorted(refused))}"
    titles = [product.title, *(each.title for each in product.translations.values())]
    if not any(map(wanted.title_matches.search, titles)):
        yield f"title {product.title}"


def _values(product: Product, facet: str) -> set[str]:
    """The values of a facet under every name, folded."""
    found = {*product.all_facets().get(facet, ())}
    for each in product.translations.values():
        found |= {*(each.category if facet == "category" else each.facets.get(facet, ()))}
    return set(map(fold, found))


def _min_products(wanted: int, seen: Seen) -> str | None:
    return None if len(seen.shown) >= wanted else f"{len(seen.shown)} products"


def _max_products(wanted: int, seen: Seen) -> str | None:
    return None if len(seen.shown) <= wanted else f"{len(seen.shown)} products"


def _products_include(wanted: Sequence[str], seen: Seen) -> str | None:
    shown = [product.id for product in seen.shown]
    return _listed(shown) if set(wanted) - set(shown) else None


def _products_exclude(wanted: Sequence[str], seen: Seen) -> str | None:
    shown = [product.id for product in seen.shown]
    return _listed(shown) if set(wanted) & set(shown) else None


def _first_product(wanted: str, seen: Seen) -> str | None:
    first = next((product.id for product in seen.shown), None)
    return None if first == wanted else first or "no products"


def _cheaper_than_before(_: bool, seen: Seen) -> str | None:
    now, before = ([p.price for p in some if p.price is not None] for some in (seen.shown, seen.before))
    if not now or not before:
        return f"no prices {'before' if now else 'now'}"
    if fmean(now) < fmean(before) and now[0] < max(before):
        return None
    return f"first {now[0]}, mean {fmean(now):.2f}; before: dearest {max(before)}, mean {fmean(before):.2f}"


def _disjoint_from_before(_: bool, seen: Seen) -> str | None:
    if not seen.before:
        return "no products before"
    again = {product.id for product in seen.before} & {product.id for product in seen.shown}
    return f"again {_listed(sorted(again))}" if again else None


def _text_matches(wanted: re.Pattern[str], seen: Seen) -> str | None:
    return None if wanted.search(_whole_text(seen.reply)) else "nothing like it"


def _text_excludes(wanted: re.Pattern[str], seen: Seen) -> str | None:
    found = wanted.search(_whole_text(seen.reply))
    return repr(found.group()) if found else None


def _whole_text(reply: Reply) -> str:
    return "\n".join((reply.text, *reply.lines, *(cell for row in reply.table for cell in row)))


def _cart(wanted: Mapping[str, int], seen: Seen) -> str | None:
    quantities = dict(seen.cart().quantities)
    return None if quantities == wanted else str(quantities)


def _cart_total(wanted: Decimal, seen: Seen) -> str | None:
    total = seen.cart().total
    return None if total is not None and round(total, 2) == round(wanted, 2) else str(total)


def _order_state(wanted: Mapping[str, str], seen: Seen) -> str | None:
    states = {order.id: order.state for order in seen.orders()}
    return None if wanted.items() <= states.items() else str(states)


def _asks(wanted: bool, seen: Seen) -> str | None:
    asks = seen.reply.state.question is not None or _ASKS.search(seen.reply.text) is not None
    return None if asks is wanted else ("a question" if asks else "no question")


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "no products"


CHECKS: Mapping[str, Callable[[Any, Seen], str | None]] = {
    "intent": _intent,
    "constraints": _constraints,
    "all_products": _all_products,
    "min_products": _min_products,
    "max_products": _max_products,
    "products_include": _products_include,
    "products_exclude": _products_exclude,
    "first_product": _first_product,
    "cheaper_than_before": _cheaper_than_before,
    "disjoint_from_before": _disjoint_from_before,
    "text_matches": _text_matches,
    "text_excludes": _text_excludes,
    "cart": _cart,
    "cart_total": _cart_total,
    "order_state": _order_state,
    "asks": _asks,
}
