"""What is printed on the cards of a founded world: the same as their chips hold."""

from __future__ import annotations

import pytest
from tests.support.documents import FONTS, packed, text_of

from mizuhiki.documents.card.form import Side
from mizuhiki.world.local import LocalStage
from mizuhiki.world.printed_cards import PrintedCards, order_file
from mizuhiki.world.stored_cards import NobodyOfThatName, StoredCards
from support.nation import founded_nation, module_stage

__all__ = ["founded_nation", "module_stage"]


@pytest.mark.outside(*FONTS)
@pytest.mark.outside("pdftotext")
def test_everybody_s_card_shows_what_its_chip_holds(module_stage: LocalStage) -> None:
    data = module_stage.nation.settings.data
    printed, chips = PrintedCards(data), StoredCards(data)
    for person in module_stage.roster.people:
        assert printed.has_faces(person.key)
        text = text_of(printed.sheet(person.key))
        assert "おもて面" in text
        client = chips.open(person.key)
        assert client.read_four_items(person.user_pin).name == person.name
        for side in Side:
            assert printed.face(person.key, side, in_sleeve=True) != printed.face(person.key, side, in_sleeve=False)


def test_the_printing_order_is_encrypted_like_the_chip(module_stage: LocalStage) -> None:
    data = module_stage.nation.settings.data
    person = module_stage.roster.people[0]
    stored = order_file(data, person.key).read_bytes()
    number = StoredCards(data).open(person.key).read_individual_number(person.user_pin)
    assert number.reveal().encode() not in stored
    assert person.name.encode() not in stored
    assert packed(person.name).encode() not in stored


def test_nobody_s_card_is_not_printed(module_stage: LocalStage) -> None:
    printed = PrintedCards(module_stage.nation.settings.data)
    assert not printed.has_faces("nobody")
    with pytest.raises(NobodyOfThatName):
        printed.face("nobody", Side.FRONT, in_sleeve=False)
