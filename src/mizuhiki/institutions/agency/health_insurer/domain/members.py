"""Insured persons and their dependants, the society's numbers, and certificates of the ceiling."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.health_insurer.domain.errors import QualificationImplausible
from mizuhiki.institutions.agency.health_insurer.domain.rules import LATE_ELDERLY_AGE
from mizuhiki.vocabulary.dates import birthday_in

LAW_NUMBER = "06"
"""Societies' insurer numbers begin so (法別番号 06)."""
BRANCH_DIGITS = 2


class Role(enum.StrEnum):
    """As whom a person is insured."""

    INSURED = "insured-person"
    DEPENDANT = "dependent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """One insured period of one person. `insured` is the insured person's reference; their own for themselves.

    `lost_on` is the day of loss: the first day that is no longer insured.
    """

    reference: str
    role: Role
    insured: str
    symbol: str
    number: str
    branch: str
    employer: str
    standard_yen: int
    insured_from: date
    lost_on: date | None = None
    relationship: str = ""

    def covers(self, day: date) -> bool:
        """Whether the person is insured on a day."""
        return self.insured_from <= day and (self.lost_on is None or day < self.lost_on)

    def require_plausible(self, birth_date: date) -> None:
        """Check a period on its own.

        Raises:
            QualificationImplausible: ``employer-missing``, ``before-birth``, ``late-elderly``, ``ends-before-start``.
        """
        conditions = (
            ("employer-missing", bool(self.employer.strip()) or self.role is Role.DEPENDANT),
            ("before-birth", self.insured_from >= birth_date),
            ("late-elderly", self.insured_from < birthday_in(birth_date, birth_date.year + LATE_ELDERLY_AGE)),
            ("ends-before-start", self.lost_on is None or self.lost_on > self.insured_from),
        )
        for rule, kept in conditions:
            if not kept:
                raise QualificationImplausible(rule=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingCertificate:
    """A certificate of the ceiling on payments (限度額適用認定証)."""

    reference: str
    category: str
    first_day: date
    last_day: date
    issued_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A benefit that was paid in money."""

    reference: str
    benefit: str
    paid_on: date
    amount_yen: int
    children: int = 0


def insurer_number(prefecture_code: str, serial: int) -> str:
    """Return the eight digits of a society: law, prefecture, serial, check digit (保険者番号等の設定について)."""
    body = f"{LAW_NUMBER}{prefecture_code}{serial:03d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Return the check digit: digits from the right times 2, 1, 2, …, digit sums added, the complement to ten."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)
