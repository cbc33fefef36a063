"""find_similar: products like one that is referred to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.dialogue import new_search
from assistant.measures import Wish, meets
from assistant.phrases import dimension_name, facet_name, listed, money
from assistant.recipients import clash
from assistant.record import facts
from assistant.skills.anchors import anchor, pointing, telling_words
from assistant.skills.base import Turn, ask_number, titled
from assistant.skills.finding import find
from assistant.skills.likeness import CHEAPER, Likeness, asked_beside, limits_in_words, name_said
from assistant.skills.reference import points_at
from assistant.skills.showing import limits, line, show, suited
from assistant.skills.table import POOL
from assistant.turns import Constraints, Option, Outcome, Question
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

FACTS = 2
"""Facts that a reason names."""

_OF_THE_SHOP = re.compile(r"^(?:unit|sku|id|code|ean|gtin|单位|货号|编号|条码)$", re.I)
_NO_CHOICE = re.compile(r"^(?:no|none|not .*|无|没有|否|不支持|-|n/?a)$", re.I)

_LIKE = ("Similar to {title} ({what}):", "和 {title} 类似（{what}）的有：")
_NEAREST = (
    "There is nothing else under “{kind}”; the nearest to {title}:",
    "「{kind}」里没有别的了，和 {title} 最接近的有：",
)
_NOTHING = ("Nothing like {title} fits “{what}”.", "和 {title} 类似的商品里，没有符合「{what}」的。")
_NOTHING_LIKE = ("I have nothing like {title}.", "没有和 {title} 类似的商品。")
_ITSELF = ("It does itself come in {what}: {variant}, {price}.", "它自己有{what}的：{variant}，{price}。")
_LEAST = ("The least expensive one like it is {title} at {price}.", "类似款里最便宜的是 {title}，{price}。")
_WITHOUT = (
    "Whatever the {what}, there is {count}; shall I show it?",
    "不限{what}的话有 {count} 款，要看吗？",
)
_WITHOUT_MANY = (
    "Whatever the {what}, there are {count}; shall I show them?",
    "不限{what}的话有 {count} 款，要看吗？",
)
_ANY = ("any {what}", "不限{what}")
_ALSO = ("also {what}", "同样{what}")
_SAME_KIND = ("also under “{what}”", "同属「{what}」")
_LESS = ("{amount} less", "便宜 {amount}")
_MEASURE = ("{what} {value} against {than}", "{what} {value}，原来那款 {than}")


def similar(turn: Turn) -> Outcome:
    """Products like the one referred to, within the limits said now."""
    name = name_said(turn)
    kept = turn.parts.searcher.store.get([turn.chosen["product"]]) if turn.chosen.get("product") else []
    product = next(iter(kept), None) or anchor(turn, name)
    if product is None:
        return _unknown(turn, name)
    asked = asked_beside(turn, product)
    hits = _alike(turn, asked)
    if not hits:
        return _nothing(turn, asked)
    return show(
        turn,
        hits,
        turn.joined([_own_variant(turn, asked), _headline(turn, asked, hits)]),
        wanted=asked.wanted,
        reasons={hit.product.id: _reason(turn, asked, hit.product) for hit in hits},
        focus=(product,),
        notes=asked.notes,
    )


def _unknown(turn: Turn, name: str) -> Outcome:
    """Like something that this shop does not have: a search for its name; or nothing to go by."""
    now = turn.said.constraints
    if not name and not points_at(turn):
        name = " ".join(telling_words(now.query)) and now.query
    pointed = pointing(turn).said.constraints
    if not telling_words(name) or (
        turn.state.shown and (pointed.include or pointed.references or points_at(turn))
    ):
        return ask_number(turn, "find_similar")
    level = "low" if CHEAPER.search(turn.said.text) or now.price_relative == "cheaper" else now.price_level
    said = replace(turn.said, constraints=replace(now, query=name, price_level=level, references=()))
    return find(turn, new_search(turn.state, said))


def _alike(turn: Turn, asked: Likeness) -> list[Hit]:
    """Other product lines within the limits: of the same kind, or the nearest when it is the only one."""
    filters, _ = limits(turn, asked.wanted)
    own = line(asked.to)

    def searched(within: Filters) -> list[Hit]:
        found = turn.parts.searcher.similar(asked.to, within, limit=POOL)
        hits = suited(turn, [hit for hit in found.hits if line(hit.product) != own], asked.wanted)
        wish = asked.wanted.wish
        hits = [hit for hit in hits if wish is None or meets(hit.product, wish)]
        return [hit for hit in hits if not clash(asked.to, hit.product)] or hits

    if "category" in filters.include or not asked.to.category:
        return _by_likeness(asked.to, searched(filters))
    for level in (asked.to.category[-1:], asked.to.category[:1]):
        kind = frozenset(map(fold, level))
        if hits := searched(replace(filters, include={**filters.include, "category": kind})):
            return _by_likeness(asked.to, hits)
        if level == asked.to.category[-1:] and not _only_one(turn, asked):
            return []
    return []


def _only_one(turn: Turn, asked: Likeness) -> bool:
    """Whether nothing else of the kind can be bought, whatever the limits."""
    kind = frozenset(map(fold, asked.to.category[-1:]))
    found = turn.parts.searcher.search("", Filters(include={"category": kind}, in_stock=True), limit=2).hits
    return all(line(hit.product) == line(asked.to) for hit in found)


def _by_likeness(product: Product, hits: Sequence[Hit]) -> list[Hit]:
    """Relevance, and the share of facts that are the same."""
    return sorted(hits, key=lambda hit: -(hit.score + _share(product, hit.product)))


def _share(product: Product, other: Product) -> float:
    own = {(name, fold(value)) for name, value in product.attributes.items()}
    its = {(name, fold(value)) for name, value in other.attributes.items()}
    return len(own & its) / max(1, len(own))


def _headline(turn: Turn, asked: Likeness, hits: Sequence[Hit]) -> str:
    title = titled(asked.to, turn)
    kinds = set(map(fold, asked.to.category[-1:]))
    if (
        kinds
        and not asked.wanted.include.get("category")
        and not kinds & set(map(fold, hits[0].product.category))
    ):
        return turn.tell(_NEAREST, kind=asked.to.facet_in("category", turn.language)[-1], title=title)
    what = listed(limits_in_words(turn, asked), turn.language)
    return turn.tell(_LIKE, title=title, what=what) if what else turn.say("similar", title=title)


def _reason(turn: Turn, asked: Likeness, product: Product) -> str:
    """What a product has in common with the other, and how it meets a relative wish."""
    parts = [*_gains(turn, asked, product)]
    if shared := list(_shared(turn, asked.to, product))[:FACTS]:
        separator = "、" if turn.language == "zh" else ", "
        parts.insert(0, turn.tell(_ALSO, what=separator.join(shared)))
    elif not parts and (level := _common_level(turn, asked.to, product)):
        parts.append(turn.tell(_SAME_KIND, what=level))
    return ("，" if turn.language == "zh" else ", ").join(parts)


def _common_level(turn: Turn, product: Product, other: Product) -> str:
    """The narrowest category that two products share, in the shopper's language."""
    named = dict(zip(other.category, other.facet_in("category", turn.language), strict=False))
    return next(
        (named.get(level, level) for level in reversed(other.category) if level in product.category), ""
    )


