"""Turn the body of a predict request into the body of its answer. It knows nothing of HTTP."""

from typing import NamedTuple

import msgspec
from structlog.typing import FilteringBoundLogger

from sayso.failures import Failure, FailureClass
from sayso.predictor.answer import prediction
from sayso.predictor.batch import Limits
from sayso.predictor.decode import Decoder
from sayso.predictor.outputs import refusal, sound_for
from sayso.predictor.package import Package


class Served(NamedTuple):
    """Hold an answer with predictions."""

    body: bytes
    instances: int


class Service:
    """Answer predict requests from one package."""

    def __init__(self, package: Package, limits: Limits, log: FilteringBoundLogger) -> None:
        """Compile the decoder of the package's contract."""
        self.package = package
        self._log = log
        self._decode = Decoder(package.contract, limits.max_instances).decode
        self._run = package.predict_rows
        self._sound = sound_for(package.contract.target)
        self._encode = msgspec.json.Encoder().encode

    def predict(self, body: bytes) -> Served | Failure:
        """Answer one body.

        Returns:
            The answer, with one sound prediction for each instance; or a Failure of code INVALID_INPUT or
            PREDICT_FAILED.
        """
        batch = self._decode(body)
        if isinstance(batch, Failure):
            return batch
        try:
            outputs = self._run(batch.rows)
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many unrelated types
            self._log.error("model_error", error=f"{type(error).__name__}: {error}"[:500])
            return Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__} in the model")
        if not all(map(self._sound, outputs)):
            return refusal(outputs, self.package.contract.target, self._sound)
        answer = {"predictions": [prediction(self.package, output) for output in outputs]}
        return Served(self._encode(answer), len(outputs))
