"""Reads product files. Every row that cannot be read is reported with its line; the rest is kept."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from index.errors import CatalogueError, ConfigError
from index.rows import Row, read_rows, read_text
from index.schema import PriceChange, Product
from index.store import digest
from index.text import clean, fold, is_chinese

Made = TypeVar("Made")
Validated = TypeVar("Validated", bound=BaseModel)

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "sku", "product_id", "item_id", "goods_id", "asin", "code", "商品编号", "编号"),
    "title": ("title", "name", "product_name", "product_title", "goods_name", "标题", "名称", "商品名称"),
    "description": ("description", "short_description", "body", "brief", "summary", "desc", "描述", "简介"),
    "brand": ("brand", "supplier", "manufacturer", "vendor", "maker", "品牌"),
    "category": (
        "category", "categories", "category_path", "product_type", "department", "分类", "类目",
    ),
    "price": ("price", "retail_price", "sale_price", "current_price", "unit_price", "价格", "售价"),
    "list_price": ("list_price", "counter_price", "original_price", "msrp", "compare_at_price", "原价"),
    "currency": ("currency", "currency_code", "币种"),
    "stock": ("stock", "quantity", "inventory", "stock_count", "库存"),
    "rating": ("rating", "average_rating", "avg_rating", "评分"),
    "rating_count": ("rating_count", "ratings", "review_count", "reviews_count"),
    "reviews": ("reviews", "comments", "评论"),
    "popularity": ("popularity", "sold", "sales", "sales_rank_inverse", "销量"),
    "released": ("released", "date_released", "release_date", "上市时间"),
    "family": ("family", "group_id", "parent_id", "item_group_id"),
    "kind": ("kind",),
    "image": ("image", "image_url", "img_500x500", "picture", "thumbnail", "图片"),
    "url": ("url", "link", "product_url", "链接"),
    "facets": ("facets",),
    "attributes": ("attributes", "properties"),
    "translations": ("translations",),
    "language": ("language",),
}  # fmt: skip
"""Column names under which each field is found by itself, most telling first."""

FACET_NAMES: Mapping[str, tuple[str, ...]] = {
    "colour": ("colour", "color", "product_colour", "颜色", "色彩"),
    "material": ("material", "materials", "材质", "材料", "面料"),
    "size": ("size", "sizes", "尺码"),
}
"""Columns and attributes that are filtered by without being asked for."""

_ATTRIBUTE_PREFIX = re.compile(r"^attr(?:ibute)?s?[_.](?:[tnb]_)?")
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY"}
_VALUE_SEPARATORS = re.compile(r"[,，、;；/|]")
_MAX_VALUE = 60  # a longer text is a remark, not something to filter by


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file's columns become product fields.

    Attributes:
        columns: Column to use, by product field; overrides the automatic choice.
        facets: Column to filter by, by facet name.
        ignore: Columns, and `reviews.stars`, that are left out.
        currency: Currency of prices in a file that does not say.
        price_scale: What prices are multiplied with; 0.01 for prices in cents.
        encoding: Text encoding; a byte order mark is understood.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    facets: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    currency: str = "USD"
    price_scale: Decimal = Decimal(1)
    encoding: str = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class Prices:
    """What a file of prices held.

    Attributes:
        changes: Readable rows, in order; of two with one id the later values count.
        errors: One error for each row that was refused.
    """

    changes: tuple[PriceChange, ...]
    errors: tuple[CatalogueError, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a file held.

    Attributes:
        products: Readable rows, in order, ids unique.
        errors: One error for each row that was refused.
    """

    products: tuple[Product, ...]
    errors: tuple[CatalogueError, ...]


def read_catalogue(path: Path, options: ReadOptions | None = None) -> Catalogue:
    """Read a CSV, TSV, JSONL or JSON file, plain or gzipped.

    Raises:
        CatalogueError: If the file is missing, wrongly encoded, or holds no readable row.
        ConfigError: If an option names a column that no row has, a field that does not exist, or a
            scale that makes no price.
    """
    found: dict[str, Product] = {}
    errors: list[CatalogueError] = []
    for line, row, product in _read(path, options or ReadOptions(), _product, errors):
        if product.id in found:
            errors.append(CatalogueError(path, _used_before(product, row), line=line, field="id"))
            continue
        found[product.id] = product
    _require_some(path, found, errors, "product")
    return Catalogue(tuple(found.values()), tuple(errors))


def read_prices(path: Path, options: ReadOptions | None = None) -> Prices:
    """Read prices and stock by product id, from the same kinds of files; an empty cell changes nothing.

    Raises:
        CatalogueError: If the file is missing, wrongly encoded, or holds no readable row.
        ConfigError: As `read_catalogue`.
    """
    errors: list[CatalogueError] = []
    found = [made for _, _, made in _read(path, options or ReadOptions(), _price_change, errors)]
    _require_some(path, found, errors, "price")
    return Prices(tuple(found), tuple(errors))


