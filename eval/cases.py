"""Loads what is evaluated: queries with judgements, utterances with intents."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.utterances import CONTEXTS, Utterance
from eval.metrics import Gain
from index.errors import ShopError

Measure = Callable[[Sequence[str], Mapping[str, int]], float]
"""A metric of one query: of the ranked product ids, best first, and the grades by product id."""


class EvalDataError(ShopError, ValueError):
    """An evaluation file, or one row of it, cannot be used.

    Attributes:
        path: The file or folder.
        line: 1-based line of the row; None when the whole file is meant.
        reason: What is wrong, and what to do.
    """

    def __init__(self, path: Path | str, reason: str, *, line: int | None = None) -> None:
        self.path, self.line, self.reason = Path(path), line, reason
        super().__init__(f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Queries with judged products.

    Attributes:
        name: Of the set, for reports.
        queries: Text by query id, in the order of the file.
        qrels: Grades (0 irrelevant, higher is better) by product id, by query id; every query has some.
        gain: What a grade is worth in the nDCG that others publish on this set.
        measures: Further metrics that are published on this set, by name.
    """

    name: str
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    gain: Gain = "exponential"
    measures: Mapping[str, Measure] = field(default_factory=dict)


def read_retrieval(folder: Path, *, split: str = "dev") -> RetrievalSet:
    """Read `queries.SPLIT.tsv` and `qrels.SPLIT.tsv`.

    Raises:
        EvalDataError: If a file or a row cannot be read, or a query has no judgement.
    """
    queries = folder / f"queries.{split}.tsv"
    return join_judgements(f"{folder.name}/{split}", queries, folder / f"qrels.{split}.tsv")


def join_judgements(name: str, queries: Path, judgements: Path) -> RetrievalSet:
    """Read a file of queries and the file with their judgements; judgements of other queries are left out.

    Raises:
        EvalDataError: If a file or a row cannot be read, or a query has no judgement.
    """
    texts, qrels = read_queries(queries), read_qrels(judgements)
    for query in texts:
        if query not in qrels:
            raise EvalDataError(judgements, f"has no judgement for query {query!r}")
    return RetrievalSet(name, texts, {query: qrels[query] for query in texts})


def read_queries(path: Path) -> dict[str, str]:
    """Read lines of `query id<TAB>text`, in order.

    Raises:
        EvalDataError: If the file or a row cannot be read, an id comes twice, or there are none.
    """
    queries: dict[str, str] = {}
    for number, line in _lines(path):
        query, text = _columns(path, number, line, "query id", "text")
        if query in queries:
            raise EvalDataError(path, f"query {query!r} comes twice", line=number)
        queries[query] = text
    return queries


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read lines of `query id<TAB>product id<TAB>grade`.

    Returns:
        Grades by product id, by query id.

    Raises:
        EvalDataError: If the file or a row cannot be read, a pair comes twice, or there are none.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        query, product, grade = _columns(path, number, line, "query id", "product id", "grade")
        grades = qrels.setdefault(query, {})
        if product in grades:
            raise EvalDataError(path, f"product {product!r} is judged twice for {query!r}", line=number)
        if not (grade.isascii() and grade.isdigit()):
            raise EvalDataError(path, f"grade {grade!r} is no whole number from 0", line=number)
        grades[product] = int(grade)
    return qrels


