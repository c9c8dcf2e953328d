"""Numbers, codes and seeds at rest: encrypted per row, found by keyed index (architecture §4, Stores)."""

from __future__ import annotations

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode


class PersonCipher:
    """Encrypts and indexes the sensitive columns of one register."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._at_rest = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._seed = keystore.secret(SecretPurpose.PERSON_SEED)

    def code_index(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a code."""
        return keyed_index(
            self._index, code.reveal().encode(), institution=self._institution, purpose="resident-record-code"
        )

    def number_index(self, number: IndividualNumber) -> bytes:
        """Return the keyed index of a number."""
        return keyed_index(
            self._index, number.reveal().encode(), institution=self._institution, purpose="individual-number"
        )

    def _encrypt(self, plaintext: bytes, table: str, column: str, row: str) -> bytes:
        return encrypt_at_rest(
            self._at_rest, plaintext, institution=self._institution, table=table, column=column, row=row
        )

    def _decrypt(self, ciphertext: bytes, table: str, column: str, row: str) -> bytes:
        return decrypt_at_rest(
            self._at_rest, ciphertext, institution=self._institution, table=table, column=column, row=row
        )

    def encrypt_code(self, code: ResidentRecordCode, table: str, row: str) -> bytes:
        """Encrypt a code for one row."""
        return self._encrypt(code.reveal().encode(), table, "code_encrypted", row)

    def decrypt_code(self, ciphertext: bytes, table: str, row: str) -> ResidentRecordCode:
        """Read a code back."""
        return ResidentRecordCode.parse(self._decrypt(ciphertext, table, "code_encrypted", row).decode())

    def encrypt_number(self, number: IndividualNumber, row: str, table: str = "persons") -> bytes:
        """Encrypt a number for one row."""
        return self._encrypt(number.reveal().encode(), table, "number_encrypted", row)

    def decrypt_number(self, ciphertext: bytes, row: str, table: str = "persons") -> IndividualNumber:
        """Read a number back."""
        return IndividualNumber.parse(self._decrypt(ciphertext, table, "number_encrypted", row).decode())

    def encrypt_seed(self, seed: bytes, row: str) -> bytes:
        """Encrypt a person seed under the seed's own key."""
        return encrypt_at_rest(
            self._seed, seed, institution=self._institution, table="persons", column="seed_encrypted", row=row
        )

    def decrypt_seed(self, ciphertext: bytes, row: str) -> bytes:
        """Read a person seed back."""
        return decrypt_at_rest(
            self._seed, ciphertext, institution=self._institution, table="persons", column="seed_encrypted", row=row
        )

    def encrypt_text(self, text: str, table: str, column: str, row: str) -> bytes:
        """Encrypt a text such as a post address for one row."""
        return self._encrypt(text.encode(), table, column, row)

    def decrypt_text(self, ciphertext: bytes, table: str, column: str, row: str) -> str:
        """Read a text back."""
        return self._decrypt(ciphertext, table, column, row).decode()
