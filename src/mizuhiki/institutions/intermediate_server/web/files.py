"""Files of the linkage officer: the pages of `casework.web.file_pages` on what this server keeps itself."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.casework.domain.inquiry_files import (
    FileLine,
    FilePlan,
    FileProgress,
    Given,
    InquiryFile,
    LineOutcome,
    PlannedQuestion,
)
from mizuhiki.casework.web.file_pages import ACTION, InquiryFilePages
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine, LineResult
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Action, Cell, Column, Row, Tag, Tone
from mizuhiki.wire.exchange_files import ExchangeFileMalformed

AFFAIR = "information-provision"
BASIS = "番号法19条8号"


class FilePages(InquiryFilePages):
    """Pages below ``/files``."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        super().__init__(site, "/files", words)
        self._files = server.files
        self._bulk = server.bulk
        self._authority = Authority.from_package("mizuhiki.institutions.intermediate_server")

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def require(self) -> None:
        """Check the role before the form is shown."""
        self._authority.require(self._context("give a file in"), ACTION)

    def kept_rows(self) -> Sequence[Row]:
        """Return files that wait to be handed in."""
        return [
            Row((Action(one.name, f"/files/kept/{one.file_id}"), one.lines, self._words.moment(one.kept_at)))
            for one in self._files.kept(self._context("see files"))
        ]

    def sent_columns(self) -> Sequence[Column]:
        """Return the columns of the files that were handed in."""
        _ = self._site.translate
        titles = (_("Handed in"), _("State"), _("Outcomes"))
        return [Column(_("File")), Column(_("Lines"), numeric=True), *(Column(title) for title in titles)]

    def sent_rows(self, limit: int, offset: int) -> Sequence[Row]:
        """Return files that were handed in, newest first."""
        return [self._row(one) for one in self._bulk.files(self._context("see files"), limit=limit, offset=offset)]

    def _row(self, one: FileProgress) -> Row:
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

    def take(self, file: InquiryFile) -> bool | Sequence[ExchangeFileMalformed]:
        """Keep a file; false when its content was handed in before."""
        return self._files.give_in(self._context("give a file in"), file=_bulk_file(file))

    def plan(self, file_id: str) -> FilePlan:
        """Return what a kept file would lead to."""
        tried = self._files.try_out(self._context("try a file"), file_id=file_id)
        questions = tuple(
            PlannedQuestion(
                provider=one.question.provider,
                procedure=one.question.procedure,
                kinds=one.question.kinds,
                lines=one.lines,
                sections=one.sections,
                rows=one.rows,
                refusal=one.refusal,
            )
            for one in tried.plan.questions
        )
        return FilePlan(tried.file.name, questions, tried.lines)

    def send(self, file_id: str) -> None:
        """Hand a kept file in."""
        self._files.hand_in(self._context("hand a file in"), file_id=file_id)

    def discard(self, file_id: str) -> None:
        """Forget a kept file."""
        self._files.discard(self._context("discard a file"), file_id=file_id)

    def follow(self, file_id: str) -> tuple[FileProgress, Sequence[LineOutcome]]:
        """Return where a file stands and how its lines ended, without what was learnt."""
        found = self._files.follow(self._context("follow a file"), file_id=file_id)
        return found.progress, [_outcome(one) for one in found.results]

    def fetch(self, file_id: str) -> Sequence[LineOutcome]:
        """Return how the lines of a file ended, with what may be told of it."""
        found = self._files.fetch(self._context("fetch outcomes of a file"), file_id=file_id)
        return [_outcome(one) for one in found.results]


def _bulk_file(file: InquiryFile) -> BulkFile:
    lines = tuple(BulkLine(line.number, _request(line, file.file_id)) for line in file.lines)
    return BulkFile(file.file_id, file.name, lines)


def _request(line: FileLine, file_id: str) -> InquiryRequest:
    return InquiryRequest(
        request_id=line.request_id(file_id),
        addressee_number=line.addressee_number,
        provider=line.provider,
        affair=line.affair,
        procedure=line.procedure,
        kinds=(line.kind,),
        fiscal_year=line.fiscal_year,
        period_from=line.period_from,
        period_until=line.period_until,
        case_reference=line.case_reference,
        not_disclosed=line.not_disclosed,
    )


def _outcome(one: LineResult) -> LineOutcome:
    result = one.result
    return LineOutcome(
        number=one.number,
        addressee_number=one.addressee_number,
        outcome=result.outcome,
        exchange_number=result.exchange_number,
        statute=result.statute,
        refused_by=result.refused_by,
        receipt=result.receipt,
        information=tuple(Given(part.kind, part.layout_version, part.items) for part in result.information),
    )
