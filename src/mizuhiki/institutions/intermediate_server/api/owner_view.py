"""Endpoints that tell the owner what is held and how the server stands: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.api.business import read_copy
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.wire import intermediate_server as wire

AFFAIR = "information-provision"


def _write_copy(copy: LocalCopy) -> wire.LocalCopy:
    return wire.LocalCopy(
        addressee_number=copy.addressee_number,
        kind=copy.kind,
        layout_version=copy.layout_version,
        fiscal_year=copy.fiscal_year,
        valid_from=copy.valid_from,
        valid_until=copy.valid_until,
        items=copy.items,
        not_disclosed=copy.not_disclosed,
        source_version=copy.source_version,
        as_of=copy.as_of,
    )


class OwnerViewHandlers:
    """One method per endpoint; every one is `own_only`."""

    def __init__(self, server: IntermediateServer) -> None:
        self._view = server.owner_view

    @staticmethod
    def _context(call: Call, purpose: str, basis: str = "番号法22条") -> Context:
        return call.context(affair=AFFAIR, basis=basis, purpose=purpose, role="owner")

    def records(self, call: Call, request: wire.OwnRecordsRequest) -> wire.OwnRecords:
        """Return one page of own records."""
        context = self._context(call, "read own records of exchanges", "番号法23条")
        after = None if request.after is None else (request.after, request.after_number)
        found, more = self._view.records(context, after=after, limit=request.limit)
        return wire.OwnRecords(
            records=[
                wire.OwnRecord(
                    exchange_number=one.exchange_number,
                    inquirer=one.inquirer,
                    provider=one.provider,
                    affair=one.affair,
                    procedure=one.procedure,
                    kinds=list(one.kinds),
                    outcome=one.outcome,
                    recorded_at=one.recorded_at,
                    digest=one.digest,
                    reconciled=one.reconciled,
                )
                for one in found
            ],
            more=more,
        )

    def check_copies(self, call: Call, request: wire.CopiesCheck) -> wire.CopiesReport:
        """Compare copies with their originals."""
        context = self._context(call, "compare copies with originals")
        agreeing, findings = self._view.check_copies(context, originals=[read_copy(one) for one in request.originals])
        return wire.CopiesReport(
            agreeing=agreeing,
            findings=[
                wire.CopyFinding(
                    addressee_number=one.addressee_number,
                    kind=one.kind,
                    fiscal_year=one.fiscal_year,
                    finding=one.drift.value,
                    items=list(one.items),
                )
                for one in findings
            ],
        )

    def waiting(self, call: Call, _request: wire.WaitingProvisionsRequest) -> wire.WaitingProvisions:
        """Return answers that wait for approval because of their kind."""
        found = self._view.waiting_provisions(self._context(call, "see what waits for approval"))
        return wire.WaitingProvisions(
            waiting=[
                wire.WaitingProvision(
                    inquirer=one.inquirer,
                    affair=one.affair,
                    procedure=one.procedure,
                    kinds=list(one.kinds),
                    lines=len(one.addressees),
                    asked_at=one.asked_at,
                    due_at=one.due_at,
                )
                for one in found
            ]
        )

    def state(self, call: Call, _request: wire.ServerStateRequest) -> wire.ServerState:
        """Return how the server stands."""
        found = self._view.state(self._context(call, "see how the server stands"))
        return wire.ServerState(
            outages=[
                wire.PeerOutage(
                    institution=one.target,
                    code=one.code,
                    since=one.since,
                    attempts=one.attempts,
                    next_attempt_at=one.next_attempt_at,
                )
                for one in found.outages
            ],
            inquiries_waiting=found.queue.inquiries,
            sections_waiting=found.queue.sections,
            notices_waiting=found.queue.notices,
            approvals_waiting=found.approvals_waiting,
            approvals_overdue=found.approvals_overdue,
            cases_open=found.cases_open,
        )

    def own_data(self, call: Call, request: wire.OwnDataRequest) -> wire.OwnData:
        """Return what is held of one addressee, for that person."""
        context = self._context(call, "show a person what is held", "番号法附則6条3項")
        copies, withheld = self._view.own_data(context, addressee_number=request.addressee_number)
        return wire.OwnData(copies=[_write_copy(one) for one in copies], withheld=withheld)


def serve_owner_view(api: Api, server: IntermediateServer) -> None:
    """Register the endpoints."""
    handlers = OwnerViewHandlers(server)
    api.serve_sealed(wire.OWN_RECORDS, wire.OwnRecordsRequest, handlers.records)
    api.serve_sealed(wire.CHECK_LOCAL_COPIES, wire.CopiesCheck, handlers.check_copies)
    api.serve(wire.WAITING_PROVISIONS, handlers.waiting)
    api.serve(wire.SERVER_STATE, handlers.state)
    api.serve_sealed(wire.OWN_DATA, wire.OwnDataRequest, handlers.own_data)
