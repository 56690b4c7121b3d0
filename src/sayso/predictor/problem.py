"""Shape a failure as the predictor sends it: RFC 9457 problem details with the keys of every sayso answer."""

import msgspec

from sayso.failures import Failure
from sayso.predictor.package import Package

MEDIA_TYPE = "application/problem+json"


def encode(failure: Failure, package: Package | None, request_id: str) -> bytes:
    """Encode one failure.

    Args:
        failure: what went wrong, with every violation.
        package: what is served; None where no package could be opened.
        request_id: names this request in the log and in the answer's ``x-request-id``.
    """
    failure_class = failure.failure_class
    return msgspec.json.encode(
        {
            "type": f"urn:sayso:failure:{failure_class.label}",
            "title": failure_class.value.sentence,
            "status": failure_class.value.http_status,
            "detail": failure.detail,
            "outcome": failure_class.outcome.value,
            "code": failure_class.code.name,
            "failure_class": failure_class.label,
            "contract": package.contract.reference if package else None,
            "revision": package.revision if package else None,
            "violations": [violation.as_json() for violation in failure.violations],
            "request_id": request_id,
        }
    )
