"""Wishes about a measure, relative to the products on the table: "lighter", 「再大一点」."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.numerals import han_number
from assistant.quantities import Quantity, find_quantities
from index.schema import Product
from index.text import has_han

_ATTRIBUTES: Mapping[str, str] = {
    "weight": "weight|重量|净重",
    "size": "screen|diagonal|size|capacity|volume|length|width|height|diameter|屏幕|尺寸|容量|大小|长度|直径",
    "length": "length|长",
    "width": "width|宽",
    "height": "height|高",
    "thickness": "thick|depth|厚",
    "battery": "battery|runtime|playtime|续航|电池|capacity|容量",
    "power": "power|wattage|watt|功率",
    "storage": "storage|memory|disk|capacity|存储|内存|容量",
    "memory": "memory|ram|内存|运存",
    "noise": "noise|噪",
}
"""For each dimension, the names of attributes that measure it, the likeliest first."""

_ZH_MORE = "(?:一?点儿?|一?些)"
_WORDS: Sequence[tuple[str, bool, str]] = (
    ("weight", False, rf"\blighter\b|\bless heavy\b|\btoo heavy\b|(?:更|再)轻{_ZH_MORE}?|轻{_ZH_MORE}|太[重沉]"),
    ("weight", True, rf"\bheavier\b|\btoo light(?:weight)?\b|(?:更|再)[重沉]{_ZH_MORE}?|[重沉]{_ZH_MORE}"),
    ("battery", True, r"\b(?:longer|better|more|bigger) battery(?: life)?\b|\blasts? longer\b|续航(?:更|再)?[长久好]"),
    ("storage", True, r"\b(?:more|bigger|larger) (?:storage|memory|space|ram)\b|(?:内存|存储|容量)(?:更|再)?大"),
    ("power", True, r"\bmore power(?:ful)?\b|\bstronger\b|功率(?:更|再)?大"),
    ("noise", False, rf"\bquieter\b|\bless (?:noisy|noise)\b|\btoo (?:loud|noisy)\b|(?:更|再)安静{_ZH_MORE}?|太吵"),
    ("thickness", False, rf"\bthinner\b|\bslimmer\b|\btoo thick\b|(?:更|再)薄{_ZH_MORE}?|薄{_ZH_MORE}|太厚"),
    ("thickness", True, rf"\bthicker\b|\btoo thin\b|(?:更|再)厚{_ZH_MORE}?|厚{_ZH_MORE}|太薄"),
    ("width", True, rf"\bwider\b|\btoo narrow\b|(?:更|再)宽{_ZH_MORE}?|宽{_ZH_MORE}|太窄"),
    ("width", False, rf"\bnarrower\b|\btoo wide\b|(?:更|再)窄{_ZH_MORE}?|窄{_ZH_MORE}|太宽"),
    ("height", True, rf"\btaller\b|\btoo (?:low|short)\b|(?:更|再)高{_ZH_MORE}?(?!档|端|级)|太矮"),
    ("height", False, rf"\b(?:lower|less tall)\b(?! price)|\btoo tall\b|(?:更|再)矮{_ZH_MORE}?|矮{_ZH_MORE}"),
    ("length", True, rf"\blonger\b|(?:更|再)长{_ZH_MORE}?|长{_ZH_MORE}|太短"),
    ("length", False, rf"\bshorter\b|\btoo long\b|(?:更|再)短{_ZH_MORE}?|短{_ZH_MORE}|太长"),
    ("size", True, rf"\b(?:bigger|larger)\b|\btoo (?:small|tiny|little)\b|(?:更|再)大{_ZH_MORE}?|大{_ZH_MORE}|太小"),
    (
        "size",
        False,
        rf"\bsmaller\b|\bmore compact\b|\btoo (?:big|large|bulky)\b|(?:更|再)小{_ZH_MORE}?|小{_ZH_MORE}|太大",
    ),
)  # fmt: skip
_PATTERNS = [(dimension, more, re.compile(words, re.IGNORECASE)) for dimension, more, words in _WORDS]


@dataclass(frozen=True, slots=True)
class Wish:
    """More or less of something than the products on the table have.

    Attributes:
        dimension: What is measured: "weight", "size", "battery", ...
        more: Whether more is wanted, or less.
        than: What has to be exceeded or undercut, set once it is known; in the base unit of
            `assistant.quantities`.
        attribute: The attribute that is measured, set with `than`; empty where any that measures the
            dimension will do.
        unit: Its base unit, set with `than`.
        limit: The limit as it was said, "2 kg": it may be met exactly; empty for a relative wish.
    """

    dimension: str
    more: bool
    than: float | None = None
    attribute: str = ""
    unit: str = ""
    limit: str = ""


_NUMBER = r"(\d+(?:,\d{3})*(?:\.\d+)?|[一二两三四五六七八九十百千万]+)"
_MEASURE = (
    _NUMBER
    + r"[\s-]?(kg|kilos?|kilograms?|g|grams?|lbs?|oz|公斤|千克|克|斤|gb|gigs?|tb|mah|毫安时?|ml|l|lit(?:re|er)s?|毫升|升|"
    r"cm|mm|m|met(?:re|er)s?|inch(?:es)?|in|厘米|公分|毫米|米|英寸|寸|hours?|hrs?|h|小时|个小时|watts?|w|瓦|db|分贝)(?![a-z])"
)
_AT_MOST = r"under|below|less than|lighter than|smaller than|shorter than|at most|up to|no (?:more|heavier|bigger|larger) than|max(?:imum)?(?: of)?|within|quieter than|不超过|不到|小于|低于|轻于|最多|最重|别超过"
_AT_LEAST = r"at least|over|above|more than|bigger than|larger than|longer than|minimum(?: of)?|min|no less than|from|至少|起码|不低于|大于|超过|不少于|最少"
_LIMIT_SAID = re.compile(
    rf"(?:(?P<most>\b(?:{_AT_MOST})|不超过|不到|小于|低于|轻于|最多|最重|别超过)|(?P<least>\b(?:{_AT_LEAST})|至少|起码|不低于|大于|超过|不少于|最少))\s*(?:a |an |of )?{_MEASURE}"
    rf"|{_MEASURE.replace('(kg', '(?:kg') if False else _MEASURE}\s*(?:(?P<less>以内|以下|之内|or (?:less|lighter|smaller|under)|and under|max\b)|(?P<more>以上|及以上|起|or (?:more|bigger|larger|longer|up|above)|and (?:up|above|over)|\+))",
    re.I,
)
_BY_UNIT = {
    "g": "weight",
    "mah": "battery",
    "h": "battery",
    "w": "power",
    "db": "noise",
    "gb": "storage",
    "ml": "size",
    "mm": "size",
}
"""What a unit measures where nothing near says otherwise."""

_BY_WORD = (
    ("memory", re.compile(r"\b(?:ram|memory)\b|内存|运存", re.I), frozenset({"gb"})),
    ("length", re.compile(r"\blong\b|\blength\b|长", re.I), frozenset({"mm"})),
    ("width", re.compile(r"\bwide\b|\bwidth\b|宽", re.I), frozenset({"mm"})),
    ("height", re.compile(r"\btall\b|\bhigh\b|\bheight\b|高", re.I), frozenset({"mm"})),
    ("thickness", re.compile(r"\bthick\b|\bthickness\b|厚", re.I), frozenset({"mm"})),
)
_LASTS = re.compile(r"batter|last|run ?time|play|charge|续航|电池|播放|使用", re.I)
_SPELT = {
    "kilo": "kg", "kilos": "kg", "lbs": "lb", "gig": "gb", "gigs": "gb", "毫安": "mah", "毫安时": "mah", "公分": "厘米", "in": "inch",
    "寸": "英寸", "个小时": "小时", "瓦": "w", "met": "m",
}  # fmt: skip


def find_limit(text: str) -> tuple[Wish, int, int] | None:
    """The first limit on a measure, "under 2 kg" or 「续航 20 小时以上」, with its place; or None.

    A time is one of a battery only where the text speaks of lasting.
    """
    for match in _LIMIT_SAID.finditer(text):
        number, unit = [group for group in (match[3], match[4], match[5], match[6]) if group][:2]
        value = han_number(number) if has_han(number) else float(number.replace(",", ""))
        factor = 0.5 if unit == "斤" else 1.0
        said = f"{number} {unit}" if unit.isascii() else number + unit
        unit = _SPELT.get(unit.lower(), "公斤" if unit == "斤" else unit)
        found = find_quantities(f"{value * factor:g} {unit}")
        if not found:
            continue
        quantity = found[0]
        if quantity.unit == "h" and not _LASTS.search(text):
            continue
        dimension = next(
            (name for name, word, units in _BY_WORD if quantity.unit in units and word.search(text)),
            _BY_UNIT[quantity.unit],
        )
        more = bool(match["least"] or match["more"])
        return Wish(dimension, more, quantity.value, "", quantity.unit, said), match.start(), match.end()
    return None


_OF_SOMETHING_ELSE = re.compile(
    r"\s*(?:warranty|guarantee|delivery|shipping|return|colou?rs?\b|shades?|blue|green|grey|gray|pink|brown|discount|choice|range|selection)"
    r"|(?:的)?(?:优惠|折扣|力度|保修|选择|颜色)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:评分|评价|口碑|性价比|价格|优惠|折扣)\s*$")


def find_wish(text: str) -> tuple[Wish, int, int] | None:
    """The first wish of the text with the place of its words, or None.

    A longer warranty and a lighter blue are none.
    """
    found = []
    for dimension, more, pattern in _PATTERNS:
        match = pattern.search(text)
        if (
            match is None
            or _OF_SOMETHING_ELSE.match(text, match.end())
            or _BEFORE.search(text[: match.start()])
        ):
            continue
        found.append((match.start(), -match.end(), Wish(dimension, more)))
    if not found:
        return None
    start, end, wish = min(found, key=lambda item: item[:2])
    return wish, start, -end


def settle(wish: Wish, shown: Sequence[Product]) -> Wish | None:
    """The wish with the value that it means, from the products it is relative to.

    Returns:
        None when fewer than half of them, or none, have an attribute that measures it.
    """
    measured: dict[tuple[str, str], list[float]] = {}
    for product in shown:
        for name, quantity in _measured(product, wish.dimension):
            measured.setdefault((name, quantity.unit), []).append(quantity.value)
    if not measured:
        return None
    (name, unit), values = max(measured.items(), key=lambda item: len(item[1]))
    if 2 * len(values) < len(shown):
        return None
    return Wish(wish.dimension, wish.more, max(values) if wish.more else min(values), name, unit)


def meets(product: Product, wish: Wish) -> bool:
    """Whether the product has the attribute, and more or less of it than was meant."""
    if wish.than is None:
        return True
    if wish.limit:
        found = [quantity for _, quantity in _measured(product, wish.dimension) if quantity.unit == wish.unit]
        return any(q.value >= wish.than if wish.more else q.value <= wish.than for q in found)
    texts = _texts(product)
    quantities = find_quantities(texts.get(wish.attribute, ""))
    values = [quantity.value for quantity in quantities if quantity.unit == wish.unit]
    return len(values) == 1 and (values[0] > wish.than if wish.more else values[0] < wish.than)


def measured(product: Product, dimension: str) -> float | None:
    """What a product's record gives for a dimension, in its base unit; None when it does not."""
    return next((quantity.value for _, quantity in _measured(product, dimension)), None)


