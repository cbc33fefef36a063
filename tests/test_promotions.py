"""What promotions take off: worked by hand, and by laws that hold for every cart."""

import json
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.promotions import Discount, applies_to, bill, missing, price_after, read_promotions
from assistant.shop import Promotion
from index.errors import ConfigError
from index.schema import Product, Translation

DEMO = Path(str(resources.files("assistant"))) / "demo" / "promotions.json"


def product(key: str, price: str | None, *category: str, currency: str = "USD") -> Product:
    amount = None if price is None else Decimal(price)
    return Product(id=key, title=key, price=amount, category=category, currency=currency)


def promotion(key: str = "p", **given) -> Promotion:
    text = {"en": key, "zh": key}
    return Promotion(id=key, text=text, starts=date(2026, 1, 1), ends=date(2026, 12, 31), **given)


PAN = product("pan", "39.90", "Kitchen", "Pans")
KNIFE = product("knife", "45.00", "Kitchen", "Kitchen knives")
NOVEL = product("novel", "12.50", "Books", "Novels")
COOKBOOK = product("cookbook", "24.00", "Books", "Cookbooks")
BOOTS = product("boots", "119.99", "Shoes", "Boots")


# -- worked by hand --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo() -> tuple[Promotion, ...]:
    return read_promotions(DEMO)


def test_ten_percent_off_the_kitchen_from_60_dollars(demo):
    both = bill([(PAN, 1), (KNIFE, 1), (NOVEL, 1)], demo)
    assert [(d.promotion.id, d.amount) for d in both.discounts] == [("autumn-kitchen", Decimal("8.49"))]
    assert (both.subtotal, both.total) == (Decimal("97.40"), Decimal("88.91"))
    assert bill([(PAN, 1), (NOVEL, 2)], demo).discounts == ()


def test_of_three_books_the_cheapest_is_free_and_of_five_still_one(demo):
    assert bill([(NOVEL, 1), (COOKBOOK, 1)], demo).total == Decimal("36.50")
    assert bill([(NOVEL, 1), (COOKBOOK, 2)], demo).total == Decimal("48.00")
    assert bill([(NOVEL, 3), (COOKBOOK, 2)], demo).total == Decimal("73.00")
    assert bill([(NOVEL, 1), (COOKBOOK, 5)], demo).total == Decimal("96.00")  # a novel and a cookbook


def test_one_cent_under_the_minimum_of_the_shoes_takes_nothing_off(demo):
    assert bill([(BOOTS, 1)], demo).total == Decimal("119.99")
    assert bill([(BOOTS, 2)], demo).total == Decimal("224.98")


def test_a_code_takes_its_part_of_what_the_others_left(demo):
    found = bill([(PAN, 1), (KNIFE, 1)], demo, coupon="hello8", first_order=True)
    # 84.90 - 8.49 = 76.41, and 8 % of that is 6.1128
    assert [d.amount for d in found.discounts] == [Decimal("8.49"), Decimal("6.11")]
    assert (found.total, found.refused) == (Decimal("70.30"), "")


def test_free_shipping_changes_no_amount(demo):
    found = bill([(KNIFE, 1)], demo, coupon="SHIPFREE")
    assert (found.total, found.free_shipping, found.refused) == (Decimal("45.00"), True, "")


@pytest.mark.parametrize(
    ("items", "coupon", "reason"),
    [
        ([(PAN, 1)], "NOPE", "unknown"),
        ([(PAN, 1)], "HELLO8", "first_order"),
        ([(NOVEL, 1)], "SHIPFREE", "minimum"),
        ([], "SHIPFREE", "empty"),
        ([(PAN, 1)], "", ""),
        ([(PAN, 1)], "  ", ""),
    ],
)
def test_a_code_that_does_not_apply_is_refused_with_the_reason(demo, items, coupon, reason):
    found = bill(items, demo, coupon=coupon)
    assert (found.refused, found.total) == (reason, found.subtotal)


def test_a_code_for_another_category_or_more_pieces_says_so():
    shoes = promotion(coupon="A", category="Shoes", percent=Decimal(10))
    thirds = promotion(coupon="B", cheapest_free_of=3)
    assert bill([(PAN, 1)], [shoes], coupon="A").refused == "category"
    assert bill([(PAN, 2)], [thirds], coupon="B").refused == "pieces"
    assert bill([(PAN, 3)], [thirds], coupon="B").total == Decimal("79.80")


