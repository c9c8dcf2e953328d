"""Hold the key ceremony of the certification authorities from one YAML: device, officers, roots (R-196)."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

import msgspec
import yaml  # type: ignore[import-untyped]  # publishes no types

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
from mizuhiki.runtime.database import Database, DatabaseUrlUnsupported
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.typed_values import converted

JPKI = institution_id(InstitutionKind.JPKI)


class CeremonyFileMalformed(Malformed):
    """The file is no YAML, has a field too many or too few, or names what cannot be used.

    Fields `where` and `rule` name the place in the file and what is asked of it.
    """

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
    file = _read(path)
    script = CeremonyScript(
        file.held_at,
        file.place,
        file.basis,
        tuple(Officer(one.name, one.part) for one in file.officers),
        tuple(PlannedRoot(one.kind, one.serial, one.starts_on, one.years, one.generation) for one in file.roots),
    )
    script.require_sound()
    database = _database(file)
    try:
        # The database answers before the keystore makes a key.
        keystore = _keystore(file)
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


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # the package publishes no types
    """YAML whose times stay text, so that a day that does not exist is refused with the field it stands in."""

    yaml_implicit_resolvers: ClassVar = {
        first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _read(path: Path) -> CeremonyFile:
    try:
        return converted(yaml.load(path.read_bytes(), _Loader), CeremonyFile)  # noqa: S506 - a SafeLoader
    except msgspec.ValidationError as cause:
        rule, _, where = str(cause).partition(" - at ")
        raise CeremonyFileMalformed(where=where.strip("`").removeprefix("$.") or "file", rule=rule) from cause
    except yaml.MarkedYAMLError as cause:
        line = f"line {cause.problem_mark.line + 1}" if cause.problem_mark else "file"
        raise CeremonyFileMalformed(where=line, rule="yaml") from cause
    except (yaml.YAMLError, ValueError, RecursionError) as cause:
        raise CeremonyFileMalformed(where="file", rule="yaml") from cause


def _database(file: CeremonyFile) -> Database:
    try:
        return Database(file.database)
    except DatabaseUrlUnsupported as cause:
        raise CeremonyFileMalformed(where="database", rule="url-of-sqlite-or-postgresql") from cause


def _keystore(file: CeremonyFile) -> Keystore:
    if file.device is not None and file.keystore is None:
        from mizuhiki.crypto.keystore import Pkcs11Keystore  # noqa: PLC0415 - loads the device's binding on demand

        pin = _secret(file.device.pin_variable, "device.pin_variable")
        return Pkcs11Keystore(file.device.module, file.device.token, pin)
    if file.keystore is not None and file.device is None:
        path = Path(file.keystore.path)
        secret = _secret(file.keystore.passphrase_variable, "keystore.passphrase_variable")
        try:
            return (
                FileKeystore.open(path, secret)
                if path.exists()
                else FileKeystore.create(path, secret, SystemRandomness())
            )
        except OSError as cause:
            raise CeremonyFileMalformed(where="keystore.path", rule="file-that-can-be-written") from cause
    raise CeremonyFileMalformed(where="device, keystore", rule="exactly-one-is-given")


def _secret(variable: str, where: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise CeremonyFileMalformed(where=where, rule="environment-variable-set", variable=variable)
    return value
