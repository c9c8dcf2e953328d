"""One write transaction on an intermediate server's tables: bulk files and their sections.

Lines and results are encrypted per section, so a section costs a few rows however many lines it has; how many lines
ended how stands beside them in clear and names nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec.structs import replace as replaced
from sqlalchemy import Connection, Row, func, select, update

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.crypto.stream_digests import NO_LINES, extended_by
from mizuhiki.institutions.intermediate_server.domain.bulk import (
    BulkFile,
    BulkSection,
    LineResult,
    OutcomePage,
    StreamPage,
    counted,
)
from mizuhiki.institutions.intermediate_server.domain.errors import OutcomePageMissing
from mizuhiki.institutions.intermediate_server.store.sql_exchanges import SqlExchanges
from mizuhiki.institutions.intermediate_server.store.sql_waiting import is_due
from mizuhiki.institutions.intermediate_server.store.tables import (
    BULK_ENDINGS,
    BULK_FILES,
    BULK_SECTIONS,
    BULK_STREAMS,
)

Results = tuple[LineResult, ...]
REFUSED_PAGE = 0
"""The page of a file on which stands what was refused here."""


class SqlBulk(SqlExchanges):
    """The part of `ports.Records` that is about bulk files."""

    def bulk_digest(self, file_id: str) -> bytes | None:
        """Return the digest of a file that was handed in before."""
        query = select(BULK_FILES.c.digest).where(BULK_FILES.c.file_id == file_id)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else bytes(found)

    def put_bulk_file(
        self,
        file: BulkFile,
        digest: bytes,
        sections: Sequence[BulkSection],
        refused: Sequence[LineResult],
        now: datetime,
    ) -> bool:
        """Store a new file with its sections and the lines refused here; false when it does not follow its stream."""
        if not self._extend_stream(file):
            return False
        self._connection.execute(
            BULK_FILES.insert().values(
                file_id=file.file_id,
                name=file.name,
                digest=digest,
                stream_id=file.stream,
                first_line=file.first_line,
                line_count=len(file.lines),
                refused=self._cipher.encrypt(list(refused), BULK_FILES.name, "refused", file.file_id),
                refused_outcomes=counted(refused),
                submitted_at=now,
            )
        )
        rows = [
            {
                "section_id": section.section_id,
                "file_id": file.file_id,
                "ordinal": section.ordinal,
                "content": self._cipher.encrypt(section, BULK_SECTIONS.name, "content", section.section_id),
                "submission": b"",
                "requested_at": section.requested_at,
            }
            for section in sections
        ]
        if rows:
            self._connection.execute(BULK_SECTIONS.insert(), rows)
        if refused:
            self._end_page(file.file_id, REFUSED_PAGE, len(refused))
        return True

    def _extend_stream(self, file: BulkFile) -> bool:
        own, lines = BULK_STREAMS.c.stream_id == file.stream, len(file.lines)
        known = self._connection.execute(select(BULK_STREAMS).where(own)).one_or_none()
        if known is None and file.first_line == 1:
            begun = {"whole_file": not file.stream_id, "handed_in": lines, "ended": 0, "endings": 0}
            digest = _digest_after(NO_LINES, file)
            self._connection.execute(BULK_STREAMS.insert().values(stream_id=file.stream, digest=digest, **begun))
            return True
        if known is None or known.whole_file or not file.stream_id or known.handed_in != file.first_line - 1:
            return False
        grown = {"handed_in": known.handed_in + lines, "digest": _digest_after(bytes(known.digest), file)}
        follows = BULK_STREAMS.c.handed_in == known.handed_in
        return self._connection.execute(update(BULK_STREAMS).where(own, follows).values(grown)).rowcount == 1

    def _end_page(self, file_id: str, page: int, lines: int) -> None:
        """Give a page of outcomes the next place in its stream."""
        stream = select(BULK_FILES.c.stream_id).where(BULK_FILES.c.file_id == file_id).scalar_subquery()
        own = BULK_STREAMS.c.stream_id == stream
        # Writers are serial (`Database.write`), so a place is seen only after every place before it: whoever goes on
        # behind a cursor misses nothing.
        counted_on = {"endings": BULK_STREAMS.c.endings + 1, "ended": BULK_STREAMS.c.ended + lines}
        self._connection.execute(update(BULK_STREAMS).where(own).values(counted_on))
        row = self._connection.execute(select(BULK_STREAMS.c.stream_id, BULK_STREAMS.c.endings).where(own)).one()
        self._connection.execute(
            BULK_ENDINGS.insert().values(stream_id=row.stream_id, place=row.endings, file_id=file_id, page=page)
        )

    def stream_page(self, stream_id: str, after: int, most: int) -> StreamPage:
        """Return outcomes of a stream after a cursor, whole pages until they have `most` lines.

        Raises:
            OutcomePageMissing: a place names a page that is not stored.
        """
        own = BULK_STREAMS.c.stream_id == stream_id
        stream = self._connection.execute(select(BULK_STREAMS).where(own)).one_or_none()
        if stream is None:
            return StreamPage(results=(), next_after=after, more=False, handed_in=0, ended=0, digest=NO_LINES)
        query = (
            select(BULK_ENDINGS, BULK_FILES.c.first_line)
            .join(BULK_FILES, BULK_FILES.c.file_id == BULK_ENDINGS.c.file_id)
            .where(BULK_ENDINGS.c.stream_id == stream_id, BULK_ENDINGS.c.place > after)
            .order_by(BULK_ENDINGS.c.place)
            .limit(most)  # no page is empty
        )
        results: list[LineResult] = []
        for row in self._connection.execute(query).all():
            if len(results) >= most:
                break
            page = self.outcome_page(row.file_id, row.page)
            if page is None:
                raise OutcomePageMissing(place=row.place)
            results += [replaced(one, number=one.number + row.first_line - 1) for one in page.results]
            after = row.place
        return StreamPage(
            results=tuple(results),
            next_after=after,
            more=after < stream.endings,
            handed_in=stream.handed_in,
            ended=stream.ended,
            digest=bytes(stream.digest),
        )

    def bulk_section(self, section_id: str) -> BulkSection | None:
        """Return a section that has no results yet."""
        query = select(BULK_SECTIONS).where(
            BULK_SECTIONS.c.section_id == section_id, BULK_SECTIONS.c.finished_at.is_(None)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else self._section(row)

    def prepared_sections(self) -> list[str]:
        """Return unanswered sections whose case is signed, oldest first."""
        query = (
            select(BULK_SECTIONS.c.section_id)
            .where(BULK_SECTIONS.c.finished_at.is_(None), BULK_SECTIONS.c.submission != b"")
            .order_by(BULK_SECTIONS.c.requested_at, BULK_SECTIONS.c.file_id, BULK_SECTIONS.c.ordinal)
        )
        return list(self._connection.execute(query).scalars())

    def keep_section(self, section: BulkSection) -> BulkSection:
        """Store a signed section unless one is stored; return the one that stands."""
        mine = BULK_SECTIONS.c.section_id == section.section_id
        changes: dict[str, bytes] = {"submission": section.submission}
        if section.unsent:  # otherwise it is what was stored when the file was handed in
            bare = replace(section, submission=b"")
            changes["content"] = self._cipher.encrypt(bare, BULK_SECTIONS.name, "content", section.section_id)
        changed = self._connection.execute(
            update(BULK_SECTIONS)
            .where(mine, BULK_SECTIONS.c.submission == b"", BULK_SECTIONS.c.finished_at.is_(None))
            .values(changes)
        )
        if changed.rowcount == 1:
            return section
        return self._section(self._connection.execute(select(BULK_SECTIONS).where(mine)).one())

    def _section(self, row: Row[Any]) -> BulkSection:
        found = self._cipher.decrypt(row.content, BulkSection, BULK_SECTIONS.name, "content", row.section_id)
        return replace(found, submission=bytes(row.submission))

    def finish_section(self, section: BulkSection, results: Sequence[LineResult], now: datetime) -> bool:
        """Store the results of a section and drop what was sent; false when results stand already."""
        encrypted = self._cipher.encrypt(list(results), BULK_SECTIONS.name, "results", section.section_id)
        changed = self._connection.execute(
            update(BULK_SECTIONS)
            .where(BULK_SECTIONS.c.section_id == section.section_id, BULK_SECTIONS.c.finished_at.is_(None))
            .values(results=encrypted, outcomes=counted(results), submission=b"", finished_at=now)
        )
        if changed.rowcount != 1:
            return False
        self._end_page(section.file_id, section.ordinal, len(results))
        return True

    def outcome_page(self, file_id: str, page: int) -> OutcomePage | None:
        """Return one page of a file's outcomes; None when there is no such page."""
        file = self._connection.execute(select(BULK_FILES).where(BULK_FILES.c.file_id == file_id)).one_or_none()
        if file is None:
            return None
        last = self._connection.execute(
            select(func.count()).select_from(BULK_SECTIONS).where(BULK_SECTIONS.c.file_id == file_id)
        ).scalar_one()
        if page == REFUSED_PAGE:
            refused = self._cipher.decrypt(file.refused, Results, BULK_FILES.name, "refused", file_id)
            return OutcomePage(REFUSED_PAGE, last, ready=True, results=refused)
        query = select(BULK_SECTIONS).where(BULK_SECTIONS.c.file_id == file_id, BULK_SECTIONS.c.ordinal == page)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.finished_at is None:
            return OutcomePage(page, last, ready=False, results=())
        results = self._cipher.decrypt(row.results, Results, BULK_SECTIONS.name, "results", row.section_id)
        return OutcomePage(page, last, ready=True, results=results)


