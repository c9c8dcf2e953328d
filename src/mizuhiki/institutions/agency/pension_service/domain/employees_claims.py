"""Claims for the old-age employees' pension (厚生年金保険法42条, 43条, 44条, 附則8条, 8条の2, 11条の5; R-249)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Reason, Role
from mizuhiki.institutions.agency.pension_service.domain.amounts import amounts_on, employees_yen
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import NORMAL, qualifying_months
from mizuhiki.institutions.agency.pension_service.domain.incomes import income_of
from mizuhiki.institutions.agency.pension_service.domain.months import reached
from mizuhiki.institutions.agency.pension_service.domain.pensions import PensionKind, Stop
from mizuhiki.institutions.agency.pension_service.domain.premiums import tally_of
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.persons import Sex

ACT = "厚生年金保険法42条"
ACT_SPECIAL = "厚生年金保険法附則8条, 8条の2"
ACT_SPOUSE = "厚生年金保険法44条; 施行令3条の5"
ACT_UNEMPLOYED = "厚生年金保険法附則11条の5, 7条の4"
SPOUSE_INCOME_BELOW = 6_555_000
"""Somebody with less income, or with less than 8,500,000 yen received, can be supported (生計維持関係等の認定基準)."""
MONTHS_FOR_SPOUSE = 240
MONTHS_FOR_SPECIAL = 12
LAST_AT_SIXTY_FIVE = 65
SPECIAL_FROM = (
    (date(1953, 4, 1), 60),
    (date(1955, 4, 1), 61),
    (date(1957, 4, 1), 62),
    (date(1959, 4, 1), 63),
    (date(1961, 4, 1), 64),
)
"""Men born until the day get it from the age; women born five years later likewise (附則8条の2第1項)."""
WOMEN_LATER_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeesForm:
    """What a claim says: whether a spouse is supported, and whether work is sought through the employment office."""

    spouse_supported: bool = False
    seeks_work: bool = False

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {"spouse_supported": self.spouse_supported, "seeks_work": self.seeks_work}


def form_of(stated: Mapping[str, Scalar]) -> EmployeesForm:
    """Return the claim that a case states."""
    return EmployeesForm(spouse_supported=bool(stated["spouse_supported"]), seeks_work=bool(stated["seeks_work"]))


def special_age(birth: date, sex: Sex) -> int:
    """Return from which age the pension is paid to somebody; 65 where nothing is earlier."""
    years = WOMEN_LATER_YEARS if sex is Sex.FEMALE else 0
    return next((age for day, age in SPECIAL_FROM if birth <= day.replace(day.year + years)), NORMAL)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of a claim.

    Raises:
        AmountNotCoded: no addition of the year is coded.
    """
    form, day = form_of(case.stated), case.received_on
    if findings.one(Role.APPLICANT, "resident-record").items.get("removal_reason") == "death":
        return refused("claimant-died", "厚生年金保険法45条")
    if PensionKind.OLD_AGE_EMPLOYEES.value in str(case.stated.get("pensions_held") or "").split(","):
        return refused("pension-held", ACT)
    birth = date.fromisoformat(str(case.stated["birth"]))
    found, age = tally_of(case.stated), legal_age_on(birth, day)
    needed, citation = qualifying_months(day)
    if found.qualifying < needed:
        return refused("too-few-months", citation, months=found.qualifying, needed=needed)
    start = special_age(birth, Sex(int(case.stated["sex"] or 0)))
    if age < NORMAL and found.employed < MONTHS_FOR_SPECIAL:
        start = NORMAL
    if age < start or not found.employed:
        rule = "age-not-reached" if found.employed else "never-employed"
        return refused(rule, ACT if start == NORMAL else ACT_SPECIAL, age=age)
    special = age < NORMAL
    reasons = [
        Reason("months-suffice", citation, {"months": found.qualifying, "needed": needed}),
        Reason("amount-by-pay", "厚生年金保険法43条", {"employed_months": found.employed}),
    ]
    addition = 0 if special else _spouse_yen(case, findings, found.employed, form, reasons)
    terms: dict[str, Scalar] = {
        "kind": PensionKind.OLD_AGE_EMPLOYEES.value,
        "annual_yen": employees_yen(found),
        "addition_yen": addition,
        "entitled_on": reached(birth, start if special else NORMAL).isoformat(),
    }
    if special:
        reasons.append(Reason("special-old-age", ACT_SPECIAL, {"age": start}))
        terms |= {"ended_on": reached(birth, NORMAL).isoformat(), **_stop_for_benefit(findings, day, reasons)}
    return granted(PensionKind.OLD_AGE_EMPLOYEES.value, terms, tuple(reasons))


def _spouse_yen(case: Case, findings: Findings, employed: int, form: EmployeesForm, reasons: list[Reason]) -> int:
    """Return the addition for a spouse below 65 who lives in the register and is supported."""
    born = str(case.stated.get("spouse_birth") or "")
    if not form.spouse_supported or not born:
        return 0
    obstacle = spouse_obstacle(findings, date.fromisoformat(born), case.received_on)
    if employed < MONTHS_FOR_SPOUSE:
        obstacle = Reason("too-few-employed-months-for-spouse", ACT_SPOUSE, {"months": employed})
    if obstacle is not None:
        reasons.append(obstacle)
        return 0
    reasons.append(Reason("spouse-supported", ACT_SPOUSE))
    return amounts_on(case.received_on).spouse_yen


def spouse_obstacle(findings: Findings, born: date, day: date) -> Reason | None:
    """Return what keeps a spouse from counting as supported; nothing where nothing does."""
    age = legal_age_on(born, day)
    if age >= LAST_AT_SIXTY_FIVE:
        return Reason("spouse-65", ACT_SPOUSE, {"age": age})
    if findings.one(Role.SPOUSE, "resident-record").items.get("resident") is not True:
        return Reason("spouse-not-resident", ACT_SPOUSE)
    income = income_of(findings.one(Role.SPOUSE, "local-tax").items)
    if income is None:
        return Reason("income-not-declared", ACT_SPOUSE, {"persons": 1})
    if income.yen >= SPOUSE_INCOME_BELOW:
        return Reason("spouse-income-too-high", ACT_SPOUSE, {"income_yen": income.yen})
    return None


def _stop_for_benefit(findings: Findings, day: date, reasons: list[Reason]) -> dict[str, Scalar]:
    """Return the stop while unemployment benefit is received."""
    receiving = [one for one in findings.of(Role.APPLICANT, "unemployment-benefit") if _receives(one, day)]
    if not receiving:
        return {}
    items = receiving[0].items
    reasons.append(Reason("unemployment-benefit-received", ACT_UNEMPLOYED))
    return {
        "stopped": Stop.WHOLE.value,
        "stopped_from": str(items.get("benefit_from") or day.isoformat()),
        "stopped_until": str(items.get("benefit_until") or ""),
    }


def _receives(finding: Finding, day: date) -> bool:
    until = finding.items.get("benefit_until")
    over = isinstance(until, str) and date.fromisoformat(until) < day
    return finding.items.get("recipient") is True and not over
