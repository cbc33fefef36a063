"""find_similar: products like one that is referred to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.dialogue import new_search
from assistant.measures import Wish, meets, settle
from assistant.phrases import dimension_name, facet_name, listed, money
from assistant.recipients import clash
from assistant.record import facts
from assistant.skills.anchors import anchor, asked_for, limiting, pointing, telling_words
from assistant.skills.base import POOL, Turn, ask_number, find, titled
from assistant.skills.reference import points_at
from assistant.skills.showing import lasting, limits, line, show, suited
from assistant.turns import Constraints, Option, Outcome, PriceRange, Question
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

NEAR_PRICE = Decimal("0.25")
"""Prices this far apart, as a share, are about the same."""

FACTS = 2
"""Facts that a reason names."""

CENT = Decimal("0.01")

_OTHER_BRAND = re.compile(
    r"\b(?:other|another|different|any other|some other) (?:brands?|makers?|makes?|manufacturers?|compan(?:y|ies)|label)\b|\b(?:someone|anyone|somebody) else\b|"
    r"(?:不同|别的?|其他|其它|另外?的?|换个?|非同|第二個)(?:一个)?(?:品牌|牌子?|厂家|厂商|家)|别家|不同牌",
    re.I,
)
_SAME = {
    "brand": re.compile(r"\bsame (?:brand|maker|make)\b|(?:同|一个|相同的?)(?:品牌|牌子|牌)(?!不)", re.I),
    "colour": re.compile(r"\bsame colou?r\b|(?:同|一样的?|相同的?)(?:颜色|色)", re.I),
    "material": re.compile(r"\bsame (?:material|fabric)\b|(?:同|一样的?|相同的?)(?:材质|料子|面料)", re.I),
    "size": re.compile(r"\bsame size\b|(?:同|一样的?|相同的?)(?:尺码|码数|大小)", re.I),
}
_SAME_PRICE = re.compile(r"\b(?:same|similar) (?:price|budget)\b|\bprice range\b|(?:同|差不多的?|一样的?|相近的?)等?价[位格]?", re.I)
_CHEAPER = re.compile(
    r"\b(?:cheap(?:er)?|budget|afford\w*|poor\w* man|poor student|dupes?|knock-?offs?|less money|walmart|temu|drugstore|sensible)\b|平替|平价|穷人|便宜|丐版|亲民",
    re.I,
)
_NAME = re.compile(
    r"\b(?:similar to|simil\w+ to|like|alternatives? (?:to|for)|equivalents? (?:of|to|for)|equal to|dupes? (?:for|of)|comparable (?:to|with)|close(?:st)? to|nearest to|near to|"
    r"version of|versions of|style of|twins? of|lookalikes? (?:of|for)|substitutes? for|replacements? for|rivals? to|competitors? of|instead of|resembles?|along the lines of|"
    r"same (?:\w+ )?as|just as good as)\s+(?P<name>[^,;.?!]+)",
    re.I,
)
_NAME_ZH = re.compile(
    r"(?:像|象|跟|和|与|类似于?|照着?)(?P<name>[^，。？！,]{1,24}?)(?:差不多|差不离|差唔多|类似|一样|一个样|相似|相近|接近|同类|同款|近似|最像|像|那样|那种|这样|似的|雷同|同风格|一个风格|$)"
    r"|(?P<named>[^，。？！,的有没找求]{2,16}?)的?(?:平替|替代品?|替身|同款)",
)
_CUT = re.compile(r"\b(?:but|only|except|that|which|who|under|below|for (?:less|under)|in a|please|pls|plz|with|from|and)\b.*|但.*|不过.*|要.*", re.I)
_NO_CHOICE = re.compile(r"^(?:no|none|not .*|无|没有|否|不支持|-|n/?a)$", re.I)

_LIKE = ("Similar to {title} ({what}):", "和 {title} 类似（{what}）的有：")
_NEAREST = ("There is nothing else under “{kind}”; the nearest to {title}:", "「{kind}」里没有别的了，和 {title} 最接近的有：")
_NOTHING = ("Nothing like {title} fits “{what}”.", "和 {title} 类似的商品里，没有符合「{what}」的。")
_NOTHING_LIKE = ("I have nothing like {title}.", "没有和 {title} 类似的商品。")
_ITSELF = ("It does itself come in {what}: {variant}, {price}.", "它自己有{what}的：{variant}，{price}。")
_LEAST = ("The least expensive one like it is {title} at {price}.", "类似款里最便宜的是 {title}，{price}。")
_WITHOUT = ("Whatever the {what}, there is {count}; shall I show it?", "不限{what}的话有 {count} 款，要看吗？")
_WITHOUT_MANY = ("Whatever the {what}, there are {count}; shall I show them?", "不限{what}的话有 {count} 款，要看吗？")
_ANY = ("any {what}", "不限{what}")
_ALSO = ("also {what}", "同样{what}")
_SAME_KIND = ("also under “{what}”", "同属「{what}」")
_LESS = ("{amount} less", "便宜 {amount}")
_MEASURE = ("{what} {value} against {than}", "{what} {value}，原来那款 {than}")
_BELOW = ("below {price}", "低于 {price}")
_ABOVE = ("above {price}", "高于 {price}")
_MORE_OF = ("more {what}", "{what}更大")
_LESS_OF = ("less {what}", "{what}更小")
_NOT_BRAND = ("not from {brand}", "不是 {brand} ")
_NO_MEASURE = (
    "The record of {title} does not give its {what}, so I could not go by that.",
    "{title} 的记录没有写{what}，这一点没法比较。",
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is looked for beside a product.

    Attributes:
        to: The product.
        wanted: Limits, as constraints.
        notes: What has to be said of them.
    """

    to: Product
    wanted: Constraints
    notes: tuple[str, ...] = ()


