"""The landing page and the gallery: what they show of a world, and when the page loads itself again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.environment import make_environment
from tests.support.world_web import YUI, Browser, SampleWorld, database_in, story

import mizuhiki.world.web
from mizuhiki.ui.languages import LANGUAGES, untranslated
from mizuhiki.world.web import (
    GALLERY,
    HOSTS,
    WORLD,
    ActingPerson,
    Places,
    StepState,
    StepView,
    gallery_site,
    landing_site,
)

READER_URL = "http://reader.mizuhiki.localhost:8888"
PLACES = Places(
    reader_url=READER_URL,
    gallery_url="http://gallery.mizuhiki.localhost:8888",
    portal_url="http://portal.mizuhiki.localhost:8888",
)
WAITING, RUNNING, DONE, FAILED = StepState.WAITING, StepState.RUNNING, StepState.DONE, StepState.FAILED
Visit = Callable[..., Browser]


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    def make(
        steps: Sequence[StepView] = (), people: Sequence[ActingPerson] = (YUI,), *, language: str = "en"
    ) -> Browser:
        site = landing_site(
            make_environment("portal"),
            database_in(tmp_path, "landing"),
            view=SampleWorld(steps, people),
            places=PLACES,
        )
        return Browser(site, HOSTS[WORLD], language)

    return make


def test_the_page_shows_who_lives_there_and_what_runs_there(visit: Visit) -> None:
    page = visit(story(DONE, WAITING)).get("/").text
    for shown in (
        YUI.name,
        YUI.user_pin,
        YUI.signature_pin,
        f'href="{READER_URL}/cards/yui"',
        "Mynaportal",
        "Shows people how information about them was used.",
        "invented officer of commission",
        "http://commission.mizuhiki.localhost/sign-in",
        "Step 1",
        "1,000",
        "December 2, 2019",
        "Everyone shown here is invented",
        PLACES.gallery_url,
        'href="/verify"',
    ):
        assert shown in page


def test_an_institution_without_pages_has_no_link(visit: Visit) -> None:
    page = visit().get("/").text
    assert "<dt>Intermediate server of Mynaportal</dt>" in page


@pytest.mark.parametrize(
    ("states", "again"),
    [
        ((), False),
        ((WAITING, WAITING), False),
        ((RUNNING, WAITING), True),
        ((DONE, WAITING), True),
        ((DONE, DONE), False),
        ((DONE, FAILED, WAITING), False),
    ],
)
def test_the_page_loads_itself_again_only_while_the_story_runs(
    visit: Visit, states: Sequence[StepState], *, again: bool
) -> None:
    assert ("Refresh" in visit(story(*states)).get("/").headers) is again


def test_a_reader_can_stop_the_page_from_loading_itself(visit: Visit) -> None:
    browser = visit(story(RUNNING))
    assert 'href="/?still=1#story"' in browser.get("/").text
    assert "Refresh" not in browser.get("/?still=1").headers


def test_names_and_details_are_shown_as_text(visit: Visit) -> None:
    people = [replace(YUI, name="<script>alert(1)</script>", key='"><b>')]
    page = visit([replace(story(DONE)[0], detail="<img src=x>")], people).get("/").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert f'href="{READER_URL}/cards/%22%3E%3Cb%3E"' in page


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
@pytest.mark.parametrize("path", ["/", "/verify"])
def test_the_pages_are_there_in_every_language(visit: Visit, language: str, path: str) -> None:
    page = visit(story(DONE, RUNNING)).get(f"{path}?lang={language}")
    assert page.status_code == 200


@pytest.mark.parametrize("part", ["landing", "reader"])
def test_no_message_of_these_pages_lacks_a_translation(part: str) -> None:
    folder = Path(mizuhiki.world.web.__file__).parent / part
    assert untranslated(folder, folder / "translations", part) == {}


@pytest.mark.parametrize("path", ["/", "/staff"])
def test_the_gallery_is_open_to_everybody(tmp_path: Path, path: str) -> None:
    browser = Browser(gallery_site(make_environment("portal"), database_in(tmp_path, "gallery")), HOSTS[GALLERY])
    assert browser.get(path).status_code == 200


def test_a_site_answers_on_its_own_host_only(visit: Visit, tmp_path: Path) -> None:
    del visit
    site = gallery_site(make_environment("portal"), database_in(tmp_path, "host"))
    assert Browser(site, "portal.mizuhiki.localhost").get("/").status_code == 400
