import json
from pathlib import Path

import pytest

from assistant.corpora import BENCHMARKS, banking77, clinc150, massive_zh, outside, requests
from assistant.train import named_things, pools_for
from assistant.utterances import Utterance
from index.errors import ConfigError


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder of public collections in their own formats, a row or two of each."""
    clinc = {
        "train": [["what is the boiling point of water", "boiling_point"], ["hello", "greeting"]],
        "val": [["flip a coin", "flip_coin"]],
        "test": [["roll a die", "roll_dice"], ["where is my order", "order_status"]],
        "oos_train": [["who won the match", "oos"]],
        "oos_val": [["how tall is everest", "oos"]],
        "oos_test": [["sing me a song", "oos"]],
    }
    massive = "text,label_text\n明天下雨吗,weather_query\n点个外卖,takeaway_order\n"
    files = {
        "clinc150/data_full.json": json.dumps(clinc),
        "banking77/train.csv": 'text,category\n"My card, it is lost",lost_or_stolen_card\n',
        "banking77/test.csv": "text,category\nWhere is my card?,card_arrival\n",
        "massive/amazon_massive_intent_zh-CN_train.csv": massive,
        "massive/amazon_massive_intent_zh-CN_validation.csv": "text,label_text\n放首歌,play_music\n",
        "massive/amazon_massive_intent_zh-CN_test.csv": "text,label_text\n关灯,iot_hue_lightoff\n",
        "webshop/human_goals.json": json.dumps(["i am looking for a red chair under 50 dollars"]),
        "dsner/train": "红 B-PATTERN\n鞋 B-PRODUCT\n\n床 B-PRODUCT\n多 O\n少 O\n钱 O\n\n\n茶 B-PRODUCT",
    }
    for name, text in files.items():
        file = tmp_path / "public" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "public"


def test_clinc150_has_its_intents_and_what_is_out_of_scope(public):
    assert clinc150(public, "train") == [
        Utterance("what is the boiling point of water", "boiling_point", "en"),
        Utterance("hello", "greeting", "en"),
        Utterance("who won the match", "out_of_scope", "en"),
    ]


@pytest.mark.parametrize(
    ("split", "text"), [("validation", "how tall is everest"), ("test", "sing me a song")]
)
def test_clinc150_has_a_part_of_its_own_for_every_split(public, split, text):
    assert clinc150(public, split)[-1] == Utterance(text, "out_of_scope", "en")


def test_banking77_is_read_with_its_commas(public):
    assert banking77(public, "train") == [Utterance("My card, it is lost", "lost_or_stolen_card", "en")]
    assert banking77(public, "test") == [Utterance("Where is my card?", "card_arrival", "en")]


@pytest.mark.parametrize(
    ("split", "text", "intent"),
    [("validation", "放首歌", "play_music"), ("test", "关灯", "iot_hue_lightoff")],
)
def test_massive_is_read_in_chinese(public, split, text, intent):
    assert massive_zh(public, split) == [Utterance(text, intent, "zh")]


def test_what_a_shop_is_asked_too_is_not_outside(public):
    assert outside(public, "train") == {
        "clinc150": [
            Utterance("what is the boiling point of water", "out_of_scope", "en"),
            Utterance("who won the match", "out_of_scope", "en"),
        ],
        "massive-zh": [Utterance("明天下雨吗", "out_of_scope", "zh")],
    }


def test_the_outside_of_clinc150s_test_is_its_out_of_scope_part_alone(public):
    assert outside(public, "test") == {
        "clinc150": [Utterance("sing me a song", "out_of_scope", "en")],
        "massive-zh": [Utterance("关灯", "out_of_scope", "zh")],
    }


def test_requests_are_webshops_and_dsners_without_its_questions(public):
    assert requests(public) == [
        Utterance("i am looking for a red chair under 50 dollars", "search_product", "en"),
        Utterance("红鞋", "search_product", "zh"),
        Utterance("茶", "search_product", "zh"),
    ]


def test_public_collections_are_a_twentieth_and_a_twenty_fifth_of_our_own(public):
    own = [Utterance("hm", "out_of_scope", "en"), Utterance("shoes", "search_product", "en")] * 500
    foreign = [row for rows in outside(public, "train").values() for row in rows]
    assert pools_for(own, public)[1:] == [(foreign, 50), (requests(public), 40)]


def test_names_of_things_need_no_public_collection():
    own = [Utterance("shoes", "search_product", "en")] * 1000
    assert pools_for(own, None) == [(named_things(), 30)]


def test_collections_of_intents_that_are_not_ours_are_left_out(public):
    assert pools_for([Utterance("hm", "greet", "en")] * 100, public) == []


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_a_collection_that_is_absent_is_named_with_what_to_do(tmp_path, name):
    with pytest.raises(ConfigError, match=r"cannot be read .*assistant/corpora\.py .*--public"):
        BENCHMARKS[name](tmp_path, "test")


def test_a_collection_in_another_encoding_is_named(public):
    (public / "banking77" / "test.csv").write_bytes("text,category\n卡,x\n".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"test\.csv cannot be read"):
        banking77(public, "test")
