"""Start real Prometheus and Alertmanager beside a running `sayso serve`, with a predictor that can be slowed down."""

import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.end_to_end.conftest import QUESTION, environment, free_port, running
from tests.monitoring.reference import SLO_FILE, reference_package

from sayso.monitoring.prometheus import alertmanager_yaml, prometheus_yaml, rules_yaml
from sayso.monitoring.slo import Slo, parse

PATIENCE_S = 60.0
ASKERS = 40
PAUSE_S = 1.0
"""Of each asker between two questions: many who ask seldom, so that a slow answer holds few of the next ones up."""

HAS_BOTH = shutil.which("prometheus") is not None and shutil.which("prometheus-alertmanager") is not None


class Served(ThreadingHTTPServer):
    """Answer POST on loopback while the block runs."""

    daemon_threads = False  # a thread that is not waited for leaves its socket open

    def __init__(self, answer: Callable[[Any], bytes]) -> None:
        """Take what makes an answer of a JSON body."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer


class _Handler(BaseHTTPRequestHandler):
    server: Served
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def do_POST(self) -> None:
        body = self.server.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Predictor:
    """Answer the reference model's question with one number, after a while that can be set."""

    def __init__(self) -> None:
        """Begin quick."""
        self.delay = threading.Event()
        self.after_s = 0.0
        self._reference = reference_package().contract.reference

    def __call__(self, request: Any) -> bytes:
        """Answer one request."""
        self.delay.wait(self.after_s)
        item = {"value": 4.0, "contract": self._reference, "revision": "r1"}
        return json.dumps({"predictions": [item for _ in request["instances"]]}).encode()


class Inbox:
    """Keep the alerts that reach a webhook, with when they came."""

    def __init__(self) -> None:
        """Begin empty."""
        self._came = threading.Condition()
        self._alerts: list[tuple[str, str, float]] = []

    def __call__(self, notification: Any) -> bytes:
        """Take one notification of Alertmanager."""
        now = time.monotonic()
        with self._came:
            for alert in notification["alerts"]:
                self._alerts.append((alert["labels"]["alertname"], alert["status"], now))
            self._came.notify_all()
        return b"{}"

    def wait_for(self, name: str, status: str, since_s: float) -> float:
        """Give how many seconds after a time an alert came; fails where none does."""

        def found() -> float | None:
            times = (at for n, s, at in self._alerts if (n, s) == (name, status) and at >= since_s)
            return next(times, None)

        with self._came:
            assert self._came.wait_for(lambda: found() is not None, PATIENCE_S), (name, status, self._alerts)
            came = found()
        assert came is not None
        return came - since_s


class Stack(NamedTuple):
    """Hold what a test does things to."""

    predictor: Predictor
    inbox: Inbox
    prometheus: int
    """Its port."""

    def settle(self) -> None:
        """Wait until no alert about latency was pending or firing for some seconds."""
        _wait_until_known(self.prometheus, 'absent(max_over_time(ALERTS{alertname="LatencyP95High"}[6s]))')


def quick_slo(webhook: str) -> Slo:
    """Give the reference's service levels, over seconds where they say minutes."""
    text = SLO_FILE.read_text()
    for found, instead in {
        'over = "5m"': 'over = "5s"',
        'for = "5m"': 'for = "1s"',
        "http://127.0.0.1:8095/alerts": webhook,
    }.items():
        assert found in text
        text = text.replace(found, instead, 1)
    return parse("slo.toml", text)


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """Run everything, with questions coming in, until Prometheus has a percentile."""
    predictor, inbox, askers = Predictor(), Inbox(), threading.Event()
    serve, prometheus, alertmanager = free_port(), free_port(), free_port()
    with ExitStack() as running_parts:
        model = running_parts.enter_context(_serving(predictor))
        webhook = running_parts.enter_context(_serving(inbox))
        _configure(folder, quick_slo(f"{webhook}/alerts"), serve, alertmanager)
        backend = {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": f"{model}/v1/predict"}
        health_url = f"http://127.0.0.1:{serve}/healthz"
        env = environment(folder, **backend)
        running_parts.enter_context(running("serve", "--port", str(serve), env=env, health_url=health_url))
        running_parts.enter_context(
            _process(folder, "prometheus-alertmanager", alertmanager, "alertmanager.yml", "--cluster.listen-address=")
        )
        running_parts.enter_context(
            _process(folder, "prometheus", prometheus, "prometheus.yml", "--storage.tsdb.path=tsdb")
        )
        running_parts.enter_context(_asking(serve, askers))
        _wait_until_known(prometheus, "sum(increase(total_latency_ms_count[5s])) > 20")
        yield Stack(predictor, inbox, prometheus)


def _configure(folder: Path, slo: Slo, serve: int, alertmanager: int) -> None:
    targets, address = [f"127.0.0.1:{serve}"], f"127.0.0.1:{alertmanager}"
    (folder / "rules.yml").write_text(rules_yaml(slo, every="1s"))
    (folder / "prometheus.yml").write_text(prometheus_yaml(targets, address, every="1s"))
    (folder / "alertmanager.yml").write_text(alertmanager_yaml(slo, wait="0s", interval="1s"))


@contextmanager
def _serving(answer: Callable[[Any], bytes]) -> Iterator[str]:
    with Served(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _process(folder: Path, program: str, port: int, config: str, *more: str) -> Iterator[None]:
    """Run one of Prometheus' programs in a folder."""
    arguments = [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", *more]
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def _asking(port: int, stop: threading.Event) -> Iterator[None]:
    threads = [threading.Thread(target=_ask, args=(port, stop)) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _ask(port: int, stop: threading.Event) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"text": QUESTION})
    while not stop.wait(PAUSE_S):
        connection.request("POST", "/v1/interactions", body, {"content-type": "application/json"})
        connection.getresponse().read()
    connection.close()


def _wait_until_known(port: int, query: str) -> None:
    """Wait until Prometheus gives a query a value."""
    end = time.monotonic() + PATIENCE_S
    url = f"http://127.0.0.1:{port}/api/v1/query?query={quote(query)}"
    pause = threading.Event()
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                if json.load(response)["data"]["result"]:
                    return
        except OSError:
            pass
        pause.wait(0.1)
    raise AssertionError(f"Prometheus never had {query}")
