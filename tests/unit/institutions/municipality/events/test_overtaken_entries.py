"""An entry that was overtaken on its way up the tiers does not take a person from where they are (R-012)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from support.events import clerk, events_country, office
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family

CODES = {MIYAKONOJO: "452025", SHIBUYA: "131130"}


def move(country: Country, token: str, here: str, there: str, address: str) -> str:
    country.clock.advance(timedelta(days=1))
    day = country.clock.today()
    code = office(country, here).resident(clerk(country, here), token).code.reveal()
    reference = office(country, here).register_move_out(
        clerk(country, here), MoveOutForm(f"o{day}", (token,), day, address, day, "self")
    )
    form = MoveInForm(f"i{day}", CODES[here], reference, code, address, day, day, None, "self")
    (entered,) = office(country, there).register_move_in(clerk(country, there), form)
    for city in CODES:
        country.apps[city].pump()
    return entered


@pytest.mark.requirement("R-012")
def test_the_place_somebody_came_back_to_stands_though_the_notice_of_the_other_arrives_last() -> None:
    country = events_country()
    *_, child = office(country).import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    there = move(country, child, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS)
    move(country, there, SHIBUYA, MIYAKONOJO, ADDRESS)
    country.apps["prefecture-45"].pump()
    country.apps["prefecture-13"].pump()
    country.pump()
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    assert country.apps["prefecture-45"].operations.person_count() == 3
    assert country.apps["prefecture-13"].operations.person_count() == 0
    country.close()
