"""Runs a network as int8 ONNX: a quarter of the memory, and on a CPU a fraction of the time, of torch.

A network is exported and quantised once, and kept in the cache folder under the digest of what it was
made from. The only file that imports onnx and onnxruntime.
"""

import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.errors import ModelError, NotExportableError
from index.models import unwritable

RECIPE = 1
"""Goes up when what is exported changes; part of the name of what is kept."""

MAX_BATCH, MAX_LENGTH = 1024, 512

Tokens = NDArray[np.int64]


class OnnxNetwork:
    """A network with token ids and mask as inputs and one output; safe to share between threads."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load a file that `export_int8` wrote.

        Raises:
            ModelError: If it is damaged.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # A sentence of a dozen tokens is done on one core before a second one has woken up.
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own, one for each status
            raise ModelError(f"{path} is damaged ({error}). Delete it; it will be made again.") from error

    @property
    def width(self) -> int:
        """Length of the output of one text."""
        return int(self._session.get_outputs()[0].shape[-1])

    def __call__(self, input_ids: Tokens, attention_mask: Tokens) -> NDArray[np.float32]:
        """The network's output for a padded batch; ids and mask have shape (texts, tokens)."""
        found: NDArray[np.float32] = self._session.run(
            None, {"input_ids": input_ids, "attention_mask": attention_mask}
        )[0]
        return found


def export_int8(path: Path, network: Callable[[], Any], example: Mapping[str, Any]) -> Path:
    """Write a torch network as int8 ONNX, weights quantised for each output channel; once.

    Args:
        path: Where to write it; what is there is kept.
        network: Makes the network; its forward takes ids and mask and returns one tensor.
        example: `input_ids` and `attention_mask`, tensors of two texts or more.

    Returns:
        `path`.

    Raises:
        ModelError: If the folder cannot be written.
        NotExportableError: If ONNX cannot say what the network does.
    """
    if path.is_file():
        return path
    made = network()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if path.is_file():
                return path
            print(f"Preparing {path.name} in {path.parent} (once)", file=sys.stderr)
            with tempfile.TemporaryDirectory(prefix=".onnx-", dir=path.parent) as scratch:
                _export(Path(scratch) / "float.onnx", made, example)
                _quantise(Path(scratch) / "float.onnx", Path(scratch) / "int8.onnx")
                (Path(scratch) / "int8.onnx").replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def _export(path: Path, network: Any, example: Mapping[str, Any]) -> None:
    import torch
    from torch.onnx import OnnxExporterError

    batch, length = torch.export.Dim("batch", max=MAX_BATCH), torch.export.Dim("length", max=MAX_LENGTH)
    with warnings.catch_warnings(), _quiet("torch.onnx"), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                network.eval(),
                (example["input_ids"], example["attention_mask"]),
                path,
                dynamo=True,
                verbose=False,
                external_data=False,
                input_names=["input_ids", "attention_mask"],
                output_names=["output"],
                dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
            )
        except OnnxExporterError as error:
            raise NotExportableError("The network cannot be written as ONNX.") from error


def _quantise(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(source)
    del model.graph.value_info[:]  # the exporter's shapes of the weights are those before transposition
    onnx.save(model, source)
    with _quiet(""):
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a logger to errors for a while: exporters tell everybody what they did not need."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
