"""Identification information on its way municipality → prefecture → national register (R-012, R-049)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest

from mizuhiki.institutions.commission.app import build as build_commission
from mizuhiki.institutions.national_register.app import build as build_register
from mizuhiki.institutions.prefecture.app import build as build_prefecture
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki, prefecture
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment, serve_fake

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
MIYAZAKI = institution_id(InstitutionKind.PREFECTURE, "45")
ITEMS = wire.FourItemsMessage(
    name="黒木　拓也",
    name_kana="クロキ　タクヤ",
    birth_date=date(1985, 4, 1),
    sex=1,
    address="宮崎県都城市姫城町1番1号",
)


@dataclass
class Tiers:
    register: App
    prefecture: App
    municipality: Peers
    other: Peers
    tokyo: Peers
    events: list[Any]
    code: str
    number: str

    def change(self, sequence: int, **changed: Any) -> wire.IdentificationChange:
        values: dict[str, Any] = {
            "change_id": f"change-{sequence}",
            "sequence": sequence,
            "municipality_code": "452025",
            "reason": "initial",
            "effective_on": date(2019, 12, 2),
            "resident_record_code": self.code,
            "individual_number": self.number,
            "four_items": ITEMS,
            "in_register": True,
        }
        return wire.IdentificationChange(**{**values, **changed})

    def notify(self, *changes: wire.IdentificationChange, sender: Peers | None = None) -> str:
        message = wire.IdentificationChanges(changes=list(changes))
        peers = sender or self.municipality
        return peers.call_sealed(MIYAZAKI, prefecture.NOTIFY_IDENTIFICATION, message, Acknowledgement).reference

    def found(self) -> wire.FoundIdentification:
        request = wire.IdentificationSearch(affair="resident-register", individual_number=self.number)
        return self.municipality.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, request, wire.FoundIdentification)


@pytest.fixture
def tiers(database_url: str) -> Iterator[Tiers]:
    transport = InProcessTransport()
    apps = {}
    builders = (
        ("national-register", build_register),
        ("prefecture-45", build_prefecture),
        ("commission", build_commission),
    )
    for name, build in builders:
        own = database_url if name == "prefecture-45" else None
        environment = make_environment(name, transport=transport, database_url=own)
        apps[name] = build(environment)
        transport.register(environment.institution, lambda name=name: apps[name].wsgi)
    events: list[Any] = []

    def take(_call: Any, request: jpki.RegisterEvents) -> Acknowledgement:
        events.extend(request.events)
        return Acknowledgement()

    serve_fake(transport, "jpki", {}, sealed={jpki.NOTIFY_REGISTER_EVENTS: (jpki.RegisterEvents, take)})
    municipality = serve_fake(transport, "municipality-452025", {})
    other = serve_fake(transport, "municipality-011002", {})
    tokyo = serve_fake(transport, "prefecture-13", {})
    allocated = municipality.call(
        REGISTER,
        wire.ALLOCATE_RESIDENT_RECORD_CODES,
        wire.AllocateCodes(request_id="r", municipality_code="452025", count=1),
    )
    context = f"{wire.ALLOCATE_RESIDENT_RECORD_CODES.name}/answer".encode()
    code = municipality.open(allocated.envelope, REGISTER, wire.AllocatedCodes, context).codes[0]
    numbered = municipality.call_sealed(
        REGISTER,
        wire.GENERATE_NUMBERS,
        wire.NumberGenerationRequest(
            municipality_code="452025", lines=[wire.NumberGenerationLine(line_id="l", resident_record_code=code)]
        ),
        wire.GeneratedNumbers,
    )
    number = numbered.lines[0].individual_number
    yield Tiers(apps["national-register"], apps["prefecture-45"], municipality, other, tokyo, events, code, number)
    for app in apps.values():
        app.close()


@pytest.mark.requirement("R-012")
@pytest.mark.requirement("R-049")
def test_a_notice_reaches_the_prefecture_then_the_register_then_the_certification_authority(tiers: Tiers) -> None:
    assert not tiers.found().found
    tiers.notify(tiers.change(1))
    assert tiers.prefecture.operations.person_count() == 1
    assert not tiers.found().found
    assert tiers.prefecture.pump() == 2  # the notice, and the first checkpoint of the look-ups
    found = tiers.found()
    assert found.four_items == ITEMS
    assert found.municipality_code == "452025"
    assert tiers.register.pump() == 2  # the notice, and the checkpoint of the look-ups
    assert [event.event_id for event in tiers.events] == ["change-1"]


def test_a_notice_sent_twice_is_taken_once(tiers: Tiers) -> None:
    assert tiers.notify(tiers.change(1)) == "1"
    assert tiers.notify(tiers.change(1)) == "0"
    tiers.prefecture.pump()
    tiers.register.pump()
    assert len(tiers.events) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"municipality_code": "451001"}, "change-of-other-municipality"),
        ({"resident_record_code": "12345678901"}, "malformed-resident-record-code"),
    ],
)
def test_a_notice_that_does_not_fit_its_sender_is_refused_whole(
    tiers: Tiers, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(PeerProblem) as caught:
        tiers.notify(tiers.change(1), tiers.change(2, **changed))
    assert caught.value.peer_code == code
    assert tiers.prefecture.operations.person_count() == 0


def test_a_municipality_of_another_prefecture_is_refused(tiers: Tiers) -> None:
    with pytest.raises(PeerProblem) as caught:
        tiers.notify(tiers.change(1, municipality_code="011002"), sender=tiers.other)
    assert caught.value.peer_code == "municipality-elsewhere"


def test_a_notice_out_of_order_is_refused(tiers: Tiers) -> None:
    tiers.notify(tiers.change(2))
    with pytest.raises(PeerProblem) as caught:
        tiers.notify(tiers.change(1))
    assert caught.value.peer_code == "notice-out-of-order"


def test_after_removal_the_search_finds_nobody(tiers: Tiers) -> None:
    tiers.notify(tiers.change(1), tiers.change(2, reason="death", in_register=False))
    tiers.prefecture.pump()
    assert not tiers.found().found


def test_a_search_for_an_unlawful_affair_is_refused(tiers: Tiers) -> None:
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    request = wire.IdentificationSearch(affair="market-research", individual_number=tiers.number)
    with pytest.raises(PeerProblem) as caught:
        tiers.municipality.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, request, wire.FoundIdentification)
    assert caught.value.peer_code in {"unknown-affair", "affair-not-lawful"}


@pytest.mark.requirement("R-002")
def test_a_search_for_an_affair_of_another_body_is_refused(tiers: Tiers) -> None:
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    request = wire.IdentificationSearch(affair="national-pension", individual_number=tiers.number)
    with pytest.raises(PeerProblem) as caught:
        tiers.municipality.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, request, wire.FoundIdentification)
    assert caught.value.peer_code == "affair-of-others"


@pytest.mark.requirement("R-076")
def test_a_protected_persons_number_is_answered_like_an_unknown_one(tiers: Tiers) -> None:
    unknown = tiers.found()
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    assert tiers.found().found
    tiers.notify(tiers.change(2, reason="ex-officio-correction", protected=True))
    tiers.prefecture.pump()
    assert msgspec.json.encode(tiers.found()) == msgspec.json.encode(unknown)
    tiers.notify(tiers.change(3, reason="ex-officio-correction"))
    tiers.prefecture.pump()
    assert tiers.found().found


def moved(tiers: Tiers, sequence: int, **changed: Any) -> None:
    """Have the prefecture of the new municipality notify the register."""
    values = {"change_id": f"new-{sequence}", "municipality_code": "131032", "reason": "move-in", **changed}
    message = wire.IdentificationChanges(changes=[tiers.change(sequence, **values)])
    tiers.tokyo.call_sealed(REGISTER, wire.NOTIFY_IDENTIFICATION, message, Acknowledgement)


@pytest.mark.requirement("R-012")
def test_a_late_notice_of_the_old_place_changes_nothing_and_moving_back_works(tiers: Tiers) -> None:
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    moved(tiers, 1)
    assert tiers.found().municipality_code == "131032"
    old = msgspec.structs.replace(ITEMS, name="別　名前")
    tiers.notify(tiers.change(2, reason="ex-officio-correction", four_items=old))
    tiers.notify(tiers.change(3, reason="move-out", in_register=False))
    tiers.prefecture.pump()
    tiers.register.pump()
    assert tiers.found() == wire.FoundIdentification(found=True, municipality_code="131032", four_items=ITEMS)
    assert [event.event_id for event in tiers.events] == ["change-1", "new-1"]
    moved(tiers, 2, reason="move-out", in_register=False)
    tiers.notify(tiers.change(4, reason="move-in"))
    tiers.prefecture.pump()
    assert tiers.found().municipality_code == "452025"


def test_the_first_notice_may_come_from_another_place_than_the_one_that_numbered(tiers: Tiers) -> None:
    moved(tiers, 1, reason="ex-officio-correction")
    assert not tiers.found().found
    moved(tiers, 2, reason="initial")
    assert tiers.found().municipality_code == "131032"
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    assert tiers.found().municipality_code == "131032"


def test_the_register_checks_the_order_for_each_municipality(tiers: Tiers) -> None:
    moved(tiers, 2)
    with pytest.raises(PeerProblem) as caught:
        moved(tiers, 1)
    assert caught.value.peer_code == "change-out-of-order"
    moved(tiers, 3, reason="minor-correction")
    tiers.notify(tiers.change(1, reason="minor-correction"))
    assert tiers.prefecture.pump() == 2
    assert tiers.found().municipality_code == "131032"


@pytest.mark.requirement("R-012")
@pytest.mark.parametrize(("entered", "stays"), [(date(2019, 12, 4), True), (date(2019, 12, 5), False)])
def test_a_move_in_that_arrives_after_a_later_one_is_history(tiers: Tiers, entered: date, stays: bool) -> None:  # noqa: FBT001 - a parameter
    tiers.notify(tiers.change(1))
    tiers.prefecture.pump()
    moved(tiers, 1, effective_on=date(2019, 12, 5))
    delayed = {"municipality_code": "131130", "change_id": "delayed", "effective_on": entered}
    moved(tiers, 1, **delayed)
    assert tiers.found().municipality_code == ("131032" if stays else "131130")


@pytest.mark.requirement("R-076")
def test_a_move_does_not_end_a_support_measure_and_the_new_municipality_can(tiers: Tiers) -> None:
    tiers.notify(tiers.change(1), tiers.change(2, reason="ex-officio-correction", protected=True))
    tiers.prefecture.pump()
    moved(tiers, 1)
    assert not tiers.found().found
    moved(tiers, 2, reason="move-within")
    assert not tiers.found().found
    tiers.notify(tiers.change(3, reason="ex-officio-correction"))
    tiers.prefecture.pump()
    assert not tiers.found().found, "the municipality they left ends nothing any more"
    moved(tiers, 3, reason="ex-officio-correction")
    assert tiers.found().found
