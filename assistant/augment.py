"""Makes an utterance over, as training goes: slips of fingers, pinyin and voice input, mixed languages."""

import re
import string
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from index.lexicon import KINDS, groups
from index.text import has_han

_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PUNCTUATION = re.compile(r"[^\w\s\[\]$€£¥%]+")


def augment(text: str, random: Random) -> str:
    """One way in which somebody else could have typed or said the same.

    Args:
        text: An utterance.
        random: Decides which way, and where.

    Returns:
        The text with one or two slips, unpunctuated, in another case, or with one word in the other language.
    """
    ways = _ZH_WAYS if has_han(text) else _EN_WAYS
    for way in random.choices(*zip(*ways, strict=True), k=random.choice((1, 1, 2))):
        text = way(text, random)
    return text


def typo(text: str, random: Random) -> str:
    """A letter of a longer word dropped, doubled, swapped with the next, or missed by one key."""
    places = list(re.finditer(r"[A-Za-z]{4,}", text))
    if not places:
        return text
    word = random.choice(places)
    at = random.randrange(word.start() + 1, word.end() - 1)
    letter = text[at]
    slip = random.choice((
        "",
        letter * 2,
        text[at + 1] + letter,
        random.choice(_neighbours(letter)),
    ))  # fmt: skip
    return text[:at] + slip + text[at + (2 if len(slip) == 2 and slip[0] != slip[1] else 1) :]


def homophone(text: str, random: Random) -> str:
    """A Chinese character replaced by one that is typed with the same letters (no tone)."""
    places = [at for at, ch in enumerate(text) if len(_homophones(ch)) > 1]
    if not places:
        return text
    at = random.choice(places)
    return text[:at] + random.choice([ch for ch in _homophones(text[at]) if ch != text[at]]) + text[at + 1 :]


def drop_character(text: str, random: Random) -> str:
    """One character of a longer Chinese text left out."""
    if len(text) < 6:
        return text
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :]


def join_words(text: str, random: Random) -> str:
    """A space forgotten."""
    spaces = [m.start() for m in re.finditer(r"(?<=\w) (?=\w)", text)]
    if not spaces:
        return text
    at = random.choice(spaces)
    return text[:at] + text[at + 1 :]


def unpunctuated(text: str, random: Random) -> str:
    """As voice input writes it: no capitals, no punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", text.replace("'", "")).lower().split()) or text


def other_case(text: str, random: Random) -> str:
    """Shouted, or without capitals."""
    return random.choice((str.upper, str.lower, str.lower))(text)


def filler(text: str, random: Random) -> str:
    """A hesitation before it."""
    return (
        random.choice(("嗯 ", "那个 ", "就是 ", "呃") if has_han(text) else ("um ", "so ", "uh ", "er "))
        + text
    )


def mixed(text: str, random: Random) -> str:
    """One word said in the other language, from the lexicon of things, colours, materials and brands."""
    table, names = _translations()
    found = list(names.finditer(text))
    if not found:
        return text
    name = random.choice(found)
    return text[: name.start()] + random.choice(table[name.group().lower()]) + text[name.end() :]


_Way = Callable[[str, Random], str]
_EN_WAYS: Sequence[tuple[_Way, int]] = (
    (typo, 5),
    (unpunctuated, 3),
    (other_case, 2),
    (join_words, 1),
    (filler, 1),
    (mixed, 2),
)
_ZH_WAYS: Sequence[tuple[_Way, int]] = (
    (homophone, 5),
    (unpunctuated, 2),
    (drop_character, 1),
    (filler, 1),
    (mixed, 4),
    (typo, 1),
)


@cache
def _neighbours(letter: str) -> tuple[str, ...]:
    for up, row in enumerate(_KEY_ROWS):
        at = row.find(letter.lower())
        if at >= 0:
            beside = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
            near = [_KEY_ROWS[r][at] for r in (up - 1, up + 1) if 0 <= r < 3 and at < len(_KEY_ROWS[r])]
            return tuple(beside + near)
    return tuple(string.ascii_lowercase)


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    """Frequent characters by toneless pinyin: those of GB 2312's first level, the 3,755 in common use."""
    from pypinyin import lazy_pinyin

    common = bytes(b for row in range(0xB0, 0xD8) for column in range(0xA1, 0xFF) for b in (row, column))
    characters = common.decode("gb2312", errors="ignore")
    sounds: dict[str, list[str]] = {}
    for character in characters:
        sounds.setdefault(lazy_pinyin(character)[0], []).append(character)
    return {sound: tuple(found) for sound, found in sounds.items()}


@cache
def _homophones(character: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return _by_sound().get(lazy_pinyin(character)[0], ()) if has_han(character) else ()


@cache
def _translations() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        for group in groups(kind):
            chinese = tuple(name for name in group if has_han(name) and len(name) > 1)
            english = tuple(name for name in group if not has_han(name) and len(name) > 2)
            if chinese and english:
                found |= dict.fromkeys(english, chinese) | dict.fromkeys(chinese, english[-1:])
    names = (
        re.escape(name) if has_han(name) else rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])"
        for name in sorted(found, key=len, reverse=True)
    )
    return found, re.compile("|".join(names), re.IGNORECASE)
