"""What a model read and our own rules can't tell is put to the person, who says yes or no by a button."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, expect
from tests.ui.conftest import Chat, page_at, serving

from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, LlmAdversary, Wire, replying
from sayso.wire import JSON

WORDS = "inflation is 3.1%, unemployment 4.7%, real GDP grew 1.2%, and that other one stands at 4.2"
QUOTES = {"Inflation Rate": "3.1%", "Unemployment Rate": "4.7%", "Real GDP Growth": "1.2%", "Current Rate": "4.2"}


def _claims(asked: Asked) -> HttpStep:
    """Claim all four, also the one that no word names."""
    features: dict[str, JSON] = {
        name: {"value": float(quote.rstrip("%")), "unit": "percent", "quote": quote} for name, quote in QUOTES.items()
    }
    reply: JSON = {"features": features, "missing_features": [], "assumptions": [], "clarifying_question": None}
    return replying(asked.wire, json.dumps(reply))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page with a language model on loopback as extractor."""
    with start_blocking_portal() as portal:
        manager = portal.wrap_async_context_manager(LlmAdversary(_claims))
        with manager as model:
            settings = {
                "SAYSO_EXTRACTOR_KIND": "llm",
                "SAYSO_LLM_BASE_URL": model.base_url(Wire.OPENAI),
                "SAYSO_LLM_MODEL": "m",
            }
            with serving(tmp_path_factory.mktemp("confirm"), **settings) as url:
                yield url


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids=["desktop light", "phone dark"])
def asked(request: pytest.FixtureRequest, browser: Browser, url: str, picture: Path) -> Iterator[Chat]:
    """Ask, and wait for the question."""
    size, scheme = request.param
    with page_at(url, browser, size, scheme, picture) as chat:
        first = chat.say(WORDS)
        expect(first).to_contain_text("NEEDS_INPUT / unconfirmed_value")
        expect(first).to_contain_text("Did you mean")
        expect(first.locator(".value")).to_have_count(0)
        yield chat


def test_a_yes_is_the_say_so_for_what_was_asked(asked: Chat) -> None:
    """The value counts as confirmed, and its words stand beside it."""
    asked.page.get_by_role("button", name="Yes", exact=True).click()

    card = asked.card(1)
    expect(card.locator(".value")).to_have_text("4.27 %")
    expect(card.get_by_role("row", name="Current Rate")).to_contain_text("“4.2” (confirmed)")


def test_a_no_gives_no_value(asked: Chat) -> None:
    """Nothing is predicted."""
    asked.page.get_by_role("button", name="No", exact=True).click()

    expect(asked.card(1).locator(".value")).to_have_count(0)
