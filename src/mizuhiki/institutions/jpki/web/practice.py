"""Pages of what operators look after: queue and expiries, keys and lists, terminals, incidents, the drill."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.practice import INCIDENT_KINDS, TerminalState
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.web.words import CARRIER_TITLES, INCIDENT_TITLES, KIND_TITLES, TERMINAL_STATES
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST

BASIS = "公的個人認証法3条, 22条, 38条の4, 39条"
GENERATION_EVERY_YEARS = 5
"""A new generation is due so long before the last day of the old one that five-year certificates end under it."""


class PracticePages:
    """Pages beside figures, lists and lost cards."""

    def __init__(self, site: Site, authorities: CertificationAuthorities) -> None:
        self._site = site
        self._authorities = authorities
        site.route("/work")(self.work)
        site.route("/calendar")(self.calendar)
        site.route("/terminals", ("GET", "POST"))(self.terminals)
        site.route("/incidents", ("GET", "POST"))(self.incidents)
        site.route("/drill", ("GET", "POST"))(self.drill)

    def _context(self, purpose: str) -> Context:
        return self._site.context("card-issue", BASIS, purpose)

    def work(self) -> Reply:
        """Show applications recorded and not signed, and certificates that end soon; no serial and no person."""
        _, context = self._site.translate, self._context("look at the queue and the expiries")
        queue = [
            Row((_(KIND_TITLES[plan.kind]), plan.municipality_code, _time(plan.recorded_at)))
            for plan in self._authorities.expiry.queue(context)
        ]
        endings: dict[tuple[str, str, str, str], list[bool]] = {}
        for one in self._authorities.expiry.ending(context):
            key = (
                one.ends.astimezone(JST).date().isoformat(),
                _(KIND_TITLES[one.kind]),
                _(CARRIER_TITLES[one.carrier]),
                one.municipality_code,
            )
            endings.setdefault(key, []).append(one.told_at is not None)
        return self._site.render(
            "work.html",
            queue_columns=[Column(_("Certificates")), Column(_("Municipality")), Column(_("Recorded"))],
            queue=queue,
            ending_columns=[
                Column(_("Last day")),
                Column(_("Certificates")),
                Column(_("Carrier")),
                Column(_("Municipality")),
                Column(_("Count"), numeric=True),
                Column(_("Holders told"), numeric=True),
            ],
            endings=[Row((*key, len(told), sum(told))) for key, told in sorted(endings.items())],
        )

    def calendar(self) -> Reply:
        """Show when keys and lists must be made anew."""
        _, context = self._site.translate, self._context("look at the calendar of keys and lists")
        rows = []
        ends = [one.next_update for one in self._authorities.lists.calendar(context)]
        for kind in Kind:
            for root in self._authorities.generations(context, kind):
                last_day = self._authorities.authorities.last_day_of(root)
                due = last_day.replace(year=last_day.year - GENERATION_EVERY_YEARS, day=min(last_day.day, 28))
                rows.append(Row((_(KIND_TITLES[kind]), root.generation, last_day.isoformat(), due.isoformat())))
        return self._site.render(
            "calendar.html",
            columns=[
                Column(_("Authority")),
                Column(_("Generation")),
                Column(_("Last day")),
                Column(_("Next generation due")),
            ],
            rows=rows,
            signer_columns=[
                Column(_("Authority")),
                Column(_("Generation")),
                Column(_("Number"), numeric=True),
                Column(_("Ends")),
                Column(_("Next signer due")),
            ],
            signers=[
                Row((_(KIND_TITLES[one.kind]), one.generation, one.number, _time(one.ends), _time(due)))
                for one, due in self._authorities.signers.calendar(context)
            ],
            list_due=_time(min(ends)) if ends else "",
        )

    def terminals(self) -> Reply:
        """List terminals; propose, approve, suspend, resume or withdraw one."""
        _, context = self._site.translate, self._context("look after terminals")
        form = self._form()
        listed = self._authorities.terminals.listed(context)
        if request.method == "POST":
            step = form.choose("step", ("propose", "approve", "suspend", "resume", "withdraw"), _("Choose what to do"))
            name = form.require("terminal", _("Enter the name of the terminal"))
            done = form.good and (
                self._propose(context, form, name) if step == "propose" else self._decide(context, step, name)
            )
            if done:
                return self._site.redirect("/terminals")
        return self._site.render(
            "terminals.html",
            form=form,
            columns=[
                Column(_("Terminal")),
                Column(_("Operated by")),
                Column(_("Purpose")),
                Column(_("State")),
                Column(_("Last day")),
                Column(_("Uses without PIN"), numeric=True),
            ],
            rows=[
                Row(
                    (
                        one.terminal,
                        one.operator,
                        one.purpose,
                        _(TERMINAL_STATES[one.state]),
                        one.ends_on.isoformat(),
                        uses,
                    )
                )
                for one, uses in listed
            ],
            steps=[
                Choice("propose", _("Propose a terminal")),
                Choice("approve", _("Approve a terminal that another person proposed")),
                Choice("suspend", _("Suspend an approval")),
                Choice("resume", _("Approve a suspended terminal again")),
                Choice("withdraw", _("Withdraw an approval")),
            ],
            waiting=sum(one.state is TerminalState.PROPOSED for one, _uses in listed),
        )

    def _propose(self, context: Context, form: Form, name: str) -> bool:
        _ = self._site.translate
        operator = form.require("operator", _("Enter who operates the terminal"))
        purpose = form.require("purpose", _("Enter what the terminal is for"))
        until = form.parse("until", date.fromisoformat, _("Enter the last day as YYYY-MM-DD"))
        key = form.parse("key", _key, _("Enter the public key as base64"))
        if until is None or key is None or not form.good:
            return False
        self._authorities.terminals.propose(
            context, terminal=name, operator=operator, purpose=purpose, key=key, until=until
        )
        return True

    def _decide(self, context: Context, step: str, name: str) -> bool:
        terminals = self._authorities.terminals
        if step == "approve":
            terminals.approve(context, terminal=name)
        else:
            {"suspend": terminals.suspend, "resume": terminals.resume, "withdraw": terminals.withdraw}[step](
                context, terminal=name
            )
        return True

    def incidents(self) -> Reply:
        """List incidents; open one, or close one that another person opened."""
        _, context = self._site.translate, self._context("look after incidents")
        form, practice = self._form(), self._authorities.practice
        if request.method == "POST":
            step = form.choose("step", ("open", "close"), _("Choose what to do"))
            text = form.require("text", _("Describe it without naming a person"))
            if step == "open":
                kind = form.choose("kind", INCIDENT_KINDS, _("Choose the kind of incident"))
                if form.good:
                    practice.open_incident(context, kind=kind, summary=text)
                    return self._site.redirect("/incidents")
            elif step == "close":
                incident = form.require("incident", _("Choose the incident"))
                if form.good:
                    practice.close_incident(context, incident=incident, outcome=text)
                    return self._site.redirect("/incidents")
        known = practice.incidents(context)
        return self._site.render(
            "incidents.html",
            form=form,
            columns=[
                Column(_("Kind")),
                Column(_("What happened")),
                Column(_("Opened")),
                Column(_("Closed")),
                Column(_("Outcome")),
            ],
            rows=[
                Row(
                    (
                        _(INCIDENT_TITLES[one.kind]),
                        one.summary,
                        _time(one.opened_at),
                        _time(one.closed_at) if one.closed_at else "",
                        one.outcome,
                    )
                )
                for one in known
            ],
            kinds=[Choice(kind, _(INCIDENT_TITLES[kind])) for kind in INCIDENT_KINDS],
            steps=[Choice("open", _("Open an incident")), Choice("close", _("Close an incident"))],
            open_ones=[
                Choice(one.incident, f"{_(INCIDENT_TITLES[one.kind])} {_time(one.opened_at)}")
                for one in known
                if one.closed_at is None
            ],
        )

    def drill(self) -> Reply:
        """Rehearse issuing every certificate again, and show what the plan says."""
        _, context = self._site.translate, self._context("rehearse issuing every certificate again")
        form, practice = self._form(), self._authorities.practice
        if request.method == "POST":
            kind = form.choose("kind", [one.value for one in Kind], _("Choose the certificates"))
            workers = form.parse("workers", _workers, _("Enter a number of processes from 1 to 999"))
            if form.good and workers is not None:
                practice.drill(context, kind=Kind.of(kind), workers=workers)
                return self._site.redirect("/drill")
        return self._site.render(
            "drill.html",
            form=form,
            kinds=[Choice(one.value, _(KIND_TITLES[one])) for one in Kind],
            columns=[
                Column(_("Held")),
                Column(_("Certificates")),
                Column(_("To issue again"), numeric=True),
                Column(_("Sample"), numeric=True),
                Column(_("Processes"), numeric=True),
                Column(_("Planned seconds"), numeric=True),
                Column(_("Within 24 hours")),
                Column(_("Processes needed"), numeric=True),
            ],
            rows=[
                Row(
                    (
                        _time(one.held_at),
                        _(KIND_TITLES[one.kind]),
                        one.certificates,
                        one.sampled,
                        one.workers,
                        one.planned_seconds,
                        _("Yes") if one.feasible else _("No"),
                        one.workers_needed,
                    )
                )
                for one in practice.drills(context)
            ],
        )

    def _form(self) -> Form:
        return Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())


def _time(at: datetime) -> str:
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M")


def _key(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as cause:
        raise ValueError from cause


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 999:  # noqa: PLR2004 - said in the message
        raise ValueError
    return number
