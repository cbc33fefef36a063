"""The second opinion on an intent: logistic regression over hashed words, word pairs and letter n-grams.

It knows nothing that it has not seen, and errs elsewhere than the BERT network does: together they are
wrong a fifth less often than the network alone (cross-validation in docs/experiments.md).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from index.text import CJK, fold

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import HashingVectorizer

FEATURES = 2**16
_WORD = re.compile(f"[{CJK}]|[^\\W\\d_{CJK}]+|\\d+|[^\\w\\s]")
_PENALTY = 20.0  # inverse strength of the L2 penalty
_ITERATIONS = 120


class NgramModel:
    """Log-probabilities of intents from the letters of an utterance."""

    def __init__(
        self, idf: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> None:
        """Take trained numbers.

        Args:
            idf: Inverse document frequency of each hashed feature, shape (FEATURES,).
            weights: Shape (FEATURES, labels).
            bias: Shape (labels,).
        """
        self._idf, self._weights, self._bias = idf, weights, bias

    @property
    def classes(self) -> int:
        """How many intents it tells apart."""
        return len(self._bias)

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[int], *, classes: int) -> "NgramModel":
        """Train on texts.

        Args:
            texts: Inputs as `assistant.network.encode_input` makes them.
            labels: The class of each, in [0, classes); every class occurs.
            classes: How many there are.
        """
        from sklearn.linear_model import LogisticRegression

        counts = _counts(texts)
        present = np.bincount(counts.indices, minlength=FEATURES)
        idf = (np.log((1 + len(texts)) / (1 + present)) + 1).astype(np.float32)
        model = LogisticRegression(C=_PENALTY, max_iter=_ITERATIONS, tol=1e-3)
        model.fit(_weighted(counts, idf), labels)
        if classes == 2:  # scikit-learn keeps one row for two classes
            weights = np.concatenate([-model.coef_, model.coef_]) / 2
            bias = np.concatenate([-model.intercept_, model.intercept_]) / 2
        else:
            weights, bias = model.coef_, model.intercept_
        return cls(idf, np.ascontiguousarray(weights.T, np.float32), bias.astype(np.float32))

    def log_probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts, labels)."""
        from scipy.special import log_softmax

        scores = _weighted(_counts(texts), self._idf) @ self._weights + self._bias
        return np.asarray(log_softmax(scores, axis=-1), np.float32)

    def save(self, path: Path) -> None:
        """Write in half precision."""
        from safetensors.numpy import save_file

        parts = {"idf": self._idf, "weights": self._weights, "bias": self._bias}
        save_file({name: part.astype(np.float16) for name, part in parts.items()}, path)

    @classmethod
    def load(cls, path: Path) -> "NgramModel":
        """Read what `save` wrote.

        Raises:
            OSError: If the file cannot be read.
            SafetensorError: If it is damaged.
            KeyError: If it is another model's.
        """
        from safetensors.numpy import load_file

        parts = load_file(path)
        _hashing()  # importing scikit-learn takes a second and more: now, and not in the first turn
        return cls(*(parts[name].astype(np.float32) for name in ("idf", "weights", "bias")))


def _features(text: str) -> Iterator[str]:
    words = _WORD.findall(fold(text))
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    for word in words:
        if len(word) > 1:
            marked = f"<{word}>"
            yield from (marked[at : at + n] for n in (3, 4) for at in range(len(marked) - n + 1))


def _counts(texts: Sequence[str]) -> csr_matrix:
    return _hashing().transform(texts)


@lru_cache(maxsize=1)
def _hashing() -> "HashingVectorizer":
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer=lambda text: list(_features(text)), n_features=FEATURES, norm=None, alternate_sign=False
    )


def _weighted(counts: csr_matrix, idf: NDArray[np.float32]) -> csr_matrix:
    """TF-IDF with 1 + ln(tf), rows of length 1 (Manning et al. 2008, section 6.4)."""
    matrix = counts.astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
    return matrix
