"""Systems of other bodies ask the register and follow persons in it (住基法12条の2).

Every answer stands on a row of the allow-list in force that day and passes the protection gate; what is withheld looks
like nobody. The answer, its entry in the person's ledger and its audit line are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.outside_systems import (
    OUTSIDE_NOTICE,
    OUTSIDE_SEARCH,
    OUTSIDE_SUBSCRIPTION,
    SUBSCRIPTION_LASTS,
    AllowRow,
    Answered,
    Answers,
    Asked,
    DueEvent,
    EventNotAllowed,
    Reason,
    Request,
    Subscription,
    Told,
    TransactionState,
    Way,
    given,
    permit_outside,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId, kind_of
from mizuhiki.vocabulary.register_access.look_ups import DISCLOSED, WITHHELD, LookUp

SEARCH, FOLLOW, STATUS, TELL = "search-from-outside", "follow-from-outside", "read-outside-transaction", "tell-outside"
CHANNEL = "outside-system"
_NAMESAKES = 50
"""Namesakes with one birth date that are looked at; beyond that nobody is told apart."""
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OutsideDesk:
    """Search, subscribe, notify for systems of other bodies. Roles stand in brackets."""

    adapters: Adapters

    def search(self, context: Context, request: Request, asked: Sequence[Asked], *, later: bool) -> Answers:
        """Answer searches; `later` sends the answer to the caller's own endpoint instead [peer].

        Raises:
            NotOnAllowList, AllowRowNotInForce, AffairNotLawful, AffairOfOthers: the caller may not ask.
            NumberQueryNotAllowed, PersonQueryIncomplete: a question cannot be asked; nothing is answered then.
            TransactionRepeated: the transaction stands for something else.
        """
        adapters = self.adapters
        way = Way.SEARCH_ASYNC if later else Way.SEARCH
        row = _permit(context, adapters, SEARCH, request, way)
        for one in asked:
            one.question.require_allowed(row)
        found, withheld = self._look(context, asked)
        grounds = grounds_of(context)
        with adapters.store.transaction() as records:
            known = records.outside.transaction_of(request)
            if known is not None and later:
                return Answers(known, context.now(), ())
            withheld |= set(records.support.measures_of(_tokens(found)))
            answers = tuple(
                _answer(records, grounds, row, request, OUTSIDE_SEARCH, one, hits, withheld)
                for one, hits in zip(asked, found, strict=True)
            )
            correlation = known or adapters.randomness.token()
            result = Answers(correlation, context.now(), answers)
            if known is None:
                state = TransactionState.PENDING if later else TransactionState.SUCCEEDED
                records.outside.begin(request, correlation, state, context.now())
            if later:
                records.outside.tell_searched(request, result)
            records.audit(grounds, "outside-searched", row.number, count=len(asked))
        return result

    def _look(self, context: Context, asked: Sequence[Asked]) -> tuple[list[list[ResidentRecord]], set[str]]:
        """Return who fits each question, and which of them the gate withholds."""
        with self.adapters.store.transaction() as records:
            found = [_candidates(records, one) for one in asked]
        return found, withheld_of(context, self.adapters, _tokens(found), CHANNEL)

    def subscribe(self, context: Context, request: Request, asked: Sequence[Asked]) -> str:
        """Follow persons for a year; the answer goes to the caller's endpoint. Return the transaction's name [peer].

        Raises:
            EventNotAllowed: the row does not give a kind of event.
            The errors of `search`.
        """
        adapters = self.adapters
        row = _permit(context, adapters, FOLLOW, request, Way.SUBSCRIBE)
        for one in asked:
            one.question.require_allowed(row)
            for event in sorted(one.events - row.events):
                raise EventNotAllowed(row=row.number, event=event.value)
        found, withheld = self._look(context, asked)
        grounds = grounds_of(context)
        with adapters.store.transaction() as records:
            known = records.outside.transaction_of(request)
            if known is not None:
                return known
            withheld |= set(records.support.measures_of(_tokens(found)))
            correlation = adapters.randomness.token()
            answers = tuple(
                self._follow(records, grounds, row, request, one, hits, withheld)
                for one, hits in zip(asked, found, strict=True)
            )
            records.outside.begin(request, correlation, TransactionState.PENDING, context.now())
            records.outside.tell_subscribed(request, Answers(correlation, context.now(), answers))
            records.audit(grounds, "outside-subscribed", row.number, count=sum(not one.reason for one in answers))
        return correlation

    def _follow(  # noqa: PLR0917 - what one answer is made of
        self,
        records: Records,
        grounds: Grounds,
        row: AllowRow,
        request: Request,
        one: Asked,
        hits: list[ResidentRecord],
        withheld: set[str],
    ) -> Answered:
        answer = _answer(records, grounds, row, request, OUTSIDE_SUBSCRIPTION, one, hits, withheld)
        if answer.reason:
            return answer
        [record] = [hit for hit in hits if hit.resident not in withheld]
        code = self.adapters.randomness.token()
        expires_on = _last_day(grounds, row)
        records.outside.subscribe(
            Subscription(
                code=code,
                sender=request.sender,
                affair=request.affair,
                row=row.number,
                reference=one.reference,
                resident=record.resident,
                events=one.events,
                started_at=grounds.at,
                expires_on=expires_on,
                seen=records.outside.last_event(),
            )
        )
        return Answered(one.reference, Reason.NONE, subscription=code, expires_on=expires_on)

    def unsubscribe(self, context: Context, request: Request, codes: Sequence[str]) -> str:
        """End own subscriptions; return the transaction's name. Others' are answered as if there were none [peer].

        A caller may end them after its row of the allow-list has ended.

        Raises:
            TransactionRepeated: the transaction stands for something else.
        """
        adapters = self.adapters
        grounds = adapters.permit_peer(context, FOLLOW)
        with adapters.store.transaction() as records:
            known = records.outside.transaction_of(request)
            if known is not None:
                return known
            answers = []
            for code in codes:
                held = records.outside.subscription(code)
                own = held is not None and held.sender == request.sender and held.ended_on is None
                if own:
                    records.outside.end(code, context.today())
                answers.append(Answered(code, Reason.NONE if own else Reason.NO_SUBSCRIPTION, subscription=code))
            correlation = adapters.randomness.token()
            records.outside.begin(request, correlation, TransactionState.PENDING, context.now())
            records.outside.tell_unsubscribed(request, Answers(correlation, context.now(), tuple(answers)))
            records.audit(grounds, "outside-unsubscribed", "done", count=sum(not one.reason for one in answers))
        return correlation

    def status(self, context: Context, request: Request, transaction: str) -> tuple[str, TransactionState]:
        """Return name and state of an own transaction [peer].

        Raises:
            UnknownTransaction: there is none of this caller.
        """
        grounds = self.adapters.permit_peer(context, STATUS)
        with self.adapters.store.transaction() as records:
            found = records.outside.state_of(request.sender, transaction)
            records.audit(grounds, "outside-status-read", found[1].value)
        return found

    def tell(self, context: Context) -> int:
        """Tell followed persons' events that were not told yet; return how many were told [machinery].

        The row of the allow-list and the gate are asked again for each event: a subscription gives nothing that a
        search would not give on that day. Events of a time of protection are never told later.
        """
        adapters = self.adapters
        grounds = adapters.permit(context, TELL)
        told = 0
        while True:
            with adapters.store.transaction() as records:
                due = records.outside.due(context.today(), _AT_ONCE)
            if not due:
                return told
            withheld = withheld_of(context, adapters, {one.record.resident for one in due}, CHANNEL)
            with adapters.store.transaction() as records:
                withheld |= set(records.support.measures_of([one.record.resident for one in due]))
                told += _tell(context, adapters, records, grounds, due, withheld)


def _last_day(grounds: Grounds, row: AllowRow) -> date:
    """Return the last day of a subscription begun now: a year at most, and not beyond its row."""
    last = (grounds.at.astimezone(JST) + SUBSCRIPTION_LASTS).date()
    return last if row.valid_until is None else min(last, row.valid_until)


def _permit(context: Context, adapters: Adapters, action: str, request: Request, way: Way) -> AllowRow:
    grounds = adapters.permit_peer(context, action)
    body = kind_of(request.sender)
    try:
        require_user(require_affair(request.affair, context.today()), request.sender)
        return permit_outside(adapters.outside_rows, body, request.affair, way, context.today())
    except Refused as refusal:
        with adapters.store.transaction() as records:
            records.audit(grounds, "outside-refused", refusal.code)
        raise


def _tokens(found: Iterable[Iterable[ResidentRecord]]) -> list[str]:
    return [record.resident for hits in found for record in hits]


def _candidates(records: Records, one: Asked) -> list[ResidentRecord]:
    question = one.question
    if question.number is not None:
        record = records.register.by_number(question.number)
        return [] if record is None else [record]
    query = ResidentQuery(name=question.name, birth_date=question.birth_date, sex=question.sex)
    return [record for record in records.register.search(query, _NAMESAKES) if question.names(record)]


def _answer(  # noqa: PLR0917 - what one answer is made of
    records: Records,
    grounds: Grounds,
    row: AllowRow,
    request: Request,
    kind: str,
    one: Asked,
    hits: list[ResidentRecord],
    withheld: set[str],
) -> Answered:
    """Return the answer and keep the look-up of whoever was looked at; withheld people are nobody (R-076)."""
    shown = [hit for hit in hits if hit.resident not in withheld]
    only = shown[0] if len(shown) == 1 else None
    for hit in hits:
        if hit is not only and hit.resident not in withheld:
            continue
        records.network.record_look_up(_look_up(grounds, row, request.sender, kind, hit.resident, hit is only))
    if only is None:
        return Answered(one.reference, Reason.AMBIGUOUS if shown else Reason.NOT_FOUND)
    record = given(row, only) if kind == OUTSIDE_SEARCH else None
    return Answered(one.reference, Reason.NONE, record)


def _look_up(  # noqa: PLR0917 - the fields of one look-up
    grounds: Grounds,
    row: AllowRow,
    asker: InstitutionId,
    kind: str,
    resident: str,
    disclosed: bool,  # noqa: FBT001
) -> LookUp:
    items = tuple(sorted(item.value for item in row.items)) if disclosed and kind != OUTSIDE_SUBSCRIPTION else ()
    return LookUp(
        kind=kind,
        person=resident,
        asker=asker,
        affair=row.affair,
        legal_basis=row.citation,
        outcome=DISCLOSED if disclosed else WITHHELD,
        at=grounds.at,
        items=items,
    )


def _tell(  # noqa: PLR0917 - what one delivery is made of
    context: Context,
    adapters: Adapters,
    records: Records,
    grounds: Grounds,
    due: Sequence[DueEvent],
    withheld: set[str],
) -> int:
    """Queue what may be told, one message for each caller; note that everything was looked at."""
    told: dict[InstitutionId, list[Told]] = {}
    for one in due:
        subscription, event = one.subscription, one.event
        records.outside.see(subscription.code, one.place)
        row = _row_of(adapters, context, subscription)
        if row is None:
            records.outside.end(subscription.code, context.today())
            continue
        if event is None or event not in subscription.events or event not in row.events:
            continue
        hidden = one.record.resident in withheld
        look_up = _look_up(grounds, row, subscription.sender, OUTSIDE_NOTICE, one.record.resident, not hidden)
        records.network.record_look_up(look_up)
        records.audit(grounds, "outside-notified", WITHHELD if hidden else row.number, subject=one.record.resident)
        if not hidden:
            told.setdefault(subscription.sender, []).append(
                Told(subscription, event, one.effective_on, one.reported_on, given(row, one.record))
            )
    for sender, events in told.items():
        records.outside.tell_events(sender, events, context.now())
    return sum(map(len, told.values()))


def _row_of(adapters: Adapters, context: Context, subscription: Subscription) -> AllowRow | None:
    """Return the row by which a subscription still holds today."""
    body = kind_of(subscription.sender)
    try:
        require_user(require_affair(subscription.affair, context.today()), subscription.sender)
        return permit_outside(adapters.outside_rows, body, subscription.affair, Way.SUBSCRIBE, context.today())
    except Refused:
        return None
