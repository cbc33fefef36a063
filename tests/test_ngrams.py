import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import save_file

from assistant.ngrams import NgramModel

TEXTS = (
    "hello there,hi you,good morning,你好,您好啊,"
    "where is my order,track my parcel,has my order shipped,我的订单到哪了,包裹到哪里了,"
    "thank you so much,thanks a lot,cheers thanks,谢谢你,多谢多谢"
).split(",")
LABELS = [0] * 5 + [1] * 5 + [2] * 5


@pytest.fixture(scope="module")
def model() -> NgramModel:
    return NgramModel.fit(TEXTS, LABELS, classes=3)


def test_what_was_learnt_is_known(model):
    assert model.log_probabilities(TEXTS).argmax(-1).tolist() == LABELS


def test_like_texts_get_the_label_of_those_that_they_are_like(model):
    said = ["HELLO you!", "has the parcel shipped", "thx, thanks", "您好", "订单到了吗", "谢谢"]
    assert model.log_probabilities(said).argmax(-1).tolist() == [0, 1, 2, 0, 1, 2]


def test_a_misspelt_word_is_read_by_its_letters(model):
    assert model.log_probabilities(["ordre parcell shiped"]).argmax(-1).tolist() == [1]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_every_row_is_a_distribution_whatever_is_said(model, said):
    found = model.log_probabilities(said)
    assert found.shape == (len(said), 3)
    assert np.exp(found).sum(axis=-1) == pytest.approx(np.ones(len(said)), abs=1e-4)


def test_a_text_is_read_the_same_alone_and_among_others(model):
    alone = np.concatenate([model.log_probabilities([text]) for text in TEXTS])
    assert model.log_probabilities(TEXTS) == pytest.approx(alone, abs=1e-5)


def test_two_classes_are_told_apart_with_a_column_for_each():
    model = NgramModel.fit(TEXTS[:10], LABELS[:10], classes=2)
    found = model.log_probabilities(TEXTS[:10])
    assert found.shape == (10, 2)
    assert found.argmax(-1).tolist() == LABELS[:10]
    assert np.exp(found).sum(axis=-1) == pytest.approx(np.ones(10), abs=1e-4)


def test_naming_two_classes_the_other_way_round_swaps_their_columns():
    one = NgramModel.fit(TEXTS[:10], LABELS[:10], classes=2).log_probabilities(TEXTS)
    other = NgramModel.fit(TEXTS[:10], [1 - label for label in LABELS[:10]], classes=2)
    assert other.log_probabilities(TEXTS)[:, ::-1] == pytest.approx(one, abs=0.02)


def test_a_word_that_both_of_two_classes_use_says_nothing():
    model = NgramModel.fit(["red", "red", "blue", "blue"], [0, 1, 0, 1], classes=2)
    assert np.exp(model.log_probabilities(["red"])) == pytest.approx(np.array([[0.5, 0.5]]), abs=0.01)


def test_what_is_saved_is_loaded_again_but_for_half_precision(model, tmp_path):
    model.save(tmp_path / "ngrams.safetensors")
    loaded = NgramModel.load(tmp_path / "ngrams.safetensors")
    assert loaded.log_probabilities(TEXTS) == pytest.approx(model.log_probabilities(TEXTS), abs=0.01)
    assert (tmp_path / "ngrams.safetensors").stat().st_size < 2.1 * 2**16 * (3 + 1)


def test_a_damaged_file_is_an_error(model, tmp_path):
    file = tmp_path / "ngrams.safetensors"
    model.save(file)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(SafetensorError):
        NgramModel.load(file)


def test_a_file_of_another_model_is_an_error(tmp_path):
    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "ngrams.safetensors")
    with pytest.raises(KeyError):
        NgramModel.load(tmp_path / "ngrams.safetensors")


def test_an_absent_file_is_an_error(tmp_path):
    with pytest.raises(OSError, match="ngrams"):
        NgramModel.load(tmp_path / "ngrams.safetensors")
