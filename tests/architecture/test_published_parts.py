"""The parts of the published diagram of linkage are the services of a nation, each where it belongs (R-219)."""

from __future__ import annotations

import pytest

from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of, key_of, kind_of
from mizuhiki.world.nation.plan import is_on_platform, plan_nation

NATION = [one.institution for one in plan_nation()]
BODIES = {
    InstitutionKind.MUNICIPALITY,
    InstitutionKind.PENSION_SERVICE,
    InstitutionKind.STUDENT_SERVICES,
    InstitutionKind.PORTAL,
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
    InstitutionKind.HEALTH_INSURANCE_SOCIETY,
    InstitutionKind.PREFECTURE_WELFARE,
    InstitutionKind.BOARD_OF_EDUCATION,
}
"""Who takes part in linkage with systems of its own (既存システム群)."""


def of_kind(kind: InstitutionKind) -> list[InstitutionId]:
    return [one for one in NATION if kind_of(one) is kind]


@pytest.mark.requirement("R-219")
def test_core_and_register_stand_once_and_each_region_has_its_prefectures_server() -> None:
    assert len(of_kind(InstitutionKind.LINKAGE_CORE)) == len(of_kind(InstitutionKind.NATIONAL_REGISTER)) == 1
    regions = {key_of(one) for one in of_kind(InstitutionKind.PREFECTURE)}
    assert regions == {key_of(one)[:2] for one in of_kind(InstitutionKind.MUNICIPALITY)}


@pytest.mark.requirement("R-219")
def test_every_body_in_linkage_has_its_intermediate_server_and_nobody_else_has_one() -> None:
    servers = of_kind(InstitutionKind.INTERMEDIATE_SERVER)
    assert sorted(servers) == sorted(intermediate_server_of(one) for one in NATION if kind_of(one) in BODIES)


@pytest.mark.requirement("R-219")
def test_the_shared_platform_hosts_local_bodies_and_not_all_of_them() -> None:
    hosted = {one for one in NATION if is_on_platform(one)}
    local = {intermediate_server_of(one) for one in of_kind(InstitutionKind.MUNICIPALITY)}
    assert len(hosted) > 1, "a platform is shared"
    assert hosted < local
