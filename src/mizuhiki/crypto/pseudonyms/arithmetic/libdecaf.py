"""libdecaf's functions on ristretto255, as the system's shared library offers them.

Points and scalars lie decoded in memory of this module's own: 32 bytes a scalar, 256 a point, which is what the
library's structures take on every platform (four field elements of 40 bytes, each aligned to 32). Functions that
multiply let other threads run; the short ones, which take less than letting go would, do not.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

SONAME = "libdecaf.so.0"
_PREFIX = "decaf_255_"
_SUCCESS = -1
_SCALAR, _POINT, _ENCODED = 32, 256, 32
SCALARS, POINTS = 64, 12
_POINTS_AT = SCALARS * _SCALAR
_ENCODED_AT = _POINTS_AT + POINTS * _POINT
_ALIGNED = 64


class Scratch(threading.local):
    """A thread's own place for what it calculates with: addresses of scalars and of points.

    Its memory is private, so a process that forks has one of its own from then on.
    """

    def __init__(self) -> None:
        super().__init__()
        self._memory = mmap.mmap(-1, _ENCODED_AT + _ENCODED, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self.scalars = [self._start + _SCALAR * j for j in range(SCALARS)]
        self.points = [self._start + _POINTS_AT + _POINT * j for j in range(POINTS)]
        self.encoded = self._start + _ENCODED_AT

    def octets(self) -> bytes:
        """Return the 32 bytes that were encoded last."""
        return self._memory[_ENCODED_AT : _ENCODED_AT + _ENCODED]

    def wipe(self) -> None:
        """Overwrite all of it, secrets included."""
        ctypes.memset(self._start, 0, _ENCODED_AT + _ENCODED)


class Table:
    """Multiples of one public point, with which it is multiplied three times as fast."""

    def __init__(self, size: int) -> None:
        self._memory = ctypes.create_string_buffer(size + _ALIGNED)
        self.address = -(-ctypes.addressof(self._memory) // _ALIGNED) * _ALIGNED


class LibDecaf:
    """The functions, each with the arguments of its header ``decaf/point_255.h``: addresses, results first.

    `multiply`, `multiply_by_table`, `sum_of_two` (a·P + b·Q) and `two_multiples` (a·P, b·P) take the same time for all
    scalars. The variable-time functions of the library are not bound.
    """

    def __init__(self, name: str) -> None:
        address = ctypes.c_void_p
        releasing, short = ctypes.CDLL(name), ctypes.PyDLL(name)

        def function(library: ctypes.CDLL, given: str, result: type | None, *arguments: type) -> Callable[..., Any]:
            found = getattr(library, _PREFIX + given)
            found.restype, found.argtypes = result, arguments
            checked: Callable[..., Any] = found
            return checked

        self.multiply = function(releasing, "point_scalarmul", None, *[address] * 3)
        self.multiply_by_table = function(releasing, "precomputed_scalarmul", None, *[address] * 3)
        self.sum_of_two = function(releasing, "point_double_scalarmul", None, *[address] * 5)
        self.two_multiples = function(releasing, "point_dual_scalarmul", None, *[address] * 5)
        self.add = function(short, "point_add", None, *[address] * 3)
        self.subtract = function(short, "point_sub", None, *[address] * 3)
        self._encode = function(short, "point_encode", None, *[address] * 2)
        self._decode = function(short, "point_decode", ctypes.c_int32, address, ctypes.c_char_p, ctypes.c_uint64)
        self._decode_scalar = function(short, "scalar_decode", ctypes.c_int32, address, ctypes.c_char_p)
        self._precompute = function(releasing, "precompute", None, *[address] * 2)
        self._table_size = ctypes.c_size_t.in_dll(releasing, _PREFIX + "sizeof_precomputed_s").value
        self.base_table: int = address.in_dll(releasing, _PREFIX + "precomputed_base").value or 0
        self._scratch = Scratch()

    @classmethod
    def installed(cls) -> Self | None:
        """Return the system's library, or nothing where it has none, or one built without this group."""
        try:
            return cls(SONAME)
        except (OSError, AttributeError, ValueError):
            return None

    @contextmanager
    def scratch(self) -> Iterator[Scratch]:
        """Lend this thread's place for one calculation, and wipe it."""
        own = self._scratch
        try:
            yield own
        finally:
            own.wipe()

    def decode(self, into: int, encoded: bytes, *, identity: bool = False) -> bool:
        """Decode a point of any origin; False if it is not canonical, not 32 bytes, or (unless told) the identity."""
        return len(encoded) == _ENCODED and self._decode(into, encoded, -1 if identity else 0) == _SUCCESS

    def decode_scalar(self, into: int, scalar: bytes) -> None:
        """Take a scalar of 32 bytes in."""
        if len(scalar) != _SCALAR or self._decode_scalar(into, scalar) != _SUCCESS:
            raise ValueError("a scalar was not checked before")

    def encode(self, scratch: Scratch, point: int) -> bytes:
        """Return the canonical 32 bytes of a point."""
        self._encode(scratch.encoded, point)
        return scratch.octets()

    def table(self, point: int) -> Table:
        """Return the table of a decoded point."""
        made = Table(self._table_size)
        self._precompute(made.address, point)
        return made
