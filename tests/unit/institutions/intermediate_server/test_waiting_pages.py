"""Pages of what waits: rules, both queues, outages; in both languages (R-219)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mizuhiki.casework.web.file_pages import FileWords
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import StatuteTable
from mizuhiki.wire.commission import ordinances as wire
from support.ordinances import ordinance
from unit.institutions.intermediate_server.kit import ASKER, HERS, HOLDER, THEIRS, TODAY, Network, inquiry_of, linked
from unit.institutions.intermediate_server.test_pages import PASSPHRASE, Browser


@pytest.fixture
def place() -> Iterator[Network]:
    network = linked()
    for account, role in (
        ("linkage", "linkage-officer"),
        ("second", "linkage-officer"),
        ("protection", "protection-officer"),
    ):
        network.server(HOLDER).add_staff(account, f"担当 {account}", role, PASSPHRASE)
    yield network
    network.close()


def send(browser: Browser, path: str, **fields: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path))
    assert found is not None
    answer = browser.send(path, csrf_token=found.group(1), **fields)
    return answer.headers["Location"] if answer.status_code == 303 else answer.get_data(as_text=True)


def rule(browser: Browser, path: str, **fields: str) -> str:
    return send(browser, path, **{"mode": "manual", "valid_from": "2019-12-02", **fields})


@pytest.mark.requirement("R-219")
def test_two_officers_set_a_rule_and_approve_an_answer_on_pages(place: Network) -> None:
    first, second = Browser(place, "linkage"), Browser(place, "second")
    assert rule(first, "/rules/kinds", subject="local-tax", four_eyes="yes") == "/rules/kinds"
    assert "After approval, by two officers" in first.get("/rules/kinds")
    assert place.inquire(inquiry_of(HERS)).outcome == "pending"
    [path] = re.findall(r'href="(/provisions/[^"]+)"', first.get("/provisions"))
    assert THEIRS not in first.get(path)
    assert send(first, path, do="approve") == "/provisions"
    assert "Proposed by" in first.get(path)
    assert "別の職員による承認が必要です" in send(first, path, do="approve")
    assert send(second, path, do="approve") == "/provisions"
    assert "Nothing waits." in first.get("/provisions")
    assert place.inquire(inquiry_of(HERS)).outcome == "provided"


def test_the_overdue_stand_first_and_say_since_when(place: Network) -> None:
    browser = Browser(place, "linkage")
    rule(browser, "/rules/kinds", subject="local-tax")
    place.inquire(inquiry_of(HERS))
    assert "Overdue since" not in browser.get("/provisions")
    [hold] = place.server(HOLDER).decisions.holds(place.officer(HOLDER))
    place.clock.set(hold.due_at + timedelta(minutes=1))
    page = Browser(place, "linkage").get("/provisions")
    assert "Overdue since 2019-12-06 00:00" in page


def test_a_refusal_without_a_reason_is_sent_back_and_with_one_told(place: Network) -> None:
    browser = Browser(place, "linkage")
    rule(browser, "/rules/kinds", subject="local-tax")
    place.inquire(inquiry_of(HERS))
    [path] = re.findall(r'href="(/provisions/[^"]+)"', browser.get("/provisions"))
    assert "拒否には理由が必要です" in send(browser, path, do="refuse", reason="")
    assert send(browser, path, do="refuse", reason="record-under-correction", note="court file") == "/provisions"
    assert place.inquire(inquiry_of(HERS)).outcome == "provision-refused-by-officer"


def test_a_rule_about_a_person_is_the_protection_officers(place: Network) -> None:
    protection, linkage = Browser(place, "protection"), Browser(place, "linkage")
    linkage.get("/rules/addressees", status=403)
    protection.get("/rules/kinds", status=403)
    assert rule(protection, "/rules/addressees", subject=THEIRS) == "/rules/addressees"
    assert "設定できません" in rule(protection, "/rules/addressees", subject="299999999999999")
    assert place.inquire(inquiry_of(HERS)).outcome == "no-data"
    [path] = re.findall(r'href="(/approvals/[^"]+)"', protection.get("/approvals"))
    assert send(protection, path, do="refuse", reason="person-at-risk") == "/approvals"


def test_the_waiting_page_says_who_is_away_and_since_when(place: Network) -> None:
    place.server(ASKER).add_staff("asker", "担当 asker", "linkage-officer", PASSPHRASE)
    place.core.away = True
    place.inquire(inquiry_of(HERS))
    officer = place.officer(ASKER)
    [(inquiry, waiting)] = place.server(ASKER).upkeep.queue(officer)
    assert waiting is not None
    assert (inquiry.request.provider, waiting.target) == (HOLDER, "linkage-core")
    assert [one.target for one in place.server(ASKER).upkeep.outages(officer)] == ["linkage-core"]


@pytest.mark.parametrize("path", ["/waiting", "/provisions", "/rules/kinds"])
def test_the_pages_are_in_japanese_too(place: Network, path: str) -> None:
    words = {"/waiting": "回答のない照会", "/provisions": "承認が必要な提供", "/rules/kinds": "規則を設定する"}
    assert words[path] in Browser(place, "linkage").get(f"{path}?lang=ja", "ja")


OWN = ordinance(institution=ASKER)


@pytest.mark.requirement("R-219", "R-252")
@pytest.mark.parametrize(
    ("language", "affair", "procedure"),
    [
        ("ja", "子ども医療費の助成に関する事務", "申請: "),
        ("en", "Medical aid for children", "Application: "),
    ],
)
def test_whoever_releases_an_answer_reads_for_which_affair_of_an_ordinance_it_is(
    place: Network, language: str, affair: str, procedure: str
) -> None:
    place.core.ordinances.append(wire.PublishedAffair(ASKER, wire.filed(OWN), TODAY, None, None))
    browser = Browser(place, "linkage")
    rule(browser, "/rules/kinds", subject="local-tax")
    asked = inquiry_of(HERS, affair=OWN.code, procedure=f"{OWN.code}.application")
    assert place.inquire(asked).outcome == "pending"
    [path] = re.findall(r'href="(/provisions/[^"]+)"', browser.get("/provisions"))
    pages = [browser.get(path, language), browser.get("/provisions", language)]
    assert affair in pages[0]
    send(browser, path, do="approve")
    place.inquire(asked)
    pages.append(browser.get("/", language))
    for page in pages:
        assert procedure in page
        assert OWN.code not in page


def test_a_code_stands_for_itself_while_the_list_of_ordinances_is_out_of_reach(place: Network) -> None:
    class Away:
        def about(self, _inquirer: InstitutionId, _affair: str) -> StatuteTable:
            raise Unavailable

        def at_hand(self) -> Any:
            return self

        def whole(self) -> StatuteTable:
            raise Unavailable

    site: Any = SimpleNamespace(language="en", environment=SimpleNamespace(clock=place.clock))
    words = FileWords(site, Away())
    code = f"{OWN.code}.application"
    assert words.asked(code, ["local-tax"], ASKER) == f"{code}: Local tax"
    assert words.affair(OWN.code, ASKER) == OWN.code
