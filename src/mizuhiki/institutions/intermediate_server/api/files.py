"""Endpoints for the owner's files of inquiries: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.institutions.intermediate_server.api.business import read_inquiry, write_result
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine
from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import InquireBulk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.wire import intermediate_server as wire

AFFAIR = "information-provision"


def _read_file(message: wire.InquiryFile) -> BulkFile:
    lines = tuple(BulkLine(number, read_inquiry(line)) for number, line in enumerate(message.lines, start=1))
    return BulkFile(message.file_id, message.name, lines)


def _write_state(found: FileProgress) -> wire.FileState:
    return wire.FileState(
        file_id=found.file_id,
        name=found.name,
        submitted_at=found.submitted_at,
        lines=found.lines,
        sections=found.sections,
        sections_done=found.sections_done,
        outcomes=dict(found.outcomes),
    )


class FileHandlers:
    """One method per endpoint; every one is `own_only`."""

    def __init__(self, bulk: InquireBulk) -> None:
        self._bulk = bulk

    @staticmethod
    def _context(call: Call, purpose: str) -> Context:
        return call.context(affair=AFFAIR, basis="番号法19条8号", purpose=purpose, role="owner")

    def submit(self, call: Call, request: wire.InquiryFile) -> wire.FileState:
        """Take a file durably; its sections are sent by the timed work."""
        context = self._context(call, "ask with a file")
        return _write_state(self._bulk.submit(context, file=_read_file(request)))

    def dry_run(self, call: Call, request: wire.InquiryFile) -> wire.DryRunReport:
        """Tell what a file would lead to."""
        report = self._bulk.dry_run(self._context(call, "try a file"), file=_read_file(request))
        return wire.DryRunReport(
            questions=[
                wire.PlannedQuestion(
                    provider=one.question.provider,
                    affair=one.question.affair,
                    procedure=one.question.procedure,
                    kinds=list(one.question.kinds),
                    lines=one.lines,
                    sections=one.sections,
                    rows=list(one.rows),
                    refusal=one.refusal,
                )
                for one in report.questions
            ],
            refused=[
                wire.FileRefusal(line=one.number, code=one.result.outcome, detail=one.result.refusal_detail)
                for one in report.refused
            ],
        )

    def progress(self, call: Call, request: wire.FileRequest) -> wire.FileState:
        """Tell how far a file has come."""
        return _write_state(self._bulk.progress(self._context(call, "see a file"), file_id=request.file_id))

    def outcomes(self, call: Call, request: wire.FileRequest) -> wire.FileOutcomes:
        """Return one page of outcomes."""
        context = self._context(call, "fetch outcomes of a file")
        found = self._bulk.outcomes(context, file_id=request.file_id, page=request.page)
        return wire.FileOutcomes(
            page=found.page,
            last_page=found.last_page,
            ready=found.ready,
            outcomes=[wire.FileOutcome(line=one.number, answer=write_result(one.result)) for one in found.results],
        )


def serve_files(api: Api, bulk: InquireBulk) -> None:
    """Register the endpoints of files."""
    handlers = FileHandlers(bulk)
    api.serve_sealed(wire.SUBMIT_FILE, wire.InquiryFile, handlers.submit)
    api.serve_sealed(wire.DRY_RUN_FILE, wire.InquiryFile, handlers.dry_run)
    api.serve_sealed(wire.FILE_PROGRESS, wire.FileRequest, handlers.progress)
    api.serve_sealed(wire.FETCH_OUTCOMES, wire.FileRequest, handlers.outcomes)
