"""Say what a deployment agreed with its endpoint: the payload, and the golden rows where no reply names a contract."""

from dataclasses import dataclass, replace
from pathlib import Path

from sayso.contract.model import Contract, TargetType
from sayso.failures import DocumentError, Problem, SettingsError
from sayso.inference.golden import GoldenRows, parse
from sayso.inference.payload import Payload
from sayso.inference.plain import ClassBy, Plain


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hold both."""

    payload: Payload
    golden: GoldenRows | None


def plain(
    described: Plain, *, golden_rows: Path, contract: Contract, has_ids: bool, deployed_models: tuple[str, ...]
) -> Agreement:
    """Agree on an endpoint that exists already.

    Args:
        described: what stands where; its identity is filled in here.
        golden_rows: the file of golden rows.
        contract: what the rows must be admissible under.
        has_ids: whether replies name a deployed model, which must then be pinned.
        deployed_models: the pinned ids.

    Raises:
        DocumentError: the golden rows can't be used.
        SettingsError: naming the key and what would do.
    """
    if has_ids and not deployed_models:
        raise SettingsError("[plain] deployed_models: name the ids of the deployed models that are meant")
    if deployed_models and not has_ids:
        raise SettingsError("[plain] deployed_models: only Vertex AI names them; leave it out")
    if contract.target.type is TargetType.CATEGORY:
        _check_classes(described, contract)
    try:
        golden = parse(str(golden_rows), golden_rows.read_bytes(), contract)
    except OSError as error:
        raise DocumentError(str(golden_rows), [Problem("$", error.strerror or str(error))]) from error
    pinned = frozenset(deployed_models) if has_ids else None
    return Agreement(replace(described, pinned=pinned, revision=f"golden-{golden.digest[:12]}"), golden)


def _check_classes(described: Plain, contract: Contract) -> None:
    are_declared = sorted(described.classes) == sorted(contract.target.values)
    match described.class_by:
        case ClassBy.LABEL:
            return
        case ClassBy.INDEX:
            is_enough = are_declared
        case ClassBy.SCORES:
            is_enough = are_declared or (described.classes_at is not None and not described.classes)
    if not is_enough:
        values = ", ".join(contract.target.values)
        raise SettingsError(
            f"[plain] classes: name each class once, in the endpoint's order; the contract has {values}"
        )
