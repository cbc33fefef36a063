"""Whether a product comes in another colour, size or version: yes or no for the very value that is asked for."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.phrases import facet_name, listed, money, stock_text
from assistant.quantities import find_quantities
from assistant.skills.base import Turn, titled
from assistant.skills.variants import has, members
from assistant.skills.wording import IT, Phrase, spaced
from index.schema import Product
from index.text import fold

COMES: Phrase = (f"{IT} comes in {{values}}.", f"{IT} 有{{values}}。")


COMES_ONE: Phrase = (f"{IT} comes in {{values}} only.", f"{IT} 只有{{values}}。")


HAS_IT: Phrase = (f"Yes, {IT} comes in {{value}}: {{state}}.", f"有的，{IT} 有{{value}}款：{{state}}。")


HAS_NOT: Phrase = (
    f"No, {IT} does not come in {{value}}. It comes in {{values}}.",
    f"没有{{value}}的。{IT} 有{{values}}。",
)


SOLD_OUT: Phrase = (
    "It is made in {value}, but that one is out of stock right now. In stock there is {values}.",
    "有{value}这个款，但现在缺货；有货的是{values}。",
)


ALL_SOLD_OUT: Phrase = (
    "It is made in {value}, but that one is out of stock right now, as are the others.",
    "有{value}这个款，但现在缺货，其他款也没货。",
)


NOT_NAMED: Phrase = (
    f"The record of {IT} names no {{facet}} to choose.",
    f"{IT} 的记录里没有可选的{{facet}}。",
)


_FORM = re.compile(
    r"\b(?:come|comes|have|got|get|stock|available|avail\w*|is there|are there|any)\b.*\b(?:in|with|as)?\b|\bin (?:a |an |size )?[\w-]+\s*\??$|\bsize\b|\bversion\b|"
    r"有(?:没有)?|有冇|只有|码|号|色|款|版"
)


_ASKS = re.compile(
    r"\b(?:what|which|any other|other|more|all (?:the )?)\b|有哪些|什么|啥|哪些|哪几|几种|几个|别的|其他|其它|都有|多少种"
)


_FACET_WORDS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("colour", re.compile(r"\bcolou?rs?\b|\bshades?\b|颜色|什么色|色号|[别其]的色|几种色")),
    ("size", re.compile(r"\bsizes?\b|尺码|码数|尺寸|哪些码|什么码|大小|多大的|规格|容量|版本|款式|款吗")),
)


_EDITIONS = (
    ("hardcover", re.compile(r"hard ?(?:cover|back)|精装")),
    ("paperback", re.compile(r"paper ?back|soft ?cover|平装")),
    ("e-book", re.compile(r"\be-?books?\b|\bkindle|电子(?:书|版)")),
    ("audiobook", re.compile(r"audio ?book|有声")),
    ("large print", re.compile(r"large[- ]print|大字")),
)


_OTHER_SIZE = re.compile(
    r"\b(?:long|short|bigg|larg|small|tall|wid|narrow)er (?:one|size|version|option)|\b(?:bigger|larger|smaller|longer|shorter)\W*$|[大小长短宽]一?[点号码些]的|更[大小长短宽]的"
)


_LETTERS = {"small": "S", "medium": "M", "large": "L", "extra large": "XL", "extra small": "XS"}


_LETTER = re.compile(
    r"有\s?(x{0,3}[sl]|m)(?=\s?(?:码|号|的|吗|么|$))|\b(?:size |in an? |in |an? |the )(x{0,3}[sl]|m|small|medium|(?:extra )?large|extra small)\b|\b(x{1,3}l|xs)\b|(x{0,3}[sl]|m)\s?[码号]"
)


_NUMBER = re.compile(
    r"\b(?:size|in an?|in|eu|uk|us|an?|the)\s+(\d{2}(?:\.5)?)\b(?! ?(?:inch|year|yr|kg|g|cm|mm|w|gb|min|hour|degrees|l\b|ml|month|day))|(\d{2}(?:\.5)?)\s*[码号]"
)


def variants(turn: Turn, product: Product, text: str) -> Iterator[str]:
    """Sentences on the variants that a folded question asks for; none where it asks for none."""
    family = members(turn, product)
    asked = dict(_asked_values(turn, product, family, text))
    if asked:
        for choice in _each(turn, family, asked):
            yield _named_variant(turn, product, family, choice)
        return
    if _OTHER_SIZE.search(text):
        yield from _choices(turn, product, family, "size")
        return
    for facet, words in _FACET_WORDS:
        if words.search(text) and _ASKS.search(text):
            yield from _choices(turn, product, family, facet)


def _each(
    turn: Turn, family: Sequence[Product], asked: Mapping[str, tuple[str, ...]]
) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """The wishes one by one, when several values of one facet are asked for: "in blue or red"."""
    several = next((facet for facet, values in asked.items() if len(values) > 1), None)
    meanings: dict[str, list[str]] = {}
    for value in asked[several] if several else ():
        meanings.setdefault(_called(turn, family, several or "", (value,)), []).append(value)
    if several is None or len(meanings) < 2:
        yield asked
        return
    for values in meanings.values():
        yield {**asked, several: tuple(values)}


def _varying(family: Sequence[Product]) -> list[str]:
    """Facets in which the variants differ."""
    names = dict.fromkeys(facet for item in family for facet in item.facets)
    return [facet for facet in names if len({item.facets.get(facet) for item in family}) > 1]


def _choices(turn: Turn, product: Product, family: Sequence[Product], facet: str) -> Iterator[str]:
    """What there is to choose from; of sizes, whatever else than colour tells variants apart."""
    facets = (
        [facet] if facet == "colour" else [name for name in _varying(family) if name != "colour"] or [facet]
    )
    found = False
    for name in facets:
        there = [item for item in family if item.available] or list(family)
        values = _in_order(value for item in there for value in item.facet_in(name, turn.language))
        if values:
            found = True
            phrase = COMES_ONE if len(values) == 1 else COMES
            yield turn.tell(phrase, values=spaced(listed(values, turn.language), turn).rstrip())
    if not found and facet == "colour":
        yield turn.tell(NOT_NAMED, facet=facet_name(facet, turn.language))


_TRACE = re.compile(
    r"\b(?:leaves?|marks?|stains?|streaks?|residue|cast|turns?|fades?|yellows)\b|留|痕|印|泛|变|褪|发[黄白黑]"
)
"""Of a colour that something leaves behind or turns into: "will it leave white marks"."""


def _asked_values(
    turn: Turn, product: Product, family: Sequence[Product], text: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Facet values that the question asks the product for, by facet."""
    kind, varying = turn.parts.vocabulary.kind, set(_varying(family))
    sized = False
    for facet, values in turn.said.constraints.include.items():
        own = facet in product.facets
        # What a thing is, by whom, and of what is asked of the thing and not of its variants.
        if kind(facet) in ("category", "brand", "material"):
            continue
        if not _FORM.search(text) and len(text) > 25:
            continue
        if kind(facet) == "colour" and _TRACE.search(text):
            continue
        if facet not in varying:  # 256 GB is a storage here and a capacity elsewhere
            facet = next((name for name in varying if any(has(item, name, values) for item in family)), facet)
            own = facet in product.facets
        if (
            kind(facet) == "colour"
            or facet in varying
            or (own and any(has(item, facet, values) for item in family))
        ):
            sized = sized or facet != "colour"
            yield facet, values
    if not sized and (size := _asked_size(family, text)):
        yield size


