"""The public Web-API judged from outside: other readers of CSV and XML, python-stdnum, and the published rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from stdnum.jp import cn
from werkzeug.test import Client

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause
from mizuhiki.institutions.tax_agency.domain.published import COLUMNS
from support.tax_agency import TODAY, Office, company, profile

NUMBERS = 4
NAMES = ("株式会社髙橋電機", "高橋商店株式会社", '架空<&>"商会"', "有限会社𠮷野架空")


@pytest.fixture(scope="module", name="office")
def _office() -> Iterator[Office]:
    office = Office(parameters={"web_api_limit": "1000 per minute"})
    for serial, name in enumerate(NAMES, start=1):
        office.designate(company(serial, name, municipality_code="131032" if serial % 2 else "452025"))
    yield office
    office.app.close()


def numbers_of(office: Office) -> list[str]:
    return [row[1] for row in rows_of(office.ask("/4/diff", **period(), type="02").data.decode())[1:]]


def period() -> dict[str, str]:
    return {"from": TODAY.isoformat(), "to": TODAY.isoformat()}


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.requirement("R-016")
def test_anybody_asks_without_log_in_cookie_or_application_id_and_may_send_one(office: Office) -> None:
    bare = office.ask("/4/diff", **period(), type="02")
    assert bare.status_code == 200
    assert "Set-Cookie" not in bare.headers
    assert bare.headers["Access-Control-Allow-Origin"] == "*"
    assert office.ask("/4/diff", **period(), type="02", id="K1234567890ab").data == bare.data


@pytest.mark.requirement("R-015", "R-016")
def test_the_three_forms_say_the_same_to_other_readers(office: Office) -> None:
    shift_jis = office.ask("/4/diff", **period(), type="01")
    unicode_, xml = office.ask("/4/diff", **period(), type="02"), office.ask("/4/diff", **period(), type="12")
    assert "Shift_JIS" in shift_jis.headers["Content-Type"]
    header, *rows = rows_of(unicode_.data.decode())
    assert header == [TODAY.isoformat(), str(NUMBERS), "1", "1"]
    assert {len(row) for row in rows} == {30}
    assert all(cn.is_valid(row[1]) for row in rows)
    assert [row[6] for row in rows] == list(NAMES)
    assert rows_of(shift_jis.data.decode("cp932"))[1:] == [[one.replace("𠮷", "？") for one in row] for row in rows]
    root = ET.fromstring(xml.data)  # noqa: S314 - our own output
    assert [(one.tag, one.text) for one in root[:4]] == list(
        zip(("lastUpdateDate", "count", "divideNumber", "divideSize"), header, strict=True)
    )
    assert [[one.text or "" for one in corporation] for corporation in root[4:]] == rows
    assert [one.tag for one in root[4]] == list(COLUMNS)


def test_numbers_are_answered_once_each_and_unknown_ones_left_out(office: Office) -> None:
    first, second = numbers_of(office)[:2]
    answer = rows_of(office.ask("/4/num", number=f"{second},{first},{second},7000012050002", type="02").text)
    assert [row[1] for row in answer[1:]] == [second, first]
    assert office.ask("/4/num", number="7000012050002", type="02").text.strip() == f"{TODAY},0,1,1"


def test_history_shows_every_line_of_a_number_only_when_asked() -> None:
    office = Office()
    number = office.designate(company(1))
    office.agency.changes.change(office.entering, number, profile("株式会社新架空"), on=TODAY)
    office.agency.changes.close(office.deciding, number, CloseCause.LIQUIDATED, on=TODAY)
    now = rows_of(office.ask("/4/num", number=number, type="02", history="0").text)[1:]
    history = rows_of(office.ask("/4/num", number=number, type="02", history="1").text)[1:]
    assert [row[2] for row in now] == ["21"]
    assert [(row[2], row[23]) for row in history] == [("01", "0"), ("11", "0"), ("21", "1")]
    assert (now[0][18], now[0][19]) == (TODAY.isoformat(), "01")
    former = rows_of(office.ask("/4/name", name="架空商事", type="02", change="1").text)[1:]
    assert [row[6] for row in former] == ["株式会社架空商事"]
    assert len(rows_of(office.ask("/4/name", name="新架空", type="02", close="0").text)) == 1
    office.app.close()


def test_a_search_by_name_takes_mode_target_address_and_kind(office: Office) -> None:
    def found(**query: str) -> list[str]:
        return [row[6] for row in rows_of(office.ask("/4/name", type="02", **query).text)[1:]]

    assert found(name="高橋") == ["株式会社髙橋電機", "高橋商店株式会社"]
    assert found(name="橋") == []
    assert found(name="橋", mode="2") == ["株式会社髙橋電機", "高橋商店株式会社"]
    assert found(name="高橋", target="2") == ["高橋商店株式会社"]
    assert found(name="高橋", address="45") == found(name="高橋", address="45202") == ["高橋商店株式会社"]
    assert found(name="高橋", kind="03,01") == ["株式会社髙橋電機", "高橋商店株式会社"]
    assert found(name="高橋", kind="01,02") == []
    after = (TODAY + timedelta(days=1)).isoformat()
    assert found(name="高橋", **{"from": after}) == []
    assert found(name="\u20b9\u0e01") == []


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("num", {"type": "02"}, "number"),
        ("num", {"number": ",".join(["8000020131032"] * 11), "type": "02"}, "法人番号は10件以内"),
        ("num", {"number": "8000020131033", "type": "02"}, "number"),
        ("num", {"number": "8000-0201-31032", "type": "02"}, "number"),
        ("num", {"number": "8000020131032"}, "type"),
        ("num", {"number": "8000020131032", "type": "03"}, "type"),
        ("num", {"number": "8000020131032", "type": "02", "history": "2"}, "history"),
        ("num", {"number": "8000020131032", "type": "02", "name": "x"}, "name"),
        ("diff", {"type": "02", "to": "2019-12-02"}, "from"),
        ("diff", {"type": "02", "from": "20191202", "to": "2019-12-02"}, "from"),
        ("diff", {"type": "02", "from": "2019-12-02", "to": "2019-12-01"}, "to"),
        ("diff", {"type": "02", "from": "2019-10-13", "to": "2019-12-02"}, "to"),
        ("diff", {"type": "02", "from": "2019-12-02", "to": "2019-12-02", "address": "48"}, "address"),
        ("diff", {"type": "02", "from": "2019-12-02", "to": "2019-12-02", "kind": "05"}, "kind"),
        ("diff", {"type": "02", "from": "2019-12-02", "to": "2019-12-02", "divide": "2"}, "divide"),
        ("diff", {"type": "02", "from": "2019-12-02", "to": "2019-12-02", "divide": "0"}, "divide"),
        ("name", {"type": "02"}, "name"),
        ("name", {"type": "02", "name": "あ" * 151}, "name"),
        ("name", {"type": "02", "name": "!!", "target": "3"}, "name"),
        ("name", {"type": "02", "name": "x", "mode": "3"}, "mode"),
        ("name", {"type": "02", "name": "x", "change": "yes"}, "change"),
        ("name", {"type": "02", "name": "x", "from": "2019-12-02", "to": "2019-12-01"}, "to"),
    ],
)
def test_a_wrong_request_is_answered_400_with_a_code_and_the_parameters_name(
    office: Office, path: str, query: dict[str, str], parameter: str
) -> None:
    answer = office.ask(f"/4/{path}", **query)
    code, _, words = answer.text.partition(",")
    assert (answer.status_code, len(code), code.isdigit()) == (400, 3, True)
    assert parameter in words


def test_the_longest_period_is_fifty_days_with_both_counted(office: Office) -> None:
    answer = office.ask("/4/diff", **{"from": "2019-10-14", "to": "2019-12-02", "type": "02"})
    assert answer.status_code == 200


def test_other_methods_hosts_and_doubled_parameters_are_refused(office: Office) -> None:
    client, host = Client(office.app.wsgi), f"http://{office.environment.settings.host}"
    path = "/4/num?number=8000020131032&type=02"
    assert client.get(path, base_url=host).status_code == 200
    assert client.head(path, base_url=host).data == b""
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        refused = client.open(path, base_url=host, method=method)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert client.get(path, base_url="http://elsewhere.example").status_code == 404
    assert client.get(f"{path}&type=01", base_url=host).status_code == 400
    assert client.get("/4/name?name=%FF&type=02", base_url=host).status_code == 400
    assert client.get(f"/4/num?number={'1' * 4001}", base_url=host).status_code == 414
    assert client.get("/4/other", base_url=host).status_code == 404


@pytest.mark.requirement("R-016")
def test_an_address_that_asks_too_much_waits_and_others_do_not() -> None:
    office = Office(parameters={"web_api_limit": "3 per minute"})
    client, host = Client(office.app.wsgi), f"http://{office.environment.settings.host}"

    def ask(address: str) -> int:
        query = "/4/num?number=8000020131032&type=02"
        return client.get(query, base_url=host, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [ask("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
    assert ask("192.0.2.2") == 200
    office.app.close()
