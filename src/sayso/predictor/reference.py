"""Compare the contract that a caller names with the one that the model was packed under."""

import re

from sayso.contract.model import Contract

FORM = "NAME@VERSION+sha256:DIGEST"

_REFERENCE = re.compile(
    r"(?P<name>[a-z0-9-]+)@(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\+(?P<digest>sha256:[0-9a-f]{64})", re.ASCII
)


def agrees(reference: str, contract: Contract) -> bool:
    """Say whether a reference binds the same model inputs.

    The version is information, the digest decides; the digest of the whole document says more than the interface's and
    is accepted too (docs/decisions/0002-reference-on-the-wire.md).
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None or found["name"] != contract.name:
        return False
    return found["digest"] in (contract.interface_digest, contract.digest)
