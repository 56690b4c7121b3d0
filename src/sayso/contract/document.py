"""Parse ``feature_columns.json`` into a `Contract`, or name every place where it is wrong.

Two steps: `sayso.contract.shape` looks at each value, `sayso.contract.checks` at what they say together. Whoever runs
a deployment uses `parse_frozen`; `parse` also takes a contract that is still being written.
"""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from sayso.contract import digest
from sayso.contract.checks.columns import column_problems
from sayso.contract.checks.kinds import kind_problems
from sayso.contract.checks.quantities import unit_problems
from sayso.contract.checks.rules import rule_problems
from sayso.contract.checks.words import word_problems
from sayso.contract.complaints import complaints
from sayso.contract.model import (
    Category,
    Contract,
    DatePart,
    DateRule,
    Feature,
    FeatureType,
    LessOrEqualRule,
    Range,
    Rule,
    Seal,
    Target,
    TargetType,
)
from sayso.contract.shape import (
    ContractDocument,
    DateRuleDocument,
    FeatureDocument,
    LessOrEqualRuleDocument,
    TargetDocument,
)
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON
from sayso.wire import document as decode

CHECKS = (column_problems, kind_problems, word_problems, unit_problems, rule_problems)


def parse(source: str, body: bytes) -> Contract:
    """Make a contract of a document's bytes, frozen or not; `Contract.seal` says which.

    Args:
        source: the file's name, for messages.
        body: the bytes of the document.

    Raises:
        DocumentError: naming every place that is wrong.
    """
    match decode(body):
        case tuple() as problems:
            raise DocumentError(source, problems)
        case document:
            return of_document(source, document)


def parse_frozen(source: str, body: bytes) -> Contract:
    """Make a contract of a document that must hold the digests of its content; raises DocumentError as `parse` does."""
    contract = parse(source, body)
    if contract.seal is not Seal.FROZEN:
        raise DocumentError(source, seal_problems(contract))
    return contract


def seal_problems(contract: Contract) -> Iterator[Problem]:
    """Name each stored digest that is missing, or that is not the content's."""
    stored = (contract.stored_digest, contract.stored_interface_digest)
    computed = (contract.digest, contract.interface_digest)
    for key, said, true in zip(digest.DIGEST_KEYS, stored, computed, strict=True):
        if said is None:
            yield Problem(f"$.{key}", "is missing: the contract is not frozen; run sayso contract freeze")
        elif said != true:
            yield Problem(
                f"$.{key}",
                f"is {said[:19]}…, the content's is {true[:19]}…: the contract was changed after it was frozen; "
                "undo the change, or raise version and run sayso contract freeze",
            )


def of_document(source: str, document: Mapping[str, JSON]) -> Contract:
    """Make a contract of a decoded document; raises DocumentError as `parse` does."""
    try:
        shape = ContractDocument.model_validate(document)
    except ValidationError as error:
        raise DocumentError(source, complaints(error)) from error
    if problems := [problem for check in CHECKS for problem in check(shape)]:
        raise DocumentError(source, problems)
    return Contract(
        name=shape.contract,
        version=shape.version,
        target=_target(shape.target),
        features=tuple(_feature(name, shape.features[name]) for name in shape.feature_columns),
        rules=tuple(_rule(rule) for rule in shape.rules),
        digest=digest.digest(document),
        interface_digest=digest.interface_digest(document),
        stored_digest=shape.digest,
        stored_interface_digest=shape.interface_digest,
    )


def _target(shape: TargetDocument) -> Target:
    return Target(
        name=shape.name,
        type=TargetType(shape.type),
        unit=shape.unit,
        range=_range(shape.range),
        values=tuple(shape.values or ()),
        description=shape.description,
    )


def _feature(name: str, shape: FeatureDocument) -> Feature:
    return Feature(
        name=name,
        type=FeatureType(shape.type),
        unit=shape.unit,
        range=_range(shape.range),
        categories=tuple(Category(value, tuple(words)) for value, words in (shape.values or {}).items()),
        aliases=tuple(shape.aliases),
        question=shape.question,
        description=shape.description,
        date_part=DatePart(shape.date_part) if shape.date_part else None,
        units=dict(shape.units),
    )


def _range(bounds: list[float] | None) -> Range | None:
    return Range(*bounds) if bounds else None


def _rule(shape: DateRuleDocument | LessOrEqualRuleDocument) -> Rule:
    match shape:
        case DateRuleDocument(date=names):
            return DateRule(*names)
        case LessOrEqualRuleDocument(less_or_equal=names):
            return LessOrEqualRule(*names)
