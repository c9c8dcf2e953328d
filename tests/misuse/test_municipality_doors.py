"""Both doors of a municipality against the wrong institution, wrong recipient, repeats and foreign codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.moves import MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import municipality as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment, serve_fake
from support.municipality import MIYAKONOJO, SHIBUYA_ADDRESS, Country, family, make_country

HERE = InstitutionId(MIYAKONOJO)


@dataclass
class Doors:
    country: Country
    sapporo: Peers
    residents: list[str]
    reference: str
    codes: list[str]

    def certificate(self, peers: Peers, *, code: str | None = None) -> wire.MovingOutCertificate:
        request = wire.MovingOutCertificateRequest(
            resident_record_code=code or self.codes[0], move_reference=self.reference
        )
        return peers.call_sealed(HERE, wire.GET_MOVING_OUT_CERTIFICATE, request, wire.MovingOutCertificate)

    def notice(self, *, to: str = "011002", codes: list[str] | None = None, notice_id: str = "n1") -> str:
        message = wire.MoveInNotice(
            notice_id=notice_id,
            move_reference=self.reference,
            to_municipality=to,
            moved_in_on=date(2019, 11, 25),
            resident_record_codes=self.codes if codes is None else codes,
        )
        return self.sapporo.call_sealed(HERE, wire.NOTIFY_MOVE_IN, message, Acknowledgement).reference


@pytest.fixture
def doors() -> Iterator[Doors]:
    country = make_country()
    operations = country.apps[MIYAKONOJO].operations
    clerk = country.context("counter-clerk")
    residents = operations.import_existing_residents(country.context("registrar"), [family(), family("h2")])
    form = MoveOutForm("m", tuple(residents[:3]), date(2019, 11, 25), SHIBUYA_ADDRESS, date(2019, 11, 20), "head")
    reference = operations.register_move_out(clerk, form)
    codes = [operations.resident(clerk, token).code.reveal() for token in residents]
    sapporo = serve_fake(country.transport, "municipality-011002", {}, clock=country.clock)
    yield Doors(country, sapporo, residents, reference, codes[:3])
    country.close()


@pytest.mark.parametrize("caller", ["pension-service", "portal", "prefecture-45", "linkage-core"])
def test_only_municipalities_may_ask_for_certificates(doors: Doors, caller: str) -> None:
    if caller == "prefecture-45":
        environment = make_environment(caller, clock=doors.country.clock, transport=doors.country.transport)
        peers = Peers(environment)
    else:
        peers = serve_fake(doors.country.transport, caller, {}, clock=doors.country.clock)
    with pytest.raises(PeerProblem) as caught:
        doors.certificate(peers)
    assert caught.value.peer_code == "caller-not-listed"


def test_a_code_that_does_not_move_opens_nothing(doors: Doors) -> None:
    clerk = doors.country.context("counter-clerk")
    other = doors.country.apps[MIYAKONOJO].operations.resident(clerk, doors.residents[3]).code.reveal()
    with pytest.raises(PeerProblem) as caught:
        doors.certificate(doors.sapporo, code=other)
    assert caught.value.peer_code == "move-not-for-code"


def test_a_notice_in_another_municipalitys_name_is_refused(doors: Doors) -> None:
    with pytest.raises(PeerProblem) as caught:
        doors.notice(to="131130")
    assert caught.value.peer_code == "actor-of-other-institution"


@pytest.mark.parametrize("codes", [[], ["foreign"]])
def test_a_notice_for_nobody_or_for_others_removes_nothing(doors: Doors, codes: list[str]) -> None:
    clerk, operations = doors.country.context("counter-clerk"), doors.country.apps[MIYAKONOJO].operations
    other = operations.resident(clerk, doors.residents[3]).code.reveal()
    with pytest.raises(PeerProblem) as caught:
        doors.notice(codes=[other] if codes else [])
    assert caught.value.peer_code == "move-not-for-code"
    assert {operations.resident(clerk, token).state for token in doors.residents} == {
        RecordState.MOVING,
        RecordState.CURRENT,
    }


def test_a_notice_again_changes_nothing_and_a_second_one_is_refused(doors: Doors) -> None:
    assert doors.notice() == doors.reference
    assert doors.notice() == doors.reference
    with pytest.raises(PeerProblem) as caught:
        doors.notice(notice_id="n2")
    assert caught.value.peer_code == "move-completed"
