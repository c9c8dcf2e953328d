"""Form, words and the caseworker's record of public assistance (生活保護申請書, 訪問調査記録; R-239)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from mizuhiki.casework.domain import OPEN, Role
from mizuhiki.casework.domain.errors import UnknownClaim
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, ClaimField, ClaimScreens, ClaimWords, Input, whole_number
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible
from mizuhiki.institutions.municipality.domain.claims.investigation import AMOUNTS, Investigation, investigation_in
from mizuhiki.institutions.municipality.domain.claims.livelihood_standard import PLACE_CLASSES
from mizuhiki.institutions.municipality.domain.claims.public_assistance import (
    CODE,
    AssistanceForm,
    Cause,
    decide_by,
)
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.web.claims.wording import N_, WRONG_DAY, WRONG_YEN, choices, said
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.layouts import Scalar

CAUSES = {
    "loss-of-work": N_("Lost work"),
    "illness": N_("Illness or injury"),
    "loss-of-earner": N_("Whoever earned died or left"),
    "savings-used-up": N_("Savings are used up"),
    "little-income": N_("Earns or receives too little"),
    "other": N_("Another cause"),
}
AIDS = {
    "livelihood_aid": N_("Livelihood aid"),
    "housing_aid": N_("Housing aid"),
    "education_aid": N_("Education aid"),
    "care_aid": N_("Long-term care aid"),
    "medical_aid": N_("Medical aid"),
}
RULES = {
    "resides-elsewhere": N_("Lives in another city, and life is not in danger"),
    "assets-not-used": N_("There are assets that must be used first"),
    "ability-not-used": N_("Could work and does not"),
    "income-suffices": N_("Income of %(income_yen)s and money of %(at_hand_yen)s yen reach %(minimum_yen)s"),
    "below-minimum": N_("Income of %(income_yen)s yen is below the minimum of %(minimum_yen)s"),
    "counted-pension-benefit": N_("Counted of pensions: %(amount_yen)s yen a month"),
    "counted-unemployment-benefit": N_("Counted of unemployment benefit: %(amount_yen)s yen in four weeks"),
    "counted-child-rearing-allowance": N_("Counted of the child rearing allowance: %(amount_yen)s yen a month"),
    "counted-special-child-rearing-allowance": N_(
        "Counted of the special child rearing allowance: %(amount_yen)s yen a month"
    ),
    "income-last-year": N_("Municipal tax shows an income of %(income_yen)s yen last year"),
    "aid-lacking": N_("In money %(cash_yen)s yen a month are lacking"),
}
FOUND_AMOUNTS = {
    "livelihood_yen": N_("Livelihood, with additions"),
    "housing_yen": N_("Housing"),
    "education_yen": N_("Education"),
    "care_yen": N_("Long-term care"),
    "medical_yen": N_("Medical care"),
    "wages_yen": N_("Wages a month"),
    "deduction_yen": N_("Deduction from wages"),
    "supporters_yen": N_("Support by relatives a month"),
    "savings_yen": N_("Money and savings"),
}
FOUND = {
    "usable_assets": N_("Assets that must be used first"),
    "unused_ability": N_("Ability to work that is not used"),
    "urgent": N_("Life is in danger"),
}
ACTION = "record-investigation"


def _stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = AssistanceForm(**{**values, "cause": Cause(values["cause"])})
    form.require_plausible(received_on)
    stated: dict[str, Scalar] = msgspec.to_builtins(form)
    return stated


WORDS = ClaimWords(
    procedure=CODE,
    people=(
        ("head", Role.APPLICANT, N_("Head of the household"), False),
        ("spouse", Role.SPOUSE, N_("Spouse"), True),
        ("first", Role.CHILD, N_("First child"), True),
        ("second", Role.CHILD, N_("Second child"), True),
        ("member", Role.HOUSEHOLD, N_("Further member of the household"), True),
    ),
    fields=(
        ClaimField(name="cause", label=N_("Why assistance is asked for"), input=Input.CHOICE, choices=CAUSES),
        ClaimField(name="wages_yen", label=N_("Wages a month"), input=Input.YEN, optional=True),
        ClaimField(name="savings_yen", label=N_("Money and savings"), input=Input.YEN, optional=True),
        ClaimField(name="rent_yen", label=N_("Rent a month"), input=Input.YEN, optional=True),
        ClaimField(name="on_unemployment_benefit", label=N_("Receives unemployment benefit"), input=Input.CHECK),
        ClaimField(
            name="on_child_rearing_allowance", label=N_("Receives the child rearing allowance"), input=Input.CHECK
        ),
        ClaimField(
            name="on_special_allowance", label=N_("Receives the special child rearing allowance"), input=Input.CHECK
        ),
        ClaimField(name="on_pension", label=N_("Receives a public pension"), input=Input.CHECK),
    ),
    stated=_stated,
    terms={
        "monthly_yen": N_("Monthly amount"),
        "first_month_yen": N_("Amount of the first month"),
        "from": N_("Granted from"),
        **AIDS,
    },
    rules=RULES,
    refused_as=ClaimFormImplausible.code,
)


class AssistanceScreens(ClaimScreens[ClaimRecords]):
    """Shows, beside what is claimed, the days for a decision and what the caseworker found."""

    def __init__(self, desk: CaseDesk[ClaimRecords]) -> None:
        super().__init__(desk, [WORDS])

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the claim states and what was found."""
        desk = self._desk
        _ = desk.site.translate
        due, last = decide_by(file.case.received_on)
        days = _("%(due)s; with a special reason %(last)s", due=desk.day(due), last=desk.day(last))
        answers = [*super().claim(file), Answer(_("To be decided by"), days)]
        found = investigation_in(file.facts)
        if found is None:
            return [*answers, Answer(_("Visit to the household"), _("not recorded yet"))]
        return [
            *answers,
            Answer(_("Visit to the household"), desk.day(found.visited_on)),
            Answer(_("Class of the place"), found.place_class),
            *(Answer(_(title), desk.yen(getattr(found, name))) for name, title in FOUND_AMOUNTS.items()),
            Answer(_("Found"), said(desk, FOUND, msgspec.to_builtins(found))),
            Answer(_("Remarks"), found.remarks),
        ]


