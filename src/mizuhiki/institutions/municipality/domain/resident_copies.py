"""What other institutions are told of the resident record (住民票関係情報; 番号法22条; layout ``resident-record``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.persons import ChangeReason, Position, Relationship

KIND = "resident-record"
EVERY_YEAR = 0
"""Fiscal year of a copy that answers for each year."""
_REMOVED = {
    ChangeReason.MOVE_OUT: "move-out",
    ChangeReason.MOVE_ABROAD: "move-out",
    ChangeReason.DEATH: "death",
    ChangeReason.EX_OFFICIO_REMOVAL: "ex-officio-removal",
}


@dataclass(frozen=True, slots=True)
class Residence:
    """A person's place in the register; `household_size` counts the current members, the person included."""

    relationship: Position
    since: date
    household_size: int
    until: date | None = None
    reason: ChangeReason | None = None

    def items(self) -> dict[str, Scalar]:
        """Return the held items of the layout; of a removed record only that it is one, since when and why."""
        if self.until is None:
            return {
                "resident": True,
                "household_head": self.relationship is Relationship.HEAD,
                "relationship": self.relationship.value,
                "resident_since": self.since.isoformat(),
                "household_size": self.household_size,
            }
        removed: dict[str, Scalar] = {
            "resident": False,
            "resident_since": self.since.isoformat(),
            "resident_until": self.until.isoformat(),
        }
        if self.reason in _REMOVED:
            removed["removal_reason"] = _REMOVED[self.reason]
        return removed


def residence_of(record: ResidentRecord, household_size: int) -> Residence:
    """Return what a whole record says."""
    return Residence(
        record.relationship, record.resident_since, household_size, record.removed_on, record.removal_reason
    )


@dataclass(frozen=True, slots=True)
class DueCopy:
    """Marks that a record changed since its person's copy was sent; `last_mark` is the newest one seen."""

    addressee_number: str
    resident: str
    last_mark: int


@dataclass(frozen=True, slots=True)
class ResidentCopy:
    """What is to be sent about a person now; `version` was given to no copy of theirs before.

    `turned`: with the copy before it was otherwise, so that the own intermediate server is told to withhold, or no
    longer to withhold, whatever else it holds about the person (tax, awards).
    """

    addressee_number: str
    residence: Residence
    hidden: bool
    version: int
    turned: bool = False


class ResidentCopyRecords(Protocol):
    """Which copies are due, in the open transaction. Whatever changes a record or its household marks it."""

    def due(self, limit: int, after: int, *, beside: Collection[str] = (), hidden: bool = False) -> list[DueCopy]:
        """Return records with marks whose persons have an addressee number, by newest mark, beyond `after`.

        `beside` names records: only those and the present members of their households are looked at. `hidden` looks
        only at records under a support measure and the present members of their households.
        """

    def take(self, addressee_numbers: Sequence[str]) -> list[ResidentCopy]:
        """Return what the register says of persons now, each under the next version of their copy."""

    def settle(self, sent: Sequence[DueCopy]) -> None:
        """Delete marks up to the newest one seen; what was marked since stays due."""


class WithResidentCopies(Protocol):
    """The part of a transaction that knows which copies are due."""

    @property
    def resident_copies(self) -> ResidentCopyRecords:
        """Copies of resident records that are due at the own intermediate server."""
