import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from index.errors import CatalogueError, ConfigError
from index.readers import Catalogue, ReadOptions, read_catalogue
from index.schema import Product, Review

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows(*items: dict[str, Any]) -> str:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n"


def only(catalogue: Catalogue) -> Product:
    assert catalogue.errors == ()
    (product,) = catalogue.products
    return product


def ids(catalogue: Catalogue) -> list[str]:
    return [product.id for product in catalogue.products]


def problems(catalogue: Catalogue) -> list[tuple[int | None, str | None, str]]:
    return [(error.line, error.field, error.reason) for error in catalogue.errors]


# -- formats -----------------------------------------------------------------------------------------

LAMP = Product(id="1", title="Desk, lamp", price=Decimal("25.50"))
MUG = Product(id="2", title="马克杯", language="zh", price=Decimal("8.00"))
OBJECTS = [{"id": 1, "title": "Desk, lamp", "price": 25.5}, {"id": 2, "title": "马克杯", "price": "8"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'id,title,price\n1,"Desk, lamp",25.5\n2,马克杯,8\n'),
        ("windows.csv", '\ufeffid,title,price\r\n1,"Desk, lamp",25.5\r\n\r\n2,马克杯,8\r\n'),
        ("UPPER.CSV", 'ID,Title,PRICE\n1,"Desk, lamp",25.5\n2,马克杯,8'),
        ("semicolon.csv", "id;title;price\n1;Desk, lamp;25.5\n2;马克杯;8\n"),
        ("a.tsv", "id\ttitle\tprice\n1\tDesk, lamp\t25.5\n2\t马克杯\t8\n"),
        ("pipe.txt", "id|title|price\n1|Desk, lamp|25.5\n2|马克杯|8\n"),
        ("a.jsonl", rows(*OBJECTS)),
        ("blank lines.jsonl", "\n" + rows(*OBJECTS).replace("\n", "\r\n\r\n")),
        ("bom.jsonl", "\ufeff" + rows(*OBJECTS)),
        ("array.json", json.dumps(OBJECTS)),
        ("pretty.json", json.dumps(OBJECTS, indent=2, ensure_ascii=False)),
        ("array.jsonl", json.dumps(OBJECTS)),
        ("a.csv.gz", gzip.compress('id,title,price\n1,"Desk, lamp",25.5\n2,马克杯,8\n'.encode())),
        ("a.jsonl.gz", gzip.compress(rows(*OBJECTS).encode())),
        ("no ending", rows(*OBJECTS)),
    ],
)
def test_every_format_gives_the_same_products(write: Write, name: str, content: str | bytes) -> None:
    assert read_catalogue(write(name, content)) == Catalogue((LAMP, MUG), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_understood_in_any_utf_8(write: Write, encoding: str) -> None:
    path = write("a.jsonl", "\ufeff" + rows(*OBJECTS))
    assert ids(read_catalogue(path, ReadOptions(encoding=encoding))) == ["1", "2"]


def test_a_named_encoding_is_used(write: Write) -> None:
    path = write("gb.csv", "编号,名称\n7,红色连衣裙\n".encode("gb18030"))
    product = only(read_catalogue(path, ReadOptions(encoding="gb18030")))
    assert (product.id, product.title) == ("7", "红色连衣裙")


def test_a_quoted_cell_may_hold_line_breaks_and_quotes(write: Write) -> None:
    path = write("a.csv", 'id,title,description\n1,Lamp,"Warm ""light"".\nBright."\n2,Mug,\n')
    catalogue = read_catalogue(path)
    assert ids(catalogue) == ["1", "2"]
    assert catalogue.products[0].description == 'Warm "light". Bright.'


# -- which column is what ----------------------------------------------------------------------------


def test_columns_are_found_by_their_usual_names(write: Write) -> None:
    path = write(
        "shop.csv",
        "SKU,Product Name,Body,Vendor,Product Type,Retail Price,MSRP,Currency Code,Inventory,Avg Rating,"
        "Review Count,Sold,Release Date,Item Group ID,Image URL,Link\n"
        "A-1,Desk lamp,Warm light.,Halo,Home > Lamps,25.50,30,eur,12,4.5,"
        "7,300,2024-05-06T10:00:00,lamps,https://x/i.jpg,https://x/p\n",
    )
    assert only(read_catalogue(path)).model_dump(exclude_defaults=True, mode="json") == {
        "id": "A-1",
        "title": "Desk lamp",
        "description": "Warm light.",
        "brand": "Halo",
        "category": ["Home", "Lamps"],
        "price": "25.50",
        "list_price": "30.00",
        "currency": "EUR",
        "stock": 12,
        "rating": 4.5,
        "rating_count": 7,
        "popularity": 300.0,
        "released": "2024-05-06",
        "family": "lamps",
        "image": "https://x/i.jpg",
        "url": "https://x/p",
    }


def test_chinese_columns_are_found(write: Write) -> None:
    path = write(
        "商品.csv",
        "商品编号,商品名称,描述,品牌,类目,售价,原价,币种,库存,评分,销量,颜色,材质,尺码\n"
        "88,纯棉T恤,柔软透气,棉语,服装/上衣,¥59.9,99,CNY,5,4.8,1200,红色、白色,纯棉,L\n",
    )
    assert only(read_catalogue(path)).model_dump(exclude_defaults=True, mode="json") == {
        "id": "88",
        "title": "纯棉T恤",
        "language": "zh",
        "description": "柔软透气",
        "brand": "棉语",
        "category": ["服装", "上衣"],
        "price": "59.90",
        "list_price": "99.00",
        "currency": "CNY",
        "stock": 5,
        "rating": 4.8,
        "popularity": 1200.0,
        "facets": {"colour": ["红色", "白色"], "material": ["纯棉"], "size": ["L"]},
        "attributes": {"颜色": "红色、白色", "材质": "纯棉", "尺码": "L"},
    }


def test_the_first_filled_of_several_candidates_is_used(write: Write) -> None:
    path = write("a.jsonl", rows({"id": "1", "title": "Lamp", "price": "", "sale_price": 9, "unit_price": 7}))
    assert only(read_catalogue(path)).price == 9


@pytest.mark.parametrize("column", ["sale_price", "Sale Price"])
def test_a_second_candidate_of_a_field_does_not_become_an_attribute(write: Write, column: str) -> None:
    path = write("a.jsonl", rows({"id": "1", "title": "Lamp", "price": 9, column: 7}))
    product = only(read_catalogue(path))
    assert (product.price, product.attributes) == (9, {})


def test_other_columns_are_kept_as_attributes_but_no_links_codes_or_flags(write: Write) -> None:
    row = {
        "id": "1",
        "title": "Lamp",
        "attr_t_power": "9 W",
        "bulb_type": "LED",
        "dimmable": True,
        "length": 40.0,
        "is_new": True,
        "img_200x200": "x",
        "manual": "https://x/manual.pdf",
        "empty": "",
        "nested": {"a": 1},
    }
    product = only(read_catalogue(write("a.jsonl", rows(row))))
    assert product.attributes == {"power": "9 W", "bulb type": "LED", "dimmable": "yes", "length": "40"}


def test_given_attributes_and_facets_may_be_json_in_a_cell(write: Write) -> None:
    path = write(
        "a.csv",
        "id;title;attributes;facets;reviews\n"
        '1;Lamp;"{""power"": ""9 W"", ""modes"": [1, 2], ""note"": null}";"{""colour"": [""red"", ""red""]}";'
        '"[{""text"": ""ok"", ""stars"": 4}, {""body"": ""fine""}, ""short"", {""text"": """"}]"\n',
    )
    product = only(read_catalogue(path))
    assert product.attributes == {"power": "9 W", "modes": "1, 2"}
    assert product.facets == {"colour": ("red",)}
    assert product.reviews == (Review(text="ok", stars=4), Review(text="fine"), Review(text="short"))


def test_colour_material_and_size_become_facets_by_themselves(write: Write) -> None:
    row = {"id": "1", "title": "Shirt", "color": "Red / White", "materials": ["cotton"], "SIZE": "L"}
    product = only(read_catalogue(write("a.jsonl", rows(row))))
    assert product.facets == {"colour": ("Red", "White"), "size": ("L",)}


def test_a_long_text_is_no_facet_value(write: Write) -> None:
    row = {"id": "1", "title": "Shirt", "colour": "x" * 61, "size": "y" * 60}
    assert only(read_catalogue(write("a.jsonl", rows(row)))).facets == {"size": ("y" * 60,)}


def test_map_overrides_the_automatic_choice(write: Write) -> None:
    path = write("a.csv", "id,title,price,member_price\n1,Lamp,30,25\n")
    product = only(read_catalogue(path, ReadOptions(columns={"price": "member_price"})))
    assert (product.price, product.attributes) == (25, {})


def test_facet_makes_a_column_filterable(write: Write) -> None:
    path = write("a.csv", 'id,title,tint,color\n1,Lamp,"warm, cold",red\n2,Mug,,\n')
    catalogue = read_catalogue(path, ReadOptions(facets={"colour": "tint"}))
    assert [product.facets for product in catalogue.products] == [{"colour": ("warm", "cold")}, {}]


def test_ignored_columns_are_left_out(write: Write) -> None:
    row = {"id": "1", "title": "Lamp", "brand": "x", "note": "y", "reviews": [{"text": "ok", "stars": 9}]}
    options = ReadOptions(ignore=frozenset({"brand", "note", "reviews.stars"}))
    product = only(read_catalogue(write("a.jsonl", rows(row)), options))
    assert (product.brand, product.attributes, product.reviews) == (None, {}, (Review(text="ok"),))


def test_a_mapped_column_that_no_row_has_lists_the_columns(write: Write) -> None:
    path = write("a.csv", "id,title,cost\n1,Lamp,3\n")
    with pytest.raises(ConfigError, match="no column 'prix'; the file has cost, id, title"):
        read_catalogue(path, ReadOptions(columns={"price": "prix"}))
    with pytest.raises(ConfigError, match="no column 'tint'"):
        read_catalogue(path, ReadOptions(facets={"colour": "tint"}))


def test_mapping_an_unknown_field_lists_the_fields(write: Write) -> None:
    with pytest.raises(ConfigError, match="--map: there is no field 'cost'; use id, title"):
        read_catalogue(write("a.csv", "id,title\n1,Lamp\n"), ReadOptions(columns={"cost": "title"}))


def test_an_unknown_encoding_is_a_config_error(write: Write) -> None:
    with pytest.raises(ConfigError, match="no encoding 'latin-99'"):
        read_catalogue(write("a.csv", "id,title\n1,Lamp\n"), ReadOptions(encoding="latin-99"))


# -- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("25", "25"),
        (25.999, "26"),
        ("1,299", "1299"),
        ("12,345,678.90", "12345678.90"),
        ("$19.99", "19.99"),
        ("$1,299.00", "1299"),
        ("￥ 39.9", "39.90"),
        (0, None),
        ("0.00", None),
        ("", None),
        (None, None),
    ],
)
def test_prices_are_exact_and_zero_means_unknown(write: Write, written: Any, price: str | None) -> None:
    product = only(read_catalogue(write("a.jsonl", rows({"id": "1", "title": "Lamp", "price": written}))))
    assert product.price == (None if price is None else Decimal(price))


