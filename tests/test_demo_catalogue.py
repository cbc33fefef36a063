from collections import Counter
from pathlib import Path

import pytest

from index.demo import generate
from index.readers import Catalogue, read_catalogue
from index.text import has_han, is_chinese


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    return read_catalogue(generate.CATALOGUE)


def test_the_committed_file_is_what_the_lines_compose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = generate.CATALOGUE.read_bytes()
    monkeypatch.setattr(generate, "CATALOGUE", tmp_path / "catalogue.jsonl")
    generate.main()
    assert (tmp_path / "catalogue.jsonl").read_bytes() == committed, "run: python -m index.demo.generate"
    assert capsys.readouterr().out.endswith(f": {len(committed.splitlines())} products\n")


def test_reading_the_file_gives_the_composed_products(demo: Catalogue) -> None:
    assert demo.errors == ()
    composed = generate.catalogue()
    assert [product.id for product in demo.products] == [product.id for product in composed]
    for read, made in zip(demo.products, composed, strict=True):
        assert read.model_copy(update={"facets": made.facets}) == made
        assert made.facets.items() <= read.facets.items()


def test_there_is_enough_to_shop_in(demo: Catalogue) -> None:
    departments = Counter(product.category[0] for product in demo.products)
    assert len(departments) >= 12
    assert min(departments.values()) >= 20
    assert 1100 <= len(demo.products) <= 1400


def test_every_product_can_be_shown_in_both_languages(demo: Catalogue) -> None:
    for product in demo.products:
        assert product.language == "en"
        assert not is_chinese(product.title), product.id  # an edition may be called 中文
        for chinese in (
            product.title_in("zh"),
            product.description_in("zh"),
            *product.facet_in("category", "zh"),
        ):
            assert has_han(chinese), (product.id, chinese)
        assert len(product.facet_in("category", "zh")) == len(product.category) == 2
        assert len(product.attributes_in("zh")) == len(product.attributes) > 0, product.id


def test_every_product_has_a_price_a_maker_and_a_drawing(demo: Catalogue) -> None:
    for product in demo.products:
        assert product.price is not None and product.price > 0, product.id
        assert product.currency == "USD"
        assert product.brand and product.kind and product.released, product.id


def test_some_products_are_sold_out_and_some_are_on_sale(demo: Catalogue) -> None:
    sold_out = [product for product in demo.products if product.stock == 0]
    on_sale = [product for product in demo.products if product.on_sale]
    assert all(product.stock is not None for product in demo.products)
    assert 0.03 < len(sold_out) / len(demo.products) < 0.15
    assert 0.03 < len(on_sale) / len(demo.products) < 0.5


def test_variants_of_a_family_share_everything_but_their_option(demo: Catalogue) -> None:
    families: dict[str, list[str]] = {}
    for product in demo.products:
        if product.family is not None:
            families.setdefault(product.family, []).append(product.title)
    assert len(families) > 100
    for family, titles in families.items():
        assert len(titles) > 1, family
        assert len(set(titles)) == len(titles), family


def test_ratings_are_the_mean_of_the_reviews(demo: Catalogue) -> None:
    for product in demo.products:
        stars = [review.stars for review in product.reviews if review.stars is not None]
        assert product.rating_count == len(stars)
        assert product.rating == (round(sum(stars) / len(stars), 1) if stars else None)


@pytest.mark.parametrize(("key", "below"), [("a", 10), ("a", 1), ("phone:stock", 100)])
def test_draws_depend_on_the_key_alone_and_stay_below(key: str, below: int) -> None:
    assert generate.draw(key, below=below) == generate.draw(key, below=below)
    assert 0 <= generate.draw(key, below=below) < below


def test_draws_are_spread_out() -> None:
    drawn = Counter(generate.draw(f"key-{number}", below=10) for number in range(1000))
    assert sorted(drawn) == list(range(10))
    assert max(drawn.values()) < 150


def test_slugs_are_fit_for_ids() -> None:
    assert generate.slug("Navy Blue / 2-pack (L)") == "navy-blue-2-pack-l"
