"""Enrolment, linkage and pages of the pension service."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from mizuhiki.institutions.agency.pension_service.domain.errors import (
    ActorOfAnotherBody,
    AlreadyEnrolled,
    EnrolmentRequestChanged,
    ItemsDoNotAgree,
    LinkageNotYet,
    NumberUseNotYet,
    PeriodImplausible,
    PersonNotInRegister,
    UnknownEnrolment,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.gate import Withheld
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.layouts import layout
from mizuhiki.vocabulary.numbers import MalformedIndividualNumber
from support.pages import csrf_token
from unit.institutions.agency.pension_service.kit import Office, form, items, number

PASSPHRASE = "a long enough passphrase"


@pytest.mark.requirement("R-052")
def test_an_enrolment_is_stored_after_the_register_agreed(office: Office) -> None:
    reference = office.pension.enrol_insured(office.context(), form())
    insured = office.pension.enrolment(office.context(), reference)
    assert insured.number.reveal() == number(1)
    assert insured.four_items.name == items(1).name
    assert insured.periods[0].employer == "株式会社架空"
    assert [(one.affair, one.individual_number) for one in office.searches] == [("national-pension", number(1))]


@pytest.mark.requirement("R-052")
@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"name": "水引　他人"}, "name"),
        ({"address": "東京都渋谷区一番地"}, "address"),
        ({"birth_date": date(1985, 6, 2)}, "birth_date"),
    ],
)
def test_items_that_differ_from_the_register_are_named_and_nothing_is_stored(
    office: Office, change: dict[str, object], differing: str
) -> None:
    with pytest.raises(ItemsDoNotAgree) as caught:
        office.pension.enrol_insured(office.context(), form(**change))
    assert caught.value.fields["items"] == differing
    assert office.pension.linkage_figures(office.context())["insured"] == 0


def test_a_number_nobody_holds_is_refused(office: Office) -> None:
    with pytest.raises(PersonNotInRegister):
        office.pension.enrol_insured(office.context(), form(99))


def test_a_form_that_is_wrong_on_its_own_never_reaches_the_register(office: Office) -> None:
    wrong_digit = number(1)[:-1] + str((int(number(1)[-1]) + 1) % 10)
    with pytest.raises(MalformedIndividualNumber):
        office.pension.enrol_insured(office.context(), form(number_text=wrong_digit))
    for change in ({"employer": ""}, {"category": 7}, {"scheme": "tontine"}):
        with pytest.raises(PeriodImplausible):
            office.pension.enrol_insured(office.context(), form(**change))
    assert office.searches == []


def test_the_same_request_returns_the_same_reference_and_another_content_is_refused(office: Office) -> None:
    first = office.pension.enrol_insured(office.context(), form())
    assert office.pension.enrol_insured(office.context(), form()) == first
    with pytest.raises(EnrolmentRequestChanged):
        office.pension.enrol_insured(office.context(), form(employer="別の会社"))


def test_a_person_is_enrolled_once(office: Office) -> None:
    office.pension.enrol_insured(office.context(), form())
    with pytest.raises(AlreadyEnrolled):
        office.pension.enrol_insured(office.context(), form(request_id="again"))


def test_a_batch_tells_for_each_form_what_became_of_it(office: Office) -> None:
    forms = [form(1), form(2, name="他人"), form(3), form(1, request_id="twice"), form(98)]
    outcomes = office.pension.enrol_many(office.context(), forms)
    assert [one.request_id for one in outcomes] == [one.request_id for one in forms]
    assert [one.refusal for one in outcomes] == [
        "",
        "insured-items-do-not-agree",
        "",
        "already-enrolled",
        "insured-not-in-register",
    ]
    assert [bool(one.reference) for one in outcomes] == [True, False, True, False, False]


@pytest.mark.requirement("R-027")
def test_neither_number_nor_items_stand_readable_in_the_database(office: Office) -> None:
    office.pension.enrol_insured(office.context(), form())
    dump = office.dump()
    for text in (number(1), number(1).encode().hex(), items(1).name, items(1).name.encode().hex(), items(1).address):
        assert text not in dump.lower()


@pytest.mark.requirement("R-036")
def test_before_their_days_numbers_and_linkage_are_refused(office: Office) -> None:
    office.clock.set(datetime(2016, 12, 31, 12, 0, tzinfo=JST))
    with pytest.raises(NumberUseNotYet):
        office.pension.enrol_insured(office.context(), form())
    office.clock.set(datetime(2019, 11, 12, 23, 59, tzinfo=JST))
    reference = office.pension.enrol_insured(office.context(), form())
    with pytest.raises(LinkageNotYet):
        office.pension.acquire_pseudonyms(office.context("linkage-officer"))
    office.held = {_addressee(office, reference)}
    assert office.pension.publish_local_copies(office.context("linkage-officer")) == 0
    assert (office.prepared, office.copies) == ([], [])
    office.clock.set(datetime(2019, 11, 13, 0, 0, tzinfo=JST))
    assert office.pension.publish_local_copies(office.context("linkage-officer")) == 1


def _addressee(office: Office, reference: str) -> str:
    return office.pension.enrolment(office.context(), reference).addressee_number


@pytest.mark.requirement("R-221")
@pytest.mark.requirement("R-222")
def test_numbers_go_to_the_register_and_only_addressee_numbers_to_the_intermediate_server(office: Office) -> None:
    office.pension.enrol_many(office.context(), [form(1), form(2)])
    office.refused = {number(2)}
    acquired = office.pension.acquire_pseudonyms(office.context("linkage-officer"))
    assert (acquired.requested, acquired.refused) == (1, 1)
    assert {one.individual_number for one in office.subjects} == {number(1), number(2)}
    assert number(1) not in repr(office.prepared)
    # Only the refused person is asked for again.
    office.refused = set()
    assert office.pension.acquire_pseudonyms(office.context("linkage-officer")).requested == 1


def test_copies_are_sent_for_people_who_are_ready_once_per_version(office: Office) -> None:
    outcomes = office.pension.enrol_many(office.context(), [form(1), form(2)])
    first, second = (one.reference for one in outcomes)
    office.held = {_addressee(office, first)}
    officer = office.context("linkage-officer")
    assert office.pension.publish_local_copies(officer) == 1
    assert office.pension.publish_local_copies(officer) == 0
    copy = office.copies[0]
    assert (copy.kind, copy.layout_version, copy.source_version) == ("pension-enrolment", "2019-06", 1)
    layout("pension-enrolment", office.clock.today()).validate(copy.items)
    assert copy.items["category"] == "2"
    moved = InsuredPeriod(
        category=Category.FIRST, scheme=Scheme.NATIONAL_PENSION, employer="", insured_from=date(2019, 12, 1)
    )
    office.pension.change_enrolment(office.context(), first, moved)
    office.held.add(_addressee(office, second))
    assert office.pension.publish_local_copies(officer) == 2
    newest = next(one for one in office.copies if one.source_version == 2)
    assert (newest.items["category"], newest.items["workplace_name.absent"]) == ("1", "not-applicable")


@pytest.mark.requirement("R-076")
def test_a_protected_record_is_shown_to_nobody_and_its_copy_is_marked(office: Office) -> None:
    reference = office.pension.enrol_insured(office.context(), form())
    office.held = {_addressee(office, reference)}
    office.pension.protect_insured(office.context(), reference, protected=True)
    with pytest.raises(Withheld):
        office.pension.enrolment(office.context(), reference)
    office.pension.publish_local_copies(office.context("linkage-officer"))
    assert office.copies[0].not_disclosed


def test_ending_an_enrolment_changes_what_is_told(office: Office) -> None:
    reference = office.pension.enrol_insured(office.context(), form())
    insured = office.pension.end_enrolment(office.context(), reference, date(2019, 11, 30))
    assert insured.periods[0].insured_until == date(2019, 11, 30)
    assert insured.period_on(office.clock.today()) is None


def test_only_the_right_role_of_this_body_may_act(office: Office) -> None:
    with pytest.raises(ActorOfAnotherBody):
        office.pension.enrol_insured(office.context(institution="portal"), form())
    with pytest.raises(ActionNotPermitted):
        office.pension.enrol_insured(office.context("linkage-officer"), form())
    with pytest.raises(ActionNotPermitted):
        office.pension.acquire_pseudonyms(office.context())
    with pytest.raises(UnknownEnrolment):
        office.pension.enrolment(office.context(), "0000-000000")


def test_an_assessment_leaves_as_a_digest(office: Office) -> None:
    receipt = office.pension.submit_assessment(
        office.context("mayor"),
        "national-pension",
        "国民年金事務",
        persons=20_000,
        handlers=30,
        serious_accident=False,
        document=b"document",
    )
    assert (receipt.assessment_id, receipt.state) == ("assessment-1", "submitted")
    assert len(office.assessments[0].document_digest) == 32


def test_staff_find_a_record_by_its_reference_and_see_where_linkage_stands(office: Office) -> None:
    reference = office.pension.enrol_insured(office.context(), form())
    office.pension.add_staff("clerk", "年金 五郎", "counter-clerk", PASSPHRASE)
    client = _client(office)
    page = client.get("/sign-in").get_data(as_text=True)
    fields = {"account": "clerk", "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
    assert client.post("/sign-in", data=fields).status_code == 303
    assert client.get(f"/?reference={reference}").headers["Location"].endswith(f"/enrolments/{reference}")
    shown = client.get(f"/enrolments/{reference}?lang=en").get_data(as_text=True)
    assert items(1).name in shown
    assert "Not asked for" in shown
    assert number(1) not in shown
    office.held = {_addressee(office, reference)}
    assert "Copy not sent yet" in client.get(f"/enrolments/{reference}").get_data(as_text=True)
    office.pension.publish_local_copies(office.context("linkage-officer"))
    assert "Answers inquiries" in client.get(f"/enrolments/{reference}").get_data(as_text=True)
    figures = client.get("/linkage").get_data(as_text=True)
    assert "Copies sent" in figures
    assert client.get("/?reference=").status_code == 422
    assert client.get("/enrolments/0000-000000").status_code == 404


def _client(office: Office):  # noqa: ANN202 - the framework's test client
    from werkzeug.test import Client  # noqa: PLC0415 - only here

    client = Client(office.app.wsgi)
    host = f"http://{office.environment.settings.host}"
    opened = client.open
    client.open = lambda *args, **kwargs: opened(*args, **{"base_url": host, **kwargs})  # type: ignore[method-assign]  # every request names the host
    return client
