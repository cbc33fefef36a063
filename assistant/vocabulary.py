"""The facet values of the indexed catalogue, under all their names, found in what people say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from assistant.spelling import Spelling, is_english
from index.lexicon import facet_kind, groups
from index.schema import Language
from index.store import FacetValue
from index.text import CJK, fold, has_han, simplified

_TOKEN = re.compile(f"[{CJK}]|\\d+(?:\\.\\d+)?|[^\\W\\d_{CJK}]+(?:'[^\\W\\d_]+)?")
_HAN = re.compile(f"[{CJK}]")

_SHARE = re.compile(r"^\s*\d+(?:\.\d+)?\s*[%％]\s*")

_NAMED = ("category", "brand", "colour", "material")
"""Kinds of facet whose values are names; the first wins where a name is a value of several."""

_SOUNDED = ("category", "brand")
"""Kinds whose Chinese names are recognised by sound."""

HEADED = frozenset({"category", "material"})
"""Kinds of facet where the last word names the thing: a desk lamp is a lamp, stainless steel is steel."""

# Words that are brands somewhere and plain English everywhere: they count as brands only when written
# as the catalogue writes them.
_COMMON_WORDS = frozenset(
    "a all apple best case cherry city club core dash eagle eat edge elite energy epic first focus "
    "fox free fresh gap general genius gold good guess home ideal impact in joy kids king light magic "
    "max micro mini mission next nine nothing now one orange origin own polo power pro prime pure "
    "quest rain red ring roots seat shark shell simple smart spirit sport spring star sun target tiger "
    "total urban value vision visa wave western who zero zoom".split()
)


_BREAK = re.compile(r"[.;:!?](?=\s)|[,，。；：！？、\n]")
"""Between two words of one name there is none: "my home office. Desk first" names no office desk."""

_GOES = re.compile(
    r"\b(?:go(?:es|ing)?|went|com(?:es?|ing)|gets?|cuts?|turns?|falls?|drops?|sits?|lies?|slows?|up and) $",
    re.I,
)
_DOWN_TO = re.compile(r" (?:to|by|there|here)\b", re.I)
"""What goes down, or down to zero, is not stuffed with it."""

_BRAND_EXPECTED = re.compile(r"\b(?:except|brands?|by|from|neither|nor|besides)(?: for)? $", re.IGNORECASE)


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
        kind: Its sort, see `index.lexicon.facet_kind`.
        values: The values, as the catalogue writes them.
        first: Index of the first token.
        last: Index of the last token.
        start: Offset of the first character.
        end: Offset after the last.
        misspelt: Whether it was recognised by distance or by sound.
    """

    facet: str
    kind: str
    values: tuple[str, ...]
    first: int
    last: int
    start: int
    end: int
    misspelt: bool = False


