"""The portal's own protection assessment (特定個人情報保護評価)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssessmentSubmission:
    """What is handed in; `document_digest` is SHA-256 of the document."""

    submission_id: str
    affair: str
    title: str
    persons: int
    handlers: int
    serious_accident: bool
    document_digest: bytes


@dataclass(frozen=True, slots=True)
class AssessmentReceipt:
    """Where the commission stands with it."""

    assessment_id: str
    level: str
    state: str
