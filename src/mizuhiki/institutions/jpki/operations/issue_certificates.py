"""Issue a card's certificates (公的個人認証法3条, 22条; R-194 to R-196, R-200, R-201).

1. confirmed by the national register, checked and recorded; 2. encoded and linted under a key nobody trusts;
3. signed, byte for byte what was linted; 4. recorded, with older certificates of the same holder superseded;
5. returned. A request that stopped on the way is taken up again by the same request id; one that was finished returns
the same certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.crypto.digests import framed
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import CertificateRequestMalformed, Validity, load_certificate, new_certificate_serial
from mizuhiki.institutions.jpki.domain.certificates import (
    Application,
    Cause,
    Certificate,
    CertificateSet,
    Kind,
    State,
)
from mizuhiki.institutions.jpki.domain.errors import (
    CertificateRequestChanged,
    ProfileBroken,
    PublicKeyUsedBefore,
    SerialsExhausted,
)
from mizuhiki.institutions.jpki.domain.profile_lint import EncodedCertificate, Expected, lint
from mizuhiki.institutions.jpki.operations.authorities import Authorities, Planned
from mizuhiki.institutions.jpki.operations.grounds import grounds_of
from mizuhiki.institutions.jpki.ports import CardHolders, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST

ACTION = "issue-certificates"
_TRIES = 100
_KEY_USAGE = "2.5.29.15"
_BASIC_CONSTRAINTS = "2.5.29.19"


@dataclass(frozen=True, slots=True)
class IssueCertificates:
    """The issue of both kinds for one card."""

    store: Store
    authority: Authority
    authorities: Authorities
    randomness: Randomness
    holders: CardHolders

    def __call__(self, context: Context, *, application: Application) -> CertificateSet:
        """Return the certificates of an application.

        Raises:
            CardHolderNotConfirmed: the register does not know the card as this person's of this municipality.
            SignatureCertificateUnderAge, CardPastItsTime: the law allows none.
            CertificateRequestChanged: the request id was used for other content.
            PublicKeyUsedBefore: a key has a certificate already, or both keys are one.
            CertificateRequestMalformed: a key no card has, or items and flags that do not fit.
            ProfileBroken: the lint refused; nothing was signed by an authority.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = _finished(records, application)
        if not known:
            self.holders.require(application)
            known = self._record(context, application)
        if known:
            return self._set({one.kind: one.der for one in known})
        issued = [self._certify(context, application, kind) for kind in application.public_keys()]
        with self.store.transaction() as records:
            raced = records.issued_for(application.municipality_code, application.request_id)
            if raced:
                return self._set({one.kind: one.der for one in raced})
            self._keep(context, records, application, issued)
        return self._set({planned.kind: der for planned, der in issued})

    def _record(self, context: Context, application: Application) -> list[Certificate]:
        """Step 1; return the certificates when the application was finished before."""
        place, request_id = application.municipality_code, application.request_id
        with self.store.transaction() as records:
            known = _finished(records, application)
            if known:
                return known
            application.require_issuable(context.today())
            keys = list(application.public_keys().values())
            if not keys:
                raise CertificateRequestMalformed(field="public_keys")
            if len(set(keys)) != len(keys) or any(records.public_key_known(key) for key in keys):
                raise PublicKeyUsedBefore
            if records.application_digest(place, request_id) is None:
                digest = records.keyed_digest(_content(application))
                records.record_application(application, digest, context.now())
        return []

    def _certify(self, context: Context, application: Application, kind: Kind) -> tuple[Planned, bytes]:
        """Steps 2 and 3."""
        starts = context.now().replace(microsecond=0)
        last_day = application.last_day(context.today())
        planned = self.authorities.plan(
            application, kind, self._serial(kind), Validity.until_day(starts, last_day), self.randomness
        )
        draft = self.authorities.sign(planned, for_lint=True)
        lint(read_encoded(kind, draft), Expected(context.today(), last_day, application.four_items))
        der = self.authorities.sign(planned)
        if load_certificate(der).tbs_certificate_bytes != load_certificate(draft).tbs_certificate_bytes:
            raise ProfileBroken(rule="signed-what-was-linted", kind=kind.value)
        return planned, der

    def _serial(self, kind: Kind) -> int:
        with self.store.transaction() as records:
            for _ in range(_TRIES):
                serial = new_certificate_serial(self.randomness)
                if not records.serial_known(kind, serial):
                    return serial
        raise SerialsExhausted

    @staticmethod
    def _keep(
        context: Context, records: Records, application: Application, issued: list[tuple[Planned, bytes]]
    ) -> None:
        """Step 4."""
        person, now = records.person_index(application.code), context.now()
        kinds = set(application.public_keys())
        superseded = [
            old
            for old in records.live_of([person]).get(person, [])
            if old.kind in kinds or old.card_serial != application.card_serial
        ]
        for old in superseded:
            records.change_state(old, State.REVOKED, Cause.SUPERSEDED, now)
        for planned, der in issued:
            certificate = Certificate(
                kind=planned.kind,
                serial=planned.serial,
                person=person,
                municipality_code=application.municipality_code,
                request_id=application.request_id,
                card_serial=application.card_serial,
                der=der,
                items=records.items_digest(application.four_items),
                starts=planned.validity.starts,
                ends=planned.validity.ends,
                changed_at=now,
            )
            records.insert_certificate(certificate, planned.public_key, application.code)
        grounds = grounds_of(context)
        records.audit(grounds, "certificates-issued", "done", count=len(issued))
        if superseded:
            records.audit(grounds, "certificates-revoked", "done", count=len(superseded), cause=Cause.SUPERSEDED)

    def _set(self, ders: dict[Kind, bytes]) -> CertificateSet:
        signature, identification = ders.get(Kind.SIGNATURE, b""), ders.get(Kind.USER_IDENTIFICATION, b"")
        return CertificateSet(
            user_identification=identification,
            user_identification_ca=self.authorities.root(Kind.USER_IDENTIFICATION) if identification else b"",
            signature=signature,
            signature_ca=self.authorities.root(Kind.SIGNATURE) if signature else b"",
        )


