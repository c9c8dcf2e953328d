"""Applications for certificates, their decision, renewal and return.

(身体障害者福祉法15条, 16条; 精神保健福祉法45条, 45条の2.)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import (
    Basis,
    Certificate,
    Kind,
    State,
    combined_grade,
    renewed_until,
    require_grade,
    require_opinion,
    require_renewable,
    valid_until,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import (
    ApplicationImplausible,
    CertificateHeld,
    DecidedByApplicationClerk,
    NoSuchCertificate,
)
from mizuhiki.institutions.agency.prefecture_welfare.operations.adapters import Adapters, who
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.runtime.context import Context

APPLY = "take-certificate-application"
DECIDE = "decide-certificate"
RENEW = "renew-certificate"
RETURN = "take-certificate-back"
NUMBER_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application with what the opinion says.

    `impairment_grades` are those of each impairment for the physical certificate; other kinds state one `grade`.
    `first_visit` and `written_on` are of the doctor's certificate for the mental one.
    """

    reference: str
    kind: Kind
    impairment: str
    impairment_grades: Sequence[int] = ()
    grade: str = ""
    first_visit: date | None = None
    written_on: date | None = None
    reassessment_on: date | None = None

    def graded(self) -> tuple[str, Basis]:
        """Return the grade and what it rests on.

        Raises:
            ApplicationImplausible, NoCertificateGrade: see `domain.certificates`; also ``opinion-missing``.
        """
        if self.kind is Kind.PHYSICAL:
            return combined_grade(list(self.impairment_grades)), Basis.OPINION
        require_grade(self.kind, self.grade)
        if self.kind is Kind.INTELLECTUAL:
            return self.grade, Basis.ASSESSMENT
        if self.first_visit is None or self.written_on is None:
            raise ApplicationImplausible(rule="opinion-missing")
        require_opinion(self.first_visit, self.written_on)
        return self.grade, Basis.OPINION


def apply_for_certificate(context: Context, adapters: Adapters, application: Application) -> Certificate:
    """Take an application and put it before the approver.

    Raises:
        UnknownPersonRecord, CertificateHeld: there is nobody, or they hold or asked for one of that kind.
        ApplicationImplausible, NoCertificateGrade: see `Application.graded`.
    """
    grounds = adapters.permit(context, APPLY)
    grade, basis = application.graded()
    with adapters.store.transaction() as records:
        records.person(application.reference)
        for one in records.certificates(application.reference):
            if one.kind is application.kind and (one.state is State.APPLIED or one.held_on(context.today())):
                raise CertificateHeld
        certificate = Certificate(
            reference=application.reference,
            kind=application.kind,
            applied_on=context.today(),
            grade=grade,
            impairment=application.impairment,
            basis=basis,
            state=State.APPLIED,
            number="",
            issued_on=None,
            valid_until=None,
            reassessment_on=application.reassessment_on,
            returned_on=None,
            taken_by=who(context),
            decided_by="",
        )
        records.insert_certificate(certificate)
        records.audit(grounds, "certificate-applied", "done", subject=application.reference)
    return certificate


def decide_certificate(context: Context, adapters: Adapters, reference: str, kind: Kind, *, issue: bool) -> Certificate:
    """Issue a certificate or refuse it.

    Raises:
        NoSuchCertificate: nothing waits.
        DecidedByApplicationClerk: the approver took the application.
    """
    grounds = adapters.permit(context, DECIDE)
    with adapters.store.transaction() as records:
        waiting = _in_state(records, reference, kind, State.APPLIED)
        if waiting.taken_by == who(context):
            raise DecidedByApplicationClerk
        today = context.today()
        decided = dataclasses.replace(
            waiting,
            state=State.ISSUED if issue else State.REFUSED,
            number=f"{adapters.randomness.below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}" if issue else "",
            issued_on=today if issue else None,
            valid_until=valid_until(kind, today) if issue else None,
            decided_by=who(context),
        )
        records.update_certificate(decided)
        records.touched(reference)
        records.audit(grounds, "certificate-decided", decided.state.value, subject=reference)
    return decided


def renew_certificate(context: Context, adapters: Adapters, reference: str, grade: str) -> Certificate:
    """Renew the mental certificate for two more years, with the grade of the new opinion.

    Raises:
        NoSuchCertificate, RenewalNotNow, ApplicationImplausible: none is held, it is not the time, no such grade.
    """
    grounds = adapters.permit(context, RENEW)
    require_grade(Kind.MENTAL, grade)
    with adapters.store.transaction() as records:
        held = _in_state(records, reference, Kind.MENTAL, State.ISSUED)
        before = require_renewable(held, context.today())
        renewed = dataclasses.replace(held, grade=grade, valid_until=renewed_until(before), decided_by=who(context))
        records.update_certificate(renewed)
        records.touched(reference)
        records.audit(grounds, "certificate-renewed", "done", subject=reference)
    return renewed


def take_certificate_back(context: Context, adapters: Adapters, reference: str, kind: Kind) -> Certificate:
    """Take a certificate back (身体障害者福祉法16条; 精神保健福祉法45条の2).

    Raises:
        NoSuchCertificate: none is held.
    """
    grounds = adapters.permit(context, RETURN)
    with adapters.store.transaction() as records:
        held = _in_state(records, reference, kind, State.ISSUED)
        back = dataclasses.replace(held, state=State.RETURNED, returned_on=context.today())
        records.update_certificate(back)
        records.touched(reference)
        records.audit(grounds, "certificate-returned", "done", subject=reference)
    return back


def _in_state(records: Records, reference: str, kind: Kind, state: State) -> Certificate:
    records.person(reference)
    found = [one for one in records.certificates(reference) if one.kind is kind and one.state is state]
    if not found:
        raise NoSuchCertificate
    return found[-1]
