"""Choose where to listen: on this machine's own addresses, and where nobody listens yet."""

import socket

import typer

from sayso.failures import SettingsError

LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
"""The hosts that only this machine reaches, with the address to listen on (Granian takes no names)."""

USAGE = 2


def loopback(command: str, host: str) -> str:
    """Give the address of a host that is this machine's own; beyond it, nobody would be asked who they are."""
    if host not in LOOPBACK:
        typer.echo(f"sayso {command}: {host} is beyond loopback, where anybody could ask; use 127.0.0.1", err=True)
        raise typer.Exit(USAGE)
    return LOOPBACK[host]


def vacant(host: str, port: int, remedy: str) -> int:
    """Give the port if nobody listens there; raises SettingsError, naming the remedy.

    Granian's workers share their port (SO_REUSEPORT): a second server would start, and both answer by turns.
    """
    try:
        _listen(host, port)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise SettingsError(f"can't listen on {host}:{port}: {reason}; {remedy}") from error
    return port


def vacant_or_free(host: str, port: int) -> int:
    """Give the port if nobody listens there, else one that is free; raises SettingsError where there is none."""
    try:
        return _listen(host, port)
    except OSError:
        try:
            return _listen(host, 0)
        except OSError as error:
            raise SettingsError(f"can't listen on any port of {host}: {error.strerror or error}") from error


def url(host: str, port: int) -> str:
    """Write the address of a server: an IPv6 host stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listen(host: str, port: int) -> int:
    """Listen for a moment, and give the port; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as server:
        return int(server.getsockname()[1])
