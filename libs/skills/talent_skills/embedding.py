"""Sentence embeddings by all-MiniLM-L6-v2 with 8-bit weights, on the processor.

The model and its tokenizer are files that set-up takes out of packages; nothing is downloaded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from talent_skills.errors import TaxonomyError

SIZE = 384
MAX_TOKENS = 256  # the model was trained for no more
_BATCH_TOKENS = 512  # more at a time is no faster
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Embedder:
    """`threads` of the processor at a time."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """`folder` holds model.onnx and tokenizer.json. Raises TaxonomyError without them."""
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        if not model.is_file() or not tokenizer.is_file():
            raise TaxonomyError(str(folder), "There is no language model. Run make setup.")
        runtime = cast("Any", onnxruntime)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = runtime.InferenceSession(str(model), options)
        self._tokenizer = cast("Any", Tokenizer.from_file(str(tokenizer)))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of length 1 for each text."""
        # Half a character, which JSON may hold, is no text to the tokenizer.
        whole = [text.encode(errors="replace").decode() for text in texts]
        tokens: list[list[int]] = [each.ids for each in self._tokenizer.encode_batch(whole)]
        found = np.zeros((len(texts), SIZE), np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(tokens[number]))
        lengths = [len(tokens[number]) for number in order]
        end = len(order)
        while end:
            # Of like length only: the shorter ones of a batch are padded.
            longest = lengths[end - 1]
            like = bisect_left(lengths, longest - max(longest // 5, 2))
            start = max(like, end - max(_BATCH_TOKENS // longest, 1))
            batch = order[start:end]
            found[batch] = self._embed([tokens[number] for number in batch])
            end = start
        return found

    def _embed(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        shape = (len(tokens), max(map(len, tokens)))
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        inputs = dict(zip(_INPUTS, (ids, mask, np.zeros(shape, np.int64)), strict=True))
        states = cast("NDArray[np.float32]", self._session.run(None, inputs)[0])
        mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)
