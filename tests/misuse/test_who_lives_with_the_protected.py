"""An office that asks right after somebody came to live with a protected person learns nothing (R-076, R-217).

Between the operation and the question no timed work runs anywhere; what was told before is no longer answered.
"""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import Application, PersonForm, Role
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeaveForm, Kin
from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.institutions.agency.student_services.domain.aid import Aid, AidForm, Living, School
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.world.local import LocalStage
from support.claims import city_of, person_on_claim, tax_of
from support.events import note

PARENT, SPOUSE = "parent", "mother"
DAY = date(2019, 12, 2)
ELSEWHERE_CODE = "131032"
ELSEWHERE = institution_id(InstitutionKind.MUNICIPALITY, ELSEWHERE_CODE)
HELLO_WORK = institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)


def acting(stage: LocalStage, city: InstitutionId, role: str) -> Context:
    return stage.context(city, role, "resident-register", "住民基本台帳法", "a test", person=role)


def protected(stage: LocalStage, city: InstitutionId) -> str:
    """Somebody who lives alone in a city, under a measure."""
    member = MemberEntry(PersonName("川辺", "栞"), date(1988, 3, 4), Sex.FEMALE, Relationship.HEAD)
    entry = HouseholdEntry("single", "架空の町1番地", date(2015, 1, 1), "宮崎県都城市", (member,))
    [her] = stage.operations(city).import_existing_residents(acting(stage, city, "registrar"), [entry])
    stage.operations(city).start_measure(acting(stage, city, "support-officer"), her, "violence")
    stage.pump()
    return str(her)


def household(stage: LocalStage) -> str:
    city = city_of(stage, PARENT)
    found = stage.operations(city).household_of(
        acting(stage, city, "counter-clerk"), stage.roster.person(PARENT).resident
    )
    return str(found)


def asked(stage: LocalStage) -> Context:
    return stage.context(
        HELLO_WORK, "clerk", "employment-insurance", "番号法9条1項, 19条8号", "a claim", person="clerk"
    )


def claimed(stage: LocalStage) -> str:
    """A claim of the couple, about whom the office has not asked yet."""
    form = CareLeaveForm(
        kin=Kin.SPOUSE,
        leave_from=date(2019, 10, 1),
        leave_until=date(2019, 10, 30),
        six_months_wage_yen=1_800_000,
        months_worked=24,
    )
    application = Application(
        request_id="care-leave-1",
        procedure=CARE_LEAVE_CODE,
        received_on=DAY,
        people=(person_on_claim(stage, PARENT, Role.APPLICANT), person_on_claim(stage, SPOUSE, Role.HOUSEHOLD)),
        stated=form.stated(),
    )
    case: str = stage.operations(HELLO_WORK).claims.receive(asked(stage), application)
    stage.pump()
    return case


def answers(stage: LocalStage, case: str) -> list[tuple[str, dict[str, object]]]:
    found = stage.operations(HELLO_WORK).claims.gather(asked(stage), case)
    return [(one.outcome, dict(one.items)) for one in found]


@pytest.mark.requirement("R-076", "R-217")
def test_nothing_is_told_of_a_family_to_whom_a_protected_person_has_just_moved(stage: LocalStage) -> None:
    city = city_of(stage, PARENT)
    her, case = protected(stage, city), claimed(stage)
    place = Place(household=household(stage), positions={her: Relationship.RELATIVE})
    today = stage.clock.today()
    stage.operations(city).events.move_within(
        acting(stage, city, "counter-clerk"), note(EventKind.MOVE_WITHIN, today, today), [her], place
    )
    assert answers(stage, case) == [("no-data", {})] * 2


@pytest.mark.requirement("R-076", "R-217")
def test_nothing_is_told_of_a_family_whose_new_member_brought_a_measure_along(stage: LocalStage) -> None:
    city, today = city_of(stage, PARENT), stage.clock.today()
    her, case = protected(stage, ELSEWHERE), claimed(stage)
    there = stage.operations(ELSEWHERE)
    moving = MoveOutForm("out-1", (her,), today, "架空の町2番地", today, "self")
    reference = there.register_move_out(acting(stage, ELSEWHERE, "counter-clerk"), moving)
    there.approve_transfer(acting(stage, ELSEWHERE, "support-officer"), reference, str(city)[-6:])
    with there.adapters.store.transaction() as records:
        code = records.register.resident(her).code.reveal()
    form = MoveInForm(
        "in-1", ELSEWHERE_CODE, reference, code, "", today, today, household(stage), "self", (Relationship.RELATIVE,)
    )
    stage.operations(city).register_move_in(acting(stage, city, "counter-clerk"), form)
    assert answers(stage, case) == [("no-data", {})] * 2


