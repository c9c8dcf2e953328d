"""Ask another institution about one addressee (番号法19条8号, 22条; R-217).

The inquiry is stored before it is sent and its result before it is told, so a crash at any point neither loses it nor
asks twice: the same request id is answered from the stored result, and a pending one is sent again under its own
exchange number, which the core and the provider know.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import is_mislink
from mizuhiki.institutions.intermediate_server.domain.errors import (
    AddresseeMismatch,
    FourItemsMissing,
    OwnOwnerAsked,
    PseudonymNotAcquired,
    RequestChanged,
    UnknownAddressee,
    UnknownRequest,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    MISLINK,
    PENDING,
    PROVIDED,
    REJECTED,
    ExchangeRecord,
    Inquiry,
    InquiryRequest,
    InquiryResult,
    OperatorCase,
    item_names,
)
from mizuhiki.institutions.intermediate_server.operations.grounds import newest_in_use
from mizuhiki.institutions.intermediate_server.operations.wait import Wait
from mizuhiki.institutions.intermediate_server.ports import (
    CoreAnswer,
    Exchange,
    PersonKey,
    Records,
    Store,
    Subject,
)
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.in_hand import InHand
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.generations import FIRST, CurrentGenerations, GenerationClosed
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.persons import FourItems

ACTION = "inquire"
MISLINK_CASE = "mislink"
ADDRESS_DIFFERS = "address-differs"
REJECTED_CASE = "answer-rejected"


class Asked(NamedTuple):
    """Who is asked about: the pseudonym, and the generation it is of and is converted in."""

    pseudonym: PersonKey
    generation: int


def subject_of(subject: Subject | None) -> tuple[PersonKey, FourItems]:
    """Return the pseudonym and the own four items of somebody who may be asked about.

    Raises:
        UnknownAddressee, AddresseeMismatch, PseudonymNotAcquired, FourItemsMissing: nobody can be asked about it.
    """
    if subject is None:
        raise UnknownAddressee
    if subject.mismatched:
        raise AddresseeMismatch
    return own_of(subject)


def own_of(subject: Subject) -> tuple[PersonKey, FourItems]:
    """Return the same of somebody who was asked about already, blocked meanwhile or not; errors as in `subject_of`."""
    if subject.pseudonym is None:
        raise PseudonymNotAcquired
    if subject.addressee.four_items is None:
        raise FourItemsMissing
    return subject.pseudonym, subject.addressee.four_items


def asked_of(subject: Subject | None) -> tuple[Asked, FourItems]:
    """Return the pseudonym with its generation, and the own four items; errors as in `subject_of`."""
    pseudonym, own = subject_of(subject)
    return Asked(pseudonym, FIRST if subject is None else subject.generation), own


def is_gone(subject: Subject | None, closed: Collection[int] = ()) -> bool:
    """Say whether somebody has no code, or none but of these generations."""
    return subject is None or subject.pseudonym is None or subject.generation in closed


def is_received(answer: CoreAnswer) -> bool:
    """Say whether the information counts as handed in: it was provided and is about the person asked about."""
    return answer.outcome == PROVIDED and not is_mislink(answer.differing)


def _told(known: tuple[Inquiry, InquiryResult | None] | None, request: InquiryRequest) -> InquiryResult | None:
    """Return the stored result of the same request, None when there is none yet.

    Raises:
        RequestChanged: another inquiry stands under the request's id.
    """
    if known is None:
        return None
    if known[0].request != request:
        raise RequestChanged
    return known[1]


@dataclass(frozen=True, slots=True)
class Inquire:
    """Sends inquiries of the owner's business systems."""

    store: Store
    authority: Authority
    exchange: Exchange
    randomness: Randomness
    owner: InstitutionId
    wait: Wait
    generations: CurrentGenerations
    in_hand: InHand = field(default_factory=InHand)

    def __call__(self, context: Context, *, request: InquiryRequest) -> InquiryResult:
        """Return the result, from store when the request was answered before.

        An unreachable core leaves the inquiry pending and says so; the retry job sends it again.

        Raises:
            UnknownAddressee, PseudonymNotAcquired, AddresseeMismatch: nobody can be asked about this addressee.
            RequestChanged: the request id was used for another inquiry.
            OwnOwnerAsked: the owner holds this itself.
        """
        self.authority.require(context, ACTION)
        if request.provider == self.owner:
            raise OwnOwnerAsked
        with self.in_hand.holding(request.request_id):
            return self._ask(context, request)

    def _ask(self, context: Context, request: InquiryRequest) -> InquiryResult:
        newest = newest_in_use(self.generations, context)
        with self.store.snapshot() as records:
            known = records.inquiry(request.request_id)
            found = records.subjects([request.addressee_number], newest)
        told = _told(known, request)
        if told is not None:
            return told
        subject = found.get(request.addressee_number)
        if known is not None and known[0].submission and is_gone(subject):
            with self.store.transaction() as records:
                ended = self.end_with_code(context, records, known[0], subject)
            return ended or self.fetch(context, request_id=request.request_id)
        person, own = asked_of(subject)
        if known is None:
            new = self._signed(context, request, person)
            with self.store.transaction() as records:
                known = records.inquiry(request.request_id)
                if known is None:
                    records.put_inquiry(new)
            told = _told(known, request)  # somebody may have asked the same meanwhile
            if told is not None:
                return told
        return self._send(context, new if known is None else known[0], person, own)

    def _signed(self, context: Context, request: InquiryRequest, person: Asked) -> Inquiry:
        """Return a new inquiry with its signed case, so that both are stored at once.

        Where the keys for it cannot be had now the inquiry is stored without, and its case made before it is sent.
        """
        inquiry = Inquiry(request, self.randomness.token(), self.randomness.token(), context.now())
        try:
            return replace(inquiry, submission=self.exchange.prepare(inquiry, *person))
        except Unavailable:
            return inquiry

    def fetch(self, context: Context, *, request_id: str) -> InquiryResult:
        """Return the stored result of an inquiry, or that it is pending.

        Raises:
            UnknownRequest: there is no such inquiry.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = records.inquiry(request_id)
            waiting = records.waiting(request_id)
        if known is None:
            raise UnknownRequest
        inquiry, result = known
        return result or InquiryResult(inquiry.exchange_number, PENDING, waiting=waiting)

    def retry(self, context: Context, *, request_id: str) -> InquiryResult:
        """Send a pending inquiry again."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = records.inquiry(request_id)
        if known is None:
            raise UnknownRequest
        return self(context, request=known[0].request)

    def _prepared(self, inquiry: Inquiry, person: Asked) -> Inquiry:
        """Return the inquiry with its signed case, stored before it is sent; a retry sends the very same."""
        if inquiry.submission:
            return inquiry
        submission = self.exchange.prepare(inquiry, *person)
        with self.store.transaction() as records:
            return replace(inquiry, submission=records.keep_submission(inquiry.request.request_id, submission))

    def _send(self, context: Context, inquiry: Inquiry, person: Asked, own: FourItems) -> InquiryResult:
        try:
            answer = self.exchange.ask(self._prepared(inquiry, person), own)
        except Unavailable as error:
            request = inquiry.request
            waiting, why = self.wait.inquiry(context, request.request_id, request.provider, error)
            return InquiryResult(inquiry.exchange_number, PENDING, refusal_detail=why, waiting=waiting)
        result = self.result_of(context, inquiry, answer)
        with self.store.transaction() as records:
            if not records.finish_inquiry(inquiry, result, context.now()):
                known = records.inquiry(inquiry.request.request_id)
                if known is None or known[1] is None:
                    raise UnknownRequest
                return known[1]
            records.append_records([(person.pseudonym, self.record_of(inquiry, result, context.now()))])
            self.open_case(context, records, inquiry, result)
            self.wait.answered(context, records, inquiry.request.provider)
        return result

    def result_of(self, context: Context, inquiry: Inquiry, answer: CoreAnswer) -> InquiryResult:
        """Return how an answered inquiry ended; a provided answer gets its receipt, a mis-link none."""
        receipt = self.exchange.receipt(inquiry, answer, context.now()) if is_received(answer) else ""
        return self.ended(inquiry, answer, receipt)

    @staticmethod
    def ended(inquiry: Inquiry, answer: CoreAnswer, receipt: str) -> InquiryResult:
        """Return how an answered inquiry ended; `receipt` is empty unless `is_received`."""
        if answer.outcome == PROVIDED and not is_received(answer):
            return InquiryResult(inquiry.exchange_number, MISLINK, statute=answer.statute, differing=answer.differing)
        return InquiryResult(
            exchange_number=inquiry.exchange_number,
            outcome=answer.outcome,
            information=answer.information,
            receipt=receipt,
            statute=answer.statute,
            refused_by=answer.refused_by,
            refusal_detail=answer.refusal_detail,
            differing=answer.differing,
        )

    def end_with_code(
        self, context: Context, records: Records, inquiry: Inquiry, subject: Subject | None
    ) -> InquiryResult | None:
        """End a signed inquiry whose person's code is gone or goes now; None when a result stands."""
        result = self.ended_with_code(inquiry)
        if not records.finish_inquiry(inquiry, result, context.now()):
            return None
        self.record_end(context, records, inquiry, result, subject)
        return result

    def ended_with_code(self, inquiry: Inquiry) -> InquiryResult:
        """Return what the converters would say to what was signed under a code of a closed generation."""
        return InquiryResult(
            inquiry.exchange_number,
            GenerationClosed.code,
            refused_by=intermediate_server_of(self.owner),
            refusal_detail=GenerationClosed.title,
        )

    def record_end(
        self, context: Context, records: Records, inquiry: Inquiry, result: InquiryResult, subject: Subject | None
    ) -> None:
        """Record an end under the person's code while there is one; for whoever has none there is no place."""
        if subject is not None and subject.pseudonym is not None:
            records.append_records([(subject.pseudonym, self.record_of(inquiry, result, context.now()))])

    def record_of(self, inquiry: Inquiry, result: InquiryResult, at: datetime) -> ExchangeRecord:
        """Return the own record of an ended inquiry (番号法23条)."""
        request = inquiry.request
        return ExchangeRecord(
            kind="exchange",
            exchange_number=inquiry.exchange_number,
            inquirer=self.owner,
            provider=request.provider,
            affair=request.affair,
            procedure=request.procedure,
            information_kinds=request.kinds,
            items=item_names(result.information),
            statute=result.statute,
            requested_at=inquiry.requested_at,
            completed_at=at,
            outcome=result.outcome,
        )

    def open_case(self, context: Context, records: Records, inquiry: Inquiry, result: InquiryResult) -> None:
        """Open the officer's case where an answer does not verify or seems to be about somebody else."""
        if result.outcome == REJECTED:
            self._note(context, records, REJECTED_CASE, inquiry, result.refusal_detail)
        if not result.differing:
            return
        kind = MISLINK_CASE if result.outcome == MISLINK else ADDRESS_DIFFERS
        detail = f"provider's view differs: {', '.join(result.differing)}"
        self._note(context, records, kind, inquiry, detail)

    def _note(self, context: Context, records: Records, kind: str, inquiry: Inquiry, detail: str) -> None:
        records.open_case(OperatorCase(self.randomness.token(), kind, inquiry.exchange_number, detail, context.now()))
