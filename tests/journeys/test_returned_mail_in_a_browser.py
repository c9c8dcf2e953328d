"""A morning with returned mail in a real browser: entry by keyboard, the three branches, the end of the period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mizuhiki.institutions.municipality.domain.notices import NoticeState
from mizuhiki.vocabulary.dates import JST
from support.counter_window import NEEDS, PASSPHRASE, counter_window, look, sign_in
from support.municipality import MIYAKONOJO
from support.notices import NoticePlace, make_place

pytestmark = NEEDS


@pytest.fixture(name="place")
def _place() -> Iterator[NoticePlace]:
    place = make_place(at=datetime(2015, 11, 10, 10, tzinfo=JST))
    yield place
    place.country.close()


@pytest.fixture(name="page")
def _page(browser: Browser, place: NoticePlace) -> Iterator[Page]:
    """The counter, signed in as a clerk."""
    app = place.country.apps[MIYAKONOJO]
    app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    with counter_window(browser, app) as page:
        sign_in(page, "hanako")
        yield page


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
    sign_in(page, "hanako")
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
