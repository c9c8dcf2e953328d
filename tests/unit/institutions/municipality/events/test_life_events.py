"""Life events over a real register, prefectures and national register, on both databases."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.errors import AlreadyMoving, DateImpossible, EmptyForm, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.aliases import AliasClaim, AliasProof, IssuerCheck, ProofOrigin
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import (
    AliasHeldAlready,
    AliasNotProved,
    EnteredAgainSince,
    EventAlreadyCancelled,
    EvidenceMissing,
    HouseholdInconsistent,
    LateReasonMissing,
    LaterEventExists,
    NoMoveAnnounced,
    NotMinor,
    NotRegistrable,
    ResidentStillHere,
    TextNotWritable,
    UnknownEvent,
)
from mizuhiki.institutions.municipality.domain.events.forms import SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.events.unregistered import UnregisteredBirthFindings
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentQuery
from mizuhiki.institutions.municipality.operations.events.change_persons import FamilyRegisterEntry
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ChangeReason, Relationship, Sex
from support.events import (
    NORTH,
    TODAY,
    clerk,
    events,
    foreigner,
    japanese,
    mayor,
    move_in,
    move_out,
    note,
    number,
    office,
    positions,
    record,
    residence,
    settle,
)
from support.municipality import ADDRESS, SHIBUYA, SHIBUYA_ADDRESS, Country

R = Relationship


@pytest.mark.parametrize(
    ("changes", "address", "item"),
    [
        ({}, NORTH + "\u202e", "address"),
        ({}, NORTH + "\nx", "address"),
        ({}, "\U000e0100" + NORTH, "address"),
        ({}, "宮" * 401, "address"),
        ({"previous_address": "ブラジル\u200b"}, NORTH, "previous_address"),
        ({"residence": residence(status="定住者\ufeff")}, NORTH, "status"),
        ({"alias_kana": "別名"}, NORTH, "alias_kana"),
    ],
)
def test_no_event_writes_a_text_that_no_record_can_hold(
    light: Country, changes: dict[str, object], address: str, item: str
) -> None:
    with pytest.raises(TextNotWritable) as caught:
        events(light).enter_from_abroad(
            clerk(light), note(K.MOVE_IN_FROM_ABROAD), [foreigner(**changes)], Place(address)
        )
    assert caught.value.fields == {"item": item}
    assert office(light).search_residents(clerk(light), ResidentQuery(name="SILVA")).shown == ()


def in_registers(country: Country) -> tuple[int, int]:
    country.pump()
    people = country.apps["prefecture-45"].operations.person_count()
    return people, country.apps["national-register"].operations.counts()["in_register"]


def test_a_family_moves_within_and_its_history_answers_as_of_each_day(country: Country) -> None:
    people = settle(country)
    moved = date(2019, 11, 25)
    told = note(K.MOVE_WITHIN, moved)
    entered = events(country).move_within(clerk(country), told, people, Place(NORTH))
    assert events(country).move_within(clerk(country), told, people, Place(NORTH)).event == entered.event
    assert {record(country, one).address for one in people} == {NORTH}
    assert positions(country, *people) == ["02", "12", "20"]
    assert record(country, people[0]).address_since == moved
    before = events(country).record_as_of(clerk(country), people[0], moved - timedelta(days=1))
    after = events(country).record_as_of(clerk(country), people[0], moved)
    assert before is not None
    assert after is not None
    assert (before.record.address, after.record.address) == (ADDRESS, NORTH)
    newest = events(country).record_history(clerk(country), people[0])[0]
    assert (newest.event.reason, newest.event.effective_on) == (ChangeReason.MOVE_WITHIN, moved)
    assert newest.event.documents == ("identity-document", "individual-number-card")
    assert newest.event.entered_by == "counter-clerk/clerk-1"
    assert in_registers(country) == (3, 3)


def test_a_wife_who_moves_alone_heads_her_household_and_joins_back_with_her_relationship(country: Country) -> None:
    husband, wife, child = settle(country)
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), [wife, child], Place(NORTH))
    assert positions(country, husband, wife, child) == ["02", "02", "20"]
    back = Place(household=record(country, husband).household)
    with pytest.raises(HouseholdInconsistent):
        events(country).move_within(clerk(country), note(K.MOVE_WITHIN), [wife], back)
    place = dataclasses.replace(back, positions={wife: R.WIFE, child: R.CHILD})
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), [wife, child], place)
    assert positions(country, husband, wife, child) == ["02", "12", "20"]
    assert {record(country, one).address for one in (husband, wife, child)} == {ADDRESS}


def test_a_household_splits_changes_its_head_and_merges(country: Country) -> None:
    husband, wife, child = settle(country)
    events(country).change_head(clerk(country), note(K.HEAD_CHANGE), wife)
    assert positions(country, husband, wife, child) == ["11", "02", "20"]
    events(country).split_household(clerk(country), note(K.HOUSEHOLD_SPLIT), [wife])
    assert positions(country, husband, wife, child) == ["02", "02", "20"]
    alone, others = record(country, wife).household, record(country, husband).household
    assert alone != others
    merged = events(country).merge_households(
        clerk(country), note(K.HOUSEHOLD_MERGE), alone, into=others, positions={wife: R.WIFE}
    )
    assert positions(country, husband, wife, child) == ["02", "12", "20"]
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), merged.event)
    assert positions(country, husband, wife, child) == ["02", "02", "20"]


def test_a_death_removes_the_record_and_the_spouse_becomes_head(country: Country) -> None:
    husband, wife, child = settle(country)
    assert in_registers(country) == (3, 3)
    told = note(K.DEATH, date(2019, 11, 26), documents=(SeenDocument("death-certificate"),))
    entered = events(country).enter_death(clerk(country), told, husband)
    assert record(country, husband).state is RecordState.REMOVED
    assert record(country, husband).removal_reason is ChangeReason.DEATH
    assert positions(country, wife, child) == ["02", "20"]
    assert entered.tasks == ()
    assert in_registers(country) == (2, 2)
    with pytest.raises(RecordNotCurrent):
        events(country).enter_death(clerk(country), note(K.DEATH), husband)


def test_a_late_notification_of_a_death_is_taken_with_its_reason_and_a_notice_of_the_fine(light: Country) -> None:
    *_, child = settle(light)
    with pytest.raises(LateReasonMissing):
        events(light).enter_death(clerk(light), note(K.DEATH, date(2019, 11, 22)), child)
    late = events(light).enter_death(clerk(light), note(K.DEATH, date(2019, 11, 22), late_reason="was ill"), child)
    assert "過料" in late.notices[0]
    assert "notified-late" in events(light).record_history(clerk(light), child)[0].event.note


def test_seven_days_run_from_the_day_the_death_was_learned_of(light: Country) -> None:
    *_, child = settle(light)
    told = note(K.DEATH, date(2019, 11, 1))
    with pytest.raises(LateReasonMissing):
        events(light).enter_death(clerk(light), told, child, known_on=date(2019, 11, 23))
    # From 24 November the seven days end on a Saturday, and so on Monday 2 December.
    assert events(light).enter_death(clerk(light), told, child, known_on=date(2019, 11, 24)).notices == ()


@pytest.mark.requirement("R-057")
def test_a_removed_record_is_kept_and_is_shown_as_one(country: Country) -> None:
    husband, *_ = settle(country)
    with pytest.raises(RecordNotCurrent):
        events(country).removed_record(clerk(country), husband)
    events(country).enter_death(clerk(country), note(K.DEATH), husband)
    assert events(country).removed_record(clerk(country), husband).removed_on == TODAY
    country.clock.advance(timedelta(days=365 * 149))
    assert events(country).removed_record(clerk(country), husband).resident == husband
    assert events(country).records_past_keeping(clerk(country)) == []
    country.clock.advance(timedelta(days=365 * 2))
    assert [one.resident for one in events(country).records_past_keeping(clerk(country))] == [husband]


def test_a_death_entered_by_mistake_is_cancelled_and_known_to_have_been_entered(country: Country) -> None:
    husband, wife, child = settle(country)
    entered = events(country).enter_death(clerk(country), note(K.DEATH), husband)
    believed = country.clock.now()
    country.clock.advance(timedelta(days=1))
    tomorrow = TODAY + timedelta(days=1)
    cancelled = events(country).cancel_event(mayor(country), note(K.CANCELLATION, tomorrow, tomorrow), entered.event)
    assert record(country, husband).state is RecordState.CURRENT
    assert positions(country, husband, wife, child) == ["02", "12", "20"]
    assert in_registers(country) == (3, 3)
    then = events(country).record_as_of(clerk(country), husband, TODAY, believed)
    now = events(country).record_as_of(clerk(country), husband, TODAY)
    assert then is not None
    assert now is not None
    assert (then.record.state, now.record.state) == (RecordState.REMOVED, RecordState.CURRENT)
    lines = events(country).record_history(clerk(country), husband)
    assert [line.cancelled_by for line in lines] == ["", cancelled.event, ""]
    for named in (entered.event, cancelled.event):
        with pytest.raises(EventAlreadyCancelled):
            events(country).cancel_event(mayor(country), note(K.CANCELLATION), named)
    with pytest.raises(UnknownEvent):
        events(country).cancel_event(mayor(country), note(K.CANCELLATION), "none")


@pytest.mark.requirement("R-042")
@pytest.mark.requirement("R-044")
def test_a_household_of_two_nationalities_is_one_household(country: Country) -> None:
    people = [japanese(), foreigner(position=R.WIFE)]
    entered = events(country).enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), people, Place(NORTH))
    husband, wife = entered.residents
    assert record(country, husband).household == record(country, wife).household
    held = record(country, wife)
    assert (held.kind, held.nationality, held.details.residence) == ("foreign", "BR", residence())
    assert held.registered_domicile == ""
    number(country, *entered.residents)
    assert in_registers(country) == (2, 2)
    child = dataclasses.replace(
        foreigner("luca", R.CHILD), birth_date=TODAY, residence=None, sex=Sex.MALE, previous_address=""
    )
    born = events(country).enter_foreign_birth(clerk(country), note(K.BIRTH_OF_FOREIGN_CHILD), child, held.household)
    status = record(country, born.residents[0]).details.residence
    assert status is not None
    assert status.stay_until == TODAY + timedelta(days=60)


def test_somebody_registered_here_is_not_entered_a_second_time(light: Country) -> None:
    events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH))
    with pytest.raises(ResidentStillHere):
        events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH))
    two_heads = [foreigner("ana"), foreigner("eva")]
    with pytest.raises(HouseholdInconsistent):
        events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), two_heads, Place(NORTH))
    visitor = foreigner("ana", residence=residence(status="短期滞在"))
    with pytest.raises(NotRegistrable):
        events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [visitor], Place(NORTH))


@pytest.mark.requirement("R-058")
def test_who_moves_abroad_comes_back_with_the_number_they_had(country: Country) -> None:
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [japanese()], Place(NORTH))
        .residents
    )
    number(country, resident)
    had = record(country, resident).number
    left = events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [resident], "アメリカ合衆国")
    assert "失効" in left.notices[0]
    assert in_registers(country) == (0, 0)
    view = events(country).supplement_of(clerk(country), resident)
    assert [(one.address, one.overseas) for one in view.addresses] == [(NORTH, False), ("国外 アメリカ合衆国", True)]
    (back,) = (
        events(country)
        .enter_returning(
            clerk(country), note(K.RETURN_FROM_ABROAD), [japanese(previous_address="アメリカ合衆国")], Place(ADDRESS)
        )
        .residents
    )
    assert back != resident
    assert record(country, back).number == had
    assert in_registers(country) == (1, 1)
    with pytest.raises(EnteredAgainSince):
        events(country).cancel_event(mayor(country), note(K.CANCELLATION), left.event)


@pytest.mark.requirement("R-058")
def test_the_home_registry_elsewhere_keeps_code_and_number_of_an_overseas_mover(country: Country) -> None:
    country.clock.set(country.clock.now() + (date(2024, 6, 3) - TODAY))
    day = date(2024, 6, 3)
    shibuya = japanese(registered_domicile="東京都渋谷区宇田川町1")
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD, day, day), [shibuya], Place(NORTH))
        .residents
    )
    number(country, resident)
    left = events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD, day, day), [resident], "カナダ")
    assert "使えます" in left.notices[0]
    country.pump()
    had = record(country, resident).number
    (back,) = (
        events(country, SHIBUYA)
        .enter_returning(
            clerk(country, SHIBUYA), note(K.RETURN_FROM_ABROAD, day, day), [shibuya], Place(SHIBUYA_ADDRESS)
        )
        .residents
    )
    assert office(country, SHIBUYA).resident(clerk(country, SHIBUYA), back).number == had
    country.pump()
    assert country.apps["national-register"].operations.counts()["in_register"] == 1


@pytest.mark.requirement("R-048")
def test_with_the_card_one_visit_at_the_new_place_suffices(country: Country) -> None:
    people = settle(country)
    reference = move_out(country, people, special=True, planned_on=date(2019, 11, 20))
    form = move_in(country, reference, people[0])
    with pytest.raises(EvidenceMissing):
        events(country, SHIBUYA).enter_special(clerk(country, SHIBUYA), note(K.MOVE_IN_SPECIAL, documents=()), form)
    entered = events(country, SHIBUYA).enter_special(clerk(country, SHIBUYA), note(K.MOVE_IN_SPECIAL), form)
    country.pump()
    assert len(entered.residents) == 3
    assert all(record(country, one).state is RecordState.REMOVED for one in people)


@pytest.mark.requirement("R-044")
def test_nationality_status_and_alias_travel_with_the_moving_out_certificate(country: Country) -> None:
    people = [foreigner(alias="山田　マリア")]
    (resident,) = (
        events(country).enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), people, Place(NORTH)).residents
    )
    number(country, resident)
    reference = move_out(country, [resident], planned_on=TODAY)
    (moved,) = office(country, SHIBUYA).register_move_in(
        clerk(country, SHIBUYA), move_in(country, reference, resident, moved_in_on=TODAY)
    )
    held = office(country, SHIBUYA).resident(clerk(country, SHIBUYA), moved)
    assert (held.nationality, held.details.residence, held.details.alias) == ("BR", residence(), "山田　マリア")
    found = office(country, SHIBUYA).search_residents(clerk(country, SHIBUYA), ResidentQuery(name="山田")).shown
    assert [one.resident for one in found] == [moved]


def test_the_head_who_moves_away_alone_leaves_a_household_with_a_new_head(country: Country) -> None:
    husband, wife, child = settle(country)
    reference = move_out(country, [husband])
    office(country, SHIBUYA).register_move_in(clerk(country, SHIBUYA), move_in(country, reference, husband))
    country.pump()
    assert record(country, husband).state is RecordState.REMOVED
    assert positions(country, wife, child) == ["02", "20"]


def test_an_announced_move_is_cancelled_or_confirmed_but_not_both(country: Country) -> None:
    people = settle(country)
    reference = move_out(country, people)
    with pytest.raises(AlreadyMoving):
        events(country).move_within(clerk(country), note(K.MOVE_WITHIN), people, Place(NORTH))
    events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), reference)
    assert {record(country, one).state for one in people} == {RecordState.CURRENT}
    with pytest.raises(NoMoveAnnounced):
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), reference)
    again = move_out(country, people, request_id="m2")
    events(country).confirm_move_out(mayor(country), note(K.EX_OFFICIO_REMOVAL), again)
    assert {record(country, one).state for one in people} == {RecordState.REMOVED}
    with pytest.raises(NoMoveAnnounced):
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), again)
    assert in_registers(country) == (0, 0)


def test_a_certificate_on_paper_enters_people_and_tells_the_place_they_left(country: Country) -> None:
    husband, wife, child = settle(country)
    reference = move_out(country, [child])
    held = record(country, child)
    person = japanese(
        name=held.name,
        birth_date=held.birth_date,
        sex=held.sex,
        registered_domicile=held.registered_domicile,
        code=held.code,
        number=held.number,
    )
    told = note(K.MOVE_IN_ON_PAPER)
    with pytest.raises(EmptyForm):
        events(country, SHIBUYA).enter_on_paper(
            clerk(country, SHIBUYA),
            told,
            [dataclasses.replace(person, number=None)],
            Place(SHIBUYA_ADDRESS),
            from_municipality="452025",
            move_reference=reference,
        )
    (moved,) = (
        events(country, SHIBUYA)
        .enter_on_paper(
            clerk(country, SHIBUYA),
            told,
            [person],
            Place(SHIBUYA_ADDRESS),
            from_municipality="452025",
            move_reference=reference,
        )
        .residents
    )
    country.pump()
    assert office(country, SHIBUYA).resident(clerk(country, SHIBUYA), moved).number == held.number
    assert record(country, child).state is RecordState.REMOVED
    assert positions(country, husband, wife) == ["02", "12"]


@pytest.mark.requirement("R-062")
def test_a_doubtful_paper_opens_a_task_and_the_alias_waits_for_the_issuer(country: Country) -> None:
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH))
        .residents
    )
    bill = AliasProof("領収書", ProofOrigin.UTILITY, "九州電力", "山田　マリア", date(2019, 10, 1))
    badge = AliasProof(
        "社員証", ProofOrigin.EMPLOYER, "有限会社甲", "山田　マリア", date(2019, 10, 1), IssuerCheck.NEEDED
    )
    claim = AliasClaim("山田　マリア", "ヤマダ　マリア", "work", (bill, badge), use_asked_orally=True)
    for _ in range(2):
        with pytest.raises(AliasNotProved):
            events(country).enter_alias(clerk(country), note(K.ALIAS_ENTRY), resident, claim)
    (task,) = events(country).open_tasks(clerk(country))
    assert (task.kind, task.resident, task.text) == ("ask-issuer", resident, "有限会社甲: 社員証")
    events(country).finish_task(clerk(country), task.task, "confirmed by telephone")
    assert events(country).open_tasks(clerk(country)) == []
    confirmed = dataclasses.replace(claim, proofs=(bill, dataclasses.replace(badge, check=IssuerCheck.CONFIRMED)))
    events(country).enter_alias(clerk(country), note(K.ALIAS_ENTRY), resident, confirmed)
    assert record(country, resident).details.alias == "山田　マリア"
    with pytest.raises(AliasHeldAlready):
        events(country).enter_alias(clerk(country), note(K.ALIAS_ENTRY), resident, confirmed)
    events(country).remove_alias(clerk(country), note(K.ALIAS_REMOVAL), resident)
    assert record(country, resident).details.alias == ""
    kinds = [line.fact.kind for line in events(country).record_history(clerk(country), resident)]
    assert kinds == ["alias-removal", "alias-entry", "move-in-from-abroad"]


def test_naturalisation_and_loss_of_nationality_keep_number_and_change_the_items(country: Country) -> None:
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH))
        .residents
    )
    number(country, resident)
    had = record(country, resident).number
    events(country).enter_naturalisation(
        clerk(country),
        note(K.NATURALISATION),
        resident,
        name=PersonName("森", "真理"),
        family_register=FamilyRegisterEntry("宮崎県都城市姫城町6", "森　真理"),
    )
    held = record(country, resident)
    assert (held.nationality, held.details.residence, held.registered_domicile) == ("JP", None, "宮崎県都城市姫城町6")
    assert held.number == had
    events(country).enter_loss_of_nationality(
        clerk(country), note(K.LOSS_OF_NATIONALITY), resident, nationality="CA", name=PersonName("MORI", "MARI")
    )
    held = record(country, resident)
    assert (held.nationality, held.registered_domicile, held.number) == ("CA", "", had)
    assert held.details.residence is not None
    assert held.details.residence.stay_until == TODAY + timedelta(days=60)
    assert events(country).supplement_of(clerk(country), resident).closed_on == TODAY


@pytest.mark.requirement("R-059")
def test_an_unregistered_birth_is_entered_by_the_mayor_only(light: Country) -> None:
    found = UnregisteredBirthFindings(
        registration_not_reached=True,
        court_procedure="declaratory-judgment-111",
        presumed_child_basis="father's acknowledgement",
        birth_certificate_seen=True,
        parent_family_register_seen=True,
        interviewed_on=TODAY,
        field_inquiry_needed=False,
    )
    person = japanese(registered_domicile="", head_of_family_register="")
    values = (note(K.UNREGISTERED_BIRTH), person, Place(NORTH))
    with pytest.raises(ActionNotPermitted):
        events(light).enter_unregistered_birth(clerk(light), *values, findings=found)
    entered = events(light).enter_unregistered_birth(mayor(light), *values, findings=found)
    (line,) = events(light).record_history(clerk(light), entered.residents[0])
    assert line.event.reason is ChangeReason.EX_OFFICIO_ENTRY


def test_a_correction_holds_from_its_day_and_the_error_stays_readable(country: Country) -> None:
    husband, *_ = settle(country)
    wrong, first = record(country, husband).birth_date, record(country, husband).resident_since
    known = country.clock.now()
    country.clock.advance(timedelta(hours=1))
    events(country).correct(
        mayor(country), note(K.CORRECTION, first), {husband: {"birth_date": date(1985, 2, 4).isoformat()}}
    )
    assert record(country, husband).birth_date == date(1985, 2, 4)
    then = events(country).record_as_of(clerk(country), husband, first, known)
    now = events(country).record_as_of(clerk(country), husband, first)
    assert then is not None
    assert now is not None
    assert (then.record.birth_date, now.record.birth_date) == (wrong, date(1985, 2, 4))
    with pytest.raises(EmptyForm):
        events(country).correct(mayor(country), note(K.CORRECTION, note=" "), {husband: {"sex": 2}})
    with pytest.raises(EmptyForm):
        events(country).correct(mayor(country), note(K.CORRECTION), {husband: {"household": "x"}})
    with pytest.raises(ActionNotPermitted):
        events(country).correct(clerk(country), note(K.CORRECTION), {husband: {"sex": 2}})


def test_a_minor_correction_changes_the_writing_only(country: Country) -> None:
    husband, wife, child = settle(country)
    full = "宮崎県都城市姫城町６−２１"
    everybody = {one: {"address": full} for one in (husband, wife, child)}
    entered = events(country).correct_writing(mayor(country), note(K.MINOR_CORRECTION), everybody)
    assert record(country, husband).address == full
    lines = events(country).record_history(clerk(country), husband)
    assert lines[0].event.reason is ChangeReason.MINOR_CORRECTION
    assert lines[0].fact.event == entered.event
    with pytest.raises(NotMinor) as refusal:
        events(country).correct_writing(mayor(country), note(K.MINOR_CORRECTION), {wife: {"family": "山本"}})
    assert refusal.value.fields["items"] == "name"


def test_events_of_a_household_are_entered_in_the_order_they_happened(light: Country) -> None:
    husband, wife, _ = settle(light)
    events(light).change_head(clerk(light), note(K.HEAD_CHANGE, date(2019, 11, 25)), wife)
    with pytest.raises(LaterEventExists) as refusal:
        events(light).move_within(clerk(light), note(K.MOVE_WITHIN, date(2019, 11, 24)), [husband], Place(NORTH))
    assert refusal.value.fields["effective_on"] == "2019-11-25"
    with pytest.raises(DateImpossible):
        events(light).change_head(clerk(light), note(K.HEAD_CHANGE, TODAY + timedelta(days=1)), husband)


def test_a_move_notified_on_its_last_day_is_in_time_and_on_the_next_it_is_late(light: Country) -> None:
    people = settle(light)
    late = note(K.MOVE_WITHIN, date(2019, 11, 15))
    with pytest.raises(LateReasonMissing):
        events(light).move_within(clerk(light), late, people, Place(NORTH))
    # The fourteenth day is Saturday 30 November, on which the office is closed.
    in_time = note(K.MOVE_WITHIN, date(2019, 11, 16))
    assert events(light).move_within(clerk(light), in_time, people, Place(NORTH)).notices == ()
    assert record(light, people[0]).address == NORTH
