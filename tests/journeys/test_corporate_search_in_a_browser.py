"""Corporate Numbers in a real browser: anybody searches without log-in; officers designate, change and publish."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mizuhiki.world.story.notes import StoryNotes
from support.demo_country import CHROMIUM, Country, Visitor, chromium, demo_country
from support.nation import founded_folder

HOST = "houjin"
SCREEN = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
NEW = "株式会社ためし架空工房"

pytestmark = [
    pytest.mark.outside("chromium"),
    pytest.mark.outside(CHROMIUM),
    pytest.mark.enable_socket,
]


@pytest.fixture(scope="module", name="country")
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    folder = tmp_path_factory.mktemp("corporations")
    world = shutil.copytree(founded_folder(), folder / "world")
    StoryNotes(Path(world)).begin([])  # nothing here looks at the story; the demo's own journey tells it
    with demo_country(folder) as country:
        yield country


@pytest.fixture(scope="module", name="browser")
def _browser(country: Country) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(name="visitors")
def _visitors() -> Iterator[list[Visitor]]:
    """Everybody who comes; at the end axe has found nothing on any page looked at."""
    came: list[Visitor] = []
    yield came
    for one in came:
        one.context.close()
    assert [fault for one in came for fault in one.faults] == []


def _arrive(
    browser: Browser, country: Country, visitors: list[Visitor], viewport: dict[str, int], locale: str = "en"
) -> Visitor:
    context = browser.new_context(viewport=viewport, locale=locale, accept_downloads=True)
    visitors.append(Visitor(context, country, checked=True))
    return visitors[-1]


def _sign_in(officer: Visitor, country: Country, account: str) -> None:
    page = officer.page
    page.goto(f"{country.at(HOST)}/desk")
    page.locator("#account").fill(account)
    page.locator("#passphrase").fill(f"invented {account} of {HOST}")
    officer.main.locator("button[type=submit]").first.click()
    expect(page).to_have_url(f"{country.at(HOST)}/desk")


@pytest.mark.requirement("R-016")
def test_anybody_finds_a_corporation_by_name_and_reads_its_history(
    browser: Browser, country: Country, visitors: list[Visitor]
) -> None:
    guest = _arrive(browser, country, visitors, SCREEN)
    page = guest.page
    page.goto(country.at(HOST))
    guest.look()
    page.get_by_label(re.compile("^Name")).first.fill("水引")
    page.get_by_label("Show closed records too").check()
    page.get_by_role("button", name="Search").click()
    guest.look()
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_text("Merged")).to_have_count(1)
    table.get_by_role("link", name="Mizuhiki Works, Inc.").click()
    guest.look()
    page.get_by_role("link", name="Show the successor").click()
    expect(page.locator("main .timeline > li")).to_have_count(3)
    guest.look()
    number = page.locator("main .page-caption").inner_text()
    page.goto(country.at(HOST))
    page.get_by_label("Corporate Number").first.fill(f"T{number[:1]}-{number[1:5]}-{number[5:9]}-{number[9:]}")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(f"/corporations/{number}$"))


def test_a_wrong_number_and_an_unmatched_name_are_answered_in_words(
    browser: Browser, country: Country, visitors: list[Visitor]
) -> None:
    guest = _arrive(browser, country, visitors, NARROW)
    page = guest.page
    page.goto(f"{country.at(HOST)}/?number=7000012050003")
    guest.look()
    assert "This is not a Corporate Number" in page.get_by_role("alert").inner_text()
    page.goto(f"{country.at(HOST)}/?name=存在しない架空の名称")
    guest.look()
    assert "No corporation matches" in page.locator("main").inner_text()


@pytest.mark.requirement("R-015")
def test_an_officer_enters_a_corporation_another_designates_it_and_everybody_finds_it(
    browser: Browser, country: Country, visitors: list[Visitor]
) -> None:
    registrar = _arrive(browser, country, visitors, SCREEN)
    _sign_in(registrar, country, "registrar")
    page = registrar.page
    registrar.look()
    page.get_by_role("link", name="Enter a corporation").click()
    registrar.look()
    page.get_by_label(re.compile("^Registration number")).fill("9999-01-777777")
    page.get_by_label("Name", exact=True).fill(NEW)
    page.get_by_label("Kind").select_option("301")
    page.get_by_label(re.compile("^Municipality code")).fill("131032")
    page.get_by_label(re.compile("^Street and number")).fill("架空1丁目2番3号")
    page.get_by_label("Founded or notified on").fill("2019-11-01")
    page.get_by_role("button", name="Queue for designation").click()
    registrar.look()
    assert page.get_by_role("button", name="Designate a number").count() == 0
    address = page.url

    designator = _arrive(browser, country, visitors, SCREEN)
    _sign_in(designator, country, "designator")
    designator.page.goto(address)
    designator.look()
    designator.page.get_by_role("button", name="Designate a number").click()
    designator.page.get_by_role("link", name="Show the notice").click()
    designator.look()
    assert "法人番号指定通知書" in designator.page.locator("main").inner_text()

    guest = _arrive(browser, country, visitors, SCREEN, locale="ja")
    guest.page.goto(f"{country.at(HOST)}/?name=ためし架空&lang=ja")
    guest.look()
    expect(guest.page.get_by_role("link", name=NEW)).to_have_count(1)


@pytest.mark.requirement("R-016")
def test_a_file_is_downloaded_without_log_in(
    browser: Browser, country: Country, visitors: list[Visitor], tmp_path: Path
) -> None:
    guest = _arrive(browser, country, visitors, SCREEN)
    guest.page.goto(f"{country.at(HOST)}/files")
    guest.look()
    with guest.page.expect_download() as download:
        guest.page.get_by_role("link", name=re.compile("^all_13_.*_02")).click()
    target = tmp_path / "file.zip"
    download.value.save_as(target)
    assert target.read_bytes()[:2] == b"PK"
