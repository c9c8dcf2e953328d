"""The delegated signers of status answers: their certificates, and their rotation (RFC 6960 §4.2.2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import StatusSigner, Validity, issue_responder_certificate, new_certificate_serial
from mizuhiki.crypto.x509.jpki_profile import CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.status import ResponderCertificate, StatusTimes
from mizuhiki.institutions.jpki.operations.authorities import Authorities, ca_key_name
from mizuhiki.institutions.jpki.ports import StatusStore, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

ROTATE = "rotate-status-signer"
READ = "read-figures"
_SKEW = timedelta(minutes=5)


@dataclass(slots=True)
class StatusSigners:
    """One signer at a time for each generation of an authority; older ones stay valid for the answers they signed."""

    store: Store
    status: StatusStore
    authority: Authority
    authorities: Authorities
    randomness: Randomness
    times: StatusTimes
    _current: dict[tuple[Kind, str], tuple[ResponderCertificate, StatusSigner]] = field(default_factory=dict)

    def signer(self, kind: Kind, generation: str, now: datetime) -> StatusSigner:
        """Return who signs answers now; the first one is made when there is none."""
        held = self._current.get((kind, generation))
        if held is None or held[0].ends - self.times.signer_rotates_before <= now:
            held = self._load(kind, generation, now)
        return held[1]

    def rotate(self, context: Context) -> int:
        """Certify a new signer for each authority whose signer's time ends soon; return how many."""
        self.authority.require(context, ROTATE)
        made = 0
        for root in self.authorities.in_force(context.now()):
            known = self.status.signers(root.kind, root.generation)
            if not known or known[0].ends - self.times.signer_rotates_before <= context.now():
                made += self._certify(root.kind, root.generation, context.now(), known)
        if made:
            self._current.clear()
            with self.store.transaction() as records:
                records.audit(grounds_of(context), "status-signer-rotated", "done", count=made)
        return made

    def calendar(self, context: Context) -> list[tuple[ResponderCertificate, datetime]]:
        """Return the signer in use of each generation that signs answers, and when the next one is due."""
        self.authority.require(context, READ)
        newest = [
            known[0]
            for root in self.authorities.in_force(context.now())
            if (known := self.status.signers(root.kind, root.generation))
        ]
        return [(one, one.ends - self.times.signer_rotates_before) for one in newest]

    def _load(self, kind: Kind, generation: str, now: datetime) -> tuple[ResponderCertificate, StatusSigner]:
        known = self.status.signers(kind, generation)
        if not known or known[0].ends - self.times.prepared_holds <= now:
            # An answer never outlives its signer, so without the rotating job the answer itself brings a new one.
            self._certify(kind, generation, now, known)
            known = self.status.signers(kind, generation)
        newest = known[0]
        key = self.authorities.keystore.certification_key(newest.key_name)
        held = (newest, StatusSigner(newest.certificate, key))
        self._current[kind, generation] = held
        return held

    def _certify(self, kind: Kind, generation: str, now: datetime, known: list[ResponderCertificate]) -> bool:
        number = known[0].number + 1 if known else 1
        starts = now.replace(microsecond=0) - _SKEW
        planned = ResponderCertificate(kind, generation, number, b"", starts, starts + self.times.signer_holds)
        keystore = self.authorities.keystore
        certificate = issue_responder_certificate(
            CertificateKind(kind.value),
            ca_certificate=self.authorities.root_of(kind, generation),
            ca_key=keystore.certification_key(ca_key_name(kind, generation)),
            public_key=keystore.certification_key(planned.key_name).public_key(),
            serial=self._serial(),
            validity=Validity(planned.starts, planned.ends),
        )
        return self.status.keep_signer(replace(planned, certificate=certificate))

    def _serial(self) -> int:
        """Return a serial that no card's certificate has: cards have four octets, signers eight."""
        return (new_certificate_serial(self.randomness) << 32) | new_certificate_serial(self.randomness)
