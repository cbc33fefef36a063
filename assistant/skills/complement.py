"""find_complement: what goes with a product, by rules on kinds and by what was bought together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.bought_together import bought_with
from assistant.fitting import fits, models, names_model
from assistant.kinds import Shelf, goes_with, goes_with_words, of_interest
from assistant.phrases import listed
from assistant.recipients import clash, users_named, users_of
from assistant.skills.base import SHOWN, Turn, ask_number
from assistant.skills.beside import Asked, read
from assistant.skills.called import name_words
from assistant.skills.showing import (
    FEW,
    by_shelf,
    interleaved,
    is_called,
    limits,
    line,
    short_title,
    show,
    suited,
    turned_down,
)
from assistant.skills.table import POOL
from assistant.turns import Constraints, Option, Outcome, Question
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold, tokens

FROM_EACH = 2
"""Products of one kind among the first that are shown, when there are several kinds."""

_WITH = ("These go with {title}.", "和{title}搭配的有这些。")
_WITH_CART = ("These go with what is in your cart.", "和购物车里的商品搭配的有这些。")
_REASON = ("goes with {title}", "搭配{title}")
_REASON_IT = ("goes with it", "可以搭配")
_OFTEN = ("often bought together", "经常一起买")
_FITS = ("fits {title}", "适配{title}")
_FITTING = ("These are made for {title}:", "专为{title}设计的有：")
_FITTING_ONE = ("This one is made for {title}:", "专为{title}设计的有：")
_NO_FIT = ("I know of no {kind} here made for {title}.", "没有查到适配{title}的{kind}。")
_NO_FIT_LIMIT = (
    "Of the {kind} that fit {title}, none is “{what}”.",
    "适配{title}的{kind}里，没有符合「{what}」的。",
)
_NO_SUCH = ("I found no {kind} here.", "店里没有找到{kind}。")
_NONE_OF_KIND = ("I have no {kind} to go with {title}.", "没有能和{title}搭配的{kind}。")
_NOT_KNOWN = (
    "I do not know what goes with {title}; nothing here is noted or often bought with it.",
    "没有查到和{title}搭配的商品，也没有经常一起买的记录。",
)
_NOTHING = ("Nothing that goes with {title} fits “{what}”.", "和{title}搭配的商品里，没有符合「{what}」的。")
_WITHOUT = ("Without that limit there are {count}; shall I show them?", "不限的话有 {count} 款，要看吗？")
_ALL = ("show all that goes with it", "都看看")
_EMPTY_CART = ("Your cart is empty.", "购物车是空的。")
_WITH_WHAT = (
    "With what should it go? Tell me a product or a kind of thing.",
    "要和什么搭配？告诉我一款商品或一类东西。",
)
_ALSO_GOES = ("What does go with {title}:", "和{title}搭配的有这些：")


def complement(turn: Turn) -> Outcome:
    """What goes with the product, the kind or the cart that is talked about."""
    asked = read(turn)
    if asked is None:
        return _with_what(turn)
    if asked.cart and not asked.beside:
        return Outcome(state=turn.state, composed=turn.tell(_EMPTY_CART))
    filters, notes = limits(turn, asked.limits)
    if asked.wanted and len(asked.beside) == 1 and _has_to_fit(turn, asked):
        return _fitting(turn, asked, filters, notes)
    hits, reasons = _together(turn, asked, filters)
    if not hits:
        return _none(turn, asked, notes)
    return show(
        turn,
        hits,
        _headline(turn, asked),
        wanted=_lasting(asked),
        reasons=reasons,
        focus=asked.beside[:1],
        notes=notes,
    )


def _with_what(turn: Turn) -> Outcome:
    if turn.state.shown:
        return ask_number(turn, "find_complement")
    return Outcome(state=turn.state, composed=turn.tell(_WITH_WHAT))


# -- what there is ---------------------------------------------------------------------------------------


def _together(turn: Turn, asked: Asked, filters: Filters) -> tuple[list[Hit], Mapping[str, str]]:
    """What goes with it, the best of each kind first, and why."""
    bought = _bought(turn, asked, filters)
    columns = [] if asked.wanted or asked.called else [bought]
    made = _made_for(turn, asked, filters)
    columns += [made] if made else []
    columns += _of_shelves(turn, asked, _shelves(turn, asked)[:FEW], filters)
    own = {line(product) for product in asked.beside}
    hits = [hit for hit in interleaved(columns) if line(hit.product) not in own]
    together = {hit.product.id for hit in bought}
    title = asked.title(turn)
    reasons = {}
    for hit in hits:
        if hit.product.id in together:
            reasons[hit.product.id] = turn.tell(_OFTEN)
        elif hit in made or (len(asked.beside) == 1 and fits(hit.product, asked.beside[0])):
            reasons[hit.product.id] = turn.tell(_FITS, title=title).strip()
        elif len(asked.beside) == 1:
            reasons[hit.product.id] = turn.tell(_REASON_IT)
        else:
            beside = _what_it_suits(turn, asked, hit.product) or title
            reasons[hit.product.id] = turn.tell(_REASON, title=beside).strip()
    return hits, reasons


def _what_it_suits(turn: Turn, asked: Asked, product: Product) -> str:
    """Of several products in a cart the one that this goes with."""
    if len(asked.beside) < 2:
        return ""
    for beside in asked.beside:
        if any(shelf.holds(product) for shelf in goes_with(beside, turn.parts.vocabulary)):
            return short_title(turn, beside)
    return ""


def _bought(turn: Turn, asked: Asked, filters: Filters) -> list[Hit]:
    store = turn.parts.searcher.store
    down = turned_down(turn)
    found = bought_with(store.engine, store, asked.beside)
    fitting = [item for item, _ in found if filters.accepts(item) and line(item) not in down]
    return [Hit(product, 1 - at / 100) for at, product in enumerate(fitting[:SHOWN])]


def _shelves(turn: Turn, asked: Asked) -> Sequence[Shelf]:
    vocabulary = turn.parts.vocabulary
    if asked.wanted:
        return [Shelf(vocabulary.widen("category", asked.wanted))]
    if asked.called:
        return [Shelf((), name=asked.called)]
    if asked.beside:
        found = [shelf for product in asked.beside for shelf in goes_with(product, vocabulary)]
        return list({(shelf.categories, shelf.name): shelf for shelf in found}.values())
    return goes_with_words(asked.words, vocabulary) or of_interest(asked.words, vocabulary)


def _of_shelves(turn: Turn, asked: Asked, shelves: Sequence[Shelf], filters: Filters) -> list[list[Hit]]:
    """Of each kind what is nearest to it, made for the same ones, and, where it has to fit, what fits."""
    query = asked.beside[0].title if len(asked.beside) == 1 else asked.words
    found = by_shelf(turn, shelves, filters, query=query)
    columns = []
    for shelf, column in zip(shelves, found, strict=True):
        hits = suited(turn, column, asked.limits)
        if shelf.fitting or (asked.beside and any(fits(hit.product, asked.beside[0]) for hit in hits)):
            variants = (_variant_that_fits(turn, hit, asked.beside, filters) for hit in hits)
            columns.append([hit for hit in variants if hit is not None])
            continue
        hits = [hit for hit in hits if _suits(hit.product, asked)]
        columns.append(hits if asked.wanted or asked.called else hits[:FROM_EACH])
    return columns


def _suits(product: Product, asked: Asked) -> bool:
    """Whether a product is not for somebody else, nor made for something else."""
    if not asked.beside:
        if is_called(product, asked.words):
            return False
        if _is_model(asked.words) and (asked.fitting or asked.wanted or asked.called):
            return names_model(product, asked.words)
        if asked.like:
            return not all(clash(beside, product) for beside in asked.like)
        return users_of(product) != {"kids"} or "kids" in users_named(asked.words)
    if any(clash(beside, product) for beside in asked.beside):
        return False
    fit = fits(product, asked.beside[0]) if len(asked.beside) == 1 else None
    return fit is True if asked.fitting and asked.called else fit is not False


def _is_model(words: str) -> bool:
    return any(ch.isdigit() for ch in words)


def _made_for(turn: Turn, asked: Asked, filters: Filters) -> list[Hit]:
    """What names the product, or the model that was said, as what it fits; of the kind that is wanted."""
    if len(asked.beside) > 1 or not (asked.beside or _is_model(asked.words)):
        return []
    names = [" ".join(name) for name in models(asked.beside[0])[:1]] if asked.beside else [asked.words]
    found = [hit for name in names for hit in turn.parts.searcher.search(name, filters, limit=POOL).hits]
    kinds = set(map(fold, turn.parts.vocabulary.widen("category", asked.wanted)))
    hits = []
    for hit in suited(turn, found, asked.limits):
        fit = fits(hit.product, asked.beside[0]) if asked.beside else names_model(hit.product, asked.words)
        wanted = not kinds or bool(kinds & set(map(fold, hit.product.category)))
        if fit and wanted and not (asked.beside and _alike(hit.product, asked.beside[0])):
            hits.append(hit)
    return hits


def _alike(one: Product, other: Product) -> bool:
    """Whether two products are of one kind: a phone is made for no phone."""
    return bool(one.category) and one.category[-1:] == other.category[-1:]


def _variant_that_fits(turn: Turn, hit: Hit, beside: Sequence[Product], filters: Filters) -> Hit | None:
    family = hit.product.family
    members = turn.parts.searcher.store.family(family) if family else [hit.product]
    for item in [hit.product, *members]:
        if filters.accepts(item) and any(fits(item, product) for product in beside):
            return replace(hit, product=item)
    return None


def _has_to_fit(turn: Turn, asked: Asked) -> bool:
    """Whether what is wanted is made for certain products."""
    wanted = set(map(fold, turn.parts.vocabulary.widen("category", asked.wanted)))
    shelves = goes_with(asked.beside[0], turn.parts.vocabulary)
    return any(shelf.fitting and wanted & set(map(fold, shelf.categories)) for shelf in shelves)


def _fitting(turn: Turn, asked: Asked, filters: Filters, notes: tuple[str, ...]) -> Outcome:
    """Only what the record says is made for the product."""
    shelf = Shelf(turn.parts.vocabulary.widen("category", asked.wanted), fitting=True)
    (hits,) = _of_shelves(turn, asked, [shelf], filters)
    title = asked.title(turn)
    if hits:
        return show(
            turn,
            hits,
            turn.tell(_FITTING_ONE if len(hits) == 1 else _FITTING, title=title),
            wanted=replace(_lasting(asked), having=_names(asked.beside[0])),
            reasons={hit.product.id: turn.tell(_FITS, title=title).strip() for hit in hits},
            focus=asked.beside,
            notes=notes,
        )
    kind = _kind_name(turn, asked.wanted)
    what = listed(turn.parts.chips(asked.limits, turn.language), turn.language)
    some = what and _of_shelves(turn, asked, [shelf], Filters(in_stock=True))[0]
    composed = turn.tell(_NO_FIT_LIMIT if some else _NO_FIT, kind=kind, title=title, what=what)
    return Outcome(
        state=replace(turn.state, focus=(asked.beside[0].id,)),
        composed=composed,
        notes=notes,
        quick_replies=(turn.tell(_SAY_ELSE),),
    )


def _kind_name(turn: Turn, categories: Sequence[str]) -> str:
    name = turn.parts.vocabulary.name_in("category", categories[0], turn.language)
    return name if turn.language == "zh" else name.lower()


_SAY_ELSE = ("what else goes with it?", "它还能搭配什么")


def _lasting(asked: Asked) -> Constraints:
    """What a later search keeps; kinds that are wanted are named."""
    include = {**asked.limits.include, **({"category": asked.wanted} if asked.wanted else {})}
    return replace(asked.limits, include=include)


def _names(product: Product) -> tuple[str, ...]:
    """The words of a title that name a product: what is looked for later has to be made for it, too."""
    named = name_words(product)
    return (" ".join(word for word in product.title.split() if set(tokens(word)) & named),)


def _headline(turn: Turn, asked: Asked) -> str:
    if asked.lacking:
        none = turn.tell(_NO_SUCH, kind=asked.lacking)
        return turn.joined([none, turn.tell(_ALSO_GOES, title=asked.title(turn))])
    if asked.cart:
        return turn.tell(_WITH_CART)
    return turn.tell(_WITH, title=asked.title(turn))


def _none(turn: Turn, asked: Asked, notes: tuple[str, ...]) -> Outcome:
    """Nothing, and whether that is because of a limit."""
    title, what = asked.title(turn), listed(turn.parts.chips(asked.limits, turn.language), turn.language)
    free, _ = _together(turn, asked, Filters(in_stock=True))
    focus = tuple(product.id for product in asked.beside[:1])
    none = turn.tell(_NO_SUCH, kind=asked.lacking) if asked.lacking else ""
    if not free or not what:
        kind = _kind_name(turn, asked.wanted) if asked.wanted else asked.called
        phrase = _NO_FIT if asked.fitting else _NONE_OF_KIND
        told = turn.tell(phrase if kind else _NOT_KNOWN, title=title, kind=kind)
        return Outcome(
            state=replace(turn.state, focus=focus), composed=turn.joined([none, told]), notes=notes
        )
    option = Option(
        turn.tell(_ALL), "find_complement", turn.said.text, {"without": "limits", "product": "".join(focus)}
    )
    return Outcome(
        state=replace(turn.state, focus=focus, question=Question((option,), yes=option)),
        composed=turn.joined(
            [turn.tell(_NOTHING, title=title, what=what), turn.tell(_WITHOUT, count=len(free))]
        ),
        notes=notes,
        quick_replies=(option.said,),
    )


SKILLS = {"find_complement": complement}
