"""Recognised verifiers: application, recognition, agreement, audit, suspension (公的個人認証法17条, 36条; R-204).

Whoever notified the authority (17条1項, 36条1項) also concludes an agreement with it before it may ask (36条2項); for
bodies that the law itself names it is not kept here.

A verifier is told a handle of its own for a certificate and no serial number (R-205). It may tie the handle to its
customers (R-206) and may not match with others: a handle of another verifier is refused and the attempt recorded.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mizuhiki.institutions.jpki.domain.errors import (
    ServiceNotYetLawful,
    VerifierApplicationIncomplete,
    VerifierDecidedByApplicant,
    VerifierNotRecognised,
    VerifierStateChangeNotAllowed,
)

AUDIT_EVERY = timedelta(days=365)
MOST_YEARS = timedelta(days=5 * 366)
"""A recognition ends at the latest with the fifth year; assumed, the ordinance could not be read."""
DEFAULT_RATE = 1_000


class VerifierState(enum.StrEnum):
    """Where a verifier stands."""

    APPLIED = "applied"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Service(enum.StrEnum):
    """What a verifier may be allowed to ask; each is authorised by itself."""

    STATUS = "status"
    SERIAL_LINKING = "serial-linking"
    CURRENT_ITEMS = "current-items"


SERVICE_SINCE = {
    Service.STATUS: date(2016, 1, 1),
    Service.SERIAL_LINKING: date(2016, 1, 1),
    Service.CURRENT_ITEMS: date(2023, 5, 16),
}
"""First lawful day. That of serial linking is assumed; current items came with the amendment in force on 2023-05-16."""

_NEXT = {
    VerifierState.APPLIED: frozenset({VerifierState.RECOGNISED, VerifierState.REFUSED}),
    VerifierState.RECOGNISED: frozenset({VerifierState.SUSPENDED, VerifierState.ENDED}),
    VerifierState.SUSPENDED: frozenset({VerifierState.RECOGNISED, VerifierState.ENDED}),
    VerifierState.REFUSED: frozenset[VerifierState](),
    VerifierState.ENDED: frozenset[VerifierState](),
}


def require_service_lawful(service: Service, day: date) -> None:
    """Check that the law knows a service on `day`.

    Raises:
        ServiceNotYetLawful: not yet; field `since` says from when.
    """
    if day < SERVICE_SINCE[service]:
        raise ServiceNotYetLawful(service=service.value, since=SERVICE_SINCE[service].isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierApplication:
    """What an applicant states; `institution` is filled for bodies of this system that want a further service."""

    name_ja: str
    name_en: str
    responsible: str
    purpose: str
    services: frozenset[Service]
    institution: str = ""
    per_second: int = DEFAULT_RATE

    def require_complete(self) -> None:
        """Check that nothing is missing.

        Raises:
            VerifierApplicationIncomplete: field `missing` names it.
        """
        for name in ("name_ja", "name_en", "responsible", "purpose"):
            if not getattr(self, name).strip():
                raise VerifierApplicationIncomplete(missing=name)
        if not self.services:
            raise VerifierApplicationIncomplete(missing="services")
        if self.per_second < 1:
            raise VerifierApplicationIncomplete(missing="per_second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """One applicant or verifier as it stands. `credential` is the hash of what it shows, empty when it has none."""

    verifier: str
    application: VerifierApplication
    state: VerifierState
    applied_at: datetime
    applied_by: str
    decided_by: str = ""
    recognition: str = ""
    recognised_on: date | None = None
    recognised_until: date | None = None
    audited_on: date | None = None
    agreement: str = ""
    agreed_on: date | None = None
    credential: bytes = b""

    def changed(self, to: VerifierState) -> Verifier:
        """Return the verifier in another state.

        Raises:
            VerifierStateChangeNotAllowed: the present state does not allow it.
        """
        if to not in _NEXT[self.state]:
            raise VerifierStateChangeNotAllowed(state=self.state.value, wanted=to.value)
        return replace(self, state=to)

    def recognised(self, *, officer: str, recognition: str, day: date, until: date) -> Verifier:
        """Return the verifier as the Minister recognised it by the document `recognition`.

        Raises:
            VerifierDecidedByApplicant: the officer also entered the application.
            VerifierApplicationIncomplete: no document is named, or the time is over before it begins or too long.
            VerifierStateChangeNotAllowed: it was decided before.
        """
        if self.state is not VerifierState.APPLIED:
            raise VerifierStateChangeNotAllowed(state=self.state.value, wanted=VerifierState.RECOGNISED.value)
        if officer == self.applied_by:
            raise VerifierDecidedByApplicant
        if not recognition.strip():
            raise VerifierApplicationIncomplete(missing="recognition")
        if not day <= until <= day + MOST_YEARS:
            raise VerifierApplicationIncomplete(missing="recognised_until")
        return replace(
            self.changed(VerifierState.RECOGNISED),
            decided_by=officer,
            recognition=recognition,
            recognised_on=day,
            recognised_until=until,
            audited_on=day,
        )

    def agreed(self, *, agreement: str, day: date) -> Verifier:
        """Return the verifier with the agreement of how status is asked and kept, by its document; a later one counts.

        Raises:
            VerifierNotRecognised: it is not recognised.
        """
        if self.state is not VerifierState.RECOGNISED:
            raise VerifierNotRecognised
        return replace(self, agreement=agreement, agreed_on=day)

    def refused(self, officer: str) -> Verifier:
        """Return the verifier as refused.

        Raises:
            VerifierDecidedByApplicant: the officer also entered the application.
            VerifierStateChangeNotAllowed: it was decided before.
        """
        if officer == self.applied_by:
            raise VerifierDecidedByApplicant
        return replace(self.changed(VerifierState.REFUSED), decided_by=officer)

    def may_ask(self, service: Service, day: date) -> bool:
        """Say whether it may use a service on `day`."""
        return (
            self.state is VerifierState.RECOGNISED
            and self.agreed_on is not None
            and service in self.application.services
            and self.recognised_until is not None
            and day <= self.recognised_until
        )

    def audit_due(self, day: date) -> bool:
        """Say whether the yearly audit is overdue."""
        return (
            self.state in {VerifierState.RECOGNISED, VerifierState.SUSPENDED}
            and self.audited_on is not None
            and self.audited_on + AUDIT_EVERY < day
        )


@dataclass(frozen=True, slots=True)
class VerifierEvent:
    """One line of a verifier's history; `note` is the reason, finding or document."""

    verifier: str
    event: str
    officer: str
    note: str
    at: datetime
