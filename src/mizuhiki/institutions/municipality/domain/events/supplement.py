"""The supplement to the family register (戸籍の附票, 住基法16条-20条; R-057, R-058).

Kept where the family register is: a list of the addresses of everybody in it. The municipality of residence notifies
each change of address (19条). Birth date and sex are items since 2022-01-11; code and number are kept for those who
moved abroad (17条5号, 30条の41: 附票本人確認情報), whose number, card and certificates go on from 2024-05-27.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Sex


@dataclass(frozen=True, slots=True)
class SupplementNotice:
    """One change of the supplement (附票記載事項通知). `closed` ends the person's entry: death, loss of nationality.

    `measure` is the support measure on the person or household when the notice left (要領第5-10); a notice of the same
    municipality without one says that it ended.
    """

    notice_id: str
    from_municipality: str
    code: ResidentRecordCode = field(repr=False)
    number: IndividualNumber | None = field(repr=False)
    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    registered_domicile: str
    head_of_family_register: str
    address: str
    address_since: date
    overseas: bool = False
    closed: bool = False
    measure: CarriedMeasure | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SupplementAddress:
    """One line: an address and since when; `overseas` says that the person moved abroad from there on."""

    address: str
    since: date
    municipality: str
    overseas: bool


@dataclass(frozen=True, slots=True)
class SupplementView:
    """A person's supplement with all addresses, oldest first; `measure` is one that a municipality notified."""

    person: str
    name: str
    birth_date: date
    sex: Sex
    registered_domicile: str
    head_of_family_register: str
    addresses: tuple[SupplementAddress, ...]
    closed_on: date | None
    measure: CarriedMeasure | None = field(default=None, repr=False)

    @property
    def protected(self) -> bool:
        """Whether a support measure stands on the person."""
        return self.measure is not None


@dataclass(frozen=True, slots=True)
class SupplementQuestion:
    """Who is sought: somebody back from abroad, by name, birth date and registered domicile."""

    name: str
    birth_date: date
    registered_domicile: str


@dataclass(frozen=True, slots=True)
class SupplementAnswer:
    """Code and number that the person has, the register they stand in, and the measure that is to go on."""

    code: ResidentRecordCode
    number: IndividualNumber | None
    registered_domicile: str
    head_of_family_register: str
    measure: CarriedMeasure | None = field(default=None, repr=False)
