"""Rows of the commission's tables as domain values, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from mizuhiki.institutions.commission.domain.assessments import Assessment, Level, State
from mizuhiki.institutions.commission.domain.conversion import Decision
from mizuhiki.vocabulary.ids import parse_institution_id


def assessment_values(assessment: Assessment) -> dict[str, Any]:
    """Return the column values of an assessment."""
    return {
        "assessment_id": assessment.assessment_id,
        "submission_id": assessment.submission_id,
        "institution": assessment.institution,
        "affair": assessment.affair,
        "title": assessment.title,
        "persons": assessment.persons,
        "handlers": assessment.handlers,
        "serious_accident": assessment.serious_accident,
        "document_digest": assessment.document_digest,
        "level": assessment.level.value,
        "state": assessment.state.value,
        "submitted_at": assessment.submitted_at,
        "published_at": assessment.published_at,
        "withdrawn_at": assessment.withdrawn_at,
    }


def read_assessment(row: Row[Any]) -> Assessment:
    """Return the assessment of a row."""
    return Assessment(
        assessment_id=row.assessment_id,
        submission_id=row.submission_id,
        institution=parse_institution_id(row.institution),
        affair=row.affair,
        title=row.title,
        persons=row.persons,
        handlers=row.handlers,
        serious_accident=row.serious_accident,
        document_digest=row.document_digest,
        level=Level(row.level),
        state=State(row.state),
        submitted_at=row.submitted_at,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
    )


def read_decision(row: Row[Any]) -> Decision:
    """Return the decision of a row."""
    return Decision(
        at=row.at,
        purpose=row.purpose,
        asker=row.asker,
        recipient=row.recipient,
        affair=row.affair,
        procedure=row.procedure,
        kinds=tuple(row.kinds),
        persons=row.persons,
        allowed=row.allowed,
        rule=row.rule,
        detail=row.detail,
        case_hash=row.case_hash,
    )
