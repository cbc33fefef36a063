"""Products put together by a skill and not by a search: which are left out, and in which order they come."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.dialogue import to_filters
from assistant.history import Profile
from assistant.kinds import Shelf, has_no_kinds
from assistant.phrases import currency_name, price_range
from assistant.rank import Ranked
from assistant.skills.base import SHOWN, Turn, titled
from assistant.skills.finding import unless_avoided
from assistant.skills.table import POOL, explain, put_on_table
from assistant.skills.words import by_words
from assistant.turns import Constraints, Outcome, PriceRange
from assistant.vocabulary import tokenize
from index.filters import Filters
from index.schema import Product
from index.search import DEPTH, Hit
from index.text import fold, has_han

_DESCRIPTION = re.compile(r"[,;:(（，：]|\b(?:with|for|by|in|from)\b", re.I)

FEW = 6
"""As many kinds are shown together, so that a later search can stay among them."""


def lasting(now: Constraints) -> Constraints:
    """What is said now and holds on: limits and refusals, without the words of this utterance."""
    return replace(
        now,
        query="",
        having=(),
        spans=(),
        references=(),
        drop=(),
        price_relative=None,
        wish=None,
        quantity=None,
        sort=None,
    )


def limits(turn: Turn, wanted: Constraints, *, avoiding: bool = True) -> tuple[Filters, tuple[str, ...]]:
    """The filters of what is wanted, only for what can be bought now, and what has to be said of them.

    Args:
        turn: This turn.
        wanted: What was said.
        avoiding: Whether what the shopper told to avoid is left out; not when it is for somebody else.
    """
    parts = turn.parts
    filters, foreign = to_filters(
        wanted, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates
    )
    filters = replace(filters, in_stock=True)
    notes = _of_currency(turn, filters, foreign)
    if not avoiding:
        return filters, notes
    filters, avoided = unless_avoided(turn, filters)
    return filters, (*notes, *avoided)


def _of_currency(turn: Turn, filters: Filters, foreign: str | None) -> tuple[str, ...]:
    if foreign is None:
        return ()
    shop = currency_name(turn.parts.currency, turn.language)
    if filters.price_min is None and filters.price_max is None:
        return (turn.say("no_rate", shop=shop, said=currency_name(foreign, turn.language)),)
    limit = price_range(PriceRange(filters.price_min, filters.price_max), turn.parts.currency, turn.language)
    return (turn.say("converted", shop=shop, limit=limit),)


def line(product: Product) -> str:
    """What all variants of a product have in common: its family, or the product itself."""
    return product.family or product.id


def short_title(turn: Turn, product: Product) -> str:
    """The title without what tells the variants apart, where it ends with it: a colour, a size."""
    title = titled(product, turn)
    kinds = {facet: turn.parts.vocabulary.kind(facet) for facet in product.facets}
    values = [
        v for f, kind in kinds.items() if kind != "material" for v in product.facet_in(f, turn.language)
    ]
    while found := next((v for v in values if title.endswith(v) and len(title) > len(v)), None):
        shorter = title.removesuffix(found).rstrip(" ,，·-")
        if not shorter or (shorter[-1].isalnum() and title[len(shorter)].isalnum() and found.isascii()):
            break
        values.remove(found)
        title = shorter
    return title


def turned_down(turn: Turn) -> frozenset[str]:
    """Lines that the shopper turned down, now or before."""
    return turn.profile().disliked.union(turn.state.refused)


def on_shelves(
    turn: Turn, categories: Sequence[str], filters: Filters, *, query: str = "", limit: int = 20
) -> list[Hit]:
    """What there is of some categories, the best selling first, or the nearest to a query."""
    within = replace(filters, include={**filters.include, "category": frozenset(map(fold, categories))})
    return list(turn.parts.searcher.search(query, within, limit=limit).hits)


def called(turn: Turn, name: str, filters: Filters) -> list[Hit]:
    """Products whose title calls them so: shoes with a cushion are no cushions."""
    found = turn.parts.searcher.search(name, filters, limit=POOL).hits
    anywhere = has_no_kinds(turn.parts.vocabulary)
    return [hit for hit in found if is_called(hit.product, name, anywhere=anywhere)]


def is_called(product: Product, name: str, *, anywhere: bool = False) -> bool:
    """Whether a title of a product ends with a name, before it goes on to describe, or has it anywhere."""
    words = [token.key for token in tokenize(name)]
    titles = (product.title, *(text.title for text in product.translations.values()))
    return any(_calls(title, words, anywhere) for title in titles)


def _calls(title: str, words: Sequence[str], anywhere: bool) -> bool:
    keys = [token.key for token in tokenize(_DESCRIPTION.split(title, maxsplit=1)[0])]
    if not words or not set(words) <= set(keys):
        return False
    return anywhere or words[-1] == keys[-1] or has_han(words[-1])


def by_shelf(turn: Turn, shelves: Sequence[Shelf], filters: Filters, *, query: str) -> list[list[Hit]]:
    """For each of several shelves what is nearest to a query; one search, since the query takes the time."""
    every = [category for shelf in shelves for category in shelf.categories]
    found = on_shelves(turn, every, filters, query=query, limit=DEPTH) if every else []
    columns = []
    for shelf in shelves:
        if not shelf.categories:
            columns.append(called(turn, shelf.name, filters))
            continue
        column = [hit for hit in found if shelf.holds(hit.product)]
        columns.append(column or on_shelves(turn, shelf.categories, filters))
    return columns


def suited(turn: Turn, hits: Sequence[Hit], wanted: Constraints) -> list[Hit]:
    """Hits that are not what was refused in words or turned down, and are for whom they are to be."""
    down = turned_down(turn)
    left = [hit for hit in hits if line(hit.product) not in down]
    return by_words(turn, left, replace(wanted, having=()))[0]


def interleaved(shelves: Iterable[Sequence[Hit]]) -> list[Hit]:
    """The first of each shelf, then the second of each; every product line once."""
    columns = [list(shelf) for shelf in shelves]
    longest = max(map(len, columns), default=0)
    found: dict[str, Hit] = {}
    for place in range(longest):
        for column in columns:
            if place < len(column):
                found.setdefault(line(column[place].product), column[place])
    return list(found.values())


def varied(hits: Iterable[Hit]) -> list[Hit]:
    """The same hits, first one of each kind in their order, then a second of each, and so on."""
    columns: dict[str, list[Hit]] = {}
    for hit in hits:
        kind = fold(hit.product.category[-1]) if hit.product.category else hit.product.id
        columns.setdefault(kind, []).append(hit)
    return interleaved(columns.values())


def among_few_kinds(hits: Sequence[Hit]) -> tuple[list[Hit], tuple[str, ...]]:
    """The hits of the first `FEW` kinds, and the names of these: a later search can stay among them.

    Returns:
        (hits, names); all hits and () where some have no category.
    """
    if not all(hit.product.category for hit in hits):
        return list(hits), ()
    names = tuple(dict.fromkeys(hit.product.category[-1] for hit in hits))[:FEW]
    return [hit for hit in hits if hit.product.category[-1] in names], names


def show(
    turn: Turn,
    hits: Sequence[Hit],
    composed: str,
    *,
    wanted: Constraints,
    profile: Profile | None = None,
    reasons: Mapping[str, str] | None = None,
    fallback: str = "",
    focus: Sequence[Product] = (),
    notes: tuple[str, ...] = (),
    within: bool = True,
) -> Outcome:
    """Put hits on the table in their order, so that they can be paged through and refined.

    Args:
        turn: This turn.
        hits: The best first.
        composed: What is said of them.
        wanted: What was asked of them; what is said later is added to it.
        profile: Whose taste may give a reason; None for nobody's.
        reasons: Why a product is shown, by id, before any other reason.
        fallback: Why a product is shown for which there is no better reason.
        focus: What "it" means next.
        notes: What must be said.
        within: Whether a later search stays among the kinds that are here.
    """
    if within and not wanted.include.get("category"):
        hits, kinds = among_few_kinds(hits)
        wanted = replace(wanted, include={**wanted.include, "category": kinds} if kinds else wanted.include)
    hits = hits[:POOL]
    profile = profile or Profile()
    ranked = [_ranked(hit, profile, 1 - at / (2 * POOL), turn) for at, hit in enumerate(hits[:SHOWN])]
    suggestions = [
        replace(item, reason=(reasons or {}).get(item.hit.product.id) or item.reason)
        for item in explain(turn, Constraints(), ranked, profile, fallback=fallback)
    ]
    ranking = tuple(hit.product.id for hit in hits)
    state = replace(turn.state, wanted=wanted, ranking=ranking, question=None)
    outcome = put_on_table(turn, state, suggestions, composed, notes=notes)
    return replace(outcome, state=replace(outcome.state, focus=tuple(product.id for product in focus)))


def _ranked(hit: Hit, profile: Profile, score: float, turn: Turn) -> Ranked:
    affinity, cause = profile.affinity(hit.product)
    terms = {"relevance": hit.score, "affinity": 1 + turn.parts.settings.history_weight * affinity}
    return Ranked(hit, score, terms, cause)
