"""The group ristretto255 (RFC 9496) by libsodium, with refusals by name.

Points and scalars are 32-byte strings. Every operation on a secret scalar is one constant-time libsodium call. The
binding reports a wrong length or an invalid point in some functions only, and adds invalid points to zero silently;
therefore everything from outside passes `require_point` or `require_scalar` first, or goes into one of the functions
here that say that they refuse bad points themselves. The identity is refused wherever a point arrives or leaves.
"""

from __future__ import annotations

from collections.abc import Callable

import rbcl

from mizuhiki.crypto.digests import framed, hmac_sha512, labelled_hash_512
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Corrupt, Refused

LENGTH = 32
ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes(LENGTH)
ONE = (1).to_bytes(LENGTH, "little")
BASE: bytes = rbcl.crypto_scalarmult_ristretto255_base(ONE)


class PointInvalid(Refused):
    """Not the canonical encoding of a group element."""

    code = "pseudonym-point-invalid"
    title = "This is not a canonical group element"


class PointIsIdentity(Refused):
    """The identity element, which would make a conversion or key meaningless."""

    code = "pseudonym-point-is-identity"
    title = "The identity element is refused"


class ScalarInvalid(Refused):
    """Not a canonical scalar, or zero where zero is refused."""

    code = "pseudonym-scalar-invalid"
    title = "This is not a canonical scalar"


class ScalarDegenerate(Corrupt):
    """A derived secret is zero: broken randomness or a broken derivation."""

    code = "pseudonym-scalar-degenerate"
    title = "A derived secret is degenerate"


def require_point(point: bytes) -> bytes:
    """Return `point` if it is the canonical encoding of an element other than the identity.

    Raises:
        PointInvalid: wrong length, not canonical, or not on the group.
        PointIsIdentity: the identity element.
    """
    if not isinstance(point, bytes) or len(point) != LENGTH:
        raise PointInvalid(length=len(point))
    if point == IDENTITY:
        raise PointIsIdentity
    if not rbcl.crypto_core_ristretto255_is_valid_point(point):
        raise PointInvalid
    return point


def require_scalar(scalar: bytes) -> bytes:
    """Return `scalar` if it is canonical (less than the order) and not zero.

    Raises:
        ScalarInvalid: wrong length, not reduced, or zero.
    """
    if not isinstance(scalar, bytes) or len(scalar) != LENGTH:
        raise ScalarInvalid(length=len(scalar))
    if not 0 < int.from_bytes(scalar, "little") < ORDER:
        raise ScalarInvalid
    return scalar


def require_response(scalar: bytes) -> bytes:
    """Return `scalar` if it is canonical; zero is allowed, as it may be in a proof.

    Raises:
        ScalarInvalid: wrong length or not reduced.
    """
    if len(scalar) != LENGTH or int.from_bytes(scalar, "little") >= ORDER:
        raise ScalarInvalid
    return scalar


def multiply(scalar: bytes, point: bytes) -> bytes:
    """Return ``scalar·point`` for a checked scalar other than zero.

    libsodium decodes the point strictly and refuses the identity, so a point from outside needs no check before this.

    Raises:
        PointInvalid: the point is not canonical.
        PointIsIdentity: the point is the identity.
    """
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, point)
    except RuntimeError as cause:
        require_point(point)
        raise PointIsIdentity from cause
    except (TypeError, ValueError):
        require_point(point)
        raise
    return product


def multiply_public(scalar: bytes, point: bytes) -> bytes:
    """Return ``scalar·point``; either may be degenerate (verification must compute, then compare)."""
    if IDENTITY in (scalar, point):
        return IDENTITY
    return multiply(scalar, point)


def multiply_base(scalar: bytes) -> bytes:
    """Return ``scalar·G`` for a checked scalar other than zero."""
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255_base(scalar)
    except RuntimeError as cause:
        raise PointIsIdentity from cause
    return product


def add(left: bytes, right: bytes) -> bytes:
    """Return the sum of two checked points; it may be the identity."""
    total: bytes = rbcl.crypto_core_ristretto255_add(left, right)
    return total


