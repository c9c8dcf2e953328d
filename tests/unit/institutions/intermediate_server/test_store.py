"""The store port's contract, on both databases."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa

from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.bulk import (
    BulkFile,
    BulkLine,
    BulkSection,
    LineResult,
    Question,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    ApprovalRequest,
    AskedSection,
    ExchangeRecord,
    Inquiry,
    InquiryRequest,
    InquiryResult,
    LocalCopy,
    Notice,
    OperatorCase,
    SentNotice,
)
from mizuhiki.institutions.intermediate_server.operations.subjects import require_askable, subject_of
from mizuhiki.institutions.intermediate_server.ports import Disclosed, OpenAcquisition, Standing, Store, Subject
from mizuhiki.institutions.intermediate_server.store.places import place_of
from mizuhiki.institutions.intermediate_server.store.tables import METADATA, PSEUDONYMS
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.generations import LAST
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.conversion import Nation
from unit.institutions.intermediate_server.kit import HOLDER, Network

NOW = datetime(2019, 12, 2, 1, tzinfo=UTC)
A, B = InstitutionId("municipality-131130"), HOLDER
ITEMS = FourItems("架空　花子", "カクウ　ハナコ", date(1985, 4, 1), Sex.FEMALE, "東京都港区架空１丁目２番３号")
NUMBER, OTHER, NOBODY = "200000000000001", "200000000000002", "000000000000003"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    network = Network(HOLDER, database_url=database_url)
    found = network.server(HOLDER).upkeep.store
    with found.transaction() as records:
        records.put_addressee(Addressee(NUMBER, ITEMS, protected=False))
    yield found
    network.close()


def person() -> Pseudonym:
    return Nation().person()


def record(number: str, outcome: str = "provided", minutes: int = 0) -> ExchangeRecord:
    at = NOW + timedelta(minutes=minutes)
    return ExchangeRecord("exchange", number, A, B, "aff", "aff.p", ("local-tax",), ("income",), "12", NOW, at, outcome)


def test_an_addressee_keeps_its_mismatch_mark_when_it_is_updated(store: Store) -> None:
    with store.transaction() as records:
        records.mark_mismatch(NUMBER, mismatched=True)
        records.put_addressee(Addressee(NUMBER, ITEMS, protected=True))
        assert records.addressee(NUMBER) == Addressee(NUMBER, ITEMS, protected=True)
        assert records.is_mismatched(NUMBER)
        assert records.addressee(NOBODY) is None
        assert not records.is_mismatched(NOBODY)


def test_a_pseudonym_is_found_from_both_sides_and_belongs_to_one_addressee(store: Store) -> None:
    pseudonym = person()
    with store.transaction() as records:
        assert records.pseudonyms_of(NUMBER) == {}
        records.put_pseudonym(NUMBER, pseudonym)
        assert records.pseudonyms_of(NUMBER) == {1: pseudonym}
        assert records.addressee_of(pseudonym) == NUMBER
        records.put_addressee(Addressee(OTHER, ITEMS, protected=False))
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.put_pseudonym(OTHER, pseudonym)


def test_acquisition_numbers_and_deliveries_are_forgotten(store: Store) -> None:
    with store.transaction() as records:
        records.open_acquisitions([OpenAcquisition(name, NUMBER, b"h" * 32, NOW) for name in ("one", "two")])
        assert records.acquisition("one") == OpenAcquisition("one", NUMBER, b"h" * 32, NOW)
        records.close_acquisition("one")
        assert records.acquisition("one") is None
        records.note_batch(b"c" * 32, 3, NOW)
        assert records.batch_taken(b"c" * 32) == 3
        assert records.purge_acquisitions(NOW - timedelta(seconds=1)) == 0
        assert records.purge_acquisitions(NOW) == 1
        assert records.batch_taken(b"c" * 32) is None


def test_a_copy_replaces_the_one_of_its_year_alone(store: Store) -> None:
    copy = LocalCopy(NUMBER, "local-tax", "v", 2019, date(2019, 6, 1), None, {"a": 1, "b": None}, True, 1, NOW)  # noqa: FBT003 - marked
    other = replace(copy, fiscal_year=2018, valid_from=date(2018, 6, 1))
    with store.transaction() as records:
        records.put_copy(copy)
        records.put_copy(other)
        newer = replace(copy, source_version=2, items={"a": 2, "b": True})
        records.put_copy(newer)
        assert records.copies([NUMBER], ["local-tax"]) == {(NUMBER, "local-tax"): [newer, other]}
        assert records.copies([NUMBER], ["pension-enrolment"]) == {}


def test_an_inquiry_is_sent_as_it_was_first_signed_and_ends_once(store: Store) -> None:
    request = InquiryRequest("r", NUMBER, A, "aff", "aff.p", ("local-tax",), 2019, None, date(2019, 1, 1), "file")
    with store.transaction() as records:
        records.put_inquiries([Inquiry(request, "x", "s", NOW)])
        assert records.keep_submission("s", b"first") == b"first"
        assert records.keep_submission("s", b"second") == b"first"
    assert store.pending_inquiries(NOW, 5) == ["r"]
    assert store.outcomes() == {"pending": 1}
    with store.transaction() as records:
        known = records.inquiry("r")
        assert known is not None
        inquiry, result = known
        assert (inquiry.request, inquiry.submission, result) == (request, b"first", None)
        assert records.finish_inquiry(inquiry, InquiryResult("x", "no-data"), NOW)
        assert not records.finish_inquiry(inquiry, InquiryResult("x", "provided"), NOW)
        ended = records.inquiry("r")
        assert ended is not None
        assert ended[1] == InquiryResult("x", "no-data")
    assert store.pending_inquiries(NOW, 5) == []


def test_sections_belong_to_their_inquirer(store: Store) -> None:
    section = AskedSection("s", b"h" * 32, A, A, "a", "p", (), 0, None, None, "", b"", NOW, ())
    with store.transaction() as records:
        records.put_section(section, b"answer", NOW)
        records.put_section(replace(section, inquirer=B, case_hash=b"i" * 32), b"other", NOW)
        assert records.section(A, "s") == (b"h" * 32, b"answer")
        assert records.section(B, "s") == (b"i" * 32, b"other")
        assert records.section(A, "t") is None


def test_an_approval_is_used_once_and_for_nothing_else(store: Store) -> None:
    asked = Disclosed(NUMBER, A, "aff", "local-tax")
    with store.transaction() as records:
        records.put_approval(ApprovalRequest("p", "x", A, "aff", NOW, NUMBER, "local-tax"))
        assert not records.use_approval(asked, NOW)
    [waiting] = store.approvals()
    assert waiting == ApprovalRequest("p", "x", A, "aff", NOW, NUMBER, "local-tax")
    assert not store.approval_waits(asked, NOW)
    with store.transaction() as records:
        assert records.approve("p", "officer", NOW)
        assert not records.approve("p", "officer", NOW)
    assert store.approvals() == []
    assert store.approval_waits(asked, NOW)
    for other in (replace(asked, inquirer=B), replace(asked, affair="b"), replace(asked, content="c")):
        assert not store.approval_waits(other, NOW)
    with store.transaction() as records:
        assert not records.use_approval(replace(asked, content="c"), NOW)
        assert records.use_approval(asked, NOW)
        assert not records.use_approval(asked, NOW)


def test_recorded_exchanges_are_listed_without_a_person_and_reconciled_in_pages(store: Store) -> None:
    with store.transaction() as records:
        records.put_pseudonym(NUMBER, person())
        for minute, (number, outcome) in enumerate((("x1", "provided"), ("x2", "no-data"), ("x3", "provided"))):
            records.append_records([(person(), record(number, outcome, minute))])
        assert records.any_recorded(A, ["x0", "x1"])
        assert not records.any_recorded(B, ["x1"])
    assert [one.exchange_number for one in store.exchanges("", 2)] == ["x3", "x2"]
    assert [one.exchange_number for one in store.exchanges("provided", 9)] == ["x3", "x1"]
    assert store.outcomes() == {"provided": 2, "no-data": 1}
    first = store.unreconciled(None, 2)
    assert [one.exchange_number for one in first] == ["x1", "x2"]
    assert [one.exchange_number for one in store.unreconciled((first[1].recorded_at, "x2"), 2)] == ["x3"]
    with store.transaction() as records:
        records.mark_reconciled(first[:1])
    assert [one.exchange_number for one in store.unreconciled(None, 9)] == ["x2", "x3"]


def test_what_fails_in_a_transaction_leaves_neither_record_nor_log_entry(store: Store) -> None:
    def twice() -> None:
        with store.transaction() as records:
            for _ in range(2):
                records.append_records([(person(), record("x1"))])

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    assert store.exchanges("", 9) == []
    with store.transaction() as records:
        records.append_records([(person(), record("x1"))])
    assert len(store.exchanges("", 9)) == 1


def test_a_notice_is_stored_once_per_sender_and_collected_newest_first(store: Store) -> None:
    pseudonym = person()
    first = Notice("n", A, "subject", "body", NOW, date(2020, 1, 1))
    later = replace(first, sender=B, sent_at=NOW + timedelta(hours=1))
    with store.transaction() as records:
        records.put_pseudonym(NUMBER, pseudonym)
        assert records.put_notice(pseudonym, first)
        assert not records.put_notice(pseudonym, first)
        assert records.put_notice(pseudonym, later)
    assert store.notices(NUMBER) == [later, first]
    assert store.notices(NOBODY) == []


def test_a_sent_notice_keeps_its_first_submission_and_ends_once(store: Store) -> None:
    sent = SentNotice(Notice("n", B, "subject", "body", NOW, None), NUMBER, "aff", "aff.p")
    with store.transaction() as records:
        assert records.sent_notice("n") is None
        records.put_sent_notice(sent)
        assert records.keep_notice_submission("n", b"first") == b"first"
        assert records.keep_notice_submission("n", b"second") == b"first"
        assert records.sent_notice("n") == replace(sent, submission=b"first")
    assert store.pending_notices(5) == ["n"]
    with store.transaction() as records:
        assert records.finish_notice("n", "taken")
        assert not records.finish_notice("n", "refused")
    assert store.pending_notices(5) == []


def test_a_case_is_closed_once(store: Store) -> None:
    case = OperatorCase("c", "mislink", "x", "detail", NOW)
    with store.transaction() as records:
        records.open_case(case)
    assert store.cases(open_only=True) == [case]
    with store.transaction() as records:
        assert records.close_case("c", NOW)
        assert not records.close_case("c", NOW)
    assert store.cases(open_only=True) == []
    assert store.cases(open_only=False) == [replace(case, closed_at=NOW)]


def bulk_file(file_id: str, name: str = "one.DAT") -> BulkFile:
    request = InquiryRequest(f"{file_id}-1", NUMBER, A, "aff", "aff.p", ("local-tax",), 2019, None, None, "case")
    return BulkFile(file_id, name, (BulkLine(1, request),))


def test_a_kept_file_is_read_back_listed_without_its_lines_and_dropped(store: Store) -> None:
    with store.transaction() as records:
        records.keep_file(bulk_file("f-1"), "person-1", NOW)
        records.keep_file(bulk_file("f-2", "two.DAT"), "person-2", NOW + timedelta(minutes=1))
        assert records.kept_file("f-1") == bulk_file("f-1")
        assert records.kept_file("f-3") is None
    assert [(one.file_id, one.name, one.lines, one.kept_by) for one in store.kept_files()] == [
        ("f-2", "two.DAT", 1, "person-2"),
        ("f-1", "one.DAT", 1, "person-1"),
    ]
    with store.transaction() as records:
        assert records.drop_kept_file("f-1")
        assert not records.drop_kept_file("f-1")
    assert [one.file_id for one in store.kept_files()] == ["f-2"]


def test_a_kept_file_given_in_again_begins_its_day_anew(store: Store) -> None:
    with store.transaction() as records:
        records.keep_file(bulk_file("f-1"), "person-1", NOW)
        records.keep_file(bulk_file("f-1"), "person-2", NOW + timedelta(hours=2))
        assert records.drop_kept_files(NOW + timedelta(hours=2)) == 0
    [one] = store.kept_files()
    assert (one.kept_by, one.kept_at) == ("person-2", NOW + timedelta(hours=2))
    with store.transaction() as records:
        assert records.drop_kept_files(NOW + timedelta(hours=3)) == 1


def test_what_was_handed_in_is_listed_page_by_page_and_not_among_the_kept(store: Store) -> None:
    with store.transaction() as records:
        for number in range(3):
            file = bulk_file(f"f-{number}")
            records.keep_file(file, "person-1", NOW)
            records.put_bulk_file(file, b"digest", [], [], NOW + timedelta(minutes=number))
    assert store.kept_files() == []
    assert [one.file_id for one in store.bulk_files(2)] == ["f-2", "f-1"]
    assert [one.file_id for one in store.bulk_files(2, 2)] == ["f-0"]


def test_pages_that_end_at_once_have_places_without_a_gap(store: Store) -> None:
    """A cursor counts them, so nobody who goes on behind one misses a page."""
    file, question = bulk_file("f-1"), Question(A, "aff", "aff.p", ("local-tax",), 2019, None, None)
    sections = [BulkSection(f"s-{place}", "f-1", place, question, (), NOW) for place in range(1, 9)]
    with store.transaction() as records:
        assert records.put_bulk_file(file, b"digest", sections, [], NOW)
    together = Barrier(len(sections))

    def end(section: BulkSection) -> bool:
        together.wait()
        with store.transaction() as records:
            return records.finish_section(
                section, [LineResult(section.ordinal, InquiryResult("", "no-data"), NUMBER)], NOW
            )

    with ThreadPoolExecutor(len(sections)) as threads:
        assert all(threads.map(end, sections))
    told: list[int] = []
    for after in range(len(sections)):
        with store.snapshot() as records:
            page = records.stream_page("f-1", after, 1)
        assert (page.next_after, page.more, page.ended) == (after + 1, after + 1 < len(sections), len(sections))
        told += [one.number for one in page.results]
    assert sorted(told) == [one.ordinal for one in sections]


def persons_of(generation: int, *numbers: str) -> dict[str, Pseudonym]:
    nation = Nation(f"generation {generation}".encode())
    return {number: nation.person() for number in numbers}


def test_an_addressee_has_one_pseudonym_of_each_generation_and_the_newest_in_use_is_asked_with(store: Store) -> None:
    old, new = (persons_of(generation, NUMBER)[NUMBER] for generation in (1, 2))
    with store.transaction() as records:
        records.put_addressee(Addressee(OTHER, ITEMS, protected=False))
        records.put_pseudonym(NUMBER, old, 1)
        assert records.put_renewed(NUMBER, new, 2)
        assert not records.put_renewed(NUMBER, persons_of(3, NUMBER)[NUMBER], 2)
        assert records.pseudonyms_of(NUMBER) == {1: old, 2: new}
        assert {records.addressee_of(one) for one in (old, new)} == {NUMBER}
        for asked in ([NUMBER], [NUMBER, OTHER]):
            for newest, expected in ((1, (old, 1)), (2, (new, 2)), (9, (new, 2))):
                subject = records.subjects(asked, newest)[NUMBER]
                assert (subject.pseudonym, subject.generation) == expected
            assert records.subjects(asked, 0)[NUMBER].pseudonym is None
        assert [one and one.addressee_number for one in records.exchangeable([new, old])] == [NUMBER, NUMBER]
    assert store.held([NUMBER, OTHER]) == ([NUMBER], [])
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.put_pseudonym(NUMBER, person(), 2)


Known = TypeVar("Known", Standing, Subject)


def refusal(rule: Callable[[Known | None], object], person: Known | None) -> str:
    try:
        rule(person)
    except MizuhikiError as error:
        return error.code
    return ""


def test_standings_say_of_everybody_what_the_persons_themselves_say_and_refuse_alike(store: Store) -> None:
    cases = list(product((True, False), repeat=3))
    numbers = [f"30000000000000{place}" for place in range(len(cases))]
    persons = persons_of(1, *numbers)
    with store.transaction() as records:
        for number, (mismatched, acquired, known) in zip(numbers, cases, strict=True):
            records.put_addressee(Addressee(number, ITEMS if known else None, protected=False))
            records.mark_mismatch(number, mismatched=mismatched)
            if acquired:
                records.put_pseudonym(number, persons[number], 1)
        standings, subjects = records.standings([*numbers, NOBODY]), records.subjects([*numbers, NOBODY], 1)
    assert standings == {number: Standing(*case) for number, case in zip(numbers, cases, strict=True)}
    refused: Counter[str] = Counter()
    for number in (*numbers, NOBODY):
        code = refusal(require_askable, standings.get(number))
        assert code == refusal(subject_of, subjects.get(number))
        refused[code] += 1
    assert sorted(refused.values()) == [1, 1, 1, 2, 4]  # fine, unknown, no items; not acquired; mismatched


def test_who_lacks_a_generation_is_listed_in_portions_and_counted(store: Store) -> None:
    numbers = [f"20000000000000{place}" for place in range(5)]
    old, new = persons_of(1, *numbers), persons_of(2, *numbers)
    with store.transaction() as records:
        for number in numbers:
            records.put_addressee(Addressee(number, ITEMS, protected=False))
            records.put_pseudonym(number, old[number], 1)
        assert records.lack_generation(2)
        assert not records.lack_generation(1)
        records.put_renewed(numbers[1], new[numbers[1]], 2)
        assert list(records.lacking(1, 2, "", 2)) == [numbers[0], numbers[2]]
        assert records.lacking(1, 2, numbers[2], 9) == {number: old[number] for number in numbers[3:]}
        assert records.lacking(2, 1, "", 9) == {}
        assert (records.count_lacking(2), records.count_lacking(1)) == (4, 0)
        assert records.held_by_generation() == {1: 5, 2: 1}


def test_a_closed_generation_is_erased_and_notices_that_came_under_it_are_found(store: Store) -> None:
    old, new = (persons_of(generation, NUMBER)[NUMBER] for generation in (1, 2))
    notice = Notice("n", A, "subject", "body", NOW, None)
    with store.transaction() as records:
        records.put_pseudonym(NUMBER, old, 1)
        records.put_renewed(NUMBER, new, 2)
        records.put_notice(old, notice)
        assert records.erase_generations([1]) == 1
        assert records.erase_generations([1]) == 0
        assert records.pseudonyms_of(NUMBER) == {2: new}
        assert records.addressee_of(old) is None
        records.put_notice(new, replace(notice, notice_id="m", sent_at=NOW + timedelta(hours=1)))
    assert [one.notice_id for one in store.notices(NUMBER)] == ["m", "n"]
    with store._database.read() as connection:  # type: ignore[attr-defined] # what is left of the old one
        cells = [
            cell for table in METADATA.tables.values() for row in connection.execute(sa.select(table)) for cell in row
        ]
    assert not [cell for cell in cells if isinstance(cell, bytes) and old.reveal() in cell]


@pytest.mark.parametrize(
    "as_they_lie",
    [
        "SELECT rowid, place, addressee_number FROM pseudonyms NOT INDEXED",
        "SELECT rowid, addressee_number, addressee_number FROM addressees NOT INDEXED",
    ],
    ids=["pseudonyms", "addressees"],
)
@pytest.mark.requirement("R-221")
def test_who_holds_the_file_learns_no_order_in_which_persons_came(tmp_path: Path, as_they_lie: str) -> None:
    file = tmp_path / "store.sqlite"
    network = Network(HOLDER, database_url=f"sqlite:///{file}")
    came = [f"20000000000{place * 37 % 101:04}" for place in range(100)]
    with network.server(HOLDER).upkeep.store.transaction() as records:
        for number, pseudonym in persons_of(1, *came).items():
            records.put_addressee(Addressee(number, ITEMS, protected=False))
            records.put_pseudonym(number, pseudonym)
    network.close()
    with sqlite3.connect(file) as connection:
        lying = connection.execute(as_they_lie).fetchall()
    assert lying == sorted(lying)
    assert all(row == key for row, key, _ in lying)
    numbers = [str(number) for _, _, number in lying if str(number) in came]
    assert sorted(numbers) == numbers != came
    assert len(numbers) == len(came)


@pytest.fixture
def tables(database_url: str) -> Iterator[Database]:
    """The store's database, for whoever has the file and not the program."""
    database = Database(database_url)
    yield database
    database.dispose()


