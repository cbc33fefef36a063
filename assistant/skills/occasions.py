"""What is to be recommended: read from "a present for my dad who cooks, under 50"."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.kinds import Shelf, for_occasion, of_interest
from assistant.recipients import Recipient, age_of, earlier_recipient, goes_on_to, recipient, with_earlier
from assistant.skills.base import Turn
from assistant.skills.showing import (
    lasting,
    limits,
)
from assistant.turns import Constraints
from index.filters import Filters
from index.search import Sort
from index.text import fold

_NEW = re.compile(
    r"\bnew(?: in| arrivals?| stuff| things?| products?| releases?| ones)?\b(?! (?:home|flat|house|place|job|baby|neighbou?rs?|school|year|puppy|kitten|car|boss|phone))|\blatest\b|"
    r"\bjust (?:landed|come in|came in|arrived|in)\b|\bcame out\b|\brecent(?:ly)?\b|\bfresh\b|上新|新品|新到|新款|新出|新上|新货|最新|刚上架|有什么新|有啥新",
    re.I,
)

_POPULAR = re.compile(
    r"\b(?:popular|best[- ]?sell\w*|bestsell\w*|trend\w*|hot(?:test)?|hits?|most bought|top (?:ten|10|sell\w*|picks?|products?|items?)|everyone(?:'s| is)?|everybody(?:'s| is)?|"
    r"other people|people (?:buy|like|get)|all the rage|selling)\b|热[销卖门]|爆款|畅销|卖得|最火|大家都|流行|销量|网红|排行|口碑",
    re.I,
)

_ASKED = frozenset(("什么", "啥", "哪些", "哪个", "what", "which"))
_LIKING = re.compile(
    r"\b(?:likes?|loves?|enjoys?|into|obsessed (?:with|by)|mad (?:about|for|on)|crazy about|keen on|fan of|interested in|fond of|all about)\s+(?P<what>[^,.;!?]+)"
    r"|(?:喜欢|爱好?|沉迷|迷上?|痴迷|热爱|感兴趣的是)(?P<han>[^，。！？,的]{1,12})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be recommended.

    Attributes:
        limits: What is asked of it.
        filters: The same as filters, with what the shopper avoids.
        whom: Somebody else; None for the shopper.
        shelves: Kinds that suit what was said.
        about: A liking that no kind is known for: it is searched for.
        sort: "newest" or "popularity", if that is what was asked for.
        notes: What has to be said.
    """

    limits: Constraints
    filters: Filters
    whom: Recipient | None = None
    shelves: tuple[Shelf, ...] = ()
    about: str = ""
    sort: Sort | None = None
    notes: tuple[str, ...] = ()


def read(turn: Turn) -> Wanted:
    """What an utterance asks to be recommended."""
    now, text = turn.said.constraints, turn.said.text
    whom = recipient(text)
    said = replace(lasting(now), include=_without_age(turn))
    earlier = earlier_recipient(text, turn.state.heard[:-1])
    if whom is not None and earlier is not None:
        whom = with_earlier(whom, earlier)
    if whom is not None and (earlier is not None or goes_on_to(text)):
        said = replace(said, price=said.price or turn.state.wanted.price)
    if "price" in turn.chosen.get("without", ""):
        said = replace(said, price=None)
    filters, notes = limits(turn, said, avoiding=whom is None)
    sort: Sort | None = None
    if whom is None:
        sort = "newest" if _NEW.search(text) or now.sort == "newest" else None
        sort = sort or ("popularity" if _POPULAR.search(text) or now.sort == "popularity" else None)
    shelves = () if said.include.get("category") else _shelves(turn, whom, said)
    about = "" if shelves or said.include.get("category") else _liking(turn)
    if whom is not None and not shelves and not about and not said.include.get("category"):
        shelves = shelves_for(turn, whom)
    return Wanted(said, filters, whom, shelves, about, sort if not shelves else None, notes)


def _without_age(turn: Turn) -> Mapping[str, tuple[str, ...]]:
    """The values asked for, but for a size that is an age: "a 6 year old"."""
    include = turn.said.constraints.include
    if age_of(turn.said.text) is None:
        return include
    kind = turn.parts.vocabulary.kind
    return {
        facet: values
        for facet, values in include.items()
        if kind(facet) in ("category", "brand", "colour", "material")
    }


def _shelves(turn: Turn, whom: Recipient | None, said: Constraints) -> tuple[Shelf, ...]:
    """Kinds for the likings and occasions that were named; of what is refused none."""
    found = of_interest(_about_them(turn), turn.parts.vocabulary)
    refused = set(map(fold, turn.parts.vocabulary.widen("category", said.exclude.get("category", ()))))
    left = tuple(shelf for shelf in found if not refused & set(map(fold, shelf.categories)))
    if whom is not None and whom.child and left:
        return (*left, *shelves_for(turn, whom))
    return left


def _about_them(turn: Turn) -> str:
    """The text without limits and refusals: "not kitchen" names no liking."""
    text = turn.said.text
    for span in turn.said.constraints.spans:
        if not span.key.startswith("include."):
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def _liking(turn: Turn) -> str:
    match = _LIKING.search(_about_them(turn))
    liked = "" if match is None else (match["what"] or match["han"] or "").strip()
    return "" if liked in _ASKED else liked  # 「猜我喜欢啥」 asks it


def shelves_for(turn: Turn, whom: Recipient) -> tuple[Shelf, ...]:
    """Kinds that make a present for somebody of whom nothing else is said."""
    vocabulary = turn.parts.vocabulary
    if whom.child:
        return for_occasion("child", vocabulary)
    names = {"women": "gift for her", "men": "gift for him"}
    return for_occasion(names.get(whom.sex, "gift"), vocabulary) or for_occasion("gift", vocabulary)
