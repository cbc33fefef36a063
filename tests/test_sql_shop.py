"""The default shop: carts, orders and requests survive, rules are kept, and nobody sees another's."""

import json
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace
from typing import get_args

import pytest
import sqlalchemy as sa

from assistant import demo
from assistant.config import Settings
from assistant.demo import FOLDER, open_demo, reset_shoppers, seed
from assistant.history import History
from assistant.notes import Note, Notes
from assistant.sessions import Sessions
from assistant.shop import CartLine, Change, Order, OrderLine, Shop
from assistant.sql_shop import RETURN_DAYS, SqlOrders, SqlShop
from assistant.sql_shop.cart import cart_owners
from assistant.sql_shop.rules import ruling
from assistant.turns import DialogueState
from index.build import database_url
from index.database import connect
from index.errors import ConfigError, StoreError
from index.schema import Product
from index.store import CatalogueStore, Digests

TODAY = date(2026, 11, 22)
BOWL = OrderLine("bowl", 1, Decimal("20.00"))


def order(state: str, key: str = "A-1", **given) -> Order:
    return Order(key, date(2026, 11, 1), state, (BOWL,), **given)


@pytest.fixture
def url(tmp_path) -> str:
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    CatalogueStore.create(url).engine.dispose()
    return url


@pytest.fixture
def settings() -> Settings:
    return Settings(today=TODAY, checkout_url="https://pay.example/{cart}")


@pytest.fixture
def shop(url, settings) -> SqlShop:
    return SqlShop(connect(url), settings)


def allowed(given: Order, change: Change, today: date = TODAY) -> bool:
    return ruling(given, change, today).allowed


# -- carts -----------------------------------------------------------------------------------------


def test_a_cart_keeps_its_order_while_quantities_change(shop):
    for product, quantity in [("pan", 1), ("bowl", 2), ("cup", 3), ("pan", 5), ("bowl", 0)]:
        shop.cart.put("ana", product, quantity)
    assert shop.cart.lines("ana") == (CartLine("pan", 5), CartLine("cup", 3))
    assert shop.cart.lines("bob") == ()


def test_a_negative_quantity_is_a_mistake(shop):
    with pytest.raises(ValueError, match="0 or more"):
        shop.cart.put("ana", "pan", -1)


def test_one_code_is_kept_and_clearing_forgets_it_with_lines_and_link(shop):
    shop.cart.put("ana", "pan", 1)
    shop.cart.use_coupon("ana", "A")
    shop.cart.use_coupon("ana", "B")
    link = shop.checkout.link("ana")
    assert shop.cart.coupon("ana") == "B"
    shop.cart.clear("ana")
    assert (shop.cart.lines("ana"), shop.cart.coupon("ana")) == ((), "")
    assert shop.checkout.link("ana") != link


def test_a_cart_survives_a_restart(shop, url, settings):
    shop.cart.put("ana", "pan", 2)
    link = shop.checkout.link("ana")
    again = SqlShop(connect(url), settings)
    assert again.cart.lines("ana") == (CartLine("pan", 2),)
    assert again.checkout.link("ana") == link


def test_the_link_names_one_cart_and_cannot_be_guessed(shop):
    links = {shop.checkout.link(name) for name in ("ana", "bob", "session-1")}
    tokens = {link.removeprefix("https://pay.example/") for link in links}
    assert len(tokens) == 3
    assert all(len(token) >= 32 and "ana" not in token for token in tokens)
    token = shop.checkout.link("ana").removeprefix("https://pay.example/")
    assert shop.checkout.customer(token) == "ana"
    shop.cart.clear("ana")
    assert shop.checkout.customer(token) is None
    assert shop.checkout.customer("") is None


def test_carts_of_guests_expire_as_a_whole_and_those_of_users_stay(shop, url, settings):
    for customer in ("session-old", "session-new", "ana"):
        shop.cart.put(customer, "pan", 1)
        shop.cart.use_coupon(customer, "A")
    long_ago = datetime.now(UTC) - timedelta(days=settings.session_days + 1)
    with shop._engine.begin() as db:
        db.execute(cart_owners.update().where(cart_owners.c.customer != "session-new").values(at=long_ago))
    shop.cart.put("session-touched", "pan", 1)
    again = SqlShop(connect(url), settings)
    left = {
        name: (len(again.cart.lines(name)), again.cart.coupon(name))
        for name in ("session-old", "session-new", "ana")
    }
    assert left == {"session-old": (0, ""), "session-new": (1, "A"), "ana": (1, "A")}


