"""The arithmetic of lines by libdecaf: each point is decoded once, each result encoded once, nothing in between.

What it takes for an inquiry, against libsodium's operations, is in decision 0105.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from mizuhiki.crypto.pseudonyms.arithmetic.libdecaf import LibDecaf, Scratch, Table
from mizuhiki.crypto.pseudonyms.group import BASE, IDENTITY, PointIsIdentity, require_point, scalar_negate
from mizuhiki.crypto.pseudonyms.lines import Ciphertext
from mizuhiki.vocabulary.errors import Corrupt

_MOST_TABLES = 2_048
"""Tables of keys that are kept, 9 kB each: more than there are bodies to convert for."""
_MOST_FACTORS = 24
"""Pairs of factors that are decoded at a time; more are taken one after the other."""


class GroupLibrariesDisagree(Corrupt):
    """libdecaf refused a point that libsodium takes."""

    code = "group-libraries-disagree"
    title = "Two libraries disagree about a group element"


class DecafArithmetic:
    """See `arithmetic.Arithmetic`."""

    name = "libdecaf"

    def __init__(self, library: LibDecaf) -> None:
        self._library = library
        self._table: Callable[[bytes], Table] = lru_cache(_MOST_TABLES)(self._table_of)

    def _table_of(self, key: bytes) -> Table:
        with self._library.scratch() as scratch:
            self._take(scratch.points[0], key)
            return self._library.table(scratch.points[0])

    def _take(self, into: int, point: bytes, *, identity: bool = False) -> None:
        """Decode a point from outside or refuse it by name."""
        if not self._library.decode(into, point, identity=identity):
            require_point(point)
            raise GroupLibrariesDisagree

    def _give(self, scratch: Scratch, point: int) -> bytes:
        """Encode a result that must not be the identity."""
        found = self._library.encode(scratch, point)
        if found == IDENTITY:
            raise PointIsIdentity
        return found

    def encrypted(self, points: Sequence[bytes], randomness: Sequence[bytes], key: bytes) -> list[Ciphertext]:
        """Return each point encrypted, with a table of the base and one of the key."""
        table, library = self._table(key), self._library
        lines = []
        with library.scratch() as scratch:
            c1, c2, person, *_ = scratch.points
            for point, r in zip(points, randomness, strict=True):
                self._mask(scratch, r, table, c1, c2)
                self._take(person, point)
                library.add(c2, c2, person)
                lines.append(Ciphertext(library.encode(scratch, c1), library.encode(scratch, c2)))
        return lines

    def _mask(self, scratch: Scratch, scalar: bytes, table: Table, c1: int, c2: int) -> None:
        """Put ``scalar·G`` and ``scalar·key`` where they are told."""
        library, place = self._library, scratch.scalars[0]
        library.decode_scalar(place, scalar)
        library.multiply_by_table(c1, library.base_table, place)
        library.multiply_by_table(c2, table.address, place)

    def converted(
        self,
        inputs: Sequence[Ciphertext],
        masks: Sequence[bytes],
        key_in: bytes,
        factors: Sequence[tuple[bytes, bytes]],
    ) -> list[list[Ciphertext]]:
        """Return each input masked once and converted for two targets at a time."""
        if len(factors) > _MOST_FACTORS:
            first, others = factors[:_MOST_FACTORS], factors[_MOST_FACTORS:]
            return self.converted(inputs, masks, key_in, first) + self.converted(inputs, masks, key_in, others)
        table, library = self._table(key_in), self._library
        found: list[list[Ciphertext]] = [[] for _ in factors]
        with library.scratch() as scratch:
            c1, c2, half1, half2, *_ = scratch.points
            pairs = [(scratch.scalars[2 * j + 1], scratch.scalars[2 * j + 2]) for j in range(len(factors))]
            for places, given in zip(pairs, factors, strict=True):
                for place, scalar in zip(places, given, strict=True):
                    library.decode_scalar(place, scalar)
            for line, mask in zip(inputs, masks, strict=True):
                self._take(half1, line.c1)
                self._take(half2, line.c2)
                self._mask(scratch, mask, table, c1, c2)
                library.add(c1, c1, half1)
                library.add(c2, c2, half2)
                self._multiplied(scratch, pairs, found)
        return found

    def _multiplied(self, scratch: Scratch, pairs: Sequence[tuple[int, int]], found: list[list[Ciphertext]]) -> None:
        """Add the masked line in the first two points to `found`, multiplied by each pair of factors."""
        library, give = self._library, self._give
        c1, c2, _, _, one1, one2, two1, two2, *_ = scratch.points
        for j in range(0, len(pairs) - 1, 2):
            (n, f), (other_n, other_f) = pairs[j], pairs[j + 1]
            library.two_multiples(one1, two1, c1, f, other_f)
            library.two_multiples(one2, two2, c2, n, other_n)
            found[j].append(Ciphertext(give(scratch, one1), give(scratch, one2)))
            found[j + 1].append(Ciphertext(give(scratch, two1), give(scratch, two2)))
        if len(pairs) % 2:
            n, f = pairs[-1]
            library.multiply(one1, c1, f)
            library.multiply(one2, c2, n)
            found[-1].append(Ciphertext(give(scratch, one1), give(scratch, one2)))

    def opened(self, inputs: Sequence[Ciphertext], n: bytes, m: bytes) -> list[bytes]:
        """Return what each input holds under both factors, as one sum of two multiples."""
        library, found = self._library, []
        with library.scratch() as scratch:
            c1, c2, person, *_ = scratch.points
            place_n, place_m, *_ = scratch.scalars
            library.decode_scalar(place_n, n)
            library.decode_scalar(place_m, scalar_negate(m))
            for line in inputs:
                self._take(c1, line.c1)
                self._take(c2, line.c2)
                library.sum_of_two(person, c2, place_n, c1, place_m)
                found.append(self._give(scratch, person))
        return found

    def decrypted(self, inputs: Sequence[Ciphertext], scalar: bytes) -> list[bytes]:
        """Return what each input holds under a key."""
        library, found = self._library, []
        with library.scratch() as scratch:
            c1, c2, *_ = scratch.points
            place = scratch.scalars[0]
            library.decode_scalar(place, scalar)
            for line in inputs:
                self._take(c1, line.c1)
                self._take(c2, line.c2)
                library.multiply(c1, c1, place)
                library.subtract(c2, c2, c1)
                found.append(self._give(scratch, c2))
        return found

    def weighted_sum(self, weights: Sequence[bytes], points: Sequence[bytes]) -> bytes:
        """Return the sum, two points at a time."""
        if IDENTITY in weights[1:]:
            raise PointIsIdentity
        library = self._library
        with library.scratch() as scratch:
            total = scratch.points[0]
            self._take(total, points[0])
            self._add_multiples(scratch, total, list(zip(weights[1:], points[1:], strict=True)), identity=False)
            return library.encode(scratch, total)

    def combination(self, *terms: tuple[bytes, bytes]) -> bytes:
        """Return the sum, multiples of the base by its table."""
        library = self._library
        with library.scratch() as scratch:
            total, own, *_ = scratch.points
            self._take(total, IDENTITY, identity=True)
            for scalar in (scalar for scalar, point in terms if point == BASE):
                library.decode_scalar(scratch.scalars[0], scalar)
                library.multiply_by_table(own, library.base_table, scratch.scalars[0])
                library.add(total, total, own)
            self._add_multiples(scratch, total, [term for term in terms if term[1] != BASE], identity=True)
            return library.encode(scratch, total)

    def _add_multiples(
        self, scratch: Scratch, total: int, terms: Sequence[tuple[bytes, bytes]], *, identity: bool
    ) -> None:
        """Add scalar times point to `total` for each term."""
        library = self._library
        _, product, left, right, *_ = scratch.points
        a, b, *_ = scratch.scalars
        for j in range(0, len(terms) - 1, 2):
            (first, point), (second, other) = terms[j], terms[j + 1]
            self._take(left, point, identity=identity)
            self._take(right, other, identity=identity)
            library.decode_scalar(a, first)
            library.decode_scalar(b, second)
            library.sum_of_two(product, left, a, right, b)
            library.add(total, total, product)
        if len(terms) % 2:
            scalar, point = terms[-1]
            self._take(left, point, identity=identity)
            library.decode_scalar(a, scalar)
            library.multiply(product, left, a)
            library.add(total, total, product)
