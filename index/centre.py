"""What a query's vector says of its language alone, so that it can be taken away.

In a multilingual embedding space texts of one language lie together: a Chinese query is nearer to every
Chinese title than an English title of just that thing is. The mean of many queries in a language is what they
have in common; most of it is subtracted from a query (after Yang et al., "A Simple and Effective Method To
Eliminate the Self Language Bias in Multilingual Representations", EMNLP 2021, who remove the principal
directions of each language).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder
from index.lexicon import KINDS, groups
from index.text import has_han, is_chinese

SHARE = 0.8
"""How much of a language's mean is subtracted; flat from 0.6 to 1.0 (docs/experiments.md)."""

_NAMES = 200

Centres = Mapping[bool, NDArray[np.float32]]
"""Mean vector of queries that are Chinese (True) and of others (False), each of shape (dimension,)."""


def language_centres(embedder: Embedder) -> Centres:
    """Measure the centres: means over names of the lexicon, spread over all of it."""
    names = [name for kind in KINDS for group in groups(kind) for name in group]
    found = {}
    for chinese in (False, True):
        own = [name for name in names if has_han(name) == chinese]
        found[chinese] = embedder.embed_queries(own[:: len(own) // _NAMES]).mean(axis=0)
    return found


def centred(vectors: NDArray[np.float32], texts: Sequence[str], centres: Centres) -> NDArray[np.float32]:
    """One unit vector for several wordings of a query, the language of each taken away.

    Args:
        vectors: Unit vectors, shape (texts, dimension).
        texts: The wordings.
        centres: From `language_centres`.

    Returns:
        Shape (dimension,).
    """
    own = np.stack(
        [vector - SHARE * centres[is_chinese(text)] for vector, text in zip(vectors, texts, strict=True)]
    )
    total: NDArray[np.float32] = (own / np.linalg.norm(own, axis=1, keepdims=True)).sum(axis=0)
    return total / np.float32(np.linalg.norm(total))