class Vocabulary:
    """Finds facet values in text by their names, longest first."""

    def __init__(self, facets: Mapping[str, Sequence[FacetValue]]) -> None:
        """Collect every name of every value.

        Args:
            facets: Values by facet, as `CatalogueStore.vocabulary` gives them.
        """
        self.values = {facet: tuple(value.value for value in values) for facet, values in facets.items()}
        self._kinds = {facet: facet_kind(facet) for facet in facets}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._exact: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._heads: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._written: set[str] = set()
        for facet, values in facets.items():
            for value in values:
                own = tuple(_own_names(self._kinds[facet], value))
                self._names[facet, value.value] = own
                self._written.update(own)
                for name in own:
                    self._add(facet, value.value, name)
        for (facet, named), own in list(self._names.items()):
            # Who wants "crime" wants "Crime & mystery"; beside "Phones" no "Phones & accessories" are phones.
            parts = tuple(part for part in _halves(self._kinds[facet], own) if _key(part) not in self._exact)
            self._names[facet, named] = (*own, *parts)
            for part in parts:
                self._add(facet, named, part)
        self._keys = {value: _key(value) for values in self.values.values() for value in values}
        owners = {keys: {f: list(some) for f, some in named.items()} for keys, named in self._exact.items()}
        for (facet, named), own in list(self._names.items()):
            # What the catalogue itself calls one value means no other of the same language: where there
            # are coats and jackets, a coat is no jacket; but black is 黑色.
            others = tuple(
                name
                for name in _other_names(self._kinds[facet], own)
                if all(
                    has_han(owner) != has_han(named) for owner in owners.get(_key(name), {}).get(facet, ())
                )
            )
            self._names[facet, named] = (*own, *others)
            for name in others:
                self._add(facet, named, name, heads=False)
        self._longest: dict[str, int] = {}
        for keys in [*self._exact, *self._heads]:
            self._longest[keys[0]] = max(len(keys), self._longest.get(keys[0], 0))
        self._folded = {fold(name).replace("'", "") for names in self._names.values() for name in names}
        self._spelling = Spelling([*self._exact, *self._heads])

    def _add(self, facet: str, value: str, name: str, *, heads: bool = True) -> None:
        keys = _key(name)
        if not keys or not _nameable(self._kinds[facet], name):
            return
        known = self._exact.setdefault(keys, {}).setdefault(facet, [])
        if value not in known:
            known.append(value)
        if heads and self._kinds[facet] in HEADED:  # a coffee maker is also a coffee machine, but no machine
            for start in range(1, len(keys)):
                head = keys[start:]
                if len(head) == 1 and _HAN.match(head[0]):
                    continue  # one character is no name: 笔 would find every word that ends in it
                headed = self._heads.setdefault(head, {}).setdefault(facet, [])
                if value not in headed:
                    headed.append(value)

    def find(self, text: str) -> list[Mention]:
        """Facet values named in the text, left to right, without overlap; misspelt ones too."""
        said = tokenize(text)
        tokens = [replace(token, key=self._corrected(token, text)) for token in said]
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention = self._longest_at(text, tokens, at) or self._sounding_at(tokens, at)
            if mention is None:
                at += 1
            else:
                words = slice(mention.first, mention.last + 1)
                wrong = mention.misspelt or said[words] != tokens[words]
                found.append(replace(mention, misspelt=wrong))
                at = mention.last + 1
        return sorted([*found, *self._short_colours(tokens, found)], key=lambda mention: mention.start)

    def _corrected(self, token: Token, text: str) -> str:
        corrected = self._spelling.corrected(token.key)
        if corrected != token.key:
            return corrected
        written = fold(text[token.start : token.end])  # "wireles" is no plural
        meant = self._spelling.corrected(written)
        return token.key if meant == written else meant

    def _longest_at(self, text: str, tokens: Sequence[Token], at: int) -> Mention | None:
        for size in range(min(self._longest.get(tokens[at].key, 0), len(tokens) - at), 0, -1):
            keys = tuple(token.key for token in tokens[at : at + size])
            named = self._exact.get(keys) or self._heads.get(keys)
            start, end = tokens[at].start, tokens[at + size - 1].end
            if not named or not _whole(tokens, at, size) or _broken(text, tokens[at : at + size]):
                continue
            facet = self._one_facet(named)
            if facet is None or self._is_plain_word(facet, text, start, end):
                continue
            values = tuple(dict.fromkeys((*named[facet], *self._kinds_in_chinese(keys, facet))))
            return Mention(facet, self._kinds[facet], values, at, at + size - 1, start, end)
        return None

    def _kinds_in_chinese(self, keys: tuple[str, ...], facet: str) -> Sequence[str]:
        """耳机 also means 入耳式耳机, whatever the two are called in English."""
        if self._kinds[facet] != "category" or len(keys) < 2 or not all(map(has_han, keys)):
            return ()
        return self._heads.get(keys, {}).get(facet, ())

    def _sounding_at(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """A name of two or more characters, typed with the right letters and a wrong character."""
        run = []
        for token in tokens[at : at + 6]:
            if not token.han:
                break
            run.append(token.key)
        for keys in self._spelling.sounding_like(run):
            named = {f: v for f, v in self._exact.get(keys, {}).items() if self._kinds[f] in _SOUNDED}
            facet = self._one_facet(named)
            if facet is not None:
                last = at + len(keys) - 1
                start, end = tokens[at].start, tokens[last].end
                kind, values = self._kinds[facet], tuple(named[facet])
                return Mention(facet, kind, values, at, last, start, end, misspelt=True)
        return None

    def _short_colours(self, tokens: Sequence[Token], found: Sequence[Mention]) -> Iterator[Mention]:
        """A colour of one character before the thing: 「白袜子」."""
        things = {mention.first for mention in found if mention.kind == "category"}
        taken = {at for mention in found for at in range(mention.first, mention.last + 1)}
        for at in sorted(first - 1 for first in things if first and first - 1 not in taken):
            for facet, values in self._exact.get((tokens[at].key,), {}).items():
                if self._kinds[facet] == "colour" and tokens[at].han:
                    yield Mention(facet, "colour", tuple(values), at, at, tokens[at].start, tokens[at].end)

    def _one_facet(self, named: Mapping[str, Sequence[str]]) -> str | None:
        """The facet a name belongs to; None when it could be several of the catalogue's own ("500 ml")."""
        for kind in _NAMED:
            for facet in named:
                if self._kinds[facet] == kind:
                    return facet
        return next(iter(named)) if len(named) == 1 else None

    def _is_plain_word(self, facet: str, text: str, start: int, end: int) -> bool:
        """Whether it is a name only as the catalogue writes it: a brand Target, a battery AA, a size M."""
        said, kind = text[start:end], self._kinds[facet]
        word = fold(said).replace("'", "")
        if word == "down" and (_GOES.search(text[:start]) or _DOWN_TO.match(text, end)):
            return True
        if kind == "material" and word.endswith("s") and word not in self._folded:
            return True  # glasses are no glass
        if kind == "size" and re.fullmatch(r"x+[sl]", said.lower()):
            return False
        if kind == "brand" and _BRAND_EXPECTED.search(text[:start]):
            return False
        common = kind == "brand" and word in _COMMON_WORDS
        short = said.isascii() and said.isalpha() and len(said) < 3 and kind not in _NAMED
        # "I beat him" names no Beats: only a word that is none of English may lack the plural's s.
        clipped = kind == "brand" and word not in self._folded and is_english(word)
        return clipped or ((common or short) and said not in self._written)

    def key(self, name: str) -> tuple[str, ...]:
        """What two spellings of a name have in common: its words in the singular."""
        return self._keys.get(name) or _key(name)

    def kind(self, facet: str) -> str:
        """The sort of a facet of this catalogue, as `index.lexicon.facet_kind` gives it."""
        return self._kinds.get(facet) or facet_kind(facet)

    def names(self, facet: str, value: str) -> tuple[str, ...]:
        """Every name of a value, its own first."""
        return tuple(dict.fromkeys((value, *self._names.get((facet, value), ()))))

    def name_in(self, facet: str, value: str, language: Language) -> str:
        """What a value is called in a language, or its own name."""
        names = (value, *self._names.get((facet, value), ()))
        return next((name for name in names if has_han(name) == (language == "zh")), value)

    def widen(self, facet: str, values: Iterable[str]) -> tuple[str, ...]:
        """Values and their kinds: "lamps" also means desk lamps, "steel" stainless steel, 白色 also 米白."""
        if self.kind(facet) == "colour":
            shades = {
                shade for value in values if len(shade := value.removesuffix("色")) == 1 and has_han(shade)
            }
            others = (value for value in self.values[facet] if value.removesuffix("色")[-1:] in shades)
            return tuple(dict.fromkeys((*values, *others)))
        if self.kind(facet) not in HEADED:
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
    return [
        Token(_singular(fold(match.group())), match.start(), match.end())
        for match in _TOKEN.finditer(simplified(text))
    ]


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "lenses", "buses", "xes", "shes", "ches")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if len(word) == 3 and word.endswith("s") and not set(word) & set("aeiou"):
        return word[:-1]  # TVs, PCs
    return word


