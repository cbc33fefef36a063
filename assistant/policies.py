"""The shop's rules: read from Markdown, and the sections found that answer a question."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from math import log
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from assistant.shop import Policies, Section
from index.embed import Embedder, Vectors
from index.errors import ConfigError
from index.schema import Language
from index.text import fold, has_han, simplified, tokens

FLOOR = 0.52
"""Below this score no section answers. Chosen, as the weights below, on `eval/data/policies.jsonl`."""

_BODY = 0.5
"""What a subject counts that a section has in its text only; in its title it counts 1."""

_ALONE = 0.6
"""Share of the difference between the two that it gets back where no other section has it."""

_REST = 0.3
"""What a word counts that is no subject."""

_STRANGE = 0.06
"""What it counts if no section has it: chatter, most of the time."""

_TITLE = 0.45
"""Share of a title's own subjects in the score: of two sections that answer, the narrower wins."""

_FIRST = 0.1
"""What the first section of a page gets if the page's own title is asked for: "return policy"."""

_DENSE = 0.7
"""Share of the cosine in the score."""

_SPREAD = 0.1
"""How far above the median the cosine of a section is that answers; E5's cosines lie close together."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
_LONG_WORD = re.compile(r"(?<![a-z0-9'-])[a-z]{6,}(?![a-z0-9'-])")
_CHATTER = frozenset(
    "the and for you your yours our can could would will shall should does did are was what when where which "
    "who why with without from into this that these those there have has had get not any all but about tell "
    "please know like want need just its them they then here out very really still something item product "
    "thing order bought buy if standard normal regular usual ordinary "
    "你们 我们 可以 怎么 什么 请问 能不 不能 有没 没有 是不 一下 如果 我想 想问 怎样 办法 这个 那个 商品 "
    "东西 订单 标准 普通".split()
)


class MarkdownPolicies:
    """Policies in a folder: one Markdown page a subject, in a folder for each language.

    A page begins with its title (`# Shipping`); every `## ...` under it begins a section.
    """

    def __init__(self, folder: Path) -> None:
        """Read the pages.

        Raises:
            ConfigError: If a page cannot be read or has no sections.
        """
        self._sections: dict[Language, tuple[Section, ...]] = {}
        languages: tuple[Language, ...] = ("en", "zh")
        for language in languages:
            pages = sorted((folder / language).glob("*.md"))
            self._sections[language] = tuple(s for page in pages for s in read_page(page, language))

    @property
    def empty(self) -> bool:
        """Whether there is no page in any language."""
        return not any(self._sections.values())

    def sections(self, language: Language) -> Sequence[Section]:
        """Every section in a language; those of the other language when there are none."""
        other: Language = "en" if language == "zh" else "zh"
        return self._sections[language] or self._sections[other]


def read_page(path: Path, language: Language) -> list[Section]:
    """The sections of a page.

    Raises:
        ConfigError: If it cannot be read, has no title, or has no section.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(f"The policy {path} cannot be read: {error}.") from error
    head, *rest = re.split(r"^## +", text, flags=re.MULTILINE)
    title = re.search(r"^# +(.+)$", head, re.MULTILINE)
    if title is None or not rest:
        raise ConfigError(f"The policy {path} needs a title (# Shipping) and sections (## Express delivery).")
    found = []
    for part in rest:
        name, _, body = part.partition("\n")
        found.append(Section(title[1].strip(), name.strip(), body.strip(), language))
    return found


