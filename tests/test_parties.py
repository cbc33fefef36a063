"""For how many people a thing is."""

import pytest

from assistant.parties import holds, people
from index.schema import Product


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a tent for three", 3),
        ("two-person hammock", 2),
        ("sofa that seats 4", 4),
        ("game for the five of us", 5),
        ("a cooler for a family of six, please", 6),
        ("双人吊床", 2),
        ("三个人用", 3),
        ("四口之家", 4),
        ("一家五口去露营", 5),
    ],
)
def test_a_number_of_people_is_read(text, count):
    assert people(text)[0] == count


@pytest.mark.parametrize(
    "text", ["for two weeks", "for 3 year olds", "for ten dollars", "第一个人", "每个人", "送给一个人"]
)
def test_other_numbers_count_no_people(text):
    assert people(text) is None


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"capacity": "2 people"}, True),
        ({"capacity": "4 people"}, False),
        ({"players": "2-5"}, True),
        ({"players": "3+"}, False),
        ({"seats": "2"}, True),
        ({"可住人数": "2 人"}, True),
        ({"capacity": "2 l"}, None),
        ({}, None),
    ],
)
def test_a_record_says_for_how_many_it_is(attributes, verdict):
    assert holds(Product(id="one", title="One", attributes=attributes), 2) is verdict
