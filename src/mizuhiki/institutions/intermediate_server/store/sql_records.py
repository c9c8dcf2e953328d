"""One write transaction on an intermediate server's tables: addressees, pseudonyms, acquisitions, copies, cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, false, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    ItemValue,
    LocalCopy,
    OperatorCase,
)
from mizuhiki.institutions.intermediate_server.ports import OpenAcquisition, PersonKey, Standing, Subject
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.places import addressee_at, place_of
from mizuhiki.institutions.intermediate_server.store.sql_holds import SqlHolds
from mizuhiki.institutions.intermediate_server.store.sql_inquiries import SqlInquiries
from mizuhiki.institutions.intermediate_server.store.sql_kept_files import SqlKeptFiles
from mizuhiki.institutions.intermediate_server.store.sql_renewals import HELD, SqlRenewals, pseudonym_of
from mizuhiki.institutions.intermediate_server.store.sql_waiting import SqlWaiting
from mizuhiki.institutions.intermediate_server.store.tables import (
    ACQUISITIONS,
    ADDRESSEES,
    CASES,
    COPIES,
    NAME_VARIANTS,
    PSEUDONYMS,
    TAKEN_BATCHES,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_rows, insert_row
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.generations import FIRST
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.persons import FourItems

Items = dict[str, ItemValue]
_COPY_CONTENT = tuple(name for name in COPIES.columns.keys() if name not in COPIES.primary_key.columns)  # noqa: SIM118 - of columns


def _upsert(connection: Connection, table: Table, keys: Sequence[str], values: dict[str, object]) -> None:
    """Insert a row or replace the other columns of the row with these keys."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))


def copy_row(addressee_number: str, kind: str, fiscal_year: int) -> str:
    """Return the row name that binds a copy's encrypted items to its key."""
    return f"{addressee_number}/{kind}/{fiscal_year}"


