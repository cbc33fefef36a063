"""What an evaluation says: numbers, how they were made, and the cases behind them."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import ConfigError

STDOUT = "-"
"""As the name of a JSON file: standard output."""

CELL_WIDTH = 60
"""Columns of the terminal that one cell may take; longer text is cut."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one evaluation.

    Attributes:
        metrics: Numbers by plain name; a breakdown is a dotted prefix (`zh.macro_f1`).
        config: Everything that the numbers depend on.
        cases: One row for each case that is worth looking at, the worst first.
    """

    metrics: Mapping[str, float]
    config: Mapping[str, object] = field(default_factory=dict)
    cases: Sequence[Mapping[str, object]] = ()

    def to_json(self, path: Path | str) -> None:
        """Write {"metrics", "config", "cases"}; "-" writes to standard output.

        Raises:
            ConfigError: If the file cannot be written.
        """
        value = {"metrics": dict(self.metrics), "config": dict(self.config), "cases": list(self.cases)}
        if str(path) == STDOUT:
            sys.stdout.write(_json(value))
        else:
            write_json(value, Path(path))


def write_json(value: object, path: Path, *, option: str = "--json") -> None:
    """Write a value to a file as JSON.

    Args:
        value: What `json` can write, without NaN.
        path: The file.
        option: Of the command line, that named the file; for the error.

    Raises:
        ConfigError: If the file cannot be written.
    """
    try:
        path.write_text(_json(value), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{option} {path} cannot be written: {error.strerror}.") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def publish(report: Report, text: str, json_path: str | None) -> None:
    """Print the text and write the JSON if it is asked for; stdout then holds either, never both.

    Args:
        report: What is written as JSON.
        text: What a person reads.
        json_path: A file, "-" for stdout (the text then goes to stderr), or None for no JSON.

    Raises:
        ConfigError: If the file cannot be written.
    """
    print(text, file=sys.stderr if json_path == STDOUT else sys.stdout)
    if json_path is not None:
        report.to_json(json_path)


def require_writable(json_path: str | None, *, option: str = "--json") -> None:
    """Find out before a long run that its result could not be written.

    Args:
        json_path: The file, "-" for stdout, or None for no file.
        option: Of the command line, that named the file; for the error.

    Raises:
        ConfigError: If the file's folder does not exist, or a folder is named.
    """
    if json_path is None or json_path == STDOUT:
        return
    if Path(json_path).is_dir() or not Path(json_path).parent.is_dir():
        raise ConfigError(f"{option} {json_path} cannot be written: name a file in an existing folder.")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of text under a header: numbers to the right with three decimals, Chinese two columns wide.

    A column is one of numbers when all of its cells are; the first row's length is that of the header.

    Raises:
        ValueError: If a row has another length than the header.
    """
    columns = list(zip(header, *rows, strict=True))
    drawn = [_column(name, cells) for name, *cells in columns]
    lines = ["  ".join(line).rstrip() for line in zip(*drawn, strict=True)]
    return "\n".join(lines)


def _column(name: str, cells: Sequence[object]) -> list[str]:
    numeric = bool(cells) and all(isinstance(cell, int | float) for cell in cells)
    texts = [name, *map(_cell, cells)]
    width = max(map(_width, texts))
    fill = [" " * (width - _width(text)) for text in texts]
    return [space + text if numeric else text + space for space, text in zip(fill, texts, strict=True)]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    text = " ".join(str(value).split())
    if _width(text) <= CELL_WIDTH:
        return text
    while _width(text) >= CELL_WIDTH:
        text = text[:-1]
    return text + "…"


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(ch) in "WF" for ch in text)
    return len(text) + wide - sum(unicodedata.combining(ch) > 0 for ch in text)
