"""The search that most skills share, and what to say when nothing fits."""

from collections.abc import Sequence, Set
from dataclasses import replace

from assistant.dialogue import to_filters
from assistant.measures import meets
from assistant.phrases import (
    currency_name,
    dimension_name,
    facet_name,
    listed,
    money,
    price_range,
)
from assistant.rank import Ranked, rerank
from assistant.situation import IN_MY_SIZE
from assistant.skills.base import SHOWN, Turn, next_steps
from assistant.skills.table import POOL, explain, put_on_table, unless_turned_down
from assistant.skills.words import by_words, called, things, titled, with_words
from assistant.turns import (
    Constraints,
    DialogueState,
    Evidence,
    Option,
    Outcome,
    PriceRange,
    Question,
)
from assistant.wearers import marked_for
from index.filters import Filters
from index.relax import Relaxation
from index.schema import Product
from index.search import Hit
from index.text import fold

NEAR_SHARE = 0.5
"""Share of the best hit's score that a hit of a search in words alone has to have."""


WISH_POOL = 400
"""Hits among which those are looked for that are lighter, or larger, than what was shown."""


def find(turn: Turn, state: DialogueState) -> Outcome:
    """Search for what `state.wanted` asks, rerank, and put the first products on the table."""
    state, sized = _in_noted_size(turn, state)
    wanted, parts = state.wanted, turn.parts
    filters, foreign = to_filters(
        wanted, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates
    )
    pool = WISH_POOL if wanted.wish else POOL
    filters, avoided = unless_avoided(turn, filters)
    # A kind says by itself what belongs: all of it is put in order, not only what is near to the words.
    everything = wanted.sort is not None and bool(filters.include.get("category"))
    result = parts.searcher.search(
        wanted.query if not everything or things(turn, wanted) else "",
        filters,
        limit=WISH_POOL if everything else pool,
        sort=wanted.sort or "relevance",
    )
    notes = (*sized, *_notes(turn, wanted, filters, foreign), *avoided)
    found = [hit for hit in result.hits if wanted.wish is None or meets(hit.product, wanted.wish)]
    found, unsaid = by_words(turn, near_enough(turn, found, wanted, filters), wanted)
    if (named := by_name_alone(turn, wanted, filters, found)) is not None:
        found, wanted = named
        state, filters, unsaid = replace(state, wanted=wanted), without_facets(filters, wanted), ()
    found, notes = found[:POOL], (*notes, *unsaid)
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


def by_name_alone(
    turn: Turn, wanted: Constraints, filters: Filters, found: Sequence[Hit]
) -> tuple[list[Hit], Constraints] | None:
    """What is called as the shopper says, where no filtered hit is: titles tell what facets leave out.

    A department said in passing (「户外课穿的雨衣」) is given up, and other values are looked for in titles
    (a wool duvet whose material is the cotton of its cover). Where nothing passes at all, they are looked for
    in the texts of products whose record is silent on that facet.

    Returns:
        The hits and what is wanted then; None where the filters stand.
    """
    named = things(turn, wanted)
    if wanted.sort not in (None, "relevance") or (found and not named):
        return None
    if any(called(found, thing) for thing in named):
        return None
    kinds = filters.include.get("category", frozenset())
    wide = bool(found) and all(
        fold(hit.product.category[-1]) not in kinds for hit in found if hit.product.category
    )
    given_up = [facet for facet in wanted.include if facet != "category" or (named and wide)]
    said = {facet: _said(turn, wanted, facet) for facet in given_up if facet != "category"}
    if not given_up or not all(said.values()):
        return None
    words = tuple(names[0] for names in said.values())
    wanted = replace(
        wanted,
        include={facet: values for facet, values in wanted.include.items() if facet not in given_up},
        having=tuple(dict.fromkeys((*wanted.having, *words))),
    )
    looser = without_facets(filters, wanted)
    hits: Sequence[Hit] = turn.parts.searcher.search(wanted.query, looser, limit=POOL).hits
    if named and not any(called(hits, thing) for thing in named):
        return None  # the shop has no such thing
    for facet, names in said.items():
        if named:
            hits = [hit for hit in hits if any(titled(hit.product, name) for name in names)]
        else:
            silent = [hit for hit in hits if facet not in hit.product.all_facets()]
            hits = with_words(turn, silent, names[0], share=1.0)
    left, _ = by_words(turn, hits, wanted)
    return (left, wanted) if left else None


def without_facets(filters: Filters, wanted: Constraints) -> Filters:
    """The filters without facets that are no longer wanted."""
    include = {facet: values for facet, values in filters.include.items() if facet in wanted.include}
    return replace(filters, include=include)


def _said(turn: Turn, wanted: Constraints, facet: str) -> tuple[str, ...]:
    """The name by which a value was asked for, then its other names; empty where the words do not tell."""
    names = [name for value in wanted.include[facet] for name in turn.parts.vocabulary.names(facet, value)]
    said = max((name for name in names if fold(name) in fold(wanted.query)), key=len, default="")
    return (said, *names) if said else ()


