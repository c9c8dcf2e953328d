"""The demo country clicked through in a real browser: landing page, a parent's visit, a day at the counter."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from mizuhiki.world.nation.plan import plan_nation
from support.demo_country import CHROMIUM, PIN, Country, Visitor, chromium, demo_country, named

FATHER = "黒木　拓也"
NEIGHBOUR = "田中　凛"
"""Lives in Minato with her children; her number was designated there."""
CARDLESS = "後藤　博"
"""Lives in Minato alone and has no card before a clerk issues one."""
NEIGHBOURS_BABY = "ゆい"
COUNTER_PIN, NEW_PIN = "4826", "9157"
CITY = "city-131032"
FEWEST_STEPS = 15
SCREEN = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.outside("chromium"),
    pytest.mark.outside(CHROMIUM),
    pytest.mark.enable_socket,
]

Arrives = Callable[..., Visitor]


@pytest.fixture(scope="module", name="country")
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    with demo_country(tmp_path_factory.mktemp("demo")) as country:
        yield country


@pytest.fixture(scope="module", name="browser")
def _browser(country: Country) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(name="arrives")
def _arrives(browser: Browser, country: Country) -> Iterator[Arrives]:
    """Bring somebody with a window of their own; at the end axe has found nothing on any page looked at."""
    came: list[Visitor] = []

    def arrive(viewport: dict[str, int] = SCREEN, *, scripts: bool = True) -> Visitor:
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, accept_downloads=True)
        came.append(Visitor(context, country, checked=scripts))
        return came[-1]

    yield arrive
    for one in came:
        one.context.close()
    assert [fault for one in came for fault in one.faults] == []


def _staff(arrives: Arrives, role: str) -> Visitor:
    one = arrives()
    one.sign_in_as_staff(CITY, role, f"invented {role} of {CITY}")
    return one


def test_the_landing_page_shows_institutions_people_and_the_whole_story_done(arrives: Arrives) -> None:
    guest = arrives()
    guest.open()
    guest.look()
    page = guest.page
    steps = page.locator("main .timeline > li").count()
    assert steps >= FEWEST_STEPS
    assert page.locator("main .timeline").get_by_text("Done", exact=True).count() == steps
    assert page.locator("#institutions ~ dl").first.locator("dt").count() == len(list(plan_nation()))
    people = page.get_by_role("link", name=re.compile("^Log in to the portal as"))
    assert people.count() == page.locator("main section.document").count() > 5
    assert page.get_by_role("table").filter(has_text=f"invented clerk of {CITY}").count() == 1


@pytest.mark.requirement("R-026")
def test_the_father_reads_his_notice_and_sees_every_exchange_verified(arrives: Arrives) -> None:
    father = arrives()
    father.open()
    father.log_in_by_card(FATHER)
    expect(father.page.get_by_role("heading", level=1)).to_have_text("Your page")
    father.look()
    father.follow("Notices")
    father.look()
    father.follow(re.compile("児童手当"))
    father.look()
    assert "30,000 yen a month" in father.text
    father.open_history(FATHER)
    father.look()
    assert "This record is verified" in father.text
    asked = father.main.get_by_role("row").filter(has_text="Information was asked for")
    assert asked.count() == 3
    assert [asked.nth(one).get_by_role("cell", name="Minato City").count() for one in range(3)] == [1, 1, 1]
    for office, about, procedure, row in (
        ("Miyakonojo City", "Local tax", "Claim for child allowance", "74の項"),
        ("Japan Pension Service", "Pension", "Claim for child allowance", "75の項"),
        ("Miyakonojo City", "Local tax", "Application for medical aid for children", "9の項に準ずる事務"),
    ):
        found = father.main.get_by_role("row").filter(has_text=office).filter(has_text=about)
        found.filter(has_text=procedure).get_by_role("link").click()
        father.look()
        assert procedure in father.text
        assert row in father.text
        assert office in father.text
        assert "Minato City" in father.text
        father.follow("Back")


@pytest.mark.requirement("R-033")
def test_the_record_taken_home_is_accepted_by_the_command_on_the_page_and_a_changed_copy_refused(
    arrives: Arrives, tmp_path: Path
) -> None:
    father = arrives()
    father.log_in_by_card(FATHER)
    father.open_history(FATHER)
    father.page.get_by_text("Check it yourself").click()
    with father.page.expect_download() as download:
        father.page.get_by_role("link", name=re.compile("proofs")).click()
    taken = tmp_path / "record.json"
    download.value.save_as(taken)
    command = (father.main.locator("pre code").text_content() or "").replace("\\\n", " ").split()
    assert command[:4] == ["mizuhiki", "ledger", "verify", "FILE"]
    assert "--key" in command
    changed = tmp_path / "changed.json"
    changed.write_text(taken.read_text(encoding="utf-8").replace("provided", "no-dataa", 1), encoding="utf-8")
    assert json.loads(changed.read_text(encoding="utf-8")) != json.loads(taken.read_text(encoding="utf-8"))
    assert _checked(command, taken) == 0
    assert _checked(command, changed) != 0


def _checked(command: list[str], file: Path) -> int:
    words = [str(file) if word == "FILE" else word for word in command]
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode


def test_a_wrong_pin_tells_how_many_tries_are_left(arrives: Arrives) -> None:
    father = arrives()
    father.log_in_to_the_reader(FATHER)
    father.main.get_by_role("radio", name=named(FATHER)).check()
    father.press("Agree")
    father.try_pin("1111")
    expect(father.page.locator(".error-summary")).to_contain_text("The PIN is wrong. Tries left: 2")
    expect(father.page.locator(".error-summary")).to_be_focused()
    father.look()
    father.try_pin(PIN)
    father.press("Return to")
    assert father.page.url.endswith("/home")


def test_without_javascript_the_father_reaches_notice_and_history(arrives: Arrives) -> None:
    father = arrives(scripts=False)
    father.log_in_by_card(FATHER)
    father.follow("Notices")
    father.follow(re.compile("児童手当"))
    assert "30,000 yen a month" in father.text
    father.open_history(FATHER)
    assert "This record is verified" in father.text
    father.press("Close the history")
    assert "Sign out" in (father.page.locator("body").text_content() or "")


def test_no_page_of_a_parents_visit_is_wider_than_a_phone(arrives: Arrives) -> None:
    father = arrives(NARROW)
    too_wide: list[str] = []

    def measure() -> None:
        if father.overflow() > 0:
            too_wide.append(father.page.url)

    father.open()
    measure()
    father.log_in_to_the_reader(FATHER)
    measure()
    father.main.get_by_role("radio", name=named(FATHER)).check()
    father.press("Agree")
    measure()
    father.try_pin(PIN)
    measure()
    father.press("Return to")
    measure()
    father.follow("Notices")
    measure()
    father.follow(re.compile("児童手当"))
    measure()
    father.open_history(FATHER)
    measure()
    father.main.get_by_role("row").filter(has_text="Pension").get_by_role("link").click()
    measure()
    assert too_wide == []


def test_with_the_keyboard_alone_the_clerk_signs_in_and_finds_the_family(arrives: Arrives) -> None:
    clerk = arrives()
    clerk.open(CITY)
    clerk.look()
    clerk.tab_to("#account")
    clerk.page.keyboard.type("clerk")
    clerk.page.keyboard.press("Tab")
    clerk.page.keyboard.type(f"invented clerk of {CITY}")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_load_state()
    expect(clerk.page.get_by_role("heading", level=1)).to_contain_text("Counter")
    clerk.look()
    clerk.tab_to("#name")
    clerk.page.keyboard.insert_text(FATHER.replace("　", ""))
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Search residents")
    clerk.look()
    clerk.tab_to("main table a")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Household")
    clerk.look()
    for part in ("黒木　美咲", "Number kept from before", "Moved in", "Born"):
        assert part in clerk.text
    assert re.search(r"\b\d{12}\b", clerk.text) is None, "numbers are shown masked"


def test_the_case_of_the_story_shows_statute_row_exchange_and_receipt(arrives: Arrives) -> None:
    clerk = _staff(arrives, "clerk")
    clerk.follow("Child allowance cases")
    clerk.look()
    clerk.follow(named(FATHER))
    clerk.look()
    assert "Income and dependents from linkage: Miyakonojo City" in clerk.text
    for section, row in (("Local tax information", "74の項"), ("Pension enrolment", "75の項")):
        answer = clerk.main.get_by_role("region", name=section)
        expect(answer).to_contain_text("Provided")
        expect(answer).to_contain_text(row)
        expect(answer).to_contain_text(re.compile(r"Exchange number\s*[\w-]{16}"))
        answer.get_by_text("Show the receipt").click()
        expect(answer.locator("p.code")).to_be_visible()
        expect(answer.locator("p.code")).to_contain_text(re.compile(r"[\w.-]{40}"))


def test_a_clerk_issues_a_card_and_its_holder_uses_it_at_the_reader(arrives: Arrives) -> None:
    clerk = _staff(arrives, "clerk")
    _open_household(clerk, CARDLESS)
    clerk.follow(re.compile(f"^Issue a card {named(CARDLESS).pattern}"))
    clerk.look()
    typed = {"user_pin": COUNTER_PIN, "text_pin": COUNTER_PIN, "juki_pin": COUNTER_PIN, "signature_pin": "COUNTER1"}
    for field, pin in typed.items():
        clerk.page.locator(f"#{field}").fill(pin)
        clerk.page.locator(f"#{field}_again").fill(pin)
    clerk.press("Issue the card")
    expect(clerk.page.get_by_role("heading", name="The card is issued").first).to_be_visible()
    clerk.look()
    serial = re.search(r"\b[0-9A-Z]{16}\b", clerk.main.inner_text())
    assert serial is not None
    holder = arrives()
    _take_card(holder)
    holder.try_pin(PIN)
    expect(holder.page.locator(".error-summary")).to_contain_text("The PIN is wrong. Tries left: 2")
    holder.try_pin(COUNTER_PIN)
    holder.press("Return to")
    assert holder.page.url.endswith("/account"), "who never had a portal account is asked to open one"
    _set_pin_anew(clerk, serial.group())
    again = arrives()
    _take_card(again)
    again.try_pin(NEW_PIN)
    again.press("Return to")
    assert again.page.url.endswith("/account")


def _take_card(holder: Visitor) -> None:
    """Take the card made at the counter out of the drawer, look at it, and put it on the reader."""
    holder.open("reader", "/cards")
    holder.follow(re.compile(f"^Use this card {named(CARDLESS).pattern}"))
    holder.look()
    assert "as typed at the counter" in holder.text
    pictures = holder.main.get_by_role("img")
    assert pictures.count() == 2
    assert all(pictures.nth(one).evaluate("one => one.complete && one.naturalWidth > 0") for one in range(2))
    holder.press("Put this card on the reader")
    holder.press("Go to the card reader")
    holder.main.get_by_role("radio", name=named(CARDLESS)).check()
    holder.press("Agree")


def _set_pin_anew(clerk: Visitor, serial: str) -> None:
    clerk.open(CITY)
    _open_household(clerk, CARDLESS)
    clerk.follow(re.compile(f"^Card on the reader {named(CARDLESS).pattern}"))
    clerk.page.locator("#card_serial").fill(serial)
    clerk.main.get_by_label("The face on the card is that of the person here").check()
    clerk.main.get_by_label(re.compile("^Set anew: .*user identification", re.IGNORECASE)).check()
    clerk.page.locator("#pin").fill(NEW_PIN)
    clerk.page.locator("#pin_again").fill(NEW_PIN)
    clerk.look()
    clerk.press("Change the card")
    expect(clerk.page.get_by_role("heading", name="The card is changed").first).to_be_visible()


@pytest.mark.requirement("R-021")
@pytest.mark.requirement("R-362")
def test_another_child_is_born_numbered_claimed_for_and_paid_by_the_right_people(arrives: Arrives) -> None:
    clerk = _staff(arrives, "clerk")
    mayor = _staff(arrives, "mayor")
    approver = _staff(arrives, "approver")
    household = _open_household(clerk, NEIGHBOUR)
    _enter_birth(clerk)
    _number_the_child(clerk, mayor)
    number = _number_as_on_the_card(mayor)
    clerk.open(CITY, household)
    case = _claim(clerk, number)
    _examine_and_propose(clerk)
    _refuse_own_approval(clerk, case)
    approver.open(CITY, case)
    approver.press("Approve the decision")
    assert "State: Approved" in " ".join(approver.text.split())
    approver.look()
    approver.press("Order the payment")
    expect(approver.page.get_by_role("table", name=re.compile("Payments"))).to_contain_text("yen")
    clerk.open(CITY, case)
    clerk.press("Send the notice of the decision")
    expect(clerk.page.locator("main .timeline > li").first).to_contain_text("Notice of the decision sent")
    clerk.look()


def _open_household(one: Visitor, name: str) -> str:
    one.page.locator("#name").fill(name)
    one.press("Search")
    one.follow(named(name))
    return urlsplit(one.page.url).path


def _enter_birth(clerk: Visitor) -> None:
    """Enter the birth; the empty form is refused first, and nothing typed is lost."""
    page = clerk.page
    clerk.follow(re.compile("^Register a birth"))
    clerk.look()
    page.locator("#given").fill(NEIGHBOURS_BABY)
    clerk.press("Check")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Choose the sex")
    clerk.look()
    assert page.locator("#given").input_value() == NEIGHBOURS_BABY
    page.locator("#given_kana").fill("ユイ")
    page.locator("#birth_date").fill("令和元年12月1日")
    clerk.main.get_by_label("Female").check()
    page.locator("#mother").select_option(label=NEIGHBOUR)
    page.locator("#notifier").fill(NEIGHBOUR)
    clerk.main.get_by_label(re.compile("Notification of birth")).check()
    clerk.main.get_by_label(re.compile("Identity document")).check()
    clerk.press("Check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the birth")
    assert NEIGHBOURS_BABY in clerk.text
    clerk.look()
    clerk.press("Enter the birth")
    expect(page.get_by_role("heading", name="The birth is entered").first).to_be_visible()
    assert re.search(r"[\w-]{8}", clerk.main.locator(".reference").first.text_content() or "")
    clerk.look()


def _number_the_child(clerk: Visitor, mayor: Visitor) -> None:
    """The counter requests the number, the mayor's office designates and notifies it."""
    clerk.follow(re.compile("^Numbering of the child"))
    clerk.look()
    if clerk.main.get_by_role("button", name=re.compile("^Request the number")).count():
        clerk.press("Request the number")
    assert clerk.main.get_by_role("button", name=re.compile("^Designate")).count() == 0
    mayor.page.goto(clerk.page.url)
    mayor.press("Designate the number")
    mayor.press("Notify and print")
    expect(mayor.page.get_by_role("heading", level=1)).to_have_text(
        "Notice of resident record code and Individual Number"
    )
    mayor.look()


