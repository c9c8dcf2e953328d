"""Addressees: one local number per person across departments (団体内統合宛名番号; R-255); taking a number (法16条)."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import IdentityNotVerified, NumberDoesNotMatch
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.places import normalise_address

ADDRESSEE_DIGITS = 15


class Linkage(enum.StrEnum):
    """Where an addressee stands with linkage; pseudonyms themselves are known to the intermediate server only."""

    NONE = "none"
    REQUESTED = "requested"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person as all departments of this municipality know them, resident or not."""

    addressee_number: str
    number: IndividualNumber
    four_items: FourItems
    linkage: Linkage = Linkage.NONE
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Acquired:
    """How many pseudonyms are on their way, and how many were refused by the register."""

    requested: int
    refused: int


@dataclass(frozen=True, slots=True)
class IdentityChecklist:
    """The five steps of R-051; each is confirmed by the clerk on its own."""

    application: bool
    card_shown: bool
    face_checked: bool
    chip_equals_face: bool
    number_and_items_compared: bool

    def require_complete(self) -> None:
        """Check every step in order.

        Raises:
            IdentityNotVerified: naming the first missing step.
        """
        for step in ("application", "card_shown", "face_checked", "chip_equals_face", "number_and_items_compared"):
            if not getattr(self, step):
                name = step.replace("_", "-")
                raise IdentityNotVerified(f"the step {name} was not done; do it before taking the number", step=name)


@dataclass(frozen=True, slots=True)
class NumberIntake:
    """A number given by a person with what they wrote about themselves, for one purpose."""

    number_text: str = field(repr=False)
    name: str
    birth_date: date
    address: str
    checklist: IdentityChecklist
    purpose: str

    def compare(self, items: FourItems) -> None:
        """Compare what was written with the record of the number's holder.

        Raises:
            NumberDoesNotMatch: naming the items that differ; never a value.
        """
        differing = [
            item
            for item, same in (
                ("name", normalise_for_comparison(self.name) == normalise_for_comparison(items.name)),
                ("birth-date", self.birth_date == items.birth_date),
                ("address", normalise_address(self.address) == normalise_address(items.address)),
            )
            if not same
        ]
        if differing:
            raise NumberDoesNotMatch(items=", ".join(differing))


def new_addressee_number(below: Callable[[int], int]) -> str:
    """Return 15 random digits; they say nothing about person or order."""
    return f"{below(10**ADDRESSEE_DIGITS):0{ADDRESSEE_DIGITS}d}"
