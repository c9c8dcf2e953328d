"""The NIST PKI test suite (PKITS 1.0.1) as `cryptography-vectors` carries it: files without expectations."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

import cryptography_vectors

AT = datetime(2012, 1, 1, tzinfo=UTC)
"""A time at which what the suite calls valid is: its certificates run from 2010 to 2030."""
ROOT = "TrustAnchorRootCertificate"
_FOLDER = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
POLICY = {number: f"2.16.840.1.101.3.2.1.48.{number}" for number in range(1, 7)}
"""NIST-test-policy-1 to -6 (PKITS §3)."""


@functools.cache
def certificates() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((_FOLDER / "certs").glob("*.crt"))}


@functools.cache
def lists() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((_FOLDER / "crls").glob("*.crl")))


@functools.cache
def end_entities() -> tuple[str, ...]:
    return tuple(name for name in certificates() if name.endswith("EE"))


@functools.cache
def intermediates() -> dict[str, bytes]:
    return {name: der for name, der in certificates().items() if name != ROOT and not name.endswith("EE")}
