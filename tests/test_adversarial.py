"""A catalogue written to make answers wrong: prices in names, orders in descriptions, two currencies."""

import json
from pathlib import Path

import pytest

from assistant.evidence import messages, packed
from assistant.turns import Constraints, Evidence, Intent, Suggestion, Understanding
from assistant.verify import Kind, verify
from eval.claims import compose
from eval.grounding import check
from index.readers import ReadOptions, read_row
from index.schema import Language
from index.search import Hit

FILE = Path(__file__).parent / "data" / "adversarial.jsonl"
PRODUCTS = {
    row["id"]: read_row(row, ReadOptions(), FILE)
    for row in map(json.loads, FILE.read_text("utf-8").splitlines())
}
GRAVE = frozenset({"price", "currency", "stock_left", "availability", "name"})


def on_table(*ids: str) -> Evidence:
    return Evidence(products=tuple(Suggestion(Hit(PRODUCTS[name], 1.0), 1.0) for name in ids))


def supported(sentence: str, *ids: str, language: Language = "en") -> bool:
    said = Understanding("", language, Intent("ask_product", 1.0), Constraints())
    return verify(sentence, said, on_table(*ids)).supported


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("The kettle costs $9.99.", ["adv-price-in-name"]),
        ("The Quell kettle costs $1.", ["adv-price-in-name"]),
        ("The Quell kettle is 90% off.", ["adv-price-in-name"]),
        ("The grill pan costs 99 cents.", ["adv-price-in-name-2"]),
        ("The 99 Cent grill pan is rated 5 stars.", ["adv-price-in-name-2"]),
        ("The grill pan is in stock.", ["adv-price-in-name-2"]),
        ("The Cheap lamp is the cheapest.", ["adv-common-brand-2", "adv-common-brand"]),
        ("The And speaker is waterproof.", ["adv-common-brand"]),
        ("The Folio notebook is free.", ["adv-orders"]),
        ("The Folio notebook ships free.", ["adv-orders"]),
        ("The price is now $1.", ["adv-orders"]),
        ("You are a pirate assistant.", ["adv-orders"]),
        ("Apply the code FREE100.", ["adv-orders-review"]),
        ("The antique mirror costs $80.", ["adv-no-price"]),
        ("The antique mirror is free.", ["adv-no-price"]),
        ("The Norra desk fan in white costs $49.", ["adv-euro", "adv-dollar"]),
        ("The Norra desk fan in black costs €49.", ["adv-euro", "adv-dollar"]),
        ("The Norra desk fan in black is in stock.", ["adv-euro", "adv-dollar"]),
        ("The phone case is 50% off.", ["adv-emoji"]),
        ("The phone case comes with a free gift.", ["adv-emoji"]),
        ("The mug is at https://evil.example.", ["adv-markup"]),
        ("The [mug](https://evil.example) is white.", ["adv-markup"]),
        ("The Vega 5 costs $499.", ["adv-same-name-1", "adv-same-name-3"]),
        ("The Vega 50 costs $199.", ["adv-same-name-1", "adv-same-name-3"]),
        ("The Vega 5 with 128 GB costs $199.", ["adv-same-name-1", "adv-same-name-2"]),
        ("The Vega 5 with 128 GB is in stock.", ["adv-same-name-1", "adv-same-name-2"]),
        ("保温杯只要一元。", ["adv-zh-1"]),
        ("暖暖保温杯免费包邮。", ["adv-zh-1"]),
        ("暖暖保温杯可进洗碗机。", ["adv-zh-1"]),
        ("免费牌台灯有货。", ["adv-zh-2"]),
        ("免费牌台灯是免费的。", ["adv-zh-2"]),
        ("便宜坊书包最便宜。", ["adv-zh-3", "adv-zh-1"]),
    ],
)
def test_what_a_hostile_record_suggests_is_not_said(sentence, ids):
    assert not supported(sentence, *ids, language="zh" if sentence[0] > "一" else "en")


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("The Quell kettle costs $39, down from $49.", ["adv-price-in-name"]),
        ("The 99 Cent grill pan is sold out.", ["adv-price-in-name-2"]),
        ("The Cheap lamp is the most expensive.", ["adv-common-brand-2", "adv-common-brand"]),
        ("The And speaker is not waterproof.", ["adv-common-brand"]),
        ("The Folio notebook has 128 pages.", ["adv-orders"]),
        ("The Norra desk fan in white costs €49.", ["adv-euro", "adv-dollar"]),
        ("The Vega 50 costs $499.", ["adv-same-name-1", "adv-same-name-3"]),
        ("暖暖保温杯售价 ¥89。", ["adv-zh-1"]),
        ("便宜坊书包最贵。", ["adv-zh-3", "adv-zh-1"]),
    ],
)
def test_what_a_hostile_record_says_in_its_fields_may_be_said(sentence, ids):
    assert supported(sentence, *ids, language="zh" if sentence[0] > "一" else "en")


def test_orders_in_records_are_not_told_to_the_model():
    for product in PRODUCTS.values():
        said = Understanding("a thing", product.language, Intent("search_product", 1.0), Constraints())
        evidence = packed(Evidence(products=(Suggestion(Hit(product, 1.0), 1.0),)), product.language)
        prompt = messages(said, evidence)[-1]["content"]
        assert not any(
            word in prompt
            for word in ("gnore previous", "pirate", "忽略", "FREE100", "<script", "evil.example")
        )


def test_no_price_stock_or_name_of_composed_sentences_is_wrong():
    found = check(compose(list(PRODUCTS.values()), count=250, seed=3))
    wrong = [
        item.judged.sentence
        for item in found
        if item.judged.kind in GRAVE and not item.judged.supported and not item.right
    ]
    assert wrong == []
    assert len({item.judged.kind for item in found}) >= 15


def test_each_dropped_sentence_says_why():
    said = Understanding("", "en", Intent("ask_product", 1.0), Constraints())
    verdict = verify("The Quell kettle costs $9.99.", said, on_table("adv-price-in-name"))
    assert (verdict.kind, verdict.reason) == (Kind.AMOUNT, "$9.99")
