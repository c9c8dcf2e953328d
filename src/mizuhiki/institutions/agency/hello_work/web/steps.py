"""The steps of Hello Work's staff: acquisition, loss with the employer's certificate, qualification, certification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mizuhiki.institutions.agency.hello_work.domain.benefits import Declaration, State
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Reason, WageLine
from mizuhiki.institutions.agency.hello_work.domain.errors import NoQualification
from mizuhiki.institutions.agency.hello_work.operations.keep_employment import EMPLOY, SEPARATE
from mizuhiki.institutions.agency.hello_work.operations.pay_benefit import CERTIFY, DECIDE, PROPOSE
from mizuhiki.institutions.agency.hello_work.operations.service import HelloWork
from mizuhiki.intake.desk import Desk, Field, Input
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Choice

MONTHS_ON_THE_SHEET = 13
"""Periods that one sheet of the employer's certificate has."""
REASONS = {
    Reason.EMPLOYER: "Employer's initiative",
    Reason.END_OF_CONTRACT: "End of contract",
    Reason.LEGITIMATE: "Own decision for a legitimate reason",
    Reason.OWN: "Own decision",
}
RULES = {
    "office-number": "the office number has eleven digits",
    "employer-missing": "the employer is missing",
    "hours": "insurance needs at least 20 hours a week",
    "before-birth": "the employment begins before the person could work",
    "ends-before-start": "it would end before it began",
    "overlap": "the person is insured with another employer at that time",
    "no-wages": "the certificate has no months",
    "too-many-months": "there are more months than the employment has",
    "days": "a month cannot have so many days with wages",
    "before-start": "the last day of work lies before the employment",
    "insured-period": "twelve insured months within two years are needed",
    "insured-period-short": "six insured months within a year are needed",
    "six-months": "six whole months with wages are needed",
    "too-late": "the benefit period is over",
    "before-separation": "the person has not left yet",
    "not-approved": "the qualification is not approved yet",
    "not-the-day": "this is not the certification day; give the reason for another day",
    "period-over": "the benefit period is over",
    "no-days-left": "all prescribed days are paid",
    "days-worked": "more days of work than the period has",
}


class StepPages:
    """What is done to a case, one page each."""

    def __init__(self, desk: Desk, hello_work: HelloWork) -> None:
        self._desk = desk
        self._hello_work = hello_work
        for name, view in (
            ("employment", self.employment),
            ("separation", self.separation),
            ("qualification", self.qualification),
            ("approval", self.approval),
            ("certification", self.certification),
        ):
            desk.site.route(f"/persons/<reference>/{name}", ("GET", "POST"), endpoint=name)(view)

    @property
    def _(self) -> Callable[..., str]:
        return self._desk.site.translate

    def employment(self, reference: str) -> Reply:
        """Take a report of acquisition."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            one = Employment(
                reference=reference,
                office_number=values["office_number"],
                employer=values["employer"],
                hours_a_week=values["hours"],
                insured_from=values["insured_from"],
            )
            self._hello_work.record_employment(desk.context("take a report of acquisition"), one)

        fields = [
            Field(name="office_number", label=_("Office number"), hint=_("Eleven digits, such as 4501-123456-7")),
            Field(name="employer", label=_("Employer")),
            Field(name="hours", label=_("Hours a week"), input=Input.AMOUNT),
            Field(name="insured_from", label=_("Acquired"), input=Input.DAY),
        ]
        rule = _("Insurance begins with employment of at least 20 hours a week that is to last 31 days or more.")
        return desk.person_step(EMPLOY, _("Acquisition of insurance"), reference, fields, do, rule)

    def separation(self, reference: str) -> Reply:
        """Take loss of insurance with the employer's certificate; the slip is issued at once."""
        _, desk = self._, self._desk
        months = range(1, MONTHS_ON_THE_SHEET + 1)

        def do(values: dict[str, Any]) -> None:
            lines = [
                WageLine(values[f"days_{month}"], values[f"hours_{month}"] or 0, values[f"wage_{month}"] or 0)
                for month in months
                if values[f"days_{month}"] is not None
            ]
            self._hello_work.record_separation(
                desk.context("take loss of insurance"),
                reference,
                separated_on=values["separated_on"],
                reason=Reason(values["reason"]),
                lines=lines,
            )

        fields = [
            Field(name="separated_on", label=_("Last day of work"), input=Input.DAY),
            Field(
                name="reason",
                label=_("Reason for leaving"),
                input=Input.CHOICE,
                choices=[Choice(reason.value, _(words)) for reason, words in REASONS.items()],
            ),
        ]
        for month in months:
            fields += [
                Field(
                    name=f"{name}_{month}",
                    label=_(label, month=month),
                    input=Input.AMOUNT,
                    optional=True,
                )
                for name, label in (
                    ("days", "Month %(month)s: days with wages"),
                    ("hours", "Month %(month)s: hours"),
                    ("wage", "Month %(month)s: wage in yen"),
                )
            ]
        rule = _("Months are counted back from the day after the last day of work, the newest first.")
        return desk.person_step(SEPARATE, _("Loss of insurance and separation slip"), reference, fields, do, rule)

    def qualification(self, reference: str) -> Reply:
        """Work out the qualification on the newest slip."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            context = desk.context("work out a qualification")
            self._hello_work.propose_qualification(context, reference, hard_to_employ=values["hard_to_employ"])

        fields = [
            Field(
                name="hard_to_employ",
                label=_("Hard to employ"),
                input=Input.YES,
                choices=[Choice("yes", _("Holds a disability certificate or is otherwise hard to employ"))],
            )
        ]
        return desk.person_step(
            PROPOSE,
            _("Work out the qualification"),
            reference,
            fields,
            do,
            _("Today is the day of application. Days and amount follow from the slip; somebody else approves them."),
        )

    def approval(self, reference: str) -> Reply:
        """Approve the proposal that waits."""
        _, desk = self._, self._desk

        def do(_values: dict[str, Any]) -> None:
            context = desk.context("approve a qualification")
            case = self._hello_work.case(context, reference)
            waiting = [one for one in case.qualifications if one.state is State.PROPOSED]
            if not waiting:
                raise NoQualification
            self._hello_work.approve_qualification(context, reference, waiting[-1].separated_on)

        rule = _("From approval on the person is a qualified recipient, and linkage tells so.")
        return desk.person_step(DECIDE, _("Approve the qualification"), reference, [], do, rule)

    def certification(self, reference: str) -> Reply:
        """Certify the past four weeks from the declaration."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> None:
            declared = Declaration(
                days_worked=values["days_worked"],
                activities=values["activities"],
                changed_reason=values["changed_reason"],
            )
            self._hello_work.certify_unemployment(desk.context("certify unemployment"), reference, declared)

        fields = [
            Field(name="days_worked", label=_("Days worked in the period"), input=Input.AMOUNT),
            Field(name="activities", label=_("Job search activities"), input=Input.AMOUNT),
            Field(
                name="changed_reason",
                label=_("Reason for another day"),
                hint=_("Only when today is not the certification day: interview, illness, examination"),
                optional=True,
            ),
        ]
        rule = _("Two job search activities are needed, one at the first certification; days worked are not paid.")
        return desk.person_step(CERTIFY, _("Certify unemployment"), reference, fields, do, rule)
