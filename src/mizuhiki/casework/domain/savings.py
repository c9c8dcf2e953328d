"""Papers and visits before and after, counted from procedures and real cases (R-218)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.casework.domain.cases import Case, CaseState
from mizuhiki.casework.domain.gathering import newest
from mizuhiki.casework.domain.procedures import Procedure
from mizuhiki.vocabulary.statute import papers_replaced

THIS_OFFICE = 1
"""The office itself is visited before and after."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What the people of some cases would have brought and did bring; a visit is a visit to one office in one case."""

    cases: int = 0
    papers_before: int = 0
    papers_after: int = 0
    visits_before: int = 0
    visits_after: int = 0

    def __add__(self, other: Saving) -> Saving:
        """Return the sum of two counts."""
        return Saving(
            self.cases + other.cases,
            self.papers_before + other.papers_before,
            self.papers_after + other.papers_after,
            self.visits_before + other.visits_before,
            self.visits_after + other.visits_after,
        )

    @property
    def papers_saved(self) -> int:
        """Return the papers nobody had to collect."""
        return self.papers_before - self.papers_after

    @property
    def visits_saved(self) -> int:
        """Return the visits nobody had to make."""
        return self.visits_before - self.visits_after


@dataclass(frozen=True, slots=True)
class ProcedureSaving:
    """What one procedure saved, with the number of papers it named before."""

    procedure: Procedure
    papers_named: int
    saving: Saving


def saving_of(procedure: Procedure, case: Case) -> Saving:
    """Count one case.

    Before, each question that was put stood for the papers the procedure named for its kind, one set a person, from
    the office that was asked; now only what was taken as a paper counts. Questions not put yet count nothing.
    """
    papers_before = papers_after = 0
    offices_before: set[str] = set()
    offices_after: set[str] = set()
    for required in procedure.required(case):
        answer = newest(case, required)
        papers = papers_replaced(procedure.code, required.kind)
        if answer is None or not papers:
            continue
        office = answer.provider or papers[0].office_class
        papers_before += len(papers)
        offices_before.add(office)
        if case.paper(required.subject.person, required.kind) is not None:
            papers_after += 1
            offices_after.add(office)
    return Saving(1, papers_before, papers_after, len(offices_before) + THIS_OFFICE, len(offices_after) + THIS_OFFICE)


def savings_of(procedures: Sequence[Procedure], cases: Sequence[Case]) -> tuple[ProcedureSaving, ...]:
    """Count the decided cases of each procedure; those open or withdrawn prove nothing yet."""
    return tuple(
        ProcedureSaving(
            procedure,
            len(procedure.papers),
            sum(
                (
                    saving_of(procedure, case)
                    for case in cases
                    if case.procedure == procedure.code and case.state is CaseState.DECIDED
                ),
                Saving(),
            ),
        )
        for procedure in procedures
    )
