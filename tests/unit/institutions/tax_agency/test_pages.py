"""Pages of the tax agency without a browser: searching in both languages, and an officer's day."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.tax_agency.domain.codes import Process
from mizuhiki.institutions.tax_agency.domain.import_file import COLUMNS
from support.pages import csrf_token
from support.tax_agency import Office, association, company

ROLES = {"registrar": "registration-officer", "designator": "designating-officer", "auditor": "auditor"}


class Officer:
    """A browser at the desk."""

    def __init__(self, office: Office, account: str) -> None:
        self._client, self._base = Client(office.app.wsgi), f"http://{office.environment.settings.host}"
        self.send("/sign-in", account=account, passphrase="a long passphrase")

    def open(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base)

    def send(self, path: str, **fields: object) -> TestResponse:
        token = csrf_token(self.open(path).text)
        return self._client.post(path, base_url=self._base, data={"csrf_token": token, **fields})


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office()
    for account, role in ROLES.items():
        opened.agency.add_staff(account, account, role, "a long passphrase")
    yield opened
    opened.app.close()


@pytest.mark.requirement("R-016")
def test_anybody_searches_in_japanese_and_english_and_the_page_pages(office: Office) -> None:
    for serial in range(1, 24):
        office.designate(company(serial, f"架空{serial:02d}", en_name=f"Invented {serial:02d}"))
    first = office.ask("/", name="架空", lang="ja").text
    assert "23件" in first
    assert "架空20" in first
    assert "架空21" not in first
    assert "架空21" in office.ask("/", name="架空", page="2", lang="ja").text
    assert "架空23" in office.ask("/", name="架空", sort="-name", lang="ja").text
    english = office.ask("/", name="invented 03", target="3", lang="en").text
    assert "Invented 03" in english
    assert "Minato City, Tokyo" in english


@pytest.mark.parametrize(
    "query",
    [
        {"number": "8000020131033"},
        {"number": "8000020131032"},
        {"prefecture": "48"},
        {"kind": "999"},
        {"name": "あ" * 151},
        {"match": "1"},
        {"name": "　"},
    ],
)
def test_a_question_that_cannot_be_is_answered_in_words_beside_the_form(office: Office, query: dict[str, str]) -> None:
    answer = office.ask("/", **query)
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)


def test_pages_and_sorts_that_do_not_exist_show_the_nearest(office: Office) -> None:
    office.designate(company(1))
    for query in (
        {"page": "99"},
        {"page": "0"},
        {"page": "x"},
        {"sort": "invented"},
        {"city": "45202", "prefecture": "13"},
    ):
        answer = office.ask("/", name="架空", **query)
        assert "株式会社架空商事" in answer.text


def test_an_officers_entries_become_lines_of_the_record(office: Office) -> None:
    into = office.designate(company(2, "架空の承継先"))
    number = office.designate(company(1))
    registrar, designator = Officer(office, "registrar"), Officer(office, "designator")
    items = {"name": "株式会社新架空", "kind": "301", "municipality_code": "131032", "street": "架空1丁目2番3号"}
    at = f"/desk/corporations/{number}"
    wrong = registrar.send(f"{at}/change", **{**items, "name": ""}, on="2019-12-02")
    assert (wrong.status_code, "error-summary" in wrong.text) == (422, True)
    assert registrar.send(f"{at}/change", **items, on="令和元年12月2日").location == at
    assert designator.send(f"{at}/correct", **{**items, "street": "架空9番"}).location == at
    assert designator.send(f"{at}/end", on="2019-12-02").status_code == 422
    assert designator.send(f"{at}/end", on="2019-12-02", cause="01").location == at
    assert designator.send(f"{at}/end", on="2019-12-02").location == at
    assert designator.send(f"{at}/merger", on="2019-12-02", into=number).status_code == 422
    assert designator.send(f"{at}/merger", on="2019-12-02", into=into).location == at
    assert designator.send(f"{at}/merger", on="2019-12-02").location == at
    lines = office.agency.record(office.deciding, number)
    assert [one.process for one in reversed(lines)] == [
        Process.NEW,
        Process.NAME,
        Process.ADDRESS,
        Process.CLOSED,
        Process.REINSTATED,
        Process.CLOSED,
        Process.REINSTATED,
    ]
    assert "株式会社新架空" in registrar.open(at).text


def test_consent_is_noted_only_for_associations(office: Office) -> None:
    designator = Officer(office, "designator")
    number, other = office.designate(association()), office.designate(company(1))
    assert designator.send(f"/desk/corporations/{number}/publication", consent="yes").status_code == 303
    assert office.ask(f"/corporations/{number}").status_code == 200
    assert designator.send(f"/desk/corporations/{other}/publication", consent="no").status_code == 422


def test_a_file_is_taken_whole_or_refused_with_row_and_column(office: Office) -> None:
    registrar = Officer(office, "registrar")
    row = "9999-01-000001,301,架空,,131032,1番,,,,,,2019-01-01,0,0"
    bad = "\n".join([",".join(COLUMNS), row, row.replace("131032", "131030").replace("000001", "000002")])
    refused = registrar.send("/desk/import", file=(BytesIO(bad.encode()), "a.csv"))
    assert refused.status_code == 422
    assert "municipalityCode" in refused.text
    good = "\n".join([",".join(COLUMNS), row])
    assert registrar.send("/desk/import", file=(BytesIO(good.encode()), "a.csv")).status_code == 303
    designator = Officer(office, "designator")
    assert designator.send("/desk/applications/1", step="refuse").status_code == 422
    assert designator.send("/desk/applications/1", step="designate").status_code == 303
    number = office.agency.application(office.deciding, 1).number
    assert "法人番号指定通知書" in registrar.open(f"/desk/notices/{number}").text
    assert registrar.send("/desk/notices", number=number).status_code == 303
    auditor = Officer(office, "auditor")
    assert auditor.open("/desk").location == "/desk/audit"
    trail = auditor.open("/desk/audit").text
    assert "corporation-designated" in trail
    assert number in trail
