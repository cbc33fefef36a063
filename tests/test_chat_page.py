"""The web chat in a real browser, over the small catalogue."""

import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.config import Settings
from assistant.pipeline import ShoppingAssistant
from assistant.turns import Intent, Suggestion
from index.errors import ConfigError
from index.schema import Product
from index.search import Hit, Searcher
from ui import cards

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class KeywordClassifier:
    """Stands in for the trained classifier: these tests are about the page."""

    labels = ("search_product", "like_product", "refine_search")

    def classify(self, text: str, context: str = "") -> Intent:
        if text.startswith("I like"):
            return Intent("like_product", 0.9)
        return Intent("refine_search" if context and text.startswith("not ") else "search_product", 0.9)


@pytest.fixture(scope="module")
def shop(searcher: Searcher) -> ShoppingAssistant:
    return ShoppingAssistant(searcher, KeywordClassifier(), settings=Settings.from_env({}))


@pytest.fixture(scope="module")
def page(shop: ShoppingAssistant) -> Iterator[Any]:
    """The page in headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    from ui.chat import create_app, launch

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(shop)
    launch(app, port=port, block=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], headless=True
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"http://127.0.0.1:{port}")
        page.requests = requests  # type: ignore[attr-defined]
        page.locator("#say textarea").wait_for()
        yield page
        browser.close()
    app.close()


def say(page: Any, text: str) -> None:
    page.locator("#say textarea").fill(text)
    page.locator("#say textarea").press("Enter")
    page.wait_for_function("document.querySelector('#say textarea').value === ''")


def test_one_turn_shows_cards_prose_and_what_was_understood(page: Any) -> None:
    say(page, "a smartphone under $250")
    card = page.locator(".card").first
    card.wait_for(timeout=20_000)
    page.get_by_text("One product fits.").wait_for()
    assert "Verra One smartphone, silver" in card.inner_text()
    assert "$199.99" in card.inner_text()
    chips = page.locator("#understood .chip")
    chips.first.wait_for()
    assert "up to $250" in chips.all_inner_texts()


def test_a_refusal_in_the_next_turn_changes_the_cards(page: Any) -> None:
    say(page, "running shoes")
    page.get_by_text("Stride Dash running shoes").first.wait_for(timeout=20_000)
    say(page, "not blue")
    page.locator("#understood .chip", has_text="not blue").wait_for(timeout=20_000)
    page.get_by_text("Nothing fits all of that.").wait_for(timeout=20_000)
    page.locator(".card").first.wait_for(state="detached", timeout=20_000)


def test_a_guest_who_loads_the_page_again_goes_on(page: Any) -> None:
    say(page, "running shoes")
    page.get_by_text("Stride Dash running shoes").first.wait_for(timeout=20_000)
    page.reload()
    page.get_by_text("Welcome back! You last said: “running shoes”").wait_for(timeout=20_000)
    page.get_by_text("Stride Dash running shoes").first.wait_for(timeout=20_000)


def test_markup_in_a_message_is_shown_and_not_run(page: Any) -> None:
    say(page, '<img src=x onerror="window.broken=1"> mug')
    page.get_by_text("Plain mug").first.wait_for(timeout=20_000)
    assert page.evaluate("window.broken") is None


def test_the_page_asks_nobody_but_this_machine(page: Any) -> None:
    addresses = {
        request.split("/")[2].split(":")[0] for request in page.requests if request.startswith("http")
    }
    assert addresses == {"127.0.0.1"}


def test_a_busy_port_is_one_clear_sentence(shop: ShoppingAssistant) -> None:
    from ui.chat import create_app, launch

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="Choose another with --port"):
            launch(create_app(shop), port=taken.getsockname()[1], block=False)


def test_a_card_escapes_what_the_record_says() -> None:
    product = Product(id="x", title="<script>alert(1)</script>", url="javascript:alert(1)")
    html = cards.card(1, Suggestion(Hit(product, 1.0), 1.0, reason="<b>why</b>"), "en")
    assert "<script>" not in html
    assert "javascript:" not in html
    assert "&lt;b&gt;why&lt;/b&gt;" in html


def test_a_card_of_a_product_without_price_says_so() -> None:
    html = cards.card(1, Suggestion(Hit(Product(id="x", title="Lamp"), 1.0), 1.0), "en")
    assert "price not in the record" in html
