"""Lodge affairs under the body's own ordinances with the commission, see where they stand, end them (番号法19条9号)."""

from __future__ import annotations

from mizuhiki.casework.domain.errors import OrdinanceOfAnotherBody
from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.ports import OrdinanceStanding, RecordsT
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.statute import OrdinanceAffair

LODGE = "lodge-ordinance-affair"
READ = "read-ordinance-affairs"
END = "end-ordinance-affair"


def lodge(
    context: Context, adapters: CaseAdapters[RecordsT], filing_id: str, affair: OrdinanceAffair
) -> OrdinanceStanding:
    """Lodge an affair of this body and return where it stands; the same filing again changes nothing.

    Raises:
        OrdinanceOfAnotherBody: it is not this body's.
        OrdinanceAffairMalformed: a part of it is missing or impossible.
        PeerRefused, PeerMalformed, PeerConflict: the commission does not take it; `peer_code` says which rule.
        PeerUnavailable: the commission does not answer; lodge the same filing again.
    """
    grounds = adapters.permit_office(context, LODGE)
    if affair.institution != adapters.institution:
        raise OrdinanceOfAnotherBody
    affair.require_complete()
    standing = adapters.ordinances.lodge(filing_id, affair)
    with adapters.store.transaction() as records:
        records.audit(grounds, "ordinance-affair-lodged", standing.state, subject=filing_id)
    return standing


def filings(context: Context, adapters: CaseAdapters[RecordsT]) -> list[OrdinanceStanding]:
    """Return where every filing of this body stands, newest first.

    Raises:
        PeerUnavailable: the commission does not answer.
    """
    adapters.permit_office(context, READ)
    return adapters.ordinances.own_filings()


def end(context: Context, adapters: CaseAdapters[RecordsT], filing_id: str) -> OrdinanceStanding:
    """End linkage for an affair from today on.

    Raises:
        PeerNotFound, PeerConflict: no such filing, or it does not stand.
        PeerUnavailable: the commission does not answer.
    """
    grounds = adapters.permit_office(context, END)
    standing = adapters.ordinances.end(filing_id)
    with adapters.store.transaction() as records:
        records.audit(grounds, "ordinance-affair-ended", standing.state, subject=filing_id)
    return standing
