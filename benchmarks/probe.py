"""Put the catalogue of bad requests to our predictor and to a strict FastAPI server, and count the verdicts.

Both serve one model under one contract; the other server's types are as strict as pydantic makes them. Target: nothing
silent, vague or crashed on ours.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.serving import world
from benchmarks.serving.servers import commands, running

from sayso.probe import catalogue
from sayso.probe.caller import Caller
from sayso.probe.probe import counts, probe
from sayso.probe.sound import sound_instance

SERVERS = ("sayso", "strict FastAPI")


def main() -> Mapping[str, float]:
    """Probe each server; print its counts and what was silent, and give the counts."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        package = world.package(Path(name))
        sound = sound_instance(package.contract)
        cases, good = catalogue.cases(package.contract, sound), catalogue.good(sound)
        for server in SERVERS:
            with running(commands(package.folder)[server], 0, good.body) as started:
                findings = list(probe(Caller.of(started.url, 20, {}).ask, good, cases))
            counted = counts(findings)
            print(f"probe: {server}: {len(findings)} bad requests: {', '.join(f'{n} {v}' for v, n in counted.items())}")
            silent = [finding.case.title for finding in findings if finding.verdict.value == "silent"]
            if silent:
                print(f"probe: {server}: a number all the same for: {'; '.join(silent)}")
            figures |= {f"probe: {server}: {verdict}": number for verdict, number in counted.items()}
    return figures


if __name__ == "__main__":
    main()
