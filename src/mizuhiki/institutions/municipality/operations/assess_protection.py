"""Hand a protection assessment in before a file is held (特定個人情報保護評価; 番号法28条)."""

from __future__ import annotations

from mizuhiki.casework.ports import AssessmentReceipt
from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.runtime.context import Context


def submit_assessment(
    context: Context,
    adapters: Adapters,
    *,
    affair: str,
    title: str,
    persons: int,
    handlers: int,
    serious_accident: bool,
    document: bytes,
) -> AssessmentReceipt:
    """Return where the assessment stands; the document itself stays here, its digest goes out."""
    grounds = adapters.permit(context, "submit-assessment")
    receipt = adapters.assessments.submit(
        adapters.randomness.token(),
        affair=affair,
        title=title,
        persons=persons,
        handlers=handlers,
        serious_accident=serious_accident,
        document_digest=sha256(document),
    )
    with adapters.store.transaction() as records:
        records.audit(grounds, "assessment-submitted", "done", subject=receipt.assessment_id)
    return receipt
