"""Timed work and the officer's work: retries, reconciliation, expired acquisitions, cases, approvals."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.exchanges import ApprovalRequest, OperatorCase
from mizuhiki.institutions.intermediate_server.operations.inquire import Inquire
from mizuhiki.institutions.intermediate_server.ports import Exchange, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

UPKEEP = "keep-up"
OFFICER = "resolve-cases"
BATCH = 200
UNRECONCILED = "record-does-not-reconcile"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keeps the server's records whole."""

    store: Store
    authority: Authority
    exchange: Exchange
    inquire: Inquire
    randomness: Randomness

    def retry_pending(self, context: Context) -> int:
        """Send pending inquiries again; return how many were tried."""
        self.authority.require(context, UPKEEP)
        pending = self.store.pending_inquiries(BATCH)
        for request_id in pending:
            self.inquire.retry(context, request_id=request_id)
        return len(pending)

    def purge_acquisitions(self, context: Context) -> int:
        """Forget expired acquisition numbers (番号法21条の2)."""
        self.authority.require(context, UPKEEP)
        with self.store.transaction() as records:
            return records.purge_acquisitions(context.now())

    def reconcile(self, context: Context) -> list[str]:
        """Compare own records with the core's; open a case for each difference and return the exchange numbers.

        An exchange the core refused before it knew the person has no record there and is left out.
        """
        self.authority.require(context, UPKEEP)
        own = self.store.finished_digests(BATCH)
        theirs = self.exchange.reconcile(sorted(own)) if own else {}
        differing = [
            number
            for number, (outcome, digest) in own.items()
            if outcome in {"provided", "no-data"} and theirs.get(number) != (outcome, digest)
        ]
        known = {case.reference for case in self.store.cases(open_only=False) if case.kind == UNRECONCILED}
        with self.store.transaction() as records:
            for number in differing:
                if number not in known:
                    detail = "the core holds another record" if number in theirs else "the core holds no record"
                    records.open_case(
                        OperatorCase(self.randomness.token(), UNRECONCILED, number, detail, context.now())
                    )
        return differing

    def cases(self, context: Context, *, open_only: bool = True) -> list[OperatorCase]:
        """Return cases for the officer."""
        self.authority.require(context, OFFICER)
        return self.store.cases(open_only=open_only)

    def close_case(self, context: Context, *, case_id: str) -> bool:
        """Close a case; false when it is not open."""
        self.authority.require(context, OFFICER)
        with self.store.transaction() as records:
            return records.close_case(case_id, context.now())

    def approvals(self, context: Context) -> list[ApprovalRequest]:
        """Return provisions about protected persons that wait for the responsible officer."""
        self.authority.require(context, OFFICER)
        return self.store.approvals()
