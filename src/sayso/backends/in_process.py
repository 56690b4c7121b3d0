"""Run the model in this process: the embedded default, with no network between.

A package that can't be used is a backend too: it answers every vector with the reason.
"""

from collections.abc import Sequence

from sayso.backend import Reply, Sent
from sayso.contract.admit import FeatureVector
from sayso.failures import Failure, FailureClass
from sayso.predictor.answer import prediction
from sayso.predictor.package import Package


class InProcessBackend:
    """Answer as the predictor would, from a package or from the reason why there is none."""

    kind = "in-process"

    def __init__(self, package: Package | Failure) -> None:
        """Take the opened package, or the failure that opening it gave."""
        self._package = package

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Predict the rows."""
        package = self._package
        if isinstance(package, Failure):
            return package
        if vectors[0].contract.interface_digest != package.contract.interface_digest:
            return Failure(FailureClass.CONTRACT_MISMATCH, f"the package holds {package.contract.reference}")
        try:
            values = package.predict(vectors)
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many unrelated types
            return Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__} in the model")
        return Reply([prediction(package, value) for value in values])

    async def ready(self) -> Failure | None:
        """Say why the package can't be used; None when it can."""
        return self._package if isinstance(self._package, Failure) else None

    async def aclose(self) -> None:
        """Hold nothing open."""