def _number_as_on_the_card(mayor: Visitor) -> str:
    """Read the claimant's number from her notice, as a clerk reads it from her card."""
    mayor.open(CITY)
    _open_household(mayor, NEIGHBOUR)
    mayor.follow(re.compile(f"^Notified {named(NEIGHBOUR).pattern}"))
    mayor.follow(re.compile("^Print the notice again"))
    shown = re.search(r"\b\d{4} \d{4} \d{4}\b", mayor.main.locator("dl").inner_text().split("Individual Number")[-1])
    assert shown is not None
    return shown.group().replace(" ", "")


def _claim(clerk: Visitor, number: str) -> str:
    """Take the claim; without the last step of the identity check it is refused."""
    page = clerk.page
    address = re.search(r"東京都港区\S+", clerk.main.inner_text())
    assert address is not None
    clerk.follow(re.compile("^Claim for child allowance"))
    clerk.main.get_by_label(named(NEIGHBOUR)).first.check()
    for child in clerk.main.get_by_role("group", name="Children").get_by_role("checkbox").all():
        child.check()
    page.locator("#bank_account_label").fill("みずひき銀行 普通 (架空)")
    page.locator("#number").fill(number)
    page.locator("#written_name").fill(NEIGHBOUR)
    page.locator("#written_birth_date").fill("1985-06-20")
    page.locator("#written_address").fill(address.group())
    for step in ("application", "card_shown", "face_checked", "chip_equals_face"):
        page.locator(f"#{step}").check()
    clerk.look()
    clerk.press("Check")
    expect(page.locator(".error-summary li")).to_have_text(["Not confirmed: Number and items compared"])
    page.locator("#number_and_items_compared").check()
    page.locator("#number").fill(number)
    clerk.press("Check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the claim")
    assert number not in page.content()
    clerk.look()
    clerk.press("Take the claim")
    expect(page.get_by_role("heading", name="The claim is taken")).to_be_visible()
    return "/cases/" + page.url.rpartition("/cases/")[2]


def _examine_and_propose(clerk: Visitor) -> None:
    clerk.press("Request tax and pension information")
    for section in ("Local tax information", "Pension enrolment"):
        expect(clerk.main.get_by_role("region", name=section)).to_contain_text("Provided")
    clerk.press("Compute and propose the decision")
    expect(clerk.main.get_by_role("table", name=re.compile("Amount per child"))).to_contain_text(NEIGHBOURS_BABY)
    clerk.look()


def _refuse_own_approval(clerk: Visitor, case: str) -> None:
    """The proposer is offered no approval, and forging the form is refused."""
    assert clerk.main.get_by_role("button", name=re.compile("^Approve")).count() == 0
    form = clerk.page.locator("form[action*='do=propose']")
    form.evaluate("form => { form.action = form.action.replace('do=propose', 'do=approve') }")
    with clerk.page.expect_navigation() as answer:
        clerk.press("Propose again")
    assert answer.value is not None
    assert answer.value.status == 403
    clerk.open(CITY, case)
    assert "Approved by" in clerk.text
    assert "nobody yet" in clerk.text
