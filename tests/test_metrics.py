"""The metrics against hand-worked numbers, properties, and scikit-learn."""

import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    ndcg_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

from eval import metrics

GRADES = {"a": 3, "b": 2, "c": 0, "d": 1}
RANKING = ["b", "x", "a", "c"]

ids = st.sampled_from(string.ascii_lowercase)
rankings = st.lists(ids, unique=True)
judgements = st.dictionaries(ids, st.integers(0, 4))
cuts = st.integers(1, 12)
pairs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1)

OF_RANKINGS = [
    metrics.ndcg,
    metrics.condensed_ndcg,
    metrics.recall,
    metrics.judged,
    metrics.reciprocal_rank,
    metrics.hit,
    metrics.precision,
]


# -- rankings ------------------------------------------------------------------------------------


def test_ndcg_of_a_worked_example():
    # DCG = 3/1 + 0 + 7/2 = 6.5; ideal a, b, d = 7/1 + 3/1.584963 + 1/2 = 9.392789
    assert metrics.ndcg(RANKING, GRADES, 3) == pytest.approx(0.692020, abs=1e-6)


def test_ndcg_counts_relevant_products_that_were_not_found():
    assert metrics.ndcg(["a"], {"a": 1, "b": 1}, 2) == pytest.approx(1 / 1.630930, abs=1e-6)


def test_ndcg_ideal_is_cut_at_k():
    assert metrics.ndcg(["a", "x"], {"a": 1, "b": 1}, 1) == 1.0


def test_ndcg_with_linear_gain_of_a_worked_example():
    # DCG = 2/1 + 0 + 3/2 = 3.5; ideal a, b, d = 3/1 + 2/1.584963 + 1/2 = 4.761860
    assert metrics.ndcg(RANKING, GRADES, 3, gain="linear") == pytest.approx(0.735007, abs=1e-6)


def test_ndcg_with_the_gains_of_esci_of_a_worked_example():
    # DCG = 0.1/1 + 0 + 1/2 = 0.6; ideal = 1/1 + 0.1/1.584963 + 0.01/2 = 1.068093
    assert metrics.ndcg(RANKING, GRADES, 3, gain="esci") == pytest.approx(0.561749, abs=1e-6)


def test_condensed_ndcg_takes_the_gain():
    # b, a, c = 2/1 + 3/1.584963 = 3.892789 of 4.761860
    assert metrics.condensed_ndcg(RANKING, GRADES, 3, gain="linear") == pytest.approx(0.817493, abs=1e-6)


def test_exact_ideal_ndcg_of_a_worked_example():
    # (3/1 + 0 + 1/3) / (3/1 + 3/2 + 3/3) = 3.333333 / 5.5
    grades = {"exact": 2, "partial": 1}
    found = metrics.exact_ideal_ndcg(["exact", "x", "partial"], grades, 3, best=2)
    assert found == pytest.approx(0.606061, abs=1e-6)


def test_exact_ideal_ndcg_punishes_a_query_that_has_too_few_exact_products():
    grades = {"exact": 2, "partial": 1}
    assert metrics.ndcg(["exact", "partial"], grades, 10, gain="linear") == 1.0
    assert metrics.exact_ideal_ndcg(["exact", "partial"], grades, 10, best=2) < 0.4
    assert (
        metrics.exact_ideal_ndcg([f"e{n}" for n in range(3)], {f"e{n}": 2 for n in range(3)}, 3, best=2)
        == 1.0
    )


def test_exact_ideal_ndcg_of_nothing_is_zero_and_needs_a_best_grade():
    assert metrics.exact_ideal_ndcg([], {"a": 2}, 10, best=2) == 0.0
    with pytest.raises(ValueError, match="best must be 1 or more"):
        metrics.exact_ideal_ndcg(["a"], {"a": 2}, 10, best=0)
    with pytest.raises(ValueError, match="k must be 1 or more"):
        metrics.exact_ideal_ndcg(["a"], {"a": 2}, 0, best=2)


