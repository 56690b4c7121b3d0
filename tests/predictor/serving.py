"""Run a real predictor on loopback, and speak to it: by the rules of HTTP, or byte by byte."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

JSON_TYPE = {"content-type": "application/json"}
START_WITHIN_S = 30.0


class Reply(NamedTuple):
    """Hold what came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """Decode the body."""
        return json.loads(self.raw)

    @property
    def named(self) -> tuple[int, str, str]:
        """Give status, code and failure class."""
        return self.status, self.body["code"], self.body["failure_class"]


@dataclass(frozen=True)
class Running:
    """Hold a predictor that runs."""

    port: int
    process: "subprocess.Popen[bytes]"
    stderr: Path
    predict: str = "/v1/predict"

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None, **options: bool
    ) -> Reply:
        """Make one request over a new connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}), **options)  # type: ignore[arg-type]
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        return self.call("GET", path)

    def post(self, body: bytes, **headers: str) -> Reply:
        """Send a body to predict."""
        return self.call("POST", self.predict, body, JSON_TYPE | headers)

    def ask(self, *instances: object, **rest: object) -> Reply:
        """Send instances to predict."""
        return self.post(json.dumps({"instances": instances, **rest}).encode())

    def raw(self, *parts: bytes, end: bool = False, timeout_s: float = 20) -> bytes:
        """Send bytes as they are, and give everything that comes back until the other side ends or falls silent."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout_s) as connection:
            for part in parts:
                connection.sendall(part)
            if end:
                connection.shutdown(socket.SHUT_WR)
            try:
                while chunk := connection.recv(65536):
                    received += chunk
            except TimeoutError:
                pass
        return received

    def events(self) -> list[dict[str, Any]]:
        """Give the log's lines so far; each must be JSON but for the one that names the address."""
        lines = self.stderr.read_text().splitlines()
        return [json.loads(line) for line in lines if not line.startswith("predictor: ")]


@contextmanager
def serving(
    folder: Path,
    *arguments: str,
    model: Path | None = None,
    predict: str = "/v1/predict",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Running]:
    """Run ``sayso predictor`` until the block ends.

    Args:
        folder: where it runs and its log goes; no sayso.toml there.
        arguments: more of the command line.
        model: the package; None where the environment says it.
        predict: the predict route.
        environment: variables beyond ours.
    """
    port = free_port()
    stderr = folder / f"predictor-{port}.log"
    command = [sys.executable, "-m", "sayso", "predictor", *(["--model", str(model)] if model else []), *arguments]
    if "AIP_HTTP_PORT" not in environment:
        command += ["--port", str(port)]
    with stderr.open("wb") as log:
        env = plain_environment() | dict(environment)
        process = subprocess.Popen(command, env=env, stderr=log, stdout=log, cwd=folder)
    running = Running(int(environment.get("AIP_HTTP_PORT", port)), process, stderr, predict)
    try:
        _wait(running)
        yield running
    finally:
        stop(process)


def plain_environment() -> dict[str, str]:
    """Give the environment without any setting."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SAYSO_", "AIP_"))}


def stop(process: "subprocess.Popen[bytes]") -> int:
    """End a process politely, and give its status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        pytest.fail("the predictor did not stop within 20 s")


def _wait(running: Running) -> None:
    """Wait until it answers, ready or not."""
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end:
        if running.process.poll() is not None:
            break
        try:
            running.get("/readyz")
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"the predictor did not start: {running.stderr.read_text()[-2000:]}")


def free_port() -> int:
    """Find a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
