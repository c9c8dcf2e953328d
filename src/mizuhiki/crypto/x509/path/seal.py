"""Results that only the verifier makes: their constructors demand a value that stays inside this package."""

from __future__ import annotations

from typing import Final


class Seal:
    """The mark that a result was made by a verifier and not by whoever holds it."""

    __slots__ = ()


SEAL: Final = Seal()


def check_seal(seal: Seal) -> None:
    """Refuse to make a result without the mark.

    Raises:
        TypeError: somebody else than the verifier calls the constructor.
    """
    if seal is not SEAL:
        message = "only the verifier makes this"
        raise TypeError(message)
