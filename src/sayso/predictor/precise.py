"""Decode any predict request slowly, and name everything that is wrong with it at once.

This decoder decides: what the compiled one doubts is judged here, by the contract's own admission. Violations name the
feature, or the request's key where that is at fault, and the 0-based instance.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from sayso.contract.admit import FeatureVector, Value, admit, refusal, violations_of
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass, Violation
from sayso.predictor.batch import Batch
from sayso.predictor.reference import FORM, agrees
from sayso.wire import JSON, loads

MAX_VIOLATIONS = 1024
"""How many violations one answer lists; every bad instance keeps at least one. A request of 1.5 MB can hold 250,000."""

MAX_VIOLATIONS_OF_INSTANCE = 64

_EXACT_INTEGERS = 2**53
"""Beyond this an integer is not exact as a double, which is what a JSON number is between programs (RFC 8259, 6)."""


class PreciseDecoder:
    """Decode bodies, naming every fault."""

    def __init__(self, contract: Contract, max_instances: int) -> None:
        """Take the contract to obey."""
        self._contract = contract
        self._max_instances = max_instances

    def decode(self, body: bytes) -> Batch | Failure:
        """Decode one body, or say what is wrong with it: the whole first, then every instance."""
        match loads(body):
            case Failure() as failure:
                return failure
            case {"parameters": {"contract": str(reference)}} if not agrees(reference, self._contract):
                return self._mismatch(reference)
            case {"instances": list(instances)} if len(instances) > self._max_instances:
                return self._too_many(len(instances))
            case dict() as request:
                return self._request(request)
            case other:
                return refusal((Violation(None, "wrong_type", _kind(other), "an object with instances"),))

    def _mismatch(self, reference: str) -> Failure:
        ours = self._contract.reference
        violation = Violation("parameters.contract", "contract_mismatch", reference[:200], ours)
        detail = f"the caller names {reference[:200]}; this model was packed under {ours} (written as {FORM})"
        return Failure(FailureClass.CONTRACT_MISMATCH, detail, (violation,))

    def _too_many(self, count: int) -> Failure:
        violation = Violation("instances", "too_many_instances", count, self._max_instances)
        detail = f"{count} instances; at most {self._max_instances} in one request"
        return Failure(FailureClass.TOO_MANY_INSTANCES, detail, (violation,))

    def _request(self, request: Mapping[str, JSON]) -> Batch | Failure:
        violations = list(self._faults_of_request(request))
        instances = request.get("instances")
        if isinstance(instances, list):
            violations += self._faults_of_instances(instances)
        if violations:
            return refusal(tuple(violations))
        assert isinstance(instances, list)
        return Batch([self._row(instance) for instance in instances])

    def _faults_of_request(self, request: Mapping[str, JSON]) -> Iterator[Violation]:
        """Name what is wrong outside the instances."""
        unknown = (key for key in request if key not in ("instances", "parameters"))
        for key in islice(unknown, MAX_VIOLATIONS_OF_INSTANCE):
            yield Violation(key, "unexpected_key", _kind(request[key]), ["instances", "parameters"])
        some = f"a list of 1 to {self._max_instances} objects"
        match request:
            case {"instances": [_, *_]}:
                pass
            case {"instances": []}:
                yield Violation("instances", "wrong_type", [], some)
            case {"instances": other}:
                yield Violation("instances", "wrong_type", _kind(other), some)
            case _:
                yield Violation("instances", "missing_key", None, some)
        match request.get("parameters", {}):
            case dict() as parameters:
                yield from _faults_of_parameters(parameters)
            case other:
                yield Violation("parameters", "wrong_type", _kind(other), "an object")

    def _faults_of_instances(self, instances: list[JSON]) -> list[Violation]:
        """Name what is wrong with each instance; share the list among the bad ones where there is too much."""
        faults = [
            list(islice(self._faults(value, index), MAX_VIOLATIONS_OF_INSTANCE))
            for index, value in enumerate(instances)
        ]
        bad = [found for found in faults if found]
        if sum(map(len, bad)) <= MAX_VIOLATIONS:
            return [violation for found in bad for violation in found]
        share = max(1, MAX_VIOLATIONS // len(bad))
        return [violation for found in bad for violation in found[:share]]

    def _faults(self, instance: JSON, index: int) -> Iterator[Violation]:
        if isinstance(instance, dict):
            return violations_of(self._contract, _doubles(instance), index)
        return iter((Violation(None, "wrong_type", _kind(instance), "an object with every feature", index),))

    def _row(self, instance: JSON) -> tuple[Value, ...]:
        assert isinstance(instance, dict)
        vector = admit(self._contract, _doubles(instance))
        assert isinstance(vector, FeatureVector)
        return vector.values


def _faults_of_parameters(parameters: Mapping[str, JSON]) -> Iterator[Violation]:
    for key in islice((key for key in parameters if key != "contract"), MAX_VIOLATIONS_OF_INSTANCE):
        yield Violation(f"parameters.{key}", "unexpected_key", _kind(parameters[key]), ["contract"])
    if not isinstance(parameters.get("contract", ""), str):
        yield Violation("parameters.contract", "wrong_type", _kind(parameters["contract"]), FORM)


def _doubles(instance: Mapping[str, JSON]) -> dict[str, JSON]:
    """Round integers that no double holds exactly, so that both decoders compare the same number with a range."""
    return {name: _double(value) for name, value in instance.items()}


def _double(value: JSON) -> JSON:
    return float(value) if isinstance(value, int) and abs(value) > _EXACT_INTEGERS else value


def _kind(value: JSON) -> str:
    """Name the type of a JSON value without repeating it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"
