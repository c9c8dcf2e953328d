"""What the screen of a case shows: who, what was asked of whom under which row, decision, payments, history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol

from mizuhiki.casework.domain.cases import NO_DATA, OPEN, PROVIDED, CaseState, Evidence, Reason
from mizuhiki.casework.domain.gathering import KNOWN, Standing, newest, standing
from mizuhiki.casework.domain.procedures import Required
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web import messages
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.ui.components import Action, Answer, Blocking, Column, Event, Row, Tag
from mizuhiki.vocabulary.dates import JST

LONGEST_SHOWN = 64
"""A longer receipt, such as a signed object, is folded away."""


MoreSteps = Callable[[CaseFile], list[tuple[str, Action]]]
"""Returns steps of the body's own, each with the action of the policy table that it needs."""


class Screens(Protocol):
    """What a body says in its own words."""

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the claim states beyond the people."""

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is proposed or decided; the case has a proposal."""

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied, in words with what it met."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question as shown; refused, it has `stop` and `way` out."""

    title: str
    tag: Tag
    facts: list[Answer]
    items: list[Answer]
    stop: Blocking | None
    way: Action | None
    receipt: str


class CaseView(Generic[RecordsT]):
    """Makes the template's values from a case file."""

    def __init__(self, desk: CaseDesk[RecordsT], screens: Screens, prefix: str, more: MoreSteps | None = None) -> None:
        self._more = more
        self._desk = desk
        self._screens = screens
        self._prefix = prefix

    def values(self, file: CaseFile) -> dict[str, object]:
        """Return everything the template shows, apart from a refused step."""
        desk, case = self._desk, file.case
        _ = desk.site.translate
        applicant = file.people[case.applicant.person]
        proposal = case.proposal
        return {
            "prefix": self._prefix,
            "case": case,
            "bar": [
                Answer(_("Procedure"), desk.procedure(file.procedure)),
                Answer(_("Applicant"), applicant.four_items.name),
                Answer(_("Received"), desk.day(case.received_on)),
            ],
            "state": desk.state(case.state),
            "people_columns": [Column(_("Name")), Column(_("As")), Column(_("Date of birth")), Column(_("Address"))],
            "people_rows": [self._person(file, subject.person) for subject in case.subjects],
            "claim": self._screens.claim(file),
            "questions": [self._question(file, one) for one in file.procedure.required(case)],
            "outcome": "" if proposal is None else self._granted(granted=proposal.granted),
            "terms": [] if proposal is None else self._screens.terms(file),
            "reasons": [] if proposal is None else [self._reason(one) for one in proposal.reasons],
            "deciders": [
                Answer(_("Proposed by"), case.proposed_by or _("nobody yet")),
                Answer(_("Approved by"), case.approved_by or _("nobody yet")),
                Answer(_("Notice"), case.notice_id or _("not sent yet")),
            ],
            "payment_columns": [Column(_("For")), Column(_("Payment day")), Column(_("Amount"), numeric=True)],
            "payment_rows": [Row((p.label, desk.day(p.pay_on), desk.yen(p.amount_yen))) for p in case.payments],
            "timeline": [
                Event(
                    title=desk.step(step),
                    time=desk.moment(step.at),
                    machine_time=step.at.isoformat(),
                    who=desk.actor(step.actor),
                    text=desk.words(messages.OUTCOMES, step.note),
                )
                for step in reversed(case.history)
            ],
            "actions": self._actions(file),
        }

    def _granted(self, *, granted: bool) -> str:
        _ = self._desk.site.translate
        return _("Grant") if granted else _("Refuse")

    def _person(self, file: CaseFile, person: str) -> Row:
        desk, items = self._desk, file.people[person].four_items
        role = desk.words(messages.ROLES, file.case.subject(person).role.value)
        return Row((items.name, role, desk.day(items.birth_date), items.address))

    def _question(self, file: CaseFile, required: Required) -> Question:
        desk = self._desk
        stands, answer = standing(file.case, required), newest(file.case, required)
        name = file.people[required.subject.person].four_items.name
        facts, items, receipt = self._answer(answer) if answer is not None else ([], [], "")
        paper = file.case.paper(required.subject.person, required.kind)
        if stands is Standing.PAPER and paper is not None:
            _ = desk.site.translate
            day = paper.recorded_at.astimezone(JST).date()
            facts.append(Answer(_("Paper"), f"{paper.description} ({desk.actor(paper.recorded_by)})"))
            items = desk.read_items(required.kind, paper.items, day)
        return Question(
            title=f"{desk.kind(required.kind)} · {name} · {required.year}",
            tag=desk.standing(stands),
            facts=facts,
            items=items,
            stop=self._stop(required, answer) if stands is Standing.PAPER_NEEDED and answer is not None else None,
            way=self._way(file, required, stands),
            receipt=receipt,
        )

    def _answer(self, answer: Evidence) -> tuple[list[Answer], list[Answer], str]:
        desk = self._desk
        _ = desk.site.translate
        long = len(answer.receipt) > LONGEST_SHOWN
        facts = [
            Answer(_("Asked"), desk.office(answer.provider) if answer.provider else _("not known")),
            Answer(_("Statute row"), _(answer.statute) if answer.statute else _("none in force")),
            *([Answer(_("Condition of the row"), answer.condition)] if answer.condition else []),
            Answer(_("Exchange number"), answer.exchange_number or _("none")),
            *([] if long else [Answer(_("Receipt"), answer.receipt or _("none"))]),
            Answer(_("Time"), desk.moment(answer.asked_at)),
        ]
        if answer.outcome != PROVIDED:
            facts.append(Answer(_("Outcome"), desk.words(messages.OUTCOMES, answer.outcome)))
        return facts, desk.items(answer), answer.receipt if long else ""

    def _stop(self, required: Required, answer: Evidence) -> Blocking:
        desk = self._desk
        _ = desk.site.translate
        facts = [Answer(_("Rule"), answer.outcome)]
        if answer.detail:
            said = f"{desk.office(answer.refused_by)}: {answer.detail}" if answer.refused_by else answer.detail
            facts.append(Answer(_("Refused by, and why"), said))
        text = _("The decision cannot be proposed without it. Ask the applicant for a paper, and record it here.")
        if answer.outcome == NO_DATA:
            text = _("Nothing is held, or it may not be shown. Ask the applicant for a paper, and record it here.")
        return Blocking(_("%(kind)s was not provided", kind=desk.kind(required.kind)), text, tuple(facts))

    def _way(self, file: CaseFile, required: Required, stands: Standing) -> Action | None:
        desk, case = self._desk, file.case
        possible = stands in {Standing.PAPER_NEEDED, Standing.WAITING, Standing.NO_DATA_SUFFICES}
        if not possible or case.state not in OPEN or not desk.may("record-paper"):
            return None
        _ = desk.site.translate
        url = f"{self._prefix}/{case.case}/paper/{required.subject.person}/{required.kind}"
        return Action(_("Record a paper instead"), url, about=desk.kind(required.kind))

    def _reason(self, reason: Reason) -> str:
        return f"{self._screens.reason(reason)} ({reason.citation})"

    def _actions(self, file: CaseFile) -> list[Action]:
        """Offer the steps that can come next, to roles that may take them."""
        desk, case = self._desk, file.case
        _ = desk.site.translate
        path = f"{self._prefix}/{case.case}"
        stands = [standing(case, one) for one in file.procedure.required(case)]
        offered: list[tuple[str, Action]] = [] if self._more is None else self._more(file)
        if case.state in {CaseState.RECEIVED, CaseState.EXAMINED} and any(s is not Standing.PROVIDED for s in stands):
            label = _("Ask the holders again") if case.evidence else _("Ask the holders")
            offered.append(("gather-evidence", Action(label, f"{path}?do=gather", "g", post=True)))
        if case.state in {CaseState.EXAMINED, CaseState.PROPOSED} and all(one in KNOWN for one in stands):
            label = _("Compute again") if case.proposal else _("Compute and propose the decision")
            offered.append(("propose-case", Action(label, f"{path}?do=propose", "p", post=True)))
        if case.state is CaseState.PROPOSED:
            offered.append(("approve-case", Action(_("Approve the decision"), f"{path}?do=approve", "a", post=True)))
            offered.append(("send-case-back", Action(_("Send back"), f"{path}/send-back", "b")))
        if case.state is CaseState.DECIDED:
            if case.proposal is not None and case.proposal.granted and file.procedure.pay is not None:
                pay = Action(_("Order the next payment"), f"{path}?do=pay", "y", post=True)
                offered.append(("order-case-payment", pay))
            if not case.notice_id:
                offered.append(("notify-applicant", Action(_("Send the notice"), f"{path}?do=notify", "n", post=True)))
        if case.state in OPEN:
            offered.append(("withdraw-claim", Action(_("The claim is withdrawn"), f"{path}?do=withdraw", post=True)))
        return desk.offered(offered)
