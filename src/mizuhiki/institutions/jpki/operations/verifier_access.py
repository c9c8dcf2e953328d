"""Who may ask what, as one process knows it: the law's own verifiers, and those of the registry (R-204).

Read again at least every few seconds, so that a suspension holds everywhere soon after it was entered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.jpki.domain.errors import VerifierNotRecognised
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.domain.verifier_registry import (
    DEFAULT_RATE,
    Service,
    Verifier,
    VerifierState,
    require_service_lawful,
)
from mizuhiki.institutions.jpki.domain.verifiers import require_verifier
from mizuhiki.institutions.jpki.ports import VerifierStore
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import parse_institution_id


@dataclass(slots=True)
class VerifierAccess:
    """The registry in memory."""

    registry: VerifierStore
    times: StatusTimes
    _verifiers: dict[str, Verifier] = field(default_factory=dict)
    _credentials: dict[bytes, str] = field(default_factory=dict)
    _permitted: dict[tuple[str, Service, date], int] = field(default_factory=dict)
    _read_at: datetime | None = None

    def read_again(self) -> None:
        """Let the next question read the registry."""
        self._read_at = None

    def by_credential(self, credential: str, now: datetime) -> str | None:
        """Return the verifier that shows this credential, None when nobody's."""
        self._refresh(now)
        return self._credentials.get(sha256(credential.encode()))

    def require(self, verifier: str, service: Service, day: date, now: datetime) -> int:
        """Return how many answers a second the verifier may ask for.

        Raises:
            VerifierNotRecognised: it may not use the service on `day`.
            ServiceNotYetLawful: nobody may yet.
        """
        self._refresh(now)
        key = (verifier, service, day)
        rate = self._permitted.get(key)
        if rate is None:
            rate = self._permitted[key] = self._rate(verifier, service, day)
        return rate

    def _rate(self, verifier: str, service: Service, day: date) -> int:
        require_service_lawful(service, day)
        known = self._verifiers.get(verifier)
        if known is None:
            # Bodies that the law itself names need no recognition for the status, and for nothing else.
            if service is not Service.STATUS:
                raise VerifierNotRecognised
            _require_named_by_law(verifier, day)
            return DEFAULT_RATE
        if known.state is VerifierState.APPLIED and known.application.institution and service is Service.STATUS:
            _require_named_by_law(verifier, day)
            return DEFAULT_RATE
        if not known.may_ask(service, day):
            raise VerifierNotRecognised
        return known.application.per_second

    def _refresh(self, now: datetime) -> None:
        if self._read_at is not None and abs(now - self._read_at) < self.times.catch_up_every:
            return
        verifiers = self.registry.all()
        self._verifiers = {one.application.institution or one.verifier: one for one in verifiers}
        self._credentials = {one.credential: one.verifier for one in verifiers if one.credential}
        self._permitted = {}
        self._read_at = now


def _require_named_by_law(verifier: str, day: date) -> None:
    try:
        institution = parse_institution_id(verifier)
    except MizuhikiError as cause:
        raise VerifierNotRecognised from cause
    require_verifier(institution, day)
