"""Claim for child allowance at the counter (児童手当法7条): identity check in five steps (番号法16条; R-021, R-051).

Each step is confirmed on its own; there is no "all done" box. The number is kept in the session between the steps and
stands masked on the check page.
"""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.addressees import IdentityChecklist, NumberIntake
from mizuhiki.institutions.municipality.domain.allowance_cases import ChildAllowanceApplication
from mizuhiki.institutions.municipality.domain.residents import HouseholdMember, HouseholdView, RecordState
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import ALLOWANCE, REGISTER, Desk
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Answer, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import legal_age_on, parse_date
from mizuhiki.vocabulary.numbers import IndividualNumber

ACTION = "apply-child-allowance"
NUMBER = "number"
STEPS = ("application", "card_shown", "face_checked", "chip_equals_face", "number_and_items_compared")
OLDEST_CHILD = 18
"""Children up to this age count for the rank (児童手当法3条), so they can be chosen."""
_REFUSALS = {
    **{f"identity-not-verified/{step.replace('_', '-')}": step for step in STEPS},
    "number-does-not-match/claimant": "claimant",
    "number-does-not-match": NUMBER,
    "number-not-here": NUMBER,
    "malformed-individual-number": NUMBER,
    "date-impossible/received_on": "received_on",
    "empty-form/children": "children",
    "unknown-resident": "claimant",
}


class AllowanceClaimPages:
    """The claim's form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk, secret=(NUMBER,))
        desk.site.route("/households/<household>/allowance", ("GET", "POST"))(self.claim)

    def claim(self, household: str) -> Reply:
        """Take a claim step by step; it ends on the screen of the case."""
        desk = self._desk
        desk.require(ACTION)
        view = desk.operations.household_view(
            desk.context(REGISTER, "show the household of a claim"), household, work=Work.CLAIM
        )
        step, form = self._guided.read(received_on=desk.today().isoformat())
        if step in {Step.SHOW, Step.EDIT}:
            return self._show(view, form)
        done = desk.site.stored(f"claim/{desk.request_id(form)}")
        if isinstance(done, str):
            return desk.site.redirect(f"/cases/{done}")
        checked = self._read(view, form)
        if checked is None:
            return self._show(view, form)
        if step is Step.CHECK:
            return self._check(view, form, checked)
        context = desk.context(ALLOWANCE, "take a claim for child allowance")
        case: list[str] = []
        if not desk.attempt(
            form, lambda: case.append(desk.operations.apply_child_allowance(context, checked)), _REFUSALS
        ):
            return self._show(view, form)
        self._guided.finish(form)
        desk.site.store(f"claim/{checked.request_id}", case[0])
        desk.site.store(f"case-opened/{case[0]}", value=True)
        return desk.site.redirect(f"/cases/{case[0]}")

    def _members(self, view: HouseholdView, *, children: bool) -> list[HouseholdMember]:
        today = self._desk.today()
        return [
            member
            for member in view.members
            if member.summary.state is not RecordState.REMOVED
            and (legal_age_on(member.summary.birth_date, today) <= OLDEST_CHILD) is children
        ]

    def _choices(self, members: list[HouseholdMember]) -> list[Choice]:
        desk, words = self._desk, self._desk.words
        today = desk.today()
        return [
            Choice(
                one.resident, one.name, f"{words.relationship(one.relationship)}, {words.born(one.birth_date, today)}"
            )
            for one in (member.summary for member in members)
        ]

    def _steps(self) -> list[tuple[str, str, str]]:
        _ = self._desk.site.translate
        texts = (
            (_("Claim received"), _("The claim form is filled in and signed with the number on it.")),
            (_("Card shown"), _("The person shows the Individual Number Card itself.")),
            (_("Face checked"), _("The photograph on the card is the person before you.")),
            (_("Chip equals the printed face"), _("The items read from the chip are those printed on the card.")),
            (_("Number and items compared"), _("Number and items of the claim are those of the card.")),
        )
        return [(name, *text) for name, text in zip(STEPS, texts, strict=True)]

    def _show(self, view: HouseholdView, form: Form) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        return desk.site.render(
            "claim.html",
            form=form,
            view=view,
            bar=[Answer(_("Household"), view.members[0].summary.name if view.members else ""),
                 Answer(_("Address"), view.address)],
            claimants=self._choices(self._members(view, children=False)),
            children=self._choices(self._members(view, children=True)),
            steps=[(name, title, [Choice("yes", text)]) for name, title, text in self._steps()],
        )  # fmt: skip

    def _read(self, view: HouseholdView, form: Form) -> ChildAllowanceApplication | None:
        desk = self._desk
        _ = desk.site.translate
        adults = [member.summary.resident for member in self._members(view, children=False)]
        minors = {member.summary.resident for member in self._members(view, children=True)}
        claimant = form.choose("claimant", adults, _("Choose the claimant"))
        children = tuple(resident for resident in form.all("children") if resident in minors)
        if not children:
            form.refuse("children", _("Choose at least one child"))
        received = form.parse("received_on", parse_date, _("Enter the day of receipt like 2019-12-02"))
        if received and received > desk.today():
            form.refuse("received_on", _("The day of receipt cannot lie in the future"))
        bank = form.require("bank_account_label", _("Enter the bank transfer name"))
        intake = self._intake(form)
        request_id = desk.request_id(form)
        if not form.good or received is None or intake is None:
            return None
        return ChildAllowanceApplication(request_id, claimant, children, received, intake, bank)

    def _intake(self, form: Form) -> NumberIntake | None:
        _ = self._desk.site.translate
        number = form.require(NUMBER, _("Enter the number from the claim"))
        if number:
            form.parse(NUMBER, IndividualNumber.parse, _("This is not an Individual Number; check the twelve digits"))
        name = form.require("written_name", _("Enter the name as written on the claim"))
        birth = form.parse(
            "written_birth_date", parse_date, _("Enter the date of birth like 1985-04-01 or 昭和60年4月1日")
        )
        address = form.require("written_address", _("Enter the address as written on the claim"))
        confirmed = {step: form.value(step) == "yes" for step in STEPS}
        for step, title, _text in self._steps():
            if not confirmed[step]:
                form.refuse(step, _("Not confirmed: %(step)s", step=title))
        if birth is None:
            return None
        return NumberIntake(number, name, birth, address, IdentityChecklist(**confirmed), "claim for child allowance")

    def _check(self, view: HouseholdView, form: Form, checked: ChildAllowanceApplication) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        names = {member.summary.resident: member.summary.name for member in view.members}
        intake = checked.intake
        return desk.site.render(
            "check.html",
            title=_("Check the claim"),
            answers=[
                Answer(_("Claimant"), names[checked.claimant]),
                Answer(_("Children"), words.listed([names[child] for child in checked.children])),
                Answer(_("Day of receipt"), words.day(checked.received_on)),
                Answer(_("Bank transfer name"), checked.bank_account_label),
                Answer(_("Individual Number"), IndividualNumber.parse(intake.number_text).masked()),
                Answer(_("Name on the claim"), intake.name),
                Answer(_("Date of birth on the claim"), words.day(intake.birth_date)),
                Answer(_("Address on the claim"), intake.address),
                Answer(_("Identity check"), words.listed([title for _name, title, _text in self._steps()])),
            ],
            carried=self._guided.carried(form),
            warning_title="",
            warning="",
            enter=_("Take the claim"),
            after=_(
                "The number is compared with the register. Then tax and pension information is requested; "
                "no papers are needed."
            ),
        )
