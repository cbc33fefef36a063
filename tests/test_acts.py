"""What is read of a message before anything is done."""

import pytest

from assistant.acts import Reader
from assistant.turns import DialogueState, Intent
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
