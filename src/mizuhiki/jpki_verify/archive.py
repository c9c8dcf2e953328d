"""Keeping a verified signature so that anybody can verify it again when certificates are long over.

What is kept is evidence, not a verdict: signature, certificates, and the signed status statements. Verifying again
goes through every check for the time of the signature. Proved by it: (1) the holder of the certificate signed the
content, (2) the certificate was in order at that time. That it *was* that time is proved by a time-stamp if there is
one; without one it rests on the keeper's record, and the result says so (`TimeBasis`).
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec
from msgspec import Struct

from mizuhiki.crypto.x509.path import StatusMaterial
from mizuhiki.jpki_verify.results import TimeBasis, VerifiedSignature
from mizuhiki.jpki_verify.verifier import Moment, Verifier
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.typed_values import read_json


class ArchiveMalformed(Malformed):
    """Not a record of an archived signature."""

    code = "signature-archive-malformed"
    title = "The archived signature cannot be read"


class ArchiveTimeImpossible(Refused):
    """The record is dated after the moment it is verified at."""

    code = "signature-archive-time-impossible"
    title = "The archived signature is dated in the future"


class SignatureForm(enum.StrEnum):
    """How the signature is encoded."""

    RAW = "raw"
    CMS = "cms"


class ArchivedSignature(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A signature with all that is needed to verify it later; the content itself is kept by its owner.

    `certificate` and `digest` are of the raw form. `verified_at` is when it verified, `gathered_at` when the status
    statements were put aside. `timestamp` is a token over the signature value of the raw form.
    """

    form: SignatureForm
    signature: bytes
    verified_at: datetime
    gathered_at: datetime
    certificate: bytes = b""
    digest: str | None = None
    timestamp: bytes | None = None
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


def write_archive(archived: ArchivedSignature) -> bytes:
    """Return the record as JSON."""
    return msgspec.json.encode(archived)


def read_archive(record: bytes) -> ArchivedSignature:
    """Return a record.

    Raises:
        ArchiveMalformed: it is none.
    """
    try:
        archived = read_json(record, ArchivedSignature)
    except msgspec.DecodeError as cause:
        raise ArchiveMalformed from cause
    if archived.verified_at.tzinfo is None or archived.gathered_at.tzinfo is None:
        raise ArchiveMalformed(item="time")
    return archived


def archive_signature(
    verified: VerifiedSignature,
    *,
    form: SignatureForm,
    signature: bytes,
    gathered_at: datetime,
    digest: str | None = None,
    timestamp: bytes | None = None,
) -> ArchivedSignature:
    """Return the record of a signature that verified, with the statements that were believed."""
    holders = (verified.holder, *verified.timestamps)
    found = [statement for holder in holders for statement in holder.status]
    return ArchivedSignature(
        form=form,
        signature=signature,
        verified_at=verified.at,
        gathered_at=gathered_at,
        certificate=verified.holder.certificate if form is SignatureForm.RAW else b"",
        digest=digest,
        timestamp=timestamp,
        lists=_distinct([der for statement in found if statement.source == "crl" for der in statement.statements]),
        answers=_distinct([der for statement in found if statement.source == "ocsp" for der in statement.statements]),
    )


def _distinct(statements: list[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(statements))


def verify_archived(
    verifier: Verifier, archived: ArchivedSignature, content: bytes | None, *, now: datetime
) -> VerifiedSignature:
    """Verify a kept signature for the time it was made.

    Raises:
        ArchiveTimeImpossible: the record says it was made after `now`, or gathered before it verified.
        Others: see `Verifier.verify_signature` and `Verifier.verify_cms`.
    """
    if archived.gathered_at > now or archived.verified_at > archived.gathered_at:
        raise ArchiveTimeImpossible
    moment = Moment(archived.verified_at, archived.gathered_at)
    material = StatusMaterial(lists=archived.lists, answers=archived.answers)
    if archived.form is SignatureForm.CMS:
        return verifier.verify_cms(
            archived.signature, moment=moment, content=content, material=material, basis=TimeBasis.RECORD
        )
    if content is None:
        raise ArchiveMalformed(item="content")
    return verifier.verify_signature(
        certificate=archived.certificate,
        content=content,
        signature=archived.signature,
        moment=moment,
        digest=archived.digest,
        material=material,
        basis=TimeBasis.RECORD,
        timestamp=archived.timestamp,
    )