class SqlRecords(SqlKeptFiles, SqlInquiries, SqlWaiting, SqlHolds, SqlRenewals):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: Cipher, ledger: Ledger, audit: Audit) -> None:
        super().__init__(connection, cipher, ledger)
        self._audit = audit

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, code="", **fields)

    def put_addressee(self, addressee: Addressee) -> None:
        """Store or update an addressee; a known one keeps its mismatch mark and its protection.

        A request that was on its way when the measure was marked still says "not protected"; it must not lift it.
        """
        number = addressee.addressee_number
        items = addressee.four_items
        sealed = None if items is None else self._cipher.encrypt(items, ADDRESSEES.name, "four_items", number)
        changes = {"four_items": sealed, **({"protected": True} if addressee.protected else {})}
        place = {"addressee_number": number}
        if change_rows(self._connection, ADDRESSEES, changes, place) == 0:
            fresh = {"four_items": sealed, "protected": addressee.protected, "mismatched": False}
            insert_row(self._connection, ADDRESSEES, {**place, **fresh})

    def mark_protected(self, addressee_number: str, *, protected: bool) -> None:
        """Put a support measure on an addressee, known yet or not, or lift it."""
        known = self._connection.execute(
            update(ADDRESSEES).where(ADDRESSEES.c.addressee_number == addressee_number).values(protected=protected)
        )
        if known.rowcount == 0:
            self.put_addressee(Addressee(addressee_number, None, protected))

    def addressee(self, addressee_number: str) -> Addressee | None:
        """Return an addressee."""
        row = self._connection.execute(
            select(ADDRESSEES).where(ADDRESSEES.c.addressee_number == addressee_number)
        ).one_or_none()
        return None if row is None else self._addressee(row)

    def pseudonyms_of(self, addressee_number: str) -> dict[int, PersonKey]:
        """Return the addressee's pseudonyms by generation."""
        rows = find_rows(self._connection, PSEUDONYMS, HELD, {"addressee_number": addressee_number})
        return {row.generation: pseudonym_of(self._cipher, *row) for row in rows}

    def addressee_of(self, pseudonym: PersonKey) -> str | None:
        """Return whose pseudonym it is."""
        found = self._connection.execute(
            select(PSEUDONYMS.c.addressee_number).where(
                PSEUDONYMS.c.pseudonym_index == self._cipher.pseudonym_index(pseudonym)
            )
        ).scalar_one_or_none()
        return None if found is None else str(found)

    def exchangeable(self, pseudonyms: Sequence[PersonKey]) -> list[Addressee | None]:
        """Return whose pseudonyms they are, in their order; None for nobody here and for a blocked addressee."""
        indexes = [self._cipher.pseudonym_index(pseudonym) for pseudonym in pseudonyms]
        # The place says the addressee, and SQLite reads it from the index: no row of the table is needed.
        places = find_among(self._connection, PSEUDONYMS, ("pseudonym_index", "place"), ("pseudonym_index", indexes))
        owners = {index: addressee_at(place) for index, place in places}
        rows = self._addressees(owners.values(), {"mismatched": False})
        found = {row.addressee_number: self._addressee(row) for row in rows}
        return [found.get(owners.get(index, "")) for index in indexes]

    def _addressees(self, numbers: Iterable[str], where: Mapping[str, object]) -> list[Any]:
        return find_among(self._connection, ADDRESSEES, ADDRESSEES.columns.keys(), ("addressee_number", numbers), where)

    def subjects(self, addressee_numbers: Sequence[str], newest: int) -> dict[str, Subject]:
        """Return the known ones of these addressees with what an inquiry about them needs.

        Of several pseudonyms the one of the newest generation up to `newest` is taken.
        """
        places = [place_of(number, newest) for number in addressee_numbers]
        rows = find_among(self._connection, PSEUDONYMS, HELD, ("place", places))
        held = {row.addressee_number: row for row in rows}
        others = [number for number in addressee_numbers if number not in held]  # none but while generations change
        for row in find_among(self._connection, PSEUDONYMS, HELD, ("addressee_number", others)):
            before = held.get(row.addressee_number)
            if row.generation <= newest and (before is None or before.generation < row.generation):
                held[row.addressee_number] = row
        return {
            row.addressee_number: self._subject(row, held.get(row.addressee_number))
            for row in self._addressees(addressee_numbers, {})
        }

    def standings(self, addressee_numbers: Sequence[str]) -> dict[str, Standing]:
        """Return the known ones of these addressees with what decides whether they may be asked about.

        Nothing is decrypted for it.
        """
        mine, columns = ("addressee_number", addressee_numbers), ("addressee_number", "four_items", "mismatched")
        acquired = {row.addressee_number for row in find_among(self._connection, PSEUDONYMS, columns[:1], mine)}
        return {
            number: Standing(mismatched, number in acquired, items is not None)
            for number, items, mismatched in find_among(self._connection, ADDRESSEES, columns, mine)
        }

    def _subject(self, row: Row[Any], held: tuple[str, int, bytes] | None) -> Subject:
        if held is None:
            return Subject(self._addressee(row), None, row.mismatched)
        number, generation, encrypted = held
        pseudonym = pseudonym_of(self._cipher, number, generation, encrypted)
        return Subject(self._addressee(row), pseudonym, row.mismatched, generation)

    def _addressee(self, row: Row[Any]) -> Addressee:
        number = row.addressee_number
        items = None
        if row.four_items is not None:
            items = self._cipher.decrypt(row.four_items, FourItems, ADDRESSEES.name, "four_items", number)
        return Addressee(number, items, row.protected)

    def put_pseudonym(self, addressee_number: str, pseudonym: PersonKey, generation: int = FIRST) -> None:
        """Store a pseudonym beside its addressee."""
        place = place_of(addressee_number, generation)
        self._connection.execute(
            PSEUDONYMS.insert().values(
                place=place,
                pseudonym_index=self._cipher.pseudonym_index(pseudonym),
                pseudonym_encrypted=self._cipher.encrypt_pseudonym(pseudonym, place),
                addressee_number=addressee_number,
                generation=generation,
            )
        )

    def mark_mismatch(self, addressee_number: str, *, mismatched: bool) -> None:
        """Block or unblock an addressee."""
        self._connection.execute(
            update(ADDRESSEES).where(ADDRESSEES.c.addressee_number == addressee_number).values(mismatched=mismatched)
        )

    def propose_variant(self, addressee_number: str, names: bytes) -> None:
        """Remember that a person has to decide about two ways of writing an addressee's name."""
        values = {"addressee_number": addressee_number, "names": names, "accepted": False}
        _upsert(self._connection, NAME_VARIANTS, ("addressee_number",), dict(values))

    def accept_variant(self, addressee_number: str) -> bool:
        """Note that a person decided they are one name; false when nothing waits for that."""
        mine = (NAME_VARIANTS.c.addressee_number == addressee_number) & (NAME_VARIANTS.c.accepted == false())
        return self._connection.execute(update(NAME_VARIANTS).where(mine).values(accepted=True)).rowcount == 1

    def variant_accepted(self, addressee_number: str, names: bytes) -> bool:
        """Say whether a person decided that these two ways of writing are one name."""
        query = select(NAME_VARIANTS).where(NAME_VARIANTS.c.addressee_number == addressee_number)
        row = self._connection.execute(query).one_or_none()
        return row is not None and bool(row.accepted) and bytes(row.names) == names

    def is_mismatched(self, addressee_number: str) -> bool:
        """Say whether an addressee is blocked by a four-item mismatch."""
        query = select(ADDRESSEES.c.mismatched).where(ADDRESSEES.c.addressee_number == addressee_number)
        return bool(self._connection.execute(query).scalar_one_or_none())

    def open_acquisitions(self, lines: Sequence[OpenAcquisition]) -> None:
        """Remember acquisition numbers until their pseudonyms come."""
        rows = [
            {
                "acquisition_number": line.acquisition_number,
                "addressee_number": line.addressee_number,
                "acquisition_hash": line.acquisition_hash,
                "expires_at": line.expires_at,
            }
            for line in lines
        ]
        if rows:
            self._connection.execute(ACQUISITIONS.insert(), rows)

    def acquisition(self, acquisition_number: str) -> OpenAcquisition | None:
        """Return an open acquisition."""
        row = self._connection.execute(
            select(ACQUISITIONS).where(ACQUISITIONS.c.acquisition_number == acquisition_number)
        ).one_or_none()
        if row is None:
            return None
        return OpenAcquisition(
            row.acquisition_number, row.addressee_number, bytes(row.acquisition_hash), row.expires_at
        )

    def batch_taken(self, case_hash: bytes) -> int | None:
        """Return how many pseudonyms a delivery made ready when it came before."""
        query = select(TAKEN_BATCHES.c.ready).where(TAKEN_BATCHES.c.case_hash == case_hash)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else int(found)

    def note_batch(self, case_hash: bytes, ready: int, until: datetime) -> None:
        """Remember a delivery until its case expires."""
        self._connection.execute(TAKEN_BATCHES.insert().values(case_hash=case_hash, ready=ready, forget_at=until))

    def close_acquisition(self, acquisition_number: str) -> None:
        """Forget an acquisition number."""
        self._connection.execute(delete(ACQUISITIONS).where(ACQUISITIONS.c.acquisition_number == acquisition_number))

    def purge_acquisitions(self, now: datetime) -> int:
        """Forget expired acquisition numbers, and deliveries that cannot come again."""
        self._connection.execute(delete(TAKEN_BATCHES).where(TAKEN_BATCHES.c.forget_at <= now))
        return self._connection.execute(delete(ACQUISITIONS).where(ACQUISITIONS.c.expires_at <= now)).rowcount

    def open_case(self, case: OperatorCase) -> None:
        """Store a case for an officer."""
        self._connection.execute(
            CASES.insert().values(
                case_id=case.case_id,
                kind=case.kind,
                reference=case.reference,
                detail=case.detail,
                opened_at=case.opened_at,
            )
        )

    def close_case(self, case_id: str, now: datetime) -> bool:
        """Close a case; false when it is not open."""
        changed = self._connection.execute(
            update(CASES).where(CASES.c.case_id == case_id, CASES.c.closed_at.is_(None)).values(closed_at=now)
        )
        return changed.rowcount == 1

    def put_copy(self, copy: LocalCopy) -> None:
        """Store or replace a copy."""
        row = copy_row(copy.addressee_number, copy.kind, copy.fiscal_year)
        values = {
            "addressee_number": copy.addressee_number,
            "kind": copy.kind,
            "fiscal_year": copy.fiscal_year,
            "layout_version": copy.layout_version,
            "valid_from": copy.valid_from,
            "valid_until": copy.valid_until,
            "items": self._cipher.encrypt(copy.items, COPIES.name, "items", row),
            "not_disclosed": copy.not_disclosed,
            "source_version": copy.source_version,
            "as_of": copy.as_of,
        }
        insert_rows(self._connection, COPIES, tuple(values), [tuple(values.values())], changing=_COPY_CONTENT)

    def copies(self, addressee_numbers: Sequence[str], kinds: Sequence[str]) -> dict[tuple[str, str], list[LocalCopy]]:
        """Return the copies of these addressees and kinds by both, latest start of validity first."""
        found: dict[tuple[str, str], list[LocalCopy]] = {}
        columns = COPIES.columns.keys()
        for kind in dict.fromkeys(kinds):
            rows = find_among(
                self._connection, COPIES, columns, ("addressee_number", addressee_numbers), {"kind": kind}
            )
            rows.sort(key=attrgetter("valid_from"), reverse=True)
            for row in rows:
                found.setdefault((row.addressee_number, kind), []).append(copy_of(self._cipher, row))
        return found


def copy_of(cipher: Cipher, row: Row[Any]) -> LocalCopy:
    """Return the copy of a row."""
    place = copy_row(row.addressee_number, row.kind, row.fiscal_year)
    return LocalCopy(
        addressee_number=row.addressee_number,
        kind=row.kind,
        layout_version=row.layout_version,
        fiscal_year=row.fiscal_year,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        items=cipher.decrypt(row.items, Items, COPIES.name, "items", place),
        not_disclosed=row.not_disclosed,
        source_version=row.source_version,
        as_of=row.as_of,
    )
