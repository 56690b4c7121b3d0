"""Judge the head of a predict request before its body is read: method, media type, coding, length.

Lengths and header names come from the HTTP server, which has refused what is not HTTP.
"""

from sayso.failures import Failure, FailureClass
from sayso.predictor.rsgi import Headers

JSON_TYPE = "application/json"


def fault(headers: Headers, max_body_bytes: int) -> Failure | None:
    """Say why the body will not be read; None where it will.

    Returns:
        A Failure of class unsupported_media_type or too_large.
    """
    media_types = headers.get_all("content-type")
    if media_types != [JSON_TYPE] and (wrong := _media_type_fault(media_types)):
        return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, wrong)
    if "content-encoding" in headers:
        return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, "the body has a Content-Encoding; send it as it is")
    length = headers.get("content-length")
    if length is None:
        return _transfer_fault(headers.get_all("transfer-encoding"))
    return too_large(max_body_bytes) if int(length) > max_body_bytes else None


def too_large(max_body_bytes: int) -> Failure:
    """Say that a body exceeds the limit."""
    return Failure(FailureClass.TOO_LARGE, f"the body exceeds {max_body_bytes} bytes")


def has_body(headers: Headers) -> bool:
    """Say whether a body follows."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _transfer_fault(lines: list[str]) -> Failure | None:
    """Refuse a body that is said to be compressed on its way; Granian would hand it over as it came."""
    if all(line.strip().lower() == "chunked" for line in lines):
        return None
    return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, "the body has a Transfer-Encoding besides chunked")


def _media_type_fault(lines: list[str]) -> str | None:
    """Say what is wrong with the Content-Type; ``application/json; charset=utf-8`` is as good as without."""
    if len(lines) != 1:
        return "the body's type is not named" if not lines else "the body's type is named twice"
    media_type, *parameters = (part.strip().lower() for part in lines[0].split(";"))
    if media_type != JSON_TYPE:
        return f"the body is {media_type[:80]}"
    for parameter in filter(None, parameters):
        if parameter.replace('"', "") != "charset=utf-8":
            return f"the body's type has the parameter {parameter[:80]}; JSON is UTF-8"
    return None
