"""Verifying log-ins by card: chain, policy, usage, status answer and signature, one worker.

Each log-in has a certificate, a challenge and a status answer of its own; the authority is the same, as in reality, and
is read once. The peer, pyhanko-certvalidator, does chain and status alone with the same inputs; the bare cost of the
RSA checks that every verifier must make is measured beside them.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    OcspState,
    Validity,
    build_ocsp_request,
    build_ocsp_response,
    issue_user_identification_certificate,
    make_jpki_root,
    read_ocsp_request,
    user_identification_common_name,
)
from mizuhiki.jpki_verify import Purpose, PurposeRules, StatusMaterial, StatusRules, Verifier, VerifierPolicy
from mizuhiki.runtime.clock import SystemClock

COUNT = 2_000
PEER_COUNT = 200
TARGET = 3_000
KIND = CertificateKind.USER_IDENTIFICATION


@dataclass(frozen=True, slots=True)
class _Login:
    certificate: bytes
    challenge: bytes
    signature: bytes
    answer: bytes


def _logins(ca: bytes, ca_key: rsa.RSAPrivateKey, at: datetime) -> list[_Login]:
    randomness = SeededRandomness(b"log-ins")
    card = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    spki = card.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = []
    for serial in range(1, COUNT + 1):
        certificate = issue_user_identification_certificate(
            ca_certificate=ca,
            ca_key=ca_key,
            public_key=spki,
            serial=serial,
            common_name=user_identification_common_name("452025", randomness),
            validity=Validity.until_day(at - timedelta(days=1), date(at.year + 4, 1, 1)),
            prefecture="Miyazaki-ken",
            city="Kobayashi-shi",
        )
        challenge = randomness.bytes(32)
        question = read_ocsp_request(build_ocsp_request(certificate, ca, None))
        answer = build_ocsp_response(
            question,
            OcspState(),
            ca_certificate=ca,
            ca_key=ca_key,
            this_update=at,
            next_update=at + timedelta(hours=1),
        )
        made.append(_Login(certificate, challenge, card.sign(challenge, padding.PKCS1v15(), SHA256()), answer))
    return made


def _bare(logins: list[_Login], ca: bytes) -> int:
    """Check the three RSA signatures of a log-in and nothing else."""
    issuer = x509.load_der_x509_certificate(ca).public_key()
    if not isinstance(issuer, rsa.RSAPublicKey):
        raise TypeError
    for login in logins:
        certificate = x509.load_der_x509_certificate(login.certificate)
        key, response = certificate.public_key(), ocsp.load_der_ocsp_response(login.answer)
        if not isinstance(key, rsa.RSAPublicKey):
            raise TypeError
        issuer.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), SHA256())
        issuer.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), SHA256())
        key.verify(login.signature, login.challenge, padding.PKCS1v15(), SHA256())
    return len(logins)


async def _peer(logins: list[_Login], ca: bytes, at: datetime) -> int:
    root = asn1_x509.Certificate.load(ca)
    for login in logins:
        context = ValidationContext(
            trust_roots=[root],
            moment=at,
            ocsps=[asn1_ocsp.OCSPResponse.load(login.answer)],
            revocation_mode="require",
        )
        certificate = asn1_x509.Certificate.load(login.certificate)
        await CertificateValidator(certificate, validation_context=context).async_validate_path()
    return len(logins)


def run() -> Iterator[Measurement]:
    """Measure log-ins a second of one core."""
    warnings.simplefilter("ignore", DeprecationWarning)
    at = SystemClock().now().replace(microsecond=0)
    ca_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    validity = Validity.until_day(at - timedelta(days=9), date(at.year + 9, 1, 1))
    ca = make_jpki_root(KIND, ca_key, validity=validity, serial=1)
    logins = _logins(ca, ca_key, at)
    policies = frozenset({TEST_PROFILE.kinds[KIND].policy.dotted_string})
    rules = {Purpose.USER_IDENTIFICATION: PurposeRules(anchors=(ca,), policies=policies)}
    verifier = Verifier(VerifierPolicy(purposes=rules))
    unasked = Verifier(VerifierPolicy(purposes=rules, status=StatusRules(demanded=False)))

    def verify(by: Verifier) -> int:
        for login in logins:
            by.verify_login(
                certificate=login.certificate,
                challenge=login.challenge,
                signature=login.signature,
                at=at,
                material=StatusMaterial(answers=(login.answer,)),
            )
        return len(logins)

    yield Measurement("log-in with chain, policy and status answer", per_second(lambda: verify(verifier)), "/s", TARGET)
    yield Measurement("the same without asking for status", per_second(lambda: verify(unasked)), "/s")
    yield Measurement("the three RSA checks alone", per_second(lambda: _bare(logins, ca)), "/s")
    peer = per_second(lambda: asyncio.run(_peer(logins[:PEER_COUNT], ca, at)), repeats=2)
    yield Measurement("pyhanko-certvalidator: chain and status, no signature", peer, "/s")
