"""Timed work of the tax agency: the files for download."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.institution import Job
from mizuhiki.runtime.leases import Leases

_LOOK_EVERY = timedelta(hours=1)
_LEASE = timedelta(minutes=30)


def jobs(agency: TaxAgency, leases: Leases, context: Callable[[], Context]) -> tuple[Job, ...]:
    """Return the timed work; each runs on one worker only."""

    def publish() -> None:
        agency.files.publish_due(context())

    return (Job("publish-files", _LOOK_EVERY, leases.elected("publish-files", _LEASE, publish)),)
