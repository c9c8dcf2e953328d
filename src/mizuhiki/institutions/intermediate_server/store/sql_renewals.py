"""Pseudonyms of several generations beside each other: who lacks one, storing renewed ones, erasing closed ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.tables import FORMER_INDEXES, NOTICES, PSEUDONYMS

HELD_NAMES = ("row_name", "pseudonym_encrypted", "generation")
HELD = tuple(PSEUDONYMS.c[name] for name in HELD_NAMES)


def _without(generation: int) -> ColumnElement[bool]:
    """Return the condition on a pseudonym that its addressee has none of this generation."""
    other = PSEUDONYMS.alias()
    held = select(other.c.row_name).where(
        other.c.addressee_number == PSEUDONYMS.c.addressee_number, other.c.generation == generation
    )
    return ~held.exists()


class SqlRenewals:
    """The part of `ports.Records` that knows generations."""

    _connection: Connection
    _cipher: Cipher
    _randomness: Randomness

    def lack_generation(self, generation: int) -> bool:
        """Say whether somebody here has a pseudonym of another generation and none of this one."""
        query = select(PSEUDONYMS.c.row_name).where(PSEUDONYMS.c.generation != generation, _without(generation))
        return self._connection.execute(query.limit(1)).first() is not None

    def lacking(self, known: int, lacking: int, after: str, limit: int) -> dict[str, PersonKey]:
        """Return addressees with a pseudonym of generation `known` and none of `lacking`, with the one they have."""
        rows = self._connection.execute(
            select(PSEUDONYMS.c.addressee_number, *HELD)
            .where(PSEUDONYMS.c.generation == known, PSEUDONYMS.c.addressee_number > after, _without(lacking))
            .order_by(PSEUDONYMS.c.addressee_number)
            .limit(limit)
        )
        return {
            row.addressee_number: self._cipher.decrypt_pseudonym(row.pseudonym_encrypted, row.row_name) for row in rows
        }

    def count_lacking(self, generation: int) -> int:
        """Return how many addressees have a pseudonym and none of this generation."""
        count = func.count(PSEUDONYMS.c.addressee_number.distinct())
        return int(self._connection.execute(select(count).where(_without(generation))).scalar_one())

    def held_by_generation(self) -> dict[int, int]:
        """Return how many pseudonyms there are of each generation."""
        query = select(PSEUDONYMS.c.generation, func.count()).group_by(PSEUDONYMS.c.generation)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def put_renewed(self, addressee_number: str, pseudonym: PersonKey, generation: int) -> bool:
        """Store a renewed pseudonym; false when somebody stored one of this generation before."""
        row = self._randomness.token()
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(PSEUDONYMS).values(
            row_name=row,
            pseudonym_index=self._cipher.pseudonym_index(pseudonym),
            pseudonym_encrypted=self._cipher.encrypt_pseudonym(pseudonym, row),
            addressee_number=addressee_number,
            generation=generation,
        )
        stored = self._connection.execute(statement.on_conflict_do_nothing().returning(PSEUDONYMS.c.row_name))
        return stored.first() is not None

    def erase_generations(self, closed: Sequence[int]) -> int:
        """Erase the pseudonyms of closed generations; under whose index a notice stands, the index is kept."""
        ended = PSEUDONYMS.c.generation.in_(closed)
        with_notices = (
            select(PSEUDONYMS.c.pseudonym_index, PSEUDONYMS.c.addressee_number)
            .where(ended, PSEUDONYMS.c.pseudonym_index.in_(select(NOTICES.c.pseudonym_index)))
            .distinct()
        )
        kept = FORMER_INDEXES.insert().from_select(["pseudonym_index", "addressee_number"], with_notices)
        self._connection.execute(kept)
        return self._connection.execute(delete(PSEUDONYMS).where(ended)).rowcount
