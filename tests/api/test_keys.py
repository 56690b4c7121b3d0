"""A key opens what it was made for, as often as it may, until it is revoked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from sayso.api import keys
from sayso.api.guard import Guard
from sayso.api.keys import Keys
from sayso.api.limits import Limits
from sayso.failures import FailureClass, SettingsError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """Stand still until told."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now_s = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now_s


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "var" / "keys.json"


def _guard(file: Path | None, clock: Clock, per_minute: int = 60) -> Guard:
    return Guard(Keys(file) if file else None, Limits(clock), per_minute)


def _showing(key: str) -> Headers:
    return Headers({"authorization": f"Bearer {key}"})


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(file: Path) -> None:
    """Whoever reads it can't ask with what stands there."""
    key = keys.new(file, "ops", 10, NOON)

    assert key.partition("_")[2].partition("_")[2] not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_is_recognised_until_it_is_revoked(file: Path) -> None:
    """The running process notices both."""
    recogniser = Keys(file)
    key = keys.new(file, "ops", 10, NOON)
    key_id = key.split("_")[1]

    caller = recogniser.caller(key)
    assert caller is not None
    assert (caller.key_id, caller.requests_per_minute) == (key_id, 10)
    assert keys.revoke(file, key_id, NOON)
    assert recogniser.caller(key) is None
    assert not keys.revoke(file, key_id, NOON)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key.replace("sayso_", "other_"),
        lambda key: key.rpartition("_")[0],
        lambda _: "",
        lambda _: "sayso_00000000_x",
    ],
    ids=["shorter", "longer", "prefix", "no secret", "nothing", "unknown"],
)
def test_what_is_not_quite_a_key_is_none(file: Path, change: object) -> None:
    """Also after the right one was seen."""
    key = keys.new(file, "ops", 10, NOON)
    recogniser = Keys(file)
    recogniser.caller(key)

    assert callable(change)
    assert recogniser.caller(change(key)) is None


def test_a_file_that_can_not_be_read_opens_nothing(file: Path) -> None:
    """It is an error with the file's name, and never an open door."""
    file.parent.mkdir()
    file.write_text('{"keys": [{"id": 1}]}', encoding="utf-8")

    with pytest.raises(SettingsError, match=r"keys\.json"):
        Keys(file).caller("sayso_1_x")


def test_without_a_key_nothing_is_answered_but_health(file: Path) -> None:
    """A load balancer needs none; everybody else does."""
    guard = _guard(file, Clock())

    refused = guard.refusal("/v1/contract", Headers({}))
    assert refused is not None
    assert refused.failure_class is FailureClass.UNAUTHENTICATED
    assert guard.refusal("/healthz", Headers({})) is None
    assert guard.refusal("/readyz", Headers({})) is None


def test_each_key_has_its_own_limit(file: Path) -> None:
    """One caller who asks too often is told when to come back; the other is not."""
    clock = Clock()
    guard = _guard(file, clock)
    first, second = keys.new(file, "one", 2, NOON), keys.new(file, "two", 2, NOON)

    answers = [guard.refusal("/v1/contract", _showing(first)) for _ in range(3)]
    assert [answer is None for answer in answers] == [True, True, False]
    assert answers[2] is not None
    assert (answers[2].failure_class, answers[2].retry_after_s) == (FailureClass.RATE_LIMITED, 30)
    assert guard.refusal("/v1/contract", _showing(second)) is None

    clock.now_s += 30
    assert guard.refusal("/v1/contract", _showing(first)) is None


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:8090", True),
        ("localhost:8090", True),
        ("LOCALHOST", True),
        ("[::1]:8090", True),
        ("[::1]", True),
        ("evil.test:8090", False),
        ("evil.test", False),
        ("127.0.0.1.evil.test:8090", False),
        ("", False),
    ],
)
def test_a_name_that_was_pointed_at_this_machine_is_turned_away(host: str, passes: bool) -> None:
    """Without keys only loopback's own names are answered: DNS rebinding reads nothing."""
    refused = _guard(None, Clock()).refusal("/v1/contract", Headers({"host": host}))

    assert (refused is None) is passes
