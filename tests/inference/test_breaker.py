"""The breaker stops calls to a backend that is down, and finds out by one question when it is back."""

import pytest

from sayso.failures import FailureClass
from sayso.inference.breaker import DOWN, Breaker

OPEN_S = 10.0


class World:
    """Hold a breaker of two failures and a clock that is turned by hand."""

    def __init__(self) -> None:
        """Begin at second 0."""
        self.now_s = 0.0
        self.breaker = Breaker(2, OPEN_S, lambda: self.now_s)

    def call(self, failure_class: FailureClass | None) -> None:
        """Make one whole call."""
        self.breaker.left(failure_class, is_probe=self.breaker.entered())

    def opened(self) -> "World":
        """Fail twice."""
        self.call(FailureClass.TIMEOUT)
        self.call(FailureClass.TIMEOUT)
        return self


@pytest.mark.parametrize("failure_class", sorted(DOWN, key=str))
def test_failures_in_a_row_open_it(failure_class: FailureClass) -> None:
    """The second of two allowed failures stops the calls, and says for how long."""
    world = World()
    world.call(failure_class)
    first = world.breaker.refusal()
    world.call(failure_class)
    second = world.breaker.refusal()

    assert first is None
    assert second is not None
    assert (second.failure_class, second.retry_after_s) == (FailureClass.BACKEND_UNAVAILABLE, 10)


@pytest.mark.parametrize("answered", [None, *(c for c in FailureClass if c not in DOWN)])
def test_any_answer_between_two_failures_starts_the_count_anew(answered: FailureClass | None) -> None:
    """A refusal shows that somebody is there as well as a prediction does."""
    world = World()
    for failure_class in (FailureClass.TIMEOUT, answered, FailureClass.TIMEOUT):
        world.call(failure_class)

    assert world.breaker.refusal() is None


def test_after_the_wait_one_call_is_the_probe() -> None:
    """While the probe is out, others are still refused."""
    world = World().opened()
    world.now_s = OPEN_S
    before = world.breaker.refusal()
    is_probe = world.breaker.entered()
    beside = world.breaker.refusal()

    assert (before, is_probe) == (None, True)
    assert beside is not None


def test_a_probe_that_is_answered_closes_it() -> None:
    """Calls go through again, and the count starts anew."""
    world = World().opened()
    world.now_s = OPEN_S
    world.call(None)
    world.call(FailureClass.TIMEOUT)

    assert world.breaker.refusal() is None


def test_a_probe_that_fails_begins_the_wait_anew() -> None:
    """One failure is enough then."""
    world = World().opened()
    world.now_s = OPEN_S
    world.call(FailureClass.TIMEOUT)
    world.now_s = 2 * OPEN_S - 0.1

    refusal = world.breaker.refusal()

    assert refusal is not None
    assert refusal.retry_after_s == 1


def test_a_probe_that_its_caller_gives_up_leaves_room_for_another() -> None:
    """An abandoned call says nothing about the backend."""
    world = World().opened()
    world.now_s = OPEN_S
    world.breaker.abandoned(is_probe=world.breaker.entered())

    assert world.breaker.refusal() is None


def test_a_call_from_before_does_not_end_the_probe() -> None:
    """A late failure of an earlier call neither restarts the wait nor lets a second probe out."""
    world = World()
    early = world.breaker.entered()
    world.opened()
    world.now_s = OPEN_S
    assert world.breaker.entered()
    world.breaker.left(FailureClass.TIMEOUT, is_probe=early)

    assert world.breaker.refusal() is not None
