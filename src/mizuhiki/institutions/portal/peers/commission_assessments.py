"""Hands the portal's protection assessment to the commission (番号法27条, 28条)."""

from __future__ import annotations

from mizuhiki.institutions.portal.domain.assessments import AssessmentReceipt, AssessmentSubmission
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import commission

COMMISSION = institution_id(InstitutionKind.COMMISSION)


class CommissionAssessments:
    """Implements `ports.Commission`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def submit(self, submission: AssessmentSubmission) -> AssessmentReceipt:
        """Hand in an assessment."""
        receipt = self._peers.call(
            COMMISSION,
            commission.SUBMIT_ASSESSMENT,
            commission.AssessmentSubmission(
                submission_id=submission.submission_id,
                affair=submission.affair,
                title=submission.title,
                persons=submission.persons,
                handlers=submission.handlers,
                serious_accident=submission.serious_accident,
                document_digest=submission.document_digest,
            ),
        )
        return AssessmentReceipt(receipt.assessment_id, receipt.level, receipt.state)
