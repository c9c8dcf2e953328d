"""What is calculated for whole lines and proofs, by one of two libraries that give the same bytes (decision 0105).

`libsodium` is always there. `libdecaf`, where the system has it, keeps points decoded between the steps of a line,
keeps tables of the few keys lines are masked under, and multiplies two at once: a quarter less for the same inquiry.
Which one a process calculates with is never seen in what it gives.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from mizuhiki.crypto.digests import labelled_hash_512
from mizuhiki.crypto.pseudonyms.arithmetic.by_libdecaf import DecafArithmetic
from mizuhiki.crypto.pseudonyms.arithmetic.by_libsodium import SodiumArithmetic
from mizuhiki.crypto.pseudonyms.arithmetic.libdecaf import SONAME, LibDecaf
from mizuhiki.crypto.pseudonyms.group import BASE, IDENTITY, hash_to_group, multiply_base, reduce_wide
from mizuhiki.crypto.pseudonyms.lines import Ciphertext
from mizuhiki.vocabulary.errors import Corrupt

VARIABLE = "MIZUHIKI_GROUP_LIBRARY"
"""The environment variable that names the library: unset, libdecaf where it is installed and libsodium elsewhere."""


class GroupLibraryUnknown(Corrupt):
    """`MIZUHIKI_GROUP_LIBRARY` names neither libsodium nor libdecaf."""

    code = "group-library-unknown"
    title = "This library for pseudonyms is not known: write libsodium or libdecaf"


class GroupLibraryMissing(Corrupt):
    """libdecaf was asked for by name and the system does not have it."""

    code = "group-library-missing"
    title = "libdecaf is not installed; install it or leave MIZUHIKI_GROUP_LIBRARY unset"


class GroupLibraryDiffers(Corrupt):
    """The system's libdecaf calculates something else than libsodium; nothing is converted with it."""

    code = "group-library-differs"
    title = "The installed libdecaf gives wrong results; remove it or set MIZUHIKI_GROUP_LIBRARY=libsodium"


class Arithmetic(Protocol):
    """Calculations on checked scalars other than zero, and on points from outside, which are refused by name here.

    Every function raises PointInvalid where a point is not canonical, and PointIsIdentity where one is the identity
    or a result would be, unless it says otherwise.
    """

    name: str

    def encrypted(self, points: Sequence[bytes], randomness: Sequence[bytes], key: bytes) -> list[Ciphertext]:
        """Return ``(r·G, P + r·key)`` for each point P; a second half may be the identity."""

    def converted(
        self,
        inputs: Sequence[Ciphertext],
        masks: Sequence[bytes],
        key_in: bytes,
        factors: Sequence[tuple[bytes, bytes]],
    ) -> list[list[Ciphertext]]:
        """Return, for each (n, f), ``(f·(C1 + ρ·G), n·(C2 + ρ·key_in))`` of each input under its mask ρ."""

    def opened(self, inputs: Sequence[Ciphertext], n: bytes, m: bytes) -> list[bytes]:
        """Return ``n·C2 - m·C1`` of each input."""

    def decrypted(self, inputs: Sequence[Ciphertext], scalar: bytes) -> list[bytes]:
        """Return ``C2 - scalar·C1`` of each input."""

    def weighted_sum(self, weights: Sequence[bytes], points: Sequence[bytes]) -> bytes:
        """Return the sum of each point times its weight; the first weight is 1, and the sum may be the identity."""

    def combination(self, *terms: tuple[bytes, bytes]) -> bytes:
        """Return the sum of scalar times point; scalars may be zero, points and the sum the identity."""


@cache
def arithmetic() -> Arithmetic:
    """Return what this process calculates with; libdecaf has given libsodium's results first.

    Whoever will calculate asks once when it is built, so that a process which cannot does not start. No case is refused
    for such a fault: its errors are the process's own, and nobody's rule.

    Raises:
        GroupLibraryUnknown, GroupLibraryMissing, GroupLibraryDiffers: see there.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", SodiumArithmetic.name, DecafArithmetic.name):
        raise GroupLibraryUnknown(variable=VARIABLE)
    library = None if wanted == SodiumArithmetic.name else LibDecaf.installed()
    if library is not None:
        return same_as_libsodium(DecafArithmetic(library))
    if wanted == DecafArithmetic.name:
        raise GroupLibraryMissing(library=SONAME)
    return SodiumArithmetic()


def same_as_libsodium(one: Arithmetic) -> Arithmetic:
    """Return `one` if it gives what libsodium gives for a few lines.

    Raises:
        GroupLibraryDiffers: it does not.
    """
    scalars = [reduce_wide(labelled_hash_512("pseudonyms/arithmetic-check", bytes([j]))) for j in range(6)]
    points = [hash_to_group("pseudonyms/arithmetic-check", bytes([j])) for j in range(3)]
    key = multiply_base(scalars[5])

    def results(arithmetic: Arithmetic) -> tuple[object, ...]:
        lines = arithmetic.encrypted(points, scalars[:3], key)
        return (
            lines,
            arithmetic.converted(lines, scalars[1:4], key, [(scalars[j], scalars[j + 1]) for j in range(3)]),
            arithmetic.opened(lines, scalars[0], scalars[4]),
            arithmetic.decrypted(lines, scalars[5]),
            arithmetic.weighted_sum(scalars[:3], points),
            arithmetic.combination(*zip(scalars, [BASE, IDENTITY, *points], strict=False)),
        )

    if results(one) != results(SodiumArithmetic()):
        raise GroupLibraryDiffers(library=one.name)
    return one
