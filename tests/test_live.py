"""Searches go on while the catalogue changes, in this process and from another one."""

import json
import os
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

from assistant import ShoppingAssistant
from assistant.config import Settings
from assistant.turns import Intent
from index.build import build, check, open_search, update, update_prices
from index.config import IndexSettings
from index.embed import Embedder
from index.filters import Filters
from index.schema import PriceChange, Product

SECONDS = float(os.environ.get("SHOP_TEST_SECONDS", "3"))
"""A minute was run once for each release; see docs/experiments.md."""

THREADS = 8
COUNT = 60

OTHER_PROCESS = """
import json, sys
from pathlib import Path
from index.build import update_prices
from index.config import IndexSettings
from index.schema import PriceChange
settings = IndexSettings(data_dir=Path(sys.argv[1]), cache_dir=Path(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    price = int(line)
    facts = {"price": price, "list_price": price + 1, "stock": price}
    changes = [PriceChange(id=f"p{n}", **facts) for n in range(int(sys.argv[2]))]
    print(json.dumps(update_prices(changes, settings)), flush=True)
"""


def lamps(price: int) -> list[Product]:
    return [
        Product(
            id=f"p{number}",
            title=f"Lamp {number} of {number % 7} arms",
            price=Decimal(price),
            list_price=Decimal(price + 1),
            stock=price,
            facets={"colour": (("red", "blue")[number % 2],)},
        )
        for number in range(COUNT)
    ]


def test_eight_threads_search_while_one_writes_and_see_no_error_and_no_half_of_a_change(
    settings: IndexSettings, embedder: Embedder
) -> None:
    build(lamps(1), settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    stop, problems, searches = threading.Event(), [], [0] * THREADS

    def search(thread: int) -> None:
        try:
            while not stop.is_set():
                low = Decimal(searches[thread] % 5)
                filters = Filters.of(price_min=low, include={"colour": ("red",)}, on_sale=True)
                hits = searcher.search(f"lamp {thread} arms", filters, limit=20).hits
                prices = {hit.product.price for hit in hits}
                if len(prices) > 1:
                    problems.append(f"two prices at once: {prices}")
                for hit in hits:
                    if not filters.accepts(hit.product) or hit.product.stock != hit.product.price:
                        problems.append(f"does not fit: {hit.product}")
                searches[thread] += 1
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=search, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    deadline, price, writes = time.monotonic() + SECONDS, 1, 0
    while time.monotonic() < deadline and not problems:
        price, writes = price % 90 + 1, writes + 1
        if writes % 10 == 0:
            some = lamps(price)
            some[writes % COUNT] = some[writes % COUNT].model_copy(update={"title": f"Lamp renamed {writes}"})
            update(some, settings, embedder=embedder)
        else:
            changes = [
                PriceChange(id=f"p{n}", price=price, list_price=price + 1, stock=price)  # type: ignore[arg-type]
                for n in range(COUNT)
            ]
            assert update_prices(changes, settings) == (COUNT, [])
    stop.set()
    for thread in threads:
        thread.join()
    assert not problems, problems[:3]
    assert writes > 3 and min(searches) > 3
    shown = {hit.product.price for hit in searcher.search("lamp", limit=COUNT).hits}
    assert shown == {Decimal(price)}
    assert check(settings).sound


def test_a_change_by_another_process_is_in_the_next_search(
    settings: IndexSettings, embedder: Embedder
) -> None:
    build(lamps(1), settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(settings.data_dir), str(COUNT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for price in (7, 3, 50):
            process.stdin.write(f"{price}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == [COUNT, []]
            exactly = Filters.of(price_min=Decimal(price), price_max=Decimal(price))
            assert {hit.product.price for hit in searcher.search("lamp", exactly, limit=5).hits} == {
                Decimal(price)
            }
            assert searcher.search("lamp", Filters.of(price_max=Decimal(price - 1))).hits == ()
        process.stdin.close()


def test_a_deleted_product_is_never_shown_again_and_a_new_one_is(
    settings: IndexSettings, embedder: Embedder
) -> None:
    build(lamps(1), settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    assert searcher.search("lamp 17 of 3 arms").hits[0].product.id == "p17"
    new = Product(id="chair", title="Chair of oak", facets={"colour": ("green",)})
    update([new], settings, deleted=["p17"], embedder=embedder)
    assert "p17" not in [hit.product.id for hit in searcher.search("lamp 17 of 3 arms", limit=COUNT).hits]
    assert searcher.search("oak chair").hits[0].product.id == "chair"
    green = searcher.search("", Filters.of(include={"colour": ("green",)}))
    assert [hit.product.id for hit in green.hits] == ["chair"]


class EverythingIsASearch:
    """In place of the intent classifier."""

    def classify(self, text: str, context: str = "") -> Intent:
        return Intent("search_product", 0.99, "refine_search", 0.98)


def test_the_next_answer_has_the_new_price_and_knows_the_new_colour(
    settings: IndexSettings, embedder: Embedder
) -> None:
    build(lamps(1), settings, embedder=embedder)
    own = Settings(data_dir=settings.data_dir, cache_dir=settings.cache_dir, llm="none")
    searcher = open_search(settings, embedder=embedder)
    with ShoppingAssistant(searcher, EverythingIsASearch(), settings=own) as shop:  # type: ignore[arg-type]
        assert "teal" not in shop.parts.vocabulary.values["colour"]
        vocabulary = shop.parts.vocabulary
        assert shop.update_prices([PriceChange(id="p17", price=Decimal("5.50"), stock=3)]) == (1, [])
        assert shop.parts.vocabulary is vocabulary  # prices are no reason to read it again
        first = shop.reply("lamp 17 of 3 arms").suggestions[0]
        assert (first.hit.product.id, first.hit.product.price) == ("p17", Decimal("5.50"))
        assert "5.50" in shop.reply("lamp 17 of 3 arms").lines[0]

        new = Product(id="q", title="Lamp", price=Decimal(9), facets={"colour": ("teal",)})
        report = shop.update([new], deleted=["p17"])
        assert (report.changes.added, report.changes.deleted, report.embedded) == (1, 1, 1)
        reply = shop.reply("a teal lamp")
        assert reply.understanding.constraints.include["colour"] == ("teal",)
        assert [hit.product.id for hit in reply.hits] == ["q"]
        assert "p17" not in [hit.product.id for hit in shop.reply("lamp 17 of 3 arms").hits]