def similar(turn: Turn) -> Outcome:
    """Products like the one referred to, within the limits said now."""
    name = _named(turn)
    kept = turn.parts.searcher.store.get([turn.chosen["product"]]) if turn.chosen.get("product") else []
    product = next(iter(kept), None) or anchor(turn, name)
    if product is None:
        return _unknown(turn, name)
    asked = _asked(turn, product)
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


def _named(turn: Turn) -> str:
    """What the utterance calls the product; empty if nothing."""
    text = turn.said.text
    match = _NAME_ZH.search(text) if turn.language == "zh" else _NAME.search(text)
    if match is None:
        return ""
    named = next(filter(None, match.groupdict().values()))
    return _CUT.sub("", named).strip()


def _unknown(turn: Turn, name: str) -> Outcome:
    """Like something that this shop does not have: a search for its name; or nothing to go by."""
    now = turn.said.constraints
    if not name and not points_at(turn):
        name = " ".join(telling_words(now.query)) and now.query
    pointed = pointing(turn).said.constraints
    if not telling_words(name) or (turn.state.shown and (pointed.include or pointed.references or points_at(turn))):
        return ask_number(turn, "find_similar")
    level = "low" if _CHEAPER.search(turn.said.text) or now.price_relative == "cheaper" else now.price_level
    said = replace(turn.said, constraints=replace(now, query=name, price_level=level, references=()))
    return find(turn, new_search(turn.state, said))


def _asked(turn: Turn, product: Product) -> Likeness:
    """The limits of this utterance, relative to the product."""
    now, text, dropped = turn.said.constraints, turn.said.text, _dropped(turn)
    said = asked_for(turn, limiting(turn))
    include = {facet: values for facet, values in said.items() if not _its_kind(turn, product, facet, values)}
    for facet, words in _SAME.items():
        if words.search(text) and (values := product.all_facets().get(facet, ())):
            include[facet] = values
    exclude = dict(now.exclude)
    if _OTHER_BRAND.search(text) and product.brand:
        exclude["brand"] = (product.brand,)
        include.pop("brand", None)
    wish: Wish | None = None
    notes: tuple[str, ...] = ()
    if now.wish is not None and "wish" not in dropped:
        wish = settle(now.wish, (product,))
        what = dimension_name(now.wish.dimension, turn.language)
        notes = () if wish else (turn.tell(_NO_MEASURE, title=titled(product, turn), what=what),)
    wanted = replace(
        lasting(now),
        price=None if "price" in dropped else _price(turn, product),
        price_level=None,
        include={facet: values for facet, values in include.items() if facet not in dropped},
        exclude={facet: values for facet, values in exclude.items() if facet not in dropped},
        wish=wish,
    )
    return Likeness(product, wanted, notes)


