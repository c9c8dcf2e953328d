"""Signatures in CMS (RFC 5652) as CAdES-BES and CAdES-T use it (ETSI EN 319 122): signed attributes, time-stamps.

What is checked here is the signature itself; whether to believe its certificate is `crypto.x509.path`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asn1crypto import algos, cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.x509.encoding import CertificateMalformed
from mizuhiki.crypto.x509.path.algorithms import (
    AlgorithmPolicy,
    SignatureMismatch,
    SignatureParameters,
    check_signature,
)
from mizuhiki.crypto.x509.path.reading import PathCertificate, read_certificate
from mizuhiki.crypto.x509.raw_signatures import digest_of
from mizuhiki.crypto.x509.refusals import AlgorithmRefused, SignatureInvalid, SignatureMalformed

_DIGESTS: Final[dict[str, HashAlgorithm]] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
_TIMESTAMP_TYPE: Final = "1.2.840.113549.1.9.16.1.4"
_OCSP_ANSWER: Final = "1.3.6.1.5.5.7.16.2"


@dataclass(frozen=True, slots=True)
class CheckedCms:
    """A CMS signature that verifies under `signer` (DER). Certificate and status are still to be judged.

    `claimed_at` is what the signer says about the time; nobody vouches for it. `timestamps` are tokens (DER) found
    beside the signature, `lists` and `answers` the revocation statements.
    """

    signer: bytes
    certificates: tuple[bytes, ...]
    content_type: str
    content: bytes | None
    claimed_at: datetime | None
    signature: bytes
    timestamps: tuple[bytes, ...]
    lists: tuple[bytes, ...]
    answers: tuple[bytes, ...]


def _signed_data(der: bytes) -> cms.SignedData:
    try:
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            raise SignatureMalformed(part="content-type")
        data = info["content"]
        _ = data.native  # asn1crypto reads late: read everything now
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as cause:
        raise SignatureMalformed(part="encoding") from cause
    return data


def _certificates(data: cms.SignedData) -> list[PathCertificate]:
    found = []
    for choice in data["certificates"] if isinstance(data["certificates"], cms.CertificateSet) else ():
        if choice.name == "certificate":
            try:
                found.append(read_certificate(choice.chosen.dump()))
            except CertificateMalformed as cause:
                raise SignatureMalformed(part="certificates") from cause
    return found


def _signer(info: cms.SignerInfo, certificates: list[PathCertificate]) -> PathCertificate:
    sid = info["sid"]
    for certificate in certificates:
        if sid.name == "subject_key_identifier":
            if certificate.key_identifier == sid.chosen.native:
                return certificate
        elif certificate.serial == sid.chosen["serial_number"].native:
            issuer = certificate.parsed.issuer.public_bytes()
            if issuer == sid.chosen["issuer"].chosen.dump():
                return certificate
    raise SignatureMalformed(part="signer-certificate")


def _attribute(attributes: cms.CMSAttributes, name: str) -> core.Asn1Value | None:
    """Return the one value of an attribute, None without it; several are a contradiction."""
    values = [value for attribute in attributes if attribute["type"].native == name for value in attribute["values"]]
    if len(values) > 1:
        raise SignatureMalformed(part=name)
    return values[0] if values else None


def _check_signing_certificate(attributes: cms.CMSAttributes, signer: PathCertificate, *, token: bool) -> None:
    """Check that the signed attributes name the signer's certificate by its digest (ESSCertIDv2, RFC 5035).

    Time-stamp tokens of RFC 3161 may do so by SHA-1 (ESSCertID), which names here and protects nothing.
    """
    value = _attribute(attributes, "signing_certificate_v2")
    if value is None and token:
        first = _attribute(attributes, "signing_certificate")
        if first is not None and len(first["certs"]):
            if not equal(signer.parsed.fingerprint(SHA1()), first["certs"][0]["cert_hash"].native):  # noqa: S303 - as said
                raise SignatureInvalid(part="signing-certificate")
            return
    if value is None:
        raise SignatureMalformed(part="signing-certificate")
    certificates = value["certs"]
    if not len(certificates):
        raise SignatureMalformed(part="signing-certificate")
    algorithm = certificates[0]["hash_algorithm"]["algorithm"].native
    if not equal(digest_of(algorithm, signer.der), certificates[0]["cert_hash"].native):
        raise SignatureInvalid(part="signing-certificate")


def _form(
    info: cms.SignerInfo, signer: PathCertificate, digest: str
) -> tuple[SignatureParameters, HashAlgorithm | None]:
    """Return padding and digest of a signer's signature algorithm, of the kind of its key."""
    algorithm: algos.SignedDigestAlgorithm = info["signature_algorithm"]
    try:
        kind = algorithm.signature_algo
        stated = digest if algorithm["algorithm"].native in {"rsassa_pkcs1v15", "ed25519"} else algorithm.hash_algo
    except ValueError as cause:
        raise AlgorithmRefused(algorithm=algorithm["algorithm"].dotted) from cause
    if stated != digest or digest not in _DIGESTS:
        raise AlgorithmRefused(algorithm=stated)
    key, function = signer.key, _DIGESTS[digest]
    if kind == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
        return padding.PKCS1v15(), function
    if kind == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
        parameters = algorithm["parameters"]
        mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
        if mask != digest:
            raise AlgorithmRefused(algorithm=mask)
        return padding.PSS(padding.MGF1(function), parameters["salt_length"].native), function
    if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        return ec.ECDSA(function), function
    if kind == "ed25519" and isinstance(key, ed25519.Ed25519PublicKey):
        return None, None
    raise AlgorithmRefused(algorithm=kind)