def subtract(left: bytes, right: bytes) -> bytes:
    """Return the difference of two checked points; it may be the identity."""
    difference: bytes = rbcl.crypto_core_ristretto255_sub(left, right)
    return difference


def _on_given(operation: Callable[[bytes, bytes], bytes]) -> Callable[[bytes, bytes], bytes]:
    """Return an operation on a point from outside and a checked one, whose result is never the identity.

    libsodium decodes the first strictly; the binding then leaves zeros where it was refused, which no valid result is.
    Made once for each operation, so that a use of it is one call, as the hot path of every conversion needs it.
    """

    def checked(given: bytes, own: bytes) -> bytes:
        if len(given) != LENGTH or given == IDENTITY:
            require_point(given)
        found = operation(given, own)
        if found == IDENTITY:
            require_point(given)
            raise PointIsIdentity
        return found

    return checked


subtract_from_given = _on_given(rbcl.crypto_core_ristretto255_sub)
"""``given - own``; PointInvalid where `given` is no canonical point, PointIsIdentity where it or the result is that."""
add_to_given = _on_given(rbcl.crypto_core_ristretto255_add)
"""``given + own``; raises what `subtract_from_given` raises."""


def scalar_multiply(left: bytes, right: bytes) -> bytes:
    """Return the product of two scalars modulo the order."""
    product: bytes = rbcl.crypto_core_ristretto255_scalar_mul(left, right)
    return product


def scalar_add(left: bytes, right: bytes) -> bytes:
    """Return the sum of two scalars modulo the order."""
    total: bytes = rbcl.crypto_core_ristretto255_scalar_add(left, right)
    return total


def scalar_negate(scalar: bytes) -> bytes:
    """Return the scalar that adds up to zero with this one."""
    negative: bytes = rbcl.crypto_core_ristretto255_scalar_negate(scalar)
    return negative


def scalar_divide(left: bytes, right: bytes) -> bytes:
    """Return ``left / right`` modulo the order; `right` is not zero."""
    inverse: bytes = rbcl.crypto_core_ristretto255_scalar_invert(right)
    return scalar_multiply(left, inverse)


def reduce_wide(octets: bytes) -> bytes:
    """Return 64 uniform bytes reduced modulo the order."""
    if len(octets) != 2 * LENGTH:
        raise ScalarInvalid(length=len(octets))
    scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(octets)
    return scalar


def _not_zero(scalar: bytes) -> bytes:
    if scalar == IDENTITY:
        raise ScalarDegenerate
    return scalar


def random_scalar(randomness: Randomness) -> bytes:
    """Return a uniform scalar other than zero."""
    return _not_zero(reduce_wide(randomness.bytes(2 * LENGTH)))


def random_scalars(count: int, randomness: Randomness) -> list[bytes]:
    """Return `count` scalars as `random_scalar` does, from one draw."""
    drawn, wide = randomness.bytes(2 * LENGTH * count), 2 * LENGTH
    return [_not_zero(reduce_wide(drawn[start : start + wide])) for start in range(0, len(drawn), wide)]


def derived_scalar(key: SecretKey, label: str, *parts: bytes) -> bytes:
    """Return the scalar other than zero that HMAC-SHA-512 under `key` gives for a label and parts."""
    return _not_zero(reduce_wide(hmac_sha512(key.reveal(), framed(label, *parts))))


def challenge_scalar(label: str, *parts: bytes) -> bytes:
    """Return the Fiat-Shamir challenge over a label and parts."""
    return reduce_wide(labelled_hash_512(label, *parts))


def hash_to_group(label: str, *parts: bytes) -> bytes:
    """Return the group element with unknown logarithm that a label and parts hash to (RFC 9496 §4.3.4)."""
    point: bytes = rbcl.crypto_core_ristretto255_from_hash(labelled_hash_512(label, *parts))
    return require_point(point)


SHUFFLE_BASE: bytes = hash_to_group("pseudonyms/shuffle-base")
"""H_0: the point on which shuffle factors are published, ``S = s·H_0``."""
