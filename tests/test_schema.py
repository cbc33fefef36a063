from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from index.schema import Product, Review, Translation


def product(**facts: Any) -> Product:
    return Product.model_validate({"id": "p", "title": "Lamp", **facts})


def refused_field(**facts: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        product(**facts)
    return ".".join(map(str, refused.value.errors()[0]["loc"]))


def test_only_id_and_title_are_needed() -> None:
    lamp = product()
    assert (lamp.language, lamp.currency) == ("en", "USD")
    assert (lamp.price, lamp.stock, lamp.rating) == (None, None, None)
    assert (lamp.category, lamp.facets, lamp.rating_count, lamp.reviews) == ((), {}, 0, ())


@pytest.mark.parametrize(
    "facts",
    [
        {"id": " "},
        {"title": ""},
        {"price": "-0.01"},
        {"price": "9.999"},
        {"price": "NaN"},
        {"price": "1000000000000"},
        {"list_price": "-1"},
        {"currency": "usd"},
        {"currency": "$"},
        {"stock": -1},
        {"stock": 2**31},
        {"rating": 0.5},
        {"rating": 5.1},
        {"rating_count": -1},
        {"rating_count": 2**31},
        {"brand": ""},
        {"language": "fr"},
        {"released": "yesterday"},
        {"colour": "red"},
    ],
)
def test_a_wrong_value_is_refused_by_name(facts: dict[str, Any]) -> None:
    assert refused_field(**facts) == next(iter(facts))


@pytest.mark.parametrize("stars", [0, 6])
def test_review_stars_go_from_one_to_five(stars: int) -> None:
    with pytest.raises(ValidationError):
        Review(text="good", stars=stars)


@pytest.mark.parametrize("facet", ["brand", "category"])
def test_brand_and_category_are_fields_and_no_facets(facet: str) -> None:
    with pytest.raises(ValidationError, match="use the field of that name"):
        product(facets={facet: ["x"]})


def test_a_product_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        product().price = Decimal(1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("price", "list_price", "on_sale"),
    [("8", "10", True), ("10", "10", False), ("12", "10", False), (None, "10", False), ("8", None, False)],
)
def test_on_sale_means_below_the_list_price(price: str | None, list_price: str | None, on_sale: bool) -> None:
    assert product(price=price, list_price=list_price).on_sale is on_sale


@pytest.mark.parametrize(("stock", "available"), [(None, True), (0, False), (1, True)])
def test_unknown_stock_counts_as_available(stock: int | None, available: bool) -> None:
    assert product(stock=stock).available is available


def test_brand_and_every_category_level_are_facet_values() -> None:
    lamp = product(brand="Halo", category=["Home", "Lamps"], facets={"colour": ["white"], "size": []})
    assert lamp.all_facets() == {"brand": ("Halo",), "category": ("Home", "Lamps"), "colour": ("white",)}
    assert product().all_facets() == {}


def test_aliases_pair_translated_facet_values_with_the_products_own() -> None:
    lamp = product(
        brand="Halo",
        category=["Home", "Lamps"],
        facets={"colour": ["white", "black"]},
        translations={
            "zh": Translation(
                title="台灯",
                category=("家居", "灯具"),
                facets={"brand": ("光环",), "colour": ("白色",), "size": ("大",)},
            )
        },
    )
    assert sorted(lamp.facet_aliases()) == [
        ("brand", "Halo", "光环"),
        ("category", "Home", "家居"),
        ("category", "Lamps", "灯具"),
        ("colour", "white", "白色"),
    ]


def test_texts_come_in_the_asked_language_and_fall_back_part_by_part() -> None:
    lamp = product(
        description="Warm light.",
        category=["Home", "Lamps"],
        brand="Halo",
        facets={"colour": ["white"]},
        attributes={"power": "9 W"},
        translations={"zh": Translation(title="台灯", facets={"colour": ("白色",)})},
    )
    assert (lamp.title_in("zh"), lamp.title_in("en")) == ("台灯", "Lamp")
    assert lamp.description_in("zh") == "Warm light."
    assert lamp.attributes_in("zh") == {"power": "9 W"}
    assert (lamp.facet_in("colour", "zh"), lamp.facet_in("colour", "en")) == (("白色",), ("white",))
    assert (lamp.facet_in("category", "zh"), lamp.facet_in("brand", "zh")) == (("Home", "Lamps"), ("Halo",))
    assert lamp.facet_in("size", "zh") == ()


def test_translated_description_attributes_and_category_are_used() -> None:
    lamp = product(
        description="Warm light.",
        category=["Home"],
        attributes={"power": "9 W"},
        translations={
            "zh": Translation(
                title="台灯", description="暖光。", category=("家居",), attributes={"功率": "9 W"}
            )
        },
    )
    assert lamp.description_in("zh") == "暖光。"
    assert lamp.attributes_in("zh") == {"功率": "9 W"}
    assert lamp.facet_in("category", "zh") == ("家居",)


def test_a_product_survives_its_own_json(catalogue: tuple[Product, ...]) -> None:
    for item in catalogue:
        assert Product.model_validate_json(item.model_dump_json(exclude_defaults=True)) == item
