"""The core's pages: figures for the operator, and the statute table for everybody."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mizuhiki.institutions.linkage_core.ports import ProvidedCount
from mizuhiki.institutions.linkage_core.web import alarms_page, permission_page, site, statute_pages
from mizuhiki.institutions.linkage_core.web.papers_page import saved_by_procedure
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.ui.languages import UI_CATALOGUES, message_ids, translations
from mizuhiki.vocabulary.affairs import AffairNotLawful, AffairOfOthers
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.statute import NoStatuteRow, StatuteRowNotInForce
from unit.institutions.linkage_core.kit import COMMISSION, HANAKO, Browser, Linkage, shown_office
from unit.institutions.linkage_core.traps import Trapper

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


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_operator_sees_alarms_and_how_many_traps_stand_and_no_trap_of_them(place: Linkage, language: str) -> None:
    browser = operator(place, language)
    empty = browser.get("/alarms").text
    assert ("No alarm was raised." if language == "en" else "警報はありません。") in empty
    trapper = Trapper(place.asker, b"one", b"two")
    trapper.plant()
    trapper.ask(*trapper.people)
    waiting, told = (("Waits, 0 attempts", "Told"), ("未通知（0回試行）", "通知済み"))[language == "ja"]
    page = browser.get("/alarms").text
    assert waiting in page
    assert page.count(place.asker.owner) >= 2
    place.core.pump()
    page = browser.get("/alarms").text
    assert told in page
    assert waiting not in page
    refused = trapper.submitted(generation=3)
    with pytest.raises(PeerProblem):
        trapper.plant(refused)
    assert ("Planting of traps" if language == "en" else "検知用符号の登録") in browser.get("/refusals").text


def names(place: Linkage, language: str) -> dict[str, str]:
    """Give institutions names that do not hold their identifiers; return those in the language."""
    given = {
        place.asker.owner: ("架空北市", "Invented North City"),
        place.provider.owner: ("架空南市", "Invented South City"),
        COMMISSION: ("架空委員会", "Invented Commission"),
    }
    for institution, both in given.items():
        place.rename(institution, *both)
    return {institution: both[language == "en"] for institution, both in given.items()}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_alarms_and_standing_traps_name_institutions_in_the_readers_language(place: Linkage, language: str) -> None:
    called = names(place, language)
    trapper = Trapper(place.asker, b"one")
    trapper.plant()
    trapper.ask(*trapper.people)
    page = operator(place, language).get("/alarms").text
    asker = shown_office(called[place.asker.owner], place.asker.owner)
    assert page.count(asker) == 2, "as the one who asked, and as the one whose traps stand"
    assert page.count(place.asker.owner) == 2
    assert shown_office(called[place.provider.owner], place.provider.owner) in page


@pytest.mark.parametrize("language", ["ja", "en"])
def test_refusals_name_who_asked_who_was_asked_and_who_refused(place: Linkage, language: str) -> None:
    called = names(place, language)
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"]))
    page = operator(place, language).get("/refusals").text
    assert page.count(shown_office(called[COMMISSION], COMMISSION)) == 2, "in the figures and in the list"
    assert shown_office(called[place.asker.owner], place.asker.owner) in page
    assert shown_office(called[place.provider.owner], place.provider.owner) in page


def test_an_institution_that_left_the_directory_is_shown_by_its_identifier(place: Linkage) -> None:
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"]))
    del place.directory._entries[place.asker.owner]
    assert f">{place.asker.owner}<" in operator(place).get("/refusals").text


def test_figures_are_for_the_operator_and_the_statute_table_for_everybody(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    for path in ("/", "/refusals", "/unused-rows", "/alarms"):
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


@pytest.mark.requirement("R-031")
@pytest.mark.parametrize(
    ("language", "why", "ended"),
    [
        ("en", "table 2 of the Act was replaced by ministerial orders", "Table 2 has ended"),
        ("ja", "法の別表第二は主務省令に置き換えられました", "別表第二は廃止されました"),
    ],
)
def test_after_the_last_day_of_the_table_its_pages_say_why_nothing_is_permitted(
    place: Linkage, language: str, why: str, ended: str
) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost", language)
    last, after = "2024-05-26", "2024-05-27"
    assert why not in stranger.get(question(day=last)).text
    assert why not in stranger.get(question(day="2019-11-12")).text, "not yet is another thing"
    refused = stranger.get(question(day=after)).text
    assert why in refused
    assert last in refused
    assert why not in stranger.get(question(day=after, inquirer="tax-agency")).text, "there never was a row"
    assert ended not in stranger.get(f"/statute?day={last}").text
    shown = stranger.get(f"/statute?day={after}").text
    assert ended in shown
    assert why in shown
    assert ended not in stranger.get(f"/statute?day={after}&number=2-999").text
    assert why not in stranger.get("/statute/2-74").text, "the day of an item is today"
    place.clock.set(datetime(2024, 5, 27, 9, 0, tzinfo=JST))
    assert why in stranger.get("/statute/2-74").text


def test_the_table_narrows_to_rows_that_permit_something(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    for words, chosen in (("", False), ("permitting=1&", True)):
        page = stranger.get(f"/statute?{words}day=2019-12-02").text
        [box] = re.findall(r'<input type="checkbox"[^>]*name="permitting"[^>]*>', page)
        assert ("checked" in box) is chosen
        assert ('href="/statute/2-1"' in page) is not chosen, "item 1 lists no procedure"
        assert 'href="/statute/2-2"' in page


def test_a_question_that_cannot_be_read_is_shown_again(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    answer = stranger.get(question(day="someday", inquirer="nobody"))
    assert answer.status_code == 422
    assert "Enter a day" in answer.text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_shown_in_both_languages(place: Linkage, language: str) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    browser = operator(place, language)
    for path in (
        "/",
        "/refusals",
        "/unused-rows",
        "/permissions",
        "/statute",
        "/statute/comparison",
        "/statute/2-74",
        question(),
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


def test_every_message_has_a_japanese_translation() -> None:
    constants = [*site.OUTCOMES.values(), *site.PURPOSES.values(), *site.ROLES.values()]
    constants += [words for words, _tone in (*permission_page.VERDICTS.values(), *statute_pages.CHANGES.values())]
    constants += [*permission_page.REASONS.values()]
    constants += [one.title for one in (NoStatuteRow, StatuteRowNotInForce, AffairNotLawful, AffairOfOthers)]
    constants += [*alarms_page.PURPOSES.values(), "Alarms"]
    words = translations("ja", [UI_CATALOGUES, FOLDER / "translations"])
    used = {message for message in message_ids(FOLDER) if isinstance(message, str)} | set(constants)
    assert sorted(message for message in used if words.gettext(message) == message) == []


@pytest.mark.requirement("R-031", "R-227")
def test_anybody_browses_the_statute_table_and_reads_one_item(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    shown = stranger.get("/statute?day=2019-12-02&inquirer_class=municipality&affair=child-allowance").text
    assert {"2-74", "2-75", "practice-235"} <= set(re.findall(r"/statute/([\w-]+)", shown))
    assert "2-1" not in re.findall(r"/statute/([\w-]+)", shown)
    assert "1221" in shown
    assert "No row is in force" in stranger.get("/statute?day=2017-11-12").text
    item = stranger.get("/statute/2-74").text
    assert "74の項" in item
    assert stranger.get("/statute/2-999").status_code == 404


def test_a_list_longer_than_a_page_is_walked_to_its_end(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    first = stranger.get("/statute?day=2019-12-02").text
    seen: list[str] = []
    for page in range(1, 14):
        rows = stranger.get(f"/statute?day=2019-12-02&page={page}").text.partition("<tbody>")[2]
        seen += re.findall(r"/statute/([\w-]+)", rows.partition("</tbody>")[0])
    assert "page=13" in first
    assert len(seen) == 598 + 15
    for page in ("0", "-1", "x", "9" * 30):
        assert stranger.get(f"/statute?page={page}").status_code == 200


def test_two_days_are_compared(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    found = stranger.get("/statute/comparison?earlier=2019-11-12&later=2019-12-02").text
    assert "2-75" in found
    assert "/statute/2-74" not in found
    same = stranger.get("/statute/comparison?earlier=2019-12-01&later=2019-12-02").text
    assert "Nothing began or ended" in same
    wrong = stranger.get("/statute/comparison?earlier=2019-12-03&later=2019-12-02")
    assert wrong.status_code == 422


def test_a_used_row_is_no_longer_among_the_unused(place: Linkage) -> None:
    browser = operator(place)
    assert ">2-74<" in browser.get("/unused-rows").text
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert ">2-74<" not in browser.get("/unused-rows").text


@pytest.mark.requirement("R-218")
def test_answered_exchanges_count_as_papers_and_visits_saved(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    shown = stranger.get("/papers").text
    assert "Nothing was exchanged yet" in shown
    assert "Pension enrolment" not in shown
    assert "Certificate of pension enrolment" in shown
    counts = [
        ProvidedCount("child-allowance.claim", ("local-tax", "resident-record"), 3),
        ProvidedCount("child-allowance.claim", ("pension-enrolment",), 2),
        ProvidedCount("student-aid.application", ("pension-benefit",), 1),
        ProvidedCount("national-pension.income-status", ("disability",), 5),
    ]
    assert [(one.procedure, one.exchanges, one.papers) for one in saved_by_procedure(counts)] == [
        ("child-allowance.claim", 5, 8),
        ("student-aid.application", 1, 2),
        ("national-pension.income-status", 5, 0),
    ]


PUBLIC = ("/statute", "/statute/2-74", "/statute/comparison", "/permissions", "/papers")


@pytest.mark.parametrize("path", [*PUBLIC, "/sign-in"])
def test_who_is_not_signed_in_is_offered_the_public_pages_only(place: Linkage, path: str) -> None:
    page = Browser(place.core.wsgi, "linkage-core.localhost").get(path).text
    menu = page[page.index('<nav class="site-nav"') : page.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', menu) == ["/statute", "/permissions", "/papers"]


def test_an_operator_is_offered_everything(place: Linkage) -> None:
    page = operator(place).get("/papers").text
    menu = page[page.index('<nav class="site-nav"') : page.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', menu)[:3] == ["/", "/refusals", "/unused-rows"]


@pytest.mark.requirement("R-218")
def test_the_papers_of_before_are_told_by_office_in_the_readers_own_punctuation(place: Linkage) -> None:
    stranger = Browser(place.core.wsgi, "linkage-core.localhost")
    japanese = stranger.get("/papers?lang=ja").text
    assert "市町村長：課税証明書、住民票の写し；" in japanese
    assert "役所2か所" in japanese
    assert "Municipality: Tax certificate, Copy of the resident record;" in stranger.get("/papers?lang=en").text
