"""The portal in a real browser: accessibility in every language, narrow screens, no JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from mizuhiki.ui.languages import LANGUAGES
from mizuhiki.wire.intermediate_server import NoticeContent
from support.environment import TEST_INSTANT
from unit.institutions.portal.kit import ORIGIN, Browser, Card, CoreLog, PortalPlace, exchange

CHROMIUM = "/usr/bin/chromium"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = ("/", "/about", "/sign-in", "/card-answer", "/nowhere")
SIGNED_IN = (
    "/home",
    "/notices",
    "/notices/n1",
    "/history",
    "/history/entries/1",
    "/history/codes",
    "/account/progress",
)
HOST = "portal.localhost"

pytestmark = [
    pytest.mark.outside("chromium"),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium"),
    pytest.mark.enable_socket,
]


class _Silent(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        return


@pytest.fixture(scope="module", name="place")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalPlace]:
    place = PortalPlace()
    log = CoreLog(tmp_path_factory.mktemp("log"), place.clock)
    log.record(
        exchange("x1"),
        exchange("x2", outcome="no-data", items=[]),
        exchange("x3", kind="history-opening", inquirer="portal", provider="linkage-core", procedure="", items=[]),
    )
    log.join(b"hanako", b"hanako's new code")
    place.outside.bundle = log.bundle(b"hanako", b"hanako's new code")
    sent = TEST_INSTANT.astimezone(UTC)
    place.outside.notices = [NoticeContent("n1", "municipality-452025", "結果の通知", "決定しました。", sent, None)]
    yield place
    log.close()
    place.close()


@pytest.fixture(scope="module", name="address")
def _address(place: PortalPlace) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, place.app.wsgi, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module", name="chromium")
def _chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", name="session")
def _session(place: PortalPlace) -> str:
    """The session cookie of somebody who opened the history; the card reader's page is not under test here."""
    browser: Browser = place.browser().with_account(card := Card())
    browser.sign("/history", card)
    cookie = browser.client.get_cookie("session-portal", domain=ORIGIN.removeprefix("https://"))
    assert cookie is not None
    return str(cookie.value)


def with_session(context: BrowserContext, session: str) -> BrowserContext:
    context.add_cookies([{"name": "session-portal", "value": session, "domain": HOST, "path": "/"}])
    return context


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_axe_finds_nothing_on_any_page_in_any_language(
    chromium: Chromium, address: str, session: str, language: str
) -> None:
    found: list[str] = []
    for paths, cookie in ((PUBLIC, ""), (SIGNED_IN, session)):
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = (with_session(context, cookie) if cookie else context).new_page()
        for path in paths:
            page.goto(f"{address}{path}?lang={language}")
            for one in Axe().run(page, options=RULES).response["violations"]:
                found += [f"{path} {one['id']}: {node['html'][:160]}" for node in one["nodes"]]
        context.close()
    assert found == []


def test_no_page_is_wider_than_a_narrow_screen_and_all_work_without_javascript(
    chromium: Chromium, address: str, session: str
) -> None:
    context = with_session(
        chromium.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False), session
    )
    page = context.new_page()
    wide = []
    for path in SIGNED_IN:
        page.goto(f"{address}{path}?lang=ja")
        box = page.locator("body").bounding_box()
        if box is None or box["width"] > 320 or page.locator("html").evaluate("page => page.scrollWidth") > 320:
            wide.append(path)
    context.close()
    assert wide == []
