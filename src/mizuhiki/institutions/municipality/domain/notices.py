"""One notification card or notice from preparation to its end, and the flow of returned mail (R-097 to R-127).

The steps follow 「通知カード返戻時の対応フロー」 of the ministry: reason of the return, facts of the register, branch.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mizuhiki.institutions.municipality.domain.actual_residences import ActualAddress
from mizuhiki.institutions.municipality.domain.errors import IdentityNotVerified
from mizuhiki.institutions.municipality.domain.notice_errors import (
    BranchNotAllowed,
    DeliveryOptionOff,
    KeepingPeriodRunning,
    NoticeNotInState,
)
from mizuhiki.institutions.municipality.domain.notice_forms import NoticeForm
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.dates import period_end
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason
from mizuhiki.vocabulary.places import normalise_address

KEEPING_MONTHS = 3
"""How long a returned card is kept before its return is registered; the initial sending ran October to December."""


class ReturnReason(enum.StrEnum):
    """Why the post brought a card back (R-120)."""

    NO_SUCH_ADDRESSEE = "no-such-addressee"
    """あて所なし."""
    KEEPING_PERIOD_OVER = "post-office-period-over"
    """保管期間経過."""
    REFUSED = "refused-by-addressee"
    """受取り拒否."""


class IssueCause(enum.StrEnum):
    """Why a card or notice was made."""

    INITIAL = "initial-sending"
    NEW_NUMBER = "new-number"
    MOVED_WITHIN = "resent-after-move-within"
    MOVED_IN = "resent-after-move-in"
    """Sent by the new municipality like a re-issue: the duty of the numbering one was fulfilled before (R-127)."""
    REISSUED = "reissued"


class Destination(enum.StrEnum):
    """Where an envelope goes."""

    REGISTER_ADDRESS = "register-address"
    ACTUAL_RESIDENCE = "actual-residence"
    TOWN_HALL = "town-hall"


class NoticeState(enum.StrEnum):
    """Where a card or notice stands. There is no state of being valid: it has no validity period (R-101)."""

    PREPARED = "prepared"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    AT_HALL = "at-hall"
    RETURNED = "returned"
    AWAITING_VISIT = "awaiting-visit"
    HANDED_OVER = "handed-over"
    RESENT = "resent-by-municipality"
    RETURN_REGISTERED = "return-registered"
    DISPOSED = "disposed"
    COLLECTION_DUE = "collection-due"
    COLLECTED = "collected"
    LOST = "lost"
    SURRENDERED = "surrendered"


class Step(enum.StrEnum):
    """What happens to a card or notice."""

    SEND = "send"
    WITHDRAW = "withdraw"
    ARRIVE_AT_HALL = "arrive-at-hall"
    RETURN = "return"
    ASK_TO_VISIT = "ask-to-visit"
    HAND_OVER = "hand-over"
    RESEND = "resend"
    REGISTER_RETURN = "register-return"
    DISPOSE = "dispose"
    CARD_ISSUED = "card-issued"
    COLLECT = "collect"
    REPORT_LOST = "report-lost"
    SURRENDER = "surrender"


IN_USE = frozenset({NoticeState.SENT, NoticeState.HANDED_OVER, NoticeState.RESENT})
"""With the person, as far as the municipality knows."""
KEPT = frozenset({NoticeState.RETURNED, NoticeState.AWAITING_VISIT})
"""Returned and in the municipality's cabinet; the timer runs."""
ENDED = frozenset(
    {
        NoticeState.WITHDRAWN,
        NoticeState.DISPOSED,
        NoticeState.RETURN_REGISTERED,
        NoticeState.COLLECTED,
        NoticeState.LOST,
        NoticeState.SURRENDERED,
    }
)
_S = NoticeState
_TRANSITIONS: dict[tuple[NoticeState, Step], NoticeState] = {
    (_S.PREPARED, Step.SEND): _S.SENT,
    (_S.PREPARED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.SENT, Step.ARRIVE_AT_HALL): _S.AT_HALL,
    (_S.AT_HALL, Step.HAND_OVER): _S.HANDED_OVER,
    (_S.AT_HALL, Step.RESEND): _S.RESENT,
    (_S.AT_HALL, Step.REGISTER_RETURN): _S.RETURN_REGISTERED,
    (_S.SENT, Step.RETURN): _S.RETURNED,
    (_S.RESENT, Step.RETURN): _S.RETURNED,
    (_S.RETURNED, Step.ASK_TO_VISIT): _S.AWAITING_VISIT,
    **{(state, Step.HAND_OVER): _S.HANDED_OVER for state in KEPT},
    **{(state, Step.RESEND): _S.RESENT for state in KEPT},
    **{(state, Step.REGISTER_RETURN): _S.RETURN_REGISTERED for state in KEPT},
    (_S.RETURN_REGISTERED, Step.DISPOSE): _S.DISPOSED,
    **{(state, Step.CARD_ISSUED): _S.COLLECTION_DUE for state in IN_USE},
    (_S.COLLECTION_DUE, Step.COLLECT): _S.COLLECTED,
    **{(state, Step.REPORT_LOST): _S.LOST for state in (*IN_USE, _S.COLLECTION_DUE)},
    **{(state, Step.SURRENDER): _S.SURRENDERED for state in IN_USE},
}


