"""The evaluation commands: loaders, reports, and `shop-eval` from end to end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.turns import Intent
from assistant.utterances import Utterance, assign_folds, near_duplicate_groups
from eval import cli, cross_validation, intent, retrieval
from eval.cases import EvalDataError, RetrievalSet, read_intents, read_qrels, read_queries, read_retrieval
from eval.report import Report, require_writable, table
from index.errors import ConfigError, ShopError

QUERIES = "q1\tsmartphone\nq2\tjacket\n"
QRELS = "q1\tphone-black\t3\nq1\tphone-verra\t2\nq2\tjacket-down\t1\nq2\tmug\t0\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "shop"
    path.mkdir()
    _write(path / "queries.dev.tsv", QUERIES)
    _write(path / "qrels.dev.tsv", QRELS)
    return path


# -- loaders -------------------------------------------------------------------------------------


def test_retrieval_files_are_read_in_order(folder):
    assert read_retrieval(folder) == RetrievalSet(
        "shop/dev",
        {"q1": "smartphone", "q2": "jacket"},
        {"q1": {"phone-black": 3, "phone-verra": 2}, "q2": {"jacket-down": 1, "mug": 0}},
    )


def test_judgements_of_other_queries_are_left_out(folder):
    _write(folder / "qrels.dev.tsv", QRELS + "q9\tmug\t1\n")
    assert list(read_retrieval(folder).qrels) == ["q1", "q2"]


def test_a_query_without_judgements_is_refused(folder):
    _write(folder / "queries.dev.tsv", QUERIES + "q3\tlamp\n")
    with pytest.raises(EvalDataError, match="no judgement for query 'q3'"):
        read_retrieval(folder)


def test_quotes_byte_order_mark_and_blank_lines_are_read_as_people_mean_them(tmp_path):
    file = _write(tmp_path / "queries.tsv", '\ufeffq1\t24" monitor\r\n\r\nq2\t"aa\n')
    assert read_queries(file) == {"q1": '24" monitor', "q2": '"aa'}


def test_a_missing_file_names_its_path(tmp_path):
    with pytest.raises(EvalDataError, match="cannot be read: No such file") as caught:
        read_queries(tmp_path / "none.tsv")
    assert caught.value.path == tmp_path / "none.tsv"
    assert caught.value.line is None
    assert isinstance(caught.value, ShopError)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("q1\tphone\nq2\n", 2, "has 1 columns"),
        ("q1\tphone\nq2\ta\tb\n", 2, "has 3 columns"),
        ("\nq1\t \n", 2, "text is empty"),
        ("q1\tphone\nq1\tmug\n", 2, "comes twice"),
        ("\n\n", None, "is empty"),
    ],
)
def test_a_bad_query_row_names_its_line(tmp_path, text, line, reason):
    with pytest.raises(EvalDataError, match=reason) as caught:
        read_queries(_write(tmp_path / "queries.tsv", text))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("q1\tmug\tgood", "no whole number"),
        ("q1\tmug\t-1", "no whole number"),
        ("q1\tmug\t²", "no whole number"),
        ("q1\tmug", "has 2 columns"),
        ("q1\tlamp\t1", "judged twice"),
    ],
)
def test_a_bad_judgement_names_its_line(tmp_path, row, reason):
    file = _write(tmp_path / "qrels.tsv", f"q1\tlamp\t2\n{row}\n")
    with pytest.raises(EvalDataError, match=reason) as caught:
        read_qrels(file)
    assert str(caught.value).startswith(f"{file}:2: ")


def test_intents_are_read_from_jsonl_with_their_context_and_tag(tmp_path):
    rows = [
        {"intent": "greet", "language": "en", "text": "hi\u2028there"},
        {"intent": "affirm", "language": "zh", "text": "好的", "context": "question", "tag": "short"},
    ]
    file = _write(tmp_path / "a.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert read_intents(file) == [
        Utterance("hi\u2028there", "greet", "en"),
        Utterance("好的", "affirm", "zh", "question", "short"),
    ]


def test_intents_are_read_from_tsv_by_the_names_of_the_header(tmp_path):
    file = _write(tmp_path / "a.tsv", "Text\tintent\tlanguage\nbasket\tview_cart\ten\n")
    assert read_intents(file) == [Utterance("basket", "view_cart", "en")]


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("a.jsonl", '{"intent": "greet", "language": "en", "text": "hi"}\n{oops\n', 2, "no JSON"),
        ("a.jsonl", "[1]\n", 1, "no JSON object"),
        ("a.jsonl", '{"intent": "greet", "text": "hi"}\n', 1, "'language', has None"),
        ("a.jsonl", '{"intent": "greet", "language": "en", "text": 7}\n', 1, "'text', has 7"),
        (
            "a.jsonl",
            '{"intent": "greet", "language": "en", "text": "hi", "context": "bus"}\n',
            1,
            "context 'bus'",
        ),
        ("a.tsv", "intent\ttext\ngreet\thi\n", 1, "no column 'language'"),
        ("a.tsv", "intent\tlanguage\ttext\ngreet\thi\n", 2, "has 2 columns"),
        ("a.tsv", "intent\tlanguage\ttext\n", None, "no rows"),
        ("a.csv", "intent,language,text\n", None, "no known kind"),
    ],
)
def test_a_bad_intent_row_names_its_line(tmp_path, name, text, line, reason):
    with pytest.raises(EvalDataError, match=reason) as caught:
        read_intents(_write(tmp_path / name, text))
    assert caught.value.line == line


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_bytes("intent\tlanguage\ttext\ngreet\tzh\t你好\n".encode("gb18030"))
    with pytest.raises(EvalDataError, match="not UTF-8"):
        read_intents(file)


# -- reports -------------------------------------------------------------------------------------


def test_a_table_aligns_numbers_right_and_counts_chinese_as_two_columns():
    drawn = table(["name", "n", "share"], [["手机", 7, 0.5], ["phone", 12, 1.0]])
    assert drawn == "name    n  share\n手机    7  0.500\nphone  12  1.000"


def test_a_table_without_rows_is_its_header():
    assert table(["name", "n"], []) == "name  n"


def test_a_long_cell_is_cut_to_one_line():
    drawn = table(["text"], [["一\n" * 60]]).splitlines()
    assert len(drawn) == 2
    assert drawn[1].endswith("…")


def test_a_table_with_a_short_row_is_refused():
    with pytest.raises(ValueError, match="argument 2"):
        table(["a", "b"], [["only one"]])


def test_a_report_is_written_as_json(tmp_path):
    file = tmp_path / "report.json"
    Report({"accuracy": 0.5}, {"seed": 0}, [{"text": "你好"}]).to_json(file)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "metrics": {"accuracy": 0.5},
        "config": {"seed": 0},
        "cases": [{"text": "你好"}],
    }


def test_a_number_that_is_none_is_not_written_as_json(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        Report({"accuracy": float("nan")}).to_json(tmp_path / "report.json")


def test_an_unwritable_report_is_found_before_and_after_the_run(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "report.json"):
        with pytest.raises(ConfigError, match="cannot be written"):
            require_writable(str(path))
        with pytest.raises(ConfigError, match="cannot be written"):
            Report({}).to_json(path)
    require_writable(None)
    require_writable("-")
    require_writable(str(tmp_path / "report.json"))


# -- retrieval -----------------------------------------------------------------------------------


def test_retrieval_scores_what_the_searcher_returns(searcher, folder):
    report = retrieval.evaluate(searcher, read_retrieval(folder))
    rankings = {
        query: [hit.product.id for hit in searcher.search(text, limit=100).hits]
        for query, text in (("q1", "smartphone"), ("q2", "jacket"))
    }
    rows = {row["query"]: row for row in report.cases}
    assert rows["q2"]["mrr@10"] == 1 / (rankings["q2"].index("jacket-down") + 1)
    assert rows["q1"]["results"] == len(rankings["q1"])
    assert report.metrics["results_per_query"] == sum(map(len, rankings.values())) / 2
    assert report.metrics["count"] == 2
    assert report.config["judged_in_index"] == 1.0
    assert report.config["products"] == 15


def test_retrieval_reports_the_agreed_names(searcher, folder):
    report = retrieval.evaluate(searcher, read_retrieval(folder))
    assert list(report.metrics) == [
        "ndcg@10",
        "condensed_ndcg@10",
        "recall@100",
        "judged@10",
        "mrr@10",
        "ndcg@10_ci_low",
        "ndcg@10_ci_high",
        "results_per_query",
        "latency_p50_ms",
        "latency_p95_ms",
        "count",
    ]


def test_the_name_of_the_recall_follows_the_limit(searcher, folder):
    assert "recall@20" in retrieval.evaluate(searcher, read_retrieval(folder), limit=20).metrics


def test_the_worst_query_comes_first(searcher):
    # Nobody who wants a lamp is served by the kettle's judgement of 3 alone.
    data = RetrievalSet(
        "made", {"good": "Halo desk lamp", "bad": "mug"}, {"good": {"lamp": 1}, "bad": {"kettle": 3}}
    )
    report = retrieval.evaluate(searcher, data)
    assert [row["query"] for row in report.cases] == ["bad", "good"]
    assert report.cases[0]["ndcg@10"] < report.cases[1]["ndcg@10"] == 1.0


def test_an_index_of_another_catalogue_names_the_command_that_builds_the_right_one(searcher):
    data = RetrievalSet("made", {"q": "mug"}, {"q": {"mug": 1, "x": 2, "y": 0}})
    with pytest.raises(EvalDataError, match=r"33% .* `shop-index build FILE --data-dir DIR`"):
        retrieval.evaluate(searcher, data)


def test_json_to_stdout_is_pure_and_the_table_goes_to_stderr(searcher, folder, capsys):
    report = retrieval.run(data=folder, json_path="-", searcher=searcher)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "metrics": report.metrics,
        "config": report.config,
        "cases": report.cases,
    }
    assert "shop/dev: 2 queries, 15 products, 100% of the judged ones" in printed.err
    assert "smartphone" in printed.err


def test_without_json_the_table_goes_to_stdout(searcher, folder, capsys):
    retrieval.run(data=folder, searcher=searcher)
    lines = capsys.readouterr().out.splitlines()
    assert "metric              value" in lines
    assert "the 2 worst queries" in lines


# -- intent --------------------------------------------------------------------------------------


class Keywords:
    """A classifier by rules: "basket" is the cart, in a question everything affirms, the rest greets."""

    labels = ("affirm", "greet", "view_cart")

    def classify(self, text: str, context: str = "") -> Intent:
        """Read one utterance."""
        if "basket" in text:
            return Intent("view_cart", 0.9, "greet", 0.8)
        if context == "question":
            return Intent("affirm", 0.8, "greet", 0.6)
        return Intent("greet", 0.4, "affirm", 0.05)


@pytest.fixture
def utterances(tmp_path):
    rows = [
        ("view_cart", "en", "my basket", ""),
        ("affirm", "en", "sure", "question"),
        ("greet", "zh", "你好", ""),
        ("search_product", "zh", "手机", ""),
    ]
    lines = ["\t".join(row) for row in [("intent", "language", "text", "context"), *rows]]
    return _write(tmp_path / "set.tsv", "\n".join(lines))


def test_the_shipped_classifier_is_measured_on_a_file(utterances, capsys):
    report = intent.run_shipped(utterances, json_path="-", classifier=Keywords())
    printed = capsys.readouterr()
    assert json.loads(printed.out)["metrics"] == report.metrics
    assert report.metrics["accuracy"] == 0.75
    assert report.metrics["en.macro_f1"] == 1.0
    assert report.metrics["zh.macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert report.metrics["bare.macro_f1"] == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    # Confidences 0.9 and 0.8 are right; 0.4 is right once in two.
    assert report.metrics["ece"] == pytest.approx((0.1 + 0.2 + 2 * 0.1) / 4)
    assert report.metrics["coverage"] == 0.5
    assert report.metrics["covered_accuracy"] == 1.0
    assert report.metrics["view_cart.support"] == 1
    assert report.metrics["count"] == 4
    assert [row["text"] for row in report.cases] == ["手机"]
    assert "search_product -> greet: 1" in printed.err
    assert "cannot predict: search_product" in printed.err


def test_tags_are_reported_apart_and_in_each_language(tmp_path):
    rows = [
        {"intent": "view_cart", "language": "en", "text": "my baskte", "tag": "typos"},
        {"intent": "view_cart", "language": "zh", "text": "basket 里有啥", "tag": "mixed"},
        {"intent": "greet", "language": "en", "text": "hi"},
    ]
    file = _write(tmp_path / "a.jsonl", "\n".join(json.dumps(row) for row in rows))
    report = intent.run_shipped(file, classifier=Keywords())
    tagged = {name: value for name, value in report.metrics.items() if name.startswith(("typos", "mixed"))}
    assert tagged == {
        "mixed.en.macro_f1": 0.0,
        "mixed.zh.macro_f1": 1.0,
        "mixed.macro_f1": 1.0,
        "typos.en.macro_f1": 0.0,
        "typos.zh.macro_f1": 0.0,
        "typos.macro_f1": 0.0,
    }
    assert [case["tag"] for case in report.cases] == ["typos"]


def test_utterances_without_tags_have_no_rows_for_them(utterances):
    names = intent.run_shipped(utterances, classifier=Keywords()).metrics
    assert not [name for name in names if name.startswith(".") or "typos" in name]


def test_figures_are_written_beside_the_report(utterances, tmp_path):
    pytest.importorskip("matplotlib", reason="figures are for developers")
    intent.run_shipped(utterances, figures=tmp_path / "figures", classifier=Keywords())
    assert {file.suffix for file in (tmp_path / "figures").iterdir()} == {".png"}


class Outsider(Keywords):
    """Reads what has a question mark as none of the shop's business."""

    def classify(self, text: str, context: str = "") -> Intent:
        """Read one utterance."""
        foreign = text.endswith("?")
        return Intent("out_of_scope" if foreign else "greet", 0.9, outside=0.9 if foreign else 0.1)


