"""What is read of a message before anything is done."""

from collections.abc import Mapping

import pytest

from assistant.acts import Reader
from assistant.turns import DialogueState, Intent, Option, Question
from assistant.vocabulary import Vocabulary
from index.search import Searcher

CARD = "4111 1111 1111 1111"


class Listening:
    """A classifier that keeps what it was given."""

    labels = ("search_product",)

    def __init__(self) -> None:
        self.heard: list[str] = []

    def classify(self, text: str, context: str = "") -> Intent:
        self.heard.append(text)
        return Intent("search_product", 0.9, "", 0.9)


@pytest.mark.parametrize(
    "text",
    [
        f"headphones {CARD}",
        "耳机 4111-1111-1111-1111",
        f"{'x' * 1990} {CARD}",
        "耳机４１１１１１１１１１１１１１１１",
    ],
)
def test_a_card_number_is_not_even_read(searcher: Searcher, text: str) -> None:
    classifier, vocabulary = Listening(), Vocabulary(searcher.store.vocabulary())
    acts = Reader(classifier, lambda: vocabulary).read(text, DialogueState())
    for kept in (repr(acts), *classifier.heard):
        assert "1111" not in kept.replace("-", "").replace(" ", "")
        assert "１１１１" not in kept


def test_a_card_number_alone_is_a_wish_to_pay(searcher: Searcher) -> None:
    vocabulary = Vocabulary(searcher.store.vocabulary())
    acts = Reader(Listening(), lambda: vocabulary).read(CARD, DialogueState())
    assert [(act.label, act.said.text) for act in acts] == [("checkout", "••••")]


class Scripted:
    """Reads each text by the script; what is not there is a search."""

    def __init__(self, labels: Mapping[str, str | Intent]) -> None:
        self.labels = labels

    def classify(self, text: str, context: str = "") -> Intent:
        found = self.labels.get(text, "search_product")
        return Intent(found, 0.95, "", 0.9) if isinstance(found, str) else found


def read(searcher: Searcher, text: str, state: DialogueState | None = None, **labels: str | Intent):
    vocabulary = Vocabulary(searcher.store.vocabulary())
    script = {key.replace("_", " "): label for key, label in labels.items()}
    return Reader(Scripted(script), lambda: vocabulary).read(text, state or DialogueState())


def acts(read_as) -> list[tuple[str, str]]:
    return [(act.label, act.said.text) for act in read_as]


TABLE = DialogueState(shown=("lamp", "kettle"), ranking=("lamp", "kettle"), topic="search_product")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "add the first one and show me shoes",
            [("add_to_cart", "add the first one"), ("search_product", "show me shoes")],
        ),
        (
            "add the first one, then what is in my cart?",
            [("add_to_cart", "add the first one"), ("view_cart", "what is in my cart?")],
        ),
        (
            "加第一个，再看看鞋",
            [("add_to_cart", "加第一个"), ("search_product", "看看鞋")],
        ),
        (
            "the red one, add it and tell me about delivery",
            [("add_to_cart", "the red one add it"), ("ask_policy", "tell me about delivery")],
        ),
        (
            "one Halo in white too, and what's my total",
            [("add_to_cart", "one Halo in white too"), ("view_cart", "what's my total")],
        ),
        (
            "白色的要一个，一共多少钱",
            [("add_to_cart", "白色的要一个"), ("view_cart", "一共多少钱")],
        ),
        (
            "改成两个，然后寄到加拿大要几天",
            [("add_to_cart", "改成两个"), ("ask_policy", "寄到加拿大要几天")],
        ),
    ],
)
def test_two_things_in_one_message_are_two_acts_in_order(searcher, text, parts):
    labels = {said: label for label, said in parts}
    vocabulary = Vocabulary(searcher.store.vocabulary())
    got = acts(Reader(Scripted(labels), lambda: vocabulary).read(text, TABLE))
    assert got == parts


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("show me shoes and find a lamp", {}),  # needs are refined, not taken apart
        ("add 1 and add 2", {"add 1": "add_to_cart", "add 2": "add_to_cart"}),
        ("black and white shoes", {}),
        ("add the first one and show me shoes", {"add the first one": Intent("add_to_cart", 0.3, "", 0.1)}),
    ],
)  # fmt: skip
def test_a_message_whose_parts_ask_for_the_same_or_are_unclear_stays_whole(searcher, text, labels):
    vocabulary = Vocabulary(searcher.store.vocabulary())
    got = Reader(Scripted(labels), lambda: vocabulary).read(text, TABLE)
    assert [act.said.text for act in got] == [text]


def test_what_is_counted_out_is_bought_beside_what_is_looked_for(searcher):
    vocabulary = Vocabulary(searcher.store.vocabulary())
    got = acts(Reader(Scripted({}), lambda: vocabulary).read("来一个白色台灯，顺便看看鞋", DialogueState()))
    assert got == [("add_to_cart", "来一个白色台灯"), ("search_product", "看看鞋")]


