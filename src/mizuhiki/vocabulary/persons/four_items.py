"""The four items (基本4情報: name, address, birth date, sex) and whether two of them describe one person (R-065).

The reading of the name travels with them but is no fifth item: most registers have none before 2025, and offices
write it differently, so it is not compared.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.names.agreement import Agreement, compare_names
from mizuhiki.vocabulary.names.comparison import normalise_for_comparison
from mizuhiki.vocabulary.places.addresses import normalise_address


class Sex(enum.IntEnum):
    """Codes of the register and of ISO/IEC 5218 (9 there: not applicable; here: not stated)."""

    MALE = 1
    FEMALE = 2
    NOT_STATED = 9


class MalformedFourItems(Malformed):
    """A name or address is empty; field `item` says which."""

    code = "malformed-four-items"
    title = "The four items are incomplete"


@dataclass(frozen=True, slots=True)
class FourItems:
    """One person's four items as one register writes them.

    Raises:
        MalformedFourItems: the name or the address is empty.
    """

    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str

    def __post_init__(self) -> None:
        for item in ("name", "address"):
            if not getattr(self, item).strip():
                raise MalformedFourItems(item=item)

    def _canonical(self) -> dict[str, str]:
        return {
            "name": normalise_for_comparison(self.name),
            "address": normalise_address(self.address),
            "birth_date": self.birth_date.isoformat(),
            "sex": str(int(self.sex)),
        }

    def compare(self, other: FourItems) -> tuple[str, ...]:
        """Return the names of the items that differ after normalisation, in the order of the law; none is agreement.

        Old forms of characters differ here: a person decides, not a table.
        """
        ours, theirs = self._canonical(), other._canonical()
        return tuple(item for item, value in ours.items() if value != theirs[item])

    def report(self, other: FourItems) -> dict[str, Agreement]:
        """Return for each item how far it agrees, for the person who decides; `compare` alone decides for rules.

        Variant characters are told apart in the name only: an address is compared by what place it names.
        """
        differing = self.compare(other)
        found: dict[str, Agreement] = {}
        for item in ("name", "address", "birth_date", "sex"):
            if item == "name":
                found[item] = compare_names(self.name, other.name).agreement
            elif item in differing:
                found[item] = Agreement.DIFFERENT
            else:
                same = getattr(self, item) == getattr(other, item)
                found[item] = Agreement.IDENTICAL if same else Agreement.SAME
        return found

    def digest_source(self) -> bytes:
        """Return the normalised four items as bytes to be hashed with a key; no two different ones are equal.

        Each part is preceded by its length. Agreement by `compare` and equality of these bytes are the same thing.
        """
        return _length_prefixed(self._canonical().values())

    def name_address_source(self) -> bytes:
        """Return normalised name and address as bytes, for the digest that guards against mis-links."""
        canonical = self._canonical()
        return _length_prefixed((canonical["name"], canonical["address"]))


def _length_prefixed(parts: Iterable[str]) -> bytes:
    joined = bytearray()
    for part in parts:
        encoded = part.encode()
        joined += len(encoded).to_bytes(4, "big") + encoded
    return bytes(joined)
