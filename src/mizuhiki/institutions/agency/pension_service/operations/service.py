"""The pension service's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    Acquired,
    AssessmentReceipt,
    EnrolmentForm,
    EnrolmentOutcome,
    Insured,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import InsuredPeriod
from mizuhiki.institutions.agency.pension_service.domain.register_news import RegisterNews
from mizuhiki.institutions.agency.pension_service.operations import enrol_insured as _enrol
from mizuhiki.institutions.agency.pension_service.operations import keep_enrolment as _keep
from mizuhiki.institutions.agency.pension_service.operations import keep_register_news as _news
from mizuhiki.institutions.agency.pension_service.operations import prepare_linkage as _linkage
from mizuhiki.institutions.agency.pension_service.operations import submit_assessment as _assessment
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class PensionService:
    """Use cases; see the module of the same name for rules and errors. Roles stand in brackets."""

    adapters: Adapters

    def enrol_insured(self, context: Context, form: EnrolmentForm) -> str:
        """Enrol one person and return the reference [counter-clerk]."""
        return _enrol.enrol_insured(context, self.adapters, form)

    def enrol_many(self, context: Context, forms: Sequence[EnrolmentForm]) -> list[EnrolmentOutcome]:
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

    def take_register_news(self, context: Context, news: RegisterNews) -> None:
        """Keep what a municipality's register says [peer]."""
        _news.take_register_news(context, self.adapters, news)

    def register_news(self, context: Context) -> list[RegisterNews]:
        """Return what registers said, newest first [counter-clerk]."""
        return _news.register_news(context, self.adapters)

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.adapters.staff.open(account, display_name, role, passphrase)
