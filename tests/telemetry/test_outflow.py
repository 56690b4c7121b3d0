"""What is told to a far end never waits, is carried in order, and is counted where it can't be."""

from collections.abc import Sequence
from threading import Event

from sayso.telemetry.outflow import Outflow, Pulse


def test_items_are_carried_in_order() -> None:
    """In one batch or several."""
    carried: list[int] = []

    def send(batch: Sequence[int]) -> bool:
        carried.extend(batch)
        return True

    outflow = Outflow("x", send, _nothing)
    outflow.start()
    for item in range(1000):
        outflow.put(item)
    outflow.stop()
    outflow.close()

    assert carried == list(range(1000))


def test_what_does_not_fit_is_counted() -> None:
    """A far end that hangs costs items, never time."""
    dropped: list[str] = []
    hanging, free = Event(), Event()

    def send(batch: Sequence[int]) -> bool:
        hanging.set()
        return free.wait(10)

    outflow = Outflow("x", send, dropped.append, most_waiting=2)
    outflow.start()
    outflow.put(0)
    assert hanging.wait(10)
    for item in range(5):
        outflow.put(item)
    free.set()
    outflow.stop()
    outflow.close()

    assert dropped == ["x"] * 3


def test_a_pulse_beats_once_more_when_it_ends() -> None:
    """What was counted since the last beat is not lost, and a beat that fails is counted."""
    dropped: list[str] = []
    pulse = Pulse("x", lambda: False, dropped.append, every_s=3600)
    pulse.start()
    pulse.stop()
    pulse.close()

    assert dropped == ["x"]


def _nothing(name: str) -> None:
    raise AssertionError(name)
