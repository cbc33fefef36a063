import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from assistant.config import Settings
from assistant.inputs import MAX_TOKENS, encode_input, load_tokenizer, pad, token_ids
from assistant.intent import IntentClassifier
from assistant.train import BATCH, EpochBatches, EpochSet, TrainingData, main, named_things, train_intent
from assistant.utterances import (
    CONTEXTS,
    Utterance,
    bundled_utterances,
    labels_of,
    near_duplicate_groups,
    read_utterances,
)
from index.config import IndexSettings
from index.embed import bundled_folder
from index.errors import ConfigError, ModelError
from index.text import has_han

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


class KilledError(Exception):
    """What stands for a power cut."""


def few_rows(count: int = 14) -> list[Utterance]:
    """The shortest English utterances of three intents: enough groups to keep some from training."""
    rows = sorted(bundled_utterances(), key=lambda row: len(row.text))
    return [
        row
        for label in ("find_deals", "greet", "track_order")
        for row in [row for row in rows if (row.intent, row.language) == (label, "en")][:count]
    ]


def weights(out: Path) -> dict[str, np.ndarray]:
    return load_file(out / "adapter_model.safetensors") | load_file(out / "ngrams.safetensors")


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def epoch_before(change: Callable[[int, list[Utterance]], list[Utterance]]) -> Any:
    """`TrainingData.epoch`, followed by a change to what it draws."""
    real = TrainingData.epoch
    return lambda data, number, seed: change(number, real(data, number, seed))


def cut_off(number: int, rows: list[Utterance]) -> list[Utterance]:
    if number:
        raise KilledError
    return rows


@pytest.fixture(scope="module")
def settings_of_the_model(encoder_cache) -> Settings:
    return Settings(cache_dir=encoder_cache)


@pytest.fixture(scope="module")
def tokenizer(settings_of_the_model) -> Any:
    return load_tokenizer(bundled_folder(settings_of_the_model))


@pytest.fixture(scope="module")
def trained(settings_of_the_model, tmp_path_factory) -> tuple[Path, str]:
    """A classifier of three intents that nothing interrupted, and the table that was returned."""
    out = tmp_path_factory.mktemp("trained")
    return out, train_intent(TrainingData(few_rows()), out, settings_of_the_model, epochs=2)


def test_every_label_has_at_least_120_utterances_in_each_language():
    counts = Counter((row.intent, row.language) for row in bundled_utterances())
    assert labels_of(bundled_utterances()) == tuple(LABELS)
    assert {language for _, language in counts} == {"en", "zh"}
    assert [(label, lang) for label in LABELS for lang in ("en", "zh") if counts[label, lang] < 120] == []


def test_bundled_utterances_are_said_in_one_of_the_four_situations():
    assert {row.context for row in bundled_utterances()} <= set(CONTEXTS)


def test_no_text_is_bundled_with_two_labels_in_one_situation():
    labels: dict[tuple[str, str], set[str]] = {}
    for row in bundled_utterances():
        labels.setdefault((row.text.casefold(), row.context), set()).add(row.intent)
    assert {key: found for key, found in labels.items() if len(found) > 1} == {}


def test_an_utterance_that_needs_its_context_is_shown_with_it_two_times_in_three():
    rows = [Utterance("yes", "affirm", "en", "question")] * 3000
    shown = Counter(row.context for row in TrainingData(rows, augmented=0).epoch(0, 1))
    assert set(shown) == {"question", ""}
    assert shown["question"] == pytest.approx(2000, abs=100)


def test_an_utterance_that_needs_no_context_is_shown_bare_half_of_the_time_and_else_in_any():
    rows = [Utterance("hi", "greet", "en")] * 3000
    shown = Counter(row.context for row in TrainingData(rows, augmented=0).epoch(0, 1))
    assert set(shown) == set(CONTEXTS)
    assert shown.pop("") == pytest.approx(1500, abs=100)
    assert list(shown.values()) == pytest.approx([500] * 3, abs=80)


