"""Cuts a sentence into clauses, each with the products that it is about."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.plain_words import CAPITALS, CONNECTING
from assistant.record import name_of
from assistant.verify.colours import colour_of, colour_words
from assistant.verify.known import LANGUAGES, by_identity, known
from assistant.verify.lexemes import lexemes, stem
from assistant.verify.spoken import in_digits
from assistant.verify.values import measured_in
from index.schema import Product
from index.text import CJK, fold, has_han, simplified, tokens

Line = tuple[Product, ...]
"""The variants of one product line that are on the table."""

Test = Callable[[Product], bool]

_CUT = re.compile(
    r"(?:[;；，、]|,(?!\d{3})|:\s|\s[—–-]\s|(?<=[^\d\s])\.\s)\s*(?:(?:and|but|while|so|though|yet)\s)?|"
    r"\s(?:and|but|while|whereas|though|although)\s|而且|但是?|而(?=[^且])|不过|以及|和|与",
    re.I,
)
_QUOTED = re.compile(r"《[^》]*》|https?://\S+|\]\([^)]*\)")
REFERENCE = re.compile(
    r"\b(?:than|compared (?:to|with)|unlike|above|below|times the (?:weight|price|size) of)\s|比(?!较|例|赛)|\bas \w+ as\s|\bnot (?:the )?(?=[\ue000-\uf8ff])|不是(?=[\ue000-\uf8ff])",
    re.I,
)
_ALL = re.compile(r"\b(?:all|both|each|every|everything|neither|none|these)\b|都|均|全部|两者|各", re.I)
_PRONOUN = re.compile(
    r"(?:and |so |but )?(?:it|its|it's|this|that|they|their|the (?!\w+ one))\b|它|[这该此]款|这[个台件双把只条]|该",
    re.I,
)
_OWN_PAST = re.compile(
    r"\s?(?:its?\b|the|their)?\s?(?:before|it was|it used|usual|earlier|list|original|former|previous|normal|原|以前|之前|平时)",
    re.I,
)
_SPACE = "[ -]?"
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
_NAMING = frozenset(
    "the a an both neither nor and or either with by from made these those this that here".split()
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that is about the same products.

    Attributes:
        text: The clause, with its numbers in digits.
        rest: The same, with what has been settled blanked out; as long as `text`.
        about: The lines that it is about, each narrowed to the variants that it names.
        narrowed: Whether the variants of a line are told apart.
        table: All lines on the table.
        said: What the shopper said, with its numbers in digits.
        sentence: The sentence that it is a part of.
    """

    text: str
    rest: str
    about: tuple[Line, ...]
    narrowed: bool
    table: tuple[Line, ...]
    said: str
    sentence: str

    @property
    def every(self) -> bool:
        """Whether it speaks of all variants of a line, not of any."""
        return self.narrowed or _ALL.search(self.text) is not None

    def holds(self, test: Test) -> bool:
        """Whether each line has a variant that passes."""
        return bool(self.about) and all(any(map(test, line)) for line in self.about)

    def holds_throughout(self, test: Test) -> bool:
        """Whether each line passes: in every variant where the clause speaks of all, in any otherwise."""
        which = all if self.every else any
        return bool(self.about) and all(which(map(test, line)) for line in self.about)

    def without(self, spans: Sequence[tuple[int, int]]) -> "Clause":
        """The clause with parts blanked out as settled."""
        rest = self.rest
        for start, end in spans:
            rest = rest[:start] + " " * (end - start) + rest[end:]
        return replace(self, rest=rest)


_PRODUCT, _LINE = 0xE100, 0xE500
"""Private characters: each stands for a product, or for a line, that is called by its whole name."""

MARKS = f"{chr(_PRODUCT)}-{chr(_LINE + 0x3FF)}"
"""Body of a character class of them."""


def marked(sentence: str, table: Sequence[Line]) -> str:
    """The sentence in plain characters, with each whole name as one character: what a name says is no claim.

    A title up to its first comma stands for its line, where no other line's title begins so.
    """
    text = _plain(sentence)
    names_of: list[tuple[str, str]] = []
    number = 0
    for at, line in enumerate(table):
        for product in line:
            titles = {product.title, *(name_of(product, language) for language in LANGUAGES)}
            names_of += [(_plain(title).rstrip(" ."), chr(_PRODUCT + number)) for title in titles]
            number += 1
        short = _plain(line[0].title).split(",")[0].strip()
        others = [_plain(p.title) for other in table if other is not line for p in other]
        if len(short.split()) > 1 and not any(title.startswith(short) for title in others):
            names_of.append((short, chr(_LINE + at)))
    for name, mark in sorted(names_of, key=lambda pair: -len(pair[0])):
        if len(name) > 3:
            text = re.sub(rf"(?<![^\W{CJK}]){re.escape(name)}(?![^\W{CJK}])", mark, text, flags=re.I)
    return text


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text))