def _halves(kind: str, own: Sequence[str]) -> list[str]:
    """What a category's name joins: "crime" and "mystery" of "Crime & mystery"."""
    if kind != "category":
        return []
    return [part for name in own for part in _BOTH.split(name) if part != name and len(part) > 1]


_BOTH = re.compile(r"\s*(?:&|、|/|\band\b|与)\s*")


def _own_names(kind: str, value: FacetValue) -> Iterator[str]:
    own = [value.value, *value.names]
    if kind == "material":  # 「100%棉」, "80% wool": the share is not part of the name
        own += [bare for name in own if (bare := _SHARE.sub("", name)) != name and bare]
    yield from own
    for name in own:
        measures = [name, *_measures(name)]
        yield from measures[1:]
        yield from (spelled for each in measures for spelled in _spelled(each))


def _other_names(kind: str, own: Sequence[str]) -> Iterator[str]:
    table = _groups_by_key(kind)
    found = {group for name in own for group in table.get(_key(name), ())}
    for group in sorted(found):
        yield from group


@cache
def _groups_by_key(kind: str) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    table: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for group in groups(kind):
        for name in group:
            table.setdefault(_key(name), []).append(group)
    return table


_ONES = "one two three four five six seven eight nine ten eleven twelve".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_HAN_ONES = "一二三四五六七八九十"
_COUNT = re.compile(r"(\d{1,2})(?=[\s-]?[^\d\s.,-])")