def test_the_situations_of_an_utterance_that_needs_none_can_be_named():
    data = TrainingData([Utterance("hi", "greet", "en")] * 50, situations=("products",))
    assert {row.context for row in data.epoch(0, 1)} == {"products"}


def test_an_epoch_has_every_row_once_and_some_of_each_pool_anew():
    rows = [Utterance(f"ours {at}", "greet", "en") for at in range(10)]
    large = [Utterance(f"large {at}", "out_of_scope", "en") for at in range(50)]
    small = [Utterance(f"small {at}", "search_product", "en") for at in range(3)]
    data = TrainingData(rows, [(large, 5), (small, 4)], augmented=0)
    texts = [[row.text for row in data.epoch(number, 0)] for number in (0, 1)]
    for shown in texts:
        assert len(set(shown)) == len(shown)
        assert {row.text for row in [*rows, *small]} <= set(shown)
        assert sum(text.startswith("large") for text in shown) == 5
    assert set(texts[0]) != set(texts[1])


def test_the_names_of_things_are_searches_alone_and_with_a_brand_or_a_colour():
    rows = named_things()
    assert {row.intent for row in rows} == {"search_product"}
    assert {"laptop", "手机"} <= {row.text for row in rows}
    assert any(row.text.endswith(" laptop") for row in rows)
    assert all(has_han(row.text) is (row.language == "zh") for row in rows)


def test_without_augmentation_every_wording_is_kept():
    rows = few_rows()
    assert [row.text for row in TrainingData(rows, augmented=0).epoch(0, 1)] == [row.text for row in rows]


@pytest.mark.parametrize(("share", "least", "most"), [(0.35, 0.25, 0.40), (1.0, 0.85, 1.0)])
def test_the_share_of_utterances_that_are_made_over_is_as_asked(share, least, most):
    rows = [Utterance("I would like to buy something, please!", "search_product", "en")] * 500
    shown = TrainingData(rows, augmented=share).epoch(0, 1)
    changed = sum(row.text != rows[0].text for row in shown)
    assert least <= changed / len(rows) <= most
    assert {(row.intent, row.language) for row in shown} == {("search_product", "en")}


def test_an_epoch_depends_on_its_number_and_the_seed_alone():
    data = TrainingData(few_rows(), [(bundled_utterances()[:50], 5)])
    assert data.epoch(1, 7) == data.epoch(1, 7)
    assert data.epoch(1, 7) != data.epoch(2, 7)
    assert data.epoch(1, 7) != data.epoch(1, 8)