def test_half_a_cent_is_rounded_up():
    half = promotion(percent=Decimal(50))
    assert bill([(product("a", "0.01"), 1)], [half]).discounts == (Discount(half, Decimal("0.01")),)
    assert bill([(product("a", "10.05"), 1)], [half]).total == Decimal("5.02")


def test_a_minimum_is_told_by_the_prices_before_any_promotion():
    first, second = (
        promotion("1", percent=Decimal(20)),
        promotion("2", amount=Decimal(5), minimum=Decimal(45)),
    )
    assert bill([(KNIFE, 1)], [first, second]).total == Decimal("31.00")
    assert missing(second, [(KNIFE, 1)]) == 0


def test_pieces_that_are_free_count_at_what_is_left_of_their_price():
    tenth, thirds = promotion("1", percent=Decimal(10)), promotion("2", cheapest_free_of=3)
    assert bill([(product("a", "10.00"), 3)], [tenth, thirds]).total == Decimal("18.00")


def test_what_has_no_price_or_another_currency_is_left_out_and_named():
    items = [
        (product("no-price", None), 2),
        (product("yuan", "99.00", currency="CNY"), 1),
        (PAN, 1),
        (KNIFE, 1),
    ]
    found = bill(items, [promotion(percent=Decimal(10))])
    assert (found.subtotal, found.total, found.currency) == (Decimal("84.90"), Decimal("76.41"), "USD")
    assert found.uncounted == ("no-price", "yuan")


def test_a_category_is_any_level_in_any_case_and_language():
    wok = product("wok", "20", "厨房", "锅").model_copy(
        update={"translations": {"en": Translation(title="Wok", category=("Kitchen", "Pans"))}}
    )
    assert applies_to(promotion(category="kitchen"), PAN)
    assert applies_to(promotion(category="PANS"), PAN)
    assert applies_to(promotion(category="Kitchen"), wok)
    assert applies_to(promotion(category="锅"), wok)
    assert not applies_to(promotion(category="Pan"), PAN)
    assert applies_to(promotion(), product("bare", "1"))


def test_the_price_of_one_piece_is_known_only_where_one_piece_is_enough():
    assert price_after(PAN, promotion(percent=Decimal(10))) == Decimal("35.91")
    assert price_after(PAN, promotion(percent=Decimal(8), coupon="X", first_order=True)) == Decimal("36.71")
    assert price_after(PAN, promotion(amount=Decimal(50))) == Decimal("0.00")
    assert price_after(PAN, promotion(percent=Decimal(10), minimum=Decimal(60))) is None
    assert price_after(PAN, promotion(cheapest_free_of=3)) is None
    assert price_after(PAN, promotion(free_shipping=True)) is None
    assert price_after(PAN, promotion(percent=Decimal(10), category="Books")) is None
    assert price_after(product("x", None), promotion(percent=Decimal(10))) is None


def test_what_is_missing_counts_only_products_of_the_category():
    kitchen = promotion(category="Kitchen", minimum=Decimal(60), percent=Decimal(10))
    assert missing(kitchen, [(PAN, 1), (NOVEL, 4)]) == Decimal("20.10")
    assert missing(kitchen, [(PAN, 2)]) == 0
    assert missing(kitchen, []) == Decimal(60)


# -- laws ------------------------------------------------------------------------------------------

products = st.builds(
    lambda key, cents, category, known: product(
        f"p{key}", f"{cents / 100:.2f}" if known else None, *([category] if category else [])
    ),
    st.integers(0, 5),
    st.integers(0, 30_000),
    st.sampled_from(["", "A", "B"]),
    st.sampled_from([True, True, True, False]),
)
carts = st.lists(st.tuples(products, st.integers(1, 7)), max_size=6, unique_by=lambda item: item[0].id)
percents = st.sampled_from([Decimal(0), Decimal("12.5"), Decimal(33), Decimal(100)])
amounts = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)
offers = st.lists(
    st.builds(
        promotion,
        st.sampled_from("xyz"),
        percent=percents,
        amount=st.sampled_from([Decimal(0)]) | amounts,
        cheapest_free_of=st.sampled_from([0, 0, 2, 3]),
        category=st.sampled_from(["", "a", "B"]),
        minimum=st.sampled_from([Decimal(0)]) | amounts,
        coupon=st.sampled_from(["", "", "C"]),
        first_order=st.booleans(),
    ),
    max_size=5,
)


