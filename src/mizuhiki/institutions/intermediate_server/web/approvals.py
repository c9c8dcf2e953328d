"""Answers that wait for staff: a queue for each officer, the overdue on top, and the rules that fill the queues."""

from __future__ import annotations

from datetime import date, datetime

from mizuhiki.institutions.intermediate_server.domain.errors import NotWaiting, RuleImpossible
from mizuhiki.institutions.intermediate_server.domain.exchanges import ApprovalRequest
from mizuhiki.institutions.intermediate_server.domain.holding import (
    HeldProvision,
    Mode,
    ProvisionRule,
    RefusalReason,
    Scope,
)
from mizuhiki.institutions.intermediate_server.operations.decide_provisions import Refusal
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.messages import MODES, REASONS
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.layouts import kinds

AFFAIR = "information-provision"
_RULE_FIELDS = ("subject", "mode", "four_eyes", "valid_from", "valid_until")


class ApprovalPages:
    """Both queues. A held answer is approved, or refused with a reason; where a rule says so, by two officers."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._decisions = server.decisions
        self._words = words
        site.route("/approvals")(self.approvals)
        site.route("/approvals/<approval_id>", ("GET", "POST"))(self.approval)
        site.route("/provisions")(self.provisions)
        site.route("/provisions/<hold_id>", ("GET", "POST"))(self.provision)

    def _for_person(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, "住民基本台帳事務処理要領第6", purpose)

    def _for_kind(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, "番号法22条1項", purpose)

    def due(self, at: datetime) -> Tag:
        """Return the deadline, marked when it has passed."""
        _ = self._site.translate
        moment = self._words.moment(at)
        if at <= self._site.environment.clock.now():
            return Tag(_("Overdue since %(moment)s", moment=moment), Tone.PROBLEM)
        return Tag(moment, Tone.NEUTRAL)

    def approvals(self) -> Reply:
        """List what waits because of a person, the overdue first."""
        _ = self._site.translate
        found = self._decisions.approvals(self._for_person("read waiting provisions"))
        return self._site.render(
            "approvals.html",
            columns=[
                Column(_("Asked by")),
                Column(_("Kinds")),
                Column(_("Addressee")),
                Column(_("Asked")),
                Column(_("Decide until")),
            ],
            rows=[
                Row(
                    (
                        Action(self._words.office(one.inquirer), f"/approvals/{one.approval_id}"),
                        one.content,
                        one.addressee_number,
                        self._words.moment(one.asked_at),
                        self.due(one.due_at),
                    )
                )
                for one in found
            ],
        )

    def approval(self, approval_id: str) -> Reply:
        """Show one provision that waits because of a person; lift the measure for one inquiry, or refuse, on POST."""
        _ = self._site.translate
        if request.method == "POST":
            if request.form.get("do") == "refuse":
                self._decisions.refuse_person(
                    self._for_person("let a measure stand"), approval_id=approval_id, refusal=_refusal()
                )
            else:
                self._decisions.approve_person(
                    self._for_person("lift a measure for one inquiry"), approval_id=approval_id
                )
            return self._site.redirect("/approvals")
        one = self._approval(approval_id)
        facts = [
            Answer(_("Asked by"), self._words.office(one.inquirer)),
            Answer(_("Affair"), self._words.affair(one.affair, one.inquirer)),
            Answer(_("Kinds"), one.content),
            Answer(_("Addressee"), one.addressee_number),
            Answer(_("Exchange number"), one.exchange_number),
            *self._times(one),
        ]
        return self._site.render("approval.html", facts=facts, form=Form({}), reasons=self._reasons())

    def _times(self, one: ApprovalRequest | HeldProvision) -> list[Answer]:
        _ = self._site.translate
        due = self.due(one.due_at).label
        times = [Answer(_("Asked"), self._words.moment(one.asked_at)), Answer(_("Decide until"), due)]
        return [*times, Answer(_("Proposed by"), one.proposed_by)] if one.proposed_by else times

    def _approval(self, approval_id: str) -> ApprovalRequest:
        for one in self._decisions.approvals(self._for_person("read a waiting provision")):
            if one.approval_id == approval_id:
                return one
        raise NotWaiting

    def provisions(self) -> Reply:
        """List what waits because of its kind, the overdue first."""
        _ = self._site.translate
        found = self._decisions.holds(self._for_kind("read waiting provisions"))
        return self._site.render(
            "provisions.html",
            columns=[
                Column(_("Asked by")),
                Column(_("Procedure and kinds")),
                Column(_("Persons"), numeric=True),
                Column(_("Asked")),
                Column(_("Decide until")),
            ],
            rows=[
                Row(
                    (
                        Action(self._words.office(one.inquirer), f"/provisions/{one.hold_id}"),
                        self._words.asked(one.procedure, one.kinds, one.inquirer),
                        len(one.addressees),
                        self._words.moment(one.asked_at),
                        self.due(one.due_at),
                    )
                )
                for one in found
            ],
        )

    def provision(self, hold_id: str) -> Reply:
        """Show one answer that waits because of its kind; approve or refuse it on POST."""
        _ = self._site.translate
        if request.method == "POST":
            if request.form.get("do") == "refuse":
                context = self._for_kind("refuse an answer")
                self._decisions.refuse_hold(context, hold_id=hold_id, refusal=_refusal())
            else:
                self._decisions.approve_hold(self._for_kind("approve an answer"), hold_id=hold_id)
            return self._site.redirect("/provisions")
        one = self._hold(hold_id)
        facts = [
            Answer(_("Asked by"), self._words.office(one.inquirer)),
            Answer(_("Affair"), self._words.affair(one.affair, one.inquirer)),
            Answer(_("Procedure and kinds"), self._words.asked(one.procedure, one.kinds, one.inquirer)),
            Answer(_("Persons"), str(len(one.addressees))),
            *self._times(one),
        ]
        return self._site.render("provision.html", facts=facts, form=Form({}), reasons=self._reasons())

    def _hold(self, hold_id: str) -> HeldProvision:
        for one in self._decisions.holds(self._for_kind("read a waiting provision")):
            if one.hold_id == hold_id:
                return one
        raise NotWaiting

    def _reasons(self) -> list[Choice]:
        return [Choice(reason.value, self._site.translate(REASONS[reason])) for reason in RefusalReason]


def _refusal() -> Refusal:
    return Refusal(request.form.get("reason", ""), request.form.get("note", "").strip())


class RulePages:
    """Which kinds, and which persons, are answered after approval only; each officer sets their own."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._decisions = server.decisions
        self._words = words
        site.route("/rules/kinds", ("GET", "POST"))(self.kinds)
        site.route("/rules/addressees", ("GET", "POST"))(self.addressees)

    def kinds(self) -> Reply:
        """Show and set rules about kinds."""
        return self._rules(Scope.KIND, "/rules/kinds")

    def addressees(self) -> Reply:
        """Show and set rules about persons."""
        return self._rules(Scope.ADDRESSEE, "/rules/addressees")

    def _rules(self, scope: Scope, here: str) -> Reply:
        _ = self._site.translate
        today = self._site.environment.clock.today()
        context = self._site.context(AFFAIR, "番号法22条1項", "read and set which answers wait for approval")
        given = {name: request.form.get(name, "") for name in _RULE_FIELDS}
        form = Form({**given, "valid_from": given["valid_from"] or today.isoformat()})
        found = self._decisions.rules(context, scope=scope)
        if request.method == "POST":
            rule = self._read(form, scope)
            if rule is not None and self._kept(context, form, rule):
                return self._site.redirect(here)
        return self._site.render(
            "rules.html",
            form=form,
            by_kind=scope is Scope.KIND,
            subjects=[Choice(kind, self._words.kind(kind)) for kind in kinds()],
            modes=[Choice(mode.value, _(MODES[mode])) for mode in Mode],
            two=[Choice("yes", _("Two officers have to approve"))],
            columns=[
                Column(_("Kinds") if scope is Scope.KIND else _("Addressee")),
                Column(_("Answer")),
                Column(_("From")),
                Column(_("Until")),
            ],
            rows=[self._row(rule, today) for rule in found],
        )

    def _read(self, form: Form, scope: Scope) -> ProvisionRule | None:
        _ = self._site.translate
        first = form.parse("valid_from", parse_date, _("Enter a day, such as 2019-12-02"))
        last = None
        if request.form.get("valid_until"):
            last = form.parse("valid_until", parse_date, _("Enter a day, such as 2019-12-02"))
        if request.form.get("mode") not in set(Mode):
            form.refuse("mode", _("Choose how it is answered"))
        if not form.good or first is None:
            return None
        two = request.form.get("four_eyes") == "yes"
        subject = request.form.get("subject", "").strip()
        return ProvisionRule("", scope, subject, Mode(request.form["mode"]), two, first, last)

    def _kept(self, context: Context, form: Form, rule: ProvisionRule) -> bool:
        _ = self._site.translate
        try:
            self._decisions.set_rule(context, rule=rule)
        except RuleImpossible as error:
            form.refuse(str(error.fields["part"]), _("This cannot be: check the subject and the days"))
            return False
        return True

    def _row(self, rule: ProvisionRule, today: date) -> Row:
        _ = self._site.translate
        mode = _(MODES[rule.mode])
        if rule.four_eyes and rule.mode is Mode.MANUAL:
            mode = _("%(mode)s, by two officers", mode=mode)
        return Row(
            (
                self._words.kind(rule.subject) if rule.scope is Scope.KIND else rule.subject,
                Tag(mode, Tone.PROGRESS if rule.speaks_on(today) else Tone.NEUTRAL),
                rule.valid_from.isoformat(),
                "" if rule.valid_until is None else rule.valid_until.isoformat(),
            )
        )
