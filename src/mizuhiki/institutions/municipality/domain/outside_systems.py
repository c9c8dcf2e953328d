"""Systems of other bodies that search and follow the register (住基法12条の2; search, subscribe, notify as in DCI).

A caller gets an answer only on a dated row of the allow-list, for the row's affair, in the row's ways, and only the
row's items. A subscription names one person and lasts a year at most. Nobody can tell a person who is protected from
one who is not registered.
"""

from __future__ import annotations

import csv
import enum
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Protocol

from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import ChangeReason, Sex
from mizuhiki.vocabulary.places import normalise_address

SUBSCRIPTION_LASTS = timedelta(days=365)
NUMBER_BASIS = "番号法19条"
OUTSIDE_SEARCH, OUTSIDE_SUBSCRIPTION, OUTSIDE_NOTICE = "outside-search", "outside-subscription", "outside-notice"
"""Kinds of look-ups in the person's ledger."""


class NotOnAllowList(Refused):
    """No row lets this body ask for this affair in this way. Fields: `body`, `affair`, `way`; `row` is ``none``."""

    code = "outside-system-not-allowed"
    title = "No row of the municipality's allow-list lets this body ask for this affair in this way"


class AllowRowNotInForce(Refused):
    """A row fits but not on that day. Fields: `row`, `since`, `until` as ISO days."""

    code = "outside-row-not-in-force"
    title = "The row that allows this is not in force on this day"


class EventNotAllowed(Refused):
    """The row does not give this kind of event. Fields: `row`, `event`."""

    code = "outside-event-not-allowed"
    title = "The row does not let this body follow this kind of event"


class NumberQueryNotAllowed(Refused):
    """A person was asked for by number, and the row does not let numbers be used. Field: `row`."""

    code = "outside-number-not-allowed"
    title = "No Individual Number may be used with this row"


class PersonQueryIncomplete(Malformed):
    """Name, birth date and sex are needed, or the number alone. Field: `item`."""

    code = "outside-query-incomplete"
    title = "Name, birth date and sex are needed to ask for a person"


class MessageOfOthers(Refused):
    """Signer, sender or receiver of a message are not those who speak here. Field: `item`."""

    code = "outside-message-of-others"
    title = "The message was signed by or meant for somebody else"


class MessageNotOfNow(Refused):
    """The message was made too long before or after it came in. Field: `seconds` is what is allowed."""

    code = "outside-message-not-of-now"
    title = "The message was not made now"


class TransactionRepeated(Conflict):
    """The transaction's identifier was used before for something else."""

    code = "outside-transaction-repeated"
    title = "This transaction was begun before with another content"


class UnknownTransaction(NotFound):
    """No transaction of that name, of this caller."""

    code = "outside-transaction-unknown"
    title = "There is no such transaction of yours"


class AllowListUnlawful(Corrupt):
    """A row grants the number without the Number Act's basis, or an item, way or event that does not exist."""

    code = "outside-allow-list-unlawful"
    title = "The allow-list of outside systems cannot be used"


class Way(enum.StrEnum):
    """Ways of asking."""

    SEARCH = "search"
    SEARCH_ASYNC = "search-async"
    SUBSCRIBE = "subscribe"


class OutsideItem(enum.StrEnum):
    """What a row may give."""

    NAME = "name"
    NAME_KANA = "name-kana"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    ADDRESS = "address"
    ADDRESS_SINCE = "address-since"
    REGISTERED = "registered"
    INDIVIDUAL_NUMBER = "individual-number"


class OutsideEvent(enum.StrEnum):
    """Kinds of events that can be followed."""

    BIRTH = "birth"
    DEATH = "death"
    MOVE_IN = "move-in"
    MOVE_OUT = "move-out"
    CHANGE_OF_ADDRESS = "change-of-address"
    CORRECTION = "correction"
    REMOVAL = "removal"
    ENTRY = "entry"


_EVENTS = {
    ChangeReason.BIRTH: OutsideEvent.BIRTH,
    ChangeReason.DEATH: OutsideEvent.DEATH,
    ChangeReason.MOVE_IN: OutsideEvent.MOVE_IN,
    ChangeReason.MOVE_OUT: OutsideEvent.MOVE_OUT,
    ChangeReason.MOVE_WITHIN: OutsideEvent.CHANGE_OF_ADDRESS,
    ChangeReason.EX_OFFICIO_CORRECTION: OutsideEvent.CORRECTION,
    ChangeReason.MINOR_CORRECTION: OutsideEvent.CORRECTION,
    ChangeReason.EX_OFFICIO_REMOVAL: OutsideEvent.REMOVAL,
    ChangeReason.EX_OFFICIO_ENTRY: OutsideEvent.ENTRY,
}


