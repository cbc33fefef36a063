"""What parts of things are called in both languages: a review of the 拉链 is one of the zip."""

from functools import cache
from importlib import resources

from index.text import fold, has_han


def other_names(word: str) -> tuple[str, ...]:
    """Other names of the part that a folded word is, or that a Chinese one holds; () for any other word.

    >>> other_names("zip")
    ('zips', 'zipper', 'zippers', '拉链', '拉鍊', '拉头')
    """
    names = _groups()
    if has_han(word):
        held = max((name for name in names if has_han(name) and name in word), key=len, default="")
    else:
        held = word
    return tuple(name for name in names.get(held, ()) if name != word)


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Every name with those of its group, which is one line of the file."""
    text = (resources.files("assistant") / "data" / "parts.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        group = tuple(map(fold, line.split(", ")))
        for name in group:
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *group)))
    return found