def next_state(state: NoticeState, step: Step) -> NoticeState:
    """Return where a step leads.

    Raises:
        NoticeNotInState: the step does not follow; the fields name both.
    """
    following = _TRANSITIONS.get((state, step))
    if following is None:
        raise NoticeNotInState(state=state.value, step=step.value)
    return following


@dataclass(frozen=True, slots=True)
class Notice:
    """A card or notice of one person.

    `notice` is its random name here, `number` the card id printed on it. `responsible` is the municipality that had the
    duty to notify, which ends with the first sending (R-127). `printed_address` is the register's at the time.
    """

    notice: str
    number: str
    resident: str
    household: str
    mailing: str
    form: NoticeForm
    cause: IssueCause
    responsible: str
    printed_name: str
    printed_address: str
    state: NoticeState
    prepared_on: date
    sent_on: date | None = None
    returned_on: date | None = None
    return_reason: ReturnReason | None = None
    kept_until: date | None = None
    expired: bool = False
    """The keeping period ended without a visit: what is issued later is a re-issue (R-125)."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """One envelope: the cards of one household for one destination, by 簡易書留 (R-097).

    `residence` names the registered actual residence it goes to; the address itself is read when it is sent.
    """

    mailing: str
    household: str
    destination: Destination
    residence: str
    prepared_on: date
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One step of a card's history; never altered."""

    notice: str
    step: str
    at: datetime
    actor: str
    note: str = ""


class Finding(enum.StrEnum):
    """What the register says about the person of a returned card (R-121 to R-124)."""

    REMOVED = "removed"
    """消除: dead, or found not to live there."""
    MOVED_OUT = "moved-out"
    """The move out was notified here (転出手続済)."""
    MOVED_WITHIN = "moved-within"
    NOT_CONFIRMED = "not-confirmed"


class Treatment(enum.StrEnum):
    """What the counter does with a returned card."""

    DISPOSE = "dispose"
    """返還登録 and 廃棄."""
    NEW_NOTICE = "new-notice"
    """返還登録, 廃棄, and the new address sent to the card maker, which sends anew."""
    ASK_TO_VISIT = "ask-to-visit"
    ENDORSE_AND_HAND_OVER = "endorse-and-hand-over"
    ENDORSE_AND_RESEND = "endorse-and-resend"
    HAND_OVER = "hand-over"
    RESEND = "resend"
    CARD_INSTEAD = "card-instead"
    """申請時来庁方式: no card is handed over; the Individual Number Card follows by 本人限定受取郵便 (R-126)."""
    EXPIRE = "expire"


_BRANCHES: dict[Finding, frozenset[Treatment]] = {
    Finding.REMOVED: frozenset({Treatment.DISPOSE}),
    Finding.MOVED_OUT: frozenset({Treatment.DISPOSE}),
    Finding.MOVED_WITHIN: frozenset(
        {
            Treatment.NEW_NOTICE,
            Treatment.ASK_TO_VISIT,
            Treatment.ENDORSE_AND_HAND_OVER,
            Treatment.ENDORSE_AND_RESEND,
            Treatment.CARD_INSTEAD,
            Treatment.EXPIRE,
        }
    ),
    Finding.NOT_CONFIRMED: frozenset(
        {
            Treatment.ASK_TO_VISIT,
            Treatment.HAND_OVER,
            Treatment.RESEND,
            Treatment.CARD_INSTEAD,
            Treatment.EXPIRE,
        }
    ),
}
NEEDS_IDENTITY = frozenset({Treatment.HAND_OVER, Treatment.ENDORSE_AND_HAND_OVER, Treatment.CARD_INSTEAD})
ENDORSES = frozenset({Treatment.ENDORSE_AND_HAND_OVER, Treatment.ENDORSE_AND_RESEND})
STEP_OF: dict[Treatment, Step] = {
    Treatment.DISPOSE: Step.REGISTER_RETURN,
    Treatment.NEW_NOTICE: Step.REGISTER_RETURN,
    Treatment.CARD_INSTEAD: Step.REGISTER_RETURN,
    Treatment.EXPIRE: Step.REGISTER_RETURN,
    Treatment.ASK_TO_VISIT: Step.ASK_TO_VISIT,
    Treatment.ENDORSE_AND_HAND_OVER: Step.HAND_OVER,
    Treatment.HAND_OVER: Step.HAND_OVER,
    Treatment.ENDORSE_AND_RESEND: Step.RESEND,
    Treatment.RESEND: Step.RESEND,
}


