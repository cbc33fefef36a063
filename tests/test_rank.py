from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.history import Profile
from assistant.rank import LEVEL_WEIGHT, RELEVANCE_POWER, REPEAT_PENALTY, rerank
from index.schema import Product
from index.search import Hit


def hit(key: str, score: float, brand: str | None = None, price: str | None = None) -> Hit:
    return Hit(
        Product(id=key, title=key, brand=brand, price=None if price is None else Decimal(price)), score
    )


def order(*args, **options) -> list[str]:
    return [item.hit.product.id for item in rerank(*args, **options)]


HITS = [hit("a", 1.0, "A"), hit("b", 0.9, "B"), hit("c", 0.8, "C")]


def test_an_empty_profile_keeps_the_order_of_different_brands():
    ranked = rerank(HITS, Profile())
    assert [item.hit for item in ranked] == HITS
    assert [item.score for item in ranked] == [h.score**RELEVANCE_POWER for h in HITS]


def test_a_liked_brand_moves_up():
    taste = Profile(affinities={("brand", "c"): 1.0}, causes={("brand", "c"): "C one"})
    ranked = rerank(HITS, taste, weight=0.6)
    assert [item.hit.product.id for item in ranked] == ["c", "a", "b"]
    assert ranked[0].cause == ("brand", "c")
    relevance = 0.8**RELEVANCE_POWER
    assert ranked[0].terms == {"relevance": relevance, "affinity": 1.3, "price_level": 1.0, "diversity": 1.0}
    assert ranked[0].score == pytest.approx(relevance * 1.3)


def test_a_disliked_product_goes_down():
    assert order(HITS, Profile(disliked=frozenset({"a"}))) == ["b", "c", "a"]
    assert rerank(HITS, Profile(disliked=frozenset({"a"})), weight=1.0)[-1].score == 0


def test_weight_0_ignores_the_profile():
    taste = Profile(affinities={("brand", "c"): 1.0}, disliked=frozenset({"a"}))
    assert order(HITS, taste, weight=0.0) == ["a", "b", "c"]


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_a_weight_outside_0_to_1_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        rerank(HITS, Profile(), weight=weight)


def test_repeats_of_a_brand_make_room_for_another():
    hits = [hit("a1", 1.0, "A"), hit("a2", 0.99, "A"), hit("a3", 0.98, "A"), hit("b", 0.8, "B")]
    ranked = rerank(hits, Profile())
    assert [item.hit.product.id for item in ranked] == ["a1", "a2", "b", "a3"]
    assert [item.terms["diversity"] for item in ranked] == pytest.approx(
        [1, REPEAT_PENALTY, 1, REPEAT_PENALTY**2]
    )


def test_products_without_a_brand_are_no_repeats():
    hits = [hit("x", 0.9), hit("y", 0.89), hit("z", 0.88)]
    assert [item.terms["diversity"] for item in rerank(hits, Profile())] == [1, 1, 1]


def test_cheap_puts_lower_prices_first_and_removes_nothing():
    hits = [hit("dear", 1.0, "A", "90"), hit("unknown", 0.95, "B"), hit("cheap", 0.9, "C", "10")]
    ranked = rerank(hits, Profile(), price_level="low")
    assert [item.hit.product.id for item in ranked] == ["cheap", "dear", "unknown"]
    assert ranked[0].terms["price_level"] == 1 + LEVEL_WEIGHT
    assert order(hits, Profile(), price_level="high") == ["dear", "unknown", "cheap"]


def test_prices_that_are_all_the_same_say_nothing():
    hits = [hit("a", 1.0, "A", "10"), hit("b", 0.9, "B", "10")]
    assert [item.terms["price_level"] for item in rerank(hits, Profile(), price_level="low")] == [1, 1]


def test_no_hits_give_no_ranking():
    assert rerank([], Profile(), price_level="low") == []


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1), st.sampled_from([None, "A", "B"]), st.sampled_from([None, "5", "9"])),
        max_size=12,
    ),
    st.floats(0, 1),
    st.sampled_from([None, "low", "high"]),
)
def test_reranking_is_a_permutation_with_scores_that_are_the_product_of_the_terms(rows, weight, level):
    hits = [hit(str(at), *row) for at, row in enumerate(rows)]
    taste = Profile(affinities={("brand", "a"): 0.7}, disliked=frozenset({"0"}))
    ranked = rerank(hits, taste, weight=weight, price_level=level)
    assert sorted(item.hit.product.id for item in ranked) == sorted(h.product.id for h in hits)
    for item in ranked:
        product = 1.0
        for term in item.terms.values():
            product *= term
        assert item.score == pytest.approx(product)
