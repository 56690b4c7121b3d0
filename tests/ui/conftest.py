"""Drive the page in Debian's chromium, and let no request leave this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright
from tests.end_to_end.conftest import api, environment, folder, free_port, running

__all__ = ["api", "folder"]

FLAGS = (
    "--no-sandbox",  # root may not use chromium's sandbox, and the page is our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 90_000
"""How long something may take to appear on a busy machine."""

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


class Chat:
    """Talk to the page as a person does."""

    def __init__(self, page: Page) -> None:
        """Take a page that was opened."""
        self.page = page
        self.cards = page.locator(".sayso-card")
        self.panel = page.locator('[data-testid="stSidebar"] .sayso-needs')
        self._box = page.get_by_test_id("stChatInputTextArea")

    def fill(self, **typed: str) -> Locator:
        """Fill in fields by hand, and give the answer's card; a name's spaces are underscores here."""
        count = self.cards.count()
        self.page.get_by_text("Fill in by hand").click()
        for name, text in typed.items():
            self.page.get_by_role("textbox", name=name.replace("_", " ")).fill(text)
        self.page.get_by_role("button", name="Ask with these values").click()
        return self.card(count)

    def say(self, text: str) -> Locator:
        """Say something, and give the answer's card."""
        count = self.cards.count()
        self._box.fill(text)
        self._box.press("Enter")
        return self.card(count)

    def turn_to(self, name: str) -> None:
        """Open another page by its link, which a phone folds away."""
        if self.page.viewport_size and self.page.viewport_size["width"] < 500:
            self.page.get_by_test_id("stExpandSidebarButton").click()
        self.page.get_by_role("link", name=name).first.click()
        if self.page.viewport_size and self.page.viewport_size["width"] < 500:
            self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()

    def card(self, index: int) -> Locator:
        """Wait for a card that is the last one."""
        expect(self.cards).to_have_count(index + 1, timeout=PATIENCE_MS)
        return self.cards.nth(index)

    def said(self, index: int) -> Locator:
        """Find what the user said, as the page shows it."""
        return self.page.locator(".sayso-said").nth(index)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start chromium, or say how to get it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is missing; `make system` installs it where this user may")
    expect.set_options(timeout=PATIENCE_MS)
    # For one module: while it lives, Playwright's event loop counts as running in this thread.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def page_at(url: str, browser: Browser, size: str, scheme: str, picture: Path) -> Iterator[Chat]:
    """Open the page; at the end, keep a picture of it, and fail on any request beyond loopback or error in the console.

    Args:
        url: the page's address.
        browser: who shows it.
        size: a key of SIZES.
        scheme: light or dark.
        picture: where the picture goes.
    """
    outside: list[str] = []
    errors: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((url, url.replace("http", "ws", 1), "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(url, wait_until="domcontentloaded")
    page.get_by_test_id("stChatInputTextArea").wait_for()
    try:
        yield Chat(page)
    finally:
        page.screenshot(path=picture)
        context.close()
    assert (outside, errors) == ([], []), (outside, errors)


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page with the model in process; give its address."""
    with serving(tmp_path_factory.mktemp("page")) as url:
        yield url


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """Serve the page with these settings; give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = environment(folder, **settings)
    with running("ui", "--port", str(port), env=environ, health_url=f"{url}/_stcore/health"):
        yield url


@pytest.fixture
def picture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Say where a test's picture goes: the folder that SCREENSHOTS names, for looking at them, else a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in str(request.node.name)).strip("-")
    return folder / f"{name}.png"


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids=["desktop light", "phone dark"])
def chat(request: pytest.FixtureRequest, browser: Browser, page_url: str, picture: Path) -> Iterator[Chat]:
    """Open the page once at each width, once in each scheme."""
    size, scheme = request.param
    with page_at(page_url, browser, size, scheme, picture) as chat:
        yield chat
