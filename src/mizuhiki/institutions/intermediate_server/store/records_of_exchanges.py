"""The record of exchanges as an entry of this server's log, and the digest two servers reconcile by (番号法23条)."""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.institutions.intermediate_server.domain.exchanges import ExchangeRecord, Inquiry, InquiryResult
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.linkage_core import ExchangeEntry


def entry_of(record: ExchangeRecord) -> ExchangeEntry:
    """Return the ledger entry of a record."""
    return ExchangeEntry(
        kind=record.kind,
        exchange_number=record.exchange_number,
        inquirer=record.inquirer,
        provider=record.provider,
        affair=record.affair,
        procedure=record.procedure,
        information_kinds=list(record.information_kinds),
        items=list(record.items),
        statute=record.statute,
        requested_at=record.requested_at,
        completed_at=record.completed_at,
        outcome=record.outcome,
        not_disclosed=record.not_disclosed,
    )


def exchange_digest(
    exchange_number: str, *, inquirer: str, provider: str, affair: str, procedure: str, kinds: list[str]
) -> bytes:
    """Return the digest of the fields that all three records of one exchange share."""
    shared = [exchange_number, inquirer, provider, affair, procedure, kinds]
    return labelled_hash("exchange-record", msgspec.json.encode(shared))


def digest_of(owner: InstitutionId, inquiry: Inquiry, _result: InquiryResult) -> bytes:
    """Return the digest of an own inquiry."""
    request = inquiry.request
    return exchange_digest(
        inquiry.exchange_number,
        inquirer=owner,
        provider=request.provider,
        affair=request.affair,
        procedure=request.procedure,
        kinds=list(request.kinds),
    )
