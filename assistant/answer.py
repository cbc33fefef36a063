"""Words the answer: what code composed, then those sentences of the language model that are true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.errors import AnswerError
from assistant.evidence import messages
from assistant.llm import LanguageModel
from assistant.record import inert
from assistant.turns import Outcome, Understanding
from assistant.verify import verify

MAX_SENTENCES = 3
MAX_TOKENS = 90

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"”'%][.!?])\s+(?=[A-Z\"“(])|(?<=[。！？])|\n+")


@dataclass(frozen=True, slots=True)
class Worded:
    """The end of an answer.

    Attributes:
        degraded: The language model was wanted and failed.
        dropped: Sentences that the evidence did not support.
    """

    degraded: bool = False
    dropped: tuple[str, ...] = ()


def word(outcome: Outcome, said: Understanding, llm: LanguageModel | None) -> Iterator[str | Worded]:
    """Yield the sentences of the answer, an empty one while there is none yet, then what became of it.

    What code says comes first, at once: the notes and the composed answer. A language model adds to
    it, about products on the table only; when none of its sentences survives, nothing is missing.

    Args:
        outcome: What the skill did.
        said: What the shopper said.
        llm: The model for this turn; None gives the composed answer.
    """
    # Titles are plain text already; this is for whatever else of a record is named: a brand, a colour.
    yield from map(inert, outcome.notes)
    yield inert(outcome.composed)
    if llm is None or not outcome.evidence.products:
        yield Worded()
        return
    shown, dropped, degraded = 0, list[str](), False
    before = ""
    pieces = llm.stream(messages(said, outcome.evidence), max_tokens=MAX_TOKENS)
    try:
        for sentence in sentences(pieces):
            if not sentence:
                yield ""
                continue
            if sentence == before:  # a model that repeats itself has nothing more to say
                break
            verdict = verify(sentence, said, outcome.evidence, before=before)
            before = sentence
            if not verdict.supported:
                dropped.append(sentence)
            else:
                shown += 1
                yield sentence
            if shown + len(dropped) >= MAX_SENTENCES:
                break
    except AnswerError:
        degraded = True
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    yield Worded(degraded, tuple(dropped))


def sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Cut a stream of text into whole sentences, each given as soon as it is complete; "" for an empty piece.

    A last sentence without its full stop was cut off by the length limit and is left out.
    """
    rest = ""
    for piece in pieces:
        if not piece:
            yield ""
        rest += piece
        while match := _SENTENCE_END.search(rest):
            sentence, rest = rest[: match.start()].strip(), rest[match.end() :]
            if sentence:
                yield sentence
    rest = rest.strip()
    if rest and rest[-1] in '.!?。！？"”':
        yield rest
