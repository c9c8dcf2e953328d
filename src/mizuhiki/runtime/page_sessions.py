"""Sessions of people on an institution's pages, kept on the server.

The cookie holds an opaque 256-bit token; the table holds only its hash, so a reader of the database cannot take over a
session, and the content encrypted at rest. A session ends after `idle` without a request and after `absolute` in any
case. The token changes at sign-in (no session fixation) and the row goes at sign-out. NIST SP 800-63B-4 §5 (sessions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import sqlalchemy as sa
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.runtime.database import Blob, Database, UtcTime
from mizuhiki.runtime.environment import Environment
from mizuhiki.vocabulary.typed_values import read_json

TOKEN_BYTES = 32
_SEEN_STEP = timedelta(seconds=60)
_KEPT_AFTER_END = timedelta(days=1)

Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts without a request (`idle`), and at most (`absolute`)."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=8)

    def ended(self, started: datetime, seen: datetime, now: datetime) -> bool:
        """Whether a session started and last seen at these times is over."""
        return now - seen >= self.idle or now - started >= self.absolute


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the store returns it."""

    started: datetime
    seen: datetime
    content: Content


class SessionStore(Protocol):
    """Where sessions live; tokens are given in clear and must be stored as hashes only."""

    def find(self, token: str) -> StoredSession | None:
        """Return the session of a token, also one that is over."""

    def save(self, token: str, session: StoredSession) -> None:
        """Write a session, replacing what its token named."""

    def delete(self, token: str) -> None:
        """Forget a session; nothing happens when there is none."""

    def delete_ended(self, now: datetime) -> int:
        """Forget sessions that ended more than a day ago; return how many."""


def session_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table an institution's `DatabaseSessionStore` uses; returns it again when it is declared already."""
    if "page_sessions" in metadata.tables:
        return metadata.tables["page_sessions"]
    return sa.Table(
        "page_sessions",
        metadata,
        sa.Column("token_hash", Blob, primary_key=True),
        sa.Column("started", UtcTime, nullable=False),
        sa.Column("seen", UtcTime, nullable=False),
        sa.Column("content", Blob, nullable=False),
    )


class DatabaseSessionStore:
    """Sessions in the institution's own database."""

    def __init__(self, environment: Environment, database: Database, table: sa.Table, lifetime: Lifetime) -> None:
        self._institution = environment.institution
        self._key = environment.keystore.secret(SecretPurpose.SESSION)
        self._database = database
        self._table = table
        self._lifetime = lifetime

    def find(self, token: str) -> StoredSession | None:
        """Return the session of a token, also one that is over."""
        row_id = sha256(token.encode())
        with self._database.read() as connection:
            row = connection.execute(sa.select(self._table).where(self._table.c.token_hash == row_id)).one_or_none()
        if row is None:
            return None
        clear = decrypt_at_rest(
            self._key,
            row.content,
            institution=self._institution,
            table=self._table.name,
            column="content",
            row=row_id.hex(),
        )
        return StoredSession(row.started, row.seen, read_json(clear, Content))

    def save(self, token: str, session: StoredSession) -> None:
        """Write a session, replacing what its token named."""
        row_id = sha256(token.encode())
        sealed = encrypt_at_rest(
            self._key,
            msgspec.json.encode(session.content),
            institution=self._institution,
            table=self._table.name,
            column="content",
            row=row_id.hex(),
        )
        values = {"started": session.started, "seen": session.seen, "content": sealed}
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(self._table).where(self._table.c.token_hash == row_id).values(values)
            )
            if changed.rowcount == 0:
                connection.execute(sa.insert(self._table).values(token_hash=row_id, **values))

    def delete(self, token: str) -> None:
        """Forget a session."""
        with self._database.write() as connection:
            connection.execute(sa.delete(self._table).where(self._table.c.token_hash == sha256(token.encode())))

    def delete_ended(self, now: datetime) -> int:
        """Forget sessions that ended more than a day ago."""
        limit = now - self._lifetime.absolute - _KEPT_AFTER_END
        with self._database.write() as connection:
            return connection.execute(sa.delete(self._table).where(self._table.c.started < limit)).rowcount


class PageSession(dict[str, object], SessionMixin):
    """The session of one request; a plain mapping of JSON values to page code.

    `ended` is the content of the session that this request's cookie named, when that session is over: it tells whose
    unsent form may be kept.
    """

    def __init__(
        self, content: Content, *, token: str, started: datetime, seen: datetime | None, ended: Content | None
    ) -> None:
        super().__init__(content)
        self.token = token
        self.started = started
        self.seen = seen
        self.ended = ended
        self.replaced: str | None = None
        self.touched = False
        self._before = msgspec.json.encode(content)

    def touch(self) -> None:
        """Count this request as use, also when nothing changes."""
        self.touched = True

    @property
    def changed(self) -> bool:
        """Whether anything must be written."""
        return self.touched or self.replaced is not None or msgspec.json.encode(dict(self)) != self._before

    def rotate(self, token: str, now: datetime) -> None:
        """Continue under another token; the old one stops working."""
        self.replaced = self.replaced or self.token
        self.token = token
        self.started = now
        self.seen = None


class PageSessions(SessionInterface):
    """Carries sessions between cookie and store for the web framework."""

    def __init__(
        self,
        store: SessionStore,
        *,
        lifetime: Lifetime,
        cookie: str,
        secure: bool,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
    ) -> None:
        self.store = store
        self.lifetime = lifetime
        self.cookie = f"__Host-{cookie}" if secure else cookie
        self._secure = secure
        self._now = now
        self.new_token = new_token

    def open_session(self, app: Flask, request: Request) -> PageSession:  # noqa: ARG002 - the framework's signature
        """Find the session the cookie names, or begin an empty one that is stored only once something is put in it."""
        now = self._now()
        token = request.cookies.get(self.cookie, "")
        stored = self.store.find(token) if token else None
        if stored is None:
            return PageSession({}, token=self.new_token(), started=now, seen=None, ended=None)
        if self.lifetime.ended(stored.started, stored.seen, now):
            fresh = PageSession({}, token=self.new_token(), started=now, seen=None, ended=stored.content)
            fresh.replaced = token
            return fresh
        return PageSession(stored.content, token=token, started=stored.started, seen=stored.seen, ended=None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - the framework's signature
        """Write what changed and set the cookie; an emptied session is deleted with its cookie."""
        if not isinstance(session, PageSession):
            raise TypeError("the session was not opened here")
        now = self._now()
        if session.replaced is not None:
            self.store.delete(session.replaced)
        if not session:
            if session.seen is not None:
                self.store.delete(session.token)
            if session.seen is not None or session.replaced is not None:
                response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
            return
        known = session.seen is not None
        if known and not session.changed and session.seen is not None and now - session.seen < _SEEN_STEP:
            return
        self.store.save(session.token, StoredSession(session.started, now, dict(session)))
        if not known:
            response.set_cookie(
                self.cookie, session.token, path="/", secure=self._secure, httponly=True, samesite="Lax"
            )