def test_price_scale_turns_cents_into_units_exactly(write: Write) -> None:
    path = write("a.csv", "id,title,price,list_price\n1,Lamp,1999,2905\n")
    product = only(read_catalogue(path, ReadOptions(price_scale=Decimal("0.01"))))
    assert (str(product.price), str(product.list_price)) == ("19.99", "29.05")


@pytest.mark.parametrize("scale", ["0", "-1", "NaN", "Infinity"])
def test_a_price_scale_that_makes_no_price_is_refused(write: Write, scale: str) -> None:
    with pytest.raises(ConfigError, match="--price-scale"):
        read_catalogue(write("a.csv", "id,title\n1,Lamp\n"), ReadOptions(price_scale=Decimal(scale)))


def test_the_option_gives_the_currency_of_rows_that_do_not_say(write: Write) -> None:
    path = write("a.csv", "id,title,currency\n1,Lamp,\n2,Mug,cny\n")
    catalogue = read_catalogue(path, ReadOptions(currency="EUR"))
    assert [product.currency for product in catalogue.products] == ["EUR", "CNY"]


def test_the_language_of_a_row_is_seen_from_its_words_unless_it_is_given(write: Write) -> None:
    catalogue = read_catalogue(
        write(
            "a.csv",
            "id,title,description,language\n"
            "1,Lamp,,\n"
            "2,台灯,,\n"
            "3,Fu 福 mug,A mug with one character.,\n"
            "4,iPhone 15 Pro,全新旗舰手机,\n"
            "5,福,,en\n",
        )
    )
    assert [product.language for product in catalogue.products] == ["en", "zh", "en", "zh", "en"]


