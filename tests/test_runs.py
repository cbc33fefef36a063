"""Saved runs, and the comparison of two."""

import json

import pytest

from eval import cli, retrieval
from eval.cases import EvalDataError, RetrievalSet
from eval.runs import (
    QueryScore,
    Run,
    comparison,
    pair,
    read_run,
    render_comparison,
    require_same_queries,
    save_run,
)


def _run(name: str, scores: dict[str, float], *, results: int = 2) -> Run:
    ranking = tuple(f"p{at}" for at in range(results))
    return Run(
        {"set": name},
        tuple(QueryScore(key, f"text of {key}", ranking, 1.0, {"ndcg@10": at}) for key, at in scores.items()),
    )


BEFORE = _run("made/dev", {"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.25})
AFTER = _run("made/dev", {"a": 0.75, "b": 0.25, "c": 0.5, "d": 1.0}, results=5)


def test_a_run_is_read_as_it_was_saved(tmp_path):
    save_run(AFTER, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == AFTER


def test_pairs_come_with_the_greatest_gain_first():
    assert [(each.after.query, each.gain) for each in pair(BEFORE, AFTER)] == [
        ("d", 0.75),
        ("a", 0.25),
        ("c", 0.0),
        ("b", -0.25),
    ]


def test_a_comparison_counts_wins_ties_losses_and_results():
    numbers = comparison(BEFORE, AFTER, pair(BEFORE, AFTER))
    assert numbers["baseline.ndcg@10"] == 0.4375
    assert numbers["difference.ndcg@10"] == 0.1875
    assert numbers["difference.ndcg@10_ci_low"] < 0.1875 < numbers["difference.ndcg@10_ci_high"]
    wins, ties, losses = (numbers[f"difference.{name}"] for name in ("wins", "ties", "losses"))
    assert (wins, ties, losses) == (2, 1, 1)
    assert numbers["baseline.results_per_query"] == 2
    assert numbers["difference.results_per_query"] == 3


def test_the_table_shows_both_directions_the_largest_first():
    pairs = pair(BEFORE, AFTER)
    lines = render_comparison(comparison(BEFORE, AFTER, pairs), pairs).splitlines()
    assert lines[0].startswith("ndcg@10 0.438 -> 0.625: +0.188, 95 % interval -")
    assert lines[0].endswith("2 wins, 1 ties, 1 losses")
    assert lines[1] == "results a query 2.0 -> 5.0"
    assert lines[3] == "the 2 queries that gained most"
    assert [line.split()[2] for line in lines[5:7]] == ["d", "a"]
    assert lines[8] == "the 1 queries that lost most"
    assert lines[10].split() == ["text", "of", "b", "0.500", "0.250", "-0.250", "2", "5"]


def test_equal_runs_have_no_rows():
    pairs = pair(BEFORE, BEFORE)
    assert render_comparison(comparison(BEFORE, BEFORE, pairs), pairs).splitlines() == [
        "ndcg@10 0.438 -> 0.438: +0.000, 95 % interval +0.000 to +0.000; 0 wins, 4 ties, 0 losses",
        "results a query 2.0 -> 2.0",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{oops", "is no run that --save wrote: the file: Invalid JSON"),
        ('{"metrics": {}}', "is no run that --save wrote: config: Field required"),
        ('{"config": {}, "queries": []}', "a query has no ndcg@10, or there is none"),
    ],
)
def test_a_file_that_is_no_run_is_refused(tmp_path, text, reason):
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(EvalDataError) as caught:
        read_run(file)
    assert reason in str(caught.value)


def test_a_missing_run_names_its_file(tmp_path):
    with pytest.raises(EvalDataError, match=r"none\.json: cannot be read: No such file"):
        read_run(tmp_path / "none.json")


@pytest.mark.parametrize(
    "queries",
    [
        {"a": "text of a", "b": "text of b", "c": "text of c"},
        {"a": "text of a", "b": "text of b", "c": "text of c", "e": "text of d"},
    ],
)
def test_runs_over_other_queries_are_not_compared(tmp_path, queries):
    data = RetrievalSet("other/dev", queries, {key: {"x": 1} for key in queries})
    with pytest.raises(EvalDataError, match=r"3 of its 4 queries are among the \d of other/dev; compare"):
        require_same_queries(BEFORE, data, tmp_path / "run.json")


def test_the_same_queries_in_another_language_are_compared(tmp_path):
    queries = {item.query: f"{item.text} 的译文" for item in BEFORE.queries}
    data = RetrievalSet("other/zh", queries, {key: {"x": 1} for key in queries})
    require_same_queries(BEFORE, data, tmp_path / "run.json")


# -- the command ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "queries.dev.tsv").write_text("q1\tsmartphone\nq2\tjacket\n")
    (tmp_path / "qrels.dev.tsv").write_text("q1\tphone-black\t3\nq1\tmug\t1\nq2\tjacket-down\t1\n")
    return tmp_path


def test_a_saved_run_holds_the_rankings_the_metrics_and_the_configuration(searcher, folder):
    report = retrieval.run(data=folder, searcher=searcher, save=folder / "run.json")
    saved = json.loads((folder / "run.json").read_text())
    assert saved["config"] == report.config
    first = saved["queries"][0]
    assert (first["query"], first["text"]) == ("q1", "smartphone")
    assert first["ranking"] == [hit.product.id for hit in searcher.search("smartphone", limit=100).hits]
    assert first["scores"]["ndcg@10"] == next(row for row in report.cases if row["query"] == "q1")["ndcg@10"]


def test_a_run_compared_with_a_worse_one_says_what_changed(searcher, folder, capsys):
    retrieval.run(data=folder, searcher=searcher, save=folder / "run.json")
    saved = json.loads((folder / "run.json").read_text())
    better = saved["queries"][1]["scores"]["ndcg@10"]
    saved["queries"][1].update(ranking=["mug"], scores={"ndcg@10": 0.0})
    (folder / "run.json").write_text(json.dumps(saved))
    capsys.readouterr()
    report = retrieval.run(data=folder, searcher=searcher, compare=folder / "run.json", json_path="-")
    printed = capsys.readouterr()
    written = json.loads(printed.out)
    assert written["metrics"]["difference.wins"] == report.metrics["difference.wins"] == 1
    assert written["metrics"]["difference.ties"] == 1
    assert written["metrics"]["difference.ndcg@10"] == pytest.approx(better / 2)
    assert written["config"]["compared_with"]["file"] == str(folder / "run.json")
    row = next(row for row in written["cases"] if row["query"] == "q2")
    assert (row["baseline.ndcg@10"], row["difference.ndcg@10"], row["baseline.results"]) == (0.0, better, 1)
    assert "the 1 queries that gained most" in printed.err


def test_runs_over_other_queries_are_refused_before_the_index_is_opened(folder, capsys):
    save_run(BEFORE, folder / "run.json")
    assert cli.main(["retrieval", "--data", str(folder), "--compare", str(folder / "run.json")]) == 1
    assert "compare runs over the same queries" in capsys.readouterr().err


def test_a_run_that_cannot_be_saved_is_refused_before_the_search(folder, capsys):
    assert cli.main(["retrieval", "--data", str(folder), "--save", str(folder / "none" / "run.json")]) == 1
    assert capsys.readouterr().err == (
        f"shop-eval: --save {folder}/none/run.json cannot be written: name a file in an existing folder.\n"
    )
