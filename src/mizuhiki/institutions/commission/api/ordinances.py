"""Handlers of affairs under ordinances: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.institutions.commission.domain.ordinances import Filing
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire.commission import ordinances as wire

AFFAIR = "linkage-oversight"
BASIS = "番号法19条9号"


class OrdinanceHandlers:
    """One method per endpoint."""

    def __init__(self, commission: Commission, peers: Peers) -> None:
        self._ordinances = commission.ordinances
        self._peers = peers

    def lodge(self, call: Call, request: wire.OrdinanceFiling) -> wire.OrdinanceReceipt:
        """Take a filing of the caller."""
        context = call.context(AFFAIR, BASIS, "affair under an ordinance lodged")
        affair = wire.affair_of(call.peer, request.affair)
        return _receipt(self._ordinances.lodge(context, filing_id=request.filing_id, affair=affair))

    def own(self, call: Call, _request: wire.OwnFilingsRequest) -> wire.OwnFilings:
        """Return where the caller's filings stand."""
        context = call.context(AFFAIR, BASIS, "own affairs under ordinances")
        found = self._ordinances.own(context, institution=call.peer)
        return wire.OwnFilings(filings=[_receipt(one) for one in found])

    def end(self, call: Call, request: wire.OrdinanceEnd) -> wire.OrdinanceReceipt:
        """End an affair of the caller's."""
        context = call.context(AFFAIR, BASIS, "affair under an ordinance ended")
        return _receipt(self._ordinances.end(context, institution=call.peer, filing_id=request.filing_id))

    def published(self, call: Call, request: wire.OrdinanceAffairsRequest) -> wire.OrdinanceAffairs:
        """Return what was published, signed."""
        context = call.context(AFFAIR, BASIS, "list of affairs under ordinances")
        of = parse_institution_id(request.of) if request.of else None
        found = self._ordinances.state(context, of=of, after=request.after)
        statement = wire.OrdinanceAffairsStatement(
            stated_at=context.now(),
            of=request.of,
            after=request.after,
            affairs=[
                wire.PublishedAffair(
                    institution=one.affair.institution,
                    affair=wire.filed(one.affair),
                    published_on=one.published_on,
                    asked_until=one.asked_until,
                    lawful_until=one.lawful_until,
                )
                for one in found.affairs
            ],
            next=found.next,
        )
        return wire.OrdinanceAffairs(statement=self._peers.sign(wire.ORDINANCE_AFFAIRS_TYPE, statement))


def _receipt(filing: Filing) -> wire.OrdinanceReceipt:
    return wire.OrdinanceReceipt(
        filing_id=filing.filing_id,
        affair=filing.affair.code,
        title_ja=filing.affair.title_ja,
        title_en=filing.affair.title_en,
        lodged_at=filing.lodged_at,
        state=filing.state.value,
        reason=filing.reason,
    )


def serve_ordinances(api: Api, commission: Commission, peers: Peers) -> None:
    """Register the endpoints of affairs under ordinances."""
    handlers = OrdinanceHandlers(commission, peers)
    api.serve(wire.LODGE_ORDINANCE_AFFAIR, handlers.lodge)
    api.serve(wire.OWN_ORDINANCE_FILINGS, handlers.own)
    api.serve(wire.END_ORDINANCE_AFFAIR, handlers.end)
    api.serve(wire.ORDINANCE_AFFAIRS, handlers.published)