def test_condensed_ndcg_of_a_worked_example():
    # Without x: b, a, c = 3/1 + 7/1.584963 = 7.416508 of 9.392789
    assert metrics.condensed_ndcg(RANKING, GRADES, 3) == pytest.approx(0.789596, abs=1e-6)


def test_recall_counts_only_relevant_products():
    assert metrics.recall(RANKING, GRADES, 4) == pytest.approx(2 / 3)
    assert metrics.recall(RANKING, GRADES, 1) == pytest.approx(1 / 3)


def test_judged_counts_irrelevant_judgements_too():
    assert metrics.judged(RANKING, GRADES, 4) == 0.75
    assert metrics.judged(RANKING, GRADES, 2) == 0.5


def test_judged_does_not_punish_short_rankings():
    assert metrics.judged(["a"], GRADES, 10) == 1.0


def test_reciprocal_rank_is_that_of_the_first_relevant_product():
    assert metrics.reciprocal_rank(["x", "c", "d", "a"], GRADES, 10) == pytest.approx(1 / 3)


def test_reciprocal_rank_beyond_the_cut_is_zero():
    assert metrics.reciprocal_rank(["x", "c", "d", "a"], GRADES, 2) == 0.0


def test_hit_needs_a_relevant_product_within_the_cut():
    assert metrics.hit(["x", "c", "d"], GRADES, 3) == 1.0
    assert metrics.hit(["x", "c", "d"], GRADES, 2) == 0.0


def test_precision_divides_by_k_even_when_fewer_are_returned():
    assert metrics.precision(RANKING, GRADES, 4) == 0.5
    assert metrics.precision(["a"], GRADES, 10) == 0.1


def test_average_precision_of_a_worked_example():
    # b at 1 (1/1), a at 3 (2/3), d never found: (1 + 2/3 + 0) / 3
    assert metrics.average_precision(RANKING, GRADES) == pytest.approx(5 / 9)


@pytest.mark.parametrize("metric", OF_RANKINGS)
def test_an_empty_ranking_scores_zero(metric):
    assert metric([], GRADES, 10) == 0.0


@pytest.mark.parametrize("metric", OF_RANKINGS)
def test_without_judgements_everything_is_zero(metric):
    assert metric(RANKING, {}, 10) == 0.0


def test_average_precision_of_nothing_is_zero():
    assert metrics.average_precision([], GRADES) == 0.0
    assert metrics.average_precision(RANKING, {}) == 0.0


def test_only_irrelevant_judgements_give_ndcg_and_recall_of_zero():
    assert metrics.ndcg(["c"], {"c": 0}, 10) == 0.0
    assert metrics.recall(["c"], {"c": 0}, 10) == 0.0


@pytest.mark.parametrize("metric", OF_RANKINGS)
def test_a_ranking_with_an_id_twice_is_refused(metric):
    with pytest.raises(ValueError, match="each id once"):
        metric(["a", "a"], GRADES, 10)


@pytest.mark.parametrize("metric", OF_RANKINGS)
def test_a_cut_below_one_is_refused(metric):
    with pytest.raises(ValueError, match="1 or more"):
        metric(RANKING, GRADES, 0)


@given(rankings, judgements, cuts)
@pytest.mark.parametrize("metric", OF_RANKINGS)
def test_metrics_of_rankings_lie_between_zero_and_one(metric, ranking, grades, k):
    assert 0.0 <= metric(ranking, grades, k) <= 1.0 + 1e-12


@given(judgements.filter(lambda grades: any(grades.values())), cuts)
def test_the_perfect_ranking_scores_one(grades, k):
    perfect = sorted(grades, key=lambda key: -grades[key])
    assert metrics.ndcg(perfect, grades, k) == pytest.approx(1.0)
    assert metrics.average_precision(perfect, grades) == pytest.approx(1.0)


