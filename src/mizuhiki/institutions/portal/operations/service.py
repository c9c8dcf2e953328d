"""The portal's operations bound to their adapters, for the pages, tests and the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.portal.domain.assessments import AssessmentReceipt, AssessmentSubmission
from mizuhiki.institutions.portal.operations.ask_card import AskCard
from mizuhiki.institutions.portal.operations.open_account import OpenAccount
from mizuhiki.institutions.portal.operations.open_history import OpenHistory
from mizuhiki.institutions.portal.operations.open_look_ups import OpenLookUps
from mizuhiki.institutions.portal.operations.read_notices import ReadNotices
from mizuhiki.institutions.portal.operations.sign_in import SignIn
from mizuhiki.institutions.portal.ports import Commission
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.statute import CurrentStatute

SUBMIT = "submit-assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Use cases by name; `history_hash` gives the context hash of a history opening for its request id.

    `statute` is the law with everybody's ordinances, for the words of what was asked.
    """

    card: AskCard
    sign_in: SignIn
    account: OpenAccount
    notices: ReadNotices
    history: OpenHistory
    look_ups: OpenLookUps
    history_hash: Callable[[str], bytes]
    look_ups_hash: Callable[[str], bytes]
    commission: Commission
    authority: Authority
    statute: CurrentStatute

    def submit_assessment(
        self,
        context: Context,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        *,
        serious_accident: bool,
        document: bytes,
    ) -> AssessmentReceipt:
        """Hand in the portal's protection assessment; the same document is one submission (番号法27条, 28条; R-263)."""
        self.authority.require(context, SUBMIT)
        digest = sha256(document)
        return self.commission.submit(
            AssessmentSubmission(
                submission_id=digest.hex()[:32],
                affair=affair,
                title=title,
                persons=persons,
                handlers=handlers,
                serious_accident=serious_accident,
                document_digest=digest,
            )
        )
