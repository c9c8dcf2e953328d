"""Seals on PDF files: PAdES B-T signatures (ETSI EN 319 142-1) with an office's key, stamped by a clock (RFC 3161).

    sealed = seal_pdf(pdf, mayor, at, clock=stamping_clock)

The signature certifies the file: nothing may be changed or added after it. `at` is the time that the signature and the
clock state; the clock is a seal with a certificate for time-stamping.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.model import DocumentMetadata
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, general
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.x509 import OfficeSeal
from mizuhiki.documents.errors import PageUnreadable, SealUnusable

FIELD = "OfficeSeal"
_POLICY = "1.2.392.200000.0.1"
"""Names no real policy: the arc is not assigned."""
_SERIAL_BYTES = 16


class _Metadata(DocumentMetadata):
    """Metadata that state a given time of change, whatever the library writes there."""

    def __init__(self, at: datetime) -> None:
        object.__setattr__(self, "_at", at)
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, self._at if name == "last_modified" else value)  # type: ignore[attr-defined] # set above


class _Writer(IncrementalPdfFileWriter):
    """Adds to a file without chance: time and identifier follow from what is given."""

    def __init__(self, pdf: bytes, at: datetime) -> None:
        super().__init__(io.BytesIO(pdf), strict=True)
        self._meta = _Metadata(at)
        first, _ = self._document_id
        self._document_id = generic.ArrayObject([first, generic.ByteStringObject(sha256(pdf)[:_SERIAL_BYTES])])


class _OfficeSigner(Signer):
    """Lets an office's key sign without handing it to the PDF library."""

    def __init__(self, seal: OfficeSeal) -> None:
        super().__init__(
            signing_cert=x509.Certificate.load(seal.certificate),
            cert_registry=SimpleCertificateStore.from_certs(_certificates(seal.chain)),
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
        )
        self._seal = seal

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - the library's signature
        """Return the signature; `dry_run` asks for its length only."""
        if digest_algorithm != "sha256":
            raise SealUnusable
        return bytes(self._seal.signature_length) if dry_run else self._seal.sign(data)

    async def async_sign(self, *args: Any, **kwargs: Any) -> cms.ContentInfo:  # noqa: ANN401 - the library's signature
        """Return the signed structure with its certificates in the order of DER, which the library leaves to chance."""
        made = await super().async_sign(*args, **kwargs)
        signed = made["content"]
        signed["certificates"] = sorted(signed["certificates"], key=lambda one: bytes(one.dump()))
        return made


class StampingClock(TimeStamper):
    """A time-stamping authority (RFC 3161) in this process, which states `at` for whatever it is shown."""

    def __init__(self, seal: OfficeSeal, at: datetime) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call] # the library annotates in part
        self._seal = seal
        self._certificate = x509.Certificate.load(seal.certificate)
        self._at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the stamped answer to a request."""
        imprint = req["message_imprint"]
        serial = int.from_bytes(sha256(imprint.dump() + self._at.isoformat().encode())[:_SERIAL_BYTES], "big")
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": tsp.ObjectIdentifier(_POLICY),
                "message_imprint": imprint,
                "serial_number": serial,
                "gen_time": self._at,
                "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
            }
        )
        signed = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(info.dump())})
        return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": signed})

    def _signed(self, info: bytes) -> cms.SignedData:
        attributes = cms.CMSAttributes(
            [
                general.simple_cms_attribute("content_type", "tst_info"),
                general.simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(self._at)})),
                general.simple_cms_attribute(
                    "signing_certificate_v2", general.as_signing_certificate_v2(self._certificate)
                ),
                general.simple_cms_attribute("message_digest", sha256(info)),
            ]
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        identity = cms.IssuerAndSerialNumber(
            {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": identity}),
                "digest_algorithm": digest,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "signed_attrs": attributes,
                "signature": self._seal.sign(attributes.dump()),
            }
        )
        content = {"content_type": cms.ContentType("tst_info"), "content": cms.ParsableOctetString(info)}
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms((digest,)),
                "encap_content_info": cms.EncapsulatedContentInfo(content),
                "certificates": [self._certificate, *_certificates(self._seal.chain)],
                "signer_infos": [signer],
            }
        )


def _certificates(chain: Sequence[bytes]) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for der in chain]


class _PdfSigner(PdfSigner):
    """A signer whose file states a given time, not the one of this machine."""

    def __init__(self, metadata: PdfSignatureMetadata, seal: OfficeSeal, clock: OfficeSeal, at: datetime) -> None:
        super().__init__(metadata, signer=_OfficeSigner(seal), timestamper=StampingClock(clock, at))
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Begin to sign at the stated time."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def seal_pdf(
    pdf: bytes, seal: OfficeSeal, at: datetime, *, clock: OfficeSeal, reason: str = "", place: str = ""
) -> bytes:
    """Return a PDF file with the seal of an office; the same input gives the same file.

    Args:
        pdf: the file, not sealed yet.
        seal: the office's seal.
        at: the time of sealing, with its zone.
        clock: the seal of the time-stamping clock.
        reason: what the seal certifies, shown by readers (such as the 認証文).
        place: where it was sealed.

    Raises:
        SealUnusable: a certificate is not valid at that time.
        PageUnreadable: not a PDF file, or one that is sealed already.
    """
    if not (seal.valid_at(at) and clock.valid_at(at)):
        raise SealUnusable
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason or None,
        location=place or None,
    )
    try:
        writer = _Writer(pdf, at)
        if list(fields.enumerate_sig_fields(writer)):
            raise PageUnreadable
        signer = _PdfSigner(metadata, seal, clock, at)
        written = asyncio.run(signer.async_sign_pdf(writer))
    except (PdfError, ValueError, KeyError) as error:
        raise PageUnreadable from error
    return bytes(written.getvalue())
