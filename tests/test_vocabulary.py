from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.vocabulary import Vocabulary, tokenize
from index.store import FacetValue

VOCABULARY = Vocabulary(
    {
        "category": [
            FacetValue("Lamps", 5, ("灯具",)),
            FacetValue("Desk lamps", 3, ("台灯",)),
            FacetValue("Mobile phones", 2),
        ],
        "colour": [FacetValue("grey", 4), FacetValue("navy", 1)],
        "material": [FacetValue("steel", 3), FacetValue("stainless steel", 2), FacetValue("leather", 1)],
        "brand": [FacetValue("Sony", 2, ("索尼",)), FacetValue("Apple", 2)],
        "size": [FacetValue("M", 2), FacetValue("500 ml", 1)],
        "volume": [FacetValue("500 ml", 1), FacetValue("750 ml", 1)],
    }
)


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(mention.facet, mention.values) for mention in VOCABULARY.find(text)]


def test_the_longest_name_wins():
    assert found("stainless steel desk lamp") == [
        ("material", ("stainless steel",)),
        ("category", ("Desk lamps",)),
    ]


def test_a_plural_is_found_by_its_singular_and_the_other_way_round():
    assert found("desk lamps") == found("desk lamp") == [("category", ("Desk lamps",))]


def test_the_last_word_of_a_kind_names_it():
    assert found("phone") == [("category", ("Mobile phones",))]


@pytest.mark.parametrize("text", ["SONY", "sony", "索尼", "Ｓｏｎｙ"])
def test_case_width_and_translations_do_not_matter(text):
    assert found(text) == [("brand", ("Sony",))]


@pytest.mark.parametrize("text", ["gray", "灰色", "灰的"])
def test_the_lexicon_names_the_catalogues_values_in_both_languages(text):
    assert found(text) == [("colour", ("grey",))]


def test_a_colour_that_the_catalogue_lacks_is_not_found():
    assert found("purple 紫色") == []


def test_a_brand_that_is_a_plain_word_counts_only_as_written():
    assert found("Apple") == [("brand", ("Apple",))]
    assert found("an apple a day") == []


def test_a_name_of_several_facets_is_ambiguous_and_a_letter_is_no_size():
    assert found("500 ml M") == []
    assert found("750ml") == [("volume", ("750 ml",))]


def test_one_han_character_is_no_name_inside_another_word():
    assert found("皮肤") == []
    assert found("皮的") == [("material", ("leather",))]


def test_mentions_do_not_overlap_and_carry_their_places():
    text = "grey leather lamp"
    assert [text[m.start : m.end] for m in VOCABULARY.find(text)] == ["grey", "leather", "lamp"]


def test_widening_adds_the_kinds_of_a_kind_and_nothing_else():
    assert VOCABULARY.widen("category", ["Lamps"]) == ("Lamps", "Desk lamps")
    assert VOCABULARY.widen("material", ["steel"]) == ("steel", "stainless steel")
    assert VOCABULARY.widen("category", ["Desk lamps"]) == ("Desk lamps",)
    assert VOCABULARY.widen("brand", ["Sony"]) == ("Sony",)


def test_a_number_is_parted_from_its_unit():
    assert [token.key for token in tokenize("256GB phones, 红色")] == ["256", "gb", "phone", "红", "色"]


def test_a_share_is_not_part_of_a_materials_name():
    vocabulary = Vocabulary({"material": [FacetValue("100%棉", 3), FacetValue("80% wool", 1)]})
    assert [mention.values for mention in vocabulary.find("纯棉的，不要羊毛")] == [("100%棉",), ("80% wool",)]


MEASURES = Vocabulary(
    {
        "storage": [FacetValue("256GB", 1), FacetValue("1 TB", 1)],
        "volume": [FacetValue("500 ml", 1), FacetValue("1.5升", 1)],
        "screen": [FacetValue("27 inch", 1), FacetValue('32"', 1)],
        "weight": [FacetValue("5 kg", 1)],
        "尺码": [FacetValue("42码", 1)],
    }
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("256G", ("256GB",)),
        ("256 gigs", ("256GB",)),
        ("1 terabyte", ("1 TB",)),
        ("500毫升", ("500 ml",)),
        ("500 millilitres", ("500 ml",)),
        ("1.5 litres", ("1.5升",)),
        ("1.5L", ("1.5升",)),
        ("27英寸", ("27 inch",)),
        ("27寸", ("27 inch",)),
        ("27-inch", ("27 inch",)),
        ("32 inches", ('32"',)),
        ("5公斤", ("5 kg",)),
        ("42号", ("42码",)),
        ("1T", ("1 TB",)),
    ],
)
def test_a_measure_is_found_with_its_unit_in_other_spellings(text, values):
    assert [mention.values for mention in MEASURES.find(text)] == [values]


