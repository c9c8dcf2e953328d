"""Attempts of a municipality to get certificates in the name of somebody who never got a card there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.jpki import IssuedCertificates
from unit.institutions.national_register.kit import HOME, ITEMS, OTHER, Nation, open_nation, other_items

INVENTED_ITEMS = other_items(name="偽　者", name_kana="ニセ　モノ")
INVENTED_CARD = wire.CardRegistered(card_serial="0" * 16, security_code="0000", expires_on=date(2029, 4, 1))


@pytest.fixture
def nation() -> Iterator[Nation]:
    nation = open_nation()
    yield nation
    nation.close()


def victim(nation: Nation) -> tuple[str, wire.CardRegistered, IssuedCertificates]:
    code = nation.resident("victim")
    card = nation.card(code)
    return code, card, nation.certificates(code, card)


def require_all_good(nation: Nation, issued: IssuedCertificates) -> None:
    nation.require_good(issued.user_identification_certificate, issued.user_identification_ca)
    nation.require_good(issued.signature_certificate, issued.signature_ca)


@pytest.mark.requirement("R-200")
@pytest.mark.parametrize("municipality", [OTHER, HOME])
@pytest.mark.parametrize("items", [INVENTED_ITEMS, ITEMS], ids=["invented items", "true items"])
def test_a_code_with_an_invented_card_gets_nothing_and_the_holders_certificates_stay_good(
    nation: Nation, municipality: str, items: wire.FourItemsMessage
) -> None:
    code, _card, issued = victim(nation)
    with pytest.raises(PeerProblem) as caught:
        nation.certificates(code, INVENTED_CARD, "attack", municipality, items)
    assert caught.value.peer_code == "card-holder-not-confirmed"
    require_all_good(nation, issued)


def test_another_municipality_gets_nothing_for_the_holders_own_card(nation: Nation) -> None:
    code, card, issued = victim(nation)
    with pytest.raises(PeerProblem) as caught:
        nation.certificates(code, card, "attack", OTHER)
    assert caught.value.peer_code == "card-holder-not-confirmed"
    require_all_good(nation, issued)


def test_a_card_of_ones_own_resident_does_not_serve_for_somebody_else(nation: Nation) -> None:
    code, _card, issued = victim(nation)
    accomplice = nation.resident("accomplice", INVENTED_ITEMS, OTHER)
    card = nation.card(accomplice, municipality=OTHER)
    for items in (ITEMS, INVENTED_ITEMS):
        with pytest.raises(PeerProblem) as caught:
            nation.certificates(code, card, "attack", OTHER, items)
        assert caught.value.peer_code == "card-holder-not-confirmed"
    require_all_good(nation, issued)


def test_certificates_do_not_outlive_the_card_that_the_register_knows(nation: Nation) -> None:
    code = nation.resident("victim")
    longer = msgspec.structs.replace(nation.card(code), expires_on=date(2049, 4, 1))
    with pytest.raises(PeerProblem) as caught:
        nation.certificates(code, longer)
    assert caught.value.peer_code == "card-holder-not-confirmed"
