"""Send prepared cards and notices to the card maker: whose, where to, and what it may not learn (R-097, R-114, R-116).

An actual residence goes to the card maker only on the direct path. For a person under a support measure the protection
gate decides; what it withholds is addressed to the town hall, so that nothing is lost and nothing is told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    ActualResidence,
    DeliveryPath,
    ResidenceCase,
)
from mizuhiki.institutions.municipality.domain.errors import IdentityNotVerified
from mizuhiki.institutions.municipality.domain.notice_errors import NoticeNotInState, NoticesNotYetSent
from mizuhiki.institutions.municipality.domain.notice_forms import (
    START,
    IdentityDocument,
    recorded_at_start,
    require_identity,
)
from mizuhiki.institutions.municipality.domain.notices import (
    Destination,
    Envelope,
    IssueCause,
    Mailing,
    Notice,
    NoticeQuery,
    NoticeState,
    ReturnedNotice,
    ReturnReason,
    Sheet,
    Step,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.prepare_notices import advance
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, Withheld
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.vocabulary.places import municipality as place

RESIDENCE_CHANNEL = "card-maker-residence"
"""The one channel whose disclosure a support officer may allow, by approving the registration."""
POST_CHANNEL = "post-to-register-address"
MAILINGS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Addressed:
    """One card with the person's record and where it goes."""

    notice: Notice
    record: ResidentRecord
    kind: Destination
    address: ActualAddress
    recipient: str
    residence: str = ""

    @property
    def envelope(self) -> tuple[Destination, str, str]:
        """Cards with the same one share an envelope."""
        return self.kind, self.address.reveal(), self.recipient if self.kind is Destination.ACTUAL_RESIDENCE else ""


def dispatch_notices(context: Context, adapters: Adapters, limit: int = MAILINGS_AT_ONCE) -> int:
    """Send what is prepared; return how many cards went out. Cards of people who are no recipients are withdrawn.

    Raises:
        NoticesNotYetSent: before 2015-10-05.
    """
    grounds = adapters.permit(context, "dispatch-notices")
    if context.today() < START:
        raise NoticesNotYetSent
    with adapters.store.transaction() as records:
        prepared = records.notices.prepared_mailings(limit)
        loaded = [(mailing, *_load(records, mailing)) for mailing in prepared]
    sent = 0
    for mailing, entries, residences in loaded:
        # The gate opens a transaction of its own, so it is asked before the one that sends.
        addressed = [
            _address(context, adapters, notice, record, residences.get(notice.resident))
            for notice, record in entries
            if _is_recipient(notice, record)
        ]
        with adapters.store.transaction() as records:
            sent += _send(context, adapters, records, mailing, entries, addressed)
    if sent:
        with adapters.store.transaction() as records:
            records.audit(grounds, "notices-dispatched", "done", count=sent)
    return sent


def _load(records: Records, mailing: Mailing) -> tuple[list[tuple[Notice, ResidentRecord]], dict[str, ActualResidence]]:
    query = NoticeQuery(states=(NoticeState.PREPARED,), mailing=mailing.mailing)
    notices = sorted(records.notices.notices(query), key=lambda notice: notice.number)
    found = records.register.residents([notice.resident for notice in notices])
    residences = records.notices.residences_of([notice.resident for notice in notices])
    return list(zip(notices, found, strict=True)), residences


def _is_recipient(notice: Notice, record: ResidentRecord) -> bool:
    if notice.cause is IssueCause.INITIAL:
        return recorded_at_start(record.resident_since, record.removed_on)
    return record.state is not RecordState.REMOVED


def _address(
    context: Context, adapters: Adapters, notice: Notice, record: ResidentRecord, held: ActualResidence | None
) -> _Addressed:
    """Decide where a card goes, asking the gate about each thing that would be told."""
    if held is not None and held.path is DeliveryPath.TOWN_HALL:
        return _at_hall(adapters, notice, record, held.residence)
    try:
        if held is None:
            adapters.gate.check(
                context, Disclosure(record.resident, POST_CHANNEL, "household", "notification card with the number")
            )
            address, kind, name, residence = ActualAddress(record.address), Destination.REGISTER_ADDRESS, "", ""
        else:
            if held.case is ResidenceCase.VIOLENCE and not held.approved_by:
                return _at_hall(adapters, notice, record, held.residence)
            adapters.gate.check(
                context, Disclosure(record.resident, RESIDENCE_CHANNEL, "national-register", "actual residence")
            )
            name = held.agent.name if held.agent is not None and held.agent.deliver_to is not None else ""
            address, kind, residence = held.delivery_address, Destination.ACTUAL_RESIDENCE, held.residence
    except Withheld:
        return _at_hall(adapters, notice, record, "" if held is None else held.residence)
    return _Addressed(notice, record, kind, address, name or record.name.full, residence)


