"""From the octets of an inquiry file to lines that may be asked, and from outcomes back to the octets of a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine, FileOutcomes, LineResult
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.exchange_files import (
    ExchangeFileMalformed,
    InquiryRecord,
    OutcomeRecord,
    examine_inquiries,
    file_id_of,
    file_name,
    write_outcomes,
)

NOT_ASKED = "none"
"""Exchange number of a line that was refused before anybody was asked, as the interface says it."""
_USUAL_NAME = re.compile(r"[A-Z][0-9]{3}[A-Z][0-9]{3}_[0-9]{14}_[0-9]{4}\.DAT")
"""Fourteen digits are an instant; a name of another shape may hold a person's name or number, and is not kept."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was read: whole, or what is wrong with it."""

    file: BulkFile | None
    faults: tuple[ExchangeFileMalformed, ...]


def read_given(
    content: bytes, name: str, *, owner: InstitutionId, is_known: Callable[[InstitutionId], bool], now: datetime
) -> GivenFile:
    """Read a file. A name that has not the usual shape is replaced by one that has."""
    records, faults = examine_inquiries(content, owner)
    faults += [
        ExchangeFileMalformed(line=line, column="provider", reason="unknown-provider")
        for line, record in enumerate(records, start=1)
        if not faults and not is_known(InstitutionId(record.provider))
    ]
    if faults:
        return GivenFile(None, tuple(faults))
    file_id = file_id_of(content)
    lines = tuple(BulkLine(number, _request(one, file_id, number)) for number, one in enumerate(records, start=1))
    usual = name if _USUAL_NAME.fullmatch(name) else file_name(now)
    return GivenFile(BulkFile(file_id, usual, lines), ())


def _request(record: InquiryRecord, file_id: str, number: int) -> InquiryRequest:
    begins, ends = record.period
    return InquiryRequest(
        request_id=f"{file_id}-{number}",
        addressee_number=record.addressee_number,
        provider=InstitutionId(record.provider),
        affair=record.affair,
        procedure=record.procedure,
        kinds=(record.kind,),
        fiscal_year=record.fiscal_year,
        period_from=begins,
        period_until=ends,
        case_reference=record.case_reference,
    )


def written_outcomes(outcomes: FileOutcomes) -> bytes:
    """Return an outcome file."""
    return write_outcomes(_record(one) for one in outcomes.results)


def _record(one: LineResult) -> OutcomeRecord:
    result = one.result
    return OutcomeRecord(
        line=str(one.number),
        addressee_number=one.addressee_number,
        exchange_number=result.exchange_number or NOT_ASKED,
        outcome=result.outcome,
        statute=result.statute,
        refused_by=result.refused_by,
        receipt=result.receipt,
        information=msgspec.json.encode(result.information).decode() if result.information else "",
    )
