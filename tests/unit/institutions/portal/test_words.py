"""Every page in every language, with every message translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mizuhiki.card import agent_protocol
from mizuhiki.crypto import certificates
from mizuhiki.crypto.x509 import status
from mizuhiki.institutions import portal
from mizuhiki.institutions.portal.web.card_problems import problem_of
from mizuhiki.ui.languages import LANGUAGES, untranslated
from mizuhiki.vocabulary.errors import MizuhikiError
from unit.institutions.portal.kit import Card, CoreLog, PortalPlace, exchange

FOLDER = Path(portal.__file__).parent
CODES = [language.code for language in LANGUAGES]
PUBLIC = ("/", "/about", "/sign-in")
SIGNED_IN = ("/home", "/notices", "/history", "/history/entries/1", "/history/codes", "/account/progress")


def test_every_message_is_translated_into_every_language() -> None:
    assert untranslated(FOLDER, FOLDER / "web" / "translations", "portal") == {}


def test_easy_japanese_gives_a_reading_for_most_kanji_words() -> None:
    text = (FOLDER / "web" / "translations" / "ja-easy" / "LC_MESSAGES" / "portal.po").read_text(encoding="utf-8")
    long_words = re.findall(r"[一-龥]{5,}(?!\()", re.sub(r"「[^」]*」", "", text))
    assert long_words == []


@pytest.mark.parametrize("language", CODES)
def test_every_page_is_shown_in_the_language(place: PortalPlace, card: Card, log: CoreLog, language: str) -> None:
    log.record(exchange())
    place.outside.bundle = log.bundle()
    browser = place.browser(language)
    for path in PUBLIC:
        assert browser.get(path).status_code == 200
    browser.with_account(card)
    browser.sign("/history", card)
    for path in SIGNED_IN:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1
        if language != "en":
            assert "Claim for child allowance" not in page.text
            assert "History of exchanges" not in page.text


def test_every_refusal_of_a_card_check_has_an_explanation() -> None:
    refusals = [
        error
        for module in (agent_protocol, certificates, status)
        for error in vars(module).values()
        if isinstance(error, type) and issubclass(error, MizuhikiError) and error.code not in FAMILIES
    ]
    unexplained = {error.code for error in refusals if problem_of(error(reason="cancelled")) is None}
    assert unexplained <= {"malformed-signing-request", "malformed-card-challenge"}


FAMILIES = {"malformed", "refused", "not-found", "conflict", "unavailable", "corrupt"}
