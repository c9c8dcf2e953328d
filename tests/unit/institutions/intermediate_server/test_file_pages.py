"""Files of inquiries on pages, through the real core and commission: given in, tried, handed in, followed, fetched."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, TestResponse, encode_multipart

from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import intermediate_server_of
from mizuhiki.wire.exchange_files import (
    MOST_RECORDS,
    InquiryRecord,
    file_id_of,
    read_outcomes,
    write_inquiries,
    write_outcomes,
)
from mizuhiki.world.exchange_files import FileExchange
from support.environment import make_environment
from support.pages import csrf_token
from unit.institutions.intermediate_server.kit import ASKER, HOLDER, copy_of
from unit.institutions.intermediate_server.test_bulk import asked_number, held_number
from unit.institutions.intermediate_server.whole import Nation

PASSPHRASE = "a long enough passphrase"
BASE = f"http://{intermediate_server_of(ASKER)}.localhost"
STRANGER_TO_US = "100000000000099"
NAME = "P640R110_20191202100000_0001.DAT"


def record(addressee: str, **changes: str) -> InquiryRecord:
    values = {
        "local_number": addressee,
        "addressee_number": addressee,
        "requested_at": "20191202100000000",
        "department": "tax",
        "user": "u-1",
        "inquirer": ASKER,
        "affair": "child-allowance",
        "procedure": "child-allowance.claim",
        "provider": HOLDER,
        "kind": "local-tax",
        "year_kind": "1",
        "start": "20190401",
    }
    return InquiryRecord(**{**values, **changes})


PROVIDED, NO_COPY = asked_number("provided"), asked_number("no-copy")
GOOD = write_inquiries([record(PROVIDED), record(NO_COPY), record(STRANGER_TO_US)])


class Browser:
    """A member of the asker's staff."""

    def __init__(self, nation: Nation, account: str, language: str = "en") -> None:
        self._client = Client(nation.apps[ASKER].wsgi)
        self._headers = {"Accept-Language": language}
        fields = {"account": account, "passphrase": PASSPHRASE}
        assert self.send("/sign-in", **fields).status_code == 303

    def get(self, path: str, status: int = 200) -> str:
        answer = self._client.get(path, base_url=BASE, headers=self._headers)
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
        return answer.get_data(as_text=True)

    def send(self, path: str, page: str = "", **fields: Any) -> TestResponse:
        data = {"csrf_token": csrf_token(self.get(page or path)), **fields}
        return self._client.post(path, base_url=BASE, data=data, headers=self._headers)

    def give_in(self, content: bytes, name: str = NAME) -> TestResponse:
        upload = FileStorage(io.BytesIO(content), filename=name)
        boundary, data = encode_multipart({"csrf_token": csrf_token(self.get("/files/new")), "file": upload})
        kind = f"multipart/form-data; boundary={boundary}"
        return self._client.post("/files/new", base_url=BASE, data=data, content_type=kind, headers=self._headers)


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = Nation()
    for key in ("provided", "no-copy"):
        person = place.core.nation.person()
        place.acquire(ASKER, asked_number(key), person)
        place.acquire(HOLDER, held_number(key), person)
    place.register_copies(HOLDER, copy_of(held_number("provided")))
    place.publish_assessment(ASKER)
    for account, role in (("linkage", "linkage-officer"), ("protection", "protection-officer")):
        place.server(ASKER).add_staff(account, f"担当 {account}", role, PASSPHRASE)
    yield place
    place.close()


def send_sections(nation: Nation) -> None:
    """What the timed work does every five seconds."""
    nation.server(ASKER).bulk.resume(nation.officer(ASKER, "machinery"))


