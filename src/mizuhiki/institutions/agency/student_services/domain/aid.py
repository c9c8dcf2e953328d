"""Which aid a student gets: dated rules with their source, applied to what the holders said (R-236).

Sources: 日本学生支援機構法 14条, 17条の2 (平成29年法律9号, from 2017-04-01); the organization's 給付奨学金 FAQ
of 2017-05-09 (who is eligible in fiscal 2017) and 奨学金案内 for 2018 and 2019 (monthly amounts). From 2020-04-01
another act governs grants (大学等における修学の支援に関する法律), which is not coded. Left out: the single 240,000 yen
for those from social care, and what is taken off where a national university waives its fees. See docs/figures.md.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Reason, Role, Source
from mizuhiki.institutions.agency.student_services.domain.errors import AidFormImplausible, AidNotCoded
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.layouts import Scalar

ACT_GRANT = "日本学生支援機構法17条の2"
ACT_LOAN = "日本学生支援機構法14条"
FAQ_2017 = "日本学生支援機構 給付奨学金FAQ (2017-05-09)"
GUIDE = "日本学生支援機構 奨学金案内 (2018, 2019)"
GRANTS_FROM, GRANTS_UNTIL = date(2017, 4, 1), date(2020, 3, 31)
FIRST_YEAR = 2017
"""Students who entered in fiscal 2017 got grants in advance of the others: only those most in need."""
MONTHS_SINCE_LOSS = 12
"""An emergency loan is asked for within twelve months of the event."""
DECEMBER = 12


class Aid(enum.StrEnum):
    """What is asked for."""

    GRANT = "grant"
    EMERGENCY_LOAN = "emergency-loan"


class School(enum.StrEnum):
    """Who runs the university or college."""

    PUBLIC = "national-public"
    PRIVATE = "private"


class Living(enum.StrEnum):
    """From where the student goes there."""

    HOME = "home"
    AWAY = "away"


GRANT_MONTHLY_YEN = {
    (School.PUBLIC, Living.HOME): 20_000,
    (School.PUBLIC, Living.AWAY): 30_000,
    (School.PRIVATE, Living.HOME): 30_000,
    (School.PRIVATE, Living.AWAY): 40_000,
}
LOAN_HIGHEST_MONTHLY_YEN = {
    (School.PUBLIC, Living.HOME): 45_000,
    (School.PUBLIC, Living.AWAY): 51_000,
    (School.PRIVATE, Living.HOME): 54_000,
    (School.PRIVATE, Living.AWAY): 64_000,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AidForm:
    """What an application says beyond the people. `school_attests` is the school's word on learning and character."""

    aid: Aid
    school_name: str
    school: School
    living: Living
    entered_on: date
    graduates_on: date
    school_attests: bool
    social_care: bool = False
    on_public_assistance: bool = False
    parent_lost_work: bool = False
    parent_on_pension: bool = False
    member_disabled: bool = False
    monthly_wanted_yen: int = 0

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            AidFormImplausible: no school, left before it was entered, left already, or a loan above the highest.
        """
        if not self.school_name.strip():
            raise AidFormImplausible(item="school_name")
        if self.graduates_on <= self.entered_on or self.graduates_on < received_on:
            raise AidFormImplausible(item="graduates_on")
        if self.aid is Aid.EMERGENCY_LOAN and not self._loan_possible():
            raise AidFormImplausible(item="monthly_wanted_yen")

    def _loan_possible(self) -> bool:
        return 0 < self.monthly_wanted_yen <= LOAN_HIGHEST_MONTHLY_YEN[self.school, self.living]

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {
            "aid": self.aid.value,
            "school_name": self.school_name.strip(),
            "school": self.school.value,
            "living": self.living.value,
            "entered_on": self.entered_on.isoformat(),
            "graduates_on": self.graduates_on.isoformat(),
            "school_attests": self.school_attests,
            "social_care": self.social_care,
            "on_public_assistance": self.on_public_assistance,
            "parent_lost_work": self.parent_lost_work,
            "parent_on_pension": self.parent_on_pension,
            "member_disabled": self.member_disabled,
            "monthly_wanted_yen": self.monthly_wanted_yen,
        }


def form_of(stated: Mapping[str, Scalar]) -> AidForm:
    """Return the application that a claim states."""
    return AidForm(
        aid=Aid(str(stated["aid"])),
        school_name=str(stated["school_name"]),
        school=School(str(stated["school"])),
        living=Living(str(stated["living"])),
        entered_on=date.fromisoformat(str(stated["entered_on"])),
        graduates_on=date.fromisoformat(str(stated["graduates_on"])),
        school_attests=bool(stated["school_attests"]),
        social_care=bool(stated["social_care"]),
        on_public_assistance=bool(stated["on_public_assistance"]),
        parent_lost_work=bool(stated["parent_lost_work"]),
        parent_on_pension=bool(stated["parent_on_pension"]),
        member_disabled=bool(stated["member_disabled"]),
        monthly_wanted_yen=int(stated["monthly_wanted_yen"] or 0),
    )


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        AidNotCoded: no rule of ours holds on the day of receipt.
    """
    form = form_of(case.stated)
    circumstances = _circumstances(findings)
    if form.aid is Aid.GRANT:
        granted, reasons = _grant(form, case.received_on, findings)
        monthly = GRANT_MONTHLY_YEN[form.school, form.living]
    else:
        granted, reasons = _emergency_loan(form, case.received_on, findings)
        monthly = form.monthly_wanted_yen
    terms: dict[str, Scalar] = {"aid": form.aid.value, "monthly_yen": monthly if granted else 0}
    if granted:
        terms |= {"from": case.received_on.replace(day=1).isoformat(), "until": form.graduates_on.isoformat()}
    outcome = form.aid.value if granted else "refused"
    return Proposal(granted, outcome, terms, (*reasons, *circumstances))


