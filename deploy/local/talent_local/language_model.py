"""Makes the language model multiply in 8-bit integers, twice as fast as it comes.

The package's model has 8-bit weights and computes with 32-bit numbers. Here the numbers between
its layers become 8-bit too, on scales that are measured on texts of the taxonomy and then fixed:
so a text has the same meaning whatever other texts are computed beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from tokenizers import Tokenizer

SAMPLE = 400  # texts that the scales are measured on
_QUIET = 3  # errors only


def make_integer(folder: Path, texts: list[str]) -> None:
    """Replace model.onnx in `folder`, which has its tokenizer.json too."""
    model = folder / "model.onnx"
    sample = texts[:: max(len(texts) // SAMPLE, 1)][:SAMPLE]
    with TemporaryDirectory(dir=folder) as room:
        plain, integer = Path(room, "plain.onnx"), Path(room, "integer.onnx")
        _spell_out(model, plain)
        logging.disable(logging.WARNING)  # it advises a step that _spell_out is
        quantize_static(
            plain,
            integer,
            _Texts(Tokenizer.from_file(str(folder / "tokenizer.json")), sample),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["MatMul"],
            nodes_to_quantize=_with_weights(plain),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={
                # Single extreme values would make the scale coarse for all others.
                "CalibMovingAverage": True,
                "OpTypesToExcludeOutputQuantization": ["MatMul"],
                "DisableShapeInference": True,
            },
        )
        logging.disable(logging.NOTSET)
        integer.replace(model)


def _spell_out(model: Path, plain: Path) -> None:
    """With its weights as plain numbers instead of steps that compute them."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(plain)
    options.log_severity_level = _QUIET
    onnxruntime.InferenceSession(str(model), options)


def _with_weights(model: Path) -> list[str]:
    """The multiplications by weights; those of attention, text by text, stay as they are."""
    graph = onnx.load(str(model)).graph
    weights = {one.name for one in graph.initializer}
    return [
        node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in weights
    ]


class _Texts(CalibrationDataReader):
    def __init__(self, tokenizer: Tokenizer, texts: Iterable[str]) -> None:
        tokenizer.enable_truncation(256)
        tokenizer.no_padding()
        self._left = (tokenizer.encode(text).ids for text in texts)

    def get_next(self) -> dict[str, Any] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        ids = next(self._left, None)
        if ids is None:
            return None
        tokens = np.array([ids], np.int64)
        return {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
