"""Metrics: pure functions of rankings, labels and numbers. Higher is better but for errors and times.

A ranking is product ids, best first, no id twice. Grades are judgements by product id: 0 is judged
irrelevant, higher is more relevant, absent is unjudged. The functions on rankings measure one query;
what is reported is their mean over all queries, so every metric has the same denominator.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean
from typing import Literal

import numpy as np

Gain = Literal["exponential", "linear", "esci"]
"""How much a grade is worth in the nDCG; the collections are published with different ones."""

_ESCI_GAINS = (0.0, 0.01, 0.1, 1.0)

GAINS: Mapping[Gain, Callable[[int], float]] = {
    "exponential": lambda grade: 2.0**grade - 1,
    "linear": float,
    "esci": lambda grade: _ESCI_GAINS[grade],
}
"""The gain of a grade. Exponential: 2^grade - 1 (Burges et al., "Learning to Rank using Gradient Descent",
ICML 2005). Linear: the grade (Jarvelin and Kekalainen, ACM TOIS 20(4), 2002), as trec_eval and BEIR have it.
ESCI: 1, 0.1, 0.01 and 0 for the grades 3 (exact), 2 (substitute), 1 (complement) and 0 (irrelevant) (Reddy et
al., "Shopping Queries Dataset", arXiv:2206.06588)."""

ECE_BINS = 15
"""Bins of the calibration error, as in Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017)."""

RESAMPLES = 1000
"""Bootstrap resamples; the ends of a 95 % interval then rest on about 25 of them each."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is told from the others.

    Attributes:
        precision: Share of the predictions of this label that are right; 0 if it was never predicted.
        recall: Share of the cases of this label that were found; 0 if there are none.
        f1: Harmonic mean of the two; 0 if both are 0.
        support: Cases of this label.
    """

    precision: float
    recall: float
    f1: float
    support: int


# -- rankings ------------------------------------------------------------------------------------


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int, *, gain: Gain = "exponential") -> float:
    """Normalised discounted cumulative gain of the first `k`.

    Gain of `GAINS`, discount log2(rank + 1) (Jarvelin and Kekalainen, "Cumulated Gain-Based Evaluation of IR
    Techniques", ACM TOIS 20(4), 2002); the ideal is the best order of all judged products, found or not.

    >>> round(ndcg(["partial", "exact"], {"exact": 2, "partial": 1}, 10, gain="linear"), 4)
    0.8597

    Returns:
        In [0, 1]; 0 for an empty ranking and where nothing is relevant.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    found = _discounted([grades.get(key, 0) for key in _top(ranking, k)], gain)
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k], gain)
    return found / ideal if ideal else 0.0


def exact_ideal_ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int, *, best: int) -> float:
    """The nDCG with discount `rank` against an ideal of `k` products of the best grade, there or not.

    Sum of (2^grade - 1) / rank over the first `k`, divided by the sum of (2^best - 1) / rank over ranks 1 to
    `k`: the second definition in use on WANDS, with exact 2, partial 1, irrelevant 0 (D. Turnbull,
    github.com/softwaredoug/cheat-at-search, `cheat_at_search/eval.py`; its discount 1 / log2(2^rank) is
    1 / rank). A query with fewer than `k` exact products cannot reach 1.

    >>> exact_ideal_ndcg(["partial", "exact"], {"exact": 2, "partial": 1}, 2, best=2)
    0.5555555555555556

    Returns:
        In [0, 1]; 0 for an empty ranking.

    Raises:
        ValueError: If `k` or `best` is below 1 or an id is ranked twice.
    """
    if best < 1:
        raise ValueError(f"best must be 1 or more, not {best}")
    found = sum((2.0 ** grades.get(key, 0) - 1) / rank for rank, key in enumerate(_top(ranking, k), 1))
    return found / sum((2.0**best - 1) / rank for rank in range(1, k + 1))


def condensed_ndcg(
    ranking: Sequence[str], grades: Mapping[str, int], k: int, *, gain: Gain = "exponential"
) -> float:
    """The nDCG of the first `k` judged products: unjudged ones are removed before the cut.

    Does not punish a system for finding what the judges never saw (Sakai, "Alternatives to Bpref",
    SIGIR 2007).

    Returns:
        In [0, 1]; 0 where no judged product is ranked or nothing is relevant.

    Raises:
        ValueError: If `k` is below 1 or a judged id is ranked twice.
    """
    return ndcg([key for key in ranking if key in grades], grades, k, gain=gain)


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Share of all relevant products (grade above 0) that are in the first `k`.

    Returns:
        In [0, 1]; 0 where nothing is relevant.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    relevant = sum(grade > 0 for grade in grades.values())
    return _relevant(ranking, grades, k) / relevant if relevant else 0.0


