"""Cards in their files: issued once, opened by key, each chip once however often it is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.world.local import LocalStage
from mizuhiki.world.stored_cards import NobodyOfThatName, StoredCards, card_file
from support.nation import founded_nation, module_stage

__all__ = ["founded_nation", "module_stage"]


def test_everybody_one_can_act_as_has_a_card_that_opens_with_the_pin_on_the_page(module_stage: LocalStage) -> None:
    data = module_stage.nation.settings.data
    cards = StoredCards(data)
    for person in module_stage.roster.people:
        client = cards.open(person.key)
        assert client.read_four_items(person.user_pin).name == person.name


def test_the_drawer_opens_cards_that_exist_and_knows_whose_they_are(module_stage: LocalStage) -> None:
    drawer = module_stage.drawer
    assert [person.key for person in drawer.holders()] == [person.key for person in module_stage.roster.people]
    assert drawer.has_card("parent")
    assert isinstance(drawer.open("parent"), CardClient)


@pytest.mark.parametrize("key", ["nobody", "../world", ""])
def test_nobody_of_a_key_has_a_card(module_stage: LocalStage, key: str) -> None:
    data = module_stage.nation.settings.data
    with pytest.raises(NobodyOfThatName):
        StoredCards(data).open(key)
    with pytest.raises(NobodyOfThatName):
        module_stage.drawer.open(key)
    assert not card_file(data, key).exists()


def test_one_piece_of_plastic_is_opened_once_by_however_many_at_a_time(
    founded_nation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Chip] = []
    original = Chip.open

    def counted(*args: object, **kwargs: object) -> Chip:
        chip = original(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        opened.append(chip)
        return chip

    monkeypatch.setattr(Chip, "open", counted)
    cards = StoredCards(founded_nation)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cards.open, ["parent"] * 16))
    assert len(opened) == 1
