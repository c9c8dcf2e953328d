"""Registering an actual residence step by step, reading and approving registrations, the label of a kept card."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    ActualResidence,
    Agent,
    Attachment,
    DeliveryPath,
    LongStay,
    ResidenceCase,
    ResidenceForm,
    ResidenceSource,
)
from mizuhiki.institutions.municipality.web import notice_words as say
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refusal_of_step
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

REGISTERS = "register-actual-residence"
READS = "read-actual-residence"
APPROVES = "approve-actual-residence"
_PAPERS = {one.value for one in Attachment}
_STAY = ("expected-for-long", "nobody-at-address", "collects-after-leaving")
_FIELDS = {
    "residence-attachment-missing": "papers",
    "residence-source-not-allowed": "source",
    "residence-hall-not-allowed": "path",
    "residence-not-fresh": "confirmed_on",
    "residence-consent-misplaced": "consent",
    "residence-out-of-period": "received_on",
    "residence-case-condition-missing": "stay",
    "residence-case-condition-missing/address": "address",
    "residence-case-condition-missing/reason": "reason",
    "date-impossible/received_on": "received_on",
}


class ActualResidencePages:
    """The guided form with its checklist, and the support officer's pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk, secret=("address", "agent_address"))
        route = desk.site.route
        route("/residents/<resident>/residence", ("GET", "POST"), endpoint="actual_residences_register")(self.register)
        route("/residents/<resident>/residences", endpoint="actual_residences_of_resident")(self.of_resident)
        route("/residences", ("GET", "POST"), endpoint="actual_residences_waiting")(self.waiting)
        route("/notices/card/<notice>/label", endpoint="actual_residences_label")(self.label)

    def register(self, resident: str) -> Reply:
        """Take an application: form with checklist, check, enter. The address never stands in the check page."""
        desk = self._desk
        desk.require(REGISTERS)
        _ = desk.site.translate
        record = desk.operations.resident(desk.context(REGISTER, "register an actual residence"), resident)
        bar = [Answer(_("Name"), record.name.full), Answer(_("Address"), record.address)]
        step, form = self._guided.read(received_on=desk.today().isoformat())
        if step in {Step.SHOW, Step.EDIT}:
            return self._show(resident, form, bar)
        entry = self._read(resident, form)
        if entry is None:
            return self._show(resident, form, bar)
        if step is Step.CHECK:
            return self._check(form, entry, record.name.full)
        context = desk.context(REGISTER, "register an actual residence")
        if not desk.attempt(form, lambda: desk.operations.notices.register_residence(context, entry), _FIELDS):
            return self._show(resident, form, bar)
        self._guided.finish(form)
        return desk.site.redirect(f"/residents/{resident}/notices")

    def _read(self, resident: str, form: Form) -> ResidenceForm | None:
        _ = self._desk.site.translate
        case = form.choose("case", list(ResidenceCase), _("Choose the case"))
        source = form.choose("source", list(ResidenceSource), _("Choose where the address comes from"))
        path = form.choose("path", list(DeliveryPath), _("Choose how the card is delivered"))
        address = form.require("address", _("Enter the actual residence"))
        reason = form.require("reason", _("Enter the unavoidable reason"))
        received = form.parse("received_on", parse_date, _("Enter the day of receipt like 2015-09-15"))
        confirmed = form.parse_if_given("confirmed_on", parse_date, _("Enter the day like 2015-09-15"))
        if form.value("agent_address") and not form.value("agent_name"):
            form.refuse("agent_name", _("Enter the agent's name"))
        request_id = self._desk.request_id(form)
        if not form.good or received is None:
            return None
        ticked = set(form.all("stay"))
        agent = None
        if form.value("agent_name"):
            to = form.value("agent_address")
            agent = Agent(form.value("agent_name"), ActualAddress(to) if to else None)
        return ResidenceForm(
            request_id=request_id,
            resident=resident,
            case=ResidenceCase(case),
            address=ActualAddress(address),
            reason=reason,
            received_on=received,
            source=ResidenceSource(source),
            path=DeliveryPath(path),
            attachments=frozenset(Attachment(paper) for paper in form.all("papers") if paper in _PAPERS),
            confirmed_on=confirmed,
            consent_to_share=bool(form.value("consent")),
            long_stay=LongStay(
                nobody_at_address="nobody-at-address" in ticked,
                expected_for_long="expected-for-long" in ticked,
                collects_after_leaving="collects-after-leaving" in ticked,
            )
            if case == ResidenceCase.LONG_STAY
            else None,
            agent=agent,
        )

    def _choices(self, words: dict[str, str]) -> list[Choice]:
        return [Choice(code, text) for code, text in say.choices_of(self._desk, words)]

    def _show(self, resident: str, form: Form, bar: list[Answer]) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        return desk.site.render(
            "residence.html",
            form=form,
            bar=bar,
            back=f"/residents/{resident}/notices",
            cases=self._choices(say.CASES),
            sources=self._choices(say.SOURCES),
            paths=self._choices(say.PATHS),
            papers=self._choices(say.PAPERS),
            stay=[Choice(code, _(say.ITEMS[code])) for code in _STAY],
            consent=[Choice("yes", _("Consents to share the address with departments here and the prefecture"))],
            victim_proof=desk.operations.notices.residence_policy.victim_proof_required,
        )

    def _check(self, form: Form, entry: ResidenceForm, name: str) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        papers = [_(say.PAPERS[one.value]) for one in Attachment if one in entry.attachments]
        return desk.site.render(
            "check.html",
            title=_("Check the actual residence"),
            answers=[
                Answer(_("Name"), name),
                Answer(_("Kind of case"), _(say.CASES[entry.case.value])),
                Answer(_("Learnt from"), _(say.SOURCES[entry.source.value])),
                Answer(_("Delivery"), _(say.PATHS[entry.path.value])),
                Answer(_("Papers"), words.listed(papers) or "—"),
                Answer(_("Agent"), entry.agent.name if entry.agent else "—"),
                Answer(_("Day of receipt"), words.day(entry.received_on)),
            ],
            carried=self._guided.carried(form),
            warning_title="",
            warning="",
            enter=_("Register"),
            after=_("The address is kept encrypted and shown to the support officer only."),
        )

    def of_resident(self, resident: str) -> Reply:
        """Show a person's registrations with their addresses to the support officer."""
        desk = self._desk
        desk.require(READS)
        _ = desk.site.translate
        context = desk.context(REGISTER, "read registered residences")
        found = desk.operations.notices.residences(context, resident)
        titles = (_("Received on"), _("Kind of case"), _("Actual residence"), _("Delivery"), _("Replaced on"))
        return desk.site.render(
            "notice_list.html",
            page_title=_("Registered residences"),
            columns=[Column(title) for title in titles],
            rows=[self._row(held) for held in found],
            empty=_("No actual residence is registered."),
            actions=[Action(_("All cards of the person"), f"/residents/{resident}/notices", "p")],
        )

    def _row(self, held: ActualResidence) -> Row:
        desk = self._desk
        _ = desk.site.translate
        return Row(
            (
                desk.words.short_day(held.received_on),
                _(say.CASES[held.case.value]),
                held.delivery_address.reveal(),
                _(say.PATHS[held.path.value]),
                desk.words.short_day(held.superseded_on) if held.superseded_on else None,
            )
        )

    def waiting(self) -> Reply:
        """Show registrations of endangered people that wait for a decision; a post approves one."""
        desk = self._desk
        desk.require(APPROVES)
        _ = desk.site.translate
        context = desk.context(REGISTER, "decide on registered residences")
        refusal = None
        if request.method == "POST":
            chosen = Form.posted(request.form).value("residence")
            refusal = refusal_of_step(lambda: desk.operations.notices.approve_residence(context, chosen))
            if refusal is None:
                return desk.site.redirect("/residences")
        found = desk.operations.notices.waiting_residences(context)
        return desk.site.render(
            "residences.html",
            status=200 if refusal is None else refusal.status,
            warnings=[] if refusal is None else [desk.stopped(refusal)],
            waiting=[
                (
                    held.residence,
                    f"{desk.words.short_day(held.received_on)} {_(say.CASES[held.case.value])}",
                    held.reason,
                )
                for held in found
            ],
            actions=[Action(_("Returned mail"), "/notices", "r")],
        )

    def label(self, notice: str) -> Reply:
        """Show the address a card at the hall goes on to, for printing, to the support officer."""
        desk = self._desk
        desk.require(READS)
        context = desk.context(REGISTER, "print an address label")
        held = desk.operations.notices.forwarding_label(context, notice)
        record = desk.operations.resident(context, held.resident)
        to_agent = held.agent is not None and held.agent.deliver_to is not None
        return desk.site.render(
            "notice_label.html",
            back=f"/notices/card/{notice}",
            name=held.agent.name if to_agent and held.agent else record.name.full,
            address=held.delivery_address.reveal(),
        )
