"""The tax agency on both databases: designation, changes, search, publication, files, and its tables at a restart."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest
import sqlalchemy as sa
from stdnum.jp import cn

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, CorporationKind, Process
from mizuhiki.institutions.tax_agency.domain.errors import (
    ApplicationDecided,
    ChangeWithoutDifference,
    ConsentNotNeeded,
    ConsentUnchanged,
    CorporationClosed,
    CorporationNotClosed,
    CorporationNumberedBefore,
    DayOutOfOrder,
    DesignationNotYet,
    ImportRefused,
    MalformedCorporation,
    MergerIntoItself,
    NoSuchCorporation,
    NoticeSentBefore,
)
from mizuhiki.institutions.tax_agency.domain.searching import Match, Order, Question, Target
from mizuhiki.institutions.tax_agency.ports import ApplicationState
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.database import Database
from support.tax_agency import TODAY, Office, association, company, profile


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Office(database_url)
    yield opened
    opened.app.close()


def names(office: Office, **asked: object) -> list[str]:
    found = office.agency.publication.search(office.public, Question(**asked), Order.NAME)  # type: ignore[arg-type]  # parts of a question
    assert not found.more
    return sorted(one.profile.name for one in found.entries)


@pytest.mark.requirement("R-015")
def test_a_designated_number_is_right_published_and_noticed(office: Office) -> None:
    number = office.designate(company(1))
    assert cn.is_valid(number)
    (line,) = office.agency.publication.history(office.public, number)
    assert (line.entry.process, line.entry.assignment_date, line.latest) == (Process.NEW, TODAY, True)
    (notice,) = office.agency.notices(office.entering, waiting=True)
    assert (notice.number, notice.name, notice.sent_on) == (number, "株式会社架空商事", None)
    assert office.agency.designation.send_notices(office.entering, [number]) == 1
    assert office.agency.notices(office.entering, waiting=False)[0].sent_on == TODAY
    with pytest.raises(NoticeSentBefore):
        office.agency.designation.send_notices(office.entering, [number])


@pytest.mark.requirement("R-015")
def test_one_corporation_gets_one_number_and_bodies_without_registration_one_after_the_other(office: Office) -> None:
    office.designate(company(1))
    with pytest.raises(CorporationNumberedBefore):
        office.agency.designation.enter(office.entering, company(1, "別の名称"))
    # Two applications wait for the same corporation: the second designation is refused.
    first, second = (office.agency.designation.enter(office.entering, company(2)) for _ in range(2))
    office.agency.designation.designate(office.deciding, first)
    with pytest.raises(CorporationNumberedBefore):
        office.agency.designation.designate(office.deciding, second)
    with pytest.raises(ApplicationDecided):
        office.agency.designation.designate(office.deciding, first)
    given = [office.designate(association(f"架空会{number}", consent=True))[1:] for number in range(3)]
    assert given == ["700150000001", "700150000002", "700150000003"]


@pytest.mark.requirement("R-015")
def test_nobody_gets_a_number_before_the_chapter_is_in_force(office: Office) -> None:
    application = office.agency.designation.enter(office.entering, company(1))
    office.clock.advance(timedelta(days=(date(2015, 10, 4) - TODAY).days))
    with pytest.raises(DesignationNotYet):
        office.agency.designation.designate(office.deciding, application)
    office.clock.advance(timedelta(days=1))
    office.agency.designation.designate(office.deciding, application)


def test_who_enters_does_not_designate_and_who_designates_does_not_enter(office: Office) -> None:
    application = office.agency.designation.enter(office.entering, company(1))
    with pytest.raises(ActionNotPermitted):
        office.agency.designation.designate(office.entering, application)
    with pytest.raises(ActionNotPermitted):
        office.agency.designation.enter(office.deciding, company(2))
    office.agency.designation.refuse(office.deciding, application, "設立が確認できない")
    assert office.agency.application(office.deciding, application).state is ApplicationState.REFUSED


def test_one_bad_row_or_a_numbered_corporation_leaves_nothing_of_a_file(office: Office) -> None:
    office.designate(company(1))
    header = (
        "registrationNumber,kind,name,furigana,municipalityCode,streetNumber,postCode,addressOutside,enName,enStreet,"
        "enAddressOutside,since,association,consent"
    )
    row = "9999-01-00000{0},301,架空{0},,131032,1番,,,,,,2019-01-01,0,0"
    for rows, at in ((("2", "x"), 2), (("2", "1"), 2)):
        content = "\r\n".join([header, *(row.format(one) for one in rows)]).encode()
        with pytest.raises(ImportRefused) as refused:
            office.agency.designation.take_file(office.entering, content)
        assert (refused.value.fields["row"], refused.value.fields["field"]) == (at, "registrationNumber")
    assert office.agency.applications(office.entering, ApplicationState.WAITING) == []
    good = "\r\n".join([header, *(row.format(one) for one in "234")]).encode()
    assert office.agency.designation.take_file(office.entering, good) == 3
    assert len(office.agency.applications(office.entering, ApplicationState.WAITING)) == 3


def test_a_change_of_name_and_address_adds_two_lines_and_overwrites_nothing(office: Office) -> None:
    number = office.designate(company(1))
    changed = profile("株式会社新架空", municipality_code="452025", street="別1番")
    done = office.agency.changes.change(office.entering, number, changed, on=TODAY, cause="本店移転")
    assert done == [Process.NAME, Process.ADDRESS]
    lines = office.agency.publication.history(office.public, number)
    assert [(one.entry.process, one.entry.profile.name, one.latest) for one in lines] == [
        (Process.ADDRESS, "株式会社新架空", True),
        (Process.NAME, "株式会社新架空", False),
        (Process.NEW, "株式会社架空商事", False),
    ]
    assert lines[1].entry.profile.municipality_code == "131032"
    with pytest.raises(ChangeWithoutDifference):
        office.agency.changes.change(office.entering, number, changed, on=TODAY)
    abroad = profile("株式会社新架空", municipality_code="", street="", address_outside="架空国架空市1")
    assert office.agency.changes.change(office.entering, number, abroad, on=TODAY) == [Process.FOREIGN_ADDRESS]
    assert names(office, place="99") == ["株式会社新架空"]
    assert names(office, place="45") == []


def test_a_day_in_the_future_or_before_the_last_event_is_refused(office: Office) -> None:
    number = office.designate(company(1))
    for on in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(DayOutOfOrder):
            office.agency.changes.change(office.entering, number, profile("別名"), on=on)
        with pytest.raises(DayOutOfOrder):
            office.agency.changes.close(office.deciding, number, CloseCause.LIQUIDATED, on=on)
    assert len(office.agency.publication.history(office.public, number)) == 1


def test_a_correction_is_marked_and_kinds_are_only_corrected_within_their_sort(office: Office) -> None:
    number = office.designate(company(1))
    office.agency.changes.correct(office.deciding, number, profile("株式会社架空商事店"))
    newest = office.agency.publication.history(office.public, number)[0].entry
    assert (newest.process, newest.correct) == (Process.NAME, True)
    with pytest.raises(MalformedCorporation):
        office.agency.changes.change(office.entering, number, profile("株式会社架空商事店", kind="305"), on=TODAY)
    with pytest.raises(MalformedCorporation):
        office.agency.changes.correct(office.deciding, number, profile("株式会社架空商事店", kind="101"))
    office.agency.changes.correct(office.deciding, number, profile("株式会社架空商事店", searchable=False))
    assert names(office, text="架空商事店") == []
    assert office.agency.publication.history(office.public, number)[0].entry.correct


def test_closure_has_a_cause_and_is_undone_by_reinstatement_only(office: Office) -> None:
    number = office.designate(company(1))
    office.agency.changes.close(office.deciding, number, CloseCause.LIQUIDATED, on=TODAY)
    newest = office.agency.publication.history(office.public, number)[0].entry
    assert (newest.process, newest.close_date, newest.close_cause) == (Process.CLOSED, TODAY, CloseCause.LIQUIDATED)
    assert names(office, text="架空商事", closed=False) == []
    assert names(office, text="架空商事") == ["株式会社架空商事"]
    with pytest.raises(CorporationClosed):
        office.agency.changes.change(office.entering, number, profile("別名"), on=TODAY)
    office.agency.changes.reinstate(office.deciding, number, on=TODAY)
    newest = office.agency.publication.history(office.public, number)[0].entry
    assert (newest.process, newest.close_date, newest.close_cause) == (Process.REINSTATED, None, None)
    assert names(office, text="架空商事", closed=False) == ["株式会社架空商事"]
    with pytest.raises(CorporationNotClosed):
        office.agency.changes.reinstate(office.deciding, number, on=TODAY)
    with pytest.raises(MalformedCorporation):
        office.agency.changes.close(office.deciding, number, CloseCause.MERGED, on=TODAY)


def test_a_merger_stands_in_both_records_and_its_nullity_too(office: Office) -> None:
    absorbed, successor = office.designate(company(1, "架空甲")), office.designate(company(2, "架空乙"))
    with pytest.raises(MergerIntoItself):
        office.agency.changes.merge(office.deciding, absorbed, into=absorbed, on=TODAY)
    with pytest.raises(NoSuchCorporation):
        office.agency.changes.merge(office.deciding, absorbed, into="7000012050002", on=TODAY)
    office.agency.changes.merge(office.deciding, absorbed, into=successor, on=TODAY)
    ended = office.agency.publication.history(office.public, absorbed)[0].entry
    took = office.agency.publication.history(office.public, successor)[0].entry
    assert (ended.close_cause, ended.successor) == (CloseCause.MERGED, successor)
    assert took.process is Process.MERGER
    assert absorbed in took.change_cause
    with pytest.raises(MalformedCorporation):
        office.agency.changes.reinstate(office.deciding, absorbed, on=TODAY)
    with pytest.raises(CorporationClosed):
        office.agency.changes.merge(office.deciding, successor, into=absorbed, on=TODAY)
    office.agency.changes.void_merger(office.deciding, absorbed, on=TODAY)
    assert not office.agency.publication.history(office.public, absorbed)[0].entry.closed
    assert office.agency.publication.history(office.public, successor)[0].entry.process is Process.MERGER_VOID


@pytest.mark.requirement("R-016")
def test_an_association_is_published_only_while_it_consents(office: Office) -> None:
    number = office.designate(association("架空同好会"))
    office.agency.changes.change(office.entering, number, profile("架空愛好会", kind="499"), on=TODAY)

    def everywhere() -> set[bool]:
        diff = office.ask("/4/diff", **{"from": "2019-12-02", "to": "2019-12-02", "type": "02"}).text
        return {
            bool(names(office, text="架空")),
            bool(names(office, text="同好", past_names=True)),
            bool(office.agency.publication.resolve(office.public, [number])),
            "好会" in diff,
            "好会" in office.ask("/4/num", number=number, type="02").text,
            "好会" in office.ask("/4/name", name="架空", type="02").text,
            office.ask(f"/corporations/{number}").status_code == 200,
        }

    assert everywhere() == {False}
    with pytest.raises(ConsentUnchanged):
        office.agency.changes.decide_publication(office.deciding, number, consent=False)
    office.agency.changes.decide_publication(office.deciding, number, consent=True)
    # The former name was never published and stays so.
    assert not names(office, text="同好", past_names=True)
    assert names(office, text="架空") == ["架空愛好会"]
    assert len(office.agency.publication.history(office.public, number)) == 1
    office.agency.changes.decide_publication(office.deciding, number, consent=False)
    assert everywhere() == {False}
    diff = office.ask("/4/diff", **{"from": "2019-12-02", "to": "2019-12-02", "type": "02"}).text
    assert [row[1:3] for row in csv.reader(io.StringIO(diff))][1:] == [[number, "99"]]
    # What happens to it afterwards stays inside.
    office.agency.changes.close(office.deciding, number, CloseCause.OTHERWISE_LIQUIDATED, on=TODAY)
    assert everywhere() == {False}
    with pytest.raises(ConsentNotNeeded):
        office.agency.changes.decide_publication(office.deciding, office.designate(company(1)), consent=False)


def test_the_search_finds_by_beginning_part_reading_english_and_former_name(office: Office) -> None:
    kept = [
        company(1, "株式会社髙橋電機", furigana="タカハシデンキ", en_name="Takahashi Denki K.K."),
        company(2, "高橋商店株式会社", municipality_code="452025", kind="302"),
        company(3, "みどり高橋会", furigana="ミドリタカハシカイ"),
        company(4, "１００％架空_株式会社"),
        company(5, "電高橋"),
    ]
    numbers = [office.designate(one) for one in kept]
    assert names(office, text="高橋") == sorted(one.profile.name for one in [*kept[:3], kept[4]])
    assert names(office, text="高橋", match=Match.PREFIX) == ["株式会社髙橋電機", "高橋商店株式会社"]
    # The pairs are in a record and yet not the text.
    assert names(office, text="橋電高橋") == []
    assert names(office, text="たかはし") == ["みどり高橋会", "株式会社髙橋電機"]
    assert names(office, text="高") == names(office, text="高橋")
    assert names(office, text="高橋", target=Target.EXACT) == ["みどり高橋会", "電高橋", "高橋商店株式会社"]
    assert names(office, text="denki kk", target=Target.ENGLISH) == ["株式会社髙橋電機"]
    assert names(office, text="%") == names(office, text="100%") == ["１００％架空_株式会社"]
    assert names(office, text="_") == ["１００％架空_株式会社"]
    assert names(office, text="高橋", place="45202") == names(office, text="高橋", place="45") == ["高橋商店株式会社"]
    assert names(office, text="高橋", kinds=(CorporationKind.LIMITED_COMPANY,)) == ["高橋商店株式会社"]
    assert names(office, text="高橋", designated_from=TODAY + timedelta(days=1)) == []
    office.agency.changes.change(
        office.entering, numbers[1], msgspec.structs.replace(kept[1].profile, name="新星"), on=TODAY
    )
    assert names(office, text="高橋商店") == []
    assert names(office, text="高橋商店", past_names=True) == ["新星"]
    assert names(office, text="新星") == ["新星"]


def test_results_are_ordered_as_asked(office: Office) -> None:
    numbers = [office.designate(company(serial, f"架空{name}")) for serial, name in ((1, "い"), (2, "あ"), (3, "う"))]
    search = office.agency.publication.search
    question = Question(text="架空")
    by_name = search(office.public, question, Order.NAME).entries
    assert [one.profile.name for one in by_name] == ["架空あ", "架空い", "架空う"]
    turned = search(office.public, question, Order.NUMBER, descending=True).entries
    assert [one.number for one in turned] == sorted(numbers, reverse=True)


@pytest.mark.requirement("R-016")
def test_files_are_published_once_a_month_and_for_every_past_day(office: Office) -> None:
    number = office.designate(company(1))
    publisher = office.context("publisher")
    assert office.agency.files.publish_due(publisher) == 3
    assert office.agency.files.publish_due(publisher) == 0
    office.clock.advance(timedelta(days=1))
    office.agency.changes.change(office.entering, number, profile("株式会社新架空"), on=TODAY)
    assert office.agency.files.publish_due(office.context("publisher")) == 3
    listed = {file.name: file.lines for file in office.agency.publication.files(office.public)}
    assert listed == {
        **{f"all_13_tokyo_20191202_{form}.zip": 1 for form in ("01", "02", "12")},
        **{f"diff_20191202_{form}.zip": 1 for form in ("01", "02", "12")},
    }
    content = office.agency.publication.file_content(office.public, "diff_20191202_02.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (row,) = csv.reader(io.StringIO(archive.read("diff_20191202_02.csv").decode()))
    # By then the name has changed, which the line says by not being the newest.
    assert (row[1], row[6], row[23]) == (number, "株式会社架空商事", "0")
    office.clock.advance(timedelta(days=40))
    office.agency.files.publish_due(office.context("publisher"))
    left = {file.name.rpartition("_")[0] for file in office.agency.publication.files(office.public)}
    assert left == {"all_13_tokyo_20200112", "diff_20191203"}


def test_the_tables_are_those_of_the_program_at_a_restart(office: Office, database_url: str) -> None:
    number = office.designate(company(1))
    office.app.close()
    again = Office(database_url)
    assert again.agency.publication.history(again.public, number)
    assert names(again, text="架空商事") == ["株式会社架空商事"]
    again.app.close()


def test_lines_can_be_neither_changed_nor_removed(office: Office, database_url: str) -> None:
    office.designate(company(1))
    database = Database(database_url)
    for statement in ("UPDATE corporation_entries SET line = 2", "DELETE FROM corporation_entries"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as connection:
            connection.exec_driver_sql(statement)
    database.dispose()
