"""A reply is judged by what a program can read in it."""

import pytest

from sayso.probe.verdict import Reply, Verdict, judge


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (422, b'{"code":"INVALID_INPUT","failure_class":"wrong_type"}', Verdict.EXPLICIT),
        (400, b'{"error":{"code":"bad"}}', Verdict.EXPLICIT),
        (400, b'{"error_code":"BAD_REQUEST"}', Verdict.EXPLICIT),
        (422, b'{"detail":[{"type":"missing"}]}', Verdict.EXPLICIT),
        (404, b'{"detail":"Not Found"}', Verdict.VAGUE),
        (400, b"", Verdict.VAGUE),
        (400, b"[" * 100_000, Verdict.VAGUE),
        (500, b'{"code":"INTERNAL"}', Verdict.VAGUE),
        (302, b"", Verdict.VAGUE),
        (200, b"{}", Verdict.VAGUE),
        (200, b'{"predictions":[]}', Verdict.VAGUE),
        (200, b'{"predictions":[4.2]}', Verdict.SILENT),
        (200, b'{"predictions":[null]}', Verdict.SILENT),
        (201, b'{"predictions":[{"value":"red"}]}', Verdict.SILENT),
    ],
)
def test_a_reply_has_one_verdict(status: int, body: bytes, expected: Verdict) -> None:
    """A 4xx with a code is explicit, a prediction is silent, all else is vague."""
    assert judge(Reply(status, body), may_hang_up=False) is expected


@pytest.mark.parametrize(("may_hang_up", "expected"), [(True, Verdict.EXPLICIT), (False, Verdict.CRASHED)])
def test_no_reply_is_a_crash_unless_the_caller_broke_off(may_hang_up: bool, expected: Verdict) -> None:
    """Whoever stops in the middle may be hung up on."""
    assert judge(None, may_hang_up=may_hang_up) is expected
