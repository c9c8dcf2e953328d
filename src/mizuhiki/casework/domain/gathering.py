"""Whether everything a procedure wants is known, and what still may be asked or brought."""

from __future__ import annotations

import enum

from mizuhiki.casework.domain.cases import NO_ANSWER, NO_DATA, PROVIDED, Case, Evidence
from mizuhiki.casework.domain.errors import EvidenceMissing, PaperNotWanted
from mizuhiki.casework.domain.findings import Finding, Findings, Source
from mizuhiki.casework.domain.procedures import Procedure, Required


class Standing(enum.StrEnum):
    """How one question stands."""

    NOT_ASKED = "not-asked"
    PROVIDED = "provided"
    PAPER = "paper"
    NO_DATA_SUFFICES = "no-data-suffices"
    WAITING = "waiting"
    PAPER_NEEDED = "paper-needed"


KNOWN = frozenset({Standing.PROVIDED, Standing.PAPER, Standing.NO_DATA_SUFFICES})


def newest(case: Case, required: Required) -> Evidence | None:
    """Return the newest answer to a question; one that was provided counts whatever came after."""
    answers = case.asked(required.subject.person, required.kind, required.year)
    provided = next((one for one in reversed(answers) if one.outcome == PROVIDED), None)
    return provided or (answers[-1] if answers else None)


def standing(case: Case, required: Required) -> Standing:
    """Return how a question stands."""
    answer = newest(case, required)
    if answer is not None and answer.outcome == PROVIDED:
        return Standing.PROVIDED
    if case.paper(required.subject.person, required.kind) is not None:
        return Standing.PAPER
    if answer is None:
        return Standing.NOT_ASKED
    if answer.outcome in NO_ANSWER:
        return Standing.WAITING
    if answer.outcome == NO_DATA and required.wanted.no_data_suffices:
        return Standing.NO_DATA_SUFFICES
    return Standing.PAPER_NEEDED


def require_paper_wanted(procedure: Procedure, case: Case, person: str, kind: str) -> Required:
    """Return the question that a paper would answer; a paper is taken only after asking gave nothing (R-217).

    Raises:
        PaperNotWanted: not wanted at all, not asked yet, or provided.
    """
    required = next((r for r in procedure.required(case) if (r.subject.person, r.kind) == (person, kind)), None)
    if required is None:
        raise PaperNotWanted(reason="not-wanted", kind=kind)
    stands = standing(case, required)
    if stands in {Standing.NOT_ASKED, Standing.PROVIDED}:
        raise PaperNotWanted(reason=stands.value, kind=kind)
    return required


def findings_of(procedure: Procedure, case: Case) -> Findings:
    """Return what the decision rests on; linkage goes before paper.

    Raises:
        EvidenceMissing: naming the first question that is open.
    """
    return Findings(tuple(_finding(case, required) for required in procedure.required(case)))


def _finding(case: Case, required: Required) -> Finding:
    subject, wanted = required.subject, required.wanted
    stands = standing(case, required)
    answer, paper = newest(case, required), case.paper(subject.person, wanted.kind)
    if stands is Standing.PROVIDED and answer is not None:
        reference = f"{answer.provider} {answer.exchange_number or answer.statute}"
        return Finding(
            subject.person, subject.role, wanted.kind, required.year, Source.LINKAGE, answer.items, reference
        )
    if stands is Standing.PAPER and paper is not None:
        return Finding(
            subject.person, subject.role, wanted.kind, required.year, Source.PAPER, paper.items, paper.description
        )
    if stands is Standing.NO_DATA_SUFFICES and answer is not None:
        reference = f"{answer.provider} {answer.exchange_number}"
        return Finding(subject.person, subject.role, wanted.kind, required.year, Source.NO_DATA, {}, reference)
    raise EvidenceMissing(kind=wanted.kind, role=subject.role.value)
