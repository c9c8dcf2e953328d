"""The bodies of the founded country hold records of its people, and their servers hold the copies that answer."""

from __future__ import annotations

import sqlite3
from collections import Counter

import pytest

from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.nation import institution_folder
from support.nation import founded_folder

KINDS = {
    "public-employment-office": {"unemployment-benefit"},
    "health-insurance-society": {"medical-insurance"},
    "prefecture-welfare-45": {"disability", "special-child-rearing-allowance"},
}


def _rows(institution: str, query: str) -> list[tuple[object, ...]]:
    file = institution_folder(founded_folder(), InstitutionId(institution)) / "institution.sqlite"
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.requirement("R-222")
@pytest.mark.parametrize("body", sorted(KINDS))
def test_what_a_body_holds_stands_ready_at_its_own_server(body: str) -> None:
    copies = Counter(kind for (kind,) in _rows(f"intermediate-{body}", "SELECT kind FROM local_copies"))
    assert copies.keys() <= KINDS[body]
    assert sum(copies.values()) > 0


def test_the_family_of_the_story_is_insured_and_somebody_holds_a_separation_slip() -> None:
    roles = Counter(role for (role,) in _rows("health-insurance-society", "SELECT role FROM health_qualifications"))
    assert roles["insured-person"] > 0
    assert roles["dependent"] > 0
    ((slips,),) = _rows("public-employment-office", "SELECT count(*) FROM separation_slips")
    assert slips
