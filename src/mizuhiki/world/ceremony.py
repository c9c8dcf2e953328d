"""Hold the key ceremony of the certification authorities from one YAML: device, officers, roots (R-196)."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import msgspec

from mizuhiki.crypto.keystore import FileKeystore, Keystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.institutions.jpki.domain.ceremony import CeremonyScript, Officer, PlannedRoot
from mizuhiki.institutions.jpki.domain.certificates import FIRST_GENERATION, AuthorityRoot, Kind
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_scripted_ceremony
from mizuhiki.institutions.jpki.store import METADATA, SqlStore
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id

JPKI = institution_id(InstitutionKind.JPKI)


class CeremonyFileMalformed(Malformed):
    """The file is no YAML, has a field too many or too few, or names a secret's variable that is not set."""

    code = "ceremony-file-malformed"
    title = "The ceremony's file cannot be read"


class DevicePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PKCS#11 token; its PIN stands in the environment variable `pin_variable`, never in the file."""

    module: str
    token: str
    pin_variable: str


class FilePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A keystore file for rehearsals; its passphrase stands in the environment variable `passphrase_variable`."""

    path: str
    passphrase_variable: str


class OfficerPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the room."""

    name: str
    part: str


class RootPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One root; `serial` in hexadecimal."""

    kind: Kind
    serial: str
    starts_on: date
    years: int = 10
    generation: str = FIRST_GENERATION


class CeremonyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. Exactly one of `device` and `keystore` is given; roots and transcripts are kept in `database`."""

    held_at: datetime
    place: str
    basis: str
    database: str
    officers: list[OfficerPart]
    roots: list[RootPart]
    device: DevicePart | None = None
    keystore: FilePart | None = None


def hold_ceremony(path: Path) -> list[AuthorityRoot]:
    """Hold the ceremony of a file and return its roots with their transcripts.

    Raises:
        CeremonyFileMalformed: the file cannot be read.
        CeremonyScriptRefused, RootKnownWithOtherContent: see `hold_scripted_ceremony`.
        KeystoreDeviceUnavailable, KeystoreMissing, KeystorePassphraseWrong: the keys cannot be reached.
    """
    try:
        file = msgspec.yaml.decode(path.read_bytes(), type=CeremonyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise CeremonyFileMalformed(where=str(cause).rpartition(" at ")[2]) from cause
    script = CeremonyScript(
        file.held_at,
        file.place,
        file.basis,
        tuple(Officer(one.name, one.part) for one in file.officers),
        tuple(PlannedRoot(one.kind, one.serial, one.starts_on, one.years, one.generation) for one in file.roots),
    )
    script.require_sound()
    keystore = _keystore(file)
    database = Database(file.database)
    try:
        database.create(METADATA)
        store = SqlStore(database, JPKI, keystore, Audit(database, AUDIT, EVENTS))
        context = Context(
            Actor(JPKI, "ceremony"),
            "card-issue",
            file.basis,
            "establish the certification authorities",
            FixedClock(file.held_at),
            "ceremony",
        )
        authority = Authority.from_package("mizuhiki.institutions.jpki")
        return hold_scripted_ceremony(context, script=script, store=store, authority=authority, keystore=keystore)
    finally:
        database.dispose()


def _keystore(file: CeremonyFile) -> Keystore:
    if file.device is not None and file.keystore is None:
        from mizuhiki.crypto.keystore import Pkcs11Keystore  # noqa: PLC0415 - loads the device's binding on demand

        return Pkcs11Keystore(file.device.module, file.device.token, _secret(file.device.pin_variable))
    if file.keystore is not None and file.device is None:
        path, secret = Path(file.keystore.path), _secret(file.keystore.passphrase_variable)
        return (
            FileKeystore.open(path, secret) if path.exists() else FileKeystore.create(path, secret, SystemRandomness())
        )
    raise CeremonyFileMalformed(where="device or keystore")


def _secret(variable: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise CeremonyFileMalformed(where=f"environment variable {variable}")
    return value
