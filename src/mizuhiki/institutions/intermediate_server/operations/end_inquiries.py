"""What follows from the answer to an inquiry: result, receipt, own record, an officer's case (番号法22条2項, 23条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import is_mislink
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    MISLINK,
    PROVIDED,
    REJECTED,
    ExchangeRecord,
    Inquiry,
    InquiryResult,
    OperatorCase,
    item_names,
)
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, InquiryExchange, Records, Subject
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import GenerationClosed
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of

MISLINK_CASE = "mislink"
ADDRESS_DIFFERS = "address-differs"
REJECTED_CASE = "answer-rejected"


def is_received(answer: CoreAnswer) -> bool:
    """Say whether the information counts as handed in: it was provided and is about the person asked about."""
    return answer.outcome == PROVIDED and not is_mislink(answer.differing)


@dataclass(frozen=True, slots=True)
class EndInquiries:
    """Decides line by line; inquiries, those that travelled together and those of a file all end alike."""

    exchange: InquiryExchange
    randomness: Randomness
    owner: InstitutionId

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
            not_disclosed=request.not_disclosed,
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
