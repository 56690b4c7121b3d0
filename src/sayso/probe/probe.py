"""Put every bad request to a server, and the sound one after each."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sayso.failures import ProbeError
from sayso.probe.catalogue import Case
from sayso.probe.request import Request
from sayso.probe.verdict import Reply, Verdict, judge
from sayso.wire import JSON

Ask = Callable[[Request], Reply | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold how one bad request was answered."""

    case: Case
    verdict: Verdict
    status: int | None
    """None where no answer came."""
    code: str | None
    other_number: bool
    """Silent, with another prediction than the sound request's."""

    def as_json(self) -> dict[str, JSON]:
        """Give it for programs."""
        return {
            "group": self.case.group,
            "request": self.case.title,
            "verdict": self.verdict.value,
            "status": self.status,
            "code": self.code,
            "other_number": self.other_number,
        }


def probe(ask: Ask, sound: Request, cases: Sequence[Case]) -> Iterator[Finding]:
    """Ask each case in turn.

    Raises:
        ProbeError: the sound request has no prediction, so nothing could be learned.
    """
    reply = ask(sound)
    expected = reply.predictions if reply and reply.status == 200 else None
    if expected is None:
        said = (
            "no answer came" if reply is None else f"status {reply.status}, {reply.body[:300].decode(errors='replace')}"
        )
        raise ProbeError(f"the sound request has no prediction ({said}); is it the predict route, and the contract?")
    for case in cases:
        yield _finding(ask, sound, case, expected)


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count the findings by verdict, every verdict named."""
    found = Counter(finding.verdict for finding in findings)
    return {verdict.value: found[verdict] for verdict in Verdict}


def _finding(ask: Ask, sound: Request, case: Case, expected: JSON) -> Finding:
    reply = ask(case.request)
    verdict = judge(reply, may_hang_up=case.request.breaks_off)
    after = ask(sound)
    if after is None or after.predictions is None:
        verdict = Verdict.CRASHED
    silent = verdict is Verdict.SILENT and reply is not None
    return Finding(
        case,
        verdict,
        reply.status if reply else None,
        reply.code if reply else None,
        silent and reply is not None and _first(reply.predictions) != _first(expected),
    )


def _first(predictions: JSON) -> JSON:
    return predictions[0] if isinstance(predictions, list) else predictions
