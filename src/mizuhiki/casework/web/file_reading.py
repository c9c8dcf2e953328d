"""From the octets of an inquiry file to lines that may be asked, and from outcomes back to the octets of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from mizuhiki.casework.domain.inquiry_files import FileLine, Given, InquiryFile, LineOutcome
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


def read_given(
    content: bytes, name: str, *, owner: InstitutionId, is_known: Callable[[InstitutionId], bool], now: datetime
) -> InquiryFile | Sequence[ExchangeFileMalformed]:
    """Read a file, or return all that is wrong. A name that has not the usual shape is replaced by one that has."""
    records, faults = examine_inquiries(content, owner)
    if not faults:
        faults = [
            ExchangeFileMalformed(line=line, column="provider", reason="unknown-provider")
            for line, record in enumerate(records, start=1)
            if not is_known(InstitutionId(record.provider))
        ]
    if faults:
        return faults
    return inquiry_file(content, name if _USUAL_NAME.fullmatch(name) else file_name(now), records)


def inquiry_file(content: bytes, name: str, records: Sequence[InquiryRecord]) -> InquiryFile:
    """Return what the records of a file ask; the same content is the same file, by whichever way it comes."""
    lines = tuple(_line(one, number) for number, one in enumerate(records, start=1))
    return InquiryFile(file_id_of(content), name, lines)


def _line(record: InquiryRecord, number: int) -> FileLine:
    begins, ends = record.period
    return FileLine(
        number=number,
        addressee_number=record.addressee_number,
        provider=InstitutionId(record.provider),
        affair=record.affair,
        procedure=record.procedure,
        kind=record.kind,
        fiscal_year=record.fiscal_year,
        period_from=begins,
        period_until=ends,
        case_reference=record.case_reference,
        not_disclosed=record.not_disclosed,
    )


def written_outcomes(outcomes: Iterable[LineOutcome]) -> bytes:
    """Return an outcome file."""
    return write_outcomes(outcome_record(one) for one in outcomes)


def outcome_record(one: LineOutcome) -> OutcomeRecord:
    """Return how a line ended as a record of an outcome file."""
    return OutcomeRecord(
        line=str(one.number),
        addressee_number=one.addressee_number,
        exchange_number=one.exchange_number or NOT_ASKED,
        outcome=one.outcome,
        statute=one.statute,
        refused_by=one.refused_by,
        receipt=one.receipt,
        information=_text(one.information),
    )


def _text(information: Sequence[Given]) -> str:
    """Return what was learnt as the interface writes it: a list of kind, version of its layout, and items."""
    return msgspec.json.encode(information).decode() if information else ""
