"""Misspelt names: Latin letters by edit distance, Chinese characters by sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spelling import Spelling, is_english

NAMES = ["sony", "sennheiser", "logitech", "desk lamp"]
HAN_NAMES = ["索尼", "小米", "小米粥", "灯"]
SPELLING = Spelling([*(tuple(name.split()) for name in NAMES), *map(tuple, HAN_NAMES)])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("soney", "sony"),
        ("snoy", "sony"),
        ("logitec", "logitech"),
        ("logitehc", "logitech"),
        ("senheisser", "sennheiser"),
        ("sennhieser", "sennheiser"),
        ("lapm", "lamp"),
    ],
)
def test_a_word_near_to_one_known_word_is_that_word(typed, meant):
    assert SPELLING.corrected(typed) == meant


@pytest.mark.parametrize(
    "word", ["sony", "damp", "son", "sxny2", "sonnyyy", "zoney", "索泥", "", "dusk", "desks", "señy"]
)
def test_known_words_english_words_short_words_and_far_words_are_left_alone(word):
    assert SPELLING.corrected(word) == word


def test_a_word_as_near_to_two_known_words_is_left_alone():
    assert Spelling([("lumox",), ("lumoy",)]).corrected("lumoz") == "lumoz"


def test_two_edits_need_seven_letters_and_the_same_first_letter():
    assert Spelling([("brabantia",)]).corrected("brabanntea") == "brabantia"
    assert Spelling([("brabantia",)]).corrected("prabanntia") == "prabanntia"
    assert Spelling([("lumox",)]).corrected("lummxx") == "lummxx"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("索泥", [("索", "尼")]),
        ("小咪", [("小", "米")]),
        ("小米州", []),
        ("所泥", []),
        ("等", []),
        ("大米", []),
        ("", []),
    ],
)
def test_names_are_found_by_their_sound_when_they_share_a_character(typed, names):
    assert list(SPELLING.sounding_like(list(typed))) == names


def test_words_and_their_singulars_are_english():
    assert is_english("lamp")
    assert is_english("headphone")
    assert not is_english("sennheiser")


@given(st.text(max_size=20))
def test_any_word_is_corrected_to_itself_or_a_known_word(word):
    assert SPELLING.corrected(word) in {word, "sony", "sennheiser", "logitech", "desk", "lamp"}
