"""Current items for a verifier through the certification authorities: gate, chain, and what is withheld."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mizuhiki.wire import national_register as wire
from unit.institutions.national_register.kit import ITEMS, REGISTER, Nation, open_nation


@pytest.fixture
def nation() -> Iterator[Nation]:
    nation = open_nation()
    yield nation
    nation.close()


def ask(nation: Nation, code: str, service: str = "current-items") -> wire.FoundIdentification:
    question = wire.CurrentIdentification(resident_record_code=code, service=service, verifier="verifier-0001")  # type: ignore[arg-type]  # one of both literals
    return nation.peers["jpki"].call_sealed(REGISTER, wire.CURRENT_IDENTIFICATION, question, wire.FoundIdentification)


def test_items_are_told_for_items_only(nation: Nation) -> None:
    code = nation.resident("one")
    assert ask(nation, code).four_items == ITEMS
    letter = ask(nation, code, "renewal-letter")
    assert (letter.four_items, letter.municipality_code) == (ITEMS, "452025")
    linking = ask(nation, code, "serial-linking")
    assert (linking.found, linking.four_items, linking.municipality_code) == (True, None, "")


@pytest.mark.requirement("R-076")
def test_somebody_protected_or_gone_is_nobody_to_a_verifier(nation: Nation) -> None:
    code = nation.resident("one")
    nation.notify(code, 2, protected=True)
    for service in ("current-items", "serial-linking", "renewal-letter"):
        assert ask(nation, code, service) == wire.FoundIdentification(found=False)
    nation.notify(code, 3, in_register=False, reason="death")
    assert ask(nation, code) == wire.FoundIdentification(found=False)
