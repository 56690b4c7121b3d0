"""Carry what is told to a far end on a thread of its own, so that no interaction ever waits for it.

The queue has a bound: what does not fit, and what the far end does not take, is counted as dropped, one by one.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST_WAITING = 2048
"""As OpenTelemetry's batch processor: some seconds of interactions."""
MOST_AT_ONCE = 512
LAST_WORDS_S = 5.0
"""How long a process that ends waits for what is still to be carried."""


class Outflow(Generic[Item]):
    """Take items without waiting, and send them in batches."""

    def __init__(
        self,
        name: str,
        send: Callable[[Sequence[Item]], bool],
        dropped: Callable[[str], None],
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """Take how to send.

        Args:
            name: what drops are counted under.
            send: gives whether the far end took the batch; may block, may not raise.
            dropped: told the name once for each item that was not taken.
            most_waiting: how many items may wait.
        """
        self._name = name
        self._send = send
        self._dropped = dropped
        self._waiting: queue.Queue[Item | None] = queue.Queue(most_waiting)
        self._stopping = threading.Event()
        self._under_way = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"outflow-{name}", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def put(self, item: Item) -> None:
        """Take one item, or count it as dropped where too many wait."""
        try:
            self._waiting.put_nowait(item)
        except queue.Full:
            self._dropped(self._name)

    def stop(self) -> None:
        """Take note that nothing more will come."""
        self._stopping.set()
        # The word wakes a thread that waits; where there is no room for it, none waits.
        with suppress(queue.Full):
            self._waiting.put_nowait(None)

    def close(self) -> None:
        """Wait a few seconds until everything is sent, and count the rest as dropped."""
        self._thread.join(LAST_WORDS_S)
        with self._counting:
            lost, self._under_way = self._under_way, 0
        while batch := self._waiting_items():
            lost += len(batch)
        for _ in range(lost):
            self._dropped(self._name)

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._waiting.empty()):
            item = self._waiting.get()
            if item is None:
                break
            batch = [item, *self._waiting_items()]
            self._under_way = len(batch)
            is_taken = self._send(batch)
            with self._counting:
                lost, self._under_way = self._under_way, 0
            for _ in range(0 if is_taken else lost):
                self._dropped(self._name)

    def _waiting_items(self) -> list[Item]:
        """Give what waits, up to a batch; the word to stop goes back."""
        items: list[Item] = []
        while len(items) < MOST_AT_ONCE - 1:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                self._waiting.put_nowait(None)
                break
            items.append(item)
        return items


class Pulse:
    """Do something again and again on a thread of its own, and once more at the end."""

    def __init__(self, name: str, beat: Callable[[], bool], dropped: Callable[[str], None], every_s: float) -> None:
        """Take what to do (it gives whether it was taken, and may not raise) and how often."""
        self._name = name
        self._beat = beat
        self._dropped = dropped
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pulse-{name}", daemon=True)

    def start(self) -> None:
        """Begin; the first beat is one interval from now."""
        self._thread.start()

    def stop(self) -> None:
        """Beat once more, and no more."""
        self._stopping.set()

    def close(self) -> None:
        """Wait a few seconds for the last beat."""
        self._thread.join(LAST_WORDS_S)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            self._once()
        self._once()

    def _once(self) -> None:
        if not self._beat():
            self._dropped(self._name)
