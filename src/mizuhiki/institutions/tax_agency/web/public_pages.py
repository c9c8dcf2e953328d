"""Pages for everybody: search, a corporation with its history, files, how to use the Web-API. No log-in (R-016)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind
from mizuhiki.institutions.tax_agency.domain.corporations import OUTSIDE_JAPAN, Entry
from mizuhiki.institutions.tax_agency.domain.errors import NoSuchCorporation
from mizuhiki.institutions.tax_agency.domain.searching import MOST_SHOWN, Match, Order, Question, Target
from mizuhiki.institutions.tax_agency.domain.web_api import LONGEST_NAME, is_place
from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.institutions.tax_agency.web.words import (
    day,
    entry_answers,
    history_events,
    kind_choices,
    parse_number,
    shown_address,
    shown_name,
    state_tag,
)
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Choice, Column, Pages, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.numbers import CorporateNumber
from mizuhiki.vocabulary.places import municipalities, prefectures

PER_PAGE = 20
_KEPT = ("name", "match", "target", "prefecture", "city", "kind", "past", "closed")


class PublicPages:
    """Pages anybody may open."""

    def __init__(self, site: Site, agency: TaxAgency, public: Callable[[], Context]) -> None:
        self._site = site
        self._agency = agency
        self._public = public
        site.route("/", public=True)(self.search)
        site.route("/corporations/<number>", public=True)(self.corporation)
        site.route("/files", public=True)(self.files)
        site.route("/files/<name>", public=True)(self.file)
        site.route("/web-api", public=True)(self.web_api)

    def search(self) -> Reply:
        """Show the form and, when something was asked, what was found."""
        form = Form.posted({"match": Match.PART.value, "target": Target.FOLDED.value, **request.args})
        number = form.value("number")
        if number:
            found = self._by_number(form)
            if found:
                return self._site.redirect(f"/corporations/{found}")
        question = None if number else self._question(form)
        results = {} if question is None else self._results(form, question)
        shown: dict[str, Any] = {**self._choices(form), **results}
        return self._site.render("search.html", form=form, asked=question is not None, **shown)

    def _by_number(self, form: Form) -> str:
        _ = self._site.translate
        digits = form.parse(
            "number", parse_number, _("This is not a Corporate Number: 13 digits with a right check digit")
        )
        if not digits:
            return ""
        try:
            self._agency.publication.history(self._public(), digits)
        except NoSuchCorporation:
            form.refuse("number", _("No corporation is published under this number"))
            return ""
        return digits

    def _question(self, form: Form) -> Question | None:
        _ = self._site.translate
        if not any(request.args.get(name) for name in _KEPT):
            return None
        text, place = form.value("name"), form.value("city") or form.value("prefecture")
        if form.value("city") and not form.value("city").startswith(form.value("prefecture")):
            # Another prefecture was chosen after the municipality.
            place = form.value("prefecture")
        if len(text) > LONGEST_NAME:
            form.refuse("name", _("This is too long"))
        if place and place != OUTSIDE_JAPAN and not is_place(place):
            form.refuse("prefecture", _("There is no such place"))
        kind = form.value("kind")
        if kind and kind not in set(CorporationKind):
            form.refuse("kind", _("This is not known"))
        target = Target.ENGLISH if form.value("target") == Target.ENGLISH else Target.FOLDED
        if not form.good:
            return None
        question = Question(
            text=text,
            match=Match.PREFIX if form.value("match") == Match.PREFIX else Match.PART,
            target=target,
            place=place,
            kinds=(CorporationKind(kind),) if kind else (),
            past_names="1" in form.all("past"),
            closed="1" in form.all("closed"),
        )
        if not question.asks_something:
            form.refuse("name", _("Enter a name or choose a prefecture"))
            return None
        return question

    def _results(self, form: Form, question: Question) -> dict[str, object]:
        wanted = request.args.get("sort", "")
        descending = wanted.startswith("-")
        order = Order(wanted.lstrip("-")) if wanted.lstrip("-") in set(Order) else Order.NAME
        found = self._agency.publication.search(self._public(), question, order, descending=descending)
        last = max(1, -(-len(found.entries) // PER_PAGE))
        asked = request.args.get("page", "1")
        page = min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < len("10000") else 1
        shown = found.entries[(page - 1) * PER_PAGE : page * PER_PAGE]
        kept = [(name, value) for name in _KEPT for value in form.all(name) if value]
        sort = f"{'-' if descending else ''}{order.value}"
        return {
            "columns": self._columns(kept, order, descending=descending),
            "rows": [self._row(one) for one in shown],
            "count": len(found.entries),
            "more": found.more,
            "most": MOST_SHOWN,
            "pages": Pages(page, last, f"/?{urlencode([*kept, ('sort', sort)])}&page={{page}}"),
        }

    def _columns(self, kept: list[tuple[str, str]], order: Order, *, descending: bool) -> list[Column]:
        _ = self._site.translate
        titles = {
            Order.NAME: _("Name"),
            Order.NUMBER: _("Corporate Number"),
            Order.ADDRESS: _("Address"),
            Order.DESIGNATED: _("Designated on"),
        }
        columns = []
        for one, title in titles.items():
            turned = "-" if one is order and not descending else ""
            state = ("descending" if descending else "ascending") if one is order else ""
            columns.append(
                Column(title, sort_url=f"/?{urlencode([*kept, ('sort', turned + one.value)])}", sorted=state)
            )
        return [*columns, Column(_("State"))]

    def _row(self, entry: Entry) -> Row:
        site = self._site
        return Row(
            (
                Action(shown_name(site, entry), f"/corporations/{entry.number}"),
                entry.number,
                shown_address(site, entry),
                day(site, entry.assignment_date),
                state_tag(site, entry),
            )
        )

    def _choices(self, form: Form) -> dict[str, object]:
        _, english = self._site.translate, self._site.language == "en"
        chosen = form.value("prefecture")
        return {
            "match_choices": [Choice("2", _("Contains")), Choice("1", _("Begins with"))],
            "target_choices": [Choice("1", _("Japanese")), Choice("3", _("English"))],
            "prefecture_choices": [
                *(Choice(one.code, one.name_en if english else one.name) for one in prefectures()),
                Choice(OUTSIDE_JAPAN, _("Outside Japan")),
            ],
            "city_choices": [
                Choice(one.code[:5], one.name_en if english else one.full_name)
                for one in municipalities()
                if one.prefecture_code == chosen
            ],
            "kind_choices": kind_choices(self._site),
            "past_choices": [Choice("1", _("Search former names too"))],
            "closed_choices": [Choice("1", _("Show closed records too"))],
        }

    def corporation(self, number: str) -> Reply:
        """Show one corporation with its history; the number may be written in any usual way."""
        try:
            digits = CorporateNumber.parse(number).value
        except MizuhikiError as error:
            raise NoSuchCorporation from error
        lines = self._agency.publication.history(self._public(), digits)
        newest = lines[0].entry
        successor = Action(self._site.translate("Show the successor"), f"/corporations/{newest.successor}")
        return self._site.render(
            "corporation.html",
            heading=shown_name(self._site, newest),
            caption=newest.number,
            tag=state_tag(self._site, newest),
            answers=entry_answers(self._site, newest),
            events=history_events(self._site, [line.entry for line in lines]),
            successor=successor if newest.successor else None,
        )

    def files(self) -> Reply:
        """List the files for download."""
        _ = self._site.translate
        rows = [
            Row(
                (
                    Action(one.name, f"/files/{one.name}"),
                    _("Whole record") if one.name.startswith("all_") else _("Changes of a day"),
                    day(self._site, one.day),
                    f"{one.lines:,}",
                    f"{one.size:,}",
                )
            )
            for one in self._agency.publication.files(self._public())
        ]
        columns = [
            Column(_("File")),
            Column(_("Content")),
            Column(_("Day")),
            Column(_("Lines"), numeric=True),
            Column(_("Octets"), numeric=True),
        ]
        return self._site.render("files.html", columns=columns, rows=rows)

    def file(self, name: str) -> Reply:
        """Send a file."""
        content = self._agency.publication.file_content(self._public(), name)
        answer = self._site.app.response_class(content, mimetype="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def web_api(self) -> Reply:
        """Explain the Web-API."""
        return self._site.render("web_api.html", base=request.host_url.rstrip("/"))
