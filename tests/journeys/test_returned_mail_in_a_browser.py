"""A morning with returned mail in a real browser: entry by keyboard, the three branches, the end of the period."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from mizuhiki.institutions.municipality.domain.notices import NoticeState
from mizuhiki.vocabulary.dates import JST
from support.demo_country import CHROMIUM, chromium
from support.municipality import MIYAKONOJO
from support.notices import NoticePlace, make_place

PASSPHRASE = "a long enough passphrase"
SCREEN = {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.outside("chromium"),
    pytest.mark.outside(CHROMIUM),
    pytest.mark.enable_socket,
]


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(name="place")
def _place() -> Iterator[NoticePlace]:
    place = make_place(at=datetime(2015, 11, 10, 10, tzinfo=JST))
    yield place
    place.country.close()


@pytest.fixture(name="page")
def _page(browser: Browser, place: NoticePlace) -> Iterator[Page]:
    """The counter, signed in; at the end axe has found nothing on the page last shown."""
    app = place.country.apps[MIYAKONOJO]
    app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    server = make_server("127.0.0.1", 0, app.wsgi, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    context = browser.new_context(
        viewport=SCREEN, locale="en-US", base_url=f"http://{MIYAKONOJO}.localhost:{server.port}"
    )
    page = context.new_page()
    sign_in(page)
    yield page
    context.close()
    server.shutdown()
    serving.join()
    server.server_close()


def sign_in(page: Page) -> None:
    page.goto("/sign-in?lang=en")
    page.get_by_label("Account").fill("hanako")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def look(page: Page, folder: Path, name: str) -> None:
    """Check the page for faults of accessibility and keep its picture."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.requirement("R-120")
@pytest.mark.requirement("R-124")
@pytest.mark.requirement("R-125")
def test_a_morning_with_returned_mail(page: Page, place: NoticePlace, tmp_path: Path) -> None:
    father, mother, child = place.number()
    place.send()
    page.goto("/notices")
    page.get_by_role("link", name="Enter returned mail").click()
    field = page.get_by_label("Card id")
    field.focus()
    page.keyboard.type(place.notice(father).number)
    page.get_by_label("No such addressee").check()
    look(page, tmp_path, "entry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Entered")
    assert {place.notice(one).state for one in (father, mother, child)} == {NoticeState.RETURNED}
    assert place.notice(father).number not in page.url

    page.get_by_role("status").get_by_role("link").first.click()
    expect(page.get_by_text("Nothing in the register explains the return")).to_be_visible()
    look(page, tmp_path, "kept")
    page.get_by_label("Hand it over").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("alert")).to_contain_text("The identity check is not complete")
    look(page, tmp_path, "refused")
    page.get_by_label("Hand it over").check()
    page.get_by_label("Passport").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("main")).to_contain_text("Handed over")
    look(page, tmp_path, "handed-over")

    place.change_record(mother, address="宮崎県都城市上町1-1")
    page.goto(f"/notices/card/{place.notice(mother).notice}")
    expect(page.get_by_text("The person moved within the municipality")).to_be_visible()
    page.get_by_label("Write the new address on it and send it").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("cell", name="宮崎県都城市上町1-1")).to_be_visible()

    page.goto(f"/notices/card/{place.notice(child).notice}/letter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your notification card came back to us")
    look(page, tmp_path, "letter")
    place.country.clock.set(datetime(2016, 2, 11, 0, 1, tzinfo=JST))
    sign_in(page)
    page.goto("/notices?due=1")
    expect(page.get_by_role("table").first).to_contain_text("Keeping period over")
    look(page, tmp_path, "dashboard")
    assert place.desk.expire_kept(place.context("machinery")) == 1
    page.goto(f"/notices/card/{place.notice(child).notice}")
    page.get_by_role("button", name="Destroyed").click()
    page.get_by_label("Destroyed after three months").check()
    page.get_by_role("button", name="Issue again").click()
    expect(page.get_by_text("Collect the fee: 500 yen.")).to_be_visible()
    look(page, tmp_path, "reissued")
