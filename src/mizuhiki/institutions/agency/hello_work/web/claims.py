"""Claims for care leave benefit: form, words and pages (R-243)."""

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
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeaveForm, Kin
from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.institutions.agency.hello_work.operations.service import HelloWork
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.layouts import Scalar

AFFAIR = "employment-insurance"
BASIS = "雇用保険法61条の6; 番号法9条1項, 19条8号"


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


KINS = {
    "spouse": N_("Spouse"),
    "parent": N_("Parent"),
    "child": N_("Child"),
    "parent-of-spouse": N_("Parent of the spouse"),
    "grandparent": N_("Grandparent"),
    "sibling": N_("Brother or sister"),
    "grandchild": N_("Grandchild"),
}
RULES = {
    "not-insured-at-start": N_("No insured employment when the leave began on %(leave_from)s"),
    "months-worked-too-few": N_("Worked in %(months)s months of the two years before; twelve are needed"),
    "leaves-used-up": N_("%(times)s leaves with %(days)s days were paid for this member of the family already"),
    "worked-too-much": N_("Worked on more than ten days of a month of leave"),
    "family-member-not-resident": N_("The member of the family is not in the resident record"),
    "kin-differs-from-record": N_("The resident record states another relationship"),
    "wages-reach-eighty-percent": N_("Wages of %(wage_paid_yen)s yen reach 80 percent of the wage before"),
    "care-leave-paid": N_("Paid for %(days)s days"),
}
ERRORS = (
    N_("The claim for care leave benefit is not possible like this"),
    N_("The rule for care leave benefit on this day is not coded here"),
)


def stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    """Return the statements of a claim.

    Raises:
        CareLeaveImplausible: see `CareLeaveForm.require_plausible`.
    """
    form = CareLeaveForm(**{**values, "kin": Kin(values["kin"])})
    form.require_plausible(received_on)
    return form.stated()


CARE_LEAVE = ClaimWords(
    procedure=CARE_LEAVE_CODE,
    people=(
        ("claimant", Role.APPLICANT, N_("Claimant"), False),
        ("member", Role.HOUSEHOLD, N_("Member of the family who is cared for"), False),
    ),
    fields=(
        ClaimField(
            name="kin", label=N_("The member of the family is the claimant's"), input=Input.CHOICE, choices=KINS
        ),
        ClaimField(name="leave_from", label=N_("First day of the leave"), input=Input.DAY),
        ClaimField(name="leave_until", label=N_("Last day of the leave"), input=Input.DAY),
        ClaimField(name="six_months_wage_yen", label=N_("Wages of the six months before, in yen"), input=Input.YEN),
        ClaimField(
            name="months_worked",
            label=N_("Months with eleven or more days of work, of the two years before"),
            input=Input.NUMBER,
        ),
        ClaimField(name="days_worked", label=N_("Days worked during the leave"), input=Input.NUMBER, optional=True),
        ClaimField(name="wage_paid_yen", label=N_("Wages paid for the leave, in yen"), input=Input.YEN, optional=True),
    ),
    stated=stated,
    terms={"days": N_("Days"), "amount_yen": N_("Amount"), "from": N_("From")},
    rules=RULES,
)


def claim_pages(site: Site, hello_work: HelloWork) -> None:
    """Add the pages of claims to the site."""
    desk = CaseDesk(site, hello_work.claims, hello_work.adapters.authority, FieldOfWork(AFFAIR, BASIS))
    CasePages(desk, ClaimScreens(desk, [CARE_LEAVE]))
    ClaimPage(desk, CARE_LEAVE, "/cases")
    SavingsPage(desk)