@pytest.mark.parametrize("text", ["128GB", "256", "500 kg", "25 inch", "2560GB"])
def test_another_number_or_unit_is_another_measure(text):
    assert MEASURES.find(text) == []


CHINESE = Vocabulary(
    {
        "品类": [FacetValue(name, 1) for name in ("耳机", "手机", "袜子")],
        "品牌": [FacetValue(name, 1) for name in ("小米", "华为", "索尼")],
        "颜色": [FacetValue(name, 1) for name in ("黑色", "白色")],
    }
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("华为的耳机", [("品牌", "华为"), ("品类", "耳机")]),
        ("black headphones", [("颜色", "黑色"), ("品类", "耳机")]),
        ("Sony", [("品牌", "索尼")]),
        ("小咪手机", [("品牌", "小米"), ("品类", "手机")]),
        ("索泥", [("品牌", "索尼")]),
        ("白袜子", [("颜色", "白色"), ("品类", "袜子")]),
        ("黑耳机", [("颜色", "黑色"), ("品类", "耳机")]),
        ("白开水", []),
        ("小心", []),
        ("黑社会", []),
    ],
)
def test_facets_under_chinese_names_are_known_for_what_they_are(text, named):
    assert [(mention.facet, *mention.values) for mention in CHINESE.find(text)] == named


def test_a_facet_is_known_by_its_name():
    assert [CHINESE.kind(facet) for facet in ("品类", "品牌", "颜色", "材质")] == [
        "category",
        "brand",
        "colour",
        "material",
    ]


def test_the_catalogues_own_names_come_before_those_of_the_lexicon():
    both = Vocabulary({"category": [FacetValue("Coats", 1), FacetValue("Jackets", 1)]})
    alone = Vocabulary({"category": [FacetValue("Jackets", 1)]})
    assert [mention.values for mention in both.find("a coat")] == [("Coats",)]
    assert [mention.values for mention in alone.find("a coat")] == [("Jackets",)]


BRANDS = Vocabulary(
    {
        "category": [FacetValue("Headphones", 1), FacetValue("Kettles", 1)],
        "brand": [FacetValue(name, 1) for name in ("Sony", "Sennheiser", "Logitech", "Dell", "Beats")],
    }
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("soney", ("Sony",)),
        ("senheiser", ("Sennheiser",)),
        ("Logitec", ("Logitech",)),
        ("hedphones", ("Headphones",)),
        ("keetle", ("Kettles",)),
    ],
)
def test_a_misspelt_name_is_found(text, values):
    assert [mention.values for mention in BRANDS.find(text)] == [values]


@pytest.mark.parametrize(
    "text",
    [
        "ring the bell",
        "dill and sons",
        "settle down",
        "I beat him",
    ],
)
def test_an_english_word_is_no_misspelt_name(text):
    assert BRANDS.find(text) == []


@given(st.text(max_size=40))
def test_mentions_lie_in_any_text_in_order_and_apart(text):
    for vocabulary in (VOCABULARY, CHINESE, MEASURES):
        spans = [(mention.start, mention.end) for mention in vocabulary.find(text)]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_no_name_runs_over_the_end_of_a_sentence():
    assert found("I have no desk. lamp with a clip") == [("category", ("Lamps",))]


def test_a_material_is_not_counted_and_nothing_goes_down_to_it():
    vocabulary = Vocabulary(
        {"material": [FacetValue("glass", 1), FacetValue("down", 1), FacetValue("棉", 1)]}
    )
    assert not any(
        map(vocabulary.find, ["reading glasses", "it goes down at night", "down to zero", "记忆棉的"])
    )
    assert all(map(vocabulary.find, ["a glass bowl", "a down pillow", "棉的"]))


def test_a_colour_of_one_character_has_shades():
    vocabulary = Vocabulary({"colour": [FacetValue(name, 1) for name in ("白色", "米白", "天蓝色", "白黑")]})
    assert vocabulary.widen("colour", ("白色",)) == ("白色", "米白")
    assert vocabulary.widen("colour", ("米白",)) == ("米白",)
