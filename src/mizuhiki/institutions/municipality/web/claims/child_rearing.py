"""Form and words of the child rearing allowance (児童扶養手当認定請求書; R-238)."""

from __future__ import annotations

from typing import Any

from mizuhiki.casework.domain import Reason, Role
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, PersonEntry, whole_number
from mizuhiki.institutions.municipality.domain.claims.child_rearing import CODE, ChildRearingForm, Ground
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.web.claims.wording import (
    N_,
    WRONG_DAY,
    WRONG_YEN,
    choices,
    reason_text,
    said,
    yen,
)
from mizuhiki.ui.components import Answer
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

GROUNDS = {
    "divorce": N_("Divorced"),
    "death": N_("The other parent died"),
    "disabled-parent": N_("The other parent is severely disabled"),
    "missing": N_("It is not known whether the other parent lives"),
    "abandoned": N_("Abandoned by the other parent for a year"),
    "protection-order": N_("A court ordered protection from the other parent"),
    "imprisoned": N_("The other parent is imprisoned for a year"),
    "unmarried": N_("Born out of wedlock"),
}
CIRCUMSTANCES = {
    "living_with_partner": N_("Lives with a partner as if married"),
    "on_pension": N_("Receives a public pension"),
    "child_disabled": N_("A child has a disability certificate"),
    "on_special_allowance": N_("Receives the special child rearing allowance"),
}
OUTCOMES = {"full": N_("Full"), "partial": N_("Partial"), "refused": N_("Refused")}
RULES = {
    "alone-with-child": N_("Brings a child up alone"),
    "income-below-limit": N_("Income of %(income_yen)s yen with %(dependants)s dependants: the full amount"),
    "income-between-limits": N_("Income of %(income_yen)s yen with %(dependants)s dependants: a part"),
    "income-above-limit": N_("Income of %(income_yen)s yen with %(dependants)s dependants reaches the limit"),
    "income-not-declared": N_("Income is not declared"),
    "lives-with-partner": N_("Lives with a partner as if married"),
    "claimant-not-resident": N_("Does not live in this city"),
    "no-child-of-that-age": N_("No child is of the age that counts"),
    "child-lives-elsewhere": N_("%(persons)s children are not residents"),
    "supporter-above-limit": N_("A relative of the household has an income of %(income_yen)s yen, above the limit"),
    "pension-beside": N_("A pension of %(pension_monthly_yen)s yen a month is taken off"),
}


class ChildRearingScreens:
    """Implements `page.ClaimScreens`."""

    procedure = CODE
    template = "claims/child_rearing.html"
    fields = ("since", "maintenance_yen")

    def __init__(self, desk: CaseDesk[ClaimRecords]) -> None:
        self._desk = desk

    def entries(self) -> list[PersonEntry[ClaimRecords]]:
        """Return claimant, up to three children and a relative who lives with them."""
        _ = self._desk.site.translate
        return [
            PersonEntry(self._desk, "claimant", Role.APPLICANT, _("Claimant")),
            PersonEntry(self._desk, "first", Role.CHILD, _("First child")),
            PersonEntry(self._desk, "second", Role.CHILD, _("Second child"), optional=True),
            PersonEntry(self._desk, "third", Role.CHILD, _("Third child"), optional=True),
            PersonEntry(self._desk, "relative", Role.HOUSEHOLD, _("Relative in the household"), optional=True),
        ]

    def read(self, form: Form) -> ChildRearingForm | None:
        """Return what the claim says."""
        _ = self._desk.site.translate
        ground = form.choose("ground", list(Ground), _("Choose why the claimant is alone with the child"))
        since = form.parse("since", parse_date, _(WRONG_DAY))
        maintenance = form.parse_if_given("maintenance_yen", whole_number, _(WRONG_YEN))
        if not form.good or since is None:
            return None
        stated = {name: name in form.all("stated") for name in CIRCUMSTANCES}
        return ChildRearingForm(ground=Ground(ground), since=since, maintenance_yen=maintenance or 0, **stated)

    def shown(self) -> dict[str, Any]:
        """Return the choices."""
        return {"grounds": choices(self._desk, GROUNDS), "stated": choices(self._desk, CIRCUMSTANCES)}

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the claim says beyond the people."""
        desk, stated = self._desk, file.case.stated
        _ = desk.site.translate
        return [
            Answer(_("Alone with the child because"), desk.words(GROUNDS, str(stated["ground"]))),
            Answer(_("Since"), desk.day(parse_date(str(stated["since"])))),
            Answer(_("Maintenance received in the year"), desk.yen(yen(stated["maintenance_yen"]))),
            Answer(_("Stated"), said(desk, CIRCUMSTANCES, stated)),
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed."""
        desk, proposal = self._desk, file.case.proposal
        _ = desk.site.translate
        if proposal is None or not proposal.granted:
            return []
        return [
            Answer(_("Allowance"), desk.words(OUTCOMES, proposal.outcome)),
            Answer(_("Monthly amount"), desk.yen(yen(proposal.terms["monthly_yen"]))),
            Answer(_("Children who count"), str(proposal.terms["children"])),
            Answer(_("Granted from"), desk.day(parse_date(str(proposal.terms["from"])))),
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        return reason_text(self._desk, RULES, reason)
