"""The harness of the constraint parser: cases, judgement, scores, and `shop-eval constraints`."""

import json

import pytest

from assistant.constraints import parse_constraints
from eval import cli, constraints
from eval.cases import EvalDataError
from eval.constraints import Case, Judged, as_json, read_cases, vocabulary_of

FACETS = {"category": ["Phones", "Lamps"], "colour": ["black", "red"]}


def row(**changed: object) -> dict[str, object]:
    return {"text": "red lamp", "language": "en", "facets": FACETS, "expect": {}} | changed


def write(path, *rows):
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def judge(text: str, expect: dict[str, object]) -> Judged:
    case = Case(text, "en", FACETS, expect)
    return Judged(case, as_json(parse_constraints(text, vocabulary_of(case))))


# -- cases ---------------------------------------------------------------------------------------


def test_cases_are_read_in_order(tmp_path):
    file = write(tmp_path / "a.jsonl", row(), "", row(text="黑色的手机", language="zh"))
    assert read_cases(file) == [
        Case("red lamp", "en", FACETS, {}),
        Case("黑色的手机", "zh", FACETS, {}),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{oops", "is no JSON"),
        ("[1]", "no JSON object"),
        ({"text": "lamp", "language": "en", "facets": {}}, "KeyError.*expect"),
        ({"language": "en", "facets": {}, "expect": {}}, "KeyError.*text"),
        (row(expect=[]), "needs `text`"),
        (row(expect={"price": [1]}), "needs `text`"),
        (row(expect={"references": 2}), "needs `text`"),
        (row(expect={"include": ["red"]}), "needs `text`"),
        (row(expect={"colour": "red"}), r"expects \['colour'\]"),
        (row(expect={"price_level": "low"}), r"expects \['price_level'\]"),
        (row(text=7), "needs `text`"),
        (row(facets=[]), "needs `text`"),
        (row(expect={"sort": ["rating"]}), "needs `text`"),
        (row(expect={"include": {"colour": "red"}}), "needs `text`"),
    ],
)
def test_a_bad_case_names_its_line(tmp_path, bad, reason):
    with pytest.raises(EvalDataError, match=reason) as caught:
        read_cases(write(tmp_path / "a.jsonl", row(), bad))
    assert caught.value.line == 2


@pytest.mark.parametrize(("text", "reason"), [("", "is empty"), (None, "cannot be read")])
def test_no_cases_are_an_error_of_the_whole_file(tmp_path, text, reason):
    file = tmp_path / "a.jsonl"
    if text is not None:
        file.write_text(text)
    with pytest.raises(EvalDataError, match=reason) as caught:
        read_cases(file)
    assert caught.value.line is None


# -- judgement -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("hello", {}),
        ("under $50", {"price": {"max": 50.0, "currency": "USD"}}),
        ("between 20 and 40", {"price": {"min": 20.0, "max": 40.0}}),
        ("red lamp", {"include": {"colour": ("red",), "category": ("Lamps",)}}),
        ("not black", {"exclude": {"colour": ("black",)}}),
        ("two of them", {"quantity": 2}),
        ("the first and the third", {"references": (1, 3)}),
        ("4 stars and up, in stock, on sale", {"rating_min": 4.0, "in_stock": True, "on_sale": True}),
        ("cheapest first", {"sort": "price_asc"}),
        ("something cheaper", {"price_relative": "cheaper"}),
        ("a cheap one", {}),
    ],
)
def test_constraints_are_written_as_cases_expect_them(text, read):
    assert judge(text, {}).read == read


@pytest.mark.parametrize(
    ("text", "expect", "exact"),
    [
        ("red lamp", {"include": {"category": ["Lamps"], "colour": ["red"]}}, True),
        ("red or black lamp", {"include": {"category": ["Lamps"], "colour": ["black", "red"]}}, True),
        ("red lamp", {"include": {"category": ["Lamps"]}}, False),
        ("lamp", {"include": {"category": ["Lamps"], "colour": ["red"]}}, False),
        ("red lamp", {}, False),
        ("under 50", {"price": {"max": 50}}, True),
        ("under 50", {"price": {"max": 50.0, "currency": "USD"}}, False),
        ("under $50", {"price": {"max": 50}}, False),
        ("under 50", {"price": {"min": 50}}, False),
        ("the second", {"references": [2]}, True),
        ("not red", {"include": {"colour": ["red"]}}, False),
        ("4 stars", {"rating_min": 4}, True),
        ("hello", {}, True),
    ],
)
def test_a_match_is_exact_when_everything_is_read_and_nothing_else(text, expect, exact):
    assert judge(text, expect).exact is exact


# -- the report ----------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    return write(
        tmp_path / "cases.jsonl",
        row(expect={"include": {"category": ["Lamps"], "colour": ["red"]}}),
        row(text="red lamp under 50", expect={"include": {"category": ["Lamps"]}}),
        row(text="黑色的手机", language="zh", expect={"include": {"category": ["Phones"]}, "in_stock": True}),
        row(text="你好", language="zh"),
    )


def test_scores_of_a_worked_example(data, tmp_path):
    # English: 3 of 4 included values are asked for, and a price is read that nobody expects.
    # Chinese: one value too many, one flag not read.
    found = constraints.run(data, json_path=str(tmp_path / "report.json")).metrics
    assert (found["exact_match"], found["en.exact_match"], found["zh.exact_match"]) == (0.5, 0.5, 0.5)
    assert found["exact_match_ci_low"] <= 0.5 <= found["exact_match_ci_high"]
    assert found["en.include.precision"] == pytest.approx(3 / 4)
    assert found["en.include.recall"] == 1.0
    assert found["en.include.f1"] == pytest.approx(6 / 7)
    assert found["en.include.support"] == 3
    assert (found["en.price.precision"], found["en.price.support"]) == (0.0, 0)
    assert (found["zh.in_stock.recall"], found["zh.in_stock.f1"], found["zh.in_stock.support"]) == (0, 0, 1)
    assert found["zh.include.precision"] == 0.5
    assert found["count"] == 4
    assert "zh.price.f1" not in found


def test_the_report_lists_what_was_read_wrongly(data, tmp_path, capsys):
    file = tmp_path / "report.json"
    assert cli.main(["constraints", "--data", str(data), "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    report = json.loads(file.read_text(encoding="utf-8"))
    assert report["config"] == {"command": "constraints", "data": str(data)}
    assert [case["text"] for case in report["cases"]] == ["red lamp under 50", "黑色的手机"]
    assert report["cases"][0]["read"]["price"] == {"max": 50.0}
    assert f"{data}: 4 utterances" in printed
    assert 'price: expected null, read {"max": 50.0}' in printed
    assert "in_stock: expected true, read null" in printed


def test_json_on_stdout_is_alone_there(data, capsys):
    assert cli.main(["constraints", "--data", str(data), "--json", "-"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["metrics"]["count"] == 4
    assert "4 utterances" in printed.err


def test_a_bad_file_is_one_line_and_exit_code_1(tmp_path, capsys):
    file = write(tmp_path / "a.jsonl", row(expect={"weight": 1}))
    assert cli.main(["constraints", "--data", str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"shop-eval: {file}:1: expects ['weight']")


def test_without_a_file_the_bundled_cases_are_measured(capsys):
    assert cli.main(["constraints", "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["metrics"]["count"] == 300
    assert report["config"]["data"].endswith("constraints.dev.jsonl")
