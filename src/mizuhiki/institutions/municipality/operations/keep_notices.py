"""Cards in people's hands: history, loss, surrender, collection, re-issue, sending anew, checking one shown."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.errors import PreviousMunicipalityUnknown, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.notice_errors import (
    NoticeNotInState,
    NoticeNotUsable,
    NoticeStillLive,
    UnknownNotice,
)
from mizuhiki.institutions.municipality.domain.notice_fees import (
    STANDARD_FEE_YEN,
    ReissueCost,
    ReissueReason,
    reasons_after,
    reissue_cost,
)
from mizuhiki.institutions.municipality.domain.notice_forms import (
    Endorsement,
    IdentityDocument,
    parse_notice_number,
    require_identity,
    require_proof_of_number,
)
from mizuhiki.institutions.municipality.domain.notices import (
    ENDED,
    IN_USE,
    IssueCause,
    Mailing,
    Notice,
    NoticeEvent,
    NoticeQuery,
    NoticeState,
    Step,
)
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import (
    require_notice_disclosure,
    without_withheld_names,
)
from mizuhiki.institutions.municipality.operations.endorse_notices import differing_items
from mizuhiki.institutions.municipality.operations.prepare_notices import advance, prepare_in
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.places import municipalities

FEE_PARAMETER = "notification_card_fee_yen"
"""Fee of the municipality's ordinance; ``0`` where it waives it."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Everything about one card; no address beyond the one printed on it."""

    notice: Notice
    mailing: Mailing
    history: tuple[NoticeEvent, ...]
    endorsements: tuple[Endorsement, ...]
    differing: tuple[str, ...]
    reissue_reasons: tuple[ReissueReason, ...]


def notice_view(context: Context, adapters: Adapters, notice: str) -> NoticeView:
    """Return a card with its history.

    Raises:
        UnknownNotice: there is none.
        UnderSupportMeasure: the person is protected and nobody lifted that for this.
    """
    grounds = adapters.permit(context, "read-notices")
    with adapters.store.transaction() as records:
        resident = records.notices.notice(notice).resident
    # The gate opens a transaction of its own.
    require_notice_disclosure(context, adapters, resident)
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        record = records.register.resident(held.resident)
        lines = tuple(records.notices.endorsements(notice))
        newest = records.notices.notices(NoticeQuery(resident=held.resident))
        reasons = reasons_after(held.state, expired=held.expired) if _is_newest(held, newest) else frozenset()
        records.audit(grounds, "notice-viewed", "done", subject=notice)
        return NoticeView(
            notice=held,
            mailing=records.notices.mailing(held.mailing),
            history=tuple(records.notices.events(notice)),
            endorsements=lines,
            differing=differing_items(held, lines, record.name.full, record.address),
            reissue_reasons=tuple(sorted(reasons)),
        )


def _is_newest(held: Notice, of_person: list[Notice]) -> bool:
    return not any(one.state not in ENDED for one in of_person if one.notice != held.notice) and (
        max(of_person, key=lambda one: (one.prepared_on, one.sent_on or one.prepared_on)).prepared_on
        == held.prepared_on
    )


def notices_of(context: Context, adapters: Adapters, resident: str) -> list[Notice]:
    """Return the cards and notices of a resident, those that are live first."""
    adapters.permit(context, "read-notices")
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        found = records.notices.notices(NoticeQuery(resident=resident))
    return sorted(found, key=lambda one: one.state in ENDED)


def _step(context: Context, adapters: Adapters, notice: str, step: Step, *, event: str) -> Notice:
    grounds = adapters.permit(context, "collect-notice")
    with adapters.store.transaction() as records:
        moved = advance(context, records, records.notices.notice(notice), step)
        records.audit(grounds, event, "done", subject=notice)
    return moved


def collect_notice(context: Context, adapters: Adapters, notice: str) -> Notice:
    """Note that a card was taken back when its holder got an Individual Number Card (回収; R-102).

    Raises:
        UnknownNotice: there is none.
        NoticeNotInState: no card was issued to the person.
    """
    return _step(context, adapters, notice, Step.COLLECT, event="notice-collected")


def report_lost(context: Context, adapters: Adapters, notice: str) -> Notice:
    """Note that a person lost a card or damaged it beyond use.

    Raises:
        UnknownNotice, NoticeNotInState: there is none, or it is not with the person.
    """
    return _step(context, adapters, notice, Step.REPORT_LOST, event="notice-lost")


def surrender_notice(context: Context, adapters: Adapters, notice: str) -> Notice:
    """Take a card back that must be surrendered, for example when its number changed or its column is full (返納).

    Raises:
        UnknownNotice, NoticeNotInState: there is none, or it is not with the person.
    """
    return _step(context, adapters, notice, Step.SURRENDER, event="notice-surrendered")


