import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.constraints import parse_constraints
from assistant.vocabulary import Vocabulary
from index.store import FacetValue

VOCABULARY = Vocabulary(
    {
        "category": [
            FacetValue(name, 1, names)
            for name, *names in (
                ("Phones", "手机"),
                ("Jackets", "外套"),
                ("Tents", "帐篷"),
                ("Headphones", "耳机"),
                ("Sofas", "沙发"),
                ("Backpacks", "背包"),
                ("Pans", "煎锅"),
                ("Phone cases", "手机壳"),
                ("Shoes", "鞋"),
                ("Televisions", "电视"),
                ("Water bottles", "保温水杯"),
                ("Fans", "风扇"),
                ("T-shirts", "T恤"),
                ("Chargers", "充电器"),
            )
        ],
        "colour": [
            FacetValue(name, 1, (zh,))
            for name, zh in (
                ("black", "黑色"),
                ("white", "白色"),
                ("red", "红色"),
                ("blue", "蓝色"),
                ("pink", "粉色"),
            )
        ],
        "material": [
            FacetValue(name, 1)
            for name in ("leather", "wool", "cotton", "steel", "stainless steel", "plastic")
        ],
        "brand": [
            FacetValue("Lumo", 1, ("流明",)),
            FacetValue("Stride", 1, ("迈步",)),
            FacetValue("Apple", 1),
        ],
        "size": [FacetValue(name, 1) for name in ("EU 42", "EU 43", "M", "L", "50 inch", "55 inch")],
    }
)


def parse(text: str):
    return parse_constraints(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "include"),
    [
        ("red or blue backpack", {"colour": ("red", "blue"), "category": ("Backpacks",)}),
        ("Lumo phone", {"brand": ("Lumo",), "category": ("Phones",)}),
        ("stainless steel water bottle", {"material": ("stainless steel",), "category": ("Water bottles",)}),
        ("do you have this in white?", {"colour": ("white",)}),
        ("55 inch tv", {"size": ("55 inch",), "category": ("Televisions",)}),
        ("tv under 50 inches", {"category": ("Televisions",)}),
        ("size 42 shoes", {"size": ("EU 42",), "category": ("Shoes",)}),
        ("case for my phone", {"category": ("Phone cases",)}),
        ("phone case", {"category": ("Phone cases",)}),
        ("charger for my phone", {"category": ("Chargers",)}),
        ("phone gimbal", {}),
        ("an apple pie recipe", {}),
        ("红色的背包", {"colour": ("red",), "category": ("Backpacks",)}),
        ("流明手机", {"brand": ("Lumo",), "category": ("Phones",)}),
        ("手机壳", {"category": ("Phone cases",)}),
        ("黑的", {"colour": ("black",)}),
        ("皮的沙发", {"material": ("leather",), "category": ("Sofas",)}),
        ("42码的鞋", {"size": ("EU 42",), "category": ("Shoes",)}),
        ("L码的T恤", {"size": ("L",), "category": ("T-shirts",)}),
        ("我的手机的充电器", {"category": ("Chargers",)}),
        ("不锈钢保温杯", {"material": ("stainless steel",), "category": ("Water bottles",)}),
        ("有没有红色的", {"colour": ("red",)}),
    ],
)
def test_named_values_are_asked_for(text, include):
    assert (parse(text).include, parse(text).exclude) == (include, {})


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("no black please", {}, {"colour": ("black",)}),
        ("anything but red", {}, {"colour": ("red",)}),
        ("nothing in white", {}, {"colour": ("white",)}),
        ("a phone that isn't black", {"category": ("Phones",)}, {"colour": ("black",)}),
        ("I don't want red or black", {}, {"colour": ("red", "black")}),
        ("not red, black or blue", {}, {"colour": ("red", "black", "blue")}),
        ("not leather, black", {"colour": ("black",)}, {"material": ("leather",)}),
        ("black, not leather", {"colour": ("black",)}, {"material": ("leather",)}),
        ("not Lumo but Stride", {"brand": ("Stride",)}, {"brand": ("Lumo",)}),
        ("jackets except black ones", {"category": ("Jackets",)}, {"colour": ("black",)}),
        ("not a black phone", {"category": ("Phones",)}, {"colour": ("black",)}),
        ("a non-leather sofa", {"category": ("Sofas",)}, {"material": ("leather",)}),
        ("non-stick pan", {"category": ("Pans",)}, {}),
        ("no-name headphones", {"category": ("Headphones",)}, {}),
        ("I'm not a fan of pink", {}, {"colour": ("pink",)}),
        ("no headphones", {}, {"category": ("Headphones",)}),
        ("not only black", {"colour": ("black",)}, {}),
        ("不要黑色", {}, {"colour": ("black",)}),
        ("不要黑色的，要红色的", {"colour": ("red",)}, {"colour": ("black",)}),
        ("不要黑色和白色", {}, {"colour": ("black", "white")}),
        ("除了黑色都可以", {}, {"colour": ("black",)}),
        ("不是皮的", {}, {"material": ("leather",)}),
        ("不要黑色的手机", {"category": ("Phones",)}, {"colour": ("black",)}),
        ("没有皮革的沙发", {"category": ("Sofas",)}, {"material": ("leather",)}),
        ("黑色的不要", {}, {"colour": ("black",)}),
        ("黑色以外的背包", {"category": ("Backpacks",)}, {"colour": ("black",)}),
        ("要红色不要黑色", {"colour": ("red",)}, {"colour": ("black",)}),
        ("红色不要黑色要白色", {"colour": ("red", "white")}, {"colour": ("black",)}),
        ("不要流明的", {}, {"brand": ("Lumo",)}),
    ],
)
def test_a_refusal_reaches_what_it_is_said_of_and_no_further(text, include, exclude):
    assert (parse(text).include, parse(text).exclude) == (include, exclude)


