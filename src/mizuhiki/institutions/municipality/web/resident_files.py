"""Files of residents: check one, take it over, or write the register out (R-013)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, Fault
from mizuhiki.institutions.municipality.operations.resident_files import FileReport
from mizuhiki.institutions.municipality.web.desk import NUMBERING, REGISTER, Desk
from mizuhiki.institutions.municipality.web.file_words import COLUMN_NAMES, FAULTS
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Column, Row
from mizuhiki.ui.forms import Form

IMPORT = "import-existing-residents"
EXPORT = "export-residents"
MOST_SHOWN = 500
"""Faults on one page; the page says how many there are in all."""


class ResidentFilePages:
    """The page for files of residents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/resident-files")(self.show)
        desk.site.route("/resident-files", ("POST",))(self.take)
        desk.site.route("/resident-files/export", ("POST",))(self.export)

    def show(self) -> Reply:
        """Show the form."""
        self._desk.require(IMPORT)
        return self._page(Form(), None, taken=False)

    def take(self) -> Reply:
        """Check the posted file, or take it over; either way its report is shown."""
        desk = self._desk
        desk.require(IMPORT)
        _ = desk.site.translate
        form = Form.posted(request.form)
        upload = request.files.get("file")
        content = b"" if upload is None else upload.read()
        if not content:
            form.refuse("file", _("Choose a file"))
            return self._page(form, None, taken=False)
        taken = form.value("step") == "take"
        files = desk.operations.files
        context = desk.context(NUMBERING if taken else REGISTER, "take a file of residents")
        report = files.take(context, content) if taken else files.check(context, content)
        if not report.good:
            form.refuse("file", _("Nothing was stored: the file has faults. Correct them and send it again."))
        return self._page(form, report, taken=taken)

    def export(self) -> Reply:
        """Send the current residents as a file, without anybody under a support measure."""
        desk = self._desk
        desk.require(EXPORT)
        written = desk.operations.files.export(desk.context(REGISTER, "write residents to a file"))
        reply = desk.site.app.response_class(written.content, mimetype="text/csv")
        reply.headers["Content-Disposition"] = 'attachment; filename="residents.csv"'
        return reply

    def _page(self, form: Form, report: FileReport | None, *, taken: bool) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        faults = report.faults if report else ()
        return desk.site.render(
            "resident_files.html",
            form=form,
            report=report,
            taken=taken,
            may_export=desk.may(EXPORT),
            header=",".join(COLUMNS),
            columns=[Column(_("Row"), numeric=True), Column(_("Column")), Column(_("Reason"))],
            rows=[self._row(fault) for fault in faults[:MOST_SHOWN]],
            faults=len(faults),
            most=MOST_SHOWN,
            actions=[Action(_("Search residents"), "/search", "s")],
        )

    def _row(self, fault: Fault) -> Row:
        _ = self._desk.site.translate
        column = f"{_(COLUMN_NAMES[fault.column])} ({fault.column})" if fault.column else _("The whole row")
        return Row((fault.row, column, _(FAULTS.get(fault.reason, fault.reason))))
