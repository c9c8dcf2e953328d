"""Every endpoint of every institution, called in every way it must not be: each is refused by name and stores nothing.

The endpoints are those the interface packages declare. A new one is covered at once; one that is served but declared
nowhere, or declared but served by nobody, fails `test_what_is_served_is_what_is_declared`.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

import mizuhiki.wire
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.problems import PROBLEM_TYPE
from mizuhiki.runtime.serving import MAXIMUM_BODY
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.wire import (
    commission,
    common,
    intermediate_server,
    jpki,
    linkage_core,
    municipality,
    national_register,
    prefecture,
    register_subscriber,
    tax_agency,
)
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.plan import is_on_platform
from support.nation import INSTITUTIONS, api_of, database_file
from support.wire_samples import sample, with_unknown_fields, with_wrong_types

AnyEndpoint = Endpoint[Any, Any]
SERVED: dict[InstitutionKind, tuple[AnyEndpoint, ...]] = {
    InstitutionKind.MUNICIPALITY: municipality.ENDPOINTS,
    InstitutionKind.PREFECTURE: prefecture.ENDPOINTS,
    InstitutionKind.NATIONAL_REGISTER: national_register.ENDPOINTS,
    InstitutionKind.JPKI: jpki.ENDPOINTS,
    InstitutionKind.LINKAGE_CORE: linkage_core.ENDPOINTS,
    InstitutionKind.COMMISSION: commission.ENDPOINTS,
    InstitutionKind.INTERMEDIATE_SERVER: intermediate_server.ENDPOINTS,
    InstitutionKind.PENSION_SERVICE: register_subscriber.ENDPOINTS,
    InstitutionKind.STUDENT_SERVICES: (),
    InstitutionKind.PORTAL: (),
    InstitutionKind.TAX_AGENCY: tax_agency.ENDPOINTS,
    InstitutionKind.OUTSIDE_PARTIES: (),
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: (),
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: (),
    InstitutionKind.PREFECTURE_WELFARE: (),
    InstitutionKind.BOARD_OF_EDUCATION: (),
}
ALL_DOORS = [(one, door) for one in INSTITUTIONS for door in (common.KEY_SET, *SERVED[kind_of(one)])]


def _sort_of(institution: InstitutionId) -> tuple[InstitutionKind, bool, bool]:
    """Institutions of one sort run the same program over the same doors: the twin of one that was tried is left out."""
    kind = kind_of(institution)
    of_portal = kind is InstitutionKind.INTERMEDIATE_SERVER and kind_of(owner_of(institution)) is InstitutionKind.PORTAL
    return kind, of_portal, is_on_platform(institution)


_FIRST = {_sort_of(one): one for one in reversed(INSTITUTIONS)}
EVERY_DOOR = [(one, door) for one, door in ALL_DOORS if _FIRST[_sort_of(one)] == one]
OWN_DOORS = [(one, door) for one, door in EVERY_DOOR if door.own_only]
CLOSED_DOORS = [(one, door) for one, door in OWN_DOORS if kind_of(owner_of(one)) not in door.callers]
"""Served by every intermediate server, but for one kind of owner only: at the others nobody may call them."""
OPEN_DOORS = [knocked for knocked in EVERY_DOOR if knocked not in CLOSED_DOORS]
AUDIT_TABLES = ("audit_event",)
"""What a refusal may write."""
STRANGERS = ("municipality-999999", "company-7000012050002", "municipality-452025 ", "nobody", "")
"""Names that the directory does not have, a private body's among them, or that are no names at all."""


_READING: dict[Path, sqlite3.Connection] = {}
"""A connection to each database that was looked into: opening one reads the declarations of all tables."""


@pytest.fixture(scope="module", autouse=True)
def _closed_at_the_end() -> Iterator[None]:
    yield
    for connection in _READING.values():
        connection.close()
    _READING.clear()


