"""The ledger's commands say what they find, and their exit statuses say whether it is good."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from tests.ledger.test_reconcile import Deployment
from tests.ledger.worlds import World, new_id, predicted, started
from typer.testing import CliRunner, Result

from sayso.cli.durations import duration, moment
from sayso.cli.ledger import commands
from sayso.ledger.faults import NO_LEDGER

CLEAN, FINDINGS, USAGE, COULD_NOT_RUN = 0, 1, 2, 5


@pytest.fixture
def deployment(sqlite: World, tmp_path: Path) -> Deployment:
    """Give one process with a ledger and a log, and the settings that name them."""
    made = Deployment(sqlite, tmp_path)
    (tmp_path / "sayso.toml").write_text(
        f'[ledger]\nurl = "{sqlite.url}"\n[telemetry]\nlog_path = "{made.path}"\n[serve]\nport = 9\n', encoding="utf-8"
    )
    return made


def _run(deployment: Deployment, *arguments: str) -> Result:
    config = str(deployment.folder / "sayso.toml")
    return CliRunner().invoke(commands(), [arguments[0], "--config", config, *arguments[1:]])


def test_tail_shows_the_latest_oldest_first(deployment: Deployment) -> None:
    """One line for each interaction, with its outcome."""
    ids = [deployment.ask(predicted(new_id())) for _ in range(3)]
    under_way = new_id()
    deployment.ledger.record_now(started(under_way))

    lines = _run(deployment, "tail", "-n", "3").stdout.splitlines()

    assert [line.split()[1] for line in lines] == [*ids[1:], under_way]
    assert [line.split(maxsplit=2)[2] for line in lines] == ["predicted", "predicted", "under way"]


def test_an_empty_ledger_is_said_to_be_empty(deployment: Deployment) -> None:
    """On stderr; stdout has the interactions, and there are none."""
    result = _run(deployment, "tail")

    assert (result.exit_code, result.stdout, result.stderr) == (CLEAN, "", "sayso ledger: no interactions yet\n")


def test_a_conversation_that_is_not_there_is_named(deployment: Deployment) -> None:
    """A misspelt id must not look as if somebody's words were gone."""
    result = _run(deployment, "purge", "--conversation", "nope")

    assert (result.exit_code, result.stderr) == (FINDINGS, "sayso ledger purge: there is no conversation nope\n")


@pytest.mark.parametrize("found", [None, b""], ids=["no file", "an empty file"])
def test_a_ledger_that_was_never_made_is_named_with_the_remedy(tmp_path: Path, found: bytes | None) -> None:
    """Reading makes no file."""
    path = tmp_path / "ledger.db"
    if found is not None:
        path.write_bytes(found)
    (tmp_path / "sayso.toml").write_text(f'[ledger]\nurl = "sqlite:///{path}"\n', encoding="utf-8")

    result = CliRunner().invoke(commands(), ["tail", "--config", str(tmp_path / "sayso.toml")])

    assert NO_LEDGER in str(result.exception)
    assert path.exists() == (found is not None)


def test_tail_goes_on_with_what_ends_later(deployment: Deployment) -> None:
    """Each end is given once."""
    reader = deployment.world.reader
    deployment.ask(predicted(new_id()))
    last = reader.last()
    one = deployment.ask(predicted(new_id()))

    ended, last = reader.after(last)

    assert [stored.interaction_id for stored in ended] == [one]
    assert reader.after(last) == ([], last)


def test_show_gives_every_entry_and_its_words(deployment: Deployment) -> None:
    """What was said stands below what came of it."""
    one = deployment.ask(predicted(new_id()))

    shown = _run(deployment, "show", one)

    assert shown.exit_code == CLEAN
    assert all(said in shown.stdout for said in ("started", "finished", "inflation is 3.1%", "kept"))


def test_show_as_json_is_the_record(deployment: Deployment) -> None:
    """The keys of the answer, its times, and what is kept."""
    one = deployment.ask(predicted(new_id()))

    record = json.loads(_run(deployment, "show", one, "--json").stdout)

    assert (record["outcome"], record["words"]) == ("predicted", "kept")


def test_show_of_nothing_is_a_finding(deployment: Deployment) -> None:
    """An unknown id is named, with exit status 1."""
    shown = _run(deployment, "show", "unknown")

    assert (shown.exit_code, "unknown" in shown.stderr) == (FINDINGS, True)


def test_export_writes_every_entry(deployment: Deployment) -> None:
    """One JSON object a line, in the order in which they were written."""
    deployment.ask(predicted(new_id()))

    rows = [json.loads(line) for line in _run(deployment, "export").stdout.splitlines()]

    assert [(row["position"], row["kind"]) for row in rows] == [(1, "operation"), (2, "started"), (3, "finished")]


def test_export_without_words_has_neither_words_nor_salt(deployment: Deployment) -> None:
    """What leaves the house need not say what people said."""
    deployment.ask(predicted(new_id()))

    done = _run(deployment, "export", "--no-words")

    assert ("inflation" in done.stdout, "salt" in done.stdout) == (False, False)


def test_export_takes_a_time(deployment: Deployment) -> None:
    """From one time on, and before another."""
    deployment.ask(predicted(new_id()))

    assert _run(deployment, "export", "--since", "2020-03-02").stdout == ""
    assert _run(deployment, "export", "--until", "2020-03-01T12:00:00Z").stdout == ""
    assert len(_run(deployment, "export", "--since", "2020-03-01").stdout.splitlines()) == 3


@pytest.mark.parametrize("arguments", [(), ("--older-than", "90d", "--conversation", "c-1"), ("--older-than", "soon")])
def test_purge_wants_one_choice(deployment: Deployment, arguments: tuple[str, ...]) -> None:
    """Neither, both or nonsense is a matter of usage, and purges nothing."""
    assert _run(deployment, "purge", *arguments).exit_code == USAGE


