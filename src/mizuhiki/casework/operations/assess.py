"""Hand a protection assessment in at the commission before holding a file (番号法27条, 28条; R-024)."""

from __future__ import annotations

from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.ports import AssessmentReceipt, RecordsT
from mizuhiki.crypto.digests import sha256
from mizuhiki.runtime.context import Context

SUBMIT = "submit-assessment"


def submit_assessment(
    context: Context,
    adapters: CaseAdapters[RecordsT],
    *,
    affair: str,
    title: str,
    persons: int,
    handlers: int,
    serious_accident: bool,
    document: bytes,
) -> AssessmentReceipt:
    """Return where the assessment stands; only the document's digest leaves.

    Raises:
        AffairNotLawful: the number may not be used for the affair.
    """
    adapters.permit(context, SUBMIT)
    return adapters.assessments.submit(
        adapters.randomness.token(),
        affair=affair,
        title=title,
        persons=persons,
        handlers=handlers,
        serious_accident=serious_accident,
        document_digest=sha256(document),
    )