@given(rankings, judgements, cuts)
def test_condensed_ndcg_ignores_unjudged_products(ranking, grades, k):
    alone = [key for key in ranking if key in grades]
    padded = [f"unjudged {i}" for i in range(5)] + ranking
    assert metrics.condensed_ndcg(padded, grades, k) == metrics.ndcg(alone, grades, k)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=20), cuts)
def test_ndcg_agrees_with_scikit_learn(found, k):
    gains = [[2**grade - 1 for grade in found]]
    order = [[-rank for rank in range(len(found))]]
    ranking = [str(rank) for rank in range(len(found))]
    ours = metrics.ndcg(ranking, dict(zip(ranking, found, strict=True)), k)
    assert ours == pytest.approx(ndcg_score(gains, order, k=k))
    linear = metrics.ndcg(ranking, dict(zip(ranking, found, strict=True)), k, gain="linear")
    assert linear == pytest.approx(ndcg_score([found], order, k=k))


@given(st.lists(st.booleans(), min_size=1, max_size=20).filter(any))
def test_average_precision_agrees_with_scikit_learn(relevant):
    ranking = [str(rank) for rank in range(len(relevant))]
    grades = {key: int(value) for key, value in zip(ranking, relevant, strict=True)}
    theirs = average_precision_score(relevant, [-rank for rank in range(len(relevant))])
    assert metrics.average_precision(ranking, grades) == pytest.approx(theirs)


# -- labels --------------------------------------------------------------------------------------

EXPECTED = ["cart", "cart", "cart", "search", "search", "greet"]
PREDICTED = ["cart", "cart", "search", "search", "deny", "greet"]


def test_accuracy_of_a_worked_example():
    assert metrics.accuracy(EXPECTED, PREDICTED) == pytest.approx(4 / 6)


def test_label_scores_of_a_worked_example():
    scores = metrics.label_scores(EXPECTED, PREDICTED)
    assert list(scores) == ["cart", "deny", "greet", "search"]
    assert scores["cart"] == metrics.LabelScore(1.0, pytest.approx(2 / 3), pytest.approx(0.8), 3)
    assert scores["search"] == metrics.LabelScore(0.5, 0.5, 0.5, 2)
    assert scores["greet"] == metrics.LabelScore(1.0, 1.0, 1.0, 1)
    assert scores["deny"] == metrics.LabelScore(0.0, 0.0, 0.0, 0)


def test_macro_f1_counts_a_label_that_was_only_predicted():
    assert metrics.macro_f1(EXPECTED, PREDICTED) == pytest.approx((0.8 + 0 + 1 + 0.5) / 4)


def test_confusion_counts_pairs():
    assert metrics.confusion(EXPECTED, PREDICTED) == Counter(
        {
            ("cart", "cart"): 2,
            ("cart", "search"): 1,
            ("search", "search"): 1,
            ("search", "deny"): 1,
            ("greet", "greet"): 1,
        }
    )


def test_without_cases_label_metrics_are_zero_or_empty():
    assert metrics.accuracy([], []) == 0.0
    assert metrics.macro_f1([], []) == 0.0
    assert metrics.label_scores([], []) == {}
    assert metrics.confusion([], []) == Counter()


@pytest.mark.parametrize(
    "metric", [metrics.accuracy, metrics.macro_f1, metrics.label_scores, metrics.confusion]
)
def test_labels_of_unequal_number_are_refused(metric):
    with pytest.raises(ValueError, match="argument 2"):
        metric(["a", "b"], ["a"])


@given(pairs)
def test_label_metrics_agree_with_scikit_learn(cases):
    expected, predicted = map(list, zip(*cases, strict=True))
    scores = metrics.label_scores(expected, predicted)
    theirs = precision_recall_fscore_support(expected, predicted, labels=list(scores), zero_division=0)
    ours = np.array([[s.precision, s.recall, s.f1, s.support] for s in scores.values()]).T
    assert np.allclose(ours, np.array(theirs, dtype=float))
    assert metrics.macro_f1(expected, predicted) == pytest.approx(
        f1_score(expected, predicted, average="macro", zero_division=0)
    )


# -- calibration ---------------------------------------------------------------------------------


