"""Taking people in, protecting them and linking them, at Hello Work for all bodies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.institutions.agency.hello_work.app import build
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment
from mizuhiki.intake.errors import (
    ActorOfOtherBody,
    IdentityNotShown,
    IntakeRequestChanged,
    LiftedByOneself,
    NotProtected,
    PersonKeptAlready,
    PersonNotFound,
    UnknownPersonRecord,
    WrittenItemsDiffer,
)
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.gate import Withheld
from mizuhiki.vocabulary.affairs import AffairOfOthers
from mizuhiki.vocabulary.numbers import MalformedIndividualNumber
from unit.intake.kit import Office, form, items, number, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    office = open_office("public-employment-office", "employment-insurance", build)
    yield office
    office.app.close()


def _insured(office: Office, body: int = 1) -> str:
    reference: str = office.service.take_in(office.context(), form(body))
    employment = Employment(
        reference=reference,
        office_number="4501-123456-7",
        employer="架空",
        hours_a_week=40,
        insured_from=date(2010, 4, 1),
    )
    office.service.record_employment(office.context(), employment)
    return reference


@pytest.mark.requirement("R-052")
def test_a_person_is_stored_after_the_register_agreed(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    person = office.service.person(office.context(), reference)
    assert (person.number.reveal(), person.four_items.name) == (number(1), items(1).name)
    assert (person.shown.value, person.municipality_code) == ("number-card", "452025")
    assert office.asked == [("national", "employment-insurance")]


@pytest.mark.requirement("R-052")
@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"name": "水引　他人"}, "name"),
        ({"address": "東京都渋谷区一番地"}, "address"),
        ({"birth_date": date(1985, 6, 2)}, "birth_date"),
    ],
)
def test_items_that_differ_are_named_and_nothing_is_stored(
    office: Office, change: dict[str, object], differing: str
) -> None:
    with pytest.raises(WrittenItemsDiffer) as caught:
        office.service.take_in(office.context(), form(**change))
    assert caught.value.fields["items"] == differing
    assert office.service.linkage_figures(office.context())["persons"] == 0


def test_a_form_wrong_on_its_own_never_reaches_the_register(office: Office) -> None:
    wrong = number(1)[:-1] + str((int(number(1)[-1]) + 1) % 10)
    with pytest.raises(MalformedIndividualNumber):
        office.service.take_in(office.context(), form(number_text=wrong))
    with pytest.raises(IdentityNotShown):
        office.service.take_in(office.context(), form(shown="known-face"))
    assert office.asked == []
    with pytest.raises(PersonNotFound):
        office.service.take_in(office.context(), form(99))


def test_a_request_is_answered_once_and_a_person_kept_once(office: Office) -> None:
    first = office.service.take_in(office.context(), form())
    assert office.service.take_in(office.context(), form()) == first
    with pytest.raises(IntakeRequestChanged):
        office.service.take_in(office.context(), form(shown="employer"))
    with pytest.raises(PersonKeptAlready):
        office.service.take_in(office.context(), form(request_id="again"))
    outcomes = office.service.take_in_many(office.context(), [form(2), form(98), form(2, request_id="twice")])
    assert [one.refusal for one in outcomes] == ["", "person-not-in-register", "person-kept-already"]


@pytest.mark.requirement("R-027")
def test_neither_number_nor_items_stand_readable_in_the_database(office: Office) -> None:
    office.service.take_in(office.context(), form())
    dump = office.dump().lower()
    for text in (number(1), number(1).encode().hex(), items(1).name, items(1).name.encode().hex(), items(1).address):
        assert text not in dump


@pytest.mark.requirement("R-221")
@pytest.mark.requirement("R-222")
def test_copies_follow_the_layout_and_are_sent_once_per_version(office: Office) -> None:
    _insured(office)
    office.service.take_in(office.context(), form(2))
    assert office.service.publish_local_copies(office.context("linkage-officer")) == 0, "no code was generated yet"
    assert office.copies == []
    (copy,) = office.linked()
    assert (copy.kind, copy.layout_version, copy.items["recipient"]) == ("unemployment-benefit", "2017-11", False)
    assert number(1) not in repr(office.prepared)
    assert office.linked() == []


@pytest.mark.requirement("R-076")
def test_a_protected_person_is_shown_to_nobody_and_marked_at_the_own_server(office: Office) -> None:
    reference = _insured(office)
    office.linked()
    with pytest.raises(ActionNotPermitted):
        office.service.protect_person(office.context(), reference, protected=True)
    office.service.protect_person(office.context("support-officer"), reference, protected=True)
    assert [(one.protected, one.addressee_number) for one in office.marks] == [
        (True, office.copies[0].addressee_number)
    ]
    with pytest.raises(Withheld):
        office.service.case(office.context(), reference)
    assert [one.not_disclosed for one in office.linked()] == [True]


@pytest.mark.requirement("R-076")
def test_a_consent_serves_one_look_of_one_clerk_and_is_given_by_somebody_else(office: Office) -> None:
    reference = _insured(office)
    support = office.context("support-officer", "officer")
    with pytest.raises(NotProtected):
        office.service.lift_protection(support, reference, clerk="clerk", reason="本人の申出")
    office.service.protect_person(support, reference, protected=True)
    with pytest.raises(LiftedByOneself):
        office.service.lift_protection(support, reference, clerk="officer", reason="本人の申出")
    office.service.lift_protection(support, reference, clerk="clerk", reason="本人の申出")
    with pytest.raises(Withheld):
        office.service.case(office.context(person="another"), reference)
    assert office.service.case(office.context(), reference).person.reference == reference
    with pytest.raises(Withheld):
        office.service.case(office.context(), reference)


def test_only_the_right_role_of_this_body_acts_in_its_own_affair(office: Office) -> None:
    with pytest.raises(ActorOfOtherBody):
        office.service.take_in(office.context(institution="portal"), form())
    with pytest.raises(ActionNotPermitted):
        office.service.take_in(office.context("linkage-officer"), form())
    with pytest.raises(AffairOfOthers):
        office.service.take_in(office.context(affair="child-allowance"), form())
    with pytest.raises(UnknownPersonRecord):
        office.service.person(office.context(), "0000-000000")


def test_staff_take_a_person_in_and_the_number_is_not_shown_again(office: Office) -> None:
    browser = office.browser("clerk", "clerk")
    written = items(1)
    fields = {
        "shown": "number-card",
        "number": number(1),
        "name": written.name,
        "name_kana": written.name_kana,
        "birth_date": "1985-06-01",
        "sex": "2",
        "address": written.address,
    }
    refused = browser.post("/persons/new", **(fields | {"name": "水引　他人"}))
    text = refused.get_data(as_text=True)
    assert (refused.status_code, number(1) in text) == (422, False)
    assert "水引　他人" in text
    taken = browser.post("/persons/new", **fields)
    assert taken.status_code == 303
    shown = browser.get(taken.headers["Location"] + "?lang=ja").get_data(as_text=True)
    assert written.name in shown
    assert "資格取得届は出ていません" in shown
    assert number(1) not in shown
    assert "人数" in browser.get("/linkage?lang=ja").get_data(as_text=True)
