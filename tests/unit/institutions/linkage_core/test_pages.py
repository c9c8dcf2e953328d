"""The core's pages: figures for the operator, and the statute table for everybody."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

from mizuhiki.institutions.linkage_core.web import site
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.ui.languages import UI_CATALOGUES, message_ids, translations
from unit.institutions.linkage_core.kit import HANAKO, Browser, Linkage

FOLDER = Path(site.__file__).parent
PASSPHRASE = "invented operator of linkage-core"


def operator(place: Linkage, language: str = "en") -> Browser:
    place.core.operations.add_staff("operator", "運用 六郎", "operator", PASSPHRASE)
    browser = Browser(place.core.wsgi, "linkage-core.localhost", language)
    browser.sign_in("operator", PASSPHRASE)
    return browser


def question(**changes: str) -> str:
    values = {
        "inquirer": "municipality-452025",
        "affair": "child-allowance",
        "procedure": "child-allowance.claim",
        "provider": "pension-service",
        "kind": "pension-enrolment",
        "day": "2019-11-13",
    }
    return "/permissions?" + urlencode(values | changes)


@pytest.mark.requirement("R-225")
def test_the_operator_sees_numbers_and_rules_and_no_person(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"]))
    browser = operator(place)
    assert "No data" in browser.get("/").text
    refusals = browser.get("/refusals").text
    assert "no-statute-row" in refusals
    assert "disability" in refusals


def test_figures_are_for_the_operator_and_the_statute_table_for_everybody(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    for path in ("/", "/refusals"):
        assert stranger.get(path).headers["Location"] == "/sign-in"
    assert stranger.get("/permissions").status_code == 200


@pytest.mark.requirement("R-031", "R-032")
def test_the_statute_table_says_why_on_which_day(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    permitted = stranger.get(question()).text
    assert "Permitted" in permitted
    assert "2-75" in permitted
    early = stranger.get(question(day="2019-11-12")).text
    assert "Not permitted" in early
    assert "Not yet in force" in early
    assert "Not permitted" in stranger.get(question(kind="disability")).text


def test_a_question_that_cannot_be_read_is_shown_again(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    answer = stranger.get(question(day="someday", inquirer="nobody"))
    assert answer.status_code == 422
    assert "Enter a day" in answer.text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_shown_in_both_languages(place: Linkage, language: str) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    browser = operator(place, language)
    for path in ("/", "/refusals", "/permissions", question()):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


def test_every_message_has_a_japanese_translation() -> None:
    constants = [*site.OUTCOMES.values(), *site.PURPOSES.values(), *site.ROLES.values()]
    constants += [words for words, _tone in site.VERDICTS.values()]
    words = translations("ja", [UI_CATALOGUES, FOLDER / "translations"])
    used = {message for message in message_ids(FOLDER) if isinstance(message, str)} | set(constants)
    assert sorted(message for message in used if words.gettext(message) == message) == []
