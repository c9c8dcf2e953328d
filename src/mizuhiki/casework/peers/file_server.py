"""Files of inquiries at the own intermediate server, as a port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mizuhiki.casework.domain.inquiry_files import (
    FilePlan,
    FileProgress,
    Given,
    InquiryFile,
    LineFinding,
    LineOutcome,
    PlannedQuestion,
)
from mizuhiki.casework.peers.own_server import write_inquiry
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire


class OwnFileServer:
    """Implements `ports.FileServer`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(institution)

    def try_out(self, file: InquiryFile) -> wire.DryRunReport:
        """Return what a file would lead to as the server says it; nothing is stored or sent."""
        return self._peers.call_sealed(self._server, wire.DRY_RUN_FILE, _message(file), wire.DryRunReport)

    def hand_in(self, file: InquiryFile) -> wire.FileState:
        """Hand a file in, once more is the same; return its state as the server says it."""
        return self._peers.call_sealed(self._server, wire.SUBMIT_FILE, _message(file), wire.FileState)

    def plan(self, file: InquiryFile) -> FilePlan:
        """Return what a file would lead to; nothing is stored or sent."""
        report = self.try_out(file)
        questions = tuple(
            PlannedQuestion(
                provider=InstitutionId(one.provider),
                procedure=one.procedure,
                kinds=tuple(one.kinds),
                lines=one.lines,
                sections=one.sections,
                rows=tuple(one.rows),
                refusal=one.refusal,
            )
            for one in report.questions
        )
        refused = {one.line: one.code for one in report.refused}
        # Lines of one provider, procedure and kind share their finding, whatever year or period they ask for.
        found = {(one.provider, one.procedure, one.kinds): one for one in questions}
        lines = []
        for line in file.lines:
            question = found.get((line.provider, line.procedure, (line.kind,)))
            if line.number in refused or question is None:
                lines.append(LineFinding(line.number, line.provider, (), refused[line.number]))
            else:
                lines.append(LineFinding(line.number, line.provider, question.rows, question.refusal))
        return FilePlan(file.name, questions, tuple(lines))

    def submit(self, file: InquiryFile) -> FileProgress:
        """Hand a file in; once more is the same."""
        return _progress(self.hand_in(file))

    def progress(self, file_id: str) -> FileProgress:
        """Return how far a file has come."""
        request = wire.FileRequest(file_id=file_id)
        return _progress(self._peers.call_sealed(self._server, wire.FILE_PROGRESS, request, wire.FileState))

    def outcomes(self, file: InquiryFile) -> list[LineOutcome]:
        """Return the outcomes so far, in the order of the lines."""
        pages = outcome_pages(self._peers, self._server, file.file_id)
        return line_outcomes(file, (one for page in pages for one in page.outcomes))


def outcome_pages(peers: Peers, server: InstitutionId, file_id: str) -> Iterator[wire.FileOutcomes]:
    """Fetch every page of a file's outcomes; those that are not ready are empty."""
    page = last = 0
    while page <= last:
        request = wire.FileRequest(file_id=file_id, page=page)
        answer = peers.call_sealed(server, wire.FETCH_OUTCOMES, request, wire.FileOutcomes)
        yield answer
        page, last = page + 1, answer.last_page


def line_outcomes(file: InquiryFile, outcomes: Iterable[wire.FileOutcome]) -> list[LineOutcome]:
    """Return outcomes as they were told, in the order of the file's lines."""
    addressees = {line.number: line.addressee_number for line in file.lines}
    found = [_outcome(one, addressees[one.line]) for one in outcomes]
    return sorted(found, key=lambda one: one.number)


def _message(file: InquiryFile) -> wire.InquiryFile:
    lines = [write_inquiry(line, line.request_id(file.file_id)) for line in file.lines]
    return wire.InquiryFile(file_id=file.file_id, name=file.name, lines=lines)


def _progress(state: wire.FileState) -> FileProgress:
    return FileProgress(
        file_id=state.file_id,
        name=state.name,
        submitted_at=state.submitted_at,
        lines=state.lines,
        sections=state.sections,
        sections_done=state.sections_done,
        outcomes=dict(state.outcomes),
    )


def _outcome(one: wire.FileOutcome, addressee: str) -> LineOutcome:
    answer = one.answer
    return LineOutcome(
        number=one.line,
        addressee_number=addressee,
        outcome=answer.outcome,
        exchange_number=answer.exchange_number,
        statute=answer.statute,
        refused_by=answer.refused_by,
        receipt=answer.receipt,
        information=tuple(Given(part.kind, part.layout_version, part.items) for part in answer.information),
    )
