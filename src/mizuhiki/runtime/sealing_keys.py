"""Peers' sealing keys: fetched, checked against the directory, kept until they expire (R-030)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from mizuhiki.crypto.keystore import Keystore, SealingPublicKey, SigningPurpose
from mizuhiki.crypto.signed_objects import sign_object, verify_object
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.common.v1 import KeySet, KeySetAnswer, SealingKey

KEY_SET_TYPE = "key-set"


class NoSealingKey(Corrupt):
    """The peer's signed key set is for somebody else or holds no key that is valid now."""

    code = "no-sealing-key"
    title = "The peer published no usable sealing key"


def own_key_set(institution: InstitutionId, keystore: Keystore, now: datetime) -> KeySetAnswer:
    """Return the signed key set this institution publishes."""
    keys = [
        SealingKey(key_id=k.key_id, public_key=k.public_key, valid_from=k.valid_from, valid_until=k.valid_until)
        for k in keystore.sealing_keys(now)
    ]
    payload = KeySet(institution=institution, sealing_keys=keys)
    signer = keystore.signer(SigningPurpose.OBJECT)
    return KeySetAnswer(key_set=sign_object(payload, object_type=KEY_SET_TYPE, institution=institution, signer=signer))


class PeerSealingKeys:
    """Cache of peers' keys. `fetch` asks the peer for its key set and is called without any lock held."""

    def __init__(self, directory: Directory, fetch: Callable[[InstitutionId], KeySetAnswer]) -> None:
        self._directory = directory
        self._fetch = fetch
        self._known: dict[InstitutionId, list[SealingPublicKey]] = {}
        self._lock = threading.Lock()

    def current(self, institution: InstitutionId, now: datetime) -> SealingPublicKey:
        """Return the peer's key to seal to now; of several valid ones the one that is valid longest.

        Raises:
            SignatureInvalid: the key set is not signed by the key pinned in the directory.
            NoSealingKey: the peer has no key for now.
        """
        with self._lock:
            known = list(self._known.get(institution, ()))
        key = _valid(known, now)
        if key is None:
            fetched = self._checked(institution)
            with self._lock:
                self._known[institution] = fetched
            key = _valid(fetched, now)
        if key is None:
            raise NoSealingKey(peer=institution)
        return key

    def _checked(self, institution: InstitutionId) -> list[SealingPublicKey]:
        verified = verify_object(
            self._fetch(institution).key_set, KeySet, object_type=KEY_SET_TYPE, key_of=self._directory.object_key
        )
        if verified.signer != institution or verified.payload.institution != institution:
            raise NoSealingKey(peer=institution)
        return [
            SealingPublicKey(
                key_id=k.key_id, public_key=k.public_key, valid_from=k.valid_from, valid_until=k.valid_until
            )
            for k in verified.payload.sealing_keys
        ]


def _valid(keys: list[SealingPublicKey], now: datetime) -> SealingPublicKey | None:
    usable = [key for key in keys if key.valid_from <= now < key.valid_until]
    return max(usable, key=lambda key: key.valid_until, default=None)
