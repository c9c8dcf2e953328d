"""One addressee per person across departments: matching, its guard, merging, splitting, undoing (R-255, R-257)."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.casework.domain.questions import Question
from mizuhiki.institutions.municipality.domain.addressee_records import (
    AddresseeInCase,
    CaseKind,
    CaseNotOpen,
    ChangeKind,
    Decision,
    Department,
    DepartmentRecordKnown,
    MergeImpossible,
    ReasonMissing,
    RecordKey,
    RecordState,
    SplitImpossible,
    UndoImpossible,
    UnknownAddressee,
    guard,
    look_alikes,
)
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.match_addressees import AddresseeDesk, DepartmentEntry
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, individual_number_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import intermediate_server, national_register
from mizuhiki.wire.intermediate_server import HeldPseudonyms, PreparedAcquisition
from support.environment import serve_fake
from support.municipality import MIYAKONOJO, Country, family

ITEMS = FourItems("高橋　幸子", "タカハシ　サチコ", date(1970, 1, 2), Sex.FEMALE, "東京都港区芝公園1-5-25")
TAX, CARE, CHILD = (
    RecordKey(Department.TAX, "T-1"),
    RecordKey(Department.CARE, "C-1"),
    RecordKey(Department.CHILD, "K-1"),
)


def number(body: str = "23456789012") -> IndividualNumber:
    """A number that nobody of the test country has."""
    return IndividualNumber.parse(body + individual_number_check_digit(body))


@pytest.fixture
def country(either: Country) -> Country:
    return either


def desk(country: Country) -> AddresseeDesk:
    found: AddresseeDesk = country.apps[MIYAKONOJO].operations.addressees
    return found


def officer(country: Country, role: str = "linkage-officer") -> Context:
    return country.context(role, "local-tax")


def enter(country: Country, key: RecordKey, items: FourItems = ITEMS, given: IndividualNumber | None = None) -> str:
    return desk(country).enter(officer(country), DepartmentEntry(key, items, given)).addressee_number


@pytest.mark.requirement("R-255", "R-257")
def test_departments_records_of_one_number_come_under_one_addressee(country: Country) -> None:
    first = enter(country, TAX, given=number())
    assert enter(country, CARE, replace(ITEMS, name="高橋 幸子"), number()) == first, "a space is no other name"
    moved = replace(ITEMS, address="宮崎県都城市姫城町6-21")
    assert enter(country, CHILD, moved, number()) == first, "people move: an address alone blocks nobody"
    view = desk(country).find_by_number(officer(country), number())
    assert [record.key for record in view.records] == [CARE, CHILD, TAX] or {r.key for r in view.records} == {
        TAX,
        CARE,
        CHILD,
    }
    assert all(record.state is RecordState.MATCHED for record in view.records)
    assert view.has_number
    assert len(view.addressee_number) == 15
    assert {line.kind for line in view.history} == {ChangeKind.ISSUED, ChangeKind.MATCHED}
    with pytest.raises(DepartmentRecordKnown):
        enter(country, TAX)


def test_a_resident_is_found_by_a_departments_entry_with_the_number(country: Country) -> None:
    operations = country.apps[MIYAKONOJO].operations
    [father, *_] = operations.import_existing_residents(country.context("registrar"), [family()])
    record = operations.resident(country.context("counter-clerk"), father)
    assert record.number is not None
    entered = enter(country, TAX, record.four_items, record.number)
    assert desk(country).find_by_number(officer(country), record.number).addressee_number == entered


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"name": "髙橋　幸子"}, CaseKind.VARIANT_CHARACTERS),
        ({"name": "高橋　幸代"}, CaseKind.ITEMS_DIFFER),
        ({"birth_date": date(1970, 1, 3)}, CaseKind.ITEMS_DIFFER),
        ({"sex": Sex.MALE}, CaseKind.ITEMS_DIFFER),
    ],
)
def test_the_guard_opens_a_case_and_nothing_is_used_before_it_is_decided(
    country: Country, changes: dict[str, object], kind: CaseKind
) -> None:
    known = enter(country, TAX, given=number())
    other = replace(ITEMS, **changes)  # type: ignore[arg-type]  # test values
    record = desk(country).enter(officer(country), DepartmentEntry(CARE, other, number()))
    assert (record.state, record.addressee_number) == (RecordState.IN_CASE, known)
    [case] = desk(country).cases(officer(country))
    assert (case.kind, case.candidate, case.key) == (kind, known, CARE)
    assert ITEMS.name not in str(case.report)
    with pytest.raises(AddresseeInCase):
        desk(country).require_usable(officer(country), known)
    with pytest.raises(ReasonMissing):
        desk(country).decide(officer(country), case.case_id, Decision.SAME_PERSON, "  ")
    desk(country).decide(officer(country), case.case_id, Decision.OTHER_PERSON, "the number was mistyped")
    desk(country).require_usable(officer(country), known)
    assert [one.key for one in desk(country).view(officer(country), known).records] == [TAX]
    with pytest.raises(CaseNotOpen):
        desk(country).decide(officer(country), case.case_id, Decision.SAME_PERSON, "again")


def test_without_the_number_nobody_is_matched_by_likeness_alone(country: Country) -> None:
    known = enter(country, TAX, given=number())
    alike = desk(country).enter(officer(country), DepartmentEntry(CARE, ITEMS))
    assert alike.state is RecordState.IN_CASE, "all four items agree, and still a person decides"
    [case] = desk(country).cases(officer(country))
    assert case.kind is CaseKind.LOOKS_ALIKE
    desk(country).decide(officer(country), case.case_id, Decision.SAME_PERSON, "shown the card")
    assert {one.key for one in desk(country).view(officer(country), known).records} == {TAX, CARE}
    stranger = desk(country).enter(
        officer(country), DepartmentEntry(CHILD, replace(ITEMS, birth_date=date(1999, 1, 1)))
    )
    assert stranger.state is RecordState.MATCHED
    assert not desk(country).view(officer(country), stranger.addressee_number).has_number


def test_a_merge_keeps_history_and_can_be_undone(country: Country) -> None:
    kept = enter(country, TAX, given=number())
    dropped = enter(country, CARE, replace(ITEMS, birth_date=date(1970, 2, 1)))
    change = desk(country).merge(officer(country), kept, dropped, "the birth date was mistyped")
    assert {one.key for one in desk(country).view(officer(country), kept).records} == {TAX, CARE}
    with pytest.raises(UnknownAddressee) as gone:
        desk(country).view(officer(country), dropped)
    assert gone.value.fields["merged_into"] == kept
    with pytest.raises(UnknownAddressee):
        desk(country).merge(officer(country), kept, dropped, "twice")
    desk(country).undo(officer(country), change, "it was somebody else after all")
    assert [one.key for one in desk(country).view(officer(country), dropped).records] == [CARE]
    assert [one.key for one in desk(country).view(officer(country), kept).records] == [TAX]
    with pytest.raises(UndoImpossible):
        desk(country).undo(officer(country), change, "twice")
    kinds = [line.kind for line in desk(country).view(officer(country), kept).history]
    assert {ChangeKind.MERGED, ChangeKind.UNDONE} <= set(kinds)


def test_two_individual_numbers_are_two_persons(country: Country) -> None:
    first = enter(country, TAX, given=number())
    second = enter(country, CARE, given=number("34567890123"))
    for kept, dropped in ((first, second), (second, first), (first, first)):
        with pytest.raises(MergeImpossible):
            desk(country).merge(officer(country), kept, dropped, "they look alike")


def test_a_split_gives_the_chosen_records_to_a_new_addressee(country: Country) -> None:
    known = enter(country, TAX, given=number())
    enter(country, CARE, given=number())
    for wrong in ([], [CHILD]):
        with pytest.raises(SplitImpossible):
            desk(country).split(officer(country), known, wrong, "wrong person")
    change = desk(country).split(officer(country), known, [CARE], "the care file is the sister's")
    [line] = [one for one in desk(country).view(officer(country), known).history if one.kind is ChangeKind.SPLIT]
    assert (line.change_id, line.moved, line.by) == (change, (CARE,), "linkage-officer/clerk-1")
    assert [one.key for one in desk(country).view(officer(country), line.other).records] == [CARE]
    desk(country).undo(officer(country), change, "it was hers")
    assert {one.key for one in desk(country).view(officer(country), known).records} == {TAX, CARE}
    with pytest.raises(UnknownAddressee):
        desk(country).view(officer(country), line.other)


def test_what_was_moved_on_cannot_be_undone(country: Country) -> None:
    kept = enter(country, TAX, given=number())
    dropped = enter(country, CARE, replace(ITEMS, birth_date=date(1970, 2, 1)))
    change = desk(country).merge(officer(country), kept, dropped, "one person")
    desk(country).split(officer(country), kept, [CARE], "no, a third one")
    with pytest.raises(UndoImpossible):
        desk(country).undo(officer(country), change, "too late")


@pytest.mark.requirement("R-255")
def test_what_is_in_a_case_is_not_moved_past_the_person_who_decides(country: Country) -> None:
    """Moved, it would count as matched; decided afterwards, it would go to a number that is no one's any more."""
    kept = enter(country, TAX, given=number())
    stranger = replace(ITEMS, birth_date=date(1970, 2, 1))
    dropped = enter(country, CARE, stranger)
    waiting = desk(country).enter(officer(country), DepartmentEntry(CHILD, stranger))
    assert (waiting.state, waiting.addressee_number) == (RecordState.IN_CASE, dropped)
    with pytest.raises(AddresseeInCase):
        desk(country).merge(officer(country), kept, dropped, "one person")
    with pytest.raises(AddresseeInCase):
        desk(country).split(officer(country), dropped, [CHILD], "another person")
    states = {one.key: one.state for one in desk(country).view(officer(country), dropped).records}
    assert states == {CARE: RecordState.MATCHED, CHILD: RecordState.IN_CASE}
    [case] = desk(country).cases(officer(country))
    desk(country).decide(officer(country), case.case_id, Decision.SAME_PERSON, "shown the card")
    desk(country).merge(officer(country), kept, dropped, "one person")
    records = desk(country).view(officer(country), kept).records
    assert {(one.key, one.state) for one in records} == {(key, RecordState.MATCHED) for key in (TAX, CARE, CHILD)}


