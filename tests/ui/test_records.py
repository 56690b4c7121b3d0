"""Operators see what happened, and follow one interaction stage by stage."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.end_to_end.conftest import QUESTION
from tests.ui.conftest import Chat, page_at, serving
from tests.ui.talks import Talk, desk_in

from sayso.ledger.entries import stamp
from sayso.ledger.period import Ended
from sayso.ledger.stored import StoredInteraction
from sayso.predictor.manifest import Baseline, CategoryBaseline, ContractDigests
from sayso.ui.operations import Objectives, drifts, figures, over_time, percentile
from sayso.ui.replay import replay

PROMISED = Objectives(available_pct=99.0, slow_ms=2000, in_time_pct=95)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = 40


def _ended(outcome: str, failure_class: str | None, latency_ms: float | None = 10.0, missing_pct: float = 0.0) -> Ended:
    return Ended(stamp(NOON), outcome, failure_class, latency_ms, missing_pct, "r-1", {})


def test_the_budget_burns_by_what_counts_against_the_service() -> None:
    """A refusal is no failure of ours; two lost in a hundred burn twice what 99 % allows."""
    rows = (
        [_ended("predicted", None)] * 90 + [_ended("refused", "out_of_range")] * 8 + [_ended("failed", "timeout")] * 2
    )

    found = figures(rows, PROMISED)

    assert found.available_pct == 98.0
    assert found.burn == pytest.approx(2.0)


def test_a_time_in_which_nobody_asked_has_no_figures() -> None:
    """Nothing is worked out of nothing: no share is 0 % or 100 %."""
    found = figures([], PROMISED)

    assert (found.available_pct, found.burn, found.in_time_pct, found.missing_pct) == (None, None, None, None)
    assert found.latency_ms == {}


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, value: float) -> None:
    """It is the smallest that so many percent do not exceed."""
    assert percentile([float(one) for one in range(1, 101)], percent) == value


def test_each_end_falls_into_one_part_of_the_time() -> None:
    """The counts sum to the rows, at the edges too."""
    since = NOON - timedelta(days=1)
    rows = [_ended("predicted", None)._replace(at=stamp(at)) for at in (since, since + timedelta(hours=5), NOON)]

    counted = over_time([*rows, _ended("failed", "timeout")], since, NOON)

    assert sum(count for _, _, count in counted) == 4
    assert {named for _, named, _ in counted} == {"predicted", "timeout"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a ledger with predictions, a question that was asked back, a refusal, and an opinion."""
    folder = tmp_path_factory.mktemp("ledger")
    with desk_in(folder) as desk:
        for step in range(ASKED):
            asked = Talk(desk).say(QUESTION.replace("4.7%", f"{4 + step / 20:.2f}%"))
        assert asked.answer.interaction_id is not None
        desk.rate(asked.answer.interaction_id, "up", "<b>good</b>")
        Talk(desk).say("inflation 3, what rate?")
        Talk(desk).say("<img src=http://evil.test/x.png>\nunemployment is 900")
    return folder


def test_what_is_promised_stands_in_one_place(ledger: Path) -> None:
    """The page holds figures against the same file as the alerts."""
    with desk_in(ledger) as desk:
        assert desk.objectives() == Objectives(available_pct=99.9, slow_ms=2000, in_time_pct=95)


def test_what_was_asked_is_laid_over_what_the_model_learned_from(ledger: Path) -> None:
    """Shares sum to one on both sides; what the model never saw has bins of its own."""
    with desk_in(ledger) as desk:
        rows = desk.reader.ended(datetime(2020, 1, 1, tzinfo=UTC))
        assert desk.parts.package is not None
        found = {drift.feature: drift for drift in drifts(rows, desk.parts.package.baseline)}

    drift = found["Unemployment Rate"]
    assert drift.count == ASKED
    assert [sum(drift.learned), sum(drift.now)] == pytest.approx([1, 1])
    assert drift.bins[0].startswith("below 3.4")


def test_too_few_values_are_no_histogram() -> None:
    """Chance looks like drift; nothing is drawn."""
    with_few = [_ended("predicted", None)._replace(values={"x": 1.0})]

    baseline = Baseline(1, ContractDigests("c", "1", "d", "i"), {"x": CategoryBaseline(3, {"a": 1, "b": 2})})
    assert [drift.now for drift in drifts(with_few, baseline)] == [()]


