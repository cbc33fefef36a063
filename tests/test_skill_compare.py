from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from assistant import ShoppingAssistant
from assistant.comparison import MOST_ROWS, difference_table, short_names
from assistant.config import Settings
from assistant.constraints import parse_constraints
from assistant.dimensions import DIMENSIONS, aligned, quantity_of, standing
from assistant.quantities import convert, find_quantities
from assistant.skills.base import Turn
from assistant.skills.compare import compare
from assistant.turns import DialogueState, Intent, Outcome, Table, Understanding
from index.build import build, open_search
from index.config import IndexSettings
from index.readers import read_catalogue
from index.schema import Product
from index.text import is_chinese

Comparing = Callable[..., Outcome]


@pytest.fixture(scope="module")
def demo(tmp_path_factory, embedder) -> Comparing:
    folder = tmp_path_factory.mktemp("demo")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    file = Path(__file__).parent.parent / "index" / "demo" / "catalogue.jsonl"
    build(read_catalogue(file).products, settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    parts = ShoppingAssistant(searcher, None, settings=Settings(llm="none")).parts

    def said(text: str, *shown: str, focus: tuple[str, ...] = (), earlier: tuple[str, ...] = ()) -> Outcome:
        language = "zh" if is_chinese(text) else "en"
        constraints = parse_constraints(text, parts.vocabulary)
        understood = Understanding(text, language, Intent("compare_products", 1.0), constraints)
        tables = (Table(shown=earlier, ranking=earlier),) if earlier else ()
        state = DialogueState(shown=shown, ranking=shown, focus=focus, earlier=tables, language=language)
        return compare(Turn(understood, state, None, parts))

    return said


HEADPHONES = ("aud-01-black", "aud-04-black", "aud-05-orange", "aud-08-white", "aud-12-black")
LAPTOPS = ("com-03-grey-256-gb", "com-04-green", "com-06-grey-16-gb")


def fan(key: str, **facts: object) -> Product:
    return Product(id=key, **{"title": f"Fan {key}", **facts})


# -- which products ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("compare 1 and 3", (0, 2)),
        ("对比第一个和第三个", (0, 2)),
        ("compare them", (0, 1, 2, 3)),
        ("compare all of them", (0, 1, 2, 3)),
        ("全部对比一下", (0, 1, 2, 3)),
        ("compare", (0, 1)),
        ("这俩有什么区别", (0, 1)),
        ("the black Hushby or the orange one?", (0, 2)),
        ("compare the first one with the Tonvald", (0, 4)),
        ("the cheap one and the expensive one, big difference?", (3, 1)),
    ],
)
def test_the_products_that_are_meant_are_compared(demo, text, compared):
    assert demo(text, *HEADPHONES).state.focus == tuple(HEADPHONES[at] for at in compared)


def test_what_was_compared_is_what_the_next_question_is_about(demo):
    first = demo("compare 1 and 4", *HEADPHONES)
    after = demo("which is lighter", *HEADPHONES, focus=first.state.focus)
    assert after.composed == "Velmoor Bean is lighter (3.8 g against 262 g)."


def test_it_is_compared_with_a_number(demo):
    outcome = demo("compare it with the second one", *HEADPHONES, focus=("aud-12-black",))
    assert outcome.state.focus == ("aud-12-black", "aud-04-black")


def test_with_one_on_the_table_two_are_asked_for(demo):
    outcome = demo("compare", "aud-01-black")
    assert outcome.composed.startswith("It takes two products to compare")
    assert outcome.table == ()


def test_with_one_named_its_partner_is_asked_for_by_number(demo):
    outcome = demo("compare the second one", *HEADPHONES[:3])
    assert outcome.composed.endswith("Which one shall I put beside Aurelko Meridiem?")
    assert outcome.quick_replies == ("compare 2 and 1", "compare 2 and 3")


def test_with_an_empty_table_nothing_is_compared(demo):
    assert demo("compare them").composed == "There is nothing on the table yet. What are you looking for?"


