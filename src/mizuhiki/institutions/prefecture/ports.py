"""What the prefecture's register server needs from outside: its tables and the way to the national register."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from mizuhiki.institutions.prefecture.domain.holdings import Holding
from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.reconciliation import HeldRecord
from mizuhiki.vocabulary.register_access.look_ups import LookUp


class Records(Protocol):
    """One write transaction."""

    def change_known(self, change_id: str) -> bool:
        """Say whether a notice was taken before."""

    def last_sequence(self, notice: IdentificationNotice) -> int:
        """Return the person's last sequence from the notice's municipality, 0 when none."""

    def keep(self, notice: IdentificationNotice, now: datetime) -> None:
        """Make the notice the person's identification information and keep it in the history."""

    def pass_on(self, notices: Sequence[IdentificationNotice]) -> None:
        """Queue the notices for the national register in this transaction."""

    def by_number(self, number: IndividualNumber) -> Holding | None:
        """Return the holder of a number who is in a register of the prefecture now."""

    def held(self, municipality_code: str) -> Sequence[HeldRecord]:
        """Return everybody held as being in a municipality's register."""

    def persons(self, codes: Sequence[ResidentRecordCode]) -> Sequence[str]:
        """Return the chains of those codes, each once."""

    def record_look_up(self, look_up: LookUp) -> None:
        """Append the look-up to the person's chain of the own ledger."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0) -> None:
        """Write an audit record; no code, no number, no item."""


class Store(Protocol):
    """Storage of the prefecture's register server."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""

    def bundle(self, person: str) -> str:
        """Return a person's look-ups with every proof, as JSON.

        Raises:
            NoCheckpointYet: nothing was ever signed.
        """

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person; the gate asks before every disclosure."""

    def person_count(self) -> int:
        """Return how many persons are held as being in a register."""


class NationalServer(Protocol):
    """The national register's server, asked about residents of other prefectures (住基法30条の11)."""

    def search(self, affair: str, number: IndividualNumber) -> FourItems | None:
        """Return the four items of a number's holder, or nothing; its refusals are raised as they come."""
