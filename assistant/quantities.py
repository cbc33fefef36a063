"""Reads measured values out of attribute texts, so that they can be compared."""

import re
from dataclasses import dataclass

# unit -> (base unit, factor)
_UNITS = {
    "mg": ("g", 0.001), "g": ("g", 1.0), "kg": ("g", 1000.0), "oz": ("g", 28.349523125), "lb": ("g", 453.59237),
    "mm": ("mm", 1.0), "cm": ("mm", 10.0), "m": ("mm", 1000.0), "inch": ("mm", 25.4), "km": ("mm", 1e6),
    "ml": ("ml", 1.0), "l": ("ml", 1000.0),
    "min": ("h", 1 / 60), "h": ("h", 1.0), "days": ("h", 24.0), "weeks": ("h", 168.0),
    "months": ("month", 1.0), "years": ("month", 12.0),
    "w": ("w", 1.0), "kw": ("w", 1000.0), "mah": ("mah", 1.0), "db": ("db", 1.0), "dba": ("db", 1.0), "分贝": ("db", 1.0),
    "mb": ("gb", 0.001), "gb": ("gb", 1.0), "tb": ("gb", 1000.0),
    "克": ("g", 1.0), "公斤": ("g", 1000.0), "千克": ("g", 1000.0), "厘米": ("mm", 10.0), "毫米": ("mm", 1.0),
    "米": ("mm", 1000.0), "英寸": ("mm", 25.4), "毫升": ("ml", 1.0), "升": ("ml", 1000.0), "小时": ("h", 1.0),
    "斤": ("g", 500.0), "公分": ("mm", 10.0), "寸": ("mm", 25.4), "吋": ("mm", 25.4), "瓦": ("w", 1.0), "分钟": ("h", 1 / 60),
    "天": ("h", 24.0), "周": ("h", 168.0), "个月": ("month", 1.0), "年": ("month", 12.0),
}  # fmt: skip

# Units as they are spelt out, to their short names.
_SPELT = {
    "grams": "g", "gram": "g", "kilograms": "kg", "kilogram": "kg", "kilos": "kg", "ounces": "oz", "pounds": "lb",
    "millimetres": "mm", "millimeters": "mm", "centimetres": "cm", "centimeters": "cm", "metres": "m", "meters": "m",
    "inches": "inch", "litres": "l", "liters": "l", "litre": "l", "liter": "l", "millilitres": "ml",
    "minutes": "min", "minute": "min", "mins": "min", "hours": "h", "hour": "h", "hrs": "h", "day": "days",
    "week": "weeks", "month": "months", "year": "years", "lbs": "lb",
    "watts": "w", "watt": "w",
}  # fmt: skip

# What a sentence may call a unit besides; in a request, "2 in 1" and "5 s" are none.
_SAID = {
    "kilo": "kg", "kgs": "kg", "pound": "lb", "ounce": "oz", "decibels": "db", "decibel": "db", "millimetre": "mm",
    "millimeter": "mm", "centimetre": "cm", "centimeter": "cm", "metre": "m", "meter": "m", "gigabytes": "gb", "gigabyte": "gb",
    "terabytes": "tb", "terabyte": "tb", "gigs": "gb", "kilometres": "km", "kilometers": "km", "″": "inch", '"': "inch",
    "毫安时": "mah", "毫安": "mah", "公升": "升", "个小时": "小时", "钟头": "小时", "kilowatts": "kw", "millilitre": "ml",
    "milliliter": "ml", "hr": "h",
}  # fmt: skip
_OWN_UNITS = {
    "lm": "lm", "lumen": "lm", "lumens": "lm", "流明": "lm", "hz": "hz", "hertz": "hz", "赫兹": "hz", "%": "%", "percent": "%",
    "°c": "°c", "℃": "°c", "°": "°c", "degrees": "°c", "degree": "°c", "摄氏度": "°c", "度": "°c", "seconds": "s", "second": "s", "s": "s",
    "秒": "s", "v": "v", "volts": "v", "volt": "v", "伏": "v",
}  # fmt: skip

_INSIDE = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)[\s-]?([a-zA-Z]+|[\u4e00-\u9fff]{1,2})")
_QUANTITY = re.compile(r"^\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([a-zA-Z]+|[\u4e00-\u9fff]+)\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a base unit, with the text it was read from."""

    value: float
    unit: str
    text: str


def parse_quantity(text: str) -> Quantity | None:
    """Read "245 g" or "1.2 kg"; None when the text is not one number and one known unit.

    >>> parse_quantity("1.2 kg").value
    1200.0
    """
    match = _QUANTITY.match(text)
    return None if match is None else _quantity(match)


def find_quantities(text: str) -> list[Quantity]:
    """Every number with a known unit behind it, as in "weighs 238 grams and runs 55 h"."""
    found = (_quantity(match) for match in _INSIDE.finditer(text))
    return [quantity for quantity in found if quantity is not None]


def convert(value: float, unit: str) -> float:
    """A value in a base unit, in another unit of the same kind.

    >>> convert(1200.0, "kg")
    1.2

    Raises:
        KeyError: If the unit is not known.
    """
    unit = unit.strip().lower()
    return value / _UNITS[_SPELT.get(unit, unit)][1]


def base_unit(word: str) -> tuple[str, float, int] | None:
    """What a word behind a number measures in: (base unit, factor, characters of the unit); None for no unit.

    >>> base_unit("kilos"), base_unit("公斤出头"), base_unit("cameras")
    (('g', 1000.0, 5), ('g', 1000.0, 2), None)
    """
    folded = word.casefold()
    sizes = (len(folded),) if folded.isascii() else range(min(len(folded), 3), 0, -1)
    for size in sizes:
        unit = folded[:size]
        unit = _SAID.get(unit, unit)
        if unit in _OWN_UNITS:
            return _OWN_UNITS[unit], 1.0, size
        if (known := _UNITS.get(_SPELT.get(unit, unit))) is not None:
            return (*known, size)
    return None


def _quantity(match: re.Match[str]) -> Quantity | None:
    unit = match[2].lower()
    # In 「15寸的」 and 「90公斤能坐」 the unit is glued to what follows.
    known = _UNITS.get(_SPELT.get(unit, unit)) or _UNITS.get(unit[:1] if unit[:1] >= "\u4e00" else "")
    if known is None:
        return None
    base, factor = known
    return Quantity(float(match[1].replace(",", "")) * factor, base, match[0].strip())
