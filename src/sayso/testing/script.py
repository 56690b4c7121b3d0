"""Read scripts from data, so that a catalogue of faults can be a file.

A step is a JSON object. For both wires: ``{"predictions": […]}`` answers with these, ``{"item": {…}, "without": […]}``
with one sound item changed so, ``{"items": n}`` with n sound ones. Over HTTP: the fields of `HttpStep`, with ``json``,
``text`` (so many ``times``) or ``hex`` for its body. Over gRPC: the fields of `GrpcStep`, with ``hex`` for its body.
JSON can't say NaN, so the texts ``$NaN``, ``$Infinity`` and ``$-Infinity`` stand for the numbers; ``$CONTRACT`` in any
text stands for the contract's reference.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sayso.contract.model import Contract
from sayso.testing.faulty_grpc import GrpcStep, response
from sayso.testing.faulty_http import End, HttpStep
from sayso.wire import JSON

DEPLOYED_MODEL = "5001"
"""Who answers over gRPC where a step does not say."""

_NUMBERS = {"$NaN": float("nan"), "$Infinity": float("inf"), "$-Infinity": float("-inf")}


class Step(TypedDict, total=False):
    """List the keys of a step."""

    predictions: JSON
    item: dict[str, JSON]
    without: list[str]
    items: int
    deployed_model_id: str
    status: int | str
    details: str
    after_s: float
    json: JSON
    text: str
    hex: str
    headers: dict[str, str]
    raw: str
    times: int
    missing_bytes: int
    drip_s: float
    is_unread: bool
    is_silent: bool
    end: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Read steps for one contract."""

    contract: Contract
    sound: Mapping[str, JSON]
    """What a sound item holds besides contract and revision."""

    def http(self, step: Step) -> HttpStep:
        """Make a step of `FaultyHttp`."""
        raw = step.get("raw")
        return HttpStep(
            status=int(step.get("status", 200)),
            body=self._body(step),
            headers=step.get("headers", {}),
            raw=None if raw is None else raw.encode("latin-1") * step.get("times", 1),
            missing_bytes=step.get("missing_bytes", 0),
            drip_s=step.get("drip_s", 0.0),
            is_unread=step.get("is_unread", False),
            is_silent=step.get("is_silent", False),
            end=End(step.get("end", "keep")),
        )

    def grpc(self, step: Step) -> GrpcStep:
        """Make a step of `FaultyPredictionService`."""
        found = self._predictions(step)
        body = bytes.fromhex(step["hex"]) if "hex" in step else b""
        if isinstance(found, list):
            body = response(found, step.get("deployed_model_id", DEPLOYED_MODEL))
        details = self._filled(step.get("details", ""))
        return GrpcStep(
            body=body,
            status=str(step.get("status", "OK")),
            details=str(details),
            after_s=step.get("after_s", 0.0),
            is_silent=step.get("is_silent", False),
        )

    def _body(self, step: Step) -> bytes:
        if "hex" in step:
            return bytes.fromhex(step["hex"])
        if "text" in step:
            return str(self._filled(step["text"])).encode() * step.get("times", 1)
        if "json" in step:
            return json.dumps(self._filled(step["json"])).encode()
        if {"predictions", "item", "items"} & set(step):
            return json.dumps({"predictions": self._predictions(step)}).encode()
        return b""

    def _predictions(self, step: Step) -> JSON:
        if "predictions" in step:
            return self._filled(step["predictions"])
        if "items" in step:
            return [self._item({}, ())] * step["items"]
        return [self._item(step["item"], step.get("without", ()))] if "item" in step else None

    def _item(self, changes: dict[str, JSON], without: Sequence[str]) -> JSON:
        item = {**self.sound, "contract": self.contract.reference, "revision": "r1", **changes}
        return self._filled({key: value for key, value in item.items() if key not in without})

    def _filled(self, value: JSON) -> JSON:
        """Put numbers and names in the place of their placeholders."""
        match value:
            case str():
                return _NUMBERS.get(value, value.replace("$CONTRACT", self.contract.reference))
            case list():
                return [self._filled(item) for item in value]
            case dict():
                return {key: self._filled(item) for key, item in value.items()}
            case _:
                return value