def lines_marked(text: str, table: Sequence[Line]) -> list[Line]:
    """The lines that are called by their whole names, in the order of the text; as the variants that are called."""
    every = [product for line in table for product in line]
    found: list[Line] = []
    for character in text:
        code = ord(character)
        if _PRODUCT <= code < _PRODUCT + len(every):
            found.append((every[code - _PRODUCT],))
        elif _LINE <= code < _LINE + len(table):
            found.append(table[code - _LINE])
    return found


def _line_of(product: Product, table: Sequence[Line]) -> Line:
    return next(line for line in table if any(product is other for other in line))


def lines_of(products: Sequence[Product]) -> tuple[Line, ...]:
    """Products by line, in their order."""
    found: dict[str, list[Product]] = {}
    for product in products:
        found.setdefault(product.family or product.id, []).append(product)
    return tuple(tuple(variants) for variants in found.values())


def clauses(sentence: str, table: tuple[Line, ...], said: str, before: str) -> list[Clause]:
    """The clauses of a sentence.

    A sentence that names several lines is cut where another one is spoken of, so that the facts of one are
    not looked up in the record of the other. A clause that names none is about what the one before it was
    about; at the beginning, with a pronoun or in Chinese, about the only line that the sentence before names;
    otherwise it must hold for every line on the table.

    Args:
        sentence: In digits.
        table: Lines on the table.
        said: What the shopper said.
        before: The sentence before, in digits.
    """
    parts: list[tuple[str, tuple[Line, ...]]] = []
    for piece in _pieces(sentence):
        subject = subject_part(piece)
        named = lines_named(subject, table)
        if not parts:
            parts.append((piece, named))
            continue
        text, of = parts[-1]
        if lines_marked(text, table) and not _SUBJECT.match(subject):
            named = lines_named(subject, table, surely=True)  # ", waterproof too" is said of the one before
        if not named or not of or set(map(id, named)) <= set(map(id, of)):
            if len(of) == 1 and _another_variant(of[0], text, piece, table):
                parts.append((piece, of))
            else:
                parts[-1] = (text + piece, of or named)
        elif _only_names(text, of) or _only_names(piece, named):
            parts[-1] = (text + piece, (*of, *(line for line in named if line not in of)))
        else:
            parts.append((piece, named))
    earlier = lines_named(before, table)
    out: list[Clause] = []
    for text, named in parts:
        about = named
        if (
            not out
            and len(earlier) == 1
            and _PRONOUN.match(text)
            and not lines_named(text, table, surely=True)
        ):
            about = earlier  # "The lining is wool" after the slippers is no word of the wool rug
        if not about and out:
            about = out[-1].about
        if not about and len(earlier) == 1 and (has_han(text) or _PRONOUN.match(text)):
            about = earlier
        about = about or table
        chosen = [_narrowed(line, text, table) for line in about]
        is_narrowed = any(of_some for _, of_some in chosen)
        out.append(Clause(text, text, tuple(few for few, _ in chosen), is_narrowed, table, said, sentence))
    return out


_SUBJECT = re.compile(
    r"\W*(?:(?:and|but|while|whereas|so|or|with) )?(?:the|an?|th(?:is|at|ese|ose)|our|both|all|other)\b|\W*(?:而|但|不过)?[这那另其前后该两]",
    re.I,
)
"""How a clause begins that may speak of another product by what it is."""


def _pieces(sentence: str) -> Iterator[str]:
    kept = [(match.start(), match.end()) for match in _QUOTED.finditer(sentence)]
    start = 0
    for match in _CUT.finditer(sentence):
        if any(low <= match.start() < high for low, high in kept):
            continue
        yield sentence[start : match.end()]
        start = match.end()
    yield sentence[start:]


def subject_part(text: str) -> str:
    """The text without what it compares its subject with."""
    match = REFERENCE.search(text)
    if (
        match is None
        or _OWN_PAST.match(text, match.end())
        or (match.start() == 0 and fold(match[0]).startswith("as"))
    ):
        return text
    return text[: match.start()]


