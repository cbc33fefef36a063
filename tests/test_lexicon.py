"""The lexicon's files are well formed, and what their groups promise holds."""

from importlib import resources

import pytest

from index.lexicon import KINDS, TERMS, facet_kind, groups, search_groups
from index.text import fold

FOLDER = resources.files("index") / "data" / "lexicon"


def test_every_group_has_two_names_or_more_and_none_twice():
    for group in search_groups():
        assert len(group) >= 2, group
        assert len({fold(name) for name in group}) == len(group), group


def test_no_name_is_empty_or_padded_or_holds_a_separator():
    for group in search_groups():
        assert all(name and name == name.strip() and not set(name) & set(",，、\t") for name in group), group


def test_every_file_is_read():
    assert {file.name for file in FOLDER.iterdir()} == {*(f"{kind}.txt" for kind in KINDS), "terms"}
    assert {file.name for file in (FOLDER / "terms").iterdir()} == {f"{name}.txt" for name in TERMS}


def test_other_facets_share_the_groups_of_features():
    assert groups("connectivity") == groups("feature") != groups("colour")


@pytest.mark.parametrize(
    ("facet", "kind"),
    [
        ("brand", "brand"),
        ("Brand name", "brand"),
        ("品牌", "brand"),
        ("牌子", "brand"),
        ("color", "colour"),
        ("Colours", "colour"),
        ("颜色", "colour"),
        ("类目", "category"),
        ("Product type", "category"),
        ("材质", "material"),
        ("尺码", "size"),
        ("size", "size"),
        ("colour temperature", "colour temperature"),
        ("内存", "内存"),
    ],
)
def test_a_facet_is_known_by_its_usual_names_in_both_languages(facet, kind):
    assert facet_kind(facet) == kind
