"""What questions about a shop's rules are about: subjects of `data/policy_words.txt`, in both languages."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from assistant.places import HOME, names
from index.text import fold, has_han, simplified, tokens

SUBJECT = "# "
"""Marks a term that is a subject, and no word."""

_DELIVERY = f"{SUBJECT}delivery"
_OF_DELIVERY = frozenset(f"{SUBJECT}{aspect}" for aspect in ("duration", "free"))
"""What is asked of delivery when nothing else is named."""

_LONG_WORD = re.compile(r"(?<![a-z0-9'-])[a-z]{6,}(?![a-z0-9'-])")
_CHATTER = frozenset(
    "the and for you your yours our can could would will shall should does did are was what when where which "
    "who why with without from into this that these those there have has had get not any all but about tell "
    "please know like want need just its them they then here out very really still something item product "
    "thing order bought buy if standard normal regular usual ordinary "
    "你们 我们 可以 怎么 什么 请问 能不 不能 有没 没有 是不 一下 如果 我想 想问 怎样 办法 这个 那个 商品 "
    "东西 订单 标准 普通".split()
)


def subjects_and_words(text: str) -> list[str]:
    """Subjects of a text, then the words that belong to none."""
    pattern, subjects = _lexicon()
    text = simplified(fold(text))
    found = [
        SUBJECT + subject
        for match in pattern.finditer(text)
        for subject in subjects[match["en"] or match["zh"]]
    ]
    words = (word for word in tokens(pattern.sub(" ", text)) if len(word) > (1 if has_han(word) else 2))
    return [*found, *(word for word in words if word not in _CHATTER)]


def asked_for(question: str) -> frozenset[str]:
    """What a question is about: two subjects together may be a third, and "how many days?" means delivery."""
    terms = frozenset(subjects_and_words(_spelled(simplified(fold(question)))))
    for first, second, both in _pairs():
        if first in terms and second in terms:
            terms = terms - {first, second} | {both}
    subjects = {term for term in terms if term.startswith(SUBJECT)}
    return terms | {_DELIVERY} if subjects and subjects <= _OF_DELIVERY else terms


def _spelled(text: str) -> str:
    """The text with the slips in the long English words of subjects mended: "waranty", "paymnt"."""
    known, common = _spellings()

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        if word in common:
            return word
        found = extractOne(word, known, scorer=OSA.distance, score_cutoff=1)
        return found[0] if found else word

    return _LONG_WORD.sub(mend, text)


@cache
def _spellings() -> tuple[tuple[str, ...], frozenset[str]]:
    """Long words of subjects, and words that are no slips of them."""
    own = {word for phrase in _lexicon()[1] for word in _LONG_WORD.findall(phrase)}
    both = own | {f"{word}{end}" for word in own for end in ("s", "d", "ed", "ing")}
    return tuple(sorted(own)), frozenset(both)


@cache
def _pairs() -> tuple[tuple[str, str, str], ...]:
    """Subjects of which the first two together are the third."""
    rules = (re.fullmatch(r"(\S+) \+ (\S+) = (\S+)", line) for line in _lines())
    return tuple((SUBJECT + rule[1], SUBJECT + rule[2], SUBJECT + rule[3]) for rule in rules if rule)


@cache
def aspects() -> frozenset[str]:
    """Subjects that only say what of another is asked: its cost, how it is done."""
    return frozenset(second for _, second, _ in _pairs())


def _lines() -> list[str]:
    file = resources.files("assistant") / "data" / "policy_words.txt"
    return file.read_text(encoding="utf-8").splitlines()


@cache
def _lexicon() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """A pattern that finds the longest phrases of `data/policy_words.txt` and the places, with their subjects."""
    subjects: dict[str, tuple[str, ...]] = {}
    for line in _lines():
        subject, _, phrases = line.partition(": ")
        if phrases and not line.startswith("#"):
            for phrase in (simplified(fold(part)) for part in phrases.split(",")):
                subjects[phrase] = (*subjects.get(phrase, ()), subject)
    for name, country in names().items():
        subjects[name] = (*subjects.get(name, ()), "domestic" if country == HOME else "abroad")
    longest = sorted(subjects, key=lambda phrase: (-len(phrase), phrase))
    english = "|".join(re.escape(phrase) for phrase in longest if not has_han(phrase))
    chinese = "|".join(re.escape(phrase) for phrase in longest if has_han(phrase))
    inflected = rf"(?<![a-z0-9])(?P<en>{english})(?:s|es|ed|d|ing)?(?![a-z0-9])"
    return re.compile(rf"{inflected}|(?P<zh>{chinese})"), subjects
