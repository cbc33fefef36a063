"""Reads constraints from an utterance: limits, refusals, references, and what is left to search for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.parties import people
from assistant.scope import (
    ALLOWED_BEHIND,
    NEGATION,
    NEUTRAL,
    NEUTRAL_BEHIND,
    is_bound,
    is_what_is_described,
    names_the_thing,
    refusals,
    refused_words,
    without,
)
from assistant.slots import COUNTED, READERS, Found, quantity
from assistant.turns import Constraints, Span
from assistant.vocabulary import Mention, Vocabulary
from assistant.wearers import find_audience
from index.schema import Language
from index.text import CJK, clean, has_han, simplified

_I = re.IGNORECASE

_EN_FILLER = re.compile(
    r"\b(?:hi|hello|hey|please|pls|plz|thanks|thank you|i(?:'m| am| was)? (?:just )?(?:look(?:ing)? for|after|searching for|want(?:ing)?"
    r"(?: to (?:buy|get|find|see|have|purchase))?|need(?: to (?:buy|get|find))?)|i(?:'d| would) (?:like|love)"
    r"(?: to (?:buy|get|find|see|have))?|(?:can|could|would) you (?:please )?(?:show|find|get|recommend|suggest)(?: me)?|"
    r"show me|find me|get me|give me|do you (?:have|sell|stock)|have you got|got any|any chance of|is there|are there|"
    r"looking for|search(?:ing)? for|i need|i want|some|any|a|an|the|one|ones|(?:something|anything)(?: (?:nice|good|cool|special))?|that(?:'s| is| are)?|"
    r"it|its|in|and|with|of|also|but|for|me|my|is|are|no|not|show|find|only|just|ok|okay|now|then|than|price|budget|range|i'm|i|this|these|those|everything|nothing|"
    r"would be (?:fine|good|ok|okay|great)|swears? by|had bad luck|again|lol|haha\w*|hmm*|nah|actually|honestly|tho|though|u|ur|thx|ty|btw|tbh|innit|yeah|kinda|sorta|let'?s(?: see)?|oh|(?:what|how) about|what if|maybe|perhaps|recommend(?:ations?)?|suggest(?:ions?)?|surprise me)\b|"
    r"\b(?:mate|bro|dude|cheers|too|right|well)(?=\W*$)",
    _I,
)
_ZH_FILLER = re.compile(
    r"你好|您好|请问|麻烦|我?(?:现在)?(?:想要?|要|需要|打算)(?:买|购买|找|看|入手)?|帮我(?:找|看|推荐|挑|选)?(?:一下|看看)?|给我(?:推荐|找|看看|来)?|"
    r"(?:个|点|些)?东西|啥|猜[我你]?会?喜欢(?:什么|啥)?|推荐(?:一?下)?|有没有|有什么|有哪些|有吗|能不能|都?可以|看看|一下|买|来|换成|换|只要|只看|就要|一[个款件双条台部张本只把套支种些]|几[个款件双]|的话|价格|价位|"
    r"哈哈+|算了|重新(?:来|找|搜|开始)?|(?:[呗啦咯噢呐嘞欸诶唉哎哟哈]+)(?=[\s，。！？,.!?~]|$)|[吗呢吧啊呀嘛哦了]|^有|的$|^的|(?<=\s)的|^(?:都|不|除)$|^(?:都|不|除)(?=\s)|(?<=\s)(?:都|不|除)(?=\s|$)",
)
_MASK = "\ue000"
"""Stands for one character of a name."""

_TURKISH = str.maketrans("ıİ", "iI")
_EDGE = re.compile(rf"^[^\w{CJK}]+|[^\w{CJK}\"”″%+]+$")


def parse_constraints(text: str, vocabulary: Vocabulary) -> Constraints:
    """Read the constraints of one utterance.

    Args:
        text: What was said.
        vocabulary: The catalogue's facet values under all their names.

    Returns:
        Constraints, each with the span that it came from. What is not understood stays in the query.
    """
    # The Turkish i's match an i whatever the case, and are none: patterns would find what tables lack.
    found, unread = _read_slots(_as_meant(simplified(text).translate(_TURKISH)), vocabulary)
    mentions = _mentions(unread, vocabulary)
    refused = list(refusals(unread, mentions))
    for mention in mentions:
        if ALLOWED_BEHIND.match(unread, mention.end) and not _either(unread, mention, mentions):
            pairs = tuple((mention.facet, value) for value in mention.values)
            found.append(Found("allow", pairs, mention.start, mention.end))
            continue
        if NEUTRAL.search(unread[: mention.start]) or _makes_no_difference(unread, mention, mentions):
            continue
        scope = next((scope for scope in refused if scope[0] <= mention.start < scope[1]), None)
        if scope is not None and not is_what_is_described(unread, mention, mentions, scope):
            found.append(Found(f"exclude.{mention.facet}", mention.values, mention.start, mention.end))
        elif names_the_thing(unread, mention, mentions) and not is_bound(unread, mention):
            found.append(Found(f"include.{mention.facet}", mention.values, mention.start, mention.end))
    if not any(item.key == "quantity" for item in found):
        found += counted(unread, mentions)
    found += _words(unread, mentions)
    found = _refusals_win(found)
    found.sort(key=lambda item: item.start)
    wanted = [(item.start, item.end) for item in found if item.key.startswith("include.")]
    # "Women" stays among the words: a title that says it is nearer than one that says nothing.
    kept = ("include.", "audience", "people")
    dropped = [(item.start, item.end) for item in found if not item.key.startswith(kept)]
    dropped += [gap for scope in refused for gap in without(scope, wanted)]
    spans = tuple(Span(item.key, item.start, item.end, text[item.start : item.end]) for item in found)
    language: Language = "zh" if has_han(text) else "en"
    meant = {
        (m.start, m.end): vocabulary.name_in(m.facet, m.values[0], language)
        for m in mentions
        if m.misspelt and (m.start, m.end) in wanted
    }
    query = _query(text, dropped, meant, wanted)
    return replace(_assemble(found), query=query, spans=spans)


def _as_meant(text: str) -> str:
    """The text with what is written for its sound or by a slip as it is meant, one for one: lengths stay."""
    text = text.replace("有木有", "有没有")
    return _BELOW.sub(lambda match: match.group()[:-2] + "以下", text)


_BELOW = re.compile(r"\d ?(?:元|块钱?|刀|美元|美金|人民币)一下")


def _words(text: str, mentions: Sequence[Mention]) -> list[Found]:
    """Whom it is for, and what it may not be, in words that are no values of the catalogue."""
    found = [Found("lacking", (words,), start, end) for words, start, end in refused_words(text, mentions)]
    if (said := find_audience(text)) is not None:
        audience, start, end = said
        refused = next((item for item in found if item.start <= start < item.end), None)
        found.append(Found("audience", audience, start, end) if refused is None else refused)
    if (party := people(text)) is not None:
        found.append(Found("people", *party))
    return list(dict.fromkeys(found))


def _refusals_win(found: Sequence[Found]) -> list[Found]:
    """What is refused somewhere is asked for nowhere: "the Sony ones keep dying, so no Sony"."""
    refused = {
        (item.key.removeprefix("exclude."), value)
        for item in found
        if item.key.startswith("exclude.")
        for value in item.value
    }
    kept = []
    for item in found:
        if item.key.startswith("include."):
            facet = item.key.removeprefix("include.")
            left = tuple(value for value in item.value if (facet, value) not in refused)
            if not left:
                continue
            item = replace(item, value=left)
        kept.append(item)
    return kept


def _read_slots(text: str, vocabulary: Vocabulary) -> tuple[list[Found], str]:
    """What the readers find, and the text with what they read blanked out."""
    found: list[Found] = []
    for reader in READERS:
        for item in reader(text, vocabulary):
            found.append(item)
            text = text[: item.start] + "\x00" * (item.end - item.start) + text[item.end :]
    return found, text


def _mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """Facet values named in the text; the words of a negation name nothing."""
    negations = [match.span() for match in NEGATION.finditer(text)]
    return [
        mention
        for mention in vocabulary.find(text.replace("\x00", " "))
        if not any(start <= mention.start and mention.end <= end for start, end in negations)
    ]


def _either(text: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether it stands behind another value of its facet and "or": each of the two is wanted."""
    return any(
        other.facet == mention.facet
        and text[other.end : mention.start].strip(" 、，的") in ("or", "或", "或者", "和")
        for other in mentions
        if other.end <= mention.start
    )