def test_a_cart_that_is_touched_does_not_lose_its_first_lines(shop, settings):
    shop.cart.put("session-1", "pan", 1)
    long_ago = datetime.now(UTC) - timedelta(days=settings.session_days + 1)
    with shop._engine.begin() as db:
        db.execute(cart_owners.update().values(at=long_ago))
    shop.cart.put("session-1", "bowl", 1)
    shop.cart.expire(settings.session_days)
    assert len(shop.cart.lines("session-1")) == 2


# -- parts -----------------------------------------------------------------------------------------


def test_it_is_a_shop_with_every_part_of_the_demo(url, settings):
    shop: Shop = SqlShop(connect(url), replace(settings, shop_info=FOLDER))
    assert None not in (shop.cart, shop.orders, shop.policies, shop.promotions, shop.checkout, shop.desk)
    assert [p.id for p in shop.promotions.active(date(2026, 11, 15))] == [
        "autumn-kitchen",
        "two-books",
        "trail-shoes",
        "hello",
    ]
    assert [p.id for p in shop.promotions.active(date(2026, 12, 16))] == ["two-books", "trail-shoes", "hello"]


def test_a_part_that_is_not_configured_is_not_there(url, tmp_path):
    bare = SqlShop(connect(url), Settings())
    assert (bare.policies, bare.promotions, bare.checkout) == (None, None, None)
    assert bare.orders.of("ana") == ()
    (tmp_path / "info" / "policies" / "en").mkdir(parents=True)
    assert SqlShop(connect(url), Settings(shop_info=tmp_path / "info")).policies is None


def test_a_broken_file_of_the_shop_is_one_sentence(url, tmp_path):
    with pytest.raises(ConfigError, match="is not a folder"):
        SqlShop(connect(url), Settings(shop_info=tmp_path / "nowhere"))
    (tmp_path / "promotions.json").write_text(json.dumps([{"id": "x"}]))
    with pytest.raises(ConfigError, match=r"promotion 1 \(x\), text: Field required\."):
        SqlShop(connect(url), Settings(shop_info=tmp_path))


def test_requests_are_numbered_and_wait_for_a_person(shop, url, settings):
    assert [shop.desk.hand_over("ana", "a tent"), shop.desk.hand_over("bob", "a pan")] == ["H-1001", "H-1002"]
    assert SqlShop(connect(url), settings).desk.waiting() == (
        ("H-1001", "ana", "a tent"),
        ("H-1002", "bob", "a pan"),
    )
    shop.clear()
    assert shop.desk.waiting() == ()
    assert shop.desk.hand_over("ana", "again") == "H-1003"


def test_clearing_the_shop_leaves_the_catalogue(shop):
    store = CatalogueStore(shop._engine)
    store.upsert([Product(id="bowl", title="Bowl")], {"bowl": Digests("", "")})
    shop.cart.put("ana", "bowl", 1)
    shop.orders.add("ana", order("paid"))
    shop.clear()
    assert (shop.cart.lines("ana"), shop.orders.of("ana"), store.ids()) == ((), (), ["bowl"])


# -- orders ----------------------------------------------------------------------------------------


def test_orders_come_back_as_they_were_the_newest_first(shop):
    lines = (OrderLine("pan", 2, Decimal("39.90")), OrderLine("bowl", 1, Decimal("0.05")))
    old = Order("A-9", date(2026, 8, 14), "delivered", lines, "EUR", date(2026, 8, 19), None, "1 Lane")
    new = Order("A-10", date(2026, 11, 20), "paid", lines[1:], due=date(2026, 11, 27))
    shop.orders.add("ana", old)
    shop.orders.add("ana", new)
    assert shop.orders.of("ana") == (new, old)
    assert old.total == Decimal("79.85")
    assert shop.orders.of("bob") == ()


def test_an_order_is_replaced_by_its_owner_only(shop):
    shop.orders.add("ana", order("paid"))
    shop.orders.add("ana", order("shipped"))
    assert [found.state for found in shop.orders.of("ana")] == ["shipped"]
    with pytest.raises(StoreError, match="A-1 of another shopper"):
        shop.orders.add("bob", order("paid"))
    assert [found.state for found in shop.orders.of("ana")] == ["shipped"]


