from difflib import SequenceMatcher
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from assistant.augment import (
    augment,
    drop_character,
    filler,
    homophone,
    join_words,
    mixed,
    other_case,
    typo,
    unpunctuated,
)
from assistant.utterances import bundled_utterances
from index.lexicon import KINDS, groups

EVERY_WAY = [typo, homophone, drop_character, join_words, unpunctuated, other_case, filler, mixed]
UTTERANCES = [row.text for row in bundled_utterances()]
SAID = st.one_of(st.text(min_size=1, max_size=40), st.sampled_from(UTTERANCES))
CHINESE = st.sampled_from([row.text for row in bundled_utterances() if row.language == "zh"])
SEEDS = st.integers(min_value=0, max_value=10_000)


@given(SAID, SEEDS)
def test_a_seed_makes_an_utterance_over_in_one_way_and_never_into_nothing(text, seed):
    assert augment(text, Random(seed)) == augment(text, Random(seed)) != ""


@pytest.mark.parametrize("way", EVERY_WAY)
@given(text=SAID, seed=SEEDS)
def test_every_way_is_seeded_and_leaves_something(way, text, seed):
    assert way(text, Random(seed)) == way(text, Random(seed)) != ""


@given(SEEDS)
def test_nothing_stays_within_reach_of_every_way(seed):
    for way in EVERY_WAY:
        assert way("", Random(seed)) in {"", "um ", "so ", "uh ", "er "}


@pytest.mark.parametrize("text", ["do you have red running shoes?", "有没有红色的跑步鞋？"])
def test_one_utterance_is_made_over_in_many_ways(text):
    assert len({augment(text, Random(seed)) for seed in range(60)}) >= 15


@given(st.sampled_from(UTTERANCES), SEEDS)
def test_a_typo_changes_a_letter_or_two_inside_of_one_word(text, seed):
    made = typo(text, Random(seed))
    assert abs(len(made) - len(text)) <= 1
    changes = [
        op for op in SequenceMatcher(None, text, made, autojunk=False).get_opcodes() if op[0] != "equal"
    ]
    assert sum(max(b - a, d - c) for _, a, b, c, d in changes) <= 2
    assert made.split(" ")[0][:1] == text.split(" ")[0][:1]
    assert len(made.split(" ")) == len(text.split(" "))


def test_a_typo_drops_doubles_swaps_or_misses_by_one_key():
    found = {typo("lamp", Random(seed)) for seed in range(200)}
    assert found >= {"lmp", "lap", "laamp", "lammp", "lmap", "lapm", "lsmp", "lanp"}
    assert {made[0] for made in found} == {"l"}
    assert {made[-1] for made in found} == {"m", "p"}


@pytest.mark.parametrize("text", ["a red hat", "我想买鞋", "500 - 600"])
def test_short_words_get_no_typo(text):
    assert {typo(text, Random(seed)) for seed in range(20)} == {text}


@given(CHINESE, SEEDS)
def test_a_homophone_keeps_the_length_and_the_sound(text, seed):
    made = homophone(text, Random(seed))
    changed = [(one, other) for one, other in zip(text, made, strict=True) if one != other]
    assert len(changed) <= 1
    assert [lazy_pinyin(one) for one, _ in changed] == [lazy_pinyin(other) for _, other in changed]


def test_a_homophone_is_another_character():
    assert all(homophone("我要买鞋", Random(seed)) != "我要买鞋" for seed in range(50))


def test_english_has_no_homophones():
    assert homophone("red shoes", Random(0)) == "red shoes"


@given(CHINESE, SEEDS)
def test_dropping_leaves_out_one_character_of_a_longer_text(text, seed):
    made = drop_character(text, Random(seed))
    assert len(made) == len(text) - (len(text) >= 6)
    left = iter(text)
    assert all(character in left for character in made)  # in the same order


@given(st.sampled_from(UTTERANCES), SEEDS)
def test_joining_forgets_one_space_and_nothing_else(text, seed):
    made = join_words(text, Random(seed))
    assert made.replace(" ", "") == text.replace(" ", "")
    assert text.count(" ") - made.count(" ") in (0, 1)


def test_words_are_joined_in_any_place():
    assert {join_words("a red hat", Random(seed)) for seed in range(20)} == {"ared hat", "a redhat"}


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Where's my order?!", "wheres my order"),
        ("Hi, I'd like  TEA.", "hi id like tea"),
        ("有红色的吗？谢谢！", "有红色的吗 谢谢"),
        ("under $50, or 10% off", "under $50 or 10% off"),
        ("[products] 便宜点…", "[products] 便宜点"),
        ("?!", "?!"),
    ],
)
def test_voice_input_has_no_capitals_and_no_punctuation(text, spoken):
    assert unpunctuated(text, Random(0)) == spoken


def test_another_case_is_all_capitals_or_none():
    assert {other_case("Red Shoes", Random(seed)) for seed in range(20)} == {"RED SHOES", "red shoes"}


@given(st.sampled_from(UTTERANCES), SEEDS)
def test_a_hesitation_comes_before_the_whole(text, seed):
    made = filler(text, Random(seed))
    assert made.endswith(text)
    assert 1 <= len(made) - len(text) <= 3


def test_a_hesitation_is_in_the_language_of_the_utterance():
    assert {filler("茶", Random(seed))[:-1].strip() for seed in range(50)} == {"嗯", "那个", "就是", "呃"}
    assert {filler("tea", Random(seed))[:-3].strip() for seed in range(50)} == {"um", "so", "uh", "er"}


@pytest.mark.parametrize("text", ["蓝牙", "a wireless"])
def test_a_mixed_utterance_has_a_word_of_the_same_group_in_the_other_language(text):
    word = text.split()[-1]
    same = {name for kind in KINDS for group in groups(kind) if word in group for name in group}
    for seed in range(30):
        made = mixed(text, Random(seed)).removeprefix("a ")
        assert made in same - {word}
        assert made.isascii() is not word.isascii()


def test_only_whole_english_words_are_said_in_the_other_language():
    assert {mixed("I stole a carpetbagger", Random(seed)) for seed in range(30)} == {"I stole a carpetbagger"}


def test_what_the_lexicon_does_not_know_is_not_mixed():
    assert mixed("how do you do", Random(0)) == "how do you do"