def _gains(turn: Turn, asked: Likeness, product: Product) -> Iterator[str]:
    wish, to = asked.wanted.wish, asked.to
    if wish is not None:
        yield _measure(turn, wish, product, to)
    relative = asked.wanted.price is not None and turn.said.constraints.price is None
    comparable = product.price is not None and to.price is not None and product.currency == to.currency
    if relative and comparable and (less := (to.price or 0) - (product.price or 0)) > 0:
        yield turn.tell(_LESS, amount=money(Decimal(less), to.currency))


def _measure(turn: Turn, wish: Wish, product: Product, to: Product) -> str:
    mine, its = ({**p.facets, **p.attributes}.get(wish.attribute, "") for p in (product, to))
    value, than = (x if isinstance(x, str) else ", ".join(x) for x in (mine, its))
    return turn.tell(_MEASURE, what=dimension_name(wish.dimension, turn.language), value=value, than=than)


def _shared(turn: Turn, product: Product, other: Product) -> Iterator[str]:
    """Facts that both records give alike, in the shopper's language; what both lack says nothing."""
    own = {fact.key: fact for fact in facts(product, turn.language)}
    for fact in facts(other, turn.language):
        mine = own.get(fact.key)
        if (
            mine is None
            or fold(mine.own) != fold(fact.own)
            or fact.verdict is False
            or _NO_CHOICE.match(fact.value)
            or _OF_THE_SHOP.match(fact.key)
        ):
            continue
        if fact.key == "material" and fact.own == fact.value:
            yield fact.value
        else:
            yield fact.name if fact.verdict else f"{fact.name} {fact.value}"