def test_translations_are_read(write: Write) -> None:
    row = {"id": "1", "title": "Lamp", "translations": {"zh": {"title": "台灯", "category": ["家居"]}}}
    assert only(read_catalogue(write("a.jsonl", rows(row)))).title_in("zh") == "台灯"


def test_a_numeric_id_is_kept_even_when_it_is_zero(write: Write) -> None:
    assert ids(read_catalogue(write("a.jsonl", rows({"id": 0, "title": "A"}, {"id": 7, "title": "B"})))) == [
        "0",
        "7",
    ]


def test_rows_without_an_id_get_the_same_one_on_every_reading(write: Write) -> None:
    path = write("a.csv", "title,brand\nLamp,Halo\nLamp,Verra\n")
    first, second = ids(read_catalogue(path)), ids(read_catalogue(path))
    assert first == second
    assert len(set(first)) == 2
    assert all(len(key) == 12 for key in first)


def test_texts_lose_control_and_direction_characters(write: Write) -> None:
    product = only(read_catalogue(write("a.jsonl", rows({"id": "1", "title": "La\u202emp\x00  x"}))))
    assert product.title == "La mp x"


# -- refused rows ------------------------------------------------------------------------------------

NO_UNICODE = "Input should be a valid string, unable to parse raw data as a unicode string"


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ({"title": ""}, "title", "is missing"),
        ({"price": "-3"}, "price", "'-3' is below zero"),
        ({"price": "NaN"}, "price", "'NaN' is no number"),
        ({"price": "Infinity"}, "price", "'Infinity' is no number"),
        ({"price": "on request"}, "price", "'on request' is no number"),
        ({"price": "12,50"}, "price", "'12,50' is no number"),
        ({"price": "1e30"}, "price", "'1e30' is too large"),
        ({"list_price": "-1"}, "list_price", "'-1' is below zero"),
        ({"stock": "-1"}, "stock", "Input should be greater than or equal to 0"),
        ({"stock": "99999999999999999999"}, "stock", "Input should be less than 2147483648"),
        ({"stock": "many"}, "stock", "'many' is no number"),
        ({"rating": "11"}, "rating", "Input should be less than or equal to 5"),
        ({"currency": "dollars"}, "currency", "String should match pattern '^[A-Z]{3}$'"),
        ({"facets": ["red"]}, "facets", "is no mapping of names to values"),
        (
            {"facets": {"brand": "x"}},
            None,
            "Value error, facets may not hold ['brand']: use the field of that name",
        ),
        ({"attributes": "heavy"}, "attributes", "is no mapping of names to values"),
        ({"reviews": [5]}, "reviews", "holds something that is no review"),
        (
            {"reviews": [{"text": "x", "stars": 6}]},
            "reviews.0.stars",
            "Input should be less than or equal to 5",
        ),
        ({"translations": {"fr": {"title": "x"}}}, "translations.fr.[key]", "Input should be 'en' or 'zh'"),
        ({"title": "half\ud83d"}, "title", NO_UNICODE),
        ({"title": "half\ud83d", "id": None}, "title", NO_UNICODE),
    ],
)
def test_a_row_with_a_wrong_value_is_reported_and_the_rest_is_kept(
    write: Write, bad: dict[str, Any], field: str | None, reason: str
) -> None:
    lines = [{"id": "1", "title": "Lamp"}, {"id": "2", "title": "Mug"} | bad, {"id": "3", "title": "Jug"}]
    path = write("a.jsonl", "\n".join(map(json.dumps, lines)))
    catalogue = read_catalogue(path)
    assert ids(catalogue) == ["1", "3"]
    assert problems(catalogue) == [(2, field or "", reason)]
    assert str(catalogue.errors[0]) == ": ".join(filter(None, [f"{path}:2", field, reason]))