def read_intents(path: Path) -> list[Utterance]:
    """Read utterances with their intents.

    `.jsonl` holds objects with `intent`, `language`, `text` and, if wanted, `context` and `tag`; `.tsv` has a
    header naming the same columns.

    Raises:
        EvalDataError: If the file or a row cannot be read, or there are none.
    """
    readers: dict[str, Callable[[Path], list[Utterance]]] = {".jsonl": _intent_objects, ".tsv": _intent_table}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise EvalDataError(path, f"is of no known kind; name a file that ends in {' or '.join(readers)}")
    return reader(path)


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (1-based number, object) of the lines of a JSONL file.

    Raises:
        EvalDataError: If the file or a row cannot be read, or there are none.
    """
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise EvalDataError(path, f"is no JSON: {error}", line=number) from error
        if not isinstance(row, dict):
            raise EvalDataError(path, "is no JSON object", line=number)
        yield number, row


def table_rows(path: Path, *columns: str, quoted: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (1-based number of the last line, cells by column) of a tab-separated file with a header.

    Args:
        path: The file, UTF-8.
        columns: Columns that the header must have; it may have more.
        quoted: Whether a cell in double quotes may hold tabs and line ends.

    Raises:
        EvalDataError: If the file or a row cannot be read, a column is absent, or there are no rows.
    """
    text = io.StringIO(_text(path), newline="")
    rows = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    header = [name.strip() for name in next(rows)]
    missing = [name for name in columns if name not in header]
    if missing:
        raise EvalDataError(path, f"the header has no column {missing[0]!r}, only {header}", line=1)
    empty = True
    try:
        for cells in filter(None, rows):
            empty = False
            if len(cells) != len(header):
                reason = f"has {len(cells)} columns, the header has {len(header)}"
                raise EvalDataError(path, reason, line=rows.line_num)
            yield rows.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise EvalDataError(path, f"is no tab-separated table: {error}", line=rows.line_num) from error
    if empty:
        raise EvalDataError(path, "has a header and no rows")


def _intent_objects(path: Path) -> list[Utterance]:
    return [_utterance(path, number, row) for number, row in json_objects(path)]


def _intent_table(path: Path) -> list[Utterance]:
    lines = _lines(path)
    number, header = next(lines)
    names = [name.strip().lower() for name in header.split("\t")]
    missing = [name for name in ("intent", "language", "text") if name not in names]
    if missing:
        raise EvalDataError(path, f"the header has no column {missing[0]!r}", line=number)
    found = [
        _utterance(path, number, dict(zip(names, _columns(path, number, line, *names), strict=True)))
        for number, line in lines
    ]
    if not found:
        raise EvalDataError(path, "has a header and no rows")
    return found


def _utterance(path: Path, number: int, row: Mapping[str, object]) -> Utterance:
    def value(name: str) -> str:
        found = row.get(name)
        if not isinstance(found, str) or not found.strip():
            raise EvalDataError(path, f"needs text in {name!r}, has {found!r}", line=number)
        return found.strip()

    context = row.get("context") or ""
    if context not in CONTEXTS:
        known = ", ".join(map(repr, CONTEXTS))
        raise EvalDataError(path, f"context {context!r} is none of {known}", line=number)
    return Utterance(
        value("text"), value("intent"), value("language"), str(context), str(row.get("tag") or "")
    )


def _columns(path: Path, number: int, line: str, *names: str) -> list[str]:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) != len(names):
        wanted = "<TAB>".join(names)
        raise EvalDataError(path, f"has {len(columns)} columns, needs {wanted}", line=number)
    for name, column in zip(names, columns, strict=True):
        if not column and name not in ("context", "tag"):
            raise EvalDataError(path, f"{name} is empty", line=number)
    return columns


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (1-based number, text) of the lines that are not blank.

    Raises:
        EvalDataError: If the file cannot be read or has none.
    """
    # Not splitlines(): JSON strings and queries may hold U+2028 and its like.
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            yield number, line.strip("\r\n")


def _text(path: Path) -> str:
    """The text of a file that is not blank.

    Raises:
        EvalDataError: If the file cannot be read or is blank.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvalDataError(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise EvalDataError(path, f"is not UTF-8: {error}") from error
    if not text.strip():
        raise EvalDataError(path, "is empty")
    return text


def bundled(name: str) -> Path:
    """A measuring set of the project's own, written by people who had not seen what it measures."""
    return Path(__file__).parent / "data" / name
