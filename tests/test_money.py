from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.money import find_price, han_number


def limits(text: str) -> tuple[str | None, str | None, str | None] | None:
    mention = find_price(text)
    if mention is None:
        return None
    low, high = (None if v is None else f"{v:f}" for v in (mention.price.min, mention.price.max))
    return low, high, mention.price.currency


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 100", (None, "100", None)),
        ("under $120", (None, "120", "USD")),
        ("less than €30", (None, "30", "EUR")),
        ("up to 1,299.50 dollars", (None, "1299.50", "USD")),
        ("no more than 60 quid", (None, "60", "GBP")),
        ("max 50", (None, "50", None)),
        ("50 max", (None, "50", None)),
        ("50 or less", (None, "50", None)),
        ("cheaper than 50", (None, "50", None)),
        ("budget is 200", (None, "200", None)),
        ("my budget is about 200 dollars", (None, "200", "USD")),
        ("under 1.5k", (None, "1500.0", None)),
        ("under fifty dollars", (None, "50", "USD")),
        ("less than two hundred", (None, "200", None)),
        ("at least 50", ("50", None, None)),
        ("over 100 dollars", ("100", None, "USD")),
        ("from $20", ("20", None, "USD")),
        ("between 50 and 80 euros", ("50", "80", "EUR")),
        ("between 80 and 50", ("50", "80", None)),
        ("£20-£30", ("20", "30", "GBP")),
        ("$50 - $100", ("50", "100", "USD")),
        ("around 100", ("80.0", "120.0", None)),
        ("100 bucks or so", ("80.0", "120.0", "USD")),
        ("a $25 lamp", ("20.0", "30.0", "USD")),
    ],
)
def test_english_amounts_become_limits(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500元以下", (None, "500", "CNY")),
        ("五百块以内", (None, "500", "CNY")),
        ("不超过1,500元", (None, "1500", "CNY")),
        ("别超过一千", (None, "1000", None)),
        ("预算一千二", (None, "1200", None)),
        ("人民币300以下", (None, "300", "CNY")),
        ("￥300以内", (None, "300", "CNY")),
        ("50美元以内", (None, "50", "USD")),
        ("3k以内", (None, "3000", None)),
        ("2千以内", (None, "2000", None)),
        ("比500便宜", (None, "500", None)),
        ("比300元贵", ("300", None, "CNY")),
        ("至少300元", ("300", None, "CNY")),
        ("300以上", ("300", None, None)),
        ("一百到两百", ("100", "200", None)),
        ("一到两千元", ("1000", "2000", "CNY")),
        ("1500～2000元", ("1500", "2000", "CNY")),
        ("100到200之间", ("100", "200", None)),
        ("两三百块", ("200", "300", "CNY")),
        ("三五百的", ("300", "500", None)),
        ("200多块", ("200", "300", "CNY")),
        ("一千五百多", ("1500", "1600", None)),
        ("两百左右", ("160.0", "240.0", None)),
        ("一百来块", ("80.0", "120.0", "CNY")),
        ("大概300", ("240.0", "360.0", None)),
    ],
)
def test_chinese_amounts_become_limits(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under a hundred", (None, "100", None)),
        ("max two grand", (None, "2000", None)),
        ("up to a couple of hundred", (None, "200", None)),
        ("under ninety-five dollars", (None, "95", "USD")),
        ("seven hundred and fifty dollars", ("600.0", "900.0", "USD")),
        ("fifty to sixty dollars", ("50", "60", "USD")),
        ("ten to fifteen dollars", ("10", "15", "USD")),
        ("about twenty euros", ("16.0", "24.0", "EUR")),
        ("under forty-five quid", (None, "45", "GBP")),
        ("under a hundred and twenty", (None, "120", None)),
        ("less than seven hundred and fifty", (None, "750", None)),
    ],
)
def test_spelled_numbers_are_read(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 50-60", (None, "60", None)),
        ("not over 50-60 euros", (None, "60", "EUR")),
        ("80 tops", (None, "80", None)),
        ("80 is my limit", (None, "80", None)),
        ("$80 is the absolute maximum", (None, "80", "USD")),
        ("200 at the most", (None, "200", None)),
        ("100 and under", (None, "100", None)),
        ("50 or cheaper", (None, "50", None)),
        ("capped at 60", (None, "60", None)),
        ("cannot go above 300", (None, "300", None)),
        ("five stars, not more than 40", (None, "40", None)),
        ("五百封顶", (None, "500", None)),
        ("五百顶多", (None, "500", None)),
        ("五百到顶", (None, "500", None)),
        ("五百块内", (None, "500", "CNY")),
        ("预算大概五百", (None, "500", None)),
        ("预算就五百", (None, "500", None)),
        ("I don't want to spend over 40", (None, "40", None)),
        ("I won't pay more than $40", (None, "40", "USD")),
    ],
)
def test_ceilings_are_read_before_and_behind_the_amount(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("五百以上一千以下", ("500", "1000", None)),
        ("一千以下，五百以上", ("500", "1000", None)),
        ("不低于100且不超过200元", ("100", "200", "CNY")),
        ("over 50 but under 80", ("50", "80", None)),
        ("under $80 and over 50", ("50", "80", "USD")),
    ],
)
def test_two_limits_side_by_side_are_one_range(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("north of 500", ("500", None, None)),
        ("upwards of 500", ("500", None, None)),
        ("100 and up", ("100", None, None)),
        ("五百往上", ("500", None, None)),
        ("50ish", ("40.0", "60.0", None)),
        ("50ish quid", ("40.0", "60.0", "GBP")),
        ("两百块出头", ("200", "300", "CNY")),
        ("1-2k", ("1000", "2000", None)),
    ],
)
def test_floors_and_rough_amounts_are_read(text, expected):
    assert limits(text) == expected


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("HK$500", "HKD"), ("500 HKD", "HKD"), ("500港币", "HKD"), ("500港元", "HKD"), ("港币500", "HKD"),
        ("EUR 500", "EUR"), ("500 euros", "EUR"), ("500欧", "EUR"), ("500欧元", "EUR"), ("US$500", "USD"),
        ("500刀", "USD"), ("500美刀", "USD"), ("500 yen", "JPY"), ("500日元", "JPY"), ("₹500", "INR"),
        ("Rs. 500", "INR"), ("500卢比", "INR"), ("RMB500", "CNY"), ("500块钱", "CNY"), ("500英镑", "GBP"),
    ],
)  # fmt: skip
def test_currencies_go_by_many_names(said, code):
    assert limits(f"under {said}") == (None, "500", code)


