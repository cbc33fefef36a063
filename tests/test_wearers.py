"""Whom things are for, as people and titles say it."""

import pytest

from assistant.wearers import find_audience, made_for, marked_for
from index.schema import Product, Translation


@pytest.mark.parametrize(
    ("text", "audience", "words"),
    [
        ("running shoes for men", "men", "men"),
        ("women's running shoes", "women", "women's"),
        ("a present for my wife", "women", "wife"),
        ("my boyfriend runs", "men", "boyfriend"),
        ("for my 6 year old", "kids", "for my 6 year old"),
        ("something for a five-year-old", "kids", "for a five-year-old"),
        ("my grandson's birthday", "kids", "grandson's"),
        ("男士手表", "men", "男士"),
        ("给女朋友买双鞋", "women", "女朋友"),
        ("给妈妈买的", "women", "妈"),
        ("儿童水杯", "kids", "儿童"),
        ("送女儿", "kids", "女儿"),
    ],
)
def test_whom_it_is_for_is_read_with_its_words(text, audience, words):
    found, start, end = find_audience(text)
    assert (found, text[start:end]) == (audience, words)


def test_the_first_that_is_said_counts():
    assert find_audience("for my mum and my son")[0] == "women"
    assert find_audience("for my son and my mum")[0] == "kids"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "for humans",
        "the manual",
        "mental arithmetic",
        "a kid friendly table",
        "a child safe lock",
        "child-proof drawers",
        "a kid-friendly table",
        "童话",
        "running shoes",
    ],
)
def test_words_that_only_look_like_it_are_for_nobody(text):
    assert find_audience(text) is None


def titled(title: str, chinese: str = "") -> Product:
    translations = {"zh": Translation(title=chinese)} if chinese else {}
    return Product(id="p", title=title, translations=translations)


@pytest.mark.parametrize(
    ("title", "may_be_for", "says_so_for"),
    [
        ("Stride Dash running shoes", {"women", "men", "kids"}, set()),
        ("Stride Dash women's running shoes", {"women"}, {"women"}),
        ("Stride Dash men's running shoes", {"men"}, {"men"}),
        ("Stride Dash unisex cap", {"women", "men"}, set()),
        ("Junior backpack", {"kids"}, {"kids"}),
        ("Men's and women's gloves", {"men", "women"}, {"men", "women"}),
        ("迈步男士跑步鞋", {"men"}, {"men"}),
        ("男女同款围巾", {"women", "men"}, set()),
        ("儿童背包", {"kids"}, {"kids"}),
    ],
)
def test_a_title_says_whom_a_product_may_be_for(title, may_be_for, says_so_for):
    product = titled(title)
    assert {who for who in ("women", "men", "kids") if made_for(product, who)} == may_be_for
    assert {who for who in ("women", "men", "kids") if marked_for(product, who)} == says_so_for


def test_a_translated_title_says_it_too():
    product = titled("Stride Dash running shoes", "迈步女款跑步鞋")
    assert marked_for(product, "women") and not made_for(product, "men")
