"""Each file of a replay is one body's; all of them together have what was asked in 2018 (R-230 … R-233)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.replay import ReplaySettings, files
from mizuhiki.world.replay.bodies import (
    ASKING,
    BODIES,
    CITIES,
    EMPLOYMENT_OFFICE,
    KEPT,
    STUDENT_SERVICES,
    asked_by,
    procedures_of,
)
from mizuhiki.world.replay.files import files_of
from mizuhiki.world.replay.run import Replay

LARGEST, INQUIRIES, PEOPLE, APART = 100, 3_050, 40, 3


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[InstitutionId, BulkFile]]:
    monkeypatch.setattr(files, "LARGEST_FILE", LARGEST)
    return files_of(1, INQUIRIES, PEOPLE, APART)


Made = list[tuple[InstitutionId, BulkFile]]


def test_files_are_full_but_for_the_last_one_of_a_city_and_of_student_services(made: Made) -> None:
    assert sum(len(file.lines) for _, file in made) == INQUIRIES
    *full, city, students = made
    assert {len(file.lines) for _, file in full} == {LARGEST}
    assert {students[0], city[0]} - set(CITIES) == {STUDENT_SERVICES}
    assert len({file.file_id for _, file in made}) == len(made)


def test_cities_hand_in_one_after_the_other(made: Made) -> None:
    cities = [asking for asking, _ in made if asking != STUDENT_SERVICES]
    assert cities == [CITIES[number % len(CITIES)] for number in range(len(cities))]


@pytest.mark.requirement("R-230")
def test_lines_are_of_the_body_that_hands_them_in_and_ask_one_that_has_the_kind(made: Made) -> None:
    for asking, file in made:
        assert [line.number for line in file.lines] == list(range(1, len(file.lines) + 1))
        for request in (line.request for line in file.lines):
            place, person = int(request.addressee_number[0]), int(request.addressee_number[1:])
            assert BODIES[place - 1] == asking
            assert person % APART == 0 <= person < APART * PEOPLE
            assert (request.affair, request.procedure) in procedures_of(asking)
            assert request.provider in asked_by(asking)
            assert set(request.kinds) <= set(KEPT[request.provider])


def test_students_come_from_every_city_and_the_office_is_asked_for_benefits_alone(made: Made) -> None:
    asked: Counter[InstitutionId] = Counter()
    for asking, file in made:
        for line in file.lines:
            asked[line.request.provider] += asking == STUDENT_SERVICES
            benefits = line.request.kinds == ("unemployment-benefit",)
            assert benefits == (line.request.provider == EMPLOYMENT_OFFICE)
    lines = sum(len(file.lines) for asking, file in made if asking == STUDENT_SERVICES)
    assert lines / INQUIRIES == pytest.approx(638_048 / 4_377_537, abs=0.02)
    for city in CITIES:
        assert asked[city] / lines == pytest.approx(1 / 3, abs=0.06)
    assert 0 < asked[EMPLOYMENT_OFFICE] < 0.06 * lines


def test_the_same_seed_gives_the_same_files_and_another_gives_others(made: Made) -> None:
    assert files_of(1, INQUIRIES, PEOPLE, APART) == made
    assert files_of(2, INQUIRIES, PEOPLE, APART) != made


@pytest.mark.requirement("R-230", "R-231")
def test_every_body_is_answered_by_all_whom_it_asks(tmp_path: Path) -> None:
    one = Replay(ReplaySettings(inquiries=1, population=3, data=tmp_path))
    try:
        one.prepare()
        one.warm_up()
        for body in ASKING:
            [file] = one.server(body).bulk.files(one.context(body, "owner"))
            assert (sum(file.outcomes.values()), file.lines) == 2 * (len(asked_by(body)),)
            assert set(file.outcomes) <= {"provided", "no-data"}, body
        counted = one.counted()
        assert (counted.lost, counted.doubled, counted.unreconciled) == (0, 0, 0)
    finally:
        one.close()
