"""Claims for the childbirth lump sum: form, words and pages (R-245)."""

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
from mizuhiki.institutions.agency.health_insurer.domain.childbirth import ChildbirthForm
from mizuhiki.institutions.agency.health_insurer.domain.procedures import CHILDBIRTH_CODE
from mizuhiki.institutions.agency.health_insurer.operations.service import HealthInsurer
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.layouts import Scalar

AFFAIR = "health-insurance"
BASIS = "健康保険法101条; 番号法9条1項, 19条8号"


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


RULES = {
    "claimed-too-late": N_("Claimed more than two years after the birth on %(born_on)s"),
    "pregnancy-too-short": N_("The pregnancy lasted %(days)s days; 85 are needed"),
    "mother-not-insured": N_("The mother was not insured here on %(born_on)s, nor six months before after a year"),
    "paid-already": N_("The sum was paid for this birth already"),
    "children-not-registered": N_("The resident record knows %(registered)s of the children"),
    "birth-date-differs": N_("The register states another date of birth"),
    "childbirth-paid": N_("Paid for %(children)s children"),
}
ERRORS = (N_("The claim for the childbirth lump sum is not possible like this"),)


def stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    """Return the statements of a claim.

    Raises:
        ChildbirthImplausible: see `ChildbirthForm.require_plausible`.
    """
    form = ChildbirthForm(**values)
    form.require_plausible(received_on)
    return form.stated()


CHILDBIRTH = ClaimWords(
    procedure=CHILDBIRTH_CODE,
    people=(
        ("insured", Role.APPLICANT, N_("Insured person"), False),
        ("spouse", Role.SPOUSE, N_("Mother, where she is the insured person's dependant"), True),
        ("first", Role.CHILD, N_("First child"), True),
        ("second", Role.CHILD, N_("Second child"), True),
    ),
    fields=(
        ClaimField(name="born_on", label=N_("Day of the birth"), input=Input.DAY),
        ClaimField(name="children", label=N_("Number of children"), input=Input.NUMBER),
        ClaimField(name="pregnancy_days", label=N_("Days of pregnancy"), input=Input.NUMBER),
        ClaimField(
            name="under_scheme",
            label=N_("The birth falls under the obstetric compensation scheme"),
            input=Input.CHECK,
        ),
        ClaimField(name="born_alive", label=N_("Born alive; a stillbirth is attested by a doctor"), input=Input.CHECK),
        ClaimField(
            name="paid_directly_yen",
            label=N_("Paid directly to the hospital, in yen"),
            input=Input.YEN,
            optional=True,
        ),
    ),
    stated=stated,
    terms={"sum_yen": N_("Lump sum"), "amount_yen": N_("Left to pay"), "children": N_("Number of children")},
    rules=RULES,
)


def claim_pages(site: Site, insurer: HealthInsurer) -> None:
    """Add the pages of claims to the site."""
    desk = CaseDesk(site, insurer.claims, insurer.adapters.authority, FieldOfWork(AFFAIR, BASIS))
    CasePages(desk, ClaimScreens(desk, [CHILDBIRTH]))
    ClaimPage(desk, CHILDBIRTH, "/cases")
    SavingsPage(desk)
