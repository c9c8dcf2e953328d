"""The commission's console: who gets in, what it shows, and that publishing there opens the way for inquiries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mizuhiki.institutions.commission.domain import errors
from mizuhiki.institutions.commission.web import alarms, ordinance_words, site
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.ui.languages import UI_CATALOGUES, message_ids, translations
from mizuhiki.vocabulary.statute import OrdinanceAffairBeyondItem, OrdinanceAffairMalformed
from unit.institutions.linkage_core.kit import ASKER, COMMISSION, HANAKO, PROVIDER, Browser, Linkage, shown_office

FOLDER = Path(site.__file__).parent
PASSPHRASE = "invented officer of commission"


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    for account, role in (("officer", "assessment-officer"), ("inspector", "inspector")):
        linkage.commission.operations.add_staff(account, "監督 四郎", role, PASSPHRASE)
    yield linkage
    linkage.close()


def browser(place: Linkage, account: str = "officer", language: str = "en") -> Browser:
    new = Browser(place.commission.wsgi, "commission.localhost", language)
    new.sign_in(account, PASSPHRASE)
    return new


def test_nobody_sees_the_console_without_signing_in(place: Linkage) -> None:
    stranger = Browser(place.commission.wsgi, "commission.localhost")
    filings = ("/ordinance-affairs", "/ordinance-affairs/x")
    for path in ("/", "/assessments", "/assessments/x", "/decisions", "/logs", "/alarms", "/alarms/x", *filings):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            302 if answer.status_code == 302 else 303,
            "/sign-in",
        )


@pytest.mark.requirement("R-024", "R-225")
def test_publishing_in_the_console_opens_the_way_for_inquiries(place: Linkage) -> None:
    receipt = place.publish_assessment(publish=False)
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    officer = browser(place)
    assert "Waiting for publication" in officer.get("/").text
    answer = officer.post(f"/assessments/{receipt.assessment_id}", step="publish")
    assert answer.status_code == 303
    assert "Published" in officer.get(answer.headers["Location"]).text
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    refused, everything = officer.get("/decisions?show=refused").text, officer.get("/decisions").text
    assert "assessment-not-published" in refused
    assert "2-74" not in refused
    assert "2-74" in everything


def test_an_inspector_reads_and_does_not_publish(place: Linkage) -> None:
    receipt = place.publish_assessment(publish=False)
    inspector = browser(place, "inspector")
    assert inspector.get("/decisions").status_code == 200
    assert inspector.post(f"/assessments/{receipt.assessment_id}", step="publish").status_code == 403
    assert not place.commission.operations.store.assessment_allows(place.asker.owner, "child-allowance")


def test_the_witnessed_logs_are_shown_with_their_checkpoint(place: Linkage) -> None:
    place.core.operations.checkpoint()
    text = browser(place).get("/logs").text
    assert "mizuhiki/linkage-core/2019" in text
    assert "Last checkpoint of" in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_assessments_and_decisions_name_institutions_in_the_readers_language(place: Linkage, language: str) -> None:
    north, south = (("架空北市", "架空南市"), ("Invented North City", "Invented South City"))[language == "en"]
    place.rename(ASKER, "架空北市", "Invented North City")
    place.rename(PROVIDER, "架空南市", "Invented South City")
    receipt = place.publish_assessment()
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    officer = browser(place, language=language)
    for path in ("/assessments", f"/assessments/{receipt.assessment_id}", "/decisions"):
        assert shown_office(north, ASKER) in officer.get(path).text, path
    assert shown_office(south, PROVIDER) in officer.get("/decisions").text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_shown_in_both_languages(place: Linkage, language: str) -> None:
    receipt = place.publish_assessment()
    place.core.operations.checkpoint()
    officer = browser(place, language=language)
    for path in ("/", "/assessments", f"/assessments/{receipt.assessment_id}", "/decisions", "/logs", "/alarms"):
        answer = officer.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


def test_every_message_has_a_japanese_translation() -> None:
    constants = [*site.LEVELS.values(), *site.PURPOSES.values(), *site.ROLES.values()]
    constants += [words for words, _tone in (*site.STATES.values(), *alarms.STATES.values())]
    constants += [*alarms.STEPS.values(), *alarms.PURPOSES.values(), "Alarms", "Affairs under ordinances"]
    found = (*ordinance_words.STATES.values(), ordinance_words.NAMED, ordinance_words.NOT_IN_FORCE)
    constants += [words for words, _tone in (*found, ordinance_words.NOT_NAMED)]
    constants += [*ordinance_words.STEPS.values(), *ordinance_words.FIELDS.values()]
    constants += [ordinance_words.ENDED, ordinance_words.REPLACED_BY]
    constants += [error.title for error in vars(errors).values() if getattr(error, "code", "").startswith("ordinance-")]
    constants += [OrdinanceAffairBeyondItem.title, OrdinanceAffairMalformed.title]
    words = translations("ja", [UI_CATALOGUES, FOLDER / "translations"])
    used = {message for message in message_ids(FOLDER) if isinstance(message, str)} | set(constants)
    assert sorted(message for message in used if words.gettext(message) == message) == []


def test_an_unknown_assessment_is_not_found(place: Linkage) -> None:
    assert browser(place).get("/assessments/unknown").status_code == 404
    assert place.commission.institution == COMMISSION
