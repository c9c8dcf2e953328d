"""Signatures in PDF documents. Apart from `verifier`, so that only who verifies documents loads a PDF reader."""

from __future__ import annotations

from mizuhiki.crypto.x509.path import StatusMaterial
from mizuhiki.crypto.x509.pdf import check_pdf_signatures
from mizuhiki.jpki_verify.results import TimeBasis, VerifiedSignature
from mizuhiki.jpki_verify.verifier import Moment, Verifier


def verify_pdf(
    verifier: Verifier,
    document: bytes,
    *,
    moment: Moment,
    material: StatusMaterial | None = None,
    basis: TimeBasis = TimeBasis.NOW,
) -> tuple[VerifiedSignature, ...]:
    """Return every signature of a document, oldest first; one that fails refuses the document.

    Raises:
        SignatureMalformed: not a PDF, or not signed.
        DocumentChanged: changed after it was signed.
        Others: see `Verifier.verify_cms`.
    """
    found = check_pdf_signatures(document, verifier.policy.formats.algorithms)
    return tuple(
        verifier.judge(signature.cms, moment=moment, material=material or StatusMaterial(), basis=basis)
        for signature in found
    )