def test_foreign_utterances_are_told_from_our_own(tmp_path):
    public, rows = tmp_path / "public", [["how tall is it?", "oos"], ["who won", "oos"]]
    (public / "clinc150").mkdir(parents=True)
    (public / "massive").mkdir()
    _write(public / "clinc150" / "data_full.json", json.dumps({"test": [], "oos_test": rows}))
    table = "text,label_text\n几点了?,datetime_query\n清单,lists_query\n"
    _write(public / "massive" / "amazon_massive_intent_zh-CN_test.csv", table)
    own = [("hi", "greet"), ("what is love?", "out_of_scope")]
    lines = [json.dumps({"text": text, "intent": label, "language": "en"}) for text, label in own]
    file = _write(tmp_path / "a.jsonl", "\n".join(lines))
    found = intent.run_shipped(file, public=public, classifier=Outsider()).metrics
    assert (found["clinc150.oos_auroc"], found["massive-zh.oos_auroc"]) == (0.75, 1.0)
    assert found["oos_auroc"] == 1.0


def test_folds_keep_near_duplicates_together_and_lose_nobody():
    texts = [f"{verb} the {thing}{end}" for verb in ("add", "buy") for thing in ("lamp", "kettle")
             for end in ("", "!", " please")]  # fmt: skip
    rows = [Utterance(text, "add_to_cart", "en") for text in texts]
    assigned = assign_folds(rows, folds=2, seed=0)
    folds_of_group: dict[int, set[int]] = {}
    for group, fold in zip(near_duplicate_groups(texts), assigned, strict=True):
        folds_of_group.setdefault(group, set()).add(fold)
    assert all(len(folds) == 1 for folds in folds_of_group.values())
    assert sorted(set(assigned)) == [0, 1]
    assert assigned == assign_folds(rows, folds=2, seed=0)


