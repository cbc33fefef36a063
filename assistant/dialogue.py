"""How a conversation's state changes. Pure functions from values to values."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from assistant.measures import settle
from assistant.turns import Constraints, DialogueState, PriceRange, Understanding
from assistant.vocabulary import Vocabulary
from index.filters import Filters
from index.schema import Product


def new_search(state: DialogueState, said: Understanding) -> DialogueState:
    """Start over with what was said now; "cheaper" than nothing is a wish for low prices."""
    now = said.constraints
    level = now.price_level or {"cheaper": "low", "dearer": "high"}.get(now.price_relative or "")
    limit = now.wish if now.wish is not None and now.wish.limit else None
    query = now.query if limit else _with_wish(now)  # larger than what? the words are all there is
    wanted = replace(
        now,
        allow=(),
        price_level=level,
        price_relative=None,
        wish=limit,
        references=(),
        drop=(),
        spans=(),
        query=query,
    )
    return replace(state, wanted=wanted, question=None)


def refine(
    state: DialogueState,
    said: Understanding,
    shown: tuple[Product, ...],
    *,
    names: Callable[[str, str], tuple[str, ...]] = lambda facet, value: (value,),
) -> DialogueState:
    """Keep what was asked before, change what is said now.

    A value that is asked for replaces earlier values of its facet; a refusal adds to the earlier ones
    and takes back the same value asked for before. "Cheaper" becomes a limit below the cheapest shown, and
    "lighter" one below the lightest.

    Args:
        state: Before.
        said: This turn.
        shown: The products on the table, which relative wishes are relative to.
        names: Every name of a facet's value: what no longer holds is no longer searched for either.
    """
    before, now = forget(without_words(state.wanted, said.text), said.constraints.drop), said.constraints
    include = {**before.include, **now.include}
    include = {
        facet: left
        for facet, values in include.items()
        if (
            left := tuple(
                v for v in values if v not in now.exclude.get(facet, ()) or v in now.include.get(facet, ())
            )
        )
    }
    exclude = {
        facet: tuple(
            v
            for v in _union(before.exclude, now.exclude, facet)
            if v not in now.include.get(facet, ()) and (facet, v) not in now.allow
        )
        for facet in {**before.exclude, **now.exclude}
    }
    wish = before.wish
    if now.wish is not None:
        wish = now.wish if now.wish.limit else settle(now.wish, shown) or before.wish
        if wish == before.wish:  # the records do not measure it
            now = replace(now, query=_with_wish(now))
    wanted = Constraints(
        price=_price(before, now, shown),
        price_level=now.price_level or before.price_level,
        wish=wish,
        include=include,
        exclude={facet: values for facet, values in exclude.items() if values},
        having=tuple(dict.fromkeys((*before.having, *_new_words(before.query, now)))),
        lacking=tuple(dict.fromkeys((*before.lacking, *now.lacking))),
        audience=now.audience or before.audience,
        people=now.people or before.people,
        rating_min=now.rating_min if now.rating_min is not None else before.rating_min,
        in_stock=now.in_stock or before.in_stock,
        on_sale=now.on_sale or before.on_sale,
        sort=now.sort or before.sort,
        quantity=now.quantity or before.quantity,
        query=_query(_without_words(before.query, _gone(state.wanted, include), names), now),
    )
    return replace(state, wanted=wanted, question=None)


_PURPOSE = re.compile(r"\S{1,4}用的(?:那种|那款)?")
"""What a thing is for describes its kind, 「写字用的那种」: records seldom say it."""


def _new_words(before: str, now: Constraints) -> tuple[str, ...]:
    """What is asked for in words beyond the values that are filters: "with a headrest"."""
    said = _PURPOSE.sub(" ", now.query)
    for span in now.spans:
        if span.key.startswith("include.") or span.key in ("audience", "people"):
            said = re.sub(rf"(?<![A-Za-z]){re.escape(span.text)}(?![A-Za-z])", " ", said, flags=re.IGNORECASE)
    known = before.casefold().split()
    words = [word for word in said.split() if word.casefold() not in known]
    return (" ".join(words),) if words else ()


def _gone(before: Constraints, include: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """(facet, value) that were asked for and no longer are."""
    return [
        (facet, value)
        for facet, values in before.include.items()
        for value in values
        if value not in include.get(facet, ())
    ]


def _without_words(
    query: str, gone: list[tuple[str, str]], names: Callable[[str, str], tuple[str, ...]]
) -> str:
    """The query without the names of values."""
    for facet, value in gone:
        for name in sorted(names(facet, value), key=len, reverse=True):
            edge = r"\b" if name.isascii() else ""
            query = re.sub(rf"{edge}{re.escape(name)}s?{edge}", " ", query, flags=re.IGNORECASE)
    return " ".join(query.split())


def _with_wish(said: Constraints) -> str:
    words = " ".join(span.text for span in said.spans if span.key == "wish")
    return f"{said.query} {words}".strip()


def forget(wanted: Constraints, dropped: tuple[str, ...]) -> Constraints:
    """The constraints without those on the given facets, or on "price" or "rating"."""
    return replace(
        wanted,
        price=None if "price" in dropped else wanted.price,
        wish=None if {"size", "weight"} & set(dropped) else wanted.wish,
        rating_min=None if "rating" in dropped else wanted.rating_min,
        include={facet: values for facet, values in wanted.include.items() if facet not in dropped},
        exclude={facet: values for facet, values in wanted.exclude.items() if facet not in dropped},
    )


def without_words(wanted: Constraints, text: str) -> Constraints:
    """The constraints without words that the text gives up: "forget standing"."""
    said = text.casefold()
    if _PLAIN.search(said):
        return replace(wanted, having=(), query="")
    given_up = [
        words
        for words in wanted.having
        if any(re.search(rf"{cue}\s*{re.escape(words.casefold())}", said) for cue in _GIVE_UP)
    ]
    query = wanted.query
    for word in _FORGOTTEN.findall(said):
        query = " ".join(kept for kept in query.split() if kept.casefold() != word)
    for words in given_up:
        query = " ".join(word for word in query.split() if word.casefold() not in words.casefold().split())
    return replace(wanted, having=tuple(w for w in wanted.having if w not in given_up), query=query)


_PLAIN = re.compile(
    r"\bjust (?:an? )?(?:normal|plain|ordinary|regular|simple|basic|standard)\b|普通的?(?:就行|就好|就可以)"
)
_FORGOTTEN = re.compile(r"\b(?:forget|never mind|drop) (?:about )?(?:the )?([\w-]+)")
_GIVE_UP = (
    r"forget (?:about )?(?:the |that |it being )?",
    r"never mind (?:about )?(?:the )?",
    r"drop (?:the )?",
    r"不用",
    r"不要",
    r"算了",
)


def _union(
    one: Mapping[str, tuple[str, ...]], two: Mapping[str, tuple[str, ...]], facet: str
) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.get(facet, ()), *two.get(facet, ()))))


def _price(before: Constraints, now: Constraints, shown: tuple[Product, ...]) -> PriceRange | None:
    if now.price is not None:
        return now.price
    priced = [(product.price, product.currency) for product in shown if product.price is not None]
    if now.price_relative is None or not priced:
        return before.price
    currency = Counter(code for _, code in priced).most_common(1)[0][0]
    prices = [price for price, code in priced if code == currency]
    step = Decimal("0.01")
    if now.price_relative == "cheaper":
        return PriceRange(before.price.min if before.price else None, min(prices) - step, currency)
    return PriceRange(max(prices) + step, before.price.max if before.price else None, currency)


def _query(before: str, now: Constraints) -> str:
    """New words are added to the earlier query; a word said again is not."""
    known = before.casefold().split()
    return " ".join([before, *(word for word in now.query.split() if word.casefold() not in known)]).strip()


def to_filters(
    wanted: Constraints, vocabulary: Vocabulary, *, currency: str, rates: Mapping[str, Decimal]
) -> tuple[Filters, str | None]:
    """The hard filters that the constraints amount to.

    Args:
        wanted: The constraints.
        vocabulary: Widens a kind to its sub-kinds.
        currency: The shop's currency.
        rates: What one unit of it buys in other currencies.

    Returns:
        (filters, foreign): `foreign` is the currency the limits were said in when it is not the shop's;
        with a rate they are converted, without one no limit is applied. Say so either way.
    """
    price, foreign = wanted.price, None
    if price is not None and price.currency not in (None, currency):
        foreign = price.currency
        rate = rates.get(price.currency or "")
        price = None if rate is None else PriceRange(_divided(price.min, rate), _divided(price.max, rate))
    filters = Filters.of(
        price_min=price.min if price else None,
        price_max=price.max if price else None,
        currency=currency if price else None,
        include={facet: vocabulary.widen(facet, values) for facet, values in wanted.include.items()},
        exclude={facet: vocabulary.widen(facet, values) for facet, values in wanted.exclude.items()},
        rating_min=wanted.rating_min,
        in_stock=wanted.in_stock,
        on_sale=wanted.on_sale,
    )
    return filters, foreign


def _divided(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    return None if amount is None else (amount / rate).quantize(Decimal("0.01"))


def referred(state: DialogueState, references: tuple[int, ...]) -> tuple[str, ...]:
    """Ids of the products that positions on the table mean; positions beyond it are left out."""
    shown = state.shown
    places = [(at - 1 if at > 0 else len(shown) + at) for at in references]
    return tuple(dict.fromkeys(shown[at] for at in places if 0 <= at < len(shown)))
