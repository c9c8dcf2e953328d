"""What the pension service wants to know for each procedure, and from whom (番号法別表第二 35, 48, 50; R-247–R-250)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.casework.domain import (
    Procedure,
    Role,
    Wanted,
    municipality_of_1_january,
    municipality_of_residence,
    newest_tax_year,
    the_one,
)
from mizuhiki.institutions.agency.pension_service.domain import (
    basic_claims,
    employees_claims,
    exemptions,
    income_status,
    notices,
    notifications,
    students,
)

NATIONAL, EMPLOYEES = "national-pension", "employees-pension"
RETENTION_YEARS = 5
TAX_ITEMS = ("declared", "total_income_yen", "dependents_count")
OFFICE = the_one("public-employment-office")
SUPPORTED = "about_supported"


def _resident(*of: Role, items: tuple[str, ...] = ("resident",), when_stated: str = "") -> Wanted:
    return Wanted(
        kind="resident-record", of=of, holder=municipality_of_residence, when_stated=when_stated, paper_items=items
    )


def _unemployment(*of: Role, when_stated: str, item: str) -> Wanted:
    return Wanted(
        kind="unemployment-benefit",
        of=of,
        holder=OFFICE,
        when_stated=when_stated,
        paper_items=(item,),
        no_data_suffices=True,
    )


def _tax_of_stated_year(*of: Role) -> Wanted:
    return Wanted(kind="local-tax", of=of, holder=municipality_of_1_january, year_stated="year", paper_items=TAX_ITEMS)


def _tax(*of: Role, year: Callable[[date], int], when_stated: str = "", no_data_suffices: bool = False) -> Wanted:
    return Wanted(
        kind="local-tax",
        of=of,
        holder=municipality_of_1_january,
        year=year,
        when_stated=when_stated,
        paper_items=TAX_ITEMS,
        no_data_suffices=no_data_suffices,
    )


EXEMPTION = Procedure(
    code="national-pension.premium-exemption",
    wanted=(
        _resident(Role.APPLICANT, items=("resident", "household_head")),
        _tax_of_stated_year(Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD),
        _unemployment(Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD, when_stated="lost_work", item="separation_date"),
    ),
    decide=exemptions.decide,
    notice=notices.relief_notice,
    retention_years=RETENTION_YEARS,
)
STUDENT = Procedure(
    code="national-pension.student-special-payment",
    wanted=(
        _tax_of_stated_year(Role.APPLICANT),
        _unemployment(Role.APPLICANT, when_stated="lost_work", item="separation_date"),
    ),
    decide=students.decide,
    notice=notices.relief_notice,
    retention_years=RETENTION_YEARS,
)
BASIC_CLAIM = Procedure(
    code="national-pension.benefit-claim",
    wanted=(
        _resident(Role.APPLICANT, Role.CHILD),
        _tax(Role.APPLICANT, year=income_status.tax_year_of, when_stated="before_twenty"),
    ),
    decide=basic_claims.decide,
    notice=notices.pension_notice,
    retention_years=RETENTION_YEARS,
)
EMPLOYEES_CLAIM = Procedure(
    code="employees-pension.benefit-claim",
    wanted=(
        _resident(Role.APPLICANT, Role.SPOUSE),
        _tax(Role.SPOUSE, year=newest_tax_year, when_stated="spouse_supported"),
        _unemployment(Role.APPLICANT, when_stated="seeks_work", item="recipient"),
    ),
    decide=employees_claims.decide,
    notice=notices.pension_notice,
    retention_years=RETENTION_YEARS,
)
NATIONAL_NOTIFICATION = Procedure(
    code="national-pension.beneficiary-notification",
    wanted=(
        _resident(Role.APPLICANT),
        _resident(Role.CHILD, when_stated=SUPPORTED),
        _tax(Role.CHILD, year=newest_tax_year, when_stated=SUPPORTED, no_data_suffices=True),
    ),
    decide=notifications.decide,
    notice=notices.notification_notice,
    retention_years=RETENTION_YEARS,
)
EMPLOYEES_NOTIFICATION = Procedure(
    code="employees-pension.beneficiary-notification",
    wanted=(
        _resident(Role.APPLICANT),
        _resident(Role.SPOUSE, when_stated=SUPPORTED),
        _tax(Role.SPOUSE, year=newest_tax_year, when_stated=SUPPORTED),
    ),
    decide=notifications.decide,
    notice=notices.notification_notice,
    retention_years=RETENTION_YEARS,
)
INCOME_STATUS = Procedure(
    code="national-pension.income-status",
    wanted=(_tax(Role.APPLICANT, year=income_status.tax_year_of),),
    decide=income_status.decide,
    notice=notices.income_notice,
    retention_years=RETENTION_YEARS,
)
RELIEF = frozenset({EXEMPTION.code, STUDENT.code})
CLAIMS = frozenset({BASIC_CLAIM.code, EMPLOYEES_CLAIM.code})
PROCEDURES = (
    EXEMPTION,
    STUDENT,
    BASIC_CLAIM,
    NATIONAL_NOTIFICATION,
    INCOME_STATUS,
    EMPLOYEES_CLAIM,
    EMPLOYEES_NOTIFICATION,
)
