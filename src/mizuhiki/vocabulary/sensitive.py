"""Values that must never appear in a log, an error, a page by accident or a file.

A sensitive value is a plain slotted class, not a dataclass: `dataclasses.asdict` and JSON encoders dig through
dataclasses, and a `__dict__` is dug through by `vars`. The only exit is `reveal()`, whose call sites are listed.
"""

from __future__ import annotations

from typing import Generic, NoReturn, Self, SupportsIndex, TypeVar

Value = TypeVar("Value", str, bytes)


class SensitiveLeak(TypeError):
    """A program tried to pickle or change a sensitive value: a fault of the program, never of a user."""


def _equal(left: bytes, right: bytes) -> bool:
    """Compare without stopping at the first difference (the length is not secret)."""
    if len(left) != len(right):
        return False
    difference = 0
    for ours, theirs in zip(left, right, strict=True):
        difference |= ours ^ theirs
    return difference == 0


class Sensitive(Generic[Value]):
    """Base of values whose content is shown by `reveal()` only.

    Equal to another value of the same class with the same content; hashable, so that it may key a dictionary in
    memory. Copies are the same object. Attributes cannot be set; pickling raises `SensitiveLeak`.
    """

    __slots__ = ("_value",)
    _value: Value

    def __init__(self, value: Value) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> Value:
        """Return the content; each call site must have a reason to see it."""
        return self._value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Sensitive):
            return NotImplemented
        return _equal(_as_bytes(self._value), _as_bytes(other._value))

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise SensitiveLeak(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise SensitiveLeak(f"{type(self).__name__} cannot be changed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __getstate__(self) -> NoReturn:
        raise SensitiveLeak(f"{type(self).__name__} cannot be serialised")

    def __reduce__(self) -> NoReturn:
        raise SensitiveLeak(f"{type(self).__name__} cannot be serialised")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise SensitiveLeak(f"{type(self).__name__} cannot be serialised")


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