# -- the table ---------------------------------------------------------------------------------------


def test_the_table_has_what_differs_in_the_order_of_interest(demo):
    header, *rows = demo("compare 1 and 2", *HEADPHONES).table
    assert header == ("", "Hushby Cabin", "Aurelko Meridiem")
    assert rows[:3] == [
        ("price", "$279", "$349"),
        ("rating", "★ 3.7 (9)", "★ 4.0 (4)"),
        ("weight", "262 g", "318 g"),
    ]
    assert ("battery life", "40 h", "not in the record") in rows
    assert len(rows) <= MOST_ROWS
    assert all(len(set(row[1:])) > 1 for row in rows)


def test_the_table_is_in_the_language_of_the_shopper(demo):
    header, *rows = demo("对比1和2", *HEADPHONES).table
    assert header[1] == "寂贝 Cabin"
    assert ("重量", "262 g", "318 g") in rows
    assert ("续航", "40 h", "未注明") in rows


def test_units_are_aligned_in_the_table():
    heavy, light = fan("a", attributes={"weight": "1.2 kg"}), fan("b", attributes={"weight": "245 g"})
    assert ("weight", "1,200 g", "245 g") in difference_table([heavy, light], "en")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["245 g", "1.2 kg"], ["245 g", "1,200 g"]),
        (["12 mm", "3 cm"], ["1.2 cm", "3 cm"]),
        (["512 GB", "1 TB"], ["512 GB", "1,000 GB"]),
        (["10 h", "3 days"], ["10 h", "72 h"]),
        (["2 g", "58 kg"], ["2 g", "58,000 g"]),
        (["245 g", "380 g"], ["245 g", "380 g"]),
        (["245 g", "red"], ["245 g", "red"]),
        (["2 h", "2 kg"], ["2 h", "2 kg"]),
    ],
)
def test_measures_are_written_in_one_unit(cells, told):
    assert aligned(cells) == told


def test_variants_are_told_apart_by_what_differs():
    black, white = (
        fan(c, title="Galeo extraordinarily quiet standing fan", brand="Galeo", facets={"colour": (c,)})
        for c in ("black", "white")
    )
    assert short_names([black, white], "en") == [
        "Galeo extraordinarily black", "Galeo extraordinarily white",
    ]  # fmt: skip


def test_the_same_in_everything_is_said_to_be_the_same():
    assert difference_table([fan("a", title="Fan"), fan("b", title="Fan")], "en")[1:] == []


# -- conclusions -------------------------------------------------------------------------------------


def test_two_are_concluded_upon_in_plain_sentences(demo):
    assert demo("compare 1 and 2", *LAPTOPS).composed == (
        "Here is how they differ. Quorlan Sprout 11 is cheaper by $180, "
        "rated higher (3.7 against 3.5) and lighter (1.25 kg against 1.45 kg), "
        "and has the longer battery life (12 h against 10 h). "
        "Quorlan Campus 14 has the larger screen (14 inch against 11.6 inch) "
        "and more storage (256 GB against 64 GB)."
    )


def test_of_several_the_best_by_each_is_named(demo):
    told = demo("compare all of them", *HEADPHONES).composed
    assert "Here are the first four side by side." in told
    assert "Velmoor Bean is the cheapest ($19.99) and the lightest (3.8 g)." in told
    assert "Hushby Cabin has the longest battery life (40 h)." in told
    assert "Only Hushby Cabin is listed with: noise cancelling." in told


def test_conclusions_in_chinese(demo):
    told = demo("对比1和2", *HEADPHONES).composed
    assert told == (
        "它们的差别如下。寂贝 Cabin 便宜 $70，更轻（262 g 对 318 g）。"
        "Aurelko Meridiem 开放式 评分更高（4.0 对 3.7）。只有 寂贝 Cabin 写明有：主动降噪、可折叠。"
    )


def test_in_stock_and_not_is_told(demo):
    assert (
        "is in stock, " in demo("compare 1 and 2", "out-24-blue-750-ml", "out-24-transparent-500-ml").composed
    )