def finding_of(
    *, state: RecordState, removal_reason: ChangeReason | None, address: str, printed_address: str
) -> Finding:
    """Return what a person's record says about a card that came back."""
    if state is RecordState.MOVING or (state is RecordState.REMOVED and removal_reason is ChangeReason.MOVE_OUT):
        return Finding.MOVED_OUT
    if state is RecordState.REMOVED:
        return Finding.REMOVED
    if normalise_address(address) != normalise_address(printed_address):
        return Finding.MOVED_WITHIN
    return Finding.NOT_CONFIRMED


def undelivered(notices: Sequence[Notice]) -> Notice | None:
    """Return the newest of a person's cards when the post brought it back and nobody got it since, else None.

    After the keeping period has ended a later card is a re-issue on application (R-125), so that one is none.
    """
    newest = max(notices, key=lambda one: (one.prepared_on, one.state not in ENDED), default=None)
    given_up = {NoticeState.RETURN_REGISTERED, NoticeState.DISPOSED}
    if newest is None or newest.returned_on is None or newest.expired:
        return None
    return newest if newest.state in KEPT | given_up else None


def treatments_of(finding: Finding) -> frozenset[Treatment]:
    """Return what may be done with a returned card under a finding."""
    return _BRANCHES[finding]


def last_day_of_keeping(returned_on: date) -> date:
    """Return the last day of the three months after a return (民法140条, 143条).

    The day of the return does not count; the period ends on the eve of the day of the third month that corresponds to
    its first day, or with that month where it has no such day.
    """
    return period_end(returned_on + timedelta(days=1), KEEPING_MONTHS)


def require_treatment(
    treatment: Treatment,
    *,
    finding: Finding,
    kept_until: date,
    today: date,
    identity_checked: bool,
    counter_application: bool,
) -> None:
    """Check that a returned card may be treated so today.

    Raises:
        BranchNotAllowed: the register's facts lead to another branch.
        DeliveryOptionOff: R-126 is not used here.
        IdentityNotVerified: handed over without an identity check.
        KeepingPeriodRunning: the timer has not ended.
    """
    if treatment not in _BRANCHES[finding]:
        raise BranchNotAllowed(finding=finding.value, step=treatment.value)
    if treatment is Treatment.CARD_INSTEAD and not counter_application:
        raise DeliveryOptionOff
    if treatment in NEEDS_IDENTITY and not identity_checked:
        raise IdentityNotVerified(step="identity-documents")
    if treatment is Treatment.EXPIRE and today <= kept_until:
        raise KeepingPeriodRunning(until=kept_until.isoformat())


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card of an envelope; the card maker takes the items of its face from the register, by the code."""

    number: str
    code: ResidentRecordCode
    form: NoticeForm
    cause: IssueCause
    responsible: str
    under_measure: bool
    """A support measure stands on the person, and the destination was chosen knowing it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the card maker learns of one envelope: whom and where to, and whose cards are in it (R-097, R-114)."""

    mailing: str
    recipient: str
    destination: ActualAddress
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class ReturnedNotice:
    """返還登録: a card came back and is not delivered any more, since when and why."""

    number: str
    reason: ReturnReason
    registered_on: date


@dataclass(frozen=True, slots=True)
class NoticeQuery:
    """Which notices to list; empty parts do not restrict."""

    states: tuple[NoticeState, ...] = ()
    due_before: date | None = None
    mailing: str = ""
    resident: str = ""
    household: str = ""
    limit: int = 200
