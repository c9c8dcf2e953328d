"""A claim for child allowance from application to payment (児童手当法7条, 8条; R-361, R-362)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.addressees import NumberIntake
from mizuhiki.institutions.municipality.domain.child_allowance import Entitlement
from mizuhiki.institutions.municipality.domain.errors import CaseNotInState
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation

AFFAIR = "child-allowance"
PROCEDURE = "child-allowance.claim"


class CaseState(enum.StrEnum):
    """Where a case stands."""

    APPLIED = "applied"
    EXAMINED = "examined"
    PROPOSED = "proposed"
    APPROVED = "approved"
    PAYING = "paying"


_ALLOWED = {
    CaseState.APPLIED: {CaseState.EXAMINED},
    CaseState.EXAMINED: {CaseState.EXAMINED, CaseState.PROPOSED},
    CaseState.PROPOSED: {CaseState.EXAMINED, CaseState.PROPOSED, CaseState.APPROVED},
    CaseState.APPROVED: {CaseState.PAYING},
    CaseState.PAYING: {CaseState.PAYING},
}


def require_move(state: CaseState, following: CaseState) -> None:
    """Check that a case may go from `state` to `following`.

    Raises:
        CaseNotInState: it may not.
    """
    if following not in _ALLOWED[state]:
        raise CaseNotInState(state=state.value, wanted=following.value)


@dataclass(frozen=True, slots=True)
class ChildAllowanceApplication:
    """A claim as handed in; claimant and children are resident tokens. No attachment belongs to it (R-217)."""

    request_id: str
    claimant: str
    children: tuple[str, ...]
    received_on: date
    intake: NumberIntake
    bank_account_label: str


@dataclass(frozen=True, slots=True)
class PaperDocument:
    """A paper taken where linkage gave nothing; figures are those a clerk read from it, None where it has none."""

    kind: str
    description: str
    recorded_at: datetime
    recorded_by: str
    total_income_yen: int | None = None
    dependents: int | None = None


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One line of a case's timeline."""

    at: datetime
    step: str
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment order; `months` are the months paid for."""

    payment_id: str
    amount_yen: int
    months: tuple[tuple[int, int], ...]
    pay_on: date


@dataclass(frozen=True, slots=True)
class AllowanceCase:
    """A case with its timeline. `proposed_by` and `approved_by` are accounts of staff."""

    case: str
    claimant: str
    claimant_name: str
    children: tuple[str, ...]
    received_on: date
    bank_account_label: str
    state: CaseState
    assessment: Entitlement | None = None
    proposed_by: str = ""
    approved_by: str = ""
    notice_id: str = ""
    history: tuple[CaseStep, ...] = field(default=())
    linked: tuple[LinkedInformation, ...] = field(default=())
    papers: tuple[PaperDocument, ...] = field(default=())
    payments: tuple[Payment, ...] = field(default=())
    withheld: bool = False

    def blanked(self) -> AllowanceCase:
        """Return the case as a list shows it while a support measure stands: that it waits, and in which state."""
        return AllowanceCase(
            case=self.case,
            claimant="",
            claimant_name="",
            children=(),
            received_on=self.received_on,
            bank_account_label="",
            state=self.state,
            proposed_by=self.proposed_by,
            notice_id=self.notice_id,
            withheld=True,
        )
