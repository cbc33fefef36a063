"""A waiting line in front of a model that serves one chat at a time."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from assistant.errors import AnswerError

PATIENCE = 8.0
"""Seconds that a chat waits before it takes the composed answer."""

LOOKS_UP = 0.25
"""Seconds between two looks at whether the shopper is still there."""


class WaitingLine:
    """First come, first served; so many may wait, and who leaves makes room.

    >>> line = WaitingLine(places=2)
    >>> [piece for piece in line.wait()]  # nobody before: no waiting
    []
    >>> line.done()
    """

    def __init__(self, places: int, *, patience: float = PATIENCE) -> None:
        """Set how many chats may wait, and for how many seconds each."""
        self._places, self._patience = places, patience
        self._tickets = deque[object]()
        self._changed = threading.Condition()

    def wait(self) -> Iterator[str]:
        """Yield empty pieces until it is this chat's turn; `done` must be called after it has come.

        Closing the iterator gives the place up.

        Raises:
            AnswerError: If the line is full, or patience has run out.
        """
        ticket, until = object(), monotonic() + self._patience
        with self._changed:
            if len(self._tickets) > self._places:
                raise _busy(
                    f"{self._places} chats are waiting for the language model already.", self._patience
                )
            self._tickets.append(ticket)
        with self._leaving(ticket):
            while not self._is_first(ticket):
                if monotonic() > until:
                    raise _busy("The language model is busy with other chats.", self._patience)
                yield ""

    def done(self) -> None:
        """Let the next one in."""
        with self._changed:
            self._tickets.popleft()
            self._changed.notify_all()

    def _is_first(self, ticket: object) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._tickets[0] is ticket, timeout=LOOKS_UP)

    @contextmanager
    def _leaving(self, ticket: object) -> Iterator[None]:
        try:
            yield
        except BaseException:  # whoever goes away, for whatever reason, is not waited for
            with self._changed:
                self._tickets.remove(ticket)
                self._changed.notify_all()
            raise


def _busy(what: str, seconds: float) -> AnswerError:
    return AnswerError(what, retryable=True, retry_after=seconds)
