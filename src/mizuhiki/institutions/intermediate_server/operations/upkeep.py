"""Timed work and the officer's work: retries, reconciliation, expired acquisitions, cases, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.errors import NoticeRefused, NotWaiting
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    Inquiry,
    OperatorCase,
    RecordedExchange,
    reconciles,
)
from mizuhiki.institutions.intermediate_server.domain.outages import Outage, Waiting
from mizuhiki.institutions.intermediate_server.operations.inquire import Inquire
from mizuhiki.institutions.intermediate_server.operations.notices import Notices
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import FOUR_ITEM_VARIANT
from mizuhiki.institutions.intermediate_server.ports import Exchange, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused, Unavailable

UPKEEP = "keep-up"
OFFICER = "resolve-cases"
READ = "read-exchanges"
BATCH = 200
COMPARED_AT_ONCE = 1_000
UNRECONCILED = "record-does-not-reconcile"
NOTICE_REFUSED = "notice-refused"
NOTICE_STUCK = "notice-stuck"
INQUIRY_STUCK = "inquiry-stuck"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keeps the server's records whole."""

    store: Store
    authority: Authority
    exchange: Exchange
    inquire: Inquire
    notices: Notices
    randomness: Randomness

    def retry_pending(self, context: Context) -> int:
        """Send pending inquiries and notices again; return how many were tried.

        One that cannot go on does not stop the others: a notice refused for good is ended, an inquiry whose addressee
        is blocked waits on, and an officer is told of either once.
        """
        self.authority.require(context, UPKEEP)
        tried = 0
        away: set[str] = set()
        for request_id in self.store.pending_inquiries(context.now(), BATCH):
            if request_id in self.inquire.in_hand:
                continue  # whoever asked is waiting for its answer now
            known = self.waiting(request_id)
            if known is not None and known.target in away:
                continue  # the first of those that wait for it was tried just now
            tried += 1
            try:
                result = self.inquire.retry(context, request_id=request_id)
            except (Refused, Conflict, NotFound, Malformed, Corrupt) as error:
                self._open_case_once(context, INQUIRY_STUCK, request_id, error.code)
                continue
            except Unavailable:
                continue
            if result.waiting is not None and result.waiting.is_outage:
                away.add(result.waiting.target)
        for request_id in self.store.pending_notices(BATCH):
            tried += 1
            self._retry_notice(context, request_id)
        return tried

    def waiting(self, request_id: str) -> Waiting | None:
        """Return what an inquiry waits for."""
        with self.store.transaction() as records:
            return records.waiting(request_id)

    def queue(self, context: Context, *, limit: int = 100) -> list[tuple[Inquiry, Waiting | None]]:
        """Return own inquiries without an answer and what they wait for, oldest first."""
        self.authority.require(context, READ)
        return self.store.waiting_inquiries(limit)

    def outages(self, context: Context, *, open_only: bool = False, limit: int = 50) -> list[Outage]:
        """Return who does not answer, and who did not, newest first."""
        self.authority.require(context, READ)
        return self.store.outages(open_only=open_only, limit=limit)

    def _retry_notice(self, context: Context, request_id: str) -> None:
        try:
            self.notices.retry(context, request_id=request_id)
        except Unavailable:
            return
        except NoticeRefused as refusal:
            self._open_case(context, NOTICE_REFUSED, request_id, str(refusal.fields.get("peer_code") or ""))
        except (Refused, Conflict, NotFound, Malformed) as error:
            self.notices.give_up(context, request_id=request_id, reason=error.code)
            self._open_case(context, NOTICE_REFUSED, request_id, error.code)
        except Corrupt as error:
            self._open_case_once(context, NOTICE_STUCK, request_id, error.code)

    def purge_acquisitions(self, context: Context) -> int:
        """Forget expired acquisition numbers (番号法21条の2)."""
        self.authority.require(context, UPKEEP)
        with self.store.transaction() as records:
            return records.purge_acquisitions(context.now())

    def reconcile(self, context: Context) -> list[str]:
        """Compare own records with the core's; open a case for each difference and return the exchange numbers.

        Records found equal are not compared again: both logs only grow, and the commission witnesses them.

        Raises:
            Unavailable: the core does not answer; what was compared until then stands.
        """
        self.authority.require(context, UPKEEP)
        known = {case.reference for case in self.store.cases(open_only=False) if case.kind == UNRECONCILED}
        differing: list[str] = []
        after: tuple[datetime, str] | None = None
        while own := self.store.unreconciled(after, COMPARED_AT_ONCE):
            after = (own[-1].recorded_at, own[-1].exchange_number)
            theirs = self.exchange.reconcile([one.name for one in own])
            equal: list[RecordedExchange] = []
            different: list[RecordedExchange] = []
            for one in own:
                same = reconciles(one, theirs.get(one.name))
                (equal if same else different).append(one)
            with self.store.transaction() as records:
                records.mark_reconciled(equal)
            for one in different:
                number = one.exchange_number
                if number not in known:
                    detail = "the core holds another record" if one.name in theirs else "the core holds no record"
                    self._open_case(context, UNRECONCILED, number, detail)
                differing.append(number)
        return differing

    def _open_case(self, context: Context, kind: str, reference: str, detail: str) -> None:
        with self.store.transaction() as records:
            records.open_case(OperatorCase(self.randomness.token(), kind, reference, detail, context.now()))

    def _open_case_once(self, context: Context, kind: str, reference: str, detail: str) -> None:
        if not any((case.kind, case.reference) == (kind, reference) for case in self.store.cases(open_only=True)):
            self._open_case(context, kind, reference, detail)

    def cases(self, context: Context, *, open_only: bool = True) -> list[OperatorCase]:
        """Return cases for the officer."""
        self.authority.require(context, OFFICER)
        return self.store.cases(open_only=open_only)

    def close_case(self, context: Context, *, case_id: str) -> None:
        """Close a case. It unblocks nobody: a mismatched addressee is free again when its items agree.

        Raises:
            NotWaiting: it is not open.
        """
        self.authority.require(context, OFFICER)
        with self.store.transaction() as records:
            if not records.close_case(case_id, context.now()):
                raise NotWaiting

    def accept_variant(self, context: Context, *, case_id: str) -> None:
        """Decide that an addressee's name and the register's are one name in variant characters, and close the case.

        The addressee stays blocked until its pseudonym is acquired again and everything else agrees.

        Raises:
            NotWaiting: there is no such open case.
        """
        self.authority.require(context, OFFICER)
        found = next((one for one in self.store.cases(open_only=True) if one.case_id == case_id), None)
        if found is None or found.kind != FOUR_ITEM_VARIANT:
            raise NotWaiting
        with self.store.transaction() as records:
            if not records.close_case(case_id, context.now()) or not records.accept_variant(found.reference):
                raise NotWaiting

    def outcomes(self, context: Context) -> Mapping[str, int]:
        """Return how many exchanges ended how."""
        self.authority.require(context, READ)
        return self.store.outcomes()

    def exchanges(self, context: Context, *, outcome: str = "", limit: int = 100) -> list[RecordedExchange]:
        """Return recorded exchanges, newest first; no person is in them."""
        self.authority.require(context, READ)
        return self.store.exchanges(outcome, limit)
