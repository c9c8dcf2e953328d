"""Certificates of disability: kinds, grades, validity, renewal.

Physical: 身体障害者福祉法15条, grades by 施行規則別表5号; several impairments together by the indices of
「身体障害認定基準の取扱い」(平成15年1月10日障企発0110001号).
Mental: 精神保健福祉法45条, 施行令6条 (grades 1 to 3), valid for two years (45条4項).
Intellectual: 療育手帳制度要綱 (昭和48年9月27日厚生省発児156号), A and B.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import (
    ApplicationImplausible,
    NoCertificateGrade,
    RenewalNotNow,
)
from mizuhiki.vocabulary.dates import month_end, months_after

LEAST_CERTIFIED_INDEX = 1
VALID_YEARS = 2
RENEWAL_MONTHS = 3
OPINION_AFTER_MONTHS = 6
"""A doctor's certificate for the mental one is written six months after the first visit or later (施行規則23条)."""
MONTHS = 12


class Kind(enum.StrEnum):
    """Kinds of certificates."""

    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"


class State(enum.StrEnum):
    """Where a certificate stands."""

    APPLIED = "applied"
    ISSUED = "issued"
    REFUSED = "refused"
    RETURNED = "returned"


class Basis(enum.StrEnum):
    """What a grade rests on: a doctor's opinion, a pension's grade, or the assessment of a guidance centre."""

    OPINION = "opinion"
    PENSION = "pension"
    ASSESSMENT = "assessment"


GRADES = {Kind.PHYSICAL: "123456", Kind.INTELLECTUAL: "AB", Kind.MENTAL: "123"}
_HALVES = {1: 36, 2: 22, 3: 14, 4: 8, 5: 4, 6: 2, 7: 1}
"""Indices of the grades, doubled so that grade 7 (0.5) is whole: 18, 11, 7, 4, 2, 1, 0.5."""
_COMBINED = ((36, 1), (22, 2), (14, 3), (8, 4), (4, 5), (2, 6))
"""Lowest doubled sum for each combined grade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate from its application on. `number` is given when it is issued."""

    reference: str
    kind: Kind
    applied_on: date
    grade: str
    impairment: str
    basis: Basis
    state: State
    number: str
    issued_on: date | None
    valid_until: date | None
    reassessment_on: date | None
    returned_on: date | None
    taken_by: str
    decided_by: str

    def held_on(self, day: date) -> bool:
        """Whether the certificate is valid on a day."""
        return self.state is State.ISSUED and (self.valid_until is None or day <= self.valid_until)


def combined_grade(grades: Sequence[int]) -> str:
    """Return the grade of several impairments together (1 to 7 each).

    Raises:
        ApplicationImplausible: ``no-impairment`` or ``grade``.
        NoCertificateGrade: the sum reaches no grade; a single grade 7 has no certificate.
    """
    if not grades:
        raise ApplicationImplausible(rule="no-impairment")
    if any(grade not in _HALVES for grade in grades):
        raise ApplicationImplausible(rule="grade")
    total = sum(_HALVES[grade] for grade in grades)
    found = next((grade for lowest, grade in _COMBINED if total >= lowest), None)
    if found is None:
        raise NoCertificateGrade
    return str(found)


def require_grade(kind: Kind, grade: str) -> None:
    """Check that a grade is one of a kind's.

    Raises:
        ApplicationImplausible: ``grade``.
    """
    if len(grade) != 1 or grade not in GRADES[kind]:
        raise ApplicationImplausible(rule="grade")


def require_opinion(first_visit: date, written_on: date) -> None:
    """Check that a doctor's certificate was written late enough for the mental certificate.

    Raises:
        ApplicationImplausible: ``six-months``.
    """
    if written_on < months_after(first_visit, OPINION_AFTER_MONTHS):
        raise ApplicationImplausible(rule="six-months")


def valid_until(kind: Kind, issued_on: date) -> date | None:
    """Return the last day of a certificate: the mental one ends with the month in which two years are over."""
    if kind is not Kind.MENTAL:
        return None
    return month_end(months_after(issued_on, VALID_YEARS * MONTHS))


def renewed_until(before: date) -> date:
    """Return the last day after a renewal: two years after the last one, to the end of the month."""
    return month_end(months_after(before, VALID_YEARS * MONTHS))


def require_renewable(certificate: Certificate, today: date) -> date:
    """Return the last day that the certificate has now when it may be renewed today.

    Raises:
        RenewalNotNow: ``no-end`` (only the mental one ends), ``too-early``, ``over``: a new application is needed.
    """
    if certificate.valid_until is None:
        raise RenewalNotNow(rule="no-end")
    if today < months_after(certificate.valid_until, -RENEWAL_MONTHS):
        raise RenewalNotNow(rule="too-early")
    if today > certificate.valid_until:
        raise RenewalNotNow(rule="over")
    return certificate.valid_until