def _nothing(turn: Turn, asked: Likeness) -> Outcome:
    """Nothing, but: what its own line has, what the least expensive is, and what there is without a limit."""
    title, what = titled(asked.to, turn), listed(limits_in_words(turn, asked), turn.language)
    sentences = [
        turn.tell(_NOTHING, title=title, what=what) if what else turn.tell(_NOTHING_LIKE, title=title)
    ]
    sentences.append(_own_variant(turn, asked))
    options = []
    for key in _droppable(asked.wanted):
        looser = replace(asked, wanted=_without(asked.wanted, key))
        hits = _alike(turn, looser)
        if not hits:
            continue
        if key == "price" and asked.wanted.price is not None and asked.wanted.price.max is not None:
            priced = [hit.product for hit in hits if hit.product.price is not None]
            least = min(priced, key=lambda item: item.price or 0, default=None)
            if least is not None and least.price is not None:
                price = money(least.price, least.currency)
                sentences.append(turn.tell(_LEAST, title=titled(least, turn), price=price))
        facet = (
            dimension_name(key[5:], turn.language)
            if key.startswith("wish.")
            else facet_name(key, turn.language)
        )
        data = {"product": asked.to.id, "without": "wish" if key.startswith("wish.") else key}
        options.append(
            (facet, len(hits), Option(turn.tell(_ANY, what=facet), "find_similar", turn.said.text, data))
        )
    if options:
        facet, count, _ = options[0]
        sentences.append(turn.tell(_WITHOUT if count == 1 else _WITHOUT_MANY, what=facet, count=count))
    taken = tuple(option for _, _, option in options)
    question = Question(taken, yes=taken[0]) if taken else None
    return Outcome(
        state=replace(turn.state, focus=(asked.to.id,), question=question),
        composed=turn.joined(sentences),
        notes=asked.notes,
        quick_replies=tuple(option.said for option in taken[:4]),
    )


def _own_variant(turn: Turn, asked: Likeness) -> str:
    """The product itself in what was asked for, when that was a value it comes in."""
    values = {f: v for f, v in asked.wanted.include.items() if f in asked.to.facets}
    if not values or asked.to.family is None or asked.wanted.exclude.get("brand"):
        return ""
    filters, _ = limits(turn, replace(Constraints(), include=values, price=asked.wanted.price))
    found = next(
        (item for item in turn.parts.searcher.store.family(asked.to.family) if filters.accepts(item)), None
    )
    if found is None or found.price is None:
        return ""
    what = listed(turn.parts.chips(Constraints(include=values), turn.language), turn.language)
    price = money(found.price, found.currency)
    return turn.tell(_ITSELF, what=what, variant=titled(found, turn), price=price)


def _droppable(wanted: Constraints) -> Iterator[str]:
    """Limits that can be given up, one by one."""
    if wanted.price is not None:
        yield "price"
    if wanted.wish is not None:
        yield f"wish.{wanted.wish.dimension}"
    yield from dict.fromkeys([*wanted.include, *wanted.exclude])


def _without(wanted: Constraints, key: str) -> Constraints:
    return replace(
        wanted,
        price=None if key == "price" else wanted.price,
        wish=None if key.startswith("wish.") else wanted.wish,
        include={facet: values for facet, values in wanted.include.items() if facet != key},
        exclude={facet: values for facet, values in wanted.exclude.items() if facet != key},
    )


SKILLS = {"find_similar": similar}
