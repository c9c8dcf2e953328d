"""Plant and withdraw trap persons (番号法24条; decision 99).

The officer has the codes on paper before anything is planted, and this server keeps none. First the core takes the
traps, then the addressees and pseudonyms stand here, each as everybody's. Whatever is lost between, the same codes lead
to the same traps: what stands is left as it is, what does not is added.

No event of the audit trail here tells of it: its time would show whoever owns this server which rows came with it. The
core's and the commission's do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.pseudonyms import Pseudonym, pseudonym_of_nobody
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import ADDRESSEE_DIGITS, Addressee
from mizuhiki.institutions.intermediate_server.domain.errors import TrapsImpossible
from mizuhiki.institutions.intermediate_server.domain.traps import CODE_BYTES, PlannedTrap, TrapCode
from mizuhiki.institutions.intermediate_server.ports import Records, Store, TrapExchange
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.persons import FourItems

PLANT = "plant-traps"
WITHDRAW = "withdraw-traps"
MOST_AT_ONCE = 20


def addressee_number_of(code: TrapCode) -> str:
    """Return the addressee number of a trap: 15 digits, evenly distributed as everybody's are."""
    drawn = int.from_bytes(labelled_hash("trap-addressee", code.reveal()), "big")
    return f"{drawn % 10**ADDRESSEE_DIGITS:0{ADDRESSEE_DIGITS}d}"


def pseudonym_of(code: TrapCode) -> Pseudonym:
    """Return the pseudonym of a trap."""
    return pseudonym_of_nobody(code.reveal())


def token_of(code: TrapCode) -> bytes:
    """Return what withdraws a trap; the core learns it then, and from it neither code nor pseudonym."""
    return labelled_hash("trap-withdrawal", code.reveal())


@dataclass(frozen=True, slots=True)
class PlantTraps:
    """The traps of one server."""

    store: Store
    authority: Authority
    exchange: TrapExchange
    randomness: Randomness
    generations: CurrentGenerations

    def plan(self, context: Context, *, people: Sequence[FourItems]) -> tuple[list[PlannedTrap], int]:
        """Draw a code for each person, to be printed; return the traps and the generation they are for.

        Nothing is stored and nothing is sent.

        Raises:
            TrapsImpossible: none, or too many at once.
            Unavailable: nobody tells which generation is in use.
        """
        self.authority.require(context, PLANT)
        if not 1 <= len(people) <= MOST_AT_ONCE:
            raise TrapsImpossible(part="number")
        codes = [TrapCode(self.randomness.bytes(CODE_BYTES)) for _person in people]
        generation = self.generations.current().issuing(context.now())
        return [self.planned(code, one) for code, one in zip(codes, people, strict=True)], generation

    @staticmethod
    def planned(code: TrapCode, four_items: FourItems) -> PlannedTrap:
        """Return the trap of a code that was drawn before."""
        return PlannedTrap(code, addressee_number_of(code), four_items)

    def __call__(self, context: Context, *, traps: Sequence[PlannedTrap], generation: int) -> int:
        """Plant traps whose codes are printed; return how many of this server stand. Again, it changes nothing.

        Raises:
            TrapsImpossible: see there; nothing is planted.
            Refused: the commission or the core refuses, as `traps-too-many`; nothing is stored here.
            Unavailable: one of them does not answer; plant the same again later.
        """
        self.authority.require(context, PLANT)
        people = {trap.addressee_number: pseudonym_of(trap.code) for trap in traps}
        if not 1 <= len(traps) <= MOST_AT_ONCE or len(people) != len(traps):
            raise TrapsImpossible(part="number")
        with self.store.snapshot() as records:
            for number, pseudonym in people.items():
                _require_free(records, number, pseudonym)
        tokens = [token_of(trap.code) for trap in traps]
        standing = self.exchange.plant(list(people.values()), tokens, generation)
        with self.store.transaction() as records:
            for trap in traps:
                self._store(records, trap, people[trap.addressee_number], generation)
        return standing

    @staticmethod
    def _store(records: Records, trap: PlannedTrap, pseudonym: Pseudonym, generation: int) -> None:
        _require_free(records, trap.addressee_number, pseudonym)
        if records.addressee_of(pseudonym) is None:
            records.put_addressee(Addressee(trap.addressee_number, trap.four_items, protected=False))
            records.put_pseudonym(trap.addressee_number, pseudonym, generation)

    def withdraw(self, context: Context, *, codes: Sequence[TrapCode]) -> tuple[int, int]:
        """Have the core watch traps no more; return how many it watched, and how many of this server stand.

        The addressees stay: this server cannot tell a trap from a person, so it removes nobody on somebody's word.

        Raises:
            TrapsImpossible: no code, or too many.
            Unavailable: the core does not answer.
        """
        self.authority.require(context, WITHDRAW)
        if not 1 <= len(codes) <= MOST_AT_ONCE:
            raise TrapsImpossible(part="number")
        return self.exchange.withdraw([token_of(code) for code in codes])

    def standing(self, context: Context) -> int:
        """Return how many traps of this server stand, as the core tells; which ones nobody does.

        Raises:
            Unavailable: the core does not answer.
        """
        self.authority.require(context, PLANT)
        return self.exchange.count()


def _require_free(records: Records, number: str, pseudonym: Pseudonym) -> None:
    """Refuse a number that somebody else has; one in 10^15 times the people here."""
    if records.addressee(number) is not None and records.addressee_of(pseudonym) != number:
        raise TrapsImpossible(part="addressee-number")
