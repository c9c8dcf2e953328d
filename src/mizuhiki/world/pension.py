"""Enrols invented residents in the pension system, as people do: they show their notice and say who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from mizuhiki.institutions.agency.pension_service.domain import EnrolmentForm
from mizuhiki.vocabulary.dates import birthday_in, legal_age_on
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.errors import FoundingRefused
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.settled import Settled

FIRST_AGE, LAST_AGE = 20, 59
REMUNERATION_YEN = 300_000
EMPLOYER = "株式会社みずひき製作所(架空)"


def enrol_residents(nation: Nation, settled: Sequence[Settled], day: date) -> int:
    """Enrol everybody from 20 on; heads of households as employees, others as self-employed.

    Whoever is 60 was insured until then, heads as employees with pay and others as spouses of employees, so that
    claims for pensions can be tried.
    """
    pension = institution_id(InstitutionKind.PENSION_SERVICE)
    context = nation.context(pension, "counter-clerk", "national-pension", "国民年金法12条", "enrol insured persons")
    operations = nation.operations(pension)
    adults = [
        (one, position)
        for one in settled
        for position, member in enumerate(one.household.members)
        if legal_age_on(member.birth_date, day) >= FIRST_AGE
    ]
    outcomes = operations.enrol_many(context, [_form(nation, one, position, day) for one, position in adults])
    refused = sorted({outcome.refusal for outcome in outcomes} - {""})
    if refused:
        raise FoundingRefused(f"the pension service refused an enrolment: {', '.join(refused)}")
    for (one, position), outcome in zip(adults, outcomes, strict=True):
        born = one.household.members[position].birth_date
        if legal_age_on(born, day) > LAST_AGE:
            sixty = birthday_in(born, born.year + LAST_AGE + 1)
            operations.end_enrolment(context, outcome.reference, sixty - timedelta(days=2))
            if position == 0:
                first = birthday_in(born, born.year + FIRST_AGE)
                operations.record_pay(context, outcome.reference, first, REMUNERATION_YEN)
    return len(adults)


def _form(nation: Nation, settled: Settled, position: int, day: date) -> EnrolmentForm:
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
        category=2 if employed else 1 if legal_age_on(member.birth_date, day) <= LAST_AGE else 3,
        scheme="employees-pension" if employed else "national-pension",
        employer=EMPLOYER if employed else "",
        insured_from=birthday_in(member.birth_date, member.birth_date.year + FIRST_AGE),
    )