ARRIVED = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("given", "able"),
    [
        (order("paid"), {"cancel", "address"}),
        (order("shipped"), set()),
        (order("delivered", delivered=ARRIVED), {"return", "exchange"}),
        (order("delivered", delivered=date(2026, 10, 2)), set()),
        (order("delivered", delivered=TODAY - timedelta(days=RETURN_DAYS)), {"return", "exchange"}),
        (order("delivered", delivered=TODAY - timedelta(days=RETURN_DAYS + 1)), set()),
        (order("delivered"), {"return", "exchange"}),  # in time even if it arrived the day it was placed
        (order("cancelled"), set()),
        (order("return_requested", delivered=ARRIVED), set()),
        (order("exchange_requested", delivered=ARRIVED), set()),
        (order("on hold"), set()),
    ],
)
def test_what_can_be_asked_of_an_order(given, able):
    assert {change for change in get_args(Change) if allowed(given, change)} == able


@pytest.mark.parametrize("state", ["paid", "shipped", "delivered", "cancelled", "return_requested", "lost"])
@pytest.mark.parametrize("change", get_args(Change))
def test_every_ruling_names_its_rule_and_reason_in_both_languages(state, change):
    titles = {
        language: {line[3:] for page in (FOLDER / "policies" / language).glob("*.md")
                   for line in page.read_text("utf-8").splitlines() if line.startswith("## ")}
        for language in ("en", "zh")
    }  # fmt: skip
    for delivered in (None, ARRIVED, date(2026, 1, 1)):
        found = ruling(order(state, delivered=delivered), change, TODAY)
        assert found.section["en"] in titles["en"] and found.section["zh"] in titles["zh"]
        assert found.reason["en"].endswith(".") and found.reason["zh"].endswith("。")
        assert "{" not in "".join(found.reason.values())


def test_reasons_say_the_day(shop):
    late = shop.orders.ruling(order("delivered", delivered=date(2026, 10, 2)), "return", TODAY)
    assert late.reason == {
        "en": "The 30 days to return or exchange it ended on 1 November 2026; faults are under warranty.",
        "zh": "30 天退换期已于 2026 年 11 月 1 日结束；有质量问题仍可以保修。",
    }
    early = shop.orders.ruling(order("delivered", delivered=ARRIVED), "return", TODAY)
    assert (
        early.reason["en"]
        == "It can be returned until 30 November 2026; we refund within 7 days of it reaching us."
    )


def test_hygiene_goods_are_told_to_go_back_unopened_only(shop):
    store = CatalogueStore(shop._engine)
    store.upsert([Product(id="bowl", title="Buds", category=("Audio", "Earbuds"))], {"bowl": Digests("", "")})
    found = shop.orders.ruling(order("delivered", delivered=ARRIVED), "return", TODAY)
    assert found.allowed
    assert "only if they are unopened" in found.reason["en"] and "未拆封" in found.reason["zh"]


@pytest.mark.parametrize(
    ("given", "change", "state"),
    [
        (order("paid"), "cancel", "cancelled"),
        (order("delivered", delivered=ARRIVED), "return", "return_requested"),
        (order("delivered", delivered=ARRIVED), "exchange", "exchange_requested"),
        (order("paid"), "address", "paid"),
    ],
)
def test_a_change_is_done_and_kept(shop, given, change, state):
    shop.orders.add("ana", given)
    after = shop.orders.change("ana", "A-1", change, "  2 Road ")
    assert (after.state, after.lines) == (state, given.lines)
    assert after.address == ("2 Road" if change == "address" else "")
    assert shop.orders.of("ana") == (after,)


@pytest.mark.parametrize(
    ("given", "change"),
    [
        (order("shipped"), "cancel"),
        (order("cancelled"), "cancel"),
        (order("shipped"), "address"),
        (order("delivered", delivered=date(2026, 10, 2)), "return"),
        (order("paid"), "exchange"),
    ],
)
def test_what_the_rules_forbid_is_not_done_whatever_was_asked_before(shop, given, change):
    shop.orders.add("ana", given)
    with pytest.raises(StoreError, match="A-1 cannot be changed like that"):
        shop.orders.change("ana", "A-1", change, "detail")
    assert shop.orders.of("ana") == (given,)


