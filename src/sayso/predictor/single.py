"""Run a model on one row of numbers at a time, through memory that is bound once.

Most requests hold one row, and for one row onnxruntime spends more on taking in and giving out arrays than on the
model. Here a row is written where the model reads, and its answer read where the model writes.
"""

import struct
from collections.abc import Sequence

import numpy as np
import onnxruntime as ort


class SingleRow:
    """Hold the bound memory of one session. Not for several threads: every call writes the same places."""

    def __init__(
        self, session: ort.InferenceSession, names: tuple[str, str], width: int, output_shape: tuple[int, ...]
    ) -> None:
        """Bind the memory.

        Args:
            session: a session whose one input is [rows, width] of float32.
            names: the names of its input and its output.
            width: how many numbers a row has.
            output_shape: the shape of the output for one row.
        """
        self._given = np.zeros((1, width), np.float32)
        self._memory = memoryview(self._given)  # type: ignore[arg-type]  # numpy shows its buffer from Python 3.12 on
        self._answer = np.zeros(output_shape, np.float32)
        self._binding = session.io_binding()
        self._binding.bind_input(names[0], "cpu", 0, np.float32, self._given.shape, self._given.ctypes.data)
        self._binding.bind_output(names[1], "cpu", 0, np.float32, self._answer.shape, self._answer.ctypes.data)
        self._write = struct.Struct(f"{width}f").pack_into
        # The inner session: the outer one's method asks each time whether a WebGPU graph is captured, for 2 µs.
        self._run = session._sess.run_with_iobinding  # noqa: SLF001
        self._bound = self._binding._iobinding  # noqa: SLF001
        self._is_number = self._answer.size == 1

    def predict(self, row: Sequence[float | str]) -> float | list[float]:
        """Predict one row; numbers are rounded to float32 first. Raises what onnxruntime raises."""
        self._write(self._memory, 0, *row)
        self._run(self._bound, None)
        if self._is_number:
            return float(self._answer.item())
        probabilities: list[float] = self._answer[0].tolist()
        return probabilities
