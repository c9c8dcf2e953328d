"""Rules a certificate must keep before the authority's key signs it (RFC 5280 profiles of the card; R-195, R-196).

What is checked is read back from the encoded certificate before it is signed, so an encoding fault shows before and not
after the authority has put its name to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import ProfileBroken
from mizuhiki.institutions.jpki.domain.profiles import PROFILES
from mizuhiki.vocabulary.persons import FourItems

KEY_SIZES = frozenset({2048, 384})
"""RSA-2048 of the present card, P-384 of the next generation."""
LOWEST_SERIAL = 2**24
HIGHEST_SERIAL = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedCertificate:
    """What the encoded certificate says. Items are None where it holds none; days are days in Japan."""

    kind: Kind
    serial: int
    common_name: str
    key_bits: int
    first_day: date
    last_day: date
    ends: datetime
    name: str | None
    birth_date: date | None
    sex: int | None
    address: str | None
    critical_key_usage: bool
    digital_signature: bool
    non_repudiation: bool
    certificate_authority: bool
    extensions: tuple[str, ...]
    critical: frozenset[str]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the application and the law ask the certificate to say."""

    issued_on: date
    last_day: date
    four_items: FourItems


Rule = Callable[[EncodedCertificate, Expected], bool]


def _items(found: EncodedCertificate) -> tuple[object, ...]:
    return (found.name, found.birth_date, found.sex, found.address)


def _own_items(found: EncodedCertificate, expected: Expected) -> bool:
    items = expected.four_items
    if found.kind is Kind.USER_IDENTIFICATION:
        return _items(found) == (None, None, None, None)
    return _items(found) == (items.name, items.birth_date, int(items.sex), items.address)


def _nameless(found: EncodedCertificate, expected: Expected) -> bool:
    return (
        expected.four_items.name not in found.common_name
        and len(found.common_name) == PROFILES[found.kind].common_name_length
    )


RULES: dict[str, Rule] = {
    "key-size": lambda found, _expected: found.key_bits in KEY_SIZES,
    "serial-range": lambda found, _expected: LOWEST_SERIAL <= found.serial < HIGHEST_SERIAL,
    "first-day": lambda found, expected: found.first_day == expected.issued_on,
    "last-day": lambda found, expected: found.last_day == expected.last_day,
    "items-as-the-kind-allows": _own_items,
    "common-name": _nameless,
    "key-usage": lambda found, _expected: found.critical_key_usage and found.digital_signature,
    "non-repudiation-for-signatures-only": lambda found, _expected: (
        found.non_repudiation == PROFILES[found.kind].non_repudiation
    ),
    "extensions-in-order": lambda found, _expected: found.extensions == PROFILES[found.kind].extensions,
    "critical-extensions": lambda found, _expected: found.critical == PROFILES[found.kind].critical,
    "policy": lambda found, _expected: found.policies == (PROFILES[found.kind].policy,),
    "no-authority": lambda found, _expected: not found.certificate_authority,
}
"""The rules by name, in the order they are looked at."""


def lint(found: EncodedCertificate, expected: Expected) -> None:
    """Check every rule.

    Raises:
        ProfileBroken: naming the first rule that is broken.
    """
    for name, kept in RULES.items():
        if not kept(found, expected):
            raise ProfileBroken(f"the certificate breaks the rule {name}", rule=name, kind=found.kind.value)
