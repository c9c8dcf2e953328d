"""Returned cards: entry, what the register says, treatment, the timer of three months (R-120 to R-127)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, EmptySearch
from mizuhiki.institutions.municipality.domain.notice_errors import NoticeNotInState, UnknownNotice
from mizuhiki.institutions.municipality.domain.notice_forms import (
    IdentityDocument,
    parse_notice_number,
    require_identity,
)
from mizuhiki.institutions.municipality.domain.notices import (
    ENDORSES,
    KEPT,
    NEEDS_IDENTITY,
    STEP_OF,
    Finding,
    IssueCause,
    Notice,
    NoticeQuery,
    NoticeState,
    ReturnedNotice,
    ReturnReason,
    Step,
    Treatment,
    finding_of,
    last_day_of_keeping,
    require_treatment,
    treatments_of,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import (
    require_notice_disclosure,
    without_withheld_names,
)
from mizuhiki.institutions.municipality.operations.endorse_notices import endorse_in, pending_changes
from mizuhiki.institutions.municipality.operations.prepare_notices import advance, prepare_in
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, Withheld
from mizuhiki.vocabulary.grounds import Grounds

SEARCH_LIMIT = 20
AT_ONCE = 200
COUNTER_APPLICATION = "counter-application"
"""Parameter that switches 申請時来庁方式 on, with the value ``yes`` (R-126)."""
_ON_THE_WAY = (NoticeState.SENT, NoticeState.RESENT)


@dataclass(frozen=True, slots=True)
class ReturnEntry:
    """One envelope that came back, found by one of its cards; `request_id` makes a second submission do nothing new."""

    request_id: str
    notice: str
    reason: ReturnReason
    returned_on: date
    whole_envelope: bool = True


@dataclass(frozen=True, slots=True)
class TreatmentForm:
    """What the counter does with a returned card, and the documents the person showed."""

    notice: str
    treatment: Treatment
    documents: tuple[IdentityDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """A returned card with what the register says today and what may be done."""

    notice: Notice
    finding: Finding
    treatments: tuple[Treatment, ...]


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """One line of the dashboard or of its export; the name is empty where a measure withholds it."""

    notice: Notice
    name: str
    days_kept: int
    due: bool


def find_notices(context: Context, adapters: Adapters, number: str, query: ResidentQuery) -> list[Notice]:
    """Find cards that are with the post, by the card id or by items of the person.

    Raises:
        EmptySearch: neither was given.
        MalformedNoticeNumber: the card id is none.
        UnknownNotice: no card on its way fits.
    """
    grounds = adapters.permit(context, "record-returned-mail")
    with adapters.store.transaction() as records:
        if number.strip():
            held = records.notices.notice_of_number(parse_notice_number(number))
            found = [] if held is None else [held]
        elif query.empty:
            raise EmptySearch
        else:
            residents = records.register.search(query, SEARCH_LIMIT)
            found = [
                notice
                for record in residents
                for notice in records.notices.notices(NoticeQuery(states=_ON_THE_WAY, resident=record.resident))
            ]
        records.audit(grounds, "notice-searched", "done", count=len(found))
    shown = without_withheld_names(context, adapters, found)
    if not number.strip():
        # Whoever has the envelope in hand enters its card id; items of a person do not find somebody protected.
        shown = [one for one in shown if one.printed_name]
    if not shown:
        raise UnknownNotice
    return shown


def record_return(context: Context, adapters: Adapters, entry: ReturnEntry) -> list[Notice]:
    """Enter a returned envelope: its cards are kept from now on, and the timer starts.

    Raises:
        DateImpossible: it came back in the future or before it was sent.
        UnknownNotice: there is no such card.
        NoticeNotInState: the card is not with the post.
    """
    grounds = adapters.permit(context, "record-returned-mail")
    if entry.returned_on > context.today():
        raise DateImpossible(item="returned_on")
    request = f"return/{entry.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return [records.notices.notice(token) for token in known]
        held = records.notices.notice(entry.notice)
        if held.sent_on is not None and entry.returned_on < held.sent_on:
            raise DateImpossible(item="returned_on")
        together = [held]
        if entry.whole_envelope:
            others = records.notices.notices(NoticeQuery(states=(held.state,), mailing=held.mailing))
            together += [one for one in others if one.notice != held.notice and held.state is NoticeState.SENT]
        moved = [
            advance(
                context,
                records,
                one,
                Step.RETURN,
                entry.reason.value,
                returned_on=entry.returned_on,
                return_reason=entry.reason,
                kept_until=last_day_of_keeping(entry.returned_on),
            )
            for one in together
        ]
        records.keep_answers({request: [one.notice for one in moved]}, context.now())
        records.audit(grounds, "notice-returned", "done", subject=held.notice, count=len(moved))
    return moved


def _require_disclosure(context: Context, adapters: Adapters, notice: str) -> None:
    with adapters.store.transaction() as records:
        resident = records.notices.notice(notice).resident
    # The gate opens a transaction of its own.
    require_notice_disclosure(context, adapters, resident)


def _finding(record: ResidentRecord, notice: Notice) -> Finding:
    return finding_of(
        state=record.state,
        removal_reason=record.removal_reason,
        address=record.address,
        printed_address=notice.printed_address,
    )


def returned_notice(context: Context, adapters: Adapters, notice: str) -> ReturnedView:
    """Return a returned card with the register's facts and the treatments they allow today.

    Raises:
        UnknownNotice, NoticeNotInState: there is none, or it is not kept here.
        UnderSupportMeasure: the person is protected and nobody lifted that for this.
    """
    adapters.permit(context, "read-notices")
    _require_disclosure(context, adapters, notice)
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        if held.state not in KEPT:
            raise NoticeNotInState(state=held.state.value, step=Step.RETURN.value)
        finding = _finding(records.register.resident(held.resident), held)
    allowed = treatments_of(finding)
    offered = [
        treatment
        for treatment in Treatment
        if treatment in allowed
        and not (treatment is Treatment.CARD_INSTEAD and not _counter_application(adapters))
        and not (treatment is Treatment.EXPIRE and not _is_over(held, context.today()))
        and not (treatment is Treatment.ASK_TO_VISIT and held.state is NoticeState.AWAITING_VISIT)
    ]
    return ReturnedView(held, finding, tuple(offered))


def _counter_application(adapters: Adapters) -> bool:
    return adapters.parameters.get(COUNTER_APPLICATION) == "yes"


def _is_over(notice: Notice, today: date) -> bool:
    return notice.kept_until is not None and today > notice.kept_until


def treat_returned(context: Context, adapters: Adapters, form: TreatmentForm) -> Notice:
    """Treat a returned card the way the register's facts of today allow; return the card as it stands then.

    Raises:
        UnknownNotice, NoticeNotInState: there is none, or it is not kept here.
        BranchNotAllowed, DeliveryOptionOff, IdentityNotVerified, KeepingPeriodRunning: see `require_treatment`.
        CardAloneProvesNothing: too few identity documents.
        NotificationCardAbolished, EndorsementsFull: it cannot be endorsed any more.
        UnderSupportMeasure: the person is protected; which branch is open would tell whether they moved.
    """
    grounds = adapters.permit(context, "treat-returned-mail")
    _require_disclosure(context, adapters, form.notice)
    if form.treatment in NEEDS_IDENTITY and form.documents:
        require_identity(form.documents)
    with adapters.store.transaction() as records:
        held = records.notices.notice(form.notice)
        if held.state not in KEPT or held.kept_until is None:
            raise NoticeNotInState(state=held.state.value, step=form.treatment.value)
        record = records.register.resident(held.resident)
        require_treatment(
            form.treatment,
            finding=_finding(record, held),
            kept_until=held.kept_until,
            today=context.today(),
            identity_checked=bool(form.documents),
            counter_application=_counter_application(adapters),
        )
        if form.treatment in ENDORSES:
            endorse_in(context, records, held, pending_changes(records, held, record))
        moved = _carry_out(context, records, held, form.treatment)
        if form.treatment is Treatment.NEW_NOTICE:
            prepare_in(
                context, adapters, records, [record], cause=IssueCause.MOVED_WITHIN, responsible=held.responsible
            )
        records.audit(grounds, "notice-treated", "done", subject=held.notice)
    return moved


def _carry_out(context: Context, records: Records, held: Notice, treatment: Treatment) -> Notice:
    step = STEP_OF[treatment]
    expired = treatment is Treatment.EXPIRE
    moved = advance(context, records, held, step, treatment.value, expired=expired)
    if step is Step.REGISTER_RETURN:
        reason = held.return_reason or ReturnReason.NO_SUCH_ADDRESSEE
        records.notices.tell_card_maker(ReturnedNotice(held.number, reason, context.today()))
    return moved


def expire_kept(context: Context, adapters: Adapters) -> int:
    """Register the return of cards whose keeping period has ended; return how many. Timed work (R-125)."""
    grounds = adapters.permit(context, "expire-returned-mail")
    with adapters.store.transaction() as records:
        due = records.notices.notices(NoticeQuery(states=tuple(KEPT), due_before=context.today(), limit=AT_ONCE))
        return sum(_expire(context, records, held, grounds) for held in due)


def _expire(context: Context, records: Records, held: Notice, grounds: Grounds) -> int:
    """End the keeping of one card the way its person's record says; removed and moved people get no later re-issue."""
    finding = _finding(records.register.resident(held.resident), held)
    treatment = Treatment.EXPIRE if Treatment.EXPIRE in treatments_of(finding) else Treatment.DISPOSE
    _carry_out(context, records, held, treatment)
    records.audit(grounds, "notice-keeping-ended", "done", subject=held.notice)
    return 1