def test_what_is_still_to_be_recommended_is_not_bought(searcher):
    labels = {
        "再加一个台灯吧": "add_to_cart",
        "推荐一下": "recommend",
        "再加一个台灯吧 推荐一下": "add_to_cart",
    }
    vocabulary = Vocabulary(searcher.store.vocabulary())
    got = Reader(Scripted(labels), lambda: vocabulary).read("再加一个台灯吧，推荐一下", TABLE)
    assert [act.label for act in got] == ["search_product"]


def test_what_pleases_is_no_colour(searcher):
    vocabulary = Vocabulary(searcher.store.vocabulary())
    (act,) = Reader(Scripted({}), lambda: vocabulary).read("gold, the lamp in white", DialogueState())
    assert "gold" not in act.said.constraints.query


def test_politeness_beside_an_act_is_no_act(searcher):
    labels = {"add the first one": "add_to_cart", "show me shoes": "search_product", "thanks": "thank"}
    vocabulary = Vocabulary(searcher.store.vocabulary())
    reader = Reader(Scripted(labels), lambda: vocabulary)
    assert acts(reader.read("thanks, add the first one and show me shoes", TABLE)) in (
        [("add_to_cart", "thanks, add the first one"), ("search_product", "show me shoes")],
        [("add_to_cart", "add the first one"), ("search_product", "show me shoes")],
    )


CANCEL = Question(
    options=(Option("another order", "track_order", "show my orders"),),
    yes=Option("yes, cancel it", "change_order", "cancel it", {"order": "M-100001", "change": "cancel"}),
    no=Option("no, keep it", "deny", "keep it"),
)
ASKED = DialogueState(question=CANCEL)


@pytest.mark.parametrize(
    ("text", "label", "chosen"),
    [
        ("yes", "change_order", {"order": "M-100001", "change": "cancel"}),
        ("Yes please.", "change_order", {"order": "M-100001", "change": "cancel"}),
        ("go ahead", "change_order", {"order": "M-100001", "change": "cancel"}),
        ("好的", "change_order", {"order": "M-100001", "change": "cancel"}),
        ("确认", "change_order", {"order": "M-100001", "change": "cancel"}),
        ("no", "deny", {}),
        ("never mind", "deny", {}),
        ("算了", "deny", {}),
        ("Another order!", "track_order", {}),
        ("the another order please", "track_order", {}),
    ],
)
def test_an_answer_to_the_open_question_does_what_it_stands_for(searcher, text, label, chosen):
    (act,) = read(searcher, text, ASKED)
    assert (act.label, dict(act.chosen), act.unsure) == (label, chosen, False)


@pytest.mark.parametrize(
    ("text", "intent"), [("yes", "affirm"), ("no", "deny"), ("好", "affirm"), ("不用了", "deny")]
)
def test_a_yes_or_a_no_keeps_its_own_intent(searcher, text, intent):
    (act,) = read(searcher, text, ASKED)
    assert act.said.intent.label == intent


@pytest.mark.parametrize(
    "text", ["yes", "not yet sure, show me red shoes under 50 dollars", "is it red", "nothing black"]
)
def test_what_is_no_answer_is_read_for_itself(searcher, text):
    state = DialogueState() if text == "yes" else ASKED
    (act,) = read(searcher, text, state)
    assert (act.label, act.said.text, dict(act.chosen)) == ("search_product", text, {})


def test_an_option_that_is_not_said_outright_is_not_taken_by_a_no(searcher):
    (act,) = read(searcher, "no another order", DialogueState(question=Question(CANCEL.options)))
    assert act.label != "track_order"


@pytest.mark.parametrize(
    ("intent", "text", "state", "label", "unsure"),
    [
        (Intent("greet", 0.3, "thank", 0.05), "hmm", DialogueState(), "greet", True),
        (
            Intent("out_of_scope", 0.3, "search_product", 0.01),
            "red",
            DialogueState(),
            "search_product",
            False,
        ),
        (Intent("greet", 0.3, "thank", 0.05), "shoes", DialogueState(), "search_product", False),
        (Intent("ask_product", 0.3, "compare_products", 0.05), "hm", TABLE, "ask_product", False),
        (
            Intent("greet", 0.3, "ask_product", 0.05),
            "hm",
            DialogueState(shown=("lamp",), focus=("lamp",)),
            "ask_product",
            False,
        ),
    ],
)
def test_an_unsure_reading_is_acted_on_only_where_something_is_named(
    searcher, intent, text, state, label, unsure
):
    vocabulary = Vocabulary(searcher.store.vocabulary())
    (act,) = Reader(Scripted({text: intent}), lambda: vocabulary).read(text, state)
    assert (act.label, act.unsure) == (label, unsure)


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [("shoes", "zh", "en"), ("鞋", "en", "zh"), ("2", "zh", "zh"), ("2", "en", "en"), ("...", "zh", "zh")],
)
def test_a_text_without_letters_goes_on_in_the_language_of_the_conversation(searcher, text, before, language):
    (act,) = read(searcher, text, DialogueState(language=before))
    assert act.said.language == language


def test_a_message_without_words_asks_for_nothing(searcher):
    (act,) = read(searcher, "?!")
    assert (act.label, act.unsure) == ("", False)
