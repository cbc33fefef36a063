"""Another variant, or another product, in the place of one in the cart."""

import re
from collections.abc import Sequence

from assistant.basket import CartView
from assistant.buying import corrects
from assistant.skills.amounts import set_to
from assistant.skills.base import Turn
from assistant.skills.called import said_values
from assistant.skills.cart_change import after, put_in
from assistant.skills.cart_number import held_line
from assistant.skills.carted import MOST, is_called, name_words, named, names_a_kind
from assistant.skills.described import described, only
from assistant.skills.reference import points_at
from assistant.skills.variants import alike, choose, differing, has, members, varies, wanted_facets
from assistant.turns import Outcome
from index.schema import Product

_SWAP = re.compile(
    r"\binstead\b|\bswap\b|\bchange\b|\bmake (?:it|that|them|those)\b|\b(?:i |we )?meant\b|\brather have\b|"
    r"换成|改成|换掉|换一?[个件双条]|应该是|[搞买选]错",
    re.I,
)
_BESIDES = re.compile(r"\b(?:add|also|too|as well|plus|another|more)\b|再|也|加|另外", re.I)
_FOR = re.compile(
    r"换成|改成|应该是|\b(?:swap|change)\b.*\b(?:for|to|into)\b|\bmake (?:it|that|them|those)\b", re.I
)


def to_swap(turn: Turn, view: CartView) -> tuple[Product, ...]:
    """The line of the cart that another variant is to replace: the one described, or talked about last."""
    if turn.said.constraints.references or not _swaps(turn):
        return ()
    lines = [product for product, _ in view.lines if _better(_new(turn), product)]
    found = described(turn, lines)
    if len(found) == 1 and is_called(turn, found[0]):
        line = found[0].family
        return tuple(product for product in lines if product.family == line)[:1]
    held = (*(product for product in lines if product.id in turn.state.focus), *lines[-1:])[:1]
    return held or tuple(product for product in held_line(turn, view) if _only_variant(turn, product))


def variant_of_held(turn: Turn, view: CartView) -> tuple[Product, ...]:
    """What was put in the cart just now, when only another variant is named: "and one in navy"."""
    if turn.state.topic != "add_to_cart" or points_at(turn):
        return ()
    wanted = wanted_facets(turn)
    return tuple(
        product
        for product in held_line(turn, view)
        if _only_variant(turn, product)
        and any(all(has(item, facet, v) for facet, v in wanted.items()) for item in members(turn, product))
    )


def swapped(turn: Turn, view: CartView, meant: Sequence[Product]) -> Outcome | None:
    """Put another variant in the place of one in the cart: "make it the blue one instead"."""
    if not _swaps(turn):
        return None
    product = choose(_new(turn), meant[0]).product
    others = [(item, count) for item, count in view.lines if product is not None and item.id != product.id]
    before = next((line for line in others if product and line[0].family == product.family is not None), None)
    if before is None and _outright(turn):  # "no, the carbon ones instead of those"
        old = _old(turn, [item for item, _ in others])
        before = next((line for line in others if line[0].id in old), None)
        product = product if before is None or product is None else _as_before(turn, product, before[0])
    if before is None or product is None or not product.available or product.price is None:
        return None
    gone, count = before
    count = turn.said.constraints.quantity or count
    count = min(view.quantities.get(product.id, 0) + count, product.stock or MOST)
    put_in(turn, {gone.id: 0, product.id: count})
    what = differing(turn, gone) if gone.family == product.family is not None else named(turn, gone)
    told = turn.tell(_SWAPPED, old=what, title=named(turn, product), count=count)
    return after(turn, [told], [product])


def _only_variant(turn: Turn, product: Product) -> bool:
    """Whether nothing is named but values of what tells the variants of the product's line apart."""
    facets = wanted_facets(turn)
    if not facets or turn.said.constraints.references or names_a_kind(turn) or name_words(turn, facets=False):
        return False
    return all(varies(turn, product, facet) for facet in facets)


def _swaps(turn: Turn) -> bool:
    """Whether another variant is to take the place of one: "the blue one instead", "white, not black"."""
    return _says_so(turn) or bool(turn.said.constraints.exclude)


def _says_so(turn: Turn) -> bool:
    """Whether it is said in so many words, or what was done just now is corrected."""
    corrected = turn.state.topic == "add_to_cart" and corrects(turn.said)
    return corrected or _SWAP.search(turn.said.text) is not None


def _outright(turn: Turn) -> bool:
    """Whether one product is to take the place of another one, and not to stand beside it."""
    text = turn.said.text
    return _says_so(turn) and set_to(text) is None and _BESIDES.search(text) is None


def _new(turn: Turn) -> Turn:
    """The turn with only what is to be there in the end: what stands behind "swap it for"."""
    match = _FOR.search(turn.said.text)
    return turn if match is None else only(turn, turn.said.text[match.end() :])


def _old(turn: Turn, lines: Sequence[Product]) -> tuple[str, ...]:
    """What something is to be put in the place of: named before "for", or talked about."""
    match = _FOR.search(turn.said.text)
    found = described(only(turn, match.group()), lines) if match and "swap" in match.group().lower() else ()
    if len(found) == 1:
        return (found[0].id,)
    return turn.state.focus if len(turn.state.focus) == 1 else ()


def _as_before(turn: Turn, product: Product, old: Product) -> Product:
    """The variant with most of what is said, and most like what it replaces: a case for the same phone."""
    said = turn.said.text
    fitting = [item for item in members(turn, product) if item.available] or [product]
    return max(
        fitting,
        key=lambda item: (said_values(turn, item, said), alike(turn, old, item), item.id == product.id),
    )


def _better(turn: Turn, product: Product) -> bool:
    """Whether another variant of the line has more of what is said."""
    text = turn.said.text
    now = said_values(turn, product, text)
    return any(said_values(turn, item, text) > now for item in members(turn, product))


_SWAPPED = (
    "Swapped: in place of {old} there is now {count} × {title}.",
    "换好了：原来的{old}换成了 {title} × {count}。",
)