@pytest.mark.requirement("R-217")
def test_a_file_is_tried_handed_in_followed_and_fetched(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    kept = browser.give_in(GOOD).headers["Location"]
    assert kept == f"/files/kept/{file_id_of(GOOD)}"
    tried = browser.get(kept)
    assert "1 of 3 lines" in tried
    assert "2-74 番号法19条8号" in tried
    assert "Refused: This addressee is not registered here" in tried
    assert nation.server(ASKER).bulk.files(nation.officer(ASKER)) == [], "trying hands nothing in"
    place = browser.send(kept, do="hand-in").headers["Location"]
    waiting = browser.get(place)
    assert "0 of 1 done" in waiting
    assert "It goes on by itself" in waiting
    assert "Not handed in yet" not in browser.get("/files")
    send_sections(nation)
    ended = browser.get(place)
    assert "Every line has ended" in ended
    shown = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr>.*?</tr>", ended)]
    assert any("Provided" in row and "2-74" in row for row in shown)
    assert any("No data" in row for row in shown)
    fetched = browser.send(place)
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="outcomes-{file_id_of(GOOD)[:8]}.DAT"'
    outcomes = read_outcomes(fetched.get_data())
    assert [(one.line, one.addressee_number, one.outcome) for one in outcomes] == [
        ("1", PROVIDED, "provided"),
        ("2", NO_COPY, "no-data"),
        ("3", STRANGER_TO_US, "unknown-addressee"),
    ]
    assert '"total_income_yen":3210000' in outcomes[0].information


@pytest.mark.requirement("R-217")
def test_page_and_interface_are_two_ways_to_one_file(nation: Nation) -> None:
    environment = make_environment(ASKER, clock=nation.clock, transport=nation.transport)
    program = FileExchange(Peers(environment), ASKER)
    browser = Browser(nation, "linkage")
    program.submit(GOOD, "sent-by-a-program.DAT")
    place = browser.give_in(GOOD, NAME).headers["Location"]
    assert place == f"/files/{file_id_of(GOOD)}", "what was handed in is shown, not asked again"
    send_sections(nation)
    assert program.submit(GOOD, "again.DAT").lines == 3
    records, complete = program.outcomes(GOOD)
    assert complete
    assert browser.send(place).get_data() == write_outcomes(records)
    other = write_inquiries([record(NO_COPY)])
    page = browser.give_in(other).headers["Location"]
    browser.send(page, do="hand-in")
    assert program.submit(other, "by-program.DAT").file_id == file_id_of(other)
    assert len(nation.server(ASKER).bulk.files(nation.officer(ASKER))) == 2


FAULTY: list[tuple[bytes, list[str]]] = [
    (b"", ["Choose a file"]),
    (b"a,b\r\n", ["A line has 18 columns"]),
    (b"\xff\xfe\r\n", ["The file is not UTF-8"]),
    (b'"open', ["A quotation mark is not closed"]),
    (b"\x00" * 40, ["A line has 18 columns"]),
    (GOOD.replace(ASKER.encode(), b"municipality-011002", 1), ["in the name of another institution"]),
    (GOOD.replace(HOLDER.encode(), b"municipality-999999"), ["No institution has this name"]),
    (GOOD.replace(HOLDER.encode(), b"../../etc/passwd"), ["No institution has this name"]),
    (
        GOOD.replace(b"100000000000001", b"1000000000000SECRET").replace(b"20190401", b"2019-4-1", 1),
        ["Write digits only", "Integrated addressee number", "First day"],
    ),
    (GOOD.splitlines(keepends=True)[0] * (MOST_RECORDS + 1), ["at least one line and at most 10,000"]),
]


@pytest.mark.parametrize(("content", "told"), FAULTY, ids=[words[0] for _, words in FAULTY])
def test_a_file_with_faults_is_not_taken_and_every_fault_is_told_without_its_value(
    nation: Nation, content: bytes, told: list[str]
) -> None:
    browser = Browser(nation, "linkage")
    answer = browser.give_in(content)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    for words in told:
        assert words in page
    assert "SECRET" not in page
    assert "passwd" not in page
    assert nation.server(ASKER).files.kept(nation.officer(ASKER)) == []


def test_the_largest_file_is_taken_and_shown_page_by_page(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    line = write_inquiries([record(NO_COPY, department="課" * 20, user="員" * 20)])
    content = line * MOST_RECORDS
    assert 2 * 1024 * 1024 < len(content) < 8 * 1024 * 1024
    kept = browser.give_in(content).headers["Location"]
    assert "page=100" in browser.get(kept)
    for page in ("100", "101", "0", "-1", "x", "9" * 30):
        browser.get(f"{kept}?page={page}")
    assert browser.give_in(b"x" * (9 * 1024 * 1024)).status_code == 413


def test_a_refused_question_names_the_rule_before_anything_is_sent(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    content = write_inquiries([record(PROVIDED, kind="medical-insurance"), record(PROVIDED, provider=ASKER)])
    tried = browser.get(browser.give_in(content).headers["Location"])
    assert "Refused: No row of the statute table allows this" in tried
    assert "Refused: One&#39;s own institution is not asked" in tried


def test_a_kept_file_is_found_again_discarded_or_forgotten_after_a_day(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    kept = browser.give_in(GOOD).headers["Location"]
    assert kept in browser.get("/files"), "work that was left is found again"
    assert browser.send(kept, do="discard").headers["Location"] == "/files"
    assert "not kept here any more" in browser.get(kept, status=404)
    browser.give_in(GOOD)
    files, machinery = nation.server(ASKER).files, nation.officer(ASKER, "machinery")
    nation.clock.advance(timedelta(days=1))
    assert files.forget(machinery) == 0
    nation.clock.advance(timedelta(seconds=1))
    assert files.forget(machinery) == 1


def test_handing_in_twice_and_after_a_crash_is_one_file(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, officer = Browser(nation, "linkage"), nation.officer(ASKER)
    kept = browser.give_in(GOOD).headers["Location"]
    files = nation.server(ASKER).files
    # The process ends after the file was taken and before it is dropped from what is kept.
    with nation.server(ASKER).bulk.store.snapshot() as records:
        file = records.kept_file(file_id_of(GOOD))
    assert file is not None
    nation.server(ASKER).bulk.submit(officer, file=file)
    assert files.kept(officer) == [], "handed in is not waiting to be handed in"
    assert browser.send(kept, do="hand-in").headers["Location"] == f"/files/{file_id_of(GOOD)}"
    files.hand_in(officer, file_id=file_id_of(GOOD))
    assert len(nation.server(ASKER).bulk.files(officer)) == 1
    assert nation.server(ASKER).bulk.progress(officer, file_id=file_id_of(GOOD)).lines == 3


@pytest.mark.requirement("R-076")
def test_information_about_a_protected_addressee_is_left_out_of_the_file(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    place = browser.send(browser.give_in(GOOD).headers["Location"], do="hand-in").headers["Location"]
    send_sections(nation)
    owner = nation.officer(ASKER, "owner")
    nation.server(ASKER).mark_addressee(owner, addressee_number=PROVIDED, protected=True)
    line, *_ = read_outcomes(browser.send(place).get_data())
    assert (line.outcome, line.information, line.receipt) == ("provided", "", "")


def test_pages_name_no_addressee_and_nothing_learnt(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    kept = browser.give_in(GOOD).headers["Location"]
    tried = browser.get(kept)
    place = browser.send(kept, do="hand-in").headers["Location"]
    send_sections(nation)
    for page in (tried, browser.get(place), browser.get("/files")):
        for secret in (PROVIDED, NO_COPY, STRANGER_TO_US, "3210000", "total_income"):
            assert secret not in page


@pytest.mark.parametrize("name", ["架空花子の照会.csv", "kaku-hanako-19850203.DAT", "123456789018.DAT"])
def test_an_uploaded_name_that_could_name_somebody_is_replaced(nation: Nation, name: str) -> None:
    browser = Browser(nation, "linkage")
    browser.give_in(GOOD, name)
    page = browser.get("/files")
    assert name not in page
    assert re.search(r"P640R110_\d{14}_0001\.DAT", page)


def test_lines_are_narrowed_by_outcome(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    place = browser.send(browser.give_in(GOOD).headers["Location"], do="hand-in").headers["Location"]
    send_sections(nation)
    narrowed = browser.get(f"{place}?outcome=no-data")
    assert "Show all outcomes" in narrowed
    assert "1 entry" in narrowed
    assert "Show all outcomes" not in browser.get(f"{place}?outcome=%27--")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_file_page_is_shown_in_both_languages(nation: Nation, language: str) -> None:
    browser = Browser(nation, "linkage", language)
    kept = browser.give_in(GOOD).headers["Location"]
    for path in ("/files", "/files/new", kept):
        assert f'<html lang="{language}">' in browser.get(path)
    place = browser.send(kept, do="hand-in").headers["Location"]
    assert ("結果ファイルを取得する" if language == "ja" else "Fetch the outcome file") in browser.get(place)


def test_files_are_the_linkage_officers(nation: Nation) -> None:
    protection = Browser(nation, "protection")
    for path in ("/files", "/files/new", f"/files/kept/{file_id_of(GOOD)}", f"/files/{file_id_of(GOOD)}"):
        protection.get(path, status=403)
    stranger = Client(nation.apps[ASKER].wsgi)
    for path in ("/files", "/files/new", "/files/kept/x", "/files/x"):
        assert stranger.get(path, base_url=BASE).headers["Location"] == "/sign-in"
    for role in ("owner", "protection-officer", "machinery", "core"):
        with pytest.raises(ActionNotPermitted):
            nation.server(ASKER).files.fetch(nation.officer(ASKER, role), file_id="x")


def test_a_file_nobody_knows_is_not_found(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    for path in ("/files/unknown", "/files/kept/unknown", "/files/..%2f..%2fetc", f"/files/{'x' * 300}"):
        browser.get(path, status=404)
    assert browser.send("/files/unknown", page="/files/new").status_code == 404
    assert browser.send("/files/kept/unknown", page="/files/new", do="hand-in").status_code == 404


def test_handing_in_and_fetching_are_recorded_without_a_person(nation: Nation) -> None:
    browser = Browser(nation, "linkage")
    place = browser.send(browser.give_in(GOOD).headers["Location"], do="hand-in").headers["Location"]
    browser.send(place)
    with nation.server(ASKER).bulk.store._database.read() as connection:  # type: ignore[attr-defined]  # the SQL store
        rows = connection.exec_driver_sql(
            "SELECT event, outcome FROM audit_event WHERE event = 'exchange-file-handled' ORDER BY outcome"
        ).all()
    assert [row.outcome for row in rows] == ["fetched", "handed-in"]