def test_an_id_used_twice_keeps_the_first_row(write: Write) -> None:
    catalogue = read_catalogue(write("a.csv", "id,title\n1,Lamp\n2,Mug\n1,Other\n"))
    assert [product.title for product in catalogue.products] == ["Lamp", "Mug"]
    assert problems(catalogue) == [(4, "id", "'1' was used before")]


def test_broken_json_in_a_cell_names_the_field(write: Write) -> None:
    path = write(
        "a.tsv",
        "id\ttitle\tattributes\tfacets\treviews\n"
        '1\tLamp\t{"power": \t\t\n'
        "2\tMug\t\t{red}\t\n"
        "3\tJug\t\t\t[1\n"
        "4\tCup\t\t\t\n",
    )
    catalogue = read_catalogue(path)
    assert ids(catalogue) == ["4"]
    assert problems(catalogue) == [
        (2, "attributes", "broken JSON: Expecting value"),
        (3, "facets", "broken JSON: Expecting property name enclosed in double quotes"),
        (4, "reviews", "broken JSON: Expecting ',' delimiter"),
    ]


def test_a_row_with_too_few_or_too_many_cells_is_reported_by_its_first_line(write: Write) -> None:
    path = write("a.csv", 'id,title,note\n1,Lamp,"two\nlines"\n2,Mug\n\n3,Jug,x,y\n4,Cup,z\n')
    catalogue = read_catalogue(path)
    assert ids(catalogue) == ["1", "4"]
    assert problems(catalogue) == [
        (4, None, "has 2 cells where the header has 3"),
        (6, None, "has 4 cells where the header has 3"),
    ]


