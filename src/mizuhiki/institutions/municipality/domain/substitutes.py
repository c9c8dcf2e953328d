"""Which systems get a name in another writing, and what is kept of it (代替文字): a name is never silently changed.

The register and the register network hold every character with its selectors, so nothing is substituted for them. A
certificate holds every character but no variation sequence: the form that a selector chooses is lost there, and items
.2 and .6 of the signature certificate say for each character whether that is so. What a file of residents may hold is
said by whoever writes it for a system.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.vocabulary.names.substitution import SubstitutedText, substitute
from mizuhiki.vocabulary.persons import FourItems


class Target(enum.StrEnum):
    """Systems outside to which names go."""

    REGISTER_NETWORK = "register-network"
    CERTIFICATE = "certificate"
    RESIDENT_FILE = "resident-file"


REPERTOIRES: Mapping[Target, Repertoire] = {
    Target.REGISTER_NETWORK: Repertoire.FULL,
    Target.CERTIFICATE: Repertoire.WITHOUT_SELECTORS,
}
"""Of the targets whose repertoire is always the same."""


@dataclass(frozen=True, slots=True)
class WrittenItems:
    """Name and address as one system writes them."""

    target: Target
    name: SubstitutedText
    address: SubstitutedText

    def of(self, items: FourItems) -> FourItems:
        """Return the four items with both in the target's writing."""
        return FourItems(self.name.written, items.name_kana, items.birth_date, items.sex, self.address.written)

    @property
    def changed(self) -> dict[str, SubstitutedText]:
        """The texts in which something was substituted, by item."""
        return {item: text for item, text in (("name", self.name), ("address", self.address)) if text.changed}

    def kept(self, at: datetime, by: str) -> list[KeptSubstitution]:
        """Return what is to be kept of it."""
        return [KeptSubstitution(self.target, item, text, at, by) for item, text in self.changed.items()]


def write_for(target: Target, items: FourItems) -> WrittenItems:
    """Return name and address in the target's repertoire.

    What people chose does not count: the register confirms the items of a certificate with base characters only.

    Raises:
        NoSubstitute: no rule gives a character; a person has to choose.
    """
    repertoire = REPERTOIRES[target]
    return WrittenItems(target, substitute(items.name, repertoire), substitute(items.address, repertoire))


@dataclass(frozen=True, slots=True)
class KeptSubstitution:
    """A text that left in another writing: original, written, the substitutions with their rules, when, by whom, where.

    `item` is ``name`` or ``address``, of a file of residents its column; `receiver` is the system it is for.
    """

    target: Target
    item: str
    text: SubstitutedText
    at: datetime
    by: str
    receiver: str = ""
