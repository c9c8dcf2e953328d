"""Lists derived from the register: choose list and day, look, export as CSV."""

from __future__ import annotations

import csv
import io

from mizuhiki.institutions.municipality.domain.derived_lists import Handling, ListKind, Purpose
from mizuhiki.institutions.municipality.operations.derive_lists import DerivedList, ListedPerson
from mizuhiki.institutions.municipality.web import copy_words as say
from mizuhiki.institutions.municipality.web.copies import choices
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.messages import N_
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

DERIVES = "derive-list"
_FORMULA = ("=", "+", "-", "@", "\t")


class DerivedListPages:
    """Pages of derived lists."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/lists", endpoint="lists_show")(self.show)
        desk.site.route("/lists/export", endpoint="lists_export")(self.export)

    def _derive(self, form: Form) -> DerivedList | None:
        desk = self._desk
        _ = desk.site.translate
        if not form.value("list"):
            return None
        kind = form.choose("list", list(ListKind), _("Choose a list"))
        day = (
            form.parse_if_given("day", parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日"))
            or desk.today()
        )
        purpose = form.value("purpose") or Purpose.OFFICE.value
        if purpose not in list(Purpose):
            form.refuse("purpose", _("Choose for whom the list is"))
        if not form.good:
            return None
        found: list[DerivedList] = []
        context = desk.context(REGISTER, "derive a list from the register")
        desk.attempt(
            form,
            lambda: found.append(desk.operations.copies.derive_list(context, ListKind(kind), day, Purpose(purpose))),
            {"date-impossible": "day", "list-not-for-purpose": "purpose"},
        )
        return found[0] if found else None

    def show(self) -> Reply:
        """Show a list as of a day with the reason of each line."""
        desk = self._desk
        desk.require(DERIVES)
        _ = desk.site.translate
        form = Form.posted(request.args)
        found = self._derive(form)
        titles = (_("Name"), _("Date of birth"), _("Address"), _("Reason"), _("Since"), _("Until"), _("Grade"))
        export = (
            ""
            if found is None
            else f"/lists/export?list={found.kind.value}&day={found.day.isoformat()}&purpose={form.value('purpose')}"
        )
        return desk.site.render(
            "lists.html",
            form=form,
            found=found,
            title=_(say.LISTS[found.kind.value]) if found else _("Derived lists"),
            kinds=choices(desk, say.LISTS),
            columns=[Column(title) for title in titles],
            rows=[self._row(one) for one in found.lines] if found else [],
            purposes=choices(desk, say.PURPOSES),
            withheld=found.withheld if found else 0,
            left_out=found is not None and found.receipt.handling is Handling.LEFT_OUT,
            receiver="" if found is None else _(say.RECEIVERS[found.receipt.office]),
            rule="" if found is None else found.receipt.basis,
            actions=[Action(_("Export as CSV"), export, "x")] if export else [],
        )

    def _row(self, one: ListedPerson) -> Row:
        desk, line = self._desk, one.line
        words = desk.words
        return Row(
            (
                one.record.name.full,
                words.short_day(one.record.birth_date),
                Tag(desk.site.translate(N_("Address withheld")), Tone.PROBLEM) if one.withheld else one.record.address,
                desk.site.translate(say.REASONS[line.reason.value]),
                words.short_day(line.since),
                words.short_day(line.until) if line.until else None,
                line.grade or None,
            )
        )

    def export(self) -> Reply:
        """Return a list as CSV (UTF-8 with BOM, for spreadsheets); neither number nor code is in it."""
        desk = self._desk
        desk.require(DERIVES)
        form = Form.posted(request.args)
        found = self._derive(form)
        if found is None:
            return desk.site.redirect("/lists")
        text = io.StringIO()
        writer = csv.writer(text)
        names = [
            "name",
            "name_kana",
            "birth_date",
            "sex",
            "address",
            "reason",
            "since",
            "until",
            "grade",
            "basis",
            "address_withheld",
        ]
        writer.writerow(names)
        for one in found.lines:
            record, line = one.record, one.line
            writer.writerow(
                [
                    *(_plain(value) for value in (record.name.full, record.name.full_kana)),
                    record.birth_date,
                    int(record.sex),
                    _plain(record.address),
                    line.reason.value,
                    line.since,
                    line.until or "",
                    line.grade or "",
                    found.basis,
                    "yes" if one.withheld else "",
                ]
            )
        reply = desk.site.app.response_class("\ufeff" + text.getvalue(), mimetype="text/csv")
        reply.headers["Content-Disposition"] = f'attachment; filename="{found.kind.value}-{found.day}.csv"'
        return reply


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
