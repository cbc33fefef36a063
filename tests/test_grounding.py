import json
from decimal import Decimal

import pytest

from assistant.turns import Generated
from assistant.verify.claims import Kind
from eval.answers import Answer, score
from eval.cases import EvalDataError, bundled
from eval.claims import KINDS, compose
from eval.cli import main
from eval.grounding import check, rates, read_judged, run
from eval.metrics import wilson_interval
from eval.stage import products_of
from index.schema import Product

LAMP = {
    "id": "lamp",
    "title": "Halo desk lamp, white",
    "brand": "Halo",
    "price": "25.00",
    "currency": "USD",
    "stock": 4,
}


@pytest.fixture(scope="module")
def composed():
    return compose(products_of(None), count=60, seed=7)


def test_as_many_sentences_are_made_true_as_false_in_each_language(composed):
    for language in ("en", "zh"):
        own = [case for case in composed if case.language == language]
        assert sum(case.supported for case in own) == sum(not case.supported for case in own) == 60
    assert {case.kind for case in composed} == set(KINDS)


def test_composing_is_the_same_every_time(composed):
    again = compose(products_of(None), count=60, seed=7)
    assert [case.sentence for case in again] == [case.sentence for case in composed]


def test_a_false_sentence_differs_from_the_true_one(composed):
    assert all(
        one.sentence != other.sentence for one, other in zip(composed[::2], composed[1::2], strict=True)
    )


def test_every_kind_has_phrasings_in_both_languages():
    phrasings = json.loads(bundled("grounding/phrasings.json").read_text(encoding="utf-8"))
    for kind, languages in phrasings.items():
        assert set(languages) == {"en", "zh"}, kind
        assert all(len(set(templates)) == len(templates) >= 12 for templates in languages.values()), kind


def test_rates_have_counts_and_intervals(composed):
    found = rates(check(composed))
    assert found[""]["false_pass_of"] == found[""]["false_block_of"] == 120
    assert found["zh"]["false_pass_ci_high"] > 0
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)


def judged(tmp_path, **row):
    file = tmp_path / "judged.jsonl"
    file.write_text(
        json.dumps({"language": "en", "evidence": [LAMP], "supported": True} | row), encoding="utf-8"
    )
    return file


def test_other_peoples_cases_are_read_and_judged(tmp_path, capsys):
    data = judged(tmp_path, sentence="The Halo lamp costs $25.")
    report = run(data, json_path=str(tmp_path / "out.json"))
    assert (report.metrics["false_block_rate"], report.metrics["false_pass_of"]) == (0.0, 0)
    assert "1 sentences" in capsys.readouterr().out
    (case,) = read_judged(data)
    assert case.evidence[0].price == Decimal("25.00")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"sentence": ""}, "needs text in 'sentence'"),
        ({"sentence": "x", "supported": "yes"}, "needs true or false in 'supported'"),
        ({"sentence": "x", "evidence": "lamp"}, "needs a list of product rows"),
        ({"sentence": "x", "evidence": [{"id": "lamp"}]}, "title"),
    ],
)
def test_a_broken_case_is_named_with_its_line(tmp_path, row, said):
    with pytest.raises(EvalDataError, match=said) as caught:
        read_judged(judged(tmp_path, **row))
    assert caught.value.line == 1


def test_the_command_prints_a_table(capsys):
    assert main(["grounding", "--count", "30", "--seed", "2"]) == 0
    assert "true blocked" in capsys.readouterr().out


def test_a_picture_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    run(None, products=products_of(None), count=26, figures=tmp_path, source="demo")
    assert (tmp_path / "grounding.png").stat().st_size > 1000


def test_what_survives_of_answers_is_counted_by_kind():
    answers = [
        Answer(
            "a lamp",
            (Generated("It is $25.", True), Generated("It is free.", False, Kind.PROMISE)),
            False,
            50.0,
            60.0,
            900.0,
        ),
        Answer("a mug", (), True, None, 40.0, 100.0),
    ]
    summary = score(answers)
    assert (summary["sentences"], summary["sentences_shown"], summary["dropped.promise"]) == (2, 1, 1)
    assert (summary["degraded"], summary["survival_rate"]) == (1, 0.5)
    assert summary["first_product_p50_ms"] == 50.0


def test_a_catalogue_without_anything_to_say_composes_nothing():
    assert compose([Product(id="x", title="Thing")], count=5) == []