def _digest_after(before: bytes, file: BulkFile) -> bytes:
    """Return the digest of a stream after a piece; a whole file costs none, for nothing is ever added to it."""
    return extended_by(before, (line.request for line in file.lines)) if file.stream_id else NO_LINES


def progress_of(connection: Connection, file_id: str = "", limit: int = 1, offset: int = 0) -> list[FileProgress]:
    """Return where files stand, newest first, pieces of streams left out; one of either when `file_id` is given."""
    files = (
        select(BULK_FILES).order_by(BULK_FILES.c.submitted_at.desc(), BULK_FILES.c.file_id).limit(limit).offset(offset)
    )
    if file_id:
        files = files.where(BULK_FILES.c.file_id == file_id)
    else:
        files = files.where(BULK_FILES.c.file_id == BULK_FILES.c.stream_id)
    found = connection.execute(files).all()
    wanted = [row.file_id for row in found]
    sections = connection.execute(
        select(BULK_SECTIONS.c.file_id, BULK_SECTIONS.c.outcomes, BULK_SECTIONS.c.finished_at).where(
            BULK_SECTIONS.c.file_id.in_(wanted)
        )
    ).all()
    progress: list[FileProgress] = []
    for row in found:
        own = [section for section in sections if section.file_id == row.file_id]
        outcomes = Counter(row.refused_outcomes)
        for section in own:
            outcomes.update(section.outcomes or {})
        done = sum(section.finished_at is not None for section in own)
        progress.append(
            FileProgress(row.file_id, row.name, row.submitted_at, row.line_count, len(own), done, dict(outcomes))
        )
    return progress


def pending_sections(connection: Connection, file_id: str, limit: int, now: datetime | None = None) -> list[str]:
    """Return sections without results, oldest first; of one file when `file_id` is given; those due where `now` is."""
    query = (
        select(BULK_SECTIONS.c.section_id)
        .where(BULK_SECTIONS.c.finished_at.is_(None))
        .order_by(BULK_SECTIONS.c.requested_at, BULK_SECTIONS.c.file_id, BULK_SECTIONS.c.ordinal)
        .limit(limit)
    )
    if file_id:
        query = query.where(BULK_SECTIONS.c.file_id == file_id)
    if now is not None:
        query = query.where(is_due(BULK_SECTIONS, now))
    return list(connection.execute(query).scalars())
