"""Enrols invented residents in the pension system, as people do: they show their notice and say who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.pension_service.domain import EnrolmentForm
from mizuhiki.vocabulary.dates import birthday_in, legal_age_on
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.errors import FoundingRefused
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.settled import Settled

FIRST_AGE, LAST_AGE = 20, 59
EMPLOYER = "株式会社みずひき製作所(架空)"


def enrol_residents(nation: Nation, settled: Sequence[Settled], day: date) -> int:
    """Enrol everybody between 20 and 59; heads of households as employees, others as self-employed or spouses."""
    pension = institution_id(InstitutionKind.PENSION_SERVICE)
    context = nation.context(pension, "counter-clerk", "national-pension", "国民年金法12条", "enrol insured persons")
    forms = [
        form
        for one in settled
        for position, member in enumerate(one.household.members)
        if FIRST_AGE <= legal_age_on(member.birth_date, day) <= LAST_AGE
        for form in [_form(nation, one, position)]
    ]
    refused = sorted({outcome.refusal for outcome in nation.operations(pension).enrol_many(context, forms)} - {""})
    if refused:
        raise FoundingRefused(f"the pension service refused an enrolment: {', '.join(refused)}")
    return len(forms)


def _form(nation: Nation, settled: Settled, position: int) -> EnrolmentForm:
    member = settled.household.members[position]
    city = institution_id(InstitutionKind.MUNICIPALITY, settled.household.municipality_code)
    mayor = nation.context(city, "mayor", "number-assignment", "番号法7条", "notify the number")
    notice = nation.operations(city).notify_number(mayor, settled.residents[position])
    employed = position == 0
    return EnrolmentForm(
        request_id=f"enrol-{settled.residents[position]}",
        number_text=notice.number.reveal(),
        name=member.name.full,
        name_kana=member.name.full_kana,
        birth_date=member.birth_date,
        sex=member.sex,
        address=notice.address,
        category=2 if employed else 1,
        scheme="employees-pension" if employed else "national-pension",
        employer=EMPLOYER if employed else "",
        insured_from=birthday_in(member.birth_date, member.birth_date.year + FIRST_AGE),
    )
