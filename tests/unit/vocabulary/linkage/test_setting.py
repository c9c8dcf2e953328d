"""Networks, bodies, figures of 2018 and planned expansions as data (R-223, R-224, R-232, R-233, R-252 … R-254)."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date, timedelta

import pytest

import mizuhiki.wire
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.vocabulary.linkage import (
    ExpansionState,
    NetworkZone,
    actors,
    expansion,
    expansions,
    figures,
    local_bodies,
    weights,
    zones_of,
    zones_shared,
)
from mizuhiki.vocabulary.linkage.expansions import NoSuchExpansion
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.world.replay.mix import KINDS, KINDS_LEFT_OUT, PROCEDURES

KEYED = {
    InstitutionKind.MUNICIPALITY: "155861",
    InstitutionKind.PREFECTURE: "15",
    InstitutionKind.PREFECTURE_WELFARE: "15",
    InstitutionKind.BOARD_OF_EDUCATION: "15",
}


def one_of(kind: InstitutionKind) -> list[InstitutionId]:
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        owners = ("municipality-155861", "prefecture-15", "pension-service", "portal")
        return [intermediate_server_of(InstitutionId(owner)) for owner in owners]
    return [institution_id(kind, KEYED.get(kind, ""))]


@pytest.mark.requirement("R-223")
def test_local_bodies_are_on_lgwan_the_state_on_its_own_and_the_core_on_both() -> None:
    village, students = InstitutionId("municipality-155861"), InstitutionId("student-services-organization")
    assert NetworkZone.LGWAN in zones_of(village)
    assert NetworkZone.GOVERNMENT not in zones_of(village)
    assert zones_of(students) == {NetworkZone.GOVERNMENT}
    assert zones_of(intermediate_server_of(village)) == zones_of(village)
    assert {NetworkZone.LGWAN, NetworkZone.GOVERNMENT} <= zones_of(InstitutionId("linkage-core"))
    assert not zones_shared(village, students), "they meet at the core and nowhere else"
    assert not zones_shared(village, InstitutionId("health-insurance-society"))


@pytest.mark.requirement("R-223")
@pytest.mark.parametrize(
    "body", ["prefecture-welfare-15", "prefectural-board-of-education-15", "portal", "pension-service"]
)
def test_whoever_asks_local_bodies_itself_is_on_their_network(body: str) -> None:
    assert NetworkZone.LGWAN in zones_of(InstitutionId(body))
    assert NetworkZone.REGISTER not in zones_of(InstitutionId(body)) or body.startswith("prefect")
    assert zones_shared(InstitutionId(body), InstitutionId("municipality-155861"))


@pytest.mark.requirement("R-223")
def test_every_endpoint_can_be_reached_by_some_caller_of_every_kind_that_may_call_it() -> None:
    servers = {
        "municipality": InstitutionKind.MUNICIPALITY,
        "prefecture": InstitutionKind.PREFECTURE,
        "national_register": InstitutionKind.NATIONAL_REGISTER,
        "jpki": InstitutionKind.JPKI,
        "linkage_core": InstitutionKind.LINKAGE_CORE,
        "commission": InstitutionKind.COMMISSION,
        "tax_agency": InstitutionKind.TAX_AGENCY,
    }
    for name, kind in servers.items():
        package = importlib.import_module(f"mizuhiki.wire.{name}")
        for endpoint in getattr(package, "ENDPOINTS", ()):
            assert isinstance(endpoint, Endpoint)
            for caller in endpoint.callers:
                ways = [zones_shared(a, b) for a in one_of(caller) for b in one_of(kind)]
                assert any(ways), f"{caller} cannot reach {endpoint.name}: name its networks in setting.toml"
    assert pkgutil.walk_packages(mizuhiki.wire.__path__)


@pytest.mark.requirement("R-224")
def test_the_directory_of_local_bodies_is_about_as_large_as_published() -> None:
    bodies = local_bodies()
    codes = [one.code for one in bodies]
    assert len(set(codes)) == len(codes)
    assert len([one for one in bodies if len(one.code) == 2]) == 47
    published = next(one.number for one in actors() if one.code == "local-bodies")
    assert published is not None
    assert abs(len(bodies) - published) < 30
    assert "155861" in codes
    assert {one.code for one in actors()} == {
        "local-bodies",
        "health-insurers",
        "pension-service",
        "employment-offices",
        "administrative-agencies",
        "mutual-aid",
        "tax-agency",
    }


@pytest.mark.requirement("R-232")
def test_the_kinds_asked_for_in_2018_are_the_published_ones() -> None:
    assert [one.number for one in figures("kind")] == [5_459_546, 414_691, 233_922, 23_214, 19_971]
    assert sum(weights("kind").values()) == 6_151_344
    assert dict(weights("kind")) == KINDS | KINDS_LEFT_OUT, "the replay draws from these figures"


@pytest.mark.requirement("R-233")
def test_the_procedures_of_2018_are_the_published_ones() -> None:
    assert [one.number for one in figures("procedure")] == [1_183_758, 1_118_736, 1_022_127, 638_048, 414_868]
    assert sum(weights("procedure").values()) == 4_377_537
    assert sorted(PROCEDURES.values()) == sorted(weights("procedure").values())


@pytest.mark.requirement("R-252")
def test_the_expansions_of_2015_are_law_from_their_day_and_accounts_voluntary_from_2018() -> None:
    of_2015 = [one for one in expansions() if one.requirement == "R-252"]
    assert len(of_2015) == 6
    enacted = date(2015, 9, 9)
    for one in of_2015:
        assert one.state_on(enacted - timedelta(days=1)) is ExpansionState.UNKNOWN
        assert one.state_on(enacted) is ExpansionState.ENACTED
    accounts = expansion("deposit-accounts")
    assert accounts.voluntary
    assert not accounts.is_in_operation(date(2017, 12, 31))
    assert accounts.is_in_operation(date(2018, 1, 1))


@pytest.mark.requirement("R-253", "R-254")
def test_what_is_under_review_or_planned_is_not_in_operation_on_any_day() -> None:
    review = [one for one in expansions() if one.requirement == "R-253"]
    assert {one.code for one in review} == {
        "family-relations",
        "disaster-victim-certificates",
        "influenza-vaccination",
        "securities-depository",
    }
    assert all(one.state_on(date(2019, 12, 2)) is ExpansionState.UNDER_REVIEW for one in review)
    assert expansion("family-relations").starts == date(2023, 1, 1)
    registry = expansion("registry-certificates")
    assert (registry.requirement, registry.state_on(date(2019, 12, 2))) == ("R-254", ExpansionState.PLANNED)
    assert registry.starts == date(2020, 4, 1)
    for one in (*review, registry):
        assert not any(one.is_in_operation(day) for day in (date(2015, 1, 1), date(2020, 4, 1), date(2030, 1, 1)))


def test_an_unknown_expansion_is_refused() -> None:
    with pytest.raises(NoSuchExpansion):
        expansion("everything")
