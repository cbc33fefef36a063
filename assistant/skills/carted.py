"""What is in the cart: as a table, in a sentence, and which of its lines an utterance means."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.basket import CartView, cart_view
from assistant.phrases import money
from assistant.promotions import applies_to, missing
from assistant.quantities import find_quantities
from assistant.shop import Promotion
from assistant.skills.base import Turn, titled
from assistant.skills.reference import pointed_out, points_at, refer
from assistant.skills.variants import has, telling_values
from index.schema import Product
from index.synonyms import FUNCTION_WORDS
from index.text import fold, has_han, simplified, tokens

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

MOST = 999
"""Pieces of one product that the assistant puts in a cart when the shop does not say how many there are."""

NEAR = 2
"""A promotion is named when less than one part in so many of its minimum is missing."""

_THE_CART = re.compile(r"\b(?:cart|basket|bag|trolley|buggy|bskt|bsket)\b|购物车|车里|车子里|篮", re.I)
_CHATTER = frozenset(
    "add adding put place drop pop stick throw chuck whack toss take taking get grab give want need "
    "like love have buy order remove delete lose ditch out off away from into in to my the a an and of "
    "for with this that these those it them one ones all both each cart basket bag trolley please pls "
    "plz can could would you me i'll i'd i ll d so ok okay yes also too then just now more another "
    "again two three four five six seven eight nine ten piece pieces pair pairs pack packs go ahead "
    "let's lets let us hey um thanks thank there is be on at as well make change set item items product "
    "thing number first second third fourth fifth last size colour color instead really think 's n't "
    "don't do not no we our some any will shall should back cheap cheaper cheapest dear dearer dearest "
    "expensive light lighter lightest heavier heaviest bigger biggest smaller smallest larger largest "
    "newer newest best better rated rating less most top bottom middle next other same code coupon "
    "promo plus shipping single sweet lovely great nice perfect cool fine good brilliant".split()
)
_HAN_CHATTER = frozenset(
    "一二两三四五六七八九十几个件双条只把款套份盒瓶袋包我你他她它您帮给要来加买放拿删掉去移改成的了吧吗呢请就都再那这购物车里想能可以也和跟最便宜贵点"
)
_FOR_WHOM = re.compile(
    r"\bfor (?:(?:my|her|his|our|their|the)(?: [\w'-]+){1,2}|me|him|them|us)\b|[给帮替]我?[^，。,要来买加]{1,4}(?=要|来|买|加|带|[，。,]|$)",
    re.I,
)
NUMBERED = re.compile(r"(?<=[a-z]{4})\d+$")
"""What shoppers leave out of a model's name."""
# What follows an article is a name, known or not: "add the gizmo".
_AFTER_ARTICLE = re.compile(r"\b(?:the|an?|some|my)\s+([\w-]+)(?:\s+([\w-]+))?", re.I)


def view_of(turn: Turn) -> CartView:
    """The shopper's cart as it is now."""
    return cart_view(turn.shop, turn.parts.searcher.store, turn.customer, turn.today)


def promotions_now(turn: Turn) -> Sequence[Promotion]:
    """What can apply today; nothing in a shop without promotions."""
    return () if turn.shop.promotions is None else turn.shop.promotions.active(turn.today)


def kept_with(totals: Mapping[str, int]) -> dict[str, str]:
    """How many of which product there are to be, kept with an option; doing it twice does no more."""
    return {"put": json.dumps(totals)}


def named(turn: Turn, product: Product) -> str:
    """A title that tells the variant: with colour and size, where the title lacks them."""
    title = titled(product, turn)
    lacking = [value for value in telling_values(turn, product) if fold(value) not in fold(title)]
    if not lacking:
        return title
    return f"{title}（{' '.join(lacking)}）" if turn.language == "zh" else f"{title} ({', '.join(lacking)})"


def sums(turn: Turn, view: CartView, *, brief: bool = False) -> str:
    """What the cart comes to, what was taken off (briefly without the conditions), what is nearly reached."""
    bill = view.bill
    said = []
    if bill.discounts:
        off = money(bill.subtotal - bill.total, bill.currency)
        texts = [discount.promotion.text[turn.language].rstrip("。.") for discount in bill.discounts]
        why = "；".join(texts) if turn.language == "zh" else "; ".join(texts)
        phrase = _TOTAL_BRIEF if brief else _TOTAL_OFF
        said.append(turn.tell(phrase, total=money(bill.total, bill.currency), off=off, why=why))
    else:
        said.append(turn.tell(_TOTAL, total=money(bill.total, bill.currency)))
    if bill.free_shipping:
        said.append(turn.tell(_SHIPS_FREE))
    said.append(nearly(turn, view))
    return turn.joined(said)