# -- "which is ...?" ---------------------------------------------------------------------------------


def test_which_is_answered_over_all_that_are_shown(demo):
    assert demo("which is lighter", *HEADPHONES).composed == (
        "Velmoor Bean is the lightest (3.8 g). The others: Hushby Cabin 262 g, Aurelko Meridiem 318 g, "
        "Fennori Cub 132 g, Tonvald Picnic 560 g."
    )


def test_what_is_missing_is_said_to_be(demo):
    told = demo("哪个续航最长", *HEADPHONES).composed
    assert told.startswith("寂贝 Cabin 续航最长（40 h）。其他几款：Velmoor 豆豆 5 h")
    assert told.endswith("Aurelko Meridiem 开放式、Fennori 小熊崽 儿童耳机 的记录里没有写。")


def test_a_tie_is_told_as_one(demo):
    assert demo("哪个评价最好", *HEADPHONES).composed.startswith(
        "Aurelko Meridiem 开放式、Fennori 小熊崽 儿童耳机 评分最高（4.0）。"
    )
    assert demo("which is heavier", "aud-01-black", "aud-01-beige").composed == "They are level there: 262 g."


def test_which_have_something_parts_them_into_yes_and_no(demo):
    told = demo("which ones are waterproof", *HEADPHONES).composed
    assert told.startswith(
        "Yes: Tonvald Picnic (water resistance IP67). Velmoor Bean: water resistance IPX4."
    )
    assert told.endswith("The record of Hushby Cabin, Aurelko Meridiem and Fennori Cub does not say.")


def test_what_no_record_measures_is_not_claimed(demo):
    assert demo("which is quieter", *HEADPHONES[:2]).composed.startswith("The records do not tell which one")


def test_numbers_without_a_unit_that_are_far_apart_are_not_weighed():
    weight = next(dimension for dimension in DIMENSIONS if dimension.key == "weight")
    gram, kilo = fan("a", attributes={"weight": "230"}), fan("b", attributes={"weight": "1.2"})
    assert standing(weight, [gram, kilo], "less", "en") is None


def test_a_pick_has_its_reasons(demo):
    told = demo("which one would you pick?", "com-03-grey-256-gb", "com-04-green").composed
    assert told.startswith(
        "I would take Quorlan Sprout 11: it is cheaper ($249 against $429), is rated higher (3.7 against 3.5)"
    )
    assert "What speaks for Quorlan Campus 14: it has more storage (256 GB against 64 GB)" in told


def test_a_pick_for_a_purpose_quotes_the_record(demo):
    told = demo("which one would you pick for travel", *HEADPHONES).composed
    assert told.startswith("I would take Hushby Cabin: it has the longest battery life (40 h).")
    assert "Made for aeroplanes" in told


def test_what_is_sold_out_is_not_picked(demo):
    told = demo("which one should I buy", "out-24-transparent-500-ml", "out-24-blue-750-ml").composed
    assert told == "I would take Veldspoor Softflask blue 750 ml: it is the only one in stock."


# -- quantities --------------------------------------------------------------------------------------


def test_more_units_are_read():
    assert [(q.value, q.unit) for q in find_quantities("3 weeks, 2 years, 90公斤的人, 15寸的, 6个月")] == [
        (504.0, "h"), (24.0, "month"), (90000.0, "g"), (381.0, "mm"), (6.0, "month"),
    ]  # fmt: skip
    assert convert(1200.0, "kg") == 1.2
    assert (quantity_of("120 Hz").unit, quantity_of("44–53 cm")) == ("hz", None)


def test_prices_in_two_currencies_are_not_weighed():
    price = next(dimension for dimension in DIMENSIONS if dimension.key == "price")
    dollars, yuan = fan("a", price=Decimal(10)), fan("b", price=Decimal(20), currency="CNY")
    assert standing(price, [dollars, yuan], "less", "en") is None
