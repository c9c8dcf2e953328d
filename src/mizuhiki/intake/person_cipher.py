"""Numbers and four items at rest: encrypted per row, found by keyed index (architecture §4, Stores)."""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems


class PersonCipher:
    """Encrypts and indexes the sensitive columns of one table of people."""

    def __init__(self, institution: InstitutionId, keystore: Keystore, table: str) -> None:
        self._institution = institution
        self._table = table
        self._number = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._number_index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._items = keystore.secret(SecretPurpose.PERSON_AT_REST)
        self._digest = keystore.secret(SecretPurpose.PERSON_INDEX)

    def number_index(self, number: IndividualNumber) -> bytes:
        """Return the keyed index of a number."""
        return keyed_index(
            self._number_index, str(number.reveal()), institution=self._institution, purpose="individual-number"
        )

    def request(self, content: bytes) -> bytes:
        """Return the keyed digest of a request."""
        return keyed_index(self._digest, content, institution=self._institution, purpose="intake-request")

    def encrypt_number(self, number: IndividualNumber, reference: str) -> bytes:
        """Encrypt a number for one row."""
        return encrypt_at_rest(
            self._number,
            str(number.reveal()).encode(),
            institution=self._institution,
            table=self._table,
            column="number_encrypted",
            row=reference,
        )

    def decrypt_number(self, stored: bytes, reference: str) -> IndividualNumber:
        """Read a number back."""
        plain = decrypt_at_rest(
            self._number,
            stored,
            institution=self._institution,
            table=self._table,
            column="number_encrypted",
            row=reference,
        )
        return IndividualNumber.parse(plain.decode())

    def encrypt_items(self, items: FourItems, reference: str) -> bytes:
        """Encrypt four items for one row."""
        return encrypt_at_rest(
            self._items,
            msgspec.json.encode(items),
            institution=self._institution,
            table=self._table,
            column="items_encrypted",
            row=reference,
        )

    def decrypt_items(self, stored: bytes, reference: str) -> FourItems:
        """Read four items back."""
        plain = decrypt_at_rest(
            self._items,
            stored,
            institution=self._institution,
            table=self._table,
            column="items_encrypted",
            row=reference,
        )
        return msgspec.json.decode(plain, type=FourItems)
