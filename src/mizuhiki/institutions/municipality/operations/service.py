"""The municipality's operations bound to their adapters, for the API, the pages, the jobs and the world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.card.chip import Chip
from mizuhiki.card.generation import KeyRole, PinRole
from mizuhiki.card.memory import LifeState
from mizuhiki.card.reader import Reader
from mizuhiki.casework.ports import AssessmentReceipt
from mizuhiki.institutions.municipality.domain.addressees import Acquired, NumberIntake
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AllowanceCase,
    CaseState,
    ChildAllowanceApplication,
    Payment,
)
from mizuhiki.institutions.municipality.domain.cards import (
    CardForm,
    EndorsedItem,
    IssuedCard,
    OwnApplication,
    ShownCard,
)
from mizuhiki.institutions.municipality.domain.child_allowance import Entitlement
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveInNotice, MoveOutForm, MovingOutCertificate
from mizuhiki.institutions.municipality.domain.residents import (
    BirthEntered,
    BirthForm,
    CodeChangeForm,
    CodeNotice,
    HouseholdEntry,
    HouseholdView,
    JournalLine,
    NumberChangeForm,
    NumberingStep,
    NumberNotice,
    ResidentCertificate,
    ResidentQuery,
    ResidentRecord,
    ResidentsFound,
)
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution
from mizuhiki.institutions.municipality.domain.support_measures import (
    Lift,
    MeasureView,
    WaitingReturn,
    WaitingTransfer,
    Work,
)
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.institutions.municipality.operations import acquire_pseudonyms as _pseudonyms
from mizuhiki.institutions.municipality.operations import answer_moves as _answer
from mizuhiki.institutions.municipality.operations import assess_protection as _assessment
from mizuhiki.institutions.municipality.operations import change_card as _change
from mizuhiki.institutions.municipality.operations import change_code as _change_code
from mizuhiki.institutions.municipality.operations import change_number as _change_number
from mizuhiki.institutions.municipality.operations import decide_child_allowance as _decide
from mizuhiki.institutions.municipality.operations import decline_certificate as _decline
from mizuhiki.institutions.municipality.operations import examine_child_allowance as _examine
from mizuhiki.institutions.municipality.operations import import_residents as _import
from mizuhiki.institutions.municipality.operations import issue_card as _card
from mizuhiki.institutions.municipality.operations import move_residents as _move
from mizuhiki.institutions.municipality.operations import number_residents as _number
from mizuhiki.institutions.municipality.operations import publish_resident_copies as _resident_copies
from mizuhiki.institutions.municipality.operations import read_register as _read
from mizuhiki.institutions.municipality.operations import register_birth as _birth
from mizuhiki.institutions.municipality.operations import register_tax as _tax
from mizuhiki.institutions.municipality.operations import replenish_codes as _codes
from mizuhiki.institutions.municipality.operations import return_measures as _return
from mizuhiki.institutions.municipality.operations import support_measures as _support
from mizuhiki.institutions.municipality.operations import take_number as _intake
from mizuhiki.institutions.municipality.operations import transfer_measures as _transfer
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.choose_substitutes import SubstituteDesk
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.operations.copy_service import CopyOperations
from mizuhiki.institutions.municipality.operations.event_service import EventOperations
from mizuhiki.institutions.municipality.operations.match_addressees import AddresseeDesk
from mizuhiki.institutions.municipality.operations.network_desk import NetworkDesk
from mizuhiki.institutions.municipality.operations.notice_desk import NoticeDesk
from mizuhiki.institutions.municipality.operations.outside_systems import OutsideDesk
from mizuhiki.institutions.municipality.operations.resident_files import ResidentFiles
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import ResidentRecordCode

AddStaff = Callable[[str, str, str, str], None]
"""Opens an account: account, display name, role, passphrase."""


@dataclass(frozen=True, slots=True)
class MunicipalityOperations:
    """Use cases of one municipality. Roles stand in brackets; rules and errors in the module of each operation.

    Every method that takes a context also raises ActorOfOtherInstitution, ActionNotPermitted and AffairNotLawful.
    """

    adapters: Adapters
    open_account: AddStaff
    claims: Claims
    """Procedures of the welfare, child, care and housing sections."""

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account of a member of staff; used when an office is founded."""
        self.open_account(account, display_name, role, passphrase)

    @property
    def copies(self) -> CopyOperations:
        """Copies, inspections, lists derived from the register."""
        return CopyOperations(self.adapters)

    @property
    def addressees(self) -> AddresseeDesk:
        """Addressee numbers across departments."""
        return AddresseeDesk(self.adapters)

    @property
    def events(self) -> EventOperations:
        """Life events."""
        return EventOperations(self.adapters)

    # Register

    def import_existing_residents(self, context: Context, households: Sequence[HouseholdEntry]) -> list[str]:
        """Take over an existing register and number everybody in it (附則3条; R-013) [registrar]."""
        return _import.import_existing_residents(context, self.adapters, households)

    @property
    def files(self) -> ResidentFiles:
        """Residents as files, in and out."""
        return ResidentFiles(self.adapters)

    @property
    def substitutes(self) -> SubstituteDesk:
        """Substitute characters for systems that lack some."""
        return SubstituteDesk(self.adapters)

    def register_birth(self, context: Context, form: BirthForm) -> BirthEntered:
        """Enter a newborn child and write a code onto the record [counter-clerk]."""
        return _birth.register_birth(context, self.adapters, form)

    def request_number(self, context: Context, resident: str) -> None:
        """Have the register generate the number to be designated [counter-clerk, registrar, mayor, machinery]."""
        _number.request_number(context, self.adapters, resident)

    def designate_number(self, context: Context, resident: str) -> None:
        """Designate the generated number [mayor]."""
        _number.designate_number(context, self.adapters, resident)

    def notify_number(self, context: Context, resident: str) -> NumberNotice:
        """Notify code and number together; again, it returns the same notice [mayor]."""
        return _number.notify_number(context, self.adapters, resident)

    def numbering_steps(self, context: Context, resident: str) -> list[NumberingStep]:
        """Return the logged steps of a numbering, in order."""
        return _number.numbering_steps(context, self.adapters, resident)

    def resume_numbering(self, context: Context) -> int:
        """Request numbers for records that wait for one; return how many [machinery, registrar]."""
        return _number.resume_numbering(context, self.adapters)

    def change_number(self, context: Context, form: NumberChangeForm) -> str:
        """Designate another number after a leak; notify it with `notify_number` [mayor]."""
        return _change_number.change_number(context, self.adapters, form)

    def change_code(self, context: Context, form: CodeChangeForm) -> CodeNotice:
        """Change the resident record code on request and return the written notice [counter-clerk]."""
        return _change_code.change_code(context, self.adapters, form)

    def replenish_codes(self, context: Context, at_least: int = 0) -> int:
        """Order codes when the stock is low; return how many came [machinery, registrar]."""
        return _codes.replenish_codes(context, self.adapters, at_least)

    def register_move_out(self, context: Context, form: MoveOutForm) -> str:
        """Take a move out; return its reference [counter-clerk]."""
        return _move.register_move_out(context, self.adapters, form)

    def fetch_moving_out_certificate(
        self, context: Context, *, from_municipality: str, move_reference: str, resident_record_code: str
    ) -> MovingOutCertificate:
        """Get the certificate of people who move here over the network [counter-clerk]."""
        return _move.fetch_moving_out_certificate(
            context,
            self.adapters,
            from_municipality=from_municipality,
            move_reference=move_reference,
            resident_record_code=resident_record_code,
        )

    def register_move_in(self, context: Context, form: MoveInForm) -> list[str]:
        """Enter people who moved here with the number and code they have [counter-clerk]."""
        return _move.register_move_in(context, self.adapters, form)

    def give_moving_out_certificate(
        self, context: Context, *, asker: str, move_reference: str, code: ResidentRecordCode
    ) -> MovingOutCertificate:
        """Give another municipality the certificate of people who move there [peer]."""
        return _answer.give_moving_out_certificate(
            context, self.adapters, asker=asker, move_reference=move_reference, code=code
        )

    def take_move_in_notice(self, context: Context, notice: MoveInNotice) -> str:
        """Remove the records of people who were entered elsewhere [peer]."""
        return _answer.take_move_in_notice(context, self.adapters, notice)

    def search_residents(self, context: Context, query: ResidentQuery) -> ResidentsFound:
        """Search by name, reading, birth date and address [counter-clerk]."""
        return _read.search_residents(context, self.adapters, query)

    def household_view(self, context: Context, household: str, *, work: Work = Work.HOUSEHOLD) -> HouseholdView:
        """Return a household on one screen [counter-clerk]."""
        return _read.household_view(context, self.adapters, household, work=work)

    def household_of(self, context: Context, resident: str) -> str:
        """Return the token of a resident's household [counter-clerk]."""
        return _read.household_of(context, self.adapters, resident)

    def resident(self, context: Context, resident: str, *, work: Work = Work.HOUSEHOLD) -> ResidentRecord:
        """Return one record [counter-clerk]."""
        return _read.resident(context, self.adapters, resident, work=work)

    def resident_certificate(
        self, context: Context, resident: str, *, recipient: str, special_request: str = ""
    ) -> ResidentCertificate:
        """Return a copy of the record, with code and number only on a special request [counter-clerk]."""
        return _read.resident_certificate(
            context, self.adapters, resident, recipient=recipient, special_request=special_request
        )

    def journal(self, context: Context, day: date) -> list[JournalLine]:
        """Return what was entered on a day [counter-clerk]."""
        return _read.journal(context, self.adapters, day)

    # Support measures

    def start_measure(self, context: Context, resident: str, reason: str) -> str:
        """Put a support measure on a record [support-officer]."""
        return _support.start_measure(context, self.adapters, resident, reason)

    def renew_measure(self, context: Context, measure: str) -> None:
        """Renew a support measure for a year [support-officer]."""
        _support.renew_measure(context, self.adapters, measure)

    def end_measure(self, context: Context, measure: str) -> None:
        """End a support measure [support-officer]."""
        _support.end_measure(context, self.adapters, measure)

    def measures(self, context: Context) -> list[MeasureView]:
        """Return all support measures with their lifts [support-officer]."""
        return _support.measures(context, self.adapters)

    def ask_for_lift(self, context: Context, measure: str, work: Work, reason: str) -> str:
        """Ask the officer to lift a measure for one piece of work [counter-clerk and others]."""
        return _support.ask_for_lift(context, self.adapters, measure, work, reason)

    def own_lifts(self, context: Context, measure: str) -> list[Lift]:
        """Return what the actor asked for about a measure [counter-clerk and others]."""
        return _support.own_lifts(context, self.adapters, measure)

    def way_of_lift(self, context: Context, lift: str) -> tuple[Work, str, str]:
        """Return for which work, household and resident an own lift is open [counter-clerk and others]."""
        return _support.way_of_lift(context, self.adapters, lift)

    def decide_lift(self, context: Context, lift: str, *, grant: bool) -> None:
        """Grant or decline a lift [support-officer]."""
        _support.decide_lift(context, self.adapters, lift, grant=grant)

    def close_lift(self, context: Context, lift: str) -> None:
        """Lock again what was lifted [support-officer]."""
        _support.close_lift(context, self.adapters, lift)

    def approve_transfer(self, context: Context, move_reference: str, to_municipality: str) -> None:
        """Let the measures of one announced move go to one municipality [support-officer]."""
        _transfer.approve_transfer(context, self.adapters, move_reference, to_municipality)

    def approve_return(self, context: Context, person: str, to_municipality: str) -> None:
        """Let a protected person abroad be known to the municipality they come back to [support-officer]."""
        _return.approve_return(context, self.adapters, person, to_municipality)

    def waiting_returns(self, context: Context) -> list[WaitingReturn]:
        """Return protected people abroad of the supplement [support-officer]."""
        return _return.waiting_returns(context, self.adapters)

    def waiting_transfers(self, context: Context) -> list[WaitingTransfer]:
        """Return announced moves of protected people [support-officer]."""
        return _transfer.waiting_transfers(context, self.adapters)

    # Linkage and tax

    def acquire_pseudonyms(self, context: Context, residents: Sequence[str] | None = None) -> Acquired:
        """Start the issue of pseudonyms for residents, all lacking one when None [linkage-officer]."""
        return _pseudonyms.acquire_pseudonyms(context, self.adapters, residents)

    def linkage_ready(self, context: Context, resident: str) -> bool:
        """Say whether the own intermediate server holds a pseudonym of a resident [linkage-officer, counter-clerk]."""
        return _pseudonyms.linkage_ready(context, self.adapters, resident)

    def register_tax_record(self, context: Context, records: Sequence[TaxRecord]) -> int:
        """Store tax records and publish their copies where that is possible; return how many went out [tax-officer]."""
        return _tax.register_tax_record(context, self.adapters, records)

    def publish_local_copies(self, context: Context) -> int:
        """Register copies that were not sent yet; return how many went out [tax-officer, machinery]."""
        return _tax.publish_local_copies(context, self.adapters)

    def publish_resident_copies(self, context: Context) -> int:
        """Register copies of resident records that changed; return how many [linkage-officer, machinery]."""
        return _resident_copies.publish_resident_copies(context, self.adapters)

    def tax_records(self, context: Context, resident: str) -> list[TaxRecord]:
        """Return a resident's tax records held here, newest first [tax-officer]."""
        return _tax.tax_records(context, self.adapters, resident)

    # Child allowance

    def take_number(self, context: Context, intake: NumberIntake) -> str:
        """Take a number from a person after the identity check; return the resident's token [counter-clerk]."""
        return _intake.take_number(context, self.adapters, intake)

    def apply_child_allowance(self, context: Context, form: ChildAllowanceApplication) -> str:
        """Take a claim; return the case [counter-clerk]."""
        return _examine.apply_child_allowance(context, self.adapters, form)

    def request_linked_information(self, context: Context, case: str) -> list[LinkedInformation]:
        """Ask for what the claim needs and is not there yet; return all answers of the case [counter-clerk]."""
        return _examine.request_linked_information(context, self.adapters, case)

    def record_paper_document(
        self,
        context: Context,
        case: str,
        kind: str,
        description: str,
        *,
        total_income_yen: int | None = None,
        dependents: int | None = None,
    ) -> None:
        """Record a paper taken because linkage gave nothing; a tax paper with its figures [counter-clerk]."""
        _examine.record_paper_document(
            context,
            self.adapters,
            case,
            kind,
            description,
            total_income_yen=total_income_yen,
            dependents=dependents,
        )

    def allowance_case(self, context: Context, case: str) -> AllowanceCase:
        """Return a case with its timeline [counter-clerk, approver]."""
        return _examine.allowance_case(context, self.adapters, case)

    def cases(self, context: Context, state: CaseState | str | None = None) -> list[AllowanceCase]:
        """Return cases, oldest first [counter-clerk, approver]."""
        return _examine.cases(context, self.adapters, None if state is None else CaseState(state))

    def propose_decision(self, context: Context, case: str) -> Entitlement:
        """Assess the claim and propose the result [counter-clerk]."""
        return _decide.propose_decision(context, self.adapters, case)

    def approve_decision(self, context: Context, case: str) -> None:
        """Approve a proposal of somebody else [approver]."""
        _decide.approve_decision(context, self.adapters, case)

    def order_payment(self, context: Context, case: str) -> Payment:
        """Order the next payment; again before its day, it returns the same order [approver]."""
        return _decide.order_payment(context, self.adapters, case)

    def send_decision_notice(self, context: Context, case: str) -> str:
        """Send decision and payment to the claimant's account; return the notice id [counter-clerk, approver]."""
        return _decide.send_decision_notice(context, self.adapters, case)

    # Cards

    def issue_card(self, context: Context, form: CardForm, chip: Chip) -> IssuedCard:
        """Personalise a chip for a resident [counter-clerk]."""
        return _card.issue_card(context, self.adapters, form, chip)

    def reset_pin(self, context: Context, shown: ShownCard, reader: Reader, role: PinRole, pin: str) -> None:
        """Set a PIN that its holder typed [counter-clerk]."""
        _change.reset_pin(context, self.adapters, shown, reader, role, pin)

    def renew_certificate(self, context: Context, shown: ShownCard, reader: Reader, role: KeyRole, pin: str) -> None:
        """Put a new key and certificate onto a card: at its end, or after a change of name [counter-clerk]."""
        _change.renew_certificate(context, self.adapters, shown, reader, role, pin)

    def decline_certificate(self, context: Context, shown: ShownCard, reader: Reader, role: KeyRole) -> None:
        """End a certificate that the holder does not want [counter-clerk]."""
        _decline.decline_certificate(context, self.adapters, shown, reader, role)

    def endorse_card(
        self, context: Context, shown: ShownCard, reader: Reader, changed: tuple[EndorsedItem, ...]
    ) -> list[str]:
        """Write changed items into a chip; return the lines for the 追記欄 [counter-clerk]."""
        return _change.endorse_card(context, self.adapters, shown, reader, changed)

    def set_card_state(self, context: Context, shown: ShownCard, reader: Reader, state: LifeState) -> None:
        """Suspend, resume or abolish a card on the reader [counter-clerk]."""
        _change.set_card_state(context, self.adapters, shown, reader, state)

    def set_use_without_pin(self, context: Context, shown: ShownCard, reader: Reader, *, allowed: bool) -> None:
        """Let approved terminals use a card on the reader without its PIN, or no longer [counter-clerk]."""
        _change.set_use_without_pin(context, self.adapters, shown, reader, allowed=allowed)

    def substitutions(self, context: Context, resident: str) -> list[KeptSubstitution]:
        """Return what other systems write otherwise in a person's name and address [counter-clerk]."""
        return _read.substitutions(context, self.adapters, resident)

    def install_application(
        self, context: Context, shown: ShownCard, reader: Reader, wanted: OwnApplication, pin: str
    ) -> None:
        """Install an application of the municipality on a card on the reader [counter-clerk]."""
        _change.install_application(context, self.adapters, shown, reader, wanted, pin)

    def remove_application(self, context: Context, shown: ShownCard, reader: Reader, application: str) -> None:
        """Take an application of the municipality off a card on the reader [counter-clerk]."""
        _change.remove_application(context, self.adapters, shown, reader, application)

    # Notification cards and notices

    @property
    def notices(self) -> NoticeDesk:
        """Cards and notices on paper, returned mail, actual residences."""
        return NoticeDesk(self.adapters)

    @property
    def network(self) -> NetworkDesk:
        """Number checks, look-ups, comparison of the tiers."""
        return NetworkDesk(self.adapters)

    @property
    def outside(self) -> OutsideDesk:
        """Systems of other bodies that search the register and follow persons."""
        return OutsideDesk(self.adapters)

    # Protection assessment

    def submit_assessment(  # noqa: PLR0917 - one signature for every institution that hands assessments in
        self,
        context: Context,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        serious_accident: bool,  # noqa: FBT001 - see above
        document: bytes,
    ) -> AssessmentReceipt:
        """Hand a protection assessment in at the commission (法28条) [mayor]."""
        return _assessment.submit_assessment(
            context,
            self.adapters,
            affair=affair,
            title=title,
            persons=persons,
            handlers=handlers,
            serious_accident=serious_accident,
            document=document,
        )
