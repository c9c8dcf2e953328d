"""Base numbers: the 12 digits a Corporate Number is made of (法人番号の指定等に関する省令 平成26年財務省令70号2条).

A corporation in a company registry has its registration number (会社法人等番号) as base number, so nothing is assigned.
A local government has the code of local public bodies. All others are given the next of a series; the series of
bodies without registration and of associations are our own assumption, chosen so that none can meet a registry's.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind
from mizuhiki.institutions.tax_agency.domain.errors import BaseNumbersExhausted, MalformedRegistrationNumber
from mizuhiki.vocabulary.numbers import CorporateNumber, corporate_number_check_digit

LENGTH = 12
_REGISTRY_DIGITS = 4
_ORGANISATION_TYPES = frozenset({"01", "02", "03", "04", "05"})
LOCAL_GOVERNMENT_PREFIX = "000020"
_SERIAL_DIGITS = 6
_NOT_REGISTRIES = frozenset({"0000", "7000", "7001"})
"""First digits that no registry has, reserved for numbers given by the agency."""


@dataclass(frozen=True, slots=True)
class Series:
    """Where numbers of one sort are given in order; `prefix` has 6 digits."""

    name: str
    prefix: str

    def base_number(self, serial: int) -> str:
        """Return the base number of a serial from 1.

        Raises:
            BaseNumbersExhausted: the series has no such serial.
        """
        if not 1 <= serial < 10**_SERIAL_DIGITS:
            raise BaseNumbersExhausted(series=self.name)
        return f"{self.prefix}{serial:0{_SERIAL_DIGITS}d}"


STATE_BODIES = Series("state", "000012")
BODIES_WITHOUT_REGISTRATION = Series("unregistered", "700110")
ASSOCIATIONS = Series("association", "700150")


def series_of(kind: CorporationKind, *, association: bool) -> Series:
    """Return the series that a body without registration number is numbered from."""
    if kind is CorporationKind.STATE:
        return STATE_BODIES
    return ASSOCIATIONS if association else BODIES_WITHOUT_REGISTRATION


def parse_registration_number(text: str) -> str:
    """Return the 12 digits of a company registration number, written with or without hyphens (0100-01-012345).

    Raises:
        MalformedRegistrationNumber: another length or character, a registry no registry has, an unknown type.
    """
    digits = text.strip().replace("-", "")
    plain = len(digits) == LENGTH and digits.isascii() and digits.isdigit()
    organisation = digits[_REGISTRY_DIGITS : _REGISTRY_DIGITS + 2]
    if not plain or digits[:_REGISTRY_DIGITS] in _NOT_REGISTRIES or organisation not in _ORGANISATION_TYPES:
        raise MalformedRegistrationNumber(field="registrationNumber")
    return digits


def shown_registration_number(digits: str) -> str:
    """Return it as registries write it: 0100-01-012345."""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def local_government_base(code: str) -> str:
    """Return the base number of a local government of a six-digit code."""
    return LOCAL_GOVERNMENT_PREFIX + code


def corporate_number(base_number: str) -> CorporateNumber:
    """Return the Corporate Number of a base number: check digit first."""
    return CorporateNumber.parse(corporate_number_check_digit(base_number) + base_number)
