"""Run a predictor's worker processes until a signal ends them.

Granian listens, speaks HTTP/1.1 and starts the workers (`sayso.predictor.worker`). On SIGTERM or SIGINT no new request
is taken, those under way are answered, and the workers end.
"""

import logging
import socket
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from structlog.stdlib import ProcessorFormatter

from sayso.failures import SettingsError
from sayso.predictor.worker import LogOf, Plan, load

HEAD_TIMEOUT_MS = 10_000
"""How long the head of a request may take to arrive, and how long an idle connection is kept."""

MAX_CONNECTIONS = 4096
"""Connections of one worker. Beyond, Granian stops accepting and callers wait unseen, so this is far above
`Limits.max_waiting`, which answers."""

STOP_WITHIN_S = 15
"""When a worker that still has requests under way is ended all the same: after the longest time for a body."""


def serve(plan: Plan, log_of: LogOf) -> None:
    """Serve until a signal.

    Args:
        plan: what and where.
        log_of: makes the log of one process, from the start id; called in each worker.

    Raises:
        SettingsError: the address can't be listened on.
    """
    address = _address(plan.host, plan.port)
    with TemporaryDirectory(prefix="sayso-predictor-") as folder:
        loader = partial(load, plan, log_of, Path(folder) if plan.workers > 1 else None)
        _server(plan, address).serve(target_loader=loader, wrap_loader=False)  # type: ignore[arg-type]  # an object with __rsgi__


def _address(host: str, port: int) -> str:
    """Give the numeric address to listen on, IPv4 where a name has both; refuse one that is taken.

    Granian takes no names, and its workers share their port (SO_REUSEPORT): a second server on it would start, and the
    two would answer callers by turns.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, address = min(found, key=lambda info: info[0] != socket.AF_INET)
        socket.create_server((str(address[0]), port), family=family).close()
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise SettingsError(f"can't listen on {host}:{port}: {reason}; give another --host or --port") from error
    return str(address[0])


def _server(plan: Plan, address: str) -> MPServer:
    return MPServer(
        "sayso.predictor",
        address=address,
        port=plan.port,
        interface=Interfaces.RSGI,
        workers=plan.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=MAX_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT_MS),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
    )


def _logging() -> dict[str, object]:
    """Make Granian's own lines JSON on stderr too."""
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _json_lines}},
        "handlers": {"stderr": handler},
        "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
    }


def _json_lines() -> logging.Formatter:
    return ProcessorFormatter(
        processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(sort_keys=True)],
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
    )
