"""Certificates cut from a template are the builders' own, octet for octet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.x509 import (
    CertificateRequestMalformed,
    CertificateSubject,
    Validity,
    card_template,
    issue_signature_certificate,
    issue_user_identification_certificate,
    load_certificate,
)
from mizuhiki.crypto.x509.jpki_profile import CertificateKind
from mizuhiki.vocabulary.persons import Sex
from support.card_authority import CardAuthority, rsa_key, spki

AUTHORITIES = {kind: CardAuthority(kind) for kind in CertificateKind}
KEYS = (
    spki(rsa_key("template")),
    ec.derive_private_key(7, ec.SECP384R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
)
MOMENTS = st.datetimes(datetime(2016, 1, 1), datetime(2070, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds are naive by hypothesis
    lambda at: at.replace(microsecond=0)
)
TEXTS = st.text(st.characters(codec="utf-8", categories=("Lo", "Lu", "Nd")), min_size=1, max_size=200)


@st.composite
def subjects(draw: st.DrawFn) -> CertificateSubject:
    name, address = draw(TEXTS), draw(TEXTS)
    return CertificateSubject(
        name=name,
        birth_date=draw(st.dates(date(1900, 1, 1), date(2060, 1, 1))),
        sex=draw(st.sampled_from(Sex)),
        address=address,
        name_substituted="".join(draw(st.sampled_from("01")) for _ in name),
        address_substituted="1" * len(address),
        prefecture="Miyazaki-ken",
        city="Miyakonojo-shi",
    )


@settings(max_examples=40, deadline=None)
@given(
    key=st.sampled_from(KEYS),
    serial=st.integers(2**24, 2**31 - 1),
    name=st.text("0123456789ABC", min_size=1, max_size=28),
    times=st.tuples(MOMENTS, MOMENTS).map(sorted),
    subject=subjects(),
)
def test_a_certificate_from_the_template_is_the_builders(
    key: bytes, serial: int, name: str, times: list[datetime], subject: CertificateSubject
) -> None:
    starts, ends = times
    for kind, authority in AUTHORITIES.items():
        common = {
            "ca_certificate": authority.certificate,
            "ca_key": authority.key,
            "public_key": key,
            "serial": serial,
            "common_name": name,
            "validity": Validity(starts, ends),
        }
        place = {"prefecture": "Miyazaki-ken", "city": "Miyakonojo-shi"}
        if kind is CertificateKind.SIGNATURE:
            built = issue_signature_certificate(**common, subject=subject)
        else:
            built = issue_user_identification_certificate(**common, **place)
        template = card_template(kind, authority.certificate, **place)
        signed = template.to_be_signed(
            public_key=key,
            serial=serial,
            common_name=name,
            validity=Validity(starts, ends),
            subject=subject if kind is CertificateKind.SIGNATURE else None,
        )
        assert template.signed(signed, authority.key) == built
        unsigned = load_certificate(template.unsigned(signed))
        assert unsigned.tbs_certificate_bytes == signed
        assert set(unsigned.signature) == {0}


def test_items_whose_marks_do_not_fit_are_refused() -> None:
    authority = AUTHORITIES[CertificateKind.SIGNATURE]
    template = card_template(CertificateKind.SIGNATURE, authority.certificate, "Miyazaki-ken", "Miyakonojo-shi")
    subject = CertificateSubject(
        name="水引",
        birth_date=date(1990, 4, 1),
        sex=Sex.FEMALE,
        address="宮崎県",
        name_substituted="0",
        address_substituted="000",
        prefecture="Miyazaki-ken",
        city="Miyakonojo-shi",
    )
    now = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(CertificateRequestMalformed):
        template.to_be_signed(
            public_key=KEYS[0], serial=2**24, common_name="1", validity=Validity(now, now), subject=subject
        )
