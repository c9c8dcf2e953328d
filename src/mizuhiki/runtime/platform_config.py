"""The configuration file of a shared platform (集約ASP), for `mizuhiki run platform --config FILE`.

    tenants = ["a/institution.toml", "b/institution.toml"]

    [listen]
    address = "0.0.0.0"
    port = 443

    [tls]                            # one certificate that names every tenant's host
    certificate = "tls.pem"
    key = "tls.key"
    authority = "world-ca.pem"

Each tenant's own file says the rest: its database, keys, host and parameters; its `listen` is not used.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from mizuhiki.runtime.config import ConfigurationUnreadable, ListenSection, LoadedConfiguration, TlsSection, load
from mizuhiki.runtime.peers import field_of
from mizuhiki.runtime.server import TlsFiles
from mizuhiki.vocabulary.typed_values import converted


class PlatformConfiguration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    tenants: list[str]
    tls: TlsSection
    listen: ListenSection = ListenSection()


class LoadedPlatform:
    """A platform's configuration with those of its tenants."""

    def __init__(self, configuration: PlatformConfiguration, folder: Path) -> None:
        self.configuration = configuration
        self.folder = folder
        self.tenants: list[LoadedConfiguration] = [load(folder / name) for name in configuration.tenants]

    def tls_files(self) -> TlsFiles:
        """Return the files for the server side of TLS."""
        tls = self.configuration.tls
        return TlsFiles(
            certificate=self.folder / tls.certificate,
            key=self.folder / tls.key,
            client_authority=self.folder / tls.authority if tls.mutual else None,
        )


def load_platform(path: Path) -> LoadedPlatform:
    """Read a platform's file and those of its tenants.

    Raises:
        ConfigurationUnreadable: one is absent, no TOML, or a field is missing, unknown or of the wrong kind.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        configuration = converted(content, PlatformConfiguration)
    except OSError as error:
        raise ConfigurationUnreadable(f"{path} cannot be read", field="$") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationUnreadable(f"{path} is not TOML: {error}", field="$") from error
    except msgspec.ValidationError as error:
        raise ConfigurationUnreadable(f"{path}: {error}", field=field_of(error)) from error
    if not configuration.tenants:
        raise ConfigurationUnreadable(f"{path} names no tenant", field="tenants")
    return LoadedPlatform(configuration, path.parent)
