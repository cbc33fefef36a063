"""What a record says that is nearest in meaning to a question, where its words are not the record's.

"Can it get over the door sill?" shares no word with "stuck on anything above 2 cm". The question and what the
record says are compared as vectors, in either language; the nearest counts only when it stands out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.record import Fact, lines, quoted
from assistant.skills.question import Asked
from assistant.skills.wording import IT, Phrase
from index.embed import Vectors

MODEL = "multilingual-e5-small"
"""The embedder that the two numbers below are measured with; with another one nothing is taken for near."""

ABOVE = 0.06
"""How far the nearest text's cosine stands above the mean of the record's (docs/experiments.md)."""

LEAD = 0.008
"""How far it stands above the second nearest."""

REVIEWER: Phrase = (
    f"The record of {IT} does not say, but one of {{count}} reviews does: {{quote}}.",
    f"{IT} 的记录里没有写，不过 {{count}} 条评价里有一条说：{{quote}}。",
)
ONLY_REVIEWER: Phrase = (
    f"The record of {IT} does not say, but its only review does: {{quote}}.",
    f"{IT} 的记录里没有写，不过唯一的一条评价说：{{quote}}。",
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that a record says.

    Attributes:
        text: As it was compared.
        fact: The attribute that it is; None for prose.
        reviewed: Whether a reviewer says it.
    """

    text: str
    fact: Fact | None = None
    reviewed: bool = False


def nearest(asked: Asked, *, reviews_only: bool = False) -> Passage | None:
    """The passage of the product's record that answers the question; None if none stands out.

    Args:
        asked: The question.
        reviews_only: Whether only reviewers are asked.
    """
    found = [Passage(review.text, reviewed=True) for review in asked.product.reviews]
    if not reviews_only:
        lines_said = [Passage(line) for line in lines(asked.product, asked.turn.language)]
        found = [*_facts(asked), *lines_said, *found]
    embedder = asked.turn.parts.searcher.embedder
    if len(found) < 3 or not asked.said.strip() or MODEL not in embedder.name:
        return None
    question = embedder.embed_queries([asked.said])[0]
    facts = tuple(passage.text for passage in found if passage.fact is not None)
    prose = tuple(passage.text for passage in found if passage.fact is None)
    vectors = np.concatenate([_vectors(embedder.embed_documents, texts) for texts in (facts, prose) if texts])
    alike = vectors @ question
    first, second = np.argsort(-alike)[:2]
    stands_out = alike[first] - alike.mean() >= ABOVE and alike[first] - alike[second] >= LEAD
    return found[first] if stands_out else None


def told(asked: Asked, passage: Passage) -> str:
    """A passage of prose as a sentence of the answer."""
    turn = asked.turn
    quote = quoted(passage.text, turn.language)
    if not passage.reviewed:
        return turn.tell(_DESCRIBED, title=IT, quote=quote)
    count = len(asked.product.reviews)
    return turn.tell(REVIEWER if count > 1 else ONLY_REVIEWER, count=count, quote=quote)


_DESCRIBED: Phrase = ("The description of {title} says: {quote}.", "{title} 的商品描述里写着：{quote}。")


def _facts(asked: Asked) -> list[Passage]:
    return [Passage(f"{fact.name}: {fact.value}", fact) for fact in asked.record]


@lru_cache(maxsize=512)  # variants share their texts, and a product is asked about more than once
def _vectors(embed: Callable[[Sequence[str]], Vectors], texts: tuple[str, ...]) -> Vectors:
    return embed(texts)
