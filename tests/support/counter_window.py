"""A counter in a real browser: its site served in this process, and a window in which staff sign in and look around."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from mizuhiki.runtime.institution import App
from support.demo_country import CHROMIUM, chromium

PASSPHRASE = "a long enough passphrase"
SCREEN = {"width": 1280, "height": 900}
NEEDS = [pytest.mark.outside("chromium"), pytest.mark.outside(CHROMIUM), pytest.mark.enable_socket]
"""Marks of a module whose tests open a window."""


@pytest.fixture(scope="module", name="browser")
def module_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def counter_window(browser: Browser, app: App, *, locale: str = "en-US", scripts: bool = True) -> Iterator[Page]:
    """Serve an institution and open a window on it, with nobody signed in."""
    server = make_server("127.0.0.1", 0, app.wsgi, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    context = browser.new_context(
        viewport=SCREEN,
        locale=locale,
        java_script_enabled=scripts,
        base_url=f"http://{app.institution}.localhost:{server.port}",
    )
    try:
        yield context.new_page()
    finally:
        context.close()
        server.shutdown()
        serving.join()
        server.server_close()


def sign_in(page: Page, account: str, language: str = "en") -> None:
    """Sign in by keyboard; the account must have been added with `PASSPHRASE`."""
    page.goto(f"/sign-in?lang={language}")
    page.locator("#account").fill(account)
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def look(page: Page, folder: Path, name: str) -> None:
    """Check the page for faults of accessibility and keep its picture."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.screenshot(path=folder / f"{name}.png", full_page=True)
