"""What products can be put in order by, and who is ahead, by their records alone."""

# ruff: noqa: E501  (a table: a row cut over lines is harder to read than a long one)

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.phrases import money
from assistant.quantities import Quantity, convert, parse_quantity
from assistant.record import facts
from index.schema import Language, Product
from index.text import fold

Words = tuple[str, str, str, str]
"""(comparative, superlative, 比较级, 最高级), said of a product: ("is lighter", "is the lightest", "更轻", "最轻")."""


@dataclass(frozen=True)
class Dimension:
    """Something by which products can be put in order.

    Attributes:
        key: Its name in code.
        more: Words for having more of it.
        less: Words for having less of it.
        better: "more" or "less", where one is better whoever asks; empty where it depends.
        asks_more: Words of a question for the most of it.
        asks_less: Words of a question for the least of it.
        names: Attributes that measure it, the likeliest first, parted by `|`.
        units: Base units it is measured in; empty for a number without one.
    """

    key: str
    more: Words
    less: Words
    better: str
    asks_more: str
    asks_less: str
    names: str = ""
    units: frozenset[str] = frozenset()

    def words(self, direction: str) -> Words:
        """Its words in a direction."""
        return self.more if direction == "more" else self.less


def _units(*names: str) -> frozenset[str]:
    return frozenset(names)


_BATTERY = (
    r"\bbattery\b|\blasts? (?:longer|longest|the longest)|\brun ?time|续航|电池|电迟|用得久|耐用最|待机"
)

