"""Read JSON, MessagePack and plain values into types, by as many threads at once as there are.

msgspec learns the fields of a class when it is first read into one, and keeps them with the class before all of them
are known. A second thread that reads into the same class meanwhile takes a field without a type, and the process ends
by a segmentation fault (msgspec 0.22). So a type is learnt here by one thread, and others wait for it.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_known: set[Any] = set()
_learning = threading.Lock()


def known(kind: type[T]) -> type[T]:
    """Return the type once msgspec knows it and every type its values are made of.

    Raises:
        TypeError: msgspec cannot read into it.
    """
    if kind not in _known:
        with _learning:
            msgspec.json.Decoder(kind)
            _known.add(kind)
    return kind


def read_json(content: bytes | str, kind: type[T]) -> T:
    """Return the value of a JSON text.

    Raises:
        msgspec.DecodeError, msgspec.ValidationError: no JSON, or not of this type.
    """
    return msgspec.json.decode(content, type=known(kind))


def read_msgpack(content: bytes, kind: type[T]) -> T:
    """Return the value of a MessagePack text; errors as in `read_json`."""
    return msgspec.msgpack.decode(content, type=known(kind))


def converted(value: object, kind: type[T], *, strict: bool = True) -> T:
    """Return plain values as a type; where not `strict`, texts that are written numbers, flags and dates too.

    Raises:
        msgspec.ValidationError: not of this type.
    """
    return msgspec.convert(value, known(kind), strict=strict)