def test_a_refused_name_that_the_catalogue_lacks_is_not_searched_for():
    assert parse("headphones, not Sony").query == "headphones"
    assert parse("耳机，不要Sony的").query == "耳机"


def test_a_name_is_no_filler_in_part():
    vocabulary = Vocabulary({"brand": [FacetValue("Lenovo", 1, ("联想",)), FacetValue("Verra", 1)]})
    assert parse_constraints("只看联想的", vocabulary).query == "联想"


@pytest.mark.parametrize("text", ["Lumo or Stride would be fine", "流明或者迈步也可以"])
def test_each_of_two_that_are_fine_is_wanted(text):
    read = parse_constraints(text, VOCABULARY)
    assert read.include == {"brand": ("Lumo", "Stride")}
    assert not read.allow


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("warm jacket under 100", (None, 100, None)),
        ("phone under 200 dollars", (None, 200, "USD")),
        ("500元以下的手机", (None, 500, "CNY")),
        ("2 person tent", None),
        ("256gb phone", None),
        ("iphone 15", None),
        ("2人帐篷", None),
        ("评分4以上", None),
        ("at least 4 stars", None),
    ],
)
def test_prices_are_told_from_other_numbers(text, price):
    found = parse(text).price
    assert (found and (found.min, found.max, found.currency)) == price


@pytest.mark.parametrize(
    ("text", "relative", "level"),
    [
        ("something cheaper", "cheaper", None),
        ("too expensive", "cheaper", None),
        ("more expensive", "dearer", None),
        ("a cheap phone", None, "low"),
        ("not too expensive", None, "low"),
        ("not expensive", None, "low"),
        ("premium headphones", None, "high"),
        ("no budget limit", None, None),
        ("便宜一点", "cheaper", None),
        ("太贵了", "cheaper", None),
        ("比第一个便宜", "cheaper", None),
        ("贵一点的", "dearer", None),
        ("便宜的手机", None, "low"),
        ("不要太贵", None, "low"),
        ("不贵的耳机", None, "low"),
        ("高端的耳机", None, "high"),
    ],
)
def test_cheaper_is_relative_and_cheap_is_a_wish(text, relative, level):
    assert (parse(text).price_relative, parse(text).price_level) == (relative, level)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("the second one", (2,)),
        ("compare 1 and 3", (1, 3)),
        ("compare the first and the last one", (1, -1)),
        ("number 2 please", (2,)),
        ("#3", (3,)),
        ("compare the first two", (1, 2)),
        ("first aid kit", ()),
        ("last week", ()),
        ("cheapest first", ()),
        ("newest first", ()),
        ("第二个", (2,)),
        ("第一个和第三个哪个更轻", (1, 3)),
        ("对比1和2", (1, 2)),
        ("2号怎么样", (2,)),
        ("最后一个", (-1,)),
        ("前两个", (1, 2)),
        ("第一次买", ()),
    ],
)
def test_references_are_positions_on_the_table(text, references):
    assert parse(text).references == references


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("cheapest first", "price_asc"),
        ("sort by price", "price_asc"),
        ("most expensive first", "price_desc"),
        ("best rated", "rating"),
        ("newest", "newest"),
        ("most popular", "popularity"),
        ("phones", None),
        ("最便宜的", "price_asc"),
        ("从低到高", "price_asc"),
        ("价格从高到低", "price_desc"),
        ("评分最高的", "rating"),
        ("最新款的", "newest"),
        ("销量最高的", "popularity"),
        ("手机", None),
    ],
)
def test_orders_are_read(text, sort):
    assert parse(text).sort == sort


