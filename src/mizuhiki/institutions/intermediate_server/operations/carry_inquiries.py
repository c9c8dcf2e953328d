"""Carry inquiries to one provider to their answers in one case, of one line or more (R-217; decisions 0089, 0106).

    new ──sign, store──▶ pending ──send, store the answers──▶ ended
                            │  ▲
                            └──┘ refused as one of several: recorded so, and asked again by itself

Everything is stored before it is sent, all inquiries of a case with it in one transaction, and every answer before it
is told. Each of them leads back to that case, so a repetition by whomever sends the very same and finds the own line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.bulk import Question
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    ASKED_ONE_BY_ONE,
    PENDING,
    REFUSED_WITH_OTHERS,
    Inquiry,
    InquiryRequest,
    InquiryResult,
)
from mizuhiki.institutions.intermediate_server.domain.outages import AWAITS_APPROVAL
from mizuhiki.institutions.intermediate_server.operations.end_inquiries import EndInquiries
from mizuhiki.institutions.intermediate_server.operations.exchange_numbers import exchange_numbers
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import OneByOne
from mizuhiki.institutions.intermediate_server.operations.subjects import Asked, asked_of
from mizuhiki.institutions.intermediate_server.operations.wait import Wait
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, InquiryExchange, Records, Store
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.persons import FourItems


class Asking(NamedTuple):
    """A new inquiry that may be sent: what is asked, about which pseudonym, and what is held of the person."""

    request: InquiryRequest
    person: Asked
    own: FourItems


class _Sent(NamedTuple):
    inquiry: Inquiry
    person: Asked
    own: FourItems


@dataclass(frozen=True, slots=True)
class CarryInquiries:
    """Signs, stores, sends and ends. Where None is returned for an inquiry it goes on by itself, see `Inquire`.

    Questions in `one_by_one` are asked without company, those in `apart` without company of other questions.
    """

    store: Store
    exchange: InquiryExchange
    randomness: Randomness
    wait: Wait
    ends: EndInquiries
    one_by_one: OneByOne
    apart: OneByOne

    def new(self, context: Context, group: Sequence[Asking]) -> list[InquiryResult | None]:
        """Store and send inquiries to one provider as one case; return how each stands, in their order.

        None for one whose request was stored meanwhile, for a second one of a request, and for all where they cannot be
        signed or are not answered together.
        """
        sent = self._stored(context, group)
        told = dict(zip([one.inquiry.request for one in sent], self._send(context, sent), strict=True)) if sent else {}
        return [told.pop(one.request, None) for one in group]

    def again(self, context: Context, inquiry: Inquiry, newest: int) -> InquiryResult | None:
        """Send the case of a stored inquiry again, for everybody who waits for an answer to it.

        None when the inquiry ended meanwhile or goes on by itself. Who may not be asked about now waits on.
        """
        with self.store.snapshot() as records:
            waiting = records.pending_together(inquiry.section_id)
            found = records.subjects([one.request.addressee_number for one in waiting], newest)
        sent: list[_Sent] = []
        for one in waiting:
            try:
                sent.append(_Sent(one, *asked_of(found.get(one.request.addressee_number))))
            except MizuhikiError:
                continue  # told to whoever asks about this one
        told = dict(zip([one.inquiry.request.request_id for one in sent], self._send(context, sent), strict=True))
        return told.get(inquiry.request.request_id)

    def _stored(self, context: Context, group: Sequence[Asking]) -> list[_Sent]:
        """Sign and store those of a group that nobody stored; a case holds no line that is in another case."""
        left: dict[str, Asking] = {}
        for one in _by_question(group):
            left.setdefault(one.request.request_id, one)
        while left:
            signed = self._signed(context, list(left.values()))
            if not signed:
                return []
            with self.store.transaction() as records:
                known = records.known_requests(list(left))
                if not known:
                    records.put_inquiries([one.inquiry for one in signed])
                    return signed
            left = {request_id: one for request_id, one in left.items() if request_id not in known}
        return []

    def _signed(self, context: Context, group: Sequence[Asking]) -> list[_Sent]:
        """Return new inquiries with their signed case, so that all are stored at once.

        Where the keys for it cannot be had now, a single inquiry is stored without, and its case made before it is
        sent. Several that cannot be signed together are not stored: nobody's pseudonym is in another's way.
        """
        section = self.randomness.token()
        numbers = exchange_numbers(self.randomness, len(group))
        now = context.now()
        inquiries = [Inquiry(one.request, number, section, now) for one, number in zip(group, numbers, strict=True)]
        try:
            case = self._case(inquiries, [one.person for one in group])
        except Unavailable:
            case = b""
        except MizuhikiError:
            if len(group) == 1:
                raise
            case = b""
        if not case and len(group) > 1:
            return []
        return [
            _Sent(replace(inquiry, submission=case), one.person, one.own)
            for inquiry, one in zip(inquiries, group, strict=True)
        ]

    def _case(self, inquiries: Sequence[Inquiry], persons: Sequence[Asked]) -> bytes:
        return self.exchange.prepare(inquiries, [one.pseudonym for one in persons], persons[0].generation)

    def _prepared(self, sent: Sequence[_Sent]) -> list[Inquiry]:
        """Return the inquiries with their signed case, stored before it is sent; a retry sends the very same."""
        inquiries = [one.inquiry for one in sent]
        if inquiries[0].submission:
            return inquiries
        case = self._case(inquiries, [one.person for one in sent])
        with self.store.transaction() as records:
            standing = records.keep_submission(inquiries[0].section_id, case)
        return [replace(one, submission=standing) for one in inquiries]

    def _send(self, context: Context, sent: Sequence[_Sent]) -> list[InquiryResult | None]:
        if not sent:
            return []
        try:
            answers = self.exchange.ask(self._prepared(sent), [one.own for one in sent])
        except Unavailable as error:
            return self._let_wait(context, sent, error)
        if answers[0].one_by_one:
            self._part(context, sent, answers)
            return [None] * len(sent)
        return self._end(context, sent, answers)

    def _let_wait(self, context: Context, sent: Sequence[_Sent], error: Unavailable) -> list[InquiryResult | None]:
        request = sent[0].inquiry.request
        found = self.wait.inquiries(context, [one.inquiry.request.request_id for one in sent], request.provider, error)
        if any(waiting.code == AWAITS_APPROVAL for waiting in found):
            self.one_by_one.note(Question.of(request), context.now())
        return [
            InquiryResult(one.inquiry.exchange_number, PENDING, refusal_detail=error.message, waiting=waiting)
            for one, waiting in zip(sent, found, strict=True)
        ]

    def _end(
        self, context: Context, sent: Sequence[_Sent], answers: Sequence[CoreAnswer]
    ) -> list[InquiryResult | None]:
        """Store results, records and officers' cases in one transaction; what another thread stored before stands."""
        results = [self.ends.result_of(context, one.inquiry, answer) for one, answer in zip(sent, answers, strict=True)]
        for one, answer in zip(sent, answers, strict=True):
            if answer.refused_by:
                self.apart.note(Question.of(one.inquiry.request).law, context.now())
        told: list[InquiryResult | None] = []
        with self.store.transaction() as records:
            first: list[tuple[_Sent, InquiryResult]] = []
            for one, result in zip(sent, results, strict=True):
                if records.finish_inquiry(one.inquiry, result, context.now()):
                    first.append((one, result))
                    told.append(result)
                else:
                    told.append(_standing(records, one.inquiry))
            records.append_records(
                [
                    (one.person.pseudonym, self.ends.record_of(one.inquiry, result, context.now()))
                    for one, result in first
                ]
            )
            for one, result in first:
                self.ends.open_case(context, records, one.inquiry, result)
            if first:
                self.wait.answered(context, records, sent[0].inquiry.request.provider)
        return told

    def _part(self, context: Context, sent: Sequence[_Sent], answers: Sequence[CoreAnswer]) -> None:
        """Give each inquiry of a refused case a case of its own, and record the refused exchange as what it was.

        Where a rule refused several questions it may be about another one's; nobody's record says that it is theirs.
        """
        now, outcome = context.now(), answers[0].outcome
        if outcome in ASKED_ONE_BY_ONE:
            for question in {Question.of(one.inquiry.request) for one in sent}:
                if answers[0].several_questions:
                    self.apart.note(question.law, now)
                else:
                    self.one_by_one.note(question, now)
        else:
            outcome = REFUSED_WITH_OTHERS
        with self.store.transaction() as records:
            ended = []
            for one, answer in zip(sent, answers, strict=True):
                [number] = exchange_numbers(self.randomness, 1)
                if records.ask_anew(one.inquiry, self.randomness.token(), number):
                    refused = msgspec.structs.replace(self.ends.ended(one.inquiry, answer, ""), outcome=outcome)
                    ended.append((one.person.pseudonym, self.ends.record_of(one.inquiry, refused, now)))
            records.append_records(ended)


def _by_question(group: Sequence[Asking]) -> list[Asking]:
    """Return a group with those of one question together, as a case names them."""
    by_question: dict[Question, list[Asking]] = {}
    for one in group:
        by_question.setdefault(Question.of(one.request), []).append(one)
    return [one for alike in by_question.values() for one in alike]


def _standing(records: Records, inquiry: Inquiry) -> InquiryResult | None:
    known = records.inquiry(inquiry.request.request_id)
    return None if known is None else known[1]
