"""The way of one certificate from the application to the chip: planned, then signed, or given up.

A plan fixes everything the authority's key will sign before it signs. Signatures are deterministic (PKCS#1 v1.5), so
a plan taken up again after a stop gives the same certificate octet for octet, never a second one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import CertificateRequestVoid
from mizuhiki.vocabulary.dates import birthday_in, months_after

RequestKey = tuple[str, str]
"""What names an application: the municipality's code and its request id."""
GIVE_UP_AFTER = timedelta(days=1)
"""A plan that nobody took up for so long is void; the card must apply again."""
RENEWAL_MONTHS = 3
"""Renewal is possible, and notified, from three months before the last day."""
RENEWAL_SINCE = date(2016, 1, 1)


class PlanState(enum.StrEnum):
    """Where a plan stands; `signed` and `void` are for good."""

    PLANNED = "planned"
    SIGNED = "signed"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePlan:
    """One certificate as recorded before its signature. `content` is the keyed digest of what will be signed."""

    kind: Kind
    serial: int
    municipality_code: str
    request_id: str
    generation: str
    common_name: str
    starts: datetime
    ends: datetime
    content: bytes
    state: PlanState = PlanState.PLANNED
    recorded_at: datetime

    def require_open(self) -> None:
        """Check that this plan may still be signed.

        Raises:
            CertificateRequestVoid: it was given up.
        """
        if self.state is PlanState.VOID:
            raise CertificateRequestVoid

    def stale(self, now: datetime) -> bool:
        """Say whether nobody took the plan up in time."""
        return self.state is PlanState.PLANNED and self.recorded_at + GIVE_UP_AFTER <= now


def renewal_opens(last_day: date) -> date:
    """Return the first day on which a certificate that ends on `last_day` may be renewed: three months before it.

    A day that the earlier month does not have becomes that month's last day.
    """
    return months_after(last_day, -RENEWAL_MONTHS)


def root_last_day(day: date, years: int) -> date:
    """Return the last day of a root established on `day`."""
    return birthday_in(day, day.year + years)
