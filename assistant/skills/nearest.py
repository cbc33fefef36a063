"""What of a record and its reviews is nearest in meaning to a question that none of their words answers."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assistant.record import Fact, lines, orders, quoted, sentences, tellable
from assistant.skills.question import Asked
from assistant.skills.wording import IT, Phrase
from index.embed import Embedder
from index.schema import Language
from index.text import has_han

NEAR = 0.035
"""How much nearer to the question than to any question a sentence has to be; see `_PLAIN`.

Of 440 questions asked of random products of the demo, it let 4 sentences through, 3 of them to the point; of 12
that some sentence answers in the language of the question it found 9.
"""

FACTS = 3
"""Facts that are told where nothing answers."""

_PLAIN = {
    "en": (
        "is it any good", "how heavy is it", "what is it made of", "is it loud", "how long does it last", "can I wash it",
        "does it come with batteries", "is it waterproof", "who is it for", "how big is it",
    ),
    "zh": ("好用吗", "多重", "什么材质", "声音大吗", "能用多久", "能洗吗", "带电池吗", "防水吗", "适合谁用", "有多大"),
}  # fmt: skip
"""Questions to any product: some sentences are near to every one of them, and so say little by being near."""

_NEAR_TOLD: Phrase = (
    f"The record of {IT} does not say; the nearest to it in the description is: {{quote}}.",
    f"{IT} 的记录里没有写这一点，商品描述里最接近的是{{quote}}。",
)
_NEAR_REVIEW: Phrase = (
    f"The record of {IT} does not say; the nearest to it in the reviews is: {{quote}}.",
    f"{IT} 的记录里没有写这一点，评价里最接近的是{{quote}}。",
)


def nearest_line(asked: Asked) -> str:
    """The sentence of the description or of a review that may answer, said to be no more than that; may be empty."""
    product, language = asked.product, asked.turn.language
    told = list(dict.fromkeys(lines(product, language)))
    reviewed = [
        sentence
        for review in product.reviews
        if not orders(review.text)
        for sentence in sentences(review.text)
        if has_han(sentence) == (language == "zh") and tellable(sentence, product)
    ]
    texts = [*told, *reviewed]
    scores = _nearness(asked, texts)
    best = max(range(len(texts)), key=lambda at: scores[at], default=-1)
    if best < 0 or scores[best] < NEAR:
        return ""
    phrase = _NEAR_TOLD if best < len(told) else _NEAR_REVIEW
    return asked.turn.tell(phrase, quote=quoted(texts[best], language))


def nearest_facts(asked: Asked, facts: Sequence[Fact]) -> list[Fact]:
    """The few facts that are nearest to the question, in the order of the record."""
    scores = _nearness(asked, [f"{fact.name} {fact.value}" for fact in facts])
    ranked = sorted(range(len(facts)), key=lambda at: -scores[at])[:FACTS]
    return [facts[at] for at in sorted(ranked)]


def _nearness(asked: Asked, texts: Sequence[str]) -> list[float]:
    """How much nearer each text is to the question than to questions in general."""
    if not texts:
        return []
    embedder = asked.turn.parts.searcher.embedder
    vectors = np.asarray(embedder.embed_documents(texts))
    question = np.asarray(embedder.embed_queries([asked.text]))[0]
    plain = _questions(embedder, asked.turn.language)
    return [float(score) for score in vectors @ question - (vectors @ plain.T).mean(axis=1)]


@lru_cache(maxsize=4)
def _questions(embedder: Embedder, language: Language) -> np.ndarray:
    return np.asarray(embedder.embed_queries(_PLAIN[language]))