def _another_variant(line: Line, text: str, piece: str, table: Sequence[Line]) -> bool:
    """Whether a piece goes on to speak of another variant of the same line."""
    now, then = _narrowed(line, piece, table), _narrowed(line, text, table)
    return (
        now[1]
        and then[1]
        and now[0] != then[0]
        and not _only_names(piece, (line,))
        and not _only_names(text, (line,))
    )


def _only_names(text: str, lines: Sequence[Line]) -> bool:
    own = {word for line in lines for product in line for word in (*names(product), *described(product))}
    return all(word in own or word in _NAMING for word in tokens(text))


@by_identity
def names(product: Product) -> frozenset[str]:
    """Words of its titles and brand."""
    found: set[str] = set(tokens(product.brand or ""))
    for _, _, alias in (entry for entry in product.facet_aliases() if entry[0] == "brand"):
        found |= set(tokens(alias))
    for language in LANGUAGES:
        title = product.title_in(language)
        found |= {*tokens(title), *tokens(in_digits(title)), *_numbered(title)}
    return frozenset(found)


def _numbered(text: str) -> set[str]:
    """A word and the number behind it, which tell the Vega 5 from the Vega 50."""
    return {f"{match[1]} {match[2]}" for match in _NUMBERED.finditer(fold(in_digits(text)))}


_NUMBERED = re.compile(
    r"\b([^\W\d_]{3,}) (\d+)(?![\d.,]*\d|\s?(?:gb|tb|g|kg|cm|mm|ml|l|w|inch|h|hz|pages|%)\b)"
)


@by_identity
def described(product: Product) -> frozenset[str]:
    """Words of the facets, categories and kind: they describe a product and do not name it."""
    found = set(tokens(product.kind or ""))
    for facet, values in product.all_facets().items():
        if facet != "brand":
            found |= {word for value in values for word in tokens(value)}
    found |= {word for facet, _, name in product.facet_aliases() if facet != "brand" for word in tokens(name)}
    return frozenset(found)


def lines_named(text: str, table: Sequence[Line], *, surely: bool = False) -> tuple[Line, ...]:
    """Lines whose own words stand in a text.

    Words of a name count before words that describe: "the Verra comes in black" is about the Verra, also
    when the other one is called black.

    Args:
        text: In digits.
        table: Lines on the table.
        surely: Whether only names count.
    """
    text = _ADDRESS.sub(" ", text)
    if marks := lines_marked(text, table):
        called = [_line_of(line[0], table) for line in marks]
        return tuple(
            line for at, line in enumerate(called) if not any(line is other for other in called[:at])
        )
    words = {*tokens(text), *_numbered(text)}
    own = [frozenset().union(*(names(product) for product in line)) for line in table]
    kinds = [frozenset().union(*(described(product) for product in line)) for line in table]
    telling = [
        {word for word in mine - _others(own, at) if tells(word) and _as_written(word, text)}
        for at, mine in enumerate(own)
    ]
    by_name = tuple(line for at, line in enumerate(table) if (telling[at] - kinds[at]) & words)
    if by_name or surely:
        return by_name
    shared = [
        len({word for word in (own[at] - kinds[at]) & words if tells(word) and _as_written(word, text)})
        for at in range(len(table))
    ]
    if max(shared, default=0) > 0 and min(shared) < max(shared):
        return tuple(line for at, line in enumerate(table) if shared[at] == max(shared))
    stems = [{stem(word) for word in own[at] | kinds[at] if tells(word)} for at in range(len(table))]
    said = {stem(word) for word in words}
    scores = [len((stems[at] - _others(stems, at)) & said) for at in range(len(table))]
    if max(scores, default=0):
        return tuple(line for at, line in enumerate(table) if scores[at])
    some = [len(stems[at] & said) for at in range(len(table))]
    if max(some, default=0) > 0 and min(some) == 0:
        return tuple(line for at, line in enumerate(table) if some[at] == max(some))
    return ()


def _others(sets: Sequence[frozenset[str] | set[str]], at: int) -> set[str]:
    return {word for place, other in enumerate(sets) if place != at for word in other}


def tells(word: str) -> bool:
    """Whether a word of a title can name its product: a Chinese word, a model code, a longer word."""
    if word.isdigit() or word in CAPITALS or word in CONNECTING:
        return False
    return len(word) > 2 or (len(word) == 2 and not (word.isascii() and word.isalpha()))


