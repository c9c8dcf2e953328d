"""Take, publish and withdraw protection assessments (番号法27条, 28条; R-024, R-263)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.commission.domain.assessments import Assessment, Level, State, required_level
from mizuhiki.institutions.commission.domain.errors import (
    AssessmentChanged,
    AssessmentSubmissionMalformed,
    AssessmentUnknown,
)
from mizuhiki.institutions.commission.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.affairs import AffairNotLawful, is_ordinance_affair
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import CurrentStatute, lawful_affair

SUBMIT = "submit-assessment"
PUBLISH = "publish-assessment"
WITHDRAW = "withdraw-assessment"
LIST = "list-assessments"
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What an institution hands in; `document_digest` is SHA-256 of the document."""

    submission_id: str
    affair: str
    title: str
    persons: int
    handlers: int
    serious_accident: bool
    document_digest: bytes


@dataclass(frozen=True, slots=True)
class KeepAssessments:
    """The register of assessments."""

    store: Store
    authority: Authority
    randomness: Randomness
    statute: CurrentStatute

    def submit(self, context: Context, *, institution: InstitutionId, submission: Submission) -> Assessment:
        """Take an assessment and return it with the level it must have; the same submission again changes nothing.

        Raises:
            AffairNotLawful: the number may not be used for the affair on this day.
            AssessmentSubmissionMalformed: an impossible value.
            AssessmentChanged: the submission id was used for other content.
        """
        self.authority.require(context, SUBMIT)
        self._require_affair(context, institution, submission.affair)
        assessment = self._new(context, institution, submission)
        with self.store.transaction() as records:
            known = records.assessment_of_submission(institution, submission.submission_id)
            if known is not None:
                if not known.same_content(assessment):
                    raise AssessmentChanged
                return known
            self._put(context, records, assessment)
        return assessment

    def _require_affair(self, context: Context, institution: InstitutionId, affair: str) -> None:
        """Check the affair; one of an ordinance may begin later, as its assessment comes before its file (28条)."""
        try:
            lawful_affair(self.statute, institution, affair, context.today())
        except AffairNotLawful as error:
            if not is_ordinance_affair(affair) or error.fields.get("reason") != "not-yet":
                raise

    def publish(self, context: Context, assessment_id: str) -> Assessment:
        """Publish a submitted assessment; from then on the institution may link for its affair.

        Raises:
            AssessmentUnknown, AssessmentStepImpossible: see `domain.assessments`.
        """
        self.authority.require(context, PUBLISH)
        with self.store.transaction() as records:
            assessment = self._found(records, assessment_id).publish(context.now())
            self._put(context, records, assessment)
        return assessment

    def withdraw(self, context: Context, assessment_id: str) -> Assessment:
        """Withdraw an assessment; what it allowed is refused from now on.

        Raises:
            AssessmentUnknown, AssessmentStepImpossible: see `domain.assessments`.
        """
        self.authority.require(context, WITHDRAW)
        with self.store.transaction() as records:
            assessment = self._found(records, assessment_id).withdraw(context.now())
            self._put(context, records, assessment)
        return assessment

    def listed(self, context: Context, institution: InstitutionId | None = None) -> list[Assessment]:
        """Return all assessments or those of one institution, newest first."""
        self.authority.require(context, LIST)
        return self.store.assessments(institution)

    def one(self, context: Context, assessment_id: str) -> Assessment:
        """Return an assessment.

        Raises:
            AssessmentUnknown: there is none of this id.
        """
        self.authority.require(context, LIST)
        with self.store.transaction() as records:
            return self._found(records, assessment_id)

    @staticmethod
    def _found(records: Records, assessment_id: str) -> Assessment:
        assessment = records.assessment(assessment_id)
        if assessment is None:
            raise AssessmentUnknown
        return assessment

    @staticmethod
    def _put(context: Context, records: Records, assessment: Assessment) -> None:
        records.put_assessment(assessment)
        actor = context.actor
        records.note_step(assessment, at=context.now(), actor=actor.person or actor.institution, role=actor.role)

    def _new(self, context: Context, institution: InstitutionId, submission: Submission) -> Assessment:
        counts_possible = submission.persons >= 0 and submission.handlers >= 0
        if not counts_possible or not submission.title.strip() or len(submission.document_digest) != _DIGEST_BYTES:
            raise AssessmentSubmissionMalformed
        level = required_level(
            persons=submission.persons, handlers=submission.handlers, serious_accident=submission.serious_accident
        )
        return Assessment(
            assessment_id=self.randomness.token(),
            submission_id=submission.submission_id,
            institution=institution,
            affair=submission.affair,
            title=submission.title.strip(),
            persons=submission.persons,
            handlers=submission.handlers,
            serious_accident=submission.serious_accident,
            document_digest=submission.document_digest,
            level=level,
            state=State.EXEMPT if level is Level.NOT_REQUIRED else State.SUBMITTED,
            submitted_at=context.now(),
        )