def test_a_wrongly_quoted_row_does_not_take_the_rest_with_it(write: Write) -> None:
    catalogue = read_catalogue(write("a.csv", 'id,title\n1,Lamp\n2,"27" monitor"\n3,Mug\n'))
    assert ids(catalogue) == ["1", "3"]
    assert problems(catalogue) == [(3, None, "broken CSV: ',' expected after '\"'")]


def test_a_quote_that_is_never_closed_is_reported_where_it_opens(write: Write) -> None:
    catalogue = read_catalogue(write("a.csv", 'id,title\n1,Lamp\n2,"Mug\n3,Jug\n'))
    assert ids(catalogue) == ["1"]
    assert problems(catalogue) == [(3, None, "broken CSV: unexpected end of data")]


def test_a_half_written_jsonl_file_keeps_its_whole_lines(write: Write) -> None:
    catalogue = read_catalogue(write("a.jsonl", rows(*OBJECTS) + '{"id": 3, "tit'))
    assert ids(catalogue) == ["1", "2"]
    assert problems(catalogue) == [(3, None, "broken JSON: Unterminated string starting at")]


def test_a_line_that_is_no_object_is_reported(write: Write) -> None:
    catalogue = read_catalogue(write("a.jsonl", '"text"\n17\n' + rows(OBJECTS[0])))
    assert ids(catalogue) == ["1"]
    assert problems(catalogue) == [(1, None, "is no JSON object"), (2, None, "is no JSON object")]


