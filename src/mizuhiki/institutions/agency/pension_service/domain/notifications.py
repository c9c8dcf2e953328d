"""Notifications of those who receive pensions: that they live, and whom they support (R-250).

国民年金法105条3項, 73条, 29条, 35条, 39条; 国民年金法施行規則18条, 36条の4; 厚生年金保険法44条4項, 98条3項,
施行規則35条, 35条の3. What the reports told, the municipality now tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Findings, Proposal, Reason, Role
from mizuhiki.institutions.agency.pension_service.domain.amounts import amounts_on, children_yen
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import children_in_care
from mizuhiki.institutions.agency.pension_service.domain.employees_claims import spouse_obstacle
from mizuhiki.institutions.agency.pension_service.domain.errors import PensionClaimImplausible
from mizuhiki.institutions.agency.pension_service.domain.incomes import income_of
from mizuhiki.institutions.agency.pension_service.domain.pensions import PensionKind, Stop
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.layouts import Scalar

ACT_LIVES = "国民年金法105条3項; 施行規則18条, 36条の4"
ACT_DIED = "国民年金法29条, 35条; 厚生年金保険法45条"
ACT_WITHHELD = "国民年金法73条; 厚生年金保険法78条"
ACT_CHILDREN = "国民年金法33条の2第3項"
ACT_SPOUSE = "厚生年金保険法44条4項"
CHILD_INCOME_BELOW = 6_555_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationForm:
    """What a notification says: which pension, and whether it is also about those who are supported (生計維持)."""

    pension: str
    about_supported: bool = False

    def require_plausible(self) -> None:
        """Check the notification on its own.

        Raises:
            PensionClaimImplausible: no pension is named.
        """
        if not self.pension.strip():
            raise PensionClaimImplausible(item="pension")

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {"pension": self.pension.strip(), "about_supported": self.about_supported}


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what becomes of the pension: confirmed, ended by death, or held back.

    Raises:
        AmountNotCoded: no addition of the year is coded.
    """
    if not case.stated.get("pension_kind"):
        return refused("no-such-pension", ACT_LIVES)
    pension = str(case.stated["pension"])
    record = findings.one(Role.APPLICANT, "resident-record").items
    if record.get("removal_reason") == "death":
        died = str(record.get("resident_until") or case.received_on.isoformat())
        terms: dict[str, Scalar] = {"pension": pension, "ended_on": died}
        return granted("ended", terms, (Reason("pensioner-died", ACT_DIED, {"died_on": died}),))
    if record.get("resident") is not True:
        reason = Reason("pensioner-not-in-register", ACT_WITHHELD)
        terms = {
            "pension": pension,
            "stopped": Stop.WITHHELD.value,
            "stopped_from": case.received_on.isoformat(),
            "stopped_until": "",
        }
        return granted("withheld", terms, (reason,))
    terms = {"pension": pension, "confirmed_on": case.received_on.isoformat()}
    reasons = [Reason("pensioner-lives", ACT_LIVES)]
    if case.stated.get("about_supported"):
        terms |= _supported(case, findings, reasons)
    return granted("confirmed", terms, tuple(reasons))


def _supported(case: Case, findings: Findings, reasons: list[Reason]) -> dict[str, Scalar]:
    """Return the addition that is left for those who are supported."""
    day = case.received_on
    if case.stated["pension_kind"] == PensionKind.OLD_AGE_EMPLOYEES.value:
        if not int(case.stated.get("addition_yen") or 0):
            return {}
        born = str(case.stated.get("spouse_birth") or "")
        obstacle = (
            Reason("no-spouse-named", ACT_SPOUSE)
            if not born
            else spouse_obstacle(findings, date.fromisoformat(born), day)
        )
        reasons.append(obstacle or Reason("spouse-supported", ACT_SPOUSE))
        return {"addition_yen": 0 if obstacle else amounts_on(day).spouse_yen}
    if case.stated["pension_kind"] != PensionKind.DISABILITY_BASIC.value:
        return {}
    rich = sum(_earns(one.items) for one in findings.of(Role.CHILD, "local-tax"))
    children = max(0, children_in_care(case, findings, day) - rich)
    reasons.append(Reason("children-supported", ACT_CHILDREN, {"children": children}))
    return {"addition_yen": children_yen(children, day)}


def _earns(items: object) -> bool:
    income = income_of(items) if isinstance(items, dict) else None
    return income is not None and income.yen >= CHILD_INCOME_BELOW
