"""Protection assessments (特定個人情報保護評価, 番号法27条, 28条; R-024, R-263).

The level follows from the number of persons, the number of handlers and serious accidents within a year (特定個人情報
保護評価に関する規則・指針): below 1,000 persons none is required; below 10,000 the basic items; below 100,000 the basic
items, or the priority items with 500 handlers or an accident; below 300,000 the priority items, or all items with 500
handlers or an accident; from 300,000 all items.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime

from mizuhiki.institutions.commission.domain.errors import AssessmentStepImpossible
from mizuhiki.vocabulary.ids import InstitutionId

_SMALLEST_FILE = 1_000
_BASIC_ONLY = 10_000
_PRIORITY_AT_RISK = 100_000
_ALL_ITEMS = 300_000
_MANY_HANDLERS = 500


class Level(enum.StrEnum):
    """How thorough an assessment must be."""

    NOT_REQUIRED = "not-required"
    BASIC = "basic-items"
    PRIORITY = "priority-items"
    ALL = "all-items"


class State(enum.StrEnum):
    """Where an assessment stands."""

    EXEMPT = "exempt"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


ALLOWS_LINKAGE = frozenset({State.PUBLISHED, State.EXEMPT})
"""A file below 1,000 persons needs no assessment, so its declaration suffices; every other one must be published."""


def required_level(*, persons: int, handlers: int, serious_accident: bool) -> Level:
    """Return the level the guideline demands."""
    at_risk = handlers >= _MANY_HANDLERS or serious_accident
    if persons < _SMALLEST_FILE:
        return Level.NOT_REQUIRED
    if persons < _BASIC_ONLY:
        return Level.BASIC
    if persons < _PRIORITY_AT_RISK:
        return Level.PRIORITY if at_risk else Level.BASIC
    if persons < _ALL_ITEMS:
        return Level.ALL if at_risk else Level.PRIORITY
    return Level.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment of one institution for one affair; `document_digest` is SHA-256 of the document handed in."""

    assessment_id: str
    submission_id: str
    institution: InstitutionId
    affair: str
    title: str
    persons: int
    handlers: int
    serious_accident: bool
    document_digest: bytes
    level: Level
    state: State
    submitted_at: datetime
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def same_content(self, other: Assessment) -> bool:
        """Tell whether another submission says the same."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("affair", "title", "persons", "handlers", "serious_accident", "document_digest")
        )

    def publish(self, now: datetime) -> Assessment:
        """Return the assessment published.

        Raises:
            AssessmentStepImpossible: it is not a submitted one.
        """
        if self.state is not State.SUBMITTED:
            raise AssessmentStepImpossible(state=self.state.value)
        return replace(self, state=State.PUBLISHED, published_at=now)

    def withdraw(self, now: datetime) -> Assessment:
        """Return the assessment withdrawn; from then on it allows nothing.

        Raises:
            AssessmentStepImpossible: it is withdrawn already.
        """
        if self.state is State.WITHDRAWN:
            raise AssessmentStepImpossible(state=self.state.value)
        return replace(self, state=State.WITHDRAWN, withdrawn_at=now)
