"""The pictures of an intent report."""

import sys

import pytest

from assistant.turns import Intent
from assistant.utterances import Utterance
from eval.figures import draw
from eval.intent import Judged
from index.errors import ConfigError

pytest.importorskip("matplotlib", reason="figures are for developers")

PNG = b"\x89PNG\r\n\x1a\n"


def judged(*read: tuple[str, str, float]) -> list[Judged]:
    return [
        Judged(Utterance("hi", expected, "en"), intent := Intent(label, confidence), intent)
        for expected, label, confidence in read
    ]


@pytest.mark.parametrize(
    "read",
    [
        [("greet", "greet", 0.9), ("greet", "deny", 0.4), ("deny", "deny", 1.0)],
        [("greet", "deny", 0.0)],
    ],
)
def test_both_pictures_are_written_into_a_new_folder(tmp_path, read):
    folder = tmp_path / "new" / "pictures"
    draw(judged(*read), folder)
    assert {file.name for file in folder.iterdir()} == {"confusion.png", "confidence.png"}
    assert all(file.read_bytes().startswith(PNG) for file in folder.iterdir())


def test_a_folder_that_cannot_be_made_is_a_deliberate_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"--figures .*file.* cannot be written"):
        draw(judged(("greet", "greet", 0.9)), tmp_path / "file")


def test_without_matplotlib_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ConfigError, match="pip install matplotlib"):
        draw(judged(("greet", "greet", 0.9)), tmp_path)
