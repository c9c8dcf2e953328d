"""After a family's move, a birth, a claim and a visit to the portal, nobody's number or code can be found anywhere.

The numbers and codes of the whole country are the canaries: they are looked for in the bytes of every file of every
institution, in every row, log line, page, address and message, also inside the envelopes that linkage seals.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher as ServerCipher
from mizuhiki.institutions.municipality.store.cipher import Cipher as CounterCipher
from mizuhiki.runtime import peers as peers_module
from mizuhiki.runtime.directory import DirectoryEntry
from mizuhiki.runtime.logging import configure, logger
from mizuhiki.runtime.transport import InProcessTransport, PeerAnswer, PeerRequest
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of, kind_of
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.story.child_allowance import ChildAllowance
from mizuhiki.world.story.telling import tell
from support.database_dump import written_out
from support.lawful_sharing import PERSONS_AT_LINKAGE, may_be_shared, tells_something
from support.nation import INSTITUTIONS, database_file, open_copy

WITHOUT_PEOPLE = frozenset(
    one
    for one in INSTITUTIONS
    if kind_of(one) in {InstitutionKind.STUDENT_SERVICES, InstitutionKind.BOARD_OF_EDUCATION}
)
"""Nobody has claimed there in the founded nation, so their servers hold nobody."""
LINKAGE = frozenset({InstitutionKind.LINKAGE_CORE, InstitutionKind.COMMISSION, InstitutionKind.INTERMEDIATE_SERVER})
CITIES = tuple(one for one in INSTITUTIONS if kind_of(one) is InstitutionKind.MUNICIPALITY)
SERVERS = tuple(one for one in INSTITUTIONS if kind_of(one) is InstitutionKind.INTERMEDIATE_SERVER)
SIDES = ("", "-wal")
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
HEX_RUN = re.compile(rb"(?:[0-9A-Fa-f]{2}){11,}")
TO_STANDARD = bytes.maketrans(b"-_", b"+/")


@dataclass
class Told:
    """What could be seen of the story, and the nation in which it happened."""

    stage: LocalStage
    messages: list[tuple[InstitutionId, InstitutionId, str, bytes]] = field(default_factory=list)
    sealed: list[tuple[InstitutionId, InstitutionId, bytes]] = field(default_factory=list)
    pages: list[tuple[str, bytes]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)

    @property
    def nation(self) -> Nation:
        return self.stage.nation

    @property
    def linkage(self) -> list[bytes]:
        """Bodies to and from linkage, and the contents of the envelopes for and from it."""
        bodies = [
            body for sender, recipient, _, body in self.messages if {kind_of(sender), kind_of(recipient)} & LINKAGE
        ]
        return bodies + [body for one, other, body in self.sealed if {kind_of(one), kind_of(other)} & LINKAGE]


class Tap:
    """The in-process transport with every body written down."""

    def __init__(self, inner: InProcessTransport, told: Told) -> None:
        self._inner = inner
        self._told = told

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        answer = self._inner.send(sender, recipient, request)
        for body in (request.body, answer.body):
            self._told.messages.append((sender, recipient.institution, request.path, body))
        self._told.addresses.append(f"{recipient.base_url}{request.path}")
        return answer


def _tap_envelopes(told: Told, patch: pytest.MonkeyPatch) -> None:
    seal = peers_module.seal

    def seal_seen(plaintext: bytes, **parties: Any) -> SealedEnvelope:
        told.sealed.append((parties["sender"], parties["recipient"], plaintext))
        return seal(plaintext, **parties)

    patch.setattr(peers_module, "seal", seal_seen)


def _tap_pages(told: Told, patch: pytest.MonkeyPatch) -> None:
    visitor = told.stage.visitor

    def seen(response: httpx.Response) -> None:
        told.pages.append((str(response.request.url), response.read()))
        told.addresses += [str(response.request.url), response.headers.get("Location", "")]

    def tapped() -> httpx.Client:
        client = visitor()
        client.event_hooks["response"].append(seen)
        return client

    patch.setattr(told.stage, "visitor", tapped)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The whole story on a nation whose wires, envelopes, pages and logs are tapped."""
    told = Told(open_copy(tmp_path_factory.mktemp("canaries") / "nation"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told.nation, "transport", Tap(told.nation.transport, told))
        _tap_envelopes(told, patch)
        _tap_pages(told, patch)
        configure(strict=False, stream=told.log)
        try:
            told.nation.apps()
            results = tell(ChildAllowance(told.stage).steps(), lambda _result: None)
            told.nation.pump()
            assert [one.state for one in results] == ["done"] * len(results), [one.detail for one in results]
            yield told
        finally:
            configure(strict=True)
            told.stage.close()


def rows(told: Told, institution: InstitutionId, query: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{database_file(told.nation, institution)}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'"
"""A text index cannot be scanned as a table; its content stands in tables beside it, which are."""


def columns_of(told: Told, institution: InstitutionId) -> list[tuple[str, str]]:
    tables = rows(told, institution, TABLES)
    return [(table, row[1]) for (table,) in tables for row in rows(told, institution, f'PRAGMA table_info("{table}")')]


@pytest.fixture(scope="module")
def canaries(told: Told) -> frozenset[str]:
    """Every Individual Number and resident record code of everybody, also of those who moved away."""
    found: set[str] = set()
    for city in CITIES:
        cipher = CounterCipher(city, told.nation.keystores[city])
        query = "SELECT resident, code_encrypted, number_encrypted FROM residents"
        for resident, code, number in rows(told, city, query):
            found.add(cipher.decrypt_code(code, "residents", resident).reveal())
            found.add(cipher.decrypt_number(number, "residents", resident).reveal())
    assert len(found) >= 2 * 61
    return frozenset(found)


@pytest.fixture(scope="module")
def pseudonyms(told: Told) -> dict[InstitutionId, list[bytes]]:
    """Every pseudonym that each intermediate server holds."""
    held: dict[InstitutionId, list[bytes]] = {}
    for server in SERVERS:
        cipher = ServerCipher(server, told.nation.keystores[server])
        query = "SELECT place, pseudonym_encrypted FROM pseudonyms"
        held[server] = [cipher.decrypt_pseudonym(stored, row).reveal() for row, stored in rows(told, server, query)]
    return held


def windows(content: bytes, canaries: frozenset[str]) -> set[str]:
    """The canaries among the digits of `content`, also with spaces or hyphens between groups."""
    found: set[str] = set()
    for run in re.findall(rb"[0-9](?:[ -]?[0-9]){10,}", content):
        digits = re.sub(rb"[ -]", b"", run).decode()
        for length in (11, 12):
            found |= {digits[at : at + length] for at in range(len(digits) - length + 1)} & canaries
    return found


def derived(canaries: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """What else a number would be recognised by: as an integer, as UTF-16, and by hashes that anybody can compute."""
    for number in canaries:
        yield number, int(number).to_bytes(6, "big")
        yield number, number.encode("utf-16-le")
        yield number, number.translate({48 + digit: 0xFF10 + digit for digit in range(10)}).encode()
        for name in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(name, number.encode(), usedforsecurity=False).digest()
            yield number, digest
            yield number, digest.hex().encode()
            yield number, base64.b64encode(digest).rstrip(b"=")
            yield number, base64.urlsafe_b64encode(digest).rstrip(b"=")


def decoded(content: bytes) -> Iterator[bytes]:
    """The content, and whatever in it may be hexadecimal or base64, decoded at every alignment."""
    yield content
    for run in HEX_RUN.findall(content):
        yield bytes.fromhex(run.decode())
    for run in BASE64_RUN.findall(content):
        for at in range(4):
            part = run[at:].translate(TO_STANDARD)
            yield base64.b64decode(part[: len(part) // 4 * 4] if len(part) % 4 == 1 else part + b"=" * (-len(part) % 4))


def found_in(content: bytes, canaries: frozenset[str]) -> set[str]:
    """The canaries that `content` gives away, one step of encoding deep."""
    return set().union(*(windows(part, canaries) for part in decoded(content)))


def assert_silent(content: bytes, canaries: frozenset[str], where: str) -> None:
    count = len(found_in(content, canaries))
    # The count, not the canaries: a failure must not put numbers into a report either.
    assert count == 0, f"{count} numbers or codes in {where}"


def test_the_search_finds_a_number_in_every_disguise(canaries: frozenset[str]) -> None:
    number = min(canaries, key=len)
    longer = next(one for one in canaries if len(one) == 12)
    for hidden in (number, longer):
        plain = hidden.encode()
        grouped = f"{hidden[:4]} {hidden[4:8]}-{hidden[8:]}".encode()
        shapes = [
            plain,
            b"x9" + plain + b"1",
            grouped,
            plain.hex().encode(),
            b"g" + plain.hex().upper().encode() + b"g",
        ]
        shapes += [base64.b64encode(pad + plain) for pad in (b"", b"a", b"ab", b"abc")]
        shapes += [base64.urlsafe_b64encode(b"\xff\xfe" + plain).rstrip(b"=")]
        for shape in shapes:
            assert found_in(b"\0before " + shape + b" after\xff", canaries) >= {hidden}, shape
    assert found_in(b"2019-12-02 123456789012 000000000000 13103-2", canaries - {"123456789012"}) == set()


@pytest.mark.requirement("R-027")
@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_no_number_and_no_code_is_in_any_file_of_an_institution(
    told: Told, canaries: frozenset[str], institution: InstitutionId
) -> None:
    folder = database_file(told.nation, institution).parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in files)
    content = b"\0\0".join(path.read_bytes() for path in files)
    assert_silent(content, canaries, f"the files of {institution}")
    assert not [1 for _, trace in derived(canaries) if trace in content], f"a trace of a number at {institution}"


@pytest.mark.requirement("R-027")
@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_no_number_and_no_code_is_in_any_row_of_an_institution(
    told: Told, canaries: frozenset[str], institution: InstitutionId
) -> None:
    connection = sqlite3.connect(f"file:{database_file(told.nation, institution)}?mode=ro", uri=True)
    try:
        dump = "\n".join(written_out(connection)).encode()
    finally:
        connection.close()
    assert b"audit_event" in dump
    # A dump writes octets as hexadecimal: what is hidden in them is looked at as well.
    assert_silent(dump, canaries, f"the database of {institution}")


@pytest.mark.requirement("R-027")
def test_no_number_and_no_code_is_in_the_rest_of_the_worlds_folder(told: Told, canaries: frozenset[str]) -> None:
    data = told.nation.settings.data
    for path in data.rglob("*"):
        assert_silent(str(path.relative_to(data)).encode(), canaries, "a file name")
        if path.is_file() and path.relative_to(data).parts[0] not in INSTITUTIONS:
            assert_silent(path.read_bytes(), canaries, path.name)


def test_no_number_and_no_code_is_in_the_audit_trails(told: Told, canaries: frozenset[str]) -> None:
    for institution in INSTITUTIONS:
        for row in rows(told, institution, "SELECT * FROM audit_event"):
            assert_silent(repr(row).encode(), canaries, f"the audit trail of {institution}")


def test_no_number_and_no_code_is_logged(told: Told, canaries: frozenset[str]) -> None:
    logger().info("the log is listened to")
    lines = told.log.getvalue()
    assert "the log is listened to" in lines
    assert "redacted" not in lines
    assert_silent(lines.encode(), canaries, "the log")


@pytest.mark.requirement("R-028")
def test_linkage_carries_no_number_and_no_code_on_the_wire_or_in_its_envelopes(
    told: Told, canaries: frozenset[str]
) -> None:
    asked = {kind_of(recipient) for _, recipient, _, _ in told.messages}
    assert asked >= LINKAGE
    assert {kind_of(recipient) for _, recipient, _ in told.sealed} >= LINKAGE - {InstitutionKind.COMMISSION}
    assert len(told.linkage) > 50
    for body in told.linkage:
        assert_silent(body, canaries, "a message of linkage")


@pytest.mark.requirement("R-030")
def test_no_message_between_any_institutions_shows_a_number_or_a_code_outside_its_envelope(
    told: Told, canaries: frozenset[str]
) -> None:
    inside = b"".join(content for one, _, content in told.sealed if kind_of(one) is InstitutionKind.MUNICIPALITY)
    assert windows(inside, canaries), "the register's own network carries numbers, in envelopes"
    for sender, recipient, path, body in told.messages:
        assert_silent(body, canaries, f"{sender} to {recipient}{path}")


def test_no_page_and_no_address_shows_the_parent_a_number_or_a_code(told: Told, canaries: frozenset[str]) -> None:
    assert len(told.pages) > 10
    for address, page in told.pages:
        assert_silent(page, canaries, address)
    for address in told.addresses:
        assert_silent(address.encode(), canaries, "an address")


@pytest.mark.requirement("R-008", "R-027")
def test_a_persons_pseudonyms_differ_at_every_institution(
    told: Told, pseudonyms: dict[InstitutionId, list[bytes]]
) -> None:
    everything = [one for held in pseudonyms.values() for one in held]
    assert len(everything) > 61, "some people are known to several institutions"
    without = {server for server, held in pseudonyms.items() if not held}
    assert without <= {intermediate_server_of(one) for one in WITHOUT_PEOPLE}, (
        "every other server of the nation holds some"
    )
    assert len(set(everything)) == len(everything)
    assert told.nation.keystores.keys() == set(INSTITUTIONS)


@pytest.mark.requirement("R-008", "R-221")
def test_no_pseudonym_stands_in_clear_in_any_file_message_page_or_log(
    told: Told, pseudonyms: dict[InstitutionId, list[bytes]]
) -> None:
    data = told.nation.settings.data
    seen = b"\0\0".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    seen += b"\0\0".join([*(body for *_, body in told.messages), *(page for _, page in told.pages)])
    seen += told.log.getvalue().encode()
    seen += b"\0\0".join(content for _, _, content in told.sealed)
    for held in pseudonyms.values():
        for one in held:
            shapes = (one, one.hex().encode(), base64.b64encode(one)[:42], base64.urlsafe_b64encode(one)[:42])
            assert not any(shape in seen for shape in shapes)


@pytest.mark.requirement("R-221")
@pytest.mark.parametrize("server", SERVERS)
def test_an_intermediate_server_has_no_place_for_a_number(told: Told, server: InstitutionId) -> None:
    names = [f"{table}.{column}" for table, column in columns_of(told, server)]
    assert "pseudonyms.pseudonym_encrypted" in names
    assert "addressees.addressee_number" in names
    assert not [name for name in names if "individual" in name or "record_code" in name or "number_encrypted" in name]


def shared_values(told: Told) -> dict[str | bytes, set[tuple[InstitutionId, str]]]:
    """Every value of 16 octets or more that stands at more than one institution, with the places."""
    places: dict[str | bytes, set[tuple[InstitutionId, str]]] = {}
    for institution in INSTITUTIONS:
        for (table,) in rows(told, institution, TABLES):
            columns = [row[1] for row in rows(told, institution, f'PRAGMA table_info("{table}")')]
            content = f'SELECT * FROM "{table}"'  # noqa: S608 - names of our own tables
            for row in rows(told, institution, content):
                for column, value in zip(columns, row, strict=True):
                    if tells_something(value):
                        places.setdefault(value, set()).add((institution, f"{table}.{column}"))
    return {value: at for value, at in places.items() if len({one for one, _ in at}) > 1}


@pytest.mark.requirement("R-008", "R-027")
def test_no_two_institutions_share_a_value_by_which_their_records_of_a_person_could_be_joined(told: Told) -> None:
    shared = shared_values(told)
    assert len(shared) > 100, "exchanges have numbers that all parties know"
    found = [{(kind_of(one).value, column) for one, column in places} for places in shared.values()]
    unexplained = {tuple(sorted(places)) for places in found if not may_be_shared(places)}
    assert not unexplained, "\n".join(map(str, sorted(unexplained)))


@pytest.mark.requirement("R-008", "R-221")
def test_nothing_that_stands_for_a_person_at_linkage_stands_anywhere_but_at_its_owner(told: Told) -> None:
    columns = {column for places in shared_values(told).values() for _, column in places}
    assert not columns & PERSONS_AT_LINKAGE
    known = {f"{table}.{column}" for server in SERVERS for table, column in columns_of(told, server)}
    assert known >= PERSONS_AT_LINKAGE