def nearly(turn: Turn, view: CartView) -> str:
    """The promotion that lacks least, if one is nearly reached; "" if none is."""
    applied = {discount.promotion.id for discount in view.bill.discounts}
    hints: list[tuple[float, str]] = []
    for promotion in promotions_now(turn):
        counted = sum(count for product, count in view.lines if applies_to(promotion, product))
        if not counted or promotion.id in applied or promotion.coupon not in ("", view.coupon):
            continue
        if promotion.first_order:
            continue  # whether it is one, only the bill knows
        text = promotion.text[turn.language]
        lacking = missing(promotion, view.lines)
        if 0 < lacking * NEAR <= promotion.minimum:
            amount = money(lacking, view.bill.currency)
            hints.append((float(lacking / promotion.minimum), turn.tell(_NEARLY, amount=amount, text=text)))
        elif promotion.cheapest_free_of and counted == promotion.cheapest_free_of - 1:
            hints.append((0.0, turn.tell(_ONE_MORE, text=text)))
    return min(hints, default=(0.0, ""))[1]


def as_table(turn: Turn, view: CartView) -> tuple[tuple[str, ...], ...]:
    """The cart as rows: products, what is taken off, the total."""
    rows = [
        (named(turn, product), str(count), _price(turn, product), _price(turn, product, count))
        for product, count in view.lines
    ]
    bill = view.bill
    for discount in bill.discounts:
        rows.append(
            (discount.promotion.text[turn.language], "", "", f"−{money(discount.amount, bill.currency)}")
        )
    rows.append((turn.tell(_TOTAL_ROW), "", "", money(bill.total, bill.currency)))
    return (tuple(turn.tell(cell) for cell in _HEADER), *rows)


def _price(turn: Turn, product: Product, count: int = 1) -> str:
    if product.price is None:
        return turn.say("row_missing")
    return money(product.price * count, product.currency)


def in_cart(turn: Turn, view: CartView) -> tuple[Product, ...]:
    """Lines of the cart that the utterance means; () when it cannot be told or none is meant."""
    lines = tuple(product for product, _ in view.lines)
    ids = tuple(product.id for product in lines)
    held = set(ids)
    state = replace(
        turn.state,
        shown=ids,
        ranking=ids,
        earlier=(),
        focus=tuple(key for key in turn.state.focus if key in held),
    )
    within = replace(turn, state=state)
    if turn.said.constraints.references:
        of_cart = turn.state.focus == ids or _THE_CART.search(turn.said.text) is not None
        on_table = tuple(product for product in refer(turn) if product.id in held)
        return refer(within) if of_cart or not on_table else on_table
    meant = refer(within)
    if meant and not any(is_called(turn, product) for product in meant):
        return ()
    if not meant and points_at(turn) and len(state.focus) == 1:
        return tuple(item for item in lines if item.id in state.focus and is_called(turn, item))
    return meant or _by_words(turn, lines)


def on_table(turn: Turn) -> tuple[Product, ...]:
    """What is referred to, unless the utterance names something else."""
    meant = refer(turn)
    if places := turn.said.constraints.references:
        tables = (turn.state.shown, *(table.shown for table in turn.state.earlier))
        return meant if max(places) <= max(map(len, tables)) else ()
    if pointed_out(turn):
        return meant
    return meant if all(is_called(turn, product) for product in meant) else ()


def _by_words(turn: Turn, lines: Sequence[Product]) -> tuple[Product, ...]:
    """The one line that has most of the words said, plurals included."""
    said = name_words(turn)
    shared = {product.id: len(said & words_of(product)) for product in lines}
    best = max(shared.values(), default=0)
    found = tuple(product for product in lines if best and shared[product.id] == best)
    return found if len(found) == 1 else ()


def having(turn: Turn, lines: Sequence[Product]) -> tuple[Product, ...]:
    """Lines that have all that is named: kind, maker, colour; () if nothing is named."""
    now, widen = turn.said.constraints, turn.parts.vocabulary.widen
    wanted = {facet: widen(facet, values) for facet, values in now.include.items()}
    if not wanted:
        return ()
    return tuple(item for item in lines if all(has(item, facet, values) for facet, values in wanted.items()))


def is_called(turn: Turn, product: Product) -> bool:
    """Whether nothing that the utterance names speaks against the product.

    A kind of thing or a maker that it is not does; so do only foreign words, where nothing points at it.
    """
    vocabulary = turn.parts.vocabulary
    for facet, values in turn.said.constraints.include.items():
        said = [span.text for span in turn.said.constraints.spans if span.key == f"include.{facet}"]
        titled = any(text in title for text in said for title in (product.title, product.title_in("zh")))
        if vocabulary.kind(facet) in ("category", "brand") and not (
            titled or has(product, facet, vocabulary.widen(facet, values))
        ):
            return False
    words = name_words(turn, facets=False)
    if points_at(uncounted(turn)) or not words:
        return True
    if shared := words & words_of(product):
        return shared == words or not _says_more(turn, words, shared)
    abroad = translated(turn, turn.said.constraints.query)
    return bool(abroad & words_of(product)) or not _is_name(turn, words)


