"""Put load on a server with wrk, and read what it saw."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.serving.servers import pinned, prefer

SCRIPT = """
local file = io.open(os.getenv("BENCH_BODY"), "rb")
wrk.method, wrk.body = "POST", file:read("*a")
wrk.headers["content-type"] = "application/json"
function done(summary, latency, requests)
  local errors = summary.errors
  io.stderr:write(string.format('{"requests":%d,"elapsed_us":%d,"bad":%d,"p50_us":%d,"p95_us":%d,"p99_us":%d}',
    summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


class Load(NamedTuple):
    """Hold what one stretch of load showed."""

    requests: int
    requests_per_s: float
    p50_us: float
    p95_us: float
    p99_us: float


def available() -> bool:
    """Say whether wrk is installed."""
    return shutil.which("wrk") is not None


def put(url: str, body: Path, connections: int, seconds: int, cpu: int) -> Load:
    """Send one body again and again over some connections, each waiting for its answer.

    Raises:
        RuntimeError: an answer was no 200, or none came.
    """
    script = body.parent / "post.lua"
    script.write_text(SCRIPT)
    command = [*pinned(cpu), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    environment = {**os.environ, "BENCH_BODY": str(body)}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        prefer(process.pid)
        _, said = process.communicate()
    seen = json.loads(said)
    if seen["bad"] or not seen["requests"]:
        raise RuntimeError(f"{seen['bad']} bad answers of {seen['requests']} from {url}")
    per_s = seen["requests"] / seen["elapsed_us"] * 1e6
    return Load(seen["requests"], per_s, seen["p50_us"], seen["p95_us"], seen["p99_us"])
