"""The tax agency's operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.tax_agency.domain.corporations import Entry, NewCorporation
from mizuhiki.institutions.tax_agency.domain.errors import NoSuchApplication, NoSuchCorporation
from mizuhiki.institutions.tax_agency.operations.change_corporation import ChangeCorporation
from mizuhiki.institutions.tax_agency.operations.designate_number import DesignateNumber
from mizuhiki.institutions.tax_agency.operations.publish_files import PublishFiles
from mizuhiki.institutions.tax_agency.operations.read_publication import ReadPublication
from mizuhiki.institutions.tax_agency.ports import (
    Application,
    ApplicationState,
    AuditLine,
    Notice,
    Staff,
    Store,
)
from mizuhiki.runtime.authority import ActionNotPermitted, Authority
from mizuhiki.runtime.context import Context

QUEUE = "read-applications"
RECORD = "read-record"
AUDIT = "read-audit"
MOST_AUDIT_LINES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAgency:
    """Every use case, each in its own module with rules and errors."""

    store: Store
    authority: Authority
    designation: DesignateNumber
    changes: ChangeCorporation
    publication: ReadPublication
    files: PublishFiles
    staff: Staff

    def require(self, context: Context, action: str) -> None:
        """Go on when the role may do the action; for forms, which show nothing to others.

        Raises:
            ActionNotPermitted: it may not.
        """
        self.authority.require(context, action)

    def allowed(self, context: Context, action: str) -> bool:
        """Tell whether the role may do the action, so that pages offer nobody what would be refused."""
        try:
            self.authority.require(context, action)
        except ActionNotPermitted:
            return False
        return True

    def counts(self, context: Context) -> dict[str, int]:
        """Return the figures of the desk."""
        self.authority.require(context, QUEUE)
        return self.store.counts()

    def applications(self, context: Context, state: ApplicationState | None) -> list[Application]:
        """Return the queue, oldest first."""
        self.authority.require(context, QUEUE)
        return self.store.applications(state)

    def application(self, context: Context, number: int) -> Application:
        """Return one application.

        Raises:
            NoSuchApplication: none of that number.
        """
        self.authority.require(context, QUEUE)
        for found in self.store.applications(None):
            if found.application == number:
                return found
        raise NoSuchApplication

    def notices(self, context: Context, *, waiting: bool) -> list[Notice]:
        """Return notices of designation."""
        self.authority.require(context, QUEUE)
        return self.store.notices(waiting=waiting)

    def record(self, context: Context, number: str) -> list[Entry]:
        """Return all lines of a corporation, newest first, also unpublished ones.

        Raises:
            NoSuchCorporation: nothing is recorded under the number.
        """
        self.authority.require(context, RECORD)
        found = self.store.any_entries(number)
        if not found:
            raise NoSuchCorporation
        return found

    def audit_lines(self, context: Context) -> list[AuditLine]:
        """Return the newest lines of the audit trail."""
        self.authority.require(context, AUDIT)
        return self.store.audit_lines(MOST_AUDIT_LINES)

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.staff.open(account, display_name, role, passphrase)

    def enter_and_designate(self, context: Context, new: NewCorporation) -> str:
        """Take one corporation and designate its number at once; for initial loads."""
        return self.designation.designate(context, self.designation.enter(context, new))
