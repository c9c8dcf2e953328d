"""The keys of a software keystore as one value, with the rule for daily sealing keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.keystore.purposes import SealingKeyUnknown, SealingPublicKey, SecretKey

_JST = timezone(timedelta(hours=9))
_EVENING_HOUR = 18
_KEPT = timedelta(days=8)
_MLKEM_SEED_BYTES = 64
_X25519_BYTES = 32
_FINGERPRINT_BYTES = 9
SECRET_BYTES = 32


class SealingPair(msgspec.Struct, frozen=True, kw_only=True):
    """A sealing key with its private seed (ML-KEM-768 64 bytes ‖ X25519 32 bytes)."""

    public: SealingPublicKey
    private: bytes


class KeyState(msgspec.Struct, kw_only=True):
    """All keys of one institution, by purpose or name; RSA keys as PKCS#8 DER."""

    signing: dict[str, bytes] = {}
    secrets: dict[str, bytes] = {}
    sealing: dict[str, SealingPair] = {}
    certification: dict[str, bytes] = {}
    shares: dict[str, bytes] = {}


def sealing_private_keys(private: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """Return the two private keys a sealing seed stands for."""
    return (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(private[:_MLKEM_SEED_BYTES]),
        x25519.X25519PrivateKey.from_private_bytes(private[_MLKEM_SEED_BYTES:]),
    )


def _new_pair(start: datetime, private: bytes) -> SealingPair:
    kem, curve = sealing_private_keys(private)
    public_key = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    fingerprint = labelled_hash("sealing-key-id", public_key)[:_FINGERPRINT_BYTES].hex()
    public = SealingPublicKey(
        key_id=f"{start.astimezone(_JST):%Y%m%d}-{fingerprint}",
        public_key=public_key,
        valid_from=start.astimezone(UTC),
        valid_until=(start + timedelta(days=1)).astimezone(UTC),
    )
    return SealingPair(public=public, private=private)


def published_days(now: datetime) -> list[datetime]:
    """Return the starts (JST midnight) of the days whose sealing keys are published at `now`."""
    local = now.astimezone(_JST)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return [start, start + timedelta(days=1)] if local.hour >= _EVENING_HOUR else [start]


def sealing_keys_at(state: KeyState, now: datetime) -> list[SealingPublicKey] | None:
    """Return the keys to publish at `now`, or None if `rotate_sealing_keys` has to run first."""
    by_start = {pair.public.valid_from: pair.public for pair in state.sealing.values()}
    wanted = [by_start.get(day.astimezone(UTC)) for day in published_days(now)]
    return None if None in wanted else [key for key in wanted if key is not None]


def rotate_sealing_keys(state: KeyState, now: datetime, fresh: Callable[[str, int], bytes]) -> None:
    """Make the keys due at `now` and destroy those that ended more than eight days before it.

    `fresh` gives the random bytes of the key named by its first argument.
    """
    have = {pair.public.valid_from for pair in state.sealing.values()}
    state.sealing = {name: pair for name, pair in state.sealing.items() if pair.public.valid_until + _KEPT > now}
    for day in published_days(now):
        if day.astimezone(UTC) not in have:
            private = fresh(f"sealing/{day.astimezone(_JST):%Y%m%d}", _MLKEM_SEED_BYTES + _X25519_BYTES)
            pair = _new_pair(day, private)
            state.sealing[pair.public.key_id] = pair


def sealing_seed(state: KeyState, key_id: str) -> SecretKey:
    """Return the private seed of a kept sealing key.

    Raises:
        SealingKeyUnknown: never ours, or destroyed.
    """
    pair = state.sealing.get(key_id)
    if pair is None:
        raise SealingKeyUnknown(key_id=key_id)
    return SecretKey(pair.private)
