"""Turn the body of a predict request into the body of its answer. It knows nothing of HTTP."""

from collections.abc import Callable, Sequence

import msgspec
from structlog.typing import FilteringBoundLogger

from sayso.contract.admit import Value
from sayso.failures import Failure, FailureClass
from sayso.predictor.answer import shape_for
from sayso.predictor.batch import Limits
from sayso.predictor.decode import Decoder
from sayso.predictor.outputs import refusal, sound_for
from sayso.predictor.package import Package
from sayso.predictor.session import Output


class Served(msgspec.Struct, frozen=True, gc=False):
    """Hold an answer with predictions."""

    body: bytes
    instances: int


class Service:
    """Answer predict requests from one package, one at a time."""

    def __init__(self, package: Package, limits: Limits, log: FilteringBoundLogger) -> None:
        """Compile what the package's contract and model allow to compile."""
        self.package = package
        self._log = log
        self._decode = Decoder(package.contract, limits.max_instances).decode
        self._sound = sound_for(package.contract.target)
        self._shape = shape_for(package)
        self._run = package.predict_rows
        self._single = _single_row(package)
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
        rows = batch.rows
        try:
            outputs = self._run(rows) if self._single is None or len(rows) > 1 else [self._single(rows[0])]
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many unrelated types
            self._log.error("model_error", error=f"{type(error).__name__}: {error}"[:500])
            return Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__} in the model")
        if not self._sound(outputs):
            return refusal(outputs, self.package.contract.target)
        return Served(self._encode({"predictions": list(map(self._shape, outputs))}), len(outputs))


def _single_row(package: Package) -> Callable[[Sequence[Value]], Output] | None:
    golden = package.manifest.golden_rows[0].instance
    found = package.session.single_row([golden[name] for name in package.contract.names])
    return found.predict if found else None
