"""Claims for basic pensions: old age, and disability from before 20 (国民年金法26条, 27条, 28条, 30条の4; R-249).

Sources beside the Act: 平成24年法律62号 (ten years of qualifying months from 2017-08-01, before twenty-five);
国民年金法施行令12条, 4条の5 (half a percent a month earlier, 0.4 from 2022-04-01 for those born from 1962-04-02 on; 0.7
percent a month later, up to 70, from 2022-04-01 up to 75 for those born from 1952-04-02 on).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from mizuhiki.casework.domain import Case, Findings, Proposal, Reason, Role
from mizuhiki.institutions.agency.pension_service.domain.amounts import (
    basic_yen,
    children_yen,
    disability_yen,
    full_yen,
    rounded,
)
from mizuhiki.institutions.agency.pension_service.domain.errors import PensionClaimImplausible
from mizuhiki.institutions.agency.pension_service.domain.income_status import stop_of, term_of
from mizuhiki.institutions.agency.pension_service.domain.months import month_of, months_between, reached
from mizuhiki.institutions.agency.pension_service.domain.pensions import PensionKind, Stop
from mizuhiki.institutions.agency.pension_service.domain.premiums import tally_of
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.layouts import Scalar

TEN_YEARS_FROM = date(2017, 8, 1)
TEN_YEARS, TWENTY_FIVE_YEARS = 120, 300
EARLIEST, NORMAL, ADULT = 60, 65, 20
LEAST_LATER = 12
MARCH = 3
LAST_OF_CHILDHOOD = 18
EARLY_OLD, EARLY_NEW, LATER = Fraction(5, 1000), Fraction(4, 1000), Fraction(7, 1000)
REFORM = date(2022, 4, 1)
BORN_FOR_EARLY_NEW, BORN_FOR_75 = date(1962, 4, 2), date(1952, 4, 2)
MOST_LATER, MOST_LATER_NEW = 60, 120
ACT_AGE, ACT_AMOUNT = "国民年金法26条", "国民年金法27条"
ACT_EARLY, ACT_LATER = "国民年金法附則9条の2; 施行令12条", "国民年金法28条; 施行令4条の5"
ACT_BEFORE_20 = "国民年金法30条の4"


class Benefit(enum.StrEnum):
    """What is claimed."""

    OLD_AGE = "old-age-basic"
    BEFORE_TWENTY = "disability-before-20"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicForm:
    """What a claim says beyond the people.

    `from_now` asks for an old-age pension from the day of the claim: before 65 (繰上げ) or from 66 on (繰下げ);
    otherwise it is paid from 65. Of a disability: when a doctor first examined it, the day the state was certified
    (障害認定日) and the grade our medical officer certified.
    """

    benefit: Benefit
    from_now: bool = False
    first_examined_on: date | None = None
    certified_on: date | None = None
    grade: int = 0

    def require_plausible(self, received_on: date) -> None:
        """Check the claim on its own.

        Raises:
            PensionClaimImplausible: a disability without its days and grade, or with days in the wrong order.
        """
        if self.benefit is Benefit.OLD_AGE:
            return
        if self.first_examined_on is None or self.first_examined_on > received_on:
            raise PensionClaimImplausible(item="first_examined_on")
        if self.certified_on is None or not self.first_examined_on <= self.certified_on <= received_on:
            raise PensionClaimImplausible(item="certified_on")
        if self.grade not in {1, 2, 3}:
            raise PensionClaimImplausible(item="grade")

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim; a flag says whether income must be asked."""
        return {
            "benefit": self.benefit.value,
            "from_now": self.from_now,
            "first_examined_on": "" if self.first_examined_on is None else self.first_examined_on.isoformat(),
            "certified_on": "" if self.certified_on is None else self.certified_on.isoformat(),
            "grade": self.grade,
            "before_twenty": self.benefit is Benefit.BEFORE_TWENTY,
        }


