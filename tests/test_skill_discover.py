"""find_similar, find_complement, recommend and find_deals, over the demo and a shop without promotions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant import ShoppingAssistant
from assistant.config import Settings
from assistant.demo import DEMO_RATES, seed
from assistant.notes import Note
from assistant.turns import DialogueState, Intent, Reply
from index.build import build, open_search
from index.demo.generate import CATALOGUE
from index.readers import read_catalogue
from index.schema import Product
from index.search import Searcher

DEMO = CATALOGUE.parents[2] / "assistant" / "demo"
LABELS = {
    "like": "find_similar",
    "with": "find_complement",
    "idea": "recommend",
    "deal": "find_deals",
    "find": "search_product",
    "then": "refine_search",
    "cart": "add_to_cart",
    "nope": "dislike_product",
}


class Told:
    """Gives every utterance the label that is set."""

    label = "search_product"

    def classify(self, text: str, context: str = "") -> Intent:
        return Intent(self.label, 0.99, "out_of_scope", 0.98)


class Chat:
    """A conversation whose intents are given."""

    def __init__(self, shop: ShoppingAssistant, told: Told, user: str | None) -> None:
        self.shop, self.told, self.user, self.state = shop, told, user, DialogueState()

    def say(self, label: str, text: str) -> Reply:
        self.told.label = LABELS[label]
        reply = self.shop.reply(text, state=self.state, user=self.user)
        self.state = reply.state
        return reply

    def say_all(self, *turns: tuple[str, str]) -> Reply:
        return [self.say(label, text) for label, text in turns][-1]


Opened = Callable[..., Chat]


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, embedder, told: Told) -> Iterator[ShoppingAssistant]:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        llm="none",
        shop_info=DEMO,
        checkout_url="https://pay.example/{cart}",
        today=date(2026, 11, 22),
        rates=DEMO_RATES,
    )
    build(read_catalogue(CATALOGUE).products, settings, embedder=embedder)
    with ShoppingAssistant(open_search(settings, embedder=embedder), told, settings=settings) as shop:
        seed(shop.parts.searcher.store, settings)
        yield shop


@pytest.fixture
def chat(demo: ShoppingAssistant, told: Told) -> Iterator[Opened]:
    """Opens conversations; what a new shopper did is forgotten after the test."""
    users: list[str] = []

    def opened(user: str | None = None) -> Chat:
        users.append(user or "")
        return Chat(demo, told, user)

    yield opened
    for user in {name for name in users if name not in ("", "mei", "tom")}:
        demo.forget(user)
        demo.shop.cart.clear(user)


@pytest.fixture
def bare(searcher: Searcher, told: Told) -> Chat:
    """The small catalogue, in a shop without promotions."""
    return Chat(ShoppingAssistant(searcher, told, settings=Settings(llm="none")), told, None)


def products(reply: Reply) -> list[Product]:
    return [hit.product for hit in reply.hits]


def ids(reply: Reply) -> list[str]:
    return [product.id for product in products(reply)]


def families(reply: Reply) -> list[str]:
    return [product.family or product.id for product in products(reply)]


def kinds(reply: Reply) -> list[str]:
    return [product.category[-1] for product in products(reply)]


def reasons(reply: Reply) -> list[str]:
    return [item.reason for item in reply.suggestions]


# -- similar -------------------------------------------------------------------------------------------


def test_similar_ones_are_of_the_kind_and_not_of_the_line(chat):
    talk = chat()
    shown = talk.say("find", "tents")
    similar = talk.say("like", "something like the second one")
    assert set(kinds(similar)) == {"Tents"}
    assert set(families(similar)) == set(families(shown)) - {families(shown)[1]}
    assert talk.state.focus == (ids(shown)[1],)


def test_similar_but_cheaper_costs_less_and_says_by_how_much(chat):
    talk = chat()
    talk.say("like", "anything like the Hushby Cabin but cheaper?")
    similar = talk.say("like", "anything like the Hushby Cabin but cheaper?")
    assert similar.text.startswith("Similar to Hushby Cabin noise-cancelling over-ear headphones")
    assert "below $279" in similar.text
    assert products(similar)
    for product, reason in zip(products(similar), reasons(similar), strict=True):
        assert product.price < Decimal(279)
        assert f"${Decimal(279) - product.price:,}".removesuffix(".00") in reason


def test_what_is_shared_is_read_from_both_records(chat):
    similar = chat().say("like", "something similar to the Hushby Cabin under 100")
    tram = ids(similar).index(next(key for key in ids(similar) if key.startswith("aud-02")))
    assert reasons(similar)[tram] == "also connection Bluetooth and cable, noise cancelling"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("like the Hushby Cabin but in blue", lambda p: "blue" in p.facets["colour"]),
        ("like the Hushby Cabin but from another brand", lambda p: p.brand != "Hushby"),
        ("like the Hushby Cabin but lighter", lambda p: int(p.attributes["weight"].split()[0]) < 262),
        ("类似寂贝 Cabin 的，换个牌子", lambda p: p.brand != "Hushby"),
        ("类似寂贝 Cabin 的，要便宜一点", lambda p: p.price < 279),
    ],
)
def test_limits_said_with_it_hold(chat, text, holds):
    similar = chat().say("like", text)
    assert products(similar)
    assert all(holds(product) for product in products(similar))
    assert not any(key.startswith("aud-01") for key in ids(similar))


def test_a_colour_may_describe_the_one_that_is_meant(chat):
    talk = chat()
    shown = talk.say("find", "backpacks")
    colour = next(
        p
        for p in products(shown)
        if [q.facets["colour"] for q in products(shown)].count(p.facets["colour"]) == 1
    )
    similar = talk.say("like", f"something like the {colour.facets['colour'][0]} one but under 200")
    assert similar.text.startswith(f"Similar to {colour.title} (up to $200)")
    assert talk.state.wanted.include == {"category": colour.category[-1:]}


def test_nothing_cheaper_is_said_with_what_there_is_and_its_reply_works(chat):
    talk = chat()
    talk.say("find", "headphones under 25")
    nothing = talk.say("like", "something like it but cheaper")
    assert nothing.hits == ()
    assert "below $24.90" in nothing.text
    assert "The least expensive one like it is " in nothing.text
    assert nothing.quick_replies == ("any price",)
    freed = talk.say("then", "any price")
    assert set(kinds(freed)) == {"Headphones"}
    assert not any(key.startswith("aud-03") for key in ids(freed))


def test_yes_frees_the_limit_too(chat):
    talk = chat()
    talk.say("find", "headphones under 25")
    talk.say("like", "something like it but cheaper")
    assert set(kinds(talk.say("then", "yes please"))) == {"Headphones"}


def test_the_only_one_of_its_kind_is_compared_with_its_neighbours(chat):
    talk = chat()
    toaster = talk.say("find", "toasters")
    similar = talk.say("like", "similar ones")
    assert similar.text.startswith("There is nothing else under “Toasters”")
    assert products(similar)
    assert {product.category[0] for product in products(similar)} == {"Kitchen"}
    assert not set(families(toaster)) & set(families(similar))


def test_a_limit_said_later_stays_among_the_similar_ones(chat):
    talk = chat()
    talk.say_all(("find", "tents"), ("like", "something like the first one"))
    narrowed = talk.say("then", "under 200")
    assert products(narrowed)
    assert set(kinds(narrowed)) == {"Tents"}
    assert all(product.price <= 200 for product in products(narrowed))


def test_what_is_not_on_the_table_is_asked_for_by_number(chat):
    talk = chat()
    talk.say("find", "tents")
    asked = talk.say("like", "similar to the seventh one")
    assert asked.text == "Which one do you mean? Say its number."
    assert talk.say("then", "number 2").text.startswith("Similar to ")


def test_like_something_unknown_says_that_it_is_not_there(chat):
    assert "“AirPods”" in chat().say("like", "something like AirPods").text


def test_similar_to_nothing_asks_what_is_looked_for(chat):
    assert chat().say("like", "similar ones").hits == ()


# -- complement ----------------------------------------------------------------------------------------


def test_what_goes_with_the_first_one_is_of_other_kinds(chat):
    talk = chat()
    talk.say("find", "tents")
    goes = talk.say("with", "what goes with the first one?")
    assert goes.text.startswith("These go with ")
    assert len(set(kinds(goes))) == 5
    assert "Tents" not in kinds(goes)
    assert kinds(goes)[0] == "Sleeping bags"
    assert all(reason.startswith("goes with ") for reason in reasons(goes))


def test_what_goes_with_a_kind_needs_no_product(chat):
    goes = chat().say("with", "what goes with hiking boots")
    assert goes.text == "These go with hiking boots."
    assert kinds(goes)[:2] == ["Socks", "Trekking poles"]


def test_what_goes_with_it_keeps_to_whom_it_is_for(chat):
    talk = chat()
    talk.say("find", "dog food")
    goes = talk.say("with", "what goes with it, the first one")
    assert products(goes)
    assert not any("cat" in product.title.lower().split() for product in products(goes))
    assert {product.attributes.get("for", "dogs") for product in products(goes)} <= {
        "dogs",
        "cats and dogs",
        "cats and small dogs",
    }


def test_a_kind_that_is_named_narrows_it(chat):
    talk = chat()
    talk.say("find", "laptops")
    goes = talk.say("with", "which mouse goes with the first one, under 50")
    assert set(kinds(goes)) == {"Mice"}
    assert all(product.price <= 50 for product in products(goes))
    zh = chat()
    zh.say("find", "笔记本电脑")
    assert set(kinds(zh.say("with", "第一台配什么鼠标好"))) == {"Mice"}


def test_only_a_case_that_is_made_for_the_phone_fits_it(chat):
    talk = chat()
    fits = talk.say("with", "which case fits the Orvane Arc 5?")
    assert fits.text == "These are made for Orvane Arc 5 smartphone, 6.2 inch:"
    assert set(families(fits)) == {"pho-11", "pho-12", "pho-13", "pho-14"}
    assert not any(key.endswith("max") for key in ids(fits))
    larger = talk.say("with", "which case fits the Orvane Arc 5 Max?")
    assert "pho-11-transparent-orvane-arc-5-max" in ids(larger)


def test_no_case_that_is_known_to_fit_is_said(chat):
    none = chat().say("with", "which case fits the Kestova K30?")
    assert none.hits == ()
    assert none.text.startswith("I know of no phone cases here made for Kestova K30")
    zh = chat().say("with", "适合凯斯沃 K30 的手机壳")
    assert zh.hits == ()
    assert "没有查到适配" in zh.text


def test_a_colour_of_the_case_is_a_limit(chat):
    talk = chat()
    navy = talk.say("with", "a case for the Orvane Arc 5 in navy")
    assert {product.facets["colour"] for product in products(navy)} == {("navy",)}
    assert talk.say("with", "a case for the Orvane Arc 5 under 5").hits == ()


def test_what_the_shop_does_not_have_is_said(chat):
    talk = chat()
    talk.say("find", "sofas")
    goes = talk.say("with", "which cushions go with the first one?")
    assert goes.text.startswith("I found no cushions here. What does go with ")
    assert "Blankets" in kinds(goes)


def test_what_goes_with_the_cart(chat):
    talk = chat("cart-shopper")
    assert talk.say("with", "what goes with my cart?").text == "Your cart is empty."
    talk.say_all(("find", "yoga mats"), ("cart", "add the first one"))
    goes = talk.say("with", "what goes with what is in my cart?")
    assert goes.text == "These go with what is in your cart."
    assert products(goes)
    assert "Yoga mats" not in kinds(goes)


def test_nothing_known_is_said(chat):
    talk = chat()
    talk.say("find", "fans")
    nothing = talk.say("with", "what goes with the first one?")
    assert nothing.hits == ()
    assert nothing.text.startswith("I do not know what goes with Zephrow Hush DC pedestal fan")


def test_a_limit_that_nothing_meets_can_be_left_out(chat):
    talk = chat()
    talk.say("find", "tents")
    nothing = talk.say("with", "what goes with the first one under 2")
    assert nothing.hits == ()
    assert nothing.quick_replies == ("show all that goes with it",)
    assert "Sleeping bags" in kinds(talk.say("then", "yes"))


def test_often_bought_together_needs_two_shoppers_and_names_nobody(chat, demo):
    talk = chat("bob")
    fan = ids(talk.say("find", "fans"))[0]
    demo.record("ann-secret", fan, "purchase")
    demo.record("ann-secret", "hom-25-brown", "purchase")
    try:
        assert talk.say("with", "what goes with the first one?").hits == ()
        demo.record("ben-secret", fan, "purchase")
        demo.record("ben-secret", "hom-25-brown", "purchase")
        goes = talk.say("with", "what goes with it?")
        assert ids(goes) == ["hom-25-brown"]
        assert reasons(goes) == ["often bought together"]
        assert "secret" not in goes.text + str(goes.lines)
    finally:
        demo.forget("ann-secret")
        demo.forget("ben-secret")


def test_a_limit_said_later_stays_among_what_goes_with_it(chat):
    talk = chat()
    talk.say_all(("find", "tents"), ("with", "what goes with the first one?"))
    among = set(talk.state.wanted.include["category"])
    narrowed = talk.say("then", "under 40")
    assert products(narrowed)
    assert set(kinds(narrowed)) <= among
    assert all(product.price <= 40 for product in products(narrowed))


def test_more_of_what_goes_with_it(chat):
    talk = chat()
    talk.say("find", "tents")
    first = talk.say("with", "what goes with the first one?")
    second = talk.say("then", "show more")
    assert products(second)
    assert not set(ids(first)) & set(ids(second))


# -- recommend -----------------------------------------------------------------------------------------


def test_a_gift_suits_what_is_said_of_somebody_and_not_the_giver(chat):
    ideas = chat("tom").say("idea", "gift for my dad who cooks, under 50")
    assert ideas.text == "Some ideas for him (up to $50):"
    assert {"Kitchen", "Books"} >= {product.category[0] for product in products(ideas)}
    assert len(set(kinds(ideas))) >= 3
    assert all(product.price <= 50 for product in products(ideas))
    assert set(reasons(ideas)) == {"a match for “cooks”"}


def test_a_present_in_chinese_keeps_to_the_budget(chat):
    talk = chat()
    ideas = talk.say("idea", "送女朋友的生日礼物，预算100美元")
    assert ideas.text == "给她（$100 以内）的一些参考："
    assert len(set(kinds(ideas))) == 5
    assert all(product.price <= 100 for product in products(ideas))
    assert not any(
        "男" in product.title_in("zh") and "男女" not in product.title_in("zh") for product in products(ideas)
    )
    cheaper = talk.say("then", "便宜一点")
    assert max(p.price for p in products(cheaper)) < min(p.price for p in products(ideas))


@pytest.mark.parametrize(
    "text",
    [
        "birthday present for a 4 year old",
        "给我四岁的女儿挑个生日礼物",
        "she's 4, loves puzzles, birthday soon",
    ],
)
def test_a_child_gets_what_its_age_is_in_the_record_of(chat, text):
    ideas = chat().say("idea", text)
    assert len(products(ideas)) == 5
    for product in products(ideas):
        age = product.attributes.get("age range") or product.attributes["age"]
        assert int(age.split("-")[0].split("–")[0].split("+")[0].split()[0]) <= 4 or "months" in age


def test_a_liking_that_nothing_is_known_for_is_admitted(chat):
    ideas = chat().say("idea", "a present for my aunt who is into falconry")
    assert ideas.text.startswith("I know of nothing here for “falconry”. Some ideas for her:")
    assert products(ideas)


def test_for_a_stranger_what_sells_and_it_says_so(chat):
    ideas = chat().say("idea", "recommend something")
    assert ideas.text == "I do not know your taste yet, so here is what sells well and is rated well."
    assert len(set(kinds(ideas))) == 5


def test_popular_is_in_the_order_of_what_sells(chat):
    popular = chat().say("idea", "what's popular in books?")
    assert popular.text == "Selling best (Books):"
    assert {product.category[0] for product in products(popular)} == {"Books"}
    assert len(set(kinds(popular))) == 5


def test_new_ones_come_newest_first_and_say_since_when(chat):
    talk = chat()
    new = talk.say("idea", "anything new?")
    days = [product.released for product in products(new)]
    assert days == sorted(days, reverse=True)
    assert new.text == f"The newest here, out since {min(days):%B %Y}:"
    assert reasons(new)[0] == "out 9 October 2026"
    cheap = talk.say("then", "under 40")
    assert [p.released for p in products(cheap)] == sorted(
        (p.released for p in products(cheap)), reverse=True
    )
    assert all(product.price <= 40 for product in products(cheap))
    zh = chat().say("idea", "图书有什么新品")
    assert {product.category[0] for product in products(zh)} == {"Books"}
    assert "以来" in zh.text


def test_for_a_friend_by_taste_and_nothing_owned_or_turned_down(chat):
    talk = chat("tom")
    ideas = talk.say("idea", "recommend something for me")
    assert ideas.text == "Chosen from what you looked at and bought before."
    assert not {"aud-12", "sho-11", "off-09", "aud-10", "aud-06"} & set(families(ideas))
    assert len(set(kinds(ideas))) >= 4
    more = talk.say("then", "show more")
    assert not {"aud-12", "sho-11", "off-09", "aud-10", "aud-06"} & set(families(more))


def test_what_was_turned_down_in_this_conversation_is_not_recommended(chat):
    talk = chat()
    first = talk.say("idea", "what's popular?")
    talk.state = replace(talk.state, refused=(families(first)[0],))
    assert families(first)[0] not in families(talk.say("idea", "what's popular?"))


def test_what_a_shopper_noted_is_used(chat, demo):
    talk = chat("noted")
    notes = [Note("category", "Tents", True, "I love tents"), Note("colour", "green", False, "no green")]
    demo.parts.notes.add("noted", notes)
    ideas = talk.say("idea", "recommend something for me")
    assert ideas.text.endswith("Chosen from what you told me you like.")
    assert set(kinds(ideas)) == {"Tents"}
    assert not any("green" in product.facets["colour"] for product in products(ideas))
    assert set(reasons(ideas)) == {"you said you like Tents"}


def test_sold_out_products_are_never_recommended(chat):
    for text in (
        "recommend something",
        "anything new?",
        "gift for my mum",
        "first time camping, what do I need?",
    ):
        assert all(product.available for product in products(chat().say("idea", text)))


def test_an_occasion_is_met_with_its_kinds(chat):
    ideas = chat().say("idea", "第一次去露营，要带什么")
    assert ideas.text == "可以看看这些（露营）："
    assert kinds(ideas)[:3] == ["Tents", "Sleeping bags", "Torches & headlamps"]


# -- deals ---------------------------------------------------------------------------------------------


def test_deals_name_what_runs_today_with_its_conditions(chat):
    talk = chat("new-shopper")
    deals = talk.say("deal", "what's on offer?")
    assert "10 % off kitchen orders of $60 or more until 15 December." in deals.text
    assert "Code HELLO8: 8 % off a first order." in deals.text
    assert all(product.on_sale for product in products(deals))
    more = talk.say("then", "show more")
    assert products(more)
    assert all(product.on_sale for product in products(more))
    cheap = talk.say("then", "under 30")
    assert all(product.on_sale and product.price <= 30 for product in products(cheap))


def test_deals_on_a_kind_keep_to_it(chat):
    deals = chat().say("deal", "deals on books")
    assert deals.text.startswith("On offer today for books: Three books for the price of two")
    assert "kitchen" not in deals.text
    assert {product.category[0] for product in products(deals)} == {"Books"}
    zh = chat().say("deal", "鞋子有优惠吗")
    assert zh.text.startswith("鞋靴今天的优惠有：鞋靴满 120 美元减 15 美元，年底前有效。")


def test_the_price_after_a_promotion_is_computed(chat):
    deals = chat().say("deal", "any deals on kettles?")
    assert ids(deals)[0].startswith("kit-11")
    assert reasons(deals)[0] == "reduced from $109, $80.10 with the offer"


def test_a_thing_that_is_no_category_has_deals_too(chat):
    deals = chat().say("deal", "any deals on dutch ovens?")
    assert set(families(deals)) == {"kit-05"}
    assert "10 % off kitchen orders" in deals.text
    assert chat().say("deal", "deals on unicorns").text.startswith("I have nothing called “unicorns”.")


def test_coupons_are_offered_to_whom_they_serve(chat):
    guest = chat("new-shopper").say("deal", "any coupons?")
    assert "HELLO8" in guest.text and "SHIPFREE" in guest.text
    assert "use code HELLO8" in guest.quick_replies
    known = chat("tom").say("deal", "有优惠券吗")
    assert "HELLO8" not in known.text and "SHIPFREE" in known.text


def test_a_code_is_held_against_the_cart(chat):
    talk = chat("coder")
    assert talk.say("deal", "does HELLO8 work?").text.startswith(
        "Code HELLO8: 8 % off a first order. Your cart is empty"
    )
    talk.say_all(("find", "dutch oven"), ("cart", "add the first one"))
    # 149.00 less 10 % for the kitchen is 134.10; 8 % of that is 10.73.
    assert talk.say("deal", "does HELLO8 work?").text.endswith(
        "It applies to your cart as it is now: $10.73 off, which makes $123.37."
    )
    assert talk.say("deal", "does WELCOME10 work?").text == "There is no code WELCOME10 that works today."
    known = chat("tom").say("deal", "does HELLO8 work?")
    assert known.text.endswith("You have ordered before, so it does not work for you.")


def test_whether_one_product_is_reduced(chat):
    talk = chat("asker")
    talk.say("find", "dutch oven")
    about = talk.say("deal", "is the first one on sale?")
    assert "is reduced: $149 instead of $189." in about.text
    assert "With it, one costs $134.10." in about.text
    again = talk.say("deal", "is it on sale?")
    assert again.text == about.text
    zh = chat("asker")
    zh.say("find", "煎锅")
    assert "打九折" in zh.say("deal", "第一款有优惠吗").text


def test_which_of_these_are_reduced(chat):
    talk = chat()
    shown = talk.say("find", "tents")
    about = talk.say("deal", "are any of these on sale?")
    reduced = [product for product in products(shown) if product.on_sale]
    assert reduced
    assert all(product.title in about.text for product in reduced)


def test_an_offer_that_the_shop_does_not_make_is_not_pretended(chat):
    assert chat().say("deal", "student discount?").text.startswith("I know of no such offer.")


def test_a_shop_without_promotions_has_what_is_reduced(bare):
    deals = bare.say("deal", "any deals?")
    assert deals.text == "Reduced right now:"
    assert set(ids(deals)) == {"phone-black", "phone-feng", "shoe-41", "tea"}
    assert bare.say("deal", "any coupons?").text == "This shop names no promotions here."
    assert bare.say("deal", "deals on lamps").text == "No lamps are reduced right now."


def test_every_quick_reply_says_something(chat):
    talk = chat()
    for label, text in (("idea", "anything new?"), ("deal", "what's on offer?"), ("idea", "gift for my mum")):
        reply = talk.say(label, text)
        assert 0 < len(reply.quick_replies) <= 4
        assert all(reply.quick_replies)


def test_what_is_made_for_a_model_that_is_not_sold_here_is_told_by_its_record(chat):
    made = chat().say("with", "what fits an Orvane Lite 4?")
    assert "pho-15-multicolour" in ids(made)


def test_a_case_for_something_else_is_not_shown(chat):
    talk = chat()
    talk.say("find", "kettles")
    nothing = talk.say("with", "a case for the first one")
    assert nothing.hits == ()
    assert nothing.text.startswith("I have no phone cases to go with ")


def test_a_shop_that_does_not_say_what_sells_or_when_it_came_out_does_not_pretend(bare):
    assert bare.say("idea", "anything new?").text.startswith("The newest here")
    mugs = bare.say("idea", "any new mugs?")
    assert "mug" in ids(mugs)
    assert mugs.text.startswith("The records do not say when these came out. Some of what there is")


def test_what_describes_a_product_that_is_named_limits_nothing_like_it(chat):
    reply = chat().say("like", "有没有跟 Snowhen 羽绒睡袋差不多、但便宜些的")
    assert reply.hits
    assert "material" not in reply.state.wanted.include


def test_what_follows_the_pronoun_describes_what_is_looked_for(chat):
    talk = chat()
    talk.say("find", "the Clackwood Hush keyboard")
    reply = talk.say("with", "and a mouse that goes with it, silent")
    assert {hit.product.category[-1] for hit in reply.hits} == {"Mice"}


def test_a_product_is_told_by_its_maker_and_its_kind(chat):
    reply = chat().say("with", "叁灶那把菜刀，有啥能搭着买的")
    assert "叁灶" in reply.text.splitlines()[0]
