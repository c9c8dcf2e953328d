"""Form and words of the reduction of care premiums (介護保険料減免申請書; R-244)."""

from __future__ import annotations

from typing import Any

from mizuhiki.casework.domain import Reason, Role
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, PersonEntry, whole_number
from mizuhiki.institutions.municipality.domain.claims.care_premium import CODE, PremiumForm, ReliefGround
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.web.claims.wording import N_, WRONG_YEN, choices, reason_text, said, yen
from mizuhiki.ui.components import Answer
from mizuhiki.ui.forms import Form

GROUNDS = {
    "disaster": N_("The home was damaged by a disaster"),
    "loss-of-income": N_("Whoever supports the household lost much of their income"),
    "need": N_("The household is in need"),
}
AMOUNTS = {
    "expected_income_yen": N_("Income expected this year"),
    "pension_yen": N_("Public pension received in the year"),
    "savings_yen": N_("Savings of the household"),
}
CIRCUMSTANCES = {
    "supported_by_taxpayer": N_("Is supported by somebody who is taxed"),
    "on_public_assistance": N_("Receives public assistance"),
}
RULES = {
    "premium-stage": N_("Stage %(stage)s: a premium of %(premium_yen)s yen a year"),
    "not-insured-here": N_("Is not insured in this city"),
    "below-sixty-five": N_("Is not 65 yet, so pays through the health insurance"),
    "premium-paid-by-assistance": N_("Public assistance pays the premium"),
    "income-not-declared": N_("Income is not declared"),
    "home-half-destroyed": N_("The home lost %(damage_per_cent)s per cent: the whole premium is let off"),
    "home-damaged": N_("The home lost %(damage_per_cent)s per cent: half the premium is let off"),
    "damage-below-limit": N_("The home lost %(damage_per_cent)s per cent, less than 30"),
    "income-above-relief": N_("Income of %(before_yen)s yen last year is above what is relieved"),
    "loss-below-half": N_("Income falls from %(before_yen)s to %(expected_yen)s yen, by less than half"),
    "income-halved": N_("Income falls from %(before_yen)s to %(expected_yen)s yen, by half or more"),
    "somebody-taxed": N_("Somebody in the household, or who supports it, is taxed"),
    "income-above-need": N_("The household has %(income_yen)s yen a year, above %(limit_yen)s"),
    "savings-above-need": N_("Savings are above %(limit_yen)s yen"),
    "household-in-need": N_("The household has %(income_yen)s yen a year, not above %(limit_yen)s"),
}


class PremiumScreens:
    """Implements `page.ClaimScreens`."""

    procedure = CODE
    template = "claims/care_premium.html"
    fields = ("damage_per_cent", *AMOUNTS)

    def __init__(self, desk: CaseDesk[ClaimRecords]) -> None:
        self._desk = desk

    def entries(self) -> list[PersonEntry[ClaimRecords]]:
        """Return the insured and two further members of the household."""
        _ = self._desk.site.translate
        return [
            PersonEntry(self._desk, "insured", Role.APPLICANT, _("Insured person")),
            PersonEntry(self._desk, "second", Role.HOUSEHOLD, _("Second member of the household"), optional=True),
            PersonEntry(self._desk, "third", Role.HOUSEHOLD, _("Third member of the household"), optional=True),
        ]

    def read(self, form: Form) -> PremiumForm | None:
        """Return what the application says."""
        _ = self._desk.site.translate
        ground = form.choose("ground", list(ReliefGround), _("Choose why relief is asked for"))
        damage = form.parse_if_given("damage_per_cent", whole_number, _("Enter a whole number of per cent"))
        amounts = {name: form.parse_if_given(name, whole_number, _(WRONG_YEN)) or 0 for name in AMOUNTS}
        if not form.good:
            return None
        chosen = form.all("stated")
        return PremiumForm(
            ground=ReliefGround(ground),
            damage_per_cent=damage or 0,
            expected_income_yen=amounts["expected_income_yen"],
            pension_yen=amounts["pension_yen"],
            savings_yen=amounts["savings_yen"],
            supported_by_taxpayer="supported_by_taxpayer" in chosen,
            on_public_assistance="on_public_assistance" in chosen,
        )

    def shown(self) -> dict[str, Any]:
        """Return the choices."""
        _ = self._desk.site.translate
        return {
            "grounds": choices(self._desk, GROUNDS),
            "amounts": [(name, _(title)) for name, title in AMOUNTS.items()],
            "stated": choices(self._desk, CIRCUMSTANCES),
        }

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the application says beyond the people."""
        desk, stated = self._desk, file.case.stated
        _ = desk.site.translate
        return [
            Answer(_("Ground"), desk.words(GROUNDS, str(stated["ground"]))),
            Answer(_("Damage in per cent"), str(stated["damage_per_cent"])),
            *(Answer(_(title), desk.yen(yen(stated[name]))) for name, title in AMOUNTS.items()),
            Answer(_("Stated"), said(desk, CIRCUMSTANCES, stated)),
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed."""
        desk, proposal = self._desk, file.case.proposal
        _ = desk.site.translate
        if proposal is None:
            return []
        terms = proposal.terms
        return [
            Answer(_("Stage"), str(terms["stage"])),
            Answer(_("Premium before"), desk.yen(yen(terms["premium_before_yen"]))),
            Answer(_("Premium after"), desk.yen(yen(terms["premium_yen"]))),
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        return reason_text(self._desk, RULES, reason)
