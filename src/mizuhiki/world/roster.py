"""Who lives in the world and whom one can act as; kept beside the data so that a world can be opened again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import msgspec

from mizuhiki import __version__
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.errors import WorldOfAnotherVersion

FILE = "world.json"
FORMAT = 1


class ActingPerson(msgspec.Struct, frozen=True):
    """A person one can act as. `resident` is the token of the record in the municipality `municipality`.

    PINs are shown openly: everybody here is invented.
    """

    key: str
    municipality: str
    resident: str
    name: str
    name_kana: str
    birth_date: date
    who_ja: str
    who_en: str
    user_pin: str
    signature_pin: str


class StaffMember(msgspec.Struct, frozen=True):
    """An account at an institution's counter or console."""

    institution: str
    account: str
    passphrase: str
    display_name: str
    role: str


class PhaseTime(msgspec.Struct, frozen=True):
    """How long a phase of the founding took."""

    title_ja: str
    title_en: str
    seconds: float


class Roster(msgspec.Struct, frozen=True):
    """The world's own notes; no number, no code.

    `started_at` is the real instant of the world's first 09:00: time goes on in a world also while it is closed, since
    a clock set back would make certificates of yesterday not yet valid.
    """

    version: str
    format: int
    seed: int
    population: int
    world_date: date
    started_at: datetime
    people: list[ActingPerson]
    staff: list[StaffMember]
    phases: list[PhaseTime]

    def person(self, key: str) -> ActingPerson:
        """Return one of the people.

        Raises:
            KeyError: nobody of that key.
        """
        return {person.key: person for person in self.people}[key]


def write_roster(data: Path, roster: Roster) -> None:
    """Keep the roster; written last, so that an unfinished founding has none."""
    temporary = data / f"{FILE}.new"
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(roster), indent=1))
    temporary.replace(data / FILE)


def read_roster(data: Path) -> Roster | None:
    """Return the roster of a founded world, None where nothing was founded.

    Raises:
        WorldOfAnotherVersion: the folder holds something else.
    """
    path = data / FILE
    if not path.exists():
        if data.exists() and (not data.is_dir() or any(data.iterdir())):
            raise WorldOfAnotherVersion(
                f"{data} holds an unfinished world or something else; remove it or choose another with --data"
            )
        return None
    try:
        roster = read_json(path.read_bytes(), Roster)
    except msgspec.DecodeError as error:
        raise WorldOfAnotherVersion(f"{path} cannot be read; remove {data} or choose another with --data") from error
    if (roster.version, roster.format) != (__version__, FORMAT):
        raise WorldOfAnotherVersion(
            f"{data} was made by version {roster.version}; remove it or choose another with --data"
        )
    return roster
