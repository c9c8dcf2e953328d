"""What an intermediate server tells its owner, version 1: records, drift of copies, what waits, own data (R-219)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.intermediate_server.v1 import BUSINESS as _BUSINESS
from mizuhiki.wire.intermediate_server.v1 import LocalCopy
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import (
    AddresseeText,
    AffairText,
    FiscalYear,
    Identifier,
    InstitutionText,
    KindText,
    ProcedureText,
)


class OwnRecordsRequest(Message, frozen=True):
    """Inner request: own records of exchanges after `after`, which is the `next_after` of the page before."""

    after: datetime | None = None
    after_number: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200


class OwnRecord(Message, frozen=True):
    """One own record of an exchange (番号法23条), without the person; `digest` is what the three records agree on."""

    exchange_number: Identifier
    inquirer: InstitutionText
    provider: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    outcome: str
    recorded_at: datetime
    digest: bytes
    reconciled: bool


class OwnRecords(Message, frozen=True):
    """Inner answer, oldest first; `more` says that the page was full."""

    records: list[OwnRecord]
    more: bool


class CopiesCheck(Message, frozen=True):
    """Inner request: originals to compare with the copies held here; each is named once."""

    originals: list[LocalCopy]


class CopyFinding(Message, frozen=True):
    """What is wrong with one copy: ``missing``, ``older``, ``newer`` or ``differs`` at one version, ``unasked-for``.

    ``unasked-for`` is a copy of a compared addressee and kind that no original stands behind. `items` are names only.
    """

    addressee_number: AddresseeText
    kind: KindText
    fiscal_year: FiscalYear
    finding: str
    items: list[str]


class CopiesReport(Message, frozen=True):
    """Inner answer: how many agree, and each copy that does not."""

    agreeing: int
    findings: list[CopyFinding]


class WaitingProvisionsRequest(Message, frozen=True):
    """Ask which answers are held for approval because of their kind."""


class WaitingProvision(Message, frozen=True):
    """An answer of so many lines that staff has to approve until `due_at`. Those held for a person are not listed."""

    inquirer: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    lines: int
    asked_at: datetime
    due_at: datetime


class WaitingProvisions(Message, frozen=True):
    """The next to fall due first."""

    waiting: list[WaitingProvision]


class ServerStateRequest(Message, frozen=True):
    """Ask how the server stands."""


class PeerOutage(Message, frozen=True):
    """An institution that does not answer: since when, how often it was tried, when it is tried next."""

    institution: InstitutionText
    code: str
    since: datetime
    attempts: int
    next_attempt_at: datetime


class ServerState(Message, frozen=True):
    """What waits here, and for whom. `approvals_overdue` are among `approvals_waiting`."""

    outages: list[PeerOutage]
    inquiries_waiting: int
    sections_waiting: int
    notices_waiting: int
    approvals_waiting: int
    approvals_overdue: int
    cases_open: int


class OwnDataRequest(Message, frozen=True):
    """Inner request: what this server would answer about one addressee, for that person."""

    addressee_number: AddresseeText


class OwnData(Message, frozen=True):
    """Inner answer: the copies that may be shown; `withheld` is how many may not (不開示)."""

    copies: list[LocalCopy]
    withheld: int


OWN_RECORDS = Endpoint(
    name="intermediate_server.own_records",
    path="/v1/own-records",
    request=OwnRecordsRequest,
    answer=Sealed,
    callers=_BUSINESS,
    own_only=True,
    summary="The owner's records of exchanges, page by page (OwnRecordsRequest → OwnRecords).",
    basis="番号法23条; R-219",
)
CHECK_LOCAL_COPIES = Endpoint(
    name="intermediate_server.check_local_copies",
    path="/v1/local-copy-checks",
    request=Sealed,
    answer=Sealed,
    callers=_BUSINESS,
    own_only=True,
    summary="Compare copies with their originals and report drift (CopiesCheck → CopiesReport).",
    basis="番号法22条; R-219",
)
WAITING_PROVISIONS = Endpoint(
    name="intermediate_server.waiting_provisions",
    path="/v1/waiting-provisions",
    request=WaitingProvisionsRequest,
    answer=WaitingProvisions,
    callers=_BUSINESS,
    own_only=True,
    summary="Answers that wait for the approval of staff, with their deadline.",
    basis="番号法22条1項; R-219",
)
SERVER_STATE = Endpoint(
    name="intermediate_server.server_state",
    path="/v1/state",
    request=ServerStateRequest,
    answer=ServerState,
    callers=_BUSINESS,
    own_only=True,
    summary="Who does not answer and since when, and what waits.",
    basis="R-219",
)
OWN_DATA = Endpoint(
    name="intermediate_server.own_data",
    path="/v1/own-data",
    request=Sealed,
    answer=Sealed,
    callers=_BUSINESS,
    own_only=True,
    summary="What would be answered about one addressee, for that person (OwnDataRequest → OwnData).",
    basis="番号法附則6条3項; R-219",
)
OWNER_ENDPOINTS = (OWN_RECORDS, CHECK_LOCAL_COPIES, WAITING_PROVISIONS, SERVER_STATE, OWN_DATA)
