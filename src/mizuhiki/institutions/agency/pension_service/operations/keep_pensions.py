"""Pay and read pensions, and open the yearly look at incomes (国民年金法18条, 36条の3; R-249, R-250)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.casework.domain import Case, CaseStep, Role, Subject
from mizuhiki.casework.operations import actor_text
from mizuhiki.crypto.digests import framed
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.income_status import term_of
from mizuhiki.institutions.agency.pension_service.domain.pensions import Pension, PensionPayment, next_payment
from mizuhiki.institutions.agency.pension_service.domain.procedures import INCOME_STATUS
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.intake.adapters import STAFF_PAGE
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure

READ = "read-pensions"
PAY = "pay-pension"
CHECK = "open-income-checks"


@dataclass(frozen=True, slots=True)
class HeldPension:
    """A pension with its payments."""

    pension: Pension
    payments: Sequence[PensionPayment]


@dataclass(frozen=True, slots=True)
class PensionFile:
    """The pensions of a person."""

    insured: Insured
    pensions: Sequence[HeldPension]


def pension_file(context: Context, adapters: Adapters, reference: str) -> PensionFile:
    """Return the pensions of a person.

    Raises:
        UnknownEnrolment: there is no such record.
        Withheld: a support measure stands on it.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        pensions = records.pensions.pensions(reference)
        held = [HeldPension(one, records.pensions.payments(one.pension)) for one in pensions]
    adapters.gate.check(context, Disclosure(reference, STAFF_PAGE, context.actor.role, "pensions"))
    with adapters.store.transaction() as records:
        records.audit(grounds, "pensions-viewed", "done", subject=reference)
    return PensionFile(insured, held)


def pay_pension(context: Context, adapters: Adapters, pension: str) -> PensionPayment:
    """Order the payment of the next day of payment; a month is paid once only.

    Raises:
        UnknownPension: there is none.
        NoPensionDue: nothing is left until then, or nothing is payable.
    """
    grounds = adapters.permit(context, PAY)
    with adapters.store.transaction() as records:
        found = records.pensions.pension(pension)
        payment = next_payment(found, records.pensions.payments(pension), context.today())
        records.pensions.insert_payment(payment)
        records.touched(found.reference)
        records.audit(grounds, "pension-paid", "done", subject=pension)
    return payment


def open_income_checks(context: Context, adapters: Adapters) -> tuple[str, ...]:
    """Open a case for each pension from before 20 that was not looked at for the term of today; nobody need come.

    Raises:
        RuleNotCoded: no rule of ours holds today.
    """
    grounds = adapters.permit(context, CHECK)
    first, _ = term_of(context.today())
    opened: list[str] = []
    with adapters.store.transaction() as records:
        for pension in records.pensions.income_limited(context.today()):
            request_id = f"income-{first:%Y-%m}-{pension.pension}"
            if records.cases.request(request_id) is None:
                opened.append(_open(context, adapters, records, pension, request_id))
        records.audit(grounds, "claim-received", "done", count=len(opened))
    return tuple(opened)


def _open(context: Context, adapters: Adapters, records: Records, pension: Pension, request_id: str) -> str:
    person = records.people.person(pension.reference)
    case = Case(
        case=adapters.randomness.token(),
        procedure=INCOME_STATUS.code,
        received_on=context.today(),
        subjects=(Subject(Role.APPLICANT, person.person, person.municipality_code),),
        stated={"pension": pension.pension},
    )
    digest = adapters.store.keyed_digest(framed("income-check", request_id.encode()))
    records.cases.insert(case, request_id, digest, context.now())
    records.cases.add_step(case.case, CaseStep(context.now(), "received", actor_text(context)))
    return case.case