@pytest.mark.parametrize(
    ("text", "drop"),
    [
        ("any colour", ("colour",)),
        ("any brand is fine", ("brand",)),
        ("forget the budget", ("price",)),
        ("预算也放开吧", ("price",)),
        ("forget the noise cancelling and the colour", ("noise cancelling", "colour")),
        ("no price limit", ("price",)),
        ("the colour doesn't matter", ("colour",)),
        ("I don't care about the brand", ("brand",)),
        ("any rating", ("rating",)),
        ("不限颜色", ("colour",)),
        ("颜色不限", ("colour",)),
        ("什么牌子都行", ("brand",)),
        ("价格无所谓", ("price",)),
        ("不限评分", ("rating",)),
        ("有什么颜色", ()),
        ("what colours are there", ()),
    ],
)
def test_what_no_longer_matters_is_dropped(text, drop):
    assert parse(text).drop == drop


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4 stars and up", 4.0),
        ("rated at least 4.5 stars", 4.5),
        ("5-star", 5.0),
        ("well rated phone", 4.0),
        ("phone", None),
        ("四星以上", 4.0),
        ("4.5分以上", 4.5),
        ("评分4以上", 4.0),
        ("不低于四星", 4.0),
        ("评价好的", 4.0),
    ],
)
def test_ratings_are_read(text, rating):
    assert parse(text).rating_min == rating


def test_stock_sale_and_quantity_are_read():
    both = parse("two of them, in stock and on sale")
    assert (both.quantity, both.in_stock, both.on_sale) == (2, True, True)
    chinese = parse("来三双打折的有货的鞋")
    assert (chinese.quantity, chinese.in_stock, chinese.on_sale) == (3, True, True)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("I'm looking for a warm jacket under 100", "warm jacket"),
        ("phone with a good camera, not black", "phone good camera"),
        ("show me something cheaper", ""),
        ("any colour is fine", ""),
        ("I don't want red", ""),
        ("tent for camping in winter, max 200", "tent camping winter"),
        ("我想买一款拍照好的手机，500元以下", "拍照好的手机"),
        ("不要黑色的手机", "手机"),
        ("便宜一点", ""),
        ("想要一个适合露营的帐篷", "适合露营的帐篷"),
    ],
)
def test_the_query_keeps_what_is_not_understood(text, query):
    assert parse(text).query == query


def test_spans_point_at_their_words_in_the_order_of_the_text():
    text = "a red jacket under $50, not wool, cheapest first"
    assert [(span.key, span.text) for span in parse(text).spans] == [
        ("include.colour", "red"),
        ("include.category", "jacket"),
        ("price", "under $50"),
        ("exclude.material", "wool"),
        ("sort", "cheapest first"),
    ]
    assert all(text[span.start : span.end] == span.text for span in parse(text).spans)


SHOP = Vocabulary(
    {
        "类目": [
            FacetValue(name, 1) for name in ("袜子", "拖鞋", "耳机", "铅笔", "Wine glasses", "Monitors")
        ],
        "品牌": [FacetValue(name, 1) for name in ("小米", "索尼", "Logitech", "Dell")],
        "颜色": [FacetValue(name, 1) for name in ("黑色", "白色", "蓝色")],
        "内存": [FacetValue("256GB", 1), FacetValue("500 ml", 1)],
        "屏幕": [FacetValue("27 inch", 1)],
        "材质": [FacetValue("皮革", 1), FacetValue("棉", 1)],
        "尺码": [FacetValue("42码", 1), FacetValue("XL", 1)],
    }
)