@given(carts, offers, st.sampled_from(["", "c", "D"]), st.booleans())
def test_a_total_is_to_the_cent_and_between_nothing_and_the_subtotal(items, promotions, coupon, first):
    found = bill(items, promotions, coupon=coupon, first_order=first)
    assert 0 <= found.total <= found.subtotal
    for amount in (found.subtotal, found.total, *(d.amount for d in found.discounts)):
        assert amount == round(amount, 2)
    assert all(discount.amount > 0 for discount in found.discounts)
    assert found.subtotal == sum((p.price * n for p, n in items if p.price is not None), Decimal(0))


@given(carts, offers, st.booleans(), st.randoms())
def test_the_order_of_lines_makes_no_difference(items, promotions, first, random):
    shuffled = random.sample(items, len(items))
    one, other = (bill(some, promotions, coupon="C", first_order=first) for some in (items, shuffled))
    assert (one.total, one.discounts, one.refused) == (other.total, other.discounts, other.refused)


@given(carts, offers)
def test_a_line_split_in_two_comes_to_the_same(items, promotions):
    split = [(p, 1) for p, n in items for _ in range(n)]
    assert bill(split, promotions).total == bill(items, promotions).total


@given(carts, st.integers(2, 4))
def test_of_every_so_many_pieces_the_cheapest_ones_are_free(items, of):
    prices = sorted(p.price for p, n in items for _ in range(n) if p.price is not None)
    free = sum(prices[: len(prices) // of], Decimal(0))
    found = bill(items, [promotion(cheapest_free_of=of)])
    assert found.subtotal - found.total == free


@given(carts, offers)
def test_a_promotion_that_lacks_nothing_is_never_refused_for_its_minimum(items, promotions):
    for offer in promotions:
        found = bill(items, [offer], coupon=offer.coupon, first_order=True)
        assert (found.refused == "minimum") == (
            offer.coupon != "" and missing(offer, items) > 0 and _touched(offer, items)
        )


def _touched(offer: Promotion, items: list[tuple[Product, int]]) -> bool:
    return any(applies_to(offer, p) for p, _ in items if p.price is not None)


# -- the file --------------------------------------------------------------------------------------

GOOD = {"id": "a", "from": "2026-01-01", "until": "2026-01-31", "percent": 10, "text": {"en": "Ten off."}}


def written(folder: Path, rows: object) -> Path:
    file = folder / "promotions.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    return file


def test_the_demos_file_is_read(demo):
    assert [p.id for p in demo] == ["autumn-kitchen", "two-books", "trail-shoes", "hello", "ship-free"]
    assert (demo[0].starts, demo[0].minimum) == (date(2026, 11, 1), Decimal("60.00"))


def test_a_text_in_one_language_stands_for_the_other(tmp_path):
    (found,) = read_promotions(written(tmp_path, [GOOD]))
    assert found.text == {"en": "Ten off.", "zh": "Ten off."}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"percent": 120}, "percent"),
        ({"percent": "ten"}, "percent"),
        ({"percent": float("nan")}, "percent"),
        ({"minimum": -1}, "minimum"),
        ({"amount": "1.234"}, "amount"),
        ({"from": "soon"}, "from"),
        ({"until": "2025-12-31"}, "ends before it starts"),
        ({"percent": 0}, "gives nothing"),
        ({"cheapest_free_of": 1}, "cheapest_free_of"),
        ({"text": {}}, "text"),
        ({"text": {"de": "Zehn"}}, "text, de"),
        ({"coupon": "TWO WORDS"}, "coupon"),
        ({"procent": 5}, "procent"),
    ],
)
def test_a_wrong_entry_is_refused_by_file_entry_and_field(tmp_path, change, said):
    file = written(tmp_path, [{**GOOD, "id": "fine"}, {**GOOD, **change}])
    with pytest.raises(ConfigError) as error:
        read_promotions(file)
    message = str(error.value)
    assert message.startswith(f"{file}, promotion 2 (a)")
    assert said in message and "\n" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "cannot be read as JSON"), ("{}", "a JSON list"), ("[3]", "promotion 1 has to be a JSON object")],
)
def test_a_file_that_is_no_list_of_promotions_is_refused(tmp_path, text, said):
    file = tmp_path / "promotions.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_promotions(file)


def test_two_promotions_of_one_id_are_refused_and_so_is_a_missing_file(tmp_path):
    with pytest.raises(ConfigError, match="promotion 2, id: there is a 'a' before it"):
        read_promotions(written(tmp_path, [GOOD, GOOD]))
    with pytest.raises(ConfigError, match="cannot be read"):
        read_promotions(tmp_path / "none.json")
