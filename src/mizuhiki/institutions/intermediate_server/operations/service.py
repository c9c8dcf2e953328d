"""The server's operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.domain.exchanges import OperatorCase
from mizuhiki.institutions.intermediate_server.operations.decide_provisions import DecideProvisions
from mizuhiki.institutions.intermediate_server.operations.hand_in_files import HandInFiles
from mizuhiki.institutions.intermediate_server.operations.inquire import Inquire
from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import InquireBulk
from mizuhiki.institutions.intermediate_server.operations.mark_addressee import MarkAddressee
from mizuhiki.institutions.intermediate_server.operations.notices import Notices
from mizuhiki.institutions.intermediate_server.operations.plant_traps import PlantTraps
from mizuhiki.institutions.intermediate_server.operations.prepare_acquisition import PrepareAcquisition
from mizuhiki.institutions.intermediate_server.operations.provide import Provide
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import ReceivePseudonyms
from mizuhiki.institutions.intermediate_server.operations.register_local_copies import RegisterLocalCopies
from mizuhiki.institutions.intermediate_server.operations.renew_pseudonyms import RenewPseudonyms
from mizuhiki.institutions.intermediate_server.operations.stream_inquiries import StreamInquiries
from mizuhiki.institutions.intermediate_server.operations.tell_owner import TellOwner
from mizuhiki.institutions.intermediate_server.operations.upkeep import Upkeep
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class IntermediateServer:
    """Use cases of one server; see each class for rules and errors."""

    prepare_acquisition: PrepareAcquisition
    mark_addressee: MarkAddressee
    receive_pseudonyms: ReceivePseudonyms
    register_local_copies: RegisterLocalCopies
    inquire: Inquire
    bulk: InquireBulk
    files: HandInFiles
    streams: StreamInquiries
    provide: Provide
    notices: Notices
    upkeep: Upkeep
    decisions: DecideProvisions
    owner_view: TellOwner
    open_account: Callable[[str, str, str, str], None]
    renewal: RenewPseudonyms
    traps: PlantTraps

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account for staff; `role` is one of policy.toml. For set-up, before anybody can sign in."""
        self.open_account(account, display_name, role, passphrase)

    def reconcile(self, context: Context) -> list[str]:
        """See `Upkeep.reconcile`."""
        return self.upkeep.reconcile(context)

    def cases(self, context: Context, *, open_only: bool = True) -> list[OperatorCase]:
        """See `Upkeep.cases`."""
        return self.upkeep.cases(context, open_only=open_only)

    def approve_provision(self, context: Context, *, approval_id: str) -> None:
        """See `DecideProvisions.approve_person`."""
        self.decisions.approve_person(context, approval_id=approval_id)
