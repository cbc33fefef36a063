"""Words as they mean: stems, and the names that the lexicon holds for the same."""

import re
from functools import cache, lru_cache

from index.lexicon import search_groups
from index.text import CJK, fold, simplified, tokens

_WORD = re.compile(rf"[a-z0-9]+(?:['’-][a-z0-9]+)*|[{CJK}]+")


def stem(word: str) -> str:
    """A word without its commonest endings: enough to see that "priced" is "price".

    >>> [stem(word) for word in ("priced", "batteries", "weighing", "glass")]
    ['pric', 'batter', 'weigh', 'glass']
    """
    word = word.removesuffix("'s").removesuffix("’s")
    for ending in (
        "able",
        "ible",
        "iest",
        "ier",
        "ies",
        "ily",
        "ing",
        "est",
        "ed",
        "es",
        "er",
        "ly",
        "y",
        "s",
        "d",
    ):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            return cut.rstrip("e") if len(cut) > 3 else cut
    return word.rstrip("e") if len(word) > 3 else word


@lru_cache(maxsize=8192)
def lexemes(text: str) -> frozenset[str]:
    """Stems of a text's words, characters and pairs of characters, and the groups of names that it holds."""
    folded = simplified(fold(text))
    found = {stem(word) if word.isascii() else word for word in tokens(folded)}
    return frozenset(found) | _groups(folded)


@lru_cache(maxsize=8192)
def groups_of(name: str) -> frozenset[str]:
    """Groups of the lexicon in which a word stands as a whole."""
    folded = simplified(fold(name))
    key = " ".join(map(stem, folded.split())) if folded.isascii() else folded
    return _named().get(key, frozenset())


def _groups(folded: str) -> frozenset[str]:
    """Numbers of the lexicon's groups that are named, longer names first."""
    found: set[str] = set()
    table = _named()
    for run in _WORD.findall(folded):
        if run.isascii():
            found |= table.get(stem(run), frozenset())
        else:
            for start in range(len(run)):
                for size in range(2, min(6, len(run) - start) + 1):
                    found |= table.get(run[start : start + size], frozenset())
    words = [stem(word) for word in folded.split()]
    for size in (2, 3):
        for at in range(len(words) - size + 1):
            found |= table.get(" ".join(words[at : at + size]), frozenset())
    return frozenset(found)


@cache
def _named() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for number, group in enumerate(search_groups()):
        for name in group:
            folded = simplified(fold(name))
            key = " ".join(map(stem, folded.split())) if folded.isascii() else folded
            table.setdefault(key, set()).add(f"#{number}")
    return {key: frozenset(numbers) for key, numbers in table.items()}
