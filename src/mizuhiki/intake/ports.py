"""What taking people in needs of storage; register, own server, commission and staff are those of `casework.ports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from mizuhiki.casework.ports import CaseRecords
from mizuhiki.intake.persons import KeptPerson, Lift


class Kept(Protocol):
    """Of whom something is told: where they stand at the own server, and which version of the record it is."""

    @property
    def reference(self) -> str:
        """The body's own number of the record."""

    @property
    def addressee_number(self) -> str:
        """The number within this body."""

    @property
    def protected(self) -> bool:
        """Whether a support measure stands."""

    @property
    def version(self) -> int:
        """The version of what is told."""


KeptT = TypeVar("KeptT", bound=Kept)


class TakingRecords(CaseRecords, Protocol):
    """One write transaction of a body that takes forms: it remembers requests and the references they got."""

    def requests(self, request_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
        """Return digest and reference of earlier requests, by id."""

    def keep_requests(self, requests: Mapping[str, tuple[bytes, str]], at: datetime) -> None:
        """Remember what requests produced."""

    def reference_taken(self, reference: str) -> bool:
        """Say whether a reference is in use."""


class LinkedRecords(CaseRecords, Protocol[KeptT]):
    """One write transaction of a body that tells something about people of its file."""

    def touched(self, reference: str) -> None:
        """Note that what linkage would tell about a person changed."""

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""

    def unpublished(self, limit: int, after: str) -> list[KeptT]:
        """Return people whose newest version was not sent, by reference beyond `after`."""

    def mark_published(self, persons: Sequence[KeptT]) -> None:
        """Note which versions were sent."""


class PersonRecords(TakingRecords, LinkedRecords[KeptPerson], Protocol):
    """One write transaction: the file of people, and the cases about them. Everything or nothing is stored."""

    def insert_persons(self, persons: Sequence[KeptPerson]) -> None:
        """Store new people; two with one number or reference are refused by the database."""

    def person(self, reference: str) -> KeptPerson:
        """Return a person.

        Raises:
            UnknownPersonRecord: there is none.
        """

    def set_protected(self, reference: str, *, protected: bool) -> None:
        """Put a support measure on a person or lift it, under the record's next version."""

    def keep_lift(self, lift: Lift) -> None:
        """Remember that a protected record may be shown once to one clerk."""


TakingT = TypeVar("TakingT", bound=TakingRecords)
FileT_co = TypeVar("FileT_co", bound=CaseRecords, covariant=True)
RecordsT_co = TypeVar("RecordsT_co", bound=PersonRecords, covariant=True)
"""The transaction of one body: people and its own records."""


class FileStore(Protocol[FileT_co]):
    """Storage of a body with a file of people."""

    def transaction(self) -> AbstractContextManager[FileT_co]:
        """Open one write transaction."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content, so that guesses cannot be tested with the database alone."""

    def is_protected(self, reference: str) -> bool:
        """Say whether a support measure stands on a person."""

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page: how many people, and of them requested, refused, published."""


class PersonStore(FileStore[RecordsT_co], Protocol[RecordsT_co]):
    """Storage of a body whose support measures are lifted for one look."""

    def use_lift(self, reference: str, clerk: str, at: datetime) -> bool:
        """Use up a consent to show a protected record to a clerk; False when there is none left."""