def card_issued_in(context: Context, records: Records, resident: str) -> list[str]:
    """End the use of a person's notification card because a card was issued, in the open transaction (R-102).

    Returns the cards to be collected; the counter confirms each with `collect_notice`.
    """
    held = records.notices.notices(NoticeQuery(states=tuple(IN_USE), resident=resident))
    return [advance(context, records, one, Step.CARD_ISSUED).notice for one in held]


def ordinance_fee(adapters: Adapters) -> int:
    """Return the re-issue fee of this municipality in yen (R-186)."""
    return int(adapters.parameters.get(FEE_PARAMETER) or STANDARD_FEE_YEN)


def reissue_notice(context: Context, adapters: Adapters, notice: str, reason: ReissueReason) -> ReissueCost:
    """Prepare another card after the last one ended; return what it costs the person.

    Raises:
        NotificationCardAbolished: cards are no longer issued.
        NoticeStillLive: another card of the person is under way or in use.
        NoticeNotInState: the reason does not fit how the card ended.
        RecordNotCurrent: the person is no resident any more.
    """
    grounds = adapters.permit(context, "reissue-notice")
    cost = reissue_cost(reason, context.today(), ordinance_fee(adapters))
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        record = _current(records.register.resident(held.resident))
        _require_no_live(records, held.resident)
        if reason not in reasons_after(held.state, expired=held.expired):
            raise NoticeNotInState(state=held.state.value, step=reason.value)
        note = f"{reason.value}; {cost.fee_yen}"
        prepare_in(
            context,
            adapters,
            records,
            [record],
            cause=IssueCause.REISSUED,
            responsible=held.responsible,
            note=note,
        )
        records.audit(grounds, "notice-reissued", "done", subject=notice)
    return cost


def resend_after_move_in(context: Context, adapters: Adapters, resident: str, numbering_municipality: str) -> Notice:
    """Have a card sent anew to somebody who moved here before the first one arrived (R-122, R-127).

    The duty to notify stays with the municipality that numbered the person, which `numbering_municipality` names. The
    card maker sends it only if that municipality registered the return.

    Raises:
        PreviousMunicipalityUnknown: the code is of no other municipality.
        NoticeNotInState: the person was numbered here.
        NoticeStillLive: a card is under way already.
        RecordNotCurrent: the person is no resident any more.
    """
    grounds = adapters.permit(context, "reissue-notice")
    if numbering_municipality == adapters.code or numbering_municipality not in {one.code for one in municipalities()}:
        raise PreviousMunicipalityUnknown
    with adapters.store.transaction() as records:
        record = _current(records.register.resident(resident))
        if record.stage is not NumberingStage.KEPT:
            raise NoticeNotInState(state=record.stage.value, step=IssueCause.MOVED_IN.value)
        _require_no_live(records, resident)
        [prepared] = prepare_in(
            context,
            adapters,
            records,
            [record],
            cause=IssueCause.MOVED_IN,
            responsible=numbering_municipality,
        )
        records.audit(grounds, "notice-resent", "done", subject=resident)
    return prepared


def _require_no_live(records: Records, resident: str) -> None:
    if any(one.state not in ENDED for one in records.notices.notices(NoticeQuery(resident=resident))):
        raise NoticeStillLive


def _current(record: ResidentRecord) -> ResidentRecord:
    if record.state is RecordState.REMOVED:
        raise RecordNotCurrent
    return record


def check_presented(
    context: Context, adapters: Adapters, number: str, documents: tuple[IdentityDocument, ...]
) -> Notice:
    """Check a notification card that somebody shows to prove a number (番号法16条; R-101, R-102, R-103).

    Raises:
        MalformedNoticeNumber, UnknownNotice: no card has this id.
        NoticeIsNoProof: it is a notice.
        NoticeNotUsable: the card was collected, lost, returned, replaced, or a card was issued.
        ItemsDifferFromRegister: cards are abolished and this one is out of date.
        CardAloneProvesNothing: it was shown without sufficient identity documents.
    """
    grounds = adapters.permit(context, "check-notice")
    with adapters.store.transaction() as records:
        held = records.notices.notice_of_number(parse_notice_number(number))
        if held is None:
            raise UnknownNotice
        record = records.register.resident(held.resident)
        lines = records.notices.endorsements(held.notice)
        records.audit(grounds, "notice-checked", "done", subject=held.notice)
    require_proof_of_number(held.form, differing_items(held, lines, record.name.full, record.address), context.today())
    if held.state not in IN_USE or record.state is RecordState.REMOVED:
        raise NoticeNotUsable(state=NoticeState(held.state).value)
    require_identity(documents)
    return without_withheld_names(context, adapters, [held])[0]