def _dropped(turn: Turn) -> frozenset[str]:
    return frozenset(filter(None, turn.chosen.get("without", "").split(",")))


def _its_kind(turn: Turn, product: Product, facet: str, values: Sequence[str]) -> bool:
    """Whether a category or brand only names the product: "another tent like that one"."""
    if turn.parts.vocabulary.kind(facet) not in ("category", "brand") or _SAME["brand"].search(turn.said.text):
        return False
    widened = set(map(fold, turn.parts.vocabulary.widen(facet, values)))
    return bool(widened & set(map(fold, product.all_facets().get(facet, ()))))


def _price(turn: Turn, product: Product) -> PriceRange | None:
    now = turn.said.constraints
    if now.price is not None or product.price is None:
        return now.price
    relative = now.price_relative or ("cheaper" if _CHEAPER.search(turn.said.text) else None)
    if relative == "cheaper":
        return PriceRange(max=product.price - CENT, currency=product.currency)
    if relative == "dearer":
        return PriceRange(min=product.price + CENT, currency=product.currency)
    if _SAME_PRICE.search(turn.said.text):
        low, high = product.price * (1 - NEAR_PRICE), product.price * (1 + NEAR_PRICE)
        return PriceRange(low.quantize(CENT), high.quantize(CENT), product.currency)
    return None


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
    if kinds and not asked.wanted.include.get("category") and not kinds & set(map(fold, hits[0].product.category)):
        return turn.tell(_NEAREST, kind=asked.to.facet_in("category", turn.language)[-1], title=title)
    what = listed(_told(turn, asked), turn.language)
    return turn.tell(_LIKE, title=title, what=what) if what else turn.say("similar", title=title)


def _told(turn: Turn, asked: Likeness) -> list[str]:
    """The limits in words."""
    wanted, told = asked.wanted, []
    if wanted.price is not None and turn.said.constraints.price is None and asked.to.price is not None:
        price = money(asked.to.price, asked.to.currency)
        if wanted.price.min is None:
            told.append(turn.tell(_BELOW, price=price))
        elif wanted.price.max is None:
            told.append(turn.tell(_ABOVE, price=price))
        wanted = replace(wanted, price=wanted.price if not told else None)
    if wanted.wish is not None:
        what = dimension_name(wanted.wish.dimension, turn.language)
        told.append(turn.tell(_MORE_OF if wanted.wish.more else _LESS_OF, what=what))
    brands = wanted.exclude.get("brand", ())
    if asked.to.brand in brands:
        brand = turn.parts.vocabulary.name_in("brand", asked.to.brand or "", turn.language)
        told.append(turn.tell(_NOT_BRAND, brand=brand).strip())
        left = tuple(value for value in brands if value != asked.to.brand)
        wanted = replace(wanted, exclude={**wanted.exclude, "brand": left})
    exclude = {facet: values for facet, values in wanted.exclude.items() if values}
    return [*turn.parts.chips(replace(wanted, wish=None, exclude=exclude), turn.language), *told]


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
    return next((named.get(level, level) for level in reversed(other.category) if level in product.category), "")


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
        if mine is None or fold(mine.own) != fold(fact.own) or fact.verdict is False or _NO_CHOICE.match(fact.value):
            continue
        if fact.key == "material" and fact.own == fact.value:
            yield fact.value
        else:
            yield fact.name if fact.verdict else f"{fact.name} {fact.value}"


def _nothing(turn: Turn, asked: Likeness) -> Outcome:
    """Nothing, but: what its own line has, what the least expensive is, and what there is without a limit."""
    title, what = titled(asked.to, turn), listed(_told(turn, asked), turn.language)
    sentences = [turn.tell(_NOTHING, title=title, what=what) if what else turn.tell(_NOTHING_LIKE, title=title)]
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
        facet = dimension_name(key[5:], turn.language) if key.startswith("wish.") else facet_name(key, turn.language)
        data = {"product": asked.to.id, "without": "wish" if key.startswith("wish.") else key}
        options.append((facet, len(hits), Option(turn.tell(_ANY, what=facet), "find_similar", turn.said.text, data)))
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
    found = next((item for item in turn.parts.searcher.store.family(asked.to.family) if filters.accepts(item)), None)
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
