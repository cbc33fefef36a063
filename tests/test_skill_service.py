"""Questions on the shop's rules, and the hand-over to a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Settings
from assistant.constraints import parse_constraints
from assistant.history import History
from assistant.notes import Notes
from assistant.policies import PolicyIndexes
from assistant.quoting import quoted
from assistant.shop import CartLine, Section
from assistant.skills.base import Parts, Turn
from assistant.skills.service import ask_policy, human_agent
from assistant.turns import Constraints, DialogueState, Intent, Outcome, Understanding
from assistant.vocabulary import Vocabulary
from index.database import connect
from index.schema import Language
from index.search import Searcher
from index.text import is_chinese

DELIVERY = Section(
    "Shipping",
    "Delivery abroad",
    "We deliver to these countries:\n\n- Canada: **$14.90**, 5 days\n- Germany and France: $18.90, 6 days\n"
    "- Japan: $19.90, 7 days\n\nDuty is paid by you. Nowhere else, e.g. the moon. "
    "We post before 2 p.m. Eastern Time.",
    "en",
)
RETURNS = Section("Returns", "Thirty days", "You can return most items within 30 days.", "en")
ABROAD = Section(
    "配送",
    "国际配送",
    "以下国家可以送达：\n\n- 加拿大：14.90 美元\n- 德国：18.90 美元\n- 日本：19.90 美元",
    "zh",
)


class Pages:
    def sections(self, language: Language) -> Sequence[Section]:
        return (ABROAD,) if language == "zh" else (DELIVERY, RETURNS)


class Cart:
    def lines(self, customer: str) -> list[CartLine]:
        return [CartLine("mug", 2)]

    def coupon(self, customer: str) -> str:
        return ""


class Desk:
    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    def hand_over(self, customer: str, summary: str) -> str:
        self.got.append((customer, summary))
        return "H-1001"


@dataclass
class ServiceShop:
    policies: Any = field(default_factory=Pages)
    desk: Any = field(default_factory=Desk)
    cart: Any = None
    orders: Any = None
    promotions: Any = None
    checkout: Any = None


Say = Callable[..., Outcome]


@pytest.fixture
def shop() -> ServiceShop:
    return ServiceShop()


@pytest.fixture
def say(searcher: Searcher, shop: ServiceShop, tmp_path: Path) -> Say:
    engine = connect(f"sqlite:///{tmp_path}/people.sqlite")
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path, today=date(2026, 11, 22))
    vocabulary = Vocabulary(searcher.store.vocabulary())

    def said(skill: Callable[[Turn], Outcome], text: str, state: DialogueState | None = None) -> Outcome:
        parts = Parts(
            searcher=searcher,
            vocabulary=vocabulary,
            history=History(engine, searcher.store),
            notes=Notes(engine),
            shop=shop,
            policies=PolicyIndexes(shop.policies, None),
            settings=settings,
            currency="USD",
            departments=(),
        )
        language: Language = "zh" if is_chinese(text) else "en"
        understood = Understanding(text, language, Intent("", 1.0), parse_constraints(text, vocabulary))
        return skill(Turn(understood, state or DialogueState(session="guest-1"), None, parts))

    return said


# -- ask_policy ------------------------------------------------------------------------------------


def test_the_answer_names_its_section(say: Say) -> None:
    outcome = say(ask_policy, "can I return most items within thirty days?")
    assert outcome.composed == "Returns, “Thirty days”: You can return most items within 30 days."


def test_of_a_list_the_item_that_answers_is_quoted(say: Say) -> None:
    outcome = say(ask_policy, "do you deliver to Germany?")
    assert outcome.composed.startswith(
        "Shipping, “Delivery abroad”: We deliver to these countries: Germany and France: $18.90, 6 days."
    )
    assert "Japan" not in outcome.composed


def test_chinese_questions_are_answered_from_the_chinese_pages(say: Say) -> None:
    outcome = say(ask_policy, "国际配送到日本多少钱")
    assert outcome.composed.startswith("《配送》「国际配送」：以下国家可以送达：")
    assert "日本：19.90 美元。" in outcome.composed


def test_what_the_pages_do_not_say_is_said_not_to_be_there(say: Say, shop: ServiceShop) -> None:
    outcome = say(ask_policy, "zebra crossing xylophone?")
    assert outcome.composed == (
        "The shop's pages do not say. They are about: Shipping; Returns. A person can tell you."
    )
    assert outcome.quick_replies == ("let me talk to a person",)
    shop.desk = None
    assert say(ask_policy, "zebra crossing xylophone?").quick_replies == ()


def test_a_shop_without_pages_says_so(say: Say, shop: ServiceShop) -> None:
    shop.policies = None
    assert say(ask_policy, "运费多少").composed == "本店没有给我提供店铺规则，我没法回答。可以转人工问一下。"


def test_a_sentence_does_not_end_in_an_abbreviation() -> None:
    assert "We post before 2 p.m. Eastern Time." in quoted(DELIVERY, "do you post before 2 in Eastern Time")


def test_a_city_finds_the_line_of_its_country_and_what_is_said_besides() -> None:
    told = quoted(DELIVERY, "do you deliver to Munich, and who pays the duty")
    assert "Germany and France" in told
    assert "Duty is paid by you." in told
    assert "Canada" not in told
    assert "加拿大" not in quoted(ABROAD, "寄到东京多少钱")


def test_a_country_without_a_line_gets_what_holds_for_the_others() -> None:
    text = (
        "We deliver to:\n\n- Canada: $14\n- Japan: $19\n- Spain: $17\n\nWe do not deliver to other countries."
    )
    assert quoted(replace(DELIVERY, text=text), "can you post it to Peru") == (
        "We do not deliver to other countries."
    )


def test_the_head_of_a_list_is_not_quoted_without_it() -> None:
    assert "these countries" not in quoted(DELIVERY, "who pays the duty")


def test_a_list_of_which_nothing_is_meant_is_given_whole() -> None:
    told = quoted(DELIVERY, "do you deliver abroad")
    assert all(country in told for country in ("Canada", "Germany", "Japan"))


def test_a_question_adds_to_the_one_before_only_if_it_does_not_stand_alone(say: Say) -> None:
    before = DialogueState(topic="ask_policy", heard=("do you deliver to Canada?", "and to Osaka?"))
    assert "Japan: $19.90" in say(ask_policy, "and to Osaka?", before).composed
    other = replace(before, heard=("do you deliver to Canada?", "can I return things?"))
    assert "Canada" not in say(ask_policy, "can I return things?", other).composed


def test_the_place_that_was_named_holds_for_the_next_question_on_delivery(say: Say) -> None:
    state = DialogueState(
        topic="ask_policy", heard=("do you deliver to Osaka?", "how many days is delivery?")
    )
    told = say(ask_policy, "how many days is delivery?", state).composed
    assert "Japan: $19.90, 7 days." in told
    assert "Canada" not in told


def test_a_short_section_is_quoted_whole_and_without_its_markdown() -> None:
    section = replace(
        DELIVERY, text="See [the *list*](https://x.example) of **all** rates.\nThey hold `now`."
    )
    assert quoted(section, "rates?") == "See the *list* of all rates. They hold now."


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_is_quoted_than_asked_for(most: int) -> None:
    text = " ".join(f"Rule {word} costs $5." for word in ("one", "two", "three", "four", "five"))
    answer = quoted(replace(DELIVERY, text=text), "how much does a rule cost", most=most)
    assert answer.count("costs") == most


# -- human_agent -----------------------------------------------------------------------------------


def test_a_person_gets_what_was_said_wanted_shown_and_put_in_the_cart(say: Say, shop: ServiceShop) -> None:
    shop.cart = Cart()
    state = DialogueState(
        session="guest-1",
        wanted=Constraints(query="lamp", include={"colour": ("white",)}),
        shown=("lamp", "mug"),
        focus=("mug",),
        heard=("white lamps", "card 4111 1111 1111 1111", "a person please"),
    )
    outcome = say(human_agent, "a person please", state)
    assert outcome.composed == (
        "I have passed this on to a person; your request has the number H-1001. "
        "They get: what you said last, what you are looking for, the products we talked about and your cart."
    )
    assert shop.desk.got == [
        (
            "guest-1",
            "what you said last: white lamps / card •••• / a person please\n"
            "what you are looking for: lamp, white\n"
            "the products we talked about: Plain mug [mug]; Halo desk lamp, white [lamp]\n"
            "your cart: 2 × Plain mug [mug] = $16",
        )
    ]


def test_only_the_last_utterances_are_handed_over(say: Say, shop: ServiceShop) -> None:
    state = DialogueState(session="guest-1", heard=tuple(f"line {n}" for n in range(12)))
    say(human_agent, "转人工", state)
    assert shop.desk.got[0][1] == "您刚才说的话: line 6 / line 7 / line 8 / line 9 / line 10 / line 11"


def test_a_shop_without_people_says_so(say: Say, shop: ServiceShop) -> None:
    shop.desk = None
    assert say(human_agent, "转人工").composed == "这里没有可以转接的人工客服，商品方面的问题我可以帮您。"
