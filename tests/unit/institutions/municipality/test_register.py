"""Import, birth, numbering and moves over the wire to the real register and prefectures."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import date

import pytest
import sqlalchemy as sa
from stdnum.jp import in_

from mizuhiki.institutions.municipality.domain.errors import (
    ActorOfOtherInstitution,
    AlreadyResident,
    EmptySearch,
    MoveCompleted,
    NumberingOutOfOrder,
    ParentNotInHousehold,
)
from mizuhiki.institutions.municipality.domain.events.errors import LateReasonMissing
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import BirthForm, NumberingStage, RecordState, ResidentQuery
from mizuhiki.institutions.municipality.operations.number_residents import request_numbers
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.gate import Withheld
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ChangeReason, Sex
from mizuhiki.wire import intermediate_server
from mizuhiki.wire.endpoint import Acknowledgement
from support.database_dump import written_out
from support.environment import serve_fake
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family, make_country

STEPS = [
    NumberingStage.CODE_WRITTEN,
    NumberingStage.NUMBER_REQUESTED,
    NumberingStage.NUMBER_GENERATED,
    NumberingStage.DESIGNATED,
    NumberingStage.NOTIFIED,
]


@pytest.fixture
def country(either: Country) -> Country:
    return either


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def settle(country: Country) -> list[str]:
    return office(country).import_existing_residents(country.context("registrar"), [family()])


def birth(country: Country, mother: str, **changes: object) -> BirthForm:
    record = office(country).resident(country.context("counter-clerk"), mother)
    form = BirthForm(
        request_id="b1",
        name=PersonName("山田", "二郎", "ヤマダ", "ジロウ"),
        birth_date=date(2019, 11, 20),
        sex=Sex.MALE,
        household=record.household,
        mother=mother,
        father=None,
        notifier="father",
        received_on=date(2019, 12, 2),
        registered_domicile="宮崎県都城市",
    )
    return dataclasses.replace(form, **changes)  # type: ignore[arg-type]  # test values


@pytest.mark.requirement("R-013")
def test_an_existing_register_is_numbered_once_however_often_it_is_taken_over(country: Country) -> None:
    first, again = settle(country), settle(country)
    assert first == again
    assert len(first) == 3
    records = [office(country).resident(country.context("counter-clerk"), token) for token in first]
    assert all(record.number is not None and in_.is_valid(record.number.reveal()) for record in records)
    assert len({record.number for record in records}) == 3
    assert all(record.stage is NumberingStage.NOTIFIED for record in records)


@pytest.mark.requirement("R-012")
def test_register_prefecture_and_municipality_agree_after_propagation(country: Country) -> None:
    settle(country)
    country.pump()
    assert country.apps["prefecture-45"].operations.person_count() == 3
    assert country.apps["national-register"].operations.counts()["in_register"] == 3


@pytest.mark.requirement("R-010")
@pytest.mark.requirement("R-011")
def test_a_newborn_child_is_numbered_step_by_step_and_notified_in_one_event(country: Country) -> None:
    _, mother, _ = settle(country)
    mayor, clerk = country.context("mayor"), country.context("counter-clerk")
    entered = office(country).register_birth(clerk, birth(country, mother))
    assert office(country).register_birth(clerk, birth(country, mother)).resident == entered.resident
    child = entered.resident
    with pytest.raises(NumberingOutOfOrder):
        office(country).notify_number(mayor, child)
    with pytest.raises(NumberingOutOfOrder):
        office(country).designate_number(mayor, child)
    office(country).request_number(clerk, child)
    with pytest.raises(NumberingOutOfOrder):
        office(country).notify_number(mayor, child)
    assert office(country).resident(clerk, child).number is None
    office(country).designate_number(mayor, child)
    notice = office(country).notify_number(mayor, child)
    record = office(country).resident(clerk, child)
    assert (notice.code, notice.number) == (record.code, record.number)
    assert [line.step for line in office(country).numbering_steps(clerk, child)] == STEPS
    country.pump()
    assert country.apps["national-register"].operations.counts()["in_register"] == 4


@pytest.mark.requirement("R-011")
def test_one_stored_notification_holds_code_and_number(country: Country) -> None:
    records = [office(country).resident(country.context("counter-clerk"), token) for token in settle(country)]
    engine = sa.create_engine(country.databases[MIYAKONOJO])
    table = sa.Table("number_notifications", sa.MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        rows = {row.resident: row for row in connection.execute(sa.select(table))}
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == len(records)
    engine.dispose()
    cipher = office(country).adapters.store._cipher
    for record in records:
        row = rows[record.resident]
        assert cipher.decrypt_code(row.code_encrypted, table.name, record.resident) == record.code
        assert cipher.decrypt_number(row.number_encrypted, table.name, record.resident) == record.number


def test_every_showing_of_the_whole_number_is_an_audit_event_and_lists_show_it_masked(country: Country) -> None:
    father, *_ = settle(country)
    mayor, clerk = country.context("mayor"), country.context("counter-clerk")

    def shown() -> int:
        engine = sa.create_engine(country.databases[MIYAKONOJO])
        table = sa.Table("audit_event", sa.MetaData(), autoload_with=engine)
        query = sa.select(sa.func.count()).where(table.c.event == "number-notice-reprinted")
        with engine.connect() as connection:
            found: int = connection.execute(query).scalar_one()
        engine.dispose()
        return found

    assert shown() == 0
    for times in (1, 2):
        notice = office(country).notify_number(mayor, father)
        assert shown() == times
    household = office(country).resident(clerk, father).household
    view = office(country).household_view(clerk, household)
    assert notice.number.reveal() not in repr(view)
    assert {member.masked_number[:10] for member in view.members} == {"*" * 10}


@pytest.mark.requirement("R-014")
def test_only_the_mayor_of_the_records_municipality_designates(country: Country) -> None:
    _, mother, _ = settle(country)
    clerk = country.context("counter-clerk")
    child = office(country).register_birth(clerk, birth(country, mother)).resident
    office(country).request_number(clerk, child)
    for role in ("counter-clerk", "machinery", "peer", "tax-officer"):
        with pytest.raises(ActionNotPermitted):
            office(country).designate_number(country.context(role), child)
    with pytest.raises(ActorOfOtherInstitution):
        office(country).designate_number(country.context("mayor", institution=SHIBUYA), child)


@pytest.mark.parametrize(("day", "late"), [(date(2019, 12, 3), False), (date(2019, 12, 4), True)])
def test_a_birth_is_late_from_the_fifteenth_day_counting_the_day_of_birth(
    country: Country, day: date, *, late: bool
) -> None:
    _, mother, _ = settle(country)
    country.clock.set(country.clock.now().replace(day=10))
    form = birth(country, mother, received_on=day)
    if late:
        with pytest.raises(LateReasonMissing):
            office(country).register_birth(country.context("counter-clerk"), form)
        form = dataclasses.replace(form, late_reason="the father was at sea")
    entered = office(country).register_birth(country.context("counter-clerk"), form)
    assert bool(entered.warnings) is late
    [line] = office(country).events.record_history(country.context("counter-clerk"), entered.resident)
    assert line.event.note == ("notified-late the father was at sea" if late else "")


def test_a_birth_needs_a_parent_in_the_household(country: Country) -> None:
    settle(country)
    (other, *_) = office(country).import_existing_residents(country.context("registrar"), [family("h2")])
    form = dataclasses.replace(birth(country, other), mother="nobody")
    with pytest.raises(ParentNotInHousehold):
        office(country).register_birth(country.context("counter-clerk"), form)


def test_numbering_that_was_cut_off_after_the_request_goes_on_with_the_same_number(country: Country) -> None:
    _, mother, _ = settle(country)
    clerk = country.context("counter-clerk")
    child = office(country).register_birth(clerk, birth(country, mother)).resident
    adapters = office(country).adapters
    code = office(country).resident(clerk, child).code
    with adapters.store.transaction() as records:
        records.register.set_stage([child], NumberingStage.NUMBER_REQUESTED, clerk.now(), "test")
    lost = adapters.numbers.generate({child: code})[child]
    assert office(country).resume_numbering(country.context("machinery", person="")) == 1
    office(country).designate_number(country.context("mayor"), child)
    assert office(country).resident(clerk, child).number == lost
    assert office(country).resume_numbering(country.context("machinery")) == 0
    assert request_numbers(clerk, adapters, [child], adapters.permit(clerk, "request-number")) == {}


def move(country: Country, residents: list[str]) -> tuple[str, str]:
    clerk = country.context("counter-clerk")
    form = MoveOutForm("m1", tuple(residents), date(2019, 11, 25), SHIBUYA_ADDRESS, date(2019, 11, 20), "head")
    reference = office(country).register_move_out(clerk, form)
    assert office(country).register_move_out(clerk, form) == reference
    return reference, office(country).resident(clerk, residents[0]).code.reveal()


def move_in_form(reference: str, code: str) -> MoveInForm:
    return MoveInForm(
        "i1", "452025", reference, code, SHIBUYA_ADDRESS, date(2019, 11, 25), date(2019, 12, 2), None, "head"
    )


@pytest.mark.requirement("R-006")
def test_a_move_keeps_number_and_code_and_removes_the_old_record(country: Country) -> None:
    residents = settle(country)
    before = [office(country).resident(country.context("counter-clerk"), token) for token in residents]
    country.pump()
    reference, code = move(country, residents)
    there = country.context("counter-clerk", institution=SHIBUYA)
    shown = office(country, SHIBUYA).fetch_moving_out_certificate(
        there, from_municipality="452025", move_reference=reference, resident_record_code=code
    )
    assert len(shown.persons) == 3
    moved = office(country, SHIBUYA).register_move_in(there, move_in_form(reference, code))
    assert office(country, SHIBUYA).register_move_in(there, move_in_form(reference, code)) == moved
    after = [office(country, SHIBUYA).resident(there, token) for token in moved]
    assert [(r.number, r.code) for r in after] == [(r.number, r.code) for r in before]
    country.pump()
    old = [office(country).resident(country.context("counter-clerk"), token) for token in residents]
    assert {record.state for record in old} == {RecordState.REMOVED}
    assert {record.removed_on for record in old} == {date(2019, 11, 25)}
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    back = dataclasses.replace(move_in_form(reference, code), request_id="i2")
    with pytest.raises(AlreadyResident):
        office(country, SHIBUYA).register_move_in(there, back)


def test_a_wrong_code_or_reference_gives_no_certificate(country: Country) -> None:
    residents = settle(country)
    (other, *_) = office(country).import_existing_residents(country.context("registrar"), [family("h2")])
    reference, code = move(country, residents)
    there = country.context("counter-clerk", institution=SHIBUYA)
    strange = office(country).resident(country.context("counter-clerk"), other).code.reveal()
    for typed_reference, typed_code in ((reference, strange), ("nothing", code)):
        with pytest.raises(PeerProblem):
            office(country, SHIBUYA).fetch_moving_out_certificate(
                there, from_municipality="452025", move_reference=typed_reference, resident_record_code=typed_code
            )


def test_a_protected_record_is_withheld_from_certificates(country: Country) -> None:
    residents = settle(country)
    office(country).start_measure(country.context("support-officer", person="shien"), residents[0], "application")
    with pytest.raises(Withheld):
        office(country).resident_certificate(country.context("counter-clerk"), residents[0], recipient="somebody")


@pytest.mark.requirement("R-076")
def test_a_measure_reaches_the_own_intermediate_server_and_the_register(country: Country) -> None:
    marks: list[intermediate_server.AddresseeMark] = []

    def take(_call: object, one: intermediate_server.AddresseeMark) -> Acknowledgement:
        marks.append(one)
        return Acknowledgement()

    sealed = {intermediate_server.MARK_ADDRESSEE: (intermediate_server.AddresseeMark, take)}
    serve_fake(country.transport, f"intermediate-{MIYAKONOJO}", {}, sealed=sealed, clock=country.clock)
    residents = settle(country)
    country.pump()
    number = office(country).resident(country.context("counter-clerk"), residents[0]).number
    assert number is not None

    def found() -> object:
        context = country.context("peer", institution=SHIBUYA)
        return country.apps["national-register"].operations.search_identification(
            context, asker=SHIBUYA, affair="resident-register", number=number
        )

    assert found() is not None
    officer = country.context("support-officer", person="shien")
    measure = office(country).start_measure(officer, residents[0], "application")
    for protected in (True, False):
        if not protected:
            office(country).end_measure(officer, measure)
        country.pump()
        assert marks[-1].protected is protected
        assert (found() is None) is protected
    assert len({one.addressee_number for one in marks}) == 1
    assert len(marks) == 2


@pytest.mark.requirement("R-037")
def test_a_copy_of_the_record_shows_every_item_of_the_sample(country: Country) -> None:
    entry = family(previous=SHIBUYA_ADDRESS)
    head, _, child = office(country).import_existing_residents(country.context("registrar"), [entry])
    clerk = country.context("counter-clerk")
    copy = office(country).resident_certificate(clerk, child, recipient="self", special_request="office")
    assert (copy.name, copy.name_kana, copy.birth_date, copy.sex) == (
        "山田　一郎",
        "ヤマダ　イチロウ",
        date(2015, 5, 5),
        Sex.MALE,
    )
    assert copy.code is not None
    assert len(copy.code.reveal()) == 11
    assert (copy.head_of_household, copy.relationship) == ("山田　太郎", "子")
    assert (copy.registered_domicile, copy.head_of_family_register) == ("宮崎県都城市", "山田　太郎")
    assert (copy.resident_since, copy.reported_on) == (date(2015, 5, 5), date(2015, 5, 5))
    assert office(country).resident_certificate(clerk, head, recipient="self").previous_address == SHIBUYA_ADDRESS


@pytest.mark.requirement("R-040")
def test_a_copy_shows_number_and_code_only_on_a_special_request(country: Country) -> None:
    residents, clerk = settle(country), country.context("counter-clerk")
    plain = office(country).resident_certificate(clerk, residents[0], recipient="self")
    assert (plain.code, plain.number) == (None, None)
    special = office(country).resident_certificate(clerk, residents[0], recipient="self", special_request="bank")
    record = office(country).resident(clerk, residents[0])
    assert (special.code, special.number) == (record.code, record.number)


def test_a_text_that_no_record_holds_finds_nobody_and_no_sign_is_a_wildcard(country: Country) -> None:
    office(country).import_existing_residents(country.context("registrar"), [family()])
    clerk = country.context("counter-clerk")
    for text in (
        "\0",
        "山\0",
        "\ud842",
        "\U000e0100",
        "\u3099",
        "\ufffd",
        "山\u202e",
        "%",
        "_",
        "*",
        "山*",
        "\\",
        '"',
        "'",
    ):
        for part in ("name", "name_kana", "address"):
            found = office(country).search_residents(clerk, ResidentQuery(**{part: text}))
            assert found.shown == (), (part, ascii(text))


def test_searches_need_a_part_and_find_by_name_reading_birth_and_address(country: Country) -> None:
    settle(country)
    clerk = country.context("counter-clerk")
    with pytest.raises(EmptySearch):
        office(country).search_residents(clerk, ResidentQuery(name=" "))
    for query in (
        ResidentQuery(name="山田　太郎"),
        ResidentQuery(name_kana="やまだたろう"),
        ResidentQuery(birth_date=date(1985, 2, 3)),
        ResidentQuery(address="姫城町6番21号", birth_date=date(1985, 2, 3)),
    ):
        assert [line.name for line in office(country).search_residents(clerk, query).shown] == ["山田　太郎"]
    household = office(country).search_residents(clerk, ResidentQuery(name="山田太郎")).shown[0].household
    view = office(country).household_view(clerk, household)
    assert view.members[0].summary.name == "山田　太郎"
    assert {event.reason for event in view.history} == {ChangeReason.INITIAL}
    assert office(country).journal(clerk, clerk.today())


def test_no_number_or_code_stands_readable_in_the_database_or_audit() -> None:
    country = make_country()
    residents = settle(country)
    country.pump()
    records = [office(country).resident(country.context("counter-clerk"), token) for token in residents]
    with sqlite3.connect(country.databases[MIYAKONOJO].removeprefix("sqlite:///")) as connection:
        dump = "\n".join(written_out(connection))
    for record in records:
        assert record.number is not None
        for digits in (record.number.reveal(), record.code.reveal()):
            assert digits not in dump
            assert digits.encode().hex() not in dump.lower()
    country.close()


def test_a_completed_move_is_not_shown_to_a_third_municipality(country: Country) -> None:
    residents = settle(country)
    country.pump()
    reference, code = move(country, residents)
    there = country.context("counter-clerk", institution=SHIBUYA)
    office(country, SHIBUYA).register_move_in(there, move_in_form(reference, code))
    country.pump()
    peer = country.context("peer", institution="municipality-011002")
    parsed = office(country).resident(country.context("counter-clerk"), residents[0]).code
    with pytest.raises(MoveCompleted):
        office(country).give_moving_out_certificate(peer, asker="011002", move_reference=reference, code=parsed)
