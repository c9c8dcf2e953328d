"""One write transaction on an intermediate server's tables: own inquiries, and the cases they are sent in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    Inquiry,
    InquiryRequest,
    InquiryResult,
    InquiryState,
)
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.tables import INQUIRIES, INQUIRY_CASES
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_row, find_rows, insert_row

_COLUMNS = ("request_id", "exchange_number", "section_id", "request", "requested_at", "result")
_INSERTED = ("request_id", "exchange_number", "section_id", "request", "requested_at")


class SqlInquiries:
    """The part of `ports.Records` that is about own inquiries."""

    _connection: Connection
    _cipher: Cipher

    def inquiry(self, request_id: str) -> tuple[Inquiry, InquiryResult | None] | None:
        """Return an inquiry with its result."""
        row = find_row(self._connection, INQUIRIES, _COLUMNS, {"request_id": request_id})
        if row is None:
            return None
        inquiry = self._inquiry(row, self._case(row.section_id))
        if row.result is None:
            return inquiry, None
        return inquiry, self._cipher.decrypt(row.result, InquiryResult, INQUIRIES.name, "result", request_id)

    def _inquiry(self, row: Any, case: bytes) -> Inquiry:  # noqa: ANN401 - a row of the driver
        request = self._cipher.decrypt(row.request, InquiryRequest, INQUIRIES.name, "request", row.request_id)
        state = InquiryState.PENDING if row.result is None else InquiryState.DONE
        return Inquiry(request, row.exchange_number, row.section_id, row.requested_at, state, case)

    def _case(self, section_id: str) -> bytes:
        row = find_row(self._connection, INQUIRY_CASES, ("submission",), {"section_id": section_id})
        return b"" if row is None else bytes(row.submission)

    def known_requests(self, request_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the request ids under which an inquiry stands."""
        found = find_among(self._connection, INQUIRIES, ("request_id",), ("request_id", request_ids))
        return frozenset(row.request_id for row in found)

    def pending_together(self, section_id: str) -> list[Inquiry]:
        """Return the unanswered inquiries of one case, of a case that is not signed yet too."""
        found = find_rows(self._connection, INQUIRIES, _COLUMNS, {"section_id": section_id, "result": None})
        case = self._case(section_id)
        return [self._inquiry(row, case) for row in found]

    def prepared_inquiries(self) -> list[Inquiry]:
        """Return unanswered inquiries whose case is signed, oldest first."""
        query = (
            select(INQUIRIES.c.request_id)
            .join(INQUIRY_CASES, INQUIRY_CASES.c.section_id == INQUIRIES.c.section_id)
            .where(INQUIRIES.c.outcome.is_(None))
            .order_by(INQUIRIES.c.requested_at, INQUIRIES.c.request_id)
        )
        names = list(self._connection.execute(query).scalars())
        return [known[0] for name in names if (known := self.inquiry(name)) is not None]

    def put_inquiries(self, inquiries: Sequence[Inquiry]) -> None:
        """Store new inquiries of one case with it, once; without it where it is not signed yet."""
        rows = []
        for one in inquiries:
            name = one.request.request_id
            request = self._cipher.encrypt(one.request, INQUIRIES.name, "request", name)
            rows.append((name, one.exchange_number, one.section_id, request, one.requested_at))
        insert_rows(self._connection, INQUIRIES, _INSERTED, rows)
        first = inquiries[0]
        if first.submission:
            self.keep_submission(first.section_id, first.submission)

    def finish_inquiry(self, inquiry: Inquiry, result: InquiryResult, now: datetime) -> bool:
        """Store the result that came of this case; false when one stands already or the inquiry left the case."""
        request_id = inquiry.request.request_id
        changes = {
            "outcome": result.outcome,
            "result": self._cipher.encrypt(result, INQUIRIES.name, "result", request_id),
            "finished_at": now,
        }
        return change_rows(self._connection, INQUIRIES, changes, _pending_in_case(inquiry)) == 1

    def ask_anew(self, inquiry: Inquiry, section_id: str, exchange_number: str) -> bool:
        """Have an unanswered inquiry asked in a case of its own, due at once; false when it left its case before."""
        changes = {"section_id": section_id, "exchange_number": exchange_number, "next_attempt_at": None}
        return change_rows(self._connection, INQUIRIES, changes, _pending_in_case(inquiry)) == 1

    def keep_submission(self, section_id: str, submission: bytes) -> bytes:
        """Store the signed case of inquiries unless one is stored; return the one that stands."""
        standing = self._case(section_id)
        if standing:
            return standing
        insert_row(self._connection, INQUIRY_CASES, {"section_id": section_id, "submission": submission})
        return submission


def _pending_in_case(inquiry: Inquiry) -> dict[str, str | None]:
    return {"request_id": inquiry.request.request_id, "section_id": inquiry.section_id, "result": None}