@pytest.mark.parametrize(
    ("words", "outcomes", "count"),
    [
        ("", set(), ASKED + 2),
        ("", {"refused"}, 1),
        ("out_of_range", set(), 1),
        ("what rate", {"needs_input"}, 1),
        ("%", {"needs_input"}, 0),
        ("nothing like this", set(), 0),
    ],
    ids=["all", "outcome", "class", "words", "a sign of LIKE is a sign", "none"],
)
def test_interactions_are_found_by_what_is_known(ledger: Path, words: str, outcomes: set[str], count: int) -> None:
    """Words, failure class and outcome narrow it."""
    with desk_in(ledger) as desk:
        assert len(desk.reader.search(words, frozenset(outcomes), 100)) == count


def test_an_interaction_is_found_by_its_id_and_read_again(ledger: Path) -> None:
    """The same words give the same values."""
    with desk_in(ledger) as desk:
        first = desk.reader.search("", frozenset({"predicted"}), 1)[0]
        found = desk.reader.search(first.interaction_id, frozenset(), 10)
        replayed = replay(found[0], desk.vocabulary)

    assert len(found) == 1
    assert replayed is not None
    assert (replayed.same, replayed.detail) == (True, "the same values come out")


def test_words_that_are_not_kept_are_not_read_again(tmp_path: Path) -> None:
    """Where the ledger keeps none, nothing is made up."""
    with desk_in(tmp_path, SAYSO_LEDGER_TEXT="none") as desk:
        Talk(desk).say(QUESTION)
        stored: StoredInteraction = desk.reader.search("", frozenset(), 1)[0]

        assert replay(stored, desk.vocabulary) is None


@pytest.fixture(scope="module")
def url(ledger: Path) -> Iterator[str]:
    """Serve the page over the filled ledger."""
    with serving(ledger) as url:
        yield url


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids=["desktop light", "phone dark"])
def visit(request: pytest.FixtureRequest, browser: Browser, url: str, picture: Path) -> Iterator[Chat]:
    """Open the page at each width."""
    with ExitStack() as stack:
        size, scheme = request.param
        yield stack.enter_context(page_at(url, browser, size, scheme, picture))


def test_operators_see_outcomes_promises_and_drift(visit: Chat) -> None:
    """Shares, burn, latency, plots, and who answers."""
    visit.turn_to("Operations")

    expect(visit.page.locator(".sayso-tiles div", has_text="Interactions")).to_contain_text(str(ASKED + 2))
    expect(visit.page.locator(".sayso-tiles div", has_text="Error budget burn")).to_contain_text("0.0 ×")
    expect(visit.page.get_by_test_id("stVegaLiteChart")).to_have_count(5)
    expect(visit.page.get_by_text("No rollout, alert or batch run is on record.")).to_be_visible()


def test_an_interaction_is_followed_stage_by_stage(visit: Chat) -> None:
    """Each stage is a card; what was said is text, and the reading is repeated."""
    visit.turn_to("Ledger")
    visit.page.get_by_role("textbox", name="Search").fill("evil.test")
    visit.page.get_by_role("textbox", name="Search").press("Enter")

    expect(visit.page.get_by_text("1 on record.")).to_be_visible()
    for stage in ("started", "extraction", "verification", "admission", "finished"):
        expect(visit.page.locator(".sayso-card h3", has_text=stage)).to_be_visible()
    expect(visit.page.get_by_text("Read again now: the same values come out.")).to_be_visible()
    assert visit.page.locator("img[src*='evil']").count() == 0


def test_a_search_that_finds_nothing_says_so(visit: Chat) -> None:
    """There is a sentence where the list would be."""
    visit.turn_to("Ledger")
    visit.page.get_by_role("textbox", name="Search").fill("nothing like this")
    visit.page.get_by_role("textbox", name="Search").press("Enter")

    expect(visit.page.get_by_text("Nothing on record fits.")).to_be_visible()


def test_an_empty_ledger_says_what_will_stand_there(browser: Browser, tmp_path: Path, picture: Path) -> None:
    """Both pages have a sentence where nothing happened yet."""
    with serving(tmp_path) as url, page_at(url, browser, "desktop", "light", picture) as visit:
        visit.turn_to("Operations")
        expect(visit.page.get_by_text("Nobody asked in this time.")).to_be_visible()

        visit.turn_to("Ledger")
        expect(visit.page.get_by_text("Nothing is on record yet.")).to_be_visible()


def test_a_ledger_that_can_not_be_read_is_said(browser: Browser, tmp_path: Path, picture: Path) -> None:
    """The page names the fault, and shows no figures."""
    with serving(tmp_path) as url, page_at(url, browser, "desktop", "light", picture) as visit:
        (tmp_path / "ledger.db").write_bytes(b"no database at all" * 1000)

        visit.turn_to("Operations")

        expect(visit.page.get_by_text("The ledger can't be read; nothing is known of this time.")).to_be_visible()
