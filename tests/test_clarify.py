"""One short question when a request is too wide, over the demo's catalogue."""

import pytest

from assistant.skills.clarify import CHOICES, WIDE, departments
from assistant.skills.search import search
from assistant.turns import Question
from index.text import fold


def test_many_of_a_kind_are_asked_about_with_choices_of_the_catalogue(said_in_demo):
    turn = said_in_demo("shoes", label="search_product")
    outcome = search(turn)
    assert len(outcome.state.ranking) > WIDE
    assert outcome.evidence.products
    options = outcome.state.question.options
    assert 2 <= len(options) <= CHOICES
    assert outcome.quick_replies == tuple(option.said for option in options)
    assert outcome.composed.endswith("?")
    assert all(option.said in outcome.composed for option in options)
    kinds = {fold(name) for name in turn.parts.vocabulary.values["category"]}
    assert {option.said for option in options} <= kinds
    assert {option.label for option in options} == {"search_product"}


def test_it_is_asked_in_chinese_too(said_in_demo):
    outcome = search(said_in_demo("鞋", label="search_product"))
    assert outcome.composed.endswith("？")
    assert all(option.said in outcome.composed for option in outcome.state.question.options)


def test_each_choice_finds_only_what_it_names(said_in_demo):
    for option in search(said_in_demo("shoes", label="search_product")).state.question.options:
        turn = said_in_demo(option.text, label=option.label)
        products = search(turn).evidence.products
        assert products
        assert all(fold(option.text) in map(fold, item.hit.product.category) for item in products)


@pytest.mark.parametrize(
    "text",
    [
        "shoes under 100",
        "black shoes",
        "shoes rated at least 4 stars",
        "shoes for men",
        "waterproof shoes for long walks",
        "tents",
        "100 块以内的鞋",
        "黑色的鞋",
    ],
)
def test_what_is_limited_or_few_is_not_asked_about(said_in_demo, text):
    outcome = search(said_in_demo(text, label="search_product"))
    assert outcome.state.question is None


def test_there_is_no_second_question_after_a_question(said_in_demo):
    before = Question()
    outcome = search(said_in_demo("shoes", label="search_product", question=before))
    assert outcome.evidence.products
    assert not (outcome.state.question and outcome.state.question.options)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("I want to buy something", "What are you looking for"), ("我想买东西", "您想找什么")],
)
def test_who_names_nothing_is_asked_what_for_with_the_departments(said_in_demo, text, asked):
    turn = said_in_demo(text, label="search_product")
    outcome = departments(turn)
    assert outcome.composed.startswith(asked)
    names = [name[turn.language == "zh"] for name in turn.parts.departments[:CHOICES]]
    assert outcome.quick_replies == tuple(name.lower() for name in names)
    assert [option.text for option in outcome.state.question.options] == names
    assert search(turn).composed == outcome.composed
