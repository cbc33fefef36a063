import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from assistant import ShoppingAssistant
from assistant.config import Settings
from assistant.errors import AnswerError
from assistant.turns import Constraints, DialogueState, Intent, PriceRange, Products, Reply, Table


class ScriptedClassifier:
    """Gives each utterance the label that the script has for it; keeps what it was asked."""

    def __init__(self, labels: Mapping[str, str | Intent]) -> None:
        self.labels, self.asked = labels, []

    def classify(self, text: str, context: str = "") -> Intent:
        self.asked.append((text, context))
        found = self.labels.get(text, "search_product")
        return Intent(found, 0.99, "out_of_scope", 0.98) if isinstance(found, str) else found


class ScriptedLLM:
    """Says the same thing every time, or fails."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer, self.history = answer, []

    def stream(self, messages, *, max_tokens):
        self.history.append(messages)
        if isinstance(self.answer, Exception):
            raise self.answer
        yield self.answer


LABELS: dict[str, str | Intent] = {
    "not black": "refine_search",
    "cheaper": "refine_search",
    "any price": "refine_search",
    "any colour": "refine_search",
    "show more": "refine_search",
    "start over": "refine_search",
    "compare 1 and 2": "compare_products",
    "how much is the last one?": "ask_product",
    "is the first one in stock?": "ask_product",
    "how heavy is the first one": "ask_product",
    "love the first one": "like_product",
    "I don't like the first one": "dislike_product",
    "something similar": "find_similar",
    "what is on sale": "find_deals",
    "recommend something": "recommend",
    "hello": "greet",
    "thanks": "thank",
    "bye": "goodbye",
    "help": "ask_help",
    "what is the weather": "out_of_scope",
    "put it in my cart": "add_to_cart",
    "where is my order": "track_order",
    "不要黑色": "refine_search",
    "便宜一点": "refine_search",
    "对比1和2": "compare_products",
    "第一个有货吗": "ask_product",
    "喜欢第一个": "like_product",
    "不喜欢第一个": "dislike_product",
    "还有别的吗": "refine_search",
    "重新开始": "refine_search",
    "不限价格": "refine_search",
    "加入购物车": "add_to_cart",
    "你好": "greet",
    "hmm": Intent("search_product", 0.3, "ask_product", 0.05),
    "eh": Intent("thank", 0.3, "greet", 0.01),
    "close call": Intent("greet", 0.5, "thank", 0.04),
    "red phone": Intent("out_of_scope", 0.3, "search_product", 0.01),
    "嗯": Intent("search_product", 0.3, "ask_product", 0.05),
}


@pytest.fixture
def classifier() -> ScriptedClassifier:
    return ScriptedClassifier(LABELS)


@pytest.fixture
def shop(searcher, classifier) -> ShoppingAssistant:
    return ShoppingAssistant(searcher, classifier, settings=Settings(llm="none"))


@pytest.fixture
def user(shop, request):
    """A shopper of this test alone; the catalogue and its database serve all tests."""
    name = request.node.name
    yield name
    shop.parts.history.forget(name)


def ids(reply: Reply) -> list[str]:
    return [hit.product.id for hit in reply.hits]


def talk(
    shop: ShoppingAssistant, *texts: str, user: str | None = None, state: DialogueState | None = None
) -> list[Reply]:
    replies: list[Reply] = []
    for text in texts:
        state = replies[-1].state if replies else state
        replies.append(shop.reply(text, state=state, user=user))
    return replies


def started_over(before: DialogueState, said: str) -> DialogueState:
    """Nothing is wanted, but the conversation, what it refused and the way back to its tables stay."""
    return DialogueState(
        session=before.session,
        earlier=(*before.earlier, Table(before.wanted, before.ranking, before.shown)),
        refused=before.refused,
        heard=(*before.heard, said),
        topic="refine_search",
        language=before.language,
    )


# -- whole conversations -----------------------------------------------------------------------------


def test_a_conversation_in_english(shop, user):
    found, refined, compared, asked, liked, disliked, more, over = talk(
        shop,
        "phone",
        "not black",
        "compare 1 and 2",
        "is the first one in stock?",
        "love the first one",
        "I don't like the first one",
        "show more",
        "start over",
        user=user,
    )
    assert set(ids(found)) == {"phone-black", "phone-verra", "phone-feng"}
    assert found.text == "3 products fit."
    assert set(ids(refined)) == {"phone-verra", "phone-red"}
    assert refined.state.wanted.exclude == {"colour": ("black", "黑色")}
    names = {"phone-verra": "Verra One smartphone, silver", "phone-red": "Lumo P1 smartphone, red"}
    first, second = (names[key] for key in ids(refined))
    prices = {"phone-verra": "$199.99", "phone-red": "$299"}
    assert compared.table[0] == ("", first, second)
    assert ("price", *(prices[key] for key in ids(refined))) in compared.table
    assert "Verra One smartphone, silver is cheaper by $99.01." in compared.text
    stock = {"phone-verra": "is in stock (3 left).", "phone-red": "is out of stock."}[ids(refined)[0]]
    assert asked.text == f"{first} {stock}"
    assert liked.text == f"Noted: you like {first}."
    assert disliked.text == f"Noted, {first} will not come up again. Instead:"
    assert ids(disliked) == ids(refined)[1:]
    assert (more.text, ids(more)) == ("That is everything that fits.", [])
    assert over.text == "All cleared. What are you looking for?"
    assert over.state == started_over(more.state, "start over")
    assert [event.kind for event in shop.parts.history.events(user)] == ["dislike", "like"]


def test_a_conversation_in_chinese(shop, user):
    found, refined, compared, asked, liked, disliked, more, over = talk(
        shop,
        "手机",
        "不要黑色",
        "对比1和2",
        "第一个有货吗",
        "喜欢第一个",
        "不喜欢第一个",
        "还有别的吗",
        "重新开始",
        user=user,
    )
    assert set(ids(found)) == {"phone-black", "phone-verra", "phone-feng"}
    assert found.text == "有 3 款符合。"
    assert set(ids(refined)) == {"phone-verra", "phone-red"}
    names = {"phone-verra": "Verra One smartphone, silver", "phone-red": "流明 P1 智能手机 红色"}
    first, second = (names[key] for key in ids(refined))
    assert compared.table[0] == ("", first, second)
    assert "Verra One smartphone, silver 便宜 $99.01。" in compared.text
    stock = {"phone-verra": "有货（剩 3 件）。", "phone-red": "目前缺货。"}[ids(refined)[0]]
    assert asked.text == f"{first} {stock}"
    assert liked.text == f"记下了，您喜欢{first}。"
    assert disliked.text == f"好的，不再推荐{first}。换这几款看看："
    assert ids(disliked) == ids(refined)[1:]
    assert (more.text, ids(more)) == ("符合的都在这里了。", [])
    assert over.text == "都清空了，您想找什么？"
    assert over.state == started_over(more.state, "重新开始")


@pytest.mark.parametrize(
    "texts",
    [
        ("phone under 250",),
        ("shoes", "not brown"),
        ("black jacket",),
        ("something in stock under 100",),
        ("shoes under 100", "not brown"),
        ("不要皮的鞋",),
        ("白色的杯子",),
        ("外套，不要黑色",),
        ("手机", "不要黑色"),
        ("jacket not made of down",),
    ],
)
def test_every_product_shown_passes_what_was_asked(shop, texts):
    *_, reply = talk(shop, *texts)
    wanted = reply.state.wanted
    assert reply.hits
    assert wanted.include or wanted.exclude or wanted.price
    for product in (hit.product for hit in reply.hits):
        facets = product.all_facets()
        assert all(
            set(facets.get(facet, ())) & set(shop.parts.vocabulary.widen(facet, values))
            for facet, values in wanted.include.items()
        )
        assert not any(set(facets.get(facet, ())) & set(values) for facet, values in wanted.exclude.items())
        if wanted.price is not None and wanted.price.max is not None:
            assert product.currency == "USD" and product.price <= wanted.price.max


def test_cheaper_is_cheaper_than_the_one_referred_to(shop, classifier):
    classifier.labels = {**LABELS, "cheaper than the second one": "refine_search"}
    shoes = shop.reply("shoes")
    assert [hit.product.price for hit in shoes.hits] == [Decimal("140"), Decimal("89.50")]
    cheaper = shop.reply("cheaper than the first one", state=shoes.state)
    assert cheaper.state.wanted.price == PriceRange(None, Decimal("139.99"), "USD")
    assert ids(cheaper) in (["shoe-41"], ["shoe-43"])  # variants of one line


def test_cheaper_stays_in_the_currency_of_most_of_what_is_shown(shop):
    found, cheaper = talk(shop, "手机", "便宜一点")
    assert {hit.product.currency for hit in found.hits} == {"USD", "CNY"}
    assert cheaper.state.wanted.price in (None, PriceRange(None, Decimal("199.98"), "USD"))
    assert "汇率" not in cheaper.text


def test_more_pages_through_the_ranking_without_repeats(shop):
    first, second, third = talk(shop, "something in stock", "show more", "show more")
    assert len(ids(first)) == 5
    assert not set(ids(first)) & set(ids(second))
    assert not set(ids(second)) & set(ids(third))
    assert [*ids(first), *ids(second), *ids(third)] == list(first.state.ranking)[
        : len(ids(first) + ids(second) + ids(third))
    ]


def test_deals_are_reduced(shop):
    (reply,) = talk(shop, "what is on sale")
    assert reply.text == "Reduced right now:"
    assert set(ids(reply)) == {"phone-black", "phone-feng", "shoe-41", "tea"}


def test_similar_products_leave_out_the_one_referred_to(shop):
    found, similar = talk(shop, "phone", "something similar")
    assert ids(found)[0] not in ids(similar)
    assert similar.text == f"Similar to {found.hits[0].product.title}:"


# -- nothing fits -------------------------------------------------------------------------------------


def test_nothing_fits_names_what_blocks_and_its_quick_reply_works(shop, classifier):
    classifier.labels = {**LABELS, "up to $200": "refine_search"}
    blocked = shop.reply("phone under 50")
    assert blocked.hits == ()
    assert blocked.text == "Nothing fits all of that. Up to $200 I have 1."
    assert blocked.quick_replies == ("up to $200",)
    freed = shop.reply("up to $200", state=blocked.state)
    assert ids(freed) == ["phone-verra"]
    assert freed.state.wanted.price == PriceRange(None, Decimal(200), "USD")
    assert set(ids(shop.reply("any price", state=blocked.state))) == {
        "phone-black", "phone-verra", "phone-feng",
    }  # fmt: skip


def test_nothing_fits_in_chinese_too(shop, classifier):
    blocked = shop.reply("50美元以内的手机")
    assert blocked.text == "没有商品同时满足这些条件。放宽到 $200 以内有 1 款。"
    (said,) = blocked.quick_replies
    classifier.labels = {**LABELS, said: "refine_search"}
    freed = shop.reply(said, state=blocked.state)
    assert ids(freed) == ["phone-verra"]
    assert freed.state.wanted.price == PriceRange(None, Decimal(200), "USD")


def test_every_quick_reply_that_drops_a_constraint_finds_something(shop, classifier):
    blocked = shop.reply("yellow leather shoes rated at least 4.5 stars under 20")
    blocked_two = shop.reply("yellow phone")
    assert blocked.hits == blocked_two.hits == ()
    assert "any colour" in blocked_two.quick_replies
    for said in blocked_two.quick_replies:
        classifier.labels = {**LABELS, said: "refine_search"}
        assert shop.reply(said, state=blocked_two.state).hits


def test_a_foreign_limit_without_a_rate_is_not_applied_and_said(shop):
    reply = shop.reply("phone under 500 yuan")
    assert reply.text.startswith("Prices here are in US dollars; I have no rate for yuan")
    assert len(reply.hits) == 3


def test_a_foreign_limit_with_a_rate_is_converted_and_said(searcher, classifier):
    shop = ShoppingAssistant(
        searcher, classifier, settings=Settings(llm="none", rates={"CNY": Decimal("7.1")})
    )
    reply = shop.reply("2000元以内的手机")
    assert ids(reply) == ["phone-verra"]
    assert "$281.69" in reply.text


# -- not knowing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["hmm", "close call"])
def test_an_ambiguous_utterance_asks_a_question_with_two_readings(shop, text):
    reply = shop.reply(text)
    assert len(reply.quick_replies) == len(reply.state.question.options) == 2
    assert reply.text.endswith("?")
    assert all(option in reply.text for option in reply.quick_replies)
    assert reply.hits == ()


def test_clicking_a_reading_does_it(shop, classifier):
    asked = shop.reply("eh")
    assert asked.quick_replies == ("say thanks", "say hello")
    thanked = shop.reply("say thanks", state=asked.state)
    assert thanked.text == "You are welcome."
    assert thanked.understanding.text == "eh"
    assert thanked.state.question is None
    assert [text for text, _ in classifier.asked] == ["eh"]


def test_clicking_a_reading_works_in_chinese(shop):
    asked = shop.reply("嗯")
    assert (asked.text, asked.quick_replies) == (
        "没太明白您的意思，您是想找商品，还是问商品问题？",
        ("找商品", "问商品问题"),
    )
    assert shop.reply("问商品问题", state=asked.state).text == "还没有看任何商品呢，您想找什么？"


def test_there_are_never_two_questions_in_a_row(shop):
    first, second, third = talk(shop, "hmm", "hmm", "hmm")
    assert (first.state.question is None, second.state.question, third.state.question is None) == (
        False,
        None,
        False,
    )
    assert second.text == "All right. Say it in other words, then."


def test_the_classifier_is_told_the_situation(shop, classifier):
    talk(shop, "phone", "hmm", "thanks")
    assert classifier.asked == [("phone", ""), ("hmm", "products"), ("thanks", "products question")]


def test_an_unsure_reading_that_names_things_is_a_search(shop):
    assert ids(shop.reply("red phone")) == ["phone-red"]


# -- what cannot be done ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("where is my order", "Please sign in first: orders are shown only to the shopper who placed them."),
        ("what is the weather", "That is outside this shop."),
    ],
)
def test_what_cannot_be_done_is_said_honestly(shop, text, answer):
    found, reply = talk(shop, "phone", text)
    assert reply.text.startswith(answer)
    assert reply.state.shown == found.state.shown


@dataclass(frozen=True)
class ProductsOnly:
    """A shop that does nothing besides having products."""

    cart: None = None
    orders: None = None
    policies: None = None
    promotions: None = None
    checkout: None = None
    desk: None = None


@pytest.mark.parametrize(
    "text", ["put it in my cart", "加入购物车", "where is my order", "pay now", "talk to a person"]
)
def test_what_the_shop_does_not_provide_is_neither_done_nor_offered(searcher, classifier, text):
    classifier.labels = {**LABELS, "pay now": "checkout", "talk to a person": "human_agent"}
    shop = ShoppingAssistant(searcher, classifier, shop=ProductsOnly(), settings=Settings(llm="none"))
    found, reply = talk(shop, "phone", text)
    for said in (*found.quick_replies, *reply.quick_replies):
        assert not re.search("cart|order|pay|checkout|购物车|订单|结账", said), said
    assert (reply.hits, reply.table, reply.link) == ((), (), "")
    assert reply.state.shown == found.state.shown
    assert re.search("not|nobody|没有|不", reply.text), reply.text


@pytest.mark.parametrize(
    ("find", "put", "asks", "choices"),
    [
        (
            "phone",
            "put it in my cart",
            "Which one do you mean? Say its number.",
            ("add the first one", "add the second one", "add the third one"),
        ),
        (
            "手机",
            "加入购物车",
            "您指的是哪一款？告诉我序号就行。",
            ("第一个加入购物车", "第二个加入购物车", "第三个加入购物车"),
        ),
    ],
)
def test_it_of_several_is_asked_before_it_is_put_in_the_cart(shop, classifier, find, put, asks, choices):
    classifier.labels = {**LABELS, **dict.fromkeys(choices, "add_to_cart")}
    found, asked = talk(shop, find, put)
    assert (asked.text, asked.quick_replies) == (asks, choices)
    assert shop.cart(None, asked.state).quantities == {}
    second = found.hits[1].product.id
    added = shop.reply(choices[1], state=asked.state)
    assert shop.cart(None, added.state).quantities == {second: 1}


@pytest.mark.parametrize(
    ("find", "put", "number"),
    [
        ("phone", "put it in my cart", "2"),
        ("phone", "put it in my cart", "number 2"),
        ("phone", "put it in my cart", "the second one"),
        ("手机", "加入购物车", "2"),
        ("手机", "加入购物车", "第二个"),
    ],
)
def test_the_number_that_was_asked_for_puts_it_in_the_cart(shop, classifier, find, put, number):
    labels = {"number 2": "refine_search", "the second one": "refine_search", "第二个": "refine_search"}
    classifier.labels = {**LABELS, **labels}  # as the shipped classifier reads them
    found, _, added = talk(shop, find, put, number)
    assert shop.cart(None, added.state).quantities == {found.hits[1].product.id: 1}


def test_a_message_without_words_leaves_an_open_question_open(shop):
    asked, empty, thanked = talk(shop, "eh", "...", "say thanks")
    assert empty.state.question == asked.state.question is not None
    assert thanked.text == "You are welcome."


def test_the_cart_of_a_guest_is_that_of_the_conversation(shop):
    one = talk(shop, "Verra phone", "put it in my cart")[-1]
    other = talk(shop, "phone")[-1]
    assert one.text == "Added: Verra One smartphone, silver, $199.99. Your cart comes to $199.99."
    assert shop.cart(None, one.state).total == Decimal("199.99")
    assert shop.cart(None, other.state).quantities == {}


@pytest.mark.parametrize(
    "text",
    ["compare 1 and 2", "is the first one in stock?", "love the first one", "I don't like the first one"],
)
def test_talk_of_products_before_any_is_shown_asks_what_is_wanted(shop, text):
    assert shop.reply(text).text == "There is nothing on the table yet. What are you looking for?"


HOSTILE = {
    "": "empty",
    "   ": "empty",
    "😀🎉": "empty",
    "\x00\x07\u200b\u202e": "empty",
    "?!...": "empty",
    "<script>alert(1)</script> phone": "search",
    "phone" + "\x00" * 50: "search",
    "a" * 10_000: "search",
    "手机 phone 黑色 black": "narrows",
    "'; DROP TABLE products; --": "search",
    "{title} %s {0}": "search",
    "𠮷野家 ﷽": "search",
    "第九十九个": "search",
    "under 99999999999999999999999999": "search",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_no_message_breaks_the_chat_or_loses_its_state(shop, text):
    found = shop.reply("phone")
    reply = shop.reply(text, state=found.state)
    assert reply.text.strip()
    if HOSTILE[text] == "empty":
        assert reply.text == "Say what you are looking for."
        assert replace(reply.state, heard=()) == replace(found.state, heard=())
    anew, again = (shop.reply(said, state=reply.state) for said in ("start over", "phone"))
    assert anew.state.wanted == Constraints()
    assert set(ids(again)) == set(ids(found)) if HOSTILE[text] != "narrows" else len(again.hits) == 2


def test_a_long_message_is_read_up_to_its_limit(shop):
    reply = shop.reply("phone " + "x" * 10_000)
    assert len(reply.understanding.text) == 2000


# -- state is a value ---------------------------------------------------------------------------------


def without_times(reply: Reply) -> Reply:
    return replace(reply, seconds={})


def test_the_same_state_gives_the_same_reply(shop):
    state = shop.reply("phone").state
    before = replace(state)
    one, two = (shop.reply("not black", state=state) for _ in range(2))
    assert without_times(one) == without_times(two)
    assert state == before


def test_two_chats_on_one_assistant_do_not_mix(shop):
    chats = (("phone", "not black", "compare 1 and 2"), ("外套", "不要黑色", "还有别的吗"))
    begun = [DialogueState(session=f"session-{chat}") for chat in range(2)]
    alone = [talk(shop, *texts, state=state) for texts, state in zip(chats, begun, strict=True)]
    states = list(begun)
    for turn in range(3):
        for chat, texts in enumerate(chats):
            reply = shop.reply(texts[turn], state=states[chat])
            states[chat] = reply.state
            assert without_times(reply) == without_times(alone[chat][turn])


def test_products_come_first_then_sentences_then_the_reply(searcher, classifier):
    llm = ScriptedLLM("The Verra One costs $199.99. It is waterproof. The rating is 3.9.")
    shop = ShoppingAssistant(searcher, classifier, llm=llm, settings=Settings())
    begun = DialogueState(session="session-1")
    parts = shop.stream("Verra phone", state=begun)
    first = next(parts)
    assert isinstance(first, Products)
    assert [item.hit.product.id for item in first.suggestions] == ["phone-verra"]
    assert first.lines == ("Verra One smartphone, silver · $199.99 · ★ 3.9 (7) · only 3 left",)
    assert llm.history == []
    *sentences, last = parts
    assert [part.text for part in sentences] == [
        "One product fits.",
        "The Verra One costs $199.99.",
        "The rating is 3.9.",
    ]
    assert isinstance(last, Reply)
    assert last.text == "One product fits. The Verra One costs $199.99. The rating is 3.9."
    assert last.dropped == ("It is waterproof.",)
    assert (last.degraded, set(last.seconds)) == (False, {"understand", "act", "answer"})
    assert without_times(shop.reply("Verra phone", state=begun)) == without_times(last)


def test_a_failing_model_leaves_products_and_a_composed_answer(searcher, classifier):
    shop = ShoppingAssistant(searcher, classifier, llm=ScriptedLLM(AnswerError("gone")), settings=Settings())
    reply = shop.reply("Verra phone")
    assert (ids(reply), reply.text, reply.degraded) == (["phone-verra"], "One product fits.", True)


def test_a_language_that_the_model_does_not_speak_gets_the_composed_answer(searcher, classifier):
    llm = ScriptedLLM("流明 P1 售价 $299。")
    english = ShoppingAssistant(
        searcher, classifier, llm=llm, settings=Settings(llm_languages=frozenset({"en"}))
    )
    reply = english.reply("手机")
    assert (reply.text, reply.degraded, llm.history) == ("有 3 款符合。", False, [])
    both = ShoppingAssistant(
        searcher, classifier, llm=llm, settings=Settings(llm_languages=frozenset({"en", "zh"}))
    )
    assert both.reply("手机").text == "有 3 款符合。流明 P1 售价 $299。"
    assert len(llm.history) == 1


# -- history ------------------------------------------------------------------------------------------


def test_nothing_is_kept_of_a_stranger(shop):
    talk(shop, "phone", "love the first one", "I don't like the first one")
    with shop.parts.searcher.store.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM events").scalar() == 0


def test_history_changes_the_order_and_is_the_reason_given(searcher, classifier, user):
    shop = ShoppingAssistant(searcher, classifier, settings=Settings(llm="none", history_weight=0.8))
    before = shop.reply("phone", user=user)
    liked = before.hits[1].product
    for _ in range(4):
        shop.record(user, liked.id, "purchase")
    after = shop.reply("phone", user=user)
    assert ids(after)[0] == liked.id
    assert after.suggestions[0].reason == "you bought this one"
    assert ids(shop.reply("phone")) == ids(before)


def test_a_disliked_product_does_not_come_up_again_unless_nothing_else_fits(shop, user):
    first = shop.reply("phone", user=user)
    disliked = first.hits[0].product
    told = shop.reply("I don't like the first one", state=first.state, user=user)
    assert told.text.startswith(f"Noted, {disliked.title} will not come up again.")
    assert disliked.id not in ids(told)
    again = shop.reply("phone", user=user)
    assert len(ids(again)) == len(ids(first)) - 1
    assert disliked.id not in ids(again)
    assert ids(shop.reply(f"{disliked.brand} phone", user=user)) == [disliked.id]


def test_a_question_left_behind_is_not_answered_later(shop):
    asked, liked = talk(shop, "eh", "love the first one")
    assert (asked.state.question is None, liked.state.question) == (False, None)


def test_suggestions_for_a_stranger_sell_well_and_for_a_friend_suit_the_taste(shop, user):
    stranger = shop.reply("recommend something", user=user)
    assert stranger.text.startswith("I do not know your taste yet")
    assert ids(stranger)[0] == "lamp"
    shop.record(user, "shoe-41", "purchase")
    friend = shop.reply("recommend something", user=user)
    assert friend.text == "Chosen from what you looked at and bought before."
    assert friend.hits[0].product.brand == "Stride"
    assert "shoe-41" not in ids(friend)


def test_a_chat_begins_with_nothing_wanted(shop):
    reply = shop.reply("hello")
    assert reply.state.wanted == Constraints()
    assert reply.quick_replies[-1] == "recommend something"


def test_how_much_the_last_one_is_has_nothing_to_do_with_how_long_it_lasts(shop):
    found, asked = talk(shop, "phone", "how much is the last one?")
    price = found.suggestions[-1].hit.product.price
    assert f"{price:,}".rstrip("0").rstrip(".") in asked.text


def test_nothing_fits_a_limit_that_was_not_applied(shop):
    (reply,) = talk(shop, "phone under 9000 rupees")
    assert all("9000" not in item.reason and "9,000" not in item.reason for item in reply.suggestions)
    assert reply.suggestions
