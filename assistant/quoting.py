"""The sentences of a shop's page that answer a question, and how a page falls into sentences."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.places import countries
from assistant.policy_words import SUBJECT, subjects_and_words
from assistant.shop import Section
from index.text import fold, has_han, tokens

MOST_SENTENCES = 3
"""Sentences or list items of a section that an answer quotes at most."""

_THE_PLACE = 3.0
"""What it counts that a unit names the country that is asked for: more than words that are shared."""

_WELL = 0.9
"""What a sentence shares that answers beside the line of a place: something that no other sentence says."""

_WHERE = dict.fromkeys((f"{SUBJECT}abroad", f"{SUBJECT}domestic"), f"{SUBJECT}where")
_ELSEWHERE = re.compile(
    r"\b(?:other (?:countr|place|region)|elsewhere|anywhere else)|其[他它](?:的)?(?:国家|地区|地方)", re.I
)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\w\.\w\.)\s+(?=[A-Z0-9“\"'])|(?<=[。！？])")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_MARKS = re.compile(r"\*\*|__|`|\[([^\]]*)\]\([^)]*\)")
_AMOUNT = re.compile(
    r"\bhow (?:long|much|many|fast|soon)\b|\bcost|\bprice|\bfee|\bfree\b|\bdays?\b|"
    r"多久|多少|几天|费|钱|时间|期限",
    re.I,
)
# Words that stand in every question and in no particular answer.
_CHATTER = frozenset(
    "the and for you your yours can could would will shall should does did are was what when where "
    "which who how why with without from into this that these those there have has had get not any all "
    "but about tell please know like want need just its it is be do my me we our of to in on at if or "
    "an as so".split()
)
_HAN_CHATTER = frozenset(
    "你们 我们 可以 怎么 什么 吗？ 请问 能不 不能 有没 没有 是不 一下 如果 我想 想问 多久 多少".split()
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a list item, without Markdown."""

    text: str
    item: bool = False


def units(text: str) -> list[Unit]:
    """The sentences and list items of a text, in their order."""
    found: list[Unit] = []
    paragraph: list[str] = []

    def close() -> None:
        glue = "" if any(map(has_han, paragraph)) else " "
        sentences = (part.strip() for part in _SENTENCE.split(glue.join(paragraph)))
        found.extend(Unit(sentence) for sentence in sentences if sentence)
        paragraph.clear()

    for line in text.splitlines():
        plain = _MARKS.sub(lambda mark: mark[1] or "", line).strip()
        if _ITEM.match(plain):
            close()
            item = _ITEM.sub("", plain)
            ended = item.endswith((".", "。", "!", "?"))
            found.append(Unit(item if ended else f"{item}{'。' if has_han(item) else '.'}", item=True))
        elif plain:
            paragraph.append(plain)
        else:
            close()
    close()
    return found


def quoted(section: Section, question: str, *, most: int = MOST_SENTENCES) -> str:
    """The sentences or list items of a section that answer a question, in their order.

    A section of few sentences is given whole; of a longer one, those that share most with the question: its
    subjects, its words, the country it asks for. Where an amount is asked for, those with a number come
    before others. Of a list of which no item is meant more than another all items are given.
    """
    found = units(section.text)
    if len(found) <= most:
        return _together(unit.text for unit in found)
    worth = _worth(found, question, section.title)
    best = sorted(range(len(found)), key=lambda at: (-worth[at], at))
    top = worth[best[0]]
    items = [at for at, unit in enumerate(found) if unit.item]
    if items and len({worth[at] for at in items}) == 1 and (best[0] in items or top <= 0):
        chosen = {*range(items[0]), *items}
    elif top <= 0:
        chosen = set(range(min(2, most)))
    else:
        enough = min(top / 2, _WELL)  # a place weighs so much that half of it is more than words can give
        chosen = {at for at in best[:most] if worth[at] > (enough if top >= _THE_PLACE else top / 2)}
        if most > 1 and found[best[0]].item and not found[0].item and 0 not in chosen:
            chosen = {0, *[at for at in best if at in chosen][: most - 1]}  # what the list is a list of
    if not any(found[at].item for at in chosen):  # what begins a list says nothing without it
        chosen = {at for at in chosen if not found[at].text.endswith((":", "："))} or chosen
    return _together(found[at].text for at in sorted(chosen))


def _together(texts: Iterable[str]) -> str:
    return re.sub(r"(?<=[。！？；：]) ", "", " ".join(texts))


def _worth(found: Sequence[Unit], question: str, title: str) -> list[float]:
    """How much each unit answers; the line of another country than the one asked for answers nothing."""
    asked = _terms(question) - _terms(title)
    terms = [_terms(unit.text) for unit in found]
    count = Counter(term for of_unit in terms for term in of_unit)
    amount = _AMOUNT.search(question) is not None
    wanted, told = countries(question), [countries(unit.text) for unit in found]
    listed = any(wanted & names for names in told)
    worth = []
    for unit, of_unit, names in zip(found, terms, told, strict=True):
        shared = sum(1 / count[term] for term in asked & of_unit)
        place = 0.0
        if wanted & names or (wanted and not listed and _ELSEWHERE.search(unit.text)):
            place = _THE_PLACE
        elif wanted and listed and unit.item and names:
            place = -_THE_PLACE
        worth.append(shared + 0.5 * (amount and any(ch.isdigit() for ch in unit.text)) + place)
    return worth


def _terms(text: str) -> set[str]:
    """What a sentence and a question can share: subjects, beginnings of English words, pairs of Han."""
    subjects = {_WHERE.get(term, term) for term in subjects_and_words(text) if term.startswith(SUBJECT)}
    words = {word for word in tokens(fold(text)) if len(word) > 1}
    kept = words - _CHATTER - _HAN_CHATTER
    return subjects | {word if has_han(word) else word[:6].removesuffix("s") for word in kept}
