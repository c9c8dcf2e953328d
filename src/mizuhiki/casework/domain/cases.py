"""A case from claim to notice: where it stands, what was asked and answered, who decided."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.casework.domain.errors import ClaimNotInState, UnknownPerson
from mizuhiki.casework.domain.persons import PersonForm, Role, Subject
from mizuhiki.vocabulary.layouts import Scalar

PROVIDED = "provided"
NO_DATA = "no-data"
NO_ANSWER = frozenset({"unavailable", "pending"})
"""Outcomes after which the same question is put again: nobody refused, nobody answered."""


class CaseState(enum.StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    EXAMINED = "examined"
    PROPOSED = "proposed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({CaseState.RECEIVED, CaseState.EXAMINED, CaseState.PROPOSED})
_ALLOWED = {
    CaseState.RECEIVED: {CaseState.EXAMINED, CaseState.WITHDRAWN},
    CaseState.EXAMINED: {CaseState.EXAMINED, CaseState.PROPOSED, CaseState.WITHDRAWN},
    CaseState.PROPOSED: {CaseState.EXAMINED, CaseState.PROPOSED, CaseState.DECIDED, CaseState.WITHDRAWN},
    CaseState.DECIDED: set[CaseState](),
    CaseState.WITHDRAWN: set[CaseState](),
}


def require_move(state: CaseState, following: CaseState) -> None:
    """Check that a case may go from `state` to `following`.

    Raises:
        ClaimNotInState: it may not.
    """
    if following not in _ALLOWED[state]:
        raise ClaimNotInState(state=state.value, wanted=following.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A claim as handed in; `stated` holds what the claim says beyond the people. Nothing is attached (R-217)."""

    request_id: str
    procedure: str
    received_on: date
    people: tuple[PersonForm, ...]
    stated: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What became of one question.

    `statute` names the row of the statute table that allows it and `condition` what that row says beside; `outcome` is
    ``provided``, ``no-data``, ``unavailable``, ``pending`` or the code of a refusal, whose rule `refused_by` and
    `detail` give. `receipt` proves the deemed submission (番号法22条2項).
    """

    person: str
    kind: str
    year: int
    provider: str
    outcome: str
    asked_at: datetime
    statute: str = ""
    condition: str = ""
    exchange_number: str = ""
    layout_version: str = ""
    items: Mapping[str, Scalar] = field(default_factory=dict)
    receipt: str = ""
    refused_by: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTaken:
    """A paper taken where linkage gave nothing; `items` are what a clerk read from it, by names of the layout."""

    person: str
    kind: str
    description: str
    items: Mapping[str, Scalar]
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that was applied; `rule` is its stable code, `citation` the article, `values` what it met."""

    rule: str
    citation: str
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule says of a case; `outcome` is the body's own word, `terms` what is granted, `sources` its evidence."""

    granted: bool
    outcome: str
    terms: Mapping[str, Scalar]
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment order; `label` says what for, in the body's words."""

    payment_id: str
    amount_yen: int
    pay_on: date
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to the applicant's portal account."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One line of a case's history; `actor` is role and account."""

    at: datetime
    step: str
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case with everything that happened. Names of people stand with the people, not here."""

    case: str
    procedure: str
    received_on: date
    subjects: tuple[Subject, ...]
    stated: Mapping[str, Scalar]
    state: CaseState = CaseState.RECEIVED
    proposal: Proposal | None = None
    proposed_by: str = ""
    approved_by: str = ""
    decided_on: date | None = None
    notice_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    papers: tuple[PaperTaken, ...] = ()
    payments: tuple[Payment, ...] = ()
    history: tuple[CaseStep, ...] = ()

    @property
    def applicant(self) -> Subject:
        """Return the applicant's place."""
        return next(one for one in self.subjects if one.role is Role.APPLICANT)

    def subject(self, person: str) -> Subject:
        """Return a person's place.

        Raises:
            UnknownPerson: nobody of that name is in the case.
        """
        found = next((one for one in self.subjects if one.person == person), None)
        if found is None:
            raise UnknownPerson
        return found

    def asked(self, person: str, kind: str, year: int) -> tuple[Evidence, ...]:
        """Return the answers to one question, oldest first."""
        return tuple(e for e in self.evidence if (e.person, e.kind, e.year) == (person, kind, year))

    def paper(self, person: str, kind: str) -> PaperTaken | None:
        """Return the newest paper about one person and kind."""
        return next((p for p in reversed(self.papers) if (p.person, p.kind) == (person, kind)), None)
