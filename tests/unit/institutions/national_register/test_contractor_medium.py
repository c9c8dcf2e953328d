"""The printing contractor's medium: complete or not there, whenever the machine dies."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mizuhiki.institutions.national_register.peers.contractor_medium import FolderMedium
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import contractor_file
from support.municipality import make_country
from support.notices import START, NoticePlace


class PowerCut(Exception):
    """The machine dies here."""


class CutMedium(FolderMedium):
    """A medium on whose machine the power fails before or after one step."""

    def __init__(self, folder: Path, step: str, *, after: bool) -> None:
        super().__init__(folder)
        self._step, self._after = step, after

    def prepare(self, run: str, content: bytes) -> None:
        self._cut("prepare", after=False)
        super().prepare(run, content)
        self._cut("prepare", after=True)

    def hand_over(self, run: str) -> None:
        self._cut("hand_over", after=False)
        super().hand_over(run)
        self._cut("hand_over", after=True)

    def _cut(self, step: str, *, after: bool) -> None:
        if (step, after) == (self._step, self._after):
            raise PowerCut


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    country = make_country(at=START)
    yield NoticePlace(country)
    country.close()


def run(place: NoticePlace, medium: FolderMedium) -> str:
    register = place.country.apps["national-register"].operations
    actor = Actor(InstitutionId("national-register"), "card-maker", "printer-1")
    context = Context(actor, "number-assignment", "the Act", "print", place.country.clock, "trace")
    return str(register.make_contractor_file(context, medium))


@pytest.mark.requirement("R-097", "R-114")
@pytest.mark.parametrize(
    ("step", "after"), [("prepare", False), ("prepare", True), ("hand_over", False), ("hand_over", True)]
)
def test_a_run_is_handed_over_once_and_whole_whenever_power_fails(
    place: NoticePlace, tmp_path: Path, step: str, *, after: bool
) -> None:
    family = place.number()
    place.send()
    with pytest.raises(PowerCut):
        run(place, CutMedium(tmp_path, step, after=after))
    medium = FolderMedium(tmp_path)
    run(place, medium)
    assert run(place, medium) == ""
    assert medium.prepared() == []
    files = [contractor_file.decode(file.read_bytes()) for file in sorted(tmp_path.iterdir())]
    sheets = [sheet.notice_number for file in files for envelope in file.envelopes for sheet in envelope.sheets]
    assert len(sheets) == len(set(sheets)) == len(family)


def test_only_the_owner_reads_the_medium_and_its_file_names_say_nothing(place: NoticePlace, tmp_path: Path) -> None:
    folder = tmp_path / "medium"
    place.number()
    place.send()
    name = run(place, FolderMedium(folder))
    [file] = folder.iterdir()
    assert file.name == f"{name}.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
