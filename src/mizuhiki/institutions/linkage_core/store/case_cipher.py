"""Encrypts what an unfinished or answered case needs, each value for its own place (R-027)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index, keyed_indexes
from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.linkage_core.domain.cases import (
    Branch,
    CiphertextPair,
    Converted,
    HalfConversion,
    OpeningOfBatch,
    Package,
    PersonKey,
    Renewal,
)
from mizuhiki.institutions.linkage_core.store.tables import CASES, LINKS, RENEWALS
from mizuhiki.runtime.stored_values import decode_stored, encode_stored
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.typed_values import read_json

T = TypeVar("T")
_PERSON_INDEX = "linked-pseudonym"


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The primary key of a case."""

    signer: str
    purpose: str
    number: str

    def __str__(self) -> str:
        return f"{self.signer}/{self.purpose}/{self.number}"


class _StoredBranch(msgspec.Struct, frozen=True):
    generation: int
    half: HalfConversion
    persons: list[bytes]
    opening: OpeningOfBatch


class _StoredRenewal(msgspec.Struct, frozen=True):
    holder: str
    batch_id: str
    source_generation: int
    inputs: tuple[CiphertextPair, ...]
    earlier: _StoredBranch
    later: _StoredBranch


class _StoredPackage(msgspec.Struct, frozen=True):
    rule: str
    tickets: list[str]
    converted: Converted
    persons: list[bytes]
    renewal: _StoredRenewal | None = None
    further_rules: list[str] = []


def _stored(renewal: Renewal) -> _StoredRenewal:
    earlier, later = (
        _StoredBranch(one.generation, one.half, [bytes(person.reveal()) for person in one.persons], one.opening)
        for one in (renewal.earlier, renewal.later)
    )
    return _StoredRenewal(renewal.holder, renewal.batch_id, renewal.source_generation, renewal.inputs, earlier, later)


def _renewal(stored: _StoredRenewal) -> Renewal:
    earlier, later = (
        Branch(one.generation, one.half, tuple(Pseudonym.known(person) for person in one.persons), one.opening)
        for one in (stored.earlier, stored.later)
    )
    holder = parse_institution_id(stored.holder)
    return Renewal(holder, stored.batch_id, stored.source_generation, stored.inputs, earlier, later)


class CaseCipher:
    """Reads and writes the encrypted columns of cases."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._key = keystore.secret(SecretPurpose.INBOX_AT_REST)
        self._person = keystore.secret(SecretPurpose.PSEUDONYM_AT_REST)
        self._index = keystore.secret(SecretPurpose.PSEUDONYM_INDEX)

    def encrypt(self, key: CaseKey, column: str, value: object) -> bytes:
        """Return a value of the domain encrypted for one column of one case."""
        return encrypt_at_rest(
            self._key,
            encode_stored(value),
            institution=self._institution,
            table=CASES.name,
            column=column,
            row=str(key),
        )

    def decrypt(self, key: CaseKey, column: str, stored: bytes, kind: type[T]) -> T:
        """Return what was encrypted for this place.

        Raises:
            StoredValueUnreadable: it was altered or moved.
        """
        content = decrypt_at_rest(
            self._key, stored, institution=self._institution, table=CASES.name, column=column, row=str(key)
        )
        return decode_stored(content, kind)

    def encrypt_package(self, key: CaseKey, package: Package) -> bytes:
        """Return a package encrypted; the pseudonyms in it are revealed to the cipher only."""
        persons = [bytes(person.reveal()) for person in package.persons]
        renewal = None if package.renewal is None else _stored(package.renewal)
        rule, *further = package.rules
        stored = _StoredPackage(rule, list(package.tickets), package.converted, persons, renewal, further)
        return self.encrypt(key, "package_encrypted", stored)

    def decrypt_package(self, key: CaseKey, stored: bytes) -> Package:
        """Return a stored package."""
        found = self.decrypt(key, "package_encrypted", stored, _StoredPackage)
        persons = tuple(Pseudonym.known(person) for person in found.persons)
        renewal = None if found.renewal is None else _renewal(found.renewal)
        return Package((found.rule, *found.further_rules), tuple(found.tickets), found.converted, persons, renewal)

    def evidence_of(self, renewal: Renewal) -> tuple[bytes, bytes]:
        """Return the hash that names a renewal's proofs, and the renewal encrypted under that name."""
        content = msgspec.json.encode(_stored(renewal))
        name = labelled_hash("renewal-evidence", content)
        return name, self._encrypt_for(RENEWALS.name, "renewal_encrypted", name.hex(), content)

    def read_evidence(self, name: bytes, stored: bytes) -> Renewal:
        """Return a kept renewal.

        Raises:
            StoredValueUnreadable: it was altered or moved.
        """
        content = self._decrypt_from(RENEWALS.name, "renewal_encrypted", name.hex(), stored)
        return _renewal(read_json(content, _StoredRenewal))

    def person_index(self, person: PersonKey) -> bytes:
        """Return the keyed index of one of the core's own pseudonyms."""
        return keyed_index(self._index, person.reveal(), institution=self._institution, purpose=_PERSON_INDEX)

    def person_indexes(self, persons: Sequence[PersonKey]) -> list[bytes]:
        """Return `person_index` of each."""
        points = (person.reveal() for person in persons)
        return keyed_indexes(self._index, points, institution=self._institution, purpose=_PERSON_INDEX)

    def encrypt_person(self, person: PersonKey, column: str, row: bytes) -> bytes:
        """Return a pseudonym encrypted for a column of a link."""
        return self._encrypt_for(LINKS.name, column, row.hex(), bytes(person.reveal()))

    def decrypt_person(self, stored: bytes, column: str, row: bytes) -> Pseudonym:
        """Return a pseudonym of a link."""
        return Pseudonym.known(self._decrypt_from(LINKS.name, column, row.hex(), stored))

    def _encrypt_for(self, table: str, column: str, row: str, content: bytes) -> bytes:
        return encrypt_at_rest(
            self._person, content, institution=self._institution, table=table, column=column, row=row
        )

    def _decrypt_from(self, table: str, column: str, row: str, stored: bytes) -> bytes:
        return decrypt_at_rest(self._person, stored, institution=self._institution, table=table, column=column, row=row)
