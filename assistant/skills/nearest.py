"""What a record says that is nearest in meaning to a question, where its words are not the record's.

"Can it get over the door sill?" shares no word with "stuck on anything above 2 cm". The question and what the
record says are compared as vectors, in either language; the nearest counts only when it stands out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.record import Fact, lines, quoted
from assistant.skills.question import Asked
from assistant.skills.wording import IT, Phrase
from index.embed import Vectors
from index.text import fold, tokens

MODEL = "multilingual-e5-small"
"""The embedder that the two numbers below are measured with; with another one nothing is taken for near."""

ABOVE = 0.06
"""How far the nearest text's cosine stands above the mean of the record's (docs/experiments.md)."""

LEAD = 0.008
"""How far it stands above the second nearest."""

SURE_ABOVE, SURE_LEAD = 0.065, 0.018
"""The same where words of the record answer already, and something else may answer better."""

REVIEWER: Phrase = (
    f"The record of {IT} does not say; the nearest to it in {{count}} reviews is: {{quote}}.",
    f"{IT} 的记录里没有写，{{count}} 条评价里最接近的一条说：{{quote}}。",
)
ONLY_REVIEWER: Phrase = (
    f"The record of {IT} does not say; its only review says: {{quote}}.",
    f"{IT} 的记录里没有写，唯一的一条评价说：{{quote}}。",
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


def nearest(asked: Asked, *, reviews_only: bool = False, sure: bool = False) -> Passage | None:
    """The passage of the product's record that answers the question; None if none stands out.

    Args:
        asked: The question.
        reviews_only: Whether only reviewers are asked.
        sure: Whether it has to stand out clearly.
    """
    found = [Passage(review.text, reviewed=True) for review in asked.product.reviews]
    if not reviews_only:
        lines_said = [Passage(line) for line in lines(asked.product, asked.turn.language)]
        found = [*_facts(asked), *lines_said, *found]
    embedder = asked.turn.parts.searcher.embedder
    question = _plain(asked)
    if len(found) < 3 or not question or MODEL not in embedder.name:
        return None
    facts = tuple(passage.text for passage in found if passage.fact is not None)
    prose = tuple(passage.text for passage in found if passage.fact is None)
    vectors = np.concatenate([_vectors(embedder.embed_documents, texts) for texts in (facts, prose) if texts])
    alike = vectors @ embedder.embed_queries([question])[0]
    first, second = np.argsort(-alike)[:2]
    above, lead = (SURE_ABOVE, SURE_LEAD) if sure else (ABOVE, LEAD)
    stands_out = alike[first] - alike.mean() >= above and alike[first] - alike[second] >= lead
    return found[first] if stands_out else None


def nearest_facts(asked: Asked, facts: Sequence[Fact], *, count: int = 3) -> list[Fact]:
    """The few facts that are nearest to the question, in the order of the record."""
    embedder = asked.turn.parts.searcher.embedder
    texts = tuple(f"{fact.name}: {fact.value}" for fact in facts)
    if len(facts) <= count or MODEL not in embedder.name:
        return list(facts[:count])
    alike = _vectors(embedder.embed_documents, texts) @ embedder.embed_queries([asked.text])[0]
    return [facts[at] for at in sorted(np.argsort(-alike)[:count].tolist())]


def _plain(asked: Asked) -> str:
    """The clause that asks, without the words for the product: those are near to all of its record."""
    clauses = [part for part in _CLAUSE.split(asked.text) if part.strip()]
    text = clauses[-1] if clauses else ""
    titles = [asked.product.title, *(text.title for text in asked.product.translations.values())]
    named = {word for title in titles for word in tokens(title) if len(word) > 2 and word.isascii()}
    return " ".join(_WORD.sub(lambda word: "" if fold(word[0]) in named else word[0], text).split())


_CLAUSE = re.compile(r"[,，.。;；!！]\s*|(?<=[\u4e00-\u9fff])它")
_WORD = re.compile(r"[A-Za-z][\w'-]*")


def told(asked: Asked, passage: Passage) -> str:
    """A passage of prose as a sentence of the answer."""
    turn = asked.turn
    quote = quoted(passage.text, turn.language)
    if not passage.reviewed:
        return turn.tell(_DESCRIBED, quote=quote)
    count = len(asked.product.reviews)
    return turn.tell(REVIEWER if count > 1 else ONLY_REVIEWER, count=count, quote=quote)


_DESCRIBED: Phrase = (
    f"The record of {IT} does not say in so many words; the nearest to it in the description is: {{quote}}.",
    f"{IT} 的记录里没有直接写，商品描述里最接近的是{{quote}}。",
)


def _facts(asked: Asked) -> list[Passage]:
    return [Passage(f"{fact.name}: {fact.value}", fact) for fact in asked.record]


@lru_cache(maxsize=512)  # variants share their texts, and a product is asked about more than once
def _vectors(embed: Callable[[Sequence[str]], Vectors], texts: tuple[str, ...]) -> Vectors:
    return embed(texts)