@pytest.mark.parametrize(
    ("text", "include"),
    [
        ("小咪耳机", {"品牌": ("小米",), "类目": ("耳机",)}),
        ("索泥耳机", {"品牌": ("索尼",), "类目": ("耳机",)}),
        ("logitec headphones", {"品牌": ("Logitech",), "类目": ("耳机",)}),
        ("dill headphones", {"类目": ("耳机",)}),
        ("白袜子", {"颜色": ("白色",), "类目": ("袜子",)}),
        ("黑拖鞋", {"颜色": ("黑色",), "类目": ("拖鞋",)}),
        ("一双白袜子", {"颜色": ("白色",), "类目": ("袜子",)}),
        ("256G的", {"内存": ("256GB",)}),
        ("500毫升", {"内存": ("500 ml",)}),
        ("27英寸的显示器", {"屏幕": ("27 inch",), "类目": ("Monitors",)}),
        ("超过27英寸的显示器", {"类目": ("Monitors",)}),
        ("42码拖鞋", {"尺码": ("42码",), "类目": ("拖鞋",)}),
        ("42号的拖鞋", {"尺码": ("42码",), "类目": ("拖鞋",)}),
        ("xl码的袜子", {"尺码": ("XL",), "类目": ("袜子",)}),
        ("size XL socks", {"尺码": ("XL",), "类目": ("袜子",)}),
        ("case for my Dell", {}),
        ("a lamp for my monitor", {}),
    ],
)
def test_facets_of_any_name_are_asked_for(text, include):
    found = parse_constraints(text, SHOP)
    assert (found.include, found.exclude) == (include, {})


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("six wine glasses", 6),
        ("six black wine glasses", 6),
        ("4 monitors", 4),
        ("a dozen wine glasses", 12),
        ("half a dozen wine glasses", 6),
        ("three pairs of socks", 3),
        ("two of them", 2),
        ("三双袜子", 3),
        ("来三双白袜子", 3),
        ("一打铅笔", 12),
        ("两打铅笔", 24),
        ("one monitor", None),
        ("一双袜子", None),
        ("monitor for two people", None),
        ("the first two monitors", None),
        ("第三双", None),
        ("monitors under $200", None),
        ("27 inch monitors", None),
        ("两个人用的", None),
    ],
)
def test_quantities_are_counted_things(text, quantity):
    assert parse_constraints(text, SHOP).quantity == quantity


@pytest.mark.parametrize("text", ["six wine glasses", "three pairs of socks", "三双袜子", "一打铅笔"])
def test_what_is_counted_is_asked_for(text):
    assert list(parse_constraints(text, SHOP).include) == ["类目"]


@pytest.mark.parametrize(
    "text",
    [
        "I don't mind black",
        "wouldn't mind red",
        "not that I don't like black",
        "no objection to leather",
        "不介意黑色",
        "不反对黑色",
        "不是不喜欢黑色",
    ],
)
def test_what_is_not_minded_is_neither_wanted_nor_refused(text):
    assert (parse(text).include, parse(text).exclude) == ({}, {})


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("neither black nor white", {}, {"colour": ("black", "white")}),
        ("I'm tired of black", {}, {"colour": ("black",)}),
        ("fed up with pink", {}, {"colour": ("pink",)}),
        ("I can't stand leather", {}, {"material": ("leather",)}),
        ("allergic to wool", {}, {"material": ("wool",)}),
        ("steer clear of Lumo", {}, {"brand": ("Lumo",)}),
        ("skip the red ones", {}, {"colour": ("red",)}),
        ("no more plastic", {}, {"material": ("plastic",)}),
        ("headphones other than Lumo", {"category": ("Headphones",)}, {"brand": ("Lumo",)}),
        ("Stride or Apple but not Lumo", {"brand": ("Stride", "Apple")}, {"brand": ("Lumo",)}),
        ("a sofa without leather", {"category": ("Sofas",)}, {"material": ("leather",)}),
        ("黑的白的都不要", {}, {"colour": ("black", "white")}),
        ("黑色看腻了", {}, {"colour": ("black",)}),
        ("受不了粉色", {}, {"colour": ("pink",)}),
        ("流明不行", {}, {"brand": ("Lumo",)}),
        ("不含塑料的背包", {"category": ("Backpacks",)}, {"material": ("plastic",)}),
        ("非皮革的沙发", {"category": ("Sofas",)}, {"material": ("leather",)}),
        ("黑色太闷了，不要", {}, {"colour": ("black",)}),
    ],
)
def test_refusals_come_in_many_shapes(text, include, exclude):
    assert (parse(text).include, parse(text).exclude) == (include, exclude)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("option two", (2,)),
        ("number three", (3,)),
        ("top three", (1, 2, 3)),
        ("is 2 better than 1?", (2, 1)),
        ("1 vs 2", (1, 2)),
        ("第3款", (3,)),
        ("前三个", (1, 2, 3)),
        ("最后那个", (-1,)),
        ("my first tent", ()),
        ("last month I bought a tent", ()),
        ("second hand phone", ()),
        ("cheapest one first", ()),
        ("third-party charger", ()),
        ("forget about the second one", ()),
        ("不要第二个", ()),
        ("除了第一个", ()),
        ("第三方充电器", ()),
        ("第二天到货吗", ()),
    ],
)
def test_references_are_told_from_other_ordinals(text, references):
    assert parse(text).references == references


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("price high to low", "price_desc"),
        ("highest to lowest", "price_desc"),
        ("priciest first", "price_desc"),
        ("cheap to expensive", "price_asc"),
        ("便宜的排前面", "price_asc"),
        ("从便宜到贵", "price_asc"),
        ("价格升序", "price_asc"),
        ("best sellers", "popularity"),
        ("best-selling", "popularity"),
        ("按销量排序", "popularity"),
        ("sort by rating", "rating"),
        ("top-rated headphones", "rating"),
        ("口碑最好的", "rating"),
        ("latest models", "newest"),
        ("新款优先", "newest"),
        ("popular with kids", None),
        ("好评优先", "rating"),
    ],
)
def test_orders_go_by_many_names(text, sort):
    assert parse(text).sort == sort


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("six wine glasses", "wine glasses"),
        ("耳机，索尼的不要", "耳机"),
        ("I'm tired of black", ""),
    ],
)
def test_what_was_read_is_not_searched_for(text, rest):
    assert parse_constraints(text, SHOP).query == rest


