"""Wishes about a measure, relative to the products on the table: "lighter", 「再大一点」."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.quantities import Quantity, find_quantities
from index.schema import Product

_ATTRIBUTES: Mapping[str, str] = {
    "weight": "weight|重量|净重",
    "size": "screen|diagonal|size|capacity|volume|length|width|height|diameter|屏幕|尺寸|容量|大小|长度|直径",
    "length": "length|长",
    "width": "width|宽",
    "height": "height|高",
    "thickness": "thick|depth|厚",
    "battery": "battery|runtime|playtime|续航|电池",
    "power": "power|wattage|watt|功率",
    "storage": "storage|memory|disk|capacity|存储|内存|容量",
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
        attribute: The attribute that is measured, set with `than`.
        unit: Its base unit, set with `than`.
    """

    dimension: str
    more: bool
    than: float | None = None
    attribute: str = ""
    unit: str = ""


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
    texts = _texts(product)
    quantities = find_quantities(texts.get(wish.attribute, ""))
    values = [quantity.value for quantity in quantities if quantity.unit == wish.unit]
    return len(values) == 1 and (values[0] > wish.than if wish.more else values[0] < wish.than)


def _texts(product: Product) -> dict[str, str]:
    return {**{name: ", ".join(values) for name, values in product.facets.items()}, **product.attributes}


_UNITS: Mapping[str, frozenset[str]] = {
    "weight": frozenset({"g"}),
    "size": frozenset({"mm", "ml", "gb"}),
    "battery": frozenset({"h", "mah"}),
    "power": frozenset({"w"}),
    "storage": frozenset({"gb"}),
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
