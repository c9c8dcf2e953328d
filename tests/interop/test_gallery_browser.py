"""The gallery in a real browser: accessibility in every language, narrow screens, keyboard, no JavaScript, print."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Response
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from mizuhiki.ui.components import Accent
from mizuhiki.ui.gallery import GALLERY, STAFF_GALLERY, gallery_values
from mizuhiki.ui.languages import LANGUAGES
from support.pages import HOST, SitePlace

CHROMIUM = "/usr/bin/chromium"
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "gallery.png"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = ("/", "/staff", "/sign-in", "/nowhere")

pytestmark = [
    # A browser that leaves a page drops what it asked for; the server of these tests leaves the picture's file open.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.outside("chromium"),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium"),
    pytest.mark.enable_socket,
]


class _Silent(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        return


@pytest.fixture(scope="module", name="address")
def _address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = SitePlace(tmp_path_factory.mktemp("gallery")).with_staff()
    site = place.site

    def show(template: str) -> Callable[[], Response]:
        return lambda: site.render(template, **gallery_values(site.language))

    site.route("/", public=True, endpoint="gallery")(show(GALLERY))
    site.route("/staff", public=True, endpoint="staff_gallery")(show(STAFF_GALLERY))
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]
    ]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_axe_finds_nothing_in_any_language(page: Page, address: str, language: str, path: str) -> None:
    page.goto(f"{address}{path}?lang={language}")
    assert violations(page) == []


@pytest.mark.parametrize("accent", list(Accent))
def test_every_accent_keeps_enough_contrast(page: Page, address: str, accent: Accent) -> None:
    page.goto(f"{address}/staff?lang=en")
    page.evaluate("accent => { document.body.className = `accent-${accent} dense`; }", accent.value)
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    assert violations(page) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["ja", "es", "ja-easy"])
def test_nothing_scrolls_sideways_at_320_pixels(page: Page, address: str, language: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 x 1024 at 400 % zoom
    page.goto(f"{address}{path}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_no_inline_code_is_blocked_and_nothing_comes_from_elsewhere(page: Page, address: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/?lang=ja")
    assert said == []
    assert all(url.startswith(address) for url in asked)


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#born_w"


def test_the_keyboard_reaches_the_content_first_through_the_skip_link(page: Page, address: str) -> None:
    page.goto(f"{address}/staff?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    box = page.locator(".skip-link").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_the_keyboard_passes_every_control_in_reading_order_and_sees_the_focus(page: Page, address: str) -> None:
    page.goto(f"{address}/staff?lang=ja")
    page.evaluate(
        "document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary,[tabindex=\"0\"]')"
        ".forEach((element, index) => { element.dataset.place = index; })"
    )
    places: list[int] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
            const e = document.activeElement;
            if (e === document.body || e.dataset.place === undefined) return null;
            const r = e.getBoundingClientRect();
            const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
            const visible = !!top && (e.contains(top) || top.contains(e));
            return [Number(e.dataset.place), getComputedStyle(e).outlineWidth, visible]; }"""
        )
        if seen is None:
            break
        place, outline, visible = seen
        assert outline == "4px"
        assert visible
        places.append(place)
    assert len(places) > 15
    assert places == sorted(places)


def test_targets_are_at_least_24_pixels(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=ja")
    small = page.evaluate(
        """() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary')]
        .filter(e => { const r = e.getBoundingClientRect();
        return r.width && e.className !== 'skip-link' && (r.height < 24 || r.width < 24); })
        .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_forms_keep_what_was_typed_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang=en")
    page.fill("#account", "someone")
    page.fill("#passphrase", "wrong")
    page.click("main button")
    assert page.input_value("#account") == "someone"
    assert page.input_value("#passphrase") == ""
    assert page.title().startswith("Error: ")
    page.click("details.languages summary")
    assert page.locator("details.languages a").first.is_visible()
    context.close()


def test_the_session_dialog_warns_two_minutes_before_the_end_and_escape_stays(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{address}/sign-in?lang=en")
    page.fill("#account", "clerk")
    page.fill("#passphrase", "a long enough passphrase")
    page.click("main button")
    dialog = page.locator(".session-dialog")
    page.clock.run_for(27 * 60 * 1000)
    assert not dialog.is_visible()
    page.clock.run_for(62 * 1000)
    assert dialog.is_visible()
    assert violations(page) == []
    with page.expect_response("**/session/stay") as answer:
        page.keyboard.press("Escape")
    assert answer.value.status == 204
    assert not dialog.is_visible()
    page.close()


def test_forced_colours_keep_every_control_visible(browser: Browser, address: str) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(f"{address}/?lang=en")
    edges = page.evaluate(
        "[...document.querySelectorAll('.button,.input,.select')].map(one => getComputedStyle(one).borderTopStyle)"
    )
    assert set(edges) <= {"solid", "dashed"}
    page.close()


def test_print_shows_the_content_and_no_controls(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=ja")
    page.emulate_media(media="print")
    for selector in (".languages", ".back-link", ".buttons", ".pagination"):
        assert not page.locator(selector).first.is_visible()
    assert page.locator(".confirmation").is_visible()
    assert page.locator("table").first.is_visible()


def test_a_first_load_is_small(page: Page, address: str) -> None:
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(f"{address}/?lang=ja", wait_until="networkidle")
    assert sum(sizes) < 200 * 1024


def test_the_picture_of_the_gallery_is_taken(page: Page, address: str, tmp_path: Path) -> None:
    target = PICTURE if PICTURE.parent.is_dir() and not PICTURE.exists() else tmp_path / PICTURE.name
    page.goto(f"{address}/?lang=ja")
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    page.screenshot(path=target, full_page=True)
    assert target.stat().st_size > 10_000
