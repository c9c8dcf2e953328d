"""What every body's file of people stores alike, on one open connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Table, select

from mizuhiki.casework.domain import Addressee, Linkage
from mizuhiki.casework.store import CaseCipher
from mizuhiki.intake.ports import Kept
from mizuhiki.runtime.keyed_rows import find_among


class Filed(Addressee, Kept, Protocol):
    """Whoever stands in a file of people."""

    @property
    def municipality_code(self) -> str:
        """Where the register knew them last."""

    @property
    def linkage(self) -> Linkage:
        """How far the issue of the pseudonym has come."""

    @property
    def published_version(self) -> int:
        """The version that was told last."""


class SqlFile:
    """A file of people and the requests that filled it, whose columns are those of `tables.file_of_people`."""

    _connection: Connection
    _cipher: CaseCipher
    _persons: Table
    _requests: Table

    def requests(self, request_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
        """Return digest and reference of earlier requests, by id."""
        columns = ("request_id", "digest", "reference")
        rows = find_among(self._connection, self._requests, columns, ("request_id", request_ids))
        return {row.request_id: (row.digest, row.reference) for row in rows}

    def keep_requests(self, requests: Mapping[str, tuple[bytes, str]], at: datetime) -> None:
        """Remember what requests produced."""
        if requests:
            self._connection.execute(
                self._requests.insert(),
                [
                    {"request_id": request_id, "digest": digest, "reference": reference, "taken_at": at}
                    for request_id, (digest, reference) in requests.items()
                ],
            )

    def reference_taken(self, reference: str) -> bool:
        """Say whether a reference is in use."""
        query = select(self._persons.c.reference).where(self._persons.c.reference == reference)
        return self._connection.execute(query).first() is not None

    def mark_published(self, persons: Sequence[Kept]) -> None:
        """Note which versions were sent."""
        table = self._persons
        for one in persons:
            self._connection.execute(
                table.update().where(table.c.reference == one.reference).values(published_version=one.version)
            )

    def _file(self, persons: Sequence[tuple[Filed, str]]) -> None:
        """Store new people, each with how they came into the file."""
        if persons:
            self._connection.execute(
                self._persons.insert(),
                [
                    {
                        "reference": one.reference,
                        "addressee_number": one.addressee_number,
                        "number_index": self._cipher.number_index(one.number),
                        "number_encrypted": self._cipher.encrypt_number(one.number, one.reference),
                        "items_encrypted": self._cipher.encrypt_items(one.four_items, one.reference),
                        "municipality_code": one.municipality_code,
                        "shown": shown,
                        "linkage": one.linkage.value,
                        "protected": one.protected,
                        "version": one.version,
                        "published_version": one.published_version,
                    }
                    for one, shown in persons
                ],
            )

    def _filed(self, row: Row[Any]) -> dict[str, Any]:
        """Return what a row of the file says, opened, by the names of the fields of `Filed`."""
        return {
            "reference": row.reference,
            "addressee_number": row.addressee_number,
            "number": self._cipher.decrypt_number(row.number_encrypted, row.reference),
            "four_items": self._cipher.decrypt_items(row.items_encrypted, row.reference),
            "municipality_code": row.municipality_code,
            "linkage": Linkage(row.linkage),
            "protected": row.protected,
            "version": row.version,
            "published_version": row.published_version,
        }