def test_batches_hold_every_utterance_once_and_are_drawn_anew_for_every_epoch(tokenizer):
    rows = bundled_utterances()[:105]
    dataset = EpochSet(TrainingData(rows, augmented=0), tokenizer, labels_of(rows), seed=3)
    first = list(EpochBatches(dataset))
    assert sorted(at for batch in first for at in batch) == list(range(105)) == list(range(len(dataset)))
    assert len(EpochBatches(dataset)) == len(first) == -(-105 // BATCH)
    dataset.draw(1)
    assert list(EpochBatches(dataset)) != first
    dataset.draw(0)
    assert list(EpochBatches(dataset)) == first


def test_a_pair_is_the_ids_of_an_utterance_in_its_situation_and_its_label(tokenizer):
    rows = [Utterance("hi", "greet", "en"), Utterance("where is it", "track_order", "en")]
    data = TrainingData(rows, augmented=0, situations=("products",))
    dataset = EpochSet(data, tokenizer, ["track_order", "greet"], seed=0)
    texts = [encode_input(row.text, "products") for row in rows]
    assert [dataset[at] for at in (0, 1)] == list(zip(token_ids(tokenizer, texts), [1, 0], strict=True))


def test_a_batch_is_of_like_length(tokenizer):
    rows = bundled_utterances()[::10][: 8 * BATCH]
    dataset = EpochSet(TrainingData(rows), tokenizer, labels_of(rows), seed=0)
    lengths = [len(ids) for ids, _ in dataset.pairs]
    spread = [max(found) - min(found) for b in dataset.batches for found in [[lengths[at] for at in b]]]
    assert sorted(spread)[-2] <= 5  # the batch of the longest is as it is
    assert max(spread) < max(lengths) - min(lengths)


def test_padding_fills_up_to_the_longest_and_masks_what_it_filled(tokenizer):
    ids = token_ids(tokenizer, ["red shoes", "红色的鞋 under 500 please"])
    batch = pad(tokenizer, ids)
    longest = max(map(len, ids))
    assert batch["input_ids"].shape == batch["attention_mask"].shape == (2, longest)
    for row, mask, each in zip(batch["input_ids"], batch["attention_mask"], ids, strict=True):
        assert row.tolist() == each + [tokenizer.pad_token_id] * (longest - len(each))
        assert mask.tolist() == [1] * len(each) + [0] * (longest - len(each))


def test_a_text_that_is_too_long_is_cut(tokenizer):
    assert [len(ids) for ids in token_ids(tokenizer, ["shoes " * 200])] == [MAX_TOKENS]


def test_one_intent_is_not_enough_to_train(tmp_path):
    with pytest.raises(ConfigError, match="at least two intents"):
        train_intent(TrainingData([Utterance("hi", "greet", "en")]), tmp_path, IndexSettings())


def test_too_few_different_utterances_are_refused(tmp_path):
    rows = [Utterance("hello", "greet", "en"), Utterance("bye bye", "goodbye", "en")] * 30
    with pytest.raises(ConfigError, match="different utterances; there are 2"):
        train_intent(TrainingData(rows), tmp_path, IndexSettings())


def test_an_intent_that_would_be_kept_from_training_altogether_is_named(tmp_path):
    alone = Utterance("where on earth is my parcel", "track_order", "en")
    others = [row for row in few_rows(30) if row.intent != "track_order"]
    rows = [alone] * (len(others) + 1) + others  # the largest group is dealt out first
    with pytest.raises(ConfigError, match="track_order: too few different utterances"):
        train_intent(TrainingData(rows), tmp_path, IndexSettings())


def test_a_small_training_run_writes_a_classifier_that_can_be_loaded(trained, settings_of_the_model):
    out, _ = trained
    card = json.loads((out / "intent.json").read_text())
    assert card["labels"] == ["find_deals", "greet", "track_order"]
    assert (card["seed"], card["epochs"]) == (0, 2)
    made = IntentClassifier.load(replace(settings_of_the_model, intent_model=str(out)))
    assert made.labels == ("find_deals", "greet", "track_order")
    assert made.temperature == card["temperature"] > 0
    said = [made.classify(row.text, row.context) for row in few_rows()]
    right = sum(intent.label == row.intent for intent, row in zip(said, few_rows(), strict=True))
    assert right >= 0.8 * len(said)  # chance is a third
    made.temperature *= 4
    unsure = [made.classify(row.text, row.context) for row in few_rows()]
    assert [intent.label for intent in unsure] == [intent.label for intent in said]
    assert all(1 / 3 < now.confidence < then.confidence for now, then in zip(unsure, said, strict=True))


@pytest.mark.parametrize("content", [None, b"", b"garbage", save({"x": np.zeros(1, np.float32)})])
def test_n_grams_that_are_missing_or_broken_are_a_model_error(
    trained, settings_of_the_model, tmp_path, content
):
    mine = shutil.copytree(trained[0], tmp_path / "mine")  # the network is exported already
    (mine / "ngrams.safetensors").unlink()
    if content is not None:
        (mine / "ngrams.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="does not fit its labels"):
        IntentClassifier.load(replace(settings_of_the_model, intent_model=str(mine)))


def test_training_leaves_what_the_classifier_needs_and_nothing_of_its_own_state(trained):
    assert sorted(file.name for file in trained[0].iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "intent.json",
        "ngrams.safetensors",
    ]


def test_the_adapter_does_not_name_the_folders_of_the_machine_that_trained_it(trained, encoder_cache):
    assert str(encoder_cache) not in (trained[0] / "adapter_config.json").read_text()


def test_the_table_has_a_row_for_every_intent(trained):
    rows = {line.split()[0]: line.split()[1:] for line in trained[1].splitlines() if line.strip()}
    assert trained[1].split()[:4] == ["precision", "recall", "f1-score", "support"]
    assert {len(rows[label]) for label in ("find_deals", "greet", "track_order")} == {4}


def test_a_run_that_was_killed_goes_on_after_its_last_whole_epoch(
    trained, settings_of_the_model, tmp_path, monkeypatch
):
    data = TrainingData(few_rows())
    with monkeypatch.context() as patch:
        patch.setattr(TrainingData, "epoch", epoch_before(cut_off))
        with pytest.raises(KilledError):
            train_intent(data, tmp_path, settings_of_the_model, epochs=2)
    assert not (tmp_path / "intent.json").exists()

    def first_is_nonsense(number: int, rows: list[Utterance]) -> list[Utterance]:
        return rows if number else [replace(row, intent="greet") for row in rows]

    # Were the first epoch trained on again, the weights would show it.
    monkeypatch.setattr(TrainingData, "epoch", epoch_before(first_is_nonsense))
    train_intent(data, tmp_path, settings_of_the_model, epochs=2)
    assert same(weights(tmp_path), weights(trained[0]))
    assert (tmp_path / "intent.json").read_text() == (trained[0] / "intent.json").read_text()
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in trained[0].iterdir()}


def test_the_state_of_a_run_on_other_data_is_not_gone_on_with(
    trained, settings_of_the_model, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(TrainingData, "epoch", epoch_before(cut_off))
        with pytest.raises(KilledError):
            train_intent(TrainingData(few_rows(13)), tmp_path, settings_of_the_model, epochs=2)
    train_intent(TrainingData(few_rows()), tmp_path, settings_of_the_model, epochs=2)
    assert same(weights(tmp_path), weights(trained[0]))
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in trained[0].iterdir()}


def written(path: Path, rows: list[Utterance]) -> Path:
    lines = [json.dumps({"text": row.text, "intent": row.intent, "language": row.language}) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_labels_of_ones_own_are_trained_from_files_alone(
    settings_of_the_model, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SHOP_CACHE_DIR", str(settings_of_the_model.cache_dir))
    names = {"find_deals": "bargain", "greet": "salute", "track_order": "parcel"}
    rows = [replace(row, intent=names[row.intent]) for row in few_rows()]
    one, two = written(tmp_path / "one.jsonl", rows[:20]), written(tmp_path / "two.jsonl", rows[20:])
    out = tmp_path / "mine"
    arguments = ["--data", str(one), "--data", str(two), "--only", "--out", str(out), "--epochs", "1"]
    assert main(["intent", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "precision" in printed
    assert f"Trained on {len(rows)} utterances of 3 intents: {out}" in printed
    assert json.loads((out / "intent.json").read_text())["labels"] == ["bargain", "parcel", "salute"]


def test_only_without_a_file_is_refused(tmp_path, capsys):
    assert main(["intent", "--only", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "shop-train: --only needs --data FILE.\n"


def test_a_file_of_one_intent_is_refused(tmp_path, capsys):
    file = written(tmp_path / "one.jsonl", [row for row in few_rows() if row.intent == "greet"])
    assert main(["intent", "--data", str(file), "--only", "--out", str(tmp_path / "mine")]) == 1
    assert "at least two intents" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(settings_of_the_model, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SHOP_CACHE_DIR", str(settings_of_the_model.cache_dir))
    file = written(tmp_path / "rows.jsonl", few_rows())
    assert main(["intent", "--data", str(file), "--only", "--out", str(file / "mine")]) == 1
    complaint = capsys.readouterr().err
    assert f"{file / 'mine'} cannot be written" in complaint
    assert "name another with --out" in complaint


def test_a_public_folder_that_is_absent_is_named_with_its_option(tmp_path, capsys):
    absent = tmp_path / "absent"
    assert main(["intent", "--out", str(tmp_path / "mine"), "--public", str(absent)]) == 1
    complaint = capsys.readouterr().err
    assert str(absent) in complaint
    assert "Name the folder that holds it with --public." in complaint
