"""Inquiries, provisions, notices and their records (番号法22条, 23条)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain

import msgspec

from mizuhiki.institutions.intermediate_server.domain.holding import due_at
from mizuhiki.institutions.intermediate_server.domain.outages import Waiting
from mizuhiki.vocabulary.generations import FIRST
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId
from mizuhiki.vocabulary.layouts.layout import ABSENCE_SUFFIX

ItemValue = str | int | bool | None

PROVIDED = "provided"
NO_DATA = "no-data"
"""One outcome for: no such person here, no copy, withheld, waiting for approval (exchange design, Vocabulary)."""
MISLINK = "mislink-suspected"
PENDING = "pending"
REJECTED = "answer-rejected"
"""The answer came and does not verify: it is not used, and a case is open."""
REFUSED_WITH_OTHERS = "refused-with-others"
"""It left in a case of several questions that was refused as a whole; it was asked again by itself."""
ASKED_ONE_BY_ONE = frozenset(
    {
        "provision-asked-one-by-one",
        "commission-quota-exhausted",
        "core-exchange-number-taken",
        "provider-exchange-number-reused",
    }
)
"""Codes that refuse a case of several inquiries though only one of them, or their number, may be the cause."""
USED_AT_CORE = frozenset({PROVIDED, NO_DATA, MISLINK, REJECTED})
"""Own outcomes of exchanges that went through the core to the provider, so that the core must hold a record."""


class Information(msgspec.Struct, frozen=True, gc=False):
    """One kind of specific personal information with its items, as its layout names them."""

    kind: str
    layout_version: str
    items: dict[str, ItemValue]


def item_names(information: Iterable[Information]) -> tuple[str, ...]:
    """Return what a record names of the information provided: its items, never their values.

    Why an item has no value is part of that item and has no name of its own.
    """
    return tuple(chain.from_iterable([_named(tuple(part.items)) for part in information]))


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not name.endswith(ABSENCE_SUFFIX))


@dataclass(frozen=True, slots=True)
class InquiryRequest:
    """What a business system asks; `not_disclosed` marks the own record of it (不開示情報: 番号法23条2項)."""

    request_id: str
    addressee_number: str
    provider: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    fiscal_year: int
    period_from: date | None
    period_until: date | None
    case_reference: str
    not_disclosed: bool = False


class InquiryState(enum.StrEnum):
    """Where an inquiry stands."""

    PENDING = "pending"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request with its exchange number (処理通番), unique for ever at this server.

    `submission` is the signed case with its ciphertexts, encoded as it is sent: its own, or the one that it left in
    together with others. `section_id` names that case.
    """

    request: InquiryRequest
    exchange_number: str
    section_id: str
    requested_at: datetime
    state: InquiryState = InquiryState.PENDING
    submission: bytes = b""


class InquiryResult(msgspec.Struct, frozen=True, gc=False):
    """How an inquiry ended. `refused_by` and `refusal_detail` name the rule where it was refused."""

    exchange_number: str
    outcome: str
    information: tuple[Information, ...] = ()
    receipt: str = ""
    statute: str = ""
    refused_by: str = ""
    refusal_detail: str = ""
    differing: tuple[str, ...] = ()
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class LocalCopy:
    """副本: what an answer is made from."""

    addressee_number: str
    kind: str
    layout_version: str
    fiscal_year: int
    valid_from: date
    valid_until: date | None
    items: dict[str, ItemValue]
    not_disclosed: bool
    source_version: int
    as_of: datetime

    def covers(self, fiscal_year: int, period_from: date | None, period_until: date | None) -> bool:
        """Say whether the copy speaks of the year and overlaps the period asked for."""
        if fiscal_year and self.fiscal_year and fiscal_year != self.fiscal_year:
            return False
        starts_late = period_until is not None and self.valid_from > period_until
        ended_early = period_from is not None and self.valid_until is not None and self.valid_until < period_from
        return not (starts_late or ended_early)


class AskedLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a verified inquiry, at the provider."""

    exchange_number: str


@dataclass(frozen=True, slots=True)
class AskedSection:
    """The lines of one question of a verified, permitted case at the provider, most often all of the case.

    `one_answer` when all lines are sealed together (form 2).
    """

    section_id: str
    case_hash: bytes
    inquirer: InstitutionId
    inquirer_server: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    fiscal_year: int
    period_from: date | None
    period_until: date | None
    statute: str
    ticket_hash: bytes
    requested_at: datetime
    lines: tuple[AskedLine, ...]
    one_answer: bool = False
    generation: int = FIRST


def are_joined(sections: Sequence[AskedSection]) -> bool:
    """Say whether a case holds several inquiries (form 1), who have nothing to do with each other."""
    return sum(len(section.lines) for section in sections) > 1 and not sections[0].one_answer


class ExchangeRecord(msgspec.Struct, frozen=True):
    """One record of an exchange, to be appended to this server's log under the person's own pseudonym here."""

    kind: str
    exchange_number: str
    inquirer: InstitutionId
    provider: InstitutionId
    affair: str
    procedure: str
    information_kinds: tuple[str, ...]
    items: tuple[str, ...]
    statute: str
    requested_at: datetime
    completed_at: datetime
    outcome: str
    not_disclosed: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A push notice (お知らせ)."""

    notice_id: str
    sender: InstitutionId
    subject: str
    body: str
    sent_at: datetime
    respond_by: date | None


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What became of an account's code at the portal's server; `later` is 0 where it ended without a newer one."""

    earlier: int
    later: int


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A person's record of exchanges as it came, the generation it was asked for in, and what became of the codes."""

    bundle: str
    generation: int
    changes: tuple[CodeChange, ...]


@dataclass(frozen=True, slots=True)
class OperatorCase:
    """Something an officer must look at: a mis-link, a double addressee, a record that does not reconcile."""

    case_id: str
    kind: str
    reference: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A provision about a protected person that waits for the responsible officer (R-076).

    `content` names the kinds asked for. An approval lifts the measure for one later inquiry of the same inquirer about
    the same person, affair and content.
    """

    approval_id: str
    exchange_number: str
    inquirer: InstitutionId
    affair: str
    asked_at: datetime
    addressee_number: str
    content: str
    state: str = "waiting"
    proposed_by: str = ""

    @property
    def due_at(self) -> datetime:
        """Until when it is decided."""
        return due_at(self.asked_at)


class AnswerLine(msgspec.Struct, frozen=True, gc=False):
    """Outcome of one asked line, before it is sealed."""

    exchange_number: str
    outcome: str
    information: tuple[Information, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """One own record of an exchange without the person, for staff and for reconciliation; `digest` as in the core."""

    exchange_number: str
    inquirer: InstitutionId
    provider: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    outcome: str
    recorded_at: datetime
    digest: bytes
    reconciled: bool = False

    @property
    def name(self) -> ExchangeName:
        """What names it at all three places."""
        return ExchangeName(self.inquirer, self.exchange_number)


def reconciles(own: RecordedExchange, theirs: tuple[str, bytes] | None) -> bool:
    """Say whether the core's (outcome, digest) of an exchange agrees with the own record.

    An exchange that was refused before the person was known has no record at the core. Where the provider refused, the
    core records that it did and this server which rule it was. An answer that was provided but not used here counts as
    provided at the core.
    """
    if theirs is None:
        return own.outcome not in USED_AT_CORE
    outcome, digest = theirs
    if digest != own.digest:
        return False
    if own.outcome in {MISLINK, REJECTED}:
        return outcome in {PROVIDED, NO_DATA}
    return own.outcome == outcome or own.outcome not in USED_AT_CORE


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice on its way out. `submission` is the signed case with the sealed content, sent unchanged each time.

    `outcome` is empty until the core took or refused it.
    """

    notice: Notice
    addressee_number: str
    affair: str
    procedure: str
    submission: bytes = b""
    outcome: str = ""
