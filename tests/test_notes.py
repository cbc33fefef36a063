"""What shoppers said of themselves is kept, changed and forgotten."""

import pytest

from assistant.notes import Note, Notes
from index.database import connect

SIZE = Note("size", "EU 42", True, "I wear size 42")
WOOL = Note("material", "wool", False, "I'm allergic to wool")
WORDS = Note("", "", True, "my dog is called Rex")


@pytest.fixture
def notes(tmp_path) -> Notes:
    return Notes(connect(f"sqlite:///{tmp_path / 'notes.sqlite'}"))


def test_what_was_said_is_there_again_the_oldest_first(notes):
    notes.add("ana", [SIZE, WOOL])
    notes.add("ana", [WORDS])
    assert notes.of("ana") == (SIZE, WOOL, WORDS)
    assert notes.of("bob") == notes.of(None) == ()


def test_a_new_size_takes_the_place_of_the_old_one(notes):
    notes.add("ana", [SIZE])
    new = Note("size", "EU 43", True, "43 now")
    notes.add("ana", [new])
    assert notes.of("ana") == (new,)


def test_a_like_of_what_was_avoided_takes_its_place(notes):
    notes.add("ana", [WOOL])
    now = Note("material", "wool", True, "wool is fine now")
    notes.add("ana", [now])
    assert notes.of("ana") == (now,)


def test_the_same_words_are_kept_once_and_other_words_beside_them(notes):
    other = Note("", "", True, "my cat is called Tom")
    notes.add("ana", [WORDS])
    notes.add("ana", [WORDS, other])
    assert notes.of("ana") == (WORDS, other)


def test_one_note_is_forgotten_or_all_of_them(notes):
    notes.add("ana", [SIZE, WOOL])
    notes.add("bob", [SIZE])
    assert notes.forget("ana", [WOOL]) == 1
    assert notes.of("ana") == (SIZE,)
    assert notes.forget("ana") == 1
    assert (notes.of("ana"), notes.of("bob")) == ((), (SIZE,))


def test_a_pause_is_no_note_and_survives_forgetting(notes):
    notes.add("ana", [SIZE])
    notes.pause("ana", True)
    assert (notes.paused("ana"), notes.paused("bob"), notes.paused(None)) == (True, False, False)
    assert notes.of("ana") == (SIZE,)
    notes.forget("ana")
    assert notes.paused("ana")
    notes.pause("ana", False)
    assert not notes.paused("ana")
