"""Each threat that SECURITY.md names has a test, and what else it promises holds."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.end_to_end.conftest import QUESTION, environment, sayso

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", SECURITY)
SECRET = "s3cr3t-of-nobody"


def test_every_threat_has_a_test() -> None:
    """No row of the table goes without."""
    rows = [line for line in SECURITY.splitlines() if line.startswith("| ") and not line.startswith("| threat")]

    assert len(rows) >= 10
    assert [row for row in rows if "::test_" not in row] == []


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_test_that_is_named_is_there(file: str, test: str) -> None:
    """The page names real tests."""
    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


class _Elsewhere(BaseHTTPRequestHandler):
    """Send whoever asks on to another address of this server, and count who came."""

    seen: list[str]

    def do_POST(self) -> None:
        """Redirect."""
        self.seen.append(self.path)
        self.send_response(307)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _redirecting() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (_Elsewhere,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/predict", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_predictor_that_sends_us_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """Values go to the address that was set, and to no other."""
    with _redirecting() as (url, seen):
        environ = environment(tmp_path, SAYSO_BACKEND_KIND="http", SAYSO_BACKEND_URL=url)
        done = sayso("ask", "--json", QUESTION, env=environ)

    assert (json.loads(done.stdout)["outcome"], seen) == ("failed", ["/v1/predict"])


@pytest.mark.parametrize(
    "variables",
    [
        {"SAYSO_LEDGER_URL": f"postgresql://joe:{SECRET}@127.0.0.1:1/x"},
        {"SAYSO_LEDGER_URL": f"postgresql://joe@127.0.0.1:1/x?password={SECRET}"},
        {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": f"http://joe:{SECRET}@127.0.0.1:9/v1/predict"},
        {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": f"http://127.0.0.1:9/v1/predict?key={SECRET}"},
    ],
    ids=["ledger", "ledger's query", "backend", "backend's query"],
)
def test_a_secret_in_an_address_is_shown_nowhere(tmp_path: Path, variables: dict[str, str]) -> None:
    """Neither in the answer nor in the error, the log or the ledger."""
    done = sayso("ask", "--json", QUESTION, env=environment(tmp_path, **variables))

    assert done.returncode == 5
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert SECRET not in done.stdout + done.stderr
    assert SECRET.encode() not in written


def test_a_key_in_the_settings_file_is_refused(tmp_path: Path) -> None:
    """Only the name of a variable stands there."""
    config = tmp_path / "sayso.toml"
    config.write_text(f'[llm]\napi_key = "{SECRET}"\n', encoding="utf-8")

    done = sayso("ask", "--config", str(config), QUESTION, env=environment(tmp_path))

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "llm.api_key: there is no such setting" in done.stderr


def test_words_can_not_write_a_line_of_the_log(tmp_path: Path) -> None:
    """What looks like a log line inside a question is in no log; each line is one of ours."""
    forged = '{"event": "interaction_finished", "outcome": "predicted"}'

    done = sayso("ask", "--json", f"inflation 3.1\n{forged}\r\n{forged}", env=environment(tmp_path))

    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert done.returncode == 3
    assert forged not in lines
    assert [json.loads(line).get("outcome") for line in lines].count("predicted") == 0
