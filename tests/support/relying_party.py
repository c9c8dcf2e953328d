"""A relying party with a verifier over made-up card authorities, and what it meets: answers, lists, documents."""

from __future__ import annotations

import asyncio
import functools
from datetime import UTC, datetime, timedelta
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import CMSSignedAttributes
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    OcspState,
    build_ocsp_request,
    build_ocsp_response,
    read_ocsp_request,
)
from mizuhiki.jpki_verify import FormatRules, Purpose, PurposeRules, StatusRules, Verifier, VerifierPolicy
from support.card_authority import AT, CardAuthority, rsa_key

MADE_UP = StatusRules(produced_at=False)
"""`cryptography` dates an answer by the machine's clock, these certificates live in 2019."""
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


@functools.cache
def authority(kind: CertificateKind, generation: str = "01") -> CardAuthority:
    return CardAuthority(kind, generation)


@functools.cache
def certificate_of(kind: CertificateKind, generation: str = "01") -> bytes:
    return authority(kind, generation).issue()


def rules(kind: CertificateKind, *generations: str) -> PurposeRules:
    return PurposeRules(
        anchors=tuple(authority(kind, generation).certificate for generation in generations or ("01",)),
        policies=frozenset({TEST_PROFILE.kinds[kind].policy.dotted_string}),
    )


def verifier(
    *, bare_digest: bool = False, status: StatusRules | None = None, timestamps: PurposeRules | None = None
) -> Verifier:
    policy = VerifierPolicy(
        purposes={
            Purpose.SIGNATURE: rules(CertificateKind.SIGNATURE),
            Purpose.USER_IDENTIFICATION: rules(CertificateKind.USER_IDENTIFICATION),
        },
        status=status or MADE_UP,
        formats=FormatRules(bare_digest=bare_digest),
        timestamps=timestamps,
    )
    return Verifier(policy)


def answer(
    kind: CertificateKind,
    *,
    at: datetime = AT,
    state: OcspState | None = None,
    nonce: bytes | None = None,
    life: timedelta = HOUR,
) -> bytes:
    """The authority's own answer about the card's certificate."""
    ca = authority(kind)
    question = read_ocsp_request(build_ocsp_request(certificate_of(kind), ca.certificate, nonce))
    return build_ocsp_response(
        question,
        state or OcspState(),
        ca_certificate=ca.certificate,
        ca_key=ca.key,
        this_update=at,
        next_update=at + life,
    )


def delegated_answer(
    kind: CertificateKind, *, usage: bool = True, no_check: bool = True, foreign: bool = False
) -> bytes:
    """An answer by a responder that the authority delegated, or, with `foreign`, that someone else did."""
    ca, key = authority(kind), rsa_key("responder")
    signer = rsa_key("somebody-else") if foreign else ca.key
    parsed = x509.load_der_x509_certificate(ca.certificate)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "responder")]))
        .issuer_name(parsed.subject)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(AT - HOUR)
        .not_valid_after(AT + YEAR)
    )
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
    if no_check:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    responder = builder.sign(signer, SHA256())
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=x509.load_der_x509_certificate(certificate_of(kind)),
            issuer=parsed,
            algorithm=SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=AT,
            next_update=AT + HOUR,
            revocation_time=None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, responder)
        .certificates([responder])
        .sign(key, SHA256())
    )
    return response.public_bytes(Encoding.DER)


@functools.cache
def timestamp_authority() -> bytes:
    """A time-stamp authority's certificate, self-signed and so its own anchor."""
    key = rsa_key("tsa-root")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "time-stamp root")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT - YEAR)
        .not_valid_after(AT + 20 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


@functools.cache
def timestamp_certificate(usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING) -> bytes:
    root = x509.load_der_x509_certificate(timestamp_authority())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "time-stamp unit")]))
        .issuer_name(root.subject)
        .public_key(rsa_key("tsa").public_key())
        .serial_number(2)
        .not_valid_before(AT - YEAR)
        .not_valid_after(AT + 20 * YEAR)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    return builder.sign(rsa_key("tsa-root"), SHA256()).public_bytes(Encoding.DER)


def timestamp_list(at: datetime = AT, life: timedelta = 20 * YEAR) -> bytes:
    root = x509.load_der_x509_certificate(timestamp_authority())
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(at).next_update(at + life)
    return builder.sign(rsa_key("tsa-root"), SHA256()).public_bytes(Encoding.DER)


def timestamper(at: datetime, certificate: bytes | None = None) -> DummyTimeStamper:
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(certificate or timestamp_certificate()),
        tsa_key=_private(rsa_key("tsa")),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=at,
    )


def _private(key: object) -> asn1_keys.PrivateKeyInfo:
    encoded = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    return asn1_keys.PrivateKeyInfo.load(encoded)


def _signer() -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate_of(CertificateKind.SIGNATURE)),
        signing_key=_private(rsa_key("card")),
        cert_registry=SimpleCertificateStore(),
    )


def cms_signature(
    content: bytes, *, detached: bool = True, cades: bool = True, stamper: DummyTimeStamper | None = None
) -> bytes:
    """A CAdES signature of the card as pyHanko makes it."""
    signed = asyncio.run(
        _signer().async_sign_general_data(
            content,
            "sha256",
            detached=detached,
            timestamper=stamper,
            signed_attr_settings=CMSSignedAttributes(signing_time=AT) if cades else None,
            use_cades=cades,
        )
    )
    return bytes(signed.dump())


def signed_pdf(*, stamper: DummyTimeStamper | None = None) -> bytes:
    """A one-page document with the card's PAdES signature as pyHanko makes it."""
    writer = PdfFileWriter()
    writer.insert_page(_blank_page(writer))
    buffer = BytesIO()
    writer.write(buffer)
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    out = asyncio.run(
        signers.async_sign_pdf(IncrementalPdfFileWriter(buffer), metadata, signer=_signer(), timestamper=stamper)
    )
    return bytes(out.getvalue())


def edited_pdf(document: bytes) -> bytes:
    """The same document with its page replaced in a later revision, as an editor saves it."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"Q q"))
    writer.update_container(page)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _blank_page(writer: PdfFileWriter) -> PageObject:
    contents = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
    return PageObject(
        contents=contents, media_box=generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 200, 200)])
    )


NOW = AT.astimezone(UTC)
