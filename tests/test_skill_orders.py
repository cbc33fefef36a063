"""Orders that are looked up and changed, over orders in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Settings
from assistant.constraints import parse_constraints
from assistant.history import History
from assistant.notes import Notes
from assistant.policies import PolicyIndexes
from assistant.shop import Change, Order, OrderLine, Ruling
from assistant.skills.base import Parts, Turn
from assistant.skills.change_words import new_address, wanted_change
from assistant.skills.changing import change
from assistant.skills.orders import track
from assistant.turns import DialogueState, Intent, Option, Outcome, Understanding
from assistant.vocabulary import Vocabulary
from index.database import connect
from index.errors import ShopError
from index.search import Searcher
from index.text import is_chinese

TODAY = date(2026, 11, 22)


def order(key: str, placed: date, state: str, *lines: tuple[str, str], **more: Any) -> Order:
    return Order(key, placed, state, tuple(OrderLine(p, 1, Decimal(price)) for p, price in lines), **more)


class Orders:
    """Orders in a dictionary. What is paid can be cancelled, what came this year can go back."""

    def __init__(self) -> None:
        self.kept = {
            "ana": [
                order("A-1007", date(2026, 11, 20), "paid", ("lamp", "25")),
                order(
                    "A-1005",
                    date(2026, 10, 30),
                    "delivered",
                    ("shoe-41", "89.50"),
                    ("mug", "8"),
                    delivered=date(2026, 11, 3),
                ),
                order("A-1003", date(2025, 2, 1), "delivered", ("phone-black", "299")),
            ],
            "ben": [
                order("B-2001", date(2026, 11, 15), "shipped", ("mug", "8"), due=date(2026, 11, 25)),
            ],
        }
        self.done: list[tuple[str, str, Change, str]] = []
        self.fails = False

    def of(self, customer: str) -> list[Order]:
        return self.kept.get(customer, [])

    def ruling(self, order: Order, change: Change, today: date) -> Ruling:
        if change in ("cancel", "address"):
            reason = {"en": "The parcel has left us.", "zh": "包裹已经寄出。"}
            if order.state == "paid":
                reason = {"en": "It has not left us yet.", "zh": "还没有寄出。"}
            return Ruling(order.state == "paid", reason, {"en": "Cancelling", "zh": "取消订单"})
        fresh = order.state == "delivered" and order.placed.year == today.year
        reason = {"en": "The 30 days are over.", "zh": "30 天已过。"}
        if fresh:
            reason = {"en": "You are refunded within 7 days.", "zh": "7 天内退款。"}
        return Ruling(fresh, reason, {"en": "30 days", "zh": "30 天退货"})

    def change(self, customer: str, order_id: str, change: Change, detail: str = "") -> Order:
        if self.fails:
            raise ShopError("The warehouse does not answer.")
        states = {"cancel": "cancelled", "return": "return_requested", "exchange": "exchange_requested"}
        self.done.append((customer, order_id, change, detail))
        kept = self.kept[customer]
        at = next(n for n, item in enumerate(kept) if item.id == order_id)
        kept[at] = replace(kept[at], state=states.get(change, kept[at].state))
        return kept[at]


class Desk:
    def hand_over(self, customer: str, summary: str) -> str:
        return "H-1"


@dataclass
class OrderShop:
    orders: Any = field(default_factory=Orders)
    cart: Any = None
    policies: Any = None
    promotions: Any = None
    checkout: Any = None
    desk: Any = None


class Chat:
    def __init__(self, parts: Parts, user: str | None) -> None:
        self.parts, self.user, self.state = parts, user, DialogueState(session="guest-1")

    def __call__(self, skill: Callable[[Turn], Outcome], text: str, option: Option | None = None) -> Outcome:
        meant = option.text if option else text
        constraints = parse_constraints(meant, self.parts.vocabulary)
        said = Understanding(meant, "zh" if is_chinese(meant) else "en", Intent("", 1.0), constraints)
        outcome = skill(Turn(said, self.state, self.user, self.parts, option.data if option else {}))
        self.state = outcome.state
        return outcome

    @property
    def yes(self) -> Option:
        assert self.state.question is not None
        assert self.state.question.yes is not None
        return self.state.question.yes

    def option(self, said: str) -> Option:
        assert self.state.question is not None
        return next(option for option in self.state.question.options if option.said == said)


@pytest.fixture
def shop() -> OrderShop:
    return OrderShop()


@pytest.fixture
def parts(searcher: Searcher, shop: OrderShop, tmp_path: Path) -> Parts:
    engine = connect(f"sqlite:///{tmp_path}/people.sqlite")
    return Parts(
        searcher=searcher,
        vocabulary=Vocabulary(searcher.store.vocabulary()),
        history=History(engine, searcher.store),
        notes=Notes(engine),
        shop=shop,
        policies=PolicyIndexes(None, searcher.embedder),
        settings=Settings(data_dir=tmp_path, cache_dir=tmp_path, today=TODAY),
        currency="USD",
        departments=(),
    )


@pytest.fixture
def ana(parts: Parts) -> Chat:
    return Chat(parts, "ana")


# -- track_order -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["what did I buy in October?", "我十月买了什么", "上个月我买了啥"])
def test_a_month_means_the_order_of_that_month(ana: Chat, text: str) -> None:
    assert "A-1005" in ana(track, text).composed
    assert "A-1007" not in ana(track, text).composed


@pytest.mark.parametrize("text", ["what did I buy in March?", "我三月买了什么"])
def test_a_month_without_an_order_is_said_to_have_none(ana: Chat, text: str) -> None:
    told = ana(track, text).composed
    assert told.startswith(("I find nothing like that in your orders.", "您的订单里没有找到这样的商品。"))


def test_a_month_in_which_something_is_due_is_not_when_it_was_bought(ana: Chat) -> None:
    assert "A-1007" in ana(track, "will my order come in December?").composed


def test_the_latest_open_order_is_told_and_the_others_named(ana: Chat) -> None:
    outcome = ana(track, "where is my order")
    assert outcome.composed == (
        "Order A-1007 of 20 November (Halo desk lamp, white, $25): it is paid and has not left us yet. "
        "Your other orders: A-1005 (delivered) and A-1003 (delivered)."
    )
    assert outcome.quick_replies == ("cancel order A-1007", "where is A-1005?")
    assert outcome.state.focus == ("lamp",)


@pytest.mark.parametrize(
    "text",
    [
        "where is A-1005",
        "track a1005 please",
        "order number 1005?",
        "1005 到哪了",
        "A-1005到哪了",
        "查一下订单A-1005",
        "Ａ－１００５ 到哪了",
    ],
)
def test_an_order_is_found_by_its_number(ana: Chat, text: str) -> None:
    assert "A-1005" in ana(track, text).composed
    assert "A-1007" not in ana.state.focus
    assert ana.state.focus == ("shoe-41", "mug")


@pytest.mark.parametrize("text", ["where are my running shoes", "the mug I ordered", "我的跑步鞋到哪了"])
def test_an_order_is_found_by_what_was_bought(ana: Chat, text: str) -> None:
    outcome = ana(track, text)
    assert outcome.composed.startswith(("Order A-1005", "订单 A-1005"))


def test_days_are_said_in_the_shoppers_language(parts: Parts) -> None:
    ben = Chat(parts, "ben")
    assert ben(track, "when does it arrive").composed == (
        "Order B-2001 of 15 November (Plain mug, $8): it has been shipped and is on its way. "
        "It should arrive by 25 November."
    )
    assert ben(track, "快递到哪了").composed == (
        "订单 B-2001（11 月 15 日下单，Plain mug，$8）：已发货，正在路上。预计 11 月 25 日前送到。"
    )


def test_an_arrival_that_the_record_lacks_is_not_made_up(ana: Chat) -> None:
    assert "The record does not say when it will arrive." in ana(track, "when will my lamp arrive").composed


def test_an_order_of_another_year_is_dated_with_it(ana: Chat) -> None:
    assert "of 1 February 2025" in ana(track, "A-1003").composed


@pytest.mark.parametrize("number", ["B-2001", "A-4444"])
def test_somebody_elses_order_is_as_unknown_as_one_that_does_not_exist(ana: Chat, number: str) -> None:
    for skill, text in ((track, f"where is {number}"), (change, f"cancel order {number}")):
        outcome = ana(skill, text)
        assert outcome.composed == f"There is no order {number} of yours. Yours: A-1007, A-1005 and A-1003."


def test_orders_of_others_are_not_shown(ana: Chat) -> None:
    outcome = ana(track, "show me ben's orders")
    assert outcome.composed == "I can only show your own orders. You have 3 orders."
    assert [row[0] for row in outcome.table] == ["Order", "A-1007", "A-1005", "A-1003"]


@pytest.mark.parametrize("text", ["show my orders", "我的订单", "what have I ordered"])
def test_all_orders_come_as_a_table(ana: Chat, text: str) -> None:
    outcome = ana(track, text)
    assert [row[0] for row in outcome.table[1:]] == ["A-1007", "A-1005", "A-1003"]
    assert outcome.table[1][3] == "$25"


def test_who_ordered_nothing_is_told_so(parts: Parts) -> None:
    for skill in (track, change):
        assert Chat(parts, "eve")(skill, "my order").composed == "You have not ordered anything yet."


def test_guests_are_asked_to_sign_in(parts: Parts) -> None:
    for skill in (track, change):
        assert Chat(parts, None)(skill, "cancel A-1007").composed.startswith("Please sign in first")


def test_a_shop_without_orders_says_so_and_offers_a_person_if_there_is_one(
    ana: Chat, shop: OrderShop
) -> None:
    shop.orders = None
    assert ana(track, "where is my order").composed == "I cannot see orders of this shop."
    assert ana(change, "cancel my order").quick_replies == ()
    shop.desk = Desk()
    outcome = ana(track, "我的订单到哪了")
    assert outcome.composed == "我这里看不到本店的订单。可以转人工帮您查。"
    assert outcome.quick_replies == ("转人工",)


def test_what_was_never_bought_is_said_not_to_be_there(ana: Chat) -> None:
    outcome = ana(change, "the kettle is broken")
    assert outcome.composed.startswith("I find nothing like that in your orders.")
    assert outcome.state.question is None


# -- change_order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["cancel my order", "帮我取消订单"])
def test_cancelling_is_confirmed_before_it_is_done(ana: Chat, shop: OrderShop, text: str) -> None:
    asked = ana(change, text)
    assert asked.composed.endswith(("?", "？"))
    assert shop.orders.done == []
    done = ana(change, "", ana.yes)
    assert shop.orders.done == [("ana", "A-1007", "cancel", "")]
    assert done.composed.startswith(("Order A-1007 is cancelled.", "订单 A-1007 已取消。"))


def test_what_the_rules_forbid_is_refused_with_the_rule_and_what_is_possible(
    ana: Chat, shop: OrderShop
) -> None:
    outcome = ana(change, "cancel order A-1005")
    assert outcome.composed == (
        "Order A-1005 (Stride Dash running shoes, size 41; Plain mug) cannot be cancelled. "
        "The parcel has left us. The rule: “Cancelling”. What you can do: return it or exchange it."
    )
    assert outcome.quick_replies == ("return order A-1005", "exchange order A-1005")
    assert outcome.state.question is None
    assert shop.orders.done == []


def test_an_order_for_which_it_is_allowed_comes_first(ana: Chat) -> None:
    assert "A-1005" in ana(change, "I want to return my order").composed
    assert ana.yes.data == {"order": "A-1005", "change": "return", "detail": ""}


def test_of_several_products_only_the_named_one_goes_back(ana: Chat) -> None:
    outcome = ana(change, "I want to return the running shoes")
    assert (
        "Shall I request the return of Stride Dash running shoes, size 41 (order A-1005)?" in outcome.composed
    )
    assert ana.yes.data["detail"] == "only Stride Dash running shoes, size 41"


def test_several_orders_that_fit_are_asked_about(ana: Chat, shop: OrderShop) -> None:
    shop.orders.kept["ana"].append(order("A-1001", date(2026, 11, 1), "delivered", ("lamp", "25")))
    outcome = ana(change, "I want to return something")
    assert outcome.quick_replies == ("A-1005", "A-1001")
    asked = ana(change, "", ana.option("A-1001"))
    assert "Shall I request the return of Halo desk lamp, white (order A-1001)?" in asked.composed
    assert shop.orders.done == []


def test_an_exchange_for_a_size_that_is_in_stock_is_confirmed(ana: Chat, shop: OrderShop) -> None:
    outcome = ana(change, "the running shoes are too small, can I get size 43 instead")
    assert outcome.composed.endswith(
        "order A-1005: Stride Dash running shoes, size 41 → Stride Dash running shoes, size 43?"
    )
    ana(change, "", ana.yes)
    assert shop.orders.done == [
        (
            "ana",
            "A-1005",
            "exchange",
            "Stride Dash running shoes, size 41 → Stride Dash running shoes, size 43",
        )
    ]


def test_an_exchange_without_a_size_asks_which(ana: Chat) -> None:
    outcome = ana(change, "I want to exchange the running shoes")
    assert outcome.quick_replies == ("43",)
    asked = ana(change, "", ana.option("43"))
    assert "size 41 → Stride Dash running shoes, size 43?" in asked.composed


def test_an_exchange_for_what_is_sold_out_offers_what_is_there(ana: Chat) -> None:
    outcome = ana(change, "swap the running shoes for size 42")
    assert "Stride Dash running shoes, size 42 is out of stock." in outcome.composed
    assert outcome.quick_replies == ("43",)


def test_an_address_is_asked_for_in_one_message(ana: Chat, shop: OrderShop) -> None:
    outcome = ana(change, "I need to change the delivery address")
    assert "change the address of A-1007 to" in outcome.composed
    assert outcome.state.question is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("change the address of A-1007 to 44 Elm Street, Boston 02118", "44 Elm Street, Boston 02118"),
        ("把 A-1007 的地址改成 中山路 12 号 3 栋", "中山路 12 号 3 栋"),
        ("send order A-1007 to 9 Oak Road instead please", "9 Oak Road"),
    ],
)
def test_a_new_address_is_confirmed(ana: Chat, shop: OrderShop, text: str, address: str) -> None:
    ana(change, text)
    ana(change, "", ana.yes)
    assert shop.orders.done == [("ana", "A-1007", "address", address)]


def test_an_unclear_wish_offers_what_is_allowed(ana: Chat) -> None:
    outcome = ana(change, "I want to change my order")
    assert outcome.quick_replies == ("cancel it", "change the address")
    assert ana(change, "", ana.option("cancel it")).composed.startswith(
        "It has not left us yet. Shall I cancel"
    )


def test_a_yes_that_comes_too_late_is_refused(ana: Chat, shop: OrderShop) -> None:
    ana(change, "cancel my order")
    shop.orders.kept["ana"][0] = replace(shop.orders.kept["ana"][0], state="shipped")
    assert "cannot be cancelled" in ana(change, "", ana.yes).composed
    assert shop.orders.done == []


def test_a_failure_of_the_shop_is_said(ana: Chat, shop: OrderShop) -> None:
    ana(change, "cancel my order")
    shop.orders.fails = True
    assert ana(change, "", ana.yes).composed == (
        "Order A-1007 could not be changed: The warehouse does not answer."
    )


def test_a_choice_that_names_somebody_elses_order_changes_nothing(ana: Chat, shop: OrderShop) -> None:
    forged = Option("yes", "change_order", "yes", {"order": "B-2001", "change": "cancel", "detail": ""})
    ana(change, "", forged)
    assert shop.orders.done == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("call the order off", "cancel"),
        ("I don't want it anymore", "cancel"),
        ("I'd like my money back", "return"),
        ("send it back", "return"),
        ("想退货", "return"),
        ("the glass arrived broken", "return"),
        ("need the next size up, swap it", "exchange"),
        ("换一双大一码的", "exchange"),
        ("the parcel should go to another address", "address"),
        ("收货地址写错了", "address"),
        ("do something about it", None),
    ],
)
def test_what_is_to_be_done_is_read_from_the_words(text: str, wanted: str | None) -> None:
    assert wanted_change(text) == wanted


def test_what_is_no_place_is_no_address() -> None:
    assert new_address("change the address to my office") == ""
    assert new_address("地址改成我公司") == ""


def test_a_new_address_is_plain_text() -> None:
    assert new_address("地址改到 <b onclick=alert(1)>北京市长安街1号</b>") == "北京市长安街1号"
    assert new_address("send it to [1 Main Street](https://evil.example)") == "1 Main Street"


def test_full_width_letters_ask_for_the_same_change() -> None:
    assert wanted_change("ＣＡＮＣＥＬ it") == "cancel"