PIECES = [
    "not ", "no ", "non-", "red", "black ", "phone ", "under ", "100", "$",
    "不要", "黑色", "的", "手机", "以内", "五百", "，", ", ", "第二个", "first ", "cheaper ", "比",
    "便宜", "4", "星", "以上", "any colour ", "除了", "\x00", "😀", "İ", "ﬁ", "多", "来",
    "soney ", "小咪", "索", "白", "袜子", "三双", "一打", "six ", "wine glasses ", "27", "英寸", "G",
    " of them", "don't mind ", "tired of ", "size ", "XL", "码", "a hundred and ", "fifty-", "HK$",
    "以下", "看腻了", "star",
]  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_any_text_is_read_and_every_span_lies_in_it(text):
    for vocabulary in (VOCABULARY, SHOP):
        for span in parse_constraints(text, vocabulary).spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == span.text


def test_what_is_looked_for_is_the_thing_and_not_its_purpose():
    vocabulary = Vocabulary({"category": [FacetValue("Backpacks", 3)]})
    assert parse_constraints("I'm looking for a backpack", vocabulary).include == {"category": ("Backpacks",)}
    assert parse_constraints("a strap for a backpack", vocabulary).include == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("带花的就不要了", "花"),
        ("卡通的算了", "卡通"),
        ("the frilly ones are out", "frilly"),
        ("沉甸甸的我不喜欢", "沉甸甸"),
    ],
)
def test_words_before_a_refusal_are_refused(text, words):
    assert parse_constraints(text, VOCABULARY).lacking == (words,)


@pytest.mark.parametrize("text", ["这个不要了", "贵的不要", "都不要"])
def test_what_names_nothing_refuses_no_words(text):
    assert parse_constraints(text, VOCABULARY).lacking == ()


@pytest.mark.parametrize(
    "text", ["under 20 tho", "below 20 mate", "haha under 20 innit", "20 块以内哈", "算了，20以内呗"]
)
def test_words_of_chat_are_not_searched_for(text):
    assert parse_constraints(text, VOCABULARY).query == ""


def test_a_kind_that_describes_another_is_not_wanted():
    assert parse_constraints("手机拍照用的帐篷", VOCABULARY).include == {"category": ("Tents",)}
    assert set(parse_constraints("耳机和背包", VOCABULARY).include["category"]) == {"Headphones", "Backpacks"}


@pytest.mark.parametrize("text", ["按价格从低到高排一下", "从便宜到贵排", "按照价格由低到高"])
def test_an_order_leaves_no_words_behind(text):
    now = parse_constraints(text, VOCABULARY)
    assert (now.sort, now.query) == ("price_asc", "")
