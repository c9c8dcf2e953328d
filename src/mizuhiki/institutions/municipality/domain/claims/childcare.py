"""Certification for childcare: which class, how many hours, how long (子ども・子育て支援法 19条, 20条; R-234).

Sources: 法19条 (classes), 20条 (certification), 21条 with 施行規則8条 (how long), 施行規則1条の5 (grounds of need;
1条 until 2019-09-30), 4条 (hours), 施行令4条, 13条, 14条 (highest fee, in `childcare_fees`). Which ground gets which
hours is our invented city's regulation, as cities publish it. Coded from 2018-04-01 to 2024-03-31.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from mizuhiki.casework.domain import Case, Findings, Notice, Procedure, Proposal, Reason, Role
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.childcare_fees import (
    Hours,
    Means,
    NeedClass,
    fee_tax_year,
    monthly_fee,
    side_dishes_free,
)
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import levy_yen, march_after, runs, taxed
from mizuhiki.vocabulary.dates import legal_age_on, month_end
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "childcare-support.certification"
ACT, RULES = "子ども・子育て支援法", "子ども・子育て支援法施行規則"
ORDER = "子ども・子育て支援法施行令"
CITY = "市子ども・子育て支援法施行細則"
CODED_FROM, CODED_UNTIL = date(2018, 4, 1), date(2024, 3, 31)
THREE, SCHOOL_AGE = 3, 6
LEAST_HOURS = 48
"""Hours of work a month from which there is need; the city sets it between 48 and 64 (施行規則1条の5第1号)."""
STANDARD_FROM = 120
"""Hours a month from which care for up to eleven hours a day is certified (市細則)."""
MOST_HOURS = 24 * 31
SEARCH_DAYS = 90
"""A search for work counts so long, then to the end of the month (施行規則8条4号; 市細則)."""
AFTER_BIRTH = timedelta(weeks=8)


class Ground(enum.StrEnum):
    """Why a guardian cannot care for the child (施行規則1条の5)."""

    WORK = "work"
    CHILDBIRTH = "childbirth"
    ILLNESS = "illness"
    NURSING = "nursing"
    DISASTER = "disaster"
    JOB_SEARCH = "job-search"
    STUDY = "study"
    VIOLENCE = "violence"
    CHILD_CARE_LEAVE = "child-care-leave"
    NONE = "none"


BY_HOURS = frozenset({Ground.WORK, Ground.NURSING, Ground.STUDY})
SHORT = frozenset({Ground.JOB_SEARCH, Ground.CHILD_CARE_LEAVE})
WITH_END = frozenset({Ground.CHILDBIRTH, Ground.STUDY, Ground.CHILD_CARE_LEAVE})
"""Grounds that end on a day the claim states: of birth, of the course, of the leave."""


class ChildcareForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people.

    `hours` are those of the employer's certificate, a month; `until` is the day of birth expected, or the last day of
    the course or leave. `child_place` counts the children that the order counts, the eldest is 1.
    """

    wanted_from: date
    ground: Ground
    hours: int = 0
    until: date | None = None
    second_ground: Ground = Ground.NONE
    second_hours: int = 0
    second_until: date | None = None
    child_place: int = 1
    on_public_assistance: bool = False
    on_child_rearing_allowance: bool = False
    on_special_allowance: bool = False
    member_disabled: bool = False

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: care before the application, hours below zero or beyond a month, a ground without
                its last day, or no place among the children.
        """
        if self.wanted_from < received_on:
            raise ClaimFormImplausible(item="wanted_from")
        for item in ("hours", "second_hours"):
            if not 0 <= getattr(self, item) <= MOST_HOURS:
                raise ClaimFormImplausible(item=item)
        if self.ground in WITH_END and self.until is None:
            raise ClaimFormImplausible(item="until")
        if self.second_ground in WITH_END and self.second_until is None:
            raise ClaimFormImplausible(item="second_until")
        if self.child_place < 1:
            raise ClaimFormImplausible(item="child_place")


@dataclass(frozen=True, slots=True)
class Need:
    """How one guardian stands: the ground, its hours a month, and its day."""

    ground: Ground
    hours: int
    until: date | None

    @property
    def exists(self) -> bool:
        """Whether it makes care necessary (施行規則1条の5)."""
        if self.ground is Ground.WORK:
            return self.hours >= LEAST_HOURS
        return self.ground is not Ground.NONE

    @property
    def gives(self) -> Hours:
        """Return how many hours of care it gives."""
        if self.ground in SHORT or (self.ground in BY_HOURS and self.hours < STANDARD_FROM):
            return Hours.SHORT
        return Hours.STANDARD

    def last_day(self, begins: date) -> date | None:
        """Return the last day for which it counts (施行規則8条); None where only the child's age ends it."""
        if self.ground is Ground.JOB_SEARCH:
            return month_end(begins + timedelta(days=SEARCH_DAYS - 1))
        if self.ground not in WITH_END or self.until is None:
            return None
        return month_end(self.until + AFTER_BIRTH if self.ground is Ground.CHILDBIRTH else self.until)