@pytest.mark.parametrize(
    ("rest", "line", "reason"),
    [
        (",\n", 4, "the list is not closed: the file is cut off"),
        ("", 3, "the list is not closed: the file is cut off"),
        (',\n{"id": 3, "tit', 4, "broken JSON: Unterminated string starting at; the rest was not read"),
        (",\n17]", 4, "is no JSON object"),
    ],
)
def test_a_half_written_array_keeps_its_whole_objects(
    write: Write, rest: str, line: int, reason: str
) -> None:
    whole = "[\n" + ",\n".join(map(json.dumps, OBJECTS))
    catalogue = read_catalogue(write("a.json", whole + rest))
    assert ids(catalogue) == ["1", "2"]
    assert problems(catalogue) == [(line, None, reason)]


# -- refused files -----------------------------------------------------------------------------------


def refusal(path: Path) -> CatalogueError:
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(path)
    assert refused.value.path == path
    assert str(refused.value).startswith(str(path))
    return refused.value


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "absent.csv").reason


def test_a_folder_is_no_catalogue(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path).reason


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff", gzip.compress(b"")])
def test_an_empty_file_is_refused(write: Write, content: str | bytes) -> None:
    assert refusal(write("a.csv", content)).reason == "is empty; nothing was changed"


@pytest.mark.parametrize("content", ["id,title\n", "[]", "[\n]"])
def test_a_file_without_products_is_refused(write: Write, content: str) -> None:
    name = "a.json" if content.startswith("[") else "a.csv"
    assert refusal(write(name, content)).reason == "holds no readable product; nothing was changed."


def test_a_file_of_refused_rows_quotes_the_first_problem(write: Write) -> None:
    path = write("a.csv", "id,title,price\n1,Lamp,-1\n2,Mug,-2\n")
    assert f"The first problem: {path}:2: price: '-1' is below zero" in refusal(path).reason


def test_a_broken_header_is_not_replaced_by_the_next_row(write: Write) -> None:
    path = write("a.csv", 'id,"ti"tle\nid,title\n1,Lamp\n')
    assert f"The first problem: {path}:1: broken CSV" in refusal(path).reason


def test_gb18030_read_as_utf_8_names_the_line_and_the_option(write: Write) -> None:
    error = refusal(write("a.csv", "id,title\n1,Lamp\n2,红色\n".encode("gb18030")))
    assert error.line == 3
    assert error.reason.startswith("is not utf-8 text; save it as UTF-8, or name its encoding")
    assert "--encoding gb18030" in error.reason


def test_a_cut_off_gzip_file_is_refused(write: Write) -> None:
    data = gzip.compress(rows(*OBJECTS).encode())
    assert "cannot be read" in refusal(write("a.jsonl.gz", data[:-12])).reason


def test_a_damaged_gzip_file_is_refused(write: Write) -> None:
    data = bytearray(gzip.compress(rows(*OBJECTS).encode()))
    data[10] = 0xFF  # the first byte of the deflate stream: a block type that does not exist
    assert "cannot be read" in refusal(write("a.jsonl.gz", bytes(data))).reason


def test_the_sign_of_a_price_names_its_currency(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text("id,name,price\n1,Scarf,€29.90\n2,Cap,£12\n3,Mug,$5\n4,Pen,7\n", encoding="utf-8")
    products = read_catalogue(path, ReadOptions(currency="CAD")).products
    assert [product.currency for product in products] == ["EUR", "GBP", "CAD", "CAD"]
