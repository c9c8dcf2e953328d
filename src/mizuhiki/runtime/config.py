"""The configuration file of one institution, for `mizuhiki run INSTITUTION --config FILE`.

    institution = "municipality-452025"
    host = "municipality-452025.example.jp"
    database_url = "postgresql://mizuhiki@/municipality"
    directory = "directory.json"
    secrets_dir = "secrets"
    hold_pages = false               # true: keep an SQLite file in memory, see `runtime.held_pages`
    secure_cookies = true            # false only where pages are served without TLS, as in the demo

    [keystore]                       # or kind = "pkcs11" with module, token_label and pin_file
    kind = "file"
    path = "keystore.bin"
    passphrase_file = "passphrase"

    [listen]
    address = "0.0.0.0"
    port = 443
    workers = 2

    [tls]
    certificate = "tls.pem"
    key = "tls.key"
    authority = "world-ca.pem"

    [world]                          # only in a demo world: its date and when it was started
    date = 2019-12-02
    started_at = 2026-01-05T01:00:00Z

    [parameters]
    reader_url = "https://reader.example.jp"

Paths are taken from the folder of the file. An unknown key is an error: a misspelt one must not be ignored. Passphrases
and PINs stand in files of their own, never in this one, on a command line or in the environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from mizuhiki.crypto.keystore import FileKeystore, Keystore, Pkcs11Keystore
from mizuhiki.crypto.passphrases import OF_PRINTED, ScryptCost
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import Clock, SystemClock, WorldClock
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.held_pages import holding
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import field_of
from mizuhiki.runtime.server import TlsFiles
from mizuhiki.runtime.socket_transport import SocketTransport
from mizuhiki.vocabulary.errors import Malformed, MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.sensitive import Sensitive
from mizuhiki.vocabulary.typed_values import converted

Port = Annotated[int, Meta(ge=1, le=65535)]
Count = Annotated[int, Meta(ge=1, le=256)]


class ConfigurationUnreadable(Malformed):
    """The configuration cannot be used; the message names the file and the field."""

    code = "configuration-unreadable"
    title = "The configuration cannot be used"


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the sections."""


class FileKeystoreSection(_Section, frozen=True, tag_field="kind", tag="file"):
    """Keys in an encrypted file."""

    path: str
    passphrase_file: str


class DeviceKeystoreSection(_Section, frozen=True, tag_field="kind", tag="pkcs11"):
    """Keys in a device that speaks PKCS#11."""

    module: str
    token_label: str
    pin_file: str


class ListenSection(_Section, frozen=True):
    """Where to take connections."""

    address: str = "127.0.0.1"
    port: Port = 8443
    workers: Count = 1
    threads: Count = 16


class TlsSection(_Section, frozen=True):
    """PEM files; `authority` issued all institutions' certificates; `mutual` demands one of clients."""

    certificate: str
    key: str
    authority: str
    mutual: bool = False


class WorldSection(_Section, frozen=True):
    """The date of a demo world and the real instant at which it started."""

    date: date
    started_at: datetime


class Configuration(_Section, frozen=True):
    """The whole file."""

    institution: str
    host: str
    database_url: str
    directory: str
    keystore: FileKeystoreSection | DeviceKeystoreSection
    tls: TlsSection
    secrets_dir: str = "."
    listen: ListenSection = ListenSection()
    world: WorldSection | None = None
    secure_cookies: bool = True
    hold_pages: bool = False
    parameters: dict[str, str] = {}


