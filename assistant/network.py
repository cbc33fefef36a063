"""The intent network: the bilingual BERT with LoRA, mean pooling over tokens, a linear head."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn
from transformers import BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from assistant.ensemble import Network

LORA_RANK = 16
LABEL_SMOOTHING = 0.05
_TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]


class IntentNetwork(BertPreTrainedModel):  # type: ignore[misc]  # transformers is not typed
    """Logits over intents.

    BERT's own classifier reads the first token; E5 was trained with mean pooling, and so is this.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor | None = None
    ) -> SequenceClassifierOutput:
        """Logits, shape (batch, labels); with `labels`, shape (batch,), also the smoothed cross-entropy."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        logits = self.head(self.dropout((hidden * weights).sum(1) / weights.sum(1)))
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits, labels, label_smoothing=LABEL_SMOOTHING)
        return SequenceClassifierOutput(loss=loss, logits=logits)


def fresh_network(folder: str | Path, labels: int, *, seed: int) -> Any:
    """An untrained network: the encoder in `folder` frozen, LoRA in every layer, a new head."""
    torch.manual_seed(seed)
    # On a CPU the fused attention's backward pass takes a third of a step at these lengths, plain none.
    network = IntentNetwork.from_pretrained(
        folder, num_labels=labels, local_files_only=True, attn_implementation="eager"
    )
    # A dropout mask for every activation costs a fifth of a training step on a CPU; the head keeps its own.
    for module in network.bert.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    lora = LoraConfig(
        r=LORA_RANK, lora_alpha=2 * LORA_RANK, target_modules=_TARGETS, modules_to_save=["head"]
    )
    return get_peft_model(network, lora)


def trained_network(folder: str | Path, adapter: Path, labels: int) -> Any:
    """The network that `adapter` makes of the encoder in `folder`, for inference.

    Raises:
        RuntimeError: If the adapter does not fit the encoder or the number of labels.
    """
    network = IntentNetwork.from_pretrained(folder, num_labels=labels, local_files_only=True)
    return PeftModel.from_pretrained(network, adapter).merge_and_unload().eval()


def save_adapter(network: Any, folder: Path) -> None:
    """Write what was trained, and nothing of the encoder, in half precision: a few MB."""
    network.to(torch.float16).save_pretrained(folder)
    network.to(torch.float32)
    (folder / "README.md").unlink(missing_ok=True)  # a model card with nothing in it
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = ""  # the path on the machine that trained it
    config["target_modules"] = sorted(config["target_modules"])  # a set: its order changes from run to run
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def in_torch(network: Any) -> Network:
    """The network as a function of arrays, for measuring it as it was trained."""

    @torch.inference_mode()
    def logits(input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> NDArray[np.float32]:
        found = network(input_ids=torch.as_tensor(input_ids), attention_mask=torch.as_tensor(attention_mask))
        return np.asarray(found.logits.float())

    return logits


class Logits(nn.Module):
    """The network with a bare tensor as output, as exporters want it."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Logits, shape (batch, labels)."""
        found: Tensor = self.network(input_ids, attention_mask).logits
        return found
