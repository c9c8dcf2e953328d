"""Words of student aid: what a claim states, what is granted, which rule was applied."""

from __future__ import annotations

from mizuhiki.casework.domain import Reason
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk
from mizuhiki.institutions.agency.student_services.domain.aid import form_of
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.ui.components import Answer
from mizuhiki.vocabulary.dates import parse_date


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


AIDS = {"grant": N_("Grant"), "emergency-loan": N_("Emergency loan without interest")}
SCHOOLS = {"national-public": N_("National or public school"), "private": N_("Private school")}
LIVINGS = {"home": N_("Lives at home"), "away": N_("Lives away from home")}
CIRCUMSTANCES = {
    "school_attests": N_("The school attests to learning and character"),
    "social_care": N_("In social care"),
    "on_public_assistance": N_("The household receives public assistance"),
    "parent_lost_work": N_("A parent lost their work"),
    "parent_on_pension": N_("A parent receives a pension"),
    "member_disabled": N_("Somebody in the household has a disability certificate"),
}
RULES = {
    "entered-before-grants": N_("Entered school in fiscal %(entered)s, before grants began"),
    "school-does-not-attest": N_("The school does not attest to learning and character"),
    "advance-year-private-away-only": N_(
        "Entered in fiscal %(entered)s, when only students of private schools away from home got grants"
    ),
    "social-care": N_("The student is in social care"),
    "household-on-public-assistance": N_("The household receives public assistance"),
    "household-not-taxed": N_("None of the %(persons)s supporters pays income levy of municipal tax"),
    "no-supporter-named": N_("No supporter is named"),
    "income-not-declared": N_("Income of %(persons)s supporters is not declared"),
    "supporter-taxed": N_("%(persons)s supporters pay income levy of municipal tax"),
    "no-loss-of-work-confirmed": N_("No loss of work is confirmed"),
    "loss-of-work-too-long-ago": N_("Work was lost on %(lost_on)s, more than twelve months ago"),
    "loss-of-work-confirmed": N_("Work was lost on %(lost_on)s"),
    "supporter-on-pension": N_("Beside: supporters receive %(yearly_yen)s yen of pensions a year"),
    "disability-in-household": N_("Beside: %(persons)s persons have a disability certificate"),
}
ERRORS = (
    N_("The rule for this aid on this day is not coded here"),
    N_("The application for student aid is not possible like this"),
    N_("There is no scholar under that number"),
    N_("The aid cannot end like this"),
)


class AidScreens:
    """Implements `casework.web.Screens`."""

    def __init__(self, desk: CaseDesk[Records]) -> None:
        self._desk = desk

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the application says."""
        desk, form = self._desk, form_of(file.case.stated)
        _ = desk.site.translate
        stated = file.case.stated
        said = [_(words) for name, words in CIRCUMSTANCES.items() if stated.get(name)]
        return [
            Answer(_("Aid"), _(AIDS[form.aid.value])),
            Answer(_("School"), f"{form.school_name} ({_(SCHOOLS[form.school.value])})"),
            Answer(_("Lives"), _(LIVINGS[form.living.value])),
            Answer(_("Entered and leaves"), f"{desk.day(form.entered_on)} – {desk.day(form.graduates_on)}"),
            Answer(_("Stated"), "、".join(said) if desk.japanese else "; ".join(said)),
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed."""
        desk, proposal = self._desk, file.case.proposal
        _ = desk.site.translate
        if proposal is None or not proposal.granted:
            return []
        terms = proposal.terms
        return [
            Answer(_("Aid"), _(AIDS[str(terms["aid"])])),
            Answer(_("Monthly amount"), desk.yen(int(terms["monthly_yen"] or 0))),
            Answer(_("From"), desk.day(parse_date(str(terms["from"])))),
            Answer(_("Until"), desk.day(parse_date(str(terms["until"])))),
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        if reason.rule not in RULES:
            return reason.rule
        return self._desk.site.translate(RULES[reason.rule], **dict(reason.values))
