"""The statute table for programs: rows, a row, an item, two days, one question; the same as the pages, and bounded."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from mizuhiki.institutions.linkage_core.app import build
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import StatuteTable, in_force
from mizuhiki.wire.openapi import public_interfaces
from support.environment import make_environment
from unit.institutions.linkage_core.kit import HANAKO, Browser, Linkage

TABLE = StatuteTable.load()
HOST = "http://linkage-core.localhost"
QUESTION = {
    "inquirer": "municipality-452025",
    "affair": "child-allowance",
    "procedure": "child-allowance.claim",
    "provider": "pension-service",
    "kind": "pension-enrolment",
    "day": "2019-11-13",
}


class Program:
    """A vendor's program: GET, and JSON back."""

    def __init__(self, wsgi: Any) -> None:
        self._client = Client(wsgi)

    def ask(self, path: str, status: int = 200, **query: str) -> Any:
        answer = self._client.get(f"/statute-api/1/{path}?{urlencode(query)}", base_url=HOST)
        assert answer.status_code == status, answer.text
        kind = "application/json" if status == 200 else "application/problem+json"
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return json.loads(answer.text)


@pytest.fixture(scope="module")
def program() -> Any:
    app = build(make_environment(InstitutionId("linkage-core"), parameters={"statute_api_limit": "10000 per minute"}))
    yield Program(app.wsgi)
    app.close()


def test_walking_the_pages_gives_every_row_in_force_once(program: Program) -> None:
    day = date(2019, 12, 2)
    first = program.ask("rows", day=day.isoformat(), size="100")
    seen = [
        row["row"]
        for page in range(1, first["pages"] + 1)
        for row in program.ask("rows", day=day.isoformat(), size="100", page=str(page))["rows"]
    ]
    expected = [row for row in TABLE.rows if in_force(row, day)]
    assert seen == [row.name for row in expected]
    assert (first["count"], first["permitting"]) == (len(expected), sum(bool(row.procedures) for row in expected))
    assert program.ask("rows", day=day.isoformat(), size="100", page=str(first["pages"] + 1))["rows"] == []


def test_rows_are_narrowed_by_what_is_given(program: Program) -> None:
    found = program.ask(
        "rows", day="2019-12-02", inquirer_class="municipality", affair="child-allowance", permitting="true"
    )
    assert {row["number"] for row in found["rows"]} == {"2-74", "2-75", "practice-235"}
    assert all(row["procedures"] for row in found["rows"])
    assert program.ask("rows", day="2017-11-12")["count"] == 0
    assert program.ask("rows", number="2-999")["rows"] == []


def test_a_row_and_an_item_are_told_whole(program: Program) -> None:
    rows = program.ask("rows", day="2019-12-02", number="2-74")["rows"]
    assert [program.ask("row", row=one["row"]) for one in rows] == rows
    item = program.ask("item", number="2-74")
    assert {row["row"] for row in rows} <= {row["row"] for row in item["rows"]}
    assert "74の項" in item["rows"][0]["citation"]
    assert len({row.name for row in TABLE.rows}) == len(TABLE.rows), "a name tells one row"


def test_two_days_are_compared(program: Program) -> None:
    found = program.ask("comparison", earlier="2019-11-12", later="2019-12-02")
    assert {one["change"] for one in found["changed"]} == {"began"}
    assert {one["row"]["valid_from"] for one in found["changed"]} == {"2019-11-13"}
    assert "2-75" in {one["row"]["number"] for one in found["changed"]}
    ended = program.ask("comparison", earlier="2024-05-26", later="2024-05-27")
    assert "ended" in {one["change"] for one in ended["changed"]}
    same = program.ask("comparison", earlier="2019-12-01", later="2019-12-02")
    assert same["changed"] == []
    assert same["unchanged"] > 500
    assert program.ask("comparison", 400, earlier="2019-12-03", later="2019-12-02")["code"] == "days-reversed"


ANSWERS: list[tuple[dict[str, str], str, str]] = [
    ({}, "permitted", ""),
    ({"day": "2019-11-12"}, "statute-row-not-in-force", ""),
    ({"kind": "disability"}, "no-statute-row", "combination"),
    ({"procedure": "child-allowance.notice"}, "no-statute-row", "procedure"),
    ({"provider": "municipality-452025", "kind": "local-tax"}, "no-statute-row", "same-institution"),
    ({"affair": "no-such-affair"}, "affair-not-lawful", "unknown"),
    ({"day": "2015-12-31"}, "affair-not-lawful", "not-yet"),
    ({"affair": "student-aid"}, "affair-of-others", ""),
    ({"inquirer": "commission"}, "affair-of-others", ""),
]


@pytest.mark.requirement("R-031")
@pytest.mark.parametrize(("changes", "code", "reason"), ANSWERS, ids=[f"{one[1]} {one[2]}" for one in ANSWERS])
def test_may_one_ask_another_is_answered_with_a_stable_code_on_page_and_interface_alike(
    program: Program, place: Linkage, changes: dict[str, str], code: str, reason: str
) -> None:
    asked = {**QUESTION, **changes}
    told = program.ask("permission", **asked)
    assert (told["code"], told["reason"], told["permitted"]) == (code, reason, code == "permitted")
    assert bool(told["rule"]) == told["permitted"]
    assert told["also_needed"] == (["published-assessment"] if told["permitted"] else [])
    page = Browser(place.core.wsgi, "linkage-core.localhost").get("/permissions?" + urlencode(asked)).text
    assert ("Not permitted" in page) is not told["permitted"]
    assert (told["rule"] or told["title"]) in page
    verdicts = page.partition("<tbody>")[2].partition("</tbody>")[0]
    shown = re.findall(r"/statute/([\w-]+)", verdicts)
    assert shown == [one["row"]["number"] for one in told["considered"]]


