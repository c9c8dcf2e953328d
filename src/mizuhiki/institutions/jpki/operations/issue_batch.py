"""Issue the certificates of many applications with two durable writes: recorded, then signed, then kept.

Every application keeps its own fate: one that is refused changes nothing for the others, and each is recorded before
anything of it is signed. Two applications of one holder, or one application sent twice, never share a batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mizuhiki.crypto.certificates import said_by
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
from mizuhiki.institutions.jpki.domain.certificates import Application, Cause, Certificate, CertificateSet, Kind, State
from mizuhiki.institutions.jpki.domain.errors import (
    CertificateRequestChanged,
    CertificateRequestVoid,
    ProfileBroken,
    PublicKeyOfAuthority,
    PublicKeyUsedBefore,
    SerialsExhausted,
)
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan, RequestKey
from mizuhiki.institutions.jpki.domain.profile_lint import EncodedCertificate, Expected, lint
from mizuhiki.institutions.jpki.domain.profiles import KEY_USAGE, POLICIES
from mizuhiki.institutions.jpki.operations.authorities import Authorities, Planned
from mizuhiki.institutions.jpki.ports import AuditLine, NewCertificate, Records, Store
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import MizuhikiError

_TRIES = 100
_BASIC_CONSTRAINTS = "2.5.29.19"

Outcome = CertificateSet | MizuhikiError


@dataclass(slots=True)
class _Case:
    """One application on its way."""

    context: Context
    application: Application
    person: bytes = b""
    plans: list[CertificatePlan] = field(default_factory=list)
    drafts: dict[Kind, Planned] = field(default_factory=dict)
    issued: list[tuple[Planned, bytes]] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def key(self) -> RequestKey:
        return self.application.municipality_code, self.application.request_id

    def attempt(self, step: Callable[[_Case], object]) -> bool:
        """Say whether a step succeeded; a refusal is this application's outcome."""
        try:
            step(self)
        except MizuhikiError as refusal:
            self.outcome = refusal
        return self.outcome is None