def test_calibration_error_of_a_worked_example():
    # Bin (0.8, 0.9]: 2 cases, confidence 0.85, accuracy 0.5; bin (0.2, 0.3]: 1 case, 0.25 against 1.
    found = metrics.calibration_error([0.84, 0.86, 0.25], [True, False, True], bins=10)
    assert found == pytest.approx((2 * 0.35 + 1 * 0.75) / 3)


def test_a_bin_includes_its_upper_end():
    # 0.5 and 0.4 share the bin (0, 0.5]: |0.5 - 0.45| over both; apart they would give (0.5 + 0.4) / 2.
    assert metrics.calibration_error([0.5, 0.4], [True, False], bins=2) == pytest.approx(0.05)


def test_calibration_has_fifteen_bins_unless_told():
    # 0.60 lies in (8/15, 9/15] and 0.61 in the next bin; the default must keep them apart.
    values, right = [0.60, 0.61], [True, False]
    assert metrics.calibration_error(values, right) == pytest.approx((0.40 + 0.61) / 2)


def test_confidence_that_is_always_right_has_no_calibration_error():
    assert metrics.calibration_error([1.0, 1.0, 0.0], [True, True, False]) == 0.0


def test_calibration_error_without_cases_is_zero():
    assert metrics.calibration_error([], []) == 0.0


def test_calibration_refuses_unequal_lengths_and_no_bins():
    with pytest.raises(ValueError, match="one confidence"):
        metrics.calibration_error([0.5], [])
    with pytest.raises(ValueError, match="a bin"):
        metrics.calibration_error([0.5], [True], bins=0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_calibration_error_lies_between_zero_and_one(cases):
    assert 0.0 <= metrics.calibration_error(*zip(*cases, strict=True)) <= 1.0 + 1e-12


# -- confidence ----------------------------------------------------------------------------------

SURE = [0.9, 0.2, 0.8, 0.6, 0.4]
RIGHT = [True, False, True, False, True]  # most confident first: right, right, wrong, right, wrong


@pytest.mark.parametrize(
    ("accuracy", "coverage"), [(1.0, 2 / 5), (0.75, 4 / 5), (0.7, 4 / 5), (0.6, 1.0), (0.0, 1.0)]
)
def test_coverage_is_the_largest_share_on_which_the_accuracy_is_reached(accuracy, coverage):
    assert metrics.coverage_at(SURE, RIGHT, accuracy) == pytest.approx(coverage)


def test_coverage_is_zero_without_cases_and_when_every_case_is_wrong():
    assert metrics.coverage_at([], [], 0.5) == 0.0
    assert metrics.coverage_at([0.9, 0.8], [False, False], 0.5) == 0.0


@pytest.mark.parametrize(
    ("coverage", "accuracy"), [(0.4, 1.0), (0.6, 2 / 3), (0.8, 3 / 4), (1.0, 3 / 5), (0.0, 0.0)]
)
def test_accuracy_is_that_of_the_most_confident(coverage, accuracy):
    assert metrics.accuracy_at(SURE, RIGHT, coverage) == pytest.approx(accuracy)


def test_accuracy_without_cases_is_zero():
    assert metrics.accuracy_at([], [], 0.9) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.floats(0, 1))
def test_what_is_covered_is_as_accurate_as_was_asked(cases, accuracy):
    confidences, right = zip(*cases, strict=True)
    coverage = metrics.coverage_at(confidences, right, accuracy)
    assert 0.0 <= coverage <= 1.0
    assert coverage == 0.0 or metrics.accuracy_at(confidences, right, coverage) >= accuracy - 1e-9


def test_auroc_of_a_worked_example():
    # Of the six pairs four are in order and one is a tie.
    assert metrics.auroc([0.1, 0.5, 0.7], [0.5, 0.9]) == pytest.approx((4 + 0.5) / 6)