_BARE = 10
"""Numbers without a unit are not compared when one is so many times the other: they may be in different units."""
DIMENSIONS: Sequence[Dimension] = (
    Dimension("price", ("is dearer", "is the dearest", "更贵", "最贵"), ("is cheaper", "is the cheapest", "更便宜", "最便宜"), "less",
              r"\bdear(?:er|est)|\b(?:more|most) expensive|\bpric(?:ier|iest)|[更最]?贵", r"\bcheap(?:er|est)?\b|\b(?:less|least) expensive|\bprice\b|\bcosts? less|\blowest price|便宜|省钱|价格|差多少钱|差价"),
    Dimension("rating", ("is rated higher", "is rated highest", "评分更高", "评分最高"), ("is rated lower", "is rated lowest", "评分更低", "评分最低"), "more",
              r"\brat(?:ed|ing)\b|\bbest reviews?|\bbetter review|\breviewed|\bstars\b|评分|评价(?:最|更)?[好高]|口碑|好评", r"\bworst|\blowest rat|评分(?:最|更)低|评价(?:最|更)差"),
    Dimension("weight", ("is heavier", "is the heaviest", "更重", "最重"), ("is lighter", "is the lightest", "更轻", "最轻"), "less",
              r"\bheav(?:ier|iest|y)\b|\bweighs? (?:more|the most)|[更最][重沉]|哪[个款台件]重|谁重", r"\blight(?:er|est)\b(?! (?:blue|green|colou?r|shade))|\bless heavy|\bweighs? (?:less|the least)|\bweight\b|[更最]?轻|重量",
              r"^weight$|^(?:product )?weight|^net weight|^重量|净重|单只重量", _units("g", "")),
    Dimension("battery", ("has the longer battery life", "has the longest battery life", "续航更长", "续航最长"), ("has the shorter battery life", "has the shortest battery life", "续航更短", "续航最短"), "more",
              _BATTERY, r"\bshort(?:er|est) battery|续航(?:最|更)短", r"^battery life|run ?time|play ?time|flight time|standby|battery(?! with)|续航", _units("h")),
    Dimension("cell", ("has the larger battery", "has the largest battery", "电池更大", "电池最大"), ("has the smaller battery", "has the smallest battery", "电池更小", "电池最小"), "more",
              _BATTERY, r"(?!)", r"^battery$|^battery capacity|电池容量", _units("mah", "")),
    Dimension("screen", ("has the larger screen", "has the largest screen", "屏幕更大", "屏幕最大"), ("has the smaller screen", "has the smallest screen", "屏幕更小", "屏幕最小"), "",
              r"\b(?:bigg|larg)(?:er|est) (?:screen|display)|\bscreen\b|屏幕?(?:最|更)?大|屏幕|谁的屏", r"\bsmall(?:er|est) (?:screen|display)|屏幕?(?:最|更)小", r"^screen size|^display diagonal|^屏幕尺寸", _units("mm", "")),
    Dimension("storage", ("has more storage", "has the most storage", "存储更大", "存储最大"), ("has less storage", "has the least storage", "存储更小", "存储最小"), "more",
              r"\bstorage\b|\b(?:more|most) (?:space|gb)|存储|硬盘", r"\b(?:less|least) storage", r"^storage|^total storage capacity|^capacity$|存储容量|硬盘容量", _units("gb")),
    Dimension("memory", ("has more memory", "has the most memory", "内存更大", "内存最大"), ("has less memory", "has the least memory", "内存更小", "内存最小"), "more",
              r"\bmemory\b|\bram\b|内存", r"\b(?:less|least) memory", r"^memory|^internal memory|内存", _units("gb")),
    Dimension("capacity", ("holds more", "holds the most", "容量更大", "容量最大"), ("holds less", "holds the least", "容量更小", "容量最小"), "",
              r"\bcapacity\b|\bholds? (?:more|the most)|\broom(?:ier|iest)|\bmore space|\bmakes more|容量|装得(?:更|最)?多|能装", r"\bholds? (?:less|the least)|容量(?:最|更)小", r"^capacity|^volume|dust capacity|容量|容积", _units("ml", "mah")),
    Dimension("noise", ("is louder", "is the loudest", "更响", "最响"), ("is quieter", "is the quietest", "更安静", "最安静"), "less",
              r"\bloud(?:er|est)|\bnois(?:ier|iest)|(?:最|更)[吵响]", r"\bquiet(?:er|est)?|\bsilent|\bleast noise|\bless noise|安静|静音|噪音", r"^noise(?! cancel)|噪音", _units("db", "")),
    Dimension("power", ("has more power", "has the most power", "功率更大", "功率最大"), ("has less power", "has the least power", "功率更小", "功率最小"), "more",
              r"\bpower(?:ful)?\b|\bwatt|\bstrong(?:er|est)|功率|劲儿?大|动力", r"\b(?:less|least) power|功率(?:最|更)小|省电", r"^power$|^wattage|^power consumption|^功率", _units("w", "")),
    Dimension("suction", ("has stronger suction", "has the strongest suction", "吸力更强", "吸力最强"), ("has weaker suction", "has the weakest suction", "吸力更弱", "吸力最弱"), "more", r"\bsuction|吸力", r"吸力(?:最|更)[弱小]", r"^suction|吸力"),
    Dimension("light", ("is brighter", "is the brightest", "更亮", "最亮"), ("is dimmer", "is the dimmest", "更暗", "最暗"), "more",
              r"\bbright(?:er|est|ness)?|\blumens|亮", r"\bdimm(?:er|est)|(?:最|更)暗", r"^brightness|亮度|光通量"),
    Dimension("charging", ("takes longer to charge", "takes longest to charge", "充电更慢", "充电最慢"), ("charges faster", "charges fastest", "充电更快", "充电最快"), "less",
              r"\bcharges? slow", r"\bcharg\w* (?:faster|fastest|quick\w*|time)|\bfaster charg|充电", r"recharge time|charging time|充电时间|自充", _units("h")),
    Dimension("megapixels", ("has the higher camera resolution", "has the highest camera resolution", "像素更高", "像素最高"), ("has the lower camera resolution", "has the lowest camera resolution", "像素更低", "像素最低"), "more",
              r"\bcamera\b|\bmegapixel|\bphotos?\b|像素|拍照", r"像素(?:最|更)低", r"^main camera|^rear camera resolution|主摄像素|^像素"),
    Dimension("refresh", ("has the higher refresh rate", "has the highest refresh rate", "刷新率更高", "刷新率最高"), ("has the lower refresh rate", "has the lowest refresh rate", "刷新率更低", "刷新率最低"), "more", r"\brefresh|\bsmooth(?:er|est)|刷新率|流畅", r"刷新率(?:最|更)低", r"refresh rate|刷新率"),
    Dimension("water", ("is better protected against water", "is best protected against water", "防水更好", "防水最好"), ("is less protected against water", "is least protected against water", "防水更差", "防水最差"), "more",
              r"\bwat+er ?-?(?:proof|resist)\w*|防水", r"防水(?:最|更)差", r"waterproof rating|防水指数", _units("mm")),
    Dimension("load", ("carries more", "carries the most", "承重更大", "承重最大"), ("carries less", "carries the least", "承重更小", "承重最小"), "more",
              r"\b(?:max(?:imum)? )?load|\b(?:carr(?:y|ies)|holds?|supports?) (?:more|the most) weight|承重|负重", r"承重(?:最|更)小", r"max(?:imum)? load|承重|负重", _units("g")),
    Dimension("thickness", ("is thicker", "is the thickest", "更厚", "最厚"), ("is thinner", "is the thinnest", "更薄", "最薄"), "",
              r"\bthick(?:er|est)?\b|厚", r"\b(?:thinn|slimm)(?:er|est)|薄", r"^thickness|^厚度", _units("mm", "")),
    Dimension("width", ("is wider", "is the widest", "更宽", "最宽"), ("is narrower", "is the narrowest", "更窄", "最窄"), "", r"\bwid(?:er|est)|宽", r"\bnarrow(?:er|est)|窄", r"^width|^宽度|桌宽", _units("mm", "")),
    Dimension("height", ("is taller", "is the tallest", "更高", "最高"), ("is lower", "is the lowest", "更矮", "最矮"), "", r"\btall(?:er|est)|\bhigh(?:er|est)(?! rat)|(?:更|最|谁|个)高(?!级|档)|高度", r"\bless tall|矮", r"^height|^高度", _units("mm", "")),
    Dimension("length", ("is longer", "is the longest", "更长", "最长"), ("is shorter", "is the shortest", "更短", "最短"), "", r"\blong(?:er|est)\b|更长|最长", r"\bshort(?:er|est)\b|更短|最短", r"^length|packed length|^长度|^裙长|^车长", _units("mm", "")),
    Dimension("size", ("is larger", "is the largest", "更大", "最大"), ("is smaller", "is the smallest", "更小", "最小"), "",
              r"\b(?:bigg|larg)(?:er|est)\b|(?:更|最|哪[个款台件])大|谁大|大小|\bsize\b|尺寸", r"\bsmall(?:er|est)\b|\bcompact|(?:更|最)小", r"screen size|display diagonal|^capacity|^size$|packed volume|^volume|^width|^length|^height|diameter|屏幕尺寸|^容量|^尺寸|宽度|长度|高度|直径", _units("mm", "ml", "")),
    Dimension("warranty", ("has the longer warranty", "has the longest warranty", "质保更长", "质保最长"), ("has the shorter warranty", "has the shortest warranty", "质保更短", "质保最短"), "more", r"\bwarrant|质保|保修", r"(?!)", r"^warranty|质保", _units("month")),
    Dimension("pages", ("has more pages", "has the most pages", "页数更多", "页数最多"), ("has fewer pages", "has the fewest pages", "页数更少", "页数最少"), "", r"\bpages\b|页", r"\bfew(?:er|est) pages|\bshort(?:er|est) (?:book|read)|页数(?:最|更)少", r"^pages|^页数"),
    Dimension("reviews", ("has more reviews", "has the most reviews", "评价更多", "评价最多"), ("has fewer reviews", "has the fewest reviews", "评价更少", "评价最少"), "", r"\bmost reviews|\bmore reviews|评价(?:最|更)多", r"(?!)"),
    Dimension("popularity", ("sells better", "sells best", "卖得更好", "卖得最好"), ("sells less", "sells least", "卖得更少", "卖得最少"), "", r"\bpopular|\bsells?\b|\bbest[- ]selling|卖得|销量|热门|畅销", r"(?!)"),
    Dimension("newness", ("is newer", "is the newest", "更新", "最新"), ("is older", "is the oldest", "更早", "最早"), "", r"\bnew(?:er|est)\b|新款|更新|最新", r"\bold(?:er|est)\b(?! (?:child|kid))|老款", ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is ahead in one dimension.

    Attributes:
        dimension: Which.
        direction: "more" or "less": what the ahead ones have.
        ahead: Those that have the most, or the least.
        value: Their value in words, aligned with the others'.
        other: The value at the other end in words.
        behind: Those measured and not ahead.
        missing: Those whose records do not say.
        values: The value of each that is measured, by id, in words.
    """

    dimension: Dimension
    direction: str
    ahead: tuple[Product, ...]
    value: str
    other: str
    behind: tuple[Product, ...]
    missing: tuple[Product, ...]
    values: Mapping[str, str]

    def fragment(self, language: Language, *, pair: bool) -> str:
        """What the ahead ones are, said of one: "is lighter (245 g against 1,200 g)"."""
        comparative, superlative, zh_comparative, zh_superlative = self.dimension.words(self.direction)
        chinese = language == "zh"
        words = (
            (zh_comparative if pair else zh_superlative)
            if chinese
            else (comparative if pair else superlative)
        )
        if not chinese and len(self.ahead) > 1:
            words = _plural(words)
        if not self.value:
            return words
        told = self.value
        if pair and self.other:
            told += f" 对 {self.other}" if chinese else f" against {self.other}"
        return f"{words}（{told}）" if chinese else f"{words} ({told})"


def _plural(words: str) -> str:
    first, _, rest = words.partition(" ")
    known = {
        "is": "are",
        "has": "have",
        "carries": "carry",
        "sells": "sell",
        "holds": "hold",
        "charges": "charge",
        "takes": "take",
    }
    return f"{known.get(first, first)} {rest}".strip()


def standing(
    dimension: Dimension, products: Sequence[Product], direction: str, language: Language
) -> Standing | None:
    """Who is ahead; None when fewer than two records say."""
    numbers, texts = measured(dimension, products, language)
    if len(numbers) < 2:
        return None
    values = numbers.values()
    most, least = max(values), min(values)
    wanted, opposite = (most, least) if direction == "more" else (least, most)
    ahead = tuple(product for product in products if numbers.get(product.id) == wanted)
    behind = tuple(product for product in products if product.id in numbers and product not in ahead)
    missing = tuple(product for product in products if product.id not in numbers)
    other = next((texts[key] for key, number in numbers.items() if number == opposite), "") if behind else ""
    return Standing(dimension, direction, ahead, texts[ahead[0].id], other, behind, missing, texts)


Measures = tuple[Mapping[str, float], Mapping[str, str]]


def measured(dimension: Dimension, products: Sequence[Product], language: Language) -> Measures:
    """The number and the words of each product that has one, by id, all in one unit."""
    if dimension.key in _OWN:
        of, words = _OWN[dimension.key]
        numbers = {product.id: number for product in products if (number := of(product)) is not None}
        if (
            dimension.key == "price"
            and len({product.currency for product in products if product.price is not None}) > 1
        ):
            return {}, {}
        return numbers, {product.id: words(product) for product in products if product.id in numbers}
    if not dimension.names:
        return {}, {}
    return _measured(dimension, products, language)


def _measured(dimension: Dimension, products: Sequence[Product], language: Language) -> Measures:
    """By the attribute that most of them have, in one unit."""
    found: dict[str, dict[str, Quantity]] = {}
    places: dict[str, int] = {}
    patterns = [re.compile(name) for name in dimension.names.split("|")]
    for product in products:
        for fact in facts(product, language):
            quantity = quantity_of(fact.own)
            if quantity is None or (dimension.units and quantity.unit not in dimension.units):
                continue
            for name in fact.names:
                place = next((at for at, pattern in enumerate(patterns) if pattern.search(name)), None)
                if place is not None:
                    label = f"{name}\n{quantity.unit}"
                    found.setdefault(label, {})[product.id] = quantity
                    places[label] = min(place, places.get(label, place))
    if not found:
        return {}, {}
    for label, of in list(found.items()):
        values = [quantity.value for quantity in of.values()]
        if label.endswith("\n") and max(values) > _BARE * max(min(values), 1e-9):
            del found[label]
    if not found:
        return {}, {}
    label = min(found, key=lambda name: (-len(found[name]), places[name]))
    cells = aligned([quantity.text for quantity in found[label].values()])
    return (
        {key: quantity.value for key, quantity in found[label].items()},
        dict(zip(found[label], cells, strict=True)),
    )


_OWN: Mapping[str, tuple[Callable[[Product], float | None], Callable[[Product], str]]] = {
    "price": (lambda p: None if p.price is None else float(p.price), lambda p: money(p.price, p.currency) if p.price is not None else ""),
    "rating": (lambda p: None if p.rating is None else round(p.rating, 1), lambda p: f"{p.rating:.1f}"),
    "reviews": (lambda p: float(len(p.reviews)) or None, lambda p: str(len(p.reviews))),
    "popularity": (lambda p: p.popularity, lambda p: ""),
    "newness": (lambda p: None if p.released is None else float(p.released.toordinal()), lambda p: "" if p.released is None else p.released.isoformat()),
}  # fmt: skip
_NUMBER = re.compile(r"^\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([^\d\s,.;/–~-][^\d]*)?$")


def quantity_of(text: str) -> Quantity | None:
    """A value as a number with a unit; one with an unknown unit, or none, is compared with its like.

    >>> quantity_of("120 Hz").unit, quantity_of("1.2 kg").value
    ('hz', 1200.0)
    """
    if quantity := parse_quantity(text):
        return quantity
    match = _NUMBER.match(text)
    if match is None:
        return None
    return Quantity(float(match[1].replace(",", "")), fold(match[2] or ""), text.strip())


def aligned(cells: Sequence[str]) -> list[str]:
    """Measures in one unit, if they are all measures of the same; as they are otherwise.

    >>> aligned(["245 g", "1.2 kg"])
    ['245 g', '1,200 g']
    """
    read = [parse_quantity(cell) for cell in cells]
    quantities = [quantity for quantity in read if quantity is not None]
    if len(quantities) < len(cells) or len({quantity.unit for quantity in quantities}) != 1:
        return list(cells)
    units = [re.sub(r"^[\d.,\s]+", "", quantity.text) for quantity in quantities]
    if len(set(map(fold, units))) == 1:
        return list(cells)
    # The unit in which the numbers are neither below one nor long.
    best = min(
        dict.fromkeys(units), key=lambda unit: _awkwardness([convert(q.value, unit) for q in quantities])
    )
    return [f"{_written(convert(quantity.value, best))} {best}" for quantity in quantities]


def _awkwardness(numbers: Sequence[float]) -> tuple[bool, bool, float]:
    return min(numbers) < 0.05 or max(numbers) >= 10_000, min(numbers) < 1, max(numbers)


def _written(number: float) -> str:
    """At most four telling digits, thousands parted."""
    if number >= 1000:
        return f"{round(number):,}"
    return f"{float(f'{number:.4g}'):g}"