class IssueBatch:
    """The issue for applications whose holders were confirmed."""

    def __init__(self, store: Store, authorities: Authorities, randomness: Randomness) -> None:
        self._store = store
        self._authorities = authorities
        self._randomness = randomness
        self._own_keys = frozenset(public_key_of(root.certificate) for root in authorities.every_root())

    def __call__(self, requests: Sequence[tuple[Context, Application]]) -> list[Outcome]:
        """Return, in order, the certificates of each application or why it gets none."""
        cases = [_Case(context, application) for context, application in requests]
        waiting = cases
        while waiting:
            waiting = self._round(waiting)
        return [case.outcome for case in cases if case.outcome is not None]

    def finished(self, records: Records, application: Application) -> CertificateSet | None:
        """Return what an application that was finished before got.

        Raises:
            CertificateRequestChanged: the request id was used for other content.
        """
        key = application.municipality_code, application.request_id
        before = records.application_digests([key]).get(key)
        if before is None:
            return None
        _require_same(before, records, application)
        known = records.issued_for([key]).get(key)
        return None if known is None else self._set(known)

    def _round(self, waiting: list[_Case]) -> list[_Case]:
        """Serve those that may go together; return the others."""
        with self._store.transaction() as records:
            cases, later = _apart(records, waiting)
            self._record(records, cases)
        open_cases = [case for case in cases if case.outcome is None]
        for case in open_cases:
            case.issued = [self._sign(case, plan) for plan in case.plans]
        if open_cases:
            with self._store.transaction() as records:
                self._keep(records, open_cases)
        return later

    def _record(self, records: Records, cases: list[_Case]) -> None:
        """Give every case its plans, those of an earlier try where there was one."""
        digests = records.application_digests([case.key for case in cases])
        again = list(digests)
        finished, planned = records.issued_for(again), records.plans_of(again)

        def take_up(case: _Case) -> None:
            _require_same(digests[case.key], records, case.application)
            if case.key in finished:
                case.outcome = self._set(finished[case.key])
                return
            case.plans = planned.get(case.key, [])
            for plan in case.plans:
                plan.require_open()

        for case in cases:
            if case.key in digests:
                case.attempt(take_up)
        self._plan(records, [case for case in cases if case.key not in digests])

    def _plan(self, records: Records, cases: list[_Case]) -> None:
        used = records.known_public_keys([key for case in cases for key in case.application.public_keys().values()])

        def check(case: _Case) -> None:
            case.application.require_issuable(case.context.today())
            self._require_new_keys(case.application, used)
            used.update(case.application.public_keys().values())

        sound = [case for case in cases if case.attempt(check)]
        serials = self._serials(records, Counter(kind for case in sound for kind in case.application.public_keys()))

        def plan(case: _Case) -> None:
            kinds = case.application.public_keys()
            case.plans = [self._planned(records, case, kind, serials[kind].pop()) for kind in kinds]

        new = [case for case in sound if case.attempt(plan)]
        records.record_applications(
            (case.application, records.keyed_digest(_content(case.application)), case.context.now()) for case in new
        )
        records.record_plans((one, case.application.public_keys()[one.kind]) for case in new for one in case.plans)

    def _require_new_keys(self, application: Application, used: set[bytes]) -> None:
        keys = list(application.public_keys().values())
        for key in keys:
            require_card_public_key(key)
        if len(set(keys)) != len(keys) or not used.isdisjoint(keys):
            raise PublicKeyUsedBefore
        if not self._own_keys.isdisjoint(keys):
            raise PublicKeyOfAuthority

    def _serials(self, records: Records, wanted: Counter[Kind]) -> dict[Kind, list[int]]:
        """Return unused serials; random, so that they tell nothing about the order of issue."""
        serials: dict[Kind, list[int]] = {}
        for kind, number in wanted.items():
            free: dict[int, None] = {}
            for _ in range(_TRIES):
                drawn = [new_certificate_serial(self._randomness) for _ in range(number - len(free))]
                known = records.known_serials(kind, drawn)
                free.update((serial, None) for serial in drawn if serial not in known)
                if len(free) == number:
                    break
            else:
                raise SerialsExhausted
            serials[kind] = list(free)
        return serials

    def _planned(self, records: Records, case: _Case, kind: Kind, serial: int) -> CertificatePlan:
        """Encode and lint one certificate and fix what will be signed."""
        application, today = case.application, case.context.today()
        starts, last_day = case.context.now().replace(microsecond=0), application.last_day(today)
        validity = Validity.until_day(starts, last_day)
        planned = self._authorities.plan(application, kind, serial, validity, self._randomness)
        encoded = self._authorities.to_be_signed(planned)
        draft = self._authorities.draft(planned, encoded)
        case.drafts[kind] = replace(planned, encoded=encoded)
        lint(read_encoded(kind, draft), Expected(today, last_day, application.four_items))
        return CertificatePlan(
            kind=kind,
            serial=serial,
            municipality_code=application.municipality_code,
            request_id=application.request_id,
            generation=planned.generation,
            common_name=planned.common_name,
            starts=validity.starts,
            ends=validity.ends,
            content=records.keyed_digest(encoded),
            recorded_at=case.context.now(),
        )

    def _sign(self, case: _Case, plan: CertificatePlan) -> tuple[Planned, bytes]:
        """Return the signed certificate; whether it is what was linted is looked at before anything is kept."""
        planned = case.drafts.get(plan.kind)
        if planned is None:
            planned = Planned(
                plan.kind,
                case.application.public_keys()[plan.kind],
                plan.serial,
                plan.common_name,
                Validity(plan.starts, plan.ends),
                case.application,
                plan.generation,
            )
        return planned, self._authorities.sign(planned)

    def _keep(self, records: Records, cases: list[_Case]) -> None:
        """Store what was signed, supersede older certificates of the same holders, and write the audit."""
        keys = [case.key for case in cases]
        raced, void = records.issued_for(keys), records.given_up(keys)

        def check(case: _Case) -> None:
            if case.key in raced:
                case.outcome = self._set(raced[case.key])
                return
            if case.key in void:
                raise CertificateRequestVoid
            _require_as_planned(records, case)

        kept = [case for case in cases if case.attempt(check)]
        live = records.live_of([case.person for case in kept])
        new: list[NewCertificate] = []
        lines: list[AuditLine] = []
        for case in kept:
            certificates = [_certificate(records, case, planned, der) for planned, der in case.issued]
            new += [
                NewCertificate(one, planned.public_key, case.application.code)
                for one, (planned, _der) in zip(certificates, case.issued, strict=True)
            ]
            grounds = grounds_of(case.context)
            lines.append(AuditLine(grounds, "certificates-issued", len(certificates)))
            ended = _supersede(records, case, live.get(case.person, []))
            lines += [AuditLine(grounds, "certificates-revoked", count, cause) for cause, count in ended]
            case.outcome = self._set(certificates)
        records.insert_certificates(new)
        if kept:
            records.plans_signed([case.key for case in kept], max(case.context.now() for case in kept))
        records.audit_all(lines)

    def _set(self, issued: list[Certificate]) -> CertificateSet:
        found = {one.kind: one for one in issued}

        def pair(kind: Kind) -> tuple[bytes, bytes]:
            one = found.get(kind)
            return (one.der, self._authorities.root_of(kind, one.generation)) if one else (b"", b"")

        return CertificateSet(*pair(Kind.USER_IDENTIFICATION), *pair(Kind.SIGNATURE))


