"""What is known of a case when it is decided, and from where."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.casework.domain.errors import EvidenceMissing
from mizuhiki.casework.domain.persons import Role
from mizuhiki.vocabulary.layouts import Scalar


class Source(enum.StrEnum):
    """Where a finding comes from."""

    LINKAGE = "linkage"
    PAPER = "paper"
    NO_DATA = "no-data"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one person; `reference` names exchange or paper. Without data, `items` is empty."""

    person: str
    role: Role
    kind: str
    year: int
    source: Source
    items: Mapping[str, Scalar]
    reference: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a decision rests on."""

    found: tuple[Finding, ...]

    def of(self, role: Role, kind: str) -> tuple[Finding, ...]:
        """Return what is known about everybody in a role."""
        return tuple(one for one in self.found if one.role is role and one.kind == kind)

    def one(self, role: Role, kind: str) -> Finding:
        """Return what is known about the one person in a role.

        Raises:
            EvidenceMissing: nothing is known.
        """
        found = self.of(role, kind)
        if not found:
            raise EvidenceMissing(kind=kind, role=role.value)
        return found[0]

    def sources(self) -> tuple[str, ...]:
        """Return one line for each finding: kind, source and reference."""
        return tuple(f"{one.kind}: {one.source.value}, {one.reference}" for one in self.found)
