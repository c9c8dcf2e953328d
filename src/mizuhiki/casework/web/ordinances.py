"""Affairs under a local body's own ordinances: lodge one, see where each stands, end one (番号法9条2項, 19条9号).

For whoever heads the body. An affair is lodged in two steps, so that only what its item of table 2 names can be ticked.
"""

from __future__ import annotations

from typing import Generic

from mizuhiki.casework.operations import Casework
from mizuhiki.casework.operations.ordinances import END, LODGE, READ
from mizuhiki.casework.ports import OrdinanceStanding, RecordsT
from mizuhiki.casework.web import messages
from mizuhiki.casework.web.desk import CaseDesk, FieldOfWork
from mizuhiki.casework.web.ordinance_form import ASKED, FIELDS, NAMES, PROCEDURES, Item, OrdinanceEntry, items_on
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Cell, Choice, Column, Named, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import NotFound, Unavailable

PATH = "/ordinance-affairs"
WORK = FieldOfWork("ordinance-affairs", "番号法9条2項, 19条9号")
CHOOSE, LODGE_STEP, OTHER = "choose", "lodge", "other"
_TONES = {"lodged": Tone.ATTENTION, "published": Tone.DONE, "returned": Tone.PROBLEM, "withdrawn": Tone.NEUTRAL}
_FIELDS = {
    "ordinance-affair-beyond-item": ASKED,
    "ordinance-affair-not-allowed": "field",
    "ordinance-affair-malformed/slug": "slug",
    "ordinance-affair-malformed/title": "title_ja",
    "ordinance-affair-malformed/procedures": "procedure_1_slug",
    "ordinance-affair-malformed/asked": ASKED,
    "ordinance-affair-malformed/period": "valid_until",
}
"""The field a refusal belongs to; others belong to the whole form."""


class OrdinanceFilingNotOurs(NotFound):
    """This body lodged nothing under that id."""

    code = "ordinance-filing-not-ours"
    title = "This body lodged no such affair"


def ordinance_link(authority: Authority) -> Link:
    """Return the entry of the navigation, for whoever may read where filings stand."""
    return Link(PATH, messages.ORDINANCES, authority.roles(READ))


