"""Pages for files of inquiries: give one in, see what it would lead to, send it, follow it, fetch its outcomes.

The lists name lines, exchange numbers and rules; who a line is about stands in the file alone (R-221). One form for
the staff of a section and for the linkage officer at the intermediate server: what a step does is the subclass's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from mizuhiki.casework.domain.inquiry_files import (
    FilePlan,
    FileProgress,
    InquiryFile,
    LineFinding,
    LineOutcome,
    PlannedQuestion,
)
from mizuhiki.casework.web.file_reading import read_given, written_outcomes
from mizuhiki.casework.web.file_words import COLUMNS, FAULTS, OUTCOMES, REFUSALS, REFUSED
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Cell, Column, Pages, Progress, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import Affair, AffairNotLawful
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.vocabulary.statute import CurrentStatute, NoSuchProcedure, Procedure, StatuteTable, kind_name
from mizuhiki.wire.exchange_files import ExchangeFileMalformed

ACTION = "hand-in-files"
LARGEST_UPLOAD = 8 * 1024 * 1024
"""Octets of an upload; 10,000 lines with long names stay below it."""
MOST_FAULTS = 100
FILES_SHOWN = 50
LINES_SHOWN = 100
MOST_PAGES = 10_000
FoundT = TypeVar("FoundT", Affair, Procedure)


def page_asked(last: int) -> int:
    """Return the page the address asks for, between the first and the last."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 1


def _asker(institution: InstitutionId) -> InstitutionId:
    """Return in whose name lines ask: the body itself, or whose server this is."""
    return owner_of(institution) if kind_of(institution) is InstitutionKind.INTERMEDIATE_SERVER else institution


class FileWords:
    """Outcomes, institutions and times in the language of the request."""

    def __init__(self, site: Site, statute: CurrentStatute | None = None) -> None:
        self._site = site
        self._statute = statute or StatuteTable.load()

    def outcome(self, code: str) -> Tag:
        """Return how a line ended; a refusal names its rule."""
        _ = self._site.translate
        known = OUTCOMES.get(code)
        if known is not None:
            return Tag(_(known[0]), known[1])
        rule = _(REFUSALS[code]) if code in REFUSALS else code
        return Tag(_("%(refused)s: %(rule)s", refused=_(REFUSED), rule=rule), Tone.ATTENTION)

    def office(self, institution: InstitutionId) -> str:
        """Return an institution's name."""
        try:
            entry = self._site.environment.directory.entry(institution)
        except NotInDirectory:
            return institution
        return entry.name_ja if self._site.language == "ja" else entry.name_en

    def asked(self, code: str, kinds: Sequence[str], inquirer: InstitutionId) -> str:
        """Return what a body asks for what, by the names of procedure and kinds; an unknown code stands for itself."""
        found = self._in_law(code.partition(".")[0], inquirer, lambda table: table.procedure(code))
        return f"{self._title(code, found)}: {', '.join(self.kind(one) for one in kinds)}"

    def affair(self, code: str, inquirer: InstitutionId) -> str:
        """Return the title of an affair that a body does; an unknown code stands for itself."""
        return self._title(code, self._in_law(code, inquirer, lambda table: table.affair(code)))

    def _title(self, code: str, found: Affair | Procedure | None) -> str:
        if found is None:
            return code
        return found.title_en if self._site.language == "en" else found.title_ja

    def _law(self) -> CurrentStatute:
        return self._statute

    def _in_law(self, affair: str, inquirer: InstitutionId, find: Callable[[StatuteTable], FoundT]) -> FoundT | None:
        """Return what a body's law has; None when there is no such thing, or its ordinances are out of reach."""
        try:
            return find(self._law().about(inquirer, affair))
        except (NoSuchProcedure, AffairNotLawful, Unavailable):
            return None

    def kind(self, kind: str) -> str:
        """Return the name of a kind of information."""
        return kind_name(kind).in_language(self._site.language)

    def moment(self, at: datetime) -> str:
        """Return date and time in Japan."""
        return f"{at.astimezone(JST):%Y-%m-%d %H:%M}"