def _read(
    path: Path, options: ReadOptions, make: Callable[[Row, ReadOptions], Made], errors: list[CatalogueError]
) -> Iterator[tuple[int, Row, Made]]:
    """Yield (line, row, what is made of it); rows that are refused are added to `errors`."""
    unknown = options.columns.keys() - COLUMN_NAMES.keys()
    if unknown:
        raise ConfigError(f"--map: there is no field {sorted(unknown)[0]!r}; use {', '.join(COLUMN_NAMES)}.")
    if not (options.price_scale.is_finite() and options.price_scale > 0):
        raise ConfigError(f"--price-scale {options.price_scale} makes no price; use 0.01 for cents.")
    columns: set[str] = set()
    for line, row in read_rows(path, read_text(path, options.encoding)):
        if isinstance(row, CatalogueError):
            errors.append(row)
            continue
        columns.update(row)
        try:
            made = make(row, options)
        except _RefusedError as error:
            errors.append(CatalogueError(path, error.reason, line=line, field=error.field))
            continue
        yield line, row, made
    _check_columns(options, columns)


def _require_some(path: Path, found: Collection[object], errors: list[CatalogueError], what: str) -> None:
    if not found:
        detail = f" The first problem: {errors[0]}" if errors else ""
        raise CatalogueError(path, f"holds no readable {what}; nothing was changed.{detail}")


class _RefusedError(Exception):
    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason


def _used_before(product: Product, row: Row) -> str:
    given = product.id in map(str, row.values())
    return f"{product.id!r} was used before" if given else "the same title, brand and price as an earlier row"


def _check_columns(options: ReadOptions, columns: set[str]) -> None:
    for column in [*options.columns.values(), *options.facets.values()]:
        if columns and column not in columns:
            raise ConfigError(
                f"There is no column {column!r}; the file has {', '.join(sorted(columns)[:30])}."
            )


# -- rows to products --------------------------------------------------------------------------------


def _product(row: Row, options: ReadOptions) -> Product:
    used = _used_columns(row, options)
    raw = {name: row[column] for name, column in used.items() if not _blank(row[column])}
    if "title" not in raw:
        raise _RefusedError("title", "is missing")
    title = clean(str(raw["title"]))
    description = clean(str(raw.get("description", "")))
    attributes = {**_leftover_attributes(row, set(used.values()), options), **_texts(raw.get("attributes"))}
    category = _listed(raw.get("category"), split=r"\s*(?:>|/|\|)\s*")
    values: Row = {
        "id": str(raw.get("id", digest(f"{title}|{raw.get('brand')}|{raw.get('price')}")[:12])),
        "title": title,
        "language": raw.get("language") or ("zh" if is_chinese(f"{title} {description}") else "en"),
        "description": description,
        "category": category,
        "currency": str(raw.get("currency") or _sign(raw, options) or options.currency).upper(),
        "price": _amount(raw, "price", options),
        "list_price": _amount(raw, "list_price", options),
        "facets": _facets(row, raw, attributes, options),
        "attributes": attributes,
        "reviews": _reviews(raw.get("reviews"), stars="reviews.stars" not in options.ignore),
        "translations": _decoded(raw.get("translations"), "translations") or {},
    }
    for name in ("brand", "family", "kind", "image", "url"):
        values[name] = clean(str(raw[name])) if name in raw else None
    for name in ("rating", "rating_count", "popularity", "stock"):
        if name in raw:
            values[name] = _number(raw[name], name)
    if "released" in raw:
        values["released"] = str(raw["released"])[:10]
    return _validated(Product, values)


def read_row(row: Row, options: ReadOptions, path: Path) -> Product:
    """One row as a product.

    Args:
        row: What a line of a catalogue holds.
        options: As for `read_catalogue`.
        path: The file that it is from, for errors.

    Raises:
        CatalogueError: If the row cannot be used.
    """
    try:
        return _product(row, options)
    except _RefusedError as error:
        raise CatalogueError(path, error.reason, field=error.field) from error


def _price_change(row: Row, options: ReadOptions) -> PriceChange:
    raw = {name: row[at] for name, at in _used_columns(row, options).items() if not _blank(row[at])}
    if "id" not in raw:
        raise _RefusedError("id", "is missing")
    values: Row = {"id": str(raw["id"])}
    values |= {name: _amount(raw, name, options) for name in ("price", "list_price") if name in raw}
    if "stock" in raw:
        values["stock"] = _number(raw["stock"], "stock")
    if currency := raw.get("currency") or _sign(raw, options):
        values["currency"] = str(currency).upper()
    if len(values) == 1:
        raise _RefusedError("price", "is missing, and so is the stock")
    return _validated(PriceChange, values)


def _validated(kind: type[Validated], values: Row) -> Validated:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise _RefusedError(".".join(map(str, first["loc"])), first["msg"]) from error


