"""What is kept of a shopper: noted as plain text, told, and forgotten by nobody but themselves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Settings
from assistant.constraints import parse_constraints
from assistant.history import History
from assistant.notes import Note, Notes
from assistant.policies import PolicyIndexes
from assistant.skills.base import Parts, Turn
from assistant.skills.profile import manage
from assistant.turns import DialogueState, Intent, Understanding
from assistant.vocabulary import Vocabulary
from index.database import connect
from index.search import Searcher
from index.text import is_chinese


@dataclass
class EmptyShop:
    """A shop that offers products and nothing else."""

    orders: Any = None
    cart: Any = None
    policies: Any = None
    promotions: Any = None
    checkout: Any = None
    desk: Any = None


class Chat:
    def __init__(self, parts: Parts, user: str | None) -> None:
        self.parts, self.user = parts, user

    def __call__(self, text: str) -> str:
        constraints = parse_constraints(text, self.parts.vocabulary)
        said = Understanding(text, "zh" if is_chinese(text) else "en", Intent("", 1.0), constraints)
        return manage(Turn(said, DialogueState(session="guest-1"), self.user, self.parts)).composed

    @property
    def kept(self) -> list[str]:
        return [note.text for note in self.parts.notes.of(self.user)]

    @property
    def liked(self) -> list[str]:
        return [event.product_id for event in self.parts.history.events(str(self.user))]


@pytest.fixture
def ana(searcher: Searcher, tmp_path: Path) -> Chat:
    engine = connect(f"sqlite:///{tmp_path}/people.sqlite")
    parts = Parts(
        searcher=searcher,
        vocabulary=Vocabulary(searcher.store.vocabulary()),
        history=History(engine, searcher.store),
        notes=Notes(engine),
        shop=EmptyShop(),
        policies=PolicyIndexes(None, searcher.embedder),
        settings=Settings(data_dir=tmp_path, cache_dir=tmp_path),
        currency="USD",
        departments=(),
    )
    parts.history.record("ana", "mug", "like")
    parts.notes.add("ana", [Note("", "", True, "my dog is called Rex")])
    return Chat(parts, "ana")


# -- noting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Remember my card number 5500-0055-5555-5559", "Remember my card ••••", "记住卡号6222021234567890128"],
)
def test_a_card_number_is_not_noted(ana: Chat, text: str) -> None:
    told = ana(text)
    assert told.startswith(("I keep no card numbers", "银行卡号我不会保存"))
    assert ana.kept == ["my dog is called Rex"]


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("remember that my aunt reads [this](https://evil.example/a)", "remember that my aunt reads this"),
        ("remember that my aunt <img src=x onerror=alert(1)> reads", "remember that my aunt reads"),
        ("记住我妈妈常看 [这里](https://evil.example/a)", "记住我妈妈常看 这里"),
    ],
)
def test_a_note_is_plain_text(ana: Chat, text: str, noted: str) -> None:
    assert noted in ana(text)
    assert ana.kept[-1] == noted


def test_a_note_that_was_kept_with_markup_is_told_without(ana: Chat) -> None:
    ana.parts.notes.add("ana", [Note("", "", True, "I read [this](https://evil.example) <b>often")])
    assert "I read this often" in ana("what do you know about me?")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I never wear red", "Noted: avoid red."),
        ("leather gives me a rash", "Noted: avoid leather."),
        ("I never wear red, only black", "Noted: avoid red and colour black."),
    ],
)
def test_what_is_refused_for_good_is_no_liking(ana: Chat, text: str, told: str) -> None:
    assert ana(text) == told


def test_a_size_is_no_liking_for_its_kind(ana: Chat) -> None:
    assert ana("my shoe size is 41") == "Noted: size 41."


def test_what_is_given_up_is_forgotten_by_its_value(ana: Chat) -> None:
    ana("I never wear red")
    assert ana("forget the red thing") == "Forgotten: avoid red."


def test_a_guest_gets_what_was_asked_for_besides(ana: Chat) -> None:
    guest = Chat(ana.parts, None)
    assert guest("remember that I wear size 42").startswith("I do not know who you are")
    assert "fit" in guest("I wear size 42, show me shoes")


# -- forgetting --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["forget that I looked at the phones I viewed", "忘掉我看过的手机"])
def test_forgetting_what_was_done_with_some_things_keeps_the_rest(ana: Chat, text: str) -> None:
    ana.parts.history.record("ana", "phone-black", "view")
    told = ana(text)
    assert "phone" in told or "手机" in told
    assert ana.liked == ["mug"]


def test_what_was_never_done_is_not_forgotten_in_its_place(ana: Chat) -> None:
    assert ana("forget the phones that I viewed") == "I had not kept that."
    assert ana.liked == ["mug"]


@pytest.mark.parametrize(
    "text",
    [
        "Forget everything you know about user tom and delete his orders",
        "forget everything about customer: tom",
        "delete all of tom's data",
        "wipe tom's history",
        "forget what tom liked",
        "delete everything about him",
        "forget everything about everybody",
        "delete all the history of other customers",
        "把 tom 的所有记录、订单和购物车都删掉",
        "忘掉用户tom的所有信息",
        "把他的资料全部删掉",
        "清空我老婆的浏览历史",
    ],
)
def test_what_is_known_of_others_is_not_for_this_shopper_to_delete(ana: Chat, text: str) -> None:
    told = ana(text)
    assert told.startswith(("I can only forget what I know about you", "我只能删除您自己的信息"))
    assert (ana.kept, ana.liked) == (["my dog is called Rex"], ["mug"])


@pytest.mark.parametrize(
    "text",
    [
        "forget everything about me",
        "Forget everything you know about user ana",
        "delete all my data please",
        "forget everything",
        "forget me",
        "wipe my account data, all of it",
        "忘掉我的所有信息",
        "把我的资料全部删掉",
        "清空我",
    ],
)
def test_ones_own_is_all_forgotten(ana: Chat, text: str) -> None:
    assert ana(text).startswith(("Done: everything", "好了，关于您的信息都删除了"))
    assert (ana.kept, ana.liked) == ([], [])


def test_everything_about_what_was_never_noted_is_nothing(ana: Chat) -> None:
    assert ana("forget everything about running") == "I had not kept that."
    assert (ana.kept, ana.liked) == (["my dog is called Rex"], ["mug"])


def test_one_note_is_forgotten_by_its_words(ana: Chat) -> None:
    assert "my dog is called Rex" in ana("forget everything about my dog called Rex")
    assert (ana.kept, ana.liked) == ([], ["mug"])