def _apart(records: Records, waiting: list[_Case]) -> tuple[list[_Case], list[_Case]]:
    """Return cases of different holders and request ids, and those that must wait for one of them."""
    cases: list[_Case] = []
    later: list[_Case] = []
    taken: set[bytes | RequestKey] = set()
    for case in waiting:
        case.person = case.person or records.person_index(case.application.code)
        names: set[bytes | RequestKey] = {case.person, case.key}
        (cases if taken.isdisjoint(names) else later).append(case)
        taken |= names
    return cases, later


def _require_same(before: bytes, records: Records, application: Application) -> None:
    if not equal(before, records.keyed_digest(_content(application))):
        raise CertificateRequestChanged


def _require_as_planned(records: Records, case: _Case) -> None:
    """Check that what was signed is what was linted.

    Raises:
        ProfileBroken: another content was signed.
    """
    contents = {plan.kind: plan.content for plan in case.plans}
    for planned, der in case.issued:
        if not equal(records.keyed_digest(signed_part(der)), contents[planned.kind]):
            raise ProfileBroken(rule="signed-what-was-linted", kind=planned.kind.value)


def _supersede(records: Records, case: _Case, live: list[Certificate]) -> list[tuple[Cause, int]]:
    """Revoke what the application ends; return how many for which cause."""
    causes: Counter[Cause] = Counter()
    for old in live:
        cause = case.application.ends(old)
        if cause is not None:
            records.change_state(old, State.REVOKED, cause, case.context.now())
            causes[cause] += 1
    return sorted(causes.items())


def _certificate(records: Records, case: _Case, planned: Planned, der: bytes) -> Certificate:
    application = case.application
    return Certificate(
        kind=planned.kind,
        serial=planned.serial,
        person=case.person,
        municipality_code=application.municipality_code,
        request_id=application.request_id,
        card_serial=application.card_serial,
        der=der,
        items=records.items_digest(application.four_items),
        starts=planned.validity.starts,
        ends=planned.validity.ends,
        changed_at=case.context.now(),
        carrier=application.carrier,
        generation=planned.generation,
    )


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
    certificate = load_certificate(der)
    said = said_by(certificate)
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
