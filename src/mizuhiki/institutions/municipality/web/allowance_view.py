"""What the screen of a child allowance case shows: bar, linked information, papers, decision, payments, timeline."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.casework.domain.cases import NO_ANSWER, PROVIDED
from mizuhiki.institutions.municipality.domain.allowance_cases import AllowanceCase, CaseState, Payment
from mizuhiki.institutions.municipality.domain.child_allowance import Entitlement
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.messages import KINDS
from mizuhiki.ui.components import Action, Answer, Blocking, Column, Event, Row, Tag
from mizuhiki.vocabulary.dates import JST

LONGEST_SHOWN = 64
"""A longer receipt, such as a signed object, is folded away."""
_BEFORE_DECISION = frozenset({CaseState.APPLIED, CaseState.EXAMINED, CaseState.PROPOSED})
_DECIDED = frozenset({CaseState.APPROVED, CaseState.PAYING})


@dataclass(frozen=True, slots=True)
class Linked:
    """One answer as shown; refused, it has `stop` and `ways` out; `replaced` when a paper stands for it."""

    title: str
    tag: Tag
    facts: list[Answer]
    items: list[Answer]
    stop: Blocking | None
    ways: list[Action]
    replaced: bool
    receipt: str


class CaseView:
    """Makes the template's values from a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def values(self, case: AllowanceCase) -> dict[str, object]:
        """Return everything ``case.html`` shows, apart from a refused step."""
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        context = desk.context(REGISTER, "show the people of a claim")
        people = {
            r: desk.operations.resident(context, r, work=Work.CASE)
            for r in dict.fromkeys((case.claimant, *case.children))
        }
        assessment = case.assessment
        return {
            "case": case,
            "bar": [
                Answer(_("Claimant"), case.claimant_name),
                Answer(_("Received"), words.short_day(case.received_on)),
                Answer(_("Bank transfer name"), case.bank_account_label),
            ],
            "state": words.case_state(case.state),
            "warnings": [self._protected(record) for record in people.values() if record.protected],
            "linked": [self._linked(case, line) for line in case.linked],
            "papers": self._papers(case),
            "paper_columns": [Column(_("Paper")), Column(_("Description")), Column(_("Recorded")), Column(_("By"))],
            "decision": self._decision(case, assessment) if assessment else [],
            "reasons": [words.reason_of_decision(reason) for reason in assessment.reasons] if assessment else [],
            "child_columns": [Column(_("Child")), Column(_("Monthly amount"), numeric=True), Column(_("Rule"))],
            "child_rows": self._children(people, assessment),
            "payment_columns": [Column(_("Payment day")), Column(_("Months")), Column(_("Amount"), numeric=True)],
            "payment_rows": [self._payment(payment) for payment in case.payments],
            "timeline": self._timeline(case),
            "actions": self._actions(case, people[case.claimant]),
        }

    def _protected(self, record: ResidentRecord) -> Blocking:
        _ = self._desk.site.translate
        return Blocking(
            _("A support measure protects %(name)s", name=record.name.full),
            _("Post nothing to an address on file before the head of the section has agreed."),
        )

    def _linked(self, case: AllowanceCase, line: LinkedInformation) -> Linked:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        long = len(line.receipt) > LONGEST_SHOWN
        refusal = f"{line.refusal_code} {line.refusal_detail}".strip()
        facts = [
            Answer(_("Asked"), words.office(line.provider) if line.provider else _("not known")),
            Answer(_("Statute row"), line.statute or _("none in force")),
            Answer(_("Exchange number"), line.exchange_number or _("none")),
            *([] if long else [Answer(_("Receipt"), line.receipt or _("none"))]),
            Answer(_("Time"), words.moment(line.received_at)),
            *([Answer(_("Refused by, and why"), refusal)] if refusal else []),
        ]
        day = line.received_at.astimezone(JST).date()
        replaced = any(paper.kind == line.kind for paper in case.papers)
        refused = line.outcome != PROVIDED and line.outcome not in NO_ANSWER
        return Linked(
            title=words.kind(line.kind),
            tag=words.outcome(line.outcome),
            facts=facts,
            items=[Answer(title, value) for title, value in words.items(line.kind, line.items, day)],
            stop=self._stop(line) if refused and not replaced else None,
            ways=self._ways(case, line) if line.outcome != PROVIDED and not replaced else [],
            replaced=refused and replaced,
            receipt=line.receipt if long else "",
        )

    def _stop(self, line: LinkedInformation) -> Blocking:
        _ = self._desk.site.translate
        facts = [Answer(_("Rule"), line.refusal_code or line.outcome)]
        if line.refusal_detail:
            facts.append(Answer(_("Refused by, and why"), line.refusal_detail))
        return Blocking(
            _("%(kind)s was not provided", kind=self._desk.words.kind(line.kind)),
            _("The decision cannot be proposed without it. Ask the claimant for a paper, and record it here."),
            tuple(facts),
        )

    def _ways(self, case: AllowanceCase, line: LinkedInformation) -> list[Action]:
        _ = self._desk.site.translate
        if case.state not in _BEFORE_DECISION or not self._desk.may("record-paper-document"):
            return []
        about = self._desk.words.kind(line.kind)
        return [Action(_("Record a paper document instead"), f"/cases/{case.case}/paper?kind={line.kind}", about=about)]

    def _papers(self, case: AllowanceCase) -> list[Row]:
        words = self._desk.words
        return [
            Row((words.kind(p.kind), p.description, words.moment(p.recorded_at), words.actor(p.recorded_by)))
            for p in case.papers
        ]

    def _decision(self, case: AllowanceCase, assessment: Entitlement) -> list[Answer]:
        words = self._desk.words
        _ = self._desk.site.translate
        return [
            Answer(_("Monthly amount"), words.yen(assessment.monthly_yen)),
            Answer(_("Payable from"), words.month(assessment.payable_from)),
            Answer(_("Income compared"), words.yen(assessment.income_yen)),
            Answer(_("Limit"), words.yen(assessment.limit_yen)),
            Answer(_("Proposed by"), case.proposed_by or _("nobody yet")),
            Answer(_("Approved by"), case.approved_by or _("nobody yet")),
            Answer(_("Notice"), case.notice_id or _("not sent yet")),
        ]

    def _children(self, people: dict[str, ResidentRecord], assessment: Entitlement | None) -> list[Row]:
        words = self._desk.words
        if assessment is None:
            return []
        return [
            Row(
                (
                    people[one.resident].name.full if one.resident in people else one.resident,
                    words.yen(one.monthly_yen),
                    words.rule(one.rule),
                )
            )
            for one in assessment.children
        ]

    def _payment(self, payment: Payment) -> Row:
        words = self._desk.words
        months = words.listed([words.month(month) for month in payment.months])
        return Row((words.short_day(payment.pay_on), months, words.yen(payment.amount_yen)))

    def _timeline(self, case: AllowanceCase) -> list[Event]:
        words = self._desk.words
        return [
            Event(
                title=words.case_step(step.step),
                time=words.moment(step.at),
                machine_time=step.at.isoformat(),
                who=words.actor(step.actor),
                text=words.note(step.note),
            )
            for step in reversed(case.history)
        ]

    def _actions(self, case: AllowanceCase, claimant: ResidentRecord) -> list[Action]:
        """Offer the steps that can come next, to roles that may take them."""
        desk = self._desk
        _ = desk.site.translate
        path = f"/cases/{case.case}"
        offered: dict[str, Action] = {}
        provided = {line.kind for line in case.linked if line.outcome == PROVIDED}
        covered = provided | {paper.kind for paper in case.papers}
        if case.state in {CaseState.APPLIED, CaseState.EXAMINED} and provided != set(KINDS):
            label = _("Request the information again") if case.linked else _("Request tax and pension information")
            offered["request-linked-information"] = Action(label, f"{path}?do=request", "r", post=True)
        if case.state in {CaseState.EXAMINED, CaseState.PROPOSED} and covered >= set(KINDS):
            label = _("Propose again") if case.assessment else _("Compute and propose the decision")
            offered["propose-decision"] = Action(label, f"{path}?do=propose", "p", post=True)
        if case.state in _BEFORE_DECISION:
            offered["record-paper-document"] = Action(_("Record a paper document"), f"{path}/paper", "d")
        if case.state is CaseState.PROPOSED:
            offered["approve-decision"] = Action(_("Approve the decision"), f"{path}?do=approve", "a", post=True)
        if case.state in _DECIDED:
            offered["order-payment"] = Action(_("Order the payment"), f"{path}?do=pay", "y", post=True)
            if not case.notice_id:
                offered["send-decision-notice"] = Action(
                    _("Send the notice of the decision"), f"{path}?do=notify", "n", post=True
                )
        offered["read-register"] = Action(_("Open the household"), f"/households/{claimant.household}", "h")
        return desk.offered(offered)
