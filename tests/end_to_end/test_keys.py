"""Beyond loopback the API asks who is there; on it, it answers this machine alone."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from tests.end_to_end.conftest import environment, free_port, running, sayso

from sayso.api.guard import HEADERS


class Keyed:
    """Hold a running API that wants keys."""

    def __init__(self, url: str, environ: dict[str, str]) -> None:
        """Take its address and its environment."""
        self.url = url
        self.environ = environ

    def get(self, path: str, **headers: str) -> tuple[int, Message, dict[str, object]]:
        """Ask for a path."""
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.headers, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.load(error)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Serve on every address of this machine, with keys."""
    folder = tmp_path_factory.mktemp("keyed")
    environ = environment(folder, SAYSO_SERVE_KEYS=str(folder / "keys.json"), SAYSO_SERVE_HOST="0.0.0.0")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running("serve", "--port", str(port), env=environ, health_url=f"{url}/healthz"):
        yield Keyed(url, environ)


def test_a_key_is_made_used_and_revoked(keyed: Keyed) -> None:
    """Each step takes hold in the running server at once."""
    key = sayso("keys", "new", "ops", env=keyed.environ).stdout.strip()
    bearer = {"authorization": f"Bearer {key}"}

    assert keyed.get("/v1/contract", **bearer)[0] == 200
    assert key not in sayso("keys", "list", env=keyed.environ).stdout
    assert sayso("keys", "revoke", key.split("_")[1], env=keyed.environ).returncode == 0
    status, _, body = keyed.get("/v1/contract", **bearer)
    assert (status, body["failure_class"]) == (401, "unauthenticated")


def test_without_a_key_the_answer_says_how_to_show_one(keyed: Keyed) -> None:
    """A 401 has its challenge; health needs no key."""
    status, headers, body = keyed.get("/v1/contract")

    assert (status, headers["www-authenticate"], body["failure_class"]) == (401, "Bearer", "unauthenticated")
    assert keyed.get("/healthz")[0] == 200


def test_a_key_that_asks_too_often_is_told_when_to_come_back(keyed: Keyed) -> None:
    """The limit is the key's own."""
    key = sayso("keys", "new", "slow", "--per-minute", "1", env=keyed.environ).stdout.strip()

    first, _, _ = keyed.get("/v1/contract", authorization=f"Bearer {key}")
    second, headers, body = keyed.get("/v1/contract", authorization=f"Bearer {key}")

    assert (first, second, body["failure_class"]) == (200, 429, "rate_limited")
    assert int(headers["retry-after"]) >= 1


def test_every_answer_has_the_headers_of_safety(keyed: Keyed) -> None:
    """Good ones and refusals alike; no other origin is let in."""
    for path in ("/healthz", "/v1/contract", "/nowhere"):
        _, headers, _ = keyed.get(path, origin="http://evil.test")
        assert {name: headers[name] for name in HEADERS} == dict(HEADERS)
        assert headers["access-control-allow-origin"] is None


def test_beyond_loopback_nothing_is_served_without_keys(tmp_path: Path) -> None:
    """It is refused in one line, before anything listens."""
    done = sayso("serve", env=environment(tmp_path, SAYSO_SERVE_HOST="0.0.0.0"))

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "beyond loopback" in done.stderr


def test_a_name_that_was_pointed_at_loopback_reads_nothing(api: str) -> None:
    """DNS rebinding: the address is right, the host is not."""
    request = urllib.request.Request(f"{api}/v1/contract", headers={"host": "evil.test"})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403
    refused.value.close()


def test_a_caller_who_sends_half_a_request_holds_nobody_up(api: str) -> None:
    """Others are answered meanwhile."""
    host, port = api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as slow:
        head = "POST /v1/interactions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        slow.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())

        with urllib.request.urlopen(f"{api}/healthz", timeout=30) as response:
            assert response.status == 200
