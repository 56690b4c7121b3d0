"""Everybody can use the pages: axe-core finds nothing serious that is ours, and the keyboard suffices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.ui.conftest import Chat, page_at, serving

SERIOUS = ("serious", "critical")
STREAMLITS_OWN = {"color-contrast": 'button[data-selected="true"]'}
"""Rules that Streamlit's own nodes break, each with the node; nothing of ours is on this list."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pages."""
    with serving(tmp_path_factory.mktemp("access")) as url:
        yield url


def _faults(visit: Chat) -> list[str]:
    """Name each serious fault with its nodes."""
    found = Axe().run(visit.page).response["violations"]
    return [
        f"{fault['id']}: {node['target']}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
        if STREAMLITS_OWN.get(fault["id"], "\0") not in str(node["target"]) + node["html"]
    ]


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "dark")])
def test_axe_finds_nothing_serious(browser: Browser, url: str, picture: Path, size: str, scheme: str) -> None:
    """On each page, in both schemes, with everything unfolded."""
    with page_at(url, browser, size, scheme, picture) as visit:
        visit.say("inflation 3.1 and unemployment 4.7, what rate? asked 3 times")
        visit.say("real GDP grew 1.2% and the T-bill is at 4.2%")
        visit.page.get_by_text("Fill in by hand").click()
        visit.page.get_by_text("Show what each value does").click()
        expect(visit.page.get_by_test_id("stVegaLiteChart")).to_have_count(4)
        faults = {"Ask": _faults(visit)}
        for name in ("Operations", "Ledger"):
            visit.turn_to(name)
            faults[name] = _faults(visit)

        assert faults == {"Ask": [], "Operations": [], "Ledger": []}


def test_the_keyboard_suffices(browser: Browser, url: str, picture: Path) -> None:
    """A question is typed and sent, and the form is filled, without a pointer."""
    with page_at(url, browser, "desktop", "light", picture) as visit:
        visit.say("inflation 3.1 and unemployment 4.7, what rate?")
        visit.page.locator("summary", has_text="Fill in by hand").focus()
        visit.page.keyboard.press("Enter")
        for name, typed in {"Real GDP Growth": "1.2", "Current Rate": "4.2"}.items():
            visit.page.get_by_role("textbox", name=name).focus()
            visit.page.keyboard.type(typed)
        visit.page.keyboard.press("Enter")

        expect(visit.card(1).locator(".value")).to_have_text("4.27 %")
