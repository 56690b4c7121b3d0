"""Describe endpoints that exist already and know nothing of contracts: where the number or the class stands.

Such an endpoint says neither contract nor revision. Its identity is the id of the deployed model, which must be pinned,
and the golden rows that it answers (`sayso.inference.golden`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sayso.backend import Reply
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract, TargetType
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import Stated, broken_shape
from sayso.wire import JSON


class Instances(StrEnum):
    """Say how one row is sent."""

    OBJECTS = "objects"
    """By feature name."""
    LISTS = "lists"
    """Values in contract order."""


class ClassBy(StrEnum):
    """Say how an item names a class, where the target is a category."""

    LABEL = "label"
    """By the contract's word for it."""
    INDEX = "index"
    """By its 0-based place in `Plain.classes` (scikit-learn and XGBoost answer so after label encoding)."""
    SCORES = "scores"
    """By the scores of all classes, in the order of `Plain.classes` or of what stands at `Plain.classes_at`."""


class _NothingThere(Exception):  # noqa: N818 - no error: a pointer that leads nowhere
    """A JSON pointer leads to no value."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Read items as declared."""

    instances: Instances = Instances.OBJECTS
    value_at: str = ""
    """JSON pointer (RFC 6901) into one item; empty for the item itself."""
    class_by: ClassBy = ClassBy.LABEL
    classes: tuple[str, ...] = ()
    """The contract's classes in the endpoint's order; for `INDEX`, and for `SCORES` without `classes_at`."""
    classes_at: str | None = None
    """JSON pointer to the classes that the scores belong to (AutoML tabular: ``/classes``)."""
    pinned: frozenset[str] | None = None
    """The ids of the deployed models that are meant; None where the protocol has no such ids."""
    revision: str = ""
    """What to call the model where the protocol has no ids."""

    def body(self, vectors: Sequence[FeatureVector]) -> dict[str, JSON]:
        """Send rows alone: an endpoint that knows no contract might refuse parameters."""
        instances: list[JSON] = [self._instance(vector) for vector in vectors]
        return {"instances": instances}

    def read(self, item: JSON, reply: Reply, contract: Contract) -> Stated | Failure:
        """Find the value in an item of a pinned model."""
        if self.pinned is not None and reply.deployed_model not in self.pinned:
            detail = f"deployed model {reply.deployed_model} answered; pinned is {', '.join(sorted(self.pinned))}"
            return Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail)
        revision = reply.deployed_model or self.revision
        try:
            if contract.target.type is TargetType.CATEGORY:
                return self._category(item, contract, revision)
            value = pointed(item, self.value_at)
        except _NothingThere as missing:
            return broken_shape(f"the prediction has nothing at {missing}")
        return Stated(value, None, None, needs_probabilities=False, contract=contract.reference, revision=revision)

    def _instance(self, vector: FeatureVector) -> JSON:
        match self.instances:
            case Instances.OBJECTS:
                return dict(vector.as_instance())
            case Instances.LISTS:
                return list(vector.values)

    def _category(self, item: JSON, contract: Contract, revision: str) -> Stated | Failure:
        found = pointed(item, self.value_at)
        shares = self._shares(item, found) if self.class_by is ClassBy.SCORES else None
        if isinstance(shares, Failure):
            return shares
        value = self._class(found, shares)
        if isinstance(value, Failure):
            return value
        return Stated(value, None, shares, shares is not None, contract.reference, revision)

    def _class(self, found: JSON, shares: dict[str, JSON] | None) -> JSON | Failure:
        match self.class_by:
            case ClassBy.LABEL:
                return found
            case ClassBy.INDEX:
                return self._indexed(found)
            case ClassBy.SCORES:
                return _largest(shares or {})

    def _indexed(self, found: JSON) -> JSON | Failure:
        if isinstance(found, bool) or not isinstance(found, int | float) or found not in range(len(self.classes)):
            return broken_shape(f"{found!r:.80} is no place among {len(self.classes)} classes")
        return self.classes[int(found)]

    def _shares(self, item: JSON, found: JSON) -> dict[str, JSON] | Failure:
        names = list(self.classes) if self.classes_at is None else pointed(item, self.classes_at)
        if not isinstance(found, list) or not isinstance(names, list) or len(found) != len(names):
            return broken_shape("the scores are not one for each class")
        shares = {name: share for name, share in zip(names, found, strict=True) if isinstance(name, str)}
        return shares if len(shares) == len(names) else broken_shape("the classes are not so many different words")


def _largest(shares: dict[str, JSON]) -> JSON | Failure:
    """Name the class with the largest score; two that share it are no answer."""
    numbers = {name: s for name, s in shares.items() if isinstance(s, int | float) and not isinstance(s, bool)}
    if len(numbers) != len(shares) or not numbers:
        return broken_shape("a score is no number")
    best = [name for name, share in numbers.items() if share == max(numbers.values())]
    return best[0] if len(best) == 1 else broken_shape(f"{len(best)} classes share the largest score")


def pointed(value: JSON, pointer: str) -> JSON:
    """Follow a JSON pointer (RFC 6901).

    Raises:
        _NothingThere: naming the part of the pointer that leads nowhere.
    """
    place = ""
    for step in pointer.split("/")[1:]:
        place += f"/{step}"
        key = step.replace("~1", "/").replace("~0", "~")
        match value:
            case dict() if key in value:
                value = value[key]
            case list() if key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            case _:
                raise _NothingThere(place)
    return value
