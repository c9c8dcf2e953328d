"""Whoever heads a local body lodges an affair under its ordinance on the pages, sees where it stands, and ends it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mizuhiki.institutions.commission.domain.ordinances import FilingState
from mizuhiki.vocabulary.affairs import AffairField
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceProcedure, StatuteTable, rows_in_force
from support.environment import TEST_INSTANT
from support.municipality import MIYAKONOJO, Country
from support.ordinance_pages import (
    BOARD,
    BODIES,
    COMMISSION,
    LIST,
    NEW,
    TYPED,
    WELFARE,
    Window,
    commissions,
    described,
    filings,
    local_bodies,
    lodged,
)

CODE = "ordinance-452025-aid-for-single-parents"


@pytest.fixture(name="country")
def _country() -> Iterator[Country]:
    country = local_bodies()
    yield country
    country.close()


@pytest.fixture(name="mayor")
def _mayor(country: Country) -> Window:
    return Window(country, MIYAKONOJO, "mayor")


def decide(country: Country, do: str, reason: str = "") -> None:
    officer = country.context("assessment-officer", "linkage-oversight", "officer", COMMISSION)
    key = filings(country)[0].key
    if do == "publish":
        commissions(country).publish(officer, key)
    else:
        commissions(country).send_back(officer, key, reason=reason)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def error_beside(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-error"><span><span class="visually-hidden">[^<]*</span>([^<]+)<', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.requirement("R-252")
@pytest.mark.parametrize("body", BODIES)
def test_an_affair_is_lodged_in_two_steps_by_whoever_heads_the_body(country: Country, body: str) -> None:
    mayor = Window(country, body, "mayor")
    assert LIST in mayor.open(LIST).text
    assert "No affair was lodged yet." in mayor.open(LIST).text
    answer = lodged(mayor)
    assert answer.status_code == 303, words(answer.text)
    shown = words(mayor.open(answer.headers["Location"]).text)
    assert "The affair was lodged" in shown
    assert "Waits for the commission" in shown
    [filing] = filings(country)
    affair = filing.affair
    assert (affair.institution, affair.item, affair.slug) == (body, "2-9", "aid-for-single-parents")
    assert affair.field is AffairField.WELFARE_MEDICAL
    assert affair.asked == (
        AskedOfItem("municipality", "local-tax"),
        AskedOfItem("municipality", "resident-record"),
    )
    assert affair.procedures == (
        OrdinanceProcedure("application", "助成の申請", "Application for the aid"),
        OrdinanceProcedure("renewal", "受給者証の更新", "Renewal of the certificate"),
    )
    assert (str(affair.valid_from), affair.valid_until) == ("2019-12-10", None)


def test_the_items_offered_are_those_of_table_2_in_force_with_the_titles_of_their_affairs(mayor: Window) -> None:
    page = mayor.open(NEW).text
    offered = re.findall(r'<option value="(2-[^"]+)">([^<]+)</option>', page)
    today = [row for row in rows_in_force(StatuteTable.load().rows, TEST_INSTANT.date()) if row.number.startswith("2-")]
    assert [number for number, _title in offered] == sorted(
        {row.number for row in today}, key=lambda number: [int(part) for part in number.split("-")]
    )
    assert dict(offered)["2-74"].startswith("2-74 ")
    assert "hild" in dict(offered)["2-74"]


def test_only_what_the_item_names_can_be_ticked(mayor: Window) -> None:
    page = described(mayor)
    ticks = re.findall(r'name="asked" value="([^"]+)"', page)
    named = {f"{row.provider_class}/{row.kind}" for row in StatuteTable.load().rows if row.number == "2-9"}
    assert set(ticks) == named
    assert len(ticks) == len(named)
    answer = lodged(mayor, asked=["municipality/local-tax", "pension-service/pension-benefit"])
    assert answer.status_code == 422
    assert error_beside(answer.text, "asked") == "The item does not name this provider and kind"


def test_without_an_item_nothing_goes_on(mayor: Window, country: Country) -> None:
    for item in ("", "2-999", "practice-240"):
        answer = mayor.post(NEW, item=item, step="choose")
        assert answer.status_code == 422
        assert error_beside(answer.text, "item") == "Choose the item that the affair is like"
    assert filings(country) == []


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"asked": []}, "asked", "Tick what the affair asks for"),
        ({"slug": "Aid For Parents"}, "slug", "Lower-case letters, digits and single hyphens, at most 40 characters"),
        ({"slug": "a" * 41}, "slug", "Lower-case letters, digits and single hyphens, at most 40 characters"),
        ({"slug": ""}, "slug", "Enter a short name"),
        ({"title_ja": ""}, "title_ja", "Enter the title"),
        ({"title_en": "x" * 201}, "title_en", "At most 200 characters"),
        ({"field": "pension"}, "field", "Choose the field"),
        ({"ordinance": ""}, "ordinance", "Enter the name of the ordinance and the article"),
        ({"valid_from": "soon"}, "valid_from", "Enter the day like 2019-12-02"),
        ({"valid_until": "2019-12-09"}, "valid_until", "The last day is before the first"),
        ({"procedure_3_slug": "application"}, "procedure_3_slug", "Another procedure has this short name"),
        (
            {"procedure_3_slug": "a" * 37},
            "procedure_3_slug",
            "Lower-case letters, digits and single hyphens, at most 36",
        ),
        ({"procedure_3_title_en": ""}, "procedure_3_title_en", "Enter the title"),
        (
            {f"procedure_{place}_{part}": "" for place in (1, 3) for part in ("slug", "title_ja", "title_en")},
            "procedure_1_slug",
            "Describe at least one procedure",
        ),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_everything_typed_comes_back(
    country: Country, mayor: Window, changes: dict[str, Any], field: str, message: str
) -> None:
    answer = lodged(mayor, **changes)
    assert answer.status_code == 422
    assert error_beside(answer.text, field).startswith(message)
    typed = {**TYPED, **changes}
    for name, value in typed.items():
        if isinstance(value, str) and value and name != "field":
            assert f'value="{html.escape(value)}"' in answer.text, name
    for tick in typed["asked"]:
        assert re.search(rf'value="{tick}" checked', answer.text)
    assert filings(country) == []
    # What was typed stays on the page: corrected there, it is lodged.
    assert mayor.send(NEW, answer.text, **TYPED, step="lodge").status_code == 303


def test_another_item_is_chosen_without_losing_what_was_typed(mayor: Window, country: Country) -> None:
    first = mayor.send(NEW, described(mayor), **TYPED, step="other")
    assert first.status_code == 200
    assert "Step 1 of 2" in first.text
    second = mayor.send(NEW, first.text, item="2-74", step="choose")
    assert second.status_code == 200
    assert 'value="Medical aid for single parents"' in second.text
    assert re.findall(r'name="asked" value="([^"]+)" checked', second.text) in ([], ["municipality/local-tax"])
    assert filings(country) == []


def test_a_second_click_lodges_nothing_new(mayor: Window, country: Country) -> None:
    page = described(mayor)
    for _click in range(2):
        assert mayor.send(NEW, page, **TYPED, step="lodge").status_code == 303
    assert len(filings(country)) == 1
    changed = mayor.send(NEW, page, **{**TYPED, "title_en": "Something else"}, step="lodge")
    assert changed.status_code == 422
    assert "This form was lodged before with other content" in changed.text
    assert 'value="Something else"' in changed.text


def test_the_commissions_reason_is_shown_with_what_it_returned(mayor: Window, country: Country) -> None:
    lodged(mayor)
    decide(country, "return", "条例の条を明記してください。")
    shown = words(mayor.open(LIST).text)
    assert "Returned by the commission" in shown
    assert "条例の条を明記してください。" in shown
    assert "/end" not in mayor.open(LIST).text


@pytest.mark.requirement("R-252")
def test_a_published_affair_is_ended_after_it_was_confirmed(mayor: Window, country: Country) -> None:
    lodged(mayor)
    decide(country, "publish")
    page = mayor.open(LIST).text
    assert "Medical aid for single parents" in page
    assert CODE in page
    [ending] = re.findall(r'href="(/ordinance-affairs/[^"]+/end)"', page)
    asked = mayor.open(ending).text
    assert "From today on nothing can be asked" in asked
    assert filings(country)[0].state is FilingState.PUBLISHED
    done = mayor.send(ending, asked)
    assert done.status_code == 303
    shown = words(mayor.open(done.headers["Location"]).text)
    for said in ("The affair has ended", "No longer linked", "This body ended it"):
        assert said in shown
    assert filings(country)[0].state is FilingState.WITHDRAWN
    again = mayor.send(ending, asked)
    assert again.status_code == 422
    assert "The affair does not stand any more" in again.text
    assert "Only a published affair can be ended." in mayor.open(ending).text


def test_nothing_is_ended_that_this_body_did_not_lodge(country: Country, mayor: Window) -> None:
    lodged(Window(country, WELFARE, "mayor"))
    decide(country, "publish")
    theirs = filings(country)[0].filing_id
    ending = f"{LIST}/{theirs}/end"
    assert mayor.open(ending).status_code == 404
    assert mayor.send(ending, mayor.open(LIST).text).status_code == 404
    assert filings(country)[0].state is FilingState.PUBLISHED


def test_a_newer_filing_takes_the_place_of_an_older_one_in_words(mayor: Window, country: Country) -> None:
    lodged(mayor)
    decide(country, "publish")
    lodged(mayor, title_en="Medical aid for parents alone")
    newer = filings(country)
    [newest] = [one for one in newer if one.state is FilingState.LODGED]
    officer = country.context("assessment-officer", "linkage-oversight", "officer", COMMISSION)
    commissions(country).publish(officer, newest.key)
    assert "A newer filing takes its place" in mayor.open(LIST).text
    japanese = Window(country, MIYAKONOJO, "mayor", "ja").open(LIST).text
    assert "後の届出に置き換えられた" in japanese


def test_while_the_commission_is_silent_nothing_typed_is_lost(mayor: Window, country: Country) -> None:
    page = described(mayor)
    country.transport.unregister(parse_institution_id(COMMISSION))
    answer = mayor.send(NEW, page, **TYPED, step="lodge")
    assert answer.status_code == 422
    assert "does not answer now. Nothing was lost" in answer.text
    assert 'value="Medical aid for single parents"' in answer.text
    listed = mayor.open(LIST)
    assert listed.status_code == 200
    assert "Where the filings stand cannot be shown now" in listed.text
    ending = mayor.open(f"{LIST}/some-filing/end")
    assert "does not answer now" in ending.text


@pytest.mark.requirement("R-029")
@pytest.mark.parametrize(("body", "role"), [(MIYAKONOJO, "counter-clerk"), (WELFARE, "clerk"), (BOARD, "case-clerk")])
def test_others_at_the_body_neither_see_nor_lodge_nor_end(country: Country, body: str, role: str) -> None:
    lodged(Window(country, body, "mayor"))
    decide(country, "publish")
    country.apps[body].operations.add_staff("clerk", "窓口 花子", role, "a long enough passphrase")
    clerk = Window(country, body, "clerk")
    ending = f"{LIST}/{filings(country)[0].filing_id}/end"
    for path in (LIST, NEW, ending):
        assert clerk.open(path).status_code == 403, path
    start = clerk.open("/cases" if body == BOARD else "/").text
    assert f'href="{LIST}"' not in start
    for path in (NEW, ending):
        assert clerk.send(path, start, **TYPED, item="2-9", step="lodge").status_code == 403, path
    assert [one.state for one in filings(country)] == [FilingState.PUBLISHED]


@pytest.mark.parametrize("body", BODIES)
def test_whoever_heads_the_body_is_offered_the_page_and_it_speaks_japanese(country: Country, body: str) -> None:
    mayor = Window(country, body, "mayor", "ja")
    start = mayor.open("/")
    page = mayor.open(start.headers["Location"]).text if start.status_code == 303 else start.text
    assert f'href="{LIST}"' in page
    assert "条例事務" in page
    for path in (LIST, NEW):
        assert '<html lang="ja">' in mayor.open(path).text
    assert "地方税関係情報" in described(mayor)
