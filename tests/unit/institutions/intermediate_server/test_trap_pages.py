"""The security officer's page: people are invented, codes printed, traps planted and withdrawn; nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.intermediate_server.store.tables import METADATA, SESSIONS
from mizuhiki.institutions.intermediate_server.web import messages, traps
from mizuhiki.ui.languages import UI_CATALOGUES, translations
from mizuhiki.vocabulary.ids import intermediate_server_of
from support.conversion import COMMISSION, CORE
from unit.institutions.intermediate_server.kit import ASKER, inquiry_of
from unit.institutions.intermediate_server.trapping import PASSPHRASE, Browser, Trapping

MAN = "架空 一郎,カクウ イチロウ,1980-04-01,1,東京都港区架空1-2-3"
WOMAN = "架空 二子\tカクウ ニコ\t昭和55年4月2日\t女\t東京都港区架空4,5"
PEOPLE = f"{MAN}\r\n{WOMAN}"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CODE = re.compile(r"\b(?:[0-9a-f]{4}-){7}[0-9a-f]{4}\b")


@pytest.fixture
def nation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trapping]:
    place = Trapping()
    place._patch = monkeypatch
    for account, role in (("security", "security-officer"), ("linkage", "linkage-officer")):
        place.server(ASKER).add_staff(account, f"担当 {account}", role, PASSPHRASE)
    yield place
    place.close()


def browser(nation: Trapping, account: str = "security", language: str = "en") -> Browser:
    return Browser(nation.apps[ASKER].wsgi, f"{intermediate_server_of(ASKER)}.localhost", account, language)


def printed(page: str) -> tuple[dict[str, str], list[str]]:
    """The fields with which a printed list plants, and its codes."""
    fields = {name: unescape(value) for name, value in HIDDEN.findall(page) if name != "csrf_token"}
    return fields, list(dict.fromkeys(CODE.findall(page)))


def everything(nation: Trapping, table: sa.Table | None = None) -> str:
    tables = METADATA.sorted_tables if table is None else [table]
    with nation.server(ASKER).upkeep.store._database.read() as connection:
        return repr([connection.execute(sa.select(one)).all() for one in tables])


def test_traps_are_invented_printed_planted_and_withdrawn(nation: Trapping) -> None:
    officer = browser(nation)
    assert "0 traps of this office stand." in officer.get("/traps").text
    listed = officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE})
    assert listed.status_code == 200
    assert listed.headers["Cache-Control"] == "no-store"
    fields, codes = printed(listed.text)
    assert len(codes) == 2
    for shown in ("架空 一郎", "1980-04-02", "Female", "東京都港区架空4,5"):
        assert shown in listed.text
    assert "0 traps of this office stand." in officer.get("/traps").text, "nothing is planted before it is confirmed"
    planted = officer.post("/traps", step="plant", **fields)
    assert (planted.status_code, planted.headers["Location"]) == (303, "/traps")
    told = officer.get("/traps").text
    assert "2 planted; 2 of this office stand now." in told
    assert "2 planted" not in officer.get("/traps").text
    assert CODE.search(told) is None
    held = everything(nation)
    for code in codes:
        assert code not in held
        assert code.replace("-", "") not in held
    [number, *_rest] = re.findall(r"\b\d{15}\b", listed.text)
    nation.inquire(inquiry_of(number))
    assert len(nation.alarms()) == 1
    withdrawn = officer.post("/traps", step="withdraw", **{traps.WITHDRAWN: f"{codes[0].upper()}\n\n{'0' * 32}"})
    assert withdrawn.status_code == 303
    told = officer.get("/traps").text
    assert "1 of 2 codes withdrawn" in told
    assert "1 traps of this office stand now." in told


def test_the_same_list_planted_twice_plants_once(nation: Trapping) -> None:
    officer = browser(nation)
    fields, _codes = printed(officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE}).text)
    for _time in range(2):
        officer.post("/traps", step="plant", **fields)
        assert "2 of this office stand now." in officer.get("/traps").text
    assert sum(nation.server(ASKER).renewal(nation.officer(ASKER, "machinery")).held.values()) == 3


def test_while_the_core_is_away_the_printed_list_stays_and_is_planted_later(nation: Trapping) -> None:
    officer = browser(nation)
    fields, codes = printed(officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE}).text)
    nation.transport.unregister(CORE)
    kept = officer.post("/traps", step="plant", **fields)
    assert "Nobody answers at the core or the commission" in kept.text
    assert printed(kept.text) == (fields, codes)
    assert "How many traps stand cannot be told now." in officer.get("/traps").text
    away = officer.post("/traps", step="withdraw", **{traps.WITHDRAWN: codes[0]})
    assert "Nobody answers" in away.text
    assert codes[0] in away.text, "what was typed stays"
    nation.transport.register(CORE, lambda: nation.doors[CORE])
    nation.transport.unregister(COMMISSION)
    assert "Nobody answers" in officer.post("/traps", step="plant", **fields).text
    nation.transport.register(COMMISSION, lambda: nation.doors[COMMISSION])
    assert officer.post("/traps", step="plant", **fields).status_code == 303


@pytest.mark.parametrize(
    ("people", "fault"),
    [
        ("", "Write 1 to 20 people, one in a line"),
        ("\n".join(f"名{place},,1980-01-01,1,港区{place}" for place in range(21)), "Write 1 to 20 people"),
        ("架空 一郎,カクウ,1980-04-01,1", "Line 1: name, reading, date of birth, sex and address are needed"),
        ("甲,,1980-04-01,1,港区\n乙,,1980-02-30,1,港区", "Line 2: the date of birth is written like 1980-04-01"),
        ("甲,,1980-04-01,3,港区", "Line 1: the sex is 1 (male), 2 (female) or 9 (not stated)"),
        (",,1980-04-01,1,港区", "Line 1: name and address must not be empty"),
        ("甲,,1980-04-01,1,港区\n甲,,1980-04-01,1,港区", "Somebody stands twice in the list"),
    ],
)
def test_people_that_cannot_be_are_refused_by_line_and_stay_in_the_form(
    nation: Trapping, people: str, fault: str
) -> None:
    answer = browser(nation).post("/traps", step="plan", **{traps.PEOPLE: people})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert fault in page
    assert not people or people.splitlines()[0].strip() in page
    assert CODE.search(page) is None


def test_codes_and_lists_that_cannot_be_are_refused(nation: Trapping) -> None:
    officer = browser(nation)
    for codes, fault in (("", "Write 1 to 20 codes"), ("zzz", "Line 1: 32 digits"), ("0" * 32 + "\n12", "Line 2:")):
        assert fault in officer.post("/traps", step="withdraw", **{traps.WITHDRAWN: codes}).text
    fields, codes = printed(officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE}).text)
    for changed in (
        {traps.CODES: codes[0]},
        {traps.CODES: "zzz zzz"},
        {traps.PEOPLE: ""},
        {"generation": ""},
        {"generation": "9" * 30},
    ):
        assert (
            "The list is not complete. Begin again."
            in officer.post("/traps", step="plant", **{**fields, **changed}).text
        )
    refused = officer.post("/traps", step="plant", **{**fields, "generation": "2"})
    assert "Nothing was planted: the codes are of a generation that is not open; begin again" in refused.text
    assert "Choose what to do" in officer.post("/traps", step="burn").text
    assert nation.server(ASKER).traps.standing(nation.security()) == 0


def test_more_than_the_limit_is_told_in_words(nation: Trapping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mizuhiki.institutions.linkage_core.operations.watch_traps.MOST_STANDING", 1)
    officer = browser(nation)
    fields, _codes = printed(officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE}).text)
    assert "100 traps of this office stand already" in officer.post("/traps", step="plant", **fields).text


def test_nobody_else_sees_the_page_or_finds_it_in_the_menu(nation: Trapping) -> None:
    other = browser(nation, "linkage")
    assert 'href="/traps"' not in other.get("/").text
    assert other.get("/traps").status_code == 403
    assert other.post("/traps", page="/", step="plan", **{traps.PEOPLE: PEOPLE}).status_code == 403
    officer = browser(nation)
    assert 'href="/traps"' in officer.get("/traps").text
    assert officer.get("/").headers["Location"] == "/traps"
    assert officer.get("/cases").status_code == 403


def test_codes_of_a_list_are_not_even_kept_when_the_session_ends(nation: Trapping) -> None:
    officer = browser(nation)
    listed = officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE})
    fields, codes = printed(listed.text)
    nation.clock.advance(timedelta(hours=24))
    ended = officer.post("/traps", page="/sign-in", step="plant", **fields)
    assert ended.headers["Location"] == "/sign-in"
    officer.post("/sign-in", account="security", passphrase=PASSPHRASE)
    assert codes[0] not in officer.get("/traps").text
    assert codes[0] not in everything(nation, SESSIONS)


def test_every_word_of_the_page_is_translated(nation: Trapping) -> None:
    words = translations("ja", [UI_CATALOGUES, Path(messages.__file__).parent / "translations"])
    for message in (*traps.REASONS.values(), *traps._SEX_NAMES.values(), "Traps", "Security officer"):
        assert words.gettext(message) != message
    officer = browser(nation, language="ja")
    page = officer.get("/traps").text
    assert '<html lang="ja">' in page
    assert "検知用符号を登録する" in page
    listed = officer.post("/traps", step="plan", **{traps.PEOPLE: PEOPLE}).text
    assert "印刷したので登録する" in listed
    broken = officer.post("/traps", step="plan", **{traps.PEOPLE: "甲,,1980-04-01,3,港区"}).text
    assert "1行目：性別は1（男）、2（女）、9（不詳）のいずれかです" in broken
