"""Names of colours in English and Chinese."""

import re
from functools import cache

from index.text import fold, simplified

_COLOURS = (
    "black 黑 黑色", "white 白 白色", "grey gray 灰 灰色", "silver 银 银色", "red 红 红色", "pink 粉 粉色 粉红", "orange 橙 橙色 橘", "yellow 黄 黄色",
    "gold golden 金色", "beige 米色 米白 杏色", "brown 棕 棕色 褐色 咖啡色", "green 绿 绿色", "olive 橄榄 橄榄绿 军绿", "teal 青色 青绿 蓝绿", "blue 蓝 蓝色",
    "navy 藏青 藏青色 深蓝 深蓝色 藏蓝", "purple violet 紫 紫色", "transparent clear 透明 透明色", "cream ivory 奶油色 象牙白", "turquoise 青绿色", "copper 铜色",
)  # fmt: skip


@cache
def colour_words() -> re.Pattern[str]:
    """Finds the names of colours, single characters only among others of their kind: 「红、蓝两色」."""
    words = sorted((word for group in _COLOURS for word in group.split()), key=len, reverse=True)
    english = "|".join(word for word in words if word.isascii() and word != "clear")
    chinese = "|".join(word for word in words if not word.isascii() and len(word) > 1)
    singles = "".join(word for word in words if len(word) == 1)
    return re.compile(
        rf"\bdark blue\b|\b(?:{english})\b|{chinese}|[{singles}](?=[、和与、或]\s?[{singles}]|[{singles}]?[三两二四\d]色|款|的(?![^，。]{{0,2}}[天菜]))|(?<=[、和与或])[{singles}]",
        re.I,
    )


@cache
def colour_of(word: str) -> int | None:
    """The number of the colour that a word names; None for no colour."""
    said = simplified(fold(word))
    said = "navy" if said == "dark blue" else said
    return next((at for at, group in enumerate(_COLOURS) if said in group.split()), None)