class InquiryFilePages(ABC):
    """Four routes below `prefix`; `back` is the page from which one comes here, where it is not in the menu."""

    def __init__(self, site: Site, prefix: str, words: FileWords, back: str = "") -> None:
        self._site = site
        self._back = back
        self._prefix = prefix
        self._words = words
        both = ("GET", "POST")
        site.route(prefix, endpoint=prefix)(self.files)
        site.route(f"{prefix}/new", both, endpoint=f"{prefix}-new", largest_post=LARGEST_UPLOAD)(self.give_in)
        site.route(f"{prefix}/kept/<file_id>", both, endpoint=f"{prefix}-kept")(self.kept_file)
        site.route(f"{prefix}/<file_id>", both, endpoint=f"{prefix}-file")(self.file)

    @abstractmethod
    def require(self) -> None:
        """Check the role before the form is shown; every step checks again.

        Raises:
            ActionNotPermitted: the role may not hand files in.
        """

    @abstractmethod
    def kept_rows(self) -> Sequence[Row]:
        """Return files that wait to be sent: name, lines, since when."""

    @abstractmethod
    def sent_columns(self) -> Sequence[Column]:
        """Return the columns of the files that were sent."""

    @abstractmethod
    def sent_rows(self, limit: int, offset: int) -> Sequence[Row]:
        """Return files that were sent, newest first."""

    @abstractmethod
    def take(self, file: InquiryFile) -> bool | Sequence[ExchangeFileMalformed]:
        """Keep a file; false when its content was sent before, or the faults for which it is not taken."""

    @abstractmethod
    def plan(self, file_id: str) -> FilePlan:
        """Return what a kept file would lead to."""

    @abstractmethod
    def send(self, file_id: str) -> None:
        """Send a kept file."""

    @abstractmethod
    def discard(self, file_id: str) -> None:
        """Forget a kept file."""

    @abstractmethod
    def follow(self, file_id: str) -> tuple[FileProgress, Sequence[LineOutcome]]:
        """Return where a file stands and how its lines ended, without what was learnt."""

    @abstractmethod
    def fetch(self, file_id: str) -> Sequence[LineOutcome]:
        """Return how the lines of a file ended, with what may be told of it."""

    def _render(self, template: str, **values: Any) -> Reply:  # noqa: ANN401 - whatever the template shows
        return self._site.render(f"casework/{template}", prefix=self._prefix, **values)

    def files(self) -> Reply:
        """Show files that wait to be sent, and those that were, newest first."""
        _ = self._site.translate
        page = page_asked(MOST_PAGES)
        sent = self.sent_rows(FILES_SHOWN + 1, (page - 1) * FILES_SHOWN)
        return self._render(
            "files.html",
            back=self._back,
            kept_columns=[Column(_("File")), Column(_("Lines"), numeric=True), Column(_("Given in"))],
            kept=self.kept_rows(),
            columns=self.sent_columns(),
            rows=sent[:FILES_SHOWN],
            newer=page - 1,
            older=page + 1 if len(sent) > FILES_SHOWN else 0,
        )

    def give_in(self) -> Reply:
        """Take a file and keep it; one with faults is not kept, and all its faults are told."""
        _ = self._site.translate
        self.require()
        form = Form.posted(request.form) if request.method == "POST" else Form()
        faults: Sequence[ExchangeFileMalformed] = ()
        if request.method == "POST":
            given = self._given(form)
            if isinstance(given, InquiryFile):
                taken = self.take(given)
                if isinstance(taken, bool):
                    kept = "/kept" if taken else ""
                    return self._site.redirect(f"{self._prefix}{kept}/{given.file_id}")
                given = taken
            if given:
                form.refuse("file", _("The file was not taken. Correct what is listed below and give it in again."))
                faults = given
        return self._render(
            "file_new.html",
            form=form,
            faults=len(faults),
            most=MOST_FAULTS,
            columns=[Column(_("Line"), numeric=True), Column(_("Column")), Column(_("What is wrong"))],
            rows=[self._fault_row(one) for one in faults[:MOST_FAULTS]],
        )

    def _given(self, form: Form) -> InquiryFile | Sequence[ExchangeFileMalformed]:
        upload = request.files.get("file")
        content = b"" if upload is None else upload.read()
        if upload is None or not content:
            form.refuse("file", self._site.translate("Choose a file"))
            return ()
        environment = self._site.environment
        return read_given(
            content,
            upload.filename or "",
            owner=_asker(environment.institution),
            is_known=lambda asked: any(entry.institution == asked for entry in environment.directory),
            now=environment.clock.now(),
        )

    def _fault_row(self, one: ExchangeFileMalformed) -> Row:
        _ = self._site.translate
        column = str(one.fields.get("column", ""))
        where = _(COLUMNS[column]) if column else _("The whole line")
        return Row((one.fields.get("line"), where, _(FAULTS[str(one.fields["reason"])])))

    def kept_file(self, file_id: str) -> Reply:
        """Show what a kept file would lead to; send it or discard it on POST."""
        _ = self._site.translate
        chosen = request.form.get("do") if request.method == "POST" else None
        if chosen == "discard":
            self.discard(file_id)
            return self._site.redirect(self._prefix)
        if chosen == "hand-in":
            self.send(file_id)
            return self._site.redirect(f"{self._prefix}/{file_id}")
        plan = self.plan(file_id)
        last = max(1, -(-len(plan.lines) // LINES_SHOWN))
        page = page_asked(last)
        return self._render(
            "file_kept.html",
            name=plan.name,
            all_lines=len(plan.lines),
            refused=sum(bool(one.refusal) for one in plan.lines),
            question_columns=[
                Column(_("Asked of")),
                Column(_("Procedure and kinds")),
                Column(_("Lines"), numeric=True),
                Column(_("Sections"), numeric=True),
                Column(_("Permitted by")),
            ],
            questions=[self._question_row(one) for one in plan.questions],
            columns=[
                Column(_("Line"), numeric=True),
                Column(_("Asked of")),
                Column(_("Finding")),
                Column(_("Row")),
            ],
            rows=[self._finding_row(one) for one in plan.lines[(page - 1) * LINES_SHOWN : page * LINES_SHOWN]],
            pages=Pages(page, last, f"{self._prefix}/kept/{file_id}?page={{page}}"),
        )

    def _question_row(self, one: PlannedQuestion) -> Row:
        permitted: Cell = "; ".join(one.rows) if one.rows else self._words.outcome(one.refusal)
        asked = self._words.asked(one.procedure, one.kinds, _asker(self._site.environment.institution))
        return Row((self._words.office(one.provider), asked, one.lines, one.sections, permitted))

    def _finding_row(self, one: LineFinding) -> Row:
        _ = self._site.translate
        finding = self._words.outcome(one.refusal) if one.refusal else Tag(_("Would be asked"), Tone.DONE)
        return Row((one.number, self._words.office(one.provider), finding, "; ".join(one.rows) or None))

    def file(self, file_id: str) -> Reply:
        """Show where a file stands and how its lines ended; send the outcome file on POST."""
        if request.method == "POST":
            return self._outcome_file(file_id)
        progress, results = self.follow(file_id)
        here, chosen = f"{self._prefix}/{file_id}", request.args.get("outcome", "")
        chosen = chosen if chosen in progress.outcomes else ""
        lines = [one for one in results if not chosen or one.outcome == chosen]
        last = max(1, -(-len(lines) // LINES_SHOWN))
        page = page_asked(last)
        narrowed = urlencode({"outcome": chosen}) + "&" if chosen else ""
        return self._render(
            "file.html",
            **self._standing(progress, here),
            chosen=self._words.outcome(chosen).label if chosen else "",
            everything=here,
            columns=self._line_columns(),
            rows=[self._line_row(one) for one in lines[(page - 1) * LINES_SHOWN : page * LINES_SHOWN]],
            number=len(lines),
            pages=Pages(page, last, f"{here}?{narrowed}page={{page}}"),
        )

    def _standing(self, progress: FileProgress, here: str) -> dict[str, Any]:
        _ = self._site.translate
        outcomes = [
            Row((Action(self._words.outcome(code).label, f"{here}?{urlencode({'outcome': code})}"), number))
            for code, number in sorted(progress.outcomes.items())
        ]
        return {
            "name": progress.name,
            "done": progress.is_done,
            "facts": [
                Answer(_("Handed in"), self._words.moment(progress.submitted_at)),
                Answer(_("Lines"), str(progress.lines)),
                Answer(_("Lines that ended"), str(sum(progress.outcomes.values()))),
            ],
            "progress": Progress(_("Sections answered"), progress.sections_done, progress.sections),
            "sections": progress.sections,
            "outcome_columns": [Column(_("Outcome")), Column(_("Number of lines"), numeric=True)],
            "outcomes": outcomes,
        }

    def _line_columns(self) -> list[Column]:
        _ = self._site.translate
        titles = (_("Outcome"), _("Exchange number"), _("Row"), _("Refused by"))
        return [Column(_("Line"), numeric=True), *(Column(title) for title in titles)]

    def _line_row(self, one: LineOutcome) -> Row:
        refuser = self._words.office(InstitutionId(one.refused_by)) if one.refused_by else None
        outcome = self._words.outcome(one.outcome)
        return Row((one.number, outcome, one.exchange_number or None, one.statute or None, refuser))

    def _outcome_file(self, file_id: str) -> Reply:
        reply = self._site.app.response_class(written_outcomes(self.fetch(file_id)), mimetype="text/csv")
        reply.headers["Content-Disposition"] = f'attachment; filename="outcomes-{file_id[:8]}.DAT"'
        return reply
