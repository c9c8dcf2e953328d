"""Contents at rest: pseudonyms, four items, copies, answers and notices are encrypted per row."""

from __future__ import annotations

from typing import TypeVar

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.runtime.stored_values import decode_stored, encode_stored
from mizuhiki.vocabulary.ids import InstitutionId

Content = TypeVar("Content")


class Cipher:
    """Encrypts, reads back and indexes what this server stores."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._content = keystore.secret(SecretPurpose.PERSON_AT_REST)
        self._pseudonym = keystore.secret(SecretPurpose.PSEUDONYM_AT_REST)
        self._index = keystore.secret(SecretPurpose.PSEUDONYM_INDEX)

    def pseudonym_index(self, pseudonym: PersonKey) -> bytes:
        """Return the keyed index of a pseudonym."""
        return keyed_index(self._index, pseudonym.reveal(), institution=self._institution, purpose="pseudonym")

    def encrypt_pseudonym(self, pseudonym: PersonKey, place: int) -> bytes:
        """Encrypt a pseudonym for its place, which names the addressee: under another one it cannot be read."""
        return encrypt_at_rest(
            self._pseudonym,
            pseudonym.reveal(),
            institution=self._institution,
            table="pseudonyms",
            column="pseudonym_encrypted",
            row=str(place),
        )

    def decrypt_pseudonym(self, ciphertext: bytes, place: int) -> Pseudonym:
        """Read a pseudonym back."""
        return Pseudonym.known(
            decrypt_at_rest(
                self._pseudonym,
                ciphertext,
                institution=self._institution,
                table="pseudonyms",
                column="pseudonym_encrypted",
                row=str(place),
            )
        )

    def encrypt(self, content: object, table: str, column: str, row: str) -> bytes:
        """Encrypt a value for its place."""
        return encrypt_at_rest(
            self._content,
            encode_stored(content),
            institution=self._institution,
            table=table,
            column=column,
            row=row,
        )

    def decrypt(self, ciphertext: bytes, content: type[Content], table: str, column: str, row: str) -> Content:
        """Read a value back as `content`."""
        plain = decrypt_at_rest(
            self._content, ciphertext, institution=self._institution, table=table, column=column, row=row
        )
        return decode_stored(plain, content)
