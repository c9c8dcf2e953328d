"""The parts of the published diagram of linkage are the services of a nation, each where it belongs (R-219)."""

from __future__ import annotations

import re

import pytest

from architecture.source_tree import ROOT
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of, key_of, kind_of
from mizuhiki.wire import linkage_core, national_register, prefecture
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
LOCAL = {InstitutionKind.MUNICIPALITY, InstitutionKind.PREFECTURE_WELFARE, InstitutionKind.BOARD_OF_EDUCATION}
NOT_LOCAL = BODIES - LOCAL - {InstitutionKind.PORTAL}
"""Those who know Individual Numbers and are no local public body (地方公共団体以外の機関); the portal knows none."""
SERVER = {InstitutionKind.INTERMEDIATE_SERVER}
DIAGRAM = {
    "コアシステム": {InstitutionKind.LINKAGE_CORE},
    "IFシステム": {InstitutionKind.LINKAGE_CORE},
    "中間サーバー": SERVER,
    "中間サーバー・プラットフォーム": SERVER,
    "住基連携用サーバー": NOT_LOCAL,
    "住基CS": LOCAL,
    "都道府県サーバー": {InstitutionKind.PREFECTURE},
    "既存システム群": BODIES,
    "住基全国サーバー": {InstitutionKind.NATIONAL_REGISTER},
}
"""The parts that the published outline names, and which services of a nation they are."""


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


@pytest.mark.requirement("R-219")
def test_the_page_of_the_parts_shows_the_published_ones_and_the_services_that_are_deployed() -> None:
    page = (ROOT / "docs" / "architecture" / "linkage-parts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| (`[^|]+`) \| .+ \|$", page, flags=re.MULTILINE)
    shown = {part: {InstitutionKind(one) for one in re.findall(r"`([^`]+)`", named)} for part, named in rows}
    assert shown == DIAGRAM
    (drawing,) = re.findall(r"```mermaid\n(.+?)```", page, flags=re.DOTALL)
    assert [part for part in DIAGRAM if part not in drawing] == []
    beside = {InstitutionKind(one) for one in re.findall(r"`([^`]+)`", page.rpartition("Not in the outline")[2])}
    deployed = {kind_of(one) for one in NATION}
    assert set().union(*DIAGRAM.values()) == deployed - beside


@pytest.mark.requirement("R-219")
def test_only_intermediate_servers_pass_the_interface_system_to_the_core() -> None:
    # The joint key is public; pseudonyms are asked of the core by the national server, of the generation in issue;
    # converters check each other.
    public = {linkage_core.JOINT_KEY, linkage_core.GENERATIONS}
    open_to_others = {*public, linkage_core.ISSUE_PSEUDONYMS, linkage_core.FACTOR_STATEMENT}
    assert {one.name: set(one.callers) for one in linkage_core.ENDPOINTS if one not in open_to_others} == {
        one.name: SERVER for one in linkage_core.ENDPOINTS if one not in open_to_others
    }
    assert linkage_core.ISSUE_PSEUDONYMS.callers == {InstitutionKind.NATIONAL_REGISTER}
    assert not linkage_core.FACTOR_STATEMENT.callers & BODIES


@pytest.mark.requirement("R-219")
def test_local_bodies_reach_the_register_through_their_prefecture_and_others_the_national_server_alone() -> None:
    assert prefecture.SEARCH_IDENTIFICATION.callers == LOCAL
    for endpoint in (national_register.SEARCH_IDENTIFICATION, national_register.REQUEST_PSEUDONYMS):
        assert endpoint.callers >= NOT_LOCAL | LOCAL
        assert InstitutionKind.INTERMEDIATE_SERVER not in endpoint.callers, "servers of linkage never see numbers"