@pytest.mark.parametrize("arguments", [("--older-than", "90d"), ("--conversation", "c-1")], ids=["age", "conversation"])
def test_purge_says_how_many_rows_it_emptied(deployment: Deployment, arguments: tuple[str, ...]) -> None:
    """Two rows: the start and the end. They are still there."""
    one = deployment.ask(predicted(new_id()))

    done = _run(deployment, "purge", *arguments)

    assert (done.exit_code, done.stdout) == (CLEAN, "2 rows emptied of words\n")
    assert json.loads(_run(deployment, "show", one, "--json").stdout)["words"] == "purged"


def test_verify_is_clean_where_nothing_was_touched(deployment: Deployment) -> None:
    """Exit status 0."""
    deployment.ask(predicted(new_id()))

    done = _run(deployment, "verify")

    assert (done.exit_code, done.stdout) == (CLEAN, "3 entries in 1 chains, 0 findings\n")


def test_verify_names_what_was_touched(deployment: Deployment) -> None:
    """Exit status 1, and one line for the row."""
    deployment.ask(predicted(new_id()))
    with deployment.world.sql() as connection:
        connection.execute(text("UPDATE entries SET public = '{}' WHERE position = 3"))

    done = _run(deployment, "verify")

    assert done.exit_code == FINDINGS
    assert done.stdout.startswith("changed or moved: entry 3 of writer p-1")


def test_verify_against_an_earlier_one(deployment: Deployment, tmp_path: Path) -> None:
    """The heads that were kept elsewhere are witnesses; a file that holds none is a matter of usage."""
    kept = tmp_path / "heads.json"
    kept.write_text(_run(deployment, "verify", "--json").stdout, encoding="utf-8")
    deployment.ask(predicted(new_id()))

    assert _run(deployment, "verify", "--against", str(kept)).exit_code == CLEAN
    assert _run(deployment, "verify", "--against", str(deployment.folder / "sayso.toml")).exit_code == USAGE


def test_recover_ends_what_a_dead_process_left_open(deployment: Deployment) -> None:
    """It says which process, and how many interactions."""
    one = new_id()
    deployment.ledger.record_now(started(one))
    deployment.world.close(deployment.ledger)
    with deployment.world.sql() as connection:
        connection.execute(text("UPDATE writers SET ended = NULL, ended_at = NULL"))

    done = _run(deployment, "recover")

    assert done.stdout.splitlines() == ['{"writer": "p-1", "interrupted": 1}', "1 dead processes closed"]
    assert json.loads(_run(deployment, "show", one, "--json").stdout)["failure_class"] == "interrupted"


def test_reconcile_is_clean_where_all_agree(deployment: Deployment) -> None:
    """Exit status 0, and zero silent failures."""
    deployment.ask(predicted(new_id()))

    done = _run(deployment, "reconcile", "--window", "9999d")

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (CLEAN, "0 silent failures")


def test_reconcile_names_a_silent_failure(deployment: Deployment) -> None:
    """Exit status 1, with kind and interaction."""
    one = deployment.ask(predicted(new_id()), line=False)
    deployment.world.close(deployment.ledger)
    deployment.path.touch()

    done = _run(deployment, "reconcile", "--window", "9999d", "--json")

    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.exit_code, finding["difference"], finding["about"]) == (FINDINGS, "in the ledger, not in the log", one)


def test_reconcile_wants_a_log(deployment: Deployment) -> None:
    """Without one there is nothing to compare."""
    done = _run(deployment, "reconcile", "--log", "/none.jsonl")

    assert (done.exit_code, "/none.jsonl" in done.stderr) == (USAGE, True)


def test_reconcile_could_not_run_where_no_metrics_answer(deployment: Deployment) -> None:
    """An address that was given must answer."""
    assert _run(deployment, "reconcile", "--metrics", "http://127.0.0.1:9/metrics").exit_code == COULD_NOT_RUN


@pytest.fixture
def page(deployment: Deployment) -> Iterator[str]:
    """Serve the process's metrics; give the address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(deployment.metrics.exposition())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/metrics"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("count", "expected"), [(1, CLEAN), (2, FINDINGS)], ids=["agree", "off by one"])
def test_reconcile_compares_the_counters_of_a_living_process(
    deployment: Deployment, page: str, count: int, expected: int
) -> None:
    """A counter that is off by one is a silent failure."""
    deployment.ask(predicted(new_id()), count=count)

    done = _run(deployment, "reconcile", "--window", "9999d", "--metrics", page)

    assert done.exit_code == expected
    assert ("metrics differ: p-1: predicted/none: counted 2, accounted for 1" in done.stdout) == (count == 2)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("90d", timedelta(days=90)),
        ("24h", timedelta(hours=24)),
        ("30m", timedelta(minutes=30)),
        ("45s", timedelta(0, 45)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(said: str, expected: timedelta) -> None:
    """Days, hours, minutes or seconds."""
    assert duration(said) == expected


@pytest.mark.parametrize("said", ["", "90", "d", "-1d", "1.5h", "1w", "9999999d", "٣d"])
def test_anything_else_is_no_duration(said: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(typer.BadParameter):
        duration(said)


def test_a_time_without_zone_is_utc() -> None:
    """As every time of the ledger."""
    assert moment("2026-11-25").isoformat() == "2026-11-25T00:00:00+00:00"
    assert moment("2026-11-25T01:00:00+01:00") == moment("2026-11-25")


def test_nonsense_is_no_time() -> None:
    """It says what to write instead."""
    with pytest.raises(typer.BadParameter, match="2026-11-25"):
        moment("yesterday")
