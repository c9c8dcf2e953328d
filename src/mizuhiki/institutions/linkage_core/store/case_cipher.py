"""Encrypts what an unfinished or answered case needs, each value for its own place (R-027)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.linkage_core.domain.cases import Converted, Package
from mizuhiki.institutions.linkage_core.store.tables import CASES
from mizuhiki.runtime.stored_values import decode_stored, encode_stored
from mizuhiki.vocabulary.ids import InstitutionId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The primary key of a case."""

    signer: str
    purpose: str
    number: str

    def __str__(self) -> str:
        return f"{self.signer}/{self.purpose}/{self.number}"


class _StoredPackage(msgspec.Struct, frozen=True):
    rule: str
    tickets: list[str]
    converted: Converted
    persons: list[bytes]


class CaseCipher:
    """Reads and writes the encrypted columns of cases."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._key = keystore.secret(SecretPurpose.INBOX_AT_REST)

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
        stored = _StoredPackage(package.rule, list(package.tickets), package.converted, persons)
        return self.encrypt(key, "package_encrypted", stored)

    def decrypt_package(self, key: CaseKey, stored: bytes) -> Package:
        """Return a stored package."""
        found = self.decrypt(key, "package_encrypted", stored, _StoredPackage)
        persons = tuple(Pseudonym.known(person) for person in found.persons)
        return Package(found.rule, tuple(found.tickets), found.converted, persons)
