"""Language models. The only file that imports the causal LLM."""

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.config import Settings
from assistant.errors import AnswerError
from index.models import BUNDLED, SMOLLM2, ModelSource, locate, unpack, unreachable

Message = Mapping[str, str]
"""`role` ("system", "user", "assistant") and `content`."""

QUEUE_SECONDS = 8.0
"""A chat waits this long for another chat's answer before it takes the composed one."""


class LanguageModel(Protocol):
    """Text from messages, piece by piece."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield pieces of the answer as they are made.

        Closing the iterator stops the generation.

        Raises:
            AnswerError: If no answer can be had.
        """


class TransformersLanguageModel:
    """A local chat model; one generation at a time, the others wait."""

    def __init__(self, source: ModelSource, *, name: str, device: str = "cpu") -> None:
        """Load the model.

        Raises:
            ModelError: If it cannot be loaded.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        on_cpu = device == "cpu"
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(source.name, local_files_only=source.local)
            self._model = AutoModelForCausalLM.from_pretrained(
                source.name,
                local_files_only=source.local,
                # bfloat16 is slower than float32 on a CPU without units for it.
                dtype=torch.float32 if on_cpu else "auto",
                device_map=None if on_cpu else device,
            ).eval()
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise unreachable(name, "SHOP_LLM", error) from error
        self._lock = threading.Lock()

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield pieces of the answer, greedily decoded.

        Raises:
            AnswerError: If the model is busy with other chats, or fails.
        """
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        if not self._lock.acquire(timeout=QUEUE_SECONDS):
            raise AnswerError(
                "The language model is busy with other chats.", retryable=True, retry_after=QUEUE_SECONDS
            )
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=60
        )
        stop, failure = threading.Event(), []

        def stopped(ids: Any, scores: Any, **_: Any) -> Any:
            import torch

            return torch.full((ids.shape[0],), stop.is_set(), dtype=torch.bool, device=ids.device)

        def generate() -> None:
            try:
                inputs = self._tokenizer.apply_chat_template(
                    list(messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
                ).to(self._model.device)
                self._model.generate(
                    **inputs,
                    max_new_tokens=max_tokens,
                    do_sample=False,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([stopped]),
                    pad_token_id=self._tokenizer.eos_token_id,
                )
            except Exception as error:  # whatever a model raises ends this answer, and no more
                failure.append(error)
                streamer.end()
            finally:
                self._lock.release()

        worker = threading.Thread(target=generate, daemon=True)
        worker.start()
        try:
            yield from streamer
        finally:
            stop.set()
            worker.join()
        if failure:
            raise AnswerError(f"The language model failed: {failure[0]}") from failure[0]


def write_smollm(source: Path, folder: Path) -> None:
    """Convert the GGUF file once: loading that takes half a minute, loading this half a second."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    where = {"gguf_file": source.name, "local_files_only": True}
    AutoTokenizer.from_pretrained(source.parent, **where).save_pretrained(folder)
    unpacked = AutoModelForCausalLM.from_pretrained(source.parent, dtype=torch.float32, **where)
    # The model still counts as quantised and refuses to be saved; its weights are plain by now.
    config = type(unpacked.config).from_dict(
        {key: value for key, value in unpacked.config.to_dict().items() if key != "quantization_config"}
    )
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(unpacked.state_dict())
    model.save_pretrained(folder)


def load_llm(settings: Settings) -> LanguageModel | None:
    """The configured language model; None for `none`.

    Raises:
        ModelError: If it is missing, broken, or needs a network that is not there.
    """
    if settings.llm == "none":
        return None
    source = locate(
        settings.llm,
        setting="SHOP_LLM",
        bundled=lambda: unpack(SMOLLM2, settings.cache_dir, write_smollm),
    )
    name = SMOLLM2.name if settings.llm == BUNDLED else settings.llm
    return TransformersLanguageModel(source, name=name, device=settings.device)
