"""Signatures inside PDF documents (ISO 32000-2 §12.8, PAdES): what each covers and whether the document changed since.

pyHanko reads the file and judges changes; the CMS inside is checked by `crypto.x509.cms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from mizuhiki.crypto.x509.cms import CheckedCms, check_cms
from mizuhiki.crypto.x509.path.algorithms import AlgorithmPolicy
from mizuhiki.crypto.x509.refusals import AlgorithmRefused, DocumentChanged, SignatureMalformed

_MOST_SIGNATURES: Final = 50
_READ_ERRORS: Final = (PdfReadError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError, OSError)


@dataclass(frozen=True, slots=True)
class CheckedPdfSignature:
    """One signature of a document. `whole_file`: nothing at all was added after it; else only status material was."""

    field: str
    cms: CheckedCms
    whole_file: bool


def check_pdf_signatures(document: bytes, policy: AlgorithmPolicy) -> tuple[CheckedPdfSignature, ...]:
    """Check every signature of a document, oldest first.

    Raises:
        SignatureMalformed: not a PDF, or without a signature.
        DocumentChanged: one does not cover what it should, or more than status material was added after it.
        SignatureInvalid, AlgorithmRefused, WeakKey: see `check_cms`.
    """
    try:
        reader = PdfFileReader(BytesIO(document), strict=True)
        found = list(reader.embedded_regular_signatures)
    except _READ_ERRORS as cause:
        raise SignatureMalformed(part="document") from cause
    if not found or len(found) > _MOST_SIGNATURES:
        raise SignatureMalformed(part="signature-count")
    return tuple(_check(signature, policy, later=len(found) - 1 - place) for place, signature in enumerate(found))


def _check(signature: EmbeddedPdfSignature, policy: AlgorithmPolicy, *, later: int) -> CheckedPdfSignature:
    try:
        signature.compute_integrity_info()
        found = signature.summarise_integrity_info()
        coverage, difference, permitted = found["coverage"], found["diff_result"], found["docmdp_ok"]
        contents = signature.pkcs7_content
        hash_name = signature.md_algorithm
        digest = signature.compute_digest()
    except _READ_ERRORS as cause:
        raise SignatureMalformed(part="document") from cause
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise DocumentChanged(part="coverage")
    whole = coverage is SignatureCoverageLevel.ENTIRE_FILE
    changes = difference.modification_level if isinstance(difference, DiffResult) else ModificationLevel.OTHER
    # a later signature fills a form field; that is the only further change that is let through
    most = ModificationLevel.FORM_FILLING if later else ModificationLevel.LTA_UPDATES
    # bytes after the end that change nothing are no revision, and no reader is bound to ignore them
    unchanged = changes is ModificationLevel.NONE
    if not whole and (permitted is False or unchanged or changes > most):
        raise DocumentChanged(part="modification")
    if hash_name not in policy.digests:
        raise AlgorithmRefused(algorithm=hash_name)
    checked = check_cms(_unpadded(contents), policy, digest=digest)
    return CheckedPdfSignature(signature.field_name, checked, whole)


def _unpadded(contents: bytes) -> bytes:
    """Return the CMS object without the zeros that fill its place in the file."""
    if len(contents) < 2 or contents[0] != 0x30:  # noqa: PLR2004 - a DER SEQUENCE
        raise SignatureMalformed(part="contents")
    size = contents[1]
    header = 2
    if size & 0x80:
        header += size & 0x7F
        size = int.from_bytes(contents[2:header], "big")
    if any(contents[header + size :]):
        raise SignatureMalformed(part="contents")
    return contents[: header + size]
