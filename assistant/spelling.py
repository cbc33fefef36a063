"""Recognises misspelt names: by edit distance in Latin letters, by sound in Chinese."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from index.text import has_han

SHORTEST = 4
"""Letters of the shortest word that is corrected: at three, one edit leads anywhere."""


class Spelling:
    """Corrects words towards the words of names that are known."""

    def __init__(self, names: Iterable[tuple[str, ...]]) -> None:
        """Collect words and sounds.

        Args:
            names: Each name as its tokens, folded and in the singular.
        """
        names = list(names)
        self._known = {word for name in names for word in name}
        self._words = sorted(word for word in self._known if len(word) >= SHORTEST and word.isalpha())
        self._words = [word for word in self._words if word.isascii()]
        self._corrected: dict[str, str] = {}
        self._by_sound: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for name in names:
            if len(name) > 1 and all(map(has_han, name)):
                self._by_sound.setdefault(tuple(map(_sound, name)), []).append(name)

    def corrected(self, word: str) -> str:
        """The known word that this one was meant to be, or the word itself.

        One edit is allowed, two from seven letters on; an English word is left alone, and so is one
        that two known words are equally near to. Distance: optimal string alignment.
        """
        if (whole := next((w for w in (f"{word}d", f"{word}ed") if w in self._known), None)) and len(
            word
        ) > 5:
            return whole if word not in self._known else word
        if word in self._known or len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return word
        if word not in self._corrected:
            self._corrected[word] = self._nearest(word)
        return self._corrected[word]

    def _nearest(self, word: str) -> str:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        edits = 1 if len(word) < 7 else 2
        found = extract(word, self._words, scorer=OSA.distance, score_cutoff=edits, limit=2)
        near = [(other, distance) for other, distance, _ in found if other[0] == word[0] or distance == 1]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]) or is_english(word):
            return word
        return str(near[0][0])

    def sounding_like(self, characters: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Names that begin the run by sound, the longest first, and share a character with it.

        Tones are ignored, as a pinyin keyboard does.
        """
        sounds = tuple(map(_sound, characters))
        for size in range(len(characters), 1, -1):
            for name in self._by_sound.get(sounds[:size], ()):
                if any(map(str.__eq__, name, characters)):
                    yield name


@cache
def _sound(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


@cache
def _english() -> frozenset[str]:
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether a folded word, or its plural, is in an English dictionary."""
    return word in _english() or f"{word}s" in _english()
