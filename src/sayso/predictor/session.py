"""Run an ONNX model on rows of float32, one thread a session.

It knows nothing of contracts or packages. One intra-op thread: a row takes microseconds, and threads would only wait
for each other.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime as ort

from sayso.failures import Failure, FailureClass, PackageError

DIGEST_KEYS = ("sayso.contract", "sayso.digest", "sayso.interface_digest")
"""Metadata properties that bind a model file to its contract."""


class Session:
    """Hold one loaded model."""

    def __init__(self, model: bytes) -> None:
        """Load the model; raises PackageError (artifact_corrupt) when onnxruntime can't."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            detail = f"model.onnx can't be loaded: {str(error)[:200]}"
            raise PackageError(Failure(FailureClass.ARTIFACT_CORRUPT, detail)) from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or len(inputs[0].shape) != 2:
            found = ", ".join(f"{i.name}: {i.type}{i.shape}" for i in inputs)
            detail = f"the model must take one float tensor [rows, features]; it takes {found}"
            raise PackageError(Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail))
        self.input_name: str = inputs[0].name
        self.output_name: str = outputs[0].name
        self.width: int | None = inputs[0].shape[1] if isinstance(inputs[0].shape[1], int) else None
        self.metadata: Mapping[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self._run = self._session.run
        self._outputs = [self.output_name]

    def predict(
        self, rows: "Sequence[Sequence[float | str]] | np.ndarray[tuple[int, int], np.dtype[np.float32]]"
    ) -> list[float]:
        """Predict each row; values are rounded to float32 first. Raises what onnxruntime raises."""
        matrix = np.asarray(rows, dtype=np.float32)
        output = self._run(self._outputs, {self.input_name: matrix}, None)[0]
        values: list[float] = output.reshape(len(matrix)).tolist()
        return values