@pytest.mark.requirement("R-217")
def test_a_family_to_whom_somebody_else_has_just_moved_is_told_of_as_before(stage: LocalStage) -> None:
    """What the two tests above see is the measure, not the move."""
    city, today = city_of(stage, PARENT), stage.clock.today()
    member = MemberEntry(PersonName("川辺", "遥"), date(1988, 3, 4), Sex.FEMALE, Relationship.HEAD)
    entry = HouseholdEntry("single", "架空の町1番地", date(2015, 1, 1), "宮崎県都城市", (member,))
    [other] = stage.operations(city).import_existing_residents(acting(stage, city, "registrar"), [entry])
    stage.pump()
    case = claimed(stage)
    place = Place(household=household(stage), positions={other: Relationship.RELATIVE})
    stage.operations(city).events.move_within(
        acting(stage, city, "counter-clerk"), note(EventKind.MOVE_WITHIN, today, today), [other], place
    )
    assert [outcome for outcome, _ in answers(stage, case)] == ["provided"] * 2


JASSO = institution_id(InstitutionKind.STUDENT_SERVICES)
STUDENT = "131032-1"


def tax_answers(stage: LocalStage, people: tuple[PersonForm, ...], request_id: str) -> list[str]:
    """What an office that asks about the tax of both parents is told."""
    asking = stage.context(JASSO, "case-clerk", "student-aid", "日本学生支援機構法", "student aid", person="clerk")
    form = AidForm(
        aid=Aid.GRANT,
        school_name="みずひき大学（架空）",
        school=School.PRIVATE,
        living=Living.AWAY,
        entered_on=date(2019, 4, 1),
        graduates_on=date(2023, 3, 31),
        school_attests=True,
    )
    case = stage.operations(JASSO).apply_for_aid(asking, request_id, DAY, people, form)
    stage.pump()
    return [one.outcome for one in stage.operations(JASSO).gather(asking, case)]


@pytest.mark.requirement("R-076", "R-217")
def test_tax_of_who_lives_with_a_protected_person_is_not_told_until_they_part(stage: LocalStage) -> None:
    """The tax of a family says where it lives, whichever of them is asked about."""
    city, today = city_of(stage, PARENT), stage.clock.today()
    for key in (PARENT, SPOUSE):
        tax_of(stage, key, income_yen=0)
    # As they stand on the claim: nobody looks them up at the counter any more.
    people = (
        person_on_claim(stage, STUDENT, Role.APPLICANT),
        *(person_on_claim(stage, key, Role.PARENT) for key in (PARENT, SPOUSE)),
    )
    lives_with = household(stage)
    assert tax_answers(stage, people, "before") == ["provided"] * 2
    her = protected(stage, city)
    assert tax_answers(stage, people, "elsewhere") == ["provided"] * 2
    events = stage.operations(city).events
    clerk = acting(stage, city, "counter-clerk")
    place = Place(household=lives_with, positions={her: Relationship.RELATIVE})
    events.move_within(clerk, note(EventKind.MOVE_WITHIN, today, today), [her], place)
    stage.pump()
    assert tax_answers(stage, people, "together") == ["no-data"] * 2
    # Their own measure comes and goes; hers stands.
    officer = acting(stage, city, "support-officer")
    own = stage.operations(city).start_measure(officer, stage.roster.person(PARENT).resident, "violence")
    stage.operations(city).end_measure(officer, own)
    stage.pump()
    assert tax_answers(stage, people, "own-ended") == ["no-data"] * 2
    moved = note(EventKind.DEATH, today, today)
    events.enter_death(clerk, moved, her)
    stage.operations(city).publish_resident_copies(acting(stage, city, "linkage-officer"))
    stage.pump()
    assert tax_answers(stage, people, "parted") == ["provided"] * 2
