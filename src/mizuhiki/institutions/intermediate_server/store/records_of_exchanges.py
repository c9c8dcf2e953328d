"""The record of exchanges as an entry of this server's log (番号法23条).

Institutions reconcile by `wire.linkage_core.exchange_digest` of that entry.
"""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.exchanges import ExchangeRecord
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
