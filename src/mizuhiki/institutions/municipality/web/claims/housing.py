"""Form and words of public housing (市営住宅入居申込書; R-246)."""

from __future__ import annotations

from typing import Any

from mizuhiki.casework.domain import Reason, Role
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, PersonEntry
from mizuhiki.institutions.municipality.domain.claims.housing import CODE, HousingForm
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.web.claims.wording import N_, choices, reason_text, said, yen
from mizuhiki.ui.components import Answer
from mizuhiki.ui.forms import Form

CIRCUMSTANCES = {
    "owns_home": N_("Somebody of the household owns a home"),
    "gang_member": N_("Somebody of the household belongs to an organized crime group"),
    "on_public_assistance": N_("Receives public assistance"),
    "member_disabled": N_("Somebody in the household has a disability certificate"),
}
RULES = {
    "in-need-of-housing": N_("Clearly lacks a home"),
    "income-within-limit": N_("A monthly income of %(monthly_income_yen)s yen, not above %(limit_yen)s"),
    "income-above-limit": N_("A monthly income of %(monthly_income_yen)s yen, above %(limit_yen)s"),
    "income-not-declared": N_("Income is not declared"),
    "owns-home": N_("The household owns a home"),
    "gang-member": N_("Somebody belongs to an organized crime group"),
    "not-resident": N_("Does not live in this city"),
    "wider-for-assistance": N_("The wider limit holds: public assistance"),
    "wider-for-disability": N_("The wider limit holds: a disability"),
    "wider-for-elderly": N_("The wider limit holds: an elderly household"),
    "wider-for-small-children": N_("The wider limit holds: a child before school age"),
}


class HousingScreens:
    """Implements `page.ClaimScreens`."""

    procedure = CODE
    template = "claims/housing.html"
    fields = ("hardship",)

    def __init__(self, desk: CaseDesk[ClaimRecords]) -> None:
        self._desk = desk

    def entries(self) -> list[PersonEntry[ClaimRecords]]:
        """Return the applicant and up to three who move in with them."""
        _ = self._desk.site.translate
        others = (("second", _("Second person")), ("third", _("Third person")), ("fourth", _("Fourth person")))
        return [
            PersonEntry(self._desk, "applicant", Role.APPLICANT, _("Applicant")),
            *(PersonEntry(self._desk, name, Role.HOUSEHOLD, title, optional=True) for name, title in others),
        ]

    def read(self, form: Form) -> HousingForm | None:
        """Return what the application says."""
        _ = self._desk.site.translate
        hardship = form.require("hardship", _("Enter how the household lacks a home"))
        if not form.good:
            return None
        return HousingForm(hardship=hardship, **{name: name in form.all("stated") for name in CIRCUMSTANCES})

    def shown(self) -> dict[str, Any]:
        """Return the choices."""
        return {"stated": choices(self._desk, CIRCUMSTANCES)}

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the application says beyond the people."""
        desk, stated = self._desk, file.case.stated
        _ = desk.site.translate
        return [
            Answer(_("How a home is lacking"), str(stated["hardship"])),
            Answer(_("Stated"), said(desk, CIRCUMSTANCES, stated)),
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed."""
        desk, proposal = self._desk, file.case.proposal
        _ = desk.site.translate
        if proposal is None or not proposal.granted:
            return []
        return [
            Answer(_("Monthly income"), desk.yen(yen(proposal.terms["monthly_income_yen"]))),
            Answer(_("Limit"), desk.yen(yen(proposal.terms["limit_yen"]))),
            Answer(_("Rent starts from"), desk.yen(yen(proposal.terms["rent_base_yen"]))),
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        return reason_text(self._desk, RULES, reason)
