"""The intent network: a BERT encoder with LoRA on its upper layers, mean pooling, a linear head.

The lower layers stay as they are, so a training run computes their output once per utterance and
keeps it; what is shipped is the adapter and the head alone.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

FROZEN_LAYERS = 4
"""Layers below the adapter: their output is computed once, which makes training a third faster."""

LORA_RANK = 16
_TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]


class IntentNetwork(nn.Module):
    """Logits over labels for tokenised utterances."""

    def __init__(self, encoder: Any, labels: int, *, frozen_layers: int = FROZEN_LAYERS) -> None:
        """Wrap a `BertModel` in place.

        Args:
            encoder: The encoder; its weights are frozen and LoRA is injected above `frozen_layers`.
            labels: Number of classes.
            frozen_layers: How many of the lowest layers carry no adapter.
        """
        from peft import LoraConfig, inject_adapter_in_model

        super().__init__()
        depth = encoder.config.num_hidden_layers
        lora = LoraConfig(
            r=LORA_RANK,
            lora_alpha=2 * LORA_RANK,
            target_modules=_TARGETS,
            layers_to_transform=list(range(frozen_layers, depth)),
            layers_pattern="layer",
        )
        encoder.requires_grad_(False)
        self.encoder = inject_adapter_in_model(lora, encoder)
        self.frozen_layers = frozen_layers
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, labels)

    def lower(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Output of the frozen layers; shape (batch, tokens, hidden)."""
        hidden = self.encoder.embeddings(input_ids=input_ids)
        return self._run(hidden, attention_mask, 0, self.frozen_layers)

    def forward(
        self, hidden: Tensor, attention_mask: Tensor, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Logits, shape (batch, labels), from the output of `lower`; with labels also the loss."""
        hidden = self._run(hidden, attention_mask, self.frozen_layers, None)
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        logits = self.head(self.dropout(pooled))
        if labels is None:
            return {"logits": logits}
        return {"loss": nn.functional.cross_entropy(logits, labels, label_smoothing=0.05), "logits": logits}

    def _run(self, hidden: Tensor, attention_mask: Tensor, start: int, stop: int | None) -> Tensor:
        blocked = torch.finfo(hidden.dtype).min
        mask = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * blocked
        for layer in self.encoder.encoder.layer[start:stop]:
            hidden = layer(hidden, attention_mask=mask)
        return hidden

    def adapter(self) -> dict[str, Tensor]:
        """The trained weights alone, in half precision."""
        from peft import get_peft_model_state_dict

        found = {f"encoder.{key}": value for key, value in get_peft_model_state_dict(self.encoder).items()}
        found |= {f"head.{key}": value for key, value in self.head.state_dict().items()}
        return {key: value.detach().to(torch.float16).contiguous() for key, value in found.items()}

    def load_adapter(self, weights: Mapping[str, Tensor]) -> None:
        """Put trained weights in place."""
        from peft import set_peft_model_state_dict

        def part(prefix: str) -> dict[str, Any]:
            return {
                key.removeprefix(prefix): w.float() for key, w in weights.items() if key.startswith(prefix)
            }

        set_peft_model_state_dict(self.encoder, part("encoder."))
        self.head.load_state_dict(part("head."))

    def merge(self) -> None:
        """Fold the adapter into the encoder's weights, for inference."""
        from peft.tuners.lora import LoraLayer

        for module in self.encoder.modules():
            if isinstance(module, LoraLayer):
                module.merge()


def load_encoder(folder: str | Path, *, local: bool = True) -> tuple[Any, Any]:
    """Load (tokenizer, BertModel) from a folder or hub id."""
    from transformers import AutoTokenizer, BertModel

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=local)
    encoder = BertModel.from_pretrained(folder, local_files_only=local, add_pooling_layer=False)
    return tokenizer, encoder.eval()


def encode_input(text: str, context: str = "") -> str:
    """The classifier's input: E5's query prefix, the situation, the utterance."""
    return f"query: [{context}] {text}" if context else f"query: {text}"


def tokenize(tokenizer: Any, texts: Sequence[str], *, max_tokens: int = 64) -> dict[str, Tensor]:
    """Token ids and mask, padded to the longest text."""
    encoded = tokenizer(
        list(texts), padding=True, truncation=True, max_length=max_tokens, return_tensors="pt"
    )
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}