def test_nobody_changes_anothers_order_or_one_that_is_not_there(shop):
    shop.orders.add("ana", order("paid"))
    for customer, key in (("bob", "A-1"), ("ana", "A-2"), ("", "A-1"), ("ana' OR 1=1 --", "A-1")):
        with pytest.raises(StoreError, match="no order"):
            shop.orders.change(customer, key, "cancel")
    assert [found.state for found in shop.orders.of("ana")] == ["paid"]


def test_an_empty_address_is_a_mistake(shop):
    shop.orders.add("ana", order("paid", address="1 Lane"))
    with pytest.raises(ValueError, match="must not be empty"):
        shop.orders.change("ana", "A-1", "address", "  ")
    assert shop.orders.of("ana")[0].address == "1 Lane"


def test_a_change_is_judged_by_the_day_it_is_done(shop):
    shop.orders.add("ana", order("delivered", delivered=ARRIVED))
    with pytest.raises(StoreError):
        SqlOrders(shop._engine, lambda: date(2026, 12, 1)).change("ana", "A-1", "return")
    assert (
        SqlOrders(shop._engine, lambda: date(2026, 11, 30)).change("ana", "A-1", "return").state
        == "return_requested"
    )


# -- the demo --------------------------------------------------------------------------------------


def test_seeding_the_demo_brings_its_shoppers_back_and_forgets_everybody_else(shop, settings):
    store = CatalogueStore(shop._engine)
    history, notes = History(shop._engine, store), Notes(shop._engine)
    seed(store, settings)
    before = {name: (shop.orders.of(name), history.events(name)) for name in ("mei", "tom")}
    shop.orders.change("tom", "A-1181", "cancel")
    for name in ("mei", "ana"):
        history.record(name, "out-02-green", "like")
        notes.add(name, [Note("size", "EU 40", True, "40")])
        notes.pause(name, True)
        shop.cart.put(name, "out-02-green", 1)
    shop.desk.hand_over("mei", "help")
    seed(store, settings)
    assert {name: (shop.orders.of(name), history.events(name)) for name in ("mei", "tom")} == before
    for name in ("mei", "ana"):
        assert (notes.of(name), notes.paused(name), shop.cart.lines(name)) == ((), False, ())
    assert (history.events("ana"), shop.desk.waiting()) == ([], ())


def test_of_the_demos_orders_one_can_be_returned_and_one_cancelled_on_its_day(shop, settings):
    seed(CatalogueStore(shop._engine), settings)
    found = {order.id: order for name in ("mei", "tom") for order in shop.orders.of(name)}
    assert {key for key, order in found.items() if allowed(order, "return")} == {"A-1120"}
    assert {key for key, order in found.items() if allowed(order, "cancel")} == {"A-1181"}
    assert {key: order.state for key, order in found.items()} == {
        "A-1042": "delivered",
        "A-1177": "shipped",
        "A-1009": "delivered",
        "A-1120": "delivered",
        "A-1181": "paid",
    }


def opened(store: CatalogueStore, settings: Settings) -> SimpleNamespace:
    """As much of an assistant as putting it back to how it began looks at."""
    return SimpleNamespace(parts=SimpleNamespace(searcher=SimpleNamespace(store=store), settings=settings))


def test_only_the_demo_is_put_back_to_how_it_began(shop, settings):
    store = CatalogueStore(shop._engine)
    shop.orders.add("ana", order("paid"))
    with pytest.raises(ValueError, match="only the demo"):
        reset_shoppers(opened(store, settings))
    assert len(shop.orders.of("ana")) == 1
    store.set_meta(demo="stamp")
    sessions = Sessions(shop._engine, 30)
    sessions.save("ana", DialogueState())
    reset_shoppers(opened(store, settings))
    assert (shop.orders.of("ana"), sessions.load("ana")) == ((), None)
    assert [found.id for found in shop.orders.of("tom")] == ["A-1181", "A-1120", "A-1009"]


@pytest.fixture
def small_demo(monkeypatch, tmp_path, encoder_cache) -> Settings:
    """Settings for a demo of 12 products, so that building it takes no time."""
    file = tmp_path / "few.jsonl"
    with demo.CATALOGUE.open(encoding="utf-8") as rows:
        file.write_text("".join(islice(rows, 12)), encoding="utf-8")
    monkeypatch.setattr(demo, "CATALOGUE", file)
    return Settings(data_dir=tmp_path / "data", cache_dir=encoder_cache, llm="none")


