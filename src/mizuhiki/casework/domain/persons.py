"""Who a claim concerns, what they wrote and how number and person were proved (番号法14条, 16条; R-051, R-052)."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from mizuhiki.casework.domain.errors import ClaimantDoesNotAgree, IdentityNotProved
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex

ADDRESSEE_DIGITS = 15


class Role(enum.StrEnum):
    """As whom a person stands in a claim; a procedure says of which roles it wants which information."""

    APPLICANT = "applicant"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    HOUSEHOLD = "household"


class NumberProof(enum.StrEnum):
    """What proved that the number is right (番号法16条, 施行規則1条–3条)."""

    CARD = "card"
    NOTIFICATION_CARD = "notification-card"
    RESIDENT_RECORD_COPY = "resident-record-copy"


class PersonProof(enum.StrEnum):
    """What proved that the person is who they say (番号法16条, 施行規則1条–3条)."""

    CARD = "card"
    PHOTO_DOCUMENT = "photo-document"
    TWO_DOCUMENTS = "two-documents"


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """What was looked at. Of others than the applicant, the applicant proves the number and answers for the person."""

    number: NumberProof | None = None
    person: PersonProof | None = None
    compared: bool = False

    def require(self, role: Role) -> None:
        """Go on when number and person are proved and compared.

        Raises:
            IdentityNotProved: naming the first thing that is missing.
        """
        if self.number is None:
            raise IdentityNotProved(missing="number", role=role.value)
        if role is Role.APPLICANT and self.person is None:
            raise IdentityNotProved(missing="person", role=role.value)
        if self.person is PersonProof.CARD and self.number is not NumberProof.CARD:
            raise IdentityNotProved(missing="number", role=role.value)
        if not self.compared:
            raise IdentityNotProved(missing="compared", role=role.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """One person as written on the claim; `lived_on_1_january` is a municipality code, empty where it is today's."""

    role: Role
    number_text: str = field(repr=False)
    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str
    identity: IdentityCheck
    lived_on_1_january: str = ""
    protected: bool = False

    def four_items(self) -> FourItems:
        """Return what was written.

        Raises:
            MalformedFourItems: name or address is empty.
        """
        return FourItems(self.name, self.name_kana, self.birth_date, self.sex, self.address)

    def require_agreement(self, registered: FourItems) -> None:
        """Check that what was written agrees with the register.

        Raises:
            ClaimantDoesNotAgree: naming the items that differ.
        """
        differing = self.four_items().compare(registered)
        if differing:
            raise ClaimantDoesNotAgree(role=self.role.value, items=", ".join(differing))


class Linkage(enum.StrEnum):
    """Where a person stands with linkage; pseudonyms are known to the intermediate server only."""

    NONE = "none"
    REQUESTED = "requested"
    REFUSED = "refused"


class Addressee(Protocol):
    """Whoever a pseudonym is asked for: what the own server and the register must know of them."""

    @property
    def addressee_number(self) -> str:
        """The number within this body."""

    @property
    def number(self) -> IndividualNumber:
        """The Individual Number; it goes to the register only."""

    @property
    def four_items(self) -> FourItems:
        """The four items."""

    @property
    def protected(self) -> bool:
        """Whether a support measure stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An addressee of this office (団体内統合宛名); `municipality_code` is where the register knew them last."""

    person: str
    addressee_number: str
    number: IndividualNumber
    four_items: FourItems = field(repr=False)
    municipality_code: str
    protected: bool = False
    linkage: Linkage = Linkage.NONE


@dataclass(frozen=True, slots=True)
class Subject:
    """A person's place in one case; `lived_on_1_january` is a municipality code."""

    role: Role
    person: str
    lived_on_1_january: str


def new_addressee_number(below: Callable[[int], int]) -> str:
    """Return a local addressee number of 15 random digits; it tells neither person nor order."""
    return f"{below(10**ADDRESSEE_DIGITS):0{ADDRESSEE_DIGITS}d}"
