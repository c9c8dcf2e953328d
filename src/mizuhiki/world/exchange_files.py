"""A business system's side of bulk files: reads a file, hands it in, and writes what came back.

It holds nothing but its institution's configuration, as any vendor's program does, and speaks over the interface only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.exchange_files import InquiryRecord, OutcomeRecord, file_id_of, read_inquiries, write_inquiries


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sample file asks about every addressee."""

    provider: str
    affair: str
    procedure: str
    kind: str
    fiscal_year: int


def sample_file(owner: InstitutionId, addressees: Sequence[str], asked: Asked, at: datetime) -> bytes:
    """Return an inquiry file of one line an addressee."""
    return write_inquiries(
        InquiryRecord(
            local_number=addressee,
            addressee_number=addressee,
            requested_at=f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}",
            department="sample",
            user="sample",
            inquirer=owner,
            affair=asked.affair,
            procedure=asked.procedure,
            provider=asked.provider,
            kind=asked.kind,
            year_kind="1" if asked.fiscal_year else "0",
            start=f"{asked.fiscal_year}0401" if asked.fiscal_year else "",
        )
        for addressee in addressees
    )


class FileExchange:
    """Hands files to the owner's intermediate server."""

    def __init__(self, peers: Peers, owner: InstitutionId) -> None:
        self._peers = peers
        self._owner = owner
        self._server = intermediate_server_of(owner)

    def try_out(self, content: bytes, name: str) -> wire.DryRunReport:
        """Return what a file would lead to; nothing is stored or sent.

        Raises:
            ExchangeFileMalformed: it does not have the record shape.
        """
        message = self._message(content, name)
        return self._peers.call_sealed(self._server, wire.DRY_RUN_FILE, message, wire.DryRunReport)

    def submit(self, content: bytes, name: str) -> wire.FileState:
        """Hand a file in; errors as in `try_out`."""
        return self._peers.call_sealed(self._server, wire.SUBMIT_FILE, self._message(content, name), wire.FileState)

    def state(self, file_id: str) -> wire.FileState:
        """Return how far a file has come."""
        return self._peers.call_sealed(
            self._server, wire.FILE_PROGRESS, wire.FileRequest(file_id=file_id), wire.FileState
        )

    def _message(self, content: bytes, name: str) -> wire.InquiryFile:
        file_id = file_id_of(content)
        records = read_inquiries(content, self._owner)
        lines = [_inquiry(record, f"{file_id}-{number}") for number, record in enumerate(records, start=1)]
        return wire.InquiryFile(file_id=file_id, name=name, lines=lines)

    def outcomes(self, content: bytes) -> tuple[list[OutcomeRecord], bool]:
        """Return the outcomes so far, in the order of the file's lines, and whether these are all."""
        addressees = [record.addressee_number for record in read_inquiries(content)]
        file_id, found, complete, page, last = file_id_of(content), list[wire.FileOutcome](), True, 0, 0
        while page <= last:
            request = wire.FileRequest(file_id=file_id, page=page)
            answer = self._peers.call_sealed(self._server, wire.FETCH_OUTCOMES, request, wire.FileOutcomes)
            found += answer.outcomes
            complete = complete and answer.ready
            page, last = page + 1, answer.last_page
        found.sort(key=lambda one: one.line)
        return [_record(one, addressees[one.line - 1]) for one in found], complete


def _inquiry(record: InquiryRecord, request_id: str) -> wire.BusinessInquiry:
    begins, ends = record.period
    return wire.BusinessInquiry(
        request_id=request_id,
        addressee_number=record.addressee_number,
        provider=record.provider,
        affair=record.affair,
        procedure=record.procedure,
        kinds=[record.kind],
        fiscal_year=record.fiscal_year,
        period_from=begins,
        period_until=ends,
        case_reference=record.case_reference,
    )


def _record(one: wire.FileOutcome, addressee: str) -> OutcomeRecord:
    answer = one.answer
    return OutcomeRecord(
        line=str(one.line),
        addressee_number=addressee,
        exchange_number=answer.exchange_number,
        outcome=answer.outcome,
        statute=answer.statute,
        refused_by=answer.refused_by,
        receipt=answer.receipt,
        information=msgspec.json.encode(answer.information).decode() if answer.information else "",
    )
