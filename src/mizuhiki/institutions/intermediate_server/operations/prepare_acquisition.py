"""Register addressees and prepare to acquire their pseudonyms (番号法21条の2; R-222)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.errors import FourItemsMissing
from mizuhiki.institutions.intermediate_server.ports import Exchange, OpenAcquisition, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import CurrentStatute, lawful_affair

ACTION = "prepare-acquisition"
LIFETIME = timedelta(hours=1)
"""An acquisition number lives only until its pseudonym came; an hour covers an outage of the core."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The signed acquisition, empty when nobody lacks a pseudonym, with addressee and acquisition numbers."""

    acquisition: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrepareAcquisition:
    """Stores the addressees, then signs one acquisition for those without a pseudonym."""

    store: Store
    authority: Authority
    exchange: Exchange
    randomness: Randomness
    four_items_needed: bool
    generations: CurrentGenerations
    owner: InstitutionId
    statute: CurrentStatute

    def __call__(self, context: Context, *, affair: str, addressees: Sequence[Addressee]) -> Prepared:
        """Return the acquisition to hand to the register.

        Raises:
            AffairNotLawful: the affair may not use numbers on this day.
            FourItemsMissing: an addressee has none and this is not the portal's server.
        """
        self.authority.require(context, ACTION)
        lawful_affair(self.statute, self.owner, affair, context.today())
        if self.four_items_needed and any(addressee.four_items is None for addressee in addressees):
            raise FourItemsMissing
        closed = self._closed(context)
        with self.store.transaction() as records:
            lacking = [addressee for addressee in addressees if self._lacks(records, addressee, closed)]
        if not lacking:
            return Prepared("", ())
        lines = tuple((addressee.addressee_number, self.randomness.token()) for addressee in lacking)
        expires_at = context.now() + LIFETIME
        acquisition = self.exchange.sign_acquisition(
            self.randomness.token(), affair, [number for _, number in lines], expires_at
        )
        digest = object_hash(acquisition)
        with self.store.transaction() as records:
            records.open_acquisitions(
                [OpenAcquisition(number, addressee, digest, expires_at) for addressee, number in lines]
            )
        return Prepared(acquisition, lines)

    def held(self, context: Context, *, addressee_numbers: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return which addressees have a pseudonym, and which are blocked by a four-item mismatch."""
        self.authority.require(context, ACTION)
        return self.store.held(list(addressee_numbers))

    def _closed(self, context: Context) -> frozenset[int]:
        """Return the closed generations; none while they cannot be asked for, where the register is away as well."""
        try:
            return frozenset(self.generations.current().closed_at(context.now()))
        except Unavailable:
            return frozenset()

    @staticmethod
    def _lacks(records: Records, addressee: Addressee, closed: frozenset[int]) -> bool:
        """Say whether a pseudonym is to be acquired: none of use is held, or the four items differed and may agree."""
        records.put_addressee(addressee)
        number = addressee.addressee_number
        return not records.pseudonyms_of(number).keys() - closed or records.is_mismatched(number)
