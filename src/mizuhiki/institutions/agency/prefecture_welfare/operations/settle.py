"""What the section's own records say for a claim, and what a decision writes into them (R-240, R-251)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date

from mizuhiki.casework.domain import Case, Role
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import Allowance, AllowanceState
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import (
    Basis,
    Certificate,
    Kind,
    State,
    valid_until,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import supported_children
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import ALLOWANCE_CODE
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import NUMBER_DIGITS
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import (
    NUMBER_DIGITS as ALLOWANCE_DIGITS,
)
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar

_STANDING = frozenset({AllowanceState.CLAIMED, AllowanceState.GRANTED})


def facts(records: Records, case: Case) -> Mapping[str, Scalar]:
    """Return what stands already, and the births of the children in the order of the claim."""
    claimant = case.applicant.person
    children = [one.person for one in case.subjects if one.role is Role.CHILD]
    people = records.people.persons(children)
    mental = [one for one in records.certificates(claimant) if one.kind is Kind.MENTAL]
    return {
        "births": ",".join(people[one].four_items.birth_date.isoformat() for one in children),
        "allowance_stands": any(one.state in _STANDING for one in records.allowances(claimant)),
        "certificate_held": any(one.state is State.APPLIED or one.held_on(case.received_on) for one in mental),
    }


class Settle:
    """Writes a decided case into the file of certificates and allowances, in the deciding transaction."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def __call__(self, context: Context, records: Records, case: Case) -> None:
        """Enter what was granted; a refusal enters nothing."""
        if case.proposal is None or not case.proposal.granted:
            return
        if case.procedure == ALLOWANCE_CODE:
            self._allowance(records, case)
        else:
            self._certificate(context, records, case)
        records.touched(case.applicant.person)

    def _allowance(self, records: Records, case: Case) -> None:
        terms = {} if case.proposal is None else case.proposal.terms
        records.insert_allowance(
            Allowance(
                reference=case.applicant.person,
                claimed_on=case.received_on,
                income_yen=int(terms["income_yen"] or 0),
                dependants=int(terms["dependants"] or 0),
                others_income_yen=int(terms["others_income_yen"] or 0),
                others_dependants=int(terms["others_dependants"] or 0),
                entitled_from=date.fromisoformat(str(terms["from"])),
                ended_on=None,
                suspended=bool(terms["suspended"]),
                certificate_number=self._digits(ALLOWANCE_DIGITS),
                state=AllowanceState.GRANTED,
                taken_by=case.proposed_by,
                decided_by=case.approved_by,
            ),
            supported_children(dataclasses.replace(case, stated={**case.stated, "births": terms["births"]})),
        )

    def _certificate(self, context: Context, records: Records, case: Case) -> None:
        today = context.today()
        records.insert_certificate(
            Certificate(
                reference=case.applicant.person,
                kind=Kind.MENTAL,
                applied_on=case.received_on,
                grade="" if case.proposal is None else str(case.proposal.terms["grade"]),
                impairment="",
                basis=Basis.PENSION,
                state=State.ISSUED,
                number=self._digits(NUMBER_DIGITS),
                issued_on=today,
                valid_until=valid_until(Kind.MENTAL, today),
                reassessment_on=None,
                returned_on=None,
                taken_by=case.proposed_by,
                decided_by=case.approved_by,
            )
        )

    def _digits(self, digits: int) -> str:
        return f"{self._randomness.below(10**digits):0{digits}d}"
