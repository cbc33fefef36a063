"""What every skill gets, and the search that most of them share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np

from assistant.config import Settings
from assistant.dialogue import referred, to_filters
from assistant.history import History, Profile
from assistant.measures import meets
from assistant.notes import Notes
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
from assistant.policies import PolicyIndexes, SectionIndex
from assistant.rank import Ranked, rerank
from assistant.record import name_of
from assistant.shop import Shop
from assistant.turns import (
    Constraints,
    DialogueState,
    Evidence,
    Option,
    Outcome,
    PriceRange,
    Question,
    Suggestion,
    Table,
    Understanding,
)
from assistant.vocabulary import Vocabulary
from assistant.wearers import find_audience, made_for, marked_for
from index.filters import Filters
from index.relax import Relaxation
from index.schema import Language, Product
from index.search import Hit, Searcher
from index.synonyms import FUNCTION_WORDS
from index.text import fold, tokens

SHOWN = 5
"""Products on the table at once."""

POOL = 50
"""Hits that are reranked and can be paged through."""


EARLIER = 10
"""Tables that can be gone back to."""

NEAR_SHARE = 0.5
"""Share of the best hit's score that a hit of a search in words alone has to have."""

HAS_WORDS = 0.6
"""Share of what is asked for in words that a product has to have, the rarer words counting more."""

WISH_POOL = 400
"""Hits among which those are looked for that are lighter, or larger, than what was shown."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What skills work with; one for all chats.

    Attributes:
        searcher: Finds products.
        vocabulary: Names of the catalogue's facet values.
        history: What shoppers did.
        notes: What shoppers said of themselves.
        shop: Cart, orders and the rest of the shop.
        policies: Finds rules of the shop, in each language.
        settings: As configured.
        currency: What prices are in, for amounts said without a currency.
        departments: The widest categories, the largest first: (name, name in Chinese).
    """

    searcher: Searcher
    vocabulary: Vocabulary
    history: History
    notes: Notes
    shop: Shop
    policies: PolicyIndexes
    settings: Settings
    currency: str
    departments: tuple[tuple[str, str], ...]

    def policy_index(self, language: Language) -> SectionIndex | None:
        """The rules of the shop in a language, ready to be searched; None if it has none."""
        return self.policies.of(language)

    def chips(self, wanted: Constraints, language: Language) -> list[str]:
        """What was understood, one short text for each constraint."""
        price = wanted.price
        if price is not None and price.currency not in (None, self.currency, *self.settings.rates):
            wanted = replace(wanted, price=None)  # it was not applied, so nothing "fits" it
        return constraint_chips(wanted, self.currency, language, self.vocabulary.name_in)


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of one shopper, understood.

    Attributes:
        said: What was said, and how it was read.
        state: The conversation before it.
        user: Who is shopping; None for a guest.
        parts: What there is to work with.
        chosen: What the skill kept with the option that was chosen or agreed to; empty otherwise.
    """

    said: Understanding
    state: DialogueState
    user: str | None
    parts: Parts
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def customer(self) -> str:
        """Whose cart and orders these are: the user's, or this conversation's."""
        return self.user or self.state.session

    @property
    def shop(self) -> Shop:
        """The shop behind the assistant."""
        return self.parts.shop

    @property
    def today(self) -> date:
        """The day that promotions and orders are judged by."""
        return self.parts.settings.today or date.today()

    @property
    def language(self) -> Language:
        """Language to answer in."""
        return self.said.language

    def say(self, key: str, **values: object) -> str:
        """A phrase of `assistant.phrases` in the shopper's language."""
        return say(key, self.language, **values)

    def tell(self, phrase: tuple[str, str], **values: object) -> str:
        """A phrase of a skill's own, given as (English, Chinese), in the shopper's language."""
        return phrase[self.language == "zh"].format(**values)

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other, empty ones left out."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    def profile(self) -> Profile:
        """The shopper's taste; empty for a stranger."""
        return self.parts.history.profile(self.user)

    def shown(self) -> tuple[Product, ...]:
        """Current records of the products on the table; those that were deleted are gone."""
        return tuple(self.parts.searcher.store.get(self.state.shown))


Skill = Callable[[Turn], Outcome]


