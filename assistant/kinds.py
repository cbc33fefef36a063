"""Kinds of things under their common names, found among the categories of whatever catalogue there is.

`data/complements.txt` says what goes with what, `data/interests.txt` what suits which liking or occasion.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from assistant.vocabulary import Vocabulary, tokenize
from index.schema import Product
from index.text import fold, has_han


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        names: What it is called, in either language.
        fitting: Whether it has to fit one certain product.
    """

    names: tuple[str, ...]
    fitting: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Kinds that go with others, or with words; the best first.

    Attributes:
        of: Names on the left.
        goes: Kinds on the right.
        silent: Whether it is only looked up by name, and not found in what people say.
    """

    of: tuple[Kind, ...]
    goes: tuple[Kind, ...]
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of thing as this catalogue has it.

    Attributes:
        categories: Values of the facet "category", as the catalogue writes them.
        fitting: Whether it has to fit one certain product.
        word: The word that led here, of those in interests.txt.
        name: What it is called, where the catalogue has no categories: it is found by its titles.
    """

    categories: tuple[str, ...]
    fitting: bool = False
    word: str = ""
    name: str = ""

    def holds(self, product: Product) -> bool:
        """Whether a product is of this kind."""
        return bool(set(map(fold, self.categories)) & set(map(fold, product.category)))


def goes_with(product: Product, vocabulary: Vocabulary) -> tuple[Shelf, ...]:
    """What goes with a product by its kind, the best first; kinds that its title names come before."""
    own = [fold(level) for level in reversed(product.category)]
    titles = [_keys(text) for text in (product.title, *(t.title for t in product.translations.values()))]
    named, placed, plain = [], [], has_no_kinds(vocabulary)
    for rule, categories in _rules(vocabulary):
        names = _names(rule) if plain else _telling(rule)
        if any(_within(name, title) for name in names for title in titles):
            named.append(rule)
        elif found := [own.index(category) for category in categories if category in own]:
            placed.append((min(found), rule))
    placed.sort(key=lambda item: item[0])
    shelves = _shelves([*named, *(rule for _, rule in placed)], vocabulary)
    return tuple(shelf for shelf in shelves if not {fold(c) for c in shelf.categories} & set(own))


def has_no_kinds(vocabulary: Vocabulary) -> bool:
    """Whether the catalogue has no categories at all, so that kinds are only told by titles."""
    return not any(
        values for facet, values in vocabulary.values.items() if vocabulary.kind(facet) == "category"
    )


def goes_with_words(text: str, vocabulary: Vocabulary) -> tuple[Shelf, ...]:
    """What goes with a kind of thing that is only named, whether or not this shop has it."""
    said = _keys(text)
    sizes = {
        rule: max((len(name) for name in _names(rule) if _within(name, said)), default=0)
        for rule, _ in _rules(vocabulary)
    }
    longest = max(sizes.values(), default=0)
    return _shelves([rule for rule, size in sizes.items() if size and size == longest], vocabulary)


def of_interest(text: str, vocabulary: Vocabulary) -> tuple[Shelf, ...]:
    """What suits the likings and occasions that a text names, in the order of the text."""
    folded, found = fold(text), []
    for rule in _read("interests.txt"):
        names = [name for kind in rule.of for name in kind.names]
        places = (
            [] if rule.silent else [(at, name) for name in names if (at := _said(name, folded)) is not None]
        )
        if places:
            found.append((*min(places, key=lambda place: (place[0], -len(place[1]))), rule))
    found.sort(key=lambda item: item[:2])
    return _alternating([_shelves([rule], vocabulary, word) for _, word, rule in found])


def for_occasion(name: str, vocabulary: Vocabulary) -> tuple[Shelf, ...]:
    """What the silent line of a name has in interests.txt."""
    rules = [
        rule for rule in _read("interests.txt") if rule.silent and any(name in kind.names for kind in rule.of)
    ]
    return _shelves(rules, vocabulary)