class OrdinancePages(Generic[RecordsT]):
    """Three routes of every local body."""

    def __init__(self, site: Site, service: Casework[RecordsT], authority: Authority) -> None:
        desk = CaseDesk(site, service, authority, WORK)
        self._desk = desk
        both = ("GET", "POST")
        desk.site.route(PATH, endpoint="ordinance-affairs")(self.filings)
        desk.site.route(f"{PATH}/new", both, endpoint="ordinance-affairs-new")(self.new)
        desk.site.route(f"{PATH}/<filing_id>/end", both, endpoint="ordinance-affairs-end")(self.end)

    # --- where filings stand ----------------------------------------------------------------------------------------

    def filings(self) -> Reply:
        """List what this body lodged, newest first; when the commission is silent the page says so."""
        desk = self._desk
        _ = desk.site.translate
        silent = False
        found: list[OrdinanceStanding] = []
        try:
            found = desk.service.ordinance_filings(desk.context("read own affairs under ordinances"))
        except Unavailable:
            silent = True
        done = next((one for one in found if one.filing_id == request.args.get("done")), None)
        return desk.site.render(
            "casework/ordinance_affairs.html",
            columns=[
                Column(_("Affair")),
                Column(_("Lodged on")),
                Column(_("State")),
                Column(_("What the commission writes")),
            ],
            rows=[self._row(one) for one in found],
            silent=silent,
            done=self._done(done) if done else "",
            done_about=self._title(done) if done else "",
            actions=desk.offered([(LODGE, Action(_("Lodge an affair"), f"{PATH}/new", key="n"))]),
        )

    def _done(self, one: OrdinanceStanding) -> str:
        _ = self._desk.site.translate
        return _("The affair has ended") if one.state == "withdrawn" else _("The affair was lodged")

    def _row(self, one: OrdinanceStanding) -> Row:
        desk = self._desk
        title = self._title(one)
        actions: list[Action] = []
        if one.state == "published":
            ending = Action(desk.site.translate("End"), f"{PATH}/{one.filing_id}/end", about=title)
            actions = desk.offered([(END, ending)])
        reason: Cell = self._reason(one.reason) or None
        lodged = desk.day(one.lodged_at.astimezone(JST).date())
        return Row((Named(title, one.affair), lodged, self._state(one), reason), tuple(actions))

    def _title(self, one: OrdinanceStanding) -> str:
        return one.title_ja if self._desk.japanese else one.title_en

    def _state(self, one: OrdinanceStanding) -> Tag:
        words = self._desk.words(messages.FILING_STATES, one.state)
        return Tag(words, _TONES.get(one.state, Tone.NEUTRAL))

    def _reason(self, reason: str) -> str:
        """Return why a filing stands where it does; reasons that programs wrote are said in the reader's language."""
        start, words = messages.REPLACED
        if reason.startswith(start):
            return self._desk.site.translate(words)
        return self._desk.words(messages.FILING_REASONS, reason)

    # --- lodging ----------------------------------------------------------------------------------------------------

    def new(self) -> Reply:
        """Choose the item, then describe the affair and lodge it; whatever is wrong comes back with all typed."""
        desk = self._desk
        desk.require(LODGE)
        today = desk.context("lodge an affair under an ordinance").today()
        form, items = desk.form(valid_from=today.isoformat()), items_on(today)
        item, step = items.get(form.value("item")), form.value("step")
        if request.method == "POST" and item is None:
            form.refuse("item", desk.site.translate("Choose the item that the affair is like"))
        if item is None or step == OTHER:
            return self._choosing(form, items)
        entry = OrdinanceEntry(form, desk.site.translate, item)
        if request.method == "POST" and step == LODGE_STEP:
            lodged = self._lodge(form, entry)
            if lodged:
                return desk.site.redirect(f"{PATH}?done={lodged}")
        return self._describing(form, entry, item)

    def _lodge(self, form: Form, entry: OrdinanceEntry) -> str:
        """Lodge what was typed and return its id; nothing when it was refused."""
        desk = self._desk
        filing_id = desk.request_id(form)
        affair = entry.read(desk.service.adapters.institution)
        if affair is None:
            return ""
        context = desk.context("lodge an affair under an ordinance")
        done = desk.attempt(
            form, lambda: desk.service.lodge_ordinance_affair(context, filing_id, affair), fields=_FIELDS
        )
        return filing_id if done else ""

    def _choosing(self, form: Form, items: dict[str, Item]) -> Reply:
        language = self._desk.site.language
        return self._desk.site.render(
            "casework/ordinance_item.html",
            form=form,
            path=PATH,
            kept=[(name, value) for name in NAMES for value in form.all(name)],
            items=[Choice(one.number, f"{one.number}  {one.title(language)}") for one in items.values()],
        )

    def _describing(self, form: Form, entry: OrdinanceEntry, item: Item) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        return desk.site.render(
            "casework/ordinance_new.html",
            form=form,
            path=PATH,
            bar=[Answer(_("Like item"), Named(item.title(desk.site.language), item.number))],
            choices=entry.choices(desk.site.language),
            fields=[Choice(code, _(words)) for code, words in FIELDS.items()],
            procedures=[(place, f"procedure_{place}") for place in PROCEDURES],
        )

    # --- ending -----------------------------------------------------------------------------------------------------

    def end(self, filing_id: str) -> Reply:
        """Ask whether linkage for an affair is to end, and end it."""
        desk = self._desk
        desk.require(END)
        form, context = desk.form(), desk.context("end an affair under an ordinance")
        if request.method == "POST" and desk.attempt(
            form, lambda: desk.service.end_ordinance_affair(context, filing_id)
        ):
            return desk.site.redirect(f"{PATH}?done={filing_id}")
        return self._ending(form, filing_id)

    def _ending(self, form: Form, filing_id: str) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        answers: list[Answer] = []
        may_end = True
        try:
            found = desk.service.ordinance_filings(desk.context("read own affairs under ordinances"))
        except Unavailable as error:
            form.refuse("", desk.refusal(error))
        else:
            one = next((known for known in found if known.filing_id == filing_id), None)
            if one is None:
                raise OrdinanceFilingNotOurs
            may_end = one.state == "published"
            answers = [
                Answer(_("Affair"), Named(self._title(one), one.affair)),
                Answer(_("State"), self._state(one).label),
            ]
        return desk.site.render("casework/ordinance_end.html", form=form, path=PATH, answers=answers, may_end=may_end)
