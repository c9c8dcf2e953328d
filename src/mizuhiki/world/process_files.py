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
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.nation.keys import KEYSTORE, PASSPHRASE, institution_folder
from mizuhiki.world.nation.nation import world_parameters
from mizuhiki.world.nation.plan import PlannedInstitution

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
    for one in planned:
        folder = institution_folder(data, one.institution)
        _write_identity(data, one.institution, [one.host], authority, begins)
        (folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
        values = world_parameters(page_port, one.host)
        content = _TEMPLATE.format(
            institution=json.dumps(one.institution),
            host=json.dumps(one.host),
            database=json.dumps(f"sqlite:///{folder / 'institution.sqlite'}"),
            directory=DIRECTORY_FILE,
            keystore=KEYSTORE,
            port=ports[one.institution],
            authority=AUTHORITY_FILE,
            date=world_date.isoformat(),
            started_at=started_at.isoformat(),
            parameters="\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()),
        )
        (folder / WORLD_CONFIG).write_text(content, encoding="utf-8")


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
    key = folder / "tls.key"
    key.touch(mode=0o600)
    key.write_bytes(identity.key_pem.reveal())
