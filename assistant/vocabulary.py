"""The facet values of the indexed catalogue, under all their names, found in what people say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.lexicon import groups
from index.schema import Language
from index.store import FacetValue
from index.text import CJK, fold, has_han

_TOKEN = re.compile(f"[{CJK}]|\\d+(?:\\.\\d+)?|[^\\W\\d_{CJK}]+(?:'[^\\W\\d_]+)?")
_HAN = re.compile(f"[{CJK}]")

_SHARE = re.compile(r"^\s*\d+(?:\.\d+)?\s*[%％]\s*")

HEADED = frozenset({"category", "material"})
"""Facets where the last word names the thing: a desk lamp is a lamp, stainless steel is steel."""

# Words that are brands somewhere and plain English everywhere: they count as brands only when written
# as the catalogue writes them.
_COMMON_WORDS = frozenset(
    "a all apple best canon case cherry city club core dash eagle eat edge elite energy epic first focus "
    "fox free fresh gap general genius gold good guess home hp ideal impact in joy kids king light magic "
    "max micro mini mission next nine nothing now one orange origin own polo power pro prime pure puma "
    "quest rain red ring roots seat shark shell simple smart spirit sport spring star sun target tiger "
    "total urban value vision visa wave western who zero zoom".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or one Han character, with its place in the text."""

    key: str
    start: int
    end: int

    @property
    def han(self) -> bool:
        """Whether it is a Han character."""
        return _HAN.match(self.key) is not None


@dataclass(frozen=True, slots=True)
class Mention:
    """Facet values that a stretch of text names.

    Attributes:
        facet: Which facet.
        values: The values, as the catalogue writes them.
        first: Index of the first token.
        last: Index of the last token.
        start: Offset of the first character.
        end: Offset after the last.
    """

    facet: str
    values: tuple[str, ...]
    first: int
    last: int
    start: int
    end: int


class Vocabulary:
    """Finds facet values in text by their names, longest first."""

    def __init__(self, facets: Mapping[str, Sequence[FacetValue]]) -> None:
        """Collect every name of every value.

        Args:
            facets: Values by facet, as `CatalogueStore.vocabulary` gives them.
        """
        self.values = {facet: tuple(value.value for value in values) for facet, values in facets.items()}
        self._names = {
            (facet, value.value): tuple(_names(facet, value))
            for facet, some in facets.items()
            for value in some
        }
        self._exact: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._heads: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._written = {fold(value.value): value.value for value in facets.get("brand", ())}
        for facet, values in facets.items():
            for value in values:
                for name in self._names[facet, value.value]:
                    self._add(facet, value.value, name)
        sequences = [*self._exact, *self._heads]
        self._longest: dict[str, int] = {}
        for keys in sequences:
            self._longest[keys[0]] = max(len(keys), self._longest.get(keys[0], 0))

    def _add(self, facet: str, value: str, name: str) -> None:
        keys = tuple(token.key for token in tokenize(name))
        if not keys or not _nameable(facet, name):
            return
        known = self._exact.setdefault(keys, {}).setdefault(facet, [])
        if value not in known:
            known.append(value)
        if facet in HEADED:
            for start in range(1, len(keys)):
                head = keys[start:]
                if len(head) == 1 and _HAN.match(head[0]):
                    continue  # one character is no name: 笔 would find every word that ends in it
                heads = self._heads.setdefault(head, {}).setdefault(facet, [])
                if value not in heads:
                    heads.append(value)

    def find(self, text: str) -> list[Mention]:
        """Facet values named in the text, left to right, without overlap."""
        tokens = tokenize(text)
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention = self._longest_at(text, tokens, at)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.last + 1
        return found

    def _longest_at(self, text: str, tokens: Sequence[Token], at: int) -> Mention | None:
        for size in range(min(self._longest.get(tokens[at].key, 0), len(tokens) - at), 0, -1):
            keys = tuple(token.key for token in tokens[at : at + size])
            named = self._exact.get(keys) or self._heads.get(keys)
            if not named or not _whole(tokens, at, size):
                continue
            facet = _one_facet(named)
            start, end = tokens[at].start, tokens[at + size - 1].end
            if facet is None or self._is_plain_word(facet, text[start:end]):
                continue
            return Mention(facet, tuple(named[facet]), at, at + size - 1, start, end)
        return None

    def _is_plain_word(self, facet: str, text: str) -> bool:
        return facet == "brand" and fold(text) in _COMMON_WORDS and self._written.get(fold(text)) != text

    def name_in(self, facet: str, value: str, language: Language) -> str:
        """What a value is called in a language, or its own name."""
        names = (value, *self._names.get((facet, value), ()))
        return next((name for name in names if has_han(name) == (language == "zh")), value)

    def widen(self, facet: str, values: Iterable[str]) -> tuple[str, ...]:
        """Values and their kinds: "lamps" also means desk lamps, "steel" also stainless steel."""
        if facet not in HEADED:
            return tuple(values)
        found: dict[str, None] = {}
        for value in values:
            keys = tuple(token.key for token in tokenize(value))
            found.update(dict.fromkeys([value, *self._heads.get(keys, {}).get(facet, ())]))
        return tuple(found)


def tokenize(text: str) -> list[Token]:
    """Words in the singular and single Han characters; a number is parted from its unit.

    >>> [token.key for token in tokenize("256GB phones, 红色")]
    ['256', 'gb', 'phone', '红', '色']
    """
    return [Token(_singular(fold(m.group())), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "shes", "ches")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _names(facet: str, value: FacetValue) -> Iterator[str]:
    own = [value.value, *value.names]
    if facet == "material":  # 「100%棉」, "80% wool": the share is not part of the name
        own += [bare for name in own if (bare := _SHARE.sub("", name)) != name and bare]
    yield from own
    keys = {_key(name) for name in own}
    for group in groups(facet):
        if any(_key(name) in keys for name in group):
            yield from group


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(name))


def _nameable(facet: str, name: str) -> bool:
    """Whether a bare mention can mean this value: a lone number or letter cannot ("2", "M")."""
    if facet in ("brand", "category", "colour", "material"):
        return True
    return len(name) >= 3 and any(ch.isalpha() for ch in name)


def _whole(tokens: Sequence[Token], at: int, size: int) -> bool:
    """A single Han character names something only when no other one is glued to its right."""
    if size > 1 or not tokens[at].han or at + 1 == len(tokens):
        return True
    return not tokens[at + 1].han or tokens[at + 1].key == "的" or tokens[at + 1].start > tokens[at].end


def _one_facet(named: Mapping[str, Sequence[str]]) -> str | None:
    """The facet a name belongs to; None when it could be several of the catalogue's own ("500 ml")."""
    for facet in ("category", "brand", "colour", "material"):
        if facet in named:
            return facet
    return next(iter(named)) if len(named) == 1 else None