def class_of(born: date, day: date, *, needed: bool) -> NeedClass | None:
    """Return the class of a child on a day (法19条); None where there is none for it."""
    if day > march_after(born, SCHOOL_AGE):
        return None
    if legal_age_on(born, day) >= THREE:
        return NeedClass.CARE_FROM_THREE if needed else NeedClass.EDUCATION
    return NeedClass.CARE_BELOW_THREE if needed else None


def last_day(born: date, begins: date, needs: Sequence[Need], need_class: NeedClass) -> date:
    """Return the last day of a certification (施行規則8条): age, school and what ends the need, whichever is first."""
    days = [march_after(born, SCHOOL_AGE)]
    if need_class is not NeedClass.EDUCATION:
        days += [day for need in needs if (day := need.last_day(begins)) is not None]
    if need_class is NeedClass.CARE_BELOW_THREE:
        days.append(_day_before_three(born, begins))
    return min(days)


def _day_before_three(born: date, begins: date) -> date:
    """Return the day before the age of three is reached, which is the eve of the birthday (年齢計算ニ関スル法律)."""
    day = begins
    while legal_age_on(born, day + timedelta(days=1)) < THREE:
        day += timedelta(days=1)
    return day


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day from which care is wanted.
    """
    form = converted(dict(case.stated), ChildcareForm, strict=False)
    begins = form.wanted_from
    if not CODED_FROM <= begins <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    if case.stated.get("resident_here") is not True:
        return _refused(Reason("not-resident", f"{ACT}20条2項"))
    born = next(births(case)[one.person] for one in case.subjects if one.role is Role.CHILD)
    needs = _needs(case, form)
    needed = all(one.exists for one in needs)
    need_class = class_of(born, begins, needed=needed)
    if need_class is None:
        below = begins <= march_after(born, SCHOOL_AGE)
        return _refused(Reason("no-need-below-three" if below else "of-school-age", f"{ACT}19条"))
    until = last_day(born, begins, needs, need_class)
    if until < begins:
        return _refused(Reason("need-ended", f"{RULES}8条"))
    return _granted(form, need_class, needs, findings, begins, until, born)


def _needs(case: Case, form: ChildcareForm) -> tuple[Need, ...]:
    """Return how each guardian of the claim stands: everyone must have a ground (施行規則1条の5)."""
    first = Need(form.ground, form.hours, form.until)
    if any(one.role is Role.SPOUSE for one in case.subjects):
        return first, Need(form.second_ground, form.second_hours, form.second_until)
    return (first,)


def _granted(  # noqa: PLR0917 - everything a certificate says
    form: ChildcareForm,
    need_class: NeedClass,
    needs: Sequence[Need],
    findings: Findings,
    begins: date,
    until: date,
    born: date,
) -> Proposal:
    hours = Hours.NONE if need_class is NeedClass.EDUCATION else max((one.gives for one in needs), key=_shortness)
    means = _means(form, findings, begins)
    pays_as_below_three = need_class is not NeedClass.EDUCATION and begins <= march_after(born, THREE)
    fee = monthly_fee(need_class, hours, means, begins, below_three=pays_as_below_three)
    terms: dict[str, Scalar] = {
        "need_class": need_class.value,
        "hours": hours.value,
        "from": begins.isoformat(),
        "until": until.isoformat(),
        "tier": fee.tier,
        "fee_yen": fee.yen,
        "side_dishes_free": not pays_as_below_three and side_dishes_free(need_class, means, begins),
    }
    reasons = [
        Reason(f"class-{need_class.value}", f"{ACT}19条"),
        *([] if hours is Hours.NONE else [Reason(f"hours-{hours.value}", f"{RULES}4条; {CITY}")]),
        Reason(fee.rule, f"{ORDER}4条; {CITY}", {"fee_yen": fee.yen, "tier": fee.tier}),
    ]
    return Proposal(granted=True, outcome=f"class-{need_class.value}", terms=terms, reasons=tuple(reasons))


def _shortness(hours: Hours) -> int:
    return 1 if hours is Hours.SHORT else 0


def _means(form: ChildcareForm, findings: Findings, day: date) -> Means:
    taxes = [one for role in (Role.APPLICANT, Role.SPOUSE) for one in findings.of(role, "local-tax")]
    levies = [levy_yen(one) if one.items.get("declared") is True else None for one in taxes]
    assisted = any(runs(one, day, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance"))
    favoured = any(
        runs(one, day, "entitled_until")
        for kind in ("child-rearing-allowance", "special-child-rearing-allowance")
        for one in findings.of(Role.APPLICANT, kind)
    ) or any(
        one.items.get("certificate") is True
        for role in (Role.APPLICANT, Role.SPOUSE, Role.CHILD, Role.HOUSEHOLD)
        for one in findings.of(role, "disability")
    )
    return Means(
        levy_yen=None if None in levies else sum(one or 0 for one in levies),
        untaxed=None not in levies and not any(taxed(one) for one in taxes),
        assisted=assisted,
        favoured=favoured,
        child_place=form.child_place,
    )


def _refused(reason: Reason) -> Proposal:
    return Proposal(granted=False, outcome="refused", terms={}, reasons=(reason,))


def notice(case: Case) -> Notice:
    """Return the decision in words (教育・保育給付認定通知書, 却下通知書)."""
    proposal = case.proposal
    subject = "教育・保育給付の認定について / Your certification for childcare"
    if proposal is None or not proposal.granted:
        return Notice(
            subject,
            "認定は認められませんでした。理由と審査請求については窓口でお尋ねください。\n"
            "The certification was refused. Ask the child section for the reason and how to have it reviewed.",
        )
    terms = proposal.terms
    hours = {"standard": "保育標準時間", "short": "保育短時間", "": "教育標準時間"}[str(terms["hours"])]
    fee = int(terms["fee_yen"] or 0)
    return Notice(
        subject,
        f"{terms['need_class']}号認定（{hours}）、{terms['from']}から{terms['until']}まで。利用者負担は月額{fee:,}円です。\n"
        f"Class {terms['need_class']}, from {terms['from']} to {terms['until']}; the fee is {fee:,} yen a month.",
    )


def awards(_case: Case) -> tuple[Award, ...]:
    """Return nothing: no statute row lets anybody ask for certifications."""
    return ()


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.local_tax(Role.APPLICANT, Role.SPOUSE, items=("taxable", "taxable_income_yen"), year=fee_tax_year),
        wants.public_assistance(Role.APPLICANT),
        wants.child_rearing_allowance(Role.APPLICANT),
        wants.special_allowance(Role.APPLICANT),
        wants.disability(Role.APPLICANT, Role.SPOUSE, Role.CHILD, Role.HOUSEHOLD, when_stated="member_disabled"),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
)
