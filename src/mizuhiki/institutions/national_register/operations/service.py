"""The register's operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.records import (
    AcquisitionOutcome,
    CardClaim,
    CardRecord,
    CodeBundle,
    IdentificationNotice,
    NumberedPerson,
    NumberLine,
    NumberOutcome,
    Subject,
)
from mizuhiki.institutions.national_register.operations import (
    allocate_resident_record_codes as _allocate,
)
from mizuhiki.institutions.national_register.operations import confirm_card_holder as _confirm
from mizuhiki.institutions.national_register.operations import current_identification as _current
from mizuhiki.institutions.national_register.operations import generate_numbers as _generate
from mizuhiki.institutions.national_register.operations import register_card as _card
from mizuhiki.institutions.national_register.operations import request_pseudonyms as _pseudonyms
from mizuhiki.institutions.national_register.operations import search_identification as _search
from mizuhiki.institutions.national_register.operations import take_identification as _take
from mizuhiki.institutions.national_register.ports import PseudonymIssue, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode


@dataclass(frozen=True, slots=True)
class NationalRegister:
    """Adapters of one register; methods are its use cases, see the module of the same name for rules and errors."""

    store: Store
    authority: Authority
    randomness: Randomness
    number_key: SecretKey
    gate: ProtectionGate
    issue: PseudonymIssue

    def allocate_resident_record_codes(
        self, context: Context, *, municipality_code: str, request_id: str, count: int
    ) -> CodeBundle:
        """Reserve a bundle of codes."""
        return _allocate.allocate_resident_record_codes(
            context,
            store=self.store,
            authority=self.authority,
            randomness=self.randomness,
            municipality_code=municipality_code,
            request_id=request_id,
            count=count,
        )

    def generate_numbers(
        self, context: Context, *, municipality_code: str, lines: Sequence[NumberLine]
    ) -> list[NumberOutcome]:
        """Generate numbers to be designated."""
        return _generate.generate_numbers(
            context,
            store=self.store,
            authority=self.authority,
            randomness=self.randomness,
            key=self.number_key,
            municipality_code=municipality_code,
            lines=lines,
        )

    def take_identification(
        self, context: Context, *, prefecture_code: str, notices: Sequence[IdentificationNotice]
    ) -> int:
        """Take a prefecture's notices."""
        return _take.take_identification(
            context, store=self.store, authority=self.authority, prefecture_code=prefecture_code, notices=notices
        )

    def search_identification(
        self, context: Context, *, asker: str, affair: str, number: IndividualNumber
    ) -> NumberedPerson | None:
        """Search by number for a lawful affair."""
        return _search.search_identification(
            context,
            store=self.store,
            authority=self.authority,
            gate=self.gate,
            asker=asker,
            affair=affair,
            number=number,
        )

    def current_identification(
        self, context: Context, *, code: ResidentRecordCode, service: str, verifier: str
    ) -> NumberedPerson | None:
        """Return the current items of a certificate's holder for a verifier."""
        return _current.current_identification(
            context,
            store=self.store,
            authority=self.authority,
            gate=self.gate,
            code=code,
            service=service,
            verifier=verifier,
        )

    def request_pseudonyms(
        self, context: Context, *, acquisition: _pseudonyms.CheckedAcquisition, subjects: Sequence[Subject]
    ) -> AcquisitionOutcome:
        """Start the issue of pseudonyms."""
        return _pseudonyms.request_pseudonyms(
            context,
            store=self.store,
            authority=self.authority,
            issue=self.issue,
            acquisition=acquisition,
            subjects=subjects,
        )

    def register_card(
        self,
        context: Context,
        *,
        municipality_code: str,
        request_id: str,
        code: ResidentRecordCode,
        issued_on: date,
    ) -> CardRecord:
        """Register a card."""
        return _card.register_card(
            context,
            store=self.store,
            authority=self.authority,
            randomness=self.randomness,
            municipality_code=municipality_code,
            request_id=request_id,
            code=code,
            issued_on=issued_on,
        )

    def confirm_card_holder(self, context: Context, *, claim: CardClaim) -> bool:
        """Say whether a municipality's claim about a card holds."""
        return _confirm.confirm_card_holder(context, store=self.store, authority=self.authority, claim=claim)

    def counts(self) -> Mapping[str, int]:
        """Return figures for the operator page."""
        return self.store.counts()
