"""Issue a card's certificates (公的個人認証法3条, 22条; R-194 to R-196, R-200, R-201).

1. confirmed by the national register and checked; 2. planned: serial, names and validity chosen, encoded, linted and
recorded with the keyed digest of what will be signed; 3. signed, octet for octet what was linted; 4. recorded, with
older certificates of the same holder superseded; 5. returned. A request that stopped between 2 and 4 is taken up with
the same plan by the same request id, or given up by the job and then refused; one that was finished returns the same
certificates.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.crypto.digests import equal, framed
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import (
    Validity,
    load_certificate,
    new_certificate_serial,
    public_key_of,
    require_card_public_key,
    signed_part,
)
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
    PublicKeyOfAuthority,
    PublicKeyUsedBefore,
    SerialsExhausted,
)
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan
from mizuhiki.institutions.jpki.domain.profile_lint import EncodedCertificate, Expected, lint
from mizuhiki.institutions.jpki.domain.profiles import KEY_USAGE, POLICIES
from mizuhiki.institutions.jpki.operations.authorities import Authorities, Planned
from mizuhiki.institutions.jpki.operations.grounds import grounds_of
from mizuhiki.institutions.jpki.ports import CardHolders, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST

ACTION = "issue-certificates"
_TRIES = 100
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
            SignatureCertificateUnderAge, CardPastItsTime, CarrierNotYetLawful, HolderAbroadNotYetLawful,
            NoCertificateWanted: the law allows none.
            CertificateRequestChanged: the request id was used for other content.
            CertificateRequestVoid: the application was given up before anything was signed.
            PublicKeyUsedBefore: a key has a certificate already, or both keys are one.
            PublicKeyOfAuthority: a key is one of the authorities' own.
            PublicKeyUnreadable and the others of `crypto.x509.card_keys_check`: a key no card has, or a weak one.
            CertificateRequestMalformed: items and flags that do not fit.
            ProfileBroken: the lint refused; nothing was signed by an authority.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = _finished(records, application)
        if known:
            return self._set(known)
        self.holders.require(application)
        return self.issue_confirmed(context, application)

    def issue_confirmed(self, context: Context, application: Application) -> CertificateSet:
        """Return the certificates of an application whose holder was confirmed; steps 2 to 5."""
        plans = self._record(context, application)
        issued = [self._sign(application, plan) for plan in plans]
        with self.store.transaction() as records:
            raced = _finished(records, application)
            if raced:
                return self._set(raced)
            self._keep(context, records, application, issued)
            records.plans_signed(application.municipality_code, application.request_id, context.now())
            kept = records.issued_for(application.municipality_code, application.request_id)
        return self._set(kept)

    def _record(self, context: Context, application: Application) -> list[CertificatePlan]:
        """Step 2; return the plans, which are those of an earlier try when there was one."""
        place, request_id = application.municipality_code, application.request_id
        with self.store.transaction() as records:
            if records.application_digest(place, request_id) is not None:
                return records.plans_of(place, request_id)
            application.require_issuable(context.today())
            self._require_new_keys(records, application)
            records.record_application(application, records.keyed_digest(_content(application)), context.now())
            plans = [self._plan(context, records, application, kind) for kind in application.public_keys()]
            for plan in plans:
                records.record_plan(plan, application.public_keys()[plan.kind])
        return plans

    def _require_new_keys(self, records: Records, application: Application) -> None:
        keys = list(application.public_keys().values())
        for key in keys:
            require_card_public_key(key)
        if len(set(keys)) != len(keys) or any(records.public_key_known(key) for key in keys):
            raise PublicKeyUsedBefore
        if any(public_key_of(root.certificate) in keys for kind in Kind for root in self.authorities.generations(kind)):
            raise PublicKeyOfAuthority

    def _plan(self, context: Context, records: Records, application: Application, kind: Kind) -> CertificatePlan:
        starts, last_day = context.now().replace(microsecond=0), application.last_day(context.today())
        validity = Validity.until_day(starts, last_day)
        planned = self.authorities.plan(application, kind, self._serial(records, kind), validity, self.randomness)
        draft = self.authorities.draft(planned)
        lint(read_encoded(kind, draft), Expected(context.today(), last_day, application.four_items))
        return CertificatePlan(
            kind=kind,
            serial=planned.serial,
            municipality_code=application.municipality_code,
            request_id=application.request_id,
            generation=planned.generation,
            common_name=planned.common_name,
            starts=validity.starts,
            ends=validity.ends,
            content=records.keyed_digest(signed_part(draft)),
            recorded_at=context.now(),
        )

    def _sign(self, application: Application, plan: CertificatePlan) -> tuple[Planned, bytes]:
        """Step 3; whether it is what was linted is looked at before anything is kept."""
        planned = Planned(
            plan.kind,
            application.public_keys()[plan.kind],
            plan.serial,
            plan.common_name,
            Validity(plan.starts, plan.ends),
            application,
            plan.generation,
        )
        return planned, self.authorities.sign(planned)

    def _serial(self, records: Records, kind: Kind) -> int:
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
        plans = {plan.kind: plan for plan in records.plans_of(application.municipality_code, application.request_id)}
        for planned, der in issued:
            plans[planned.kind].require_open()
            if not equal(records.keyed_digest(signed_part(der)), plans[planned.kind].content):
                raise ProfileBroken(rule="signed-what-was-linted", kind=planned.kind.value)
        person, now = records.person_index(application.code), context.now()
        causes: Counter[Cause] = Counter()
        for old in records.live_of([person]).get(person, []):
            cause = application.ends(old)
            if cause is not None:
                records.change_state(old, State.REVOKED, cause, now)
                causes[cause] += 1
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
                carrier=application.carrier,
                generation=planned.generation,
            )
            records.insert_certificate(certificate, planned.public_key, application.code)
        grounds = grounds_of(context)
        records.audit(grounds, "certificates-issued", "done", count=len(issued))
        for cause, count in sorted(causes.items()):
            records.audit(grounds, "certificates-revoked", "done", count=count, cause=cause)

    def _set(self, issued: list[Certificate]) -> CertificateSet:
        found = {one.kind: one for one in issued}

        def pair(kind: Kind) -> tuple[bytes, bytes]:
            one = found.get(kind)
            return (one.der, self.authorities.root_of(kind, one.generation)) if one else (b"", b"")

        return CertificateSet(*pair(Kind.USER_IDENTIFICATION), *pair(Kind.SIGNATURE))


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
        application.carrier.value,
        "abroad" if application.abroad else "",
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
    usage = extensions.get(KEY_USAGE)
    policies: Any = extensions[POLICIES].value if POLICIES in extensions else ()
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
        extensions=tuple(one.oid.dotted_string for one in certificate.extensions),
        critical=frozenset(one.oid.dotted_string for one in certificate.extensions if one.critical),
        policies=tuple(one.policy_identifier.dotted_string for one in policies),
    )