def _at_hall(adapters: Adapters, notice: Notice, record: ResidentRecord, residence: str) -> _Addressed:
    hall = ActualAddress(hall_address(adapters))
    return _Addressed(notice, record, Destination.TOWN_HALL, hall, f"{place(adapters.code).name}長", residence)


def hall_address(adapters: Adapters) -> str:
    """Return the post address of the town hall: the parameter ``hall_address``, else the municipality's office."""
    return (
        adapters.parameters.get("hall_address") or f"{place(adapters.code).prefecture}{place(adapters.code).name}役所"
    )


def _send(  # noqa: PLR0917 - the loaded mailing, and what was decided about it
    context: Context,
    adapters: Adapters,
    records: Records,
    mailing: Mailing,
    entries: Sequence[tuple[Notice, ResidentRecord]],
    addressed: Sequence[_Addressed],
) -> int:
    if records.notices.mailing(mailing.mailing).sent_on is not None:
        return 0  # another worker sent it meanwhile
    going = {one.notice.notice for one in addressed}
    for notice, _record in entries:
        if notice.notice not in going:
            advance(context, records, notice, Step.WITHDRAW)
    groups: dict[tuple[Destination, str, str], list[_Addressed]] = {}
    for one in addressed:
        groups.setdefault(one.envelope, []).append(one)
    if not groups:
        records.notices.mark_sent(mailing.mailing, context.today(), mailing.destination, "")
    for position, group in enumerate(groups.values()):
        first = group[0]
        if position == 0:
            token = mailing.mailing
            records.notices.mark_sent(token, context.today(), first.kind, first.residence)
        else:
            token = adapters.randomness.token()
            split = dataclasses.replace(
                mailing, mailing=token, destination=first.kind, residence=first.residence, sent_on=context.today()
            )
            records.notices.insert_mailings([split], [])
        _post(context, records, token, group)
    return len(addressed)


def _post(context: Context, records: Records, mailing: str, group: Sequence[_Addressed]) -> None:
    first = group[0]
    recipient = first.recipient
    if first.kind is Destination.REGISTER_ADDRESS:
        head = next((one for one in group if one.record.relationship is Relationship.HEAD), first)
        recipient = head.record.name.full
    records.notices.tell_card_maker(
        Envelope(
            mailing=mailing,
            recipient=recipient,
            destination=first.address,
            sheets=tuple(
                Sheet(
                    number=one.notice.number,
                    code=one.record.code,
                    form=one.notice.form,
                    cause=one.notice.cause,
                    responsible=one.notice.responsible,
                    under_measure=one.record.protected,
                )
                for one in group
            ),
        )
    )
    for one in group:
        advance(
            context,
            records,
            one.notice,
            Step.SEND,
            first.kind.value,
            mailing=mailing,
            sent_on=context.today(),
            printed_name=one.record.name.full,
            printed_address=one.record.address,
        )


def take_in_at_hall(context: Context, adapters: Adapters, notice: str) -> Notice:
    """Note that a card addressed to the town hall arrived there (R-116).

    Raises:
        UnknownNotice: there is none.
        NoticeNotInState: it was not sent, or not to the hall.
    """
    grounds = adapters.permit(context, "forward-from-hall")
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        if records.notices.mailing(held.mailing).destination is not Destination.TOWN_HALL:
            raise NoticeNotInState(state=held.state.value, step=Step.ARRIVE_AT_HALL.value)
        moved = advance(context, records, held, Step.ARRIVE_AT_HALL)
        records.audit(grounds, "notice-at-hall", "done", subject=notice)
    return moved


def forward_from_hall(
    context: Context, adapters: Adapters, notice: str, step: Step, documents: tuple[IdentityDocument, ...] = ()
) -> Notice:
    """Send a card on from the hall by the own 簡易書留, hand it over, or give it up (R-116).

    Raises:
        NoticeNotInState: the card is not at the hall.
        IdentityNotVerified, CardAloneProvesNothing: handed over without identity documents.
    """
    grounds = adapters.permit(context, "forward-from-hall")
    if step is Step.HAND_OVER:
        if not documents:
            raise IdentityNotVerified(step="identity-documents")
        require_identity(documents)
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        if held.state is not NoticeState.AT_HALL:
            raise NoticeNotInState(state=held.state.value, step=step.value)
        moved = advance(context, records, held, step)
        if step is Step.REGISTER_RETURN:
            records.notices.tell_card_maker(
                ReturnedNotice(held.number, ReturnReason.NO_SUCH_ADDRESSEE, context.today())
            )
        records.audit(grounds, "notice-forwarded", "done", subject=notice)
    return moved


def mailings(context: Context, adapters: Adapters, limit: int = MAILINGS_AT_ONCE) -> list[tuple[Mailing, list[Notice]]]:
    """Return envelopes with their cards, newest first; no address of anybody."""
    adapters.permit(context, "read-notices")
    with adapters.store.transaction() as records:
        return [
            (one, records.notices.notices(NoticeQuery(mailing=one.mailing))) for one in records.notices.mailings(limit)
        ]
