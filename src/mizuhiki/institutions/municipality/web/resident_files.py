"""Files of residents: check one, take it over, or write the register out for another system (R-013)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, Fault, FileEncoding
from mizuhiki.institutions.municipality.domain.resident_package import (
    ENCODINGS,
    Conversion,
    FileWanted,
    LackingCharacter,
)
from mizuhiki.institutions.municipality.operations.choose_substitutes import CHOOSE
from mizuhiki.institutions.municipality.operations.resident_files import ExportedResidents, FileReport
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web import substitute_words as say
from mizuhiki.institutions.municipality.web.desk import NUMBERING, REGISTER, Desk
from mizuhiki.institutions.municipality.web.file_words import COLUMN_NAMES, FAULTS
from mizuhiki.institutions.municipality.web.substitutes import page_of
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.names.repertoires import Repertoire, code_points

IMPORT = "import-existing-residents"
EXPORT = "export-residents"
MOST_SHOWN = 500
_PIECE = 1 << 16
"""Faults on one page; the page says how many there are in all."""
_FIELDS = {"encoding-not-offered": "encoding", "not-in-encoding": "encoding", "receiver-missing": "receiver"}


class ResidentFilePages:
    """The page for files of residents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/resident-files")(self.show)
        desk.site.route("/resident-files", ("POST",))(self.take)
        desk.site.route("/resident-files/export", ("POST",))(self.export)

    def show(self) -> Reply:
        """Show the forms."""
        self._desk.require(IMPORT)
        return self._page(_new_form())

    def take(self) -> Reply:
        """Check the posted file, or take it over; either way its report is shown."""
        desk = self._desk
        desk.require(IMPORT)
        _ = desk.site.translate
        form = _new_form(request.form)
        encoding = form.choose("file_encoding", list(FileEncoding), _("Choose the encoding of the file"))
        upload = request.files.get("file")
        content = b"" if upload is None else upload.read()
        if not content:
            form.refuse("file", _("Choose a file"))
        if not form.good:
            return self._page(form)
        taken = form.value("step") == "take"
        files, read = desk.operations.files, FileEncoding(encoding)
        context = desk.context(NUMBERING if taken else REGISTER, "take a file of residents")
        report = files.take(context, content, encoding=read) if taken else files.check(context, content, read)
        if not report.good:
            form.refuse("file", _("Nothing was stored: the file has faults. Correct them and send it again."))
        return self._page(form, report, taken=taken)

    def export(self) -> Reply:
        """Send the current residents as a system can hold them, without anybody under a support measure.

        Where a character has no substitute, or only a trial was asked for, the page says what would be written.
        """
        desk = self._desk
        desk.require(EXPORT)
        _ = desk.site.translate
        form = _new_form(request.form)
        repertoire = form.choose("repertoire", list(Repertoire), _("Choose what the receiving system holds"))
        encoding = form.choose("encoding", list(FileEncoding), _("Choose the encoding of the file"))
        if not form.good:
            return self._page(form)
        wanted = FileWanted(Repertoire(repertoire), FileEncoding(encoding), form.value("receiver"))
        with ExitStack() as open_until_sent:
            tried = form.value("step") == "try"
            file = None if tried else open_until_sent.enter_context(TemporaryFile())
            exported = self._export(form, wanted, file)
            if exported is None or not exported.written or file is None:
                return self._page(form, exported=exported)
            open_until_sent.pop_all()
        return self._file(file, package=not wanted.plain)

    def _export(self, form: Form, wanted: FileWanted, file: BinaryIO | None) -> ExportedResidents | None:
        """Write the file, or only try to; what cannot be written gets its message."""
        desk = self._desk
        _ = desk.site.translate
        written: list[ExportedResidents] = []
        context = desk.context(REGISTER, "write residents to a file")
        desk.attempt(form, lambda: written.append(desk.operations.files.export(context, wanted, into=file)), _FIELDS)
        if not written:
            return None
        if written[0].lacking:
            form.refuse("repertoire", _("Nothing was written: characters have no substitute. Choose one for each."))
        return written[0]

    def _file(self, file: IO[bytes], *, package: bool) -> Reply:
        """Send a file piece by piece."""
        name, kind = ("residents.zip", "application/zip") if package else ("residents.csv", "text/csv")
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        reply = self._desk.site.app.response_class(iter(lambda: file.read(_PIECE), b""), mimetype=kind)
        reply.content_length = length
        reply.call_on_close(file.close)
        reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return reply

    def _page(
        self,
        form: Form,
        report: FileReport | None = None,
        *,
        taken: bool = False,
        exported: ExportedResidents | None = None,
    ) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        faults = report.faults if report else ()
        actions = {"read-register": Action(_("Search residents"), "/search", "s")}
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
            encodings=[Choice(one.value, _(title)) for one, title in say.ENCODINGS.items()],
            repertoires=[
                Choice(one.value, _(title), self._encodings_of(one)) for one, title in say.REPERTOIRES.items()
            ],
            exported=exported,
            **(self._written(exported, form) if exported else {}),
            actions=desk.offered(actions | {CHOOSE: Action(_("Substitute characters"), "/substitutes", "m")}),
        )

    def _encodings_of(self, repertoire: Repertoire) -> str:
        _ = self._desk.site.translate
        return self._desk.words.listed([_(say.ENCODINGS[one]) for one in ENCODINGS[repertoire]])

    def _written(self, exported: ExportedResidents, form: Form) -> dict[str, Any]:
        """Return the tables of a file that was tried or refused."""
        _ = self._desk.site.translate
        repertoire = Repertoire(form.value("repertoire"))
        return {
            "lacking_columns": [
                Column(_("Row"), numeric=True),
                Column(_("Column")),
                Column(_("Character")),
                Column(_("Code point")),
            ],
            "lacking": [self._lacking(one, repertoire) for one in exported.lacking[:MOST_SHOWN]],
            "conversion_columns": [
                Column(_("Row"), numeric=True),
                *(
                    Column(title)
                    for title in (_("Column"), _("In the register"), _("Written there"), _("Rules of substitution"))
                ),
            ],
            "conversions": [self._conversion(one) for one in exported.conversions[:MOST_SHOWN]],
        }

    def _lacking(self, one: LackingCharacter, repertoire: Repertoire) -> Row:
        _ = self._desk.site.translate
        codes = code_points(one.character)
        choose = Action(_("Choose a substitute"), page_of(repertoire, one.character), about=codes)
        cells = (one.row, _(COLUMN_NAMES[one.column]), one.character, codes)
        return Row(cells, (choose,) if self._desk.may(CHOOSE) else ())

    def _conversion(self, one: Conversion) -> Row:
        _ = self._desk.site.translate
        rules = event_words.rules_of(one.text, _, self._desk.words.listed)
        return Row((one.row, _(COLUMN_NAMES[one.column]), one.text.original, one.text.written, rules))

    def _row(self, fault: Fault) -> Row:
        _ = self._desk.site.translate
        column = f"{_(COLUMN_NAMES[fault.column])} ({fault.column})" if fault.column else _("The whole row")
        return Row((fault.row, column, _(FAULTS.get(fault.reason, fault.reason))))


def _new_form(posted: Mapping[str, str] | None = None) -> Form:
    """Return the forms of the page with what was posted; UTF-8 and every character until something else is chosen."""
    defaults = {"file_encoding": FileEncoding.UTF_8, "encoding": FileEncoding.UTF_8, "repertoire": Repertoire.FULL}
    fields = {name: one.value for name, one in defaults.items()}
    return Form.posted({**fields, **(posted or {})})
