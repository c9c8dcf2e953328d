"""A request for a copy as the counter takes it, the decision about it, and the issue that is kept."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.copies.kinds import (
    CopyKind,
    Delivery,
    IdentityLevel,
    Interest,
    Item,
    Paper,
    Place,
    Profession,
    Requester,
    Scope,
    Shown,
    Way,
)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a copy leaves: `address` and `reason` for another place; `found_justified` is the clerk's finding."""

    delivery: Delivery = Delivery.DIRECT
    place: Place = Place.NONE
    address: str = field(default="", repr=False)
    reason: str = ""
    found_justified: bool = False

    @property
    def justified(self) -> bool:
        """Whether another place was asked for with a reason, and the clerk found both justified."""
        return self.found_justified and bool(self.reason.strip()) and bool(self.address.strip())


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. `resident` is set when it is somebody of this register; `body` names office, firm or client.

    `guardian`: a legal representative of an adult ward. `acts_for_offender`: the requester is the person named in a
    support measure, or their agent or lawyer (R-075).
    """

    kind: Requester
    name: str = field(repr=False)
    resident: str = ""
    body: str = ""
    guardian: bool = False
    interest: Interest = Interest.NONE
    profession: Profession = Profession.NONE
    acts_for_offender: bool = False


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """請求書. `person` is the record asked about; with scope HOUSEHOLD everybody who lives with them.

    `purpose` states the use; required where the Act asks for it. `free_by` names the law by which no fee is taken.
    """

    request_id: str
    kind: CopyKind
    person: str
    asker: Asker
    scope: Scope = Scope.PERSON
    way: Way = Way.COUNTER
    sending: Sending = Sending()
    items: frozenset[Item] = frozenset()
    shown: frozenset[Shown] = frozenset()
    questioned: bool = False
    papers: frozenset[Paper] = frozenset()
    purpose: str = ""
    copies: int = 1
    free_by: str = ""

    @property
    def identity(self) -> IdentityLevel:
        """How surely the requester is known."""
        if any(one.has_photo for one in self.shown):
            return IdentityLevel.PHOTO
        if len(self.shown) > 1:
            return IdentityLevel.TWO_DOCUMENTS
        return IdentityLevel.QUESTIONED if self.shown and self.questioned else IdentityLevel.NONE


@dataclass(frozen=True, slots=True)
class NationwideQuery:
    """A copy asked for at another municipality: who, by the four items, and what is to stand on it (12条の4).

    `shown` is the one document with a photograph that the counter saw; `by` is self or somebody of the household.
    """

    request_id: str
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: int = field(repr=False)
    address: str = field(repr=False)
    by: Requester
    shown: Shown
    scope: Scope = Scope.PERSON
    items: frozenset[Item] = frozenset()


class IssueStep(enum.StrEnum):
    """What happened to an issued copy."""

    ISSUED = "issued"
    PRINTED = "printed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issued copy. `subjects` are records here, empty when the record is elsewhere (`home` is its code then).

    `digest` is a keyed one of the page without its seal, so that a reprint is the same page or none.
    """

    issue: str
    number: str
    kind: CopyKind
    scope: Scope
    requester: Requester
    way: Way
    delivery: Delivery
    identity: IdentityLevel
    shown: tuple[Shown, ...]
    items: tuple[Item, ...]
    subjects: tuple[str, ...]
    copies: int
    fee_yen: int
    issued_on: date
    digest: bytes
    home: str = ""
    asked_by: str = ""
    """Code of the municipality at whose counter it was handed out."""


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """One step of an issue; never altered."""

    issue: str
    step: IssueStep
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with its steps in order."""

    issue: Issue
    steps: tuple[IssueEvent, ...]

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return any(one.step is IssueStep.CANCELLED for one in self.steps)

    @property
    def prints(self) -> int:
        """How often its page was made; more than one is a reprint."""
        return sum(one.step is IssueStep.PRINTED for one in self.steps)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of the day's report: copies and fees of one kind; cancelled issues count as none."""

    kind: CopyKind
    issues: int
    copies: int
    with_number: int
    reprints: int
    cancelled: int
    fees_yen: int