@pytest.mark.requirement("R-031")
def test_the_core_refuses_by_the_code_that_the_interface_foretold(program: Program, place: Linkage) -> None:
    foretold = program.ask(
        "permission",
        inquirer=place.asker.owner,
        affair="child-allowance",
        procedure="child-allowance.claim",
        provider=place.provider.owner,
        kind="disability",
        day=place.clock.today().isoformat(),
    )
    with pytest.raises(PeerProblem) as refused:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"]))
    assert refused.value.peer_code == foretold["code"] == "no-statute-row"


def test_a_question_without_a_day_is_about_today(program: Program, place: Linkage) -> None:
    today = program.ask("permission", **{name: word for name, word in QUESTION.items() if name != "day"})
    assert today["day"] == place.clock.today().isoformat()
    earlier = (place.clock.today() - timedelta(days=1)).isoformat()
    assert program.ask("permission", **{**QUESTION, "day": earlier})["day"] == earlier


def test_names_are_told_in_both_languages(program: Program) -> None:
    names = program.ask("names")
    told = {part: {one["code"] for one in names[part]} for part in names}
    assert told["kinds"] == {row.kind for row in TABLE.rows}
    assert told["affairs"] == {row.affair for row in TABLE.rows}
    assert told["classes"] == {name for row in TABLE.rows for name in (row.inquirer_class, row.provider_class)}
    assert told["procedures"] >= {code for row in TABLE.rows for code in row.procedures}
    assert all(one["ja"] and one["en"] for part in names.values() for one in part)


WRONG: list[tuple[str, dict[str, str], int, str, str | None]] = [
    ("rows", {"day": "2019-13-01"}, 400, "query-malformed", "day"),
    ("rows", {"day": "令和元年"}, 400, "query-malformed", "day"),
    ("rows", {"page": "0"}, 400, "query-malformed", "page"),
    ("rows", {"page": "9" * 400}, 400, "query-malformed", "page"),
    ("rows", {"page": "-1"}, 400, "query-malformed", "page"),
    ("rows", {"size": "201"}, 400, "query-malformed", "size"),
    ("rows", {"size": "2.5"}, 400, "query-malformed", "size"),
    ("rows", {"permitting": "perhaps"}, 400, "query-malformed", "permitting"),
    ("rows", {"kind": "x" * 65}, 400, "query-malformed", "kind"),
    ("rows", {"kind": "a' OR 1=1"}, 400, "query-malformed", "kind"),
    ("rows", {"secret": "1"}, 400, "query-malformed", "unknown"),
    ("row", {}, 400, "query-malformed", "row"),
    ("row", {"row": "../../etc/passwd"}, 400, "query-malformed", "row"),
    ("row", {"row": "2-74.municipality.municipality.local-tax.2017-11-14"}, 404, "no-such-statute-row", None),
    ("item", {"number": "2-999"}, 404, "no-such-statute-item", None),
    ("comparison", {"earlier": "2019-12-01"}, 400, "query-malformed", "later"),
    ("permission", {}, 400, "query-malformed", "inquirer"),
    ("permission", {**QUESTION, "inquirer": "municipality-999999"}, 404, "no-such-institution", "inquirer"),
    ("permission", {**QUESTION, "provider": "nobody"}, 404, "no-such-institution", "provider"),
    ("permission", {**QUESTION, "provider": "Pension Service"}, 400, "query-malformed", "provider"),
    ("permission", {**QUESTION, "number": "123456789018"}, 400, "query-malformed", "unknown"),
]


@pytest.mark.parametrize(("path", "query", "status", "code", "part"), WRONG)
def test_a_wrong_query_is_named_by_its_part_and_never_repeated(  # noqa: PLR0917 - the columns of the table above
    program: Program, path: str, query: dict[str, str], status: int, code: str, part: str | None
) -> None:
    problem = program.ask(path, status, **query)
    assert (problem["code"], problem["fields"].get("part"), problem["status"]) == (code, part, status)
    for word in query.values():
        assert len(word) < 8 or word not in json.dumps(problem, ensure_ascii=False)


def test_the_rooms_own_refusals_have_codes_too() -> None:
    app = build(make_environment(InstitutionId("linkage-core"), parameters={"statute_api_limit": "5 per minute"}))
    client = Client(app.wsgi)
    path = "/statute-api/1/names"
    told = [
        client.post(path, base_url=HOST),
        client.get(f"{path}?a=%FF", base_url=HOST),
        client.get(f"{path}?a=1&a=2", base_url=HOST),
        client.get(f"{path}?{'a' * 5_000}", base_url=HOST),
        client.get(path, base_url="http://elsewhere.example"),
        *(client.get(path, base_url=HOST) for _ in range(4)),
    ]
    codes = [json.loads(one.text).get("code") for one in told]
    assert codes == [
        "method-not-allowed",
        "query-unreadable",
        "query-unreadable",
        "query-too-long",
        "unknown-host",
        None,
        None,
        "too-many-requests",
        "too-many-requests",
    ]
    app.close()


def test_every_declared_question_is_answered(program: Program) -> None:
    for endpoint in public_interfaces()["linkage_core"]:
        path = endpoint.path.removeprefix("/statute-api/1/")
        assert program.ask(path, 400, secret="1")["code"] == "query-malformed"