class LoadedConfiguration:
    """A configuration with the folder its paths are relative to; opens what they name on demand."""

    def __init__(self, configuration: Configuration, folder: Path) -> None:
        self.configuration = configuration
        self.folder = folder
        self.institution: InstitutionId = parse_institution_id(configuration.institution)

    def path(self, name: str) -> Path:
        """Return a path of the file, taken from the file's folder."""
        return self.folder / name

    def tls_files(self) -> TlsFiles:
        """Return the files for the server side of TLS."""
        tls = self.configuration.tls
        return TlsFiles(
            certificate=self.path(tls.certificate),
            key=self.path(tls.key),
            client_authority=self.path(tls.authority) if tls.mutual else None,
        )

    def served(self, app: App) -> App:
        """Return the built institution as it is to be served: with its pages held where the file asks for that.

        Raises:
            NoFileToHold, PagesNotHeld: see `runtime.held_pages`.
        """
        return holding(app, self.configuration.database_url) if self.configuration.hold_pages else app

    def clock(self) -> Clock:
        """Return the machine's clock, or the world's."""
        world = self.configuration.world
        return SystemClock() if world is None else WorldClock(world.date, started_at=world.started_at)

    def keystore(self) -> Keystore:
        """Open the keystore.

        Raises:
            ConfigurationUnreadable: the passphrase or PIN file cannot be read.
            The keystore's own errors.
        """
        section = self.configuration.keystore
        if isinstance(section, DeviceKeystoreSection):
            pin = self._secret("keystore.pin_file", section.pin_file)
            return Pkcs11Keystore(section.module, section.token_label, pin.reveal())
        passphrase = self._secret("keystore.passphrase_file", section.passphrase_file)
        return FileKeystore.open(self.path(section.path), passphrase.reveal())

    def environment(self) -> Environment:
        """Return the environment to build the institution with.

        Raises:
            ConfigurationUnreadable: a file it names cannot be read, or the directory does not know the institution.
        """
        return self._assemble()[0]

    @contextmanager
    def connected(self) -> Iterator[Environment]:
        """Lend the environment for one piece of work; its connections to peers are closed behind it.

        Raises:
            ConfigurationUnreadable: as `environment` does.
        """
        environment, transport = self._assemble()
        with closing(transport):
            yield environment

    def _assemble(self) -> tuple[Environment, SocketTransport]:
        configuration, clock, randomness = self.configuration, self.clock(), SystemRandomness()
        directory = Directory.from_json(self._bytes("directory", configuration.directory))
        if self.institution not in directory:
            raise ConfigurationUnreadable("institution is not in the directory", field="institution")
        keystore = self.keystore()
        transport = SocketTransport(
            keystore=keystore,
            clock=clock,
            randomness=randomness,
            authority=self.path(configuration.tls.authority),
            client_certificate=self.path(configuration.tls.certificate),
            client_key=self.path(configuration.tls.key),
        )
        environment = Environment(
            institution=self.institution,
            settings=Settings(
                database_url=configuration.database_url,
                host=configuration.host,
                secure_cookies=configuration.secure_cookies,
                secrets_dir=self.path(configuration.secrets_dir),
                parameters=configuration.parameters,
                passphrase_cost=OF_PRINTED if configuration.world else ScryptCost(),
            ),
            clock=clock,
            randomness=randomness,
            keystore=keystore,
            transport=transport,
            directory=directory,
        )
        return environment, transport

    def _bytes(self, field: str, name: str) -> bytes:
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise ConfigurationUnreadable(f"{field}: {self.path(name)} cannot be read", field=field) from error

    def _secret(self, field: str, name: str) -> Sensitive[str]:
        return Sensitive(self._bytes(field, name).decode().rstrip("\r\n"))


def load(path: Path) -> LoadedConfiguration:
    """Read a configuration file.

    Raises:
        ConfigurationUnreadable: it is absent, no TOML, or a field is missing, unknown or of the wrong kind.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationUnreadable(f"{path} cannot be read", field="$") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationUnreadable(f"{path} is not TOML: {error}", field="$") from error
    try:
        return LoadedConfiguration(converted(content, Configuration), path.parent)
    except msgspec.ValidationError as error:
        raise ConfigurationUnreadable(f"{path}: {error}", field=field_of(error)) from error
    except MizuhikiError as error:
        raise ConfigurationUnreadable(f"{path}: institution: {error.message}", field="institution") from error