def event_of(reason: ChangeReason) -> OutsideEvent | None:
    """Return the kind of event of a change; changes of code and number are told to nobody."""
    return _EVENTS.get(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowRow:
    """One row of the allow-list; `valid_until` is its last day."""

    number: str
    body: InstitutionKind
    affair: str
    ways: frozenset[Way]
    items: frozenset[OutsideItem]
    events: frozenset[OutsideEvent]
    basis: str
    valid_from: date
    valid_until: date | None

    def __post_init__(self) -> None:
        if OutsideItem.INDIVIDUAL_NUMBER in self.items and NUMBER_BASIS not in self.basis:
            raise AllowListUnlawful(row=self.number)

    def in_force(self, day: date) -> bool:
        """Whether the row applies on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def citation(self) -> str:
        """The row as a basis to be recorded."""
        return f"{self.basis} ({self.number})"


def read_allow_list(text: str) -> tuple[AllowRow, ...]:
    """Return the rows of a list in the form of `outside_systems.csv`.

    Raises:
        AllowListUnlawful: a row cannot be used.
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(_row(row) for row in csv.DictReader(lines))


def _row(row: dict[str, str]) -> AllowRow:
    try:
        return AllowRow(
            number=row["number"],
            body=InstitutionKind(row["body"]),
            affair=row["affair"],
            ways=frozenset(map(Way, row["ways"].split())),
            items=frozenset(map(OutsideItem, row["items"].split())),
            events=frozenset(map(OutsideEvent, row["events"].split())),
            basis=row["basis"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        )
    except ValueError as error:
        raise AllowListUnlawful(row=row["number"]) from error


@functools.cache
def allow_list() -> tuple[AllowRow, ...]:
    """Return the rows that hold here."""
    return read_allow_list(resources.files(__package__).joinpath("outside_systems.csv").read_text("utf-8"))


def permit_outside(rows: Sequence[AllowRow], body: InstitutionKind, affair: str, way: Way, day: date) -> AllowRow:
    """Return the row under which a body may ask.

    Raises:
        NotOnAllowList: there is none.
        AllowRowNotInForce: there is one, but not on this day.
    """
    fitting = [row for row in rows if row.body is body and row.affair == affair and way in row.ways]
    if not fitting:
        raise NotOnAllowList(row="none", body=body.value, affair=affair, way=way.value)
    found = next((row for row in fitting if row.in_force(day)), None)
    if found is None:
        first = fitting[0]
        until = "" if first.valid_until is None else first.valid_until.isoformat()
        raise AllowRowNotInForce(row=first.number, since=first.valid_from.isoformat(), until=until)
    return found


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """One person by name, birth date and sex, with the address where it is known; or by number alone."""

    name: str = ""
    birth_date: date | None = None
    sex: Sex | None = None
    address: str = ""
    number: IndividualNumber | None = None

    def require_allowed(self, row: AllowRow) -> None:
        """Check that this may be asked under `row`.

        Raises:
            NumberQueryNotAllowed, PersonQueryIncomplete: see there.
        """
        if self.number is not None:
            if OutsideItem.INDIVIDUAL_NUMBER not in row.items:
                raise NumberQueryNotAllowed(row=row.number)
            return
        for item, value in (("name", self.name.strip()), ("birth_date", self.birth_date), ("sex", self.sex)):
            if not value:
                raise PersonQueryIncomplete(item=item)

    def names(self, record: ResidentRecord) -> bool:
        """Whether the whole name, or the whole alias, and every other part given is the record's; never a prefix."""
        wanted = normalise_for_comparison(self.name)
        known = {normalise_for_comparison(record.name.full), normalise_for_comparison(record.details.alias)} - {""}
        return (
            record.state is not RecordState.REMOVED
            and wanted in known
            and record.birth_date == self.birth_date
            and record.sex is self.sex
            and (not self.address.strip() or normalise_address(self.address) == normalise_address(record.address))
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the caller's own reference; `events` only where somebody is to be followed."""

    reference: str
    question: PersonQuestion
    events: frozenset[OutsideEvent] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """What an outside system asks: who, in which transaction and message, for which affair."""

    sender: InstitutionId
    transaction: str
    message: str
    affair: str


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """What one row gives of one record; None is not given."""

    name: str | None = None
    name_kana: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    address: str | None = None
    address_since: date | None = None
    registered: bool | None = None
    number: IndividualNumber | None = None


def given(row: AllowRow, record: ResidentRecord) -> OutsideRecord:
    """Return the row's items of a record; an address abroad or elsewhere is not the register's to tell."""
    items = row.items
    living = record.state is not RecordState.REMOVED
    return OutsideRecord(
        name=record.name.full if OutsideItem.NAME in items else None,
        name_kana=record.name.full_kana if OutsideItem.NAME_KANA in items else None,
        birth_date=record.birth_date if OutsideItem.BIRTH_DATE in items else None,
        sex=record.sex if OutsideItem.SEX in items else None,
        address=record.address if OutsideItem.ADDRESS in items else None,
        address_since=record.address_since if OutsideItem.ADDRESS_SINCE in items else None,
        registered=living if OutsideItem.REGISTERED in items else None,
        number=record.number if OutsideItem.INDIVIDUAL_NUMBER in items else None,
    )


class Reason(enum.StrEnum):
    """Why nothing is given; empty is success."""

    NONE = ""
    NOT_FOUND = "person-not-found"
    AMBIGUOUS = "several-persons"
    NO_SUBSCRIPTION = "no-such-subscription"


@dataclass(frozen=True, slots=True)
class Answered:
    """Answer to one question; a subscription has its code and last day."""

    reference: str
    reason: Reason
    record: OutsideRecord | None = None
    subscription: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of one transaction; `correlation` is the municipality's name of it."""

    correlation: str
    at: datetime
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One system follows one person. `seen` is the last event of the register that was looked at for it."""

    code: str
    sender: InstitutionId
    affair: str
    row: str
    reference: str
    resident: str
    events: frozenset[OutsideEvent]
    started_at: datetime
    expires_on: date
    seen: int
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueEvent:
    """One event of a followed person that was not told yet; `place` is where it stands in the register's journal.

    `event` is None for a change that is told to nobody.
    """

    subscription: Subscription
    place: int
    event: OutsideEvent | None
    effective_on: date
    reported_on: date
    record: ResidentRecord


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is told."""

    subscription: Subscription
    event: OutsideEvent
    effective_on: date
    reported_on: date
    record: OutsideRecord


class TransactionState(enum.StrEnum):
    """Where a transaction stands (DCI): the answer waits for delivery, or the caller has it."""

    PENDING = "pdng"
    SUCCEEDED = "succ"


class OutsideRecords(Protocol):
    """Transactions and subscriptions of outside systems in the open transaction."""

    def transaction_of(self, request: Request) -> str | None:
        """Return the name of a transaction that this request began before.

        Raises:
            TransactionRepeated: the sender used the identifier with another content.
        """

    def begin(self, request: Request, correlation: str, state: TransactionState, at: datetime) -> None:
        """Remember a transaction."""

    def state_of(self, sender: InstitutionId, transaction: str) -> tuple[str, TransactionState]:
        """Return name and state of a sender's transaction.

        Raises:
            UnknownTransaction: there is none of this sender.
        """

    def subscribe(self, subscription: Subscription) -> None:
        """Store a subscription; events entered before it are not told."""

    def last_event(self) -> int:
        """Return the place of the register's newest event."""

    def subscription(self, code: str) -> Subscription | None:
        """Return a subscription, ended ones too."""

    def end(self, code: str, on: date) -> None:
        """End a subscription."""

    def due(self, today: date, limit: int) -> list[DueEvent]:
        """Return the oldest events of persons who are followed on this day that were not looked at for it."""

    def see(self, code: str, place: int) -> None:
        """Note how far a subscription was served."""

    def tell_searched(self, request: Request, answers: Answers) -> None:
        """Queue the answer to a search."""

    def tell_subscribed(self, request: Request, answers: Answers) -> None:
        """Queue the answer to a subscription."""

    def tell_unsubscribed(self, request: Request, answers: Answers) -> None:
        """Queue which subscriptions ended."""

    def tell_events(self, sender: InstitutionId, told: Sequence[Told], at: datetime) -> None:
        """Queue events."""