def test_folds_share_out_each_intent_and_language():
    words = ["apple", "bench", "cloud", "dizzy", "eagle", "flint", "grape", "hotel", "ivory", "joker"]
    rows = [Utterance(word, label, "en") for label in ("greet", "deny") for word in words]
    rows = [Utterance(f"{row.text} {row.intent} {row.text[::-1]}", row.intent, "en") for row in rows]
    assigned = assign_folds(rows, folds=5, seed=1)
    for label in ("greet", "deny"):
        held = [fold for row, fold in zip(rows, assigned, strict=True) if row.intent == label]
        assert [held.count(fold) for fold in range(5)] == [2] * 5


def test_more_folds_than_different_utterances_are_refused():
    rows = [Utterance("hello there", "greet", "en"), Utterance("hello there!", "greet", "en")]
    with pytest.raises(ConfigError, match="there are 1"):
        assign_folds(rows, folds=2, seed=0)


def test_cross_validation_reads_every_utterance_once_by_a_network_that_did_not_see_it(real_cache, capsys):
    things = ("lamp", "kettle", "phone", "jacket", "mug", "tea")
    rows = [Utterance(f"where is my {thing} order", "track_order", "en") for thing in things]
    rows += [Utterance(f"这个{thing}太丑了", "dislike_product", "zh", "products") for thing in things]
    report = cross_validation.run_cross_validation(
        rows, folds=2, epochs=1, augmented=False, jobs=1, json_path="-"
    )
    printed = capsys.readouterr()
    assert json.loads(printed.out)["config"] == report.config
    assert report.metrics["count"] == 12
    assert report.metrics["track_order.support"] == report.metrics["dislike_product.support"] == 6
    assert report.metrics["macro_f1_fold_min"] <= report.metrics["macro_f1_fold_max"]
    assert len(report.cases) == round(12 * (1 - report.metrics["accuracy"]))
    assert {name: report.config[name] for name in ("augmented", "public", "epochs")} == {
        "augmented": False,
        "public": False,
        "epochs": 1,
    }
    assert 0 <= report.metrics["bert_alone.macro_f1"] <= 1
    assert "2-fold cross-validation of 12 utterances" in printed.err


