"""Deliberate errors of the conversation; the whole tree is drawn in `index/errors.py`."""

from index.errors import ShopError


class AnswerError(ShopError):
    """A language model failed to answer.

    Attributes:
        retryable: Whether the same call may succeed later.
        retry_after: Seconds to wait before that; None when unknown.
    """

    def __init__(self, message: str, *, retryable: bool = False, retry_after: float | None = None) -> None:
        self.retryable, self.retry_after = retryable, retry_after
        super().__init__(message)
