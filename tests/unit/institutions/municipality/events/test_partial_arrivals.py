"""Part of a family arrives over the network; the others stay announced until they follow, cancel or are removed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.errors import AlreadyResident, MoveCompleted, MoveNotForCode
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason
from support.events import (
    TODAY,
    clerk,
    events,
    mayor,
    move_in,
    move_out,
    note,
    office,
    positions,
    record,
    settle,
)
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country
from support.pages import PASSPHRASE, Browser

LATER = TODAY + timedelta(days=3)


def code_of(country: Country, resident: str) -> ResidentRecordCode:
    return record(country, resident).code


def arrive(country: Country, reference: str, who: list[str], request: str, by: str | None = None) -> list[str]:
    """Enter some of a move at the second municipality; `by` is whose code is typed."""
    form = move_in(
        country,
        reference,
        by or who[0],
        request_id=request,
        arriving=frozenset(code_of(country, one) for one in who),
        received_on=country.context("counter-clerk").today(),
    )
    return office(country, SHIBUYA).register_move_in(clerk(country, SHIBUYA), form)


def states(country: Country, people: list[str], name: str = MIYAKONOJO) -> list[str]:
    return [record(country, one, name).state.value for one in people]


@pytest.mark.requirement("R-048", "R-006")
def test_who_stays_for_now_stays_announced_and_follows_by_the_same_reference(country: Country) -> None:
    people = settle(country)
    country.pump()
    husband, wife, child = people
    number = record(country, wife).number
    reference = move_out(country, people)
    first = arrive(country, reference, [husband], "first")
    country.pump()
    assert states(country, people) == ["removed", "moving", "moving"]
    assert record(country, husband).removal_reason is ChangeReason.MOVE_OUT
    assert record(country, husband).details.moved_to == SHIBUYA_ADDRESS
    assert positions(country, wife, child) == ["02", "20"]
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    country.clock.set(country.clock.now() + timedelta(days=3))
    second = arrive(country, reference, [wife, child], "second")
    country.pump()
    assert states(country, people) == ["removed"] * 3
    assert states(country, first + second, SHIBUYA) == ["current"] * 3
    assert record(country, second[0], SHIBUYA).number == number
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    with pytest.raises(NoMoveAnnounced):
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED, LATER, LATER), reference)


def test_the_certificate_names_only_who_is_still_to_arrive(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people)
    arrive(light, reference, people[:1], "first")
    light.pump()
    desk, at = office(light, SHIBUYA), clerk(light, SHIBUYA)

    def fetch(whose: str) -> list[ResidentRecordCode]:
        certificate = desk.fetch_moving_out_certificate(
            at,
            from_municipality="452025",
            move_reference=reference,
            resident_record_code=code_of(light, whose).reveal(),
        )
        return [one.code for one in certificate.persons]

    assert fetch(people[1]) == [code_of(light, one) for one in people[1:]]
    with pytest.raises(PeerProblem) as refused:
        fetch(people[0])
    assert refused.value.peer_code == MoveCompleted.code


def test_nobody_arrives_twice_or_without_being_announced(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people[:2])
    arrive(light, reference, people[:1], "first")
    # The notice is on its way still: the certificate names everybody, and who is here already is refused here.
    with pytest.raises(AlreadyResident):
        arrive(light, reference, people[:2], "again")
    with pytest.raises(MoveNotForCode):
        arrive(light, reference, [people[1], people[2]], "stranger")
    assert states(light, people) == ["moving", "moving", "current"]


def test_who_does_not_follow_is_kept_by_a_cancellation_or_removed_by_the_mayor(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people)
    arrive(light, reference, people[:1], "first")
    light.pump()
    entered = events(light).cancel_move_out(clerk(light), note(K.MOVE_OUT_CANCELLED), reference)
    assert set(entered.residents) == set(people[1:])
    assert states(light, people) == ["removed", "current", "current"]
    with pytest.raises(PeerProblem) as refused:
        arrive(light, reference, people[1:], "too-late")
    assert refused.value.peer_code == NoMoveAnnounced.code
    again = move_out(light, people[1:], request_id="m2")
    arrive(light, again, people[1:2], "second")
    light.pump()
    entered = events(light).confirm_move_out(mayor(light), note(K.EX_OFFICIO_REMOVAL), again)
    assert entered.residents == (people[2],)
    assert states(light, people) == ["removed"] * 3


@pytest.mark.requirement("R-048")
def test_a_repeated_notice_of_a_part_changes_nothing(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people)
    twice = [arrive(light, reference, people[:1], "first") for _ in range(2)]
    assert twice[0] == twice[1]
    light.pump()
    light.pump()
    assert states(light, people) == ["removed", "moving", "moving"]
    assert {record(light, one).state for one in people[1:]} == {RecordState.MOVING}


def test_the_page_lets_the_clerk_choose_and_notices_who_arrived_meanwhile(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people, planned_on=date(2019, 12, 1))
    app = light.apps[SHIBUYA]
    app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    browser = Browser(app, "hanako")
    source = {
        "from_municipality": "452025", "move_reference": reference,
        "resident_record_code": code_of(light, people[2]).reveal(), "step": "check",
    }  # fmt: skip
    browser.post("/move-in", {"request_id": "reference-1", **source})
    page = browser.get("/move-in/entry").text
    assert re.findall(r'name="arriving" value="([^"]*)" checked', page) == ["0/3", "1/3", "2/3"]
    fields = {
        "request_id": "entry-request-1", "address": SHIBUYA_ADDRESS, "household_choice": "new",
        "moved_in_on": "2019-12-01", "received_on": "2019-12-02", "notifier": "山田 太郎", "step": "check",
    }  # fmt: skip
    assert "Choose who arrives now" in browser.post("/move-in/entry", fields).text
    checked = browser.post("/move-in/entry", {**fields, "arriving": ["1/3", "2/3"]}).text
    assert re.search(r"Not yet: announced further on</dt>\s*<dd[^>]*>山田　太郎", checked)
    arrive(light, reference, people[:1], "beside", by=people[0])
    light.pump()
    refused = browser.post("/move-in/entry", {**fields, "arriving": ["1/3", "2/3"], "step": "enter"}).text
    assert "Somebody of this move arrived meanwhile" in refused
    assert re.findall(r'name="arriving" value="([^"]*)"', refused) == ["0/2", "1/2"]
    assert "checked" not in refused[refused.index('name="arriving"') : refused.index('name="household_choice"')]
    assert states(light, people) == ["removed", "moving", "moving"]
    entered = browser.post("/move-in/entry", {**fields, "arriving": ["0/2"], "step": "enter"})
    assert "/moves-in/" in entered.headers.get("Location", "")
    light.pump()
    assert states(light, people) == ["removed", "removed", "moving"]
