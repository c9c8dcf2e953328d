"""Another number after a leak, another code on request, and numbering that is cut off anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from stdnum.jp import in_

from mizuhiki.institutions.municipality.domain.errors import (
    ChangeRequestTaken,
    CircumstancesMissing,
    DateImpossible,
    NumberingOutOfOrder,
)
from mizuhiki.institutions.municipality.domain.residents import (
    BirthForm,
    ChangeCause,
    CodeChangeForm,
    NumberChangeForm,
    NumberingStage,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ChangeReason, Sex
from mizuhiki.wire import national_register as wire
from support.municipality import MIYAKONOJO, SHIBUYA, Country, family, make_country
from support.power_cut import Current, PowerCut, wired

STEPS = list(NumberingStage)[:5]
TODAY = date(2019, 12, 2)


@pytest.fixture
def country(either: Country) -> Country:
    return either


@pytest.fixture
def small() -> Iterator[Country]:
    made = make_country()
    yield made
    made.close()


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def settle(country: Country) -> list[str]:
    residents = office(country).import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    return residents


def record(country: Country, resident: str) -> ResidentRecord:
    return office(country).resident(country.context("counter-clerk"), resident)


def leak(resident: str, **changes: object) -> NumberChangeForm:
    form = NumberChangeForm("leak-1", resident, ChangeCause.REQUEST, "posted on a public page", TODAY, ("form",))
    return dataclasses.replace(form, **changes)  # type: ignore[arg-type] # test values


def found(country: Country, number: str) -> bool:
    """Ask the register for a number as a municipality does."""
    adapters = office(country).adapters
    request = wire.IdentificationSearch(affair="resident-register", individual_number=number)
    return adapters.numbers._peers.call_sealed(  # type: ignore[attr-defined] # the adapter behind the port
        "national-register", wire.SEARCH_IDENTIFICATION, request, wire.FoundIdentification
    ).found


@pytest.mark.requirement("R-009")
@pytest.mark.parametrize("cause", list(ChangeCause))
def test_after_a_leak_the_person_has_another_number_everywhere(country: Country, cause: ChangeCause) -> None:
    father, *_ = settle(country)
    mayor = country.context("mayor", "number-assignment")
    before = record(country, father)
    office(country).change_number(mayor, leak(father, cause=cause))
    after = record(country, father)
    assert after.number is not None
    assert before.number is not None
    assert after.number != before.number
    assert in_.is_valid(after.number.reveal())
    assert (after.code, after.stage) == (before.code, NumberingStage.DESIGNATED)
    notice = office(country).notify_number(mayor, father)
    assert (notice.number, notice.code) == (after.number, after.code)
    country.pump()
    assert found(country, after.number.reveal())
    assert not found(country, before.number.reveal())
    events = office(country).adapters.store
    with events.transaction() as records:
        [event, *_] = records.register.events([father])
        assert records.linkage.addressee_of_number(after.number) is not None
        assert records.linkage.addressee_of_number(before.number) is None
    assert (event.reason, event.note) == (ChangeReason.NUMBER_CHANGE, f"{cause.value}: posted on a public page")


@pytest.mark.requirement("R-009")
def test_ten_numbers_of_one_code_are_all_different_and_there_is_no_eleventh(small: Country) -> None:
    father, *_ = settle(small)
    mayor = small.context("mayor", "number-assignment")
    numbers = [record(small, father).number]
    for turn in range(9):
        small.clock.advance(timedelta(minutes=1))
        office(small).change_number(mayor, leak(father, request_id=f"leak-{turn}"))
        office(small).notify_number(mayor, father)
        small.pump()
        numbers.append(record(small, father).number)
    assert len(set(numbers)) == 10
    with pytest.raises(PeerProblem) as caught:
        office(small).change_number(mayor, leak(father, request_id="leak-10"))
    assert caught.value.peer_code == "number-generations-exhausted"
    assert record(small, father).number == numbers[-1]
    office(small).change_code(small.context("counter-clerk"), CodeChangeForm("code", father, TODAY))
    small.pump()
    small.clock.advance(timedelta(minutes=1))
    office(small).change_number(mayor, leak(father, request_id="leak-11"))
    assert record(small, father).number not in numbers


@pytest.mark.requirement("R-006")
def test_a_number_is_changed_for_stated_circumstances_by_the_mayor_only(small: Country) -> None:
    father, mother, _ = settle(small)
    mayor = small.context("mayor", "number-assignment")
    number = record(small, father).number
    for form, error in (
        (leak(father, circumstances=" "), CircumstancesMissing),
        (leak(father, received_on=TODAY + timedelta(days=1)), DateImpossible),
    ):
        with pytest.raises(error):
            office(small).change_number(mayor, form)
    with pytest.raises(ActionNotPermitted):
        office(small).change_number(small.context("counter-clerk", "number-assignment"), leak(father))
    assert record(small, father).number == number
    office(small).change_number(mayor, leak(father))
    with pytest.raises(ChangeRequestTaken):
        office(small).change_number(mayor, leak(mother))


def test_a_second_change_waits_until_the_first_arrived_in_the_register(small: Country) -> None:
    father, *_ = settle(small)
    mayor = small.context("mayor", "number-assignment")
    office(small).change_number(mayor, leak(father))
    with pytest.raises(PeerProblem) as caught:
        office(small).change_number(mayor, leak(father, request_id="leak-2"))
    assert caught.value.peer_code == "number-does-not-match-code"


def test_the_register_changes_no_number_or_code_for_another_municipality(small: Country) -> None:
    father, *_ = settle(small)
    held = record(small, father)
    other = office(small, SHIBUYA).adapters.numbers
    assert held.number is not None
    with pytest.raises(PeerProblem) as caught:
        other.change_number("theirs", held.code, held.number)
    assert caught.value.peer_code == "person-of-other-municipality"
    [code] = other.allocate_codes("one", 1)
    with pytest.raises(PeerProblem) as caught:
        other.change_code("theirs", held.code, code)
    assert caught.value.peer_code == "person-of-other-municipality"
    with pytest.raises(PeerProblem) as caught:
        office(small).adapters.numbers.change_code("ours", held.code, code)
    assert caught.value.peer_code == "code-not-in-bundle"


@pytest.mark.requirement("R-012")
def test_a_code_changed_on_request_reaches_every_register_and_the_number_stays(country: Country) -> None:
    father, mother, _ = settle(country)
    clerk = country.context("counter-clerk")
    before = record(country, father)
    form = CodeChangeForm("code-1", father, TODAY, ("form",))
    notice = office(country).change_code(clerk, form)
    assert office(country).change_code(clerk, form) == notice
    after = record(country, father)
    assert after.code == notice.code != before.code
    assert after.number == before.number
    country.pump()
    assert country.apps["prefecture-45"].operations.person_count() == 3
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    assert before.number is not None
    assert found(country, before.number.reveal())
    office(country).start_measure(country.context("support-officer", person="officer-1"), father, "applied for")
    country.pump()
    assert not any(app.pump() for app in country.apps.values())
    with pytest.raises(ChangeRequestTaken):
        office(country).change_code(clerk, dataclasses.replace(form, resident=mother))


def test_a_code_that_was_somebodys_is_never_written_again(small: Country) -> None:
    father, mother, _ = settle(small)
    old = record(small, father).code
    office(small).change_code(small.context("counter-clerk"), CodeChangeForm("code-1", father, TODAY))
    small.pump()
    numbers = office(small).adapters.numbers
    with pytest.raises(PeerProblem) as caught:
        numbers.change_code("again", record(small, mother).code, old)
    assert caught.value.peer_code == "code-already-numbered"
    assert numbers.generate({"line": old}) == {"line": "code-already-numbered"}


def birth(country: Country, mother: str, which: int = 0) -> BirthForm:
    return BirthForm(
        request_id=f"birth-{which}",
        name=PersonName("山田", f"二郎{chr(ord('一') + which)}", "ヤマダ", "ジロウ"),
        birth_date=date(2019, 11, 20),
        sex=Sex.MALE,
        household=record(country, mother).household,
        mother=mother,
        father=None,
        notifier="father",
        received_on=TODAY,
        registered_domicile="宮崎県都城市",
    )


def number_child(country: Country, desk: MunicipalityOperations, form: BirthForm) -> str:
    """Take the chain of R-010 from wherever it stands to its end."""
    clerk, mayor = country.context("counter-clerk"), country.context("mayor")
    child = desk.register_birth(clerk, form).resident
    if record(country, child).stage in {NumberingStage.CODE_WRITTEN, NumberingStage.NUMBER_REQUESTED}:
        desk.request_number(clerk, child)
    if record(country, child).stage is NumberingStage.NUMBER_GENERATED:
        desk.designate_number(mayor, child)
    desk.notify_number(mayor, child)
    return child


def cut_everywhere(country: Country, work: Callable[[MunicipalityOperations, int], None]) -> int:
    """Do a work again and again, cut one point later each time, then carry it on; return how many points there are."""
    at = 0
    while True:
        current = Current(at)
        try:
            work(wired(office(country), current), at)
        except PowerCut:
            work(office(country), at)
        if not current.cut:
            return at
        at += 1


@pytest.mark.requirement("R-010")
@pytest.mark.requirement("R-011")
def test_numbering_goes_on_wherever_it_was_cut_off(small: Country) -> None:
    _, mother, _ = settle(small)
    children: list[str] = []

    def work(desk: MunicipalityOperations, at: int) -> None:
        form = birth(small, mother, at)
        children.append(number_child(small, desk, form))

    points = cut_everywhere(small, work)
    assert points >= 14  # five commits and two calls, each from both sides
    small.pump()
    for child in children:
        steps = office(small).numbering_steps(small.context("counter-clerk"), child)
        assert [step.step for step in steps] == STEPS
    numbers = {record(small, child).number for child in children}
    assert len(numbers) == len(children) == points + 1
    assert small.apps["national-register"].operations.counts()["numbered"] == 3 + len(children)


@pytest.mark.requirement("R-009")
def test_changes_go_on_wherever_they_were_cut_off(small: Country) -> None:
    father, *_ = settle(small)
    mayor, clerk = small.context("mayor", "number-assignment"), small.context("counter-clerk")
    seen = [record(small, father)]

    def work(desk: MunicipalityOperations, at: int) -> None:
        small.clock.advance(timedelta(minutes=1))
        desk.change_code(clerk, CodeChangeForm(f"code-{at}", father, TODAY))
        small.pump()
        desk.change_number(mayor, leak(father, request_id=f"leak-{at}"))
        small.pump()
        if record(small, father) not in seen:
            seen.append(record(small, father))

    points = cut_everywhere(small, work)
    assert points >= 10
    assert len({held.code for held in seen}) == len({held.number for held in seen}) == points + 2
    assert small.apps["national-register"].operations.counts()["in_register"] == 3


def test_a_generated_number_that_nobody_designated_blocks_another_one(small: Country) -> None:
    father, *_ = settle(small)
    held, numbers = record(small, father), office(small).adapters.numbers
    assert held.number is not None
    first = numbers.change_number("first", held.code, held.number)
    assert numbers.change_number("first", held.code, held.number) == first
    with pytest.raises(PeerProblem) as caught:
        numbers.change_number("second", held.code, held.number)
    assert caught.value.peer_code == "number-change-pending"


@pytest.mark.requirement("R-010")
def test_no_change_is_possible_before_a_first_number_is_designated(small: Country) -> None:
    _, mother, _ = settle(small)
    clerk, mayor = small.context("counter-clerk"), small.context("mayor", "number-assignment")
    child = office(small).register_birth(clerk, birth(small, mother)).resident
    with pytest.raises(NumberingOutOfOrder):
        office(small).change_number(mayor, leak(child))
    with pytest.raises(NumberingOutOfOrder):
        office(small).change_code(clerk, CodeChangeForm("code", child, TODAY))


@pytest.mark.requirement("R-010")
def test_codes_are_ordered_before_the_last_one_is_taken(small: Country) -> None:
    _, mother, _ = settle(small)
    desk, clerk, machinery = office(small), small.context("counter-clerk"), small.context("machinery")
    adapters = dataclasses.replace(desk.adapters, stock_target=4)
    desk = dataclasses.replace(desk, adapters=adapters)

    def stock() -> int:
        with adapters.store.transaction() as records:
            return records.register.stocked_codes()

    with adapters.store.transaction() as records:
        records.register.take_codes(stock_before := records.register.stocked_codes())
    assert stock_before > 0
    assert desk.replenish_codes(machinery) == 4
    for turn in range(12):
        desk.register_birth(clerk, birth(small, mother, turn))
        desk.replenish_codes(machinery)
        assert stock() >= 2  # half of the target
    assert desk.replenish_codes(machinery) == 0


def test_a_birth_is_entered_also_when_the_stock_is_empty(small: Country) -> None:
    _, mother, _ = settle(small)
    with office(small).adapters.store.transaction() as records:
        records.register.take_codes(records.register.stocked_codes())
    entered = office(small).register_birth(small.context("counter-clerk"), birth(small, mother))
    assert record(small, entered.resident).stage is NumberingStage.CODE_WRITTEN
