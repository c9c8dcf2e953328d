# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001, ANN201, ANN202, ANN205
"""Over sockets: TLS, hop signatures, hosts, and that no client can claim an identity; configuration of a process."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.crypto.http_signatures import SignedRequest, sign_request
from mizuhiki.crypto.keystore import FileKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness, SystemRandomness
from mizuhiki.crypto.x509 import issue_institution_certificate, make_world_authority
from mizuhiki.runtime.clock import FixedClock, SystemClock, WorldClock
from mizuhiki.runtime.config import ConfigurationUnreadable, load
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.dispatch import FromSocket, HostDispatcher
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.institution import combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerRefused, PeerUnavailable
from mizuhiki.runtime.server import LocalServer, TlsFiles
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.socket_transport import PlaintextRefused, SocketTransport
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.wire.common.v1 import KEY_SET, KeySetAnswer, KeySetRequest
from mizuhiki.wire.endpoint import Endpoint, Message
from support.environment import TEST_INSTANT, keystore_of, make_directory_entry, make_environment, serve_fake

ASKER = InstitutionId("municipality-452025")
SERVER = InstitutionId("national-register")


class Echo(Message, frozen=True):
    text: str


ECHO = Endpoint(
    name="test.echo",
    path="/v1/echo",
    request=Echo,
    answer=Echo,
    callers=frozenset({InstitutionKind.MUNICIPALITY}),
    summary="",
    basis="",
)


def door(directory: Directory | None = None) -> Api:
    environment = make_environment(SERVER, directory=directory)
    api = Api(environment, Peers(environment))
    api.serve(ECHO, lambda call, request: request)
    return api


class TestDispatch:
    @staticmethod
    def get(app, host: str, path: str = "/", **environ: str):
        builder = EnvironBuilder(
            path=path, base_url="http://ignored", method="POST", headers={"X-Forwarded-Host": "a.localhost"}
        )
        body, status, headers = run_wsgi_app(app, builder.get_environ() | {"HTTP_HOST": host, **environ}, buffered=True)
        return int(status[:3]), b"".join(body), headers

    @staticmethod
    def app(name: bytes):
        def wsgi(environ, start_response):
            start_response("200 OK", [])
            return [name + str(environ.get(PEER_KEY, "")).encode()]

        return wsgi

    def test_the_host_picks_the_application_and_nothing_else_does(self) -> None:
        dispatcher = HostDispatcher({"a.localhost": self.app(b"a"), "B.localhost": self.app(b"b")})
        assert self.get(dispatcher, "a.localhost:8443")[1] == b"a"
        assert self.get(dispatcher, "A.LOCALHOST")[1] == b"a"
        assert self.get(dispatcher, "b.localhost.")[1] == b"b"
        for host in ("", "c.localhost", "xa.localhost", "a.localhost.evil.example", "[::1]:1"):
            status, body, headers = self.get(dispatcher, host)
            assert (status, headers["Content-Type"]) == (404, "application/problem+json")
            assert msgspec.json.decode(body)["code"] == "unknown-host"

    def test_unknown_hosts_may_be_built_on_demand(self) -> None:
        built: list[str] = []
        dispatcher = HostDispatcher({}, lambda host: built.append(host) or self.app(b"x"))
        assert self.get(dispatcher, "new.localhost")[1] == b"x"
        assert built == ["new.localhost"]

    def test_keys_that_only_this_process_sets_are_stripped(self) -> None:
        for app in (HostDispatcher({"a.localhost": self.app(b"a")}), FromSocket(self.app(b"a"))):
            assert self.get(app, "a.localhost", **{PEER_KEY: "portal"})[1] == b"a"

    def test_pages_and_endpoints_share_one_application(self) -> None:
        app = combine(door(), self.app(b"page"))
        assert self.get(app, "national-register.localhost", "/")[1] == b"page"
        assert self.get(app, "national-register.localhost", ECHO.path)[0] == 401
        assert self.get(combine(door()), "national-register.localhost", "/")[0] == 404


class TestSignatures:
    """Requests that arrive at a socket, written by hand."""

    def setup_method(self) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        environment = make_environment(SERVER, clock=self.clock)
        self.api = Api(environment, Peers(environment))
        self.api.serve(ECHO, lambda call, request: Echo(text=f"{call.peer} {request.text}"))
        self.app = FromSocket(self.api)

    def signed(self, body: bytes = b'{"text":"x"}', *, institution=ASKER, key_of=None, host=None, at=None) -> dict:
        headers = {
            REQUEST_ID: SystemRandomness().token(),
            CREATED: format_created(self.clock.now()),
            "Content-Type": "application/json",
        }
        url = f"https://{host or 'national-register.localhost'}{ECHO.path}"
        return sign_request(
            SignedRequest("POST", url, headers, body),
            institution=institution,
            signer=keystore_of(key_of or institution).signer(SigningPurpose.HOP),
            at=at or self.clock.now(),
            randomness=SystemRandomness(),
        )

    def send(self, headers: dict, body: bytes = b'{"text":"x"}', path: str = ECHO.path):
        builder = EnvironBuilder(
            method="POST", path=path, base_url="http://national-register.localhost", headers=headers, data=body
        )
        content, status, _ = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        document = msgspec.json.decode(b"".join(content))
        return int(status[:3]), document.get("code", document.get("text"))

    def test_a_signed_request_is_taken_from_its_signer(self) -> None:
        assert self.send(self.signed()) == (200, f"{ASKER} x")

    def test_a_request_is_taken_once_even_under_another_request_id(self) -> None:
        headers = self.signed()
        assert self.send(headers)[0] == 200
        assert self.send(headers | {REQUEST_ID: "another-request-id"}) == (401, "request-replayed")

    def test_tampered_forged_late_and_unsigned_requests_are_refused(self) -> None:
        assert self.send(self.signed(), b'{"text":"y"}') == (401, "request-body-altered")
        assert self.send(self.signed(key_of=InstitutionId("portal"))) == (401, "request-signature-invalid")
        assert self.send(self.signed(host="jpki.localhost")) == (401, "request-signature-invalid")
        assert self.send(self.signed(at=TEST_INSTANT - timedelta(minutes=10))) == (401, "request-expired")
        unsigned = {name: value for name, value in self.signed().items() if not name.startswith("Signature")}
        assert self.send(unsigned) == (401, "peer-unauthenticated")

    def test_an_unlisted_caller_is_turned_away(self) -> None:
        assert self.send(self.signed(institution=InstitutionId("portal"))) == (403, "caller-not-listed")

    def test_a_claimed_listed_caller_behind_another_signature_is_refused(self) -> None:
        portal = self.signed(institution=InstitutionId("portal"))
        claim = portal | {"Signature-Input": portal["Signature-Input"].replace('"portal"', f'"{ASKER}"')}
        assert self.send(claim) == (401, "request-signature-invalid")


class TestTls:
    @pytest.fixture
    def files(self, tmp_path: Path) -> dict[str, Path]:
        now = SystemClock().now()
        span = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
        found = {}
        for world in ("ours", "other"):
            authority = make_world_authority(**span)
            identity = issue_institution_certificate(
                authority, institution=SERVER, hosts=["national-register.localhost"], **span
            )
            for name, content in (
                ("ca", authority.certificate_pem),
                ("cert", identity.certificate_pem),
                ("key", identity.key_pem.reveal()),
            ):
                found[f"{world}-{name}"] = tmp_path / f"{world}-{name}.pem"
                found[f"{world}-{name}"].write_bytes(content)
        return found

    @staticmethod
    def transport(files: dict[str, Path], world: str = "ours", *, client: bool = False) -> SocketTransport:
        return SocketTransport(
            keystore=keystore_of(ASKER),
            clock=FixedClock(TEST_INSTANT),
            randomness=SystemRandomness(),
            authority=files[f"{world}-ca"],
            client_certificate=files[f"{world}-cert"] if client else None,
            client_key=files[f"{world}-key"] if client else None,
        )

    @pytest.fixture(params=[False, True], ids=["server-certificate", "mutual"])
    def served(self, request, files):
        tls = TlsFiles(
            certificate=files["ours-cert"],
            key=files["ours-key"],
            client_authority=files["ours-ca"] if request.param else None,
        )
        # The port is part of what is signed, so the directory must know it before the door is built.
        holder: dict[str, Api] = {}
        server = LocalServer(
            lambda e, s: holder["api"](e, s),  # noqa: PLW0108 - looked up at each request
            "127.0.0.1",
            0,
            tls=tls,
        )
        entry = make_directory_entry(SERVER)
        entry = msgspec.structs.replace(entry, base_url=f"https://{entry.host}:{server.port}")
        directory = Directory([entry, make_directory_entry(ASKER), make_directory_entry(InstitutionId("portal"))])
        holder["api"] = door(directory)
        server.start()
        yield directory, request.param
        server.stop()

    def test_peers_call_over_tls_as_they_do_in_process(self, served, files) -> None:
        directory, mutual = served
        transport = self.transport(files, client=mutual)
        environment = replace(make_environment(ASKER, directory=directory), transport=transport)
        peers = Peers(environment)
        assert peers.call(SERVER, ECHO, Echo(text="over the wire")) == Echo(text="over the wire")
        assert isinstance(peers.call(SERVER, KEY_SET, KeySetRequest()), KeySetAnswer)
        stranger = Peers(replace(environment, institution=InstitutionId("portal")))
        with pytest.raises(PeerRefused) as caught:
            stranger.call(SERVER, ECHO, Echo(text="x"))
        assert caught.value.peer_code == "caller-not-listed"
        transport.close()

    def test_a_server_of_another_world_is_not_believed(self, served, files) -> None:
        directory, _ = served
        transport = self.transport(files, "other")
        with pytest.raises(PeerUnavailable):
            Peers(replace(make_environment(ASKER, directory=directory), transport=transport)).call(
                SERVER, ECHO, Echo(text="x")
            )
        transport.close()

    def test_a_client_without_certificate_is_not_heard_where_one_is_demanded(self, served, files) -> None:
        directory, mutual = served
        if not mutual:
            pytest.skip("no certificate is demanded")
        transport = self.transport(files)
        with pytest.raises(PeerUnavailable):
            Peers(replace(make_environment(ASKER, directory=directory), transport=transport)).call(
                SERVER, ECHO, Echo(text="x")
            )
        transport.close()

    @pytest.mark.requirement("R-030")
    def test_neither_side_speaks_without_encryption(self, served, files) -> None:
        directory, mutual = served
        entry = directory.entry(SERVER)
        plain = entry.base_url.replace("https://", "http://").replace(entry.host, "127.0.0.1")
        with pytest.raises(httpx.HTTPError), httpx.Client(trust_env=False) as client:
            client.post(plain + ECHO.path, headers={"Host": entry.host}, json={"text": "x"})
        transport = self.transport(files, client=mutual)
        plain_entry = msgspec.structs.replace(entry, base_url=entry.base_url.replace("https://", "http://"))
        plain_directory = Directory([plain_entry, make_directory_entry(ASKER)])
        environment = replace(make_environment(ASKER, directory=plain_directory), transport=transport)
        with pytest.raises(PlaintextRefused):
            Peers(environment).call(SERVER, ECHO, Echo(text="x"))
        transport.close()

    def test_a_closed_port_is_unavailable(self, files) -> None:
        entry = msgspec.structs.replace(make_directory_entry(SERVER), base_url="https://national-register.localhost:1")
        directory = Directory([entry, make_directory_entry(ASKER)])
        transport = self.transport(files)
        with pytest.raises(PeerUnavailable):
            Peers(replace(make_environment(ASKER, directory=directory), transport=transport)).call(
                SERVER, ECHO, Echo(text="x")
            )
        transport.close()


def test_a_local_server_serves_pages_to_a_browser() -> None:
    server = LocalServer(combine(door(), TestDispatch.app(b"page")), "127.0.0.1", 0)
    server.start()
    with httpx.Client(trust_env=False) as client:
        answer = client.get(f"http://127.0.0.1:{server.port}/", headers={"mizuhiki.peer": "portal"})
    assert answer.text == "page"
    server.stop()


GOOD = """
institution = "municipality-452025"
host = "municipality-452025.localhost"
database_url = "sqlite:///x.sqlite"
directory = "directory.json"
[keystore]
kind = "file"
path = "keystore"
passphrase_file = "passphrase"
[tls]
certificate = "cert.pem"
key = "key.pem"
authority = "ca.pem"
[world]
date = 2019-12-02
started_at = 2026-01-01T00:00:00Z
[parameters]
municipality_code = "452025"
"""


class TestConfiguration:
    def test_a_file_becomes_an_environment(self, tmp_path: Path) -> None:
        (tmp_path / "run.toml").write_text(GOOD)
        (tmp_path / "passphrase").write_text("correct horse\n")
        keystore = FileKeystore.create(tmp_path / "keystore", "correct horse", SeededRandomness(b"x"))
        keystore.signer(SigningPurpose.HOP)
        entry = make_directory_entry(ASKER)
        (tmp_path / "directory.json").write_bytes(Directory([entry]).to_json())
        now = SystemClock().now()
        span = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
        authority = make_world_authority(**span)
        identity = issue_institution_certificate(authority, institution=ASKER, hosts=[entry.host], **span)
        (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
        (tmp_path / "cert.pem").write_bytes(identity.certificate_pem)
        (tmp_path / "key.pem").write_bytes(identity.key_pem.reveal())
        loaded = load(tmp_path / "run.toml")
        environment = loaded.environment()
        assert environment.institution == ASKER
        assert environment.settings.parameter("municipality_code") == "452025"
        assert isinstance(environment.clock, WorldClock)
        assert (
            environment.keystore.signer(SigningPurpose.HOP).public_key == keystore.signer(SigningPurpose.HOP).public_key
        )
        assert loaded.tls_files().client_authority is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (('institution = "municipality-452025"', 'institution = "castle"'), "institution"),
            (('kind = "file"', 'kind = "paper"'), "$.keystore.kind"),
            (('path = "keystore"', "path = 7"), "$.keystore.path"),
            (('host = "municipality-452025.localhost"', ""), "$"),
            (("[world]", "[listen]\nport = 0\n[world]"), "$.listen.port"),
            (("[world]", "[wrold]\n[world]"), "$"),
            (("[world]", "[world"), "$"),
        ],
    )
    def test_a_wrong_field_is_named(self, tmp_path: Path, change: tuple[str, str], field: str) -> None:
        (tmp_path / "run.toml").write_text(GOOD.replace(*change))
        with pytest.raises(ConfigurationUnreadable) as caught:
            load(tmp_path / "run.toml")
        assert caught.value.fields["field"] == field
        assert "run.toml" in caught.value.message

    def test_files_it_names_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationUnreadable):
            load(tmp_path / "absent.toml")
        (tmp_path / "run.toml").write_text(GOOD)
        with pytest.raises(ConfigurationUnreadable) as caught:
            load(tmp_path / "run.toml").environment()
        assert caught.value.fields["field"] == "directory"


def test_fakes_take_five_lines() -> None:
    transport = InProcessTransport()
    serve_fake(transport, SERVER, {ECHO: lambda call, request: Echo(text="fake")})
    peers = Peers(make_environment(ASKER, transport=transport))
    assert peers.call(SERVER, ECHO, Echo(text="x")).text == "fake"