def test_the_demo_begins_anew_only_when_its_files_changed(small_demo):
    first = open_demo(small_demo)
    shop = SqlShop(connect(database_url(first)), first)
    shop.orders.change("tom", "A-1181", "cancel")
    shop.cart.put("ana", "pan", 1)
    open_demo(small_demo)
    assert (shop.orders.of("tom")[0].state, len(shop.cart.lines("ana"))) == ("cancelled", 1)
    rows = demo.CATALOGUE.read_text("utf-8").splitlines(keepends=True)
    demo.CATALOGUE.write_text("".join(rows[:-1]), encoding="utf-8")  # another stamp
    open_demo(small_demo)
    assert (shop.orders.of("tom")[0].state, shop.cart.lines("ana")) == ("paid", ())
    assert len(CatalogueStore(shop._engine).ids()) == 11


def test_the_demo_leaves_the_database_of_the_shop_alone(small_demo, shop, url):
    store = CatalogueStore(shop._engine)
    store.upsert([Product(id="bowl", title="Bowl")], {"bowl": Digests("", "")})
    shop.orders.add("ana", order("paid"))
    shop.cart.put("ana", "bowl", 1)
    found = open_demo(replace(small_demo, database_url=url, chroma_url="http://127.0.0.1:1"))
    assert (found.database_url, found.chroma_url) == ("", "")
    assert (store.ids(), store.get_meta("demo")) == (["bowl"], None)
    assert (len(shop.orders.of("ana")), len(shop.cart.lines("ana"))) == (1, 1)


# -- several at once, and a database that fails ----------------------------------------------------


def test_threads_that_put_into_one_cart_at_once_lose_nothing(shop):
    ready, failed = Barrier(4), []

    def fill_cart(number: int) -> None:
        ready.wait()
        try:
            for at in range(10):
                shop.cart.put("ana", f"own-{number}-{at}", 1)
                shop.cart.put("ana", "shared", number + 1)
        except StoreError as error:
            failed.append(error)

    threads = [Thread(target=fill_cart, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = {line.product_id: line.quantity for line in shop.cart.lines("ana")}
    assert failed == []
    assert len(lines) == len(shop.cart.lines("ana")) == 41
    assert lines["shared"] in (1, 2, 3, 4)


def at_once(url: str, work: Callable[[str, int, multiprocessing.Queue], None], count: int = 3) -> list[str]:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    workers = [context.Process(target=work, args=(url, number, answers)) for number in range(count)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    return sorted(found)


def fill(url: str, number: int, answers: multiprocessing.Queue) -> None:
    shop = SqlShop(connect(url), Settings(today=TODAY, checkout_url="{cart}"))
    for at in range(20):
        shop.cart.put("ana", f"p{at}", number + 1)
        shop.desk.hand_over("ana", f"{number} {at}")
    answers.put(shop.checkout.link("ana"))


def cancel(url: str, number: int, answers: multiprocessing.Queue) -> None:
    try:
        SqlShop(connect(url), Settings(today=TODAY)).orders.change("ana", "A-1", "cancel")
        answers.put("done")
    except StoreError as error:
        answers.put(str(error))


def test_processes_that_write_at_once_lose_nothing(url):
    links = at_once(url, fill)
    shop = SqlShop(connect(url), Settings())
    assert len(set(links)) == 1
    assert sorted(line.product_id for line in shop.cart.lines("ana")) == sorted(f"p{at}" for at in range(20))
    assert len({number for number, _, _ in shop.desk.waiting()}) == 60


def test_of_processes_that_cancel_at_once_one_succeeds(shop, url):
    shop.orders.add("ana", order("paid"))
    answers = at_once(url, cancel)
    refused = "Order A-1 cannot be changed like that. It was cancelled already."
    assert answers == [refused, refused, "done"]


def test_a_database_that_cannot_be_written_is_one_sentence(shop, tmp_path):
    engine = sa.create_engine(f"sqlite:///file:{tmp_path / 'shop.sqlite'}?mode=ro&uri=true")
    with pytest.raises(StoreError, match=r"The database failed while .* readonly database") as error:
        SqlShop(engine, Settings())
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    file: Path = tmp_path / "broken.sqlite"
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        SqlShop(connect(f"sqlite:///{file}"), Settings())
