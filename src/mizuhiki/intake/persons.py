"""A person as a body keeps them: number and four items, own reference, where they stand with linkage."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.casework.domain import Linkage
from mizuhiki.intake.errors import IdentityNotShown, WrittenItemsDiffer
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex

REFERENCE_DIGITS = 10


class Shown(enum.StrEnum):
    """How number and person were confirmed (番号法16条, 施行令12条)."""

    CARD = "number-card"
    NOTICE = "notice-and-photo"
    COPY = "copy-and-photo"
    EMPLOYER = "employer"
    CLAIM = "claim"


COUNTER = frozenset({Shown.CARD, Shown.NOTICE, Shown.COPY})
"""What a person can show at a counter; an employer confirms its own people before it reports them, and
a claim has its own check of everybody it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForm:
    """Who somebody is said to be, with the number."""

    request_id: str
    number_text: str = field(repr=False)
    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str

    def four_items(self) -> FourItems:
        """Return what was written.

        Raises:
            MalformedFourItems: name or address is empty.
        """
        return FourItems(self.name, self.name_kana, self.birth_date, self.sex, self.address)

    def texts(self) -> tuple[str, ...]:
        """Return everything that makes one form another than an earlier one with the same request id."""
        return (
            self.request_id,
            self.number_text,
            self.name,
            self.name_kana,
            self.birth_date.isoformat(),
            str(int(self.sex)),
            self.address,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm(WrittenForm):
    """Who came (or was reported), with the number and what was written."""

    shown: str = Shown.CARD.value

    def texts(self) -> tuple[str, ...]:
        """Return everything that makes one form another than an earlier one with the same request id."""
        return (*WrittenForm.texts(self), self.shown)

    def require_shown(self, allowed: frozenset[Shown]) -> Shown:
        """Return how number and person were confirmed.

        Raises:
            IdentityNotShown: in no way, or in one this body does not take.
        """
        if self.shown not in {one.value for one in allowed}:
            raise IdentityNotShown(shown=self.shown or "nothing")
        return Shown(self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPerson:
    """One person. `reference` is the body's own number; `version` rises whenever what linkage would tell changes."""

    reference: str
    addressee_number: str
    number: IndividualNumber
    four_items: FourItems = field(repr=False)
    municipality_code: str
    shown: Shown
    linkage: Linkage = Linkage.NONE
    protected: bool = False
    version: int = 1
    published_version: int = 0


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one form of a batch: the reference, or the code of the rule that refused it."""

    request_id: str
    reference: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a body tells about a person under one kind of information; `fiscal_year` 0 answers for each year."""

    kind: str
    valid_from: date
    items: dict[str, Scalar]
    valid_until: date | None = None
    fiscal_year: int = 0


@dataclass(frozen=True, slots=True)
class Acquired:
    """How many pseudonyms are on their way, and how many were refused by the register."""

    requested: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The responsible officer's consent to show one protected record once to one clerk (R-076)."""

    reference: str
    clerk: str
    reason: str
    lifted_by: str
    lifted_at: datetime


def require_same_person(written: FourItems, registered: FourItems) -> None:
    """Check that what was written agrees with the register (番号法16条; R-052).

    Raises:
        WrittenItemsDiffer: naming the items that differ.
    """
    differing = written.compare(registered)
    if differing:
        raise WrittenItemsDiffer(items=", ".join(differing))


def with_absences(values: dict[str, Scalar], reasons: dict[str, AbsenceReason]) -> dict[str, Scalar]:
    """Return the items of a layout with a reason beside every one that has no value."""
    absent = {
        f"{name}.absent": reasons.get(name, AbsenceReason.NOT_APPLICABLE).value
        for name, value in values.items()
        if value is None
    }
    return values | absent


def new_reference(below: Callable[[int], int]) -> str:
    """Return a reference of ten random digits as ``1234-567890``; it says nothing about person or order."""
    digits = f"{below(10**REFERENCE_DIGITS):0{REFERENCE_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}"
