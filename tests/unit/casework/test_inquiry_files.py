"""Files of inquiries on a section's pages: given in, tried, sent, followed, fetched, and what must be refused."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage

from mizuhiki.casework.domain import errors as refused
from mizuhiki.casework.domain.inquiry_files import HELD_SENT_FOR, HELD_UNSENT_FOR
from mizuhiki.casework.web.file_reading import read_given
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.wire.exchange_files import InquiryRecord, file_id_of, read_outcomes, write_inquiries
from support import student_office as kit
from support.student_office import Desk, Office, application

CITY = "municipality-452025"
NAME = "P640R110_20191202100000_0001.DAT"
STRANGER = "100000000000099"
SECOND = timedelta(seconds=1)


@pytest.fixture
def office() -> Office:
    return kit.open_office()


def addressees(office: Office) -> list[str]:
    """Take a claim; return the addressee numbers of student, father and mother."""
    case = office.services.receive(office.context(), application())
    file = office.services.case_file(office.context(), case)
    return [file.people[subject.person].addressee_number for subject in file.case.subjects]


def record(addressee: str, **changes: str) -> InquiryRecord:
    values = {
        "local_number": addressee,
        "addressee_number": addressee,
        "requested_at": "20191202100000000",
        "department": "aid",
        "user": "clerk",
        "inquirer": kit.JASSO,
        "affair": "student-aid",
        "procedure": "student-aid.application",
        "provider": CITY,
        "kind": "local-tax",
        "year_kind": "1",
        "start": "20190401",
    }
    return InquiryRecord(**{**values, **changes})


def upload(content: bytes) -> dict[str, FileStorage]:
    return {"file": FileStorage(io.BytesIO(content), filename=NAME)}


def held(office: Office, content: bytes) -> str:
    """Give a file in as the pages do, without them."""
    given = read_given(content, NAME, owner=kit.JASSO, is_known=lambda _asked: True, now=office.clock.now())
    assert not isinstance(given, (list, tuple))
    assert office.services.give_file_in(office.context(), given)
    return given.file_id


@pytest.mark.requirement("R-217")
def test_a_clerk_asks_with_a_file_from_the_upload_to_the_outcomes(office: Office) -> None:
    people, office.answered = addressees(office), False
    office.refused_lines = {3: "pseudonym-not-acquired"}
    content, desk = write_inquiries(map(record, people)), Desk(office)
    assert 'href="/cases/files"' in desk.open("/cases").text
    assert "No file was handed in yet." in desk.open("/cases/files").text
    answer = desk.post("/cases/files/new", upload(content))
    kept = f"/cases/files/kept/{file_id_of(content)}"
    assert (answer.status_code, answer.headers["Location"]) == (303, kept)
    tried = desk.open(kept).text
    assert "1 of 3 lines" in tried
    assert "Refused: This addressee has no pseudonym yet" in tried
    assert "2-106 of the table" in tried
    assert office.submitted == [], "trying sends nothing"
    assert NAME in desk.open("/cases/files").text
    place = desk.post(kept, {"do": "hand-in"}).headers["Location"]
    assert place == f"/cases/files/{file_id_of(content)}"
    assert "0 of 1 done" in desk.open(place).text
    office.answered = True
    done = desk.open(place).text
    assert "Every line has ended" in done
    assert "exchange-2" in done
    assert not [one for one in people if one in tried + done], "pages name lines, not people"
    sent = office.files[file_id_of(content)]
    assert [one.request_id for one in sent.lines] == [f"{sent.file_id}-{number}" for number in (1, 2, 3)]
    fetched = desk.post(place, {})
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename=")
    found = read_outcomes(fetched.data)
    assert [(one.line, one.addressee_number, one.outcome) for one in found] == [
        (str(number), person, "provided") for number, person in enumerate(people, start=1)
    ]
    assert all('"taxable":false' in one.information and one.receipt for one in found)
    assert office.events().count("inquiry-file-handled") == 3, "given in, sent, fetched"


@pytest.mark.requirement("R-076", "R-217")
def test_of_people_under_a_measure_the_file_tells_that_their_line_ended_and_no_more(office: Office) -> None:
    people = addressees(office)
    file_id = held(office, write_inquiries(map(record, people)))
    office.services.send_file(office.context(), file_id)
    case = office.services.worklist(office.context())[0].case
    mother = office.services.case_file(office.context(), case).case.subjects[2].person
    office.services.protect(office.context(), mother, protected=True)
    told = office.services.fetch_file(office.context(), file_id)
    assert [(bool(one.information), bool(one.receipt), one.outcome) for one in told] == [
        (True, True, "provided"),
        (True, True, "provided"),
        (False, False, "provided"),
    ]
    followed = office.services.follow_file(office.context(), file_id)[1]
    assert not [one for one in followed if one.information or one.receipt]


def test_a_file_that_asks_what_the_section_may_not_is_not_taken_and_every_line_is_told(office: Office) -> None:
    person = addressees(office)[0]
    lines = [record(person, affair="national-pension"), record(STRANGER), record(person)]
    desk = Desk(office)
    answer = desk.post("/cases/files/new", upload(write_inquiries(lines)))
    assert answer.status_code == 422
    assert "The file was not taken" in answer.text
    assert "The line asks for the affair of another section" in answer.text
    assert "There is no record here of the person the line asks about" in answer.text
    assert STRANGER not in answer.text
    assert office.services.inquiry_files(office.context(), sent=False, limit=9) == []
    for wrong, error in (
        (lines[0], refused.InquiryFileOfAnotherAffair),
        (lines[1], refused.InquiryAboutStranger),
    ):
        with pytest.raises(error):
            held(office, write_inquiries([wrong]))
    body = desk.post("/cases/files/new", upload(write_inquiries([record(person, inquirer=CITY)]))).text
    assert "The line asks in the name of another institution" in body
    assert "Choose a file" in desk.post("/cases/files/new", upload(b"")).text


@pytest.mark.requirement("R-255")
def test_nobody_is_asked_about_by_file_while_staff_has_to_tell_records_apart(office: Office) -> None:
    people = addressees(office)
    content, undecided = write_inquiries(map(record, people)), set[str]()
    object.__setattr__(office.services.adapters, "undecided", undecided.intersection)
    file_id = held(office, content)
    undecided.add(people[1])
    with pytest.raises(refused.InquiryAboutUndecided) as caught:
        office.services.send_file(office.context(), file_id)
    assert caught.value.fields == {"line": 2}
    assert office.submitted == []
    answer = Desk(office).post("/cases/files/new", upload(write_inquiries(map(record, people[:2]))))
    assert "Staff has to decide first whether records of this addressee are one person" in answer.text
    undecided.clear()
    office.services.send_file(office.context(), file_id)
    assert office.submitted == [file_id]


def test_sending_is_resumed_after_an_outage_and_nobody_is_asked_twice(office: Office) -> None:
    content = write_inquiries(map(record, addressees(office)))
    file_id = held(office, content)
    for _again in range(2):
        office.services.send_file(office.context(), file_id)
    assert set(office.submitted) == {file_id}, "the same file, which the own server takes once"
    (sent,) = office.services.inquiry_files(office.context(), sent=True, limit=9)
    assert (sent.lines, sent.held_by) == (3, "clerk")
    desk = Desk(office, "second")
    answer = desk.post("/cases/files/new", upload(content))
    assert answer.headers["Location"] == f"/cases/files/{file_id}", "it was sent: its outcomes are shown"


def test_what_is_not_held_is_neither_tried_nor_sent_nor_fetched(office: Office) -> None:
    content = write_inquiries(map(record, addressees(office)))
    file_id, context, services = held(office, content), office.context(), office.services
    with pytest.raises(refused.InquiryFileNotHeld):
        services.fetch_file(context, file_id)
    with pytest.raises(refused.InquiryFileNotHeld):
        services.try_file(office.context(affair="national-pension"), file_id)
    services.discard_file(context, file_id)
    for step in (services.try_file, services.send_file, services.discard_file, services.follow_file):
        with pytest.raises(refused.InquiryFileNotHeld):
            step(context, file_id)
    file_id = held(office, content)
    services.send_file(context, file_id)
    with pytest.raises(refused.InquiryFileNotHeld):
        services.discard_file(context, file_id)


def test_the_approver_hands_no_file_in_and_is_offered_none(office: Office) -> None:
    file_id = held(office, write_inquiries(map(record, addressees(office))))
    desk = Desk(office, "approver", "approver")
    assert "/cases/files" not in desk.open("/cases").text
    for path in ("/cases/files", "/cases/files/new", f"/cases/files/kept/{file_id}", f"/cases/files/{file_id}"):
        assert desk.open(path).status_code == 403
    with pytest.raises(ActionNotPermitted):
        office.services.send_file(office.approver(), file_id)


def test_lines_are_not_readable_at_rest_and_are_forgotten_in_time(office: Office) -> None:
    people = addressees(office)
    first = held(office, write_inquiries([record(people[0], local_number=STRANGER)]))
    assert STRANGER not in office.dump()
    second = held(office, write_inquiries([record(people[1])]))
    office.services.send_file(office.context(), second)
    office.clock.advance(HELD_UNSENT_FOR)
    officer = office.context("records-officer")
    office.services.destroy_expired(officer)
    assert office.services.try_file(office.context(), first).lines, "the day is not over"
    office.clock.advance(SECOND)
    office.services.destroy_expired(office.context("records-officer"))
    with pytest.raises(refused.InquiryFileNotHeld):
        office.services.try_file(office.context(), first)
    assert office.services.follow_file(office.context(), second)
    office.clock.advance(HELD_SENT_FOR)
    office.services.destroy_expired(office.context("records-officer"))
    with pytest.raises(refused.InquiryFileNotHeld):
        office.services.follow_file(office.context(), second)
    assert office.events().count("inquiry-files-forgotten") == 2