@pytest.mark.parametrize(
    "text",
    [
        "I paid 50 dollars for the last one",
        "I spent $60 last time",
        "it cost me $80",
        "is shipping free over 50",
        "free delivery over $50",
        "you still owe me $20",
        "上次花了五百块",
        "买的时候800元",
        "满200包邮吗",
        "运费超过10块",
        "退了200元",
    ],
)
def test_what_was_paid_or_ships_free_is_no_limit(text):
    assert find_price(text) is None


def test_what_was_paid_does_not_hide_the_limit_after_it():
    assert limits("it cost me $80, something under 40") == (None, "40", None)
    assert limits("上次花了八百，这次五百以内") == (None, "500", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a lamp, 80 is my limit, white", "80 is my limit"),
        ("五百以上一千以下的手机", "五百以上一千以下"),
        ("something under 50-60 please", "under 50-60"),
        ("lamps, 50ish quid, white", "50ish quid"),
        ("想要两百块出头的台灯", "两百块出头"),
    ],
)
def test_a_mention_covers_its_limit_and_no_more(text, said):
    mention = find_price(text)
    assert text[mention.start : mention.end] == said


@pytest.mark.parametrize(
    "text",
    [
        "2 person tent",
        "256gb phone",
        "iphone 15",
        "55 inch tv",
        "over 10 hours of battery",
        "under 2 kg",
        "at least 4 stars",
        "wh-1000xm4",
        "size 42",
        "pack of 4",
        "100% cotton",
        "tent for 4 people",
        "top 3",
        "show me more than 3 options",
        "world war 2 novels",
        "2人帐篷",
        "256G手机",
        "6寸以上的屏幕",
        "500毫升保温杯",
        "适合5岁以上",
        "一起买什么",
        "第二个",
        "几百块的耳机",
        "10000毫安充电宝",
        "四星以上",
        "1和3",
        "",
    ],
)
def test_a_number_that_counts_or_measures_is_no_price(text):
    assert find_price(text) is None


def test_a_model_number_does_not_hide_the_price_after_it():
    assert limits("iphone 15 under 500") == (None, "500", None)


def test_the_mention_points_at_its_words():
    text = "a lamp for under $30 please"
    mention = find_price(text)
    assert text[mention.start : mention.end] == "under $30"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("两百", 200),
        ("一千二", 1200),
        ("三百五", 350),
        ("十五", 15),
        ("一万五千", 15000),
        ("一百零五", 105),
        ("两万", 20000),
    ],
)
def test_chinese_numbers_are_read_as_spoken(text, number):
    assert han_number(text) == number


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_range_is_always_in_order(one, other):
    price = find_price(f"between ${one} and ${other}").price
    assert (price.min, price.max) == (Decimal(min(one, other)), Decimal(max(one, other)))


@given(st.text(alphabet="零一二两三五十百千万0123456789,.k多来比便宜元块$-~ underabout", max_size=30))
def test_no_text_makes_the_price_reader_fail(text):
    mention = find_price(text)
    assert mention is None or 0 <= mention.start < mention.end <= len(text)


@pytest.mark.parametrize(
    ("text", "most"), [("1千5以内", "1500"), ("预算1万2", "12000"), ("预算1千5", "1500")]
)
def test_a_digit_behind_thousand_counts_its_tenths(text, most):
    found = find_price(text)
    assert found is not None
    assert found.price.max == Decimal(most)


@given(st.text(max_size=60))
def test_any_text_at_all_can_be_read_for_a_price(text):
    mention = find_price(text)
    assert mention is None or 0 <= mention.start < mention.end <= len(text)
