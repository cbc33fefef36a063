"""Reads collections in the BEIR layout (Thakur et al., NeurIPS 2021, github.com/beir-cellar/beir)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.cases import EvalDataError, RetrievalSet, json_objects, table_rows
from index.schema import Product
from index.text import clean, is_chinese

_CATEGORY_LEVELS = re.compile(r"\s*[>/|]\s*")


def read_judgements(folder: Path, *, split: str = "test") -> RetrievalSet:
    """Read `queries.jsonl` and `qrels/SPLIT.tsv`; a query of another split is left out.

    The gain of the nDCG is linear, as in the figures that are published on BEIR. A grade below 0, which
    TREC-COVID has, is 0.

    Raises:
        EvalDataError: If a file or a row cannot be read, or a judged query is not in the file of queries.
    """
    file = folder / "qrels" / f"{split}.tsv"
    qrels: dict[str, dict[str, int]] = {}
    for line, row in table_rows(file, "query-id", "corpus-id", "score"):
        grades, product = qrels.setdefault(row["query-id"], {}), row["corpus-id"]
        if product in grades:
            raise EvalDataError(file, f"{product!r} is judged twice for {row['query-id']!r}", line=line)
        try:
            grades[product] = max(0, int(row["score"]))
        except ValueError:
            raise EvalDataError(file, f"score {row['score']!r} is no whole number", line=line) from None
    queries = _queries(folder / "queries.jsonl")
    unknown = next((query for query in qrels if query not in queries), None)
    if unknown is not None:
        raise EvalDataError(file, f"judges query {unknown!r}, which is not in queries.jsonl")
    kept = {query: text for query, text in queries.items() if query in qrels}
    return RetrievalSet(f"{folder.name}/{split}", kept, qrels, gain="linear")


def read_products(folder: Path) -> list[Product]:
    """Read `corpus.jsonl`: `title` and `text`, and from `metadata` price, currency, brand and category.

    An entry without a title is called by its text.

    Raises:
        EvalDataError: If the file or a row cannot be read, or an id comes twice.
    """
    file = folder / "corpus.jsonl"
    found: dict[str, Product] = {}
    for line, row in json_objects(file):
        product = _product(file, line, row)
        if product.id in found:
            raise EvalDataError(file, f"entry {product.id!r} comes twice", line=line)
        found[product.id] = product
    return list(found.values())


def _queries(file: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for line, row in json_objects(file):
        query, text = str(row.get("_id", "")), row.get("text")
        if not query or not isinstance(text, str) or not text.strip():
            raise EvalDataError(file, "needs _id and text", line=line)
        if query in queries:
            raise EvalDataError(file, f"query {query!r} comes twice", line=line)
        queries[query] = text.strip()
    return queries


def _product(file: Path, line: int, row: Mapping[str, Any]) -> Product:
    title, text = clean(str(row.get("title") or "")), clean(str(row.get("text") or ""))
    facts = row.get("metadata") or {}
    if not isinstance(facts, Mapping):
        raise EvalDataError(file, "metadata is no object", line=line)
    category = facts.get("category") or ()
    values = {
        "id": str(row.get("_id", "")),
        "title": title or text,
        "language": "zh" if is_chinese(f"{title} {text}") else "en",
        "description": text if title else "",
        "brand": facts.get("brand") or None,
        "category": _CATEGORY_LEVELS.split(category) if isinstance(category, str) else category,
        "price": facts.get("price"),
        "currency": facts.get("currency") or "USD",
    }
    try:
        return Product.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise EvalDataError(file, f"{name}: {first['msg']}", line=line) from error
