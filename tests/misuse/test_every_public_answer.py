"""Every path that answers anybody without sign-in, asked in every way it must not be asked.

The paths are those the institutions' public rooms serve; a new one is covered at once, and an institution that opens
such a room is entered in `PUBLIC` on purpose.
"""

from __future__ import annotations

import io
import sqlite3
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.institutions.linkage_core.app import build as build_core
from mizuhiki.institutions.tax_agency.app import build as build_agency
from mizuhiki.runtime.public_answers import LONGEST_QUERY, MOST_FIELDS, PublicAnswers
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.world.local import LocalStage
from support.environment import make_environment
from support.nation import INSTITUTIONS, _parts, api_of, database_file

TAX_AGENCY = InstitutionId(InstitutionKind.TAX_AGENCY.value)
CORE = InstitutionId(InstitutionKind.LINKAGE_CORE.value)
PUBLIC: dict[InstitutionId, list[str]] = {
    CORE: [f"/statute-api/1/{word}" for word in ("comparison", "item", "names", "permission", "row", "rows")],
    TAX_AGENCY: ["/4/diff", "/4/name", "/4/num"],
}
ASKS_NOTHING = {"/statute-api/1/names", "/statute-api/1/rows"}
"""Paths that an empty query asks something."""
LIMITS = {CORE: (build_core, "statute_api_limit"), TAX_AGENCY: (build_agency, "web_api_limit")}
"""Who builds the institution, and its setting for the limit per address."""
EVERY_PATH = [(one, path) for one, paths in PUBLIC.items() for path in paths]
every_path = pytest.mark.parametrize(("institution", "path"), EVERY_PATH, ids=[path for _, path in EVERY_PATH])


def rooms(stage: LocalStage, institution: InstitutionId) -> list[PublicAnswers]:
    return [part for part in _parts(stage.nation, institution) if isinstance(part, PublicAnswers)]


def ask(stage: LocalStage, institution: InstitutionId, path: str, **changes: Any) -> tuple[int, dict[str, str], bytes]:
    environ_changes = changes.pop("environ", {})
    host = stage.directory.entry(institution).host
    builder = EnvironBuilder(path=path, base_url=f"https://{host}", **changes)
    environ = {**builder.get_environ(), **environ_changes}
    builder.close()
    sent, status, headers = run_wsgi_app(stage.nation.app(institution).wsgi, environ, buffered=True)
    return int(status[:3]), dict(headers), b"".join(sent)


def stored(stage: LocalStage, institution: InstitutionId) -> str:
    connection = sqlite3.connect(f"file:{database_file(stage.nation, institution)}?mode=ro", uri=True)
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name"
        ).fetchall()
        return repr([(name, connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in names])  # noqa: S608 - names of our own tables
    finally:
        connection.close()


@pytest.mark.requirement("R-016")
def test_every_public_room_and_path_is_known(module_stage: LocalStage) -> None:
    found = {
        one: sorted(path for room in rooms(module_stage, one) for path in room.paths)
        for one in INSTITUTIONS
        if rooms(module_stage, one)
    }
    assert found == PUBLIC
    served = {endpoint.path for one in INSTITUTIONS for endpoint in api_of(module_stage.nation, one).endpoints}
    assert served.isdisjoint(path for _, path in EVERY_PATH), "no endpoint between institutions is open to everybody"


@every_path
def test_nothing_that_is_asked_changes_anything(
    module_stage: LocalStage, institution: InstitutionId, path: str
) -> None:
    before = stored(module_stage, institution)
    queries = (
        "type=02",
        "name=%E6%9E%B6%E7%A9%BA&type=12",
        "number=1234567890123&type=01",
        "from=x&to=y",
        "number=2-74",
        "earlier=2019-11-12&later=2019-12-02",
        "inquirer=municipality-452025&affair=a&procedure=a&provider=pension-service&kind=k",
    )
    for query in ("", *queries):
        ask(module_stage, institution, path, query_string=query)
    assert stored(module_stage, institution) == before


@every_path
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_every_method_but_reading_is_refused(
    module_stage: LocalStage, institution: InstitutionId, path: str, method: str
) -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    status, headers, _ = ask(module_stage, institution, path, method=method, environ={"wsgi.input": Unread()})
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@every_path
def test_another_host_name_reaches_nothing(module_stage: LocalStage, institution: InstitutionId, path: str) -> None:
    assert ask(module_stage, institution, path, environ={"HTTP_HOST": "elsewhere.example"})[0] == 404


@every_path
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("x" * (LONGEST_QUERY + 1), 414),
        ("name=%FF%FE", 400),
        ("type=02&type=01", 400),
        ("&".join(f"f{number}=1" for number in range(MOST_FIELDS + 1)), 400),
        ("", 400),
        ("%E6%9E%B6=%00", 400),
    ],
    ids=["too long", "no UTF-8", "a field twice", "too many fields", "nothing", "a field nobody knows"],
)
def test_a_query_that_cannot_be_right_is_refused_without_an_error_of_the_program(
    module_stage: LocalStage, institution: InstitutionId, path: str, query: str, status: int
) -> None:
    expected = 200 if not query and path in ASKS_NOTHING else status
    assert ask(module_stage, institution, path, query_string=query)[0] == expected


@every_path
def test_an_answer_sets_no_cookie_and_may_run_nothing(
    module_stage: LocalStage, institution: InstitutionId, path: str
) -> None:
    status, headers, body = ask(
        module_stage, institution, path, query_string="type=02&name=%3Cscript%3E", headers={"Cookie": "session=stolen"}
    )
    assert status in {200, 400}
    assert b"<script" not in body
    assert not any(name.lower() == "set-cookie" for name in headers)
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


@every_path
def test_who_asks_too_much_waits_and_nobody_else_does(institution: InstitutionId, path: str) -> None:
    build, setting = LIMITS[institution]
    app = build(make_environment(institution, parameters={setting: "3 per minute"}))
    builder = EnvironBuilder(path=path, query_string="type=02")
    environ = builder.get_environ()
    builder.close()
    environ["HTTP_HOST"] = make_environment(institution).settings.host

    def status(address: str) -> int:
        return int(run_wsgi_app(app.wsgi, {**environ, "REMOTE_ADDR": address}, buffered=True)[1][:3])

    assert [status("192.0.2.1") for _ in range(4)].count(429) == 1
    assert status("192.0.2.2") != 429
    app.close()
