"""Judge the head of a predict request before its body is read: media type, coding, length.

What is not HTTP at all has been refused by the parser: two lengths, a length beside chunks, a header without a colon.
"""

from sayso.failures import Failure, FailureClass
from sayso.predictor.message import Head

JSON_TYPE = "application/json"


def fault(head: Head, max_body_bytes: int) -> Failure | None:
    """Say why the body will not be read; None where it will.

    Returns:
        A Failure of class unsupported_media_type or too_large.
    """
    headers = head.headers
    if headers.get(b"content-type") != b"application/json" and (
        wrong := _media_type_fault(head.header(b"content-type"))
    ):
        return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, wrong)
    if b"content-encoding" in headers:
        return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, "the body has a Content-Encoding; send it as it is")
    length = headers.get(b"content-length")
    if length is None:
        return _transfer_fault(head.header(b"transfer-encoding"))
    return too_large(max_body_bytes) if int(length) > max_body_bytes else None


def too_large(max_body_bytes: int) -> Failure:
    """Say that a body exceeds the limit."""
    return Failure(FailureClass.TOO_LARGE, f"the body exceeds {max_body_bytes} bytes")


def _transfer_fault(coding: str | None) -> Failure | None:
    """Refuse a body that is said to be compressed on its way: nothing here would unpack it."""
    if coding is None or coding.lower() == "chunked":
        return None
    return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, "the body has a Transfer-Encoding besides chunked")


def _media_type_fault(said: str | None) -> str | None:
    """Say what is wrong with the Content-Type; ``application/json; charset=utf-8`` is as good as without.

    Two lines come as one with a comma, which is no media type either: whoever says two things has said neither.
    """
    if said is None:
        return "the body's type is not named"
    media_type, *parameters = (part.strip().lower() for part in said.split(";"))
    if media_type != JSON_TYPE:
        return f"the body is {media_type[:80]}"
    for parameter in filter(None, parameters):
        if parameter.replace('"', "") != "charset=utf-8":
            return f"the body's type has the parameter {parameter[:80]}; JSON is UTF-8"
    return None