class InvestigationPage:
    """The caseworker's record of a visit, below a case."""

    def __init__(self, desk: CaseDesk[ClaimRecords], claims: Claims, prefix: str) -> None:
        self._desk = desk
        self._claims = claims
        self._prefix = prefix
        path = f"{prefix}/<case>/investigation"
        desk.site.route(path, ("GET", "POST"), endpoint=f"{prefix}-investigation")(self.record)

    def steps(self, file: CaseFile) -> list[tuple[str, Action]]:
        """Return the step that opens this page, while the case is not decided."""
        if file.case.state not in OPEN:
            return []
        label = self._desk.site.translate("Record a visit to the household")
        return [(ACTION, Action(label, f"{self._prefix}/{file.case.case}/investigation", "v"))]

    def record(self, case: str) -> Reply:
        """Take a record; whatever is wrong comes back with everything typed."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ACTION)
        context = desk.context("record a visit to a household")
        file = desk.service.case_file(context, case)
        if file.case.procedure != CODE:
            raise UnknownClaim
        form = desk.form(visited_on=context.today().isoformat())
        if request.method == "POST":
            visited = form.parse("visited_on", parse_date, _(WRONG_DAY))
            place = form.choose("place_class", PLACE_CLASSES, _("Choose the class of the place"))
            remarks = form.require("remarks", _("Enter what was found"))
            amounts: dict[str, Any] = {
                name: form.parse_if_given(name, whole_number, _(WRONG_YEN)) or 0 for name in AMOUNTS
            }
            if form.good and visited is not None:
                flags = {name: name in form.all("found") for name in FOUND}
                found = Investigation(
                    visited_on=visited, place_class=place, remarks=remarks.strip(), **amounts, **flags
                )
                fields = ("visited_on", "place_class", "remarks", *AMOUNTS)
                if desk.attempt(
                    form,
                    lambda: self._claims.record_investigation(context, case, found),
                    {f"investigation-implausible/{name}": name for name in fields},
                ):
                    return desk.site.redirect(f"{self._prefix}/{case}")
        return desk.site.render(
            "claims/investigation.html",
            form=form,
            case=case,
            prefix=self._prefix,
            bar=[Answer(_("Applicant"), file.people[file.case.applicant.person].four_items.name)],
            places=[Choice(one, one) for one in PLACE_CLASSES],
            amounts=[(name, _(title)) for name, title in FOUND_AMOUNTS.items()],
            found=choices(desk, FOUND),
        )
