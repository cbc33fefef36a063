"""Makes probabilities mean what they say: temperature scaling (Guo et al. 2017, arXiv:1706.04599)."""

import numpy as np
from numpy.typing import NDArray


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature at which held-out logits have the lowest negative log-likelihood.

    Args:
        logits: Shape (rows, labels), of rows that the network was not trained on.
        labels: Shape (rows,), the right label of each.

    Returns:
        What to divide logits by, in [0.05, 20]; above 1 when the network is surer than it should be.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=-1)
        return -float(scaled[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded").x))
