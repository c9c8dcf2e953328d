"""Take issued pseudonyms (番号法21条の2; pseudonyms design, Issue).

No pseudonym is used before the register's four items agree with the addressee's; a mismatch opens a case. Two
addressees with one pseudonym are one person twice: that too is a case, and the first keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.errors import AcquisitionUnknown
from mizuhiki.institutions.intermediate_server.domain.exchanges import OperatorCase
from mizuhiki.institutions.intermediate_server.ports import DeliveredLine, OpenAcquisition, PersonKey, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import FIRST, CurrentGenerations
from mizuhiki.vocabulary.names.agreement import Agreement
from mizuhiki.vocabulary.persons import FourItems

ACTION = "receive-pseudonyms"
FOUR_ITEM_MISMATCH = "four-item-mismatch"
FOUR_ITEM_VARIANT = "four-item-variant"
DOUBLE_ADDRESSEE = "double-addressee"
OTHER_PERSON = "pseudonym-of-another-person"


def only_variants(own: FourItems, register: FourItems, differing: Sequence[str]) -> bool:
    """Say whether nothing differs but characters of the name that are variants of each other (髙, 高)."""
    return tuple(differing) == ("name",) and own.report(register)["name"] is Agreement.VARIANT


def names_hash(own: FourItems, register: FourItems) -> bytes:
    """Return the hash of two ways of writing one name, for which a person decides."""
    return labelled_hash("accepted-variant", own.name.encode(), register.name.encode())


@dataclass(frozen=True, slots=True)
class Delivery:
    """Which case a delivery belongs to, which acquisition of ours it answers, and until when it may come again."""

    case_hash: bytes
    acquisition_hash: bytes
    expires_at: datetime
    generation: int = FIRST


@dataclass(frozen=True, slots=True)
class Issued:
    """The generation of a delivery, and those that are closed, whose pseudonyms count as not held."""

    generation: int
    closed: Sequence[int]


@dataclass(frozen=True, slots=True)
class ReceivePseudonyms:
    """Stores delivered pseudonyms of open acquisitions."""

    store: Store
    authority: Authority
    randomness: Randomness
    generations: CurrentGenerations

    def __call__(self, context: Context, *, delivery: Delivery, lines: Sequence[DeliveredLine]) -> int:
        """Store what fits and open cases for what does not; return how many pseudonyms are ready.

        The core sends a delivery again when it lost our answer; that changes nothing and is answered as the first time.

        Raises:
            AcquisitionUnknown: a line fits no open acquisition of this hash; nothing of the batch is stored.
        """
        self.authority.require(context, ACTION)
        ready = 0
        closed = self.generations.current().closed_at(context.now())
        with self.store.transaction() as records:
            known = records.batch_taken(delivery.case_hash)
            if known is not None:
                return known
            for line in lines:
                opened = records.acquisition(line.acquisition_number)
                if (
                    opened is None
                    or opened.acquisition_hash != delivery.acquisition_hash
                    or context.now() >= opened.expires_at
                ):
                    raise AcquisitionUnknown
                ready += self._take(context, records, opened, line, Issued(delivery.generation, closed))
                records.close_acquisition(line.acquisition_number)
            records.note_batch(delivery.case_hash, ready, delivery.expires_at)
        return ready

    def _take(
        self, context: Context, records: Records, opened: OpenAcquisition, line: DeliveredLine, issued: Issued
    ) -> bool:
        addressee = records.addressee(opened.addressee_number)
        if addressee is None:
            raise AcquisitionUnknown
        holder = records.addressee_of(line.pseudonym)
        if holder is not None and holder != opened.addressee_number:
            self._open_case(context, records, DOUBLE_ADDRESSEE, opened.addressee_number, f"same person as {holder}")
            return False
        own = addressee.four_items
        differing = () if own is None else own.compare(line.four_items)
        if own is not None and only_variants(own, line.four_items, differing):
            # A person decided before that these two ways of writing are one name; no table decides that.
            if records.variant_accepted(opened.addressee_number, names_hash(own, line.four_items)):
                differing = ()
            else:
                records.mark_mismatch(opened.addressee_number, mismatched=True)
                records.propose_variant(opened.addressee_number, names_hash(own, line.four_items))
                detail = "the name differs from the register's in variant characters only"
                self._open_case(context, records, FOUR_ITEM_VARIANT, opened.addressee_number, detail)
                return False
        records.mark_mismatch(opened.addressee_number, mismatched=bool(differing))
        if differing:
            detail = f"differs from the register: {', '.join(differing)}"
            self._open_case(context, records, FOUR_ITEM_MISMATCH, opened.addressee_number, detail)
            return False
        return holder is not None or self._store(context, records, opened.addressee_number, line.pseudonym, issued)

    def _store(
        self, context: Context, records: Records, addressee_number: str, pseudonym: PersonKey, issued: Issued
    ) -> bool:
        """Store a pseudonym of somebody whose four items agree, unless another person's is held."""
        held = records.pseudonyms_of(addressee_number)
        if issued.generation in held:
            records.mark_mismatch(addressee_number, mismatched=True)
            detail = "the register now gives another person under this addressee"
            self._open_case(context, records, OTHER_PERSON, addressee_number, detail)
            return False
        if not held.keys() <= set(issued.closed):
            # Whether it is the same person shows when the one held is renewed; until then the addressee stays blocked.
            records.mark_mismatch(addressee_number, mismatched=True)
            return False
        records.put_pseudonym(addressee_number, pseudonym, issued.generation)
        return True

    def _open_case(self, context: Context, records: Records, kind: str, reference: str, detail: str) -> None:
        records.open_case(OperatorCase(self.randomness.token(), kind, reference, detail, context.now()))
