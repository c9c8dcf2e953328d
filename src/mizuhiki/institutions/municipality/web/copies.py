"""Copies at the counter: request step by step, the issued copy, its page to print, the day's report."""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.municipality.domain.copies.kinds import (
    NATIONWIDE_DOCUMENTS,
    CopyKind,
    Delivery,
    Interest,
    Item,
    Paper,
    Place,
    Profession,
    Requester,
    Scope,
    Shown,
    Way,
)
from mizuhiki.institutions.municipality.domain.copies.requests import (
    Asker,
    CopyRequest,
    Issue,
    IssueView,
    NationwideQuery,
    Sending,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web import copy_advice
from mizuhiki.institutions.municipality.web import copy_words as say
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refusal_of_step
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Blocking, Choice, Column, Event, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.vocabulary.places import municipalities, municipality

ISSUES, REPORTS = "issue-copy", "report-copies"
_FORM_CODES: dict[str, frozenset[str]] = {
    "papers": frozenset(one.value for one in Paper),
    "items": frozenset(one.value for one in Item),
    "shown": frozenset(one.value for one in Shown),
}


def choices(desk: Desk, words: dict[str, str], only: frozenset[str] | None = None) -> list[Choice]:
    """Return codes with their words, all or only some."""
    return [Choice(code, desk.site.translate(text)) for code, text in words.items() if only is None or code in only]


def chosen(form: Form, name: str) -> frozenset[str]:
    """Return the ticked codes of a group; a value that is none is left out."""
    return frozenset(value for value in form.all(name) if value in _FORM_CODES[name])


def stopped(desk: Desk, refusal: MizuhikiError, text: str = "") -> Blocking:
    """Return the warning for a refusal: the provision it follows from, in words what is missing, and `text`."""
    _ = desk.site.translate
    words = {**say.STATED, **say.ITEMS, **say.PAPERS, **say.REFUSALS}
    told = [name for name in ("rule", "place") if refusal.fields.get(name)]
    facts = [Answer(desk.words.field(name), str(refusal.fields[name])) for name in told]
    return Blocking(desk.words.refusal(refusal, words), text or _("Nothing was changed by this step."), tuple(facts))


class CopyPages:
    """Pages of copies."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk)
        route = desk.site.route
        route("/residents/<resident>/copy", ("GET", "POST"), endpoint="copies_request")(self.ask)
        route("/copies", endpoint="copies_report")(self.report)
        route("/copies/nationwide", ("GET", "POST"), endpoint="copies_nationwide")(self.nationwide)
        route("/copies/issued/<issue>", ("GET", "POST"), endpoint="copies_issue")(self.issue)
        route("/copies/issued/<issue>/page", ("POST",), endpoint="copies_page")(self.page)

    def _context(self, purpose: str) -> Context:
        return self._desk.context(REGISTER, purpose)

    # Request

    def ask(self, resident: str) -> Reply:
        """Take a request, show it to be checked, issue the copy."""
        desk = self._desk
        desk.require(ISSUES)
        context = self._context("issue a copy at the counter")
        record = desk.operations.resident(context, resident, work=Work.COPY)
        step, form = self._guided.read(
            kind="resident-copy", scope="person", requester="self", way="counter", delivery="direct", copies="1"
        )
        if step in {Step.SHOW, Step.EDIT}:
            return self._show(record, form, None)
        wanted = self._read(record, form)
        if wanted is None:
            return self._show(record, form, None)
        if step is Step.CHECK:
            refusal = refusal_of_step(lambda: desk.operations.copies.examine(context, wanted))
            return self._check(record, form, wanted, refusal)
        issued: list[Issue] = []
        refusal = refusal_of_step(lambda: issued.append(desk.operations.copies.issue(context, wanted)))
        if refusal is not None:
            return self._show(record, form, refusal)
        return desk.site.redirect(f"/copies/issued/{issued[0].issue}")

    def _read(self, record: ResidentRecord, form: Form) -> CopyRequest | None:
        _ = self._desk.site.translate
        kind = form.choose("kind", list(CopyKind), _("Choose what is asked for"))
        scope = form.choose("scope", list(Scope), _("Choose whether one person or the household"))
        requester = form.choose("requester", list(Requester), _("Choose who asks"))
        way = form.choose("way", list(Way), _("Choose how it was asked"))
        delivery = form.choose("delivery", list(Delivery), _("Choose how it is handed over"))
        name = form.require("name", _("Enter the name of who asks"))
        copies = form.parse("copies", int, _("Enter how many copies"))
        request_id = self._desk.request_id(form)
        if not form.good or copies is None:
            return None
        own = Requester(requester) is Requester.SELF
        return CopyRequest(
            request_id=request_id,
            kind=CopyKind(kind),
            person=record.resident,
            asker=Asker(
                kind=Requester(requester),
                name=name,
                resident=record.resident if own else form.value("member"),
                body=form.value("body"),
                guardian=bool(form.value("guardian")),
                interest=Interest(_code(form, "interest", list(Interest))),
                profession=Profession(_code(form, "profession", list(Profession))),
                acts_for_offender=bool(form.value("offender")),
            ),
            scope=Scope(scope),
            way=Way(way),
            sending=Sending(
                delivery=Delivery(delivery),
                place=Place(_code(form, "place", list(Place))),
                address=form.value("address"),
                reason=form.value("sending_reason"),
                found_justified=bool(form.value("justified")),
            ),
            items=frozenset(Item(one) for one in chosen(form, "items")),
            shown=frozenset(Shown(one) for one in chosen(form, "shown")),
            questioned=bool(form.value("questioned")),
            papers=frozenset(Paper(one) for one in chosen(form, "papers")),
            purpose=form.value("purpose"),
            copies=copies,
            free_by=form.value("free_by"),
        )

    def _show(self, record: ResidentRecord, form: Form, refusal: MizuhikiError | None) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        yes = [Choice("yes", _("Yes"))]
        members = desk.operations.household_view(
            self._context("issue a copy at the counter"), record.household, work=Work.COPY
        ).members
        return desk.site.render(
            "copy_request.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=[] if refusal is None else [stopped(desk, refusal)],
            bar=self._bar(record),
            back=f"/households/{record.household}",
            kinds=choices(desk, say.KINDS),
            scopes=choices(desk, say.SCOPES),
            requesters=choices(desk, say.REQUESTERS),
            members=[
                Choice(one.summary.resident, one.summary.name)
                for one in members
                if one.summary.resident != record.resident
            ],
            ways=choices(desk, say.WAYS),
            deliveries=choices(desk, say.DELIVERIES),
            places=choices(desk, say.PLACES),
            items=choices(desk, say.ITEMS),
            shown=choices(desk, say.SHOWN),
            papers=choices(desk, say.PAPERS),
            interests=choices(desk, say.INTERESTS),
            professions=choices(desk, say.PROFESSIONS),
            yes=yes,
            fee=desk.words.yen(desk.operations.copies.fee_yen),
        )

    def _bar(self, record: ResidentRecord) -> list[Answer]:
        _ = self._desk.site.translate
        return [
            Answer(_("Name"), record.name.full),
            Answer(_("Address"), record.address),
        ]

    def _check(self, record: ResidentRecord, form: Form, wanted: CopyRequest, refusal: MizuhikiError | None) -> Reply:
        """Show the answers; with a refusal, why the copy will not be given and what to do, and no way to issue it."""
        desk = self._desk
        _ = desk.site.translate
        special = refusal is None and not {Item.NUMBER, Item.CODE}.isdisjoint(wanted.items)
        advice = _(copy_advice.ADVICE.get(refusal.code, copy_advice.OTHERWISE)) if refusal else ""
        return desk.site.render(
            "check.html",
            status=200 if refusal is None else refusal.status,
            stops=[] if refusal is None else [stopped(desk, refusal, advice)],
            title=_("Check the request for a copy"),
            answers=[
                Answer(_("Name"), record.name.full),
                Answer(_("What is asked for"), _(say.KINDS[wanted.kind.value])),
                Answer(_("People"), _(say.SCOPES[wanted.scope.value])),
                Answer(_("Who asks"), f"{_(say.REQUESTERS[wanted.asker.kind.value])} {wanted.asker.name}"),
                Answer(_("Identity"), _(say.LEVELS[wanted.identity.value])),
                Answer(_("Items beside the plain ones"), self._listed(say.ITEMS, wanted.items)),
                Answer(_("Papers received"), self._listed(say.PAPERS, wanted.papers)),
                Answer(_("Delivery"), _(say.DELIVERIES[wanted.sending.delivery.value])),
                Answer(_("Number of copies"), str(wanted.copies)),
            ],
            carried=self._guided.carried(form),
            warning_title=_("Number or code will stand on this copy") if special else "",
            warning=_("It was asked for specially. The rule of who gets it how was checked.") if special else "",
            enter=_("Issue the copy") if refusal is None else "",
            after=_("The page is sealed with the mayor's seal. Print it on the safety paper of this office.")
            if refusal is None
            else _("This copy cannot be issued as it is asked for. Nothing was stored."),
        )

    def _listed(self, words: dict[str, str], codes: frozenset[Item] | frozenset[Paper]) -> str:
        _ = self._desk.site.translate
        return self._desk.words.listed([_(text) for code, text in words.items() if code in codes]) or "—"

    # Issued copies

    def issue(self, issue: str) -> Reply:
        """Show an issued copy with its steps; a post cancels it."""
        desk = self._desk
        desk.require(REPORTS if request.method == "GET" else ISSUES)
        form, refusal = Form(), None
        if request.method == "POST":
            form = Form.posted(request.form)
            context = self._context("cancel a copy")
            refusal = refusal_of_step(lambda: desk.operations.copies.cancel(context, issue, form.value("reason")))
            if refusal is None:
                return desk.site.redirect(f"/copies/issued/{issue}")
        return self._issue_page(issue, form, refusal)

    def _issue_page(self, issue: str, form: Form, refusal: MizuhikiError | None) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        view = desk.operations.copies.view(self._context("look at an issued copy"), issue)
        today = view.issue.issued_on == desk.today() and not view.cancelled and not view.issue.asked_by
        works = today and desk.may(ISSUES)
        return desk.site.render(
            "copy_issue.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=[] if refusal is None else [stopped(desk, refusal)],
            number=view.issue.number,
            answers=self._facts(view),
            events=[
                Event(_(say.STEPS[one.step.value]), desk.words.moment(one.at), one.at.isoformat(),
                      desk.words.actor(one.by), one.note)
                for one in reversed(view.steps)
            ],
            printing=self._printing(issue) if works else None,
            cancels=works,
            actions=[Action(_("Copies of the day"), "/copies", "d")],
        )  # fmt: skip

    def _printing(self, issue: str) -> Action:
        _ = self._desk.site.translate
        return Action(_("Make the page to print"), f"/copies/issued/{issue}/page", "p", post=True)

    def _facts(self, view: IssueView) -> list[Answer]:
        desk, held = self._desk, view.issue
        _ = desk.site.translate
        answers = [
            Answer(_("What is asked for"), _(say.KINDS[held.kind.value])),
            Answer(_("People"), _(say.SCOPES[held.scope.value])),
            Answer(_("Who asks"), _(say.REQUESTERS[held.requester.value])),
            Answer(_("Identity"), _(say.LEVELS[held.identity.value])),
            Answer(_("Seen"), desk.words.listed([_(say.SHOWN[one.value]) for one in held.shown]) or "—"),
            Answer(_("Items beside the plain ones"), self._listed(say.ITEMS, frozenset(held.items))),
            Answer(_("Delivery"), _(say.DELIVERIES[held.delivery.value])),
            Answer(_("Number of copies"), str(held.copies)),
            Answer(_("Fee"), desk.words.yen(held.fee_yen)),
        ]
        for title, code in ((_("Municipality of residence"), held.home), (_("Handed out at"), held.asked_by)):
            if code:
                answers.append(Answer(title, municipality(code).full_name))
        return answers

    def page(self, issue: str) -> Reply:
        """Return the sealed page as PDF; the browser shows and prints it."""
        desk = self._desk
        desk.require(ISSUES)
        context = self._context("print a copy")
        made: list[bytes] = []
        refusal = refusal_of_step(lambda: made.append(desk.operations.copies.document(context, issue)))
        if refusal is not None:
            return self._issue_page(issue, Form(), refusal)
        reply = desk.site.app.response_class(made[0], mimetype="application/pdf")
        reply.headers["Content-Disposition"] = 'inline; filename="copy.pdf"'
        return reply

    def report(self) -> Reply:
        """Show the copies of a day with their sums."""
        desk = self._desk
        desk.require(REPORTS)
        _ = desk.site.translate
        form = Form.posted(request.args)
        day: date = form.parse_if_given("day", parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日")) or (
            desk.today()
        )
        lines, views = desk.operations.copies.report(self._context("report the copies of a day"), day)
        titles = (_("Issues"), _("Number of copies"), _("With number"), _("Reprints"), _("Cancelled"), _("Fees"))
        return desk.site.render(
            "copies.html",
            form=form,
            shown=day,
            sum_columns=[Column(_("Kind")), *(Column(title, numeric=True) for title in titles)],
            sums=[
                Row((_(say.KINDS[one.kind.value]), one.issues, one.copies, one.with_number, one.reprints,
                     one.cancelled, desk.words.yen(one.fees_yen)))
                for one in lines
            ],
            columns=[Column(t) for t in (_("Number of the copy"), _("Kind"), _("Who asks"), _("Fee"), _("State"))],
            rows=[self._row(view) for view in views],
            actions=desk.offered(
                {ISSUES: Action(_("Copy of another municipality's resident"), "/copies/nationwide", "n")}
            ),
        )  # fmt: skip

    def _row(self, view: IssueView) -> Row:
        desk, held = self._desk, view.issue
        _ = desk.site.translate
        return Row(
            (
                Action(held.number, f"/copies/issued/{held.issue}"),
                _(say.KINDS[held.kind.value]),
                _(say.REQUESTERS[held.requester.value]),
                desk.words.yen(held.fee_yen),
                Tag(_("Cancelled"), Tone.PROBLEM) if view.cancelled else Tag(_("Issued"), Tone.DONE),
            )
        )

    # At another municipality

    def nationwide(self) -> Reply:
        """Take a request of another municipality's resident and issue the copy that their municipality decides on."""
        desk = self._desk
        desk.require(ISSUES)
        form = desk.posted_form(requester="self", scope="person", sex="")
        refusal: MizuhikiError | None = None
        if request.method == "POST":
            asked = self._query(form)
            if asked is not None:
                context = self._context("issue a copy of another municipality's resident")
                issued: list[Issue] = []
                refusal = refusal_of_step(
                    lambda: issued.append(desk.operations.copies.issue_nationwide(context, form.value("home"), asked))
                )
                if refusal is None:
                    return desk.site.redirect(f"/copies/issued/{issued[0].issue}")
        _ = desk.site.translate
        plain = frozenset({Item.HOUSEHOLD.value, Item.FOREIGN.value, Item.CODE.value, Item.NUMBER.value})
        return desk.site.render(
            "copy_nationwide.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=[] if refusal is None else [stopped(desk, refusal)],
            homes=[Choice(one.code, f"{one.prefecture}{one.full_name}") for one in municipalities()],
            sexes=[Choice(str(int(sex)), desk.words.sex(sex)) for sex in Sex],
            requesters=choices(desk, say.REQUESTERS, frozenset({"self", "same-household"})),
            scopes=choices(desk, say.SCOPES),
            items=choices(desk, say.ITEMS, plain),
            shown=choices(desk, say.SHOWN, frozenset(one.value for one in NATIONWIDE_DOCUMENTS)),
        )

    def _query(self, form: Form) -> NationwideQuery | None:
        _ = self._desk.site.translate
        form.choose("home", [one.code for one in municipalities()], _("Choose the municipality of residence"))
        name = form.require("name", _("Enter the name as it is registered"))
        birth = form.parse("birth_date", parse_date, _("Enter the date of birth like 1985-02-03"))
        sex = form.choose("sex", [str(int(one)) for one in Sex], _("Choose the sex"))
        address = form.require("address", _("Enter the address as it is registered"))
        by = form.choose("requester", ["self", "same-household"], _("Choose who asks"))
        scope = form.choose("scope", list(Scope), _("Choose whether one person or the household"))
        shown = form.choose("shown", sorted(NATIONWIDE_DOCUMENTS), _("Choose the document with a photograph"))
        request_id = self._desk.request_id(form)
        if not form.good or birth is None:
            return None
        return NationwideQuery(
            request_id=request_id,
            name=name,
            birth_date=birth,
            sex=int(sex),
            address=address,
            by=Requester(by),
            shown=Shown(shown),
            scope=Scope(scope),
            items=frozenset(Item(one) for one in chosen(form, "items")),
        )


def _code(form: Form, name: str, allowed: list[str]) -> str:
    value = form.value(name)
    return value if value in allowed else "none"
