"""Language models: one protocol, a local one, one behind an endpoint, or none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from assistant.config import Settings
from index.models import BUNDLED, SMOLLM2, locate, unpack

Message = Mapping[str, str]
"""`role` ("system", "user", "assistant") and `content`."""


class LanguageModel(Protocol):
    """Text from messages, piece by piece.

    One with an attribute `brief` that is true is told of one product, and its answer is begun for it.
    """

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield pieces of the answer as they are made; an empty one while there is nothing yet.

        Closing the iterator stops the generation and lets the next chat have the model.

        Raises:
            AnswerError: If no answer can be had, or no more of it.
        """


def load_llm(settings: Settings) -> LanguageModel | None:
    """The configured language model; None for `none`.

    Raises:
        ConfigError: If `SHOP_LLM` names an endpoint that cannot be one.
        ModelError: If a local model is missing, broken, or needs a network that is not there.
    """
    if settings.llm == "none":
        return None
    if settings.llm.startswith("openai:"):
        from assistant.llm.endpoint import EndpointLanguageModel

        return EndpointLanguageModel.from_name(settings.llm, seconds=settings.llm_seconds)
    from assistant.llm.local import TransformersLanguageModel, write_smollm

    source = locate(
        settings.llm,
        setting="SHOP_LLM",
        bundled=lambda: unpack(SMOLLM2, settings.cache_dir, write_smollm),
    )
    bundled = settings.llm == BUNDLED
    name = SMOLLM2.name if bundled else settings.llm
    return TransformersLanguageModel(
        source, name=name, device=settings.device, places=settings.llm_places, brief=bundled
    )
