"""Random lives against an oracle that only folds the list of events, compared after each step of every person.

`lives_agreement` compares what a step changed; at the end all rows are compared with the fold of all events.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.events import events_country
from support.lives import Lives
from support.lives_agreement import Agreement

STEPS = 40
SEEDS = (1, 102, 112)


@contextmanager
def living(seed: int, households: int) -> Iterator[tuple[Lives, Agreement]]:
    """Lives that agree when they begin; in the end everything is delivered and compared in full."""
    country = events_country()
    lives = Lives(country, seed)
    lives.settle(households)
    country.pump()
    agreement = Agreement(lives)
    try:
        yield lives, agreement
        country.pump()
        agreement.check(delivered=True)
        lives.compare(tiers=True)
        lives.compare_numbers()
    finally:
        agreement.close()
        country.close()


@pytest.mark.requirement("R-012")
@pytest.mark.requirement("R-049")
@pytest.mark.parametrize("seed", SEEDS)
def test_registers_are_what_the_events_make_of_them_in_every_order_of_delivery(seed: int) -> None:
    with living(seed, 4) as (lives, agreement):
        for _ in range(STEPS):
            lives.step()
            agreement.check(delivered=False)
            lives.deliver()
            agreement.check(delivered=False)
        assert len(lives.counts) > 5, "hardly anything happened"


def test_after_each_step_three_tiers_agree_once_everything_is_delivered() -> None:
    with living(7, 3) as (lives, agreement):
        for _ in range(STEPS):
            lives.step()
            lives.deliver_all()
            agreement.check(delivered=True)
            lives.compare(tiers=True)
