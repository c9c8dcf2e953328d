"""What the prefecture's register server needs from outside: its tables and the way to the national register."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice


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


class Store(Protocol):
    """Storage of the prefecture's register server."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def person_count(self) -> int:
        """Return how many persons are held as being in a register."""
