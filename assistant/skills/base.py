"""What every skill gets, and the search that most of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.config import Settings
from assistant.dialogue import referred, to_filters
from assistant.history import History, Profile
from assistant.measures import meets
from assistant.phrases import (
    constraint_chips,
    currency_name,
    dimension_name,
    facet_name,
    listed,
    money,
    price_range,
    say,
)
from assistant.rank import Ranked, rerank
from assistant.turns import (
    Constraints,
    DialogueState,
    Evidence,
    Outcome,
    PriceRange,
    Suggestion,
    Understanding,
)
from assistant.vocabulary import Vocabulary
from index.filters import Filters
from index.relax import Relaxation
from index.schema import Language, Product
from index.search import Hit, Searcher
from index.text import fold

SHOWN = 5
"""Products on the table at once."""

POOL = 50
"""Hits that are reranked and can be paged through."""


WISH_POOL = 400
"""Hits among which those are looked for that are lighter, or larger, than what was shown."""


@dataclass(frozen=True, slots=True)
class Shop:
    """The parts that skills work with; one for all chats.

    Attributes:
        currency: What prices are in, for amounts said without a currency.
        departments: The widest categories, the largest first: (name, name in Chinese).
    """

    searcher: Searcher
    vocabulary: Vocabulary
    history: History
    settings: Settings
    currency: str
    departments: tuple[tuple[str, str], ...]

    def chips(self, wanted: Constraints, language: Language) -> list[str]:
        """What was understood, one short text for each constraint."""
        price = wanted.price
        if price is not None and price.currency not in (None, self.currency, *self.settings.rates):
            wanted = replace(wanted, price=None)  # it was not applied, so nothing "fits" it
        return constraint_chips(wanted, self.currency, language, self.vocabulary.name_in)


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of one shopper, understood."""

    said: Understanding
    state: DialogueState
    user: str | None
    shop: Shop

    @property
    def language(self) -> Language:
        """Language to answer in."""
        return self.said.language

    def say(self, key: str, **values: object) -> str:
        """A phrase in the shopper's language."""
        return say(key, self.language, **values)

    def profile(self) -> Profile:
        """The shopper's taste; empty for a stranger."""
        return self.shop.history.profile(self.user)

    def shown(self) -> tuple[Product, ...]:
        """Current records of the products on the table; those that were deleted are gone."""
        return tuple(self.shop.searcher.store.get(self.state.shown))


Skill = Callable[[Turn], Outcome]


def find(turn: Turn, state: DialogueState) -> Outcome:
    """Search for what `state.wanted` asks, rerank, and put the first products on the table."""
    wanted, shop = state.wanted, turn.shop
    filters, foreign = to_filters(wanted, shop.vocabulary, currency=shop.currency, rates=shop.settings.rates)
    pool = WISH_POOL if wanted.wish else POOL
    result = shop.searcher.search(wanted.query, filters, limit=pool, sort=wanted.sort or "relevance")
    notes = _notes(turn, wanted, filters, foreign)
    found = [hit for hit in result.hits if wanted.wish is None or meets(hit.product, wanted.wish)][:POOL]
    if not found:
        return _nothing(turn, state, filters, result.relaxations, notes)
    profile = turn.profile()
    hits = unless_turned_down(found, profile)
    if wanted.sort in (None, "relevance"):
        ranked = rerank(hits, profile, weight=shop.settings.history_weight, price_level=wanted.price_level)
    else:
        ranked = [Ranked(hit, hit.score, {"relevance": hit.score}) for hit in hits]
    state = replace(state, ranking=tuple(item.hit.product.id for item in ranked), question=None)
    suggestions = explain(turn, wanted, ranked[:SHOWN], profile)
    # Without a filter or a kind of thing, every product "passes": a count would say nothing.
    narrowed = bool(wanted.include) or filters.active
    count = len(hits)
    composed = turn.say("found", count=count) if count < POOL else turn.say("found_many")
    if narrowed and len(ranked) <= SHOWN:
        composed = turn.say("found_one") if len(ranked) == 1 else turn.say("found_few", count=len(ranked))
    return put_on_table(turn, state, suggestions, composed, notes=notes)


