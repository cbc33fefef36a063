"""A product that is named without having been shown: "add the Hushby Cabin headphones in black"."""

from dataclasses import dataclass, replace

from assistant.dialogue import new_search, to_filters
from assistant.skills.base import SHOWN, Turn, ask_number
from assistant.skills.carted import name_words, words_of
from assistant.skills.reference import points_at
from assistant.skills.table import as_suggestions, put_on_table
from assistant.skills.variants import has
from assistant.turns import Constraints, Outcome
from index.schema import Product
from index.search import Hit

_POOL = 20


@dataclass(frozen=True, slots=True)
class Named:
    """What a name finds.

    Attributes:
        product: The one product line that clearly matches, in the variant that fits best; None if none does.
        hits: What matches about as well, best first.
    """

    product: Product | None = None
    hits: tuple[Hit, ...] = ()


def by_name(turn: Turn) -> Named:
    """Search for what is named; only one line that matches better than all others is taken for it."""
    now = turn.said.constraints
    words = name_words(turn)
    named = {f: v for f, v in now.include.items() if turn.parts.vocabulary.kind(f) in ("category", "brand")}
    if not named and not name_words(turn, facets=False):
        return Named()
    hits = _search(turn, now) or _search(turn, replace(now, include=named))
    if not hits:
        return Named()
    covered = {hit.product.id: len(words & words_of(hit.product)) for hit in hits}
    best = max(covered.values())
    leading = _of_the_kind(turn, tuple(hit for hit in hits if covered[hit.product.id] == best))
    if len(leading) == 1 and (best >= 2 or (named and best) or len(hits) == 1):
        return Named(leading[0].product, leading)
    return Named(None, leading if best else hits if named else ())


def _of_the_kind(turn: Turn, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Those of the kind that was looked for last: a maker named among sleeping bags makes no tent."""
    kinds = turn.state.wanted.include.get("category", ())
    if not kinds or turn.said.constraints.include.get("category"):
        return hits
    widened = turn.parts.vocabulary.widen("category", kinds)
    return tuple(hit for hit in hits if has(hit.product, "category", widened)) or hits


def which_of(turn: Turn, found: Named) -> Outcome:
    """Show what a name may mean and ask for a number; with nothing found, ask what is meant."""
    if not found.hits:
        asked = ask_number(turn, "add_to_cart")
        unknown = (
            name_words(turn, facets=False) and not points_at(turn) and not turn.said.constraints.references
        )
        told = turn.joined([turn.tell(_NO_SUCH) if unknown else "", asked.composed])
        return replace(asked, composed=told, quick_replies=_numbers(turn, len(turn.state.shown)))
    state = new_search(turn.state, turn.said)
    suggestions = as_suggestions(turn, found.hits[:SHOWN])
    state = replace(state, ranking=tuple(hit.product.id for hit in found.hits))
    outcome = put_on_table(turn, state, suggestions, turn.tell(_WHICH if len(suggestions) > 1 else _THIS))
    return replace(outcome, quick_replies=_numbers(turn, len(suggestions)))


def _search(turn: Turn, wanted: Constraints) -> tuple[Hit, ...]:
    plain = Constraints(include=wanted.include, exclude=wanted.exclude, price=wanted.price)
    parts = turn.parts
    filters, _ = to_filters(plain, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates)
    return tuple(parts.searcher.search(wanted.query, filters, limit=_POOL).hits)


def _numbers(turn: Turn, count: int) -> tuple[str, ...]:
    each = (("the first one", "第一个"), ("the second one", "第二个"), ("the third one", "第三个"))
    lead = ("add {which}", "{which}加入购物车")
    return tuple(turn.tell(lead, which=turn.tell(which)) for which in each[:count])


_NO_SUCH = ("I find no product of that name.", "没有找到叫这个名字的商品。")
_WHICH = ("Which of these do you mean?", "您指的是哪一款？")
_THIS = ("Do you mean this one?", "您指的是这款吗？")