def _grant(form: AidForm, day: date, findings: Findings) -> tuple[bool, tuple[Reason, ...]]:
    if not GRANTS_FROM <= day <= GRANTS_UNTIL:
        raise AidNotCoded(aid=form.aid.value)
    obstacle = _grant_obstacle(form)
    if obstacle is not None:
        return False, (obstacle,)
    need = _need(form, day, findings)
    if need is not None:
        return True, (need,)
    return False, (_why_no_need(findings),)


def _grant_obstacle(form: AidForm) -> Reason | None:
    """Return what rules a grant out whatever the household has."""
    entered = fiscal_year(form.entered_on)
    if entered < FIRST_YEAR:
        return Reason("entered-before-grants", FAQ_2017, {"entered": entered})
    if not form.school_attests:
        return Reason("school-does-not-attest", FAQ_2017)
    if entered == FIRST_YEAR and not form.social_care and (form.school, form.living) != (School.PRIVATE, Living.AWAY):
        return Reason("advance-year-private-away-only", FAQ_2017, {"entered": entered})
    return None


def _need(form: AidForm, day: date, findings: Findings) -> Reason | None:
    """Return which need is shown: social care, public assistance, or nobody who supports the student is taxed."""
    if form.social_care:
        return Reason("social-care", FAQ_2017)
    if any(_receives_assistance(one, day) for one in findings.of(Role.PARENT, "public-assistance")):
        return Reason("household-on-public-assistance", ACT_GRANT)
    taxes = findings.of(Role.PARENT, "local-tax")
    if taxes and all(one.items.get("declared") is True and not _pays_income_levy(one) for one in taxes):
        return Reason("household-not-taxed", ACT_GRANT, {"persons": len(taxes)})
    return None


def _why_no_need(findings: Findings) -> Reason:
    taxes = findings.of(Role.PARENT, "local-tax")
    if not taxes:
        return Reason("no-supporter-named", ACT_GRANT)
    undeclared = sum(one.items.get("declared") is not True for one in taxes)
    if undeclared:
        return Reason("income-not-declared", ACT_GRANT, {"persons": undeclared})
    return Reason("supporter-taxed", ACT_GRANT, {"persons": sum(_pays_income_levy(one) for one in taxes)})


def _pays_income_levy(finding: Finding) -> bool:
    """Say whether income levy of municipal tax is paid; where the levy is not told, `taxable` decides."""
    levy = finding.items.get("income_levy_yen")
    if isinstance(levy, int):
        return levy > 0
    return finding.items.get("taxable") is not False


def _receives_assistance(finding: Finding, day: date) -> bool:
    if finding.source is Source.NO_DATA or finding.items.get("receiving") is not True:
        return False
    ended = finding.items.get("ended_on")
    return not isinstance(ended, str) or date.fromisoformat(ended) >= day


def _emergency_loan(form: AidForm, day: date, findings: Findings) -> tuple[bool, tuple[Reason, ...]]:
    if not form.school_attests:
        return False, (Reason("school-does-not-attest", GUIDE),)
    losses = [
        date.fromisoformat(str(one.items["separation_date"]))
        for one in findings.of(Role.PARENT, "unemployment-benefit")
        if one.items.get("separation_date")
    ]
    if not losses:
        return False, (Reason("no-loss-of-work-confirmed", GUIDE),)
    latest = max(losses)
    if not within_months(latest, day, MONTHS_SINCE_LOSS):
        return False, (Reason("loss-of-work-too-long-ago", GUIDE, {"lost_on": latest.isoformat()}),)
    return True, (Reason("loss-of-work-confirmed", ACT_LOAN, {"lost_on": latest.isoformat()}),)


def within_months(event: date, day: date, months: int) -> bool:
    """Say whether `day` lies not before `event` and in one of the `months` months that begin with the event's own."""
    passed = (day.year - event.year) * DECEMBER + day.month - event.month
    return event <= day and passed < months


def _circumstances(findings: Findings) -> tuple[Reason, ...]:
    """Return what was confirmed beside the decisive facts; schools weigh it when they rank those they recommend."""
    reasons: list[Reason] = []
    pensions = [one for one in findings.of(Role.PARENT, "pension-benefit") if one.items.get("receiving")]
    if pensions:
        yearly = sum(int(one.items.get("annual_yen") or 0) for one in pensions)
        reasons.append(Reason("supporter-on-pension", GUIDE, {"yearly_yen": yearly}))
    disabled = [
        one
        for role in (Role.APPLICANT, Role.PARENT)
        for one in findings.of(role, "disability")
        if one.items.get("certificate")
    ]
    if disabled:
        reasons.append(Reason("disability-in-household", GUIDE, {"persons": len(disabled)}))
    return tuple(reasons)
