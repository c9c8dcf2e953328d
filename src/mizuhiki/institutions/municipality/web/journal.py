"""The journal: what was entered on a day, to be printed and signed at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from mizuhiki.institutions.municipality.domain.residents import JournalLine
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.messages import CASE_STEPS, WITHHELD
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

SHOWN_OF_NAME = 8


class JournalPages:
    """The journal page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/journal")(self.journal)

    def journal(self) -> Reply:
        """Show the journal of a day, today's when none is asked for."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("read-register")
        form = Form.posted(request.args)
        day = form.parse_if_given("day", parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日"))
        shown = day or desk.today()
        lines: list[JournalLine] = []
        if form.good:
            lines = desk.operations.journal(desk.context(REGISTER, "show the journal"), shown)
        clerks = sorted({line.actor for line in lines})
        clerk = form.value("clerk") if form.value("clerk") in clerks else ""
        totals = Counter((_(WITHHELD) if line.withheld else desk.words.journal(line.what)) for line in lines)
        by_clerk = Counter(desk.words.actor(line.actor) for line in lines)
        lines = [line for line in lines if not clerk or line.actor == clerk]
        return desk.site.render(
            "journal.html",
            form=form,
            shown=shown,
            clerks=[Choice(one, desk.words.actor(one)) for one in clerks],
            total_columns=[Column(_("What")), Column(_("Count"), numeric=True)],
            totals=[Row(pair) for pair in totals.most_common()],
            clerk_columns=[Column(_("By")), Column(_("Count"), numeric=True)],
            by_clerk=[Row(pair) for pair in by_clerk.most_common()],
            columns=journal_columns(desk),
            rows=journal_rows(desk, lines),
            actions=[
                Action(_("Day before"), f"/journal?day={(shown - timedelta(days=1)).isoformat()}", "b"),
                Action(_("Day after"), f"/journal?day={(shown + timedelta(days=1)).isoformat()}", "n"),
                Action(_("Today"), "/journal", "t"),
            ],
        )


def journal_columns(desk: Desk) -> list[Column]:
    """Return the columns of a journal."""
    _ = desk.site.translate
    return [Column(title) for title in (_("Time"), _("What"), _("Record"), _("By"), _("Note"))]


def _subject(line: JournalLine) -> Action | None:
    """Return the way to the record or case of a line; its name is random, so its beginning is enough to tell it by."""
    if not line.subject:
        return None
    folder = "cases" if line.what in CASE_STEPS else "residents"
    return Action(line.subject[:SHOWN_OF_NAME], f"/{folder}/{line.subject}")


def journal_rows(desk: Desk, lines: Sequence[JournalLine]) -> list[Row]:
    """Return the lines of a journal as table rows."""
    words = desk.words
    return [
        Row(
            (
                words.time(line.at),
                desk.site.translate(WITHHELD) if line.withheld else words.journal(line.what),
                _subject(line),
                words.actor(line.actor),
                words.note(line.note) or None,
            )
        )
        for line in lines
    ]
