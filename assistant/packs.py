"""How many pieces are in a pack, as shoppers say it: "the two-pack", "single", 「单条装」."""

import re

from assistant.numerals import han_number

_EN_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_EN = rf"(\d{{1,3}}|{'|'.join(_EN_NUMBERS)})"
_THINGS = r"(?:pack|pk|pair|piece|pc|bar|cup|count|set)s?"
_SAID = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b{_EN}(?:[\s-]{_THINGS}){{1,2}}\b(?!\s+of\b)",
        rf"\b(?:pack|set|box)s? of {_EN}\b",
        r"([单双]|\d{1,3}|[一两二三四五六七八九十]{1,3})[条个只双件块支包片枚张瓶杯盒根卷粒]?(?:装|入)(?![饰修备置配])",
        r"(\d{1,3}|[一两二三四五六七八九十]{1,3})杯(?:份|的|量)",
    )
)
_SINGLE = re.compile(
    r"\b(?:single|just the one|(?:sold )?singly|individual(?:ly)?)\b|单(?:个|只|条|件)的", re.I
)
_VALUE = re.compile(rf"(\d{{1,3}})(?:[\s-]{_THINGS})?", re.I)


def packs_said(text: str) -> frozenset[int]:
    """Sizes of packs that an utterance names.

    >>> sorted(packs_said("the two-pack, or a pack of 6")), sorted(packs_said("单条装的要三条"))
    ([2, 6], [1])
    """
    found = {_number(match[1]) for pattern in _SAID for match in pattern.finditer(text)}
    return frozenset(found | ({1} if _SINGLE.search(text) else set()))


def pack_of(value: str) -> int | None:
    """How many pieces a facet value stands for: "2 pairs", "4-pack", "6"; None for anything else."""
    match = _VALUE.fullmatch(value.strip())
    return int(match[1]) if match else None


def _number(said: str) -> int:
    said = said.lower()
    if said.isdigit():
        return int(said)
    return {**_EN_NUMBERS, "单": 1, "双": 2}.get(said) or han_number(said)
