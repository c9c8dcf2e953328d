"""The special case for students: premiums are paid later (国民年金法90条の3; R-248).

Only the student's own income counts. A year runs from April to March; what was earned in the calendar year before is
looked at, which municipal tax of the same fiscal year tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Findings, Proposal, Reason
from mizuhiki.institutions.agency.pension_service.domain.errors import PensionClaimImplausible
from mizuhiki.institutions.agency.pension_service.domain.exemptions import (
    LOSS_OF_WORK,
    MONTHS_BACK,
    payers_of,
)
from mizuhiki.institutions.agency.pension_service.domain.months import (
    month_of,
    months_from,
    plus_months,
    read_months,
    written,
)
from mizuhiki.institutions.agency.pension_service.domain.premiums import Relief
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.layouts import Scalar

ACT = "国民年金法90条の3第1項"
APRIL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentForm:
    """What an application says: the year from April of `year`, the school, and from when to when it is attended.

    `school_listed` says that the school is one of those the Act means (学校教育法83条 and others, 施行令6条の6).
    """

    year: int
    school_name: str
    school_listed: bool
    enrolled_from: date
    enrolled_until: date
    lost_work: bool = False

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            PensionClaimImplausible: no school, left before it was entered, or a year that lapsed or has not begun.
        """
        if not self.school_name.strip():
            raise PensionClaimImplausible(item="school_name")
        if self.enrolled_until <= self.enrolled_from:
            raise PensionClaimImplausible(item="enrolled_until")
        first, last = student_year(self.year)
        if first > month_of(received_on) or last < plus_months(month_of(received_on), -MONTHS_BACK):
            raise PensionClaimImplausible(item="year")

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {
            "year": self.year,
            "school_name": self.school_name.strip(),
            "school_listed": self.school_listed,
            "enrolled_from": self.enrolled_from.isoformat(),
            "enrolled_until": self.enrolled_until.isoformat(),
            "lost_work": self.lost_work,
        }


def form_of(stated: Mapping[str, Scalar]) -> StudentForm:
    """Return the application that a claim states."""
    return StudentForm(
        year=int(stated["year"] or 0),
        school_name=str(stated["school_name"]),
        school_listed=bool(stated["school_listed"]),
        enrolled_from=date.fromisoformat(str(stated["enrolled_from"])),
        enrolled_until=date.fromisoformat(str(stated["enrolled_until"])),
        lost_work=bool(stated["lost_work"]),
    )


def student_year(year: int) -> tuple[date, date]:
    """Return the first and the last month of a fiscal year."""
    return date(year, APRIL, 1), date(year + 1, APRIL - 1, 1)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return which months are deferred for a student.

    Raises:
        RuleNotCoded: no rule of ours holds in the months asked for.
    """
    form = form_of(case.stated)
    if not form.school_listed:
        return refused("school-not-listed", f"{ACT}; 施行令6条の6")
    months = _months(case, form)
    if not months:
        return refused("no-month-of-category-1", ACT, year=form.year)
    (student,) = payers_of(findings)
    if student.income is None and student.lost_on is None:
        return refused("income-not-declared", ACT, persons=1)
    within = [month for month in months if student.meets(Relief.STUDENT, month)]
    if not within:
        yen = 0 if student.income is None else student.income.yen
        return refused("income-above-limit", ACT, role=student.role.value, income_yen=yen)
    reasons = [Reason("student-of-listed-school", ACT, {"months": len(within)})]
    if student.lost_on is not None:
        reasons.append(Reason("loss-of-work-confirmed", LOSS_OF_WORK))
    terms: dict[str, Scalar] = {Relief.STUDENT.value: written(within), "year": form.year}
    return granted(Relief.STUDENT.value, terms, tuple(reasons))


def _months(case: Case, form: StudentForm) -> tuple[date, ...]:
    """Return the months of the year that are attended, of category 1, not paid, and not lapsed."""
    first, last = student_year(form.year)
    oldest = plus_months(month_of(case.received_on), -MONTHS_BACK)
    begin = max(first, oldest, month_of(form.enrolled_from))
    unpaid = set(read_months(case.stated.get("unpaid_months")))
    return tuple(month for month in months_from(begin, min(last, month_of(form.enrolled_until))) if month in unpaid)
