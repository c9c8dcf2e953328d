"""Numbers and codes at rest: encrypted per row, found by keyed index (R-027)."""

from __future__ import annotations

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode


class Cipher:
    """Encrypts and indexes the numbers and codes of one municipality."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._numbers = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._codes = keystore.secret(SecretPurpose.CODE_AT_REST)
        self._number_index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._code_index = keystore.secret(SecretPurpose.CODE_INDEX)
        self._persons = keystore.secret(SecretPurpose.PERSON_AT_REST)

    def code_index(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a code."""
        return keyed_index(
            self._code_index, code.reveal(), institution=self._institution, purpose="resident-record-code"
        )

    def number_index(self, number: IndividualNumber) -> bytes:
        """Return the keyed index of a number."""
        return keyed_index(
            self._number_index, number.reveal(), institution=self._institution, purpose="individual-number"
        )

    def encrypt_code(self, code: ResidentRecordCode, table: str, row: str, column: str = "code_encrypted") -> bytes:
        """Encrypt a code for one row."""
        return encrypt_at_rest(
            self._codes,
            code.reveal().encode(),
            institution=self._institution,
            table=table,
            column=column,
            row=row,
        )

    def decrypt_code(self, stored: bytes, table: str, row: str, column: str = "code_encrypted") -> ResidentRecordCode:
        """Read a code back."""
        return ResidentRecordCode.parse(
            decrypt_at_rest(
                self._codes, stored, institution=self._institution, table=table, column=column, row=row
            ).decode()
        )

    def encrypt_number(self, number: IndividualNumber, table: str, row: str, column: str = "number_encrypted") -> bytes:
        """Encrypt a number for one row."""
        return encrypt_at_rest(
            self._numbers,
            number.reveal().encode(),
            institution=self._institution,
            table=table,
            column=column,
            row=row,
        )

    def decrypt_number(self, stored: bytes, table: str, row: str, column: str = "number_encrypted") -> IndividualNumber:
        """Read a number back."""
        return IndividualNumber.parse(
            decrypt_at_rest(
                self._numbers, stored, institution=self._institution, table=table, column=column, row=row
            ).decode()
        )

    def encrypt_person(self, content: bytes, table: str, row: str) -> bytes:
        """Encrypt what is known of a person beyond the register, such as an actual residence."""
        return encrypt_at_rest(
            self._persons, content, institution=self._institution, table=table, column="content_encrypted", row=row
        )

    def decrypt_person(self, stored: bytes, table: str, row: str) -> bytes:
        """Read it back."""
        return decrypt_at_rest(
            self._persons, stored, institution=self._institution, table=table, column="content_encrypted", row=row
        )
