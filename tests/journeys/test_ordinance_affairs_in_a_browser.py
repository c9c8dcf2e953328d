"""An affair under an ordinance in a real browser: lodged, returned, lodged again, published and ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mizuhiki.institutions.commission.domain.ordinances import FilingState
from support.counter_window import NEEDS, counter_window, look, sign_in
from support.municipality import MIYAKONOJO, Country
from support.ordinance_pages import COMMISSION, TYPED, filings, local_bodies

pytestmark = NEEDS
REASON = "条例の条を明記してください。"


@pytest.fixture(name="country")
def _country() -> Iterator[Country]:
    country = local_bodies()
    yield country
    country.close()


@pytest.fixture(name="mayor")
def _mayor(browser: Browser, country: Country) -> Iterator[Page]:
    with counter_window(browser, country.apps[MIYAKONOJO]) as page:
        sign_in(page, "mayor")
        yield page


@pytest.fixture(name="officer")
def _officer(browser: Browser, country: Country) -> Iterator[Page]:
    with counter_window(browser, country.apps[COMMISSION], locale="ja") as page:
        sign_in(page, "officer", "ja")
        yield page


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( [A-Z])?$")).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(rf"^{re.escape(name)}( [A-Z])?$")).first.click()


def describe(page: Page, **changes: str) -> None:
    typed = {**TYPED, **changes}
    for tick in typed["asked"]:
        page.locator(f"input[value='{tick}']").check()
    page.locator(f"input[name='field'][value='{typed['field']}']").check()
    for name, value in typed.items():
        if name not in {"asked", "field"}:
            page.locator(f"#{name}").fill(value)


@pytest.mark.requirement("R-252")
def test_an_affair_is_lodged_returned_lodged_again_published_and_ended(
    mayor: Page, officer: Page, country: Country, tmp_path: Path
) -> None:
    follow(mayor, "Affairs under ordinances")
    look(mayor, tmp_path, "01-body-empty")
    follow(mayor, "Lodge an affair")
    press(mayor, "Continue")
    expect(mayor.locator(".error-summary")).to_contain_text("Choose the item that the affair is like")
    look(mayor, tmp_path, "02-body-no-item")
    mayor.locator("#item").select_option("2-9")
    press(mayor, "Continue")
    describe(mayor, slug="Aid", valid_until="2019-12-09")
    press(mayor, "Lodge the affair")
    expect(mayor.locator(".error-summary")).to_be_focused()
    expect(mayor.locator("#slug-error")).to_contain_text("Lower-case letters")
    expect(mayor.locator("#valid_until-error")).to_contain_text("The last day is before the first")
    look(mayor, tmp_path, "03-body-mistakes")
    describe(mayor)
    mayor.locator("#ordinance").focus()
    with mayor.expect_navigation():
        mayor.keyboard.press("Enter")
    expect(mayor.locator(".notice.success")).to_contain_text("The affair was lodged")

    officer.reload()
    expect(officer.locator("main")).to_contain_text(TYPED["title_ja"])
    look(officer, tmp_path, "04-commission-overview")
    follow(officer, "条例事務")
    look(officer, tmp_path, "05-commission-list")
    follow(officer, TYPED["title_ja"])
    press(officer, "返戻する")
    expect(officer.locator("#reason-error")).to_contain_text("理由を書いてください")
    look(officer, tmp_path, "06-commission-no-reason")
    officer.locator("#reason").fill(REASON)
    press(officer, "返戻する")
    look(officer, tmp_path, "07-commission-returned")

    follow(mayor, "Affairs under ordinances")
    expect(mayor.locator("main")).to_contain_text(REASON)
    follow(mayor, "Lodge an affair")
    mayor.locator("#item").select_option("2-9")
    press(mayor, "Continue")
    describe(mayor)
    press(mayor, "Lodge the affair")
    follow(officer, "条例事務")
    follow(officer, TYPED["title_ja"])
    press(officer, "公表する")
    look(officer, tmp_path, "08-commission-published")

    follow(mayor, "Affairs under ordinances")
    look(mayor, tmp_path, "09-body-list")
    follow(mayor, "End Medical aid for single parents")
    look(mayor, tmp_path, "10-body-end")
    press(mayor, "End the affair")
    expect(mayor.locator(".notice.success")).to_contain_text("The affair has ended")
    look(mayor, tmp_path, "11-body-ended")
    assert sorted(one.state for one in filings(country)) == sorted([FilingState.RETURNED, FilingState.WITHDRAWN])