def _asked_size(family: Sequence[Product], text: str) -> tuple[str, tuple[str, ...]] | None:
    """A size by letter or number, as the family writes its sizes; whether it has it or not."""
    for facet in ("size", *_varying(family)):
        values = [value for item in family for value in item.facets.get(facet, ())]
        edition = next((name for name, words in _EDITIONS if words.search(text)), None)
        if edition is not None and any(value in dict(_EDITIONS) for value in values):
            return facet, (edition,)
        if any(re.fullmatch(r"X{0,3}[SL]|M", value) for value in values) and (match := _LETTER.search(text)):
            said = next(filter(None, match.groups()))
            return facet, (_LETTERS.get(said, said.upper()),)
        if (measured := _measured_value(values, text)) is not None:
            return facet, (measured,)
        numbered = [value for value in values if re.fullmatch(r"(?:[A-Z]{1,2} ?)?\d{2}(?:\.5)?", value)]
        if numbered and (match := _NUMBER.search(text)):
            number = next(filter(None, match.groups()))
            prefix = re.sub(r"[\d.]+$", "", numbered[0])
            return facet, (f"{prefix}{number}",)
    return None


_GIGS = re.compile(r"(\d+)\s?(g|gigs?|gigabytes?|t|terabytes?)(?![a-z])")


