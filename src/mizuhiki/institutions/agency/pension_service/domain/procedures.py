"""What the pension service wants to know for each procedure, and from whom (番号法別表第二 35, 48, 50; R-247–R-250)."""

from __future__ import annotations

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

EXEMPTION = Procedure(
    code="national-pension.premium-exemption",
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT,),
            holder=municipality_of_residence,
            paper_items=("resident", "household_head"),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD),
            holder=municipality_of_1_january,
            year_stated="year",
            paper_items=TAX_ITEMS,
        ),
        Wanted(
            kind="unemployment-benefit",
            of=(Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD),
            holder=OFFICE,
            when_stated="lost_work",
            paper_items=("separation_date",),
            no_data_suffices=True,
        ),
    ),
    decide=exemptions.decide,
    notice=notices.relief_notice,
    retention_years=RETENTION_YEARS,
)
STUDENT = Procedure(
    code="national-pension.student-special-payment",
    wanted=(
        Wanted(
            kind="local-tax",
            of=(Role.APPLICANT,),
            holder=municipality_of_1_january,
            year_stated="year",
            paper_items=TAX_ITEMS,
        ),
        Wanted(
            kind="unemployment-benefit",
            of=(Role.APPLICANT,),
            holder=OFFICE,
            when_stated="lost_work",
            paper_items=("separation_date",),
            no_data_suffices=True,
        ),
    ),
    decide=students.decide,
    notice=notices.relief_notice,
    retention_years=RETENTION_YEARS,
)
BASIC_CLAIM = Procedure(
    code="national-pension.benefit-claim",
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT, Role.CHILD),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.APPLICANT,),
            holder=municipality_of_1_january,
            year=income_status.tax_year_of,
            when_stated="before_twenty",
            paper_items=TAX_ITEMS,
        ),
    ),
    decide=basic_claims.decide,
    notice=notices.pension_notice,
    retention_years=RETENTION_YEARS,
)
EMPLOYEES_CLAIM = Procedure(
    code="employees-pension.benefit-claim",
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT, Role.SPOUSE),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.SPOUSE,),
            holder=municipality_of_1_january,
            year=newest_tax_year,
            when_stated="spouse_supported",
            paper_items=TAX_ITEMS,
        ),
        Wanted(
            kind="unemployment-benefit",
            of=(Role.APPLICANT,),
            holder=OFFICE,
            when_stated="seeks_work",
            paper_items=("recipient",),
            no_data_suffices=True,
        ),
    ),
    decide=employees_claims.decide,
    notice=notices.pension_notice,
    retention_years=RETENTION_YEARS,
)
NATIONAL_NOTIFICATION = Procedure(
    code="national-pension.beneficiary-notification",
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT,),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
        Wanted(
            kind="resident-record",
            of=(Role.CHILD,),
            holder=municipality_of_residence,
            when_stated="about_supported",
            paper_items=("resident",),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.CHILD,),
            holder=municipality_of_1_january,
            year=newest_tax_year,
            when_stated="about_supported",
            paper_items=TAX_ITEMS,
            no_data_suffices=True,
        ),
    ),
    decide=notifications.decide,
    notice=notices.notification_notice,
    retention_years=RETENTION_YEARS,
)
EMPLOYEES_NOTIFICATION = Procedure(
    code="employees-pension.beneficiary-notification",
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT,),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
        Wanted(
            kind="resident-record",
            of=(Role.SPOUSE,),
            holder=municipality_of_residence,
            when_stated="about_supported",
            paper_items=("resident",),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.SPOUSE,),
            holder=municipality_of_1_january,
            year=newest_tax_year,
            when_stated="about_supported",
            paper_items=TAX_ITEMS,
        ),
    ),
    decide=notifications.decide,
    notice=notices.notification_notice,
    retention_years=RETENTION_YEARS,
)
INCOME_STATUS = Procedure(
    code="national-pension.income-status",
    wanted=(
        Wanted(
            kind="local-tax",
            of=(Role.APPLICANT,),
            holder=municipality_of_1_january,
            year=income_status.tax_year_of,
            paper_items=TAX_ITEMS,
        ),
    ),
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
