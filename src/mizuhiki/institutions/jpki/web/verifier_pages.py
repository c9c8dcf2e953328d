"""Pages of the verifier registry and of the calendar of lists: application, recognition, audit, suspension."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.institutions.jpki.domain.errors import (
    ServiceNotYetLawful,
    VerifierApplicationIncomplete,
    VerifierDecidedByApplicant,
    VerifierNotRecognised,
    VerifierStateChangeNotAllowed,
    VerifierWithoutAgreement,
)
from mizuhiki.institutions.jpki.domain.status import PublishedList
from mizuhiki.institutions.jpki.domain.verifier_registry import (
    DEFAULT_RATE,
    Service,
    Verifier,
    VerifierApplication,
    VerifierEvent,
    VerifierState,
)
from mizuhiki.institutions.jpki.operations import verifier_registry as registry
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.web.words import KIND_TITLES
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Event, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST

BASIS = "公的個人認証法17条, 36条"
SERVICES = {  # message ids
    Service.STATUS: "Status of certificates",
    Service.SERIAL_LINKING: "Linking of old and new certificates",
    Service.CURRENT_ITEMS: "Current four items with consent",
}
STATES = {
    VerifierState.APPLIED: "Applied",
    VerifierState.RECOGNISED: "Recognised",
    VerifierState.REFUSED: "Refused",
    VerifierState.SUSPENDED: "Suspended",
    VerifierState.ENDED: "Ended",
}
EVENTS = {
    "applied": "Application entered",
    "recognised": "Recognised by the Minister",
    "refused": "Refused by the Minister",
    "suspended": "Suspended",
    "resumed": "Resumed",
    "ended": "Recognition ended",
    "audited": "Audited",
    "agreed": "Agreement concluded",
    "credential-made": "New credential made",
    "matching-attempted": "Showed a handle of another verifier",
}
STEPS = {
    VerifierState.APPLIED: ("recognise", "refuse"),
    VerifierState.RECOGNISED: ("agree", "audit", "credential", "suspend", "end"),
    VerifierState.SUSPENDED: ("audit", "resume", "end"),
    VerifierState.REFUSED: (),
    VerifierState.ENDED: (),
}
STEP_TITLES = {
    "recognise": "Record the Minister's recognition",
    "refuse": "Record the Minister's refusal",
    "agree": "Record the agreement, by its document",
    "audit": "Record a yearly audit",
    "credential": "Make a new credential; the one before is worth nothing from then on",
    "suspend": "Suspend",
    "resume": "Resume",
    "end": "End the recognition for good",
}
RATE_LIMIT = 100_000


class VerifierPages:
    """The registry's pages."""

    def __init__(self, site: Site, authorities: CertificationAuthorities) -> None:
        self._site = site
        self._registry = authorities.verifiers
        self._lists = authorities.lists
        self._meter = authorities.meter
        self._authority = Authority.from_package("mizuhiki.institutions.jpki")
        site.route("/verifiers", endpoint="verifiers")(self.overview)
        site.route("/verifiers/apply", ("GET", "POST"), endpoint="verifier_application")(self.application)
        site.route("/verifiers/<verifier>", ("GET", "POST"), endpoint="verifier")(self.one)
        site.route("/lists", endpoint="lists")(self.calendar)

    def _context(self, purpose: str) -> Context:
        return self._site.context("card-issue", BASIS, purpose)

    def overview(self) -> Reply:
        """Show everybody who ever applied, and whose audit is overdue."""
        _ = self._site.translate
        context = self._context("read the registry of verifiers")
        rows = [
            Row(
                (
                    Action(one.application.name_ja, f"/verifiers/{one.verifier}"),
                    one.application.institution or one.verifier,
                    _(STATES[one.state]),
                    one.recognised_until.isoformat() if one.recognised_until else None,
                    _("overdue") if one.audit_due(context.today()) else None,
                )
            )
            for one in self._registry.all(context)
        ]
        columns = [_("Verifier"), _("Name in this system"), _("State"), _("Recognised until"), _("Yearly audit")]
        return self._site.render("verifiers.html", columns=[Column(one) for one in columns], rows=rows)

    def application(self) -> Reply:
        """Enter an application."""
        _ = self._site.translate
        context = self._context("enter a verifier's application")
        self._authority.require(context, registry.APPLY)
        form = Form.posted(request.form) if request.method == "POST" else Form({"per_second": str(DEFAULT_RATE)})
        if request.method == "POST":
            stated = self._stated(form)
            if form.good and stated is not None:
                added = self._registry.apply(context, application=stated)
                return self._site.redirect(f"/verifiers/{added.verifier}")
        choices = [Choice(one.value, _(title)) for one, title in SERVICES.items()]
        return self._site.render("verifier_application.html", form=form, choices=choices)

    def _stated(self, form: Form) -> VerifierApplication | None:
        _ = self._site.translate
        services = [one for one in form.all("services") if one in set(Service)]
        if not services:
            form.refuse("services", _("Choose at least one service"))
        rate = form.parse("per_second", _rate, _("Enter a number from 1 to 100000"))
        texts = {
            name: form.require(name, _(message))
            for name, message in (
                ("name_ja", "Enter the name in Japanese"),
                ("name_en", "Enter the name in English"),
                ("responsible", "Enter who is responsible"),
                ("purpose", "Enter what the certificates are used for"),
            )
        }
        if not form.good or rate is None:
            return None
        return VerifierApplication(**texts, services=frozenset(Service(one) for one in services), per_second=rate)

    def one(self, verifier: str) -> Reply:
        """Show one verifier with its history, and take the next step."""
        _ = self._site.translate
        context = self._context("keep the registry of verifiers")
        found, history = self._registry.one(context, verifier=verifier)
        form = Form.posted(request.form) if request.method == "POST" else Form()
        credential = ""
        if request.method == "POST":
            step = form.choose("step", STEPS[found.state], _("Choose what to do"))
            note = "-" if step == "credential" else form.require("note", _("Enter the reason or the document"))
            until = (
                form.parse("until", date.fromisoformat, _("Enter the last day as YYYY-MM-DD"))
                if step == "recognise"
                else None
            )
            if form.good:
                credential = self._take(form, context, verifier, step=step, note=note, until=until)
                if form.good and not credential:
                    return self._site.redirect(f"/verifiers/{verifier}")
                found, history = self._registry.one(context, verifier=verifier)
        return self._site.render(
            "verifier.html",
            form=form,
            heading=found.application.name_ja,
            credential=credential,
            answers=self._answers(found),
            events=[self._event(line) for line in history],
            fee_columns=[
                Column(_("Month")),
                Column(_("Certificates")),
                Column(_("Status answers"), numeric=True),
                Column(_("Fee in yen"), numeric=True),
            ],
            fees=self._fees(context, found),
            choices=[Choice(step, _(STEP_TITLES[step])) for step in STEPS[found.state]],
        )

    def _take(self, form: Form, context: Context, verifier: str, *, step: str, note: str, until: date | None) -> str:
        """Take a step and return a new credential or nothing; what the rules refuse is said at the form."""
        if step == "recognise" and until is not None:
            return self._tried(
                form,
                lambda: self._registry.recognise(context, verifier=verifier, recognition=note, until=until),
            )
        if step == "credential":
            made: list[str] = []
            self._tried(form, lambda: made.append(self._registry.make_credential(context, verifier=verifier)))
            return "".join(made)
        steps: dict[str, Callable[[], object]] = {
            "agree": lambda: self._registry.agree(context, verifier=verifier, agreement=note),
            "refuse": lambda: self._registry.refuse(context, verifier=verifier, reason=note),
            "audit": lambda: self._registry.audited(context, verifier=verifier, finding=note),
            "suspend": lambda: self._registry.suspend(context, verifier=verifier, reason=note),
            "resume": lambda: self._registry.resume(context, verifier=verifier, reason=note),
            "end": lambda: self._registry.end(context, verifier=verifier, reason=note),
        }
        return self._tried(form, steps[step])

    def _tried(self, form: Form, step: Callable[[], object]) -> str:
        try:
            step()
        except (
            ServiceNotYetLawful,
            VerifierApplicationIncomplete,
            VerifierDecidedByApplicant,
            VerifierNotRecognised,
            VerifierStateChangeNotAllowed,
            VerifierWithoutAgreement,
        ) as refused:
            form.refuse("step", self._site.translate(refused.title))
        return ""

    def _answers(self, one: Verifier) -> list[Answer]:
        _ = self._site.translate
        stated = one.application
        return [
            Answer(_("Name in this system"), stated.institution or one.verifier),
            Answer(_("Name in English"), stated.name_en),
            Answer(_("Responsible"), stated.responsible),
            Answer(_("Purpose"), stated.purpose),
            Answer(_("Services"), ", ".join(_(SERVICES[service]) for service in sorted(stated.services))),
            Answer(_("Answers a second"), str(stated.per_second)),
            Answer(_("State"), _(STATES[one.state])),
            Answer(_("Document of the recognition"), one.recognition or "-"),
            Answer(_("Agreement"), one.agreement or "-"),
            Answer(_("Recognised until"), one.recognised_until.isoformat() if one.recognised_until else "-"),
            Answer(_("Last audit"), one.audited_on.isoformat() if one.audited_on else "-"),
        ]

    def _fees(self, context: Context, one: Verifier) -> list[Row]:
        asked = self._meter.statement(context, verifier=one.application.institution or one.verifier)
        return [
            Row((line.month, self._site.translate(KIND_TITLES[line.kind]), line.answers, line.fee_yen))
            for line in asked
        ]

    def _event(self, line: VerifierEvent) -> Event:
        at = line.at.astimezone(JST)
        return Event(
            self._site.translate(EVENTS[line.event]),
            at.strftime("%Y-%m-%d %H:%M"),
            at.isoformat(timespec="seconds"),
            who=line.officer,
            text="" if line.note == "-" else line.note,
        )

    def calendar(self) -> Reply:
        """Show the revocation lists in force and until when they hold."""
        _ = self._site.translate
        found = self._lists.calendar(self._context("read the calendar of revocation lists"))
        columns = [_("List"), _("Kind"), _("Generation"), _("Number"), _("Lines"), _("Signed"), _("Holds until")]
        return self._site.render(
            "lists.html",
            columns=[Column(one, numeric=place in {3, 4}) for place, one in enumerate(columns)],
            rows=[Row((self._name(one), *_cells(one))) for one in found],
        )

    def _name(self, one: PublishedList) -> str:
        scope = one.scope or self._site.translate("All municipalities")
        return scope if one.base_number is None else f"{scope} ({self._site.translate('changes only')})"


def _cells(one: PublishedList) -> tuple[str, str, int, int, str, str]:
    times = [at.astimezone(JST).strftime("%Y-%m-%d %H:%M") for at in (one.this_update, one.next_update)]
    return (one.kind.value, one.generation, one.number, one.lines, times[0], times[1])


def _rate(text: str) -> int:
    rate = int(text)
    if not 0 < rate <= RATE_LIMIT:
        raise ValueError(text)
    return rate
