"""The application and the words of support: what is stated, granted, borne, and which rule was applied (R-237)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import ClaimField, ClaimWords, Input
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Stage
from mizuhiki.institutions.agency.board_of_education.domain.procedures import APPLICATION
from mizuhiki.institutions.agency.board_of_education.domain.support import SupportForm
from mizuhiki.vocabulary.layouts import Scalar


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


STAGES = {
    "elementary": N_("Elementary department"),
    "lower-secondary": N_("Lower secondary department"),
    "upper-secondary": N_("Upper secondary department"),
}
CATEGORIES = {"1": N_("Category I"), "2": N_("Category II"), "3": N_("Category III")}
TERMS = {"1": N_("First term"), "2": N_("Second term"), "3": N_("Third term")}
ITEMS = {
    "textbooks": N_("Textbooks"),
    "school-meals": N_("School meals"),
    "commuting": N_("Way to school"),
    "visits-home": N_("Visits home"),
    "attendant": N_("Travel of an attendant"),
    "dormitory": N_("Life in the dormitory"),
    "school-trip": N_("School trip"),
    "school-things": N_("School things"),
}
RULES = {
    "no-pupil": N_("No pupil is named"),
    "supported-already": N_("The pupil is supported in this fiscal year already"),
    "not-resident": N_("%(persons)s persons are not in the resident record"),
    "on-public-assistance": N_("The household receives public assistance"),
    "income-not-declared": N_("Income of %(persons)s persons is not declared, so that it cannot be measured"),
    "category-first": N_("Income of %(income_yen)s yen is under 1.5 times the need of %(need_yen)s yen"),
    "category-second": N_("Income of %(income_yen)s yen is under 2.5 times the need of %(need_yen)s yen"),
    "category-third": N_("Income of %(income_yen)s yen reaches 2.5 times the need of %(need_yen)s yen"),
}
ERRORS = (
    N_("The standard of need of this fiscal year is not coded here"),
    N_("The application for support is not possible like this"),
    N_("More people live in the household than the application names; take one that names all of them"),
    N_("There is no supported pupil under that number"),
    N_("The support cannot end like this"),
    N_("The account of expenses is not possible like this"),
    N_("The account of this term was entered or approved before"),
    N_("There is no such account of expenses"),
    N_("Somebody else than who entered the account approves it"),
)


def _stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = SupportForm(**{**values, "stage": Stage(values["stage"])})
    form.require_plausible(received_on)
    return form.stated()


APPLICATION_WORDS = ClaimWords(
    procedure=APPLICATION,
    people=(
        ("guardian", Role.APPLICANT, N_("Guardian"), False),
        ("pupil", Role.CHILD, N_("Pupil"), False),
        ("spouse", Role.SPOUSE, N_("The guardian's spouse"), True),
        ("adult", Role.HOUSEHOLD, N_("Another adult of the household"), True),
        ("second", Role.HOUSEHOLD, N_("A further adult of the household"), True),
        ("sibling", Role.CHILD, N_("Another child of the household"), True),
        ("further", Role.CHILD, N_("A further child of the household"), True),
    ),
    fields=(
        ClaimField(name="school_name", label=N_("School"), input=Input.TEXT),
        ClaimField(name="stage", label=N_("Department"), input=Input.CHOICE, choices=STAGES),
        ClaimField(name="enrolled_on", label=N_("Enrolled on"), input=Input.DAY),
        ClaimField(name="dormitory", label=N_("Lives in the school's dormitory"), input=Input.CHECK),
        ClaimField(
            name="on_public_assistance", label=N_("The household receives public assistance"), input=Input.CHECK
        ),
        ClaimField(
            name="premiums_yen",
            label=N_("Insurance premiums deducted from income"),
            input=Input.YEN,
            hint=N_(
                "Social, life and earthquake insurance of the whole household last year; nothing is to be attached"
            ),
            optional=True,
        ),
    ),
    stated=_stated,
    terms={
        "category": N_("Category of support"),
        "income_yen": N_("Income of the household"),
        "need_yen": N_("Need of the household in a year"),
        "from": N_("From"),
        "until": N_("Until"),
    },
    rules=RULES,
)
