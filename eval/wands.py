"""Reads WANDS, furniture queries judged at Wayfair (Chen et al., ECIR 2022, github.com/wayfair/WANDS)."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from eval.cases import EvalDataError, RetrievalSet, table_rows
from eval.metrics import exact_ideal_ndcg
from index.schema import Product
from index.text import clean

GRADES: Mapping[str, int] = {"Exact": 2, "Partial": 1, "Irrelevant": 0}
"""Grade of each label."""

CUT = 10
"""Rank of the metric that only WANDS has."""

MEASURES = {f"exact_ideal_ndcg@{CUT}": partial(exact_ideal_ndcg, k=CUT, best=GRADES["Exact"])}
"""Two definitions of nDCG are in use on WANDS; the other is the common one, with linear gain."""


def read_judgements(folder: Path) -> RetrievalSet:
    """Read `query.csv` and `label.csv`; of a pair that is labelled twice the first label counts.

    Raises:
        EvalDataError: If a file or a row cannot be read, or a query has no label.
    """
    folder = _dataset(folder)
    labels = folder / "label.csv"
    qrels: dict[str, dict[str, int]] = {}
    for line, row in table_rows(labels, "query_id", "product_id", "label", quoted=True):
        if row["label"] not in GRADES:
            known = ", ".join(GRADES)
            raise EvalDataError(labels, f"label {row['label']!r} is none of {known}", line=line)
        qrels.setdefault(row["query_id"], {}).setdefault(row["product_id"], GRADES[row["label"]])
    rows = table_rows(folder / "query.csv", "query_id", "query", quoted=True)
    queries = {row["query_id"]: row["query"] for _, row in rows}
    unjudged = next((query for query in queries if query not in qrels), None)
    if unjudged is not None:
        raise EvalDataError(labels, f"has no label for query {unjudged!r}")
    return RetrievalSet(
        "wands", queries, {query: qrels[query] for query in queries}, gain="linear", measures=MEASURES
    )


def read_products(folder: Path) -> list[Product]:
    """Read `product.csv`.

    The features become attributes, those of one name joined; colours are a facet too. There are no prices.

    Raises:
        EvalDataError: If the file or a row cannot be read.
    """
    file = _dataset(folder) / "product.csv"
    return [
        _product(file, line, row) for line, row in table_rows(file, "product_id", "product_name", quoted=True)
    ]


def _dataset(folder: Path) -> Path:
    """The folder of the three files: the one named, or `dataset` in it, as in the repository."""
    return folder / "dataset" if (folder / "dataset").is_dir() else folder


def _product(file: Path, line: int, row: Mapping[str, str]) -> Product:
    title = clean(row["product_name"])
    if not row["product_id"] or not title:
        raise EvalDataError(file, "needs product_id and product_name", line=line)
    path = row.get("category hierarchy") or row.get("category_hierarchy") or row.get("product_class", "")
    features = _features(row.get("product_features", ""))
    rating, count = _number(row.get("average_rating", "")), _number(row.get("rating_count", ""))
    return Product(
        id=row["product_id"],
        title=title,
        description=clean(row.get("product_description", "")),
        category=tuple(level.strip() for level in path.split("/") if level.strip()),
        attributes={name: ", ".join(values) for name, values in features.items()},
        facets={"colour": features["color"]} if "color" in features else {},
        rating=rating if 1 <= rating <= 5 else None,
        rating_count=int(count),
    )


def _features(text: str) -> dict[str, tuple[str, ...]]:
    """Values by name of `name:value|name:value`, in order, none twice; what has no name is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split("|"):
        name, _, value = (clean(piece) for piece in part.partition(":"))
        if name and value and value not in found.get(name, ()):
            found[name] = (*found.get(name, ()), value)
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # products that nobody rated have empty cells