def _spelled(name: str) -> Iterator[str]:
    """A name that begins with a number below 100, with the number in words: "27 inch", "5升", "3-seater"."""
    match = _COUNT.match(name)
    if match is None or not 0 < (number := int(match[1])) < 100:
        return
    rest = name[match.end() :].lstrip(" -")
    tens, ones = divmod(number, 10)
    if number <= len(_ONES):
        yield f"{_ONES[number - 1]} {rest}"
    elif tens >= 2:
        yield " ".join([_TENS[tens - 2], *([_ONES[ones - 1]] if ones else []), rest])
    if number <= 10 and has_han(rest):
        yield f"{_HAN_ONES[number - 1]}{rest}"
        if number == 2:
            yield f"两{rest}"


_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]?([a-z]+|[\"”]|[一-鿿]{1,2})\.?", re.IGNORECASE)
_UNITS = (
    ("gb", "g", "gig", "gigabyte"), ("tb", "t", "terabyte"), ("ml", "毫升", "millilitre", "milliliter"),
    ("l", "升", "litre", "liter"), ("inch", "in", "寸", "英寸", "吋"), ("cm", "厘米", "公分"),
    ("m", "米", "metre", "meter"), ("kg", "公斤", "千克", "kilo"), ("g", "克", "gram"), ("w", "瓦", "watt"),
    ("mah", "毫安", "毫安时"), ("码", "号"),
)  # fmt: skip


def _measures(name: str) -> Iterator[str]:
    """A measure with its unit in other spellings: "256GB" is also "256 gigs" and "256G"."""
    match = _MEASURE.fullmatch(fold(name))
    if match is None:
        return
    number, unit = match.groups()
    unit = "inch" if unit in '"”' else unit
    for units in _UNITS:
        if _singular(unit) in units:
            yield from (f"{number} {other}" for other in units if other != match[2])


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(name))


def _nameable(kind: str, name: str) -> bool:
    """Whether a bare mention can mean this value: a lone number or Latin letter cannot ("2", "M")."""
    if kind in _NAMED or (len(name) > 1 and has_han(name)):
        return True
    return len(name) > 1 and (
        any(ch.isalpha() for ch in name) or (len(tokenize(name)) > 1 and "." not in name)
    )


_MEASURE_WORDS = frozenset("看个只条把件双张块套款种口台本份的色买要有找是用选穿爱者或和跟与及")
_AFTER_ONE = frozenset("的吗呢吧啊呀了有和或跟都也要能可以不一二两三四五六七八九十几多便贵")


def _broken(text: str, tokens: Sequence[Token]) -> bool:
    return any(_BREAK.search(text, one.end, other.start) for one, other in pairwise(tokens))


def _whole(tokens: Sequence[Token], at: int, size: int) -> bool:
    """A single Han character names something only when it is glued to no other word; so it does before 的."""
    alone = size == 1 or (size == 2 and tokens[at + 1].key == "的")
    if not alone or not tokens[at].han:
        return True
    before = tokens[at - 1] if at and tokens[at - 1].end == tokens[at].start else None
    if before is not None and before.han and before.key not in _MEASURE_WORDS:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end else None
    return size == 2 or after is None or not after.han or after.key in _AFTER_ONE
