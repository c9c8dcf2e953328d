"""Ask another institution about one addressee (番号法19条8号, 22条; R-217).

The inquiry is stored before it is sent and its result before it is told, so a crash at any point neither loses it nor
asks twice: the same request id is answered from the stored result, and a pending one is sent again under its own
exchange number, which the core and the provider know. Inquiries to one provider that have to wait for each other leave
as one case (decisions 0089 and 0106); whoever may not ask, or may not be asked about, is refused before that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mizuhiki.institutions.intermediate_server.domain.bulk import Question
from mizuhiki.institutions.intermediate_server.domain.errors import OwnOwnerAsked, RequestChanged, UnknownRequest
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    PENDING,
    Inquiry,
    InquiryRequest,
    InquiryResult,
)
from mizuhiki.institutions.intermediate_server.operations.carry_inquiries import Asking, CarryInquiries
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import JoinInquiries
from mizuhiki.institutions.intermediate_server.operations.newest_generation import newest_in_use
from mizuhiki.institutions.intermediate_server.operations.subjects import asked_of, is_gone
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.in_hand import InHand
from mizuhiki.vocabulary.affairs import is_ordinance_affair
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId

ACTION = "inquire"


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
    owner: InstitutionId
    generations: CurrentGenerations
    carry: CarryInquiries
    join: JoinInquiries[Asking, InquiryResult | None] = field(default_factory=JoinInquiries)
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
            found = self._ask(context, request, joined=True)
            while found is None:
                found = self._ask(context, request, joined=False)
        return found

    def _ask(self, context: Context, request: InquiryRequest, *, joined: bool) -> InquiryResult | None:
        """Ask once, with others where they wait; None when the inquiry has to go on from what is stored now."""
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
                ended = self.carry.ends.end_with_code(context, records, known[0], subject)
            return ended or self.fetch(context, request_id=request.request_id)
        person, own = asked_of(subject)
        if known is not None:
            return self.carry.again(context, known[0], newest)
        asking, question = Asking(request, person, own), Question.of(request)
        if not joined or self.carry.one_by_one.wants(question, context.now()):
            return self.carry.new(context, [asking])[0]
        # Pseudonyms of two generations cannot be inputs of one case; a question refused lately may be again.
        # What an ordinance allows a provider may be unable to tell for a while, and others do not wait for that.
        apart = self.carry.apart.wants(question.law, context.now()) or is_ordinance_affair(question.affair)
        together = (question if apart else request.provider, person.generation)
        return self.join(together, asking, lambda group: self.carry.new(context, group))

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
