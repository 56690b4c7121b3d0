"""Run a predictor's worker processes until a signal ends them.

Uvicorn starts the workers, starts those anew that die, and ends them; each speaks HTTP through `Connection`, not
through Uvicorn's own protocol. On SIGTERM or SIGINT no new request is taken, those under way are answered, and the
workers end.
"""

import asyncio
import logging
import socket
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import structlog
from structlog.stdlib import ProcessorFormatter
from uvicorn import Config
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess

from sayso.failures import SettingsError
from sayso.predictor.connection import Connection
from sayso.predictor.worker import LogOf, Plan, Worker, load

BACKLOG = 2048
"""Connections that the kernel holds until a worker takes them."""

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
    sockets = [_listen(plan.host, plan.port)]
    with TemporaryDirectory(prefix="sayso-predictor-") as folder:
        loader = partial(load, plan, log_of, Path(folder) if plan.workers > 1 else None)
        _Supervisor(_config(plan, loader), sockets).run()


class _Supervisor(Multiprocess):
    """Stop listening as soon as the workers are told to end, so that callers are refused rather than left hanging."""

    def terminate_all(self) -> None:
        """Close the sockets, then end the workers."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()


def _listen(host: str, port: int) -> socket.socket:
    """Listen on an address, IPv4 where a name has both; refuse one that is taken."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, address = min(found, key=lambda info: info[0] != socket.AF_INET)
        listening = socket.create_server((str(address[0]), port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise SettingsError(f"can't listen on {host}:{port}: {reason}; give another --host or --port") from error
    listening.set_inheritable(True)
    return listening


def connect(config: Config, server_state: ServerState, **_: object) -> Connection:
    """Make a connection, as Uvicorn asks for one."""
    worker = cast(Worker, config.loaded_app)
    return Connection(worker.application, worker.keeper, cast("set[object]", server_state.connections))


def _config(plan: Plan, loader: "partial[Worker]") -> Config:
    return Config(
        loader,  # what it makes is for `connect`, not for Uvicorn's protocols
        factory=True,
        http=cast("type[asyncio.Protocol]", connect),
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        workers=plan.workers,
        backlog=BACKLOG,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        log_config=_logging(),
    )


def _logging() -> dict[str, object]:
    """Make Uvicorn's own lines JSON on stderr too, but only those that an operator must hear of."""
    handler = {
        "class": "logging.StreamHandler",
        "formatter": "json",
        "stream": "ext://sys.stderr",
        "filters": ["notable"],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _json_lines}},
        "filters": {"notable": {"()": _Notable}},
        "handlers": {"stderr": handler},
        "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
    }


class _Notable(logging.Filter):
    """Let warnings through, and the line that a worker died, which Uvicorn takes for information."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is let through."""
        return record.levelno >= logging.WARNING or record.getMessage().endswith("died")


def _json_lines() -> logging.Formatter:
    return ProcessorFormatter(
        processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(sort_keys=True)],
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
    )
