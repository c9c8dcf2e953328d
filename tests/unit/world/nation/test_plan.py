"""Which institutions a nation has, follows from its municipalities."""

from __future__ import annotations

import re

import pytest

from mizuhiki.vocabulary.ids import InstitutionKind, intermediate_server_of, kind_of, parse_institution_id
from mizuhiki.world.nation.builders import builder_of
from mizuhiki.world.nation.plan import DEMO_MUNICIPALITIES, DOMAIN, PlannedInstitution, plan_nation

NATION = plan_nation()


def of_kind(nation: list[PlannedInstitution], kind: InstitutionKind) -> list[str]:
    return [one.institution for one in nation if kind_of(one.institution) is kind]


def test_no_institution_host_or_name_occurs_twice() -> None:
    for attribute in ("institution", "host", "name_ja", "name_en"):
        values = [getattr(one, attribute) for one in NATION]
        assert len(set(values)) == len(values), attribute
        assert all(values)


def test_hosts_are_names_that_browsers_resolve_to_this_machine() -> None:
    for one in NATION:
        assert one.host.endswith(f".{DOMAIN}")
        assert re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.localhost", one.host)


def test_every_kind_of_institution_occurs_and_can_be_built() -> None:
    assert {kind_of(one.institution) for one in NATION} == set(InstitutionKind)
    assert all(callable(builder_of(one.institution)) for one in NATION)


def test_everybody_in_linkage_has_an_intermediate_server() -> None:
    owners = [
        one.institution
        for one in NATION
        if kind_of(one.institution)
        in {
            InstitutionKind.MUNICIPALITY,
            InstitutionKind.PENSION_SERVICE,
            InstitutionKind.STUDENT_SERVICES,
            InstitutionKind.PORTAL,
            InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
            InstitutionKind.HEALTH_INSURANCE_SOCIETY,
            InstitutionKind.PREFECTURE_WELFARE,
            InstitutionKind.BOARD_OF_EDUCATION,
        }
    ]
    servers = of_kind(NATION, InstitutionKind.INTERMEDIATE_SERVER)
    assert sorted(servers) == sorted(intermediate_server_of(owner) for owner in owners)


@pytest.mark.parametrize(
    ("municipalities", "prefectures"),
    [(DEMO_MUNICIPALITIES, 3), (("131032", "131016"), 1), (("452025",), 1)],
)
def test_prefectures_follow_from_the_municipalities(municipalities: tuple[str, ...], prefectures: int) -> None:
    nation = plan_nation(municipalities)
    assert len(of_kind(nation, InstitutionKind.PREFECTURE)) == prefectures
    assert len(of_kind(nation, InstitutionKind.MUNICIPALITY)) == len(municipalities)


def test_names_are_those_of_the_places() -> None:
    named = {one.institution: one for one in NATION}
    assert named[parse_institution_id("municipality-131032")].name_ja == "港区"
    assert named[intermediate_server_of(parse_institution_id("municipality-131032"))].name_ja == "中間サーバー(港区)"
