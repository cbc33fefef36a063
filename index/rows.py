"""Turns a file's bytes into rows: CSV, TSV, JSONL and JSON lists, plain or gzipped."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import CatalogueError, ConfigError
from index.text import clean

Row = dict[str, Any]
"""One record of a file, by column name."""


def read_text(path: Path, encoding: str) -> str:
    """The text of a file, unpacked when it is gzipped.

    Raises:
        CatalogueError: If the file is missing, broken, empty, or not in that encoding.
        ConfigError: If there is no such encoding.
    """
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise CatalogueError(path, "there is no such file; give the path of a CSV or JSONL file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogueError(path, f"cannot be read: {error}") from error
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError(
            path,
            f"is not {encoding.removesuffix('-sig')} text; save it as UTF-8, or name its encoding, "
            f"for example --encoding gb18030",
            line=line,
        ) from error
    except LookupError as error:
        raise ConfigError(f"There is no encoding {encoding!r}; try utf-8 or gb18030.") from error
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise CatalogueError(path, "is empty; nothing was changed")
    return text


def read_rows(path: Path, text: str) -> Iterator[tuple[int, Row | CatalogueError]]:
    """Yield (line, row) for every record, or the error in its place.

    The name's ending decides between CSV and JSON; a JSON file may be a list or one object a line.
    """
    name = path.name.removesuffix(".gz").lower()
    if name.endswith((".csv", ".tsv", ".txt")):
        yield from _csv_rows(path, text)
    elif text.lstrip().startswith("["):
        yield from _array_rows(path, text)
    else:
        for line, content in enumerate(text.split("\n"), 1):
            if content.strip():
                yield line, _json_row(path, line, content)


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Row | CatalogueError]]:
    header = text.split("\n", 1)[0]
    delimiter = max(",\t;|", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, CatalogueError(path, f"broken CSV: {error}", line=line)
            if names is None:
                return
            continue
        if names is None:
            names = [clean(cell) for cell in cells]
        elif len(cells) != len(names) and any(cells):
            reason = f"has {len(cells)} cells where the header has {len(names)}"
            yield line, CatalogueError(path, reason, line=line)
        elif any(cells):
            yield line, dict(zip(names, cells, strict=True))


def _array_rows(path: Path, text: str) -> Iterator[tuple[int, Row | CatalogueError]]:
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    gap = re.compile(r"[\s,]*")
    line, counted = 1, 0
    while True:
        at = gap.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches the empty text
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text) or text[at] == "]":
            break
        try:
            row, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield line, CatalogueError(path, f"broken JSON: {error.msg}; the rest was not read", line=line)
            return
        yield line, row if isinstance(row, dict) else CatalogueError(path, "is no JSON object", line=line)
    if at >= len(text):
        yield line, CatalogueError(path, "the list is not closed: the file is cut off", line=line)


def _json_row(path: Path, line: int, content: str) -> Row | CatalogueError:
    try:
        row = json.loads(content)
    except json.JSONDecodeError as error:
        return CatalogueError(path, f"broken JSON: {error.msg}", line=line)
    return row if isinstance(row, dict) else CatalogueError(path, "is no JSON object", line=line)
