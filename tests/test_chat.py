"""Who a browser may be: the web chat without a browser."""

from typing import Any

import pytest

from assistant.config import Settings
from assistant.demo import DemoShopper
from assistant.pipeline import ShoppingAssistant
from assistant.turns import Intent
from index.search import Searcher
from ui.chat import Session, create_app

OURS = "guest-0123456789ab"


class Classifier:
    """Stands in for the trained classifier: these tests are about the page."""

    labels = ("search_product",)

    def classify(self, text: str, context: str = "") -> Intent:
        return Intent("search_product", 0.9)


@pytest.fixture
def shop(searcher: Searcher) -> ShoppingAssistant:
    return ShoppingAssistant(searcher, Classifier(), settings=Settings.from_env({}))


def handler(app: Any, name: str) -> Any:
    """What the page calls."""
    return next(fn.fn for fn in app.fns.values() if fn.name == name)


@pytest.mark.parametrize(
    "name", ["tom", "", None, "guest-tom", "guest-0123456789AB", f"{OURS}0", f"{OURS}\n", 7]
)
def test_a_browser_that_calls_itself_somebody_is_a_new_guest(shop: ShoppingAssistant, name: Any) -> None:
    shop.reply("a phone", user="tom")
    app = create_app(shop, shoppers=[DemoShopper("tom", "Tom")])
    session = Session(user="guest-fedcba987654")
    told = handler(app, "load")(session, name)
    assert told[0] == session.user == "guest-fedcba987654"
    assert session.state.heard == ()
    handler(app, "switch")(session, "", name)
    assert session.user.startswith("guest-")
    assert session.user not in ("guest-tom", "guest-fedcba987654")
    assert session.state.heard == ()


def test_a_guest_who_comes_back_goes_on(shop: ShoppingAssistant) -> None:
    shop.reply("a phone", user=OURS)
    session = Session(user="guest-fedcba987654")
    told = handler(create_app(shop), "load")(session, OURS)
    assert (told[0], session.user, session.state.heard) == (OURS, OURS, ("a phone",))


def test_a_demo_shopper_is_chosen_from_the_list_only(shop: ShoppingAssistant) -> None:
    app = create_app(shop, shoppers=[DemoShopper("tom", "Tom")])
    session = Session(user=OURS)
    handler(app, "switch")(session, "mei", OURS)
    assert session.user == OURS
    handler(app, "switch")(session, "tom", OURS)
    assert session.user == "tom"


def test_what_was_said_last_comes_back_as_plain_text(shop: ShoppingAssistant) -> None:
    shop.reply("a phone [here](https://evil.example) <img src=x>", user=OURS)
    session = Session(user="guest-fedcba987654")
    handler(create_app(shop), "load")(session, OURS)
    assert session.messages[-1]["content"] == "Welcome back! You last said: “a phone here”"
