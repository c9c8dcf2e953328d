"""Random lives against an oracle that only folds the list of events, with deliveries up the tiers in any order."""

from __future__ import annotations

import pytest

from support.events import events_country
from support.lives import Lives

STEPS = 40
SEEDS = (1, 102, 112)


@pytest.mark.requirement("R-012")
@pytest.mark.requirement("R-049")
@pytest.mark.parametrize("seed", SEEDS)
def test_registers_are_what_the_events_make_of_them_in_every_order_of_delivery(seed: int) -> None:
    country = events_country()
    try:
        lives = Lives(country, seed)
        lives.settle(4)
        for _ in range(STEPS):
            lives.step()
            lives.compare(tiers=False)
            lives.deliver()
        country.pump()
        lives.compare(tiers=True)
        lives.compare_numbers()
        assert len(lives.counts) > 5, "hardly anything happened"
    finally:
        country.close()


def test_after_each_step_three_tiers_agree_once_everything_is_delivered() -> None:
    country = events_country()
    try:
        lives = Lives(country, 7)
        lives.settle(3)
        for _ in range(STEPS):
            lives.step()
            country.pump()
            lives.compare(tiers=True)
            lives.compare_numbers()
    finally:
        country.close()
