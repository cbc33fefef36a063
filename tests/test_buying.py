"""How buying is said without a verb for it."""

import pytest

from assistant.buying import asks_advice, buys, corrects, orders
from assistant.constraints import parse_constraints
from assistant.turns import Intent, Understanding
from assistant.vocabulary import Vocabulary
from index.search import Searcher
from index.text import is_chinese

NAMES = frozenset({"dash", "lumo"})


@pytest.fixture(scope="module")
def vocabulary(searcher: Searcher) -> Vocabulary:
    return Vocabulary(searcher.store.vocabulary())


def said(vocabulary: Vocabulary, text: str) -> Understanding:
    language = "zh" if is_chinese(text) else "en"
    return Understanding(text, language, Intent("", 0.5), parse_constraints(text, vocabulary))


@pytest.mark.parametrize(
    "text",
    [
        "lovely, one Dash in size 43",
        "a pair of the Dash",
        "two in black",
        "one in red please",
        "黑色的来一个",
        "红色那部也要",
        "来两部，送人的",
    ],
)
def test_what_is_counted_out_is_bought(vocabulary, text):
    assert buys(said(vocabulary, text), NAMES, pointed=False)


@pytest.mark.parametrize(
    "text",
    [
        "one with a longer battery in black",
        "one in black under 200",
        "two black ones or is there a red one?",
        "one in red",
        "a pair of leather shoes",
        "双人的呢，一个大一点的",
        "有没有黑色的来一个看看",
    ],
)
def test_what_narrows_or_asks_buys_nothing(vocabulary, text):
    assert not buys(said(vocabulary, text), NAMES, pointed=False)


def test_a_colour_alone_is_enough_where_one_product_is_talked_about(vocabulary):
    assert buys(said(vocabulary, "one in red"), NAMES, pointed=True)


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("no, the black, still two", True),
        ("sorry, meant the big one", True),
        ("the red one instead", True),
        ("oops, three", True),
        ("不对，要红色的", True),
        ("搞错了，应该是大号的", True),
        ("no thanks", False),
        ("no, show me black ones", False),
        ("no, something cheaper", False),
        ("不是很喜欢", False),
    ],
)
def test_what_corrects_names_what_was_meant(vocabulary, text, corrected):
    assert corrects(said(vocabulary, text)) is corrected


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("来一盒彩色铅笔", True),
        ("灰色的也要", True),
        ("改成三条", True),
        ("two of the Dash", True),
        ("make it 4", True),
        ("看看本子", False),
        ("what is my total", False),
        ("the red one", False),
    ],
)
def test_a_part_that_counts_out_stands_by_itself(text, counts):
    assert orders(text) is counts


@pytest.mark.parametrize(
    ("text", "mere"),
    [
        ("推荐一下", True),
        ("can you recommend one?", True),
        ("recommend me a lamp", False),
        ("推荐个杯子", False),
    ],
)
def test_advice_on_nothing_named_belongs_to_what_was_said_before(text, mere):
    assert asks_advice(text) is mere