@dataclass
class Door:
    """One endpoint of one institution, with a way to knock at it that is right unless a part is changed."""

    stage: LocalStage
    institution: InstitutionId
    endpoint: AnyEndpoint
    message: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.message = sample(self.endpoint.request)

    @property
    def caller(self) -> InstitutionId:
        """An institution that may call."""
        if self.endpoint.own_only:
            return owner_of(self.institution)
        return next(one for one in INSTITUTIONS if kind_of(one) in self.endpoint.callers and one != self.institution)

    def headers(self) -> dict[str, str]:
        randomness, clock = self.stage.randomness, self.stage.clock
        return {REQUEST_ID: randomness.token(), CREATED: format_created(clock.now())}

    def knock(self, peer: str | None, body: bytes | None = None, **changes: Any) -> tuple[int, str]:
        """Send one request and return status and code of its problem document; ("" for an answer)."""
        environ_changes = changes.pop("environ", {})
        headers = {**self.headers(), **changes.pop("headers", {})}
        content = msgspec.json.encode(self.message) if body is None else body
        builder = EnvironBuilder(
            method=changes.pop("method", "POST"),
            path=self.endpoint.path,
            base_url=f"https://{self.stage.directory.entry(self.institution).host}",
            headers={name: value for name, value in headers.items() if value is not None},
            data=content,
            content_type=changes.pop("content_type", "application/json"),
        )
        assert not changes
        environ = builder.get_environ()
        builder.close()
        environ["CONTENT_LENGTH"] = str(len(content))
        if peer is not None:
            environ[PEER_KEY] = peer
        environ.update(environ_changes)
        application = self.stage.nation.app(self.institution).wsgi
        sent, status, answer_headers = run_wsgi_app(application, environ, buffered=True)
        if status.startswith("200"):
            return 200, ""
        assert answer_headers["Content-Type"] == PROBLEM_TYPE
        problem = msgspec.json.decode(b"".join(sent))
        assert {"type", "title", "status", "code"} <= problem.keys()
        assert problem["status"] == int(status[:3])
        return problem["status"], problem["code"]

    @property
    def _reading(self) -> sqlite3.Connection:
        path = database_file(self.stage.nation, self.institution)
        if path not in _READING:
            _READING[path] = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        return _READING[path]

    def stored(self) -> dict[str, list[Any]]:
        """Everything in the institution's database but its audit trail."""
        # A text index cannot be read as a table; its content stands in shadow tables, which are compared.
        rows = self._reading.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        names = [name for name, sql in rows if not (sql or "").startswith("CREATE VIRTUAL TABLE")]
        return {
            name: self._reading.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - names of our own tables
            for name in names
            if name not in AUDIT_TABLES
        }

    def refusals(self) -> int:
        """How many refusals are in the audit trail."""
        [(count,)] = self._reading.execute("SELECT count(*) FROM audit_event WHERE event = 'request-refused'")
        return int(count)

    def last_refusal(self) -> tuple[str, str, str]:
        """Peer, code and endpoint of the last refusal in the audit trail."""
        [(peer, code, fields)] = self._reading.execute(
            "SELECT actor_institution, code, fields FROM audit_event WHERE event = 'request-refused' "
            "ORDER BY id DESC LIMIT 1"
        )
        return peer, code, msgspec.json.decode(fields)["endpoint"]


@pytest.fixture
def door(request: pytest.FixtureRequest, module_stage: LocalStage) -> Iterator[Door]:
    institution, endpoint = request.param
    knocked = Door(module_stage, institution, endpoint)
    module_stage.nation.app(institution)
    before, audited = knocked.stored(), knocked.refusals()
    yield knocked
    assert knocked.stored() == before, "a refused request changed the database"
    assert knocked.refusals() > audited, "the refusal is not in the audit trail"


def at_each(doors: list[tuple[InstitutionId, AnyEndpoint]], *, knocked: bool = True) -> pytest.MarkDecorator:
    """Run the test at each of the doors; without `knocked` the database may change."""
    names = [f"{one}-{door.name}" for one, door in doors]
    return pytest.mark.parametrize("door" if knocked else "place", doors, indirect=knocked, ids=names)


every_door, open_door = at_each(EVERY_DOOR), at_each(OPEN_DOORS)


def refused(door: Door, peer: str | None, known: str, expected: tuple[int, str], **changes: Any) -> None:
    """Knock; the refusal has this status and code, and is recorded with the peer as far as it was known."""
    assert door.knock(peer, **changes) == expected
    assert door.last_refusal() == (known, expected[1], door.endpoint.name)


def declared() -> dict[str, AnyEndpoint]:
    """Every endpoint that any module of the interfaces holds."""
    found: dict[str, AnyEndpoint] = {}
    for module in pkgutil.walk_packages(mizuhiki.wire.__path__, "mizuhiki.wire."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Endpoint):
                assert found.setdefault(value.name, value) is value, f"two endpoints are called {value.name}"
    return found


@pytest.mark.requirement("R-029")
def test_what_is_served_is_what_is_declared(module_stage: LocalStage) -> None:
    for institution in INSTITUTIONS:
        served = {one.name for one in api_of(module_stage.nation, institution).endpoints}
        assert served == {door.name for one, door in ALL_DOORS if one == institution}, institution
    assert {door.name for _, door in EVERY_DOOR} == declared().keys()
    assert {_sort_of(one) for one, _ in EVERY_DOOR} == {_sort_of(one) for one in INSTITUTIONS}
    assert {kind_of(one) for one in INSTITUTIONS} == set(InstitutionKind)


@pytest.mark.requirement("R-029", "R-030")
@every_door
def test_without_an_identity_nobody_is_heard(door: Door) -> None:
    refused(door, None, "", (401, "peer-unauthenticated"))
    claimed = {"X-Peer": door.caller, "Mizuhiki-Peer": door.caller, "From": door.caller}
    refused(door, None, "", (401, "peer-unauthenticated"), headers=claimed)