def _finished(records: Records, application: Application) -> list[Certificate]:
    """Return what a request that was finished before got, or nothing."""
    before = records.application_digest(application.municipality_code, application.request_id)
    if before is None:
        return []
    if before != records.keyed_digest(_content(application)):
        raise CertificateRequestChanged
    return records.issued_for(application.municipality_code, application.request_id)


def _content(application: Application) -> bytes:
    items = application.four_items
    texts = (
        application.request_id,
        application.municipality_code,
        str(application.code.reveal()),
        items.name,
        items.name_kana,
        items.birth_date.isoformat(),
        str(int(items.sex)),
        items.address,
        application.name_substituted,
        application.address_substituted,
        application.card_serial,
        application.card_expires_on.isoformat(),
    )
    return framed(
        "certificate-application",
        *(text.encode() for text in texts),
        application.user_identification_key,
        application.signature_key,
    )


def read_encoded(kind: Kind, der: bytes) -> EncodedCertificate:
    """Return what an encoded certificate says, for the lint.

    Raises:
        CertificateMalformed: it cannot be read back.
    """
    said, certificate = read_card_certificate(der), load_certificate(der)
    extensions = {one.oid.dotted_string: one for one in certificate.extensions}
    usage = extensions.get(_KEY_USAGE)
    bits: Any = None if usage is None else usage.value
    constraints: Any = extensions[_BASIC_CONSTRAINTS].value if _BASIC_CONSTRAINTS in extensions else None
    return EncodedCertificate(
        kind=kind,
        serial=said.serial,
        common_name=said.common_name,
        key_bits=getattr(certificate.public_key(), "key_size", 0),
        first_day=said.valid_from.astimezone(JST).date(),
        last_day=said.valid_until.astimezone(JST).date(),
        ends=said.valid_until,
        name=said.name,
        birth_date=said.birth_date,
        sex=None if said.sex is None else int(said.sex),
        address=said.address,
        critical_key_usage=usage is not None and usage.critical,
        digital_signature=bits is not None and bits.digital_signature,
        non_repudiation=bits is not None and bits.content_commitment,
        certificate_authority=constraints is not None and constraints.ca,
    )
