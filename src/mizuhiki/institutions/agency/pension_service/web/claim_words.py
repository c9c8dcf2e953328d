"""Words of claims and decisions: what is stated, what is granted, which rule was applied (R-247 to R-250)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import ClaimField, ClaimWords, Input
from mizuhiki.institutions.agency.pension_service.domain import procedures
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import BasicForm, Benefit
from mizuhiki.institutions.agency.pension_service.domain.employees_claims import EmployeesForm
from mizuhiki.institutions.agency.pension_service.domain.errors import PensionClaimImplausible
from mizuhiki.institutions.agency.pension_service.domain.exemptions import ExemptionForm
from mizuhiki.institutions.agency.pension_service.domain.notifications import NotificationForm
from mizuhiki.institutions.agency.pension_service.domain.students import StudentForm
from mizuhiki.vocabulary.layouts import Scalar


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


BENEFITS = {
    Benefit.OLD_AGE.value: N_("Old-age basic pension"),
    Benefit.BEFORE_TWENTY.value: N_("Disability basic pension from before 20"),
}
KINDS = {
    "old-age-basic": N_("Old-age basic pension"),
    "old-age-employees": N_("Old-age employees' pension"),
    "disability-basic": N_("Disability basic pension"),
}
RELIEFS = {
    "full": N_("Full exemption"),
    "three-quarters": N_("Exemption from three quarters"),
    "half": N_("Exemption from half"),
    "quarter": N_("Exemption from a quarter"),
    "deferred": N_("Deferment of payment"),
    "student": N_("Special payment for students"),
}
STOPS = {
    "": N_("Not stopped"),
    "half": N_("Half is stopped"),
    "whole": N_("Wholly stopped"),
    "withheld": N_("Held back"),
}
RULES = {
    "no-month-of-category-1": N_("No month of %(year)s is of category 1 and still open"),
    "income-not-declared": N_("Income of %(persons)s persons is not declared"),
    "income-within-limit": N_("Incomes lie within the limit: %(relief)s for %(months)s months"),
    "income-above-limit": N_("Income lies above the limit (%(role)s: %(income_yen)s yen)"),
    "no-relief-for-all": N_("No relief is met by all %(persons)s persons whose income counts"),
    "loss-of-work-confirmed": N_("Loss of work is confirmed, so that income does not count"),
    "school-not-listed": N_("The school is none of those the Act means"),
    "student-of-listed-school": N_("Student of a listed school: %(months)s months"),
    "claimant-died": N_("The register says that the claimant died"),
    "pension-held": N_("This pension is received already"),
    "too-few-months": N_("%(months)s qualifying months, %(needed)s are needed"),
    "months-suffice": N_("%(months)s qualifying months, %(needed)s are needed"),
    "age-not-reached": N_("The age is not reached (%(age)s)"),
    "amount-by-months": N_("By months %(basic_yen)s of the full %(full_yen)s yen"),
    "claimed-early": N_("Claimed %(months)s months early"),
    "claimed-late": N_("Claimed %(months)s months late"),
    "examined-from-twenty-on": N_("First examined on or after %(twenty_on)s, when 20 was reached"),
    "grade-too-light": N_("Grade %(grade)s gives no disability basic pension"),
    "disabled-from-before-20": N_("Disabled from before 20, grade %(grade)s"),
    "children-supported": N_("%(children)s children are supported"),
    "income-stops": N_("Stopped (%(stop)s) for an income of %(income_yen)s yen"),
    "income-within-limit-before-20": N_("Income of %(income_yen)s yen lies within the limit"),
    "no-pension-from-before-20": N_("No disability pension from before 20 is received"),
    "never-employed": N_("No month of employees' insurance"),
    "amount-by-pay": N_("By pay in %(employed_months)s months"),
    "special-old-age": N_("Paid before 65, from %(age)s on"),
    "unemployment-benefit-received": N_("Stopped while unemployment benefit is received"),
    "spouse-supported": N_("A spouse is supported"),
    "spouse-65": N_("The spouse has reached 65"),
    "spouse-not-resident": N_("The spouse is not in the resident record"),
    "spouse-income-too-high": N_("The spouse's income of %(income_yen)s yen is too high"),
    "no-spouse-named": N_("No spouse is named"),
    "too-few-employed-months-for-spouse": N_("%(months)s months of employees' insurance give no addition for a spouse"),
    "no-such-pension": N_("No such pension is received"),
    "pensioner-died": N_("The register says that the pensioner died on %(died_on)s"),
    "pensioner-not-in-register": N_("The pensioner is in no resident record"),
    "pensioner-lives": N_("The pensioner lives and is in the resident record"),
}
APPLICANT = ("applicant", Role.APPLICANT, N_("Applicant"), False)
SPOUSE = ("spouse", Role.SPOUSE, N_("Spouse"), True)
CHILDREN = (
    ("first", Role.CHILD, N_("First child"), True),
    ("second", Role.CHILD, N_("Second child"), True),
    ("third", Role.CHILD, N_("Third child"), True),
)
PENSION_TERMS = {
    "kind": N_("Pension"),
    "grade": N_("Grade"),
    "annual_yen": N_("Pension a year"),
    "addition_yen": N_("Addition a year"),
    "entitled_on": N_("Entitled on"),
    "ended_on": N_("Ended on"),
    "stopped": N_("Stop"),
    "stopped_from": N_("Stopped from"),
    "stopped_until": N_("Stopped until"),
}
CHANGE_TERMS = {
    "confirmed_on": N_("Confirmed on"),
    "addition_yen": N_("Addition a year"),
    "ended_on": N_("Ended on"),
    "stopped": N_("Stop"),
    "stopped_from": N_("Stopped from"),
    "stopped_until": N_("Stopped until"),
}


def _exemption(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = ExemptionForm(**values)
    form.require_plausible(received_on)
    return form.stated()


def _student(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = StudentForm(**values)
    form.require_plausible(received_on)
    return form.stated()


def _basic(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = BasicForm(**{**values, "benefit": Benefit(values["benefit"])})
    form.require_plausible(received_on)
    return form.stated()


def _employees(values: Mapping[str, Any], _received_on: date) -> Mapping[str, Scalar]:
    return EmployeesForm(**values).stated()


def _notification(values: Mapping[str, Any], _received_on: date) -> Mapping[str, Scalar]:
    form = NotificationForm(**values)
    form.require_plausible()
    return form.stated()


_LOST_WORK = ClaimField(
    name="lost_work",
    label=N_("Somebody named lost their work"),
    input=Input.CHECK,
    hint=N_("The employment office is asked; no separation slip is needed."),
)
_PENSION = ClaimField(name="pension", label=N_("Number of the pension"), input=Input.TEXT, hint=N_("Such as 1234-5678"))
EXEMPTION = ClaimWords(
    procedure=procedures.EXEMPTION.code,
    people=(APPLICANT, SPOUSE, ("head", Role.HOUSEHOLD, N_("Head of the household, if another"), True)),
    fields=(
        ClaimField(name="year", label=N_("Year"), input=Input.NUMBER, hint=N_("From July of this year to June after")),
        ClaimField(name="deferment", label=N_("Deferment is wished where no full exemption is met"), input=Input.CHECK),
        ClaimField(
            name="partial", label=N_("Partial exemption is wished where nothing better is met"), input=Input.CHECK
        ),
        _LOST_WORK,
    ),
    stated=_exemption,
    terms=RELIEFS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
STUDENT = ClaimWords(
    procedure=procedures.STUDENT.code,
    people=(APPLICANT,),
    fields=(
        ClaimField(
            name="year", label=N_("Fiscal year"), input=Input.NUMBER, hint=N_("From April of this year to March")
        ),
        ClaimField(name="school_name", label=N_("School"), input=Input.TEXT),
        ClaimField(name="school_listed", label=N_("The school is one of those the Act means"), input=Input.CHECK),
        ClaimField(name="enrolled_from", label=N_("Attended from"), input=Input.DAY),
        ClaimField(name="enrolled_until", label=N_("Attended until"), input=Input.DAY),
        _LOST_WORK,
    ),
    stated=_student,
    terms=RELIEFS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
BASIC_CLAIM = ClaimWords(
    procedure=procedures.BASIC_CLAIM.code,
    people=(APPLICANT, *CHILDREN),
    fields=(
        ClaimField(name="benefit", label=N_("Pension"), input=Input.CHOICE, choices=BENEFITS),
        ClaimField(
            name="from_now",
            label=N_("Old age: paid from this claim on, early or late, instead of from 65"),
            input=Input.CHECK,
        ),
        ClaimField(name="first_examined_on", label=N_("Disability: first examined on"), input=Input.DAY, optional=True),
        ClaimField(name="certified_on", label=N_("Disability: state certified on"), input=Input.DAY, optional=True),
        ClaimField(
            name="grade",
            label=N_("Disability: grade our medical officer certified"),
            input=Input.NUMBER,
            optional=True,
        ),
    ),
    stated=_basic,
    terms=PENSION_TERMS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
EMPLOYEES_CLAIM = ClaimWords(
    procedure=procedures.EMPLOYEES_CLAIM.code,
    people=(APPLICANT, SPOUSE),
    fields=(
        ClaimField(name="spouse_supported", label=N_("A spouse is supported"), input=Input.CHECK),
        ClaimField(name="seeks_work", label=N_("Work is sought through the employment office"), input=Input.CHECK),
    ),
    stated=_employees,
    terms=PENSION_TERMS,
    rules=RULES,
)
NATIONAL_NOTIFICATION = ClaimWords(
    procedure=procedures.NATIONAL_NOTIFICATION.code,
    people=(APPLICANT, *CHILDREN),
    fields=(
        _PENSION,
        ClaimField(name="about_supported", label=N_("Also about children who are supported"), input=Input.CHECK),
    ),
    stated=_notification,
    terms=CHANGE_TERMS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
EMPLOYEES_NOTIFICATION = ClaimWords(
    procedure=procedures.EMPLOYEES_NOTIFICATION.code,
    people=(APPLICANT, SPOUSE),
    fields=(
        _PENSION,
        ClaimField(name="about_supported", label=N_("Also about a spouse who is supported"), input=Input.CHECK),
    ),
    stated=_notification,
    terms=CHANGE_TERMS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
INCOME_STATUS = ClaimWords(
    procedure=procedures.INCOME_STATUS.code,
    people=(APPLICANT,),
    fields=(_PENSION,),
    stated=_notification,
    terms=CHANGE_TERMS,
    rules=RULES,
    refused_as=PensionClaimImplausible.code,
)
NATIONAL_WORDS = (EXEMPTION, STUDENT, BASIC_CLAIM, NATIONAL_NOTIFICATION, INCOME_STATUS)
EMPLOYEES_WORDS = (EMPLOYEES_CLAIM, EMPLOYEES_NOTIFICATION)
ERRORS = (
    N_("The amount of that year is not coded here"),
    N_("The rule for that day is not coded here"),
    N_("The claim is not possible like this"),
    N_("The claim does not name the head of the household, whose income counts too"),
    N_("There is no pension under that number"),
    N_("Nothing is payable on the next day of payment"),
    N_("Premiums are paid for months of category 1 only"),
    N_("This pension was awarded in another case meanwhile; send this one back"),
)
