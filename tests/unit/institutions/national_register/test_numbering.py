"""Numbering over the wire: bundles, generation, refusals, and what stands in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from stdnum.jp import in_

from mizuhiki.institutions.national_register.app import build
from mizuhiki.institutions.national_register.store import METADATA
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import national_register as wire
from support.environment import make_environment

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


@dataclass
class Nation:
    """A register with two municipalities that call it."""

    app: App
    database: str
    miyakonojo: Peers
    sapporo: Peers


@pytest.fixture
def nation(database_url: str) -> Iterator[Nation]:
    transport = InProcessTransport()
    environment = make_environment("national-register", transport=transport, database_url=database_url)
    app = build(environment)
    transport.register(environment.institution, lambda: app.wsgi)
    miyakonojo = Peers(make_environment("municipality-452025", transport=transport))
    sapporo = Peers(make_environment("municipality-011002", transport=transport))
    for peers, name in ((miyakonojo, "municipality-452025"), (sapporo, "municipality-011002")):
        _serve_key_set(transport, name, peers)
    yield Nation(app, database_url, miyakonojo, sapporo)
    app.close()


def _serve_key_set(transport: InProcessTransport, name: str, peers: Peers) -> None:
    from mizuhiki.runtime.serving import Api  # noqa: PLC0415 - only this helper needs it

    api = Api(make_environment(name, transport=transport), peers)
    transport.register(make_environment(name, transport=transport).institution, lambda: api)


def _bundle(peers: Peers, code: str, count: int, request_id: str = "first") -> list[str]:
    request = wire.AllocateCodes(request_id=request_id, municipality_code=code, count=count)
    answer = peers.call(REGISTER, wire.ALLOCATE_RESIDENT_RECORD_CODES, request)
    context = f"{wire.ALLOCATE_RESIDENT_RECORD_CODES.name}/answer".encode()
    return peers.open(answer.envelope, REGISTER, wire.AllocatedCodes, context).codes


def _number(peers: Peers, municipality: str, lines: list[tuple[str, str]]) -> list[wire.GeneratedNumber]:
    request = wire.NumberGenerationRequest(
        municipality_code=municipality,
        lines=[wire.NumberGenerationLine(line_id=line, resident_record_code=code) for line, code in lines],
    )
    answer = peers.call_sealed(REGISTER, wire.GENERATE_NUMBERS, request, wire.GeneratedNumbers)
    return answer.lines


@pytest.mark.requirement("R-007")
@pytest.mark.requirement("R-009")
def test_every_code_gets_one_valid_number_and_no_two_are_equal(nation: Nation) -> None:
    first = _bundle(nation.miyakonojo, "452025", 40)
    second = _bundle(nation.sapporo, "011002", 40)
    assert len({*first, *second}) == 80
    lines = _number(nation.miyakonojo, "452025", [(f"m{n}", code) for n, code in enumerate(first)])
    lines += _number(nation.sapporo, "011002", [(f"s{n}", code) for n, code in enumerate(second)])
    numbers = [line.individual_number for line in lines]
    assert len(set(numbers)) == 80
    assert all(in_.is_valid(number) for number in numbers)


def test_a_line_sent_again_gets_the_number_it_got_before(nation: Nation) -> None:
    code = _bundle(nation.miyakonojo, "452025", 1)[0]
    assert _number(nation.miyakonojo, "452025", [("a", code)]) == _number(nation.miyakonojo, "452025", [("a", code)])


@pytest.mark.requirement("R-009")
def test_a_code_is_numbered_once_whichever_line_asks(nation: Nation) -> None:
    code = _bundle(nation.miyakonojo, "452025", 1)[0]
    outcomes = _number(nation.miyakonojo, "452025", [("a", code), ("b", code)])
    assert [line.refusal for line in outcomes] == ["", "code-already-numbered"]
    assert _number(nation.miyakonojo, "452025", [("c", code)])[0].refusal == "code-already-numbered"


def test_a_line_may_not_change_its_code(nation: Nation) -> None:
    first, second = _bundle(nation.miyakonojo, "452025", 2)
    _number(nation.miyakonojo, "452025", [("a", first)])
    assert _number(nation.miyakonojo, "452025", [("a", second)])[0].refusal == "line-changed"


def test_a_code_of_another_municipalitys_bundle_is_refused(nation: Nation) -> None:
    code = _bundle(nation.sapporo, "011002", 1)[0]
    assert _number(nation.miyakonojo, "452025", [("a", code)])[0].refusal == "code-not-in-bundle"


def test_a_municipality_may_not_ask_for_another(nation: Nation) -> None:
    with pytest.raises(PeerProblem) as caught:
        _bundle(nation.miyakonojo, "011002", 1)
    assert caught.value.peer_code == "other-municipality"


@pytest.mark.parametrize("count", [0, -1, 100_001])
def test_a_bundle_of_an_impossible_size_is_refused(nation: Nation, count: int) -> None:
    with pytest.raises(PeerProblem) as caught:
        _bundle(nation.miyakonojo, "452025", count)
    assert caught.value.peer_code == "bundle-size-out-of-range"


def test_the_same_bundle_request_returns_the_same_codes_and_another_count_is_refused(nation: Nation) -> None:
    assert sorted(_bundle(nation.miyakonojo, "452025", 5)) == sorted(_bundle(nation.miyakonojo, "452025", 5))
    with pytest.raises(PeerProblem) as caught:
        _bundle(nation.miyakonojo, "452025", 6)
    assert caught.value.peer_code == "bundle-request-changed"


def test_neither_codes_nor_numbers_stand_readable_in_the_database(nation: Nation) -> None:
    codes = _bundle(nation.miyakonojo, "452025", 20)
    lines = _number(nation.miyakonojo, "452025", [(f"m{n}", code) for n, code in enumerate(codes)])
    database = Database(nation.database)
    with database.read() as connection:
        rows = [row for table in METADATA.sorted_tables for row in connection.execute(sa.select(table))]
    database.dispose()
    dump = "\n".join(cell.hex() if isinstance(cell, bytes) else str(cell) for row in rows for cell in row)
    for digits in (*codes, *(line.individual_number for line in lines)):
        assert digits not in dump
        assert digits.encode().hex() not in dump.lower()