def _used_columns(row: Row, options: ReadOptions) -> dict[str, str]:
    """The column of each field that the row has one for."""
    by_key = {_key(column): column for column in row if column not in options.ignore}
    return {
        name: column for name in COLUMN_NAMES if (column := _column(name, row, by_key, options)) is not None
    }


def _column(name: str, row: Row, by_key: Mapping[str, str], options: ReadOptions) -> str | None:
    if name in options.columns:
        return options.columns[name] if options.columns[name] in row else None
    candidates = [by_key[wanted] for wanted in COLUMN_NAMES[name] if wanted in by_key]
    filled = [column for column in candidates if not _blank(row[column])]
    return next(iter(filled or candidates), None)


@lru_cache(maxsize=10_000)
def _key(column: str) -> str:
    """A column's name as the tables above write it."""
    return fold(column).replace(" ", "_")


def _blank(value: Any) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def _decoded(value: Any, name: str) -> Any:
    """A JSON value that a CSV cell holds as text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise _RefusedError(name, f"broken JSON: {error.msg}") from error
    return value


def _sign(raw: Row, options: ReadOptions) -> str | None:
    """The currency that the price's own sign names; $ and, for a shop in yen, ¥ leave it to the options."""
    sign = str(raw.get("price", "")).strip()[:1]
    if sign in "¥￥" and options.currency == "JPY":
        return None
    return _SIGNS.get(sign)


def _number(value: Any, name: str) -> Decimal:
    text = str(value).strip().lstrip("$€£¥￥").strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _RefusedError(name, f"{text!r} is no number") from None
    if not number.is_finite():
        raise _RefusedError(name, f"{text!r} is no number")
    return number


def _amount(raw: Row, name: str, options: ReadOptions) -> Decimal | None:
    """A price; 0 means that the source does not know it."""
    if name not in raw:
        return None
    try:
        amount = (_number(raw[name], name) * options.price_scale).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise _RefusedError(name, f"{raw[name]!r} is too large") from None
    if amount < 0:
        raise _RefusedError(name, f"{raw[name]!r} is below zero")
    return amount or None


def _listed(value: Any, *, split: str) -> tuple[str, ...]:
    value = _decoded(value, "category")
    if value is None:
        return ()
    parts = value if isinstance(value, list | tuple) else re.split(split, str(value))
    return tuple(text for part in parts if (text := clean(str(part))))


def _texts(value: Any) -> dict[str, str]:
    value = _decoded(value, "attributes")
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _RefusedError("attributes", "is no mapping of names to values")
    return {
        clean(str(name)): clean(_plain(content)) for name, content in value.items() if not _blank(content)
    }


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _leftover_attributes(row: Row, used: set[str], options: ReadOptions) -> dict[str, str]:
    """Scalar columns that are no field are kept as attributes; links, codes and flags are not."""
    every = {alias for names in COLUMN_NAMES.values() for alias in names}
    found: dict[str, str] = {}
    for column, value in row.items():
        skipped = column in used or column in options.ignore or _key(column) in every
        if skipped or _blank(value) or isinstance(value, list | dict):
            continue
        text = clean(_plain(value))
        if column.startswith(("is_", "img")) or "://" in text:
            continue
        found[_ATTRIBUTE_PREFIX.sub("", column).strip("_").replace("_", " ")] = text
    return found


def _facets(
    row: Row, raw: Row, attributes: Mapping[str, str], options: ReadOptions
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    given = _decoded(raw.get("facets"), "facets") or {}
    if not isinstance(given, Mapping):
        raise _RefusedError("facets", "is no mapping of names to values")
    sources: list[tuple[str, Any]] = [*given.items()]
    sources += [(facet, row.get(column)) for facet, column in options.facets.items()]
    for facet, names in FACET_NAMES.items():
        if facet not in options.facets and facet not in given:
            sources += [(facet, text) for name, text in attributes.items() if _key(name) in names]
    for facet, value in sources:
        for text in _values(value):
            if text not in found.setdefault(facet, []):
                found[facet].append(text)
    return {facet: tuple(values) for facet, values in found.items() if values}


def _values(value: Any) -> Iterable[str]:
    if _blank(value):
        return []
    parts = value if isinstance(value, list | tuple) else _VALUE_SEPARATORS.split(str(value))
    return [text for part in parts if (text := clean(str(part))) and len(text) <= _MAX_VALUE]


def _reviews(value: Any, *, stars: bool) -> list[Row]:
    value = _decoded(value, "reviews")
    if not isinstance(value, list):
        return []
    found = []
    for review in value:
        if isinstance(review, str):
            review = {"text": review}
        if not isinstance(review, Mapping):
            raise _RefusedError("reviews", "holds something that is no review")
        text = clean(str(review.get("text") or review.get("content") or review.get("body") or ""))
        given = review.get("stars", review.get("star", review.get("rating"))) if stars else None
        if text:
            found.append(
                {"text": text, "stars": None if given is None else int(_number(given, "reviews.stars"))}
            )
    return found