def not_sold(text: str, vocabulary: Vocabulary) -> str:
    """A kind of thing that a text names and this catalogue does not have; empty if it names none such."""
    said = _keys(text)
    kinds = {name: kind for rule in _read("complements.txt") for kind in rule.goes for name in kind.names}
    missing = [
        name
        for name, kind in kinds.items()
        if not _categories(kind, vocabulary) and _within(_keys(name), said)
    ]
    return max(missing, key=len, default="")


def categories_named(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The categories that a name means; () unless the whole name means some."""
    found = vocabulary.find(name)
    words = len(tokenize(name))
    for mention in found:
        if mention.kind == "category" and not mention.misspelt and mention.last - mention.first + 1 == words:
            return mention.values
    return ()


@lru_cache(maxsize=4)
def _rules(vocabulary: Vocabulary) -> tuple[tuple[Rule, frozenset[str]], ...]:
    """The rules on what goes with what, each with the folded categories that its left side means here."""
    return tuple(
        (rule, frozenset(fold(value) for kind in rule.of for value in _categories(kind, vocabulary)))
        for rule in _read("complements.txt")
    )


def _categories(kind: Kind, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for name in kind.names for value in _known(name, vocabulary)))


@lru_cache(maxsize=4096)
def _known(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    return categories_named(name, vocabulary)


def _shelves(rules: Sequence[Rule], vocabulary: Vocabulary, word: str = "") -> tuple[Shelf, ...]:
    """The right sides, as this catalogue has them; each category once."""
    shelves, seen = [], set[str]()
    plain = has_no_kinds(vocabulary)
    for kind in (kind for rule in rules for kind in rule.goes):
        fresh = tuple(value for value in _categories(kind, vocabulary) if value not in seen)
        if fresh:
            seen.update(fresh)
            shelves.append(Shelf(fresh, kind.fitting, word))
        elif plain:
            shelves.append(Shelf((), kind.fitting, word, kind.names[0]))
    return tuple(shelves)


def _alternating(groups: Sequence[Sequence[Shelf]]) -> tuple[Shelf, ...]:
    """The first of each group, then the second of each; every shelf once."""
    longest = max(map(len, groups), default=0)
    in_turn = (group[at] for at in range(longest) for group in groups if at < len(group))
    return tuple({(shelf.categories, shelf.name): shelf for shelf in in_turn}.values())


def _names(rule: Rule) -> Iterator[tuple[str, ...]]:
    return (_keys(name) for kind in rule.of for name in kind.names)


def _telling(rule: Rule) -> Iterator[tuple[str, ...]]:
    """Names on the left that say more than a category's: "hiking boots"."""
    return (
        _keys(name)
        for kind in rule.of
        for name in kind.names
        if " " in name or (has_han(name) and len(name) > 2)
    )


@lru_cache(maxsize=8192)
def _keys(text: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(text))


def _within(name: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[at : at + len(name)] == name for at in range(len(text) - len(name) + 1))


def _said(word: str, folded: str) -> int | None:
    """Where a word on the left of interests.txt stands in a text."""
    if has_han(word):
        at = folded.find(word)
        return None if at < 0 else at
    match = re.search(rf"\b{re.escape(word)}\b", folded)
    return None if match is None else match.start()


@cache
def _read(name: str) -> tuple[Rule, ...]:
    text = (resources.files("assistant") / "data" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(_rule(line) for line in lines if line and not line.startswith("#"))


def _rule(line: str) -> Rule:
    left, _, right = line.removeprefix("*").partition(":")
    return Rule(tuple(map(_kind, left.split(","))), tuple(map(_kind, right.split(";"))), line.startswith("*"))


def _kind(text: str) -> Kind:
    """One kind: its English name and, after it, its Chinese ones."""
    bare = text.strip().removeprefix("!")
    chinese = [part for part in bare.split() if has_han(part)]
    english = " ".join(part for part in bare.split() if not has_han(part))
    names = ([english] if english else []) + chinese
    return Kind(tuple(names), text.strip().startswith("!"))
