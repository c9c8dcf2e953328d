"""The witness over the commission's tables: one write transaction per submission (ledger design)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.crypto.keystore import Keystore, SigningPurpose
from mizuhiki.institutions.commission.store.tables import WITNESSED_HEADS, WITNESSED_LOGS
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.witness import Submission, Witness, WitnessedLog
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId

_LOG_COLUMNS = ("origin", "previous_size", "size", "frontier", "root", "map_root", "checkpoint", "cosigned_at")
_HEAD_COLUMNS = ("origin", "index_key", "entry_count", "head")


class SqlLogWitness:
    """Implements `ports.LogWitness`."""

    def __init__(
        self, database: Database, institution: InstitutionId, keystore: Keystore, directory: Directory
    ) -> None:
        self._database = database
        self._directory = directory
        self._witness = Witness(key_name(institution), keystore.signer(SigningPurpose.CHECKPOINT))

    def cosign(self, submission: Submission, *, institution: InstitutionId, now: datetime) -> str:
        """Check, store and co-sign; the line leaves after the new state is committed.

        Raises:
            NotInDirectory: the institution has no pinned key.
            MizuhikiError: see `ledger.witness`.
        """
        log_key = self._directory.entry(institution).checkpoint_key
        with self._database.write() as connection:
            state = _SqlWitnessState(connection, submission.checkpoint, now)
            return self._witness.cosign(submission, state, log_key=log_key, now=now)


class _SqlWitnessState:
    """Implements `ledger.witness.WitnessState` inside one write transaction, which is serial."""

    def __init__(self, connection: Connection, checkpoint: str, now: datetime) -> None:
        self._connection = connection
        self._checkpoint = checkpoint
        self._now = now

    def log(self, origin: str) -> WitnessedLog | None:
        row = self._connection.execute(select(WITNESSED_LOGS).where(WITNESSED_LOGS.c.origin == origin)).one_or_none()
        if row is None:
            return None
        return WitnessedLog(origin, row.previous_size, row.size, row.frontier, row.root, row.map_root)

    def heads(self, origin: str) -> Iterator[tuple[bytes, PersonHead]]:
        for row in self._connection.execute(select(WITNESSED_HEADS).where(WITNESSED_HEADS.c.origin == origin)):
            yield row.index_key, PersonHead(row.entry_count, row.head)

    def save(self, log: WitnessedLog, changed: Mapping[bytes, PersonHead]) -> None:
        row = (
            log.origin,
            log.previous_size,
            log.size,
            log.frontier,
            log.root,
            log.map_root,
            self._checkpoint,
            self._now,
        )
        insert_rows(self._connection, WITNESSED_LOGS, _LOG_COLUMNS, [row], changing=_LOG_COLUMNS[1:])
        # All heads in one statement and in their order: the transaction holds up every conversion of this moment.
        heads = [(log.origin, key, changed[key].count, changed[key].head) for key in sorted(changed)]
        insert_rows(self._connection, WITNESSED_HEADS, _HEAD_COLUMNS, heads, changing=_HEAD_COLUMNS[2:])