def test_cross_validation_of_one_intent_is_refused(real_cache):
    with pytest.raises(ConfigError, match="two intents"):
        cross_validation.run_cross_validation([Utterance("hi", "greet", "en")])


# -- the command ---------------------------------------------------------------------------------


def test_a_deliberate_error_is_one_line_and_exit_code_1(tmp_path, capsys):
    assert cli.main(["retrieval", "--data", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        f"shop-eval: {tmp_path}/queries.dev.tsv: cannot be read: No such file or directory\n"
    )


def test_without_an_index_the_command_says_what_to_run(folder, capsys):
    assert cli.main(["retrieval", "--data", str(folder)]) == 1
    assert "shop-index build FILE" in capsys.readouterr().err


def test_absent_default_data_says_where_to_get_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["retrieval"]) == 1
    assert "https://github.com/querqy/chorus" in capsys.readouterr().err


def test_an_unwritable_json_file_is_refused_before_the_run(tmp_path, capsys):
    assert cli.main(["intent", "--json", str(tmp_path / "none" / "x.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_folds_make_no_sense_with_a_file(utterances, capsys):
    assert cli.main(["intent", "--data", str(utterances), "--folds", "3"]) == 1
    assert "--folds and --epochs" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["weather"],
        ["retrieval", "--limit", "9"],
        ["intent", "--folds", "1"],
        ["intent", "--jobs", "0"],
        ["benchmark", "snips", "--public", "."],
        ["benchmark", "clinc150"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [["--help"], *([name, "--help"] for name in ("intent", "constraints", "benchmark", "retrieval"))],
)
def test_help_ends_with_an_example(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 0
    assert "\nexample:\n  shop-eval " in capsys.readouterr().out


def test_help_loads_no_heavy_library():
    heavy = ("torch", "transformers", "chromadb", "sqlalchemy", "numpy", "pydantic")
    program = (
        "import sys, eval.cli\n"
        "try: eval.cli.main(['retrieval', '--help'])\n"
        f"except SystemExit: print(sorted(set({heavy}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")
