"""What is said of the shopper, or of whom they shop for, where the classifier takes it for something else."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re

from assistant.recipients import asks_for_others, goes_on_to, of_a_gift, recipient
from assistant.turns import Constraints, DialogueState
from index.text import fold

_UNSAID = re.compile(r"\b(?:forget|delete|erase) (?:that )?(?:i|what i|everything i|my)\b|忘[掉了记]我", re.I)
_MY_SIZE = re.compile(
    r"^(?:btw,? |by the way,? )?(?:i'?m|i am|i wear|i take|my (?:shoe )?size)\b.*\b(?:size|eu|uk|us)?\s*\d{2}\b|^我(?:平时|一般)?(?:穿|是)\s*\d{2}\s*[码号]",
    re.I,
)
_OF_ME = re.compile(r"\b(?:me|my|i'?m|i am|i|mine|remember|forget|know|track)\b|我|记|忘", re.I)
_KEEPS = re.compile(
    r"\b(?:my|size|remember|prefer|wear|allergic|always|usually|never|my size|hate|love|favou?rite|forget|know)\b|记|穿|过敏|喜欢|讨厌|总是|忘",
    re.I,
)
_STANDING = re.compile(
    r"\b(?:remember|always|usually|generally|normally|never|from now on|note)\b|记|以后|平时|一般|总是|每次|从不",
    re.I,
)
_FORGETS = re.compile(r"\bforget\b|忘", re.I)
_MINE = re.compile(r"\b(?:my|i|me)\b|我", re.I)
_OF_TASTE = frozenset({"like_product", "manage_profile", "out_of_scope", "refine_search"})
_NEEDS = frozenset({"search_product", "refine_search"})
_LOOKS = re.compile(
    r"\b(?:show|find|any|do you|is there|are there|what|how|where|which|looking|search|see)\b|看|找|有没有|有什么|吗|呢|什么|多少|哪|[?？]",
    re.I,
)
_QUESTION = re.compile(r"[?？]\s*$|吗\s*$")


def of_shopper(text: str, label: str, now: Constraints, state: DialogueState) -> str | None:
    """The label of what is said of the shopper, or of somebody else; None where the reading stands."""
    if label in {"manage_profile", "recommend"} and state.shown and _only_limits(text, now):
        return "refine_search"
    if label in _NEEDS and _FORGETS.search(text) and now.drop and not _asked_for(now, state):
        return "manage_profile"
    if (
        label == "manage_profile"
        and _FORGETS.search(text)
        and not _MINE.search(text)
        and _asked_for(now, state)
    ):
        return "refine_search"
    gift = of_a_gift(text, state.heard[:-1])
    if gift and label in _OF_TASTE | {"recommend"} and not now.references:
        return "recommend"
    if label in _NEEDS and state.topic in {"recommend", "refine_search"} and goes_on_to(text):
        return "recommend"
    if label == "recommend" and state.shown and not gift and asks_for_others(text):
        return "refine_search"
    if label in {"like_product", "dislike_product"} and _UNSAID.search(text):
        return "manage_profile"
    if label in _NEEDS and _MY_SIZE.search(text) and not _LOOKS.search(text):
        return "manage_profile"
    if label == "manage_profile" and now.include.get("category") and not _KEEPS.search(text):
        return "search_product"
    if label == "manage_profile" and _QUESTION.search(text) and not _OF_ME.search(text):
        return "ask_product" if state.shown else "search_product"
    return None


def _only_limits(text: str, now: Constraints) -> bool:
    """Whether all that is said is a limit on what is on the table: "nothing over fifty, I have to save"."""
    named = now.include or now.references
    return now.price is not None and not named and not _STANDING.search(text) and recipient(text) is None


def _asked_for(now: Constraints, state: DialogueState) -> bool:
    """Whether something that is to be forgotten is asked for now."""
    wanted = state.wanted
    given = {*wanted.include, *wanted.exclude, *wanted.having, *wanted.lacking}
    given |= {value for some in (*wanted.include.values(), *wanted.exclude.values()) for value in some}
    given |= {"price"} if wanted.price is not None else set()
    given |= {word for words in wanted.having for word in words.split()}
    return not {fold(value) for value in now.drop}.isdisjoint(map(fold, given))
