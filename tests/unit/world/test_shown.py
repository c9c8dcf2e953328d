"""The world as its landing page shows it."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionKind, kind_of
from mizuhiki.world.nation.keys import make_directory, open_keystores
from mizuhiki.world.nation.plan import plan_nation
from mizuhiki.world.offices import _accounts
from mizuhiki.world.roster import StaffMember
from mizuhiki.world.shown import ShownWorld
from mizuhiki.world.story.telling import StepResult
from unit.world.test_roster import PERSON, ROSTER

TODAY = date(2019, 12, 9)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> ShownWorld:
    planned = plan_nation()
    keystores = open_keystores(tmp_path_factory.mktemp("shown"), planned, SeededRandomness(b"shown"))
    addresses = {one.institution: f"https://{one.host}:1" for one in planned}
    staff = [
        StaffMember(one.institution, account, "invented", name, role)
        for one in planned
        for account, name, role in _accounts(one.institution)
    ]
    roster = type(ROSTER)(
        version=ROSTER.version,
        format=ROSTER.format,
        seed=1,
        population=60,
        world_date=ROSTER.world_date,
        started_at=ROSTER.started_at,
        people=[PERSON],
        staff=staff,
        phases=ROSTER.phases,
    )
    directory = make_directory(planned, keystores, addresses)
    return ShownWorld(
        directory, roster, lambda host: f"http://{host}:8080", lambda key: key == "parent", today=lambda: TODAY
    )


def test_the_date_is_that_of_the_world_today_and_not_of_its_first_day(shown: ShownWorld) -> None:
    assert shown.world_date == TODAY


def test_every_institution_is_shown_and_those_with_pages_come_first(shown: ShownWorld) -> None:
    views = list(shown.institutions())
    assert {view.institution for view in views} == {one.institution for one in plan_nation()}
    with_pages = [bool(view.url) for view in views]
    assert with_pages == sorted(with_pages, reverse=True)
    silent = {view.institution for view in views if not view.url}
    assert {kind_of(name) for name in silent if name != "intermediate-portal"} == {
        InstitutionKind.PREFECTURE,
        InstitutionKind.NATIONAL_REGISTER,
        InstitutionKind.OUTSIDE_PARTIES,
    }
    assert "intermediate-portal" in silent
    assert all(view.what_ja and view.what_en and view.name_ja and view.name_en for view in views)


def test_people_are_shown_with_their_place_and_card(shown: ShownWorld) -> None:
    (person,) = shown.people()
    assert (person.name, person.municipality_ja, person.has_card) == ("黒木　拓也", "都城市", True)


def test_every_account_that_is_opened_can_be_shown_with_its_role_and_counter(shown: ShownWorld) -> None:
    views = shown.staff()
    assert views
    assert all(view.role_ja and view.role_en and view.url.startswith("http://") for view in views)


def test_steps_are_shown_in_order_as_they_change(shown: ShownWorld) -> None:
    shown.begin_story([StepResult(number, f"{number}", f"{number}", "waiting") for number in (2, 1)])
    shown.watch(StepResult(1, "1", "1", "done", "well", 0.5))
    assert [(step.number, step.state.value, step.detail) for step in shown.story_steps()] == [
        (1, "done", "well"),
        (2, "waiting", ""),
    ]
    assert [phase.seconds for phase in shown.phases()] == [1.5]
