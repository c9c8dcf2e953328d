"""Codes and certificates at rest: encrypted per row, found by keyed index (architecture §4, Stores)."""

from __future__ import annotations

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems


class HolderCipher:
    """Encrypts and indexes the sensitive columns of the authorities."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._code = keystore.secret(SecretPurpose.CODE_AT_REST)
        self._code_index = keystore.secret(SecretPurpose.CODE_INDEX)
        self._certificate = keystore.secret(SecretPurpose.PERSON_AT_REST)
        self._certificate_index = keystore.secret(SecretPurpose.CERTIFICATE_INDEX)
        self._items = keystore.secret(SecretPurpose.PERSON_INDEX)

    def person(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a code."""
        return keyed_index(
            self._code_index, str(code.reveal()), institution=self._institution, purpose="resident-record-code"
        )

    def items(self, items: FourItems) -> bytes:
        """Return the keyed digest of four items."""
        return keyed_index(self._items, items.digest_source(), institution=self._institution, purpose="four-items")

    def request(self, content: bytes) -> bytes:
        """Return the keyed digest of an application."""
        return keyed_index(self._items, content, institution=self._institution, purpose="application")

    def public_key(self, public_key: bytes) -> bytes:
        """Return the keyed index of a public key."""
        return keyed_index(self._certificate_index, public_key, institution=self._institution, purpose="public-key")

    def handle(self, verifier: str, kind: Kind, serial: int) -> bytes:
        """Return the name of a certificate for one verifier; two verifiers' names cannot be joined (R-205)."""
        return keyed_index(
            self._certificate_index,
            f"{kind.value}/{serial}",
            institution=self._institution,
            purpose=f"handle/{verifier}",
        )

    def encrypt_code(self, code: ResidentRecordCode, person: bytes) -> bytes:
        """Encrypt a code for its holder's row."""
        return encrypt_at_rest(
            self._code,
            str(code.reveal()).encode(),
            institution=self._institution,
            table="holders",
            column="code_encrypted",
            row=person,
        )

    def decrypt_code(self, stored: bytes, person: bytes) -> ResidentRecordCode:
        """Read a code back."""
        plain = decrypt_at_rest(
            self._code,
            stored,
            institution=self._institution,
            table="holders",
            column="code_encrypted",
            row=person,
        )
        return ResidentRecordCode.parse(plain.decode())

    def encrypt_certificate(self, der: bytes, kind: Kind, serial: int) -> bytes:
        """Encrypt a certificate for its row."""
        return encrypt_at_rest(
            self._certificate,
            der,
            institution=self._institution,
            table="certificates",
            column="der_encrypted",
            row=f"{kind.value}/{serial}",
        )

    def decrypt_certificate(self, stored: bytes, kind: Kind, serial: int) -> bytes:
        """Read a certificate back."""
        return decrypt_at_rest(
            self._certificate,
            stored,
            institution=self._institution,
            table="certificates",
            column="der_encrypted",
            row=f"{kind.value}/{serial}",
        )