@pytest.mark.requirement("R-255")
def test_whoever_is_in_a_case_is_neither_asked_about_nor_ready_for_copies(country: Country) -> None:
    asked: list[str] = []

    def answer(_call: object, inquiry: intermediate_server.BusinessInquiry) -> intermediate_server.BusinessAnswer:
        asked.append(inquiry.addressee_number)
        return intermediate_server.BusinessAnswer("exchange-1", "no-data", [], "", "2-74", "", "")

    def held(_call: object, told: intermediate_server.HeldPseudonymsRequest) -> HeldPseudonyms:
        return HeldPseudonyms(held=told.addressee_numbers, mismatched=[])

    serve_fake(
        country.transport,
        f"intermediate-{MIYAKONOJO}",
        {intermediate_server.HELD_PSEUDONYMS: held},
        sealed={intermediate_server.INQUIRE: (intermediate_server.BusinessInquiry, answer)},
        clock=country.clock,
    )
    person = enter(country, TAX, given=number())
    operations = country.apps[MIYAKONOJO].operations
    question = Question(
        request_id="q-1",
        addressee_number=person,
        provider=InstitutionId("municipality-131032"),
        affair="child-allowance",
        procedure="child-allowance.claim",
        kind="local-tax",
        fiscal_year=2019,
        case_reference="case",
    )
    ways_out = (desk(country).adapters.linkage, operations.claims.adapters.linkage)
    assert [(one.inquire(question).outcome, one.held([person])) for one in ways_out] == [("no-data", {person})] * 2
    enter(country, CARE, replace(ITEMS, sex=Sex.MALE), number())
    for one in ways_out:
        refused = one.inquire(question)
        assert (refused.outcome, refused.refused_by, one.held([person])) == ("addressee-in-case", MIYAKONOJO, set())
    assert asked == [person] * 2, "nobody was asked while the case was open"
    assert operations.claims.adapters.undecided([person, "100000000000009"]) == {person}, "nor by file"
    [case] = desk(country).cases(officer(country))
    desk(country).decide(officer(country), case.case_id, Decision.OTHER_PERSON, "the number was mistyped")
    assert [(one.inquire(question).outcome, one.held([person])) for one in ways_out] == [("no-data", {person})] * 2


