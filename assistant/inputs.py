"""What the intent network reads: an utterance in its situation, as tokens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

MAX_TOKENS = 64


def load_tokenizer(folder: str | Path) -> Any:
    """The tokenizer of the encoder in `folder`."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def encode_input(text: str, context: str = "") -> str:
    """The classifier's input: E5's query prefix, the situation, the utterance."""
    return f"query: [{context}] {text}" if context else f"query: {text}"


def token_ids(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """The token ids of each text; what exceeds `MAX_TOKENS` is cut."""
    ids: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
    return ids


def pad(tokenizer: Any, ids: Sequence[Sequence[int]], *, tensors: str = "pt") -> dict[str, Any]:
    """Token ids and mask, shape (texts, longest), as torch's ("pt") or numpy's ("np") arrays."""
    padded = tokenizer.pad({"input_ids": list(ids)}, return_tensors=tensors)
    return {"input_ids": padded["input_ids"], "attention_mask": padded["attention_mask"]}
