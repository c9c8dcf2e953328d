"""Form and words of disability services (障害福祉サービス支給申請書; R-241)."""

from __future__ import annotations

from typing import Any

from mizuhiki.casework.domain import Reason, Role
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, PersonEntry, whole_number
from mizuhiki.institutions.municipality.domain.claims.disability_services import CODE, Service, ServicesForm
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.web.claims.wording import N_, choices, reason_text, said, yen
from mizuhiki.ui.components import Answer
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

SERVICES = {
    "home-help": N_("Help at home"),
    "day-care": N_("Day care"),
    "work-training": N_("Training for work"),
    "group-home": N_("Group home"),
    "residential": N_("Support in a residential facility"),
}
CIRCUMSTANCES = {"on_public_assistance": N_("Receives public assistance")}
RULES = {
    "disability-certified": N_("A disability is certified"),
    "level-suffices": N_("Level of support %(support_level)s suffices for the service"),
    "cap-assistance": N_("Receives public assistance: nothing is paid by the user"),
    "cap-low-income": N_("Nobody who counts is taxed: nothing is paid by the user"),
    "cap-general-1": N_("Small income: at most %(cap_yen)s yen a month"),
    "cap-general-2": N_("At most %(cap_yen)s yen a month"),
    "income-not-declared": N_("Income is not declared"),
    "not-resident": N_("Does not live in this city"),
    "child-follows-another-act": N_("Services of children follow the Child Welfare Act"),
    "no-certificate": N_("No disability is certified"),
    "level-too-low": N_("Level of support %(support_level)s is below %(least)s, which the service asks for"),
}


class ServicesScreens:
    """Implements `page.ClaimScreens`."""

    procedure = CODE
    template = "claims/disability_services.html"
    fields = ("support_level",)

    def __init__(self, desk: CaseDesk[ClaimRecords]) -> None:
        self._desk = desk

    def entries(self) -> list[PersonEntry[ClaimRecords]]:
        """Return the applicant and the spouse, whose income counts."""
        _ = self._desk.site.translate
        return [
            PersonEntry(self._desk, "applicant", Role.APPLICANT, _("Applicant")),
            PersonEntry(self._desk, "spouse", Role.SPOUSE, _("Spouse"), optional=True),
        ]

    def read(self, form: Form) -> ServicesForm | None:
        """Return what the application says."""
        _ = self._desk.site.translate
        service = form.choose("service", list(Service), _("Choose the service"))
        level = form.parse("support_level", whole_number, _("Enter the level of support, 0 to 6"))
        if not form.good or level is None:
            return None
        assisted = "on_public_assistance" in form.all("stated")
        return ServicesForm(service=Service(service), support_level=level, on_public_assistance=assisted)

    def shown(self) -> dict[str, Any]:
        """Return the choices."""
        return {"services": choices(self._desk, SERVICES), "stated": choices(self._desk, CIRCUMSTANCES)}

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the application says beyond the people."""
        desk, stated = self._desk, file.case.stated
        _ = desk.site.translate
        return [
            Answer(_("Service"), desk.words(SERVICES, str(stated["service"]))),
            Answer(_("Level of support"), str(stated["support_level"])),
            Answer(_("Stated"), said(desk, CIRCUMSTANCES, stated)),
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed."""
        desk, proposal = self._desk, file.case.proposal
        _ = desk.site.translate
        if proposal is None or not proposal.granted:
            return []
        return [
            Answer(_("Service"), desk.words(SERVICES, str(proposal.terms["service"]))),
            Answer(_("Highest share a month"), desk.yen(yen(proposal.terms["cap_yen"]))),
            Answer(_("Granted from"), desk.day(parse_date(str(proposal.terms["from"])))),
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        return reason_text(self._desk, RULES, reason)
