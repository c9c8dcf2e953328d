"""Values that an institution stores encoded and that only it reads again: MessagePack, in which bytes stay bytes.

Ciphertexts, seals and digests are most of what a section stores; in JSON each takes a third more and is converted.
What was stored as JSON by earlier versions is still read: no map and no list begins with the same octet in both.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from mizuhiki.vocabulary.typed_values import known

Value = TypeVar("Value")
_JSON_STARTS = (b"{", b"[")
_ENCODER = msgspec.msgpack.Encoder()


def encode_stored(value: object) -> bytes:
    """Return a map or list (a struct, a dataclass, a dictionary, a sequence) as it is stored."""
    return _ENCODER.encode(value)


def decode_stored(stored: bytes, kind: type[Value]) -> Value:
    """Return what was stored.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: it is no `kind`.
    """
    packed, written = _decoders(kind)  # type: ignore[arg-type]  # type forms are hashable
    decoder = written if stored.startswith(_JSON_STARTS) else packed
    found: Value = decoder.decode(stored)
    return found


@lru_cache(maxsize=256)
def _decoders(kind: Any) -> tuple[msgspec.msgpack.Decoder[Any], msgspec.json.Decoder[Any]]:  # noqa: ANN401 - a type form
    return msgspec.msgpack.Decoder(known(kind)), msgspec.json.Decoder(known(kind))
