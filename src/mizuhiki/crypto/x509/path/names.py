"""Comparing distinguished names as RFC 5280 §7.1 has it: letter case and repeated spaces do not matter."""

from __future__ import annotations

import functools
import unicodedata

from cryptography import x509

Attribute = tuple[str, str | bytes]
RelativeName = frozenset[Attribute]
ComparableName = tuple[RelativeName, ...]
"""A name of which two compare equal when RFC 5280 §7.1 says they match; the encoding of a string plays no part."""


def _fold(value: str | bytes) -> str | bytes:
    """Prepare a string as RFC 4518 does: compatibility form, folded case, insignificant spaces removed."""
    if isinstance(value, bytes):
        return value
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


@functools.lru_cache(maxsize=4096)
def _folded_attribute(oid: str, value: str | bytes) -> Attribute:
    return oid, _fold(value)


def comparable(name: x509.Name) -> ComparableName:
    """Return `name` in the form in which names are compared."""
    return tuple(
        frozenset(_folded_attribute(attribute.oid.dotted_string, attribute.value) for attribute in relative)
        for relative in name.rdns
    )


def comparable_relative(relative: x509.RelativeDistinguishedName) -> RelativeName:
    """Return one relative name in the form in which names are compared."""
    return frozenset(_folded_attribute(attribute.oid.dotted_string, attribute.value) for attribute in relative)


def begins_with(name: ComparableName, base: ComparableName) -> bool:
    """Say whether `name` lies in the subtree of `base`, itself included."""
    return name[: len(base)] == base
