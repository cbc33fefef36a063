import pytest

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
