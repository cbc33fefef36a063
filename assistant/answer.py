"""Words the answer: what code composed, then those sentences of the language model that are true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.errors import AnswerError
from assistant.evidence import messages, packed
from assistant.llm import LanguageModel
from assistant.record import inert
from assistant.turns import Generated, Outcome, Understanding
from assistant.verify import verify

MAX_SENTENCES = 3
MAX_TOKENS = 90

BRIEF_SENTENCES = 2
"""Of the bundled model, which repeats itself after that."""

BRIEF_TOKENS = 56

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"”'%][.!?])\s+(?=[A-Z\"“(])|(?<=[。！？])|\n+")


@dataclass(frozen=True, slots=True)
class Worded:
    """The end of an answer.

    Attributes:
        degraded: The language model was wanted and failed.
        generated: The model's sentences, with what became of each.
    """

    degraded: bool = False
    generated: tuple[Generated, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """Sentences that the evidence did not support."""
        return tuple(sentence.text for sentence in self.generated if not sentence.shown)


def word(
    outcome: Outcome, said: Understanding, llm: LanguageModel | None, *, brief: bool = False
) -> Iterator[str | Worded]:
    """Yield the sentences of the answer, an empty one while there is none yet, then what became of it.

    What code says comes first, at once: the notes and the composed answer. A language model adds to
    it, about products on the table only; when none of its sentences survives, nothing is missing.

    Args:
        outcome: What the skill did.
        said: What the shopper said.
        llm: The model for this turn; None gives the composed answer.
        brief: Whether the model is too small to keep several products apart.
    """
    # Titles are plain text already; this is for whatever else of a record is named: a brand, a colour.
    yield from map(inert, outcome.notes)
    yield inert(outcome.composed)
    if llm is None or not outcome.evidence.products:
        yield Worded()
        return
    generated, degraded = list[Generated](), False
    evidence = packed(outcome.evidence, said.language)
    before = ""
    pieces = llm.stream(
        messages(said, evidence, brief=brief), max_tokens=BRIEF_TOKENS if brief else MAX_TOKENS
    )
    try:
        for sentence in sentences(pieces):
            if not sentence:
                yield ""
                continue
            if any(sentence == earlier.text for earlier in generated):
                break  # a model that repeats itself has nothing more to say
            verdict = verify(sentence, said, evidence, before=before)
            before = sentence
            generated.append(Generated(sentence, verdict.supported, verdict.kind or ""))
            if verdict.supported:
                yield sentence
            if len(generated) >= (BRIEF_SENTENCES if brief else MAX_SENTENCES):
                break
    except AnswerError:
        degraded = True
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    yield Worded(degraded, tuple(generated))


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