def _says_more(turn: Turn, words: set[str], shared: set[str]) -> bool:
    """Whether the words are another product's: it has all that are shared, and more of them."""
    hits = turn.parts.searcher.search(" ".join(sorted(words)), limit=10).hits
    return any(shared < words & words_of(hit.product) for hit in hits)


def uncounted(turn: Turn) -> Turn:
    """The turn without its number: 「两双」 counts, and points at nothing."""
    text = turn.said.text
    for span in turn.said.constraints.spans:
        if span.key == "quantity":
            text = text.replace(span.text, " ", 1)
    return replace(turn, said=replace(turn.said, text=text))


def _is_name(turn: Turn, words: set[str]) -> bool:
    """Whether words name something: after an article, or since products are called so."""
    after = {
        fold(word) for match in _AFTER_ARTICLE.finditer(turn.said.text) for word in match.groups() if word
    }
    if words & after:
        return True
    hits = turn.parts.searcher.search(" ".join(sorted(words)), limit=10).hits
    return any(words & words_of(hit.product) for hit in hits)


def names_a_kind(turn: Turn) -> bool:
    """Whether the utterance says what a thing is or who makes it."""
    kind = turn.parts.vocabulary.kind
    return any(kind(facet) in ("category", "brand") for facet in turn.said.constraints.include)


def name_words(turn: Turn, *, facets: bool = True) -> set[str]:
    """Words of an utterance that can belong to a product's name, Chinese ones by two characters.

    Args:
        turn: The turn.
        facets: Whether names of colours, kinds and makers count too.
    """
    text = turn.said.constraints.query
    whom = {word for match in _FOR_WHOM.finditer(turn.said.text) for word in tokens(match.group())}
    if not facets:
        for span in turn.said.constraints.spans:
            if span.key.startswith(("include.", "exclude.")):
                text = text.replace(span.text, " ")
    words = {word for word in tokens(text) if len(word) > 1 and not word.isdigit() and _can_name(word)}
    measured = {word for found in find_quantities(text) for word in tokens(found.text)}
    words = words - whom - measured | measures_in(text)
    return words | (translated(turn, text) if facets else set())


def measures_in(text: str) -> set[str]:
    """The measures in a text, however they are written: "32gb" is "32 GB"."""
    return {f"{found.value:g} {found.unit}" for found in find_quantities(simplified(text))}


def translated(turn: Turn, text: str) -> set[str]:
    """What words are called in the other language, where no title has them as they are said."""
    lexical = turn.parts.searcher.lexical
    names = [
        name
        for unit in lexical.synonyms.units(text)
        if unit.names
        and unit.text not in FUNCTION_WORDS
        and not any(lexical.titled(word) for word in tokens(unit.text))
        for name in unit.names
        if has_han(name) is not has_han(unit.text)
    ]
    return {word for name in names for word in tokens(name) if len(word) > 1 or word == name}


def _can_name(word: str) -> bool:
    return not _HAN_CHATTER & set(word) if has_han(word) else word not in _CHATTER


def words_of(product: Product) -> set[str]:
    """Words of a product's titles and facets, in the singular and as written."""
    texts = [product.title, *(text.title for text in product.translations.values())]
    texts += [value for values in product.all_facets().values() for value in values]
    words = {word for text in texts for word in (*tokens(text), *measures_in(text))}
    words |= {NUMBERED.sub("", word) for word in words}
    return (
        words | {word.removesuffix("s") for word in words} | {f"{word}s" for word in words if word.isascii()}
    )


_HEADER = (("Product", "商品"), ("Quantity", "数量"), ("Price", "单价"), ("Sum", "小计"))
_TOTAL_ROW = ("Total", "合计")
_TOTAL = ("Your cart comes to {total}.", "购物车合计 {total}。")
_TOTAL_OFF = (
    "Your cart comes to {total}; {off} is taken off already ({why}).",
    "购物车合计 {total}，已优惠 {off}（{why}）。",
)
_TOTAL_BRIEF = ("Your cart comes to {total}, {off} off included.", "购物车合计 {total}，已优惠 {off}。")
_SHIPS_FREE = ("Standard delivery is free.", "标准配送免运费。")
_NEARLY = ("{amount} more and this applies: {text}", "再买 {amount} 就能享受：{text}")
_ONE_MORE = ("One more and this applies: {text}", "再加一件就能享受：{text}")
