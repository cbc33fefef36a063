"""A local language model. The only file that imports the causal LLM."""

import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import AnswerError
from assistant.llm import Message
from assistant.llm.waiting import WaitingLine
from index.models import ModelSource, unreachable


class TransformersLanguageModel:
    """A local chat model; one generation at a time, the others wait in line."""

    def __init__(
        self, source: ModelSource, *, name: str, device: str = "cpu", places: int = 8, brief: bool = False
    ) -> None:
        """Load the model.

        Args:
            source: Folder, GGUF file or hub id.
            name: What messages call it.
            device: `cpu`, `cuda`, `auto` ... as accelerate understands it.
            places: How many chats may wait.
            brief: Whether it is too small to keep several products apart.

        Raises:
            ModelError: If it cannot be loaded.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.brief = brief
        on_cpu = device == "cpu"
        where, file = _gguf(source)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(where, local_files_only=source.local, **file)
            self._model = AutoModelForCausalLM.from_pretrained(
                where,
                local_files_only=source.local,
                # bfloat16 is slower than float32 on a CPU without units for it.
                dtype=torch.float32 if on_cpu else "auto",
                device_map=None if on_cpu else device,
                **file,
            ).eval()
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise unreachable(name, "SHOP_LLM", error) from error
        self._line = WaitingLine(places)
        self._prefix = _Prefix(self._model.config)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield pieces of the answer, greedily decoded; empty ones while other chats are served.

        A last message of the assistant is the beginning of the answer, and is carried on.

        Raises:
            AnswerError: If too many chats wait, or the model fails.
        """
        yield from self._line.wait()
        try:
            yield from self._generated(messages, max_tokens)
        finally:
            self._line.done()

    def _generated(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        begun = messages[-1]["content"] if messages[-1]["role"] == "assistant" else ""
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
                    list(messages),
                    add_generation_prompt=not begun,
                    continue_final_message=bool(begun),
                    return_tensors="pt",
                    return_dict=True,
                ).to(self._model.device)
                made = self._model.generate(
                    **inputs,
                    past_key_values=self._prefix.kept_for(inputs["input_ids"][0].tolist()),
                    max_new_tokens=max_tokens,
                    do_sample=False,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([stopped]),
                    pad_token_id=self._tokenizer.eos_token_id,
                )
                self._prefix.computed(made[0].tolist())
            except Exception as error:  # whatever a model raises ends this answer, and no more
                self._prefix.lost()
                failure.append(error)
                streamer.end()

        worker = threading.Thread(target=generate, daemon=True)
        worker.start()
        try:
            if begun:
                yield begun
            yield from streamer
        finally:
            stop.set()
            worker.join()
        if failure:
            raise AnswerError(f"The language model failed: {failure[0]}") from failure[0]


class _Prefix:
    """Keys and values of the last prompt: what the next one begins with is not computed again."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self.lost()

    def lost(self) -> None:
        """Begin anew."""
        from transformers import DynamicCache

        self._cache, self._tokens = DynamicCache(config=self._config), list[int]()

    def kept_for(self, tokens: Sequence[int]) -> Any:
        """The cache, cut back to what the tokens share with those before them.

        The last token is always left to compute: its output is the first new token's.
        """
        pairs = zip(tokens[:-1], self._tokens, strict=False)
        shared = next((at for at, (new, old) in enumerate(pairs) if new != old), None)
        if shared is None:
            shared = min(len(tokens) - 1, len(self._tokens))
        if (surplus := self._cache.get_seq_length() - shared) > 0:
            self._cache.crop(-surplus)
        self._tokens = self._tokens[:shared]
        return self._cache

    def computed(self, tokens: Sequence[int]) -> None:
        """Remember what the cache now stands for."""
        self._tokens = list(tokens[: self._cache.get_seq_length()])


def _gguf(source: ModelSource) -> tuple[str, dict[str, str]]:
    """A GGUF file as transformers wants it: its folder, and its name by itself."""
    path = Path(source.name)
    if source.local and path.suffix == ".gguf":
        return str(path.parent), {"gguf_file": path.name}
    return source.name, {}


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
