"""A keystore in a PKCS#11 device: signing keys never leave it; bulk secrets are unwrapped by it into memory.

A device has neither FF1 nor HPKE nor ristretto255 and makes some thousand operations a second. So symmetric secrets,
sealing keys and pseudonym shares are kept in the device wrapped by a key that stays inside, and are used in this
process's memory while it runs. Who reads that memory has them; who steals the token's files or a backup has not.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from mizuhiki.crypto.keystore.device import Device, DeviceSigner
from mizuhiki.crypto.keystore.purposes import KeystoreDeviceUnavailable, SealingPublicKey, SigningPurpose, WrongPurpose
from mizuhiki.crypto.keystore.software import SoftwareKeystore
from mizuhiki.crypto.keystore.state import KeyState, SealingPair
from mizuhiki.crypto.randomness import Randomness, SystemRandomness
from mizuhiki.vocabulary.typed_values import read_msgpack

T = TypeVar("T")
_SECRET, _SHARE, _SEALING = "secret/", "share/", "sealing/"


def _labels(state: KeyState) -> dict[str, bytes]:
    """Return a state's bulk secrets as the device keeps them: label and content."""
    return {
        **{_SECRET + name: value for name, value in state.secrets.items()},
        **{_SHARE + name: value for name, value in state.shares.items()},
        **{_SEALING + name: msgspec.msgpack.encode(pair) for name, pair in state.sealing.items()},
    }


def _state(labels: dict[str, bytes]) -> KeyState:
    state = KeyState()
    for label, content in labels.items():
        if label.startswith(_SECRET):
            state.secrets[label.removeprefix(_SECRET)] = content
        elif label.startswith(_SHARE):
            state.shares[label.removeprefix(_SHARE)] = content
        elif label.startswith(_SEALING):
            try:
                pair = read_msgpack(content, SealingPair)
            except msgspec.DecodeError as cause:
                raise KeystoreDeviceUnavailable(error="sealing-key") from cause
            state.sealing[label.removeprefix(_SEALING)] = pair
    return state


class Pkcs11Keystore(SoftwareKeystore):
    """An institution's keys in one token of a PKCS#11 module; the token must be initialised with `pin` as user PIN."""

    def __init__(self, module: str, token_label: str, pin: str, randomness: Randomness | None = None) -> None:
        self._device = Device(module, token_label, pin)
        self._device_signers: dict[SigningPurpose, DeviceSigner] = {}
        self._device_rsa: dict[str, RSAPrivateKey] = {}
        super().__init__(randomness or SystemRandomness(), _state(self._device.stored()))

    def close(self) -> None:
        """End the session with the device."""
        self._device.close()

    def _change(self, change: Callable[[KeyState], T]) -> T:
        """Apply a change to what the device holds now, and keep the difference there before anybody sees it."""
        before = _labels(_state(self._device.stored()))
        state = copy.deepcopy(_state(before))
        result = change(state)
        after = _labels(state)
        for label in after.keys() - before.keys():
            self._device.store(label, after[label])
        for label in before.keys() - after.keys():
            self._device.destroy(label)
        self._state = state
        return result

    def _refresh(self) -> None:
        self._state = _state(self._device.stored())

    def signer(self, purpose: SigningPurpose) -> DeviceSigner:  # type: ignore[override] # a Signer as the protocol asks
        """Return the signer for `purpose`; its key is generated in the device on first use and stays there."""
        if not isinstance(purpose, SigningPurpose):
            raise WrongPurpose(purpose=str(purpose))
        with self._lock:
            if purpose not in self._device_signers:
                self._device_signers[purpose] = self._device.ed25519(f"signing/{purpose}")
            return self._device_signers[purpose]

    def certification_key(self, name: str) -> RSAPrivateKey:
        """Return the RSA-2048 key under `name`; generated in the device on first use, signs there."""
        with self._lock:
            if name not in self._device_rsa:
                self._device_rsa[name] = self._device.rsa(f"certification/{name}")
            return self._device_rsa[name]

    def sealing_keys(self, now: datetime) -> list[SealingPublicKey]:
        """Return the sealing keys to publish at `now`, after looking at what other processes made."""
        with self._lock:
            self._refresh()
            return super().sealing_keys(now)
