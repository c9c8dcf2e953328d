"""What our own records say for a claim, and what a decision writes into them (番号法9条2項; R-247 to R-250)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date

from mizuhiki.casework.domain import Case, Person, Role
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.pension_service.domain import exemptions, students
from mizuhiki.institutions.agency.pension_service.domain.errors import PensionHeldAlready
from mizuhiki.institutions.agency.pension_service.domain.months import read_months, written
from mizuhiki.institutions.agency.pension_service.domain.notices import RELIEF_WORDS
from mizuhiki.institutions.agency.pension_service.domain.pensions import (
    Pension,
    PensionKind,
    Stop,
    first_payable,
    new_pension_number,
)
from mizuhiki.institutions.agency.pension_service.domain.premiums import (
    PremiumMonth,
    Relief,
    first_category_months,
    tally,
)
from mizuhiki.institutions.agency.pension_service.domain.procedures import CLAIMS, EXEMPTION, INCOME_STATUS, RELIEF
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar


def facts(records: Records, case: Case) -> Mapping[str, Scalar]:
    """Return what the file says of the people of a claim, as far as its rule looks at it."""
    reference = case.applicant.person
    people = records.people.persons([one.person for one in case.subjects])
    birth = people[reference].four_items.birth_date
    known: dict[str, Scalar] = {"birth": birth.isoformat()}
    if case.procedure in RELIEF:
        return {**known, "unpaid_months": written(_unpaid(records, case, birth))}
    pensions = records.pensions.pensions(reference)
    standing = [one for one in pensions if one.stands(case.received_on)]
    known |= _family(case, people)
    if case.procedure in CLAIMS:
        found = tally(
            birth,
            records.insured(reference).periods,
            records.pensions.premiums(reference),
            records.pensions.pay(reference),
            case.received_on,
        )
        held = ",".join(one.kind.value for one in standing if one.ended_on is None or case.received_on < one.ended_on)
        return {**known, **found.facts(), "sex": int(people[reference].four_items.sex), "pensions_held": held}
    if case.procedure == INCOME_STATUS.code:
        limited = next((one.pension for one in standing if one.income_limited), "")
        return {**known, "income_limited_pension": limited}
    named = next((one for one in standing if one.pension == case.stated["pension"]), None)
    if named is None:
        return {**known, "pension_kind": "", "addition_yen": 0}
    return {**known, "pension_kind": named.kind.value, "addition_yen": named.addition_yen}


def _family(case: Case, people: Mapping[str, Person]) -> dict[str, Scalar]:
    births = {
        role: [people[one.person].four_items.birth_date.isoformat() for one in case.subjects if one.role is role]
        for role in (Role.CHILD, Role.SPOUSE)
    }
    return {"births": ",".join(births[Role.CHILD]), "spouse_birth": ",".join(births[Role.SPOUSE])}


def _unpaid(records: Records, case: Case, birth: date) -> list[date]:
    """Return the months of the claimed year that are of category 1 and neither paid nor relieved in full."""
    year = int(case.stated["year"] or 0)
    ask = exemptions.year_of_relief if case.procedure == EXEMPTION.code else students.student_year
    first, last = ask(year)
    reference = case.applicant.person
    settled = {
        one.month
        for one in records.pensions.premiums(reference)
        if one.paid_on is not None or one.relief is Relief.FULL
    }
    months = first_category_months(birth, records.insured(reference).periods, first, last)
    return [month for month in months if month not in settled]


class Settle:
    """Writes a decided case into premiums and pensions, in the deciding transaction."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def __call__(self, context: Context, records: Records, case: Case) -> None:
        """Enter what was granted; a refusal enters nothing.

        Raises:
            PensionHeldAlready: another case awarded the same pension meanwhile; nothing is decided.
        """
        if case.proposal is None or not case.proposal.granted:
            return
        terms = case.proposal.terms
        if case.procedure in RELIEF:
            self._relieve(records, case.applicant.person, terms)
        elif case.procedure in CLAIMS:
            records.pensions.insert_pension(self._pension(context, records, case, terms))
        else:
            self._change(records, terms)
        records.touched(case.applicant.person)

    def _relieve(self, records: Records, reference: str, terms: Mapping[str, Scalar]) -> None:
        """Enter the relief of months that were not paid meanwhile."""
        paid = {one.month for one in records.pensions.premiums(reference) if one.paid_on is not None}
        records.pensions.put_premiums(
            [
                PremiumMonth(reference, month, relief)
                for relief in RELIEF_WORDS
                for month in read_months(terms.get(relief.value))
                if month not in paid
            ]
        )

    def _pension(self, context: Context, records: Records, case: Case, terms: Mapping[str, Scalar]) -> Pension:
        number = new_pension_number(self._randomness.below)
        while records.pensions.number_taken(number):
            number = new_pension_number(self._randomness.below)
        kind = PensionKind(str(terms["kind"]))
        entitled_on = date.fromisoformat(str(terms["entitled_on"]))
        held = records.pensions.pensions(case.applicant.person)
        if any(one.kind is kind and (one.ended_on is None or entitled_on < one.ended_on) for one in held):
            raise PensionHeldAlready
        pension = Pension(
            pension=number,
            reference=case.applicant.person,
            kind=kind,
            case_token=case.case,
            grade=str(terms.get("grade") or ""),
            entitled_on=entitled_on,
            first_month=first_payable(entitled_on, case.received_on),
            annual_yen=int(terms["annual_yen"] or 0),
            addition_yen=int(terms["addition_yen"] or 0),
            revised_on=context.today(),
            income_limited=kind is PensionKind.DISABILITY_BASIC,
            confirmed_on=case.received_on,
            ended_on=_day(terms.get("ended_on")),
        )
        return _stopped(pension, terms)

    def _change(self, records: Records, terms: Mapping[str, Scalar]) -> None:
        """Enter a confirmation, an end, a stop or a changed addition."""
        pension = records.pensions.pension(str(terms["pension"]))
        if "ended_on" in terms:
            pension = dataclasses.replace(pension, ended_on=_day(terms["ended_on"]))
        pension = _stopped(pension, terms)
        if "confirmed_on" in terms:
            pension = pension.confirmed(date.fromisoformat(str(terms["confirmed_on"])))
        if "addition_yen" in terms:
            pension = dataclasses.replace(pension, addition_yen=int(terms["addition_yen"] or 0))
        records.pensions.update_pension(pension)


def _stopped(pension: Pension, terms: Mapping[str, Scalar]) -> Pension:
    """Return a pension with the stop that was decided; that nothing is stopped in a term is decided as well."""
    since = _day(terms.get("stopped_from"))
    if since is None:
        return pension
    return pension.stopped(Stop(str(terms.get("stopped") or "")), since, _day(terms.get("stopped_until")))


def _day(value: Scalar) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
