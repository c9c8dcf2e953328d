"""The steps of a case bound to one office's adapters, for its pages and the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from mizuhiki.casework.domain.cases import Application, CaseState, Evidence, Payment, Proposal
from mizuhiki.casework.domain.inquiry_files import FilePlan, FileProgress, HeldFile, InquiryFile, LineOutcome
from mizuhiki.casework.domain.savings import ProcedureSaving
from mizuhiki.casework.operations import assess as _assess
from mizuhiki.casework.operations import decide as _decide
from mizuhiki.casework.operations import gather as _gather
from mizuhiki.casework.operations import inquiry_files as _files
from mizuhiki.casework.operations import keep as _keep
from mizuhiki.casework.operations import notify as _notify
from mizuhiki.casework.operations import ordinances as _ordinances
from mizuhiki.casework.operations import receive as _receive
from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.operations.keep import CaseFile, ListedCase
from mizuhiki.casework.ports import AssessmentReceipt, OrdinanceStanding, RecordsT
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.statute import OrdinanceAffair


@dataclass(frozen=True, slots=True)
class Casework(Generic[RecordsT]):
    """Use cases; see the module of the same name for rules and errors. The action of `policy.toml` stands in brackets.

    A body's own service derives from it and adds what only that body does.
    """

    adapters: CaseAdapters[RecordsT]

    def receive(self, context: Context, application: Application) -> str:
        """Take a claim and return the case [receive-claim]."""
        return _receive.receive(context, self.adapters, application)

    def gather(self, context: Context, case: str) -> tuple[Evidence, ...]:
        """Ask the holders [gather-evidence]."""
        return _gather.gather(context, self.adapters, case)

    def substitute_paper(
        self,
        context: Context,
        case: str,
        *,
        person: str,
        kind: str,
        description: str,
        items: Mapping[str, Scalar],
    ) -> None:
        """Record a paper where linkage gave nothing [record-paper]."""
        _gather.substitute_paper(
            context, self.adapters, case, person=person, kind=kind, description=description, items=items
        )

    def propose(self, context: Context, case: str) -> Proposal:
        """Apply the rule and store the proposal [propose-case]."""
        return _decide.propose(context, self.adapters, case)

    def send_back(self, context: Context, case: str, remark: str) -> None:
        """Return a proposal with a remark [send-case-back]."""
        _decide.send_back(context, self.adapters, case, remark)

    def approve(self, context: Context, case: str) -> None:
        """Decide as proposed [approve-case]."""
        _decide.approve(context, self.adapters, case)

    def withdraw(self, context: Context, case: str) -> None:
        """End a case whose claim was taken back [withdraw-claim]."""
        _decide.withdraw(context, self.adapters, case)

    def order_payment(self, context: Context, case: str) -> Payment:
        """Order what is due next [order-case-payment]."""
        return _notify.order_payment(context, self.adapters, case)

    def notify(self, context: Context, case: str) -> str:
        """Send the decision to the applicant's portal [notify-applicant]."""
        return _notify.notify(context, self.adapters, case)

    def case_file(self, context: Context, case: str) -> CaseFile:
        """Return a case with its people [read-case-file]."""
        return _keep.case_file(context, self.adapters, case)

    def worklist(self, context: Context, state: CaseState | None = None, procedure: str = "") -> list[ListedCase]:
        """List cases [read-case-file]."""
        return _keep.worklist(context, self.adapters, state, procedure)

    def savings(self, context: Context) -> tuple[ProcedureSaving, ...]:
        """Count papers and visits before and after [read-savings]."""
        return _keep.savings(context, self.adapters)

    def protect(self, context: Context, person: str, *, protected: bool) -> None:
        """Put on or lift a support measure [protect-case-person]."""
        _keep.protect(context, self.adapters, person, protected=protected)

    def destroy_expired(self, context: Context) -> int:
        """Destroy what is no longer needed [destroy-expired-cases]."""
        return _keep.destroy_expired(context, self.adapters)

    def faults_of_file(self, context: Context, file: InquiryFile) -> list[MizuhikiError]:
        """Return why a file of inquiries is not taken [hand-in-files]."""
        return _files.faults(context, self.adapters, file)

    def give_file_in(self, context: Context, file: InquiryFile) -> bool:
        """Hold a file of inquiries; false when it was sent before [hand-in-files]."""
        return _files.give_in(context, self.adapters, file)

    def inquiry_files(self, context: Context, *, sent: bool, limit: int, offset: int = 0) -> list[HeldFile]:
        """List files of inquiries [hand-in-files]."""
        return _files.listed(context, self.adapters, sent=sent, limit=limit, offset=offset)

    def try_file(self, context: Context, file_id: str) -> FilePlan:
        """Tell what a file would lead to [hand-in-files]."""
        return _files.try_out(context, self.adapters, file_id)

    def send_file(self, context: Context, file_id: str) -> FileProgress:
        """Send a file [hand-in-files]."""
        return _files.send(context, self.adapters, file_id)

    def discard_file(self, context: Context, file_id: str) -> None:
        """Forget a file that was not sent [hand-in-files]."""
        _files.discard(context, self.adapters, file_id)

    def follow_file(self, context: Context, file_id: str) -> tuple[FileProgress, list[LineOutcome]]:
        """Return where a file stands [hand-in-files]."""
        return _files.follow(context, self.adapters, file_id)

    def fetch_file(self, context: Context, file_id: str) -> list[LineOutcome]:
        """Return a file's outcomes with what was learnt [hand-in-files]."""
        return _files.fetch(context, self.adapters, file_id)

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
        """Hand a protection assessment in at the commission (法28条) [submit-assessment]."""
        return _assess.submit_assessment(
            context,
            self.adapters,
            affair=affair,
            title=title,
            persons=persons,
            handlers=handlers,
            serious_accident=serious_accident,
            document=document,
        )

    def lodge_ordinance_affair(self, context: Context, filing_id: str, affair: OrdinanceAffair) -> OrdinanceStanding:
        """Lodge an affair under the body's own ordinance (法19条9号) [lodge-ordinance-affair]."""
        return _ordinances.lodge(context, self.adapters, filing_id, affair)

    def ordinance_filings(self, context: Context) -> list[OrdinanceStanding]:
        """Return where the body's filings stand [read-ordinance-affairs]."""
        return _ordinances.filings(context, self.adapters)

    def end_ordinance_affair(self, context: Context, filing_id: str) -> OrdinanceStanding:
        """End linkage for an affair under the body's own ordinance [end-ordinance-affair]."""
        return _ordinances.end(context, self.adapters, filing_id)

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.adapters.staff.open(account, display_name, role, passphrase)
