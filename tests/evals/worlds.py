"""Make the reference deployment anew in a repository of its own, and gate it."""

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.agreement.repositories import commit, git

from sayso.evals.evidence import Evidence, Line, Status
from sayso.evals.gate import decide, failing_first
from sayso.evals.gate_report import GateReport
from sayso.evals.limits import read_plan
from sayso.evals.run import Pace
from sayso.failures import DocumentError
from sayso.measurement import Measured, Options, gather, measure, report
from sayso.settings import load
from sayso.testing.llm_adversary import Answer, LlmAdversary, Wire

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Gated:
    """Hold what a gate came to."""

    lines: tuple[Line, ...]
    """What fails first."""
    evidence: Evidence
    report: GateReport

    @property
    def failing(self) -> list[str]:
        """Name the lines that did not pass, in order."""
        return [line.name.value for line in self.lines if line.status is not Status.PASSED]


def make(folder: Path) -> Path:
    """Copy model, cases and settings, commit them, and leave a result of unit tests for that commit."""
    for name in ("model", "evals"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "sayso.toml", folder / "sayso.toml")
    (folder / ".gitignore").write_text("var/\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    write_tests(folder)
    return folder


def recommit(folder: Path) -> None:
    """Commit what was changed, and test it."""
    commit(folder)
    write_tests(folder)


def write_tests(folder: Path, *, extra: str = "", named: str | None = None) -> None:
    """Write a JUnit XML of 600 passing tests, and of what else is given."""
    head = git(folder, "rev-parse", "HEAD").strip()
    tests = "".join(f'<testcase classname="tests.a" name="test_{number}"/>' for number in range(600))
    body = f'<testsuites><testsuite name="commit:{named or head}">{tests}{extra}</testsuite></testsuites>'
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "unit-tests.xml").write_text(body, encoding="utf-8")


def keep_cases(folder: Path, count: int) -> None:
    """Leave the first so many cases, and the tags that they have."""
    path = folder / "evals" / "extraction_cases.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()[:count]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    used = {tag for line in lines for tag in json.loads(line)["tags"]}
    (folder / "evals" / "tags.toml").write_text("".join(f'{tag} = "a tag"\n' for tag in sorted(used)), encoding="utf-8")


def edit_case(folder: Path, number: int, **changes: Any) -> None:
    """Change keys of one case."""
    path = folder / "evals" / "extraction_cases.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number] = json.dumps(json.loads(lines[number]) | changes, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def gated(folder: Path, variables: Mapping[str, str] | None = None, deadline_s: float = 300.0) -> Gated:
    """Gate a deployment as the command does."""
    settings = load(folder / "sayso.toml", variables or {})
    plan = read_plan(folder / "evals" / "gate.toml")
    options = Options(Pace(8, deadline_s), folder / "var" / "gate" / "results.jsonl", resume=False)
    measured: Measured | DocumentError
    try:
        measured = measure(settings, plan, options, lambda result, total: None)
    except DocumentError as error:
        measured = error
    evidence = gather(settings, plan, measured)
    lines = decide(evidence, plan.limits)
    ran = None if isinstance(measured, DocumentError) else measured
    return Gated(tuple(failing_first(lines)), evidence, report(settings, plan, ran, evidence, lines))


@contextmanager
def serving(answer: Answer) -> Iterator[LlmAdversary]:
    """Let a model's server answer on loopback, in a thread of its own, while the block runs."""
    started, end = threading.Event(), threading.Event()
    servers: list[LlmAdversary] = []

    async def serve() -> None:
        async with LlmAdversary(answer) as server:
            servers.append(server)
            started.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait()
    try:
        yield servers[0]
    finally:
        end.set()
        thread.join()


def llm_judge(folder: Path, server: LlmAdversary, votes: int = 1) -> None:
    """Let a model judge, on loopback."""
    path = folder / "evals" / "gate.toml"
    text = path.read_text(encoding="utf-8").replace('kind = "rubric"', 'kind = "llm"')
    text = text.replace("votes = 1 ", f"votes = {votes} ")
    section = f'[judge.llm]\nprovider = "openai"\nmodel = "judge"\nbase_url = "{server.base_url(Wire.OPENAI)}"\n'
    path.write_text(text.replace("[unit_tests]", section + "\n[unit_tests]"), encoding="utf-8")


def llm_extractor(server: LlmAdversary, **more: str) -> dict[str, str]:
    """Give the variables of a deployment whose extractor is a model on loopback."""
    return {
        "SAYSO_EXTRACTOR_KIND": "llm",
        "SAYSO_LLM_PROVIDER": "openai",
        "SAYSO_LLM_MODEL": "extractor",
        "SAYSO_LLM_BASE_URL": server.base_url(Wire.OPENAI),
        **more,
    }
