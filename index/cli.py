"""`shop-index`: build, inspect and search the catalogue from a shell."""

import argparse
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from index.build import build, open_search, open_store
from index.config import IndexSettings
from index.console import command, run
from index.demo.generate import CATALOGUE
from index.errors import ConfigError
from index.filters import Filters
from index.readers import ReadOptions, read_catalogue

SHOWN_ERRORS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `shop-index`."""
    parser = command("shop-index", __doc__ or "", "shop-index build products.csv --currency EUR")
    parser.add_argument("--data-dir", type=Path, help="folder of the index (SHOP_DATA_DIR)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build_parser = commands.add_parser("build", help="make the index hold exactly what a file holds")
    build_parser.add_argument("file", type=Path, nargs="?", help="CSV, TSV, JSONL or JSON, also gzipped")
    build_parser.add_argument("--demo", action="store_true", help="the bundled demo catalogue")
    build_parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    build_parser.add_argument(
        "--facet", action="append", default=[], metavar="FACET[=COLUMN]", help="filter by it"
    )
    build_parser.add_argument(
        "--ignore", action="append", default=[], metavar="COLUMN", help="or `reviews.stars`"
    )
    build_parser.add_argument("--currency", default="USD", help="of prices in a file that does not say (USD)")
    build_parser.add_argument("--price-scale", default="1", metavar="FACTOR", help="0.01 for prices in cents")
    build_parser.add_argument("--encoding", default="utf-8-sig", help="for example gb18030 (utf-8)")
    build_parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    build_parser.set_defaults(act=_build)

    info_parser = commands.add_parser("info", help="what is in the index")
    info_parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    info_parser.set_defaults(act=_info)

    search_parser = commands.add_parser("search", help="find products")
    search_parser.add_argument("text", help="what to look for; may be empty")
    search_parser.add_argument("--limit", type=int, default=10)
    search_parser.add_argument("--min-price", type=_amount, metavar="AMOUNT")
    search_parser.add_argument("--max-price", type=_amount, metavar="AMOUNT")
    search_parser.add_argument("--include", action="append", default=[], metavar="FACET=VALUE")
    search_parser.add_argument("--exclude", action="append", default=[], metavar="FACET=VALUE")
    search_parser.add_argument("--min-rating", type=float, metavar="STARS")
    search_parser.add_argument("--in-stock", action="store_true")
    search_parser.add_argument("--on-sale", action="store_true")
    search_parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    search_parser.set_defaults(act=_search)
    return run(lambda arguments: arguments.act(arguments), parser, argv)


def _build(arguments: argparse.Namespace) -> int:
    if arguments.demo == (arguments.file is not None):
        raise ConfigError("Name one product file, or use --demo.")
    try:
        scale = Decimal(arguments.price_scale)
    except InvalidOperation:
        raise ConfigError(
            f"--price-scale {arguments.price_scale!r} is no number; use 0.01 for cents."
        ) from None
    options = ReadOptions(
        columns=_pairs(arguments.map, "--map"),
        facets=dict(item.split("=", 1) if "=" in item else (item, item) for item in arguments.facet),
        ignore=frozenset(arguments.ignore),
        currency=arguments.currency.upper(),
        price_scale=scale,
        encoding=arguments.encoding,
    )
    path = CATALOGUE if arguments.demo else arguments.file
    catalogue = read_catalogue(path, options)
    for error in catalogue.errors[:SHOWN_ERRORS]:
        print(error, file=sys.stderr)
    if len(catalogue.errors) > SHOWN_ERRORS:
        print(f"... and {len(catalogue.errors) - SHOWN_ERRORS} more rows refused", file=sys.stderr)
    settings = IndexSettings.from_env(data_dir=arguments.data_dir)
    report = build(catalogue.products, settings, keep_missing=bool(catalogue.errors))
    print(
        f"{len(catalogue.products)} products read, {len(catalogue.errors)} rows refused; "
        f"{report.embedded} embedded, {report.deleted} deleted, {report.products} in the index "
        f"({report.seconds:.1f} s) in {settings.data_dir}"
    )
    if catalogue.errors:
        print("Because rows were refused, products missing from the file were kept.", file=sys.stderr)
    return 0


def _info(arguments: argparse.Namespace) -> int:
    settings = IndexSettings.from_env(data_dir=arguments.data_dir)
    store = open_store(settings)
    print(f"folder      {settings.data_dir}")
    print(f"products    {store.count()}")
    print(f"built       {store.get_meta('built')}")
    print(f"embedder    {store.get_meta('embedder')}")
    print(f"currencies  {', '.join(store.currencies()) or 'no prices'}")
    for facet, values in sorted(store.vocabulary().items()):
        first = ", ".join(f"{item.value} ({item.count})" for item in values[:6])
        print(f"{facet:<11} {len(values)} values: {first}")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    filters = Filters.of(
        price_min=arguments.min_price,
        price_max=arguments.max_price,
        include=_many(arguments.include, "--include"),
        exclude=_many(arguments.exclude, "--exclude"),
        rating_min=arguments.min_rating,
        in_stock=arguments.in_stock,
        on_sale=arguments.on_sale,
    )
    searcher = open_search(IndexSettings.from_env(data_dir=arguments.data_dir))
    result = searcher.search(arguments.text, filters, limit=arguments.limit)
    print(f"{result.passing} products pass the filters")
    for rank, hit in enumerate(result.hits, 1):
        price = f"{hit.product.currency} {hit.product.price}" if hit.product.price is not None else "no price"
        parts = " ".join(f"{name}={value:.3f}" for name, value in hit.parts.items())
        print(f"{rank:>2}. {hit.score:.3f}  {hit.product.title}  [{price}]  {hit.product.id}\n      {parts}")
    for relaxation in result.relaxations:
        print(f"without {' and '.join(relaxation.dropped)}: {relaxation.count} products")
    return 0


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise argparse.ArgumentTypeError(f"{text!r} is no amount")
    return amount


def _pairs(items: Sequence[str], option: str) -> dict[str, str]:
    pairs = {}
    for item in items:
        name, separator, value = item.partition("=")
        if not (separator and name and value):
            raise ConfigError(f"{option} {item!r} is not NAME=VALUE.")
        pairs[name] = value
    return pairs


def _many(items: Sequence[str], option: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in items:
        for name, value in _pairs([item], option).items():
            found[name] = (*found.get(name, ()), value)
    return found
