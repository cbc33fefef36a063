"""The bundled measuring sets: readable, of the promised size, half in each language, nothing twice."""

from collections import Counter

import pytest

from assistant.utterances import bundled_utterances, labels_of
from eval.cases import bundled, read_intents
from eval.constraints import read_cases
from index.text import fold


@pytest.mark.parametrize("tag", ["mixed", "negation", "typos"])
def test_a_challenge_has_150_different_utterances_half_of_them_english(tag):
    rows = read_intents(bundled(f"challenge/{tag}.jsonl"))
    assert Counter(row.language for row in rows) == {"en": 75, "zh": 75}
    assert {row.tag for row in rows} == {tag}
    assert len({fold(row.text) for row in rows}) == 150


@pytest.mark.parametrize("tag", ["mixed", "negation", "typos"])
def test_a_challenge_asks_for_intents_that_the_training_data_have(tag):
    rows = read_intents(bundled(f"challenge/{tag}.jsonl"))
    assert set(labels_of(rows)) <= set(labels_of(bundled_utterances()))


@pytest.mark.parametrize(
    "tag",
    ["mixed", "negation", "typos"],
)
def test_no_utterance_of_a_challenge_is_trained_on(tag):
    trained = {fold(row.text) for row in bundled_utterances()}
    asked = [row.text for row in read_intents(bundled(f"challenge/{tag}.jsonl"))]
    assert [text for text in asked if fold(text) in trained] == []


@pytest.mark.parametrize(("name", "count"), [("dev", 300), ("test", 200)])
def test_constraint_cases_are_different_and_half_of_them_english(name, count):
    cases = read_cases(bundled(f"constraints.{name}.jsonl"))
    assert Counter(case.language for case in cases) == {"en": count // 2, "zh": count // 2}
    assert len({(case.text, str(case.facets)) for case in cases}) == count


@pytest.mark.parametrize("name", ["dev", "test"])
def test_constraint_cases_expect_only_values_that_their_catalogue_has(name):
    for case in read_cases(bundled(f"constraints.{name}.jsonl")):
        for key in ("include", "exclude"):
            for facet, values in case.expect.get(key, {}).items():
                assert set(values) <= set(case.facets[facet]), case.text
