"""Timed work of the commission."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.runtime.institution import Job
from mizuhiki.runtime.leases import Leases

_PURGE_EVERY = timedelta(hours=1)
_LEASE = timedelta(minutes=10)


def jobs(commission: Commission, leases: Leases) -> tuple[Job, ...]:
    """Return the timed work; each runs on one worker only."""
    forget = leases.elected("forget-answers", _LEASE, commission.forget_answers)
    return (Job("forget-answers", _PURGE_EVERY, forget),)
