"""Findings and cases as the rules of a city's sections meet them, made by hand."""

from __future__ import annotations

from datetime import date

from mizuhiki.casework.domain import Case, Finding, Role, Source, Subject
from mizuhiki.vocabulary.layouts import Scalar

DAY = date(2019, 12, 2)


def found(role: Role, kind: str, person: str = "", **items: Scalar) -> Finding:
    return Finding(person or role.value, role, kind, 2019, Source.LINKAGE, items, "reference")


def tax(role: Role, income: int | None, *, dependents: int = 0, taxable: bool = False) -> Finding:
    return found(
        role,
        "local-tax",
        declared=income is not None,
        taxable=taxable,
        total_income_yen=income,
        dependents_count=dependents,
    )


def case_of(code: str, born: dict[Role, date], stated: dict[str, Scalar], day: date = DAY) -> Case:
    return Case(
        case="case",
        procedure=code,
        received_on=day,
        subjects=tuple(Subject(role, role.value, "452025") for role in born),
        stated={**stated, "born": " ".join(one.isoformat() for one in born.values())},
    )