def find(turn: Turn, state: DialogueState) -> Outcome:
    """Search for what `state.wanted` asks, rerank, and put the first products on the table."""
    wanted, parts = state.wanted, turn.parts
    filters, foreign = to_filters(
        wanted, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates
    )
    pool = WISH_POOL if wanted.wish else POOL
    filters, avoided = unless_avoided(turn, filters)
    result = parts.searcher.search(wanted.query, filters, limit=pool, sort=wanted.sort or "relevance")
    notes = (*_notes(turn, wanted, filters, foreign), *avoided)
    found = [hit for hit in result.hits if wanted.wish is None or meets(hit.product, wanted.wish)][:POOL]
    found, unsaid = by_words(turn, near_enough(found, wanted, filters), wanted)
    notes = (*notes, *unsaid)
    if not found:
        return _nothing(turn, state, filters, result.relaxations, notes)
    profile = turn.profile()
    hits = unless_turned_down(found, profile, state.refused)
    hits = in_their_size(turn, hits, filters)
    if wanted.sort in (None, "relevance"):
        ranked = rerank(hits, profile, weight=parts.settings.history_weight, price_level=wanted.price_level)
    else:
        ranked = [Ranked(hit, hit.score, {"relevance": hit.score}) for hit in hits]
    state = replace(state, ranking=tuple(item.hit.product.id for item in ranked))
    suggestions = explain(turn, wanted, ranked[:SHOWN], profile)
    return put_on_table(turn, state, suggestions, _counted(turn, wanted, filters, hits), notes=notes)


def near_enough(hits: Sequence[Hit], wanted: Constraints, filters: Filters) -> list[Hit]:
    """Hits of a search in words alone that come near the best one; a kind of thing says by itself what belongs."""
    if not hits or filters.include.get("category") or not wanted.query or wanted.sort not in (None, "relevance"):
        return list(hits)
    return [hit for hit in hits if hit.score >= NEAR_SHARE * hits[0].score]


