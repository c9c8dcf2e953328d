"""Life events at the counter in a real browser: a household of two nationalities moves in, a head dies."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from mizuhiki.institutions.municipality.domain.card_lapses import ToldLapse
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.persons import Relationship
from support.counter_window import NEEDS, PASSPHRASE, counter_window, look, sign_in
from support.events import clerk, events_country, office
from support.municipality import ADDRESS, MIYAKONOJO, Country, family

NEW_ADDRESS = "宮崎県都城市北原町31-1"

pytestmark = NEEDS


@pytest.fixture(name="country")
def _country() -> Iterator[Country]:
    country = events_country()
    yield country
    country.close()


@pytest.fixture(name="page")
def _page(browser: Browser, country: Country) -> Iterator[Page]:
    """The counter, signed in as a clerk."""
    app = country.apps[MIYAKONOJO]
    app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    app.operations.add_staff("touroku", "登録 三郎", "registrar", PASSPHRASE)
    with counter_window(browser, app) as page:
        sign_in(page, "hanako")
        yield page


def nothing_is_cut_off(page: Page) -> None:
    """Every table fits the screen, so that no row's actions are out of sight."""
    wider = page.locator(".table-scroll").evaluate_all(
        "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText.slice(0, 80))"
    )
    assert wider == []


def access_key(page: Page, key: str) -> None:
    """Press Alt and a key as the browser gets it from a keyboard; playwright's own press leaves the text out."""
    session = page.context.new_cdp_session(page)
    pressed = {"modifiers": 1, "key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    with page.expect_navigation():
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **pressed})
        session.send("Input.dispatchKeyEvent", {"type": "char", "unmodifiedText": key, "text": key, **pressed})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})
    session.detach()


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Page, name: str) -> None:
    words = r"\s+".join(re.escape(word) for word in name.split())
    with page.expect_navigation():
        page.locator("body").get_by_role("link", name=re.compile(rf"^{words}( [A-Z])?$")).first.click()