def _as_written(word: str, text: str) -> bool:
    """Whether an English word stands there as a name, with a capital or a digit: "Still", not "still"."""
    if not (word.isascii() and word.isalpha()):
        return True
    return (
        re.search(rf"(?<![a-zA-Z]){re.escape(word[0].upper())}(?i:{re.escape(word[1:])})", text) is not None
    )


def narrowed(line: Line, text: str, table: Sequence[Line] = ()) -> Line:
    """The variants of a line whose own values a text names; all of them where it names none."""
    return _narrowed(line, text, table)[0]


def _narrowed(line: Line, text: str, table: Sequence[Line] = ()) -> tuple[Line, bool]:
    """The same, and whether any value is named."""
    if len(line) == 1:
        return line, False
    marks = [p for some in lines_marked(text, table or (line,)) if len(some) == 1 for p in some]
    if called := tuple(p for p in line if any(p is other for other in marks)):
        return called, True
    text = _ADDRESS.sub(" ", text)
    folded = simplified(fold(text))
    said = lexemes(text)
    values = [_values(product) for product in line]
    common = set.intersection(*map(set, values))
    scores = [sum(_named(value, folded, said) for value in mine if value not in common) for mine in values]
    if not max(scores):
        return line, False
    return tuple(product for product, score in zip(line, scores, strict=True) if score == max(scores)), True


def _values(product: Product) -> frozenset[tuple[str, ...]]:
    """Each facet value with its names in the other languages."""
    found: dict[str, set[str]] = {}
    for facet, values in product.facets.items():
        for value in values:
            found.setdefault(f"{facet}\n{value}", set()).add(simplified(fold(value)))
    for facet, value, name in product.facet_aliases():
        found.setdefault(f"{facet}\n{value}", set()).add(simplified(fold(name)))
    for word in (product.attributes.get("format"), product.attributes.get("language")):
        if word:
            found.setdefault(word, set()).add(fold(word))
    return frozenset(tuple(sorted(names)) for names in found.values())


def _named(names: tuple[str, ...], folded: str, said: frozenset[str]) -> bool:
    for name in names:
        if has_han(name):
            if name in folded or (len(name) > 1 and name.removesuffix("色") in folded and len(name) < 4):
                return True
        elif re.search(rf"(?<![\w.$€£-]){_SPACE.join(map(re.escape, name.split()))}(?![\w.%])", folded):
            return True
        colour = colour_of(name)
        if colour is not None:
            if any(colour_of(match[0]) == colour for match in colour_words().finditer(folded)):
                return True
            continue
        measured = list(measured_in(in_digits(name)))
        if len(measured) == 1 and measured[0].unit:
            if any(
                found.unit == measured[0].unit and abs(found.number - measured[0].number) < 1e-6
                for found in measured_in(folded)
            ):
                return True
            continue
        groups = {word for word in lexemes(name) if word.startswith("#")}
        if groups and groups & said:
            return True
    return False


def title_spans(text: str, line: Line) -> Iterator[tuple[int, int]]:
    """Where numbers stand as parts of a name: "Tram 3", "No. 8", 「手环 6」."""
    text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    for product in line:
        for language in LANGUAGES:
            title = in_digits(product.title_in(language))
            for match in re.finditer(r"([^\W\d]\w*[\s.-]{0,2})(?<!\d)(\d[\w.-]*)", title):
                glued = match[1][-1].isalnum()
                if not (glued or tells(fold(match[1].strip(" .-")))) or _is_value(
                    match[2], title[match.end() :], product
                ):
                    continue
                pattern = re.escape(match[1].strip(" .-")) + r"[\s.-]{0,2}" + re.escape(match[2])
                for found in re.finditer(rf"{pattern}(?![\d.]\d)", text, re.I):
                    yield found.start() if glued else found.end() - len(match[2]), found.end()


def _is_value(number: str, behind: str, product: Product) -> bool:
    """Whether a number in a title is a size or another value of the product, not a part of its name."""
    values = {in_digits(value) for values in product.facets.values() for value in values}
    unit = re.match(r"\s?[^\W\d]{1,4}", behind)
    return number in values or any(value.startswith(number) and unit is not None for value in values)


__all__ = [
    "REFERENCE",
    "Clause",
    "Line",
    "Test",
    "clauses",
    "known",
    "lines_named",
    "lines_of",
    "narrowed",
    "title_spans",
]
