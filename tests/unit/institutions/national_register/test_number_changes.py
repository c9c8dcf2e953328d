"""What a changed number or code means for cards and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mizuhiki.crypto.x509 import CertificateRevoked
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement
from unit.institutions.national_register.kit import HOME, REGISTER, Nation, open_nation, other_items


@pytest.fixture
def nation() -> Iterator[Nation]:
    nation = open_nation()
    yield nation
    nation.close()


def change_number(nation: Nation, code: str, **changes: Any) -> str:
    values = {
        "request_id": "leak",
        "municipality_code": HOME,
        "resident_record_code": code,
        "individual_number": nation.numbers[code],
    }
    request = wire.NumberChangeRequest(**(values | changes))
    answer = nation.peers[f"municipality-{HOME}"].call_sealed(REGISTER, wire.CHANGE_NUMBER, request, wire.ChangedNumber)
    return answer.individual_number


def change_code(nation: Nation, code: str) -> str:
    peers = nation.peers[f"municipality-{HOME}"]
    [new] = peers.call_sealed(
        REGISTER,
        wire.ALLOCATE_RESIDENT_RECORD_CODES,
        wire.AllocateCodes(request_id="another", municipality_code=HOME, count=1),
        wire.AllocatedCodes,
    ).codes
    request = wire.CodeChangeRequest(
        request_id="change", municipality_code=HOME, old_resident_record_code=code, new_resident_record_code=new
    )
    peers.call_sealed(REGISTER, wire.CHANGE_CODE, request, Acknowledgement)
    nation.numbers[new] = nation.numbers[code]
    return str(new)


@pytest.mark.requirement("R-009")
def test_a_card_with_the_old_number_lapses_when_the_new_one_is_designated(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    number = change_number(nation, code)
    assert nation.confirmed(code, card)
    nation.numbers[code] = number
    nation.notify(code, 2, reason="number-change")
    assert not nation.confirmed(code, card)
    again = nation.card(code, "second")
    assert again.card_serial != card.card_serial
    assert nation.confirmed(code, again)


def test_a_number_becomes_the_persons_only_when_it_was_generated_for_them(nation: Nation) -> None:
    code, other = nation.resident("first"), nation.resident("second")
    old, nation.numbers[code] = nation.numbers[code], nation.numbers[other]
    with pytest.raises(PeerProblem) as caught:
        nation.notify(code, 2, reason="number-change")
    assert caught.value.peer_code == "number-does-not-match-code"
    nation.numbers[code] = old
    new = change_number(nation, code)
    with pytest.raises(PeerProblem) as caught:
        nation.notify(code, 2, reason="number-change")  # with the old number
    assert caught.value.peer_code == "number-does-not-match-code"
    nation.numbers[code] = new
    nation.notify(code, 2, reason="number-change")


def test_a_notice_that_was_under_way_at_the_change_is_taken_and_brings_no_old_number_back(nation: Nation) -> None:
    code = nation.resident("first")
    old = nation.numbers[code]
    nation.numbers[code] = change_number(nation, code)
    nation.notify(code, 2, reason="number-change")
    new, nation.numbers[code] = nation.numbers[code], old
    nation.notify(code, 3, other_items(address="宮崎県都城市姫城町2番2号"), reason="move-within")
    search = wire.IdentificationSearch(affair="resident-register", individual_number=new)
    peers = nation.peers[f"municipality-{HOME}"]
    answer = peers.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, search, wire.FoundIdentification)
    assert answer.four_items is not None
    assert answer.four_items.address == "宮崎県都城市姫城町2番2号"


def test_a_request_id_is_good_for_one_person_and_one_kind_of_change(nation: Nation) -> None:
    code, other = nation.resident("first"), nation.resident("second")
    number = change_number(nation, code)
    assert change_number(nation, code) == number
    with pytest.raises(PeerProblem) as caught:
        change_number(nation, other)
    assert caught.value.peer_code == "change-request-changed"
    new = change_code(nation, other)
    with pytest.raises(PeerProblem) as caught:
        change_number(nation, new, request_id="change")
    assert caught.value.peer_code == "change-request-changed"


def test_a_number_that_is_not_the_persons_is_not_changed(nation: Nation) -> None:
    code, other = nation.resident("first"), nation.resident("second")
    with pytest.raises(PeerProblem) as caught:
        change_number(nation, code, individual_number=nation.numbers[other])
    assert caught.value.peer_code == "number-does-not-match-code"


@pytest.mark.requirement("R-202")
def test_certificates_of_the_day_before_a_code_change_end_with_their_holders_registration(nation: Nation) -> None:
    code = nation.resident("first")
    certificates = nation.certificates(code, nation.card(code))
    new = change_code(nation, code)
    nation.notify(new, 2, reason="code-change")
    nation.register.pump()
    nation.require_good(certificates.signature_certificate, certificates.signature_ca)
    nation.notify(new, 3, reason="death", in_register=False)
    nation.register.pump()
    with pytest.raises(CertificateRevoked):
        nation.require_good(certificates.signature_certificate, certificates.signature_ca)


def test_a_card_stays_its_holders_when_the_code_changes(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    new = change_code(nation, code)
    nation.notify(new, 2, reason="code-change")
    assert nation.confirmed(new, card)
