"""Pseudonyms of several generations beside each other: who lacks one, storing renewed ones, erasing closed ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.intermediate_server.domain.exchanges import CodeChange
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.places import PLACES_OF_A_GENERATION, place_of
from mizuhiki.institutions.intermediate_server.store.tables import CODE_CHANGES, FORMER_INDEXES, NOTICES, PSEUDONYMS
from mizuhiki.runtime.keyed_rows import find_row, insert_row

HELD = ("addressee_number", "generation", "pseudonym_encrypted")


def pseudonym_of(cipher: Cipher, addressee_number: str, generation: int, encrypted: bytes) -> Pseudonym:
    """Return the pseudonym of a row with the columns `HELD`, as that of whom the row is found under."""
    return cipher.decrypt_pseudonym(encrypted, place_of(addressee_number, generation))


def _without(generation: int) -> ColumnElement[bool]:
    """Return the condition on a pseudonym that its addressee has none of this generation."""
    other = PSEUDONYMS.alias()
    apart = (literal(generation) - PSEUDONYMS.c.generation) * PLACES_OF_A_GENERATION
    held = select(other.c.place).where(other.c.place == PSEUDONYMS.c.place + apart)
    return ~held.exists()


class SqlRenewals:
    """The part of `ports.Records` that knows generations."""

    _connection: Connection
    _cipher: Cipher

    def lack_generation(self, generation: int) -> bool:
        """Say whether somebody here has a pseudonym of another generation and none of this one."""
        query = select(PSEUDONYMS.c.place).where(PSEUDONYMS.c.generation != generation, _without(generation))
        return self._connection.execute(query.limit(1)).first() is not None

    def lacking(self, known: int, lacking: int, after: str, limit: int) -> dict[str, PersonKey]:
        """Return addressees with a pseudonym of generation `known` and none of `lacking`, with the one they have."""
        query = select(*(PSEUDONYMS.c[name] for name in HELD)).where(
            PSEUDONYMS.c.generation == known, _without(lacking)
        )
        if after:
            query = query.where(PSEUDONYMS.c.place > place_of(after, known))
        rows = self._connection.execute(query.order_by(PSEUDONYMS.c.place).limit(limit))
        return {row.addressee_number: pseudonym_of(self._cipher, *row) for row in rows}

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
        place = place_of(addressee_number, generation)
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(PSEUDONYMS).values(
            place=place,
            pseudonym_index=self._cipher.pseudonym_index(pseudonym),
            pseudonym_encrypted=self._cipher.encrypt_pseudonym(pseudonym, place),
            addressee_number=addressee_number,
            generation=generation,
        )
        stored = self._connection.execute(statement.on_conflict_do_nothing().returning(PSEUDONYMS.c.place))
        return stored.first() is not None

    def note_code_change(self, addressee_number: str, earlier: int, later: int) -> None:
        """Remember that an account's code was renewed."""
        row = {"addressee_number": addressee_number, "earlier": earlier, "later": later}
        if find_row(self._connection, CODE_CHANGES, ("earlier",), row) is None:
            insert_row(self._connection, CODE_CHANGES, row)

    def note_ended_codes(self, closed: Sequence[int]) -> None:
        """Remember which accounts lose their code of these generations without a newer one."""
        newer = PSEUDONYMS.alias()
        succeeded = select(newer.c.place).where(
            newer.c.addressee_number == PSEUDONYMS.c.addressee_number, newer.c.generation > PSEUDONYMS.c.generation
        )
        ended = select(PSEUDONYMS.c.addressee_number, PSEUDONYMS.c.generation, literal(0)).where(
            PSEUDONYMS.c.generation.in_(closed), ~succeeded.exists()
        )
        names = ["addressee_number", "earlier", "later"]
        self._connection.execute(CODE_CHANGES.insert().from_select(names, ended))

    def code_changes(self, addressee_number: str) -> list[CodeChange]:
        """Return what became of an account's codes, oldest first."""
        rows = self._connection.execute(
            select(CODE_CHANGES.c.earlier, CODE_CHANGES.c.later)
            .where(CODE_CHANGES.c.addressee_number == addressee_number)
            .order_by(CODE_CHANGES.c.earlier, CODE_CHANGES.c.later)
        )
        return [CodeChange(row.earlier, row.later) for row in rows]

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
