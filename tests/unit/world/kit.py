"""A directory and the files of a few planned institutions, without founding anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.keys import make_directory, open_keystores
from mizuhiki.world.nation.plan import PlannedInstitution, plan_nation
from mizuhiki.world.process_files import write_configurations

WORLD_DATE = date(2019, 12, 2)
STARTED_AT = datetime(2026, 1, 5, 1, 2, 3, 456789, tzinfo=UTC)
PAGE_PORT = 8080


@dataclass(frozen=True, slots=True)
class Files:
    """A data folder with the files of some institutions."""

    data: Path
    planned: list[PlannedInstitution]
    directory: Directory
    ports: dict[InstitutionId, int]


def write_files(data: Path, *, ports: dict[InstitutionId, int] | None = None, most: int = 3) -> Files:
    """Write the files of the first institutions of the plan, or of those in `ports`."""
    planned = [one for one in plan_nation() if ports is None or one.institution in ports][:most]
    chosen = ports or {one.institution: 20_000 + number for number, one in enumerate(planned)}
    keystores = open_keystores(data, planned, SeededRandomness(b"files"))
    addresses = {one.institution: f"https://{one.host}:{chosen[one.institution]}" for one in planned}
    directory = make_directory(planned, keystores, addresses)
    write_configurations(
        data,
        planned,
        directory,
        ports=chosen,
        world_date=WORLD_DATE,
        started_at=STARTED_AT,
        page_port=PAGE_PORT,
    )
    return Files(data, planned, directory, chosen)
