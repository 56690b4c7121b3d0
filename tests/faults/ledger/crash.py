"""Kill the service, or the database under it, at random points while 32 callers ask; count what was lost.

The full run, with its figures::

    python -m tests.faults.ledger.crash --victim service --database sqlite --rounds 20
    python -m tests.faults.ledger.crash --victim service --database postgresql --rounds 20
    python -m tests.faults.ledger.crash --victim postmaster --rounds 20
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.end_to_end.conftest import ROOT, environment
from tests.faults.ledger.callers import Callers, Heard, retry
from tests.faults.ledger.service import Service
from tests.faults.ledger.tally import Figures, tally
from tests.postgresql import Server, running

from sayso.ledger.reader import Reader

ANSWERS = (20, 200)
"""How many answers there are between two kills: at least, at most."""

RETRIED = 100
"""How many answered requests are sent again at the end, besides all that were cut off."""

Progress = Callable[[str], None]


class Crashes:
    """Run one ledger through a series of kills."""

    def __init__(self, folder: Path, url: str, *, seed: int, progress: Progress = lambda line: None) -> None:
        """Take a folder for the log and the address of an empty ledger."""
        self._env = environment(folder, SAYSO_LEDGER_URL=url)
        self._url, self._log = url, folder / "log.jsonl"
        self._chance = random.Random(seed)
        self._progress = progress
        self._heard = Heard()
        self._service = Service(self._env)

    def kill_service(self, rounds: int) -> Figures:
        """Kill the service itself in every round, and now and then in its start, which is when it recovers."""
        try:
            for number in range(rounds):
                if self._chance.random() < 0.25:
                    self._service.launch()
                    time.sleep(self._chance.uniform(0.3, 2.0))
                    self._service.kill()
                self._service.start()
                with Callers(self._service.port, self._heard, f"{number}"):
                    self._heard.until(self._chance.randint(*ANSWERS))
                    time.sleep(self._chance.uniform(0, 0.02))
                    self._service.kill()
                self._report(number)
            self._service.start()
            return self._figures()
        finally:
            self._service.kill()

    def kill_postmaster(self, rounds: int, server: Server) -> Figures:
        """Kill the database server under a service that lives on."""
        try:
            self._service.start()
            for number in range(rounds):
                with Callers(self._service.port, self._heard, f"{number}"):
                    self._heard.until(self._chance.randint(*ANSWERS))
                    time.sleep(self._chance.uniform(0, 0.02))
                    server.kill()
                    time.sleep(self._chance.uniform(0, 0.3))
                    server.start()
                    self._heard.until(self._chance.randint(*ANSWERS))
                self._report(number)
            return self._figures()
        finally:
            self._service.kill()

    def _report(self, number: int) -> None:
        answers, cut_off = len(self._heard.answers), len(self._heard.unanswered)
        self._progress(f"round {number + 1}: {answers} answers so far, {cut_off} requests cut off")

    def _figures(self) -> Figures:
        """Retry what was cut off, end the service, let the next start recover, and count."""
        told = retry(self._service.port, self._heard, RETRIED, self._progress)
        self._service.kill()
        command = [sys.executable, "-m", "sayso", "ledger", "recover"]
        done = subprocess.run(command, env=self._env, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        reader = Reader.at(self._url)
        try:
            return tally(reader, self._heard, told, self._log)
        finally:
            reader.database.close()


def main() -> None:
    """Run as the command line says, print the figures, and exit with 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--victim", choices=("service", "postmaster"), default="service")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    database = "postgresql" if chosen.victim == "postmaster" else chosen.database
    _say(f"{chosen.rounds} rounds on {database}, killing the {chosen.victim}, seed {chosen.seed}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sayso-crash-")))
        server = stack.enter_context(running()) if database == "postgresql" else None
        url = server.schema() if server else f"sqlite:///{folder / 'ledger.db'}"
        crashes = Crashes(folder, url, seed=chosen.seed, progress=_say)
        if chosen.victim == "postmaster" and server is not None:
            figures = crashes.kill_postmaster(chosen.rounds, server)
        else:
            figures = crashes.kill_service(chosen.rounds)
    _say(str(figures))
    sys.exit(0 if figures.clean else 1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