def test_the_history_cannot_be_rewritten_and_holds_no_number(country: Country) -> None:
    kept = enter(country, TAX, given=number())
    url = country.databases[MIYAKONOJO]
    if not url.startswith("sqlite"):
        return
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute("UPDATE addressee_changes SET reason = 'other'")
        for table in ("addressee_changes", "department_records", "non_residents", "addressee_cases"):
            rows = str(connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 - names of our own tables
            assert number().reveal() not in rows
        assert kept in str(connection.execute("SELECT * FROM addressee_changes").fetchall())
    finally:
        connection.close()


def test_a_difference_from_the_register_becomes_a_case_that_asks_again_when_it_is_corrected(country: Country) -> None:
    operations = country.apps[MIYAKONOJO].operations
    [father, *_] = operations.import_existing_residents(country.context("registrar"), [family()])
    prepared: list[list[str]] = []
    refused: set[str] = set()

    def prepare(_call: object, asked: intermediate_server.AcquisitionRequest) -> PreparedAcquisition:
        prepared.append([one.addressee_number for one in asked.addressees])
        return PreparedAcquisition(acquisition="", lines=[])

    def held(_call: object, asked: intermediate_server.HeldPseudonymsRequest) -> HeldPseudonyms:
        return HeldPseudonyms(held=[], mismatched=[one for one in asked.addressee_numbers if one in refused])

    serve_fake(
        country.transport,
        f"intermediate-{MIYAKONOJO}",
        {intermediate_server.HELD_PSEUDONYMS: held},
        sealed={intermediate_server.PREPARE_ACQUISITION: (intermediate_server.AcquisitionRequest, prepare)},
        clock=country.clock,
    )
    operations.acquire_pseudonyms(officer(country))
    mine = operations.resident(country.context("counter-clerk"), father)
    assert mine.number is not None
    addressee = desk(country).find_by_number(officer(country), mine.number).addressee_number
    refused.add(addressee)
    machinery = country.context("machinery", "local-tax")
    assert desk(country).take_mismatches(machinery) == 1
    assert desk(country).take_mismatches(machinery) == 0, "one case for one difference"
    [case] = desk(country).cases(officer(country))
    assert (case.kind, case.candidate, case.key) == (CaseKind.REGISTER_DIFFERS, addressee, None)
    with pytest.raises(AddresseeInCase):
        desk(country).require_usable(officer(country), addressee)
    before = len(prepared)
    operations.acquire_pseudonyms(officer(country), [father])
    assert len(prepared) == before, "what is in a case is not asked about"
    with pytest.raises(CaseNotOpen):
        desk(country).decide(officer(country), case.case_id, Decision.SAME_PERSON, "no")
    desk(country).decide(officer(country), case.case_id, Decision.CORRECTED, "the kana was corrected")
    assert prepared[before:] == [[addressee]]
    desk(country).require_usable(officer(country), addressee)
    assert national_register.REQUEST_PSEUDONYMS.name


def test_a_protected_person_is_shown_to_nobody_but_the_responsible_officer(country: Country) -> None:
    known = enter(country, TAX, given=number())
    with country.apps[MIYAKONOJO].operations.adapters.store.transaction() as records:
        addressee = records.linkage.addressee(known)
        assert addressee is not None
        records.linkage.update_addressees([replace(addressee, protected=True)])
    with pytest.raises(UnderSupportMeasure):
        desk(country).find_by_number(officer(country), number())


@pytest.mark.parametrize("role", ["counter-clerk", "tax-officer", "approver", "machinery"])
def test_only_the_linkage_officer_changes_whose_records_are_whose(country: Country, role: str) -> None:
    context = officer(country, role)
    for wrong in (
        lambda: desk(country).enter(context, DepartmentEntry(TAX, ITEMS)),
        lambda: desk(country).merge(context, "a", "b", "why"),
        lambda: desk(country).split(context, "a", [TAX], "why"),
        lambda: desk(country).undo(context, "a", "why"),
        lambda: desk(country).cases(context),
        lambda: desk(country).view(context, "a"),
    ):
        with pytest.raises(ActionNotPermitted):
            wrong()


# --- the guard alone


@given(st.sampled_from(["name", "birth_date", "sex"]), st.booleans())
def test_a_guarded_item_that_differs_always_blocks(item: str, elsewhere: bool) -> None:  # noqa: FBT001 - drawn value
    changed = {"name": "別人　太郎", "birth_date": date(1971, 1, 2), "sex": Sex.MALE}[item]
    other = replace(ITEMS, **{item: changed})  # type: ignore[arg-type]  # drawn values
    other = replace(other, address="宮崎県都城市姫城町6-21") if elsewhere else other
    assert guard(other, ITEMS) is CaseKind.ITEMS_DIFFER
    assert look_alikes(other, [("a", ITEMS)]) == []


def test_the_surest_look_alike_comes_first() -> None:
    moved = replace(ITEMS, address="宮崎県都城市姫城町6-21")
    variant = replace(ITEMS, name="髙橋　幸子")
    assert look_alikes(ITEMS, [("moved", moved), ("variant", variant), ("same", ITEMS)]) == [
        ("same", CaseKind.LOOKS_ALIKE),
        ("moved", CaseKind.LOOKS_ALIKE),
        ("variant", CaseKind.VARIANT_CHARACTERS),
    ]
