"""What the words of a query are worth."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import ConfigError
from index.lexical import Document, LexicalIndex, Texts, lexical_score
from index.synonyms import Synonyms, read_groups


def indexed(folder: Path, *titles: str, synonyms: Path | None = None) -> LexicalIndex:
    index = LexicalIndex(folder / "lexical", synonyms)
    index.update((f"p{n}", Document(n, f"digest {n}", Texts(title))) for n, title in enumerate(titles))
    return index


def ranked(index: LexicalIndex, query: str) -> list[int]:
    asked = index.open_query(query)
    if asked is None:
        return []
    scores = asked.best(limit=50)
    return scores.numbers[np.argsort(-lexical_score(scores), kind="stable")].tolist()


OTHERS = [f"thing number {n}" for n in range(40)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("SPA2600", "Philips SPA2600 speaker"),
        ("spa 2600", "Philips SPA2600 speaker"),
        ("wh-1000xm4", "Sony WH1000XM4"),
        ("wh1000xm4", "Sony WH-1000XM4"),
        ("55 inch", 'Television 55" black'),
        ("16 gb", "Memory stick 16GB"),
        ("ear buds", "White earbuds"),
        ("keybord", "Wireless keyboard"),
        ("kettles", "Steel kettle"),
        ("键盘", "Wireless keyboard"),
        ("keyboard", "无线键盘"),
        ("我想买一款便宜的键盘", "Wireless keyboard"),
        ("無線鍵盤", "Wireless keyboard"),
        ("无线耳机", "无线降噪耳机"),
    ],
)
def test_it_is_found_however_it_is_written(tmp_path, query, title):
    assert ranked(indexed(tmp_path, *OTHERS, title), query)[:1] == [len(OTHERS)]


def test_having_all_of_the_query_beats_repeating_a_part_of_it(tmp_path):
    index = indexed(tmp_path, *OTHERS, "red red red red lamp", "red oak chair", "oak table")
    assert ranked(index, "red chair")[0] == len(OTHERS) + 1


def test_words_that_say_nothing_do_not_outweigh_what_is_looked_for(tmp_path):
    index = indexed(tmp_path, *OTHERS, "journal, cheap and good", "phone", "phone blue", "phone red")
    assert ranked(index, "a good cheap phone")[0] == len(OTHERS) + 1
    assert index.open_query("is it of the") is None


@pytest.mark.parametrize("words", [30, 90, 400])
def test_a_very_long_query_keeps_the_order(tmp_path, words):
    text = " ".join(f"w{n}" for n in range(words))
    half = " ".join(f"w{n}" for n in range(words // 2))
    index = indexed(tmp_path, *OTHERS, half, text)
    asked = index.open_query(text)
    assert asked is not None
    scores = asked.best(limit=5)
    assert scores.numbers[0] == len(OTHERS) + 1 or words == 400  # cut where no title goes on
    assert scores.coverage.max() == 1.0
    assert (scores.coverage <= 1).all() and (scores.bm25 >= 0).all()


def test_a_long_chinese_query_keeps_the_order(tmp_path):
    title = "轻奢纯棉刺绣水洗四件套设计师原款精致绣花适用床尺寸一米五通用亲肤透气柔软舒适"
    index = indexed(tmp_path, *OTHERS, title, title[:12] + "窗帘")
    asked = index.open_query(title)
    assert asked is not None
    scores = asked.best(limit=5)
    assert scores.numbers[0] == len(OTHERS) and scores.coverage[0] == 1.0
    assert asked.understood(scores) == pytest.approx(1.0)


def test_a_word_that_most_deleted_products_had_is_still_worth_something(tmp_path):
    index = indexed(tmp_path, *(f"lamp {n}" for n in range(300)))
    index.update((), deleted=[f"p{n}" for n in range(3, 300)])
    asked = index.open_query("lamp")
    assert asked is not None
    scores = asked.best(limit=10)
    assert sorted(scores.numbers.tolist()) == [0, 1, 2]
    assert (scores.coverage > 0).all() and 0 < asked.understood(scores) <= 1


def test_what_no_product_has_lowers_how_much_was_understood(tmp_path):
    index = indexed(tmp_path, *OTHERS)
    asked, lost = index.open_query("thing"), index.open_query("thing zyx qwv")
    assert asked is not None and lost is not None
    assert asked.understood(asked.best(limit=5)) == pytest.approx(1.0)
    assert lost.understood(lost.best(limit=5)) < 0.2
    assert index.open_query("zyxw qwvr") is None


def test_a_name_in_the_other_language_is_translated_and_a_known_one_is_not(tmp_path):
    index = indexed(tmp_path, *OTHERS, "Wireless keyboard", "鼠标垫")
    translated = index.open_query("无线键盘")
    assert translated is not None and translated.translated() == "wireless keyboard"
    known = index.open_query("wireless keyboard")
    assert known is not None and known.translated() is None


def test_a_shop_has_names_of_its_own(tmp_path):
    file = tmp_path / "synonyms.txt"
    file.write_text("# ours\nfrobnicator, wireless keyboard\n\n小黑，键盘\n", encoding="utf-8")
    index = indexed(tmp_path, *OTHERS, "Wireless keyboard", synonyms=file)
    assert ranked(index, "frobnicator") == [len(OTHERS)]
    assert read_groups(file) == [("frobnicator", "wireless keyboard"), ("小黑", "键盘")]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"alone\n", r"1: a line needs two names"), (b"\xff\xfe", "cannot be read as UTF-8")],
)
def test_synonyms_that_cannot_be_read_are_told(tmp_path, content, message):
    file = tmp_path / "synonyms.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        LexicalIndex(tmp_path / "lexical", file)


def test_a_query_is_cut_into_the_longest_names():
    synonyms = Synonyms([("external hard drive", "移动硬盘"), ("hard drive", "硬盘")], lambda word: word)
    assert [unit.text for unit in synonyms.units("black external hard drive 2tb")] == [
        "black",
        "external hard drive",
        "2tb",
    ]
    assert [unit.text for unit in synonyms.units("黑色移动硬盘")] == ["黑色", "移动硬盘"]
    assert synonyms.units("移动硬盘")[0].names == ("external hard drive",)
    assert synonyms.units("") == []