class SectionIndex:
    """Finds the sections that answer a question, by its subjects, its words, and its meaning.

    The subjects are those of `data/policy_words.txt`, the same in both languages: a question in the other
    language than the pages is answered too. The vectors are made at the first question.
    """

    def __init__(self, sections: Sequence[Section], embedder: Embedder | None) -> None:
        """Count what each section is about.

        Args:
            sections: In one language.
            embedder: For what is said in other words; None leaves subjects and words alone.
        """
        self._sections, self._embedder = tuple(sections), embedder
        self._titles = [frozenset(_terms(section.title)) for section in sections]
        self._opening = [
            frozenset(_terms(section.document))
            if at == 0 or section.document != sections[at - 1].document
            else frozenset()
            for at, section in enumerate(sections)
        ]
        self._terms = [
            frozenset(_terms(f"{section.document}\n{section.title}\n{section.text}")) for section in sections
        ]
        self._count = Counter(term for terms in self._terms for term in terms)
        self._vectors: tuple[Vectors, NDArray[np.intp]] | None = None
        self._lock = Lock()

    def find(self, question: str, limit: int = 2) -> list[tuple[Section, float]]:
        """The sections that answer a question, best first; none when none is near.

        Args:
            question: What is asked, in either language.
            limit: Of how many.

        Returns:
            Sections with their scores, `FLOOR` or more.
        """
        if not self._sections or limit < 1:
            return []
        scores = self._lexical(question)
        if self._embedder is not None:
            scores = scores + _DENSE * self._dense(question, self._embedder)
        scores = scores * self._known(question)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [(self._sections[at], float(scores[at])) for at in order if scores[at] >= FLOOR]

    def _lexical(self, question: str) -> NDArray[np.float64]:
        """How much of the question each section is about."""
        asked = _asked(question)
        whole = self._weight(asked) or 1.0
        scores = []
        for title, terms, page in zip(self._titles, self._terms, self._opening, strict=True):
            in_title, in_body = asked & title, asked & (terms - title)
            in_text = sum(self._weight({term}) * self._body(term) for term in sorted(in_body))
            covered = (self._weight(in_title) + in_text) / whole
            of_title = self._weight(in_title) / (self._weight(title) or 1.0)
            scores.append(covered + _TITLE * of_title + _FIRST * bool(asked & page))
        return np.array(scores)

    def _body(self, term: str) -> float:
        """What a term counts in a section's text: more, the fewer other sections speak of it."""
        return _BODY + (1 - _BODY) * _ALONE / self._count[term]

    def _known(self, question: str) -> float:
        """Share of the question that is not about subjects that no section has."""
        asked = _asked(question)
        subjects = {term for term in asked if term.startswith(_SUBJECT)}
        strange = {term for term in subjects - _aspects() if not self._count[term]}
        return 1.0 - self._weight(strange) / (self._weight(asked) or 1.0)

    def _weight(self, terms: Iterable[str]) -> float:
        """A subject weighs the more, the fewer sections are about it; most if none is."""
        size = len(self._sections)
        return sum(self._worth(term) * log(1 + size / (self._count[term] or 0.5)) for term in sorted(terms))

    def _worth(self, term: str) -> float:
        if term.startswith(_SUBJECT):
            return 1.0
        return _REST if self._count[term] else _STRANGE

    def _dense(self, question: str, embedder: Embedder) -> NDArray[np.float64]:
        """How near the question is to each section and to its nearest sentence, from 0 to 1."""
        with self._lock:
            if self._vectors is None:
                self._vectors = self._embedded(embedder)
        vectors, owner = self._vectors
        cosines = vectors @ embedder.embed_queries([question])[0]
        size = len(self._sections)
        nearest = np.full(size, -1.0)
        np.maximum.at(nearest, owner, cosines[size:])
        near = (cosines[:size] + nearest) / 2
        return np.clip((near - np.median(near)) / _SPREAD, 0.0, 1.0)

    def _embedded(self, embedder: Embedder) -> tuple[Vectors, NDArray[np.intp]]:
        """Vectors of the sections, then of all their sentences; and whose each sentence is."""
        texts = [f"{section.document}: {section.title}. {section.text}" for section in self._sections]
        sentences = [
            (at, f"{section.title}: {sentence}")
            for at, section in enumerate(self._sections)
            for sentence in (_SENTENCE.split(section.text) if section.text else [""])
            if sentence.strip() or not section.text
        ]
        vectors = embedder.embed_documents([*texts, *(text for _, text in sentences)])
        return vectors, np.array([at for at, _ in sentences], dtype=np.intp)


class PolicyIndexes:
    """The section index of each language, made when it is first asked for."""

    def __init__(self, policies: Policies | None, embedder: Embedder | None) -> None:
        self._policies, self._embedder = policies, embedder
        self._made: dict[Language, SectionIndex] = {}

    def of(self, language: Language) -> SectionIndex | None:
        """The index of a language; None if the shop has no rules to read."""
        if self._policies is None:
            return None
        if language not in self._made:
            self._made[language] = SectionIndex(self._policies.sections(language), self._embedder)
        return self._made[language]


_SUBJECT = "# "
"""Marks a term that is a subject, and no word."""


def _terms(text: str) -> list[str]:
    """Subjects of a text, then the words that belong to none."""
    pattern, subjects = _lexicon()
    text = simplified(fold(text))
    found = [
        _SUBJECT + subject
        for match in pattern.finditer(text)
        for subject in subjects[match["en"] or match["zh"]]
    ]
    words = (word for word in tokens(pattern.sub(" ", text)) if len(word) > 1 + (not has_han(word)))
    return [*found, *(word for word in words if word not in _CHATTER)]


def _asked(question: str) -> frozenset[str]:
    """What a question is about: two subjects together may be a third."""
    terms = frozenset(_terms(_spelled(simplified(fold(question)))))
    for pair, both in _together():
        if pair <= terms:
            terms = terms - pair | {both}
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
def _together() -> tuple[tuple[frozenset[str], str], ...]:
    """Pairs of subjects, with the one that both together are."""
    rules = (re.fullmatch(r"(\S+) \+ (\S+) = (\S+)", line) for line in _lines())
    return tuple((frozenset({_SUBJECT + r[1], _SUBJECT + r[2]}), _SUBJECT + r[3]) for r in rules if r)


@cache
def _aspects() -> frozenset[str]:
    """Subjects that only say what of another is asked: its cost, how it is done."""
    return frozenset(term for pair, _ in _together() for term in pair)


def _lines() -> list[str]:
    return (
        (resources.files("assistant") / "data" / "policy_words.txt").read_text(encoding="utf-8").splitlines()
    )


@cache
def _lexicon() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """A pattern that finds the longest phrases of `data/policy_words.txt`, and the subjects of each."""
    subjects: dict[str, tuple[str, ...]] = {}
    for line in _lines():
        subject, _, phrases = line.partition(": ")
        if phrases and not line.startswith("#"):
            for phrase in map(fold, phrases.split(",")):
                subjects[phrase] = (*subjects.get(phrase, ()), subject)
    longest = sorted(subjects, key=lambda phrase: (-len(phrase), phrase))
    english = "|".join(re.escape(phrase) for phrase in longest if not has_han(phrase))
    chinese = "|".join(re.escape(phrase) for phrase in longest if has_han(phrase))
    inflected = rf"(?<![a-z0-9])(?P<en>{english})(?:s|es|ed|d|ing)?(?![a-z0-9])"
    return re.compile(rf"{inflected}|(?P<zh>{chinese})"), subjects
