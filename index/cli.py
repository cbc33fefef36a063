"""`shop-index`: build, inspect and search the catalogue from a shell."""

import argparse
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import perf_counter

from index.build import BuildReport, build, check, open_search, open_store, update, update_prices
from index.config import IndexSettings
from index.console import command, run
from index.demo.generate import CATALOGUE
from index.errors import CatalogueError, ConfigError
from index.filters import Filters
from index.readers import Catalogue, ReadOptions, read_catalogue, read_prices

SHOWN_ERRORS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `shop-index`."""
    parser = command("shop-index", __doc__ or "", "shop-index build products.csv --currency EUR")
    parser.add_argument("--data-dir", type=Path, help="folder of the index (SHOP_DATA_DIR)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build_parser = commands.add_parser("build", help="make the index hold exactly what a file holds")
    build_parser.add_argument("file", type=Path, nargs="?", help="CSV, TSV, JSONL or JSON, also gzipped")
    build_parser.add_argument("--demo", action="store_true", help="the bundled demo catalogue")
    _add_reading(build_parser)
    build_parser.set_defaults(act=_build)

    update_parser = commands.add_parser("update", help="change some products while the shop is open")
    update_parser.add_argument("file", type=Path, help="new and changed products")
    kinds = update_parser.add_mutually_exclusive_group()
    kinds.add_argument("--prices", action="store_true", help="the file has ids, prices and stock only")
    kinds.add_argument("--delete-missing", action="store_true", help="remove what the file does not have")
    _add_reading(update_parser)
    update_parser.set_defaults(act=_update)

    check_parser = commands.add_parser("check", help="do all parts of the index hold the same products?")
    check_parser.add_argument("--repair", action="store_true", help="mend what is wrong")
    check_parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    check_parser.set_defaults(act=_check)

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
    search_parser.add_argument(
        "--reranker", metavar="NAME", help="a CrossEncoder's hub id or folder (SHOP_RERANKER)"
    )
    search_parser.add_argument("--in-stock", action="store_true")
    search_parser.add_argument("--on-sale", action="store_true")
    search_parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    search_parser.set_defaults(act=_search)
    return run(lambda arguments: arguments.act(arguments), parser, argv)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """The options of reading a file."""
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    parser.add_argument("--facet", action="append", default=[], metavar="FACET[=COLUMN]", help="filter by it")
    parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="or `reviews.stars`")
    parser.add_argument("--currency", default="USD", help="of prices in a file that does not say (USD)")
    parser.add_argument("--price-scale", default="1", metavar="FACTOR", help="0.01 for prices in cents")
    parser.add_argument("--encoding", default="utf-8-sig", help="for example gb18030 (utf-8)")
    parser.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _reading(arguments: argparse.Namespace) -> ReadOptions:
    try:
        scale = Decimal(arguments.price_scale)
    except InvalidOperation:
        raise ConfigError(
            f"--price-scale {arguments.price_scale!r} is no number; use 0.01 for cents."
        ) from None
    return ReadOptions(
        columns=_pairs(arguments.map, "--map"),
        facets=dict(item.split("=", 1) if "=" in item else (item, item) for item in arguments.facet),
        ignore=frozenset(arguments.ignore),
        currency=arguments.currency.upper(),
        price_scale=scale,
        encoding=arguments.encoding,
    )


def _build(arguments: argparse.Namespace) -> int:
    if arguments.demo == (arguments.file is not None):
        raise ConfigError("Name one product file, or use --demo.")
    catalogue = read_catalogue(CATALOGUE if arguments.demo else arguments.file, _reading(arguments))
    _show(catalogue.errors)
    settings = IndexSettings.from_env(data_dir=arguments.data_dir)
    report = build(catalogue.products, settings, keep_missing=bool(catalogue.errors))
    print(f"{_read_and_done(catalogue, report)} in {settings.data_dir}")
    if catalogue.errors:
        print("Because rows were refused, products missing from the file were kept.", file=sys.stderr)
    return 0


def _update(arguments: argparse.Namespace) -> int:
    settings, options = IndexSettings.from_env(data_dir=arguments.data_dir), _reading(arguments)
    if arguments.prices:
        started = perf_counter()
        prices = read_prices(arguments.file, options)
        _show(prices.errors)
        changed, unknown = update_prices(prices.changes, settings)
        for key in unknown[:SHOWN_ERRORS]:
            print(f"{key}: is not in the catalogue", file=sys.stderr)
        print(
            f"{len(prices.changes)} rows read, {len(prices.errors)} refused, {len(unknown)} of unknown "
            f"products; {changed} products changed ({perf_counter() - started:.1f} s)"
        )
        return 0
    catalogue = read_catalogue(arguments.file, options)
    _show(catalogue.errors)
    delete = arguments.delete_missing and not catalogue.errors
    print(_read_and_done(catalogue, update(catalogue.products, settings, delete_missing=delete)))
    if arguments.delete_missing and not delete:
        print("Because rows were refused, nothing was deleted.", file=sys.stderr)
    return 0


def _show(errors: Sequence[CatalogueError]) -> None:
    for error in errors[:SHOWN_ERRORS]:
        print(error, file=sys.stderr)
    if len(errors) > SHOWN_ERRORS:
        print(f"... and {len(errors) - SHOWN_ERRORS} more rows refused", file=sys.stderr)


def _read_and_done(catalogue: Catalogue, report: BuildReport) -> str:
    done = report.changes
    return (
        f"{len(catalogue.products)} products read, {len(catalogue.errors)} rows refused; "
        f"{done.added} added, {done.changed} changed, {done.repriced} repriced, {done.deleted} deleted, "
        f"{report.embedded} embedded; {report.products} in the index ({report.seconds:.1f} s)"
    )


def _check(arguments: argparse.Namespace) -> int:
    settings = IndexSettings.from_env(data_dir=arguments.data_dir)
    report = check(settings, repair=arguments.repair)
    for fault, ids in report.faults.items():
        more = f", and {len(ids) - 5} more" if len(ids) > 5 else ""
        print(f"{fault}: {', '.join(ids[:5])}{more}")
    if report.sound:
        print(f"sound: record, vectors, Chroma and tantivy hold the same {report.products} products")
        return 0
    hint = "" if arguments.repair else " Mend it with: shop-index check --repair"
    print(f"The index in {settings.data_dir} is not sound.{hint}", file=sys.stderr)
    return 1


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
    searcher = open_search(IndexSettings.from_env(data_dir=arguments.data_dir, reranker=arguments.reranker))
    result = searcher.search(arguments.text, filters, limit=arguments.limit)
    print(f"{result.passing} products pass the filters")
    for rank, hit in enumerate(result.hits, 1):
        price = f"{hit.product.currency} {hit.product.price}" if hit.product.price is not None else "no price"
        parts = " ".join(f"{name}={value:.3f}" for name, value in hit.parts.items())
        print(f"{rank:>2}. {hit.score:.3f}  {hit.product.title}  [{price}]  {hit.product.id}\n      {parts}")
    for relaxation in result.relaxations:
        print(f"{' and '.join(relaxation.changed)}: {relaxation.count} products")
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
