"""The page on bringing a model of one's own is run, command by command, from a table to a demo that answers."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.end_to_end.conftest import ROOT, environment, free_port

PAGE = (ROOT / "docs" / "own-model.md").read_text(encoding="utf-8")
AT_MOST = 10


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


COMMANDS = _block("sh").strip().splitlines()


def _parcels() -> pd.DataFrame:
    random = np.random.default_rng(5)
    width, weight = random.uniform(10, 60, 80).round(1), random.uniform(0.2, 12, 80).round(1)
    express = random.choice(["yes", "no"], 80)
    price = (3 + width * 0.1 + weight * 1.2 + (express == "yes") * 6).round(2)
    return pd.DataFrame({"width (cm)": width, "weight (kg)": weight, "express": express, "price (EUR)": price})


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give a folder that holds what the page begins with, and a ``sayso`` on the path."""
    monkeypatch.chdir(tmp_path)
    _parcels().to_csv("parcels.csv", index=False)
    Path("train.py").write_text(_block("python"), encoding="utf-8")
    command = tmp_path / "bin" / "sayso"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m sayso "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    ports = {"SAYSO_PREDICTOR_PORT": str(free_port()), "SAYSO_UI_PORT": str(free_port())}
    return {**environment(tmp_path, **ports), "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}


def _run(command: str, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, shell=True, env=environ, capture_output=True, text=True, timeout=120, check=False)


def _demo_answers(command: str, environ: dict[str, str]) -> bool:
    """Run the demo until it says that it is ready, and end it."""
    with subprocess.Popen(
        f"exec {command}", shell=True, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as demo:
        assert demo.stdout is not None
        ready = any(line.startswith("Ctrl-C") for line in demo.stdout)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=30)
        return ready


def test_a_table_and_a_model_become_a_demo(environ: dict[str, str]) -> None:
    """Every command succeeds, the question is predicted, and the demo gets ready."""
    *commands, demo = COMMANDS

    ends = {command: _run(command, environ) for command in commands}

    assert {command: done.stderr for command, done in ends.items() if done.returncode != 0} == {}
    assert ends[commands[-1]].stdout.startswith("price (EUR): ")
    assert _demo_answers(demo, environ)


def test_they_are_few() -> None:
    """Nobody needs an afternoon."""
    assert len(COMMANDS) <= AT_MOST


def test_the_draft_waits_for_decisions(environ: dict[str, str]) -> None:
    """Without the second command the third refuses, and names each place."""
    _run(COMMANDS[0], environ)

    refused = _run(COMMANDS[2], environ)

    units = [json.loads(Path("feature_columns.json").read_bytes())["features"][name]["unit"] for name in
             ("width (cm)", "weight (kg)")]  # fmt: skip
    assert refused.returncode == 5
    assert [unit in refused.stderr for unit in units] == [True, True]