def form_of(stated: Mapping[str, Scalar]) -> BasicForm:
    """Return the claim that a case states."""
    first, certified = str(stated["first_examined_on"]), str(stated["certified_on"])
    return BasicForm(
        benefit=Benefit(str(stated["benefit"])),
        from_now=bool(stated["from_now"]),
        first_examined_on=date.fromisoformat(first) if first else None,
        certified_on=date.fromisoformat(certified) if certified else None,
        grade=int(stated["grade"] or 0),
    )


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of a claim.

    Raises:
        AmountNotCoded, RuleNotCoded: no amount or rule of ours holds on the days that count.
    """
    form = form_of(case.stated)
    record = findings.one(Role.APPLICANT, "resident-record").items
    if record.get("removal_reason") == "death":
        return refused("claimant-died", "国民年金法29条")
    held = str(case.stated.get("pensions_held") or "").split(",")
    kind = PensionKind.OLD_AGE_BASIC if form.benefit is Benefit.OLD_AGE else PensionKind.DISABILITY_BASIC
    if kind.value in held:
        return refused("pension-held", ACT_AGE if kind is PensionKind.OLD_AGE_BASIC else ACT_BEFORE_20)
    return _old_age(case, form) if form.benefit is Benefit.OLD_AGE else _before_twenty(case, form, findings)


def qualifying_months(day: date) -> tuple[int, str]:
    """Return how many months are needed on a day, and the citation."""
    if day >= TEN_YEARS_FROM:
        return TEN_YEARS, "国民年金法26条 (平成24年法律62号, from 2017-08-01)"
    return TWENTY_FIVE_YEARS, "国民年金法26条 (until 2017-07-31)"


def _old_age(case: Case, form: BasicForm) -> Proposal:
    birth, day = date.fromisoformat(str(case.stated["birth"])), case.received_on
    found = tally_of(case.stated)
    needed, citation = qualifying_months(day)
    if found.qualifying < needed:
        return refused("too-few-months", citation, months=found.qualifying, needed=needed)
    qualified = Reason("months-suffice", citation, {"months": found.qualifying, "needed": needed})
    age = legal_age_on(birth, day)
    if age < (EARLIEST if form.from_now else NORMAL):
        return refused("age-not-reached", ACT_AGE, age=age)
    entitled = entitled_on(birth, day, found.qualifying)
    waited = months_between(month_of(entitled), month_of(day))
    basic = basic_yen(found, birth, day)
    reasons = [
        qualified,
        Reason("amount-by-months", ACT_AMOUNT, {"full_yen": full_yen(birth, day), "basic_yen": basic}),
    ]
    if form.from_now and age < NORMAL:
        months = months_between(month_of(day), month_of(reached(birth, NORMAL)))
        basic = rounded(basic * (1 - months * early_rate(birth, day)))
        reasons.append(Reason("claimed-early", ACT_EARLY, {"months": months}))
        entitled = day
    elif form.from_now and waited >= LEAST_LATER:
        months = min(waited, most_later(birth, day))
        basic = rounded(basic * (1 + months * LATER))
        reasons.append(Reason("claimed-late", ACT_LATER, {"months": months}))
        entitled = day
    terms: dict[str, Scalar] = {
        "kind": PensionKind.OLD_AGE_BASIC.value,
        "annual_yen": basic,
        "addition_yen": 0,
        "entitled_on": entitled.isoformat(),
    }
    return granted(PensionKind.OLD_AGE_BASIC.value, terms, tuple(reasons))


def entitled_on(birth: date, day: date, qualifying: int) -> date:
    """Return when the right to a pension from 65 arose.

    Whoever reached 65 with ten but without twenty-five years got it on the day ten years began to suffice.
    """
    age_reached = reached(birth, NORMAL)
    if qualifying < TWENTY_FIVE_YEARS and age_reached < TEN_YEARS_FROM <= day:
        return TEN_YEARS_FROM
    return age_reached


def early_rate(birth: date, day: date) -> Fraction:
    """Return how much a month of claiming early takes away."""
    return EARLY_NEW if day >= REFORM and birth >= BORN_FOR_EARLY_NEW else EARLY_OLD


def most_later(birth: date, day: date) -> int:
    """Return the most months of claiming late that count."""
    return MOST_LATER_NEW if day >= REFORM and birth >= BORN_FOR_75 else MOST_LATER


def _before_twenty(case: Case, form: BasicForm, findings: Findings) -> Proposal:
    birth, day = date.fromisoformat(str(case.stated["birth"])), case.received_on
    twenty = reached(birth, ADULT)
    if form.first_examined_on is None or form.certified_on is None or form.first_examined_on >= twenty:
        return refused("examined-from-twenty-on", ACT_BEFORE_20, twenty_on=twenty.isoformat())
    if day < twenty:
        return refused("age-not-reached", ACT_BEFORE_20, age=legal_age_on(birth, day))
    if form.grade not in {1, 2}:
        return refused("grade-too-light", f"{ACT_BEFORE_20}; 30条2項", grade=form.grade)
    children = children_in_care(case, findings, day)
    yen, addition = disability_yen(form.grade, birth, day), children_yen(children, day)
    stop, income = stop_of(findings, day)
    if stop is None:
        return refused("income-not-declared", "国民年金法36条の3", persons=1)
    entitled = max(twenty, form.certified_on)
    reasons = [Reason("disabled-from-before-20", ACT_BEFORE_20, {"grade": form.grade})]
    terms: dict[str, Scalar] = {
        "kind": PensionKind.DISABILITY_BASIC.value,
        "grade": form.grade,
        "annual_yen": yen,
        "addition_yen": addition,
        "entitled_on": entitled.isoformat(),
        "stopped": stop.value,
    }
    if children:
        reasons.append(Reason("children-supported", "国民年金法33条の2", {"children": children}))
    if stop is not Stop.NONE:
        first, last = term_of(day)
        terms |= {"stopped_from": first.isoformat(), "stopped_until": last.isoformat()}
        reasons.append(Reason("income-stops", "国民年金法36条の3", {"stop": stop.value, "income_yen": income}))
    return granted(PensionKind.DISABILITY_BASIC.value, terms, tuple(reasons))


def children_in_care(case: Case, findings: Findings, day: date) -> int:
    """Return how many children named stand in the register and are below the end of the school year of 18."""
    births = [date.fromisoformat(one) for one in str(case.stated.get("births") or "").split(",") if one]
    records = findings.of(Role.CHILD, "resident-record")
    return sum(
        record.items.get("resident") is True and day <= end_of_childhood(birth)
        for record, birth in zip(records, births, strict=True)
    )


def end_of_childhood(birth: date) -> date:
    """Return the 31 March after 18 is reached (国民年金法33条の2第1項)."""
    eighteen = reached(birth, LAST_OF_CHILDHOOD)
    return date(eighteen.year + (eighteen.month > MARCH), MARCH, 31)