def fill_person(page: Page, n: int, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = page.locator(f"#p{n}_{name}")
        if name in {"position", "category"}:
            field.select_option(value)
        elif name == "sex":
            page.locator(f"input[name='p{n}_sex'][value='{value}']").check()
        else:
            field.fill(value)


@pytest.mark.requirement("R-041")
def test_a_household_of_two_nationalities_moves_in(page: Page, country: Country, tmp_path: Path) -> None:
    office(country).import_existing_residents(country.context("registrar"), [family()])
    follow(page, "Entries")
    look(page, tmp_path, "1-menu")
    follow(page, "Move in from abroad")
    page.locator("#happened_on").fill("2019-11-01")
    enter(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Not yet shown: Passport")
    expect(page.locator(".error-summary")).to_contain_text("Late since 2019-11-15")
    look(page, tmp_path, "2-refused")
    assert page.locator("#happened_on").input_value() == "2019-11-01"

    fill_person(page, 1, {
        "family": "水野", "given": "健", "family_kana": "ミズノ", "given_kana": "ケン", "birth_date": "昭和60年2月3日",
        "sex": "1", "position": "02", "registered_domicile": "宮崎県都城市姫城町6",
        "head_of_family_register": "水野　健", "previous_address": "ブラジル",
    })  # fmt: skip
    access_key(page, "a")
    expect(page.get_by_role("heading", name="Person 2")).to_be_visible()
    assert page.locator("#p1_family").input_value() == "水野"
    fill_person(page, 2, {
        "family": "SILVA", "given": "MARIA", "birth_date": "1990-04-05", "sex": "2", "position": "12",
        "nationality": "BR", "category": "mid-to-long-term-resident", "status": "定住者", "period": "三年",
        "stay_until": "2022-11-30", "card_number": "AB12345678CD", "previous_address": "ブラジル",
    })  # fmt: skip
    page.locator("#address").fill(NEW_ADDRESS)
    page.locator("#notifier").fill("水野　健")
    page.locator("#late_reason").fill("入院していた")
    page.get_by_label("Passport").check()
    look(page, tmp_path, "3-form")
    page.locator("#notifier").focus()
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check: Move in from abroad")
    expect(page.get_by_label("Warning: The notification is late")).to_be_visible()
    look(page, tmp_path, "4-check")
    access_key(page, "p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notification: Move in from abroad")
    look(page, tmp_path, "5-paper")
    access_key(page, "e")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Entered: Move in from abroad")
    look(page, tmp_path, "6-entered")
    _print_and_read_back(page, tmp_path)


def _print_and_read_back(page: Page, tmp_path: Path) -> None:
    """From the confirmation to the printed notice, the household, a record as of a day and the journal."""
    follow(page, "Print the acceptance notice")
    expect(page.locator("main")).to_contain_text("水野　健")
    look(page, tmp_path, "7-receipt")
    page.emulate_media(media="print")
    page.screenshot(path=tmp_path / "7-receipt-printed.png", full_page=True)
    page.emulate_media(media="screen")
    follow(page, "Back to the event")
    follow(page, "Open the household")
    expect(page.get_by_role("table", name="Members")).to_contain_text("SILVA　MARIA")
    expect(page.get_by_role("table", name="Members")).to_contain_text("Wife")
    look(page, tmp_path, "8-household")
    nothing_is_cut_off(page)
    follow(page, "SILVA　MARIA")
    expect(page.get_by_role("heading", level=1)).to_have_text("History of the record")
    page.locator("#day").fill("2019-11-01")
    enter(page)
    expect(page.locator("main")).to_contain_text("定住者")
    look(page, tmp_path, "9-history")
    page.goto("/journal?lang=ja")
    expect(page.locator("main")).to_contain_text("日計")
    look(page, tmp_path, "10-journal")
    expect(page.locator(".signing")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".signing")).to_contain_text("照合")
    for hidden in (".site-nav", ".site-footer", ".work > aside"):
        expect(page.locator(hidden).first).to_be_hidden()
    printed = page.pdf(path=tmp_path / "10-journal.pdf", prefer_css_page_size=True)
    assert len(pikepdf.open(io.BytesIO(printed)).pages) <= 2, "the list, then totals and signatures together"


def test_a_head_dies_and_the_wife_becomes_head_and_the_registrar_takes_it_back(
    page: Page, country: Country, tmp_path: Path
) -> None:
    father, mother, child = office(country).import_existing_residents(country.context("registrar"), [family()])
    page.goto("/search?lang=ja")
    page.locator("#address").fill(ADDRESS)
    enter(page)
    assert "姫城" not in page.url
    look(page, tmp_path, "20-found")
    with page.expect_navigation():
        page.locator("main table a").first.click()
    access_key(page, "e")
    expect(page.get_by_role("heading", level=1)).to_have_text("世帯の異動")
    look(page, tmp_path, "21-menu")
    follow(page, "死亡")
    page.get_by_label("山田　太郎 世帯主").check()
    page.locator("#known_on").fill("2019-12-01")
    page.locator("#happened_on").fill("2019-12-01")
    page.locator("#notifier").fill("山田　花子")
    page.locator("#new_head").select_option(mother)
    enter(page)
    expect(page.locator(".error-summary")).to_contain_text("死亡診断書")
    look(page, tmp_path, "22-refused")
    page.get_by_label("死亡診断書").check()
    enter(page)
    look(page, tmp_path, "23-check")
    access_key(page, "e")
    expect(page.get_by_role("heading", level=1)).to_contain_text("死亡")
    look(page, tmp_path, "24-entered")
    event = page.url
    follow(page, "世帯を開く")
    look(page, tmp_path, "25-household")
    now = {one: office(country).resident(clerk(country), one) for one in (father, mother, child)}
    assert now[father].state is RecordState.REMOVED
    assert now[mother].relationship is Relationship.HEAD
    assert now[child].relationship is Relationship.CHILD
    assert page.get_by_role("link", name="この異動を取り消す").count() == 0

    sign_in(page, "touroku", "ja")
    page.goto(event)
    follow(page, "この異動を取り消す")
    page.locator("#ground").fill("別人の届出だった")
    page.locator("#documents").check()
    look(page, tmp_path, "26-cancel")
    access_key(page, "x")
    expect(page.locator("main")).to_contain_text("取り消されました")
    look(page, tmp_path, "27-cancelled")
    again = office(country).resident(clerk(country), father)
    assert (again.state, again.relationship) == (RecordState.CURRENT, Relationship.HEAD)


def test_a_move_out_is_entered_and_its_acceptance_notice_printed(page: Page, country: Country, tmp_path: Path) -> None:
    father, *_others = office(country).import_existing_residents(country.context("registrar"), [family()])
    household = office(country).household_of(clerk(country), father)
    page.goto(f"/households/{household}/move-out?lang=ja")
    for name in ("山田　太郎", "山田　花子", "山田　一郎"):
        page.get_by_label(name).check()
    page.locator("#planned_on").fill("2019-12-20")
    page.locator("#planned_address").fill("東京都渋谷区宇田川町1-1")
    page.locator("#notifier").fill("山田　太郎")
    look(page, tmp_path, "30-form")
    page.locator("#notifier").focus()
    enter(page)
    access_key(page, "e")
    expect(page.get_by_role("link", name="受理通知を印刷")).to_be_visible()
    look(page, tmp_path, "31-entered")
    access_key(page, "p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("受理通知")
    for stated in ("転出", "山田　花子", ADDRESS, "東京都渋谷区宇田川町1-1", "令和元年12月20日"):
        expect(page.locator("main")).to_contain_text(stated)
    look(page, tmp_path, "32-receipt")
    page.pdf(path=tmp_path / "32-receipt.pdf", format="A4", print_background=True)


@pytest.mark.requirement("R-154")
def test_a_lapsed_card_stands_in_the_household_and_its_letter_is_printed(
    page: Page, country: Country, tmp_path: Path
) -> None:
    father, *_others = office(country).import_existing_residents(country.context("registrar"), [family()])
    record = office(country).resident(clerk(country), father)
    lapse = ToldLapse(record.code, "ABCDEF0123456789", date(2019, 12, 1), LapseCause.NO_NOTICE_AFTER_PLANNED_DAY)
    office(country).events.take_card_lapses(country.context("peer", "card-issue"), [lapse])
    page.goto("/tasks?lang=ja")
    look(page, tmp_path, "40-tasks")
    page.goto(f"/households/{record.household}")
    expect(page.locator("main")).to_contain_text("令和元年12月1日失効：転出予定日から30日以内に転入届がなかった")
    look(page, tmp_path, "41-household")
    nothing_is_cut_off(page)
    follow(page, "個人番号カード失効のお知らせ")
    look(page, tmp_path, "42-letter")
    for stated in ("山田　太郎", "ABCDEF0123456789", "令和元年12月1日", "番号法施行令14条"):
        expect(page.locator(".document")).to_contain_text(stated)
    page.pdf(path=tmp_path / "42-letter.pdf", prefer_css_page_size=True)
