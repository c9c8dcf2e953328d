"""One platform, two bodies: every read and every write across them is tried, and each planted weakness is found.

The attacks are the same functions for the real platform and for the planted ones; an attack that finds nothing at a
planted weakness would be worthless.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.tenancy import NotHosted, Tenants, TenantsShare
from mizuhiki.runtime.wsgi import PEER_KEY, WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionId, owner_of
from mizuhiki.wire import intermediate_server
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.builders import builder_of
from mizuhiki.world.nation.plan import PLATFORM_BODIES
from support.nation import database_file, pages_of
from support.pages import csrf_token
from support.wire_samples import sample

VILLAGE = InstitutionId("intermediate-municipality-155861")
TOWN = InstitutionId("intermediate-municipality-131032")
PAIRS = [(VILLAGE, TOWN), (TOWN, VILLAGE)]
OWN_ONLY = [one for one in intermediate_server.ENDPOINTS if one.own_only]
PASSPHRASE = "an invented passphrase of staff"
WITHOUT_SIGN_IN = {"/sign-in", "/assets/<path:filename>"}


def call(stage: LocalStage, application: WSGIApplication, host_of: InstitutionId, peer: str, endpoint: Any) -> str:
    """Call an endpoint at a tenant's host as a peer; return the problem's code, empty for an answer."""
    content = msgspec.json.encode(sample(endpoint.request))
    builder = EnvironBuilder(
        method="POST",
        path=endpoint.path,
        base_url=f"https://{stage.directory.entry(host_of).host}",
        headers={REQUEST_ID: stage.randomness.token(), CREATED: format_created(stage.clock.now())},
        data=content,
        content_type="application/json",
    )
    environ = builder.get_environ()
    builder.close()
    environ["CONTENT_LENGTH"] = str(len(content))
    environ[PEER_KEY] = peer
    sent, status, _headers = run_wsgi_app(application, environ, buffered=True)
    body = b"".join(sent)
    return "" if status.startswith("200") else str(msgspec.json.decode(body)["code"])


def rows(stage: LocalStage, tenant: InstitutionId) -> dict[str, list[Any]]:
    connection = sqlite3.connect(f"file:{database_file(stage.nation, tenant)}?mode=ro", uri=True)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608
    finally:
        connection.close()


def let_in(stage: LocalStage, application: WSGIApplication, mine: InstitutionId, other: InstitutionId) -> list[str]:
    """Every own-only endpoint of the other body that my business system is not turned away from."""
    peer = owner_of(mine)
    return [
        endpoint.name for endpoint in OWN_ONLY if call(stage, application, other, peer, endpoint) != "caller-not-listed"
    ]


def signs_in(application: WSGIApplication, host: str, account: str) -> bool:
    client = Client(application)
    page = client.get("/sign-in", base_url=f"http://{host}").get_data(as_text=True)
    fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
    return client.post("/sign-in", base_url=f"http://{host}", data=fields).status_code == 303


@pytest.fixture
def stage(module_stage: LocalStage) -> LocalStage:
    for tenant in (VILLAGE, TOWN):
        module_stage.nation.app(tenant)
    return module_stage


def test_the_village_and_one_other_body_are_on_the_platform(stage: LocalStage) -> None:
    assert "155861" in PLATFORM_BODIES
    assert stage.nation.platform.institutions == sorted([VILLAGE, TOWN])


@pytest.mark.requirement("R-219")
@pytest.mark.parametrize(("mine", "other"), PAIRS)
def test_no_endpoint_of_another_body_lets_a_tenant_in_and_nothing_is_written(
    stage: LocalStage, mine: InstitutionId, other: InstitutionId
) -> None:
    before = rows(stage, other)
    assert let_in(stage, stage.nation.platform.within_process, mine, other) == []
    after = rows(stage, other)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit_event"}, "only the refusals are written"


@pytest.mark.parametrize(("mine", "other"), PAIRS)
def test_a_planted_router_that_forgets_the_host_is_found(
    stage: LocalStage, mine: InstitutionId, other: InstitutionId
) -> None:
    application = stage.nation.app(mine).wsgi

    def forgetful(environ: Any, start_response: Any) -> Any:
        environ["HTTP_HOST"] = stage.directory.entry(mine).host
        return application(environ, start_response)

    assert let_in(stage, forgetful, mine, other), "the attack must see that it was let in somewhere"


@pytest.mark.parametrize(("mine", "other"), PAIRS)
def test_staff_of_one_body_is_nobody_at_another(stage: LocalStage, mine: InstitutionId, other: InstitutionId) -> None:
    hosts = {one: stage.directory.entry(one).host for one in (mine, other)}
    account = f"staff-of-{mine[-6:]}"
    stage.nation.operations(mine).add_staff(account, "担当 架空", "linkage-officer", PASSPHRASE)
    platform = stage.nation.platform
    assert signs_in(platform, hosts[mine], account)
    assert not signs_in(platform, hosts[other], account)
    client = Client(platform)
    page = client.get("/sign-in", base_url=f"http://{hosts[mine]}").get_data(as_text=True)
    fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
    signed = client.post("/sign-in", base_url=f"http://{hosts[mine]}", data=fields)
    cookies = [re.split(r"[=;]", one, maxsplit=2) for one in signed.headers.getlist("Set-Cookie")]
    stolen = Client(platform)
    for name, value, _rest in cookies:
        stolen.set_cookie(name, value, domain=hosts[other])
    site = pages_of(stage.nation, other)
    assert site is not None
    rules = [rule.rule for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = [re.sub(r"<(?:\w+:)?\w+>", "invented", rule) for rule in rules if rule not in WITHOUT_SIGN_IN]
    assert {"/files", "/waiting", "/provisions"} <= set(pages)
    for page in pages:
        answer = stolen.get(page, base_url=f"http://{hosts[other]}")
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/sign-in"), (
            f"{page}: a session of one body opens nothing at another"
        )
    assert client.get("/files", base_url=f"http://{hosts[mine]}").status_code == 200, "the session was good"


def test_what_one_body_stored_another_cannot_read(stage: LocalStage) -> None:
    environments = {one: stage.nation.environment(one) for one in (VILLAGE, TOWN)}
    mine, theirs = (Cipher(one, environments[one].keystore) for one in (VILLAGE, TOWN))
    sealed = mine.encrypt({"secret": 1}, "local_copies", "items", "row")
    assert mine.decrypt(sealed, dict, "local_copies", "items", "row") == {"secret": 1}
    with pytest.raises(StoredValueUnreadable):
        theirs.decrypt(sealed, dict, "local_copies", "items", "row")
    numbers = {one: {row[0] for row in rows(stage, one)["addressees"]} for one in (VILLAGE, TOWN)}
    assert all(numbers.values())
    assert not numbers[VILLAGE] & numbers[TOWN], "no body's persons stand in the other's table"


def planted(part: str, first: Any, second: Any, folder: Path) -> Any:
    """The second body's environment with one part taken from the first, as a wrong configuration would have it."""
    settings = second.settings
    changes: dict[str, Callable[[], Any]] = {
        "host": lambda: replace(second, settings=replace(settings, host=first.settings.host.upper())),
        "database": lambda: replace(second, settings=replace(settings, database_url=first.settings.database_url)),
        "secrets": lambda: replace(
            second, settings=replace(settings, secrets_dir=folder / ".." / first.settings.secrets_dir.name)
        ),
        "keys": lambda: replace(second, keystore=first.keystore),
        "name": lambda: replace(second, institution=first.institution),
    }
    return changes[part]()


@pytest.mark.parametrize("part", ["host", "database", "secrets", "keys", "name"])
def test_bodies_that_would_share_anything_are_not_started(stage: LocalStage, part: str) -> None:
    first, second = (stage.nation.environment(one) for one in (VILLAGE, TOWN))
    wrong = planted(part, first, second, first.settings.secrets_dir)
    with pytest.raises(TenantsShare) as refused:
        Tenants([first, wrong], builder_of(VILLAGE))
    assert refused.value.fields["part"] == part


def test_the_platform_hosts_intermediate_servers_and_only_its_own(stage: LocalStage) -> None:
    with pytest.raises(NotHosted):
        Tenants([stage.nation.environment(InstitutionId("municipality-155861"))], builder_of(VILLAGE))
    with pytest.raises(NotHosted):
        stage.nation.platform.app(InstitutionId("intermediate-municipality-452025"))
    client = Client(stage.nation.platform)
    answer = client.get("/", base_url="http://is-city-452025.mizuhiki.localhost")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-host")
