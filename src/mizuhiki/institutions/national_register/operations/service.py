"""The register's operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.card.faces import FaceImages
from mizuhiki.card.free_area import ProviderKind
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.card_moves import ToldMove
from mizuhiki.institutions.national_register.domain.notices import NoticeOrder
from mizuhiki.institutions.national_register.domain.records import (
    AcquisitionOutcome,
    CardAtDesk,
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
from mizuhiki.institutions.national_register.operations import ask_later_record as _later
from mizuhiki.institutions.national_register.operations import card_sessions as _sessions
from mizuhiki.institutions.national_register.operations import change_code as _change_code
from mizuhiki.institutions.national_register.operations import change_number as _change_number
from mizuhiki.institutions.national_register.operations import compare_tiers as _compare
from mizuhiki.institutions.national_register.operations import confirm_card_holder as _confirm
from mizuhiki.institutions.national_register.operations import current_identification as _current
from mizuhiki.institutions.national_register.operations import lapse_cards as _lapses
from mizuhiki.institutions.national_register.operations import load_numbers as _load
from mizuhiki.institutions.national_register.operations import open_look_ups as _open
from mizuhiki.institutions.national_register.operations import permit_application as _permits
from mizuhiki.institutions.national_register.operations import register_card as _card
from mizuhiki.institutions.national_register.operations import request_pseudonyms as _pseudonyms
from mizuhiki.institutions.national_register.operations import search_identification as _search
from mizuhiki.institutions.national_register.operations import send_notices as _notices
from mizuhiki.institutions.national_register.operations import take_identification as _take
from mizuhiki.institutions.national_register.operations.card_sessions import (
    CardIssuer,
    CardProof,
    MadeCard,
    OpenedSession,
)
from mizuhiki.institutions.national_register.operations.generate_numbers import NumberQueue
from mizuhiki.institutions.national_register.operations.load_numbers import MadeNumber
from mizuhiki.institutions.national_register.operations.permit_application import WantedApplication
from mizuhiki.institutions.national_register.ports import (
    ContractorFormat,
    ContractorMedium,
    LookUpTiers,
    OwnLookUps,
    PseudonymIssue,
    Store,
)
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.reconciliation import FoundDifference, HeldRecord, PageDigest
from mizuhiki.vocabulary.statute import CurrentStatute


@dataclass(frozen=True, slots=True)
class NationalRegister:
    """Adapters of one register; methods are its use cases, see the module of the same name for rules and errors."""

    store: Store
    authority: Authority
    randomness: Randomness
    number_key: SecretKey
    numbers: NumberQueue
    gate: ProtectionGate
    issue: PseudonymIssue
    contractor: ContractorFormat
    card_issuer: CardIssuer
    statute: CurrentStatute

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
        return self.numbers.generate_numbers(context, municipality_code=municipality_code, lines=lines)

    def judge_numbers(self, context: Context, rows: Sequence[MadeNumber]) -> int:
        """Judge rows of a bulk output without storing them."""
        return _load.judge_numbers(context, store=self.store, authority=self.authority, key=self.number_key, rows=rows)

    def load_numbers(self, context: Context, rows: Sequence[MadeNumber]) -> int:
        """Take rows of a bulk output in."""
        return _load.load_numbers(
            context,
            store=self.store,
            authority=self.authority,
            randomness=self.randomness,
            key=self.number_key,
            rows=rows,
        )

    def change_number(
        self,
        context: Context,
        *,
        municipality_code: str,
        request_id: str,
        code: ResidentRecordCode,
        number: IndividualNumber,
    ) -> IndividualNumber:
        """Generate the number that follows one which leaked."""
        return _change_number.change_number(
            context,
            store=self.store,
            authority=self.authority,
            key=self.number_key,
            municipality_code=municipality_code,
            request_id=request_id,
            code=code,
            number=number,
        )

    def change_code(
        self,
        context: Context,
        *,
        municipality_code: str,
        request_id: str,
        old: ResidentRecordCode,
        new: ResidentRecordCode,
    ) -> None:
        """Take note of a person's new code."""
        _change_code.change_code(
            context,
            store=self.store,
            authority=self.authority,
            municipality_code=municipality_code,
            request_id=request_id,
            old=old,
            new=new,
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

    def ask_later_record(self, context: Context, *, municipality_code: str, number: IndividualNumber) -> bool:
        """Say whether a person was entered elsewhere since."""
        return _later.ask_later_record(
            context, store=self.store, authority=self.authority, municipality_code=municipality_code, number=number
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
            statute=self.statute,
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

    def make_card(self, context: Context, *, card: CardAtDesk, pictures: FaceImages) -> MadeCard:
        """Give a registered card its issuer keys and signed contents."""
        return _sessions.make_card(
            context, store=self.store, authority=self.authority, issuer=self.card_issuer, card=card, pictures=pictures
        )

    def permit_application(
        self, context: Context, *, provider: str, kind: ProviderKind, wanted: WantedApplication
    ) -> bytes:
        """Sign the permit for a provider of the free area that showed its decision."""
        return _permits.permit_application(
            context, self.store, self.authority, self.card_issuer, provider, kind, wanted
        )

    def open_card_session(
        self,
        context: Context,
        *,
        card: CardAtDesk,
        operation: str,
        proof: CardProof,
        wanted: WantedApplication | None = None,
    ) -> OpenedSession:
        """Open the issuer's session with a card at a desk, for one operation."""
        return _sessions.open_card_session(
            context,
            store=self.store,
            authority=self.authority,
            issuer=self.card_issuer,
            card=card,
            operation=operation,
            proof=proof,
            wanted=wanted,
        )

    def confirm_card_holder(self, context: Context, *, claim: CardClaim) -> bool:
        """Say whether a municipality's claim about a card holds."""
        return _confirm.confirm_card_holder(context, store=self.store, authority=self.authority, claim=claim)

    def take_card_moves(self, context: Context, *, municipality_code: str, moves: Sequence[ToldMove]) -> int:
        """Take what a municipality tells of moves that bear on cards."""
        return _lapses.take_card_moves(
            context, store=self.store, authority=self.authority, municipality_code=municipality_code, moves=moves
        )

    def lapse_cards(self, context: Context) -> int:
        """End the cards that ended by law; return how many."""
        return _lapses.lapse_cards(context, store=self.store, authority=self.authority)

    def take_notice_addresses(self, context: Context, *, order: NoticeOrder) -> int:
        """Take an order for cards or notices."""
        return _notices.take_notice_addresses(
            context, store=self.store, authority=self.authority, randomness=self.randomness, order=order
        )

    def register_returned_notice(
        self, context: Context, *, municipality_code: str, number: str, reason: str, on: date
    ) -> None:
        """Note a card that is not delivered any more."""
        _notices.register_returned_notice(
            context,
            store=self.store,
            authority=self.authority,
            municipality_code=municipality_code,
            number=number,
            reason=reason,
            on=on,
        )

    def make_contractor_file(self, context: Context, medium: ContractorMedium) -> str:
        """Put everything that can be printed on the contractor's medium; return the run, empty when nothing can."""
        return _notices.make_contractor_file(
            context,
            store=self.store,
            authority=self.authority,
            gate=self.gate,
            randomness=self.randomness,
            contractor=self.contractor,
            medium=medium,
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
            context, store=self.store, authority=self.authority, sender=sender, pages=pages, protected=protected
        )

    def compare_records(
        self, context: Context, *, sender: str, pages: Sequence[int], original: Sequence[HeldRecord]
    ) -> list[FoundDifference]:
        """Compare the records of pages that differ."""
        return _compare.compare_records(
            context, store=self.store, authority=self.authority, sender=sender, pages=pages, original=original
        )

    def open_look_ups(self, context: Context, *, code: ResidentRecordCode) -> tuple[OwnLookUps, LookUpTiers]:
        """Return a person's look-ups here, and the tiers that have more."""
        return _open.open_look_ups(context, store=self.store, authority=self.authority, code=code)

    def counts(self) -> Mapping[str, int]:
        """Return figures for the operator page."""
        return self.store.counts()