def put_on_table(
    turn: Turn,
    state: DialogueState,
    suggestions: Sequence[Suggestion],
    composed: str,
    *,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """Show products."""
    state = replace(state, shown=tuple(item.hit.product.id for item in suggestions))
    return Outcome(
        state=state,
        composed=composed,
        notes=notes,
        evidence=Evidence(products=tuple(suggestions)),
        quick_replies=next_steps(turn, [item.hit.product for item in suggestions]),
    )


def as_suggestions(turn: Turn, hits: Sequence[Hit], *, reason: str = "") -> list[Suggestion]:
    """Rerank hits by the shopper's history and explain them."""
    profile = turn.profile()
    hits = unless_turned_down(hits, profile)
    ranked = rerank(hits, profile, weight=turn.shop.settings.history_weight)[:SHOWN]
    return explain(turn, Constraints(), ranked, profile, fallback=reason)


def unless_turned_down(hits: Sequence[Hit], profile: Profile) -> Sequence[Hit]:
    """Hits without what the shopper turned down, unless there is nothing else."""
    left = [hit for hit in hits if (hit.product.family or hit.product.id) not in profile.disliked]
    return left or hits


def explain(
    turn: Turn,
    wanted: Constraints,
    ranked: Sequence[Ranked],
    profile: Profile,
    *,
    fallback: str = "",
) -> list[Suggestion]:
    """Give each product the strongest reason that is true of it."""
    products = [item.hit.product for item in ranked]
    return [
        Suggestion(item.hit, item.score, item.terms, _reason(turn, wanted, item, products, profile, fallback))
        for item in ranked
    ]


def _reason(
    turn: Turn,
    wanted: Constraints,
    item: Ranked,
    products: Sequence[Product],
    profile: Profile,
    fallback: str,
) -> str:
    product = item.hit.product
    if item.cause is not None and item.terms.get("affinity", 1) > 1.05 and _sets_apart(item.cause, products):
        cause = profile.causes[item.cause]
        if (cause.family or cause.id) == (product.family or product.id):
            return turn.say("reason_own")
        return turn.say("reason_history", title=titled(cause, turn))
    prices = [p.price for p in products if p.price is not None]
    ratings = [p.rating for p in products if p.rating is not None]
    if len(prices) > 1 and product.price == min(prices) and prices.count(product.price) == 1:
        return turn.say("reason_cheapest")
    if len(ratings) > 1 and product.rating == max(ratings) and ratings.count(product.rating) == 1:
        return turn.say("reason_rated")
    if product.on_sale and product.list_price is not None:
        return turn.say("reason_sale", before=money(product.list_price, product.currency))
    chips = turn.shop.chips(replace(wanted, price_level=None, sort=None), turn.language)
    if chips:
        return turn.say("reason_match", what=", ".join(chips[:3]))
    return turn.say("reason_query", query=wanted.query) if wanted.query else fallback


def _sets_apart(cause: tuple[str, str], products: Sequence[Product]) -> bool:
    """Whether only some of the products have the value: what all have in common is no reason for one."""
    facet, value = cause
    having = [value in map(fold, product.all_facets().get(facet, ())) for product in products]
    return len(having) == 1 or not all(having)


def next_steps(turn: Turn, products: Sequence[Product]) -> tuple[str, ...]:
    """Things worth saying next, all of which work."""
    chinese = turn.language == "zh"
    steps = []
    if len(products) > 1:
        steps.append("对比 1 和 2" if chinese else "compare 1 and 2")
        if any(product.price is not None for product in products):
            steps.append("再便宜一点" if chinese else "cheaper")
    if any(product.reviews for product in products):
        steps.append("第一个评价怎么样" if chinese else "what do reviewers say about the first one?")
    if products:
        steps.append("还有别的吗" if chinese else "show more")
    return tuple(steps)


def _notes(turn: Turn, wanted: Constraints, filters: Filters, foreign: str | None) -> tuple[str, ...]:
    """What has to be said about how this utterance was read; limits of earlier turns were explained then."""
    notes = []
    now = turn.said.constraints
    foreign = foreign if now.price is not None else None
    shop_currency = currency_name(turn.shop.currency, turn.language)
    if foreign is not None and filters.price_min is None and filters.price_max is None:
        said = currency_name(foreign, turn.language)
        notes.append(turn.say("no_rate", shop=shop_currency, said=said))
    elif foreign is not None:
        limit = price_range(
            PriceRange(filters.price_min, filters.price_max), turn.shop.currency, turn.language
        )
        notes.append(turn.say("converted", shop=shop_currency, limit=limit))
    said_now = now.price_level is not None or now.price_relative is not None
    if now.wish is not None and turn.state.shown and not now.include.get("category"):
        if wanted.wish is None or wanted.wish.dimension != now.wish.dimension:
            notes.append(turn.say("wish_unknown"))
        else:
            more = wanted.wish.more
            what = dimension_name(wanted.wish.dimension, turn.language)
            notes.append(turn.say("wish_more" if more else "wish_less", what=what))
    if said_now and wanted.price_level is not None and wanted.sort is None:
        notes.append(turn.say("cheap" if wanted.price_level == "low" else "dear"))
    return tuple(notes)


def _nothing(
    turn: Turn,
    state: DialogueState,
    filters: Filters,
    relaxations: tuple[Relaxation, ...],
    notes: tuple[str, ...],
) -> Outcome:
    """Say that nothing fits, what blocks it, and what there is without it."""
    relative = turn.said.constraints.price_relative
    if turn.said.constraints.wish is not None and state.wanted.wish is not None and turn.state.shown:
        return Outcome(
            state=replace(turn.state, question=None),
            composed=turn.say("extreme_already"),
            quick_replies=next_steps(turn, turn.shown()),
        )
    if relative is not None and turn.state.shown:
        # What is on the table stays there: a limit that nothing meets would only get in the way.
        return Outcome(
            state=replace(turn.state, question=None),
            composed=turn.say("cheapest_already" if relative == "cheaper" else "dearest_already"),
            quick_replies=next_steps(turn, turn.shown()),
        )
    helpful = [item for item in relaxations if "include.category" not in item.changed] or list(relaxations)
    told = [_looser(turn, filters, relaxation) for relaxation in helpful[:3]]
    sentences = [turn.say("nothing") if filters.active else turn.say("no_match"), *(said for said, _ in told)]
    separator = "" if turn.language == "zh" else " "
    return Outcome(
        state=replace(state, ranking=(), shown=(), question=None),
        composed=separator.join(sentences),
        notes=notes,
        evidence=Evidence(relaxations=relaxations),
        quick_replies=tuple(reply for _, reply in told if reply),
    )


def _looser(turn: Turn, asked: Filters, relaxation: Relaxation) -> tuple[str, str]:
    """A sentence on what a relaxation gives, and what the shopper may answer to get it."""
    filters, count = relaxation.filters, relaxation.count
    facets = [key.split(".")[-1] for key in relaxation.changed]
    what = listed([facet_name(facet, turn.language) for facet in facets], turn.language)
    hints = [_less(turn, asked, filters, facet) for facet in facets]
    hint = listed(hints, turn.language) if _DROPPABLE.issuperset(facets) else ""
    if len(facets) == 2 and hint:
        return turn.say("relax_pair", what=hint, count=count), hint
    if facets == ["price"] and filters.price_max != asked.price_max and filters.price_max is not None:
        price = money(filters.price_max, turn.shop.currency)
        return turn.say("relax_up_to", count=count, price=price), hint
    if facets == ["price"] and filters.price_min is not None:
        price = money(filters.price_min, turn.shop.currency)
        return turn.say("relax_from", count=count, price=price), hint
    if facets == ["rating"] and filters.rating_min is not None:
        return turn.say("relax_rating", count=count, stars=f"{filters.rating_min:g}"), hint
    if len(facets) == 1 and relaxation.instead:
        written = {fold(value): value for value in turn.shop.vocabulary.values.get(facets[0], ())}
        values = [
            f"{turn.shop.vocabulary.name_in(facets[0], written.get(value, value), turn.language)} ({number})"
            for value, number in relaxation.instead
        ]
        return turn.say("relax_instead", what=what, count=count, values=", ".join(values)), hint
    return turn.say("relax", what=what, count=count), hint


def _less(turn: Turn, asked: Filters, filters: Filters, facet: str) -> str:
    """What to say to ask less of one thing: "any colour", "up to $240"."""
    if facet == "price" and filters.price_max != asked.price_max and filters.price_max is not None:
        return turn.say("hint_up_to", price=money(filters.price_max, turn.shop.currency))
    if facet == "price" and filters.price_min is not None:
        return turn.say("hint_from", price=money(filters.price_min, turn.shop.currency))
    return turn.say("hint_relax", what=facet_name(facet, turn.language))


_DROPPABLE = frozenset({"price", "rating", "brand", "colour", "material", "size", "category"})


def titled(product: Product, turn: Turn) -> str:
    """A product's title in the shopper's language."""
    return product.title_in(turn.language)


def by_number(turn: Turn, *, default: int = 0) -> tuple[Product, ...]:
    """Products that the utterance refers to by position; without a reference the first `default` shown."""
    shown = turn.shown()
    references = turn.said.constraints.references
    if references:
        ids = referred(turn.state, references)
        by_id: Mapping[str, Product] = {product.id: product for product in shown}
        return tuple(by_id[key] for key in ids if key in by_id)
    return shown[:default]
