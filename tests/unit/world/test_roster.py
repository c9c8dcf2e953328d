"""The world's own notes: kept and read again, refused in one line when they are not ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from mizuhiki import __version__
from mizuhiki.world.errors import WorldOfAnotherVersion
from mizuhiki.world.roster import FILE, FORMAT, ActingPerson, PhaseTime, Roster, StaffMember, read_roster, write_roster

PERSON = ActingPerson(
    key="parent",
    municipality="452025",
    resident="token",
    name="黒木　拓也",
    name_kana="クロキ　タクヤ",
    birth_date=date(1987, 5, 12),
    who_ja="物語の父",
    who_en="The father",
    user_pin="7364",
    signature_pin="MIZUHIKI7364",
)
ROSTER = Roster(
    version=__version__,
    format=FORMAT,
    seed=1,
    population=60,
    world_date=date(2019, 12, 2),
    started_at=datetime(2026, 1, 5, 1, 2, 3, 456789, tzinfo=UTC),
    people=[PERSON],
    staff=[StaffMember("municipality-452025", "clerk", "invented", "窓口 花子", "counter-clerk")],
    phases=[PhaseTime("機関", "Institutions", 1.5)],
)


def refused(data: Path) -> str:
    with pytest.raises(WorldOfAnotherVersion) as caught:
        read_roster(data)
    assert "\n" not in caught.value.message
    assert "remove" in caught.value.message
    assert "--data" in caught.value.message
    return caught.value.message


def test_a_roster_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_roster(tmp_path, ROSTER)
    assert read_roster(tmp_path) == ROSTER
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("exists", [True, False])
def test_an_empty_or_absent_folder_is_a_world_to_be_founded(tmp_path: Path, *, exists: bool) -> None:
    assert read_roster(tmp_path if exists else tmp_path / "absent") is None


def test_an_unfinished_world_is_refused(tmp_path: Path) -> None:
    (tmp_path / "municipality-452025").mkdir()
    assert "unfinished" in refused(tmp_path)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "world").write_text("not a folder")
    refused(tmp_path / "world")


@pytest.mark.parametrize("change", [{"version": "0.0.1"}, {"format": FORMAT + 1}])
def test_a_world_of_another_version_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    write_roster(tmp_path, msgspec.structs.replace(ROSTER, **change))
    assert "version" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"version": 3}'])
def test_notes_that_cannot_be_read_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    refused(tmp_path)


def test_people_are_found_by_key_and_nobody_by_another() -> None:
    assert ROSTER.person("parent") is PERSON
    with pytest.raises(KeyError):
        ROSTER.person("nobody")