def _measured_value(values: Sequence[str], text: str) -> str | None:
    """A measure in the question, as the family writes it; one that the family lacks in the question's words."""
    own = {value: found[0] for value in values if len(found := find_quantities(value)) == 1}
    units = {quantity.unit for quantity in own.values()}
    if "gb" in units:
        text = _GIGS.sub(lambda match: f"{match[1]} {match[2][0]}b", text)
    said = [quantity for quantity in find_quantities(text) if quantity.unit in units]
    if not said or not _FORM.search(text):
        return None
    return next((value for value, quantity in own.items() if quantity.value == said[0].value), said[0].text)


def _named_variant(
    turn: Turn, product: Product, family: Sequence[Product], asked: Mapping[str, tuple[str, ...]]
) -> str:
    """Yes or no for the very values that were asked for."""
    named = [_called(turn, family, facet, values) for facet, values in asked.items()]
    value = spaced((" " if turn.language == "en" else "").join(named), turn)
    fitting = [item for item in family if all(has(item, facet, values) for facet, values in asked.items())]
    if not fitting:
        facets = [
            facet for facet in asked if not any(has(item, facet, asked[facet]) for item in family)
        ] or list(asked)
        there = [item for item in family if item.available] or list(family)
        values = _in_order(
            said for facet in facets for item in there for said in item.facet_in(facet, turn.language)
        )
        if not values:
            return turn.tell(
                NOT_NAMED, facet=listed([facet_name(facet, turn.language) for facet in facets], turn.language)
            )
        return turn.tell(HAS_NOT, value=value, values=spaced(listed(values, turn.language), turn).rstrip())
    best = max(
        fitting,
        key=lambda item: (item.available, sum(item.facets.get(f) == v for f, v in product.facets.items())),
    )
    if best.available:
        return turn.tell(HAS_IT, value=value, state=_state(turn, best))
    others = [item for item in family if item.available]
    if not others:
        return turn.tell(ALL_SOLD_OUT, value=value)
    return turn.tell(
        SOLD_OUT,
        value=value,
        values=spaced(listed(told_apart(turn, others, product), turn.language), turn).rstrip(),
    )


def _in_order(values: Iterable[str]) -> list[str]:
    """Each value once: letters from S to L, measures and numbers from small to large, others as they come."""
    letters = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL")

    def place(value: str) -> tuple[float, float]:
        if value in letters:
            return 0, letters.index(value)
        measures = find_quantities(value)
        number = re.search(r"\d+(?:\.\d+)?", value)
        return (1, measures[0].value if measures else float(number[0])) if number else (2, 0)

    return sorted(dict.fromkeys(values), key=place)


def _called(turn: Turn, family: Sequence[Product], facet: str, values: Sequence[str]) -> str:
    """What a value is called in the answer."""
    for item in family:
        if has(item, facet, values):
            own = {
                fold(value): said
                for value, said in zip(
                    item.facets.get(facet, ()), item.facet_in(facet, turn.language), strict=False
                )
            }
            return next((own[fold(value)] for value in values if fold(value) in own), values[0])
    return turn.parts.vocabulary.name_in(facet, values[0], turn.language)


def _state(turn: Turn, product: Product) -> str:
    """The price and whether it can be bought, in a few words."""
    price = "" if product.price is None else money(product.price, product.currency)
    parts = [price, stock_text(product, turn.language)]
    return ("，" if turn.language == "zh" else ", ").join(filter(None, parts))


def told_apart(turn: Turn, variants: Sequence[Product], product: Product) -> list[str]:
    """Variants by what tells them from the others, at most six."""
    varying = _varying([product, *variants])
    separator = " "
    told = [
        separator.join(value for facet in varying for value in item.facet_in(facet, turn.language))
        or titled(item, turn)
        for item in variants
    ]
    return list(dict.fromkeys(told))[:6]
