"""Every page in every language, with every message translated."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mizuhiki.card import agent_protocol
from mizuhiki.crypto import certificates
from mizuhiki.crypto.x509 import status
from mizuhiki.institutions import portal
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.portal.web.card_problems import problem_of
from mizuhiki.ui.languages import LANGUAGES, untranslated
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire.commission import ordinances
from support.environment import serve_fake
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


ORDINANCE = childrens_medical_aid.affair_of(parse_institution_id("municipality-452025"))
JAPANESE, ENGLISH = "都城市子ども医療費の助成に関する事務", "Medical aid for children"


def publish_ordinance(place: PortalPlace) -> None:
    """A commission that states one published affair of the asking city."""

    def stated(_call: object, asked: ordinances.OrdinanceAffairsRequest) -> ordinances.OrdinanceAffairs:
        published = ordinances.PublishedAffair(
            institution=ORDINANCE.institution,
            affair=ordinances.filed(ORDINANCE),
            published_on=date(2019, 1, 1),
            asked_until=None,
            lawful_until=None,
        )
        statement = ordinances.OrdinanceAffairsStatement(
            stated_at=place.clock.now(), of=asked.of, after="", affairs=[published], next=""
        )
        return ordinances.OrdinanceAffairs(statement=peers.sign(ordinances.ORDINANCE_AFFAIRS_TYPE, statement))

    place.transport.unregister(parse_institution_id("commission"))
    handlers = {ordinances.ORDINANCE_AFFAIRS: stated}
    peers = serve_fake(place.transport, "commission", handlers, clock=place.clock, directory=place.directory)


@pytest.mark.requirement("R-252")
@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ja", JAPANESE),
        ("ja-easy", JAPANESE),
        ("en", ENGLISH),
        ("ko", f"{ENGLISH} ({JAPANESE})"),
        ("pt", f"{ENGLISH} ({JAPANESE})"),
    ],
)
def test_an_affair_under_an_ordinance_is_called_by_its_titles(
    place: PortalPlace, card: Card, log: CoreLog, language: str, title: str
) -> None:
    publish_ordinance(place)
    log.record(exchange(affair=ORDINANCE.code, procedure=f"{ORDINANCE.code}.application"))
    place.outside.bundle = log.bundle()
    browser = place.browser(language)
    browser.with_account(card)
    browser.sign("/history", card)
    shown = re.findall(r"<d[td]>([^<]*)</d[td]>", browser.get("/history/entries/1").text)
    assert title in shown
    assert ORDINANCE.code not in shown


@pytest.mark.requirement("R-252")
def test_while_the_list_of_ordinances_is_out_of_reach_nobody_is_told_that_no_rule_allowed_it(
    place: PortalPlace, card: Card, log: CoreLog
) -> None:
    log.record(exchange(affair=ORDINANCE.code, procedure=f"{ORDINANCE.code}.application"))
    place.outside.bundle = log.bundle()
    browser = place.browser("en")
    browser.with_account(card)
    browser.sign("/history", card)
    page = browser.get("/history/entries/1").text
    assert "Which rule allowed this cannot be looked up right now." in page
    assert "No rule that we know" not in page
    assert ORDINANCE.code in page


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
