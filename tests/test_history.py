from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from assistant.history import HALF_LIFE_DAYS, Event, History, Profile, make_profile
from index.errors import StoreError
from index.schema import Product
from index.store import CatalogueStore, Digests

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def product(key: str, brand: str | None = None, **facts) -> Product:
    return Product(id=key, title=f"Title {key}", brand=brand, price=Decimal(10), **facts)


def profile(*events: tuple[str, Product, float]) -> Profile:
    """From (kind, product, age in days), the newest first."""
    return make_profile(
        [(Event(item.id, kind, NOW - timedelta(days=age)), item) for kind, item, age in events], now=NOW
    )


@pytest.fixture
def store(tmp_path) -> CatalogueStore:
    store = CatalogueStore.create(f"sqlite:///{tmp_path / 'history.db'}")
    store.upsert(
        [product("a", "Halo"), product("b", "Stride")], {"a": Digests("1", "1"), "b": Digests("1", "1")}
    )
    return store


@pytest.fixture
def history(store) -> History:
    return History(store.engine, store)


def test_events_come_back_newest_first_with_their_time_zone(history):
    history.record("u", "a", "view", at=NOW - timedelta(days=1))
    history.record("u", "b", "like", at=NOW)
    assert history.events("u") == [
        Event("b", "like", NOW),
        Event("a", "view", NOW - timedelta(days=1)),
    ]


def test_shoppers_do_not_see_each_other(history):
    history.record("u", "a", "like")
    assert history.events("other") == []
    assert history.profile("other").empty


def test_an_event_of_unknown_kind_is_refused(history):
    with pytest.raises(ValueError, match="kind must be one of"):
        history.record("u", "a", "stare")
    assert history.events("u") == []


def test_forgetting_deletes_everything_of_one_shopper(history):
    history.record("u", "a", "view")
    history.record("u", "b", "like")
    history.record("other", "a", "like")
    assert history.forget("u") == 2
    assert history.events("u") == []
    assert history.profile("u") == Profile()
    assert len(history.events("other")) == 1


def test_forgetting_a_stranger_deletes_nothing(history):
    assert history.forget("nobody") == 0


def test_a_stranger_is_a_cold_start(history):
    assert history.profile(None) == Profile()
    assert history.profile("u").empty


def test_a_product_that_left_the_catalogue_says_nothing(history, store):
    history.record("u", "a", "like")
    store.delete(["a"])
    assert history.profile("u").empty


def test_a_broken_database_is_one_sentence(history, store):
    with store.engine.begin() as db:
        db.exec_driver_sql("DROP TABLE events")
    with pytest.raises(StoreError, match="The database failed while noting an event"):
        history.record("u", "a", "view")


def test_one_like_today_is_half_of_full_affinity():
    first = product("a", "Halo")
    taste = profile(("like", first, 0))
    assert taste.affinities == {("brand", "halo"): 0.5}
    assert taste.causes == {("brand", "halo"): first}


def test_an_event_counts_half_after_the_half_life():
    taste = profile(("like", product("a", "Halo"), HALF_LIFE_DAYS))
    assert taste.affinities["brand", "halo"] == pytest.approx(0.5 / 1.5)


def test_likes_and_dislikes_add_up():
    taste = profile(("like", product("a", "Halo"), 0), ("dislike", product("b", "Halo"), 0))
    assert taste.affinities["brand", "halo"] == 0
    assert taste.disliked == {"b"}


def test_the_cause_is_the_event_that_says_most():
    taste = profile(("view", product("a", "Halo"), 0), ("purchase", product("b", "Halo"), 1))
    assert taste.causes["brand", "halo"].id == "b"


def test_a_dislike_covers_the_family_and_a_later_like_takes_it_back():
    red, blue = product("red", family="f"), product("blue", family="f")
    disliked = profile(("dislike", red, 0))
    assert disliked.affinity(blue) == (-1.0, None)
    assert profile(("like", blue, 0), ("dislike", red, 1)).disliked == frozenset()


def test_affinity_is_in_bounds_and_names_its_cause():
    liked = product("a", "Halo", category=("Home",), facets={"colour": ("white",), "material": ("steel",)})
    taste = profile(*[("purchase", liked, 0)] * 50)
    affinity, cause = taste.affinity(liked)
    assert affinity == 1.0
    assert cause == ("brand", "halo")


def test_affinity_is_twice_the_mean_over_the_four_facets():
    taste = profile(("like", product("a", "Halo"), 0))
    assert taste.affinity(product("b", "Halo")) == (0.25, ("brand", "halo"))
    assert taste.affinity(product("c", "Stride")) == (0.0, None)
    assert taste.affinity(product("d")) == (0.0, None)
