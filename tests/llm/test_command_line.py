"""The command line asks the model that the settings name, and shows what went out."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.faults.llm_world import CONTRACTS, sound

from sayso.contract.document import parse
from sayso.conversation import Conversation
from sayso.language.vocabulary import Vocabulary
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, LlmAdversary, Wire, replying

ROOT = Path(__file__).parents[2]
KEY = "sk-not-to-be-told"
SAID = "Inflation is 3.1%, unemployment 4.7%, real GDP grew 1.2% and the current rate is 4.2%."


class Ran(NamedTuple):
    """Hold how a command ended."""

    exit_status: int
    out: str
    err: str
    requests: int


def run(folder: Path, answer: HttpStep | str, *arguments: str, **changes: str) -> Ran:
    """Run a command whose model answers on loopback."""

    def respond(asked: Asked) -> HttpStep:
        return answer if isinstance(answer, HttpStep) else replying(asked.wire, answer)

    async def ran() -> Ran:
        async with LlmAdversary(respond) as server:
            mine = {
                "SAYSO_LLM_BASE_URL": server.base_url(Wire.OPENAI),
                "SAYSO_LLM_MODEL": "m",
                "SAYSO_LLM_API_KEY_ENV": "TEST_KEY",
                "TEST_KEY": KEY,
                "SAYSO_LEDGER_URL": f"sqlite:///{folder / 'ledger.db'}",
                "SAYSO_TELEMETRY_LOG_PATH": str(folder / "log.jsonl"),
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "sayso",
                *arguments,
                env={**os.environ, **mine, **changes},
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = await process.communicate()
            assert process.returncode is not None
            return Ran(process.returncode, out.decode(), err.decode(), len(server.asked))

    return asyncio.run(ran())


def reply() -> str:
    """Give the true reply to what is said."""
    known = parse("c", (ROOT / "model" / "feature_columns.json").read_bytes())
    return sound(Conversation.of(SAID), Vocabulary.of(known))


def test_ask_predicts_from_a_models_true_reply(tmp_path: Path) -> None:
    """One request, and the words as evidence."""
    ran = run(tmp_path, reply(), "ask", "--extractor", "llm", "--json", SAID)
    answer = json.loads(ran.out)

    assert (ran.exit_status, answer["outcome"], ran.requests) == (0, "predicted", 1)
    assert answer["features"]["Inflation Rate"]["quote"] == "3.1%"


def test_ask_fails_by_name_where_the_model_does(tmp_path: Path) -> None:
    """No other extractor answers in its place."""
    ran = run(tmp_path, "I can't tell.", "ask", "--extractor", "llm", "--json", SAID)

    assert (ran.exit_status, json.loads(ran.out)["failure_class"], ran.requests) == (5, "extraction_schema", 1)


def test_nothing_that_a_model_sends_is_logged(tmp_path: Path) -> None:
    """Neither its words nor the key."""
    ran = run(tmp_path, f"Secret words. {KEY}", "ask", "--extractor", "llm", "--json", SAID)
    told = ran.out + ran.err + (tmp_path / "log.jsonl").read_text()

    assert ("Secret words" in told, KEY in told) == (False, False)


def test_extract_writes_each_dialogue_or_its_failure(tmp_path: Path) -> None:
    """The model answers one dialogue soundly and says the same of the other, which it does not fit."""
    dialogues = tmp_path / "dialogues.jsonl"
    lines = [{"id": n, "turns": [{"role": "user", "text": text}]} for n, text in enumerate([SAID, "Good morning."])]
    dialogues.write_text("\n".join(json.dumps(line) for line in lines))
    ran = run(tmp_path, reply(), "extract", "--extractor", "llm", "--dialogues", str(dialogues))
    first, second = (json.loads(line) for line in ran.out.splitlines())

    assert (ran.exit_status, ran.requests) == (1, 2)
    assert first["features"]["Unemployment Rate"]["value"] == 4.7
    assert second["failure_class"] == "ungrounded_value"


def test_extract_without_settings_reads_by_rules(tmp_path: Path) -> None:
    """As before there was a model; nobody is asked."""
    dialogues = tmp_path / "dialogues.jsonl"
    dialogues.write_text(json.dumps({"id": 1, "turns": [{"role": "user", "text": "the term is 60 months"}]}))
    contract = str(CONTRACTS / "loan-default.json")
    nowhere = str(tmp_path / "none.toml")
    ran = run(tmp_path, "", "extract", "--dialogues", str(dialogues), "--contract", contract, "--config", nowhere)

    assert (ran.exit_status, ran.requests) == (0, 0)
    assert json.loads(ran.out)["features"]["term"]["value"] == 60


def test_the_budget_holds_for_extract(tmp_path: Path) -> None:
    """The second dialogue is not asked any more."""
    dialogues = tmp_path / "dialogues.jsonl"
    line = json.dumps({"id": 1, "turns": [{"role": "user", "text": SAID}]})
    dialogues.write_text(f"{line}\n{line}\n")
    arguments = ("extract", "--extractor", "llm", "--dialogues", str(dialogues))
    whole = run(tmp_path, reply(), *arguments, SAYSO_LLM_DAILY_TOKENS="1000000")
    spent = run(tmp_path, reply(), *arguments, SAYSO_LLM_DAILY_TOKENS="100")

    assert (whole.exit_status, whole.requests) == (0, 2)
    assert (spent.exit_status, spent.requests) == (1, 0)
    assert [json.loads(row)["failure_class"] for row in spent.out.splitlines()] == ["extractor_budget"] * 2


def test_the_doctor_finds_a_sound_model_sound(tmp_path: Path) -> None:
    """It says what was sent where, without the key."""
    ran = run(tmp_path, '{"ok": true}', "doctor", "--extractor", "llm")

    assert (ran.exit_status, ran.requests) == (0, 1)
    assert "sent to http://127.0.0.1:" in ran.out
    assert '"Are you there?"' in ran.out
    assert (KEY in ran.out, "sound: " in ran.out) == (False, True)


UNSOUND = {
    "no schema": ('{"ok": "yes"}', "extraction_schema"),
    "another key": ('{"ok": true, "more": 1}', "extraction_schema"),
    "not let in": (HttpStep(status=401, body=b'{"error": {"message": "no"}}'), "extractor_unavailable"),
    "no such model": (HttpStep(status=404, body=b'{"error": {"message": "no"}}'), "extractor_unavailable"),
}


@pytest.mark.parametrize(("answer", "expected"), UNSOUND.values(), ids=UNSOUND.keys())
def test_the_doctor_names_what_is_wrong(answer: HttpStep | str, expected: str, tmp_path: Path) -> None:
    """Exit status 1, and the class."""
    ran = run(tmp_path, answer, "doctor", "--extractor", "llm", "--json")

    assert (ran.exit_status, ran.requests, json.loads(ran.out)["failure_class"]) == (1, 1, expected)


def test_the_doctor_says_that_rules_send_nothing(tmp_path: Path) -> None:
    """Nobody is asked."""
    ran = run(tmp_path, "", "doctor")

    assert (ran.exit_status, ran.requests) == (0, 0)
    assert "sends nothing" in ran.out


def test_a_missing_key_is_one_line(tmp_path: Path) -> None:
    """The line names the variable."""
    ran = run(tmp_path, "", "doctor", "--extractor", "llm", TEST_KEY="")

    assert (ran.exit_status, ran.requests, ran.out) == (5, 0, "")
    assert "TEST_KEY" in ran.err
    assert ran.err.count("\n") == 1
