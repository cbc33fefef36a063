"""What questions about a shop's rules are about: subjects of `data/policy_words.txt`, in both languages."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
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

_WHERE = frozenset({f"{SUBJECT}abroad", f"{SUBJECT}domestic"})
_PAYER = f"{SUBJECT}payer"
_OF_POSTAGE = frozenset({_DELIVERY})

_AT_BORDER = frozenset({f"{SUBJECT}customs", f"{SUBJECT}tax"})
_BY_PLACE = frozenset(f"{SUBJECT}{subject}" for subject in ("delivery", "express", "customs", "tax"))

_AMOUNT = re.compile(
    r"[$€£¥]\s?\d[\d.,]*|"
    r"(?:\b(?:\d[\d.,]*|[a-z]+(?:ty|teen|dred)(?:[- ][a-z]+)?)|[\d一二两三四五六七八九十百千]+) ?"
    r"(?:us )?(?:dollars?|bucks|quid|pounds?|euros?|usd|美元|美金|刀|块钱?|元)(?![a-z])"
)
"""A sum asks for no currency: "is it free if I spend sixty dollars?"."""

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
    terms = _said(question)
    subjects = {term for term in terms if term.startswith(SUBJECT)}
    return terms | {_DELIVERY} if subjects and subjects <= _OF_DELIVERY else terms


@lru_cache(maxsize=64)
def _said(question: str) -> frozenset[str]:
    terms = frozenset(subjects_and_words(_AMOUNT.sub(" ", _spelled(simplified(fold(question))))))
    for first, second, both in _pairs():
        if first in terms and second in terms:
            terms = terms - {first, second} | {both}
    return terms


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
    return frozenset(second for _, second, third in _pairs() if second != third)


def stands_alone(question: str) -> bool:
    """Whether a question says what it is about: "and to Canada?" and "who pays?" only add to one before."""
    terms = _said(question)
    loose = aspects() | _WHERE | (_OF_POSTAGE if _PAYER in terms else frozenset())
    return any(term.startswith(SUBJECT) for term in terms - loose)


def of_delivery(question: str) -> bool:
    """Whether a question is one on delivery, which depends on the place."""
    return not asked_for(question).isdisjoint(_BY_PLACE)


def of_customs(question: str) -> bool:
    """Whether a question is one on what is paid at a border."""
    return not asked_for(question).isdisjoint(_AT_BORDER)


def subjects(text: str) -> frozenset[str]:
    """The names of the subjects that a text speaks of."""
    return frozenset(term.removeprefix(SUBJECT) for term in _said(text) if term.startswith(SUBJECT))


def _lines() -> list[str]:
    file = resources.files("assistant") / "data" / "policy_words.txt"
    return file.read_text(encoding="utf-8").splitlines()


@cache
def _lexicon() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """A pattern that finds the longest phrases of `data/policy_words.txt` and places, and their subjects."""
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
