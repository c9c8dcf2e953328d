"""Bring every addressee to both open generations, and erase what is closed (pseudonyms design, generations; R-027).

A person of the older generation gets the newer pseudonym; whoever was issued in the newer one during the change gets
the older too, so that either can be answered until the older is closed. What is done is seen from the table alone: a
job that was killed goes on with those who still lack one, and a batch that was lost is asked for again with the same
result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.exchanges import OperatorCase
from mizuhiki.institutions.intermediate_server.operations.end_with_codes import EndWithCodes
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import DOUBLE_ADDRESSEE
from mizuhiki.institutions.intermediate_server.ports import PersonKey, Records, RenewalExchange, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused, Unavailable
from mizuhiki.vocabulary.generations import CurrentGenerations

ACTION = "renew-pseudonyms"
BATCH = 500
"""Persons of one renewal; the commission takes up to 1,000."""
BATCHES_OF_A_RUN = 20
KEPT_AFTER_CLOSING = timedelta(days=1)
"""The longest a case can last: what was asked under a generation has ended when its pseudonyms are erased."""


@dataclass(frozen=True, slots=True)
class RenewalProgress:
    """What a run did: `renewed` and `erased` now, `held` by generation, `left` without one of the open generations.

    `stopped_by` is the code of what ended the run early, empty when it was not ended. `ended` counts inquiries that
    waited for people who lost their last code.
    """

    renewed: int
    erased: int
    left: int
    held: Mapping[int, int]
    stopped_by: str = ""
    ended: int = 0


@dataclass(frozen=True, slots=True)
class RenewPseudonyms:
    """The renewal of one server; safe to run again at any time, and by several workers.

    With `remembers` what became of each code is kept beyond it: the portal's server tells it when a record is opened.
    """

    store: Store
    authority: Authority
    exchange: RenewalExchange
    randomness: Randomness
    generations: CurrentGenerations
    end: EndWithCodes
    batch: int = BATCH
    remembers: bool = False

    def __call__(self, context: Context, *, batches: int = BATCHES_OF_A_RUN) -> RenewalProgress:
        """Renew up to `batches` batches; return how far it is.

        An outage or a refusal ends the run and is told; the next run goes on.
        """
        self.authority.require(context, ACTION)
        try:
            generations = self.generations.current()
        except Unavailable as error:
            return self._progress(0, (0, 0), (), error.code)
        now = context.now()
        erased = self._erase(context, generations.closed_at(now - KEPT_AFTER_CLOSING))
        opened = generations.open_at(now)
        renewed, stopped = 0, ""
        for known, lacking in zip(opened, opened[::-1], strict=True) if len(opened) > 1 else ():
            after = ""
            while batches > 0 and not stopped:
                found = self._lacking(known, lacking, after)
                if not found:
                    break
                after, batches = list(found)[-1], batches - 1
                done, stopped = self._renew(context, found, known, lacking)
                renewed += done
        return self._progress(renewed, erased, opened, stopped)

    def _lacking(self, known: int, lacking: int, after: str) -> dict[str, PersonKey]:
        with self.store.snapshot() as records:
            return records.lacking(known, lacking, after, self.batch)

    def _renew(self, context: Context, found: Mapping[str, PersonKey], known: int, lacking: int) -> tuple[int, str]:
        """Renew one batch; return how many were stored, and the code of what refused it."""
        # The order of addressee numbers is nobody else's business.
        numbers = self._shuffled(list(found))
        try:
            renewed = self.exchange.renew([found[number] for number in numbers], known, lacking)
        except (Unavailable, Refused, Conflict, Malformed, NotFound) as error:
            return 0, str(error.fields.get("peer_code") or error.code)
        with self.store.transaction() as records:
            return sum(
                self._put(context, records, number, one, (known, lacking))
                for number, one in zip(numbers, renewed, strict=True)
            ), ""

    def _put(
        self, context: Context, records: Records, addressee_number: str, pseudonym: PersonKey, change: tuple[int, int]
    ) -> bool:
        holder = records.addressee_of(pseudonym)
        if holder is None:
            stored = records.put_renewed(addressee_number, pseudonym, change[1])
            if stored and self.remembers:
                records.note_code_change(addressee_number, min(change), max(change))
            return stored
        if holder != addressee_number and not records.is_mismatched(addressee_number):
            # Two addressees with pseudonyms of two generations turn out to be one person.
            records.mark_mismatch(addressee_number, mismatched=True)
            case = OperatorCase(
                self.randomness.token(), DOUBLE_ADDRESSEE, addressee_number, f"same person as {holder}", context.now()
            )
            records.open_case(case)
        return False

    def _erase(self, context: Context, closed: Sequence[int]) -> tuple[int, int]:
        """Erase the codes of closed generations; return how many, and how many inquiries ended with them."""
        if not closed:
            return 0, 0
        with self.store.transaction() as records:
            if not set(closed) & records.held_by_generation().keys():
                return 0, 0
            ended = self.end(context, records, closed)
            if self.remembers:
                records.note_ended_codes(closed)
            return records.erase_generations(closed), ended

    def _progress(self, renewed: int, erased: tuple[int, int], opened: Sequence[int], stopped: str) -> RenewalProgress:
        with self.store.snapshot() as records:
            held = records.held_by_generation()
            left = sum(records.count_lacking(generation) for generation in opened) if len(opened) > 1 else 0
        return RenewalProgress(renewed, erased[0], left, held, stopped, erased[1])

    def _shuffled(self, numbers: list[str]) -> list[str]:
        return sorted(numbers, key=lambda _number: self.randomness.bytes(16))
