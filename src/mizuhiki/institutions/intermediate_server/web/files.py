"""Pages for files of inquiries: give one in, see what it would lead to, hand it in, follow it, fetch its outcomes.

The lists name lines, exchange numbers and rules; who a line is about stands in the file alone (R-221).
"""

from __future__ import annotations

from urllib.parse import urlencode

from mizuhiki.institutions.intermediate_server.domain.bulk import (
    FileProgress,
    KeptFile,
    LineResult,
    PlannedQuestion,
    TriedLine,
)
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.file_reading import GivenFile, read_given, written_outcomes
from mizuhiki.institutions.intermediate_server.web.file_words import COLUMNS, FAULTS
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Cell, Column, Pages, Progress, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.ids import InstitutionId, owner_of
from mizuhiki.wire.exchange_files import ExchangeFileMalformed

AFFAIR = "information-provision"
BASIS = "番号法19条8号"
ACTION = "hand-in-files"
LARGEST_UPLOAD = 8 * 1024 * 1024
"""Octets of an upload; 10,000 lines with long names stay below it."""
MOST_FAULTS = 100
FILES_SHOWN = 50
LINES_SHOWN = 100


def page_asked(last: int) -> int:
    """Return the page the address asks for, between the first and the last."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 1


class FilePages:
    """Files of the linkage officer."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._files = server.files
        self._bulk = server.bulk
        self._words = words
        self._owner = owner_of(site.environment.institution)
        self._authority = Authority.from_package("mizuhiki.institutions.intermediate_server")
        site.route("/files")(self.files)
        site.route("/files/new", ("GET", "POST"), largest_post=LARGEST_UPLOAD)(self.give_in)
        site.route("/files/kept/<file_id>", ("GET", "POST"))(self.kept_file)
        site.route("/files/<file_id>", ("GET", "POST"))(self.file)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def files(self) -> Reply:
        """Show files that wait to be handed in, and those that were, newest first."""
        _ = self._site.translate
        context = self._context("see files")
        kept = self._files.kept(context)
        page = page_asked(10_000)
        found = self._bulk.files(context, limit=FILES_SHOWN + 1, offset=(page - 1) * FILES_SHOWN)
        return self._site.render(
            "files.html",
            kept_columns=[Column(_("File")), Column(_("Lines"), numeric=True), Column(_("Given in"))],
            kept=[self._kept_row(one) for one in kept],
            columns=[
                Column(_("File")),
                Column(_("Lines"), numeric=True),
                Column(_("Handed in")),
                Column(_("State")),
                Column(_("Outcomes")),
            ],
            rows=[self._file_row(one) for one in found[:FILES_SHOWN]],
            newer=page - 1,
            older=page + 1 if len(found) > FILES_SHOWN else 0,
        )

    def _kept_row(self, one: KeptFile) -> Row:
        return Row((Action(one.name, f"/files/kept/{one.file_id}"), one.lines, self._words.moment(one.kept_at)))

    def _file_row(self, one: FileProgress) -> Row:
        cells: tuple[Cell, ...] = (
            Action(one.name, f"/files/{one.file_id}"),
            one.lines,
            self._words.moment(one.submitted_at),
            self._state(one),
            ", ".join(f"{self._words.outcome(code).label} {number}" for code, number in sorted(one.outcomes.items())),
        )
        return Row(cells)

    def _state(self, one: FileProgress) -> Tag:
        _ = self._site.translate
        if one.is_done:
            return Tag(_("Answered"), Tone.DONE)
        return Tag(_("%(done)s of %(all)s sections answered", done=one.sections_done, all=one.sections), Tone.PROGRESS)

    def give_in(self) -> Reply:
        """Take a file and keep it; one with faults is not kept, and all its faults are told."""
        _ = self._site.translate
        self._authority.require(self._context("give a file in"), ACTION)
        form = Form.posted(request.form) if request.method == "POST" else Form()
        given = self._given(form) if request.method == "POST" else None
        if given is not None and given.file is not None:
            file_id = given.file.file_id
            fresh = self._files.give_in(self._context("give a file in"), file=given.file)
            return self._site.redirect(f"/files/kept/{file_id}" if fresh else f"/files/{file_id}")
        faults = given.faults if given else ()
        return self._site.render(
            "file_new.html",
            form=form,
            faults=len(faults),
            most=MOST_FAULTS,
            columns=[Column(_("Line"), numeric=True), Column(_("Column")), Column(_("What is wrong"))],
            rows=[self._fault_row(one) for one in faults[:MOST_FAULTS]],
        )

    def _given(self, form: Form) -> GivenFile | None:
        _ = self._site.translate
        upload = request.files.get("file")
        content = b"" if upload is None else upload.read()
        if upload is None or not content:
            form.refuse("file", _("Choose a file"))
            return None
        given = read_given(
            content,
            upload.filename or "",
            owner=self._owner,
            is_known=self._is_known,
            now=self._site.environment.clock.now(),
        )
        if given.file is None:
            form.refuse("file", _("The file was not taken. Correct what is listed below and give it in again."))
        return given

    def _is_known(self, institution: InstitutionId) -> bool:
        return any(entry.institution == institution for entry in self._site.environment.directory)

    def _fault_row(self, one: ExchangeFileMalformed) -> Row:
        _ = self._site.translate
        column = str(one.fields.get("column", ""))
        return Row(
            (
                one.fields.get("line"),
                _(COLUMNS[column]) if column else _("The whole line"),
                _(FAULTS[str(one.fields["reason"])]),
            )
        )

    def kept_file(self, file_id: str) -> Reply:
        """Show what a kept file would lead to; hand it in or discard it on POST."""
        _ = self._site.translate
        chosen = request.form.get("do") if request.method == "POST" else None
        if chosen == "discard":
            self._files.discard(self._context("discard a file"), file_id=file_id)
            return self._site.redirect("/files")
        if chosen == "hand-in":
            self._files.hand_in(self._context("hand a file in"), file_id=file_id)
            return self._site.redirect(f"/files/{file_id}")
        tried = self._files.try_out(self._context("try a file"), file_id=file_id)
        last = max(1, -(-len(tried.lines) // LINES_SHOWN))
        page = page_asked(last)
        refused = sum(bool(one.refusal) for one in tried.lines)
        return self._site.render(
            "file_kept.html",
            name=tried.file.name,
            all_lines=len(tried.lines),
            refused=refused,
            question_columns=[
                Column(_("Asked of")),
                Column(_("Procedure and kinds")),
                Column(_("Lines"), numeric=True),
                Column(_("Sections"), numeric=True),
                Column(_("Permitted by")),
            ],
            questions=[self._question_row(one) for one in tried.plan.questions],
            columns=[Column(_("Line"), numeric=True), Column(_("Asked of")), Column(_("Finding")), Column(_("Row"))],
            rows=[self._tried_row(one) for one in tried.lines[(page - 1) * LINES_SHOWN : page * LINES_SHOWN]],
            pages=Pages(page, last, f"/files/kept/{file_id}?page={{page}}"),
        )

    def _question_row(self, one: PlannedQuestion) -> Row:
        asked = one.question
        permitted: Cell = "; ".join(one.rows) if one.rows else self._words.outcome(one.refusal)
        return Row(
            (
                self._words.office(asked.provider),
                f"{asked.procedure}: {', '.join(asked.kinds)}",
                one.lines,
                one.sections,
                permitted,
            )
        )

    def _tried_row(self, one: TriedLine) -> Row:
        _ = self._site.translate
        finding = self._words.outcome(one.refusal) if one.refusal else Tag(_("Would be asked"), Tone.DONE)
        return Row((one.number, self._words.office(one.request.provider), finding, "; ".join(one.rows) or None))

    def file(self, file_id: str) -> Reply:
        """Show where a file stands and how its lines ended; send the outcome file on POST."""
        _ = self._site.translate
        if request.method == "POST":
            return self._outcome_file(file_id)
        found = self._files.follow(self._context("follow a file"), file_id=file_id)
        progress = found.progress
        chosen = request.args.get("outcome", "")
        chosen = chosen if chosen in progress.outcomes else ""
        lines = [one for one in found.results if not chosen or one.result.outcome == chosen]
        last = max(1, -(-len(lines) // LINES_SHOWN))
        page = page_asked(last)
        words = urlencode({"outcome": chosen}) + "&" if chosen else ""
        return self._site.render(
            "file.html",
            name=progress.name,
            done=progress.is_done,
            facts=[
                Answer(_("Handed in"), self._words.moment(progress.submitted_at)),
                Answer(_("Lines"), str(progress.lines)),
                Answer(_("Lines that ended"), str(sum(progress.outcomes.values()))),
            ],
            progress=Progress(_("Sections answered"), progress.sections_done, progress.sections),
            sections=progress.sections,
            chosen=self._words.outcome(chosen).label if chosen else "",
            everything=f"/files/{file_id}",
            outcome_columns=[Column(_("Outcome")), Column(_("Number"), numeric=True)],
            outcomes=[
                Row(
                    (
                        Action(self._words.outcome(code).label, f"/files/{file_id}?{urlencode({'outcome': code})}"),
                        number,
                    )
                )
                for code, number in sorted(progress.outcomes.items())
            ],
            columns=[
                Column(_("Line"), numeric=True),
                Column(_("Outcome")),
                Column(_("Exchange number")),
                Column(_("Row")),
                Column(_("Refused by")),
            ],
            rows=[self._line_row(one) for one in lines[(page - 1) * LINES_SHOWN : page * LINES_SHOWN]],
            number=len(lines),
            pages=Pages(page, last, f"/files/{file_id}?{words}page={{page}}"),
        )

    def _line_row(self, one: LineResult) -> Row:
        result = one.result
        refuser = self._words.office(InstitutionId(result.refused_by)) if result.refused_by else None
        return Row(
            (one.number, self._words.outcome(result.outcome), result.exchange_number or None, result.statute, refuser)
        )

    def _outcome_file(self, file_id: str) -> Reply:
        found = self._files.fetch(self._context("fetch outcomes of a file"), file_id=file_id)
        reply = self._site.app.response_class(written_outcomes(found), mimetype="text/csv")
        reply.headers["Content-Disposition"] = f'attachment; filename="outcomes-{file_id[:8]}.DAT"'
        return reply
