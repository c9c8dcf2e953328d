"""The steps of the welfare section's staff: applications by kind, decisions, renewal, return, allowance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import GRADES, Kind
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import (
    APPLY,
    DECIDE,
    RENEW,
    RETURN,
    Application,
)
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import CLAIM, END, Claim
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import DECIDE as GRANT
from mizuhiki.institutions.agency.prefecture_welfare.operations.service import PrefectureWelfare
from mizuhiki.intake.desk import Desk, Field, Input
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Choice

PHYSICAL, ALLOWANCE = "physical-disability-certificate", "special-child-rearing-allowance"
IMPAIRMENTS, CHILDREN = 3, 3
"""How many impairments and children one form has room for."""
KINDS = {
    Kind.PHYSICAL: "Physical disability certificate",
    Kind.INTELLECTUAL: "Rehabilitation certificate",
    Kind.MENTAL: "Mental disability certificate",
}
RULES = {
    "no-impairment": "no impairment is stated",
    "grade": "there is no such grade",
    "six-months": "the doctor's certificate was written less than six months after the first visit",
    "opinion-missing": "the days of the doctor's certificate are missing",
    "no-end": "this certificate does not end",
    "too-early": "renewal is taken from three months before the end",
    "over": "it has ended; a new application is needed",
    "no-child": "no child is stated",
    "twenty": "the child has turned 20",
}


class StepPages:
    """What is done to a file, one page each."""

    def __init__(self, desk: Desk, welfare: PrefectureWelfare) -> None:
        self._desk = desk
        self._welfare = welfare
        for name, view in (
            ("physical", self.physical),
            ("mental", self.mental),
            ("intellectual", self.intellectual),
            ("decision", self.decision),
            ("renewal", self.renewal),
            ("return", self.take_back),
            ("allowance", self.allowance),
            ("allowance-decision", self.allowance_decision),
            ("allowance-end", self.allowance_end),
        ):
            desk.site.route(f"/persons/<reference>/{name}", ("GET", "POST"), endpoint=name)(view)

    @property
    def _(self) -> Callable[..., str]:
        return self._desk.site.translate

    def _grades(self, kind: Kind) -> list[Choice]:
        return [Choice(grade, self._("Grade %(grade)s", grade=grade)) for grade in GRADES[kind]]

    def _kinds(self) -> Field:
        choices = [Choice(kind.value, self._(words)) for kind, words in KINDS.items()]
        return Field(name="kind", label=self._("Certificate"), input=Input.CHOICE, choices=choices)

    def physical(self, reference: str) -> Reply:
        """Take an application with the grades of each impairment."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            grades = [int(values[f"grade_{place}"]) for place in range(1, IMPAIRMENTS + 1) if values[f"grade_{place}"]]
            context = desk.context("take an application for a certificate", PHYSICAL)
            application = Application(
                reference=reference,
                kind=Kind.PHYSICAL,
                impairment=values["impairment"],
                impairment_grades=grades,
                reassessment_on=values["reassessment_on"],
            )
            self._welfare.apply_for_certificate(context, application)

        seven = [Choice(str(grade), _("Grade %(grade)s", grade=grade)) for grade in range(1, 8)]
        fields = [
            Field(name="impairment", label=_("Impairment as in the opinion")),
            *(
                Field(
                    name=f"grade_{place}",
                    label=_("Grade of impairment %(place)s", place=place),
                    input=Input.CHOICE,
                    choices=seven,
                    optional=place > 1,
                )
                for place in range(1, IMPAIRMENTS + 1)
            ),
            Field(name="reassessment_on", label=_("To be reassessed on"), input=Input.DAY, optional=True),
        ]
        rule = _("The grades of several impairments combine by their indices: 18, 11, 7, 4, 2, 1, 0.5.")
        return desk.person_step(APPLY, _("Physical disability certificate"), reference, fields, do, rule)

    def mental(self, reference: str) -> Reply:
        """Take an application with a doctor's certificate."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            application = Application(
                reference=reference,
                kind=Kind.MENTAL,
                impairment="",
                grade=values["grade"],
                first_visit=values["first_visit"],
                written_on=values["written_on"],
            )
            self._welfare.apply_for_certificate(desk.context("take an application for a certificate"), application)

        fields = [
            Field(name="grade", label=_("Grade"), input=Input.CHOICE, choices=self._grades(Kind.MENTAL)),
            Field(name="first_visit", label=_("First visit to the doctor"), input=Input.DAY),
            Field(name="written_on", label=_("Doctor's certificate written on"), input=Input.DAY),
        ]
        rules = (
            _("The doctor's certificate is written six months after the first visit or later."),
            _("The certificate is valid for two years, to the end of the month."),
        )
        return desk.person_step(APPLY, _("Mental disability certificate"), reference, fields, do, *rules)

    def intellectual(self, reference: str) -> Reply:
        """Take an application with the assessment of a guidance centre."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            application = Application(
                reference=reference,
                kind=Kind.INTELLECTUAL,
                impairment="",
                grade=values["grade"],
                reassessment_on=values["reassessment_on"],
            )
            self._welfare.apply_for_certificate(desk.context("take an application for a certificate"), application)

        fields = [
            Field(name="grade", label=_("Grade"), input=Input.CHOICE, choices=self._grades(Kind.INTELLECTUAL)),
            Field(name="reassessment_on", label=_("To be reassessed on"), input=Input.DAY),
        ]
        return desk.person_step(APPLY, _("Rehabilitation certificate"), reference, fields, do)

    def decision(self, reference: str) -> Reply:
        """Issue a certificate or refuse it."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            context = desk.context("decide about a certificate")
            issue = values["decision"] == "issue"
            self._welfare.decide_certificate(context, reference, Kind(values["kind"]), issue=issue)

        choices = [Choice("issue", _("Issue")), Choice("refuse", _("Refuse"))]
        fields = [
            self._kinds(),
            Field(name="decision", label=_("Decision"), input=Input.CHOICE, choices=choices),
        ]
        rule = _("Somebody else than the clerk who took the application decides.")
        return desk.person_step(DECIDE, _("Decide about a certificate"), reference, fields, do, rule)

    def renewal(self, reference: str) -> Reply:
        """Renew the mental certificate."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            self._welfare.renew_certificate(desk.context("renew a certificate"), reference, values["grade"])

        fields = [Field(name="grade", label=_("Grade"), input=Input.CHOICE, choices=self._grades(Kind.MENTAL))]
        rule = _("From three months before the end on; two years are added to the last day.")
        return desk.person_step(RENEW, _("Renew the mental disability certificate"), reference, fields, do, rule)

    def take_back(self, reference: str) -> Reply:
        """Take a certificate back."""
        desk = self._desk

        def do(values: dict[str, Any]) -> None:
            context = desk.context("take a certificate back")
            self._welfare.take_certificate_back(context, reference, Kind(values["kind"]))

        return desk.person_step(RETURN, self._("Take a certificate back"), reference, [self._kinds()], do)

    def allowance(self, reference: str) -> Reply:
        """Take a claim for the allowance."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            children = [
                (values[f"child_{place}"], int(values[f"child_grade_{place}"] or 0))
                for place in range(1, CHILDREN + 1)
                if values[f"child_{place}"] is not None
            ]
            claim = Claim(
                reference=reference,
                children=children,
                income_yen=values["income_yen"],
                dependants=values["dependants"],
                others_income_yen=values["others_income_yen"] or 0,
                others_dependants=values["others_dependants"] or 0,
            )
            self._welfare.claim_allowance(desk.context("take a claim for the allowance", ALLOWANCE), claim)

        two = [Choice(str(grade), _("Grade %(grade)s", grade=grade)) for grade in (1, 2)]
        fields: list[Field] = []
        for place in range(1, CHILDREN + 1):
            later = place > 1
            born, graded = _("Child %(place)s: date of birth", place=place), _("Child %(place)s: grade", place=place)
            fields += [
                Field(name=f"child_{place}", label=born, input=Input.DAY, optional=later),
                Field(name=f"child_grade_{place}", label=graded, input=Input.CHOICE, choices=two, optional=later),
            ]
        others, theirs = _("Income of spouse or relatives who live together"), _("Dependants of that relative")
        fields += [
            Field(name="income_yen", label=_("Income of last year in yen"), input=Input.AMOUNT),
            Field(name="dependants", label=_("Number of dependants"), input=Input.AMOUNT),
            Field(name="others_income_yen", label=others, input=Input.AMOUNT, optional=True),
            Field(name="others_dependants", label=theirs, input=Input.AMOUNT, optional=True),
        ]
        rule = _("Paid from the month after the claim, until the child turns 20; suspended above the limit of income.")
        return desk.person_step(CLAIM, _("Claim for the allowance"), reference, fields, do, rule)

    def allowance_decision(self, reference: str) -> Reply:
        """Grant an allowance or refuse it."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            context = desk.context("decide about the allowance", ALLOWANCE)
            self._welfare.decide_allowance(context, reference, grant=values["decision"] == "grant")

        choices = [Choice("grant", _("Grant")), Choice("refuse", _("Refuse"))]
        fields = [Field(name="decision", label=_("Decision"), input=Input.CHOICE, choices=choices)]
        return desk.person_step(GRANT, _("Decide about the allowance"), reference, fields, do)

    def allowance_end(self, reference: str) -> Reply:
        """End an allowance."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            context = desk.context("end the allowance", ALLOWANCE)
            self._welfare.end_allowance(context, reference, values["ended_on"])

        fields = [Field(name="ended_on", label=_("Ended on"), input=Input.DAY)]
        return desk.person_step(END, _("End the allowance"), reference, fields, do)