def _statements(data: cms.SignedData) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the revocation lists and status answers a signature carries (RFC 5652 §10.2.1, RFC 5940)."""
    lists, answers = [], []
    for choice in data["crls"] if isinstance(data["crls"], cms.RevocationInfoChoices) else ():
        if choice.name is None or choice.name == "crl":
            lists.append(choice.chosen.dump())
        elif choice.chosen["other_rev_info_format"].dotted == _OCSP_ANSWER:
            answers.append(choice.chosen["other_rev_info"].dump())
    return tuple(lists), tuple(answers)


def _timestamps(info: cms.SignerInfo) -> tuple[bytes, ...]:
    unsigned = info["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return ()
    return tuple(
        value.dump()
        for attribute in unsigned
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    )


def _content(data: cms.SignedData, detached: bytes | None) -> bytes | None:
    encapsulated = data["encap_content_info"]["content"]
    inside = None if isinstance(encapsulated, core.Void) else bytes(encapsulated)
    if inside is not None and detached is not None and not equal(inside, detached):
        raise SignatureInvalid(part="content")
    return detached if inside is None else inside


def check_cms(
    der: bytes,
    policy: AlgorithmPolicy,
    *,
    content: bytes | None = None,
    digest: bytes | None = None,
) -> CheckedCms:
    """Check a CMS signature over its own content, over `content` kept beside it, or over what has that `digest`.

    One signer; the signed attributes must be there and name the signer's certificate, as CAdES-BES and PAdES demand.

    Raises:
        SignatureMalformed: unreadable, of another form, or without its content or certificate.
        SignatureInvalid: digest, certificate or signature do not fit.
        AlgorithmRefused, WeakKey: not accepted by `policy`.
    """
    data = _signed_data(der)
    try:
        return _check(data, policy, content, digest)
    except (ValueError, TypeError, KeyError, OverflowError) as cause:  # a field of another type than its place has
        raise SignatureMalformed(part="encoding") from cause


def _check(data: cms.SignedData, policy: AlgorithmPolicy, content: bytes | None, digest: bytes | None) -> CheckedCms:
    if len(data["signer_infos"]) != 1:
        raise SignatureMalformed(part="signer-count")
    info = data["signer_infos"][0]
    attributes = info["signed_attrs"]
    if not isinstance(attributes, cms.CMSAttributes) or not len(attributes):
        raise SignatureMalformed(part="signed-attributes")
    certificates = _certificates(data)
    signer = _signer(info, certificates)
    name = info["digest_algorithm"]["algorithm"].native
    if name not in policy.digests or name not in _DIGESTS:
        raise AlgorithmRefused(algorithm=name)
    content_type = data["encap_content_info"]["content_type"]
    stated_type, stated_digest = _attribute(attributes, "content_type"), _attribute(attributes, "message_digest")
    if stated_type is None or stated_digest is None or stated_type.dotted != content_type.dotted:
        raise SignatureMalformed(part="signed-attributes")
    whole = _content(data, content)
    if whole is None and digest is None:
        raise SignatureMalformed(part="content")
    if not equal(digest_of(name, whole) if whole is not None else digest or b"", stated_digest.native):
        raise SignatureInvalid(part="content")
    _check_signing_certificate(attributes, signer, token=content_type.dotted == _TIMESTAMP_TYPE)
    parameters, function = _form(info, signer, name)
    signature = info["signature"].native
    try:
        message = attributes.untag().dump()
        check_signature(signer.key, signature, message, algorithm=(parameters, function), policy=policy)
    except SignatureMismatch as cause:
        raise SignatureInvalid(part="signature") from cause
    claimed = _attribute(attributes, "signing_time")
    lists, answers = _statements(data)
    return CheckedCms(
        signer=signer.der,
        certificates=tuple(certificate.der for certificate in certificates),
        content_type=content_type.dotted,
        content=whole,
        claimed_at=None if claimed is None else claimed.native.astimezone(UTC),
        signature=signature,
        timestamps=_timestamps(info),
        lists=lists,
        answers=answers,
    )


@dataclass(frozen=True, slots=True)
class CheckedTimestamp:
    """A time-stamp token that verifies and is over the value asked about. Its signer is still to be judged."""

    cms: CheckedCms
    time: datetime


def check_timestamp(token: bytes, stamped: bytes, policy: AlgorithmPolicy) -> CheckedTimestamp:
    """Check that a token (RFC 3161) stamps the bytes `stamped`.

    Raises:
        SignatureMalformed: not a time-stamp token.
        SignatureInvalid: over something else, or its own signature does not verify.
        AlgorithmRefused, WeakKey: not accepted by `policy`.
    """
    checked = check_cms(token, policy)
    if checked.content_type != _TIMESTAMP_TYPE or checked.content is None:
        raise SignatureMalformed(part="timestamp")
    try:
        info = tsp.TSTInfo.load(checked.content, strict=True)
        imprint, time = info["message_imprint"], info["gen_time"].native.astimezone(UTC)
        name, stated = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
    except (ValueError, TypeError, KeyError) as cause:
        raise SignatureMalformed(part="timestamp") from cause
    if name not in policy.digests:
        raise AlgorithmRefused(algorithm=name)
    if not equal(digest_of(name, stamped), stated):
        raise SignatureInvalid(part="timestamp")
    return CheckedTimestamp(checked, time)
