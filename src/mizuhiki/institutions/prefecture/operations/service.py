"""The prefecture's operations bound to their adapters, for the API, tests and the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.prefecture.domain.holdings import Holding
from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.institutions.prefecture.operations import compare_tiers as _compare
from mizuhiki.institutions.prefecture.operations import open_look_ups as _open
from mizuhiki.institutions.prefecture.operations import search_identification as _search
from mizuhiki.institutions.prefecture.operations import take_identification as _take
from mizuhiki.institutions.prefecture.operations import verify_number as _verify
from mizuhiki.institutions.prefecture.ports import NationalServer, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.reconciliation import FoundDifference, HeldRecord, PageDigest
from mizuhiki.vocabulary.register_access.verification import NumberCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectureOperations:
    """Use cases of one prefecture; rules and errors stand in the module of each."""

    institution: InstitutionId
    store: Store
    authority: Authority
    gate: ProtectionGate
    national: NationalServer

    def take_identification(self, context: Context, *, sender: str, notices: Sequence[IdentificationNotice]) -> int:
        """Take a municipality's notices; return how many were new."""
        return _take.take_identification(
            context,
            store=self.store,
            authority=self.authority,
            prefecture_code=key_of(self.institution),
            sender=sender,
            notices=notices,
        )

    def search_identification(
        self, context: Context, *, asker: InstitutionId, affair: str, number: IndividualNumber
    ) -> Holding | None:
        """Search by number for a municipality of the prefecture."""
        return _search.search_identification(
            context,
            store=self.store,
            authority=self.authority,
            gate=self.gate,
            asker=asker,
            affair=affair,
            number=number,
        )

    def verify_number(self, context: Context, *, number_text: str, written: FourItems) -> NumberCheck:
        """Check a number for an affair of the prefecture's own [affair-officer]."""
        return _verify.verify_number(
            context,
            store=self.store,
            authority=self.authority,
            gate=self.gate,
            national=self.national,
            institution=self.institution,
            number_text=number_text,
            written=written,
        )

    def compare_pages(
        self,
        context: Context,
        *,
        sender: str,
        pages: Sequence[PageDigest],
        protected: Sequence[ResidentRecordCode],
    ) -> tuple[list[int], list[FoundDifference]]:
        """Compare page digests with a municipality's."""
        return _compare.compare_pages(
            context,
            store=self.store,
            authority=self.authority,
            prefecture_code=key_of(self.institution),
            sender=sender,
            pages=pages,
            protected=protected,
        )

    def compare_records(
        self, context: Context, *, sender: str, pages: Sequence[int], original: Sequence[HeldRecord]
    ) -> list[FoundDifference]:
        """Compare the records of pages that differ."""
        return _compare.compare_records(
            context,
            store=self.store,
            authority=self.authority,
            prefecture_code=key_of(self.institution),
            sender=sender,
            pages=pages,
            original=original,
        )

    def open_look_ups(self, context: Context, *, codes: Sequence[ResidentRecordCode]) -> list[str]:
        """Return a person's look-ups as bundles."""
        return _open.open_look_ups(context, store=self.store, authority=self.authority, codes=codes)

    def person_count(self) -> int:
        """Return how many persons are held as being in a register."""
        return self.store.person_count()
