"""People of the demo nation as they stand on a claim: their notice shows number and address, their record the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

from mizuhiki.casework.domain import Application, IdentityCheck, NumberProof, PersonForm, PersonProof, Role
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeaveForm, Kin
from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.world.local import LocalStage

CARD = IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=True)
ANSWERED_FOR = IdentityCheck(NumberProof.NOTIFICATION_CARD, None, compared=True)
"""The applicant shows the number of a member of the family and answers for them."""


def city_of(stage: LocalStage, key: str) -> InstitutionId:
    """The municipality where a person of the roster lives."""
    return institution_id(InstitutionKind.MUNICIPALITY, stage.roster.person(key).municipality)


def person_on_claim(stage: LocalStage, key: str, role: Role, **changes: Any) -> PersonForm:
    """A person of the roster as written on a claim."""
    return resident_on_claim(stage, city_of(stage, key), stage.roster.person(key).resident, role, **changes)


def relatives(stage: LocalStage, key: str, *positions: Relationship) -> list[str]:
    """Residents of the household of a person of the roster who stand in one of the positions."""
    city = city_of(stage, key)
    operations = stage.operations(city)
    clerk = stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法", "look")
    household = operations.household_of(clerk, stage.roster.person(key).resident)
    summaries = [one.summary for one in operations.household_view(clerk, household).members]
    return [one.resident for one in summaries if one.relationship in positions]


def resident_on_claim(stage: LocalStage, city: InstitutionId, resident: str, role: Role, **changes: Any) -> PersonForm:
    """A resident of a municipality as written on a claim."""
    operations = stage.operations(city)
    mayor = stage.context(city, "mayor", "number-assignment", "番号法7条", "notify the number")
    notice = operations.notify_number(mayor, resident)
    clerk = stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法", "look")
    record = operations.resident(clerk, resident)
    values: dict[str, Any] = {
        "role": role,
        "number_text": notice.number.reveal(),
        "name": record.name.full,
        "name_kana": record.name.full_kana,
        "birth_date": record.birth_date,
        "sex": record.sex,
        "address": notice.address,
        "identity": CARD if role is Role.APPLICANT else ANSWERED_FOR,
    }
    return PersonForm(**{**values, **changes})


def care_leave_claim(stage: LocalStage) -> Application:
    """A claim of the parent of the story's family for a month's leave to care for the mother."""
    form = CareLeaveForm(
        kin=Kin.SPOUSE,
        leave_from=date(2019, 10, 1),
        leave_until=date(2019, 10, 30),
        six_months_wage_yen=1_800_000,
        months_worked=24,
    )
    return Application(
        request_id="care-leave-1",
        procedure=CARE_LEAVE_CODE,
        received_on=date(2019, 12, 2),
        people=(person_on_claim(stage, "parent", Role.APPLICANT), person_on_claim(stage, "mother", Role.HOUSEHOLD)),
        stated=form.stated(),
    )


def tax_of(stage: LocalStage, key: str, *, income_yen: int) -> None:
    """Let the municipality of a person hold and publish what they earned last year."""
    city, person = city_of(stage, key), stage.roster.person(key)
    officer = stage.context(city, "tax-officer", "local-tax", "地方税法", "assess municipal tax")
    year = fiscal_year(officer.today())
    record = TaxRecord(person.resident, year, income_yen, 330_000, 0, officer.today().replace(year, 1, 1))
    stage.operations(city).register_tax_record(officer, [record])
    stage.operations(city).publish_local_copies(officer)
    stage.pump()


def residents_told(stage: LocalStage, city: InstitutionId) -> int:
    """Let a municipality send the resident records that changed, as its timed work does every minute."""
    officer = stage.context(city, "linkage-officer", "resident-register", "番号法22条", "publish resident records")
    told: int = stage.operations(city).publish_resident_copies(officer)
    stage.pump()
    return told