@pytest.mark.parametrize(
    ("negatives", "positives"),
    [
        ([], []),
        ([0.5], []),
        ([], [0.5]),
    ],
)
def test_auroc_refuses_a_side_without_cases(negatives, positives):
    with pytest.raises(ValueError, match=r"."):
        metrics.auroc(negatives, positives)


scores = st.lists(st.integers(0, 9).map(lambda tenths: tenths / 10), min_size=1)


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_in_order_and_agrees_with_scikit_learn(negatives, positives):
    pairs_in_order = [(high > low) + (high == low) / 2 for low in negatives for high in positives]
    ours = metrics.auroc(negatives, positives)
    assert ours == pytest.approx(np.mean(pairs_in_order))
    truth = [0] * len(negatives) + [1] * len(positives)
    assert ours == pytest.approx(roc_auc_score(truth, negatives + positives))


# -- numbers -------------------------------------------------------------------------------------


def test_percentile_interpolates_between_neighbours():
    assert metrics.percentile([40.0, 10.0, 20.0, 30.0], 50) == 25.0
    assert metrics.percentile([10.0, 20.0, 30.0], 95) == pytest.approx(29.0)
    assert metrics.percentile([7.0], 95) == 7.0


def test_percentile_refuses_no_values_and_a_wrong_q():
    with pytest.raises(ValueError, match="needs values"):
        metrics.percentile([], 50)
    with pytest.raises(ValueError, match="q in"):
        metrics.percentile([1.0], 101)


def test_bootstrap_interval_is_the_same_for_the_same_seed_only():
    values = [float(i) for i in range(20)]
    assert metrics.bootstrap_interval(values, seed=3) == metrics.bootstrap_interval(values, seed=3)
    assert metrics.bootstrap_interval(values, seed=3) != metrics.bootstrap_interval(values, seed=4)


def test_bootstrap_interval_has_the_width_that_theory_gives():
    # 400 fair coin flips: 0.5 +- 1.96 * sqrt(0.25 / 400) = 0.5 +- 0.049
    low, high = metrics.bootstrap_interval([0.0, 1.0] * 200, resamples=5000)
    assert low == pytest.approx(0.451, abs=0.006)
    assert high == pytest.approx(0.549, abs=0.006)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_bootstrap_interval_stays_within_the_values(values):
    low, high = metrics.bootstrap_interval(values, resamples=50)
    slack = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - slack <= low <= high <= max(values) + slack


def test_bootstrap_interval_refuses_no_values_and_a_wrong_level():
    with pytest.raises(ValueError, match="needs values"):
        metrics.bootstrap_interval([])
    with pytest.raises(ValueError, match="level"):
        metrics.bootstrap_interval([1.0], level=1.0)


def test_a_paired_bootstrap_of_a_constant_difference_is_that_difference():
    before = [0.0, 0.25, 0.5, 0.75]
    assert metrics.paired_bootstrap(before, [value + 0.25 for value in before]) == (0.25, 0.25)


def test_a_paired_bootstrap_is_that_of_the_differences_and_can_be_repeated():
    before, after = [0.1, 0.9, 0.4, 0.6, 0.2], [0.3, 0.8, 0.9, 0.6, 0.1]
    differences = [new - old for old, new in zip(before, after, strict=True)]
    found = metrics.paired_bootstrap(before, after, seed=3)
    assert found == metrics.bootstrap_interval(differences, seed=3)
    assert found[0] < 0.1 < found[1]


def test_a_paired_bootstrap_sees_what_two_intervals_hide():
    before = [number / 40 for number in range(40)]
    after = [value + (0.03 if at % 2 else 0.01) for at, value in enumerate(before)]
    assert metrics.bootstrap_interval(before)[1] > metrics.bootstrap_interval(after)[0]
    assert metrics.paired_bootstrap(before, after)[0] > 0


@pytest.mark.parametrize(("before", "after"), [([], []), ([0.1], [0.1, 0.2])])
def test_a_paired_bootstrap_needs_pairs(before, after):
    with pytest.raises(ValueError, match=r"interval needs values|argument 2"):
        metrics.paired_bootstrap(before, after)
