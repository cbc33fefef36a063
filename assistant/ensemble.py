"""The two opinions on an intent made one: BERT's and the n-grams'."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.inputs import encode_input, pad, token_ids
from assistant.ngrams import NgramModel

Network = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""From token ids and mask, shape (texts, tokens), to logits, shape (texts, labels)."""

NGRAM_WEIGHT = 0.6
"""What the n-grams' log-probabilities count beside BERT's logits; flat between 0.4 and 1.0."""

BATCH = 64


class Ensemble:
    """Scores of intents: BERT's logits plus `NGRAM_WEIGHT` times the n-grams' log-probabilities.

    A product of experts (Hinton 2002, doi:10.1162/089976602760128018).
    """

    def __init__(self, network: Network, tokenizer: Any, ngrams: NgramModel | None) -> None:
        """Join trained parts.

        Args:
            network: BERT and its head.
            tokenizer: Of its encoder.
            ngrams: The second opinion; None leaves BERT alone.
        """
        self._network, self._tokenizer, self._ngrams = network, tokenizer, ngrams

    def scores(self, said: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Unnormalised log-probabilities, shape (utterances, labels).

        Args:
            said: (text, situation) pairs; a situation is one of `assistant.utterances.CONTEXTS`.
        """
        from scipy.special import log_softmax

        if not said:
            raise ValueError("nothing to score")
        texts = [encode_input(*pair) for pair in said]
        ids = token_ids(self._tokenizer, texts)
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        found: list[tuple[list[int], NDArray[np.float32]]] = []
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            batch = pad(self._tokenizer, [ids[at] for at in some], tensors="np")
            logits = self._network(batch["input_ids"], batch["attention_mask"])
            found.append((some, log_softmax(logits, axis=-1)))
        scores = np.concatenate([part for _, part in found])[
            np.argsort([at for some, _ in found for at in some])
        ]
        if self._ngrams is not None:
            scores += NGRAM_WEIGHT * self._ngrams.log_probabilities(texts)
        return np.asarray(scores, np.float32)
