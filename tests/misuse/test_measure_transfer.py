"""A protected family that moves: its measure goes along, by the officer's decision, to one municipality (R-076)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.municipality.domain.errors import MoveCompleted, NothingToTransfer
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.problems import PeerConflict, PeerRefused
from support.events import note
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, family, make_country

REASON = "decided after an opinion of the police"
SHIBUYA_CODE, MIYAKONOJO_CODE = "131130", "452025"


class Family:
    """A mother under a measure with husband and child, who announced a move to Shibuya."""

    def __init__(self) -> None:
        self.country = make_country()
        self.old = self.country.apps[MIYAKONOJO].operations
        self.new = self.country.apps[SHIBUYA].operations
        self.people = self.old.import_existing_residents(self.country.context("registrar"), [family()])
        self.country.pump()
        with self.old.adapters.store.transaction() as records:
            self.records = records.register.residents(self.people)
        self.old.start_measure(self.officer, self.people[1], REASON)
        form = MoveOutForm(
            request_id="out-1",
            residents=tuple(self.people),
            planned_on=date(2019, 11, 25),
            planned_address=SHIBUYA_ADDRESS,
            received_on=date(2019, 12, 1),
            notifier="self",
        )
        self.reference = self.old.register_move_out(self.country.context("counter-clerk"), form)
        self.country.pump()

    @property
    def officer(self) -> Context:
        return self.country.context("support-officer", person="shien")

    def approve(self, to: str = SHIBUYA_CODE) -> None:
        self.old.approve_transfer(self.officer, self.reference, to)

    def arrive(self, *who: int) -> list[str]:
        """Enter those at these places of the family, everybody when none is named."""
        form = MoveInForm(
            request_id=f"in-{who}",
            from_municipality=MIYAKONOJO_CODE,
            move_reference=self.reference,
            resident_record_code=self.records[who[0] if who else 0].code.reveal(),
            address=SHIBUYA_ADDRESS,
            moved_in_on=date(2019, 11, 25),
            received_on=date(2019, 12, 2),
            household=None,
            notifier="self",
            arriving=frozenset(self.records[place].code for place in who),
        )
        there = self.country.context("counter-clerk", institution=SHIBUYA)
        found: list[str] = self.new.register_move_in(there, form)
        return found


@pytest.fixture
def moving() -> Iterator[Family]:
    made = Family()
    yield made
    made.country.close()


@pytest.mark.requirement("R-076")
def test_without_the_officers_decision_nothing_leaves(moving: Family) -> None:
    with pytest.raises(PeerRefused) as refused:
        moving.arrive()
    assert refused.value.peer_code == "withheld"
    assert "山田" not in str(refused.value)


@pytest.mark.requirement("R-076")
def test_it_leaves_to_the_approved_municipality_only(moving: Family) -> None:
    moving.approve("011002")
    with pytest.raises(PeerRefused) as refused:
        moving.arrive()
    assert refused.value.peer_code == "withheld"


@pytest.mark.requirement("R-076")
@pytest.mark.parametrize("first", [0, 1])
def test_who_follows_later_and_who_went_ahead_are_protected_here_and_there(moving: Family, first: int) -> None:
    """The one who went ahead has a record that says where, the others an announcement that does."""
    moving.approve()
    moved = moving.arrive(first)
    moving.country.pump()
    clerk = moving.country.context("counter-clerk")
    there = moving.country.context("counter-clerk", institution=SHIBUYA)
    for resident in moving.people:
        with pytest.raises(UnderSupportMeasure):
            moving.old.resident(clerk, resident)
    assert SHIBUYA_ADDRESS not in repr(moving.old.search_residents(clerk, ResidentQuery(name="山田")))
    moved += moving.arrive(*(place for place in range(3) if place != first))
    for resident in moved:
        with pytest.raises(UnderSupportMeasure):
            moving.new.resident(there, resident)
    assert len(moved) == 3


@pytest.mark.requirement("R-076")
def test_the_new_municipality_protects_from_the_first_moment(moving: Family) -> None:
    moving.approve()
    moved = moving.arrive()
    there = moving.country.context("counter-clerk", institution=SHIBUYA)
    for resident in moved:
        with pytest.raises(UnderSupportMeasure):
            moving.new.resident(there, resident)
    found = moving.new.search_residents(there, ResidentQuery(name="山田"))
    assert SHIBUYA_ADDRESS not in repr(found)
    [view] = moving.new.measures(moving.country.context("support-officer", institution=SHIBUYA, person="hogo"))
    assert (view.measure.reason, view.measure.marked_by) == (REASON, MIYAKONOJO)
    assert view.measure.started_on == date(2019, 12, 2)
    assert view.measure.until == date(2020, 12, 1)


@pytest.mark.requirement("R-076")
def test_the_network_never_holds_the_new_address_without_the_mark(moving: Family) -> None:
    moving.approve()
    moving.arrive()
    moving.country.pump()
    number = moving.records[1].number
    for asker in (moving.old, moving.new):
        assert asker.adapters.network.search("local-tax", number) is None


@pytest.mark.requirement("R-076")
def test_the_old_records_of_the_whole_family_stay_locked(moving: Family) -> None:
    moving.approve()
    moving.arrive()
    moving.country.pump()
    for resident in moving.people:
        with pytest.raises(UnderSupportMeasure):
            moving.old.resident(moving.country.context("counter-clerk"), resident)


def test_one_decision_is_for_one_move(moving: Family) -> None:
    moving.approve()
    clerk: Any = moving.country.context("counter-clerk")
    today = moving.country.clock.today()
    moving.old.events.cancel_move_out(clerk, note(EventKind.MOVE_OUT_CANCELLED, today, today), moving.reference)
    with pytest.raises(PeerConflict):
        moving.arrive()
    again = MoveOutForm(
        request_id="out-2",
        residents=tuple(moving.people),
        planned_on=date(2019, 11, 25),
        planned_address=SHIBUYA_ADDRESS,
        received_on=date(2019, 12, 2),
        notifier="self",
    )
    moving.reference = moving.old.register_move_out(clerk, again)
    with pytest.raises(PeerRefused) as refused:
        moving.arrive()
    assert refused.value.peer_code == "withheld"


def test_only_the_responsible_officer_decides_and_once(moving: Family) -> None:
    for role in ("counter-clerk", "mayor", "registrar"):
        with pytest.raises(ActionNotPermitted):
            moving.old.approve_transfer(moving.country.context(role), moving.reference, SHIBUYA_CODE)
    moving.approve()
    with pytest.raises(NothingToTransfer):
        moving.approve("011002")


def test_a_move_that_is_over_cannot_be_approved(moving: Family) -> None:
    moving.approve()
    moving.arrive()
    moving.country.pump()
    with pytest.raises((MoveCompleted, NoMoveAnnounced)):
        moving.approve()


def test_a_move_without_protected_people_needs_no_decision(moving: Family) -> None:
    others = moving.old.import_existing_residents(
        moving.country.context("registrar"), [family("h2", "宮崎県都城市北原町31-1")]
    )
    form = MoveOutForm(
        request_id="out-9",
        residents=tuple(others),
        planned_on=date(2019, 11, 25),
        planned_address=SHIBUYA_ADDRESS,
        received_on=date(2019, 12, 1),
        notifier="self",
    )
    reference = moving.old.register_move_out(moving.country.context("counter-clerk"), form)
    with pytest.raises(NothingToTransfer):
        moving.old.approve_transfer(moving.officer, reference, SHIBUYA_CODE)
    assert [one.move for one in moving.old.waiting_transfers(moving.officer)] == [moving.reference]


def test_neither_decision_nor_take_over_names_anybody_in_the_audit_trail(moving: Family) -> None:
    moving.approve()
    moving.arrive()
    moving.country.pump()
    for name, event in ((MIYAKONOJO, "measure-transfer-approved"), (SHIBUYA, "measure-taken-over")):
        database = Database(moving.country.databases[name])
        with database.read() as connection:
            rows = connection.execute(sa.text("SELECT * FROM audit_event")).all()
        database.dispose()
        assert event in repr(rows)
        assert "山田" not in repr(rows)
        assert SHIBUYA_ADDRESS not in repr(rows)
