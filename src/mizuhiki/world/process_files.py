"""The files each institution's process is started from: configuration, directory, certificates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from mizuhiki.crypto.x509.world import WorldAuthority, issue_institution_certificate, make_world_authority
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.child import PLATFORM_CONFIG, WORLD_CONFIG
from mizuhiki.world.nation.keys import KEYSTORE, PASSPHRASE, institution_folder
from mizuhiki.world.nation.nation import world_parameters
from mizuhiki.world.nation.plan import PLATFORM, PlannedInstitution, is_on_platform

AUTHORITY_FILE = "world-authority.pem"
DIRECTORY_FILE = "directory.json"
CERTIFICATE_DAYS = timedelta(days=30)
CLOCK_SKEW = timedelta(hours=1)

_TEMPLATE = """\
institution = {institution}
host = {host}
database_url = {database}
directory = "../{directory}"
secure_cookies = false

[keystore]
kind = "file"
path = "{keystore}"
passphrase_file = "passphrase"

[listen]
address = "127.0.0.1"
port = {port}

[tls]
certificate = "tls.pem"
key = "tls.key"
authority = "../{authority}"
mutual = true

[world]
date = {date}
started_at = {started_at}

[parameters]
{parameters}
"""


def write_configurations(
    data: Path,
    planned: Sequence[PlannedInstitution],
    directory: Directory,
    *,
    ports: Mapping[InstitutionId, int],
    world_date: date,
    started_at: datetime,
    page_port: int,
) -> None:
    """Write directory, authority, and each institution's configuration with fresh certificates."""
    (data / DIRECTORY_FILE).write_bytes(directory.to_json())
    begins = SystemClock().now() - CLOCK_SKEW  # sockets check certificates by the machine's clock
    authority = make_world_authority(valid_from=begins, valid_until=begins + CERTIFICATE_DAYS)
    (data / AUTHORITY_FILE).write_bytes(authority.certificate_pem)
    _write_identity(data, "gateway", ["gateway.mizuhiki.localhost"], authority, begins)
    _write_platform(data, planned, authority, ports, begins)
    for one in planned:
        folder = institution_folder(data, one.institution)
        _write_identity(data, one.institution, [one.host], authority, begins)
        _write_secret(folder / "passphrase", PASSPHRASE.encode())
        values = world_parameters(page_port, one.host)
        content = _TEMPLATE.format(
            institution=_toml(one.institution),
            host=_toml(one.host),
            database=_toml(f"sqlite:///{folder / 'institution.sqlite'}"),
            directory=DIRECTORY_FILE,
            keystore=KEYSTORE,
            port=ports[one.institution],
            authority=AUTHORITY_FILE,
            date=world_date.isoformat(),
            started_at=started_at.isoformat(),
            parameters="\n".join(f"{name} = {_toml(value)}" for name, value in values.items()),
        )
        (folder / WORLD_CONFIG).write_text(content, encoding="utf-8")


_PLATFORM_TEMPLATE = """\
tenants = {tenants}

[listen]
address = "127.0.0.1"
port = {port}

[tls]
certificate = "tls.pem"
key = "tls.key"
authority = "../{authority}"
mutual = true
"""


def _write_platform(
    data: Path,
    planned: Sequence[PlannedInstitution],
    authority: WorldAuthority,
    ports: Mapping[InstitutionId, int],
    begins: datetime,
) -> None:
    """Write the shared platform's file; its certificate names every tenant's host, and it holds no other key."""
    hosted = [one for one in planned if is_on_platform(one.institution)]
    if not hosted:
        return
    _write_identity(data, PLATFORM, [one.host for one in hosted], authority, begins)
    content = _PLATFORM_TEMPLATE.format(
        tenants=json.dumps([f"../{one.institution}/{WORLD_CONFIG}" for one in hosted]),
        port=ports[hosted[0].institution],
        authority=AUTHORITY_FILE,
    )
    (data / PLATFORM / PLATFORM_CONFIG).write_text(content, encoding="utf-8")


def _write_identity(data: Path, name: str, hosts: Sequence[str], authority: WorldAuthority, begins: datetime) -> None:
    folder = data / name
    folder.mkdir(exist_ok=True)
    identity = issue_institution_certificate(
        authority,
        institution=InstitutionId(name),
        hosts=hosts,
        valid_from=begins,
        valid_until=begins + CERTIFICATE_DAYS,
    )
    (folder / "tls.pem").write_bytes(identity.certificate_pem)
    _write_secret(folder / "tls.key", identity.key_pem.reveal())


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner has been able to read from the first byte on, also where one stood before."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _toml(text: str) -> str:
    """Return a TOML basic string: JSON's, with every sign as it is, since TOML knows no surrogates and no raw DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
