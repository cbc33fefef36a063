import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.text
from index.text import clean, fold, has_han, is_chinese, tokens

HAN = st.text(alphabet="便宜的智能手机红色运动鞋", min_size=1, max_size=6)
LATIN = st.text(alphabet="abcXYZ0129 -.", max_size=8)


def test_docstring_examples_hold() -> None:
    assert doctest.testmod(index.text).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two   words ", "two words"),
        ("null\x00byte", "null byte"),
        ("line\r\nbreak\ttab", "line break tab"),
        ("\ufeffmark", "mark"),
        ("right\u202eleft\u2066inner\u2069", "right left inner"),
        ("zero\u200bwidth", "zero width"),
        ("保持　中文，标点！", "保持 中文，标点！"),
        ("\x07", ""),
        ("\x1b[31mred\x1b[0m \x1b[2J\x1b]0;title\x07tea\x1bc\x1b", "red tea"),
    ],
)
def test_clean_leaves_one_visible_line(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＳＯＮＹ", "sony"),
        ("Straße", "strasse"),
        ("Dark   Blue ", "dark blue"),
        ("①", "1"),
        ("ｶﾒﾗ", "カメラ"),
        ("红色", "红色"),
        ("", ""),
    ],
)
def test_fold_makes_spellings_comparable(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("手机", True), ("5G手机", True), ("カメラ", False), ("￥100，！", False), ("", False)],
)
def test_has_han_sees_han_characters_only(text: str, expected: bool) -> None:
    assert has_han(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("有 size L 的吗", True),
        ("what does 福 mean on this mug", False),
        ("手机", True),
        ("想要iPhone", True),
        ("想要iPhones", False),
        ("100", False),
        ("", False),
    ],
)
def test_chinese_is_a_quarter_of_the_letters(text: str, expected: bool) -> None:
    assert is_chinese(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Red Shoes", ["red", "shoes"]),
        ("WH-1000XM4", ["wh-1000xm4", "wh", "1000xm4", "wh1000xm4"]),
        ("men's", ["men's", "men", "s", "mens"]),
        ("灯", ["灯"]),
        ("智能手机", ["智", "能", "手", "机", "智能", "能手", "手机"]),
        ("5G手机", ["5g", "手", "机", "手机"]),
        ("手机5G", ["手", "机", "手机", "5g"]),
        ("iPhone-15手机壳", ["iphone-15", "iphone", "15", "iphone15", "手", "机", "壳", "手机", "机壳"]),
        ("snake_case", ["snake", "case"]),
        ("， ！ --", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@settings(max_examples=60, deadline=None)
@given(before=LATIN, word=HAN, after=LATIN)
def test_a_chinese_word_is_found_whatever_it_is_written_next_to(before: str, word: str, after: str) -> None:
    assert set(tokens(word)) <= set(tokens(before + word + after))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_tokens_hold_no_white_space_and_are_not_empty(text: str) -> None:
    assert all(token and token == "".join(token.split()) for token in tokens(text))
