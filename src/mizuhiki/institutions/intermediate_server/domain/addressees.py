"""Addressees (団体内統合宛名) as an intermediate server knows them, and the guard against mis-links (誤紐付け).

The guard compares what two institutions hold of a person without sending name or address: each side hashes its
normalised text together with the exchange number. Name, birth date and sex must agree. A different address alone is
told, not blocked: people move, and asking the place they left is the very purpose of many inquiries.
"""

from __future__ import annotations

from datetime import date

import msgspec

from mizuhiki.vocabulary.persons import FourItems

ADDRESSEE_DIGITS = 15
"""Digits of an addressee number. Each body draws its own at random."""
BLOCKING = frozenset({"name", "birth_date", "sex"})


class Addressee(msgspec.Struct, frozen=True, gc=False):
    """A person the business systems know. `four_items` is absent only for portal accounts."""

    addressee_number: str
    four_items: FourItems | None
    protected: bool


class PersonView(msgspec.Struct, frozen=True, gc=False):
    """What one institution holds of a person, hashed for one exchange."""

    birth_date: date
    sex: int
    name_digest: bytes
    address_digest: bytes


def is_addressee_number(text: str) -> bool:
    """Say whether a text is written as an addressee number."""
    return len(text) == ADDRESSEE_DIGITS and text.isascii() and text.isdigit()


def differing_items(own: PersonView, other: PersonView) -> tuple[str, ...]:
    """Return the names of the items in which two views differ, in the order of the law."""
    return tuple(
        item
        for item, same in (
            ("name", own.name_digest == other.name_digest),
            ("address", own.address_digest == other.address_digest),
            ("birth_date", own.birth_date == other.birth_date),
            ("sex", own.sex == other.sex),
        )
        if not same
    )


def is_mislink(differing: tuple[str, ...]) -> bool:
    """Say whether differing items forbid the use of an answer."""
    return bool(BLOCKING.intersection(differing))