def dispose_notices(context: Context, adapters: Adapters, notices: Sequence[str]) -> int:
    """Note that cards whose return is registered were destroyed (廃棄); return how many.

    Raises:
        UnknownNotice, NoticeNotInState: nothing is noted then.
    """
    grounds = adapters.permit(context, "treat-returned-mail")
    with adapters.store.transaction() as records:
        for token in notices:
            advance(context, records, records.notices.notice(token), Step.DISPOSE)
        records.audit(grounds, "notices-disposed", "done", count=len(notices))
    return len(notices)


def returned_mail(
    context: Context, adapters: Adapters, states: tuple[NoticeState, ...] = (), *, due_only: bool = False
) -> tuple[dict[NoticeState, int], list[ReturnedLine]]:
    """Return how many cards stand at each state, and the lines asked for, those due first.

    The protection gate is asked about every name; where it withholds, the line stays and the name is empty.
    """
    adapters.permit(context, "read-notices")
    wanted = states or (*sorted(KEPT), NoticeState.RETURN_REGISTERED)
    with adapters.store.transaction() as records:
        counts = records.notices.count_by_state()
        query = NoticeQuery(states=wanted, due_before=context.today() if due_only else None)
        found = records.notices.notices(query)
    return counts, [
        ReturnedLine(
            notice=held,
            name=_name(context, adapters, held),
            days_kept=0 if held.returned_on is None else (context.today() - held.returned_on).days,
            due=held.state in KEPT and _is_over(held, context.today()),
        )
        for held in found
    ]


def _name(context: Context, adapters: Adapters, held: Notice) -> str:
    try:
        adapters.gate.check(
            context, Disclosure(held.resident, "returned-mail-list", context.actor.role, "name on a returned card")
        )
    except Withheld:
        return ""
    return held.printed_name