@pytest.mark.requirement("R-029", "R-030")
@open_door
def test_a_claimed_but_unproved_signature_is_refused(door: Door) -> None:
    label = f'hop=("@method");created=1;nonce="n";keyid="{door.caller}"'
    status, code = door.knock(None, headers={"Signature-Input": label, "Signature": "hop=:AAAA:"})
    assert status in {400, 401}
    assert door.last_refusal() == ("", code, door.endpoint.name)


@pytest.mark.requirement("R-029", "R-258", "R-019")
@every_door
@pytest.mark.parametrize("stranger", STRANGERS)
def test_an_institution_outside_the_directory_is_refused(door: Door, stranger: str) -> None:
    refused(door, stranger, "", (401, "peer-unauthenticated"))


@pytest.mark.requirement("R-029")
@every_door
def test_an_institution_of_a_kind_that_is_not_listed_is_refused(door: Door) -> None:
    unlisted = [one for one in INSTITUTIONS if kind_of(one) not in door.endpoint.callers]
    if not unlisted:
        assert door.endpoint.callers == frozenset(InstitutionKind)
        refused(door, door.caller, door.caller, (400, "message-malformed"), body=b"")
    for one in unlisted:
        refused(door, one, one, (403, "caller-not-listed"))
        # Before the body is looked at: not even its form is told to them.
        refused(door, one, one, (403, "caller-not-listed"), body=b"{", content_type="text/plain")


@pytest.mark.requirement("R-029")
@at_each(OWN_DOORS)
def test_an_owners_endpoint_is_closed_to_every_other_institution(door: Door) -> None:
    for one in INSTITUTIONS:
        if one != door.caller or (door.institution, door.endpoint) in CLOSED_DOORS:
            refused(door, one, one, (403, "caller-not-listed"))


@open_door
def test_a_body_that_is_not_the_message_is_refused(door: Door) -> None:
    peer = door.caller
    for body in (b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"<message/>", b"[" * 5000):
        refused(door, peer, peer, (400, "message-malformed"), body=body)
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        refused(door, peer, peer, (415, "content-type-unsupported"), content_type=content_type)


@open_door
def test_an_unknown_field_is_refused_at_every_depth(door: Door) -> None:
    peer = door.caller
    for message in with_unknown_fields(door.message):
        refused(door, peer, peer, (400, "message-malformed"), body=msgspec.json.encode(message))


@open_door
def test_a_field_of_another_type_is_refused(door: Door) -> None:
    peer = door.caller
    refused(door, peer, peer, (400, "message-malformed"), body=b"17")
    for message in with_wrong_types(door.message):
        refused(door, peer, peer, (400, "message-malformed"), body=msgspec.json.encode(message))


@open_door
def test_a_body_without_a_length_or_too_long_is_refused_unread(door: Door) -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    for length in (str(MAXIMUM_BODY + 1), "", "-1", "many"):
        environ = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
        refused(door, door.caller, door.caller, (413, "body-too-large"), environ=environ)


@every_door
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_but_post_is_refused(door: Door, method: str) -> None:
    assert door.knock(door.caller, method=method) == (405, "method-not-allowed")
    assert door.last_refusal()[1:] == ("method-not-allowed", door.endpoint.name)


@open_door
def test_a_delivery_without_its_name_or_its_time_is_refused(door: Door) -> None:
    peer = door.caller
    for headers in ({REQUEST_ID: None}, {CREATED: None}, {REQUEST_ID: "short"}, {CREATED: "yesterday"}):
        refused(door, peer, peer, (400, "delivery-unnamed"), headers=headers)
    refused(door, peer, peer, (401, "request-expired"), headers={CREATED: "1500000000"})
    refused(door, peer, peer, (401, "request-expired"), headers={CREATED: "1900000000"})


@at_each(OPEN_DOORS, knocked=False)
def test_a_delivery_is_taken_once(module_stage: LocalStage, place: tuple[InstitutionId, AnyEndpoint]) -> None:
    door = Door(module_stage, *place)
    once = door.headers()
    # Its content is invented: an institution may answer or refuse it, but may not break over it.
    assert door.knock(door.caller, headers=once)[1] != "internal"
    before = door.stored()
    refused(door, door.caller, door.caller, (401, "request-replayed"), headers=once)
    assert door.stored() == before


def test_another_host_name_reaches_no_endpoint(module_stage: LocalStage) -> None:
    for institution, endpoint in EVERY_DOOR:
        door = Door(module_stage, institution, endpoint)
        elsewhere = {"HTTP_HOST": "elsewhere.example"}
        assert door.knock(door.caller, environ=elsewhere) == (404, "unknown-host")


def test_every_own_only_endpoint_belongs_to_an_intermediate_server() -> None:
    assert {kind_of(one) for one, _ in OWN_DOORS} == {InstitutionKind.INTERMEDIATE_SERVER}
