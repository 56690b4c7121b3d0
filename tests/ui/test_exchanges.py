"""What the page makes of answers: comparisons, sweeps, labels, and requests to send again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.end_to_end.conftest import QUESTION
from tests.ui.talks import Talk, desk_in

from sayso.ledger.reader import Reader
from sayso.ui import snippets
from sayso.ui.chat import again, before
from sayso.ui.comparison import comparison
from sayso.ui.desk import PageDesk
from sayso.ui.labels import label
from sayso.ui.marks import marked
from sayso.ui.plot import span_of, specification, summary
from sayso.ui.sweep import POINTS, curves, usable
from sayso.wiring import ledger_url


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    """Open one front desk for all tests here."""
    with desk_in(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def talk(desk: PageDesk) -> Talk:
    """Begin a conversation."""
    return Talk(desk)


def test_a_what_if_is_compared_with_the_prediction_before(talk: Talk) -> None:
    """It says by how much the number moved, and with which value."""
    first, second = talk.say(QUESTION), talk.say("what if unemployment were 6?")

    said = comparison(first.answer, second.answer)

    assert said == "0.03 lower than before (4.27 %), with Unemployment Rate 4.7 % → 6 %"


def test_nothing_is_compared_with_a_question_that_was_asked_back(talk: Talk) -> None:
    """Only predictions compare; the one before may lie further back."""
    predicted = talk.say(QUESTION).answer
    refused = talk.say("unemployment is 900").answer
    last = talk.say("unemployment is 4.7").answer

    assert comparison(predicted, refused) is None
    assert before(talk.history, 2) == predicted
    assert comparison(predicted, last) == "The same as before (4.27 %), with the same values"


def test_asking_again_asks_the_same_words_in_the_same_conversation(talk: Talk) -> None:
    """A new interaction begins, and the turns stay as they were."""
    first = talk.say(QUESTION)

    second = talk.ask(again(talk.history))

    assert first.turns == second.turns
    assert first.answer.conversation_id == second.answer.conversation_id
    assert first.answer.interaction_id != second.answer.interaction_id


def test_each_value_is_moved_over_what_the_model_learned_from(talk: Talk) -> None:
    """The strongest comes first; every curve passes through the answer."""
    answer, package = talk.say(QUESTION).answer, talk.desk.parts.package
    assert package is not None
    assert answer.prediction is not None

    found = curves(package, answer)

    assert next(curve.feature.name for curve in found) == "Current Rate"
    assert {len(curve.points) for curve in found} == {POINTS}
    assert [curve.here.predicted for curve in found] == pytest.approx([answer.prediction.value] * 4)
    ranges = package.training_ranges
    assert all(
        (curve.points[0].at, curve.points[-1].at) == (ranges[curve.feature.name].low, ranges[curve.feature.name].high)
        for curve in found
    )


def test_only_the_very_model_that_answered_is_swept(talk: Talk) -> None:
    """No package, or no prediction: no plot."""
    predicted, asked = talk.say(QUESTION).answer, Talk(talk.desk).say("inflation 3").answer
    package = talk.desk.parts.package

    assert [usable(package, predicted), usable(None, predicted), usable(package, asked)] == [True, False, False]


def test_a_plot_holds_all_its_data_and_says_in_words_what_it_shows(talk: Talk) -> None:
    """Nothing is loaded from an address; the description is for whoever does not see it."""
    answer, package = talk.say(QUESTION).answer, talk.desk.parts.package
    assert package is not None
    found = curves(package, answer)

    drawn = specification(found[0], package.contract, span_of(found))

    assert "http" not in json.dumps(drawn)
    assert drawn["description"] == summary(found[0], package.contract)
    assert summary(found[0], package.contract).startswith("Current Rate: from 2.431 % at 2.29 % to 15 % at ")


def test_a_sweep_is_recorded_by_its_purpose_and_counts_in_no_outcome(tmp_path: Path) -> None:
    """The ledger has one interaction, and one operation named sweep."""
    with desk_in(tmp_path) as desk:
        answer = Talk(desk).say(QUESTION).answer
        desk.swept(answer, 164)
        entries = list(Reader.at(ledger_url(desk.parts.settings)).export(None, None))

    operations = [entry["public"] for entry in entries if entry["kind"] == "operation"]
    assert [entry["kind"] for entry in entries].count("finished") == 1
    assert {"event": "sweep", "facts": {"purpose": "sweep", "interaction_id": answer.interaction_id,
                                        "revision": answer.revision, "rows": 164}} in operations  # fmt: skip


def test_an_opinion_is_kept_beside_its_interaction(tmp_path: Path) -> None:
    """Thumb and comment stand in the ledger."""
    with desk_in(tmp_path) as desk:
        answer = Talk(desk).say(QUESTION).answer
        assert answer.interaction_id is not None
        desk.rate(answer.interaction_id, "down", "too high")
        entries = list(Reader.at(ledger_url(desk.parts.settings)).export(None, None))

    rated = [(entry["public"], entry["private"]) for entry in entries if entry["kind"] == "feedback"]
    assert rated == [({"rating": "down"}, "too high")]


@pytest.mark.parametrize("how", ["words", "conversation", "form"])
def test_a_copied_request_asks_the_same(api: str, desk: PageDesk, tmp_path: Path, how: str) -> None:
    """The script and the command run as they are copied, and get the same number."""
    talk = Talk(desk)
    match how:
        case "words":
            talk.say(QUESTION)
        case "conversation":
            talk.say("it's 3.1% inflation, unemployment's 4.7")
            talk.say("real GDP grew 1.2% and the T-bill is at 4.2%")
        case _:
            talk.fill(Inflation_Rate="3.1", Unemployment_Rate="4.7", Real_GDP_Growth="1.2", Current_Rate="4.2")
    exchange = talk.history[-1]
    script = tmp_path / "ask.py"
    script.write_text(snippets.python(exchange, api), encoding="utf-8")

    by_python = subprocess.run([sys.executable, script], capture_output=True, check=True, timeout=60).stdout
    by_curl = subprocess.run(
        ["sh", "-c", snippets.curl(exchange, api)], capture_output=True, check=True, timeout=60
    ).stdout

    shown = json.loads(snippets.answer_json(exchange))
    assert shown["outcome"] == "predicted"
    assert [json.loads(said)["prediction"] for said in (by_python, by_curl)] == [shown["prediction"]] * 2


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Real GDP Growth (%, -40 to 40)", "Real GDP Growth (%, -40 to 40)"),
        ("**bold** [x](http://evil.test)", r"\*\*bold\*\* \[x\](http\://evil.test)"),
        (":material/home: $x$ `c` <b>", r"\:material/home\: \$x\$ \`c\` \<b\>"),
        ("home_ownership _it_", r"home_ownership \_it\_"),
        ("# head", r"\# head"),
        ("- item\nnext", r"\- item next"),
        ("1. item", r"1\. item"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
    ],
)
def test_words_in_a_label_stay_words(text: str, escaped: str) -> None:
    """Whatever would be markup is escaped, and nothing else, for a screen reader reads the backslashes too."""
    assert label(text) == escaped


def test_a_converted_value_names_the_words_it_was_read_from(talk: Talk) -> None:
    """The hover says value, unit, and what was said."""
    exchange = talk.say("the T-bill is at 420 basis points")

    html = marked(exchange.text, 0, exchange.answer.features, exchange.answer.unused)

    assert 'title="Current Rate: 4.2 %, read from “420 basis points”"' in html
