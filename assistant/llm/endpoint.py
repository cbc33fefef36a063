"""A language model behind an OpenAI-compatible endpoint. The only file that imports `openai`."""

import os
import re
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from assistant.errors import AnswerError
from assistant.llm import Message
from index.errors import ConfigError

if TYPE_CHECKING:
    from openai import OpenAI

_NAME = re.compile(r"openai:(?P<model>[^@\s]+(?:@[^@\s:/]+)*)@(?P<url>https?://\S+)")

CONNECT_SECONDS = 3.0
RETRIES = 2
"""After an answer that may be better next time (408, 409, 429, 5xx, no connection), with growing pauses."""

RESTS = 30.0
"""Seconds for which an endpoint that failed is not asked again: no shopper waits for what is down."""


class EndpointLanguageModel:
    """Asks an endpoint, and stops listening when it is too slow."""

    def __init__(self, client: "OpenAI", model: str, *, seconds: float) -> None:
        """Join a client and the name of a model.

        Args:
            client: Brings the address, the key and the retries.
            model: As the endpoint calls it.
            seconds: For the whole of an answer.
        """
        self._client, self._model, self._seconds = client, model, seconds
        self._rests_until = 0.0

    @classmethod
    def from_name(cls, name: str, *, seconds: float) -> Self:
        """Read `openai:MODEL@URL`; the key, if one is needed, is in `OPENAI_API_KEY`.

        Raises:
            ConfigError: If it is not of that form.
        """
        match = _NAME.fullmatch(name.strip())
        if match is None:
            raise ConfigError(
                f"SHOP_LLM={name!r}: write openai:MODEL@URL, as openai:qwen3@http://127.0.0.1:8000/v1."
            )
        from openai import OpenAI, Timeout

        client = OpenAI(
            base_url=match["url"],
            api_key=os.environ.get("OPENAI_API_KEY") or "none",  # servers of one's own want none
            timeout=Timeout(seconds / (RETRIES + 1), connect=CONNECT_SECONDS),
            max_retries=RETRIES,
        )
        return cls(client, match["model"], seconds=seconds)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield pieces of the answer as they arrive.

        Raises:
            AnswerError: If the endpoint cannot be reached, refuses, sends what is no answer, or is too slow.
        """
        if (rest := self._rests_until - monotonic()) > 0:
            raise AnswerError(
                "The language model's endpoint failed a moment ago.", retryable=True, retry_after=rest
            )
        try:
            yield from self._pieces(messages, max_tokens)
        except AnswerError:
            self._rests_until = monotonic() + RESTS
            raise

    def _pieces(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        from openai import APIConnectionError, APIStatusError

        until = monotonic() + self._seconds
        try:
            with self._client.chat.completions.create(
                model=self._model,
                messages=cast(Any, list(messages)),
                max_tokens=max_tokens,
                temperature=0,
                stream=True,
            ) as chunks:
                for chunk in chunks:
                    if monotonic() > until:
                        raise AnswerError(
                            f"The language model took over {self._seconds:g} s.", retryable=True
                        )
                    yield _text(chunk)
        except APIStatusError as error:
            # Other 4xx are said of this request or this key: asking again changes nothing.
            again = error.status_code >= 500 or error.status_code in (408, 409, 429)
            raise AnswerError(f"The endpoint refused: {error.status_code}.", retryable=again) from error
        except APIConnectionError as error:
            raise AnswerError("The language model's endpoint does not answer.", retryable=True) from error
        except AnswerError:
            raise
        except Exception as error:
            # A proxy's page, a stream cut in the middle, other JSON than the protocol's: the client lets
            # the errors of its parser and of its HTTP library through.
            raise AnswerError(f"The endpoint sent what is no answer: {type(error).__name__}.") from error


def _text(chunk: Any) -> str:
    """The new text of one chunk; some servers send chunks without any (their usage, a role)."""
    if not chunk.choices:
        return ""
    return str(chunk.choices[0].delta.content or "")
