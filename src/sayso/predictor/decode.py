"""Decode the body of a predict request into admitted rows, or name everything that is wrong with it.

Sound requests take the compiled path; every other takes the precise one, which decides. The two agree: what the first
accepts the second accepts with the same values (a property in the tests).
"""

from sayso.contract.model import Contract
from sayso.failures import Failure
from sayso.predictor.batch import Batch
from sayso.predictor.compiled import CompiledDecoder
from sayso.predictor.precise import PreciseDecoder


class Decoder:
    """Decode bodies under one contract."""

    def __init__(self, contract: Contract, max_instances: int) -> None:
        """Compile for a contract; a request holds 1 to *max_instances* rows."""
        self._compiled = CompiledDecoder(contract, max_instances).decode
        self._precise = PreciseDecoder(contract, max_instances).decode

    def decode(self, body: bytes) -> Batch | Failure:
        """Decode one body.

        Args:
            body: the bytes as received: ``{"instances": [{...}], "parameters": {"contract": "..."}?}``.

        Returns:
            The rows in contract order, or a Failure of code INVALID_INPUT that names every bad instance.
        """
        batch = self._compiled(body)
        return batch if batch is not None else self._precise(body)