def _texts(product: Product) -> dict[str, str]:
    return {**{name: ", ".join(values) for name, values in product.facets.items()}, **product.attributes}


_UNITS: Mapping[str, frozenset[str]] = {
    "weight": frozenset({"g"}),
    "size": frozenset({"mm", "ml", "gb"}),
    "battery": frozenset({"h", "mah"}),
    "power": frozenset({"w"}),
    "storage": frozenset({"gb"}),
    "memory": frozenset({"gb"}),
    "noise": frozenset({"db"}),
}
"""Base units that can measure a dimension; a length is what the others are measured in."""

_LIMIT = re.compile(r"max|load|limit|supports|最大|承重|限", re.IGNORECASE)


def _measured(product: Product, dimension: str) -> list[tuple[str, Quantity]]:
    """Attributes that measure a dimension, the likeliest first, as quantities."""
    ranked = []
    units = _UNITS.get(dimension, frozenset({"mm"}))
    for place, pattern in enumerate(_ATTRIBUTES[dimension].split("|")):
        for name, text in _texts(product).items():
            quantities = find_quantities(text)
            if not re.search(pattern, name, re.IGNORECASE) or _LIMIT.search(name):
                continue
            if len(quantities) == 1 and quantities[0].unit in units:
                ranked.append((place, name, quantities[0]))
    return [(name, quantity) for _, name, quantity in sorted(ranked, key=lambda item: item[0])][:1]
