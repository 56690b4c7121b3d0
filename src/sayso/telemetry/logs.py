"""Write one JSON line for each stage and one final line for each interaction. No prompt text, ever.

Lines go to stderr and, where a path is set, to a file, through one `Log` made at start-up.
"""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import msgspec
import structlog

from sayso.ledger.records import Finished, Stage, Started
from sayso.telemetry.observer import Observer

FINAL_EVENT = "interaction_finished"


class _Tee:
    """Write each line to every stream at once and at once to disk's door (no buffer survives a kill).

    A stream that is broken keeps no line from the others; the first error is raised once all have been told.
    """

    def __init__(self, streams: tuple[TextIO, ...]) -> None:
        self._streams = streams

    def write(self, text: str) -> None:
        self._each(lambda stream: stream.write(text))

    def flush(self) -> None:
        self._each(lambda stream: stream.flush())

    def _each(self, tell: Callable[[TextIO], object]) -> None:
        errors: list[OSError | ValueError] = []
        for stream in self._streams:
            try:
                tell(stream)
            except (OSError, ValueError) as error:  # ValueError: closed, or no character of the stream's encoding
                errors.append(error)
        if errors:
            raise errors[0]


class Log:
    """Hold the bound logger of one process, and its file if there is one."""

    def __init__(self, start_id: str, *, path: Path | None, stderr: bool = True) -> None:
        """Open the log.

        Args:
            start_id: names this process start; bound to every line.
            path: a file to append to; its folder is made.
            stderr: also write to stderr.

        Raises:
            OSError: the file can't be opened.
        """
        streams: list[TextIO] = [sys.stderr] if stderr else []
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
            streams.append(self._file)
        self.logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(_Tee(tuple(streams))),  # type: ignore[arg-type]
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.dict_tracebacks,
                # A third of the cost of the standard library's encoder; a log line is most of what telemetry costs.
                structlog.processors.JSONRenderer(serializer=_line),
            ],
            wrapper_class=structlog.make_filtering_bound_logger("info"),
            cache_logger_on_first_use=True,
        ).bind(start_id=start_id, pid=os.getpid())

    def close(self) -> None:
        """Close the file; what a full disk never took was counted when it was written."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()


class LogObserver(Observer):
    """Log stages and outcomes."""

    name = "log"

    def __init__(self, log: Log) -> None:
        """Take the process's log."""
        self._logger = log.logger

    def interaction_started(self, record: Started) -> None:
        """Log the beginning."""
        self._logger.info(
            "interaction_started",
            interaction_id=record.interaction_id,
            conversation_id=record.conversation_id,
            contract=record.contract,
            revision=record.revision,
            extractor=record.extractor,
            purpose=record.purpose.value,
        )

    def stage_finished(self, record: Stage) -> None:
        """Log one stage with its counts and times."""
        self._logger.info(
            f"{record.stage}_finished",
            interaction_id=record.interaction_id,
            elapsed_ms=record.elapsed_ms,
            **_plain(record.public),
        )

    def interaction_finished(self, record: Finished) -> None:
        """Log the outcome: the line that reconcile pairs with the ledger."""
        self._logger.info(
            FINAL_EVENT,
            interaction_id=record.interaction_id,
            conversation_id=record.conversation_id,
            outcome=record.outcome.value,
            code=record.code.name if record.code else None,
            failure_class=record.failure_class.label if record.failure_class else None,
            contract=record.contract,
            revision=record.revision,
            missing=len(record.missing_features),
            extrapolated=list(record.extrapolated),
            total_latency_ms=record.total_latency_ms,
            stages_ms=dict(record.stages_ms),
        )


def _line(event: object, **_: object) -> str:
    return msgspec.json.encode(event, order="sorted").decode()


def _plain(public: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in public.items() if key != "event"}
