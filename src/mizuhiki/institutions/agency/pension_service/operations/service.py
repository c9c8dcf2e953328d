"""The pension service's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.operations import Casework
from mizuhiki.casework.ports import AssessmentReceipt
from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    EnrolmentForm,
    Insured,
)
from mizuhiki.institutions.agency.pension_service.domain.pensions import PensionPayment
from mizuhiki.institutions.agency.pension_service.domain.periods import InsuredPeriod
from mizuhiki.institutions.agency.pension_service.domain.register_news import RegisterNews
from mizuhiki.institutions.agency.pension_service.operations import enrol_insured as _enrol
from mizuhiki.institutions.agency.pension_service.operations import keep_enrolment as _keep
from mizuhiki.institutions.agency.pension_service.operations import keep_pensions as _pensions
from mizuhiki.institutions.agency.pension_service.operations import keep_premiums as _premiums
from mizuhiki.institutions.agency.pension_service.operations import keep_register_news as _news
from mizuhiki.institutions.agency.pension_service.operations import prepare_linkage as _linkage
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.operations.keep_pensions import PensionFile
from mizuhiki.institutions.agency.pension_service.operations.keep_premiums import PremiumRecord
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.intake.persons import Acquired, TakenIn
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class PensionService:
    """Use cases; see the module of the same name for rules and errors. Roles stand in brackets."""

    adapters: Adapters
    claims: Casework[Records]

    def enrol_insured(self, context: Context, form: EnrolmentForm) -> str:
        """Enrol one person and return the reference [counter-clerk]."""
        return _enrol.enrol_insured(context, self.adapters, form)

    def enrol_many(self, context: Context, forms: Sequence[EnrolmentForm]) -> list[TakenIn]:
        """Enrol a batch; one outcome per form [counter-clerk]."""
        return _enrol.enrol_many(context, self.adapters, forms)

    def enrolment(self, context: Context, reference: str) -> Insured:
        """Return a record [counter-clerk]."""
        return _keep.enrolment(context, self.adapters, reference)

    def change_enrolment(self, context: Context, reference: str, period: InsuredPeriod) -> Insured:
        """Begin a new period [counter-clerk]."""
        return _keep.change_enrolment(context, self.adapters, reference, period)

    def end_enrolment(self, context: Context, reference: str, until: date) -> Insured:
        """End the open period [counter-clerk]."""
        return _keep.end_enrolment(context, self.adapters, reference, until)

    def protect_insured(self, context: Context, reference: str, *, protected: bool) -> None:
        """Put on or lift a support measure [counter-clerk]."""
        _keep.protect_insured(context, self.adapters, reference, protected=protected)

    def acquire_pseudonyms(self, context: Context, references: Sequence[str] | None = None) -> Acquired:
        """Have pseudonyms issued [linkage-officer]."""
        return _linkage.acquire_pseudonyms(context, self.adapters, references)

    def publish_local_copies(self, context: Context) -> int:
        """Register local copies [linkage-officer]."""
        return _linkage.publish_local_copies(context, self.adapters)

    def note_turns(self, context: Context) -> int:
        """Note whose pension turned by the calendar [machinery]."""
        return _linkage.note_turns(context, self.adapters)

    def copies_obstacle(self, context: Context) -> str:
        """Return the code of what keeps copies from being registered today; empty when nothing does."""
        return _linkage.copies_obstacle(context)

    def linkage_figures(self, context: Context) -> Mapping[str, int]:
        """Return figures of linkage [counter-clerk, linkage-officer]."""
        return _linkage.linkage_figures(context, self.adapters)

    def linkage_ready(self, context: Context, reference: str) -> bool:
        """Say whether a person is ready for linkage [counter-clerk, linkage-officer]."""
        return _linkage.linkage_ready(context, self.adapters, reference)

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
        return self.claims.submit_assessment(context, affair, title, persons, handlers, serious_accident, document)

    def record_premiums(self, context: Context, reference: str, first: date, last: date) -> int:
        """Note that premiums are paid for a span of months [counter-clerk]."""
        return _premiums.record_premiums(context, self.adapters, reference, first, last)

    def record_pay(self, context: Context, reference: str, since: date, monthly_yen: int) -> None:
        """Enter the standard monthly remuneration of an employee [counter-clerk]."""
        _premiums.record_pay(context, self.adapters, reference, since, monthly_yen)

    def premium_record(self, context: Context, reference: str) -> PremiumRecord:
        """Return premiums, pay and what they come to [counter-clerk]."""
        return _premiums.premium_record(context, self.adapters, reference)

    def pension_file(self, context: Context, reference: str) -> PensionFile:
        """Return the pensions of a person [counter-clerk, approver]."""
        return _pensions.pension_file(context, self.adapters, reference)

    def pay_pension(self, context: Context, pension: str) -> PensionPayment:
        """Order the payment of the next day of payment [approver]."""
        return _pensions.pay_pension(context, self.adapters, pension)

    def open_income_checks(self, context: Context) -> tuple[str, ...]:
        """Open the yearly look at incomes of pensions from before 20 [counter-clerk]."""
        return _pensions.open_income_checks(context, self.adapters)

    def may(self, context: Context, action: str) -> bool:
        """Say whether the actor's role may do an action, so that a page offers only what will work."""
        return context.actor.role in self.adapters.authority.roles(action)

    def take_register_news(self, context: Context, news: RegisterNews) -> None:
        """Keep what a municipality's register says [peer]."""
        _news.take_register_news(context, self.adapters, news)

    def register_news(self, context: Context) -> list[RegisterNews]:
        """Return what registers said, newest first [counter-clerk]."""
        return _news.register_news(context, self.adapters)

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.adapters.staff.open(account, display_name, role, passphrase)
