"""Birth dates of the people of a case: proved against the register when the claim was taken, kept with the claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.casework.domain import Case, PersonForm
from mizuhiki.vocabulary.layouts import Scalar

BORN = "born"


def with_births(stated: dict[str, Scalar], people: Sequence[PersonForm]) -> dict[str, Scalar]:
    """Return the statements with everybody's birth date, in the order of the claim."""
    return {**stated, BORN: " ".join(form.birth_date.isoformat() for form in people)}


def births(case: Case) -> dict[str, date]:
    """Return birth dates by name of the person."""
    dates = str(case.stated[BORN]).split()
    return {one.person: date.fromisoformat(born) for one, born in zip(case.subjects, dates, strict=True)}