def by_words(turn: Turn, hits: Sequence[Hit], wanted: Constraints) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits that have the words asked for, are made for whom they are for, and are not what is refused.

    Each is held to as long as something is left; words that no hit has are said to be in none.

    Returns:
        (hits, what is to be said)
    """
    left, unsaid = list(hits), []
    if wanted.audience is not None:
        left = [hit for hit in left if made_for(hit.product, wanted.audience)] or left
    for words in wanted.lacking:
        left = [hit for hit in left if not _titled(hit.product, words)] or left
    for words in map(partial(_meaningful, turn), wanted.having):
        having = with_words(turn, left, words) if words else []
        if having:
            left = having
        elif words and words.casefold() in turn.said.text.casefold():
            unsaid.append(turn.say("words_unsaid", what=words))
    return left, tuple(unsaid)


def _meaningful(turn: Turn, words: str) -> str:
    """What of some words can be held against a record: names that are known, and English words.

    What is left of a Chinese sentence when its limits are taken out is mostly grammar.
    """
    units = turn.parts.searcher.lexical.synonyms.units(words)
    kept = [unit.text for unit in units if unit.names or (unit.text.isascii() and unit.text not in FUNCTION_WORDS)]
    return " ".join(kept)


def _titled(product: Product, words: str) -> bool:
    """Whether a title says all of some words, or that it is for whom they name."""
    said = find_audience(words)
    if said is not None:
        return marked_for(product, said[0])
    titles = [product.title, *(text.title for text in product.translations.values()), *product.category]
    wanted = set(tokens(words))
    return any(wanted <= set(tokens(title)) for title in titles)


def with_words(turn: Turn, hits: Sequence[Hit], words: str, *, share: float = HAS_WORDS) -> list[Hit]:
    """Hits whose record has so much of some words, or other names of them."""
    searcher = turn.parts.searcher
    query = searcher.lexical.open_query(words)
    numbers = searcher.store.numbers([hit.product.id for hit in hits])
    enough: list[int] = []
    if query is not None and hits:
        scores = query.best(limit=len(hits), only=np.array(sorted(numbers.values()), np.int64))
        enough = scores.numbers[scores.coverage >= share].tolist()
    return [hit for hit in hits if numbers.get(hit.product.id) in enough or _affirmed(hit.product, words)]


def _affirmed(product: Product, words: str) -> bool:
    """Whether an attribute of that name says more than no: "headrest: yes"."""
    wanted = set(tokens(words))
    attributes = [*product.attributes.items(), *(i for t in product.translations.values() for i in t.attributes.items())]
    return any(wanted <= set(tokens(name)) and fold(value) not in _NONE for name, value in attributes)


_NONE = frozenset({"no", "none", "without", "not included", "无", "不", "否", "没有", "不支持", "不可", "不带", "不含"})


def _counted(turn: Turn, wanted: Constraints, filters: Filters, hits: Sequence[Hit]) -> str:
    """How many there are, as far as a number says something."""
    if wanted.query and not wanted.include and not any(hit.parts.get("lexical") for hit in hits):
        return turn.say("only_near", query=wanted.query)
    # Without a filter or a kind of thing, every product "passes": a count would say nothing.
    if (wanted.include or filters.active) and len(hits) <= SHOWN:
        return turn.say("found_one") if len(hits) == 1 else turn.say("found_few", count=len(hits))
    return turn.say("found", count=len(hits)) if len(hits) < POOL else turn.say("found_many")


def unless_avoided(turn: Turn, filters: Filters) -> tuple[Filters, tuple[str, ...]]:
    """The filters without what the shopper told to avoid for good, and what is to be said of it.

    What is asked for now by name is not avoided.
    """
    vocabulary = turn.parts.vocabulary
    exclude, told = dict(filters.exclude), []
    for note in turn.parts.notes.of(turn.user):
        values = {fold(value) for value in vocabulary.widen(note.facet, (note.value,))}
        if note.wanted or not note.value or values & filters.include.get(note.facet, frozenset()):
            continue
        exclude[note.facet] = exclude.get(note.facet, frozenset()) | values
        told.append(vocabulary.name_in(note.facet, note.value, turn.language))
    if not told:
        return filters, ()
    words = listed(told, turn.language)
    return replace(filters, exclude=exclude), (turn.say("avoided", what=words),)


def in_their_size(turn: Turn, hits: Sequence[Hit], filters: Filters) -> list[Hit]:
    """Hits with the variant in the size that the shopper noted, where there is one to be had."""
    sizes = {
        (note.facet, fold(note.value))
        for note in turn.parts.notes.of(turn.user)
        if note.wanted and turn.parts.vocabulary.kind(note.facet) == "size"
    }
    return [replace(hit, product=_sized(turn, hit.product, sizes, filters)) for hit in hits] if sizes else list(hits)


def _sized(turn: Turn, product: Product, sizes: set[tuple[str, str]], filters: Filters) -> Product:
    def fits(item: Product) -> bool:
        return any((facet, fold(value)) in sizes for facet, some in item.facets.items() for value in some)

    if product.family is None or fits(product) or not product.facets.keys() & {facet for facet, _ in sizes}:
        return product
    family = turn.parts.searcher.store.family(product.family)
    fitting = [item for item in family if fits(item) and item.available and filters.accepts(item)]
    alike = [item for item in fitting if item.facets.get("colour") == product.facets.get("colour")]
    return next(iter(alike or fitting), product)


def put_on_table(
    turn: Turn,
    state: DialogueState,
    suggestions: Sequence[Suggestion],
    composed: str,
    *,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """Show products; what was on the table can be gone back to."""
    before = Table(turn.state.wanted, turn.state.ranking, turn.state.shown)
    shown = tuple(item.hit.product.id for item in suggestions)
    earlier = state.earlier
    if before.shown and before.shown != shown:
        earlier = (*earlier, before)[-EARLIER:]
    state = replace(state, shown=shown, focus=(), earlier=earlier)
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
    hits = unless_turned_down(hits, profile, turn.state.refused)
    ranked = rerank(hits, profile, weight=turn.parts.settings.history_weight)[:SHOWN]
    return explain(turn, Constraints(), ranked, profile, fallback=reason)


def unless_turned_down(hits: Sequence[Hit], profile: Profile, refused: Iterable[str] = ()) -> Sequence[Hit]:
    """Hits without what the shopper turned down, now or before, unless there is nothing else."""
    gone = profile.disliked.union(refused)
    left = [hit for hit in hits if (hit.product.family or hit.product.id) not in gone]
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
    chips = turn.parts.chips(replace(wanted, price_level=None, sort=None), turn.language)
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
        if len({product.price for product in products if product.price is not None}) > 1:
            steps.append("再便宜一点" if chinese else "cheaper")
    if products and turn.shop.cart is not None:
        steps.append("第一个加入购物车" if chinese else "add the first one to my cart")
    if any(product.reviews for product in products[:1]):
        steps.append("第一个评价怎么样" if chinese else "what do reviewers say about the first one?")
    if products:
        steps.append("还有别的吗" if chinese else "show more")
    return tuple(steps[:4])


def ask_number(turn: Turn, label: str) -> Outcome:
    """Which one? With the products shown as choices; the answer does what was asked."""
    shown = turn.shown()
    if not shown:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    options = tuple(
        Option(
            f"第 {at} 个" if turn.language == "zh" else f"number {at}",
            label,
            f"{turn.said.text} 第{at}个" if turn.language == "zh" else f"{turn.said.text} number {at}",
        )
        for at in range(1, len(shown) + 1)
    )
    return Outcome(
        state=replace(turn.state, question=Question(options)),
        composed=turn.say("which"),
        quick_replies=tuple(option.said for option in options[:4]),
    )


def _notes(turn: Turn, wanted: Constraints, filters: Filters, foreign: str | None) -> tuple[str, ...]:
    """What has to be said about how this utterance was read; limits of earlier turns were explained then."""
    notes = []
    now = turn.said.constraints
    foreign = foreign if now.price is not None else None
    shop_currency = currency_name(turn.parts.currency, turn.language)
    if foreign is not None and filters.price_min is None and filters.price_max is None:
        said = currency_name(foreign, turn.language)
        notes.append(turn.say("no_rate", shop=shop_currency, said=said))
    elif foreign is not None:
        limit = price_range(
            PriceRange(filters.price_min, filters.price_max), turn.parts.currency, turn.language
        )
        notes.append(turn.say("converted", shop=shop_currency, limit=limit))
    said_now = now.price_level is not None or now.price_relative is not None
    if now.wish is not None and not now.wish.limit and turn.state.shown and not now.include.get("category"):
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
    now = turn.said.constraints
    relative = now.price_relative if now.price is None else None
    if state.wanted.wish is not None and not state.wanted.wish.limit and turn.state.shown:
        return Outcome(
            state=turn.state,
            composed=turn.say("extreme_already"),
            quick_replies=next_steps(turn, turn.shown()),
        )
    if relative is not None and turn.state.shown:
        # What is on the table stays there: a limit that nothing meets would only get in the way.
        return Outcome(
            state=turn.state,
            composed=turn.say("cheapest_already" if relative == "cheaper" else "dearest_already"),
            quick_replies=next_steps(turn, turn.shown()),
        )
    helpful = [item for item in relaxations if "include.category" not in item.changed] or list(relaxations)
    told = [_looser(turn, filters, relaxation) for relaxation in helpful[:3]]
    sentences = [turn.say("nothing") if filters.active else turn.say("no_match"), *(said for said, _ in told)]
    options = tuple(Option(reply, "refine_search", reply) for _, reply in told if reply)
    question = Question(options, yes=options[0]) if options else None
    return Outcome(
        state=replace(state, ranking=(), shown=(), focus=(), question=question),
        composed=turn.joined(sentences),
        notes=notes,
        evidence=Evidence(relaxations=relaxations),
        quick_replies=tuple(option.said for option in options),
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
        price = money(filters.price_max, turn.parts.currency)
        return turn.say("relax_up_to", count=count, price=price), hint
    if facets == ["price"] and filters.price_min is not None:
        price = money(filters.price_min, turn.parts.currency)
        return turn.say("relax_from", count=count, price=price), hint
    if facets == ["rating"] and filters.rating_min is not None:
        return turn.say("relax_rating", count=count, stars=f"{filters.rating_min:g}"), hint
    if len(facets) == 1 and relaxation.instead:
        written = {fold(value): value for value in turn.parts.vocabulary.values.get(facets[0], ())}
        values = [
            f"{turn.parts.vocabulary.name_in(facets[0], written.get(value, value), turn.language)} ({number})"
            for value, number in relaxation.instead
        ]
        return turn.say("relax_instead", what=what, count=count, values=", ".join(values)), hint
    return turn.say("relax", what=what, count=count), hint


def _less(turn: Turn, asked: Filters, filters: Filters, facet: str) -> str:
    """What to say to ask less of one thing: "any colour", "up to $240"."""
    if facet == "price" and filters.price_max != asked.price_max and filters.price_max is not None:
        return turn.say("hint_up_to", price=money(filters.price_max, turn.parts.currency))
    if facet == "price" and filters.price_min is not None:
        return turn.say("hint_from", price=money(filters.price_min, turn.parts.currency))
    return turn.say("hint_relax", what=facet_name(facet, turn.language))


_DROPPABLE = frozenset({"price", "rating", "brand", "colour", "material", "size", "category"})


def titled(product: Product, turn: Turn) -> str:
    """A product's title in the shopper's language, as plain text."""
    return name_of(product, turn.language)


def by_number(turn: Turn, *, default: int = 0) -> tuple[Product, ...]:
    """Products that the utterance refers to by position; without a reference the first `default` shown."""
    shown = turn.shown()
    references = turn.said.constraints.references
    if references:
        ids = referred(turn.state, references)
        by_id: Mapping[str, Product] = {product.id: product for product in shown}
        return tuple(by_id[key] for key in ids if key in by_id)
    return shown[:default]