WITHOUT_RULES = {
    "sqlite": "PRAGMA ignore_check_constraints = ON",
    "postgresql": "ALTER TABLE pseudonyms DROP CONSTRAINT pseudonyms_check",
}


@pytest.mark.parametrize(("whose", "generation"), [(OTHER, 1), (NUMBER, 2)], ids=["addressee", "generation"])
@pytest.mark.requirement("R-221")
def test_a_pseudonym_moved_to_another_addressee_or_generation_cannot_be_read(
    store: Store, tables: Database, whose: str, generation: int
) -> None:
    with store.transaction() as records:
        records.put_addressee(Addressee(OTHER, ITEMS, protected=False))
        records.put_pseudonym(NUMBER, person(), 1)
    moved = {"addressee_number": whose, "generation": generation}
    with pytest.raises(sa.exc.IntegrityError), tables.write() as connection:
        connection.execute(PSEUDONYMS.update().values(moved))  # while its place says whose it is
    with tables.write() as connection:  # who owns the file owns its rules
        connection.exec_driver_sql(WITHOUT_RULES[connection.dialect.name])
        connection.execute(PSEUDONYMS.update().values(moved))
    require_unreadable(store, whose)
    with tables.write() as connection:
        connection.execute(PSEUDONYMS.update().values({"place": place_of(whose, generation)}))
    require_unreadable(store, whose)


def require_unreadable(store: Store, addressee_number: str) -> None:
    for read in (
        lambda records: records.subjects([addressee_number], LAST),
        lambda records: records.pseudonyms_of(addressee_number),
    ):
        with store.snapshot() as records, pytest.raises(StoredValueUnreadable):
            read(records)


def test_every_generation_there_can_be_has_its_place(store: Store) -> None:
    highest, pseudonym = "999999999999999", person()
    with store.transaction() as records:
        records.put_addressee(Addressee(highest, ITEMS, protected=False))
        records.put_pseudonym(highest, pseudonym, LAST)
        assert records.addressee_of(pseudonym) == highest
        assert records.subjects([highest], LAST)[highest].generation == LAST
        assert [one and one.addressee_number for one in records.exchangeable([pseudonym])] == [highest]
