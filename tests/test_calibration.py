import numpy as np
import pytest
from scipy.special import softmax

from assistant.calibration import fit_temperature


def logits_and_labels(rows: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits that mean what they say: every label is drawn with the probability that they give it."""
    random = np.random.default_rng(0)
    logits = random.normal(scale=2, size=(rows, 5))
    ends = softmax(logits, axis=-1).cumsum(axis=-1)
    return logits, (random.random((rows, 1)) > ends).sum(axis=-1).clip(max=4)


@pytest.mark.parametrize("temperature", [0.2, 0.7, 1.0, 3.0, 10.0])
def test_the_temperature_that_logits_were_multiplied_by_is_found_again(temperature):
    logits, labels = logits_and_labels()
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_adding_a_constant_to_every_logit_changes_nothing():
    logits, labels = logits_and_labels(500)
    assert fit_temperature(logits + 1000, labels) == pytest.approx(fit_temperature(logits, labels), rel=1e-3)


def test_a_network_that_is_always_right_gets_the_lowest_temperature():
    assert fit_temperature(np.eye(4), np.arange(4)) == pytest.approx(0.05, rel=0.01)


def test_a_network_that_is_always_wrong_gets_the_highest_temperature():
    assert fit_temperature(np.eye(4), np.array([1, 2, 3, 0])) == pytest.approx(20, rel=0.01)


def test_single_precision_will_do():
    logits, labels = logits_and_labels(500)
    found = fit_temperature(logits.astype(np.float32), labels)
    assert found == pytest.approx(fit_temperature(logits, labels), rel=1e-3)
