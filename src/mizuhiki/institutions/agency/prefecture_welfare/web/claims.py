"""Claims for the allowance, and for the mental certificate on a pension: forms, words and pages (R-240, R-251)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import (
    CaseDesk,
    CasePages,
    ClaimField,
    ClaimPage,
    ClaimScreens,
    ClaimWords,
    FieldOfWork,
    Input,
    SavingsPage,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import PensionCertificateForm, allowance_form
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import ALLOWANCE_CODE, CERTIFICATE_CODE
from mizuhiki.institutions.agency.prefecture_welfare.operations.service import PrefectureWelfare
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.layouts import Scalar

CERTIFICATE_WORK = FieldOfWork("mental-health", "精神保健福祉法45条; 番号法9条1項, 19条8号")
ALLOWANCE_WORK = FieldOfWork(
    "special-child-rearing-allowance", "特別児童扶養手当等の支給に関する法律5条; 番号法9条1項, 19条8号"
)


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


CERTIFICATE_RULES = {
    "certificate-held": N_("A mental disability certificate is held or applied for"),
    "inquiry-not-agreed": N_("The applicant does not agree to an inquiry at the pension service"),
    "not-for-mental-disorder": N_("The pension is not paid for a mental disorder; a doctor's certificate is needed"),
    "no-disability-pension": N_("No disability pension is received"),
    "pension-without-grade": N_("The pension service told no grade"),
    "grade-of-pension": N_("Grade %(grade)s, as that of the pension"),
}
ALLOWANCE_RULES = {
    "allowance-stands": N_("The allowance is received or asked for already"),
    "not-resident": N_("%(persons)s persons are not in the resident record"),
    "income-not-declared": N_("Income of %(persons)s persons is not declared"),
    "income-above-limit": N_("Suspended: the claimant's income counts as %(income_yen)s yen"),
    "allowance-granted": N_("Granted for %(children)s children"),
}


def _certificate(values: Mapping[str, Any], _received_on: date) -> Mapping[str, Scalar]:
    return PensionCertificateForm(**values).stated()


def _allowance(values: Mapping[str, Any], _received_on: date) -> Mapping[str, Scalar]:
    return allowance_form(values["grades"]).stated()


CERTIFICATE = ClaimWords(
    procedure=CERTIFICATE_CODE,
    people=(("applicant", Role.APPLICANT, N_("Applicant"), False),),
    fields=(
        ClaimField(
            name="for_mental_disorder", label=N_("The pension is paid for a mental disorder"), input=Input.CHECK
        ),
        ClaimField(
            name="agrees_to_inquiry",
            label=N_("The applicant agrees to an inquiry about the pension"),
            input=Input.CHECK,
        ),
    ),
    stated=_certificate,
    terms={"grade": N_("Grade")},
    rules=CERTIFICATE_RULES,
)
ALLOWANCE = ClaimWords(
    procedure=ALLOWANCE_CODE,
    people=(
        ("claimant", Role.APPLICANT, N_("Claimant"), False),
        ("spouse", Role.SPOUSE, N_("Spouse"), True),
        ("supporter", Role.HOUSEHOLD, N_("Relative in the household who must support"), True),
        ("first", Role.CHILD, N_("First child"), False),
        ("second", Role.CHILD, N_("Second child"), True),
    ),
    fields=(
        ClaimField(
            name="grades",
            label=N_("Grades of the children"),
            input=Input.TEXT,
            hint=N_("1 or 2 for each child in order, with commas, such as 1,2"),
        ),
    ),
    stated=_allowance,
    terms={"monthly_yen": N_("Monthly amount"), "from": N_("From"), "suspended": N_("Suspended for income")},
    rules=ALLOWANCE_RULES,
)


def claim_pages(site: Site, welfare: PrefectureWelfare) -> None:
    """Add the pages of both claims to the site; each has an affair of its own."""
    authority = welfare.adapters.authority
    for words, work, prefix in (
        (CERTIFICATE, CERTIFICATE_WORK, "/certificate-claims"),
        (ALLOWANCE, ALLOWANCE_WORK, "/allowance-claims"),
    ):
        desk = CaseDesk(site, welfare.claims, authority, work)
        CasePages(desk, ClaimScreens(desk, [words]), prefix=prefix)
        ClaimPage(desk, words, prefix)
    SavingsPage(CaseDesk(site, welfare.claims, authority, CERTIFICATE_WORK))