def near_enough(turn: Turn, hits: Sequence[Hit], wanted: Constraints, filters: Filters) -> list[Hit]:
    """Hits of a search in words alone that come near the best, or are called so; a kind says what belongs."""
    if (
        not hits
        or filters.include.get("category")
        or not wanted.query
        or wanted.sort not in (None, "relevance")
    ):
        return list(hits)
    so_called = {hit.product.id for thing in things(turn, wanted) for hit in called(hits, thing)}
    return [hit for hit in hits if hit.product.id in so_called or hit.score >= NEAR_SHARE * hits[0].score]


def _counted(turn: Turn, wanted: Constraints, filters: Filters, hits: Sequence[Hit]) -> str:
    """How many there are, as far as a number says something."""
    if wanted.query and not wanted.include and not any(hit.parts.get("lexical") for hit in hits):
        return turn.say("only_near", query=wanted.query)
    named = things(turn, wanted)
    if named and not any(called(hits, thing) for thing in named):
        return turn.say("only_near", query=named[-1].text)
    # Without a filter or a kind of thing, every product "passes": a count would say nothing.
    if (wanted.include or filters.active) and len(hits) <= SHOWN:
        return turn.say(_how_many(turn, wanted, hits), count=len(hits))
    return turn.say("found", count=len(hits)) if len(hits) < POOL else turn.say("found_many")


def _how_many(turn: Turn, wanted: Constraints, hits: Sequence[Hit]) -> str:
    """The phrase for a number of products: against those that fitted before, while the same is looked for."""
    count, before = len(hits), turn.state.ranking
    goes_on = bool(before) and wanted.include.get("category") == turn.state.wanted.include.get("category")
    if not goes_on:
        return "found_one" if count == 1 else "found_few"
    if {hit.product.id for hit in hits} == set(before):
        return "same_one" if count == 1 else "same_few"
    if count < len(before):
        return "left_one" if count == 1 else "left_few"
    return "found_one" if count == 1 else "now_few"


def unless_avoided(turn: Turn, filters: Filters) -> tuple[Filters, tuple[str, ...]]:
    """The filters without what the shopper told to avoid for good, and what is to be said of it.

    What is asked for now by name is not avoided.
    """
    vocabulary = turn.parts.vocabulary
    exclude, told = dict(filters.exclude), []
    for note in turn.parts.notes.of(turn.user):
        own = fold(note.value)
        values = {fold(value) for value in vocabulary.widen(note.facet, (note.value,))}
        if vocabulary.kind(note.facet) == "material":  # who avoids wool avoids lambswool
            values |= {
                value for some in vocabulary.values.get(note.facet, ()) if own in (value := fold(some))
            }
        if note.wanted or not note.value or values & filters.include.get(note.facet, frozenset()):
            continue
        exclude[note.facet] = exclude.get(note.facet, frozenset()) | values
        told.append(vocabulary.name_in(note.facet, note.value, turn.language))
    if not told:
        return filters, ()
    words = listed(told, turn.language)
    return replace(filters, exclude=exclude), (turn.say("avoided", what=words),)


def _in_noted_size(turn: Turn, state: DialogueState) -> tuple[DialogueState, tuple[str, ...]]:
    """The need in the sizes that are noted of the shopper, where that is said; or that none is known."""
    wanted = state.wanted
    if not IN_MY_SIZE.search(turn.said.text):
        return state, ()
    sizes: dict[str, tuple[str, ...]] = {}
    for note in turn.parts.notes.of(turn.user):
        if note.wanted and note.value and turn.parts.vocabulary.kind(note.facet) == "size":
            sizes[note.facet] = (*sizes.get(note.facet, ()), note.value)
    if not sizes:
        return state, (turn.tell(_NO_SIZE),)
    query = IN_MY_SIZE.sub(" ", wanted.query).replace(" size", " ").strip()
    return replace(state, wanted=replace(wanted, include={**sizes, **wanted.include}, query=query)), ()


_NO_SIZE = (
    "I do not know your size; tell me, such as “size 42”.",
    "还不知道您的尺码，告诉我就行，比如「42 码」。",
)


def in_their_size(turn: Turn, hits: Sequence[Hit], filters: Filters) -> list[Hit]:
    """Hits with the variant in the size that the shopper noted, where there is one to be had."""
    sizes = {
        (note.facet, fold(note.value))
        for note in turn.parts.notes.of(turn.user)
        if note.wanted and turn.parts.vocabulary.kind(note.facet) == "size"
    }
    if not sizes:
        return list(hits)
    sized = [replace(hit, product=_sized(turn, hit.product, sizes, filters)) for hit in hits]
    grown = [hit for hit in sized if not marked_for(hit.product, "kids") or _fits(hit.product, sizes)]
    return sized if turn.said.constraints.audience == "kids" else grown or sized


def _fits(product: Product, sizes: Set[tuple[str, str]]) -> bool:
    return any((facet, fold(value)) in sizes for facet, some in product.facets.items() for value in some)


def _sized(turn: Turn, product: Product, sizes: set[tuple[str, str]], filters: Filters) -> Product:
    if (
        product.family is None
        or _fits(product, sizes)
        or not product.facets.keys() & {facet for facet, _ in sizes}
    ):
        return product
    family = turn.parts.searcher.store.family(product.family)
    fitting = [item for item in family if _fits(item, sizes) and item.available and filters.accepts(item)]
    alike = [item for item in fitting if item.facets.get("colour") == product.facets.get("colour")]
    return next(iter(alike or fitting), product)


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