def _makes_no_difference(text: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether it, or a value of the same facet that follows at once, is said not to matter."""
    last = mention
    for other in mentions:
        follows = other.facet == last.facet and other.start >= last.end
        if follows and not text[last.end : other.start].strip(" ,，、的"):
            last = other
    return NEUTRAL_BEHIND.match(text, last.end) is not None


def counted(text: str, mentions: Sequence[Mention]) -> list[Found]:
    """A number before a thing in the plural, or before what describes it: "six black wine glasses"."""
    start = 0
    for at, thing in enumerate(mentions):
        glued = at and not text[mentions[at - 1].end : thing.start].strip()
        start = start if glued else thing.start
        number = COUNTED.search(text[:start])
        said = text[thing.start : thing.end].lower()
        plural = thing.kind in ("category", "format") and said.endswith("s") and not said.endswith("ss")
        if number and plural and quantity(number[1].lower()) > 1:
            return [Found("quantity", quantity(number[1].lower()), *number.span(1))]
    return []


def _assemble(found: Sequence[Found]) -> Constraints:
    fields: dict[str, Any] = {}
    include: dict[str, tuple[str, ...]] = {}
    exclude: dict[str, tuple[str, ...]] = {}
    tuples: dict[str, Any] = {"references": (), "drop": (), "lacking": (), "allow": ()}
    for item in found:
        kind, _, facet = item.key.partition(".")
        if kind in ("include", "exclude"):
            target = include if kind == "include" else exclude
            target[facet] = tuple(dict.fromkeys((*target.get(facet, ()), *item.value)))
        elif item.key in tuples:
            tuples[item.key] = tuple(dict.fromkeys((*tuples[item.key], *item.value)))
        else:
            fields.setdefault(item.key, item.value)
    return Constraints(include=include, exclude=exclude, **tuples, **fields)


def _query(
    text: str,
    dropped: Sequence[tuple[int, int]],
    meant: Mapping[tuple[int, int], str],
    named: Sequence[tuple[int, int]],
) -> str:
    kept = list(text)
    for start, end in dropped:
        kept[start:end] = " " * (end - start)
    for (start, end), name in meant.items():
        kept[start:end] = [f" {name} ", *[""] * (end - start - 1)]
    # The 想 of 联想 is no wish: names are no fillers, in part either.
    names = [span for span in named if span not in meant and has_han(text[slice(*span)])]
    held = sorted({at for span in names for at in range(*span)})
    masked = list(kept)
    for at in held:
        masked[at] = _MASK
    rest = _ZH_FILLER.sub(" ", _EN_FILLER.sub(" ", "".join(masked)))
    letters = iter([kept[at] for at in held])
    rest = re.sub(_MASK, lambda _: next(letters), rest)
    words = [_EDGE.sub("", word) for word in clean(rest).split()]
    return " ".join(word for word in words if word)
