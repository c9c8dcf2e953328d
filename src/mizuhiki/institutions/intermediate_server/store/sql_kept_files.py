"""Files that staff gave in and has not handed in yet: encrypted, and gone after a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, KeptFile
from mizuhiki.institutions.intermediate_server.store.sql_bulk import SqlBulk
from mizuhiki.institutions.intermediate_server.store.tables import BULK_FILES, KEPT_FILES


class SqlKeptFiles(SqlBulk):
    """The part of `ports.Records` that is about kept files."""

    def keep_file(self, file: BulkFile, by: str, now: datetime) -> None:
        """Keep a file that staff gave in until it is handed in; the same one again begins its time anew."""
        self.drop_kept_file(file.file_id)
        self._connection.execute(
            KEPT_FILES.insert().values(
                file_id=file.file_id,
                name=file.name,
                line_count=len(file.lines),
                content=self._cipher.encrypt(file, KEPT_FILES.name, "content", file.file_id),
                kept_by=by,
                kept_at=now,
            )
        )

    def kept_file(self, file_id: str) -> BulkFile | None:
        """Return a kept file."""
        query = select(KEPT_FILES.c.content).where(KEPT_FILES.c.file_id == file_id)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            return None
        return self._cipher.decrypt(bytes(found), BulkFile, KEPT_FILES.name, "content", file_id)

    def drop_kept_file(self, file_id: str) -> bool:
        """Forget a kept file; false when there is none."""
        return self._connection.execute(delete(KEPT_FILES).where(KEPT_FILES.c.file_id == file_id)).rowcount == 1

    def drop_kept_files(self, before: datetime) -> int:
        """Forget files kept before an instant; return how many."""
        return self._connection.execute(delete(KEPT_FILES).where(KEPT_FILES.c.kept_at < before)).rowcount


def kept_files(connection: Connection) -> list[KeptFile]:
    """Return kept files that are not handed in, newest first.

    One that was handed in may still be kept for a moment: it is dropped after that, and a crash lies between.
    """
    query = (
        select(
            KEPT_FILES.c.file_id, KEPT_FILES.c.name, KEPT_FILES.c.line_count, KEPT_FILES.c.kept_by, KEPT_FILES.c.kept_at
        )
        .where(~KEPT_FILES.c.file_id.in_(select(BULK_FILES.c.file_id)))
        .order_by(KEPT_FILES.c.kept_at.desc(), KEPT_FILES.c.file_id)
    )
    return [KeptFile(*row) for row in connection.execute(query)]
