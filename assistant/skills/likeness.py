"""What is looked for beside a product: "like this, but cheaper and from another brand"."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.measures import Wish, settle
from assistant.phrases import dimension_name, money
from assistant.skills.anchors import asked_for, limiting
from assistant.skills.base import Turn, titled
from assistant.skills.showing import lasting
from assistant.turns import Constraints, PriceRange
from index.schema import Product
from index.text import fold

NEAR_PRICE = Decimal("0.25")
"""Prices this far apart, as a share, are about the same."""

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

_SAME_PRICE = re.compile(
    r"\b(?:same|similar) (?:price|budget)\b|\bprice range\b|(?:同|差不多的?|一样的?|相近的?)等?价[位格]?",
    re.I,
)

CHEAPER = re.compile(
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

_CUT = re.compile(
    r"\b(?:but|only|except|that|which|who|under|below|for (?:less|under)|in a|please|pls|plz|with|from|and)\b.*|但.*|不过.*|要.*",
    re.I,
)

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


def name_said(turn: Turn) -> str:
    """What the utterance calls the product; empty if nothing."""
    start, end = _name_span(turn)
    return _CUT.sub("", turn.said.text[start:end]).strip()


def _name_span(turn: Turn) -> tuple[int, int]:
    text = turn.said.text
    match = _NAME_ZH.search(text) if turn.language == "zh" else _NAME.search(text)
    if match is None:
        return 0, 0
    return match.span(next(name for name, said in match.groupdict().items() if said))


def asked_beside(turn: Turn, product: Product) -> Likeness:
    """The limits of this utterance, relative to the product."""
    now, text, dropped = turn.said.constraints, turn.said.text, _dropped(turn)
    start, end = _name_span(turn)  # a down bag that it is to be like need not be of down
    chinese = turn.language == "zh"
    outside = tuple(span for span in limiting(turn) if not (chinese and start <= span.start < end))
    said = asked_for(turn, outside)
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
    if turn.parts.vocabulary.kind(facet) not in ("category", "brand") or _SAME["brand"].search(
        turn.said.text
    ):
        return False
    widened = set(map(fold, turn.parts.vocabulary.widen(facet, values)))
    return bool(widened & set(map(fold, product.all_facets().get(facet, ()))))


def _price(turn: Turn, product: Product) -> PriceRange | None:
    now = turn.said.constraints
    if now.price is not None or product.price is None:
        return now.price
    relative = now.price_relative or ("cheaper" if CHEAPER.search(turn.said.text) else None)
    if relative == "cheaper":
        return PriceRange(max=product.price - CENT, currency=product.currency)
    if relative == "dearer":
        return PriceRange(min=product.price + CENT, currency=product.currency)
    if _SAME_PRICE.search(turn.said.text):
        low, high = product.price * (1 - NEAR_PRICE), product.price * (1 + NEAR_PRICE)
        return PriceRange(low.quantize(CENT), high.quantize(CENT), product.currency)
    return None


def limits_in_words(turn: Turn, asked: Likeness) -> list[str]:
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
