"""A card authority of each kind with issued certificates, for tests."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import (
    CertificateKind,
    CertificateSubject,
    Validity,
    issue_signature_certificate,
    issue_user_identification_certificate,
    make_jpki_root,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.vocabulary.persons import Sex

AT = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
SUBJECT = CertificateSubject(
    name="水引　結子",
    birth_date=date(1990, 4, 1),
    sex=Sex.FEMALE,
    address="宮崎県小林市細野三百番地",
    name_substituted="00010",
    address_substituted="0" * 12,
    prefecture="Miyazaki-ken",
    city="Kobayashi-shi",
)


@functools.cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def spki(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class CardAuthority:
    kind: CertificateKind
    generation: str = "01"

    def __post_init__(self) -> None:
        self.key = rsa_key(f"ca-{self.kind}-{self.generation}")
        validity = Validity.until_day(datetime(2019, 9, 14, tzinfo=UTC), date(2029, 9, 13))
        self.certificate = make_jpki_root(self.kind, self.key, validity=validity, serial=1)

    def issue(self, serial: int = 0x12345678, name: str = "card", until: date = date(2024, 3, 31)) -> bytes:
        randomness = SeededRandomness(serial.to_bytes(8, "big"))
        validity = Validity.until_day(AT, until)
        public_key = spki(rsa_key(name))
        if self.kind is CertificateKind.SIGNATURE:
            return issue_signature_certificate(
                ca_certificate=self.certificate,
                ca_key=self.key,
                public_key=public_key,
                serial=serial,
                common_name=signature_common_name(AT, "452025", randomness),
                validity=validity,
                subject=SUBJECT,
            )
        return issue_user_identification_certificate(
            ca_certificate=self.certificate,
            ca_key=self.key,
            public_key=public_key,
            serial=serial,
            common_name=user_identification_common_name("452025", randomness),
            validity=validity,
            prefecture="Miyazaki-ken",
            city="Kobayashi-shi",
        )


def card_sign(challenge: bytes, name: str = "card") -> bytes:
    return rsa_key(name).sign(challenge, padding.PKCS1v15(), SHA256())
