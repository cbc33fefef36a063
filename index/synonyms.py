"""What a shopper's words are also called, in both languages: the lexicon's groups and the shop's own."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ConfigError
from index.lexicon import search_groups
from index.text import CJK, fold, has_han, simplified

_ATOM = re.compile(rf"[{CJK}]|[^\W_{CJK}]+(?:[.'-][^\W_{CJK}]+)*")
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
_LONGEST = 12
"""Atoms that a name may have: twelve characters, or words."""

FUNCTION_WORDS = frozenset(
    "a an and at by for from i in is me my of on or the to with want need buy get cheap good best nice "
    "的 了 吗 呢 吧 和 与 及 或 带 给 用 款 个 想 要 买 找 我 有 便宜 便宜的 好 好的 好用 最好 "
    "推荐 我想 想要 想买 我要 要买 我想买 我想要 有没有 一款 一个 一双 一件 一台".split()
)
"""What says nothing of a product. Rare in a catalogue, it would weigh more than what is looked for."""

Stem = Callable[[str], str]
"""The stem of a folded word."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a query that belongs together.

    Attributes:
        text: As it was said.
        names: What else it is called.
    """

    text: str
    names: tuple[str, ...] = ()


class Synonyms:
    """Cuts a query into units and gives each its other names."""

    def __init__(self, same: Iterable[Sequence[str]], stem: Stem) -> None:
        """Index groups of names.

        Args:
            same: Groups of names that mean the same.
            stem: What makes one word of its singular and plural.
        """
        self._stem = stem
        self._groups: dict[str, list[Sequence[str]]] = {}
        # Function words are names of themselves: 「我想买一款手机」 is cut where they end.
        for group in [*same, *((word,) for word in FUNCTION_WORDS)]:
            for key in dict.fromkeys(map(self._key, group)):
                self._groups.setdefault(key, []).append(group)

    @classmethod
    def load(cls, file: Path | None, stem: Stem) -> "Synonyms":
        """The lexicon's groups and, if a file is named, the shop's own.

        Raises:
            ConfigError: If the file cannot be read.
        """
        return cls([*search_groups(), *read_groups(file)], stem)

    def units(self, query: str) -> list[Unit]:
        """The units of a query in order: the longest names that are known, and what is between them.

        A single Chinese character is no name: it means too much.
        """
        text = simplified(fold(query))
        spans = [match.span() for match in _ATOM.finditer(text)]
        taken: list[int | None] = [None] * len(spans)
        names = [
            (first, last)
            for first in range(len(spans))
            for last in range(first, min(first + _LONGEST, len(spans)))
            if self._named(text, spans[first][0], spans[last][1])
        ]
        for first, last in sorted(names, key=lambda name: (name[0] - name[1], name[0])):
            if all(owner is None for owner in taken[first : last + 1]):
                taken[first : last + 1] = [first] * (last - first + 1)
        units: list[Unit] = []
        first = 0
        while first < len(spans):
            last = self._end(text, spans, taken, first)
            said = text[spans[first][0] : spans[last][1]]
            units.append(Unit(said, self._names(said) if taken[first] is not None else ()))
            first = last + 1
        return units

    def _end(
        self, text: str, spans: Sequence[tuple[int, int]], taken: Sequence[int | None], first: int
    ) -> int:
        """The last atom of the unit that begins at an atom: a name, a word, or a run of characters."""
        last = first
        if taken[first] is not None:
            while last + 1 < len(spans) and taken[last + 1] == taken[first]:
                last += 1
        elif has_han(text[slice(*spans[first])]):
            while (
                last + 1 < len(spans)
                and taken[last + 1] is None
                and spans[last + 1][0] == spans[last][1]
                and has_han(text[slice(*spans[last + 1])])
            ):
                last += 1
        return last

    def _named(self, text: str, start: int, end: int) -> bool:
        said = text[start:end]
        return (len(said) > 1 or not has_han(said)) and self._key(said) in self._groups

    def _names(self, said: str) -> tuple[str, ...]:
        own = self._key(said)
        found = (fold(name) for group in self._groups[own] for name in group)
        return tuple(dict.fromkeys(name for name in found if self._key(name) != own))

    def _key(self, name: str) -> str:
        """What the spellings of a name have in common: simplified characters, or stems of its words."""
        name = fold(name)
        if has_han(name):
            return re.sub(r"\s+", "", simplified(name))
        return " ".join(map(self._stem, _WORD.findall(name)))


def read_groups(file: Path | None) -> list[tuple[str, ...]]:
    """Read a shop's synonyms: one group a line, names between commas; lines that begin with # are remarks.

    Raises:
        ConfigError: If the file cannot be read, or a line has a single name.
    """
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"SHOP_SYNONYMS={file} cannot be read as UTF-8 text: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        names = tuple(name for part in re.split(r"[,，]", line) if (name := part.strip()))
        if len(names) < 2:
            raise ConfigError(f"{file}:{number}: a line needs two names or more, with commas between them.")
        found.append(names)
    return found
