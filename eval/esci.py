"""Reads the Shopping Queries data set (Reddy et al., arXiv:2206.06588, github.com/amazon-science/esci-data).

The small version (task 1, ranking). What is searched is the products that the chosen queries judge: the
whole catalogue has 1.2 million English ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from eval.cases import EvalDataError, RetrievalSet
from index.errors import MissingExtraError
from index.schema import Product
from index.text import clean

GRADES: Mapping[str, int] = {"E": 3, "S": 2, "C": 1, "I": 0}
"""Grade of each label: exact, substitute, complement, irrelevant; worth 1, 0.1, 0.01 and 0."""

LOCALES = ("us", "es", "jp")
"""Shops that the queries were asked in."""

_EXAMPLES = "shopping_queries_dataset_examples.parquet"
_PRODUCTS = "shopping_queries_dataset_products.parquet"
_BATCH = 65_536


def read_judgements(folder: Path, *, split: str = "test", locale: str = "us") -> RetrievalSet:
    """Read the judged queries of one split and locale.

    Raises:
        EvalDataError: If the file cannot be read, has an unknown label, or has no such queries.
        MissingExtraError: If pyarrow is not installed.
    """
    file = folder / _EXAMPLES
    columns = ("query_id", "query", "product_id", "esci_label")
    wanted = [("small_version", "==", 1), ("split", "==", split), ("product_locale", "==", locale)]
    queries: dict[str, str] = {}
    qrels: dict[str, dict[str, int]] = {}
    for row in _rows(file, columns, wanted):
        if row["esci_label"] not in GRADES:
            raise EvalDataError(file, f"label {row['esci_label']!r} is none of {', '.join(GRADES)}")
        query = str(row["query_id"])
        queries.setdefault(query, row["query"])
        qrels.setdefault(query, {})[row["product_id"]] = GRADES[row["esci_label"]]
    if not queries:
        raise EvalDataError(file, f"has no queries of split {split!r} in locale {locale!r}")
    return RetrievalSet(f"esci/{split}-{locale}", queries, qrels, gain="esci")


def read_products(folder: Path, judged: RetrievalSet, *, locale: str = "us") -> list[Product]:
    """Read the judged products; one without a title is left out.

    Raises:
        EvalDataError: If the file cannot be read.
        MissingExtraError: If pyarrow is not installed.
    """
    ids = {product for grades in judged.qrels.values() for product in grades}
    names = ("title", "description", "bullet_point", "brand", "color")
    columns = ("product_id", *(f"product_{name}" for name in names))
    wanted = [("product_locale", "==", locale), ("product_id", "in", ids)]
    found = {}
    for row in _rows(folder / _PRODUCTS, columns, wanted):
        title, description, points, brand, colour = (clean(row[f"product_{name}"] or "") for name in names)
        if title:
            found[row["product_id"]] = Product(
                id=row["product_id"],
                title=title,
                description=" ".join(filter(None, (description, points))),
                brand=brand or None,
                facets={"colour": (colour,)} if colour else {},
            )
    return list(found.values())


def _rows(
    file: Path, columns: Sequence[str], wanted: Sequence[tuple[str, str, object]]
) -> Iterator[dict[str, Any]]:
    """Yield the wanted columns of the rows that pass all conditions.

    Raises:
        EvalDataError: If the file cannot be read or lacks a column.
        MissingExtraError: If pyarrow is not installed.
    """
    try:
        parquet = import_module("pyarrow.parquet")  # Any: its types are not needed to read this
    except ImportError as error:
        raise MissingExtraError(
            "ESCI is in Parquet files: pip install 'shopping-assistant[esci]' (or pip install pyarrow)."
        ) from error
    if not file.is_file():
        raise EvalDataError(file, "there is no such file; docs/collections.md says where to get it")
    try:
        table = parquet.read_table(file, columns=list(columns), filters=list(wanted))
    except (OSError, ValueError, KeyError) as error:  # pyarrow's own errors are ValueErrors and KeyErrors
        raise EvalDataError(file, f"cannot be read as the ESCI table: {error}") from error
    lacking = [name for name in columns if name not in table.column_names]
    if lacking:
        raise EvalDataError(file, f"has no column {lacking[0]!r}")
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield from batch.to_pylist()
