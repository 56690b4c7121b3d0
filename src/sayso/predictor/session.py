"""Run an ONNX model on rows of numbers and words, one thread a session.

It knows nothing of contracts or packages: a model takes ``numbers`` (float32, [rows, n]), ``words`` (text, [rows, k])
or both, and gives one number or one row of probabilities for each row. One intra-op thread: a row takes microseconds,
and threads would only wait for each other.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from sayso.failures import Failure, FailureClass, PackageError
from sayso.predictor.single import SingleRow

DIGEST_KEYS = ("sayso.contract", "sayso.digest", "sayso.interface_digest")
"""Metadata properties that bind a model file to its contract."""

Row = Sequence[float | str]

Output = float | list[float]
"""A number, or probabilities in the order of the target's values."""

_KINDS = {"tensor(float)": "numbers", "tensor(string)": "words"}


class Session:
    """Hold one loaded model."""

    def __init__(self, model: bytes, word_columns: Sequence[int] = ()) -> None:
        """Load the model.

        Args:
            model: the bytes of ``model.onnx``.
            word_columns: which columns of a row are words; all others are numbers.

        Raises:
            PackageError: artifact_corrupt when onnxruntime can't load it, model_contract_mismatch when it takes or
                gives something else.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            detail = f"model.onnx can't be loaded: {str(error)[:200]}"
            raise PackageError(Failure(FailureClass.ARTIFACT_CORRUPT, detail)) from error
        self._names = _inputs(self._session)
        self.widths: Mapping[str, int | None] = _widths(self._session)
        self.output_name = _output(self._session)
        self.metadata: Mapping[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self._words = tuple(word_columns)
        self._run = self._session.run
        self._outputs = [self.output_name]

    def predict(self, rows: Sequence[Row]) -> list[Output]:
        """Predict one row or more; numbers are rounded to float32 first. Raises what onnxruntime raises."""
        if not self._words:
            count = len(rows)
            flat = np.fromiter(chain.from_iterable(rows), np.float32, count * len(rows[0]))
            return self.run(flat.reshape(count, -1), None)
        numbers = [[value for index, value in enumerate(row) if index not in self._words] for row in rows]
        words = [[row[index] for index in self._words] for row in rows]
        return self.run(np.asarray(numbers, dtype=np.float32), np.asarray(words, dtype=object))

    def run(self, numbers: NDArray[np.float32], words: NDArray[np.object_] | None) -> list[Output]:
        """Predict each row of two matrices, [rows, n] and [rows, k]; what the model does not take is left out."""
        outputs: list[Output] = self.run_arrays(numbers, words).tolist()
        return outputs

    def run_arrays(self, numbers: NDArray[np.float32], words: NDArray[np.object_] | None) -> NDArray[np.float32]:
        """Do as `run` does, and give the answer as it came: [rows], or [rows, classes] of probabilities."""
        given = {"numbers": numbers, "words": words}
        feed = {name: given[kind] for kind, name in self._names}
        output: NDArray[np.float32] = self._run(self._outputs, feed, None)[0]
        return output if output.ndim == 2 and output.shape[1] > 1 else output.reshape(-1)

    def single_row(self, sample: Row) -> SingleRow | None:
        """Give the quick way for one row at a time, for one thread.

        Args:
            sample: a row that the model takes; it shows the shape of the answer.

        Returns:
            The way, or None where the model takes words, or a fixed number of rows at once.
        """
        (kind, name), *others = self._names
        if kind != "numbers" or others or isinstance(self._session.get_inputs()[0].shape[0], int):
            return None
        output = self._run(self._outputs, {name: np.asarray([sample], dtype=np.float32)}, None)[0]
        return SingleRow(self._session, (name, self.output_name), len(sample), output.shape)


def _inputs(session: ort.InferenceSession) -> tuple[tuple[str, str], ...]:
    """Give (kind, name) of each input, and refuse all but one matrix of numbers and one of words."""
    inputs = session.get_inputs()
    kinds = [_KINDS.get(item.type) for item in inputs]
    if None in kinds or len(set(kinds)) != len(kinds) or any(len(item.shape) != 2 for item in inputs):
        found = ", ".join(f"{item.name}: {item.type}{item.shape}" for item in inputs)
        raise _mismatch(f"the model must take a matrix of floats, of words, or one of each; it takes {found}")
    return tuple((str(kind), item.name) for kind, item in zip(kinds, inputs, strict=True))


def _widths(session: ort.InferenceSession) -> Mapping[str, int | None]:
    """Give how many columns each kind of input has; None where the model does not say."""
    found = {_KINDS[item.type]: item.shape[1] for item in session.get_inputs()}
    return {kind: width if isinstance(width, int) else None for kind, width in found.items()}


def _output(session: ort.InferenceSession) -> str:
    outputs = session.get_outputs()
    if len(outputs) != 1 or outputs[0].type != "tensor(float)":
        found = ", ".join(f"{item.name}: {item.type}" for item in outputs)
        raise _mismatch(f"the model must give one tensor of floats; it gives {found}")
    name: str = outputs[0].name
    return name


def _mismatch(detail: str) -> PackageError:
    return PackageError(Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail))
