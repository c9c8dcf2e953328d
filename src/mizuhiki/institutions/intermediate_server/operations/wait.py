"""Let what cannot be answered now wait, and go on when who was away is back (R-219).

Two things make an inquiry wait. An institution does not answer: then everything that waits for it is tried together,
less often each time, and all of it at once when the first attempt succeeds. Or the holder's staff has to approve the
answer: then that one inquiry is asked again, less often each time. Neither holds up what does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.intermediate_server.domain.outages import (
    AWAITS_APPROVAL,
    COMMISSION_AWAY,
    PROVIDER_AWAY,
    Waiting,
    after_failure,
)
from mizuhiki.institutions.intermediate_server.ports import Records, Store
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id

CORE = institution_id(InstitutionKind.LINKAGE_CORE)
COMMISSION = institution_id(InstitutionKind.COMMISSION)
AWAY = "peer-unavailable"
OUTAGE_EVENT = "peer-outage"


def cause_of(error: Unavailable, provider: InstitutionId) -> tuple[InstitutionId, str]:
    """Return who an unanswered question waits for, and the code of the reason.

    The core says which of the others keeps it; what does not come from the core means that the core is away.
    """
    code = str(error.fields.get("peer_code") or "")
    if code in {PROVIDER_AWAY, AWAITS_APPROVAL}:
        return provider, code
    if code == COMMISSION_AWAY:
        return COMMISSION, code
    return CORE, code or AWAY


@dataclass(frozen=True, slots=True)
class Wait:
    """Notes what waits, and that somebody answers."""

    store: Store

    def inquiries(
        self, context: Context, request_ids: Sequence[str], provider: InstitutionId, error: Unavailable
    ) -> list[Waiting]:
        """Note that inquiries of one case could not be answered; return what each waits for."""
        target, code = cause_of(error, provider)
        now = context.now()
        with self.store.transaction() as records:
            found = [after_failure(records.waiting(one), target, code, now) for one in request_ids]
            for request_id, waiting in zip(request_ids, found, strict=True):
                records.let_wait(request_id, waiting)
            self._outage(context, records, found[0], now)
        return found

    def section(self, context: Context, section_id: str, provider: InstitutionId, error: Unavailable) -> None:
        """Note that a section of a file could not be answered."""
        target, code = cause_of(error, provider)
        now = context.now()
        with self.store.transaction() as records:
            waiting = after_failure(records.section_waiting(section_id), target, code, now)
            records.let_section_wait(section_id, waiting)
            self._outage(context, records, waiting, now)

    @staticmethod
    def _outage(context: Context, records: Records, waiting: Waiting, now: datetime) -> None:
        if not waiting.is_outage:
            return
        if records.outage(waiting.target) is None:
            records.audit(grounds_of(context), OUTAGE_EVENT, "began", institution=waiting.target)
        records.note_outage(waiting, now)

    @staticmethod
    def is_closed(context: Context, records: Records, provider: InstitutionId) -> bool:
        """Say whether an institution on the way is known to be away and its next trial is not due."""
        known = [records.outage(target) for target in (CORE, COMMISSION, provider)]
        return any(one is not None and context.now() < one.next_attempt_at for one in known)

    @staticmethod
    def answered(context: Context, records: Records, provider: InstitutionId) -> None:
        """Note, in the transaction of an answer, that core, commission and provider answer."""
        for target in (CORE, COMMISSION, provider):
            outage = records.outage(target)
            if outage is not None:
                records.end_outage((target,), context.now())
                records.audit(grounds_of(context), OUTAGE_EVENT, "ended", institution=target, attempts=outage.attempts)
