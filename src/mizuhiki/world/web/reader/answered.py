"""Which requests a card has signed for, so that none is signed for twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from mizuhiki.card.agent_protocol import SigningRequest
from mizuhiki.runtime.database import Database, Text, UtcTime
from mizuhiki.world.web.reader.errors import RequestAnswered

_KEPT_AFTER_END = timedelta(days=1)


def answered_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table; returns it again when it is declared already."""
    if "answered_requests" in metadata.tables:
        return metadata.tables["answered_requests"]
    return sa.Table(
        "answered_requests",
        metadata,
        sa.Column("requester", Text, primary_key=True),
        sa.Column("request_id", Text, primary_key=True),
        sa.Column("expires_at", UtcTime, nullable=False),
    )


class AnsweredRequests:
    """The answered requests in the site's database; who asked and the request's number, nothing about the card."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = answered_table(sa.MetaData())

    def require_unanswered(self, request: SigningRequest) -> None:
        """Go on when no card signed for the request.

        Raises:
            RequestAnswered: one did.
        """
        with self._database.read() as connection:
            found = connection.execute(sa.select(self._table.c.request_id).where(self._is(request))).first()
        if found is not None:
            raise RequestAnswered

    def mark(self, request: SigningRequest, now: datetime) -> None:
        """Note that a card signed for the request, and forget requests that were over long ago.

        Raises:
            RequestAnswered: it was noted before; the new signature must not be given out.
        """
        row = {"requester": request.requester, "request_id": request.request_id, "expires_at": request.expires_at}
        try:
            with self._database.write() as connection:
                connection.execute(sa.delete(self._table).where(self._table.c.expires_at < now - _KEPT_AFTER_END))
                connection.execute(sa.insert(self._table).values(row))
        except sa.exc.IntegrityError as error:
            raise RequestAnswered from error

    def _is(self, request: SigningRequest) -> sa.ColumnElement[bool]:
        return sa.and_(self._table.c.requester == request.requester, self._table.c.request_id == request.request_id)
