"""No look-up at the register without its entry in the person's chain and its audit record (R-026, R-274)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.commission.app import build as build_commission
from mizuhiki.institutions.national_register.app import build as build_register
from mizuhiki.institutions.national_register.app import ledger_of_look_ups
from mizuhiki.institutions.national_register.store.tables import AUDIT, PERSONS
from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.wire import national_register as wire
from support.environment import make_environment, serve_fake
from unit.institutions.national_register.kit import HOME, OTHER, REGISTER, START, Nation


@dataclass
class Place:
    """The register with a real commission, its tables, its ledger, and who may ask it."""

    nation: Nation
    database: Database
    ledger: Ledger
    pension: Peers
    keys: dict[str, bytes]

    def search(self, number: str, affair: str = "national-pension") -> wire.FoundIdentification:
        request = wire.IdentificationSearch(affair=affair, individual_number=number)
        return self.pension.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, request, wire.FoundIdentification)

    def person(self) -> bytes:
        """Row of the one person there is, which is the key of the chain."""
        with self.database.read() as connection:
            return str(connection.execute(sa.select(PERSONS.c.person)).scalar_one()).encode()

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(found.entry) for found in reversed(self.ledger.entries_of(self.person()))]

    def audited(self, event: str) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            rows = connection.execute(sa.select(AUDIT.events).where(AUDIT.events.c.event == event)).all()
        return [(row.actor_institution, row.outcome) for row in rows]


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    transport, clock = InProcessTransport(), FixedClock(START)
    apps: dict[str, App] = {}
    environment = make_environment("national-register", transport=transport, clock=clock, database_url=database_url)
    apps["national-register"] = build_register(environment)
    apps["commission"] = build_commission(make_environment("commission", transport=transport, clock=clock))
    for name, app in apps.items():
        transport.register(make_environment(name).institution, lambda app=app: app.wsgi)
    fakes = (
        f"municipality-{HOME}",
        f"municipality-{OTHER}",
        "prefecture-45",
        "prefecture-01",
        "pension-service",
        "jpki",
    )
    peers = {name: serve_fake(transport, name, {}, clock=clock) for name in fakes}
    nation = Nation(transport, clock, apps["national-register"], apps["commission"], peers)
    database = Database(database_url)
    ledger = ledger_of_look_ups(environment, database)
    keys = {f"mizuhiki/{name}": environment.directory.entry(make_environment(name).institution).checkpoint_key
            for name in apps}  # fmt: skip
    yield Place(nation, database, ledger, peers["pension-service"], keys)
    nation.close()
    database.dispose()


@pytest.mark.requirement("R-026")
def test_a_search_stands_in_the_persons_chain_and_in_the_audit_record(place: Place) -> None:
    number = place.nation.numbers[place.nation.resident("first")]
    assert place.search(number).found
    [entry] = place.entries()
    assert entry["kind"] == "identification-search"
    assert (entry["asker"], entry["affair"], entry["outcome"]) == ("pension-service", "national-pension", "disclosed")
    assert set(entry["items"]) == {"name", "name_kana", "birth_date", "sex", "address", "municipality_code"}
    assert place.audited("identification-searched") == [("pension-service", "disclosed")]


def test_an_entry_holds_no_number_no_code_and_no_value(place: Place) -> None:
    code = place.nation.resident("first")
    place.search(place.nation.numbers[code])
    [found] = place.ledger.entries_of(place.person())
    text = found.entry if isinstance(found.entry, str) else found.entry.decode()
    for value in (code, place.nation.numbers[code], "黒木", "クロキ", "1985", "姫城町"):
        assert value not in text


@pytest.mark.parametrize("broken", ["append", "record"])
def test_a_look_up_that_cannot_be_recorded_gets_no_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    code = place.nation.resident("first")
    card = place.nation.card(code)
    size = place.ledger.size()

    def crash(*_args: Any, **_fields: Any) -> None:
        message = "the disk is gone"
        raise OSError(message)

    monkeypatch.setattr(*((Ledger, "append") if broken == "append" else (Audit, "record")), crash)
    with pytest.raises(PeerProblem) as caught:
        place.search(place.nation.numbers[code])
    assert "黒木" not in str(caught.value.fields)
    with pytest.raises(PeerProblem):
        place.nation.confirmed(code, card)
    monkeypatch.undo()
    assert place.ledger.size() == size
    assert place.entries() == []
    assert place.audited("identification-searched") == []
    assert place.audited("card-holder-confirmed") == []


def test_a_withheld_search_looks_like_nobody_outside_and_is_told_inside(place: Place) -> None:
    code = place.nation.resident("first")
    place.nation.notify(code, 2, protected=True)
    answer = place.search(place.nation.numbers[code])
    assert answer == wire.FoundIdentification(found=False)
    [entry] = place.entries()
    assert (entry["outcome"], entry["items"]) == ("withheld", [])
    assert place.audited("identification-searched") == [("pension-service", "withheld")]


def test_a_search_for_nobody_is_audited_and_is_in_nobodys_chain(place: Place) -> None:
    place.nation.resident("first")
    assert not place.search("123456789018").found
    assert place.entries() == []
    assert place.audited("identification-searched") == [("pension-service", "not-registered")]


def test_what_is_said_about_a_card_is_recorded_with_its_outcome(place: Place) -> None:
    code = place.nation.resident("first")
    card = place.nation.card(code)
    assert place.nation.confirmed(code, card)
    assert not place.nation.confirmed(code, card, card_serial="0" * 16)
    assert [(entry["kind"], entry["asker"], entry["outcome"]) for entry in place.entries()] == [
        ("card-holder-confirmation", "jpki", "confirmed"),
        ("card-holder-confirmation", "jpki", "not-confirmed"),
    ]
    assert place.audited("card-holder-confirmed") == [("jpki", "confirmed"), ("jpki", "not-confirmed")]


@pytest.mark.requirement("R-274")
def test_the_commission_witnesses_the_look_ups_and_anybody_can_check_them(place: Place) -> None:
    number = place.nation.numbers[place.nation.resident("first")]
    place.search(number)
    place.search(number)
    assert place.nation.register.operations.store.checkpoint() == 1
    verdict = verify(place.ledger.bundle(place.person()).to_json(), place.keys)
    assert verdict.entries == 2
    assert verdict.keys_pinned
    place.ledger.check()


def test_what_the_register_gives_out_to_municipalities_is_audited_as_well(place: Place) -> None:
    place.nation.card(place.nation.resident("first"))
    municipality = f"municipality-{HOME}"
    assert place.audited("codes-allocated") == [(municipality, "done")]
    assert place.audited("numbers-generated") == [(municipality, "done")]
    assert place.audited("identification-taken") == [("prefecture-45", "done")]
    assert place.audited("card-registered") == [(municipality, "done")]
