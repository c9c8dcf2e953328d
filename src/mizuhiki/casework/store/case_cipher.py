"""What tells about a person at rest: encrypted per row, numbers found by keyed index (architecture §4, Stores)."""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.typed_values import read_json

PEOPLE = "case_people"
ITEMS = "items_encrypted"


class CaseCipher:
    """Encrypts and indexes the sensitive columns of one body's people and cases; `people` is the table of people."""

    def __init__(self, institution: InstitutionId, keystore: Keystore, people: str = PEOPLE) -> None:
        self._institution = institution
        self._people = people
        self._number = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._number_index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._content = keystore.secret(SecretPurpose.PERSON_AT_REST)
        self._digest = keystore.secret(SecretPurpose.PERSON_INDEX)

    def number_index(self, number: IndividualNumber) -> bytes:
        """Return the keyed index of a number."""
        return keyed_index(
            self._number_index, str(number.reveal()), institution=self._institution, purpose="individual-number"
        )

    def claim_digest(self, content: bytes) -> bytes:
        """Return the keyed digest of a claim."""
        return keyed_index(self._digest, content, institution=self._institution, purpose="claim")

    def encrypt_number(self, number: IndividualNumber, person: str) -> bytes:
        """Encrypt a number for one row."""
        return encrypt_at_rest(
            self._number,
            str(number.reveal()).encode(),
            institution=self._institution,
            table=self._people,
            column="number_encrypted",
            row=person,
        )

    def decrypt_number(self, stored: bytes, person: str) -> IndividualNumber:
        """Read a number back."""
        plain = decrypt_at_rest(
            self._number,
            stored,
            institution=self._institution,
            table=self._people,
            column="number_encrypted",
            row=person,
        )
        return IndividualNumber.parse(plain.decode())

    def encrypt_items(self, items: FourItems, person: str) -> bytes:
        """Encrypt four items for one row."""
        return self.encrypt(msgspec.json.encode(items), table=self._people, column=ITEMS, row=person)

    def decrypt_items(self, stored: bytes, person: str) -> FourItems:
        """Read four items back."""
        plain = self.decrypt(stored, table=self._people, column=ITEMS, row=person)
        return read_json(plain, FourItems)

    def encrypt(self, plain: bytes, *, table: str, column: str, row: str) -> bytes:
        """Encrypt content for one place."""
        return encrypt_at_rest(self._content, plain, institution=self._institution, table=table, column=column, row=row)

    def decrypt(self, stored: bytes, *, table: str, column: str, row: str) -> bytes:
        """Read content back from its place."""
        return decrypt_at_rest(
            self._content, stored, institution=self._institution, table=table, column=column, row=row
        )