def judged(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Share of the products in the first `k` that were judged; fewer than `k` results are no fault.

    Returns:
        In [0, 1]; 0 for an empty ranking.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    top = _top(ranking, k)
    return sum(key in grades for key in top) / len(top) if top else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """1 / rank of the first relevant product in the first `k`; the mean over queries is MRR@k.

    Returns:
        In [0, 1]; 0 if there is none.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    ranks = (rank for rank, key in enumerate(_top(ranking, k), 1) if grades.get(key, 0) > 0)
    return 1 / next(ranks, float("inf"))


def hit(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Whether a relevant product is in the first `k`; the mean over queries is HR@k.

    Returns:
        0 or 1; 0 for an empty ranking.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    return float(_relevant(ranking, grades, k) > 0)


def precision(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Relevant products in the first `k`, divided by `k`, as trec_eval does; unjudged is irrelevant.

    Returns:
        In [0, 1]; 0 for an empty ranking.

    Raises:
        ValueError: If `k` is below 1 or an id is ranked twice.
    """
    return _relevant(ranking, grades, k) / k


def average_precision(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Mean of the precision at the rank of each relevant product; 0 for those that are not ranked.

    (Manning, Raghavan, Schuetze, "Introduction to Information Retrieval", section 8.4.)

    Returns:
        In [0, 1]; 0 where nothing is relevant.

    Raises:
        ValueError: If an id is ranked twice.
    """
    relevant = sum(grade > 0 for grade in grades.values())
    total, found = 0.0, 0
    for rank, key in enumerate(_top(ranking, max(1, len(ranking))), 1):
        if grades.get(key, 0) > 0:
            found += 1
            total += found / rank
    return total / relevant if relevant else 0.0


def _top(ranking: Sequence[str], k: int) -> Sequence[str]:
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k}")
    if len(set(ranking)) < len(ranking):
        raise ValueError("a ranking holds each id once")
    return ranking[:k]


def _relevant(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> int:
    return sum(grades.get(key, 0) > 0 for key in _top(ranking, k))


def _discounted(grades: Sequence[int], gain: Gain) -> float:
    return sum(GAINS[gain](grade) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


# -- labels --------------------------------------------------------------------------------------


def accuracy(expected: Sequence[str], predicted: Sequence[str]) -> float:
    """Share of the predictions that are right.

    Returns:
        In [0, 1]; 0 without cases.

    Raises:
        ValueError: If the lengths differ.
    """
    right = [a == b for a, b in zip(expected, predicted, strict=True)]
    return sum(right) / len(right) if right else 0.0


def confusion(expected: Sequence[str], predicted: Sequence[str]) -> Counter[tuple[str, str]]:
    """How often each (expected, predicted) pair occurs, the right ones included; empty without cases.

    Raises:
        ValueError: If the lengths differ.
    """
    return Counter(zip(expected, predicted, strict=True))


def label_scores(expected: Sequence[str], predicted: Sequence[str]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of every label that is expected or predicted, labels sorted.

    F1 = 2 TP / (2 TP + FP + FN). Empty without cases.

    Raises:
        ValueError: If the lengths differ.
    """
    right = Counter(a for a, b in zip(expected, predicted, strict=True) if a == b)
    support, calls = Counter(expected), Counter(predicted)
    return {
        label: LabelScore(
            precision=right[label] / calls[label] if calls[label] else 0.0,
            recall=right[label] / support[label] if support[label] else 0.0,
            f1=2 * right[label] / (support[label] + calls[label]),
            support=support[label],
        )
        for label in sorted(support.keys() | calls.keys())
    }


def macro_f1(expected: Sequence[str], predicted: Sequence[str]) -> float:
    """Mean F1 over every label that is expected or predicted, as scikit-learn's `average="macro"`.

    A label that is predicted but never expected counts, with F1 0.

    Returns:
        In [0, 1]; 0 without cases.

    Raises:
        ValueError: If the lengths differ.
    """
    scores = label_scores(expected, predicted)
    return fmean(score.f1 for score in scores.values()) if scores else 0.0


def calibration_error(
    confidences: Sequence[float], correct: Sequence[bool], *, bins: int = ECE_BINS
) -> float:
    """Expected calibration error: how far confidence is from accuracy, on average.

    The mean over equal-width bins (low, high] of |accuracy - mean confidence|, weighted by the cases in
    the bin (Guo et al., ICML 2017).

    Args:
        confidences: Probabilities of the predicted labels, in [0, 1].
        correct: Whether each prediction is right.
        bins: How many bins.

    Returns:
        In [0, 1], lower is better; 0 without cases.

    Raises:
        ValueError: If the lengths differ or `bins` is below 1.
    """
    if bins < 1 or len(confidences) != len(correct):
        raise ValueError("calibration needs one confidence for each case, and a bin")
    if not confidences:
        return 0.0
    confidence = np.asarray(confidences, dtype=np.float64)
    gap = np.asarray(correct, dtype=np.float64) - confidence
    chosen = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    return float(np.abs(np.bincount(chosen, weights=gap, minlength=bins)).sum() / len(confidence))


def coverage_at(confidences: Sequence[float], correct: Sequence[bool], accuracy: float) -> float:
    """The largest share of cases, most confident first, on which the accuracy is still reached.

    Args:
        confidences: Of the predictions, any increasing score.
        correct: Whether each prediction is right.
        accuracy: What is asked for, in [0, 1].

    Returns:
        In [0, 1]; 0 when not even the most confident reach it, or without cases.
    """
    order = np.argsort(-np.asarray(confidences, dtype=np.float64), kind="stable")
    right = np.asarray(correct, dtype=np.float64)[order]
    counts = np.arange(1, len(right) + 1)
    enough = np.flatnonzero(np.cumsum(right) >= accuracy * counts)
    return float(counts[enough[-1]] / len(right)) if len(enough) else 0.0


def accuracy_at(confidences: Sequence[float], correct: Sequence[bool], coverage: float) -> float:
    """Accuracy on the given share of cases, the most confident; 0 without cases."""
    order = np.argsort(-np.asarray(confidences, dtype=np.float64), kind="stable")
    kept = np.asarray(correct, dtype=np.float64)[order][: round(coverage * len(order))]
    return float(kept.mean()) if len(kept) else 0.0


def auroc(negatives: Sequence[float], positives: Sequence[float]) -> float:
    """Chance that a positive case scores above a negative one, ties counting half.

    Raises:
        ValueError: If either has no cases.
    """
    from sklearn.metrics import roc_auc_score

    if not negatives or not positives:
        raise ValueError("AUROC needs cases of both kinds")
    truth = [0] * len(negatives) + [1] * len(positives)
    return float(roc_auc_score(truth, [*negatives, *positives]))


# -- numbers -------------------------------------------------------------------------------------


def percentile(values: Sequence[float], q: float) -> float:
    """The value below which `q` per cent lie, interpolated linearly between neighbours.

    Raises:
        ValueError: If there are no values or `q` is outside [0, 100].
    """
    if not values or not 0 <= q <= 100:
        raise ValueError("a percentile needs values, and q in [0, 100]")
    return float(np.percentile(values, q))


def bootstrap_interval(
    values: Sequence[float], *, seed: int = 0, level: float = 0.95, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean (Efron, "Bootstrap Methods", 1979).

    Args:
        values: One number for each case.
        seed: The same seed gives the same interval.
        level: Share of the resampled means inside the interval, in (0, 1).
        resamples: How many times the cases are drawn anew.

    Returns:
        (low, high), both within the range of the values.

    Raises:
        ValueError: If there are no values or `level` is outside (0, 1).
    """
    if not values or not 0 < level < 1:
        raise ValueError("an interval needs values, and a level in (0, 1)")
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(sample), size=(resamples, len(sample)))
    tail = 50 * (1 - level)
    low, high = np.percentile(sample[draws].mean(axis=1), [tail, 100 - tail])
    return float(low), float(high)


def wilson_interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (JASA 22(158), 1927); it has a width also where none was seen.

    >>> [round(end, 4) for end in wilson_interval(0, 1000)]
    [0.0, 0.0038]
    """
    if not of:
        return 0.0, 1.0
    z = 1.959964
    share = count / of
    centre = share + z * z / (2 * of)
    spread = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    scale = 1 + z * z / of
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def paired_bootstrap(
    before: Sequence[float], after: Sequence[float], *, seed: int = 0
) -> tuple[float, float]:
    """Percentile bootstrap 95 % interval of the mean difference of two systems on the same cases.

    The pairs are drawn anew, not each system's cases by themselves (Sakai, "Evaluating Evaluation Metrics
    based on the Bootstrap", SIGIR 2006).

    >>> paired_bootstrap([0.25, 0.5], [0.5, 0.75])
    (0.25, 0.25)

    Args:
        before: One number for each case.
        after: The same cases, in the same order.
        seed: The same seed gives the same interval.

    Returns:
        (low, high) of the mean of after - before.

    Raises:
        ValueError: If the lengths differ or there are no cases.
    """
    return bootstrap_interval([new - old for old, new in zip(before, after, strict=True)], seed=seed)
