"""Acquisition and loss of qualification, and the recognition of dependants (健康保険法3条, 35条, 36条, 39条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.health_insurer.domain.errors import InsuredAlready, NotInsuredHere
from mizuhiki.institutions.agency.health_insurer.domain.members import BRANCH_DIGITS, Qualification, Role
from mizuhiki.institutions.agency.health_insurer.domain.rules import (
    DependantFacts,
    require_dependant,
    standard_remuneration,
)
from mizuhiki.institutions.agency.health_insurer.operations.adapters import Adapters
from mizuhiki.institutions.agency.health_insurer.ports import Records
from mizuhiki.runtime.context import Context

ACQUIRE = "acquire-qualification"
RECOGNISE = "recognise-dependant"
LOSE = "lose-qualification"
NUMBERS = 1_000_000
OWN_BRANCH = "00"
MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An employer's report of acquisition (被保険者資格取得届)."""

    reference: str
    symbol: str
    employer: str
    monthly_yen: int
    insured_from: date


def acquire_qualification(context: Context, adapters: Adapters, report: Report) -> Qualification:
    """Insure a person and give symbol and number.

    Raises:
        UnknownPersonRecord, InsuredAlready: there is nobody, or they are insured.
        QualificationImplausible, RuleNotInForce: see the domain.
    """
    return acquire_many(context, adapters, [report])[0]


def acquire_many(context: Context, adapters: Adapters, reports: Sequence[Report]) -> list[Qualification]:
    """Insure several people of an employer; all or none.

    Raises:
        See `acquire_qualification`.
    """
    grounds = adapters.permit(context, ACQUIRE)
    done: list[Qualification] = []
    with adapters.store.transaction() as records:
        for report in reports:
            birth_date = records.person(report.reference).four_items.birth_date
            _require_uninsured(records, report.reference, report.insured_from)
            one = Qualification(
                reference=report.reference,
                role=Role.INSURED,
                insured=report.reference,
                symbol=report.symbol,
                number=_free_number(adapters, records, report.symbol),
                branch=OWN_BRANCH,
                employer=report.employer,
                standard_yen=standard_remuneration(report.monthly_yen, report.insured_from),
                insured_from=report.insured_from,
            )
            one.require_plausible(birth_date)
            records.insert_qualifications([one])
            records.touched(one.reference)
            done.append(one)
        records.audit(grounds, "qualification-acquired", "done", count=len(done))
    return done


def recognise_dependant(  # noqa: PLR0917 - who, of whom, on which facts, from when
    context: Context, adapters: Adapters, reference: str, insured: str, facts: DependantFacts, since: date
) -> Qualification:
    """Recognise a person as a dependant of an insured person.

    Raises:
        UnknownPersonRecord, NotInsuredHere: there is nobody, or the other person is not insured on that day.
        InsuredAlready: the dependant is insured.
        NotADependant, RuleNotInForce: see `domain.rules.require_dependant`.
    """
    grounds = adapters.permit(context, RECOGNISE)
    with adapters.store.transaction() as records:
        birth_date = records.person(reference).four_items.birth_date
        head = _open(records, insured, since)
        if head.role is not Role.INSURED:
            raise NotInsuredHere
        _require_uninsured(records, reference, since)
        require_dependant(facts, birth_date, head.standard_yen * MONTHS, since)
        used = [int(one.branch) for one in records.dependants(insured) if one.number == head.number]
        one = Qualification(
            reference=reference,
            role=Role.DEPENDANT,
            insured=insured,
            symbol=head.symbol,
            number=head.number,
            branch=f"{max(used, default=0) + 1:0{BRANCH_DIGITS}d}",
            employer="",
            standard_yen=head.standard_yen,
            insured_from=since,
            relationship=facts.kin.value,
        )
        one.require_plausible(birth_date)
        records.insert_qualifications([one])
        records.touched(reference)
        records.audit(grounds, "dependant-recognised", "done", subject=reference)
    return one


def lose_qualification(context: Context, adapters: Adapters, reference: str, lost_on: date) -> int:
    """End a person's insurance; dependants of an insured person lose theirs with it. Return how many ended.

    Raises:
        UnknownPersonRecord, NotInsuredHere: there is nobody, or they are not insured.
        QualificationImplausible: it would end before it began.
    """
    grounds = adapters.permit(context, LOSE)
    with adapters.store.transaction() as records:
        birth_date = records.person(reference).four_items.birth_date
        own = dataclasses.replace(_open(records, reference, None), lost_on=lost_on)
        own.require_plausible(birth_date)
        ending = [own]
        if own.role is Role.INSURED:
            ending += [
                dataclasses.replace(one, lost_on=max(lost_on, one.insured_from + DAY))
                for one in records.dependants(reference)
                if one.lost_on is None
            ]
        for one in ending:
            records.update_qualification(one)
            records.touched(one.reference)
        records.audit(grounds, "qualification-lost", "done", subject=reference, count=len(ending))
    return len(ending)


def _require_uninsured(records: Records, reference: str, day: date) -> None:
    if any(one.lost_on is None or day < one.lost_on for one in records.qualifications(reference)):
        raise InsuredAlready


def _open(records: Records, reference: str, day: date | None) -> Qualification:
    for one in records.qualifications(reference):
        if one.lost_on is None and (day is None or one.covers(day)):
            return one
    raise NotInsuredHere


def _free_number(adapters: Adapters, records: Records, symbol: str) -> str:
    while True:
        number = str(adapters.randomness.below(NUMBERS - 1) + 1)
        if not records.number_taken(symbol, number):
            return number
