"""slo.toml is read strictly: what can't be meant is named, place by place."""

import pytest
from tests.monitoring.reference import SLO_FILE

from sayso.failures import DocumentError
from sayso.monitoring.slo import parse, seconds

TEXT = SLO_FILE.read_text()

BROKEN = {
    "a class that there is not": ('"payload_error"]', '"payload_eror"]', "$.schema_compliance.classes.2"),
    "a key that there is not": ("target = 0", "target = 0\ntolerance = 1", "$.silent_failures.tolerance"),
    "a silent failure allowed": ("target = 0", "target = 1", "$.silent_failures.target"),
    "less than whole compliance": ("target_pct = 100", "target_pct = 99", "$.schema_compliance.target_pct"),
    "availability without a budget": ("target_pct = 99.9", "target_pct = 100.0", "$.availability.target_pct"),
    "a window that is no duration": ('long = "6h"', 'long = "6 hours"', "$.burn.windows.1.long"),
    "a severity that there is not": ('severity = "page"', 'severity = "panic"', "$.burn.windows.0.severity"),
    "an endpoint that is no name": ("endpoints/1234567890", "1234567890", "$.vertex.endpoint"),
    "a channel without an address": ('url = "http://127.0.0.1:8095/alerts"', "", "$.channels.0"),
    "nobody for a page": ('severities = ["page", "ticket"]', 'severities = ["ticket"]', "$"),
    "no TOML": ("[service]", "[service", "$"),
}


@pytest.mark.parametrize(("found", "instead", "place"), BROKEN.values(), ids=BROKEN)
def test_what_can_not_be_meant_is_named(found: str, instead: str, place: str) -> None:
    """Each problem names its place in the file."""
    assert found in TEXT

    with pytest.raises(DocumentError) as caught:
        parse("slo.toml", TEXT.replace(found, instead, 1))

    assert [problem.place for problem in caught.value.problems] == [place]


@pytest.mark.parametrize(("window", "expected"), [("45s", 45), ("5m", 300), ("6h", 21_600), ("3d", 259_200)])
def test_a_window_has_a_length(window: str, expected: int) -> None:
    """In seconds."""
    assert seconds(window) == expected


def test_budgets_are_what_the_targets_leave() -> None:
    """0.1 % may fail, 5 % may be slow."""
    slo = parse("slo.toml", TEXT)

    assert (slo.availability.budget, slo.latency.budget) == (0.001, 0.05)


def test_a_limit_never_asks_for_more_than_everything() -> None:
    """A budget of a tenth can't burn at 14.4 times its rate."""
    window = parse("slo.toml", TEXT).burn.windows[0]

    assert (window.limit(0.001), window.limit(0.1)) == (0.0144, 0.9)
