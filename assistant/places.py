"""Places that parcels go to: "Lyon" is in France, 「澳洲」 is what a page calls 澳大利亚."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from index.text import fold, has_han, simplified

HOME = "united states"
"""The country whose places are not abroad for a page that speaks of home and abroad."""


def countries(text: str) -> frozenset[str]:
    """The countries that a text names, by themselves or by a region or a city of theirs."""
    pattern, known = _pattern(), names()
    return frozenset(known[match[0]] for match in pattern.finditer(simplified(fold(text))))


def without_places(text: str) -> str:
    """A text without the places in it, folded."""
    return _pattern().sub(" ", simplified(fold(text)))


@cache
def names() -> Mapping[str, str]:
    """Every name of `data/places.txt`, folded, with its country."""
    lines = (resources.files("assistant") / "data" / "places.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        country, _, listed = line.partition(": ")
        if listed and not line.startswith("#"):
            found.update({simplified(fold(name)): country for name in listed.split(",")})
    return found


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(names(), key=lambda name: (-len(name), name))
    english = "|".join(re.escape(name) for name in longest if not has_han(name))
    chinese = "|".join(re.escape(name) for name in longest if has_han(name))
    return re.compile(rf"(?<![a-z0-9])(?:{english})(?![a-z0-9])|(?:{chinese})")
