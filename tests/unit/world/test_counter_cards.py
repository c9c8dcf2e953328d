"""The card printer on a counter of the world: who gets a card there has it in the drawer and on the reader."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.support.documents import FONTS

from mizuhiki.card.store import FileCardStore
from mizuhiki.documents.card.form import Side
from mizuhiki.institutions.municipality.domain.cards import CardForm, IssuedCard
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery, ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.issue_card import printed_card
from mizuhiki.institutions.municipality.web.cards import FinishedCard
from mizuhiki.runtime.problems import PeerConflict
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, key_of
from mizuhiki.world.counter_cards import (
    ChipNotFromThisPrinter,
    CounterCardDesk,
    CounterHolder,
    counter_holders,
)
from mizuhiki.world.desk_reader import CounterReader
from mizuhiki.world.local import LocalStage
from mizuhiki.world.printed_cards import PrintedCards, order_file
from mizuhiki.world.shown import ShownWorld
from mizuhiki.world.stored_cards import StoredCards, card_file
from support.nation import founded_nation, stage

__all__ = ["founded_nation", "stage"]

CITY = institution_id(InstitutionKind.MUNICIPALITY, "131032")
pytestmark = [pytest.mark.outside(*FONTS)]


class Counter:
    """A clerk at the counter with its printer."""

    def __init__(self, stage: LocalStage) -> None:
        self.stage = stage
        self.data = stage.nation.settings.data
        self.device = CounterCardDesk(stage.nation.environment(CITY), self.data)
        self.operations: Any = stage.operations(CITY)

    def record(self, resident: str) -> ResidentRecord:
        context = self.stage.context(CITY, "counter-clerk", "card-issue", "番号法17条", "prepare a card")
        found: ResidentRecord = self.operations.resident(context, resident, work=Work.CARD)
        return found

    def residents(self) -> list[str]:
        context = self.stage.context(CITY, "counter-clerk", "resident-register", "住基法7条", "search")
        found = self.operations.search_residents(context, ResidentQuery(address="東京都"))
        return [one.resident for one in found.shown]

    def issue(self, resident: str, *, pin: str = "4826", request: str = "one") -> tuple[FinishedCard, IssuedCard]:
        record, context = (
            self.record(resident),
            self.stage.context(CITY, "counter-clerk", "card-issue", "番号法17条", "issue a card"),
        )
        chip = self.device.blank_chip()
        form = CardForm(
            request_id=f"counter-{resident}-{request}",
            resident=resident,
            user_pin=pin,
            signature_pin="COUNTER1",
            juki_pin=pin,
            text_pin=pin,
            issued_on=context.today(),
            photo=self.device.photograph(record),
        )
        issued: IssuedCard = self.operations.issue_card(context, form, chip)
        printed = printed_card(key_of(CITY), form, record, issued)
        return FinishedCard(record=record, printed=printed, chip=chip), issued


@pytest.fixture
def counter(stage: LocalStage) -> Counter:
    return Counter(stage)


def _shown(counter: Counter) -> ShownWorld:
    stage = counter.stage
    return ShownWorld(
        stage.directory,
        stage.roster,
        stage.page_address,
        lambda key: card_file(counter.data, key).exists(),
        today=stage.clock.today,
        counter_cards=lambda: counter_holders(counter.data),
    )


def test_somebody_without_a_card_gets_one_that_signs_and_lies_on_both_readers(counter: Counter) -> None:
    acting = {person.resident for person in counter.stage.roster.people}
    resident = next(
        one
        for one in counter.residents()
        if one not in acting and counter.record(one).birth_date.year < counter.stage.clock.today().year - 20
    )
    card, issued = counter.issue(resident)
    assert list(counter_holders(counter.data)) == []
    counter.device.hand_over(card)
    (holder,) = counter_holders(counter.data)
    assert (holder.resident, holder.card_serial) == (resident, issued.card_serial)
    client = StoredCards(counter.data).open(holder.key)
    assert client.read_four_items("4826").name == card.record.name.full
    client.sign("COUNTER1", b"text")
    reader = CounterReader(counter.data).reader(issued.card_serial)
    assert reader is not None
    assert PrintedCards(counter.data).face(holder.key, Side.FRONT, in_sleeve=False).startswith(b"<svg")
    shown = {person.key: person for person in _shown(counter).people()}
    assert shown[holder.key].name == card.record.name.full
    assert shown[holder.key].user_pin == shown[holder.key].signature_pin == ""
    assert len(shown) == len(counter.stage.roster.people) + 1
    counter.device.hand_over(card)
    assert len(list(counter_holders(counter.data))) == 1


def test_a_card_that_took_another_s_place_is_found_by_readers_that_had_the_old_one(counter: Counter) -> None:
    first, second = (one for one in counter.stage.roster.people[:2])
    drawer, reader, printed = StoredCards(counter.data), CounterReader(counter.data), PrintedCards(counter.data)
    old_serial, old_face = printed.card_serial(first.key), printed.face(first.key, Side.FRONT, in_sleeve=False)
    new_serial = printed.card_serial(second.key)
    assert drawer.open(first.key).read_four_items(first.user_pin).name == first.name
    assert reader.reader(old_serial) is not None
    for path in (card_file(counter.data, first.key), order_file(counter.data, first.key)):
        taken = card_file(counter.data, second.key).with_suffix(path.suffix)
        FileCardStore(path).save(taken.read_bytes())
        taken.unlink()
    assert drawer.open(first.key).read_four_items(second.user_pin).name == second.name
    assert reader.reader(old_serial) is None
    assert reader.reader(new_serial) is not None
    assert printed.face(first.key, Side.FRONT, in_sleeve=False) != old_face


def test_somebody_who_holds_a_live_card_gets_no_second_one(counter: Counter) -> None:
    person = next(one for one in counter.stage.roster.people if one.municipality == "131032" and one.signature_pin)
    with pytest.raises(PeerConflict):
        counter.issue(person.resident)


def test_pins_of_somebody_whose_card_was_made_at_a_counter_are_shown_nowhere(counter: Counter) -> None:
    person = counter.stage.roster.people[0]
    holder = CounterHolder(
        key=person.key,
        resident=person.resident,
        municipality=person.municipality,
        name=person.name,
        name_kana=person.name_kana,
        birth_date=person.birth_date,
        card_serial="0" * 16,
    )
    FileCardStore(card_file(counter.data, person.key).with_suffix(".issued")).save(msgspec.json.encode(holder))
    shown = {one.key: one for one in _shown(counter).people()}
    assert shown[person.key].user_pin == shown[person.key].signature_pin == ""
    assert len(shown) == len(counter.stage.roster.people)


def test_a_chip_of_another_printer_is_not_handed_over(counter: Counter) -> None:
    card = _unprinted(counter)
    with pytest.raises(ChipNotFromThisPrinter):
        counter.device.hand_over(card)
    assert list(counter_holders(counter.data)) == []


def _unprinted(counter: Counter) -> Any:
    other = CounterCardDesk(counter.stage.nation.environment(CITY), counter.data)
    record = SimpleNamespace(resident="nobody")
    return SimpleNamespace(record=record, printed=SimpleNamespace(card_serial="0" * 16), chip=other.blank_chip())
