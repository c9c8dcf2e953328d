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


def lodge(page: Page) -> None:
    follow(page, "Lodge an affair")
    page.locator("#item").select_option("2-9")
    press(page, "Continue")
    describe(page)
    page.locator("#ordinance").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".notice.success")).to_contain_text("The affair was lodged")


def lodge_with_mistakes(page: Page, folder: Path) -> None:
    """See what is told about an item that was not chosen and about two wrong fields; lodge nothing."""
    follow(page, "Lodge an affair")
    press(page, "Continue")
    expect(page.locator(".error-summary")).to_contain_text("Choose the item that the affair is like")
    look(page, folder, "02-body-no-item")
    page.locator("#item").select_option("2-9")
    press(page, "Continue")
    describe(page, slug="Aid", valid_until="2019-12-09")
    press(page, "Lodge the affair")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#slug-error")).to_contain_text("Lower-case letters")
    expect(page.locator("#valid_until-error")).to_contain_text("The last day is before the first")
    look(page, folder, "03-body-mistakes")
    follow(page, "Affairs under ordinances")


def return_it(page: Page, folder: Path) -> None:
    """Find the filing on the overview and in the list, and return it; without a reason that does not work."""
    page.reload()
    expect(page.locator("main")).to_contain_text(TYPED["title_ja"])
    look(page, folder, "04-commission-overview")
    follow(page, "条例事務")
    look(page, folder, "05-commission-list")
    follow(page, TYPED["title_ja"])
    press(page, "返戻する")
    expect(page.locator("#reason-error")).to_contain_text("理由を書いてください")
    look(page, folder, "06-commission-no-reason")
    page.locator("#reason").fill(REASON)
    press(page, "返戻する")
    look(page, folder, "07-commission-returned")


@pytest.mark.requirement("R-252")
def test_an_affair_is_lodged_returned_lodged_again_published_and_ended(
    mayor: Page, officer: Page, country: Country, tmp_path: Path
) -> None:
    follow(mayor, "Affairs under ordinances")
    look(mayor, tmp_path, "01-body-empty")
    lodge_with_mistakes(mayor, tmp_path)
    lodge(mayor)
    return_it(officer, tmp_path)
    follow(mayor, "Affairs under ordinances")
    expect(mayor.locator("main")).to_contain_text(REASON)
    lodge(mayor)
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


def test_the_pages_need_no_scripts(browser: Browser, country: Country) -> None:
    with counter_window(browser, country.apps[MIYAKONOJO], scripts=False) as page:
        sign_in(page, "mayor")
        follow(page, "Affairs under ordinances")
        lodge(page)
    assert [one.state for one in filings(country)] == [FilingState.LODGED]
